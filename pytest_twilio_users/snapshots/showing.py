"""What a snapshot shows: plain data, with stand-ins for what differs from run to run."""

import json
from collections import OrderedDict, deque
from collections.abc import (
    Callable,
    ItemsView,
    Iterable,
    Iterator,
    KeysView,
    Mapping,
    ValuesView,
)
from copy import copy
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any

from syrupy.assertion import SnapshotAssertion
from syrupy.constants import SYMBOL_ELLIPSIS
from syrupy.extensions.amber.serializer import Repr

from pytest_twilio_users.contract.fields import USER_FIELDS, Kind
from pytest_twilio_users.contract.operations import ATTRIBUTES, PAGE_TOKEN
from pytest_twilio_users.snapshots.numbering import SID_LENGTH, Numbering, without_sids
from pytest_twilio_users.snapshots.plain import passwords, plain
from pytest_twilio_users.wire.answers import is_date
from pytest_twilio_users.wire.attributes import write_attributes
from pytest_twilio_users.wire.codec import refuse_constant

REFORMATTED = "<formatted differently>"
"""The mark of attributes whose text is not the one that was sent."""

_ITERATORS = (Iterator, KeysView, ValuesView, ItemsView, deque)
_DEEPEST = 90  # syrupy cuts off what is 100 deep, attributes in a page in a list included
_DATES = [name for name, field in USER_FIELDS.items() if field.kind is Kind.DATE_TIME]
_TOLD_DATES = ("DateCreated", "DateUpdated")  # of webhooks


class Sorted(OrderedDict[Any, Any]):
    """A dictionary whose keys are in order: syrupy need not sort them, which takes it long."""

    def __repr__(self) -> str:
        return dict.__repr__(self)  # that of OrderedDict is another in Python 3.12


Sorted.__name__ = "dict"  # An amber snapshot begins an object with the name of its class.


class JSON(Sorted):
    """The object that a text of JSON holds; a snapshot shows that it was a text."""


_SHOWN = (int, type(None), Sorted)
"""What needs no more showing: what is sorted was shown before."""


class Showing:
    """Shows the data of one snapshot, in the order in which it is written."""

    def __init__(self) -> None:
        self._numbering = Numbering()
        self._sent: dict[str, str] = {}
        self._within: set[int] = set()
        self._show_text: dict[Any, Callable[[str], Any]] = {
            **dict.fromkeys(_DATES, self._show_date),
            **dict.fromkeys(_TOLD_DATES, self._show_date),
            **dict.fromkeys(("authorization", "Authorization"), lambda _: "***"),
            PAGE_TOKEN.name: self._numbering.for_token,
            ATTRIBUTES.name: partial(self._show_attributes, sending=True),
            ATTRIBUTES.argument: self._show_attributes,
        }

    def show(self, data: Any) -> Any:
        """Give what to show of the data and of what is in it; an unknown object is given back."""
        if isinstance(data, _ITERATORS):
            data = list(data)
        self._numbering.hide(set(passwords(data)))
        return self._show(data)

    def _show(self, data: Any, *, name: Any = None) -> Any:
        """The same for a part; `name` is the key or field that has it."""
        if isinstance(data, str):
            return self._show_text.get(name, self._numbering.for_text)(data)
        if isinstance(data, _SHOWN):
            return data
        if isinstance(data, datetime):
            return self._numbering.for_time(data) if name in _DATES else data
        if id(data) in self._within:
            return Repr(SYMBOL_ELLIPSIS)
        self._within.add(id(data))
        try:
            return self._show_container(plain(data))
        finally:
            self._within.discard(id(data))

    def _show_container(self, data: Any) -> Any:
        if isinstance(data, dict | MappingProxyType):  # httpx's headers hide their secrets by repr
            return self._show_mapping(data)
        if isinstance(data, (list, *_ITERATORS)):
            return self._show_parts(data)
        if isinstance(data, tuple):
            make: Callable[[Any], Any] = getattr(data, "_make", tuple)  # of a named tuple
            return make(self._show_parts(data))
        if isinstance(data, set | frozenset):
            return self._show_parts(_in_order(data))
        if is_dataclass(data) and not isinstance(data, type | SnapshotAssertion):
            return self._show_dataclass(data)
        return data

    def _show_mapping(self, data: Mapping[Any, Any]) -> dict[Any, Any]:
        if isinstance(data, OrderedDict):
            return OrderedDict(self._show_entry(data, key) for key in data)
        if all(type(key) is str and len(key) < SID_LENGTH for key in data):
            keys = sorted(data)
        else:  # SIDs may be keys, and their order is another in each run
            keys = sorted(data, key=lambda key: (_said(key), _said(data[key])))
        return Sorted([self._show_entry(data, key) for key in keys])

    def _show_entry(self, data: Mapping[Any, Any], key: Any) -> tuple[Any, Any]:
        return self._show_key(key), self._show(data[key], name=key)

    def _show_key(self, key: Any) -> Any:
        if type(key) is str:
            return self._numbering.for_text(key)
        shown = self._show(key)
        try:
            hash(shown)
        except TypeError:
            return Repr(repr(shown))
        return shown

    def _show_parts(self, data: Iterable[Any]) -> list[Any]:
        return [self._show(part) for part in data]

    def _show_dataclass(self, data: Any) -> Any:
        shown = copy(data)  # `replace` takes no field that has no argument
        for name in sorted(field.name for field in fields(data)):
            object.__setattr__(shown, name, self._show(getattr(data, name), name=name))
        return shown

    def _show_date(self, text: str) -> str:
        return self._numbering.for_time(datetime.fromisoformat(text)) if is_date(text) else text

    def _show_attributes(self, text: str, *, sending: bool = False) -> Any:
        try:
            attributes = _parse_object(text)
            shown = self._show_json(attributes, JSON)
            # As the kit's client would have sent it, if it is not known how it was sent.
            sent = write_attributes(attributes)
            sent.encode()
            if sending:
                self._sent[_canonical(attributes)] = sent = text
            elif self._sent:
                sent = self._sent.get(_canonical(attributes), sent)
        except (ValueError, RecursionError):  # no JSON object, or no file can hold it
            return self._numbering.for_text(text)
        return shown if text == sent else {REFORMATTED: shown}

    def _show_json(self, value: Any, kind: type[Sorted] = Sorted, *, deep: int = 1) -> Any:
        """The author's own data: no name in it is Twilio's."""
        if deep > _DEEPEST:
            raise ValueError  # it is nested deeper than syrupy writes
        show_text = self._numbering.for_text
        if isinstance(value, str):
            return show_text(value)
        if isinstance(value, list):
            return [self._show_json(part, deep=deep + 1) for part in value]
        if isinstance(value, dict):
            keys = sorted(value, key=without_sids)
            parts = [(show_text(key), self._show_json(value[key], deep=deep + 1)) for key in keys]
            return kind(parts)
        return value


def _said(part: Any) -> tuple[str, Any]:
    """What a part says whichever SIDs it names, to sort by; numbers stay numbers."""
    number = isinstance(part, int | float)
    return type(part).__name__, part if number else without_sids(repr(plain(part)))


def _in_order(parts: Iterable[Any]) -> list[Any]:
    """The parts of a set: its own order is another in each run. Only SIDs: by these."""
    return sorted(sorted(parts, key=repr), key=lambda part: without_sids(repr(plain(part))))


def _parse_object(text: str) -> dict[str, Any]:
    parsed = _DECODER.decode(text)
    if not isinstance(parsed, dict):
        raise ValueError  # it is no object
    return parsed


_DECODER = json.JSONDecoder(parse_constant=refuse_constant)


def _canonical(attributes: dict[str, Any]) -> str:
    """The same text for the same attributes, in whichever order they stand."""
    return json.dumps(attributes, sort_keys=True)
