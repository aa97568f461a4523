"""The kit without pytest around it: a stub with users in it, and tests that use it."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from pytest_twilio_users.backends.stub import StubBackend
from pytest_twilio_users.handle.assembly import assemble
from pytest_twilio_users.handle.twilio_users import TwilioUsers
from pytest_twilio_users.scopes.hypothesis_examples import Examples
from pytest_twilio_users.scopes.isolation import Isolation
from pytest_twilio_users.settings import Settings
from pytest_twilio_users.state.account import Account
from pytest_twilio_users.state.behaviour import add_user
from pytest_twilio_users.state.store import StoredUser

AUTH = ("AC" + "0" * 32, "token")
ROLE_SID = "RL" + "0" * 32


class Stub:
    """A handle, and what pytest would do with it. `users` are there before any test."""

    def __init__(self, *, users: int = 0, settings: Settings | None = None) -> None:
        self._settings = settings or Settings()
        self._isolation = Isolation(self._settings)
        self.handle, engine = assemble(self._isolation, backend=self._make_backend)
        self._isolation.attach(engine)
        self._isolation.leave_test()
        self.users = self._fill(users)

    def _make_backend(self, account: Account) -> StubBackend:
        self.backend = StubBackend(account)
        return self.backend

    def _fill(self, users: int) -> list[StoredUser]:
        """Put users straight into the store: no request, no journal, nothing to roll back."""
        gc.disable()  # nothing becomes garbage here, and to look for it takes longer than the rest
        account = self.backend.account
        for number in range(users):
            add_user(
                account,
                self.handle.default_service_sid,
                identity=f"{number}@example.com",
                role_sid=ROLE_SID,
            )
        gc.enable()
        return list(account.store.users())

    @contextmanager
    def test(self, *, examples: bool = False) -> Iterator[TwilioUsers]:
        """A test that uses the kit; what it does is undone at its end, or at each example's."""
        listening = Examples(self._isolation, complain=lambda _: None)
        if examples:
            listening.listen()  # until it is forgotten
        self._isolation.begin_test("test", self._settings, fixtures=["twilio_users"])
        yield self.handle
        self._isolation.leave_test()
