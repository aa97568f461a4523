"""The kit's clients on a client of httpx2 that was lent to them."""

import base64

import httpx
import pytest

from pytest_twilio_users.client import TwilioApiError
from pytest_twilio_users.errors import ForeignPageLink
from pytest_twilio_users.transports.httpx_messages import from_httpx_request, raw_headers

httpx2 = pytest.importorskip("httpx2")

ACCOUNT_SID = "AC" + "a" * 32
SERVICE = "IS" + "f" * 32


@pytest.fixture
def sent():
    """The requests that were sent."""
    return []


@pytest.fixture
def answers():
    """What comes instead of the stub's answers, in order."""
    return []


@pytest.fixture
def lent(flavour, stub, sent, answers):
    """A client of httpx2 whose requests the stub answers, each with a cookie."""

    def answer(request):
        sent.append(request)
        if answers:
            return answers.pop(0)
        came = stub.handle(from_httpx_request(request))
        headers = [*raw_headers(came.headers), (b"set-cookie", b"a=1")]
        return httpx2.Response(came.status, headers=headers, content=came.body)

    kind = httpx2.AsyncClient if flavour.is_async else httpx2.Client
    return kind(transport=httpx2.MockTransport(answer))


@pytest.fixture
def users(flavour, lent):
    """The kit's client that sends by it."""
    return flavour.users(ACCOUNT_SID, "a token", http_client=lent, environ={})


def test_the_ten_operations_work(users):
    """With models as from httpx."""
    ada = users.create_user("ada", attributes={"born": 1815})
    assert users.fetch_user("ada") == ada
    assert users.update_user("ada", friendly_name="Ada").friendly_name == "Ada"
    assert [user.sid for user in users.list_user().users] == [ada.sid]
    users.delete_user("ada", x_twilio_webhook_enabled=True)

    mary = users.create_service_user(SERVICE, "mary")
    assert users.fetch_service_user(SERVICE, "mary") == mary
    assert users.update_service_user(SERVICE, "mary", attributes="{}").sid == mary.sid
    assert [user.sid for user in users.list_service_user(SERVICE).users] == [mary.sid]
    users.delete_service_user(SERVICE, "mary")


def test_requests_carry_the_credentials(users, sent):
    """By HTTP's basic authentication."""
    users.list_user()

    basic = base64.b64encode(f"{ACCOUNT_SID}:a token".encode()).decode()
    assert sent[0].headers["authorization"] == f"Basic {basic}"


def test_the_lent_client_keeps_its_cookies(users, sent):
    """It is the caller's, and does what it does for others."""
    users.list_user()
    users.list_user()

    assert [request.headers.get("cookie") for request in sent] == [None, "a=1"]


def test_pages_are_followed(users):
    """As far as they go."""
    for identity in ("ada", "joan", "mary"):
        users.create_user(identity)

    assert [user.identity for user in users.iter_users(page_size=2)] == ["ada", "joan", "mary"]


def test_a_page_link_to_another_origin_is_not_followed(users, sent, answers):
    """It would take the credentials there."""
    users.create_user("ada")
    users.create_user("mary")
    page = users.list_user(page_size=1).to_dict()
    page["meta"]["next_page_url"] = "https://evil.example/v1/Users?Page=1"
    answers.append(httpx2.Response(200, json=page))

    with pytest.raises(ForeignPageLink):
        list(users.iter_users(page_size=1))
    assert {request.url.host for request in sent} == {"conversations.twilio.com"}


def test_a_refusal_has_httpx2s_messages(users, sent):
    """The very request that was sent, and its response."""
    with pytest.raises(TwilioApiError) as refused:
        users.fetch_user("nobody")

    assert (refused.value.status, refused.value.code) == (404, 20404)
    assert isinstance(refused.value.response, httpx2.Response)
    assert refused.value.request is sent[0]


def test_an_answer_that_cannot_be_read_says_so(users, answers):
    """The text names what came."""
    answers.append(httpx2.Response(200, text="<h1>Welcome</h1>"))

    with pytest.raises(TwilioApiError) as refused:
        users.fetch_user("ada")
    assert str(refused.value) == "fetch_user: 200 The answer can't be read: <h1>Welcome</h1>"


def test_errors_of_the_connection_are_httpx2s(flavour):
    """They reach the caller as they are."""

    def refuse(request):
        raise httpx2.ConnectError("no", request=request)

    kind = httpx2.AsyncClient if flavour.is_async else httpx2.Client
    http = kind(transport=httpx2.MockTransport(refuse))
    users = flavour.users(ACCOUNT_SID, "a token", http_client=http, environ={})

    with pytest.raises(httpx2.ConnectError, match=r"^no$"):
        users.list_user()


def test_the_lent_client_stays_open(flavour, users, lent):
    """It is the caller's to close."""
    users.aclose() if flavour.is_async else users.close()

    assert not lent.is_closed


@pytest.mark.parametrize("library", [httpx, httpx2], ids=["httpx", "httpx2"])
def test_no_repr_on_the_way_shows_the_token(flavour, library, monkeypatch):
    """Test runners print the local variables of a failure."""
    seen = []
    kind = library.AsyncClient if flavour.is_async else library.Client
    send = kind.send

    def spy(client, request, **options):
        seen.append(repr(options))
        return send(client, request, **options)

    monkeypatch.setattr(kind, "send", spy)
    http = kind(transport=library.MockTransport(lambda request: library.Response(204)))
    flavour.users(ACCOUNT_SID, "a token", http_client=http, environ={}).delete_user("ada")

    assert len(seen) == 1
    assert "token" not in seen[0]
