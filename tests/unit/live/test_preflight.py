"""live/preflight.py: a look at the live account before the first test."""

import pytest

from pytest_twilio_users.errors import PreflightFailed
from pytest_twilio_users.live.live_account import LiveAccount
from pytest_twilio_users.live.preflight import preflight
from pytest_twilio_users.live.retrying import Lost
from pytest_twilio_users.wire.messages import Response, Secret

ACCOUNT = "AC" + "a" * 32
SERVICE = "IS" + "1" * 32
DEFAULT = "IS" + "d" * 32
BASE = "https://conversations.twilio.com"
USERS = f"{BASE}/v1/Services/{SERVICE}/Users"
PASSWORD = "secret"
NOBODY = Response(status=200, body=b'{"users": []}')


@pytest.fixture
def look(open_access):
    """Looks at an account that gives these answers; returns what was asked for."""

    def look(*answers, default=None, password=PASSWORD):
        script, asked = iter(answers), []

        def send(request):
            asked.append(f"{request.method} {request.origin}{request.target}")
            answer = next(script, answers[-1])
            if isinstance(answer, Exception):
                raise answer
            return answer

        account = LiveAccount(
            sid=ACCOUNT,
            auth_token=Secret(password),
            service_sid=SERVICE,
            default_service_sid=default,
            base_url=BASE,
        )
        preflight(open_access(send, account))
        return asked

    return look


def complaint(look, *answers, **parts):
    """What the look ends with."""
    with pytest.raises(PreflightFailed) as caught:
        look(*answers, **parts)
    return str(caught.value)


def test_a_service_that_answers_is_fine(look):
    """One user of it is asked for, and nothing is changed."""
    assert look(NOBODY) == [f"GET {USERS}?PageSize=1"]


def test_the_default_service_is_looked_at_where_it_is_named(look):
    """By its short path; without users it can't be told which it is."""
    assert look(NOBODY, NOBODY, default=DEFAULT) == [
        f"GET {USERS}?PageSize=1",
        f"GET {BASE}/v1/Users?PageSize=1",
    ]


def test_a_bad_line_is_borne(look):
    """429, 503 and lost answers are tried again."""
    lost = Lost("reset", may_have_arrived=True)

    assert len(look(Response(status=429), Response(status=503), lost, NOBODY)) == 4


def test_the_default_service_is_the_one_that_is_named(look):
    """As its users say."""
    user = Response(status=200, body=b'{"users": [{"chat_service_sid": "%s"}]}' % DEFAULT.encode())

    assert look(NOBODY, user, default=DEFAULT)


def test_another_default_service_is_told(look):
    """Before anything is changed in it."""
    found = "IS" + "e" * 32
    user = Response(status=200, body=b'{"users": [{"chat_service_sid": "%s"}]}' % found.encode())

    assert complaint(look, NOBODY, user, default=DEFAULT) == (
        f"The account's default service is {found}, and --twilio-users-default-service names"
        f" {DEFAULT}."
    )


@pytest.mark.parametrize(("password", "told"), [("secret", "set"), ("", "not set")])
def test_wrong_credentials_are_told(look, password, told):
    """Without them."""
    refused = Response(status=401, body=b'{"code": 20003}')

    assert complaint(look, refused, password=password) == (
        f"{USERS} refuses the credentials (401): user name {ACCOUNT}, password {told}. Do both"
        " belong to the same account, and to this region?"
    )


def test_test_credentials_are_told(look):
    """With what to use instead."""
    assert complaint(look, Response(status=403, body=b'{"code": 20008}')) == (
        f"{USERS} refuses test credentials (403, code 20008): Twilio has no test mode for this"
        " API. Use the credentials of a subaccount that is only for tests."
    )


def test_an_unknown_service_is_told(look):
    """With the option that names it."""
    assert complaint(look, Response(status=404, body=b'{"code": 20404}')) == (
        f"{USERS} is unknown (404): account {ACCOUNT} has no such service. Name one of its own:"
        " --twilio-users-service-sid=IS…"
    )


def test_an_unknown_default_service_is_told(look):
    """With its own option."""
    assert complaint(look, NOBODY, Response(status=404), default=DEFAULT).endswith(
        "Name one of its own: --twilio-users-default-service=IS…"
    )


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Response(status=403, body=b'{"code": 20403}'), "answers 403 (code 20403)"),
        (Response(status=502, body=b"<html>"), "answers 502 (no JSON of Twilio's)"),
        (Response(status=200, body=b"<html>"), "answers 200 (no JSON of Twilio's)"),
        (Response(status=200, body=b"[" * 100_000), "answers 200 (no JSON of Twilio's)"),
    ],
    ids=["refused", "proxy", "page", "nested"],
)
def test_any_other_answer_is_told(look, answer, told):
    """As far as it can be understood."""
    assert complaint(look, answer) == f"{USERS} {told} instead of a list of users."


@pytest.mark.parametrize(
    ("body", "keys"),
    [
        (b'{"meta": {}, "members": []}', "['meta', 'members']"),
        (b'{"users": null}', "['users']"),
        (b'{"users": {"ada": {}}}', "['users']"),
        (b'{"users": ["ada"]}', "['users']"),
    ],
)
def test_a_list_of_no_users_is_told(look, body, keys):
    """By its keys, one of which may be misspelt."""
    assert complaint(look, Response(status=200, body=body)) == (
        f"{USERS} answers 200 with {keys}, but 'users' must be a list of users."
    )


def test_a_user_of_no_service_is_of_another(look):
    """Nothing says that the list is the one that was named."""
    nobody = Response(status=200, body=b'{"users": [{}]}')
    assert complaint(look, NOBODY, nobody, default=DEFAULT) == (
        "The account's default service is None, and --twilio-users-default-service names"
        f" {DEFAULT}."
    )


def test_no_answer_is_told(look):
    """With the reason."""
    assert complaint(look, Lost("can't connect: no such host", may_have_arrived=False)) == (
        f"{BASE} gives no answer: can't connect: no such host. The kit uses no proxy of the"
        " environment. To use another address, set TWILIO_REGION, TWILIO_EDGE or"
        " --twilio-users-base-url=URL"
    )
