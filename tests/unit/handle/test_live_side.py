"""handle/live_side.py: what a live run adds to the handle, and what it cleans up."""

from contextlib import ExitStack, suppress
from types import SimpleNamespace

import pytest

from pytest_twilio_users.errors import KitError, LiveRefused
from pytest_twilio_users.handle.live_side import LiveSide
from pytest_twilio_users.scopes.isolation import Isolation
from pytest_twilio_users.settings import Mode, Settings
from pytest_twilio_users.wire.messages import Response


class Run:
    """A live run whose backend does what it is told, and notes what is asked of it."""

    def __init__(self):
        self.ending = SimpleNamespace(begun=False, begin=self.begin)
        self.log = []
        self.says = Response(status=200)
        self.changes_sent = 3

    def begin(self):
        """Begin to end."""
        self.ending.begun = True
        self.log.append("ending")

    def open_backend(self, *, acting, on_created):
        """Open it, as a run does."""
        self.acting, self.on_created = acting, on_created
        return self, SimpleNamespace(close=lambda: self.log.append("closed"))

    def prefix(self, name):
        """What identities begin with."""
        return f"run-{name}-"

    def handle(self, _):
        """Answer, or raise."""
        return self._do()

    def remove(self, entry):
        """Remove a user, or raise."""
        self.log.append(f"remove {entry}")
        self._do()

    def _do(self):
        if isinstance(self.says, BaseException):
            raise self.says
        return self.says


class Complaints:
    """Notes what it hears."""

    def __init__(self):
        self.heard = []

    def stopped(self, text):
        """What was not sent."""
        self.heard.append(f"stopped: {text}")

    def warn(self, text):
        """A warning."""
        self.heard.append(f"warned: {text}")


@pytest.fixture
def isolation():
    """A live run in which a test has begun."""
    isolation = Isolation(Settings())
    isolation.begin_test("test_ada", Settings(mode=Mode.LIVE), fixtures=[])
    return isolation


@pytest.fixture
def run():
    """A live run."""
    return Run()


@pytest.fixture
def complaints():
    """What the author is told."""
    return Complaints()


@pytest.fixture
def side(isolation, run, complaints):
    """The live side of a handle."""
    return LiveSide(isolation, run, complaints)


def test_without_a_run_nothing_is_live(isolation, complaints):
    """The error names the mode. Names stay, and there is nothing to close."""
    side = LiveSide(isolation, None, complaints)
    with pytest.raises(KitError) as error:
        side.backend()
    side.close()

    assert str(error.value) == "mode='live' needs an account, and this handle has none."
    assert side.own_identity("ada") == "ada"


def test_names_begin_with_the_run_and_the_test_where_it_is_live(side, isolation, run):
    """A stub has the name as it is."""
    assert (side.own_identity("ada"), run.acting()) == ("run-test_ada-ada", "test_ada")

    isolation.begin_test("test_grace", Settings(), fixtures=[])
    assert (side.own_identity("ada"), run.acting()) == ("ada", "test_grace")


def test_the_account_answers_until_the_run_is_closed(side, run, complaints):
    """How many changes were sent, is its own to say."""
    assert side.backend().handle("request") is run.says
    assert side.changes_sent == 3
    side.close()

    assert (run.log, complaints.heard) == (["closed"], [])


def test_what_is_not_sent_is_complained_of(side, run, complaints):
    """Whoever sends it may take the error for an answer."""
    run.says = LiveRefused("Ada is a stranger.")
    with pytest.raises(LiveRefused, match="stranger"):
        side.handle("request")

    assert complaints.heard == ["stopped: Ada is a stranger."]


def test_what_a_test_makes_is_removed_at_its_end(side, isolation, run, complaints):
    """What can't be removed is warned of."""
    run.on_created("ada")
    assert run.log == []
    isolation.leave_test()
    assert (run.log, complaints.heard) == (["remove ada"], [])

    isolation.begin_test("test_grace", Settings(mode=Mode.LIVE), fixtures=[])
    run.on_created("grace")
    run.says = KitError("Grace is left.")
    isolation.leave_test()
    assert (run.log, complaints.heard) == (
        ["remove ada", "remove grace"],
        ["warned: Grace is left."],
    )


def test_an_interrupted_removal_is_tried_once_more(side, isolation, run):
    """When the scope is ended again, as the run does at its end."""
    scope = isolation.current
    run.on_created("ada")
    run.says = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        scope.end()
    assert run.log == ["remove ada"]

    run.says = None
    scope.end()
    assert run.log == ["remove ada", "remove ada"]


@pytest.mark.parametrize("begun", [False, True])
def test_an_interrupt_ends_the_run(side, isolation, run, begun):
    """A fixture's or an example's scope ends on the way out; the ending begins once."""
    run.ending.begun = begun
    run.on_created("ada")
    with suppress(KeyboardInterrupt), ExitStack() as stack:
        stack.callback(isolation.leave_test)
        raise KeyboardInterrupt

    assert run.log == [*([] if begun else ["ending"]), "remove ada"]


def test_another_error_does_not_end_the_run(side, isolation, run):
    """A test that fails is no reason."""
    run.on_created("ada")
    with suppress(ZeroDivisionError), ExitStack() as stack:
        stack.callback(isolation.leave_test)
        raise ZeroDivisionError

    assert run.log == ["remove ada"]
