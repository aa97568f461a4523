"""The response models: a User, a page of users, the page's meta.

Twilio's documents name two types for each, one for the account's default
service and one for a named service. Their fields are the same, so each is one
class here: `User` is ConversationsV1User and ConversationsV1ServiceServiceUser,
`UserPage` is ListUserResponse and ListServiceUserResponse.

They can be subclassed. A field that a subclass adds is read by its name; where an
answer lacks it, it is its default, or None if it has none. `to_dict` leaves such a default
out; Twilio's own fields it has always.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import MISSING, Field, dataclass, field, fields
from datetime import UTC, datetime
from functools import cache
from typing import Any, Self, cast
from urllib.parse import parse_qs, urlsplit

from pytest_twilio_users.contract.arguments import refused
from pytest_twilio_users.contract.arrivals import arrive
from pytest_twilio_users.contract.operations import PAGE_TOKEN
from pytest_twilio_users.errors import brief

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

JsonObject = dict[str, Any]

_DATES = ("date_created", "date_updated")


def format_date(moment: datetime) -> str:
    """Write a moment as Twilio does: GMT, whole seconds unless there are fractions."""
    in_utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return in_utc.isoformat().removesuffix("+00:00") + "Z"


def parse_date(text: str, *, name: str) -> datetime:
    """Read a moment.

    Raises:
        InvalidArgument: it is none.
    """
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is UTC:
            return moment
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        allowed = "a date-time, such as 2019-12-16T22:18:37Z"
        raise refused(text, name=name, allowed=allowed) from None


@dataclass(frozen=True, kw_only=True, slots=True)
class User:
    """A user of a Conversation Service, as Twilio answered it.

    Twilio's schema allows null in all 13 fields. The types here follow the answers that are
    known: if a type has no None, nobody has seen a null there. If Twilio answers null all the
    same, the field is None, and no error is raised.

    `attributes` is Twilio's JSON text, unchanged; `parsed_attributes` is the dictionary.
    `extra` holds fields that the contract does not know.
    """

    sid: str
    account_sid: str
    chat_service_sid: str
    role_sid: str
    identity: str
    friendly_name: str | None
    attributes: str
    is_online: bool | None
    is_notifiable: bool | None
    date_created: datetime
    date_updated: datetime
    url: str
    links: Mapping[str, str] = field(hash=False)
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @classmethod
    def from_dict(cls, answer: Mapping[str, Any]) -> Self:
        """Read Twilio's JSON. A missing field is None; an unknown one goes to `extra`.

        Raises:
            InvalidArgument: it is no mapping, or a date is none.
        """
        values = _known(cls, answer)
        for name in _DATES:
            if values.get(name) is not None:
                values[name] = parse_date(values[name], name=name)
        return cls(**values)

    def to_dict(self) -> JsonObject:
        """Return the JSON that the user was read from. The order of keys may differ."""
        answer = _plain(self)
        for name in _DATES:
            if answer.get(name) is not None:
                answer[name] = format_date(answer[name])
        return answer

    @property
    def parsed_attributes(self) -> JsonObject:
        """The attributes as a dictionary. Each call parses the text again.

        Raises:
            ValueError: the text is not a JSON object (Twilio stores nothing else), or Python
                can't read it: it is nested too deeply, or a number has too many digits.
        """
        try:
            parsed = json.loads(self.attributes)
        except TypeError:  # null, which nobody has seen
            parsed = None
        except RecursionError:
            raise ValueError("attributes: they are nested too deeply for Python.") from None
        if not isinstance(parsed, dict):
            raise ValueError(f"attributes={brief(self.attributes)} is JSON, but no object.")
        return cast("JsonObject", parsed)


@dataclass(frozen=True, kw_only=True, slots=True)
class PageMeta:
    """The position of a page in its list. `page` counts from 0."""

    page: int
    page_size: int
    first_page_url: str
    previous_page_url: str | None
    url: str
    next_page_url: str | None
    key: str
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @classmethod
    def from_dict(cls, answer: Mapping[str, Any]) -> Self:
        """Read Twilio's JSON. A missing field is None; an unknown one goes to `extra`.

        Raises:
            InvalidArgument: it is no mapping.
        """
        return cls(**_known(cls, answer))

    def to_dict(self) -> JsonObject:
        """Return the JSON that the meta was read from. The order of keys may differ."""
        return _plain(self)

    @property
    def next_page_token(self) -> str | None:
        """The PageToken of `next_page_url`: what `list_user(page_token=…)` takes.

        Raises:
            InvalidArgument: `next_page_url` is neither None nor a URL.
        """
        return _page_token(self.next_page_url, name="next_page_url")

    @property
    def previous_page_token(self) -> str | None:
        """The PageToken of `previous_page_url`.

        Raises:
            InvalidArgument: `previous_page_url` is neither None nor a URL.
        """
        return _page_token(self.previous_page_url, name="previous_page_url")


@dataclass(frozen=True, kw_only=True, slots=True)
class UserPage:
    """One page of a list of users: `for user in page`, `len(page)`.

    A page without users is false, as an empty list is.
    """

    users: tuple[User, ...]
    meta: PageMeta
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @classmethod
    def from_dict(cls, answer: Mapping[str, Any]) -> Self:
        """Read Twilio's JSON.

        Raises:
            InvalidArgument: it is no page of users.
        """
        values = _known(cls, answer)
        users: Any = values.get("users")
        meta: Any = values.get("meta")
        if not isinstance(users, list | tuple):
            raise refused(users, name="users", allowed="a list of users")
        for number, user in enumerate(users):
            _require_mapping(user, name=f"users[{number}]")
        _require_mapping(meta, name="meta")
        values["users"] = tuple(map(User.from_dict, users))
        values["meta"] = PageMeta.from_dict(meta)
        return cls(**values)

    def to_dict(self) -> JsonObject:
        """Return the JSON that the page was read from. The order of keys may differ."""
        users = [user.to_dict() for user in self.users]
        return {**_plain(self), "meta": self.meta.to_dict(), "users": users}

    def __iter__(self) -> Iterator[User]:
        return iter(self.users)

    def __len__(self) -> int:
        return len(self.users)


def _require_mapping(value: object, *, name: str) -> None:
    if not isinstance(value, Mapping):
        raise refused(value, name=name, allowed="a mapping, as Twilio's JSON is")


def _known(model: type, answer: Mapping[str, Any]) -> JsonObject:
    _require_mapping(answer, name="answer")
    required, optional = _names(model)
    values = {name: answer.get(name) for name in required}
    if len(answer) != len(values) or answer.keys() != values.keys():
        values |= {name: answer[name] for name in optional if name in answer}
        values["extra"] = {name: value for name, value in answer.items() if name not in values}
    return values


def _plain(model: Any) -> JsonObject:
    kind: type = type(model)
    required, optional = _names(kind)
    values = {name: getattr(model, name) for name in required}
    for name, default in optional.items():
        value = getattr(model, name)
        if value != default:
            values[name] = value
    return {**values, **model.extra}


@cache
def _names(model: type) -> tuple[tuple[str, ...], JsonObject]:
    """The fields that are None where an answer lacks them, and those that have a default.

    The default is what `to_dict` leaves out: MISSING of Twilio's own, to which only subclasses
    give one.
    """
    defaults = {each.name: _default(each) for each in fields(model) if each.init}
    required = tuple(name for name, default in defaults.items() if default is MISSING)
    kits: Any = next(kind for kind in model.__mro__ if kind.__module__ == __name__)
    defaults |= dict.fromkeys((each.name for each in fields(kits)), MISSING)
    del defaults["extra"]
    return required, {name: defaults[name] for name in defaults if name not in required}


def _default(each: Field[Any]) -> Any:
    return each.default if each.default_factory is MISSING else each.default_factory()


def _page_token(url: object, *, name: str) -> str | None:
    if url is None:
        return None
    if isinstance(url, str):
        with suppress(ValueError):  # brackets that hold no address
            return parse_qs(urlsplit(url).query).get(PAGE_TOKEN.name, [None])[0]
    raise refused(url, name=name, allowed="a URL, or None")


arrive(User, UserPage, PageMeta)
