"""transports/httpx_catch.py: what authors write for httpx, and applications meet as httpx2's."""

import gzip
import traceback

import httpx
import pytest

from pytest_twilio_users.errors import KitError
from pytest_twilio_users.transports import httpx_catch

httpx2 = pytest.importorskip("httpx2")

USERS = "https://conversations.twilio.com/v1/Users"


@pytest.fixture
def library():
    """The one library that this is about."""
    return httpx2


def test_httpx_is_left_to_its_own_catch(catch):
    """Where `httpx2.alias_httpx()` made the two one, nothing is caught twice."""
    with pytest.MonkeyPatch.context() as alias:
        alias.setattr(httpx_catch, "httpx", httpx2)
        assert catch.targets() == ()


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


@pytest.mark.parametrize("how", ["raised", "in the body"])
def test_httpx2s_errors_are_raised_as_httpxs(caught, routes, transport, how):
    """To an application on httpx, whichever library the author has at hand."""

    def body():
        yield b"one"
        raise httpx2.ReadError("no")

    effect = httpx2.ReadError("no") if how == "raised" else httpx2.Response(200, content=body())
    routes["list_user"].mock(side_effect=[effect])
    with httpx.Client(transport=transport) as client, pytest.raises(httpx.ReadError) as raised:
        client.get(USERS)

    assert str(raised.value) == "no"
    assert raised.value.request.url == USERS


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
