"""The modelled limits: changes in a second, requests at once. They recover with the clock."""

import asyncio
import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import freezegun
import httpx
import pytest
import requests
import time_machine
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from pytest_twilio_users.state.elapsed import Elapsed

NOON = datetime(2031, 5, 6, 12, tzinfo=UTC)
USERS = "https://conversations.twilio.com/v1/Users"

few_changes = pytest.mark.twilio_users(rate_limit=3)
few_at_once = pytest.mark.twilio_users(concurrency_limit=3)


@pytest.fixture
def login(twilio_users):
    """The credentials of an application."""
    return twilio_users.account_sid, twilio_users.auth_token


@pytest.fixture
def create(login):
    """An application's function that creates a user, and gives the status."""
    with httpx.Client(auth=login, verify=False) as http:  # noqa: S501  # nothing is verified
        yield lambda name: http.post(USERS, data={"Identity": str(name)}).status_code


@pytest.fixture
def create_async(login):
    """The same as a coroutine."""

    async def create(name):
        async with httpx.AsyncClient(auth=login, verify=False) as http:  # noqa: S501  # nothing is verified
            answer = await http.post(USERS, data={"Identity": str(name)})
        return answer.status_code

    return create


NUMBERS = itertools.count()


def taken(create, times):
    """How many of so many creates are taken, one after the other."""
    statuses = [create(f"one-of-many-{next(NUMBERS)}") for _ in range(times)]
    assert statuses == sorted(statuses)  # those that are taken come first
    return statuses.count(201)


def refused(journal):
    """How many requests were refused as too many."""
    return [exchange.status for exchange in journal].count(429)


# Changes in a second


def test_without_a_limit_nobody_is_kept_out(twilio_users, create):
    """By default the stub takes whatever comes."""
    assert taken(create, 40) == 40


@few_changes
def test_changes_over_the_limit_are_refused_until_the_clock_moves_on(twilio_users, create):
    """As Twilio refuses them, without Retry-After; the refused ones change nothing."""
    assert taken(create, 5) == 3
    assert len(twilio_users.users()) == 3
    refused = twilio_users.journal.last.response
    assert refused.json() == {
        "code": 50063,
        "message": "Actions per second limit exceeded",
        "more_info": "https://www.twilio.com/docs/errors/50063",
        "status": 429,
    }
    first = next(iter(twilio_users.journal)).response
    assert [name for name, _ in refused.headers] == [name for name, _ in first.headers]

    twilio_users.clock.advance(1)
    assert taken(create, 5) == 3


@few_changes
def test_what_is_no_change_does_not_count(twilio_users, login, create):
    """Reads do not, nor what a test arranges."""
    for _ in range(5):
        twilio_users.add_user()
        assert httpx.get(USERS, auth=login).status_code == 200
    assert taken(create, 4) == 3
    assert httpx.get(USERS, auth=login).status_code == 200


@few_changes
def test_each_kind_of_change_counts(twilio_users, login):
    """Whatever it is answered, and by either path of the default service."""
    service = f"{USERS.removesuffix('/Users')}/Services/{twilio_users.default_service_sid}/Users"
    with httpx.Client(auth=login, verify=False) as http:  # noqa: S501  # nothing is verified
        answers = [
            http.post(f"{USERS}/nobody", data={"FriendlyName": "Nobody"}),
            http.delete(f"{service}/nobody"),
            http.post(service, data={"Identity": ""}),
            http.post(USERS, data={"Identity": "ada"}),
        ]
    assert [answer.status_code for answer in answers] == [404, 404, 400, 429]


@few_changes
def test_each_service_has_a_limit_of_its_own(twilio_users, login, create):
    """What one service is asked for does not keep out the users of another."""
    assert taken(create, 4) == 3
    other = f"{USERS.removesuffix('/Users')}/Services/{twilio_users.service_sid}/Users"
    assert httpx.post(other, auth=login, data={"Identity": "ada"}).status_code == 201


@few_changes
def test_sleeps_that_move_the_clock_let_changes_in_again(twilio_users, create, monkeypatch):
    """An application that backs off is tested without sleeping; nothing else is patched."""
    monkeypatch.setattr(time, "sleep", twilio_users.clock.advance)
    began, really = twilio_users.clock.now(), time.perf_counter()
    for name in range(10):
        while create(name) == 429:
            time.sleep(0.5)

    assert len(twilio_users.users()) == 10
    assert refused(twilio_users.journal) == 6
    assert twilio_users.clock.now() - began == timedelta(seconds=3)
    assert time.perf_counter() - really < 3


@few_changes
def test_the_pauses_of_urllib3_pass_without_a_sleep(twilio_users, login):
    """So its `Retry` gets through, with nothing patched."""
    began, really = twilio_users.clock.now(), time.perf_counter()
    retry = Retry(status_forcelist=[429], allowed_methods=None, backoff_factor=0.5)
    with requests.Session() as http:
        http.mount("https://", HTTPAdapter(max_retries=retry))
        for name in range(7):
            answer = http.post(USERS, auth=login, data={"Identity": str(name)})
            assert answer.status_code == 201

    assert twilio_users.clock.now() - began == timedelta(seconds=2)
    assert time.perf_counter() - really < 2


@few_changes
def test_tasks_that_back_off_side_by_side_are_let_in_again(twilio_users, create_async, monkeypatch):
    """Their pauses pass once: the limit is not kept by sleeping one after the other."""
    monkeypatch.setattr(asyncio, "sleep", twilio_users.clock.advance_async)
    began = twilio_users.clock.now()

    async def create_patiently(name):
        while await create_async(name) == 429:
            await asyncio.sleep(1)

    async def create_all():
        await asyncio.gather(*map(create_patiently, range(9)))

    asyncio.run(create_all())
    assert len(twilio_users.users()) == 9
    assert refused(twilio_users.journal) == 6 + 3
    assert twilio_users.clock.now() - began == timedelta(seconds=2)


@few_changes
def test_a_slow_machine_lets_nobody_in_again(twilio_users, create, monkeypatch):
    """What requests really take is no time, until a second without a change is over."""
    now = 0.0
    monkeypatch.setattr(Elapsed, "seconds", lambda: now)
    with time_machine.travel(NOON, tick=False) as traveller:
        statuses = []
        for name in range(8):
            statuses.append(create(name))
            now += 0.4
            traveller.shift(0.4)

    assert statuses == [201, 201, 201, 429, 429, 201, 201, 201]


@few_changes
@pytest.mark.parametrize("tick", [False, True])
def test_time_machine_moves_the_limit_on(twilio_users, create, tick):
    """In steps of a test's own choice."""
    with time_machine.travel(NOON, tick=tick) as traveller:
        assert taken(create, 4) == 3
        traveller.shift(0.25)
        assert taken(create, 1) == 0
        traveller.shift(0.75)
        assert taken(create, 4) == 3


@few_changes
@pytest.mark.parametrize("tick", [False, True])
@pytest.mark.filterwarnings("ignore")  # freezegun looks at every attribute of every module
def test_freezegun_moves_the_limit_on(twilio_users, create, monkeypatch, tick):
    """Its `tick` can stand in for the application's sleep, whose own clock it moves, too."""
    with freezegun.freeze_time(NOON, tick=tick) as frozen:
        monkeypatch.setattr(time, "sleep", frozen.tick)
        assert taken(create, 4) == 3
        time.sleep(0.25)
        assert taken(create, 1) == 0
        time.sleep(60)
        assert taken(create, 4) == 3
        dates = [user.date_created for user in twilio_users.users()]
        assert dates == [NOON] * 3 + [NOON + timedelta(seconds=60)] * 3


def test_each_scope_begins_without_load(suite):
    """A test, an example, and a fixture that outlives tests; nobody is kept out by another."""
    source = """
        import pytest
        from hypothesis import given, settings
        from hypothesis import strategies as st

        pytestmark = pytest.mark.twilio_users(rate_limit=2)


        def create(twilio_users):
            for _ in range(2):
                twilio_users.client.create_user(f"user {len(twilio_users.users())}")


        @pytest.fixture(scope="module")
        def crew(twilio_users):
            create(twilio_users)


        @pytest.mark.parametrize("number", range(2))
        def test_a_test_has_all_of_it(twilio_users, crew, number):
            create(twilio_users)
            assert len(twilio_users.users()) == 4


        @given(number=st.integers())
        @settings(max_examples=3)
        def test_an_example_has_all_of_it(twilio_users, number):
            create(twilio_users)


        def test_a_limit_ends_with_the_test(twilio_users):
            create(twilio_users)
            with pytest.raises(Exception, match="429"):
                create(twilio_users)
        """
    run = suite.run(source, "--twilio-users-rate-limit=1")
    run.outcomes(passed=4)


# Requests at once


def at_once(create_async, times):
    """The statuses of so many creates at once."""

    async def create_all():
        return await asyncio.gather(*map(create_async, range(times)))

    return asyncio.run(create_all())


@few_at_once
def test_requests_over_the_limit_are_refused(twilio_users, create, create_async):
    """As Twilio refuses them; when the others are answered, there is room again."""
    assert at_once(create_async, 5) == [201, 201, 201, 429, 429]
    assert twilio_users.journal.last.response.json()["code"] == 20429
    assert len(twilio_users.users()) == 3
    assert taken(create, 5) == 5


@few_at_once
def test_an_application_that_sends_few_at_once_is_not_refused(twilio_users, create_async):
    """However many wait for their turn."""
    room = asyncio.Semaphore(3)

    async def create_in_turn(name):
        async with room:
            return await create_async(name)

    assert at_once(create_in_turn, 10) == [201] * 10


@few_at_once
def test_who_asks_again_at_once_comes_to_its_turn(twilio_users, create_async):
    """A refusal takes its time, too: nobody is kept waiting for ever."""

    async def create_impatiently(name):
        while (status := await create_async(name)) == 429:
            pass
        return status

    assert at_once(create_impatiently, 10) == [201] * 10


@few_at_once
def test_the_kits_own_clients_are_counted(twilio_users):
    """Async ones, as a sync one has one request at a time."""

    async def create(name):
        await twilio_users.async_client.create_user(name)
        return 201

    with pytest.raises(Exception, match="429 20429"):
        at_once(create, 4)


@few_at_once
@pytest.mark.parametrize("answers", [False, True])
def test_a_request_that_waits_for_an_override_is_under_way(twilio_users, create_async, answers):
    """Whoever answers in the end; a fourth one is refused whatever the route says."""
    gone_on = asyncio.Event()

    async def hold(request):
        await gone_on.wait()
        return httpx.Response(503) if answers else None

    twilio_users.routes["create_user"].mock(side_effect=hold)

    async def create_all():
        held = [asyncio.create_task(create_async(name)) for name in range(3)]
        for _ in range(100):
            await asyncio.sleep(0)
        assert await create_async("one more") == 429
        held.pop().cancel()  # which frees its place
        await asyncio.sleep(0)
        held.append(asyncio.create_task(create_async("instead")))
        for _ in range(100):
            await asyncio.sleep(0)
        gone_on.set()
        return await asyncio.gather(*held)

    assert asyncio.run(create_all()) == [503 if answers else 201] * 3


@few_at_once
def test_a_request_that_is_cancelled_is_in_the_journal(twilio_users, create_async):
    """Also while others come to their turn; it is under way no more."""

    async def cancel_all():
        sent = [asyncio.create_task(create_async(name)) for name in range(3)]
        await asyncio.sleep(0)
        for each in sent:
            each.cancel()
        await asyncio.gather(*sent, return_exceptions=True)

    asyncio.run(cancel_all())
    assert [exchange.error for exchange in twilio_users.journal] == ["CancelledError"] * 3
    assert at_once(create_async, 3) == [201] * 3


@few_at_once
def test_threads_are_counted_where_they_overlap(twilio_users, create):
    """Which a test can see to, by what holds their answers."""
    all_here = Barrier(4)

    def hold(request):
        all_here.wait(timeout=10)

    twilio_users.routes["create_user"].mock(side_effect=hold)

    with ThreadPoolExecutor() as threads:
        held = [threads.submit(create, name) for name in range(3)]
        while all_here.n_waiting < 3:
            pass
        assert create("one more") == 429
        all_here.wait(timeout=10)
        assert [each.result() for each in held] == [201] * 3


@few_at_once
def test_requests_to_a_server_are_counted(twilio_users, twilio_users_server, login):
    """Each takes 50 ms then, in which the others come."""

    async def create_all():
        async with httpx.AsyncClient(auth=login, verify=False) as http:  # noqa: S501  # nothing is verified
            url = f"{twilio_users_server}/v1/Users"
            sent = [http.post(url, data={"Identity": str(name)}) for name in range(5)]
            return [answer.status_code for answer in await asyncio.gather(*sent)]

    assert sorted(asyncio.run(create_all())) == [201, 201, 201, 429, 429]
