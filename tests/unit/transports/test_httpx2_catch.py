"""transports/httpx2_catch.py: the requests of every httpx2 client in the process."""

import gzip
import traceback

import httpx
import pytest

from pytest_twilio_users.errors import KitError, UnansweredRequest
from pytest_twilio_users.transports import httpx2_catch
from pytest_twilio_users.transports.httpx2_catch import Httpx2Catch
from pytest_twilio_users.wire.messages import Response

httpx2 = pytest.importorskip("httpx2")

USERS = "https://conversations.twilio.com/v1/Users"
OTHER = "https://api.example.com/"
ANSWER = Response(
    status=201, headers=(("content-type", "text/plain"), ("x-a", "1"), ("x-a", "2")), body=b"caught"
)


class Backend:
    """Answers every request alike."""

    def handle(self, request):
        """Answer a request."""
        return ANSWER


@pytest.fixture
def network(monkeypatch):
    """What was sent to the network, which is cut off and says so."""
    sent = []

    def handle_request(transport, request):
        sent.append(request)
        return httpx2.Response(299, text="from the network")

    async def handle_async_request(transport, request):
        return handle_request(transport, request)

    monkeypatch.setattr(httpx2.HTTPTransport, "handle_request", handle_request)
    monkeypatch.setattr(httpx2.AsyncHTTPTransport, "handle_async_request", handle_async_request)
    return sent


@pytest.fixture
def catch(network, transport_to, routes):
    """A catch that is not started."""
    catch = Httpx2Catch(transport_to(Backend(), routes))
    yield catch
    catch.stop()


@pytest.fixture
def caught(catch):
    """A catch that is started."""
    catch.start()
    return catch


@pytest.fixture
def http(flavour, catch):
    """A client of httpx2 that was opened before the catch."""
    way = httpx2.AsyncHTTPTransport if flavour.is_async else httpx2.HTTPTransport
    client = (httpx2.AsyncClient if flavour.is_async else httpx2.Client)(
        transport=way(verify=False)
    )
    return flavour._used_alike(client)  # white-box: the one way to use both in the same manner


@pytest.fixture
def override(flavour, routes):
    """Has a function answer instead of the stub, as the flavour has functions."""

    def override(function):
        async def later(request):
            return function(request)

        routes["list_user"].mock(side_effect=later if flavour.is_async else function)

    return override


def handlers():
    """What stands at the two places where requests leave httpx2."""
    return (
        vars(httpx2.HTTPTransport)["handle_request"],
        vars(httpx2.AsyncHTTPTransport)["handle_async_request"],
    )


class TestWhoIsCaught:
    """Requests to Twilio's Conversations, between start and stop."""

    def test_nothing_is_caught_before_start(self, catch, http):
        """Making a catch changes nothing."""
        assert http.get(USERS).text == "from the network"

    def test_requests_are_caught_after_start(self, caught, http, network):
        """Also those of a client that was opened before."""
        assert (http.get(USERS).text, network) == ("caught", [])

    def test_nothing_is_caught_after_stop(self, caught, http):
        """The network is back."""
        caught.stop()

        assert http.get(USERS).text == "from the network"

    def test_stop_puts_back_the_very_functions(self, catch):
        """Who compares httpx2 before and after finds no difference."""
        before = handlers()
        catch.start()
        catch.stop()

        assert handlers() == before

    @pytest.mark.parametrize("host", ["conversations.ie1", "conversations.dublin.ie1"])
    def test_hosts_of_regions_and_edges_are_caught(self, caught, http, host):
        """Twilio's Conversations has a host for each region and edge."""
        assert http.get(f"https://{host}.twilio.com/v1/Users").text == "caught"

    @pytest.mark.parametrize("host", ["api.twilio.com", "conversations.twilio.com.example"])
    def test_other_hosts_are_left_alone(self, caught, http, network, host):
        """Their requests go where they went before."""
        assert http.get(f"https://{host}/v1/Users").text == "from the network"
        assert [request.url.host for request in network] == [host]

    def test_a_patch_that_came_later_is_covered(self, caught, http, monkeypatch):
        """The stub has Twilio, somebody's mocks have the rest."""

        async def later(transport, request):
            return httpx2.Response(200, text="theirs")

        monkeypatch.setattr(
            httpx2.HTTPTransport, "handle_request", lambda *_: httpx2.Response(200, text="theirs")
        )
        monkeypatch.setattr(httpx2.AsyncHTTPTransport, "handle_async_request", later)
        caught.stay_on_top()

        assert (http.get(USERS).text, http.get(OTHER).text) == ("caught", "theirs")

    def test_a_patch_that_they_put_back_is_inert(self, caught, http):
        """After stop nothing is caught, even if they restore the catch they had found."""
        with pytest.MonkeyPatch.context() as theirs:
            theirs.setattr(httpx2.HTTPTransport, "handle_request", None)
            theirs.setattr(httpx2.AsyncHTTPTransport, "handle_async_request", None)
            caught.stop()

        assert http.get(USERS).text == "from the network"

    def test_httpx_is_left_to_its_own_catch(self, catch):
        """Where `httpx2.alias_httpx()` made the two one, nothing is caught twice."""
        with pytest.MonkeyPatch.context() as alias:
            alias.setattr(httpx2_catch, "httpx", httpx2)
            assert catch.targets() == ()


class TestRequests:
    """What the backend is asked."""

    def test_a_request_arrives_to_the_letter(self, caught, http, journal):
        """Method, path, form and credentials."""
        http.post(f"{USERS}?a=%2E", data={"Identity": "ä b"}, auth=("AC1", "token"))

        asked = journal.last.request
        assert (asked.method, asked.target) == ("POST", "/v1/Users?a=%2E")
        assert asked.header("content-type") == "application/x-www-form-urlencoded"
        assert asked.body == b"Identity=%C3%A4+b"
        assert asked.authorization == "Basic QUMxOnRva2Vu"

    def test_a_body_may_be_streamed(self, caught, http, flavour, journal):
        """A generator is read to its end."""
        parts = [b"Identity", b"=", b"ada"]

        async def later():
            for part in parts:
                yield part

        form = {"content-type": "application/x-www-form-urlencoded"}
        content = later() if flavour.is_async else iter(parts)
        http.post(USERS, content=content, headers=form)

        assert journal.last.request.body == b"Identity=ada"

    def test_a_request_that_no_operation_answers_fails(self, caught, http):
        """It goes neither to the network nor to an empty 200."""
        with pytest.raises(UnansweredRequest):
            http.get("https://conversations.twilio.com/v1/Conversations")


class TestResponses:
    """What the application gets."""

    def test_it_is_of_httpx2(self, caught, http):
        """With the request that was sent."""
        answer = http.get(USERS)

        assert isinstance(answer, httpx2.Response)
        assert isinstance(answer.request, httpx2.Request)

    def test_it_is_the_backends(self, caught, http):
        """Status, headers and body; a header may come twice."""
        answer = http.get(USERS)

        assert (answer.status_code, answer.content) == (201, b"caught")
        assert answer.headers.multi_items() == list(ANSWER.headers)

    def test_it_may_be_streamed(self, caught, flavour):
        """The body is still to be read, as from the network."""
        if flavour.is_async:
            http = httpx2.AsyncClient(transport=httpx2.AsyncHTTPTransport(verify=False))

            async def read():
                async with http.stream("GET", USERS) as answer:
                    return [part async for part in answer.aiter_bytes(3)]

            parts = flavour._runner.run(read())  # white-box: its event loop
        else:
            http = httpx2.Client(transport=httpx2.HTTPTransport(verify=False))
            with http.stream("GET", USERS) as answer:
                parts = [*answer.iter_bytes(3)]

        assert parts == [b"cau", b"ght"]

    def test_it_does_not_matter_whether_somebody_looked_at_routes(
        self, network, transport_to, flavour, http
    ):
        """Without a router the backend is asked as it is."""
        catch = Httpx2Catch(transport_to(Backend()))
        catch.start()
        text = http.get(USERS).text
        catch.stop()

        assert text == "caught"


class TestOverrides:
    """Authors write them for httpx, whatever the application uses."""

    def test_httpxs_response_comes_back_as_httpx2s(self, caught, http, routes):
        """Status, headers and body are the author's."""
        headers = [("set-cookie", "a=1"), ("set-cookie", "b=2")]
        mine = httpx.Response(418, headers=headers, json={"tea": True})
        routes["list_user"].mock(return_value=mine)
        answer = http.get(USERS)

        assert isinstance(answer, httpx2.Response)
        assert (answer.status_code, answer.json()) == (418, {"tea": True})
        assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]

    def test_a_compressed_response_can_be_read(self, caught, http, routes):
        """It is decompressed once."""
        packed = httpx.Response(
            200, headers={"content-encoding": "gzip"}, content=gzip.compress(b"tea")
        )
        routes["list_user"].mock(return_value=packed)

        assert http.get(USERS).text == "tea"

    def test_a_function_is_given_httpxs_request(self, caught, http, override):
        """The one that respx's authors know, with body and credentials."""
        given = []
        override(given.append)
        http.request("GET", USERS, content=b"a body", auth=("AC1", "token"))

        [request] = given
        assert isinstance(request, httpx.Request)
        assert (request.method, str(request.url), request.content) == ("GET", USERS, b"a body")
        assert request.headers["authorization"] == "Basic QUMxOnRva2Vu"

    def test_a_function_may_leave_a_request_to_the_stub(self, caught, http, override):
        """It returns None."""
        override(lambda request: None)

        assert http.get(USERS).text == "caught"

    def test_a_route_may_let_a_request_pass(self, caught, http, routes, network):
        """It goes where it went before, as it was."""
        routes["list_user"].pass_through()
        answer = http.get(USERS)

        assert answer.text == "from the network"
        assert network == [answer.request]


class TestErrors:
    """What an override raises."""

    @pytest.mark.parametrize(
        "error",
        [
            httpx.ConnectError("no"),
            httpx.ReadTimeout("no"),
            httpx.PoolTimeout("no"),
            httpx.RemoteProtocolError("no"),
            httpx.TooManyRedirects("no"),
            httpx.DecodingError("no"),
            httpx.InvalidURL("no"),
            httpx.CookieConflict("no"),
            httpx.StreamError("no"),
        ],
        ids=lambda error: type(error).__name__,
    )
    def test_httpxs_errors_are_raised_as_httpx2s(self, caught, http, routes, error):
        """By their names, with the message."""
        routes["list_user"].mock(side_effect=error)
        with pytest.raises(getattr(httpx2, type(error).__name__), match=r"^no$") as raised:
            http.get(USERS)

        assert type(raised.value).__module__ == "httpx2"

    def test_an_error_may_be_given_as_a_class(self, caught, http, routes):
        """As respx takes them."""
        routes["list_user"].mock(side_effect=httpx.ConnectTimeout)

        with pytest.raises(httpx2.ConnectTimeout):
            http.get(USERS)

    def test_an_error_has_the_request(self, caught, http, override):
        """The one that the application sent, not the one that the function was given."""

        def refuse(request):
            raise httpx.ReadError("no", request=request)

        override(refuse)
        request = httpx2.Request("GET", USERS)
        with pytest.raises(httpx2.ReadError) as raised:
            http.send(request)

        assert raised.value.request is request

    def test_an_error_has_its_notes(self, caught, http, routes):
        """What the author added to it."""
        error = httpx.ConnectError("no")
        error.add_note("the cable is out")
        routes["list_user"].mock(side_effect=error)
        with pytest.raises(httpx2.ConnectError) as raised:
            http.get(USERS)

        assert raised.value.__notes__ == ["the cable is out"]

    def test_an_error_shows_where_it_was_raised(self, caught, http, override):
        """In the author's function."""

        def refuse_here(request):
            raise httpx.ConnectError("no")

        override(refuse_here)
        with pytest.raises(httpx2.ConnectError) as raised:
            http.get(USERS)

        assert "refuse_here" in [frame.name for frame in traceback.extract_tb(raised.tb)]

    def test_an_authors_own_error_is_raised_as_what_it_is_of_httpxs(self, caught, http, routes):
        """The application knows the nearest of httpx's names."""

        class CableOut(httpx.ConnectError):
            """The author's."""

        routes["list_user"].mock(side_effect=CableOut("no"))
        with pytest.raises(httpx2.ConnectError, match=r"^no$"):
            http.get(USERS)

    @pytest.mark.parametrize("error", [OSError("no"), KitError("no")])
    def test_other_errors_are_raised_as_they_are(self, caught, http, routes, error):
        """They are nobody's in particular."""
        routes["list_user"].mock(side_effect=error)
        with pytest.raises(type(error)) as raised:
            http.get(USERS)

        assert raised.value is error


class TestCauses:
    """Why an override's error was raised."""

    @pytest.mark.parametrize("cause", [OSError("the cable is out"), None])
    def test_an_error_has_its_cause(self, caught, http, override, cause):
        """The author's, or none; that it was httpx's shows nowhere."""

        def refuse(request):
            raise httpx.ConnectError("no") from cause

        override(refuse)
        with pytest.raises(httpx2.ConnectError) as raised:
            http.get(USERS)

        assert raised.value.__cause__ is cause
        assert raised.value.__suppress_context__
