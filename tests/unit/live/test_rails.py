"""live/rails.py: what a live run may not send."""

import base64
from dataclasses import replace
from urllib.parse import quote

import pytest

from pytest_twilio_users.errors import DefaultServiceRefused, LiveRefused
from pytest_twilio_users.live.live_account import LiveAccount
from pytest_twilio_users.live.rails import check_credentials, check_place, leads_elsewhere
from pytest_twilio_users.wire.messages import Secret

ACCOUNT = "AC" + "a" * 32
SERVICE = "IS" + "1" * 32
DEFAULT = "IS" + "d" * 32
OTHER = "IS" + "e" * 32
LIVE = LiveAccount(
    sid=ACCOUNT,
    auth_token=Secret("a token"),
    service_sid=SERVICE,
    default_service_sid=DEFAULT,
    base_url="http://localhost",
)


def basic(name, password="s"):  # noqa: S107  # of nobody
    """The Authorization header of a user name."""
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


@pytest.mark.parametrize(
    "authorization",
    [None, basic(ACCOUNT), basic(ACCOUNT, "wrong"), basic("ada")],
    ids=["none", "own", "wrong password", "no SID"],
)
def test_what_is_ours_or_can_only_be_refused_is_let_through(authorization):
    """A test may see a refusal of credentials."""
    check_credentials(authorization, LIVE)


@pytest.mark.parametrize(("kind", "sid"), [("Account", "AC"), ("API key", "SK")])
def test_another_account_is_refused(kind, sid):
    """Or a key, which may be another account's. Whose it is, is shown in part."""
    with pytest.raises(LiveRefused) as caught:
        check_credentials(basic(sid + "b" * 32), LIVE)

    assert str(caught.value) == (
        f"The request has the credentials of another {kind}, {sid}bbbb…. This run may change"
        f" only {ACCOUNT}. Nothing was sent."
    )


def test_the_key_of_the_run_may_read_and_no_other_may():
    """It can't be seen of which account it is, so it changes nothing."""
    key = "SK" + "c" * 32
    account = replace(LIVE, api_key_sid=key)
    check_credentials(basic(key), account, reads=True)
    for refused, reads in ((key, False), ("SK" + "b" * 32, True)):
        with pytest.raises(LiveRefused):
            check_credentials(basic(refused), account, reads=reads)
    with pytest.raises(LiveRefused):
        check_credentials(basic(key), LIVE, reads=True)


@pytest.mark.parametrize("authorization", ["Bearer token", "Basic ???"])
def test_credentials_that_cant_be_read_are_refused(authorization):
    """Another account may be behind them."""
    with pytest.raises(LiveRefused) as caught:
        check_credentials(authorization, LIVE)

    assert str(caught.value) == (
        "The request's Authorization header is not HTTP Basic, so the kit can't see which"
        f" account it belongs to. This run may change only {ACCOUNT}. Nothing was sent."
    )


def there(_: str) -> bool:
    """Whether a service is there: each is."""
    return True


@pytest.mark.parametrize("service", [SERVICE, DEFAULT, "IS1", "nope"])
def test_changes_in_the_services_of_the_run_are_let_through(compose, service):
    """And those where no service can be, which can only be refused."""
    check_place(
        compose("POST", f"/v1/Services/{service}/Users", form={"Identity": "a"}),
        LIVE,
        is_there=there,
    )
    check_place(compose("DELETE", f"/v1/Services/{service}/Users/a"), LIVE, is_there=there)


@pytest.mark.parametrize(
    "service", [OTHER, OTHER.lower(), "default", "Default", "..", ".", f"x/../{OTHER}", "", "a b"]
)
def test_changes_in_other_services_are_refused(compose, service):
    """By whatever name, and however a server may read dots and slashes in it."""
    with pytest.raises(LiveRefused) as caught:
        check_place(
            compose("DELETE", f"/v1/Services/{quote(service, safe='')}/Users/a"),
            LIVE,
            is_there=there,
        )

    assert str(caught.value) == (
        f"delete_service_user: service {service} is not the one that this run may change,"
        f" {SERVICE} (--twilio-users-service-sid). Nothing was sent."
    )


def test_a_change_in_a_service_that_is_not_there_is_let_through(compose):
    """It can only be refused, and a test may want to see how."""
    request = compose("DELETE", f"/v1/Services/{OTHER}/Users/a")
    check_place(request, LIVE, is_there=lambda service: service != OTHER)


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_a_method_that_twilio_has_for_no_user_is_a_change(compose, method):
    """Of the user that its path names, as an update is: the same places are the run's."""
    change = check_place(compose(method, "/v1/Users/a"), LIVE, is_there=there)
    with pytest.raises(LiveRefused) as elsewhere:
        check_place(compose(method, f"/v1/Services/{OTHER}/Users/a"), LIVE, is_there=there)
    unnamed = replace(LIVE, default_service_sid=None)
    with pytest.raises(DefaultServiceRefused) as default:
        check_place(compose(method, "/v1/Users/a"), unnamed, is_there=there)

    assert change is not None
    assert (change.operation.name, change.user) == ("update_user", "a")
    assert str(elsewhere.value) == (
        f"{method} /v1/Services/{OTHER}/Users/a: service {OTHER} is not the one that this run may"
        f" change, {SERVICE} (--twilio-users-service-sid). Nothing was sent."
    )
    assert str(default.value) == (
        f"{method} /v1/Users/a: the path without a service means the account's default service,"
        " and this run may not use it. To allow it: --twilio-users-default-service=IS…"
    )


@pytest.mark.parametrize("header", ["X-HTTP-Method", "X-HTTP-Method-Override", "X-Method-Override"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_method_in_a_header_is_refused(compose, method, header):
    """A server that heeds it would delete by what looks like a read."""
    request = compose(method, "/v1/Users/a", headers=((header.lower(), "DELETE"),))
    with pytest.raises(LiveRefused) as caught:
        check_place(request, LIVE, is_there=there)

    operation = {"GET": "fetch_user", "POST": "update_user"}[method]
    assert str(caught.value) == (
        f"{operation}: its header {header.lower()} asks for another method. The kit can't know"
        " which one a live account would use. Nothing was sent."
    )


@pytest.mark.parametrize("path", [f"/v1/Services/{OTHER}/Users", "/v1/Users/a", "/v1/Nothing"])
def test_reads_are_let_through(compose, path):
    """Of whatever there is."""
    check_place(compose("GET", path), LIVE, is_there=there)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_default_service_has_to_be_named(compose, method):
    """Its short path means whichever the account has."""
    account = replace(LIVE, default_service_sid=None)
    with pytest.raises(DefaultServiceRefused) as caught:
        check_place(compose(method, "/v1/Users/a"), account, is_there=there)

    operation = {"GET": "fetch_user", "POST": "update_user"}[method]
    assert str(caught.value) == (
        f"{operation}: the path without a service means the account's default service, and this"
        " run may not use it. To allow it: --twilio-users-default-service=IS…"
    )


def test_without_a_default_service_no_other_is_let_through(compose):
    """That none is named does not make all of them it."""
    account = replace(LIVE, default_service_sid=None)
    with pytest.raises(LiveRefused):
        check_place(compose("DELETE", f"/v1/Services/{OTHER}/Users/a"), account, is_there=there)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", f"/v1/Services/{SERVICE}"),
        ("DELETE", f"/v1/Services/{SERVICE}"),
        ("PATCH", f"/v1/Services/{SERVICE}"),
        *((method, "/v1/Users") for method in ("DELETE", "PUT", "PATCH")),
        *((method, "/v1/Users/a") for method in ("HEAD", "OPTIONS", "delete", "put")),
    ],
)
def test_what_no_operation_answers_is_refused(compose, method, path):
    """Who knows what it changes: all users, say. And a method has one spelling."""
    with pytest.raises(LiveRefused) as caught:
        check_place(compose(method, path), LIVE, is_there=there)

    assert str(caught.value) == (
        f"{method} {path}: no operation answers it, so its effect on a live account is unknown."
        " Nothing was sent."
    )


@pytest.mark.parametrize(
    ("user", "elsewhere"),
    [
        *((user, True) for user in (".", "..", "a/..", "../..", "a/./b", "..\\b")),
        *((user, False) for user in ("", "ada", "a/b", "a..b", "...", ".a", "US" + "1" * 32)),
    ],
)
def test_dots_may_lead_elsewhere(user, elsewhere):
    """A server may take them as steps, before or after it decodes them."""
    assert leads_elsewhere(user) is elsewhere
