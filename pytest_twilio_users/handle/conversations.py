"""The conversations of tests in record or replay: each has a cassette."""

import re
from collections.abc import Callable
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import cast

from pytest_twilio_users.backends import Backend
from pytest_twilio_users.cassettes.ages import why_expired
from pytest_twilio_users.cassettes.cassette import (
    read_cassette,
    record_command,
    refresh_command,
)
from pytest_twilio_users.cassettes.places import place
from pytest_twilio_users.cassettes.record import RecordBackend
from pytest_twilio_users.cassettes.replay import ReplayBackend
from pytest_twilio_users.errors import (
    CassetteError,
    DefaultServiceRefused,
    UnrecordedRequest,
    printable,
)
from pytest_twilio_users.privacy.aliases import Aliases
from pytest_twilio_users.privacy.stand_ins import NO_PREFIX
from pytest_twilio_users.scopes.isolation import Isolation
from pytest_twilio_users.scopes.scope import Scope
from pytest_twilio_users.settings import SETTINGS, Expiry, Mode
from pytest_twilio_users.wire.codec import Call, decode
from pytest_twilio_users.wire.messages import Request, Response

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

Conversation = RecordBackend | ReplayBackend


class Conversations:
    """One for each test, or fixture that outlives tests, that says something in record or replay.

    When its scope is over, `settle` writes the cassette, or holds against it what was said.
    """

    def __init__(
        self,
        isolation: Isolation,
        *,
        live: Callable[[], Backend],
        folder: Path,
        recorded_from: str,
        known: dict[str, str],
        prefix: Callable[[str], str] | None,
        today: date,
        on_named: Callable[[str], None],
        on_expired: Callable[[str], object],
    ) -> None:
        """Set up without a conversation.

        Args:
            isolation: who is acting.
            live: gives the backend that is recorded.
            folder: where cassettes are.
            recorded_from: the host that answers, or that it is loopback.
            known: the stand-ins of the account's and the services' SIDs.
            prefix: gives what stands before the identities that a live run makes up for a scope.
            today: of which day cassettes are that are written, and how old others are by it.
            on_named: hears the names of conversations and of their cassettes.
            on_expired: hears which are replayed that are too old.
        """
        self._isolation = isolation
        self._live = live
        self._folder = folder
        self._recorded_from = recorded_from
        self._known = known
        self._prefix = prefix
        self._today = today
        self._on_named = on_named
        self._on_expired = on_expired
        self._conversations: dict[Scope, Conversation] = {}
        self._over: list[tuple[Scope, Conversation]] = []

    def answer(self, scope: Scope, request: Request) -> Response:
        """Answer a request in the conversation of the scope that is acting."""
        with self._isolation.lock:
            conversation = self._conversations.get(scope) or self._open(scope)
        try:
            return conversation.handle(request)
        except UnrecordedRequest as miss:
            replay = cast("ReplayBackend", conversation)  # who else would raise it
            if not replay.recorded:
                _require_default_service(scope, request)
            replay.note(miss)
            raise

    def begin(self, scope: Scope) -> None:
        """A scope begins that may say something; in replay, what was recorded is to be said.

        Where it says nothing any more, record is to delete what it said before.
        """
        recorded = scope.settings.mode in (Mode.RECORD, Mode.REPLAY)
        if recorded and scope not in self._conversations:
            self._open(scope)

    def settle(self, *, passed: Callable[[Scope], bool]) -> str:
        """Write the cassettes of the conversations that are over, if their test passed.

        Returns a complaint: what was recorded and not said in replay, or can't be written.
        """
        over, self._over = self._over, []
        complaints = []
        for scope, conversation in over:
            if not passed(scope):
                continue
            if isinstance(conversation, ReplayBackend):
                complaints.append(conversation.complaint())
            else:
                complaints.append(printable(self._save(conversation)))
        return "\n".join(filter(None, complaints))

    def _save(self, conversation: RecordBackend) -> str:
        try:
            conversation.save(
                self._folder,
                recorded_from=self._recorded_from,
                kit=version("pytest-twilio-users"),
                today=self._today,
            )
        except OSError as error:
            return (
                f"The cassette can't be written: {error.strerror}: {error.filename}. Is"
                f" {SETTINGS['cassettes'].option} a folder that may be written to?"
            )
        except CassetteError as error:
            return str(error)
        return ""

    def _open(self, scope: Scope) -> Conversation:
        name = scope.cassette_name
        path = place(self._folder, name)
        self._on_named(name)
        self._on_named(str(path))
        prefix = self._prefix(scope.name) if self._prefix else None
        aliases = Aliases(
            seed=name,
            known=self._known,
            around=lambda: self._wide(scope),
            marked=scope.outlives_tests,
            prefix=re.compile(re.escape(prefix)) if prefix else NO_PREFIX,
        )
        conversation: Conversation
        if scope.settings.mode is Mode.RECORD:
            conversation = RecordBackend(self._live(), name=name, aliases=aliases)
        else:
            conversation = self._replay(scope, path, aliases)
        self._conversations[scope] = conversation
        scope.on_end(lambda: self._over.append((scope, self._conversations.pop(scope))))
        return conversation

    def _wide(self, scope: Scope) -> list[Aliases]:
        """The aliases of the fixtures that a scope may hear of."""
        open_ones = list(self._conversations.items())
        return [c.aliases for s, c in open_ones if s is not scope and s.outlives_tests]

    def _replay(self, scope: Scope, path: Path, aliases: Aliases) -> ReplayBackend:
        """What can't be replayed fails the test that asks for it, and no other."""
        cassette, refusal, name = None, "", scope.cassette_name
        try:
            if path.exists():
                cassette = read_cassette(path, folder=self._folder)
                self._require_young(scope, path, cassette.date)
        except CassetteError as error:
            refusal = str(error)
        spared = scope.settings.spares_young(self._isolation.settings)
        return ReplayBackend(
            cassette,
            name=name,
            path=path,
            aliases=aliases,
            refusal=refusal,
            anew=refresh_command(name) if spared else record_command(name),
        )

    def _require_young(self, scope: Scope, path: Path, recorded: date) -> None:
        """See that a cassette is not too old; if one is, that may be only told.

        Raises:
            CassetteError: it is, and is not to be replayed then.
        """
        name, settings = scope.cassette_name, scope.settings
        why = why_expired(recorded, today=self._today, days=settings.cassette_days)
        if why and settings.cassette_expiry is Expiry.FAIL:
            raise CassetteError(
                f"The cassette {path} is too old for cassette_expiry='fail': {why}.\n"
                f"To record it again and see what changed: {refresh_command(name)}"
            )
        if why:
            self._on_expired(f"{why}: {name}")


def _require_default_service(scope: Scope, request: Request) -> None:
    """A conversation that record would have skipped, replay skips, too."""
    call = decode(request)
    if isinstance(call, Call) and call.service_sid is None and not scope.settings.default_service:
        raise DefaultServiceRefused(
            f"{call.operation}: there is no cassette, and this run may not use the account's"
            f" default service. To record it: {record_command(scope.cassette_name)}"
            f" {SETTINGS['default_service'].option}=IS…"
        )
