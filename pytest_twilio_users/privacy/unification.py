"""Unification of a recorded request with a sent one, to tell whether they are the same.

In logic, to unify two trees is to find what the variables of one have to mean for
both to be equal. Here stand-ins are the variables, and private values what they mean:
one stand-in means one value, and one value has one stand-in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pytest_twilio_users.contract.models import JsonObject
from pytest_twilio_users.privacy.description import Description
from pytest_twilio_users.privacy.meanings import Key, Meanings, key_of
from pytest_twilio_users.privacy.paths import split_path
from pytest_twilio_users.privacy.stand_ins import STAND_IN
from pytest_twilio_users.wire.codec import WEBHOOK_HEADER
from pytest_twilio_users.wire.messages import Request


@dataclass(frozen=True, slots=True)
class _Private:
    """A private value of the sent request, where the recorded one has a stand-in."""

    value: Any


@dataclass(frozen=True, slots=True)
class _JsonText:
    """A JSON text of the sent request, where the recorded one has the number of a text."""

    text: str


class _Marks:
    """Marks what is private in the sent request, and keeps it; an empty text hides nothing."""

    def of_text(self, value: str) -> Any:
        return _Private(value) if value else value

    def of_number(self, value: float) -> _Private:
        return _Private(value)

    def of_written(self, text: str) -> _JsonText:
        return _JsonText(text)


_DESCRIPTION = Description(_Marks())


class _Nothing:
    def __repr__(self) -> str:
        return "nothing"


_NOTHING = _Nothing()


class Unification:
    """How a request differs from a recorded one, and what stand-ins mean if it doesn't.

    `values` and `texts` are what stand-ins would newly mean. They are bound only once
    the exchange answers: it may not be its turn, and the test may send other values.
    """

    def __init__(self, meanings: Meanings, recorded: JsonObject, request: Request) -> None:
        """Compare the two, by what stand-ins mean so far."""
        self._meanings = meanings
        self.values: dict[Key, Any] = {}
        self.texts: dict[int, str] = {}
        self._stand_ins: dict[Key, Key] = {}
        self.differences: list[str] = []
        self._unify_requests(recorded, request)

    def _unify_requests(self, hidden: JsonObject, request: Request) -> None:
        recorded = {**hidden, "path": split_path(hidden["path"])}
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
        """Equal keys are unified, and private keys with those left over, in their order."""
        private = [key for key in sent if isinstance(key, _Private)]
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

    def _may_mean(self, recorded: Any, value: Any) -> bool:
        if not _is_stand_in(recorded):
            return type(recorded) is type(value) and bool(recorded == value)
        if isinstance(recorded, str) is not isinstance(value, str):
            return False
        stand_in, found = key_of(recorded), key_of(value)
        meant = self.values.get(stand_in, self._meanings.value(stand_in))
        if meant is not None:
            return key_of(meant) == found
        other = self._stand_ins.get(found) or self._meanings.stand_in(found)
        if other is not None and other != stand_in:
            return False
        self.values[stand_in] = value
        self._stand_ins[found] = stand_in
        return True

    def _is_written(self, number: Any, text: str) -> bool:
        if type(number) is not int:
            return False
        known = self.texts.setdefault(number, self._meanings.text(number) or text)
        return known == text

    def _differ(self, pointer: str, recorded: Any, sent: Any) -> None:
        if _is_stand_in(recorded):  # told in the test's own words, where it has some
            stand_in = key_of(recorded)
            meant = self.values.get(stand_in, self._meanings.value(stand_in))
            recorded = recorded if meant is None else meant
        self.differences.append(f"{pointer}: recorded {_say(recorded)}, sent {_say(sent)}")


def _below(pointer: str, key: Any) -> str:
    return f"{pointer}.{key}" if pointer else str(key)


def _is_stand_in(recorded: Any) -> bool:
    if isinstance(recorded, str):
        return STAND_IN.fullmatch(recorded) is not None
    return isinstance(recorded, int | float) and not isinstance(recorded, bool)


def _say(value: Any) -> str:
    shown = repr(_plain(value))
    return shown if len(shown) <= 120 else f"{shown[:119]}…"


def _plain(value: Any) -> Any:
    """The value as it was sent, without marks."""
    if isinstance(value, _Private):
        return value.value
    if isinstance(value, _JsonText):
        return value.text
    if isinstance(value, dict):
        return {_plain(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value
