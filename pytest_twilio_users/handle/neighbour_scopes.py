"""Which neighbours answer for the scope that acts; what ends with it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pytest_twilio_users.handle.records import Records
from pytest_twilio_users.neighbours.answering import NeighboursBackend
from pytest_twilio_users.neighbours.memory import Memory, StoredNeighbour
from pytest_twilio_users.neighbours.rows import NEIGHBOURS, Neighbour
from pytest_twilio_users.scopes.scope import Scope
from pytest_twilio_users.settings import Mode, Settings
from pytest_twilio_users.state.account import Account
from pytest_twilio_users.state.shelf import Changes
from pytest_twilio_users.wire.messages import Request, Response

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


@dataclass(kw_only=True, slots=True, eq=False)
class OfScope:
    """What one scope did: `rows` that it defined, and whether it turned neighbours `on`."""

    number_before: int
    changes: Changes[StoredNeighbour] = field(default_factory=dict)
    rows: list[Neighbour] = field(default_factory=list)
    on: bool = False


class NeighbourScopes:
    """Answers beside the operations in stub mode, for the scope that acts.

    It does where the setting says so, or a scope that lives.
    """

    def __init__(self, account: Account, records: Records) -> None:
        self._records = records
        self._scopes: dict[Scope, OfScope] = {}
        self.memory = Memory(account, rows=self._rows)
        self._backend = NeighboursBackend(self.memory, on=self._is_on, how=self._how)

    def use(self) -> OfScope:
        """Have what changes from now on be the acting scope's, which is given."""
        scope = self._records.use().scope
        found = self._scopes.get(scope) or self._open(scope)
        self.memory.shelf.tracked[:] = [found.changes]
        return found

    def neighbour(self, request: Request) -> str | None:
        """The neighbour that a request is answered for, or None."""
        return self._backend.neighbour(request) if self._settings.mode is Mode.STUB else None

    def handle(self, request: Request) -> Response:
        """Answer a request."""
        with self.memory.account.lock:
            self.use()
            return self._backend.handle(request)

    def advise(self, request: Request) -> str:
        """How to have a neighbour answer; an empty text where the kit knows none."""
        return self._backend.advise(request)

    def _how(self, row: Neighbour) -> str:
        mode = self._settings.mode
        if mode is not Mode.STUB:
            return f"The kit answers for {row.name} only in stub mode, and the mode is {mode}."
        return (
            f"The kit can imitate {row.name}, loosely. Turn that on:"
            " @pytest.mark.twilio_users(neighbours=True). Or add what you need:"
            f" {row.arranged_by}."
        )

    @property
    def _settings(self) -> Settings:
        return self._records.current.scope.settings

    def _is_on(self) -> bool:
        return self._settings.neighbours or any(scope.on for scope in [*self._scopes.values()])

    def _rows(self) -> Sequence[Neighbour]:
        return [*NEIGHBOURS, *(row for scope in [*self._scopes.values()] for row in scope.rows)]

    def _open(self, scope: Scope) -> OfScope:
        opened = self._scopes[scope] = OfScope(number_before=self.memory.shelf.last_number)
        scope.on_end(lambda: self._close(scope))
        return opened

    def _close(self, scope: Scope) -> None:
        newest = next(reversed(self._scopes))
        ended, shelf = self._scopes.pop(scope), self.memory.shelf
        shelf.tracked.clear()  # undoing is nobody's change
        shelf.undo(ended.changes)
        if scope is newest:
            shelf.rewind(ended.number_before)
