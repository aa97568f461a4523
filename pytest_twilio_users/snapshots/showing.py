"""What a snapshot shows: plain data, with stand-ins for what differs from run to run."""

import json
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from dataclasses import fields, is_dataclass
from datetime import datetime
from types import GeneratorType
from typing import Any, NoReturn

from syrupy.assertion import SnapshotAssertion

from pytest_twilio_users.contract.fields import USER_FIELDS, Kind
from pytest_twilio_users.contract.operations import ATTRIBUTES, PAGE_TOKEN
from pytest_twilio_users.snapshots.plain import password, plain
from pytest_twilio_users.snapshots.stand_ins import StandIns, without_sids
from pytest_twilio_users.wire.answers import is_date

REFORMATTED = "<formatted differently>"
"""The mark of attributes whose text is not the one that was sent."""

_DATES = [name for name, field in USER_FIELDS.items() if field.kind is Kind.DATE_TIME]


class Sorted(OrderedDict[str, Any]):
    """A dictionary whose keys are in order: syrupy need not sort them, which takes it long."""


class JSON(Sorted):
    """The object that a text of JSON holds."""


Sorted.__name__ = "dict"  # amber snapshots show the name of the class


class Showing:
    """Shows the data of one snapshot, in the order in which it is written."""

    def __init__(self) -> None:
        self._names = StandIns()
        self._sent: dict[str, str] = {}
        self._show_text: dict[Any, Callable[[str], Any]] = {
            **dict.fromkeys(_DATES, self._show_date),
            PAGE_TOKEN.name: self._names.for_token,
            ATTRIBUTES.name: self._show_sent_attributes,
            ATTRIBUTES.argument: self._show_attributes,
        }

    def show(self, data: Any, *, name: Any = None) -> Any:
        """Give what to show of the data and of what is in it; an unknown object is given back.

        Args:
            data: anything.
            name: the key or field that has it.
        """
        if isinstance(data, str):
            return self._show_text.get(name, self._names.for_text)(data)
        if data is None or isinstance(data, int):
            return data
        if isinstance(data, datetime):
            return self._names.for_time(data) if name in _DATES else data
        self._names.hide(password(data))
        return self._show_container(plain(data))

    def _show_container(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            return self._show_mapping(data)
        if isinstance(data, list | GeneratorType):
            return self._show_parts(data)
        if isinstance(data, tuple):
            make: Callable[[Any], Any] = getattr(data, "_make", tuple)  # of a named tuple
            return make(self._show_parts(data))
        if isinstance(data, set | frozenset):
            return self._show_parts(sorted(data, key=lambda part: without_sids(repr(part))))
        if is_dataclass(data) and not isinstance(data, type | SnapshotAssertion):
            return self._show_dataclass(data)
        return data

    def _show_mapping(self, data: Mapping[Any, Any]) -> dict[Any, Any]:
        if isinstance(data, OrderedDict) or not all(type(key) is str for key in data):
            kind = OrderedDict if isinstance(data, OrderedDict) else dict
            return kind((self.show(key), self.show(data[key], name=key)) for key in data)
        show, show_key = self.show, self._names.for_text
        # SIDs may be keys, and their order is another in each run.
        keys = sorted(data, key=without_sids)
        return Sorted([(show_key(key), show(data[key], name=key)) for key in keys])

    def _show_parts(self, data: Iterable[Any]) -> list[Any]:
        return [self.show(part) for part in data]

    def _show_dataclass(self, data: Any) -> Any:
        shown = copy(data)
        for name in sorted(field.name for field in fields(data)):
            object.__setattr__(shown, name, self.show(getattr(data, name), name=name))
        return shown

    def _show_date(self, text: str) -> str:
        return self._names.for_time(datetime.fromisoformat(text)) if is_date(text) else text

    def _show_sent_attributes(self, text: str) -> Any:
        attributes = _parse_object(text)
        if attributes is None:
            return self._names.for_text(text)
        self._sent[_canonical(attributes)] = text
        return self._show_json(attributes, JSON)

    def _show_attributes(self, text: str) -> Any:
        attributes = _parse_object(text)
        if attributes is None:
            return self._names.for_text(text)
        sent = self._sent.get(_canonical(attributes)) if self._sent else None
        if sent is None:  # as the kit's client would have
            sent = json.dumps(attributes, ensure_ascii=False)
        shown = self._show_json(attributes, JSON)
        return shown if text == sent else {REFORMATTED: shown}

    def _show_json(self, value: Any, kind: type[Sorted] = Sorted) -> Any:
        """The author's own data: no name in it is Twilio's."""
        show_text = self._names.for_text
        if isinstance(value, str):
            return show_text(value)
        if isinstance(value, list):
            return [self._show_json(part) for part in value]
        if isinstance(value, dict):
            return kind([(show_text(key), self._show_json(value[key])) for key in sorted(value)])
        return value


def _parse_object(text: str) -> dict[str, Any] | None:
    try:
        parsed = _DECODER.decode(text)
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


def _canonical(attributes: dict[str, Any]) -> str:
    """The same text for the same attributes, in whichever order they stand."""
    return json.dumps(attributes, sort_keys=True)
