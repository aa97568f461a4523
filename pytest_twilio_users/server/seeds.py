"""Users to begin with, as JSON: a list of objects, each with an identity."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pytest_twilio_users.contract.refusals import Refusal
from pytest_twilio_users.errors import InvalidArgument, known_names
from pytest_twilio_users.state.account import Account
from pytest_twilio_users.state.behaviour import add_user
from pytest_twilio_users.state.store import StoredUser
from pytest_twilio_users.wire.codec import encode_attributes


@dataclass(frozen=True, kw_only=True, slots=True)
class Seed:
    """One user to begin with. `attributes` is JSON text; None is what Twilio fills in."""

    identity: str
    service_sid: str | None = None
    friendly_name: str | None = None
    attributes: str | None = None
    role_sid: str | None = None
    is_online: bool | None = None
    is_notifiable: bool | None = None


_TEXT = ((str,), "text")
_TYPES: dict[str, tuple[tuple[type, ...], str]] = {
    "identity": _TEXT,
    "service_sid": _TEXT,
    "friendly_name": _TEXT,
    "attributes": ((str, dict), "an object, or text that holds one"),
    "role_sid": _TEXT,
    "is_online": ((bool,), "true or false"),
    "is_notifiable": ((bool,), "true or false"),
}


def read_seeds(text: str | bytes, *, source: str) -> list[Seed]:
    """Read a list of users.

    Args:
        text: JSON.
        source: where it is from, for errors.

    Raises:
        InvalidArgument: it is no such list; the message says where and why.
    """
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidArgument(f"{source} is no JSON: {error}.") from None
    if not isinstance(entries, list):
        raise InvalidArgument(
            f'{source}: expected a list of users, such as [{{"identity": "ada"}}].'
        )
    return [_read(entry, f"{source}, user {n}") for n, entry in enumerate(entries, start=1)]


def _read(entry: Any, place: str) -> Seed:
    if not isinstance(entry, dict):
        raise InvalidArgument(f'{place}: expected an object, such as {{"identity": "ada"}}.')
    for name, value in entry.items():
        if name not in _TYPES:
            raise InvalidArgument(
                f"{place}: {name!r} is nothing that a user begins with.{known_names(name, _TYPES)}"
            )
        types, expected = _TYPES[name]
        if value is not None and type(value) not in types:
            raise InvalidArgument(f"{place}: {name}={value!r}; expected {expected}, or null.")
    if entry.get("identity") is None:
        raise InvalidArgument(f"{place} has no identity.")
    attributes = entry.get("attributes")
    text = encode_attributes(attributes) if isinstance(attributes, Mapping) else attributes
    fields: dict[str, Any] = entry | {"attributes": text}
    return Seed(**fields)


def plant(account: Account, seeds: list[Seed], *, source: str) -> list[StoredUser]:
    """Add the users to the account: all of them, or none.

    Raises:
        InvalidArgument: Twilio would refuse one of them.
    """
    changes: dict[str, Any] = {}
    store = account.store
    store.track(changes)
    try:
        return [_add(account, seed, f"{source}, user {n}") for n, seed in enumerate(seeds, start=1)]
    except InvalidArgument:
        store.undo(changes)
        raise
    finally:
        store.untrack(changes)


def _add(account: Account, seed: Seed, place: str) -> StoredUser:
    service_sid = seed.service_sid or account.default_service_sid
    if not account.knows_service(service_sid):
        raise InvalidArgument(f"{place}: service_sid={service_sid!r} is no service of the account.")
    added = add_user(
        account,
        service_sid,
        identity=seed.identity,
        friendly_name=seed.friendly_name,
        attributes=seed.attributes,
        role_sid=seed.role_sid,
        is_online=seed.is_online,
        is_notifiable=seed.is_notifiable,
        place=f"{place}: ",
    )
    if isinstance(added, Refusal):
        raise InvalidArgument(f"{place}: Twilio would refuse {seed.identity!r}. {added.statement}.")
    return added
