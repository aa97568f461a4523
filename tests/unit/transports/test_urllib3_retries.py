"""transports/urllib3_retries.py: how often urllib3 asks, and what it tells of errors."""

import gzip
import socket
import time
import traceback
from errno import ECONNREFUSED, ECONNRESET
from http.client import RemoteDisconnected
from os import strerror

import httpx
import pytest
import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3 import exceptions
from urllib3.util.retry import Retry

from pytest_twilio_users import faults
from pytest_twilio_users.errors import UnansweredRequest
from pytest_twilio_users.transports.urllib3_catch import Urllib3Catch
from pytest_twilio_users.wire.messages import Timeouts

USERS = "https://conversations.twilio.com/v1/Users"
LOGIN = ("AC" + "a" * 32, "a-token")
POOL = "HTTPSConnectionPool(host='conversations.twilio.com', port=443)"
REFUSED = ConnectionRefusedError(ECONNREFUSED, strerror(ECONNREFUSED))
RESET = ConnectionResetError(ECONNRESET, strerror(ECONNRESET))
DISCONNECTED = RemoteDisconnected("Remote end closed connection without response")


@pytest.fixture(autouse=True)
def catch(urllib3_network, transport, starting):
    """A catch before the stub and its routes."""
    starting(Urllib3Catch(transport))


@pytest.fixture(autouse=True)
def pauses(monkeypatch):
    """The pauses that were made."""
    pauses = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    return pauses


@pytest.fixture(autouse=True)
def passed(transport):
    """The seconds that passed for the stub."""
    transport.let_pass = (passed := []).append
    return passed


@pytest.fixture
def listing(routes):
    """The route of a list."""
    return routes["list_user"]


@pytest.fixture
def session_with():
    """Opens a session of requests whose adapter retries."""
    with requests.Session() as session:

        def session_with(retry):
            session.auth = LOGIN
            session.mount("https://", HTTPAdapter(max_retries=retry))
            return session

        yield session_with


class TestStatuses:
    """An answer that an application asks about again."""

    def test_it_is_asked_until_it_is_another(self, listing, session_with):
        """As often as `Retry` allows."""
        listing.refuse("too_many_requests", times=2)
        session = session_with(Retry(total=3, status_forcelist=[429, 503]))

        assert session.get(USERS).status_code == 200
        assert listing.call_count == 3

    @pytest.mark.parametrize("heard", [True, False])
    def test_no_pause_is_made(self, listing, session_with, pauses, passed, heard):
        """Time passes: what the answer asked for, if that is heard, or a growing one."""
        asking = httpx.Response(503, headers={"retry-after": "7"})
        listing.mock(side_effect=[asking, httpx.Response(503), httpx.Response(200)])
        retry = Retry(
            total=3,
            status_forcelist=[503],
            backoff_factor=30,
            respect_retry_after_header=heard,
        )

        assert session_with(retry).get(USERS).status_code == 200
        assert (pauses, passed) == ([], [7 if heard else 0, 60])

    def test_one_too_many_is_an_error(self, listing, session_with):
        """By the name that requests has for it."""
        listing.refuse("unavailable")
        session = session_with(Retry(total=2, status_forcelist=[503]))
        with pytest.raises(requests.exceptions.RetryError) as raised:
            session.get(USERS)

        assert str(raised.value) == (
            "HTTPSConnectionPool(host='conversations.twilio.com', port=443): Max retries exceeded"
            " with url: /v1/Users (Caused by ResponseError('too many 503 error responses'))"
        )
        assert listing.call_count == 3

    def test_one_too_many_is_an_answer_where_the_application_wants_it(self, listing, session_with):
        """By `raise_on_status`."""
        listing.refuse("unavailable")
        session = session_with(Retry(total=2, status_forcelist=[503], raise_on_status=False))

        assert session.get(USERS).status_code == 503
        assert listing.call_count == 3

    def test_others_are_answers(self, listing, session_with):
        """As none asks about them again."""
        listing.refuse("internal_error")
        session = session_with(Retry(total=2, status_forcelist=[503]))

        assert session.get(USERS).status_code == 500
        assert listing.call_count == 1

    def test_methods_that_are_not_to_be_repeated_are_not(self, routes, session_with):
        """A user might be created twice."""
        routes["create_user"].refuse("unavailable")
        session = session_with(Retry(total=2, status_forcelist=[503]))

        assert session.post(USERS, data={"Identity": "ada"}).status_code == 503
        assert routes["create_user"].call_count == 1

    def test_an_answer_that_names_a_pause_is_asked_about_again(self, listing):
        """By urllib3's default, without a list of statuses."""
        listing.mock(
            side_effect=[httpx.Response(429, headers={"retry-after": "1"}), httpx.Response(200)]
        )

        assert urllib3.PoolManager().request("GET", USERS).status == 200
        assert listing.call_count == 2

    def test_without_retries_the_first_answer_counts(self, listing):
        """By `retries=False`."""
        listing.mock(return_value=httpx.Response(429, headers={"retry-after": "1"}))

        assert urllib3.PoolManager().request("GET", USERS, retries=False).status == 429
        assert listing.call_count == 1

    def test_an_answer_knows_what_came_before(self, listing, session_with):
        """urllib3 keeps a history."""
        listing.refuse("unavailable", times=2)
        session = session_with(Retry(total=3, status_forcelist=[503]))

        history = session.get(USERS).raw.retries.history
        assert [(attempt.method, attempt.status) for attempt in history] == [("GET", 503)] * 2

    def test_all_attempts_are_the_same(self, routes, session_with, journal):
        """A body that is a stream is read once."""
        routes["create_user"].refuse("unavailable", times=1)
        session = session_with(Retry(total=1, status_forcelist=[503], allowed_methods=None))
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        session.post(USERS, data=iter([b"Identity", b"=ada"]), headers=form)

        assert [exchange.request.body for exchange in journal] == [b"Identity=ada"] * 2

    def test_a_pool_has_retries_of_its_own(self, listing):
        """Where a request brings none."""
        listing.refuse("unavailable", times=1)
        retry = Retry(total=1, status_forcelist=[503])
        login = urllib3.make_headers(basic_auth=":".join(LOGIN))
        with urllib3.HTTPSConnectionPool(
            "conversations.twilio.com", retries=retry, headers=login
        ) as pool:
            assert pool.urlopen("GET", "/v1/Users").status == 200


class TestErrors:
    """What an override raises."""

    @pytest.mark.parametrize(
        ("error", "told"),
        [
            (httpx.ConnectError, requests.ConnectionError),
            (httpx.ConnectTimeout, requests.ConnectTimeout),
            (httpx.ReadTimeout, requests.ReadTimeout),
            (httpx.ProxyError, requests.exceptions.ProxyError),
            (httpx.WriteTimeout, requests.ConnectionError),
            (httpx.ReadError, requests.ConnectionError),
            (httpx.RemoteProtocolError, requests.ConnectionError),
            (httpx.TooManyRedirects, requests.ConnectionError),
        ],
    )
    def test_they_are_those_of_requests(self, listing, error, told):
        """What an application catches is what it would have to catch."""
        listing.mock(side_effect=error("broken"))
        with pytest.raises(told) as raised:
            requests.get(USERS, timeout=5)

        assert type(raised.value) is told
        assert "broken" in str(raised.value)

    @pytest.mark.parametrize(
        ("error", "told"),
        [
            (httpx.ConnectError, exceptions.NewConnectionError),
            (httpx.ConnectTimeout, exceptions.ConnectTimeoutError),
            (httpx.ReadTimeout, exceptions.ReadTimeoutError),
            (httpx.ProxyError, exceptions.ProxyError),
            (httpx.RemoteProtocolError, exceptions.ProtocolError),
        ],
    )
    def test_they_are_those_of_urllib3(self, listing, error, told):
        """With the author's own for the cause."""
        listing.mock(side_effect=error("broken"))
        with pytest.raises(told) as raised:
            urllib3.PoolManager().request("GET", USERS, retries=False)

        assert type(raised.value) is told
        assert "broken" in str(raised.value)
        assert isinstance(raised.value.__cause__, error)

    def test_they_are_retried(self, listing, session_with, pauses, passed):
        """As many as `Retry` allows of their kind; for its pauses, time passes."""
        listing.mock(side_effect=[httpx.ConnectError("no"), httpx.ReadError("no"), None])
        session = session_with(Retry(connect=1, read=1, backoff_factor=30))

        assert session.get(USERS).status_code == 200
        assert listing.call_count == 3
        assert (pauses, passed) == ([], [0, 60])

    def test_one_too_many_is_raised(self, listing, session_with):
        """As requests tells it."""
        listing.mock(side_effect=httpx.ConnectError("no"))
        with pytest.raises(requests.ConnectionError) as raised:
            session_with(Retry(connect=2)).get(USERS)

        assert "Max retries exceeded with url: /v1/Users" in str(raised.value)
        assert listing.call_count == 3

    def test_one_too_many_names_the_pool(self, listing):
        """And what the last attempt met."""
        listing.mock(side_effect=httpx.ReadError("no"))
        with pytest.raises(exceptions.MaxRetryError) as raised:
            urllib3.PoolManager(retries=1).request("GET", USERS)

        assert str(raised.value) == (
            f"{POOL}: Max retries exceeded with url: /v1/Users (Caused by"
            f" ProtocolError('Connection aborted.', ConnectionResetError({ECONNRESET}, 'no')))"
        )

    @pytest.mark.parametrize(
        ("fault", "told", "words", "beneath"),
        [
            (
                faults.connect_timeout(),
                exceptions.ConnectTimeoutError,
                "'Connection to conversations.twilio.com timed out. (connect timeout=1.5)')",
                TimeoutError("timed out"),
            ),
            (
                faults.read_timeout(),
                exceptions.ReadTimeoutError,
                f"{POOL}: Read timed out. (read timeout=2.5)",
                TimeoutError("timed out"),
            ),
            (
                faults.connect_error(),
                exceptions.NewConnectionError,
                f": Failed to establish a new connection: {REFUSED}",
                REFUSED,
            ),
            (
                faults.connection_reset(),
                exceptions.ProtocolError,
                f"('Connection aborted.', {RESET!r})",
                None,
            ),
            (
                faults.answer_lost(),
                exceptions.ProtocolError,
                f"('Connection aborted.', {DISCONNECTED!r})",
                None,
            ),
        ],
        ids=lambda value: getattr(value, "name", ""),
    )
    def test_a_planned_fault_is_told_in_urllib3s_own_words(
        self, listing, fault, told, words, beneath
    ):
        """With the timeout that was over, and with what lies beneath."""
        listing.fail(fault)
        waits = urllib3.Timeout(connect=1.5, read=2.5)
        with pytest.raises(told) as raised:
            urllib3.PoolManager(retries=False).request("GET", USERS, timeout=waits)

        assert type(raised.value) is told
        assert str(raised.value).endswith(words)
        assert repr(raised.value.__cause__) == repr(beneath)

    def test_an_author_may_write_none_of_the_words(self, listing):
        """An error without a text has those of urllib3."""
        listing.mock(side_effect=httpx.ReadTimeout(""))
        with pytest.raises(exceptions.ReadTimeoutError) as raised:
            urllib3.PoolManager(retries=False).request("GET", USERS)

        assert str(raised.value) == f"{POOL}: Read timed out. (read timeout=None)"

    @pytest.mark.parametrize(
        ("error", "words"),
        [
            (httpx.ConnectError, "not today"),
            (httpx.ConnectTimeout, "not today')"),
            (httpx.ReadError, f"ConnectionResetError({ECONNRESET}, 'not today'))"),
            (httpx.ReadTimeout, f"{POOL}: not today"),
            (httpx.RemoteProtocolError, "RemoteDisconnected('not today'))"),
            (httpx.WriteTimeout, "not today"),
        ],
    )
    def test_an_authors_words_replace_urllib3s(self, listing, error, words):
        """Those that a test waits for."""
        listing.mock(side_effect=error("not today"))
        with pytest.raises(exceptions.HTTPError) as raised:
            urllib3.PoolManager(retries=False).request("GET", USERS)

        assert str(raised.value).endswith(words)

    def test_a_failed_connection_is_named(self, listing):
        """With the host and the port that it was to reach."""
        listing.fail(faults.connect_timeout())
        with pytest.raises(exceptions.ConnectTimeoutError) as raised:
            urllib3.PoolManager(retries=False).request("GET", USERS.replace(".com", ".com:8443"))

        connection, _ = raised.value.args
        assert (connection.host, connection.port) == ("conversations.twilio.com", 8443)

    def test_an_error_of_urllib3s_own_leads_to_where_it_was_raised(self, listing):
        """Its traceback has the author's function."""

        def refuse(request):
            raise exceptions.ProtocolError("no")

        listing.mock(side_effect=refuse)
        with pytest.raises(exceptions.ProtocolError) as raised:
            urllib3.PoolManager(retries=False).request("GET", USERS)

        assert traceback.extract_tb(raised.value.__traceback__)[-1].name == "refuse"

    def test_others_are_left_alone(self, listing):
        """They are nobody's in particular."""
        listing.mock(side_effect=LookupError("no"))
        with pytest.raises(LookupError) as raised:
            requests.get(USERS, timeout=5)

        assert raised.value.args == ("no",)

    @pytest.mark.parametrize("kind", [requests.exceptions.SSLError, requests.ReadTimeout])
    def test_those_of_requests_are_left_alone(self, listing, kind):
        """The author may raise the library's own."""
        listing.mock(side_effect=kind("expired"))
        with pytest.raises(requests.RequestException) as raised:
            requests.get(USERS, timeout=5)

        assert type(raised.value) is kind

    def test_a_complaint_of_the_kit_is_not_retried(self, session_with, journal):
        """The mistake is the author's, and is told once."""
        with pytest.raises(UnansweredRequest):
            session_with(Retry(total=3)).get(f"{USERS}/a/b")

        assert len(journal) == 1


def test_a_request_that_passes_is_asked_once(listing, session_with, urllib3_network):
    """Whatever retries there are, they are those of what lies beneath."""
    listing.pass_through()

    assert session_with(Retry(total=3)).get(USERS).status_code == 299
    assert (listing.call_count, urllib3_network) == (1, [USERS])


class TestTimeouts:
    """How long the application waits, which slow answers are measured by."""

    @pytest.mark.parametrize(
        ("of_pool", "given", "waits"),
        [
            ({}, {}, Timeouts()),
            ({}, {"timeout": 7}, Timeouts(connect=7, read=7)),
            ({}, {"timeout": urllib3.Timeout(total=4)}, Timeouts(connect=4, total=4)),
            (
                {},
                {"timeout": urllib3.Timeout(connect=1.5, read=2.5)},
                Timeouts(connect=1.5, read=2.5),
            ),
            ({"timeout": 7}, {}, Timeouts(connect=7, read=7)),
            ({"timeout": 7}, {"timeout": 3}, Timeouts(connect=3, read=3)),
            ({"timeout": 7}, {"timeout": None}, Timeouts()),
        ],
    )
    def test_they_are_the_requests_or_the_pools(self, journal, of_pool, given, waits):
        """A request's own come first."""
        with urllib3.HTTPSConnectionPool("conversations.twilio.com", **of_pool) as pool:
            pool.urlopen("GET", "/v1/Users", **given)

        assert journal.last.request.waits() == waits

    def test_what_nobody_names_is_as_for_all_sockets(self, journal):
        """As `socket.setdefaulttimeout` has it."""
        before = socket.getdefaulttimeout()
        socket.setdefaulttimeout(9)
        try:
            urllib3.PoolManager().request("GET", USERS, timeout=urllib3.Timeout(connect=3))
            waits = journal.last.request.waits()
        finally:
            socket.setdefaulttimeout(before)

        assert waits == Timeouts(connect=3, read=9)


class TestDefaults:
    """What a pool does that is asked for a URL and nothing else."""

    @pytest.mark.parametrize(
        ("given", "body"),
        [({}, b"tea"), ({"decode_content": False}, gzip.compress(b"tea", mtime=0))],
    )
    def test_an_answer_is_read_and_unpacked(self, listing, given, body):
        """At once, so its connection is free; packed, if the application wants it so."""
        parts = iter([gzip.compress(b"tea", mtime=0)])
        packed = httpx.Response(200, headers={"content-encoding": "gzip"}, content=parts)
        listing.mock(return_value=packed)
        with urllib3.HTTPSConnectionPool("conversations.twilio.com") as pool:
            answer = pool.urlopen("GET", "/v1/Users", **given)

        assert (answer.read(), answer.data) == (b"", body)

    @pytest.mark.parametrize(("given", "counts"), [({}, True), ({"redirect": False}, False)])
    def test_redirects_count_as_retries_unless_the_application_follows_them(
        self, listing, given, counts
    ):
        """The answer has the retries that are left."""
        with urllib3.HTTPSConnectionPool("conversations.twilio.com") as pool:
            left = pool.urlopen("GET", "/v1/Users", retries=3, **given).retries

        assert (left.total, left.raise_on_redirect) == (3, counts)

    def test_a_body_is_sent_with_its_length(self, journal):
        """Not in chunks."""
        with urllib3.HTTPSConnectionPool("conversations.twilio.com") as pool:
            pool.urlopen("POST", "/v1/Users", b"Identity=ada")
        asked = journal.last.request

        assert (asked.header("content-length"), asked.header("transfer-encoding")) == ("12", None)
