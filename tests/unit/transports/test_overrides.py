"""transports/overrides.py: which override a request meets."""

import inspect
import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from pytest_twilio_users.errors import KitError
from pytest_twilio_users.transports.overrides import Overrides
from pytest_twilio_users.transports.routes import UsersRouter

USERS = "https://conversations.twilio.com/v1/Users"


@pytest.fixture
def wide(journal):
    """The routes of a wide fixture."""
    return UsersRouter(lambda: journal)


@pytest.fixture
def narrow(journal, wide):
    """The routes of a test."""
    return UsersRouter(lambda: journal, around=lambda: [wide])


@pytest.fixture
def statuses(narrow, wide):
    """The statuses that a number of requests meet in a test that begins now; None is the stub's."""

    def statuses(times, url=USERS, operation="list_user"):
        overrides = Overrides(lambda: [narrow, wide])
        met = [overrides.answer(httpx.Request("GET", url), operation) for _ in range(times)]
        return [answer and answer.status_code for answer in met]

    return statuses


def answers(*statuses):
    """Responses with these statuses."""
    return [httpx.Response(status) for status in statuses]


@pytest.mark.parametrize(
    ("override", "met"),
    [
        pytest.param(lambda wide: wide["list_user"].respond(503), [503, 503], id="response"),
        pytest.param(
            lambda wide: wide["list_user"].mock(side_effect=lambda _: httpx.Response(503)),
            [503, 503],
            id="function",
        ),
        pytest.param(
            lambda wide: wide["list_user"].mock(side_effect=answers(503, 502)),
            [503, 502],
            id="list",
        ),
        pytest.param(
            lambda wide: wide["list_user"].mock(side_effect=iter(answers(503, 502))),
            [503, 502],
            id="iterator",
        ),
        pytest.param(
            lambda wide: wide["list_user"].mock(side_effect=itertools.cycle(answers(503, 502))),
            [503, 502],
            id="no end",
        ),
        pytest.param(
            lambda wide: wide["list_user"].mock(side_effect=[httpx.Response(503), None]),
            [503, None],
            id="None in a list",
        ),
        pytest.param(lambda wide: wide["list_user"].refuse("unavailable"), [503, 503], id="refuse"),
        pytest.param(
            lambda wide: wide["list_user"].refuse("unavailable", times=1),
            [503, None],
            id="refuse once",
        ),
        pytest.param(lambda wide: wide.get(USERS).respond(503), [503, 503], id="added"),
        pytest.param(
            lambda wide: wide.get(USERS, name="mine").mock(side_effect=answers(503, 502)),
            [503, 502],
            id="added list",
        ),
    ],
)
def test_each_test_has_the_whole_of_a_wide_fixtures_override(wide, statuses, override, met):
    """However often a test before met it."""
    override(wide)

    assert [statuses(2), statuses(2)] == [met, met]


def test_threads_share_effects(wide, narrow):
    """Each has one; an iterator that is slow is asked once at a time."""

    def slow():
        for status in range(500, 510):
            time.sleep(0.001)
            yield httpx.Response(status)

    wide["list_user"].mock(side_effect=slow())
    overrides = Overrides(lambda: [narrow, wide])
    request = httpx.Request("GET", USERS)
    with ThreadPoolExecutor(5) as threads:
        answers = [threads.submit(overrides.answer, request, "list_user") for _ in range(10)]

    assert sorted(each.result().status_code for each in answers) == [*range(500, 510)]


def test_effects_that_a_wide_fixture_made_are_used_up_in_each_test(wide, statuses):
    """The author is told; it is never the stub that answers then."""
    wide["list_user"].mock(side_effect=answers(503))
    messages = []
    for _ in range(2):
        with pytest.raises(KitError) as error:
            statuses(2)
        messages.append(str(error.value))

    used_up = (
        "list_user: the route's side effects are used up. Give it one for each request,"
        " or a function."
    )
    assert messages == [used_up, used_up]


def test_no_effects_at_all_are_used_up_at_once(narrow, statuses):
    """An empty list is a list."""
    narrow["list_user"].mock(side_effect=[])

    with pytest.raises(KitError, match="are used up"):
        statuses(1)


def test_the_test_goes_before_the_wide_fixture(narrow, wide, statuses):
    """For what it overrides; the rest is as the fixture made it."""
    wide["list_user"].respond(503)
    wide["fetch_user"].respond(503)
    narrow["list_user"].respond(502)

    assert statuses(1) + statuses(1, operation="fetch_user") == [502, 503]


def test_a_test_gives_back_to_the_stub_what_a_wide_fixture_overrides(narrow, wide, statuses):
    """By `mock()` without arguments."""
    wide["list_user"].respond(503)
    narrow["list_user"].mock()

    assert statuses(1) == [None]


@pytest.mark.parametrize("take_away", ["clear", "pop"])
def test_a_test_takes_away_what_a_wide_fixture_overrides(narrow, wide, statuses, take_away):
    """All of it, or one; the route is still there to be mocked."""
    wide["list_user"].respond(503)
    narrow.clear() if take_away == "clear" else narrow.pop("list_user")
    before = statuses(1)
    narrow["list_user"].respond(502)

    assert (before, statuses(1)) == ([None], [502])


def test_a_test_that_clears_takes_away_added_routes(narrow, wide, statuses):
    """Until it goes back."""
    wide.get(USERS).respond(503)
    narrow.snapshot()
    narrow.clear()
    cleared = statuses(1)
    narrow.rollback()

    assert (cleared, statuses(1)) == ([None], [503])


def test_what_a_test_goes_back_from_is_the_wide_fixtures_again(narrow, wide, statuses):
    """Also without a snapshot of its own."""
    wide["list_user"].respond(503)
    narrow["list_user"].respond(502)
    narrow.rollback()

    assert statuses(1) == [503]


def test_an_added_route_of_the_test_goes_before_one_of_the_wide_fixture(narrow, wide, statuses):
    """Whichever is the wider pattern."""
    wide.route().respond(503)
    narrow.get(USERS).respond(502)

    assert statuses(1) + statuses(1, url=f"{USERS}/ada", operation="fetch_user") == [502, 503]


def test_a_test_overrides_a_wide_fixtures_route_by_its_name(narrow, wide, statuses, journal):
    """For itself."""
    wide.get(USERS, name="mine").respond(503)
    test = UsersRouter(lambda: journal, around=lambda: [wide, narrow, wide])
    test["mine"].respond(502)

    overrides = Overrides(lambda: [test, narrow, wide])
    assert overrides.answer(httpx.Request("GET", USERS), "list_user").status_code == 502
    assert (len(test), statuses(1)) == (11, [503])


def test_an_added_route_without_an_answer_answers_200(narrow, statuses):
    """As in respx."""
    narrow.get(USERS)

    assert statuses(1) == [200]


def test_a_route_is_overridden_or_not(narrow, wide):
    """By its own scope or by a wider one, unless the scope takes it back."""
    route, told = narrow["list_user"], []
    told.append(route.overridden)
    wide["list_user"].respond(503)
    told.append(route.overridden)
    route.mock()
    told.append(route.overridden)
    route.pass_through()
    told.append(route.overridden)
    narrow.clear()
    told.append(narrow["list_user"].overridden)

    assert told == [False, True, False, True, False]


def test_effects_begin_anew_after_going_back(narrow, statuses):
    """As the overrides were at the snapshot."""
    narrow["list_user"].mock(side_effect=answers(503, 502))
    narrow.snapshot()
    overrides = Overrides(lambda: [narrow])
    request = httpx.Request("GET", USERS)
    first = overrides.answer(request, "list_user").status_code
    narrow.rollback()

    assert (first, overrides.answer(request, "list_user").status_code) == (503, 503)


@pytest.mark.parametrize("times", [1, 2])
def test_a_test_goes_back_to_the_beginning_as_often_as_it_likes(narrow, statuses, times):
    """Without a snapshot of its own."""
    for _ in range(times):
        narrow["list_user"].respond(503)
        narrow.rollback()

    assert statuses(1) == [None]


def test_a_wide_fixture_may_let_pass(narrow, wide):
    """The request itself says so."""
    wide["list_user"].pass_through()
    request = httpx.Request("GET", USERS)

    assert Overrides(lambda: [narrow, wide]).answer(request, "list_user") is request


@pytest.fixture
def met(narrow, wide):
    """Which overrides a request for the list of users meets, as text."""

    def met():
        told = []
        request = httpx.Request("GET", USERS)
        with suppress(httpx.ConnectError):
            Overrides(lambda: [narrow, wide]).answer(
                request, "list_user", on_met=lambda override: told.append(str(override))
            )
        return told

    return met


def here():
    """The line that calls this, as it is told."""
    frame = inspect.currentframe().f_back
    return f"{Path(frame.f_code.co_filename).relative_to(Path.cwd())}:{frame.f_lineno}"


@pytest.mark.parametrize(
    ("override", "told"),
    [
        pytest.param(
            lambda routes: (routes["list_user"].refuse("unavailable"), here()),
            "the override of list_user",
            id="refuse",
        ),
        pytest.param(
            lambda routes: (routes["list_user"].mock(side_effect=httpx.ConnectError), here()),
            "the override of list_user",
            id="mock",
        ),
        pytest.param(
            lambda routes: (routes["list_user"].respond(502), here()),
            "the override of list_user",
            id="respond",
        ),
        pytest.param(
            lambda routes: (routes["list_user"].pass_through(), here()),
            "the override of list_user",
            id="pass_through",
        ),
        pytest.param(
            lambda routes: (setattr(routes["list_user"], "side_effect", [None]), here()),
            "the override of list_user",
            id="side_effect",
        ),
        pytest.param(
            lambda routes: (routes.get(USERS, name="mine").respond(502), here()),
            "the override of mine",
            id="a route with a name",
        ),
        pytest.param(
            lambda routes: (routes.get(USERS).mock(side_effect=[None]), here()),
            "the override",
            id="a route without a name",
        ),
    ],
)
@pytest.mark.parametrize("scope", ["narrow", "wide"])
def test_an_override_tells_where_it_was_set(request, met, override, told, scope):
    """By the author's line, whoever's fixture it stands in; also one that leaves it to the stub."""
    _, line = override(request.getfixturevalue(scope))
    assert met() == [f"{told}, set at {line}"]


def test_where_an_override_was_set_comes_back_with_it(narrow, met):
    """By `rollback`; nothing is told of one that is gone."""
    _, line = narrow["list_user"].respond(502), here()
    narrow.snapshot()
    narrow["list_user"].respond(503)
    narrow.rollback()
    assert met() == [f"the override of list_user, set at {line}"]
    narrow.clear()
    assert met() == []


def test_an_override_that_no_line_set_has_none(narrow, met):
    """As one that a thread of the standard library makes."""
    with ThreadPoolExecutor() as pool:
        pool.submit(narrow["list_user"].respond, 502).result()
    assert met() == ["the override of list_user"]
