"""Our clients ask the service by FastAPI's test client; the service asks the kit's stub."""

from uuid import UUID

import httpx
import pytest
from fastapi.testclient import TestClient
from people_service import app

ADA = UUID(int=1815)
PATH = f"/people/{ADA}"
REQUESTS = {
    "update_user": ("PUT", {"name": "Ada"}),
    "create_user": ("PUT", {"name": "Ada"}),
    "fetch_user": ("GET", None),
    "delete_user": ("DELETE", None),
}


@pytest.fixture(scope="module")
def service(twilio_users):
    """The service, started once; it reads the credentials that the kit lends."""
    with TestClient(app) as service:
        yield service


@pytest.fixture
def hooks(twilio_users, service):
    """The service hears of changes: by the test client, as it has begun in its lifespan."""

    def hear(hook):
        return service.post(hook.url, content=hook.body, headers=hook.headers)

    twilio_users.webhooks.deliver_to(hear, url="https://people.example/hooks")
    return twilio_users.webhooks


@pytest.fixture(params=REQUESTS)
def operation(request):
    return request.param


@pytest.fixture
def ask(service, operation):
    """A request in whose course the service asks Twilio for the operation."""
    method, body = REQUESTS[operation]
    return lambda: service.request(method, PATH, json=body)


def test_who_was_put_is_there(twilio_users, service):
    assert service.put(PATH, json={"name": "Ada"}).status_code == 204
    assert service.get(PATH).json() == {"name": "Ada"}

    [user] = twilio_users.users()
    assert (user.identity, user.friendly_name) == (str(ADA), "Ada")


def test_putting_again_renames(twilio_users, service):
    ada = twilio_users.add_user(str(ADA), friendly_name="Miss Byron")

    service.put(PATH, json={"name": "Ada"})

    assert [(user.sid, user.friendly_name) for user in twilio_users.users()] == [(ada.sid, "Ada")]
    assert twilio_users.journal.sent("update_user") == [
        {"FriendlyName": "Ada", "X-Twilio-Webhook-Enabled": "true"}
    ]


def test_who_was_put_meanwhile_is_renamed(twilio_users, service):
    def another_request(request):
        twilio_users.add_user(str(ADA), friendly_name="Miss Byron")

    twilio_users.routes["create_user"].mock(side_effect=another_request)

    assert service.put(PATH, json={"name": "Ada"}).status_code == 204
    assert [user.friendly_name for user in twilio_users.users()] == ["Ada"]


def test_who_was_deleted_is_gone(twilio_users, service):
    twilio_users.add_user(str(ADA), friendly_name="Ada")

    assert service.delete(PATH).status_code == 204
    assert service.delete(PATH).status_code == 204
    assert service.get(PATH).status_code == 404
    assert twilio_users.users() == []


def test_who_has_no_name_is_there(twilio_users, service):
    twilio_users.add_user(str(ADA))
    assert service.get(PATH).json() == {"name": None}


def test_nobody_is_not_found(service):
    answer = service.get(PATH)
    assert (answer.status_code, answer.json()) == (404, {"detail": "No such person"})


@pytest.mark.parametrize("name", ["", "x" * 257])
def test_twilio_is_not_asked_in_vain(twilio_users, service, name):
    assert service.put(PATH, json={"name": name}).status_code == 422
    assert twilio_users.journal.operations == []


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        ("too_many_requests", 503),
        ("too_many_changes", 503),
        ("unavailable", 503),
        ("internal_error", 502),
        ("token_wrong", 502),
    ],
)
def test_a_refusal_is_no_answer_of_ours(twilio_users, ask, operation, refusal, status):
    twilio_users.routes[operation].refuse(refusal)

    answer = ask()

    assert answer.status_code == status
    assert ("retry-after" in answer.headers) == (status == 503)
    assert twilio_users.routes[operation].call_count == 1


@pytest.mark.parametrize(
    ("failure", "status"), [(httpx.ReadTimeout, 504), (httpx.ConnectError, 502)]
)
def test_no_answer_is_told(twilio_users, ask, operation, failure, status):
    twilio_users.routes[operation].mock(side_effect=failure)
    assert ask().status_code == status


def test_a_proxy_in_the_way_is_told(twilio_users, ask, operation):
    page = httpx.Response(502, html="<h1>Bad gateway</h1>")
    twilio_users.routes[operation].mock(return_value=page)
    assert ask().json() == {"detail": "Twilio failed"}


def test_who_was_put_is_listed(service, hooks):
    service.put(PATH, json={"name": "Ada"})
    assert service.get("/people").json()[str(ADA)] == "Ada"
    assert [hook["EventType"] for hook in hooks] == ["onUserAdded"]


def test_who_was_renamed_elsewhere_is_listed(twilio_users, service, hooks):
    twilio_users.add_user(str(ADA))
    twilio_users.client.update_user(
        str(ADA), friendly_name="Countess", x_twilio_webhook_enabled=True
    )
    assert service.get("/people").json()[str(ADA)] == "Countess"


def test_who_has_no_name_is_not_named(twilio_users, service, hooks):
    twilio_users.add_user(str(ADA), friendly_name="Ada")
    assert service.put(PATH, json={"name": " "}).status_code == 502
    assert [user.friendly_name for user in twilio_users.users()] == ["Ada"]


def test_a_webhook_that_twilio_did_not_sign_is_refused(twilio_users, service):
    url, form = "https://people.example/hooks", {"EventType": "onUserAdded", "Identity": "eve"}
    signed = twilio_users.webhooks.sign(url, form)
    of_another = twilio_users.webhooks.sign(url, form | {"Identity": "ada"})

    for signature, status in [(signed, 204), (of_another, 403), ("", 403)]:
        answer = service.post(url, data=form, headers={"X-Twilio-Signature": signature})
        assert answer.status_code == status
