"""transports/urllib3_catch.py: what requests and urllib3 send to Twilio's Conversations."""

import gzip
import io
import json
import sys

import httpx
import pytest
import requests
import urllib3
from requests.adapters import BaseAdapter, HTTPAdapter
from versions import since

from pytest_twilio_users import transports
from pytest_twilio_users.errors import KitError, UnansweredRequest
from pytest_twilio_users.transports.urllib3_catch import Urllib3Catch

USERS = "https://conversations.twilio.com/v1/Users"
OTHER = "https://api.twilio.com/2010-04-01/Accounts.json"
PROXY = "http://127.0.0.1:1"
LOGIN = ("AC" + "a" * 32, "a-token")


@pytest.fixture
def session():
    """A session of requests."""
    with requests.Session() as session:
        yield session


@pytest.fixture(params=["requests", "urllib3"])
def ask(request, session):
    """Asks by each of both libraries, and gives status and text: the same proof for both."""

    def by_requests(url):
        answer = session.get(url)
        return answer.status_code, answer.text

    def by_urllib3(url):
        answer = urllib3.PoolManager().request("GET", url)
        return answer.status, answer.data.decode()

    return by_requests if request.param == "requests" else by_urllib3


@pytest.fixture
def catch(urllib3_network, transport, starting):
    """A catch before the stub and its routes."""
    catch = Urllib3Catch(transport)
    starting(catch)
    return catch


@pytest.fixture
def answering(urllib3_network, transport_to, saying, starting):
    """Has a backend answer all alike, and gives it."""

    def answering(*answer, **headers):
        backend = saying(*answer, **headers)
        starting(Urllib3Catch(transport_to(backend)))
        return backend

    return answering


class TestWhen:
    """A catch works between start and stop."""

    def test_nothing_is_caught_before_start(self, urllib3_network, transport, ask):
        """Making a catch changes nothing."""
        Urllib3Catch(transport)

        assert ask(USERS) == (299, "from the network")

    def test_requests_are_caught_after_start(self, answering, ask, urllib3_network):
        """None of them leaves."""
        answering()

        assert (ask(USERS), urllib3_network) == ((200, "caught"), [])

    def test_nothing_is_caught_after_stop(self, catch, ask):
        """The network is back."""
        catch.stop()

        assert ask(USERS) == (299, "from the network")

    def test_a_patch_that_somebody_kept_is_inert_after_stop(self, catch):
        """It goes on to what lies beneath."""
        patch = urllib3.HTTPConnectionPool.urlopen
        catch.stop()
        with urllib3.HTTPSConnectionPool("conversations.twilio.com") as pool:
            assert patch(pool, "GET", "/v1/Users").status == 299

    def test_what_can_not_be_loaded_is_told(self, monkeypatch, transport):
        """A urllib3 that the kit does not get on with is not taken for a missing one."""
        name = "pytest_twilio_users.transports.urllib3_retries"
        monkeypatch.delattr(transports, "urllib3_retries")
        monkeypatch.setitem(sys.modules, name, None)
        with pytest.raises(ImportError, match="urllib3_retries"):
            Urllib3Catch(transport).start()

    @pytest.mark.parametrize("library", ["requests", "urllib3"])
    def test_libraries_that_a_test_replaces_are_in_nobodys_way(
        self, answering, monkeypatch, ask, library
    ):
        """What answers was loaded with the catch, and knows the classes of the first ones."""
        answering()
        for name in [name for name in sys.modules if name.partition(".")[0] == library]:
            monkeypatch.delitem(sys.modules, name)

        assert ask(USERS) == (200, "caught")


class TestWhose:
    """Requests to Twilio's Conversations, and no others."""

    @pytest.mark.parametrize(
        "origin",
        [
            "https://conversations.twilio.com",
            "https://conversations.dublin.ie1.twilio.com",
            "https://CONVERSATIONS.Twilio.com",
            "https://conversations.twilio.com:8443",
            "http://conversations.twilio.com",
        ],
    )
    def test_twilios_are_caught(self, answering, ask, urllib3_network, origin):
        """With edge and region, whatever the port, the scheme and the case."""
        answering()

        assert (ask(f"{origin}/v1/Users"), urllib3_network) == ((200, "caught"), [])

    @pytest.mark.parametrize(
        "url", [OTHER, "https://conversations.twilio.com.example.com/", "http://example.com/a"]
    )
    def test_other_hosts_are_left_alone(self, catch, ask, urllib3_network, url):
        """Look-alikes included: their requests go where they went before."""
        assert ask(url) == (299, "from the network")
        assert urllib3_network == [url]

    def test_a_request_that_no_operation_answers_fails(self, catch, ask, urllib3_network):
        """It goes neither to the network nor to an empty 200."""
        with pytest.raises(UnansweredRequest):
            ask("https://conversations.twilio.com/v1/Roles")
        assert urllib3_network == []

    @pytest.mark.parametrize("proxy", ["http", "https"])
    @pytest.mark.parametrize("scheme", ["http", "https"])
    def test_a_proxy_of_requests_opens_no_way_around(self, answering, session, proxy, scheme):
        """Without TLS its pool is the proxy's own, and the URL a whole one."""
        backend = answering()
        url = USERS.replace("https", scheme)
        proxies = dict.fromkeys(["http", "https"], PROXY.replace("http", proxy))

        assert session.get(url, proxies=proxies).text == "caught"
        assert [(asked.origin, asked.target) for asked in backend.heard] == [
            (f"{scheme}://conversations.twilio.com", "/v1/Users")
        ]

    def test_a_proxy_of_the_environment_opens_no_way_around(self, answering, session, monkeypatch):
        """It is what most have."""
        answering()
        monkeypatch.setenv("HTTPS_PROXY", PROXY)

        assert session.get(USERS).text == "caught"

    @pytest.mark.parametrize("scheme", ["http", "https"])
    def test_a_proxy_of_urllib3_opens_no_way_around(self, answering, scheme):
        """The same for its manager."""
        backend = answering()
        answer = urllib3.ProxyManager(PROXY).request("GET", USERS.replace("https", scheme))

        assert answer.data == b"caught"
        assert [asked.target for asked in backend.heard] == ["/v1/Users"]

    def test_what_a_proxy_is_asked_for_others_is_left_alone(self, catch, session, urllib3_network):
        """It goes where it went before."""
        answer = session.get("http://example.com/a", proxies={"http": PROXY})

        assert (answer.text, urllib3_network) == ("from the network", ["http://example.com/a"])

    def test_a_pool_of_the_applications_own_is_caught(self, answering):
        """Without a manager."""
        answering()
        with urllib3.HTTPSConnectionPool("conversations.twilio.com") as pool:
            assert pool.request("GET", "/v1/Users").data == b"caught"

    def test_no_connection_is_made(self, answering):
        """Nothing is left to be closed."""
        answering()
        with urllib3.HTTPSConnectionPool("conversations.twilio.com") as pool:
            pool.request("GET", "/v1/Users")

            assert pool.num_connections == 0


class TestApplication:
    """What an application put around requests."""

    def test_its_adapter_still_runs(self, answering, session):
        """One that wraps the sending, as some do for timeouts."""
        answering()
        seen = []

        class Noting(HTTPAdapter):
            """Notes what is sent."""

            def send(self, request, **given):
                """Note, and send."""
                answer = super().send(request, **given)
                seen.append((request.url, answer.status_code))
                return answer

        session.mount("https://", Noting())

        assert session.get(USERS).text == "caught"
        assert seen == [(USERS, 200)]

    def test_its_own_fake_is_left_alone(self, catch, session):
        """An adapter that never reaches for the network is not caught."""

        class Fake(BaseAdapter):
            """Fakes Twilio."""

            def send(self, request, **given):
                """Answer."""
                answer = requests.Response()
                answer.status_code = 418
                return answer

            def close(self):
                """Close nothing."""

        session.mount("https://conversations", Fake())

        assert session.get(USERS).status_code == 418

    def test_its_hooks_are_called(self, answering, session):
        """With a response as from the network."""
        answering()
        seen = []
        session.hooks["response"].append(lambda answer, **_: seen.append((answer.url, answer.text)))
        session.get(USERS)

        assert seen == [(USERS, "caught")]

    def test_its_session_may_be_a_class_of_its_own(self, answering):
        """With whatever its constructor took."""
        answering()

        class Session(requests.Session):
            """Counts."""

            def __init__(self, counted):
                super().__init__()
                self.counted = counted

            def send(self, request, **given):
                """Count."""
                self.counted.append(request.url)
                return super().send(request, **given)

        with Session([]) as session:
            session.get(USERS)

            assert session.counted == [USERS]

    def test_a_cookie_is_kept_and_sent(self, answering, session):
        """As the session does it."""
        backend = answering(set_cookie="seen=1; Path=/")
        session.get(USERS)
        session.get(USERS)

        assert [asked.header("cookie") for asked in backend.heard] == [None, "seen=1"]

    def test_a_redirect_within_twilios_is_answered(self, catch, session, routes):
        """By the stub, which has no such user."""
        home = httpx.Response(307, headers={"location": f"{USERS}/ada"})
        routes["list_user"].mock(return_value=home)
        answer = session.get(USERS, auth=LOGIN)

        assert (answer.status_code, answer.url) == (404, f"{USERS}/ada")
        assert [before.status_code for before in answer.history] == [307]

    def test_a_redirect_to_elsewhere_goes_there(self, catch, ask, routes, urllib3_network):
        """It is no business of the kit's."""
        away = httpx.Response(307, headers={"location": "https://example.com/a"})
        routes["list_user"].mock(return_value=away)

        assert ask(USERS) == (299, "from the network")
        assert urllib3_network == ["https://example.com/a"]

    def test_a_redirect_from_elsewhere_is_answered(self, transport, starting, monkeypatch, session):
        """Where it leads to Twilio's."""

        def urlopen(pool, method, url, **given):
            home = {"Location": USERS}
            return urllib3.HTTPResponse(
                io.BytesIO(), status=302, headers=home, preload_content=False
            )

        monkeypatch.setattr(urllib3.HTTPConnectionPool, "urlopen", urlopen)
        starting(Urllib3Catch(transport))

        assert session.get("https://example.com/").json()["code"] == 20003

    @pytest.mark.parametrize("timeout", [5, (1, 2), None])
    def test_a_timeout_is_not_waited_for(self, answering, session, timeout):
        """Nothing sleeps."""
        answering()

        assert session.get(USERS, timeout=timeout).text == "caught"

    def test_certificates_are_not_asked_for(self, answering, session):
        """There is nobody to show them."""
        answering()

        assert session.get(USERS, verify=False).text == "caught"


class TestAnswers:
    """What the application is told is what it would have heard."""

    def test_an_answer_of_requests_is_whole(self, catch, session):
        """Status, reason, URL, and headers of any case."""
        answer = session.get(USERS, auth=LOGIN)

        assert (answer.status_code, answer.reason, answer.url) == (200, "OK", USERS)
        assert answer.headers["content-type"] == "application/json; charset=utf-8"
        assert answer.json()["users"] == []
        assert dict(answer.headers)["Twilio-Request-Id"].startswith("RQ")

    def test_an_answer_of_urllib3_is_whole(self, catch):
        """Status, reason, version, and headers of any case."""
        login = urllib3.make_headers(basic_auth=":".join(LOGIN))
        answer = urllib3.PoolManager().request("GET", USERS, headers=login)

        assert (answer.status, answer.reason, answer.version) == (200, "OK", 11)
        assert answer.headers["CONTENT-TYPE"] == "application/json; charset=utf-8"
        assert json.loads(answer.data)["users"] == []

    def test_a_status_of_somebodys_own_has_no_reason(self, answering, session):
        """As from a server that gives none."""
        answering(599)

        assert (session.get(USERS).status_code, session.get(USERS).reason) == (599, None)

    def test_a_header_that_comes_twice_is_kept(self, transport_to, always_caught, starting):
        """As two, or in one line."""
        starting(Urllib3Catch(transport_to(always_caught)))
        answer = urllib3.PoolManager().request("GET", USERS)

        assert answer.headers.getlist("x-a") == ["1", "2"]
        assert requests.get(USERS, timeout=5).headers["X-A"] == "1, 2"

    @pytest.mark.parametrize(
        ("kind", "body"),
        [
            ("text/html; charset=latin-1", "é".encode("latin-1")),
            ("text/html; charset=utf-8", "é".encode()),
            ("application/json", "é".encode()),
        ],
    )
    def test_text_is_read_in_its_encoding(self, answering, session, kind, body):
        """A proxy's page may be in any."""
        answering(502, body, content_type=kind)

        assert session.get(USERS).text == "é"

    def test_no_content_is_none(self, answering, session):
        """Of a delete, say."""
        answering(204, b"")
        answer = session.delete(f"{USERS}/ada")

        assert (answer.status_code, answer.content) == (204, b"")

    def test_a_head_has_headers_alone(self, catch, session, routes):
        """Whatever an author wrote after them."""
        routes.head(USERS).respond(text="tea", headers={"x-a": "1"})
        answer = session.head(USERS)

        assert (answer.headers["X-A"], answer.content) == ("1", b"")

    def test_an_answer_may_be_streamed(self, answering, session):
        """The body is still to be read, as from the network."""
        answering()
        with session.get(USERS, stream=True) as answer:
            assert [*answer.iter_content(3)] == [b"cau", b"ght"]

    def test_an_answer_of_urllib3_may_be_streamed(self, answering):
        """The same."""
        answering()
        answer = urllib3.PoolManager().request("GET", USERS, preload_content=False)

        assert [*answer.stream(3)] == [b"cau", b"ght"]

    def test_a_compressed_override_can_be_read(self, catch, ask, routes):
        """It is decompressed once."""
        packed = httpx.Response(
            200, headers={"content-encoding": "gzip"}, content=gzip.compress(b"tea")
        )
        routes["list_user"].mock(return_value=packed)

        assert ask(USERS) == (200, "tea")


class TestOverrides:
    """What an author has a route do."""

    def test_a_refusal_is_an_answer(self, catch, session, routes):
        """With Twilio's code in it."""
        routes["list_user"].refuse("too_many_requests")
        answer = session.get(USERS)

        assert (answer.status_code, answer.json()["code"]) == (429, 20429)

    @pytest.mark.parametrize("given", [{}, {"preload_content": False}], ids=["whole", "streamed"])
    def test_a_body_that_does_not_come_names_its_host(self, catch, routes, given):
        """As urllib3 tells of a socket that is too slow."""

        def body():
            yield b"one"
            raise httpx.ReadTimeout("slow")

        routes["list_user"].mock(side_effect=lambda _: httpx.Response(200, content=body()))
        with pytest.raises(urllib3.exceptions.ReadTimeoutError) as raised:
            urllib3.PoolManager().request("GET", USERS, retries=False, **given).read()

        assert str(raised.value) == (
            "HTTPSConnectionPool(host='conversations.twilio.com', port=443): Read timed out."
        )

    @since("urllib3", "2.0")
    def test_an_answer_that_is_cut_off_is_an_error(self, catch, session, routes):
        """As requests tells it of the network."""
        cut = httpx.Response(200, headers={"content-length": "99"}, stream=httpx.ByteStream(b"tea"))
        routes["list_user"].mock(return_value=cut)
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            session.get(USERS)

    def test_a_request_may_pass(self, catch, ask, routes, urllib3_network):
        """To whatever lies beneath."""
        routes["list_user"].pass_through()

        assert ask(USERS) == (299, "from the network")
        assert urllib3_network == [USERS]

    def test_a_request_that_passes_is_sent_as_it_was(  # noqa: PLR0917  # fixtures
        self, loopback, there, urllib3_to_loopback, transport, starting, session, routes
    ):
        """To the letter, on a real socket."""
        routes["create_user"].pass_through()
        starting(Urllib3Catch(transport))
        answer = session.post(there, data={"Identity": "ada"}, auth=("AC1", "token"))
        [(method, target, headers, body)] = loopback.heard

        assert answer.text == "from the network"
        assert (method, target, body) == ("POST", "/v1/Users", b"Identity=ada")
        assert dict(headers)["authorization"] == "Basic QUMxOnRva2Vu"

    def test_an_async_side_effect_is_a_mistake(self, catch, ask, routes):
        """Who asks can't await it."""

        async def later(request):
            return None

        routes["list_user"].mock(side_effect=later)
        with pytest.raises(KitError) as complaint:
            ask(USERS)
        assert str(complaint.value) == (
            "GET /v1/Users: the route's side effect is async, and the client that asks is sync."
            " Give it a plain function."
        )
