"""Checks the live account before the first test."""

from typing import Any

from pytest_twilio_users.contract import refusals
from pytest_twilio_users.errors import PreflightFailed, brief
from pytest_twilio_users.live.access import Access
from pytest_twilio_users.live.live_account import LiveAccount
from pytest_twilio_users.live.retrying import Lost
from pytest_twilio_users.settings import SETTINGS
from pytest_twilio_users.wire.codec import json_object
from pytest_twilio_users.wire.messages import Response
from pytest_twilio_users.wire.paths import users_path

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


def preflight(access: Access) -> None:
    """See that credentials and services are what a run needs. Nothing is changed.

    Raises:
        PreflightFailed: they are not; says which, and what to do.
    """
    account = access.account
    _look(access, account.service_sid, option=SETTINGS["service_sid"].option)
    if account.default_service_sid is not None:
        option = SETTINGS["default_service"].option
        body = json_object(_look(access, None, option=option)) or {}
        for user in body["users"]:  # without one, the answer does not tell which service it is of
            found = user.get("chat_service_sid")
            if found != account.default_service_sid:
                raise PreflightFailed(
                    f"The account's default service is {found}, and {option}"
                    f" names {account.default_service_sid}."
                )


def _look(access: Access, service_sid: str | None, *, option: str) -> Response:
    account, path = access.account, users_path(service_sid)
    try:
        answer = access.ask_own("GET", f"{path}?PageSize=1")
    except Lost as lost:
        raise PreflightFailed(
            f"{account.base_url} gives no answer: {lost}. The kit uses no proxy of the"
            " environment. To use another address, set TWILIO_REGION, TWILIO_EDGE or"
            f" {SETTINGS['base_url'].option}=URL"
        ) from None
    if answer.status == 200 and _is_list(json_object(answer) or {}):
        return answer
    raise PreflightFailed(f"{account.base_url}{path} {_explain(account, answer, option=option)}")


def _is_list(body: dict[str, Any]) -> bool:
    users = body.get("users")
    return isinstance(users, list) and all(isinstance(user, dict) for user in users)


def _explain(account: LiveAccount, answer: Response, *, option: str) -> str:
    code = (json_object(answer) or {}).get("code")
    if answer.status == 401:
        password = "set" if account.auth_token else "not set"
        return (
            f"refuses the credentials (401): user name {account.sid}, password {password}. Do"
            " both belong to the same account, and to this region?"
        )
    if (answer.status, code) == (403, refusals.TEST_CREDENTIALS.code):
        return (
            "refuses test credentials (403, code 20008): Twilio has no test mode for this API."
            " Use the credentials of a subaccount that is only for tests."
        )
    if answer.status == 404:
        return (
            f"is unknown (404): account {account.sid} has no such service."
            f" Name one of its own: {option}=IS…"
        )
    body = json_object(answer) or {}
    if answer.status == 200 and body:
        return f"answers 200 with {brief([*body])}, but 'users' must be a list of users."
    told = f"code {code}" if code else "no JSON of Twilio's"
    return f"answers {answer.status} ({told}) instead of a list of users."
