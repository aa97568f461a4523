"""What Twilio answers, and a call of each operation with what it sends."""

from operator import methodcaller
from urllib.parse import parse_qsl

import httpx
import pytest

from pytest_twilio_users.transports.httpx_messages import from_httpx_request
from pytest_twilio_users.wire.codec import decode

ACCOUNT = "AC" + "a" * 32
KEY = "SK" + "b" * 32
SERVICE = "IS" + "e" * 32
ROLE = "RL" + "b" * 32
TOKEN = "correct-horse-battery-staple"
TWILIO = "https://conversations.twilio.com"

USER = {
    "sid": "US" + "1" * 32,
    "account_sid": ACCOUNT,
    "chat_service_sid": SERVICE,
    "role_sid": ROLE,
    "identity": "ada",
    "friendly_name": None,
    "attributes": "{}",
    "is_online": None,
    "is_notifiable": None,
    "date_created": "2026-03-04T12:00:00Z",
    "date_updated": "2026-03-04T12:00:00Z",
    "url": f"{TWILIO}/v1/Users/US{'1' * 32}",
    "links": {"user_conversations": f"{TWILIO}/v1/Users/US{'1' * 32}/Conversations"},
}


def page(next_page_url=None):
    """A page of one user."""
    first = f"{TWILIO}/v1/Users?PageSize=50&Page=0"
    return {
        "meta": {
            "page": 0,
            "page_size": 50,
            "first_page_url": first,
            "previous_page_url": None,
            "url": first,
            "next_page_url": next_page_url,
            "key": "users",
        },
        "users": [USER],
    }


def twilio(request):
    """Answer a request with the success that its operation has."""
    operation = decode(from_httpx_request(request)).operation
    body = {"list": page(), "delete": None}.get(operation.action, USER)
    return httpx.Response(operation.status, json=body) if body else httpx.Response(204)


def answering(status, **parts):
    """A network that answers each request the same."""
    return lambda request: httpx.Response(status, **parts)


NOT_FOUND = {
    "code": 20404,
    "message": "The requested resource /Users/ada was not found",
    "more_info": "https://www.twilio.com/docs/errors/20404",
    "status": 404,
}


BOTH = pytest.mark.parametrize("library", ["httpx", "httpx2"], indirect=True)


def form(request):
    """The form of a request, or None if it has none."""
    if request.headers.get("content-type") != "application/x-www-form-urlencoded":
        return None
    return parse_qsl(request.content.decode(), keep_blank_values=True)


def in_short(request):
    """Method, URL, form and X-Twilio-Webhook-Enabled of a request."""
    hooks = request.headers.get("x-twilio-webhook-enabled")
    return request.method, str(request.url), form(request), hooks


def sends(operation, *arguments, request, form=None, webhook=None, **named):
    """One row: an operation with its arguments, and what it sends."""
    method, target = request.split()
    call = methodcaller(operation, *arguments, **named)
    return pytest.param(call, (method, TWILIO + target, form, webhook), id=operation)


INPUT = {"friendly_name": "Ada", "attributes": {"duty": "tech"}, "role_sid": ROLE}
INPUT_SENT = [("FriendlyName", "Ada"), ("Attributes", '{"duty": "tech"}'), ("RoleSid", ROLE)]
HOOKS = {"x_twilio_webhook_enabled": True}
PAGING = {"page_size": 20, "page": 3, "page_token": "PT+1"}
PAGING_SENT = "PageSize=20&Page=3&PageToken=PT%2B1"

WITH_EVERYTHING = [
    sends(
        "create_service_user",
        SERVICE,
        "ada",
        **INPUT,
        **HOOKS,
        request=f"POST /v1/Services/{SERVICE}/Users",
        form=[("Identity", "ada"), *INPUT_SENT],
        webhook="true",
    ),
    sends(
        "create_user",
        "ada",
        **INPUT,
        **HOOKS,
        request="POST /v1/Users",
        form=[("Identity", "ada"), *INPUT_SENT],
        webhook="true",
    ),
    sends(
        "delete_service_user",
        SERVICE,
        "ada",
        **HOOKS,
        request=f"DELETE /v1/Services/{SERVICE}/Users/ada",
        webhook="true",
    ),
    sends("delete_user", "ada", **HOOKS, request="DELETE /v1/Users/ada", webhook="true"),
    sends("fetch_service_user", SERVICE, "ada", request=f"GET /v1/Services/{SERVICE}/Users/ada"),
    sends("fetch_user", "ada", request="GET /v1/Users/ada"),
    sends(
        "list_service_user",
        SERVICE,
        **PAGING,
        request=f"GET /v1/Services/{SERVICE}/Users?{PAGING_SENT}",
    ),
    sends("list_user", **PAGING, request=f"GET /v1/Users?{PAGING_SENT}"),
    sends(
        "update_service_user",
        SERVICE,
        "ada",
        **INPUT,
        **HOOKS,
        request=f"POST /v1/Services/{SERVICE}/Users/ada",
        form=INPUT_SENT,
        webhook="true",
    ),
    sends(
        "update_user",
        "ada",
        **INPUT,
        **HOOKS,
        request="POST /v1/Users/ada",
        form=INPUT_SENT,
        webhook="true",
    ),
]
WITH_THE_LEAST = [
    sends(
        "create_service_user",
        SERVICE,
        "ada",
        request=f"POST /v1/Services/{SERVICE}/Users",
        form=[("Identity", "ada")],
    ),
    sends("create_user", "ada", request="POST /v1/Users", form=[("Identity", "ada")]),
    sends(
        "delete_service_user", SERVICE, "ada", request=f"DELETE /v1/Services/{SERVICE}/Users/ada"
    ),
    sends("delete_user", "ada", request="DELETE /v1/Users/ada"),
    sends("list_service_user", SERVICE, request=f"GET /v1/Services/{SERVICE}/Users"),
    sends("list_user", request="GET /v1/Users"),
    sends(
        "update_service_user",
        SERVICE,
        "ada",
        request=f"POST /v1/Services/{SERVICE}/Users/ada",
        form=[],
    ),
    sends("update_user", "ada", request="POST /v1/Users/ada", form=[]),
]
