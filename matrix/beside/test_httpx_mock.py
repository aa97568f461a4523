"""The mock answers for other hosts, the kit for Twilio's."""

import app
import httpx
import made
import pytest


@pytest.mark.parametrize("number", range(2))
def test_both(twilio_users, httpx_mock, ada, mess, number):
    made.look(twilio_users)
    httpx_mock.add_response(url="https://api.example.com/", json={"plan": "pro"})
    assert httpx.get("https://api.example.com/").json() == {"plan": "pro"}
    app.sign_up("joan")
    mess()


def test_the_mock_alone(httpx_mock):
    httpx_mock.add_response(url=app.USERS, json={"users": []})
    assert httpx.get(app.USERS).json() == {"users": []}


def test_the_kit_alone(twilio_users, mess):
    made.look(twilio_users)
    mess()
