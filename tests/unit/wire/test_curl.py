"""wire/curl.py: a curl line that sends a request once more, without its secrets."""

import os
import shutil
import subprocess
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_twilio_users import strategies as twilio_st
from pytest_twilio_users.wire.codec import (
    FORM_TYPE,
    decode_anew,
    decode_credentials,
    encode_credentials,
    is_form,
)
from pytest_twilio_users.wire.curl import curl_line
from pytest_twilio_users.wire.messages import Request
from pytest_twilio_users.wire.paths import encode_segment

USERS = "https://conversations.twilio.com/v1/Users"
LOGIN = '-u "$TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN"'
FORM = (("content-type", FORM_TYPE),)
JSON = (("content-type", "application/json"),)
KEY = encode_credentials("SK" + "b" * 32, "a-long-secret-of-a-key")


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        pytest.param(("GET", "/v1/Users/ada"), f"curl {LOGIN} {USERS}/ada", id="fetch"),
        pytest.param(
            ("GET", "/v1/Users?PageSize=2&Page=0"),
            f"curl {LOGIN} '{USERS}?PageSize=2&Page=0'",
            id="query",
        ),
        pytest.param(("HEAD", "/v1/Users"), f"curl --head {LOGIN} {USERS}", id="head"),
        pytest.param(
            ("GET", "/v1/Users/%2e%2E"), f"curl --path-as-is {LOGIN} {USERS}/%2e%2E", id="dots"
        ),
        pytest.param(
            ("GET", "/v1/Users/[a]{b}"), f"curl --globoff {LOGIN} '{USERS}/[a]{{b}}'", id="glob"
        ),
        pytest.param(
            ("GET", "/v1/Users/a b#\xe9\n"),
            f"curl {LOGIN} {USERS}/a%20b%23%C3%A9%0A",
            id="what no URL has",
        ),
        pytest.param(
            ("DELETE", "/v1/Users/ada", (("x-twilio-webhook-enabled", "true"),)),
            f"curl -X DELETE {LOGIN} -H 'X-Twilio-Webhook-Enabled: true' {USERS}/ada",
            id="header",
        ),
        pytest.param(
            ("GET", "/v1/Users/X", (*JSON, ("accept", "*/*"))),
            f"curl {LOGIN} {USERS}/X",
            id="headers that ask for nothing",
        ),
        pytest.param(
            ("DELETE", "/v1/Users/ada", (("x-twilio-a", "\t"), ("x-twilio-b", "\xe9"))),
            rf"""curl -X DELETE {LOGIN} -H "$(printf 'X\055Twilio\055A: \011')" """
            rf"""-H "$(printf 'X\055Twilio\055B: \351')" {USERS}/ada""",
            id="headers that no screen shows, or that are no ASCII",
        ),
        pytest.param(
            ("DELETE", "/v1/Users/ada", (("x-twilio-webhook-enabled", ""),)),
            f"curl -X DELETE {LOGIN} -H 'X-Twilio-Webhook-Enabled;' {USERS}/ada",
            id="empty header",
        ),
        pytest.param(
            ("DELETE", "/v1/Users/ada", (("x-twilio-a", "\t\xe9-%"), ("x-twilio-client", "sdk"))),
            rf"""curl -X DELETE {LOGIN} -H "$(printf 'X\055Twilio\055A: \011\351\055\045')" """
            f"{USERS}/ada",
            id="odd header",
        ),
        pytest.param(
            ("POST", "/v1/Users", FORM, b"Identity=it%27s+%24x%21&a%40b=%22"),
            rf"""curl -X POST {LOGIN} --data-urlencode 'Identity=it'"'"'s $x!' """
            rf"""--data-urlencode 'a%40b="' {USERS}""",
            id="form",
        ),
        pytest.param(
            ("POST", "/v1/Users", FORM, b"Identity=a%0A%00%E2%80%AEb&=c"),
            f"curl -X POST {LOGIN} --data-raw Identity=a%0A%00%E2%80%AEb --data-raw =c {USERS}",
            id="what no screen shows, no argument holds, no name",
        ),
        pytest.param(
            ("POST", "/v1/Users", FORM, b"Identity=a%20b+c"),
            f"curl -X POST {LOGIN} --data-urlencode 'Identity=a b c' {USERS}",
            id="spaces",
        ),
        pytest.param(
            ("POST", "/v1/Users", FORM, b"@Identity&&=%FF"),
            f"curl -X POST {LOGIN} --data-raw '@Identity&&=%FF' {USERS}",
            id="broken form",
        ),
        pytest.param(
            ("POST", "/v1/Users", (("content-type", f"{FORM_TYPE}; charset=utf-8"),), b"a=b"),
            f"curl -X POST {LOGIN} -H 'Content-Type: {FORM_TYPE}; charset=utf-8'"
            f" --data-urlencode a=b {USERS}",
            id="form with a charset",
        ),
        pytest.param(
            ("POST", "/v1/Users", JSON, b'{"Identity": "ada"}'),
            f"curl -X POST {LOGIN} -H 'Content-Type: application/json'"
            f""" --data-raw '{{"Identity": "ada"}}' {USERS}""",
            id="json",
        ),
        pytest.param(
            ("POST", "/v1/Users", JSON, b"-n '%\\\xff\x00\n"),
            rf"printf '\055n \047\045\134\377\000\012' | curl -X POST {LOGIN}"
            rf" -H 'Content-Type: application/json' --data-binary @- {USERS}",
            id="bytes",
        ),
        pytest.param(
            ("GET", "/v1/Users", (), b"a=b"),
            f"curl -X GET {LOGIN} -H 'Content-Type:' --data-raw a=b {USERS}",
            id="no content type",
        ),
        pytest.param(
            ("POST", "/v1/Users", FORM),
            f"curl -X POST {LOGIN} --data-raw '' {USERS}",
            id="no body",
        ),
        pytest.param(
            ("PATCH", "/v1/Users/ada"),
            f"curl -X PATCH {LOGIN} --data-raw '' {USERS}/ada",
            id="another method without a body",
        ),
        pytest.param(
            ("POST", "/v1/Users", FORM, b"a" * 65_527),
            f"curl -X POST {LOGIN} --data-raw {'a' * 65_527} {USERS}",
            id="just not large",
        ),
        pytest.param(
            ("POST", "/v1/Users", FORM, b"a" * 70_000),
            "(no curl line, as the request has 70,009 bytes)",
            id="large",
        ),
    ],
)
def test_a_request_as_a_curl_line(compose, asked, line):
    """Whatever it holds, the line is printable and asks the same."""
    method, target, *parts = asked
    parts = dict(zip(("headers", "body"), parts, strict=False))
    assert curl_line(compose(method, target, **parts)) == line


@pytest.mark.parametrize(
    ("authorization", "words"),
    [
        pytest.param(None, "curl", id="none"),
        pytest.param(KEY, 'curl -u "$TWILIO_API_KEY:$TWILIO_API_SECRET"', id="key"),
        pytest.param("Bearer a-long-token", 'curl -H "Authorization: $AUTHORIZATION"', id="bearer"),
    ],
)
def test_credentials_are_those_of_the_environment(compose, authorization, words):
    """Of the kind that was sent; who sent none asks without."""
    request = compose("GET", "/v1/Users", authorization=authorization)
    assert curl_line(request) == f"{words} {USERS}"


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        pytest.param(FORM, b"Identity=it%27s", id="form"),
        pytest.param(JSON, b"it's", id="text"),
        pytest.param(JSON, b"\xffit's", id="bytes"),
        pytest.param((("x-twilio-a", "it's"),), b"", id="header"),
    ],
)
def test_private_values_are_hidden_before_they_are_quoted(compose, headers, body):
    """The shell's quotes in them would hide them from who looks for them."""
    request = compose("GET", "/v1/Users/it's", headers=headers, body=body)
    request.hide_with(lambda text: text.replace("it's", "***"))
    line = curl_line(request)
    assert line.count("***") + line.count(r"\052\052\052") == 2
    assert "Identity=it" not in line
    assert "s'" not in line.replace("***'", "")


@pytest.fixture(scope="module")
def arrived():
    """What a server on loopback was sent last; its `origin`."""
    if shutil.which("curl") is None:
        pytest.skip("There is no curl on this machine.")

    class Handler(BaseHTTPRequestHandler):
        def answer(self):
            length = int(self.headers.get("content-length") or 0)
            server.arrived = Request(
                method=self.command,
                origin=origin,
                target=self.path,
                headers=tuple((name.lower(), value) for name, value in self.headers.items()),
                body=self.rfile.read(length),
                authorization=self.headers.get("authorization"),
            )
            self.send_response(204)
            self.end_headers()

        do_GET = do_POST = do_DELETE = do_PATCH = answer  # noqa: N815  # as http.server asks

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.origin = origin = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


CREDENTIALS = ("AC" + "a" * 32, "correct-horse-battery-staple")
ENVIRONMENT = dict(zip(("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"), CREDENTIALS, strict=True))


def again(request, server):
    """The request that a shell sends by the curl line of one."""
    environment = ENVIRONMENT | {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    alone = """curl() { command curl -q -sS --noproxy "*" "$@"; }\n"""
    ran = subprocess.run(  # noqa: S603  # it is what is proved
        ["/bin/sh", "-c", alone + curl_line(request)],
        env=environment,
        capture_output=True,
        check=False,
        timeout=20,
    )
    assert (ran.returncode, ran.stderr, ran.stdout) == (0, b"", b"")
    return server.arrived


TEXTS = (
    twilio_st.identities() | st.text() | st.sampled_from(["@a", "=", "'\"`$(id)\\!", "\0\n", "-d"])
)


@settings(max_examples=50)
@given(
    method=st.sampled_from(["POST", "GET", "DELETE", "PATCH"]),
    user=TEXTS.filter(bool),
    form=st.lists(st.tuples(TEXTS | st.just("Attributes"), TEXTS | twilio_st.attributes_text())),
    webhook=st.sampled_from([(), (("x-twilio-webhook-enabled", "true"),)]),
)
def test_curl_asks_the_same(arrived, method, user, form, webhook):
    """The real one, run by the shell, for any identity, parameter and attributes."""
    sent = Request(
        method=method,
        origin=arrived.origin,
        target=f"/v1/Users/{encode_segment(user)}",
        headers=FORM + webhook,
        body=urlencode(form).encode(),
        authorization=encode_credentials(*CREDENTIALS),
    )
    got = again(sent, arrived)
    assert (got.method, got.target, got.authorization) == (method, sent.target, sent.authorization)
    assert decode_anew(got) == decode_anew(sent)
    assert got.header("x-twilio-webhook-enabled") == sent.header("x-twilio-webhook-enabled")
    assert is_form(got) == is_form(sent)
    assert decode_credentials(got.authorization) == CREDENTIALS


@settings(max_examples=50)
@given(
    body=st.binary(min_size=1) | st.text(min_size=1).map(str.encode),
    headers=st.sampled_from([FORM, JSON, ()]),
)
def test_curl_sends_the_same_body(arrived, body, headers):
    """Also one that is no form, to the byte."""
    sent = Request(
        method="POST", origin=arrived.origin, target="/v1/Users", headers=headers, body=body
    )
    got = again(sent, arrived)
    assert got.header("content-type") == sent.header("content-type")
    if decode_anew(sent).form:
        assert decode_anew(got) == decode_anew(sent)
    else:
        assert got.body == body
