"""transports/httpcore_catch.py: the second net beneath httpx and httpx2."""

from functools import wraps

import httpx
import pytest

from pytest_twilio_users import faults
from pytest_twilio_users.wire.messages import Timeouts

USERS = "https://conversations.twilio.com/v1/Users"
OTHER = "https://api.example.com/"


@pytest.fixture
def both(starting, catch, second_net):
    """Starts both catches of the library."""
    return lambda: starting(catch, second_net)


@pytest.fixture
def only_beneath(starting, second_net):
    """The second net alone is started."""
    starting(second_net)


@pytest.fixture
def wrapper(library, flavour, monkeypatch):
    """Sets somebody's wrapper of the library's own method; it notes what it heard."""
    owner = library.AsyncHTTPTransport if flavour.is_async else library.HTTPTransport
    name = "handle_async_request" if flavour.is_async else "handle_request"

    def wrapper(decorate=wraps):
        heard, found = [], getattr(owner, name)

        @decorate(found)
        def wrap(transport, request):
            response = found(transport, request)
            heard.append((str(request.url), response.status_code))
            return response

        @decorate(found)
        async def wrap_async(transport, request):
            response = await found(transport, request)
            heard.append((str(request.url), response.status_code))
            return response

        monkeypatch.setattr(owner, name, wrap_async if flavour.is_async else wrap)
        return heard

    return wrapper


def plainly(_):
    """Decorate with nothing."""
    return lambda function: function


class TestWrappers:
    """What stands on httpx's own method runs around the kit."""

    @pytest.mark.parametrize("decorate", [wraps, plainly])
    def test_a_wrapper_of_before_runs_around_the_kit(
        self, wrapper, both, open_client, network, decorate
    ):
        """Such as tracing: it hears the request and the kit's answer."""
        heard = wrapper(decorate)
        both()

        assert (open_client().get(USERS).text, network) == ("caught", [])
        assert heard == [(USERS, 201)]

    def test_a_wrapper_that_came_later_runs_around_the_kit(self, wrapper, both, open_client):
        """The same."""
        both()
        heard = wrapper()

        assert open_client().get(USERS).text == "caught"
        assert heard == [(USERS, 201)]

    def test_a_wrapper_hears_of_other_hosts(self, wrapper, both, open_client, network):
        """They go where they went before."""
        heard = wrapper()
        both()

        assert open_client().get(OTHER).text == "from the network"
        assert (heard, network) == ([(OTHER, 299)], [OTHER])

    def test_a_patch_that_calls_the_saved_original_is_reached(
        self, library, flavour, both, open_client, monkeypatch
    ):
        """A test kept the library's own method, and calls it within one of its own."""
        owner = library.AsyncHTTPTransport if flavour.is_async else library.HTTPTransport
        name = "handle_async_request" if flavour.is_async else "handle_request"
        original = getattr(owner, name)

        def patched(transport, request):
            heard.append(str(request.url))
            return original(transport, request)

        heard = []
        both()
        monkeypatch.setattr(owner, name, patched)

        assert (open_client().get(USERS).text, heard) == ("caught", [USERS])

    def test_a_request_is_answered_once(self, both, open_client, journal):
        """What the first net answers, the second never sees."""
        both()
        open_client().get(USERS)

        assert len(journal) == 1


class TestWhose:
    """Requests to Twilio's Conversations, and no others."""

    @pytest.mark.parametrize("host", ["conversations.twilio.com", "conversations.ie1.twilio.com"])
    def test_twilios_are_answered(self, only_beneath, open_client, network, host):
        """With edge and region, or without."""
        assert open_client().get(f"https://{host}/v1/Users").text == "caught"
        assert network == []

    @pytest.mark.parametrize("host", ["api.example.com", "x.conversations.twilio.com"])
    def test_other_hosts_are_left_alone(self, only_beneath, open_client, network, host):
        """Look-alikes included."""
        assert open_client().get(f"https://{host}/").text == "from the network"
        assert network == [f"https://{host}/"]

    @pytest.mark.parametrize("scheme", ["http", "https"])
    @pytest.mark.parametrize("origin", ["http", "https"])
    def test_a_proxy_opens_no_way_around(  # noqa: PLR0917  # fixtures and a case
        self, only_beneath, library, open_client, network, scheme, origin
    ):
        """Its pool of connections is one."""
        proxy = library.Proxy(f"{scheme}://127.0.0.1:1")
        url = USERS.replace("https", origin)

        assert (open_client(proxy=proxy).get(url).text, network) == ("caught", [])

    def test_a_pool_of_the_cores_own_is_answered(self, core, flavour, only_beneath):
        """Who asks by it does without httpx."""
        if flavour.is_async:
            answer = flavour._runner.run(core.AsyncConnectionPool().request("GET", USERS))
        else:
            answer = core.ConnectionPool().request("GET", USERS)

        assert (answer.status, answer.content) == (201, b"caught")


class TestRequests:
    """What the backend is asked."""

    def test_a_request_arrives_to_the_letter(self, only_beneath, open_client, journal):
        """Method, path, form and credentials."""
        open_client().post(f"{USERS}?a=%2E", data={"Identity": "ä b"}, auth=("AC1", "token"))

        asked = journal.last.request
        assert (asked.method, asked.target) == ("POST", "/v1/Users?a=%2E")
        assert asked.header("content-type") == "application/x-www-form-urlencoded"
        assert asked.header("authorization") is None
        assert asked.body == b"Identity=%C3%A4+b"
        assert asked.authorization == "Basic QUMxOnRva2Vu"

    @pytest.mark.parametrize(
        ("origin", "told"),
        [
            ("https://conversations.twilio.com", "https://conversations.twilio.com"),
            ("https://conversations.twilio.com:443", "https://conversations.twilio.com"),
            ("https://conversations.twilio.com:8443", "https://conversations.twilio.com:8443"),
            ("http://conversations.twilio.com", "http://conversations.twilio.com"),
            ("http://conversations.twilio.com:443", "http://conversations.twilio.com:443"),
        ],
    )
    def test_a_port_is_told_unless_it_is_the_schemes(
        self, only_beneath, open_client, journal, origin, told
    ):
        """As the first net has it."""
        open_client().get(f"{origin}/v1/Users")

        assert journal.last.request.origin == told

    def test_both_nets_see_the_same(  # noqa: PLR0917  # fixtures
        self, library, catch, second_net, starting, open_client, journal
    ):
        """Whichever answers: the message, who sent it, and how long the client waits."""
        for net in (catch, second_net):
            starting(net)
            open_client().post(
                f"{USERS}?a=b",
                data={"Identity": "ada"},
                headers={"X-A": b"\xe4"},
                auth=("AC1", "token"),
                timeout=library.Timeout(connect=1, read=2, write=3, pool=4),
            )
            net.stop()
        above, beneath = [exchange.request for exchange in journal]

        assert beneath == above
        assert beneath.authorization == above.authorization == "Basic QUMxOnRva2Vu"
        assert beneath.waits() == above.waits() == Timeouts(connect=1, read=2, write=3, pool=4)

    def test_a_body_may_be_streamed(self, only_beneath, open_client, flavour, journal):
        """A generator is read to its end."""
        parts = [b"Identity", b"=", b"ada"]

        async def later():
            for part in parts:
                yield part

        form = {"content-type": "application/x-www-form-urlencoded"}
        content = later() if flavour.is_async else iter(parts)
        open_client().post(USERS, content=content, headers=form)

        assert journal.last.request.body == b"Identity=ada"


class TestAnswers:
    """What the library is given."""

    def test_it_is_the_backends(self, only_beneath, open_client):
        """Status, headers and body; a header may come twice."""
        answer = open_client().get(USERS)

        assert (answer.status_code, answer.content) == (201, b"caught")
        assert answer.headers.multi_items() == [
            ("content-type", "text/plain"),
            ("x-a", "1"),
            ("x-a", "2"),
        ]

    def test_a_body_may_be_made_as_it_is_read(self, only_beneath, open_client, override):
        """By an override."""
        override(lambda request: httpx.Response(202, headers={"x-a": "1"}, content=iter([b"tea"])))
        answer = open_client().get(USERS)

        assert (answer.status_code, answer.headers["x-a"], answer.content) == (202, "1", b"tea")

    def test_a_planned_fault_is_told_in_the_words_of_the_library(
        self, library, only_beneath, open_client, routes
    ):
        """Those that it has where the first net answers, too."""
        routes["list_user"].fail(faults.answer_lost())
        with pytest.raises(library.RemoteProtocolError) as raised:
            open_client().get(USERS)

        assert str(raised.value) == "Server disconnected without sending a response."


class TestOverrides:
    """What an author's route does."""

    def test_a_route_may_let_a_request_pass(self, only_beneath, open_client, routes, network):
        """It goes where it went before."""
        routes["fetch_user"].pass_through()

        assert open_client().get(f"{USERS}/ada").text == "from the network"
        assert network == [f"{USERS}/ada"]

    def test_what_passes_the_first_net_passes_the_second(self, both, open_client, routes, network):
        """It is asked once, and passes to the network."""
        routes["fetch_user"].pass_through()
        both()

        assert open_client().get(f"{USERS}/ada").text == "from the network"
        assert routes["fetch_user"].call_count == 1

    @pytest.mark.parametrize(
        "name",
        [
            *("ConnectTimeout", "ReadTimeout", "WriteTimeout", "PoolTimeout", "ConnectError"),
            *("ReadError", "WriteError", "ProxyError", "UnsupportedProtocol"),
            *("LocalProtocolError", "RemoteProtocolError"),
        ],
    )
    def test_an_error_comes_up_as_the_librarys(
        self, library, only_beneath, open_client, override, name
    ):
        """As one of the network would, by way of the core's of the same name."""

        def refuse(request):
            raise getattr(httpx, name)("no")

        override(refuse)
        with pytest.raises(getattr(library, name), match=r"^no$") as raised:
            open_client().get(USERS)

        assert type(raised.value) is getattr(library, name)
