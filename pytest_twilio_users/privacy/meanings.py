"""What stand-ins mean in a replay: the values of the test that is running."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pytest_twilio_users.contract.models import JsonObject
from pytest_twilio_users.privacy.description import describe_request, split_path
from pytest_twilio_users.privacy.stand_ins import STAND_IN, Around
from pytest_twilio_users.wire.codec import WEBHOOK_HEADER
from pytest_twilio_users.wire.messages import Request

Key = tuple[type, Any]
"""A value or a stand-in, with its type: JSON's 1 is neither true nor 1.0, its 0.0 not -0.0."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One thing in which a request is not the recorded one."""

    pointer: str
    recorded: str
    sent: str

    def __str__(self) -> str:
        return f"{self.pointer}: recorded {self.recorded}, sent {self.sent}"


@dataclass(frozen=True, slots=True)
class _Sent:
    """A private value of the request that is compared."""

    value: Any


@dataclass(frozen=True, slots=True)
class _Written:
    """A JSON text of the request, for how it is written."""

    text: str


class _Sending:
    """The leaves of a request that is compared."""

    def text(self, value: str) -> Any:
        return _Sent(value) if value else value

    def number(self, value: float) -> _Sent:
        return _Sent(value)

    def written(self, text: str) -> _Written:
        return _Written(text)


class Meanings:
    """Which value each stand-in means. One that nobody sent means itself."""

    def __init__(self, *, around: Around["Meanings"] = tuple) -> None:
        """Begin; what stand-ins mean `around` they mean here, too."""
        self._around = around
        self.values: dict[Key, Any] = {}
        self.stand_ins: dict[Key, Key] = {}
        self.texts: dict[int, str] = {}
        self._trial: _Trial | None = None  # the last one, which is mostly the one to bind

    def compare(self, hidden: JsonObject, request: Request) -> list[Difference]:
        """How a request differs from a recorded one, if stand-ins may mean its values."""
        self._trial = trial = _Trial(self, hidden, request)
        return trial.differences

    def bind(self, hidden: JsonObject, request: Request) -> None:
        """Have the stand-ins of a recorded request mean the values of an equal one."""
        trial = self._trial
        if trial is None or trial.compared != (id(hidden), id(request)):
            trial = _Trial(self, hidden, request)
        if not trial.differences:
            for stand_in, value in trial.values.items():
                self._bind(stand_in, value)
            self.texts |= trial.texts

    def of(self, stand_in: Any) -> Any:
        """The value that a stand-in means; from now on itself, if it means nothing yet."""
        key = _key(stand_in)
        meant = self.value(key)
        if meant is None:
            self._bind(key, stand_in)
            return stand_in
        return meant

    def text(self, number: int) -> str | None:
        """How a JSON text was written, if the test sent it."""
        found = (meanings.texts.get(number) for meanings in (self, *self._around()))
        return next((text for text in found if text is not None), None)

    def value(self, key: Key) -> Any:
        """The value of a stand-in, or None."""
        found = self.values.get(key)
        if found is not None:
            return found
        around = (meanings.values.get(key) for meanings in self._around())
        return next((value for value in around if value is not None), None)

    def stand_in(self, key: Key) -> Key | None:
        """The stand-in that means a value."""
        found = (meanings.stand_ins.get(key) for meanings in (self, *self._around()))
        return next(filter(None, found), None)

    def _bind(self, stand_in: Key, value: Any) -> None:
        self.values[stand_in] = value
        self.stand_ins.setdefault(_key(value), stand_in)


class _Trial:
    """One comparison, with what the stand-ins would have to mean."""

    def __init__(self, meanings: Meanings, hidden: JsonObject, request: Request) -> None:
        self.compared = (id(hidden), id(request))
        self._meanings = meanings
        self.values: dict[Key, Any] = {}
        self.texts: dict[int, str] = {}
        self._stand_ins: dict[Key, Key] = {}
        self.differences: list[Difference] = []
        self._unify_requests(hidden, request)

    def _unify_requests(self, hidden: JsonObject, request: Request) -> None:
        recorded = {**hidden, "path": split_path(hidden["path"])}
        sent = describe_request(request, _Sending())
        for tree in (recorded, sent):  # HTTP libraries differ in the others
            headers = tree.pop("headers", {})
            tree["headers"] = {name: headers[name] for name in headers if name == WEBHOOK_HEADER}
        self._unify(recorded, sent, "")

    def _unify(self, recorded: Any, sent: Any, pointer: str) -> None:
        if isinstance(sent, _Sent):
            if not self._means(recorded, sent.value):
                self._differ(pointer, recorded, sent.value)
        elif isinstance(sent, _Written):
            if not self._is_written(recorded, sent.text):
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
        private = [key for key in sent if isinstance(key, _Sent)]
        others = [key for key in recorded if key not in sent]
        if private and len(private) == len(others):
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

    def _means(self, stand_in: Any, value: Any) -> bool:
        if not _is_stand_in(stand_in):
            return type(stand_in) is type(value) and bool(stand_in == value)
        if isinstance(stand_in, str) is not isinstance(value, str):
            return False
        key, found = _key(stand_in), _key(value)
        meant = self.values.get(key, self._meanings.value(key))
        if meant is not None:
            return _key(meant) == found
        other = self._stand_ins.get(found) or self._meanings.stand_in(found)
        if other is not None and other != key:
            return False
        self.values[key] = value
        self._stand_ins[found] = key
        return True

    def _is_written(self, number: Any, text: str) -> bool:
        if type(number) is not int:
            return False
        known = self.texts.setdefault(number, self._meanings.text(number) or text)
        return known == text

    def _differ(self, pointer: str, recorded: Any, sent: Any) -> None:
        self.differences.append(
            Difference(pointer=pointer or "request", recorded=self._show(recorded), sent=_say(sent))
        )

    def _show(self, recorded: Any) -> str:
        """What was recorded, in the test's own words where it has some."""
        if _is_stand_in(recorded):
            key = _key(recorded)
            meant = self.values.get(key, self._meanings.value(key))
            return _say(recorded if meant is None else meant)
        return _say(recorded)


class _Nothing:
    def __repr__(self) -> str:
        return "nothing"


_NOTHING = _Nothing()


def _below(pointer: str, key: Any) -> str:
    return f"{pointer}.{key}" if pointer else str(key)


def _is_stand_in(recorded: Any) -> bool:
    if isinstance(recorded, str):
        return STAND_IN.fullmatch(recorded) is not None
    return isinstance(recorded, int | float) and not isinstance(recorded, bool)


def _key(value: Any) -> Key:
    return type(value), repr(value) if isinstance(value, float) else value


def _say(value: Any) -> str:
    shown = repr(_plain(value))
    return shown if len(shown) <= 120 else f"{shown[:119]}…"


def _plain(value: Any) -> Any:
    if isinstance(value, _Sent):
        return value.value
    if isinstance(value, _Written):
        return value.text
    if isinstance(value, dict):
        return {_plain(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value
