"""What stand-ins mean in a replay, by unification of recorded requests with sent ones.

In logic, to unify two trees is to find what the variables of one have to mean for
both to be equal. Here stand-ins are the variables, and private values what they mean:
one stand-in means one value, and one value has one stand-in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pytest_twilio_users.contract.models import JsonObject
from pytest_twilio_users.errors import cut
from pytest_twilio_users.privacy.description import Description
from pytest_twilio_users.privacy.segments import split_path
from pytest_twilio_users.privacy.stand_ins import Around, is_one_stand_in
from pytest_twilio_users.wire.codec import WEBHOOK_HEADER
from pytest_twilio_users.wire.messages import Request

Key = tuple[type, str]
"""A value or a stand-in, with its type: JSON's 1 is neither true nor 1.0, its 0.0 not -0.0."""


def _key_of(value: Any) -> Key:
    return type(value), repr(value)


class Meanings:
    """Which value each stand-in means. One that nobody sent means itself."""

    def __init__(self, *, around: Around["Meanings"] = tuple) -> None:
        """Have no stand-in mean anything yet; what they mean `around` they mean here, too."""
        self.around = around
        self.values: dict[Key, Any] = {}
        self.stand_ins: dict[Key, Key] = {}
        self.texts: dict[int, str] = {}

    def bind(self, stand_in: Key, value: Any) -> None:
        """Have a stand-in mean a value."""
        self.values[stand_in] = value
        self.stand_ins.setdefault(_key_of(value), stand_in)

    def adopt(self, others: "Meanings") -> None:
        """Have stand-ins mean what they mean to others."""
        for stand_in, value in others.values.items():
            self.bind(stand_in, value)
        self.texts |= others.texts

    def of(self, stand_in: Any) -> Any:
        """The value that a stand-in means; from now on itself, if it means nothing yet."""
        key = _key_of(stand_in)
        meant = self.value(key)
        if meant is None:
            self.bind(key, stand_in)
            return stand_in
        return meant

    def text(self, number: int) -> str | None:
        """How a JSON text was written, if the test sent it."""
        found = (meanings.texts.get(number) for meanings in (self, *self.around()))
        return next((text for text in found if text is not None), None)

    def value(self, key: Key) -> Any:
        """The value of a stand-in, or None."""
        value = self.values.get(key)
        if value is not None:  # as mostly: to look around takes longer
            return value
        found = (meanings.values.get(key) for meanings in self.around())
        return next((value for value in found if value is not None), None)

    def stand_in(self, key: Key) -> Key | None:
        """The stand-in that means a value."""
        for meanings in (self, *self.around()):
            if key in meanings.stand_ins:
                return meanings.stand_ins[key]
        return None


@dataclass(frozen=True, slots=True)
class _Private:
    """A private value of the sent request, where the recorded one has a stand-in."""

    value: Any


@dataclass(frozen=True, slots=True)
class _JsonText:
    """A JSON text of the sent request, where the recorded one has the number of a text."""

    value: str


_DESCRIPTION = Description(
    # An empty text hides nothing.
    text=lambda value: _Private(value) if value else value,
    number=_Private,
    written=_JsonText,
)
_NOTHING = object()


class Unification:
    """How a request differs from a recorded one, and what stand-ins mean if it doesn't.

    `found` is what stand-ins would newly mean. They are bound only once the exchange
    answers: it may not be its turn, and the test may send other values.
    """

    def __init__(self, meanings: Meanings, recorded: JsonObject, request: Request) -> None:
        """Compare the two, by what stand-ins mean so far."""
        self._meanings = meanings
        so_far = (meanings, *meanings.around())
        self.found = Meanings(around=lambda: so_far)
        self.differences: list[str] = []
        recorded = {**recorded, "path": split_path(recorded["path"])}
        sent = _DESCRIPTION.request(request)
        for tree in (recorded, sent):  # HTTP libraries differ in the others
            headers = tree.pop("headers", {})
            tree["headers"] = {name: headers[name] for name in headers if name == WEBHOOK_HEADER}
        self._unify(recorded, sent, "")

    def _unify(self, recorded: Any, sent: Any, pointer: str) -> None:
        if isinstance(sent, _Private):
            if not self._may_mean(recorded, sent.value):
                self._differ(pointer, recorded, sent.value)
        elif isinstance(sent, _JsonText):
            if not self._is_written(recorded, sent.value):
                known = self._meanings.text(recorded)
                self._differ(pointer, recorded if known is None else known, sent)
        elif isinstance(recorded, dict) and isinstance(sent, dict):
            self._unify_objects(recorded, sent, pointer)
        elif isinstance(recorded, list) and isinstance(sent, list) and len(recorded) == len(sent):
            for index, (one, other) in enumerate(zip(recorded, sent, strict=True)):
                self._unify(one, other, f"{pointer}[{index}]")
        elif type(recorded) is not type(sent) or recorded != sent:
            self._differ(pointer, recorded, sent)

    def _unify_objects(
        self, recorded: Mapping[str, Any], sent: Mapping[Any, Any], pointer: str
    ) -> None:
        """Equal keys are unified, and private keys with those left over, in their order."""
        private = [key for key in sent if isinstance(key, _Private)]
        others = [key for key in recorded if key not in sent]
        if len(private) == len(others):
            for name, other in zip(private, others, strict=True):
                self._unify(other, name, f"{pointer}: a name")
                self._unify(recorded[other], sent[name], _below(pointer, other))
            others, private = [], []
        for key in others:
            self._differ(_below(pointer, key), recorded[key], _NOTHING)
        for name in private:
            self._differ(_below(pointer, name.value), _NOTHING, sent[name])
        for key in sent:
            if isinstance(key, str):
                below = _below(pointer, key)
                if key in recorded:
                    self._unify(recorded[key], sent[key], below)
                else:
                    self._differ(below, _NOTHING, sent[key])

    def _may_mean(self, recorded: Any, value: Any) -> bool:
        if not _is_stand_in(recorded):
            return type(recorded) is type(value) and bool(recorded == value)
        if isinstance(recorded, str) is not isinstance(value, str):
            return False
        stand_in, key = _key_of(recorded), _key_of(value)
        meant = self.found.value(stand_in)
        if meant is not None:
            return _key_of(meant) == key
        if self.found.stand_in(key) not in (None, stand_in):
            return False
        self.found.bind(stand_in, value)
        return True

    def _is_written(self, number: Any, text: str) -> bool:
        if type(number) is not int:
            return False
        known = self.found.texts.setdefault(number, self._meanings.text(number) or text)
        return known == text

    def _differ(self, pointer: str, recorded: Any, sent: Any) -> None:
        if _is_stand_in(recorded):  # told in the test's own words, where it has some
            meant = self.found.value(_key_of(recorded))
            recorded = recorded if meant is None else meant
        self.differences.append(f"{pointer}: recorded {_say(recorded)}, sent {_say(sent)}")


def _below(pointer: str, key: Any) -> str:
    return f"{pointer}.{key}" if pointer else str(key)


def _is_stand_in(recorded: Any) -> bool:
    if isinstance(recorded, str):
        return is_one_stand_in(recorded)
    return isinstance(recorded, int | float) and not isinstance(recorded, bool)


def _say(value: Any) -> str:
    return cut("nothing" if value is _NOTHING else repr(_plain(value)))


def _plain(value: Any) -> Any:
    """The value as it was sent, without marks."""
    if isinstance(value, _Private | _JsonText):
        return value.value
    if isinstance(value, dict):
        return {_plain(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value
