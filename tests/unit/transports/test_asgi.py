"""What an ASGI server hands over arrives to the letter, and what it is told is the answer."""

import asyncio
import json
import math

import anyio
import httpx
import pytest

from pytest_twilio_users.errors import KitError
from pytest_twilio_users.transports.asgi import MAX_BODY, AsgiApp
from pytest_twilio_users.transports.streams import AuthorsStream, NotedStream
from pytest_twilio_users.wire.messages import Response

TOO_LARGE = {
    "code": 20413,
    "message": "Request Entity Too Large",
    "more_info": "https://www.twilio.com/docs/errors/20413",
    "status": 413,
}
NOTHING = Response(status=204)


class Run:
    """One run of the application, as a server would: `request` is what arrived."""

    def __init__(self, *, answer=NOTHING, messages=None, **scope):
        self.sent = []
        self.request = None
        self._answer = answer
        self._messages = [{"type": "http.request"}] if messages is None else messages
        whole = {
            "type": "http",
            "method": "GET",
            "path": "/v1/Users",
            "query_string": b"",
            "headers": [],
        } | scope
        asyncio.run(AsgiApp(self.answer)(whole, self.receive, self.send))

    async def answer(self, request, _peer):
        """Answer as told, and keep what was asked."""
        self.request = request
        return self._answer

    async def receive(self):
        """Give the next message."""
        return self._messages.pop(0)

    async def send(self, message):
        """Keep a message."""
        self.sent.append(message)

    @property
    def left(self):
        """What the application did not ask for."""
        return self._messages


def test_the_request_arrives_to_the_letter():
    """Method, raw path, query, headers and body are as they were sent."""
    request = Run(
        method="POST",
        scheme="https",
        path="/v1/Users/a/b",
        raw_path=b"/v1/Users/a%2Fb",
        query_string=b"Page=%31&\xe9",
        headers=[(b"host", b"twilio.test:8443"), (b"x-name", b"\xe9")],
        messages=[{"type": "http.request", "body": b"Identity=ada"}],
    ).request
    assert (request.method, request.target) == ("POST", "/v1/Users/a%2Fb?Page=%31&é")
    assert request.origin == "https://twilio.test:8443"
    assert request.headers == (("host", "twilio.test:8443"), ("x-name", "é"))
    assert request.body == b"Identity=ada"


@pytest.mark.parametrize(
    ("raw_path", "query", "target", "fragment"),
    [
        (b"/v1/Users/a#b", b"", "/v1/Users/a", "b"),
        (b"/v1/Users/a#b", b"c=d", "/v1/Users/a", "b?c=d"),
        (b"/v1/Users/a", b"b=c#d", "/v1/Users/a?b=c", "d"),
    ],
)
def test_what_a_number_sign_cuts_off_is_known(raw_path, query, target, fragment):
    """It was part of an identity, most likely, and Twilio cuts it off."""
    request = Run(raw_path=raw_path, query_string=query).request
    assert (request.target, request.fragment) == (target, fragment)


def test_the_authorization_is_kept_apart():
    """It is no header that a journal would show."""
    request = Run(headers=[(b"authorization", b"Basic YTpi")]).request
    assert (request.authorization, request.headers) == ("Basic YTpi", ())


def test_a_body_may_come_in_parts():
    """They are put together."""
    parts = [{"type": "http.request", "body": b"a", "more_body": True}] * 3
    last = {"type": "http.request", "body": b"!"}
    assert Run(messages=[*parts, last]).request.body == b"aaa!"


@pytest.mark.parametrize("root", ["/twilio", "/twilio/"])
@pytest.mark.parametrize("raw_path", [b"/twilio/v1/Users", b"/v1/Users"])
def test_where_it_is_mounted_belongs_to_the_address(root, raw_path):
    """Links lead back to the mount, and the path is Twilio's, whether the server cut it or not."""
    request = Run(root_path=root, raw_path=raw_path, headers=[(b"host", b"h")]).request
    assert (request.origin, request.target) == ("http://h/twilio", "/v1/Users")


def test_a_path_that_only_begins_like_the_mount_is_whole():
    """Segments count, not letters."""
    assert Run(root_path="/v", raw_path=b"/v1/Users").request.target == "/v1/Users"


def test_without_a_raw_path_the_path_is_encoded():
    """A server need not tell the raw path."""
    assert Run(path="/v1/Users/ä b@c").request.target == "/v1/Users/%C3%A4%20b@c"


@pytest.mark.parametrize(
    ("server", "origin"),
    [(("::", 80), "http://:::80"), (("h", None), "http://h"), (None, "http://localhost")],
)
def test_without_host_the_server_is_the_address(server, origin):
    """As in HTTP/1.0."""
    assert Run(server=server).request.origin == origin


def test_the_answer_is_sent_to_the_letter():
    """Status, headers and body go out as they are."""
    answer = Response(status=299, headers=(("x-name", "é"),), body=b"body")
    assert Run(answer=answer).sent == [
        {"type": "http.response.start", "status": 299, "headers": [(b"x-name", b"\xe9")]},
        {"type": "http.response.body", "body": b"body"},
    ]


def test_a_body_declared_too_large_is_refused_unread():
    """Nothing of it is asked for."""
    run = Run(headers=[(b"content-length", str(MAX_BODY + 1).encode())])
    assert (run.request, len(run.left)) == (None, 1)
    assert run.sent[0]["status"] == 413
    assert json.loads(run.sent[1]["body"]) == TOO_LARGE


def test_a_body_that_grows_too_large_is_refused_before_its_end():
    """What is over the limit is not asked for."""
    part = {"type": "http.request", "body": b"a" * (MAX_BODY // 2), "more_body": True}
    run = Run(messages=[part] * 5)
    assert (run.request, len(run.left)) == (None, 2)
    assert run.sent[0]["status"] == 413


def test_a_body_of_the_limit_is_answered():
    """A megabyte is not too much, and a length that is not a number counts for nothing."""
    messages = [{"type": "http.request", "body": b"a" * MAX_BODY}]
    run = Run(headers=[(b"content-length", b"many")], messages=messages)
    assert len(run.request.body) == MAX_BODY


def test_who_is_gone_is_not_answered():
    """A client that left in the middle of its request asked nothing."""
    part = {"type": "http.request", "body": b"a", "more_body": True}
    run = Run(messages=[part, {"type": "http.disconnect"}])
    assert (run.request, run.sent) == (None, [])


def test_it_starts_and_stops_with_the_server():
    """The lifespan protocol is spoken: each is confirmed."""
    messages = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    assert Run(type="lifespan", messages=messages).sent == [
        {"type": "lifespan.startup.complete"},
        {"type": "lifespan.shutdown.complete"},
    ]


def test_it_speaks_http_alone():
    """A WebSocket is the application's mistake."""
    with pytest.raises(KitError) as caught:
        Run(type="websocket")
    assert str(caught.value) == "This application answers only HTTP; found websocket."


def test_no_network_is_behind_it():
    """An override that lets a request pass has nowhere to let it pass to."""
    with pytest.raises(KitError) as caught:
        Run(answer=None)
    assert str(caught.value) == (
        "A route lets GET /v1/Users pass through, but an application has no network behind it."
        " Let the route answer, or leave the request to the stub."
    )


@pytest.fixture(params=["asyncio", "trio"])
def stream(request):
    """Has a body streamed, to a client that goes after some parts; gives what was sent of it."""

    def stream(body, *, parts=math.inf):
        sent, noted = [], []

        async def answer(_, __):
            return Response(
                status=200,
                stream=NotedStream(AuthorsStream(body), on_end=lambda *end: noted.append(end)),
            )

        async def ask():
            gone, messages = anyio.Event(), [{"type": "http.request"}] * 2

            async def receive():
                if not messages:
                    await gone.wait()
                return messages.pop() if messages else {"type": "http.disconnect"}

            async def send(message):
                sent.append(message.get("body"))
                if len(sent) > parts:
                    gone.set()

            scope = {"type": "http", "method": "GET", "path": "/", "query_string": b""}
            await AsgiApp(answer)(scope | {"headers": []}, receive, send)

        try:
            anyio.run(ask, backend=request.param)
        finally:
            [(read, _)] = noted
            assert read.startswith(b"".join(sent[1:]))
        return sent[1:]

    return stream


class AwaitingNothing:
    """An async body without end, which leaves nobody a turn."""

    def __aiter__(self):
        return self

    async def __anext__(self):
        """Give the next part."""
        return b"part"


class TestStreaming:
    """A body that is made as it is sent."""

    def test_it_is_sent_part_by_part(self, stream):
        """With its end."""
        assert stream(iter([b"one", b"two"])) == [b"one", b"two", b""]

    @pytest.mark.parametrize(
        "body", [iter(lambda: b"part", None), AwaitingNothing()], ids=["sync", "async"]
    )
    def test_a_client_that_is_gone_ends_it(self, stream, body):
        """Nobody reads a body without end."""
        assert 3 <= len(stream(body, parts=3)) < 9

    @pytest.mark.parametrize(
        "error", [httpx.ReadError("gone"), KeyboardInterrupt(), ExceptionGroup("", [KeyError()])]
    )
    def test_what_breaks_it_off_goes_up_as_it_is(self, stream, error):
        """To who runs the application."""

        def body():
            yield b"one"
            raise error from KeyError("why")

        with pytest.raises(type(error)) as raised:
            stream(body())

        assert (repr(raised.value), type(raised.value.__cause__)) == (repr(error), KeyError)
