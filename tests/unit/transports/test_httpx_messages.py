"""transports/httpx_messages.py: between httpx's messages and the kit's."""

import gzip

import httpx
import pytest

from pytest_twilio_users.transports.httpx_messages import (
    at_twilio,
    from_httpx_request,
    from_httpx_response,
    httpx_headers,
    raw_headers,
    read_response,
    require_sendable,
    to_httpx_request,
    to_httpx_response,
)
from pytest_twilio_users.wire.messages import Request, Response, Timeouts


class TestFromRequest:
    """What the kit reads in a request of httpx."""

    def test_a_request_is_read_whole(self):
        """Method, origin, target, headers and body."""
        request = httpx.Request(
            "POST",
            "https://conversations.twilio.com/v1/Users?PageSize=2",
            headers=[("Accept", "application/json")],
            content=b"Identity=ada",
        )

        assert from_httpx_request(request) == Request(
            method="POST",
            origin="https://conversations.twilio.com",
            target="/v1/Users?PageSize=2",
            headers=(
                ("host", "conversations.twilio.com"),
                ("accept", "application/json"),
                ("content-length", "12"),
            ),
            body=b"Identity=ada",
        )

    @pytest.mark.parametrize(
        "target",
        [
            "/v1/Users/a%2Fb",
            "/v1/Users/%2E%2E",
            "/v1/Users/%C3%A9",
            "/v1/Users/ada/",
            "/v1/Users/a%252Fb?PageToken=PT%2B1",
        ],
    )
    def test_the_target_is_kept_to_the_letter(self, target):
        """Nothing is decoded on the way: routing needs the raw path."""
        request = httpx.Request("GET", f"https://conversations.twilio.com{target}")

        assert from_httpx_request(request).target == target

    @pytest.mark.parametrize(
        ("url", "origin"),
        [
            ("https://conversations.twilio.com:443/", "https://conversations.twilio.com"),
            ("http://localhost:8080/", "http://localhost:8080"),
            ("https://Conversations.Twilio.com/", "https://conversations.twilio.com"),
        ],
    )
    def test_the_origin_is_scheme_host_and_port(self, url, origin):
        """A default port is left out, as in the URLs of answers."""
        assert from_httpx_request(httpx.Request("GET", url)).origin == origin

    def test_credentials_are_kept_apart(self):
        """The Authorization header, however it is spelt, is not among the headers."""
        request = httpx.Request(
            "GET",
            "https://conversations.twilio.com/",
            headers={"AUTHORIZATION": "Basic abc", "Host": "h"},
        )

        message = from_httpx_request(request)

        assert (message.authorization, message.headers) == ("Basic abc", (("host", "h"),))

    def test_repeated_headers_are_kept(self):
        """In their order, with lower-case names and their values to the letter."""
        request = httpx.Request(
            "GET",
            "https://conversations.twilio.com/",
            headers=[("Host", "h"), ("X-Trace", "One"), ("x-trace", "Zoë".encode("latin-1"))],
        )

        assert from_httpx_request(request).headers == (
            ("host", "h"),
            ("x-trace", "One"),
            ("x-trace", "Zoë"),
        )

    def test_it_knows_the_fragment_and_the_timeouts(self):
        """Neither is sent."""
        request = httpx.Request(
            "GET",
            "https://conversations.twilio.com/v1/Users/a#b",
            extensions={"timeout": httpx.Timeout(5, connect=1).as_dict()},
        )
        message = from_httpx_request(request)

        assert (message.target, message.fragment) == ("/v1/Users/a", "b")
        assert message.waits() == Timeouts(connect=1, read=5, write=5, pool=5)

    @pytest.mark.parametrize("extensions", [{}, {"timeout": None}, {"timeout": {}}])
    def test_without_timeouts_it_waits_for_ever(self, extensions):
        """As a transport that is asked by itself does."""
        request = httpx.Request("GET", "https://conversations.twilio.com/", extensions=extensions)

        assert from_httpx_request(request).waits() == Timeouts()


class TestToRequest:
    """What an author sees of a request in `routes[…].calls`."""

    def test_a_request_comes_back_whole(self):
        """Also its credentials: the author's own are no secret to the author."""
        sent = httpx.Request(
            "POST",
            "https://conversations.twilio.com/v1/Users/a%2Fb?Page=0",
            headers={"Authorization": "Basic abc", "Accept": "application/json"},
            content=b"FriendlyName=Ada",
        )

        shown = to_httpx_request(from_httpx_request(sent))

        assert (shown.method, shown.url, shown.content) == (sent.method, sent.url, sent.content)
        assert shown.headers == sent.headers

    def test_a_long_url_is_shown_as_far_as_httpx_can(self):
        """Other libraries send longer ones, and routes are compared with them."""
        sent = Request(method="GET", origin="https://h", target=f"/v1/Users?x={'a' * 70_000}")

        shown = to_httpx_request(sent)

        assert shown.url.path == "/v1/Users"
        assert f"https://h{sent.target}".startswith(str(shown.url))
        assert len(str(shown.url)) == 65_536

    def test_a_request_without_credentials_gets_none(self):
        """Nothing is made up."""
        request = Request(method="GET", origin="https://conversations.twilio.com", target="/")

        assert "authorization" not in to_httpx_request(request).headers


@pytest.mark.parametrize(
    ("method", "target", "header"),
    [
        (b"G T", b"/", (b"x-a", b"1")),
        (b"GET", b"/a b", (b"x-a", b"1")),
        (b"GET", "/é".encode(), (b"x-a", b"1")),
        (b"GET", b"/", (b"x a", b"1")),
        (b"GET", b"/", (b"x-a", b"1\n2")),
    ],
)
def test_what_http_cannot_carry_is_refused(method, target, header):
    """In the method, the target, a header's name or its value."""
    with pytest.raises(httpx.LocalProtocolError, match="llegal"):
        require_sendable(method, target, [(b"host", b"h"), header])


class TestAtTwilio:
    """A request that came to a server, as an author's function is shown it."""

    def test_it_is_as_it_would_be_sent_to_twilio(self):
        """Path, query, credentials and body stay."""
        served = Request(
            method="POST",
            origin="http://127.0.0.1:8000",
            target="/v1/Users?a=b",
            headers=(("x-a", "1"),),
            body=b"Identity=ada",
            authorization="Basic abc",
        )
        object.__setattr__(served, "is_served", True)  # as a server notes it
        shown = at_twilio(to_httpx_request(served))

        assert (shown.method, str(shown.url)) == (
            "POST",
            "https://conversations.twilio.com/v1/Users?a=b",
        )
        assert (shown.headers["x-a"], shown.headers["authorization"]) == ("1", "Basic abc")
        assert shown.content == b"Identity=ada"

    def test_one_that_came_to_no_server_is_left_alone(self):
        """It was for Twilio anyway."""
        sent = Request(method="GET", origin="https://conversations.twilio.com", target="/")

        assert at_twilio(to_httpx_request(sent)) is None


class TestReadResponse:
    """An application's answer to a webhook, with the body that travels."""

    def test_it_is_unpacked(self):
        """And says no more that it is packed."""
        packed = gzip.compress(b"tea")
        headers = [("Content-Encoding", "gzip"), ("X-A", "1")]

        assert read_response(httpx.Response(201, headers=headers), packed) == Response(
            status=201, headers=(("x-a", "1"), ("content-length", "3")), body=b"tea"
        )

    def test_what_cannot_be_unpacked_stays(self):
        """With what its headers say of it."""
        headers = [("Content-Encoding", "gzip"), ("X-A", "1")]

        assert read_response(httpx.Response(201, headers=headers), b"tea") == Response(
            status=201, headers=(("content-encoding", "gzip"), ("x-a", "1")), body=b"tea"
        )


class TestResponse:
    """Answers, both ways."""

    RESPONSE = Response(
        status=201,
        headers=(
            ("content-type", "application/json; charset=utf-8"),
            ("content-length", "14"),
            ("set-cookie", "a=1"),
            ("set-cookie", "b=2"),
            ("x-name", "日本".encode().decode("latin-1")),  # UTF-8, which httpx recognises
        ),
        body=b'{"sid": "US1"}',
    )

    def test_a_response_goes_there_and_back(self):
        """Status, repeated headers and body are the same afterwards."""
        assert from_httpx_response(to_httpx_response(self.RESPONSE)) == self.RESPONSE

    def test_a_response_can_be_read_at_once(self):
        """In `routes[…].calls` nobody reads a stream first."""
        request = httpx.Request("POST", "https://conversations.twilio.com/v1/Users")

        assert to_httpx_response(self.RESPONSE, request).json() == {"sid": "US1"}

    def test_a_response_knows_its_request(self):
        """`raise_for_status()` needs it."""
        request = httpx.Request("POST", "https://conversations.twilio.com/v1/Users")

        assert to_httpx_response(self.RESPONSE, request).request is request

    def test_an_empty_response_gets_no_headers(self):
        """204 comes without content-length."""
        response = to_httpx_response(Response(status=204, headers=(("x-powered-by", "AT-5000"),)))

        assert (response.content, response.headers.multi_items()) == (
            b"",
            [("x-powered-by", "AT-5000")],
        )

    def test_the_names_of_headers_are_read_in_lower_case(self):
        """An author's response may spell them as it likes."""
        response = httpx.Response(204, headers={"X-Powered-By": "AT-5000"})

        assert from_httpx_response(response).headers == (("x-powered-by", "AT-5000"),)


@pytest.mark.parametrize(("name", "encoding"), [("Ada", "ascii"), ("Zoë", "iso-8859-1")])
def test_the_encoding_of_an_answer_is_the_one_that_httpx_would_find(name, encoding):
    """It is told where all is ASCII; of the rest httpx has to look."""
    written = (("x-name", name),)
    found, told = httpx.Headers(raw_headers(written)), httpx_headers(written)

    assert told == found
    assert told.encoding == found.encoding == encoding
