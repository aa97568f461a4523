"""The engine that the plugin drives: catching, the environment, cassettes, messages."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from pytest_twilio_users.handle.environment import lent
from pytest_twilio_users.handle.library_logs import hidden_logs
from pytest_twilio_users.handle.parts import Parts
from pytest_twilio_users.live.ledger_files import hold_folder
from pytest_twilio_users.scopes.scope import Scope
from pytest_twilio_users.settings import Mode, Period, Settings
from pytest_twilio_users.wire.journal import Journal
from pytest_twilio_users.wire.webhook import Webhook

if TYPE_CHECKING:
    from pytest_twilio_users.usage.tally import Tally

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class Engine:
    """Runs the kit behind one handle; isolation switches it on while a test uses the kit."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._active = ExitStack()

    def activate(self, settings: Settings) -> None:
        """Begin to answer the application's requests."""
        self.deactivate()
        parts, enter = self._parts, self._active.enter_context
        run = parts.live.run
        if run is not None and run.workers > 1:
            enter(hold_folder(run.folder, alone=settings.alone))
        if settings.mode is not Mode.STUB:
            enter(hidden_logs(parts.hiding.text))
        parts.catches.start()
        self._active.callback(parts.catches.stop)
        if parts.isolation.test is not None:
            parts.conversations.begin(parts.isolation.test)
        if settings.environment is not Period.NO and run is None:
            names = {
                "TWILIO_ACCOUNT_SID": parts.account.sid,
                "TWILIO_AUTH_TOKEN": parts.account.auth_token,
                "TWILIO_REGION": None,
                "TWILIO_EDGE": None,
            }
            enter(lent(names))

    def deactivate(self) -> None:
        """Leave the application's requests alone."""
        self._active.close()

    def tell_usage(self, tally: "Tally") -> None:
        """Have it added up what scopes use that begin from now on."""
        self._parts.records.tally = tally

    @property
    def recent(self) -> Journal:
        """The last exchanges of the running test, or of its running example."""
        return self._parts.records.recent

    @property
    def recent_webhooks(self) -> Sequence[Webhook]:
        """The last webhooks of the running test, or of its running example."""
        return self._parts.records.recent_webhooks

    @property
    def recent_plans(self) -> list[str]:
        """What was to go wrong in the running test, or in its running example, in sentences."""
        return [*map(str, self._parts.records.recent_plans)]

    def forget_recent(self) -> None:
        """A test or an example begins: what was said before is none of its business."""
        self._parts.records.forget_recent()

    @property
    def private(self) -> bool:
        """Whether reports may hold private values."""
        return self._parts.hiding.private

    def hide(self, text: str) -> str:
        """The text as a report may show it."""
        return self._parts.hiding.text(text)

    def tell_refused(self, refusal: str) -> None:
        """Have a request that was refused told of the running test; a live one fails it."""
        complaints = self._parts.complaints
        live = self._parts.isolation.current.settings.mode.is_live
        (complaints.stopped if live else complaints.warn)(refusal)

    def take_complaint(self, scope: Scope | None = None) -> tuple[str, list[str]]:
        """What to fail a scope, or whoever is to blame, for, and what to warn of; each once."""
        return self._parts.complaints.take_at_end(scope)

    def take_beside(self) -> list[str]:
        """What a failing test's exchanges do not show, in sentences; no complaint is left."""
        return self._parts.complaints.take_beside()

    def settle(self, *, passed: Callable[[Scope], bool]) -> str:
        """Write what was recorded, and tell what was recorded and not said again.

        Args:
            passed: tells of a scope that is over whether its cassette is to be trusted.
        """
        return self._parts.conversations.settle(passed=passed)

    @property
    def changes_sent(self) -> int:
        """How many changes counted against what this process of a live run may send."""
        return self._parts.live.changes_sent

    def close(self) -> None:
        """End the run."""
        self._parts.live.close()
