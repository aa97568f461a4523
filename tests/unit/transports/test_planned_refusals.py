"""transports/planned_refusals.py: a refusal by name, or by a code of Twilio's."""

import httpx
import pytest

from pytest_twilio_users.contract.refusals import REFUSALS
from pytest_twilio_users.errors import InvalidArgument
from pytest_twilio_users.neighbours.rows import PARTICIPANT_EXISTS
from pytest_twilio_users.transports.planned_refusals import planned_refusal


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("unavailable", REFUSALS["unavailable"]),
        (20503, REFUSALS["unavailable"]),
        (50304, REFUSALS["attributes_not_json"]),  # two cases, one answer
        (50433, PARTICIPANT_EXISTS),
    ],
)
def test_a_name_or_a_code_leads_to_a_refusal(name, refusal):
    """Of users or of their neighbours."""
    assert planned_refusal(name, status=None, message="") == refusal


def test_any_code_can_be_described():
    """Its message is told to the letter."""
    refusal = planned_refusal(50438, status=403, message="Not {allowed}")

    assert (refusal.status, refusal.code) == (403, 50438)
    assert refusal.message.format(path="/", method="GET") == "Not {allowed}"


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        (
            {"name": 50438},
            (
                "The kit does not know the code 50438. Say what else is in the refusal:"
                ' refuse(50438, status=409, message="…").'
            ),
        ),
        (
            {"name": 404},
            (
                "404 is a status, and refuse() takes a name, or a code such as 20404. Refusals"
                " with this status: not_found."
            ),
        ),
        (
            {"name": 20003},
            (
                "Several refusals have the code 20003. By name: no_credentials, username_invalid,"
                " token_wrong."
            ),
        ),
        (
            {"name": "unavailable", "status": 503},
            "name='unavailable' (str): allowed: whole numbers from 1, as codes with a status are.",
        ),
        (
            {"name": 50438, "status": 200},
            "status=200 (int): allowed: whole numbers from 400 to 599.",
        ),
        (
            {"name": "unavailable", "message": "Gone"},
            (
                "message='Gone' (str): allowed: none without a status: a refusal that the kit knows"
                " has a message."
            ),
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(given, complaint):
    """A known refusal is as it is; one that is not known has a status."""
    with pytest.raises(InvalidArgument) as caught:
        planned_refusal(**{"status": None, "message": ""} | given)
    assert str(caught.value) == complaint


def test_any_path_can_be_refused(twilio_users):
    """By a route that the author adds; times and headers count there, too."""
    url = "https://conversations.twilio.com/v1/Conversations"
    route = twilio_users.routes.post(url)
    route.refuse(50353, times=1, headers={"Retry-After": "2"})
    login = (twilio_users.account_sid, twilio_users.auth_token)

    refused = httpx.post(url, auth=login)

    assert (refused.status_code, refused.headers["retry-after"]) == (409, "2")
    assert refused.json() == {
        "code": 50353,
        "message": "Conversation with provided unique name already exists",
        "more_info": "https://www.twilio.com/docs/errors/50353",
        "status": 409,
    }
    assert route.call_count == 1
