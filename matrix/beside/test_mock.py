"""What an author patches answers; what the kit patched comes back."""

import app
import httpx
import made
import pytest


@pytest.mark.parametrize("number", range(2))
def test_spy(twilio_users, mocker, ada, mess, number):
    made.look(twilio_users)
    spy = mocker.spy(httpx.HTTPTransport, "handle_request")
    app.sign_up("joan")
    assert spy.call_count == 1
    mess()


def test_patch(twilio_users, mocker, mess):
    made.look(twilio_users)
    mess()
    answer = httpx.Response(418)
    mocker.patch.object(httpx.HTTPTransport, "handle_request", return_value=answer)
    assert app.http.get(app.USERS).status_code == 418


def test_unpatched(twilio_users, mess):
    made.look(twilio_users)
    mess()


def test_around_no_kit(mocker):
    answer = httpx.Response(418)
    mocker.patch.object(httpx.HTTPTransport, "handle_request", return_value=answer)
    assert app.http.get(app.USERS).status_code == 418
