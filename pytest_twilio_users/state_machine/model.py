"""The users that a client has to show after its calls."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pytest_twilio_users.adapters import Refused, SeenUser, shows
from pytest_twilio_users.contract import refusals
from pytest_twilio_users.contract.operations import Action
from pytest_twilio_users.contract.refusals import Refusal
from pytest_twilio_users.errors import InvalidArgument, counted
from pytest_twilio_users.state_machine.programs import Program, literal

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class Model:
    """The expected users of a client, after its calls.

    `users` has by service and identity the fields that a user has to show, `sids`
    those of all users that there ever were, and `gone` the service, SID and identity
    of those that were deleted. Whatever disagrees is raised as an AssertionError.
    """

    def __init__(self, services: Sequence[str | None], program: Program) -> None:
        self.users: dict[str | None, dict[str, SeenUser]] = {sid: {} for sid in services}
        self.sids: list[str] = []
        self.gone: list[tuple[str | None, str, str]] = []
        self._services = services
        self._program = program
        self._default_service_sid: str | None = None

    def find(self, service_sid: str | None, name: str) -> SeenUser | None:
        """The user of a service with this identity or SID."""
        users = self.users.setdefault(service_sid, {})
        if name in users:
            return users[name]
        return next((user for user in users.values() if user["sid"] == name), None)

    def hold_refused(self, due: Sequence[Refusal], error: Exception) -> Refused:
        """Hold what a client raised against the refusals of which one is due."""
        refused = Refused.from_error(error)
        if refused.status is None:
            if hasattr(error, "status_code") or hasattr(error, "response"):
                error.add_note(
                    "If Twilio refused: the adapter's error must have the attributes status and"
                    " code."
                )
            raise error
        if not any((row.status, row.code) == (refused.status, refused.code) for row in due):
            came = f"{refused.status!r}, {refused.code!r}"
            raise self._program.disagreement(_text(due), came) from error
        self._program.steps[-1].refused = refused
        return refused

    def hold_not_refused(self, due: Sequence[Refusal]) -> None:
        """Require that no refusal is due."""
        if due:
            raise self._program.disagreement(_text(due), "no refusal")

    def hold_created(
        self, service_sid: str | None, identity: str, parameters: Mapping[str, Any], seen: SeenUser
    ) -> None:
        """Remember a new user, and hold what the client shows of it against that."""
        sid = seen["sid"]
        user: SeenUser = {"sid": sid, "identity": identity, "friendly_name": None}
        user |= {"attributes": "{}", **_stored(parameters)}
        home = self._home(service_sid, seen)
        if home is not None:
            user["chat_service_sid"] = home
        if "role_sid" in seen:
            user.setdefault("role_sid", seen["role_sid"])
        self.users[service_sid][identity] = user
        if sid in self.sids:
            raise self._program.disagreement("a SID of its own", f"{self._program.name(sid)} again")
        self.sids.append(sid)
        self._hold(user, seen)

    def hold_updated(self, user: SeenUser, parameters: Mapping[str, Any], seen: SeenUser) -> None:
        """Change a user, and hold what the client shows of it against that."""
        user |= _stored(parameters)
        self._hold(user, seen)

    def hold_listed(
        self, service_sid: str | None, listed: list[SeenUser], *, limit: int | None
    ) -> None:
        """Hold a list against the users of a service; users that nobody knows are ignored."""
        name, disagreement = self._program.name, self._program.disagreement
        due = {user["sid"]: user for user in self.users[service_sid].values()}
        seen: set[str] = set()
        for user in listed:
            sid = user["sid"]
            if sid in seen:
                raise disagreement("each user once", f"{name(sid)} twice")
            seen.add(sid)
            if sid in due:
                self._hold(due[sid], user)
            elif sid in self.sids:
                raise disagreement("the users of this service", f"{name(sid)} with them")
        if limit is not None and len(listed) > limit:
            raise disagreement(f"at most {counted(limit, 'user')}", f"{len(listed)}")
        if limit is None or len(listed) < limit:
            for sid in due:
                if sid not in seen:
                    raise disagreement("all users of the service", f"none with {name(sid)}")

    def forget(self, service_sid: str | None, user: SeenUser) -> None:
        """Forget a user that was deleted."""
        del self.users[service_sid][user["identity"]]
        self.gone.append((service_sid, user["sid"], user["identity"]))

    def _hold(self, user: SeenUser, seen: SeenUser) -> None:
        for name, value in user.items():
            if name in seen and not shows(name, value, seen[name]):
                raise self._program.disagreement(f"{name} {literal(value)}", literal(seen[name]))

    def _home(self, service_sid: str | None, seen: SeenUser) -> str | None:
        """The SID of the service that a user was created in, as far as it is known."""
        if service_sid is not None:
            return service_sid
        home = self._default_service_sid or seen.get("chat_service_sid")
        self._default_service_sid = home
        if home is not None and home in self._services:
            raise InvalidArgument(
                f"services={list(self._services)!r} has the default service twice: None and"
                f" {home} are the same. Leave one out."
            )
        return home


def due_refusals(
    action: Action, user: SeenUser | None, refusal: Refusal | None
) -> tuple[Refusal, ...]:
    """The refusals of which one is due; none if the call is to succeed.

    Args:
        action: what is asked for.
        user: who is there by the name that is asked for.
        refusal: what Twilio says to the arguments, whatever users there are.
    """
    due = () if refusal is None else (refusal,)
    if action is Action.CREATE:
        return due if user is None else (*due, refusals.IDENTITY_TAKEN)
    return due if user is not None or action is Action.LIST else (*due, refusals.NOT_FOUND)


def _stored(parameters: Mapping[str, Any]) -> SeenUser:
    """What a user shows of the parameters that it was given."""
    stored = {k: parameters[k] for k in ("friendly_name", "role_sid") if k in parameters}
    if "attributes" in parameters:
        stored["attributes"] = json.dumps(parameters["attributes"])
    return stored


def _text(due: Sequence[Refusal]) -> str:
    return " or ".join(f"{row.status}, {row.code}" for row in due) or "no refusal"
