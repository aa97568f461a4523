"""`journal.explain()`: who answered a request of the application, and where that was set."""

import asyncio
import inspect
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from pytest_twilio_users import faults

USERS = "https://conversations.twilio.com/v1/Users"
AUTH = ("AC" + "a" * 32, "correct-horse-battery-staple")


def here():
    """The line that calls this, as it is told."""
    frame = inspect.currentframe().f_back
    return f"{Path(frame.f_code.co_filename).relative_to(Path.cwd())}:{frame.f_lineno}"


@pytest.fixture(scope="module")
def wide(twilio_users):
    """An override of a wide fixture."""
    twilio_users.routes["delete_user"].refuse("unavailable", times=1)


def sync(method, path=""):
    """Ask by a sync client."""
    httpx.request(method, f"{USERS}{path}", auth=AUTH)


def async_(method, path=""):
    """Ask by an async client."""

    async def ask():
        async with httpx.AsyncClient(auth=AUTH) as client:
            await client.request(method, f"{USERS}{path}")

    asyncio.run(ask())


@pytest.fixture(params=[sync, async_])
def ask(request):
    """Asks, sync and async."""
    return request.param


@pytest.fixture
def answered(twilio_users):
    """Who answered the last request, and how."""

    def answered():
        lines = twilio_users.journal.last.explain().splitlines()
        [line] = [line for line in lines if line.startswith("   answered: ")]
        return line.removeprefix("   answered: ")

    return answered


def test_a_refusal_that_a_test_planned(twilio_users, ask, answered):
    """With the line that planned it; the stub answers afterwards."""
    line = (twilio_users.routes["list_user"].refuse("unavailable", times=1), here())[1]
    ask("GET")
    planned = answered()
    ask("GET")
    assert planned == f"by the override of list_user, set at {line}; it went no further"
    assert answered() == "by the stub, which gave 0 users on page 0; no page follows"


def test_an_override_of_a_fixture(wide, ask, answered):
    """By the line of the fixture."""
    ask("DELETE", "/ada")
    line = wide_line()
    assert answered() == f"by the override of delete_user, set at {line}; it went no further"


def wide_line():
    """The line of the fixture above."""
    lines = Path(__file__).read_text("utf-8").splitlines()
    number = next(n for n, line in enumerate(lines, 1) if "refuse" in line and "delete" in line)
    return f"{Path(__file__).relative_to(Path.cwd())}:{number}"


def test_an_override_that_raises(twilio_users, ask, answered):
    """What it ended with."""
    line = (twilio_users.routes["list_user"].mock(side_effect=httpx.ConnectError), here())[1]
    with pytest.raises(httpx.ConnectError):
        ask("GET")
    assert answered() == f"by nobody: the override of list_user, set at {line}: ConnectError"


def none(_):
    """Leave it to the stub."""


async def none_async(_):
    """The same, for async clients."""


@pytest.mark.parametrize(("ask", "effect"), [(sync, none), (async_, none), (async_, none_async)])
def test_an_override_that_leaves_it_to_the_stub(twilio_users, ask, effect, answered):
    """The stub answers, so it is named."""
    twilio_users.routes["list_user"].mock(side_effect=effect)
    ask("GET")
    assert answered() == "by the stub, which gave 0 users on page 0; no page follows"


def test_the_kits_own_client(twilio_users, answered):
    """It is explained like any other."""
    twilio_users.client.create_user("ada")
    assert answered().startswith("by the stub, which made US")


@pytest.fixture
def explained(twilio_users):
    """What the request met, and who answered, but not what shows in the answer."""

    def explained():
        lines = twilio_users.journal.last.explain().splitlines()
        told = [number for number, line in enumerate(lines) if line.startswith("   met: ")]
        return [line.strip() for line in lines[told[0] : told[0] + 3]]

    return explained


@pytest.mark.parametrize(
    ("fault", "reached", "answerer"),
    [
        (faults.refused("unavailable"), "it went no further", "by the fault"),
        (faults.connection_reset(), "it went no further", "by nobody: ReadError"),
        (faults.answer_lost(), "it reached the stub", "by nobody: RemoteProtocolError"),
        (faults.body_cut(), "it reached the stub", "by the stub"),
        (
            faults.slow(3),
            "it reached the stub",
            "by the stub, which gave 0 users on page 0; no page follows",
        ),
    ],
)
def test_a_planned_fault(twilio_users, explained, fault, reached, answerer):
    """Where it was planned, how far the request came, when that happens, how that is known."""
    line = (twilio_users.routes["list_user"].fail(fault), here())[1]
    for ask in sync, async_:
        with suppress(httpx.TransportError):
            ask("GET")
        row = faults.FAULTS[fault.name]
        assert explained() == [
            f"met: {fault!r}, planned at {line}; {reached}",
            f"{row.when} ({row.known})",
            f"answered: {answerer}",
        ]
        assert str(twilio_users.journal.last).endswith(f", by {fault!r}")


def test_a_fault_in_front_of_an_override(twilio_users, ask, explained):
    """The override is what the request reached."""
    line = (twilio_users.routes["list_user"].respond(200).fail(faults.answer_lost()), here())[1]
    with pytest.raises(httpx.RemoteProtocolError):
        ask("GET")
    met, _, answered = explained()
    override = f"the override of list_user, set at {line}"
    assert met == f"met: faults.answer_lost(), planned at {line}; it reached {override}"
    assert answered == "answered: by nobody: RemoteProtocolError"


def test_no_behaviour_is_told_of_an_answer_that_a_fault_changed(twilio_users, ask):
    """Which ones still show, nobody knows; of one that is late all do."""
    twilio_users.add_user("ada")
    twilio_users.routes["list_user"].fail(faults.null_field("is_online"), times=1)
    twilio_users.routes["list_user"].fail(faults.slow(3))
    ask("GET")
    ask("GET")
    changed, late = (exchange.explain() for exchange in twilio_users.journal)
    assert "reachability_not_listed: " not in changed
    assert "reachability_not_listed: " in late
