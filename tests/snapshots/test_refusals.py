"""Every refusal of the stub, as a snapshot: the request, and what came of it."""

import httpx
import pytest
from syrupy.filters import props

from pytest_twilio_users import TwilioApiError
from pytest_twilio_users.contract.refusals import REFUSALS

URL = "https://conversations.twilio.com"
ACCOUNT = "AC" + 32 * "0"


def _ask(method="GET", path="/v1/Users", auth=(ACCOUNT, "a secret of mine"), **request):
    with httpx.Client(verify=False) as http:  # noqa: S501  # no certificates to load
        http.request(method, URL + path, auth=auth, **request)


def _create(identity="grace", **options):
    return lambda client: client.create_user(identity, **options)


ASK = {
    "not_found": lambda client: client.fetch_user("nobody"),
    "identity_taken": _create("ada"),
    "identity_missing": lambda _: _ask("POST", data={"FriendlyName": "Grace"}),
    "identity_empty": _create(""),
    "identity_too_long": _create(257 * "g"),
    "identity_like_sid": _create("US" + 32 * "1"),
    "identity_reserved": _create("system"),
    "attributes_not_json": _create(attributes="{'plan': 'pro'}"),
    "attributes_no_object": _create(attributes="[]"),
    "attributes_too_long": _create(attributes={"text": 16_384 * "t"}),
    "friendly_name_too_long": _create(friendly_name=257 * "G"),
    "role_sid_malformed": _create(role_sid="admin"),
    "role_unknown": _create(role_sid="RL" + 32 * "0"),
    "webhook_enabled_malformed": _create(x_twilio_webhook_enabled="yes"),
    "page_size_malformed": lambda client: client.list_user(page_size=0),
    "page_malformed": lambda client: client.list_user(page=-1),
    "page_token_unknown": lambda client: client.list_user(page_token="made up"),
    "no_credentials": lambda _: _ask(auth=None),
    "username_invalid": lambda _: _ask(auth=("ada", "a secret of mine")),
    "token_wrong": lambda _: _ask(),
    "test_credentials": lambda client: client.list_user(),
    "method_not_allowed": lambda _: _ask("PUT", "/v1/Users/ada"),
}
"""A request that is refused, by the name of the refusal; without one for those that are planned."""
SETTINGS = {
    "role_unknown": {"role_sids": "RL" + 32 * "1"},
    "username_invalid": {"credentials": "exact"},
    "token_wrong": {"credentials": "exact"},
    "test_credentials": {"credentials": "test"},
    "webhook_enabled_malformed": {"strict": False},
    "method_not_allowed": {"strict": False},
}
"""The settings that a refusal depends on."""


def _marked(name):
    settings = SETTINGS.get(name)
    marks = [pytest.mark.twilio_users(**settings)] if settings else []
    return pytest.param(name, id=name, marks=marks)


@pytest.mark.parametrize("name", [_marked(name) for name in REFUSALS])
def test_a_refusal_is_told(name, twilio_users, twilio_users_snapshot):
    """Status, code and message are the table's; a client of the kit raises them."""
    twilio_users.add_user("ada")
    if REFUSALS[name].planned:
        twilio_users.routes["create_user"].refuse(name)
    error = None
    try:
        ASK.get(name, _create())(twilio_users.client)
    except TwilioApiError as raised:
        error = raised
    too_long = props("Attributes") if name == "attributes_too_long" else None
    told = {"error": error, "exchange": twilio_users.journal.last}
    assert told == twilio_users_snapshot(exclude=too_long)
