"""Which names a served stub answers to."""

import asyncio
import base64
import json
import logging

import pytest

from pytest_twilio_users.server.addressing import Addressed
from pytest_twilio_users.transports.asgi import AsgiApp
from pytest_twilio_users.wire.messages import Response

FOREIGN = (
    "'{name}' is not a name of this server. It was refused, as a web page could have sent it."
    " Use localhost or 127.0.0.1."
)
NO_HOST = "Host: found {host!r}; expected a host, with or without a port, such as 127.0.0.1:8000."


async def answer(_request, _peer):
    """Answer everything."""
    return Response(status=204)


def ask(host, *, names=(), target="/v1/Users", headers=(), advice=""):
    """Ask for a host; gives the status, and of a refusal its reason."""
    sent = []

    async def receive():
        return {"type": "http.request"}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "raw_path": target.encode(),
        "query_string": b"",
        "headers": [(b"host", host.encode()), *headers],
    }
    asyncio.run(Addressed(AsgiApp(answer), names=names, advice=advice)(scope, receive, send))
    start, body = sent
    return start["status"], json.loads(body["body"])["message"] if body["body"] else ""


@pytest.mark.parametrize("port", ["", ":8000"])
@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LocalHost.",
        "stub.localhost",
        "127.0.0.1",
        "127.8.9.10",
        "[::1]",
        "[0:0:0:0:0:0:0:1]",
        "[::ffff:127.0.0.1]",
        "conversations.twilio.com",
        "conversations.dublin.ie1.twilio.com",
    ],
)
def test_loopback_and_twilio_are_answered_to(host, port):
    """Twilio's, as who leads it here has the right credentials and no web page."""
    assert ask(host + port) == (204, "")


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("evil.example", "evil.example"),
        ("Evil.example.:8000", "Evil.example.:8000"),
        ("127.0.0.1.evil.example", "127.0.0.1.evil.example"),
        ("localhost.evil.example", "localhost.evil.example"),
        ("conversations.twilio.com.evil.example", "conversations.twilio.com.evil.example"),
        ("api.twilio.com", "api.twilio.com"),
        ("192.168.0.7:80", "192.168.0.7:80"),
        ("0.0.0.0", "0.0.0.0"),  # noqa: S104  # browsers lead it here
        ("[2001:db8::1]", "[2001:db8::1]"),
        ("xn--lcalhost-n4a", "xn--lcalhost-n4a"),
        ("2130706433", "2130706433"),
    ],
)
def test_another_name_is_refused(host, name):
    """A web page could have it lead here, and then ask whatever it wants."""
    assert ask(host) == (403, FOREIGN.format(name=name))


@pytest.mark.parametrize(
    "host",
    [
        "",
        ":8000",
        "127.0.0.1:",
        "127.0.0.1:port",
        "127.0.0.1:8000:1",
        "127.0.0.1/",
        "127.0.0.1#",
        "127.0.0.1, evil.example",
        "127.0.0.1 evil.example",
        "127.0.0.1\n",
        "http://127.0.0.1",
        "::1",
        "[::1",
        "[localhost]",
        "localhost%00",
    ],
)
@pytest.mark.parametrize("names", [(), None], ids=["loopback", "any-name"])
def test_what_is_no_host_is_refused(host, names):
    """To the letter, wherever it is served."""
    assert ask(host, names=names) == (400, NO_HOST.format(host=host))


def test_a_long_host_is_told_in_part():
    """It may have 30,000 characters."""
    assert ask("a" * 1_000) == (400, NO_HOST.format(host="a" * 100))


def test_the_host_in_a_target_counts_too():
    """As a proxy is asked: neither may be another's."""
    assert ask("localhost", target="http://localhost:80/v1/Users") == (204, "")
    foreign = (403, FOREIGN.format(name="evil.example"))
    assert ask("localhost", target="http://evil.example/v1/Users") == foreign
    assert ask("evil.example", target="http://localhost/v1/Users") == foreign
    told = (400, NO_HOST.format(host="***@localhost"))
    assert ask("localhost", target="http://evil.example@localhost/v1/Users") == told


@pytest.mark.parametrize("host", ["stub.test", "STUB.test:8000"])
def test_the_given_name_is_answered_to(host):
    """As `--host` may have another name of loopback."""
    assert ask(host, names=["Stub.test."]) == (204, "")


@pytest.mark.parametrize("host", ["twilio_stub:8000", "10.0.0.7", "evil.example"])
def test_any_name_is_answered_to_where_others_are(host):
    """A container is reached by names that it does not know."""
    assert ask(host, names=None) == (204, "")


def test_what_else_may_be_done_is_told():
    """As only who starts a server knows."""
    told = FOREIGN.format(name="evil.example") + " Or give --host."
    assert ask("evil.example", advice=" Or give --host.") == (403, told)


LOGIN = base64.b64encode(b"AC1:sup3rsecret%token").decode()


@pytest.mark.parametrize(
    ("host", "target", "told"),
    [
        ("127.0.0.1@evil.example", "/", NO_HOST.format(host="***@evil.example")),
        ("AC1:an0ther@t0ken@localhost", "/", NO_HOST.format(host="***@localhost")),
        (f"{'a' * 90}sup3rsecret%25token", "/", NO_HOST.format(host="a" * 90 + "***")),
        (f"{LOGIN}.evil.example", "/", FOREIGN.format(name="***.evil.example")),
        ("localhost", "http://sup3rsecret%token@localhost/", NO_HOST.format(host="***@localhost")),
    ],
    ids=["evil", "user-info", "cut", "name", "target"],
)
def test_a_password_in_a_host_is_not_told(host, target, told, caplog):
    """The request's own, or any before an @: not in the answer, and not in the log."""
    headers = [(b"authorization", f"Basic {LOGIN}".encode())]
    status, message = ask(host, target=target, headers=headers)
    assert message == told
    assert caplog.messages == [f"Refused with {status}: {told}"]


def test_a_refusal_is_logged(caplog):
    """Who sent the request may not look at the answer."""
    with caplog.at_level(logging.WARNING):
        ask("evil.example")
    assert caplog.messages == ["Refused with 403: " + FOREIGN.format(name="evil.example")]
