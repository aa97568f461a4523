"""transports/sdk_client.py, sdk_async_client.py: the handle's own clients of Twilio's SDK."""

import logging

import httpx
import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.http.response import Response as SdkResponse
from unit.transports.sdk_flavours import LOGIN, OTHER, USERS
from versions import since

from pytest_twilio_users.errors import KitError, UnansweredRequest
from pytest_twilio_users.transports.sdk_client import sdk_client

pytestmark = [
    # The SDK's own.
    pytest.mark.filterwarnings("ignore:.*BasicAuth:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The 'auth' parameter:DeprecationWarning"),
]


@pytest.fixture
def client(sdk, transport):
    """The handle's own client."""
    return sdk.own(transport)


def test_it_asks_the_backend(sdk, client):
    """On the extension point that the SDK has for it."""
    users = client.conversations.v1.users
    create = users.create_async if sdk.is_async else users.create

    assert sdk.run(create(identity="ada")).identity == "ada"


def test_a_refusal_is_the_sdks_error(sdk, client):
    """With status and code."""
    user = client.conversations.v1.users("nobody")
    with pytest.raises(TwilioRestException) as refused:
        sdk.run(user.fetch_async() if sdk.is_async else user.fetch())

    assert (refused.value.status, refused.value.code) == (404, 20404)


def test_a_header_that_is_no_text_is_refused_as_in_production(sdk, client, journal):
    """By requests, or by aiohttp as it writes: nothing is asked."""
    users = client.conversations.v1.users
    create = users.create_async if sdk.is_async else users.create
    error = TypeError if sdk.is_async else requests.exceptions.InvalidHeader
    with pytest.raises(error, match="True"):
        sdk.run(create(identity="ada", x_twilio_webhook_enabled=True))

    assert not journal


def test_who_was_asked_for_is_noted(sdk, client, journal):
    """Before the library normalises the path."""
    sdk.request(client.http_client, url=f"{USERS}/a b#c")

    assert journal.last.request.asked == "a b#c"


def test_other_hosts_are_not_reached(sdk, client):
    """It has no network: what no operation answers is a mistake."""
    with pytest.raises(UnansweredRequest):
        sdk.request(client.http_client, url=OTHER)


def test_nothing_may_pass(sdk, client, routes):
    """There is no network behind it."""
    routes["list_user"].pass_through()
    name = "twilio_users_async_sdk" if sdk.is_async else "twilio_users_sdk"
    with pytest.raises(KitError) as complaint:
        sdk.request(client.http_client, params={"PageSize": "5"})

    assert str(complaint.value) == (
        f"A route lets GET /v1/Users pass through, but {name} has no network behind it in stub"
        " mode. Send it from a twilio.rest.Client of your own."
    )


def test_a_redirect_stays_within(sdk, client, routes):
    """Elsewhere there is nobody."""
    away = httpx.Response(307, headers={"location": "https://api.example.com/"})
    routes["list_user"].mock(return_value=away)
    with pytest.raises(UnansweredRequest):
        sdk.request(client.http_client, allow_redirects=True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TWILIO_REGION", "ie1"),
        ("TWILIO_EDGE", "dublin"),
        ("HTTPS_PROXY", "http://127.0.0.1:1"),
        ("REQUESTS_CA_BUNDLE", "/no/such/file"),
    ],
)
def test_the_environment_does_not_move_it(  # noqa: PLR0917  # fixtures and a case
    sdk, transport, journal, monkeypatch, name, value
):
    """What it says is the application's."""
    monkeypatch.setenv(name, value)
    users = sdk.own(transport).conversations.v1.users
    sdk.run(users.list_async(limit=1) if sdk.is_async else users.list(limit=1))

    assert journal.last.request.origin == "https://conversations.twilio.com"


def test_edge_and_region_are_in_the_origin(transport, journal):
    """The SDK puts them there."""
    client = sdk_client(transport, *LOGIN)
    client.region, client.edge = "ie1", "dublin"
    client.conversations.v1.users.list(limit=1)

    assert journal.last.request.origin == "https://conversations.dublin.ie1.twilio.com"


@since("twilio", "8.0")
def test_what_the_client_keeps_for_tests_is_there(sdk, client):
    """The last request and the last response."""
    http = client.http_client
    answer = sdk.request(http, params={"PageSize": 3})

    assert isinstance(answer, SdkResponse)
    assert http._test_only_last_response is answer
    assert http._test_only_last_request.params == {"PageSize": 3}


@since("twilio", "8.0")
def test_it_logs_as_the_sdk_does(sdk, client, caplog):
    """By its logger, whichever that is."""
    client.http_client.logger = logging.getLogger("of the application")
    with caplog.at_level(logging.INFO):
        sdk.request(client.http_client)

    assert f"GET Request: {USERS}" in caplog.messages
    assert "Response Status Code: 200" in caplog.messages
    assert LOGIN[1] not in caplog.text


def test_an_override_may_fail(sdk, client, routes):
    """As for a client of the application's own."""
    routes["list_user"].mock(side_effect=httpx.ReadTimeout("slow"))
    told = TimeoutError if sdk.is_async else requests.ReadTimeout
    with pytest.raises(told, match="slow"):
        sdk.request(client.http_client)


@pytest.mark.parametrize("sdk", ["async"], indirect=True)
def test_it_is_bound_to_no_event_loop(sdk, client, run):
    """One serves tests that each have their own."""
    answers = [
        each(client.http_client.request("GET", USERS, auth=LOGIN)).status_code
        for each in (sdk.run, run)
    ]

    assert answers == [200, 200]
