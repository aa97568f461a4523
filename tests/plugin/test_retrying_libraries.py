"""Three libraries that try again, over the kit: what they do about a bad day, right or wrong."""

import asyncio
import ssl
import time
from datetime import UTC, datetime

import httpx
import pytest
import stamina
import tenacity
import time_machine
from httpx_retries import Retry, RetryTransport

from pytest_twilio_users import faults
from pytest_twilio_users.client import TwilioApiError

USERS = "https://conversations.twilio.com/v1/Users"
ADA = {"Identity": "ada"}
NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # to read them takes long


def statuses(twilio_users):
    """What each request came to, for who sent it."""
    return [exchange.status or exchange.error for exchange in twilio_users.journal]


@pytest.fixture(autouse=True)
def nobody_sleeps(twilio_users, monkeypatch):
    """Where a library sleeps, the stub's clock moves on."""
    monkeypatch.setattr(time, "sleep", twilio_users.wait)


@pytest.fixture
def still():
    """The wall clock stands."""
    with time_machine.travel(datetime(2026, 3, 4, 12, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def login(twilio_users):
    """The credentials."""
    return twilio_users.account_sid, twilio_users.auth_token


class TestHttpxRetries:
    @pytest.fixture
    def http(self, login):
        """A client that tries again, as it comes."""
        transport = RetryTransport(retry=Retry(total=3))
        with httpx.Client(transport=transport, auth=login) as client:
            yield client

    def test_it_waits_as_it_is_told_to(self, twilio_users, http, still):
        """So much time passes on the stub's clock."""
        before = twilio_users.add_user().date_created
        busy = faults.refused("too_many_requests", retry_after=2)
        twilio_users.routes["list_user"].fail(busy, times=2)

        assert http.get(USERS).status_code == 200
        assert statuses(twilio_users) == [429, 429, 200]
        assert (twilio_users.add_user().date_created - before).total_seconds() == 4

    @pytest.mark.parametrize(
        ("fault", "error"),
        [
            (faults.connect_error(), "ConnectError"),
            (faults.connection_reset(), "ReadError"),
            (faults.answer_lost(), "RemoteProtocolError"),
            (faults.slow(60), "ReadTimeout"),
            (faults.html_body(503), 503),
        ],
        ids=str,
    )
    def test_it_asks_again(self, twilio_users, http, fault, error):
        """Whatever went wrong on the way."""
        twilio_users.routes["list_user"].fail(fault, times=2)

        assert http.get(USERS).status_code == 200
        assert statuses(twilio_users) == [error, error, 200]

    def test_async_clients_ask_again(self, twilio_users, login):
        """The same."""
        twilio_users.routes["list_user"].fail(faults.read_timeout(), times=1)

        async def ask():
            transport = RetryTransport(
                httpx.AsyncHTTPTransport(verify=NO_CERTIFICATES), Retry(total=3)
            )
            async with httpx.AsyncClient(transport=transport, auth=login) as client:
                return await client.get(USERS)

        assert asyncio.run(ask()).status_code == 200
        assert statuses(twilio_users) == ["ReadTimeout", 200]

    def test_it_creates_once(self, twilio_users, http):
        """A POST may have happened."""
        twilio_users.routes["create_user"].fail(faults.answer_lost())

        with pytest.raises(httpx.RemoteProtocolError):
            http.post(USERS, data=ADA)
        assert statuses(twilio_users) == ["RemoteProtocolError"]

    def test_told_to_it_creates_twice(self, twilio_users, login):
        """The second is refused, and that is the answer."""
        twilio_users.routes["create_user"].fail(faults.answer_lost(), times=1)
        retry = Retry(total=3, allowed_methods=["POST"])
        with httpx.Client(transport=RetryTransport(retry=retry), auth=login) as http:
            assert http.post(USERS, data=ADA).status_code == 409

        assert [user.identity for user in twilio_users.users()] == ["ada"]

    def test_a_body_that_is_cut_is_above_it(self, twilio_users, http):
        """Its transport has given the answer by then."""
        twilio_users.routes["list_user"].fail(faults.body_cut(), times=1)

        with pytest.raises(httpx.RemoteProtocolError):
            http.get(USERS)
        assert statuses(twilio_users) == [200]


class TestTenacity:
    def test_it_tries_again_what_was_refused_for_good(self, twilio_users):
        """Without end, unless it is told one; and it wraps what was raised."""
        twilio_users.routes["create_user"].fail(faults.refused("role_unknown"))
        create = tenacity.retry(stop=tenacity.stop_after_attempt(4))(
            twilio_users.client.create_user
        )

        with pytest.raises(tenacity.RetryError):
            create("ada")
        assert statuses(twilio_users) == [400] * 4

    def test_it_does_not_read_retry_after(self, twilio_users, still):
        """It comes again at once."""
        before = twilio_users.add_user().date_created
        busy = faults.refused("too_many_requests", retry_after=60)
        twilio_users.routes["list_user"].fail(busy, times=2)

        tenacity.Retrying(stop=tenacity.stop_after_attempt(3))(twilio_users.client.list_user)

        assert twilio_users.add_user().date_created == before

    def test_it_waits_on_the_stubs_clock(self, twilio_users, still):
        """Where it is told to."""
        before = twilio_users.add_user().date_created
        twilio_users.routes["list_user"].fail(faults.refused("unavailable"), times=2)
        patient = tenacity.Retrying(wait=tenacity.wait_fixed(10), sleep=twilio_users.wait)

        patient(twilio_users.client.list_user)

        assert (twilio_users.add_user().date_created - before).total_seconds() == 20

    def test_after_a_lost_answer_it_creates_again(self, twilio_users):
        """And raises that the identity is taken."""
        twilio_users.routes["create_user"].fail(faults.answer_lost(), times=1)
        create = tenacity.retry(stop=tenacity.stop_after_attempt(2), reraise=True)(
            twilio_users.client.create_user
        )

        with pytest.raises(TwilioApiError, match="409 50201"):
            create("ada")
        assert statuses(twilio_users) == ["RemoteProtocolError", 409]


class TestStamina:
    @pytest.fixture(autouse=True)
    def testing(self):
        """It does not wait, and tries three times."""
        stamina.set_testing(True, attempts=3)
        yield
        stamina.set_testing(False)

    @pytest.fixture
    def fetch(self, login):
        """Fetches a user, and counts each error of httpx."""

        @stamina.retry(on=httpx.HTTPError)
        def fetch():
            answer = httpx.get(f"{USERS}/ada", auth=login)
            answer.raise_for_status()
            return answer.json()

        return fetch

    def test_it_waits_for_what_is_not_there_yet(self, twilio_users, fetch):
        """A stale read is over by then."""
        twilio_users.client.create_user("ada")
        twilio_users.routes["fetch_user"].fail(faults.stale_read(times=2))

        assert fetch()["identity"] == "ada"
        assert statuses(twilio_users) == [201, 404, 404, 200]

    def test_it_asks_again_for_what_is_not_there(self, twilio_users, fetch):
        """As often, where all of httpx's errors count."""
        with pytest.raises(httpx.HTTPStatusError):
            fetch()
        assert statuses(twilio_users) == [404, 404, 404]

    def test_a_function_of_the_status_tells_them_apart(self, twilio_users, login):
        """What may be better the next time, and what won't."""

        def may_be_better(error):
            return not isinstance(error, httpx.HTTPStatusError) or error.response.is_server_error

        @stamina.retry(on=may_be_better)
        def fetch():
            httpx.get(f"{USERS}/ada", auth=login).raise_for_status()

        twilio_users.routes["fetch_user"].fail(faults.html_body(502), times=1)
        twilio_users.routes["fetch_user"].fail(faults.connection_reset(), times=1)

        with pytest.raises(httpx.HTTPStatusError):
            fetch()
        assert statuses(twilio_users) == [502, "ReadError", 404]
