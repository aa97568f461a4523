"""Users to begin with, as JSON: a list of objects, each with an identity."""

import json
from collections.abc import Mapping
from typing import Any

from pytest_twilio_users.contract.refusals import Refusal
from pytest_twilio_users.errors import InvalidArgument, known_names
from pytest_twilio_users.state.account import Account
from pytest_twilio_users.state.behaviour import add_user
from pytest_twilio_users.state.store import StoredUser
from pytest_twilio_users.wire.codec import encode_attributes

Seed = Mapping[str, Any]
"""A user to begin with: some of what `_TYPES` names, an identity among it. Attributes are text."""

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
    """Read a list of users from JSON; errors name its `source`.

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
    seed = {name: value for name, value in entry.items() if value is not None}
    if "identity" not in seed:
        raise InvalidArgument(f"{place} has no identity.")
    if isinstance(seed.get("attributes"), Mapping):
        seed["attributes"] = encode_attributes(seed["attributes"])
    return seed


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
    fields = dict(seed)
    service_sid = fields.pop("service_sid", None) or account.default_service_sid
    if not account.knows_service(service_sid):
        raise InvalidArgument(f"{place}: service_sid={service_sid!r} is no service of the account.")
    added = add_user(account, service_sid, **fields, place=f"{place}: ")
    if isinstance(added, Refusal):
        identity = seed["identity"]
        raise InvalidArgument(f"{place}: Twilio would refuse {identity!r}. {added.statement}.")
    return added
