"""What a snapshot must not show: the credentials that a request was sent with."""

import base64
import json
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, quote_plus

import httpx
import pytest
from syrupy.extensions.amber import AmberSnapshotExtension
from syrupy.extensions.json import JSONSnapshotExtension
from versions import since

from pytest_twilio_users.client import TwilioApiError
from pytest_twilio_users.snapshots.showing import Showing
from pytest_twilio_users.transports.httpx_messages import to_httpx_request
from pytest_twilio_users.wire.codec import encode_json
from pytest_twilio_users.wire.journal import Exchange, Journal
from pytest_twilio_users.wire.messages import Response
from pytest_twilio_users.wire.violations import error

PASSWORD = "my own, s3cret pässword/1"
KEY = "SK" + 32 * "1"
BASIC = base64.b64encode(f"{KEY}:{PASSWORD}".encode()).decode()
FORM = ("content-type", "application/x-www-form-urlencoded")
FORMS = (PASSWORD, quote(PASSWORD), quote(PASSWORD, safe=""), quote_plus(PASSWORD), BASIC)


def leaks(data):
    """In which forms the credentials stand in a snapshot of the data."""
    shown = Showing().show(data)
    texts = [kind().serialize(shown) for kind in (AmberSnapshotExtension, JSONSnapshotExtension)]
    return [form for form in (*FORMS, KEY) if any(form in text for text in texts)]


@dataclass
class Report:
    """What an application may keep of a request."""

    note: str
    request: Any


@pytest.fixture
def request_with(compose):
    """A request that was sent with the password: `request_with("POST", "/v1/Users", body=…)`."""

    def request_with(method="POST", target="/v1/Users", *, body="", headers=()):
        return compose(
            method,
            target,
            body=body.encode(),
            headers=(FORM, ("authorization", f"Basic {BASIC}"), *headers),
            authorization=f"Basic {BASIC}",
        )

    return request_with


SENT = {
    "nowhere-else": {"body": "Identity=ada"},
    "as-identity": {"body": f"Identity={quote_plus(PASSWORD)}"},
    "as-friendly-name": {"body": f"Identity=ada&FriendlyName={quote(PASSWORD)}"},
    "in-a-sentence": {"body": f"Identity=ada&FriendlyName=of+{quote(PASSWORD)}."},
    "in-attributes": {"body": f"Attributes={quote(json.dumps({'a': [PASSWORD]}))}"},
    "as-a-key-of-attributes": {"body": f"Attributes={quote(json.dumps({PASSWORD: 1}))}"},
    "in-attributes-that-are-no-json": {"body": f"Attributes={quote(PASSWORD)}"},
    "as-an-unknown-parameter": {"body": f"AuthToken={quote(PASSWORD)}"},
    "as-the-name-of-a-parameter": {"body": f"{quote(PASSWORD)}=1"},
    "as-page-token": {"method": "GET", "target": f"/v1/Users?PageToken={quote(PASSWORD)}"},
    "as-page-size": {"method": "GET", "target": f"/v1/Users?PageSize={quote(PASSWORD)}"},
    "in-the-webhook-header": {"headers": (("x-twilio-webhook-enabled", PASSWORD),)},
    "in-the-path": {"method": "GET", "target": f"/v1/Users/{quote(PASSWORD, safe='')}"},
    "in-another-path": {"method": "GET", "target": f"/v1/{quote(PASSWORD)}?a={quote(PASSWORD)}"},
    "in-another-query": {"method": "GET", "target": f"/v1/Roles?a={quote_plus(PASSWORD)}"},
}
"""Where an application may have put its password besides."""


def exchange_of(request):
    """An exchange that speaks of the password wherever it can."""
    return Exchange(
        operation="create_user",
        request=request,
        response=Response(status=201, body=encode_json({"friendly_name": PASSWORD})),
        error=f"refused {PASSWORD}",
        violations=(error("form", PASSWORD, "no secrets"),),
    )


@pytest.mark.parametrize("place", SENT)
def test_no_snapshot_shows_the_password(place, request_with):
    """Of a request and of an exchange, whatever the application sent."""
    request = request_with(**SENT[place])
    assert leaks(request) == []
    assert leaks(exchange_of(request)) == []


@pytest.mark.parametrize(
    "contain",
    [
        lambda request: [request, {"friendly_name": PASSWORD, PASSWORD: PASSWORD}],
        lambda request: [{"friendly_name": PASSWORD}, request],
        lambda request: {"a": {"name": PASSWORD}, "b": (exchange_of(request),)},
        lambda request: (exchange_of(request).response, exchange_of(request)),
        lambda request: Report(PASSWORD, {1: {request}}),
        lambda request: journal_of(replace(request, authorization=None), request),
    ],
    ids=["behind-it", "before-it", "in-a-mapping", "in-a-tuple", "in-a-dataclass", "in-a-journal"],
)
def test_nothing_in_a_snapshot_shows_the_password_of_another_part(contain, request_with):
    """Whether it is shown before the request that was sent with it, or behind."""
    assert leaks(contain(request_with(**SENT["as-friendly-name"]))) == []


def journal_of(*requests):
    """A journal of exchanges that speak of the password."""
    journal = Journal()
    for request in requests:
        journal.append(exchange_of(request))
    return journal


def test_a_refusal_shows_no_credentials(request_with):
    """Nor do the messages that it holds."""
    request = request_with()
    response = Response(status=401, body=encode_json({"code": 20003, "message": "Authenticate"}))
    answered = httpx.Response(401, json={"code": 20003}, request=to_httpx_request(request))
    assert leaks(TwilioApiError("create_user", (request, response))) == []
    assert leaks(TwilioApiError("create_user", answered)) == []


def test_headers_show_no_credentials(request_with):
    """As a mapping of httpx, which hides them in its own repr only, and as a dictionary."""
    request = to_httpx_request(request_with())
    assert leaks([request, request.headers, {"headers": dict(request.headers)}]) == []
    assert Showing().show({"Authorization": f"Basic {BASIC}"}) == {"Authorization": "***"}


def test_keys_of_the_api_have_stand_ins(request_with):
    """They are half of the credentials; the other half is not shown at all."""
    request = request_with(body=f"Identity={KEY}&FriendlyName=key+{KEY}")
    parameters = Showing().show(request)["parameters"]
    assert parameters == {"FriendlyName": "key <SK:1>", "Identity": "<SK:1>"}


def test_a_short_password_hides_nothing(compose):
    """As of a test whose password is a word: a snapshot would be full of stars."""
    login = base64.b64encode(b"ada:ada").decode()
    request = compose("GET", "/v1/Users/ada", authorization=f"Basic {login}")
    assert Showing().show(request)["url"].endswith("/v1/Users/ada")


@pytest.mark.parametrize("kind", ["messages", "httpx"])
def test_an_error_by_itself_does_not_show_the_password(kind, request_with):
    """Twilio's message names the path."""
    request = request_with("GET", f"/v1/Users/{quote(PASSWORD)}")
    body = {"code": 20404, "message": f"The resource /Users/{PASSWORD} was not found"}
    response = Response(status=404, body=encode_json(body))
    answered = (
        (request, response)
        if kind == "messages"
        else httpx.Response(404, json=body, request=to_httpx_request(request))
    )
    with pytest.raises(TwilioApiError) as raised:
        raise TwilioApiError("fetch_user", answered)
    assert leaks(raised.value) == []
    assert leaks(raised) == []
    assert "***" in AmberSnapshotExtension().serialize(Showing().show(raised))


@since("syrupy", "6.0")  # before, it writes a dataclass by its own repr
def test_plain_syrupy_does_not_show_the_credentials(request_with):
    """An author's own snapshot of an exchange writes every field by its repr."""
    text = AmberSnapshotExtension().serialize(replace(request_with(), headers=()))
    assert BASIC not in text
    assert "authorization='***'," in text
