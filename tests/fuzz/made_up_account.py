"""An account with users and neighbours, whose clock stands still, and requests that it answers."""

import base64
import json
from datetime import UTC, datetime
from urllib.parse import urlencode

from pytest_twilio_users.contract.sids import OWN_DEFAULT_SERVICE_SID, OWN_SERVICE_SID
from pytest_twilio_users.settings import Settings
from pytest_twilio_users.state.account import Account
from pytest_twilio_users.state.supplies import SidSupply

SID = "AC" + "a" * 32
TOKEN = "correct-horse-battery"
BASIC = "Basic " + base64.b64encode(f"{SID}:{TOKEN}".encode()).decode()
SERVICE = OWN_SERVICE_SID
FORM = "application/x-www-form-urlencoded"
SEEDS = [
    {"identity": "ada", "friendly_name": "Ada", "attributes": '{"plan": "pro", "n": [1, 2.5]}'},
    {"identity": "grace@example.com", "service_sid": SERVICE},
    {"identity": "a/b %é", "is_online": True},
    {"neighbour": "conversations", "unique_name": "lobby"},
]


def form(**said):
    """A form."""
    return urlencode(said).encode()


REQUESTS = (
    ("GET", "/v1/Users", b""),
    ("GET", "/v1/Users?PageSize=2&Page=1", b""),
    ("GET", f"/v1/Services/{SERVICE}/Users?PageSize=1", b""),
    ("GET", "/v1/Users/ada", b""),
    ("GET", "/v1/Users/a%2Fb%20%25%C3%A9", b""),
    ("GET", f"/v1/Services/{SERVICE}/Users/grace%40example.com", b""),
    ("POST", "/v1/Users", form(Identity="linus", FriendlyName="Linus")),
    ("POST", "/v1/Users", form(Identity="ada")),
    ("POST", f"/v1/Services/{SERVICE}/Users", form(Identity="x", Attributes='{"a": "\\u00e9"}')),
    ("POST", "/v1/Users/ada", form(FriendlyName="", Attributes='{"n": [1, {"m": null}]}')),
    ("POST", "/v1/Users/ada", form(RoleSid="RL" + "0" * 32)),
    ("DELETE", "/v1/Users/ada", b""),
    ("DELETE", f"/v1/Services/{SERVICE}/Users/nobody", b""),
    ("OPTIONS", "/v1/Users", b""),
    ("GET", "/v1/Conversations?PageSize=5", b""),
    ("POST", "/v1/Conversations", form(UniqueName="hall", FriendlyName="Hall")),
    ("GET", "/v1/Conversations/lobby", b""),
    ("POST", "/v1/Conversations/lobby/Participants", form(Identity="ada")),
    ("POST", "/v1/Conversations/lobby/Messages", form(Body="hello", Author="ada")),
    ("GET", "/v1/Users/ada/Conversations", b""),
    ("POST", "/v1/Roles", form(FriendlyName="r", Type="service", Permission="addParticipant")),
    ("GET", "/v1/Configuration", b""),
)
HEADERS = (
    ("host", "127.0.0.1:8000"),
    ("content-type", FORM),
    ("accept", "application/json"),
    ("x-twilio-webhook-enabled", "true"),
)


def account():
    """An account without users."""
    return Account(
        sid=SID,
        auth_token=TOKEN,
        default_service_sid=OWN_DEFAULT_SERVICE_SID,
        other_service_sid=SERVICE,
        sids=SidSupply("fuzz"),
        clock=lambda: datetime(2026, 3, 4, 12, tzinfo=UTC),
        settings=Settings(neighbours=True),
    )


def as_json(value):
    """JSON as bytes."""
    return json.dumps(value).encode()
