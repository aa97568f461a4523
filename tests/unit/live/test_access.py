"""live/access.py: each request in its turn, and what an answer shows."""

from dataclasses import replace

import pytest

from pytest_twilio_users.errors import KitError
from pytest_twilio_users.live.access import is_gone, is_missing, sid_of
from pytest_twilio_users.live.retrying import Lost
from pytest_twilio_users.wire.messages import Response

TWILIO = "https://conversations.twilio.com"
DUBLIN = "https://conversations.dublin.ie1.twilio.com"
BASE = "http://127.0.0.1:8123"
OK = Response(status=200, body=b"{}")


class Line:
    """Sends what it is given, and answers by a script; then all is well."""

    def __init__(self, time):
        self.time = time
        self.script = []
        self.sent = []

    def __call__(self, request):
        """Take two seconds."""
        self.time.seconds += 2
        self.sent.append(request)
        said = self.script.pop(0) if self.script else OK
        if isinstance(said, Exception):
            raise said
        return said


@pytest.fixture
def line(time):
    """What requests are sent by."""
    return Line(time)


@pytest.fixture
def at(open_access, line, live_account, compose):
    """Sends a request for an origin, by a run at a base URL: `at(BASE, TWILIO)`."""

    def at(base, asked):
        request = compose("GET", "/v1/Users", origin=asked)
        open_access(line, account=replace(live_account, base_url=base)).ask(request)
        return line, request

    return at


@pytest.mark.parametrize(
    ("base", "asked", "sent"),
    [
        (BASE, TWILIO, BASE),
        (TWILIO, DUBLIN, DUBLIN),
        (DUBLIN, TWILIO, TWILIO),
        (TWILIO, "https://example.com", TWILIO),
    ],
)
def test_a_request_goes_to_the_base_url_or_to_the_region_that_was_asked(at, base, asked, sent):
    """Twilio's own hosts are as good as another; whoever says so is known, with the seconds."""
    line, request = at(base, asked)

    assert [each.origin for each in line.sent] == [sent]
    assert (request.answered_by.origin, request.answered_by.seconds) == (sent, 2.0)


@pytest.mark.parametrize(("method", "times"), [("GET", 2), ("DELETE", 2), ("POST", 1)])
def test_only_what_may_be_sent_twice_is(open_access, line, compose, method, times):
    """A read or a delete that was lost; each attempt is announced."""
    line.script = [Lost("reset", may_have_arrived=True)]
    before = []
    access = open_access(line)
    if method == "POST":
        with pytest.raises(Lost):
            access.ask(compose(method, "/v1/Users"), before=lambda: before.append(1))
    else:
        access.ask(compose(method, "/v1/Users/ada"), before=lambda: before.append(1))

    assert (len(line.sent), len(before)) == (times, times)


def test_a_run_that_has_no_time_left_sends_nothing(open_access, line, time, compose):
    """It was told to end."""
    time.left = 0
    with pytest.raises((KitError, Lost)):
        open_access(line).ask(compose("GET", "/v1/Users"))

    assert line.sent == []


def test_the_kit_asks_with_the_configured_credentials(open_access, line, live_account):
    """For JSON, at the base URL."""
    open_access(line).ask_own("GET", "/v1/Users?PageSize=1")
    [sent] = line.sent

    assert (sent.method, sent.origin, sent.target) == ("GET", BASE, "/v1/Users?PageSize=1")
    assert sent.authorization == live_account.authorization
    assert sent.headers == (("accept", "application/json"),)


BODY = (
    '{"url": "http://127.0.0.1:8123/v1/Users/ada", "links": {"user_conversations":'
    ' "http:\\/\\/127.0.0.1:8123\\/v1\\/Users\\/ada\\/Conversations"}, "meta": {"next_page_url" :'
    ' "http://127.0.0.1:8123?Page=1", "first_page_url":"http://127.0.0.1:81234/"},'
    ' "friendly_name": "http://127.0.0.1:8123/v1", "attributes":'
    ' "{\\"url\\": \\"http://127.0.0.1:8123/\\"}"}'
)
SHOWN = (
    '{"url": "https://conversations.twilio.com/v1/Users/ada", "links": {"user_conversations":'
    ' "https://conversations.twilio.com\\/v1\\/Users\\/ada\\/Conversations"}, "meta":'
    ' {"next_page_url" : "https://conversations.twilio.com?Page=1",'
    ' "first_page_url":"http://127.0.0.1:81234/"},'
    ' "friendly_name": "http://127.0.0.1:8123/v1", "attributes":'
    ' "{\\"url\\": \\"http://127.0.0.1:8123/\\"}"}'
)


def test_links_name_the_origin_that_was_asked(open_access, line):
    """However slashes are written. What authors write is theirs; the length is another."""
    headers = (("content-length", "500"), ("x-request", "1"))
    shown = open_access(line).show(
        Response(status=200, headers=headers, body=BODY.encode()), TWILIO
    )

    assert shown.body.decode() == SHOWN
    assert shown.headers == (("x-request", "1"),)
    assert shown.status == 200


def test_an_answer_without_links_is_shown_as_it_came(open_access, line):
    """So is one to whoever asked the base URL itself."""
    access = open_access(line)
    for response, origin in (
        (Response(status=204, headers=(("content-length", "0"),)), TWILIO),
        (Response(status=200, body=BODY.encode()), BASE),
    ):
        assert access.show(response, origin) is response


@pytest.mark.parametrize(
    ("status", "body", "missing", "gone"),
    [
        (404, b'{"code": 20404}', True, True),
        (404, b"<html>", False, False),
        (404, b"[]", False, False),
        (204, b"", False, True),
        (200, b"{}", False, False),
        (503, b"{}", False, False),
    ],
)
def test_who_is_missing_is_said_by_twilio_alone(status, body, missing, gone):
    """A proxy on the way says so in another form."""
    response = Response(status=status, body=body)

    assert (is_missing(response), is_gone(response)) == (missing, gone)


@pytest.mark.parametrize(
    ("body", "sid"), [(b'{"sid": "US1"}', "US1"), (b'{"sid": null}', ""), (b"<html>", "")]
)
def test_a_sid_that_can_not_be_read_is_none(body, sid):
    """Whatever stands in its place."""
    assert sid_of(Response(status=200, body=body)) == sid
