"""Users to begin with, as JSON: a list of objects, each with an identity."""

from collections.abc import Mapping
from typing import Any

from pytest_twilio_users.contract.refusals import Refusal
from pytest_twilio_users.errors import InvalidArgument, brief, known_names
from pytest_twilio_users.server.seed_json import read_entries
from pytest_twilio_users.state.account import Account
from pytest_twilio_users.state.behaviour import add_user
from pytest_twilio_users.state.store import StoredUser

Seed = Mapping[str, Any]
"""A user to begin with: some of what `_NAMES` has, an identity among it."""

_NAMES = (
    *("identity", "service_sid", "friendly_name", "attributes", "role_sid"),
    *("is_online", "is_notifiable"),
)


def read_seeds(text: str | bytes, *, source: str) -> list[Seed]:
    """Read a list of users from JSON; errors name its `source`.

    Raises:
        InvalidArgument: it is no such list; the message says where and why.
    """
    read: list[Seed] = []
    for number, (entry, problems) in enumerate(read_entries(text, source=source), start=1):
        place = _place(source, number, entry)
        if problems:
            raise InvalidArgument(f"{place}: {problems[0]}.")
        if not isinstance(entry, dict):
            raise InvalidArgument(f'{place}: expected an object, such as {{"identity": "ada"}}.')
        for name in entry:
            if name not in _NAMES:
                raise InvalidArgument(
                    f"{place}: {brief(name)} is nothing that a user begins with."
                    f"{known_names(name, _NAMES)}"
                )
        if entry.get("identity") is None:
            raise InvalidArgument(f"{place} has no identity.")
        read.append(entry)
    return read


def plant(account: Account, seeds: list[Seed], *, source: str) -> list[StoredUser]:
    """Add the users to the account: all of them, or none.

    Raises:
        InvalidArgument: Twilio would refuse one of them, or a value can't be meant.
    """
    changes: dict[str, Any] = {}
    store = account.store
    store.track(changes)
    try:
        return [
            _add(account, seed, _place(source, number, seed))
            for number, seed in enumerate(seeds, start=1)
        ]
    except InvalidArgument:
        store.undo(changes)
        raise
    finally:
        store.untrack(changes)


def _add(account: Account, seed: Seed, place: str) -> StoredUser:
    fields = dict(seed)
    service_sid = fields.pop("service_sid", None)
    if service_sid is None:
        service_sid = account.default_service_sid
    else:
        service_sid = account.require_service(service_sid, name=f"{place}: service_sid")
    added = add_user(account, service_sid, **fields, place=f"{place}: ")
    if isinstance(added, Refusal):
        raise InvalidArgument(f"{place}: Twilio would refuse this user. {added.statement}.")
    return added


def _place(source: str, number: int, entry: object) -> str:
    """Where a user stands: by its number, and by its identity if it has one."""
    identity = entry.get("identity") if isinstance(entry, Mapping) else None
    return f"{source}, user {number}" + ("" if identity is None else f" ({brief(identity)})")
