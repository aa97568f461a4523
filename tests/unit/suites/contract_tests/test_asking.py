"""What a test of the contract suite says of an answer that is not the one that was promised."""

import asyncio
from dataclasses import replace
from types import SimpleNamespace

import httpx
import pytest
from data.published import USER

from pytest_twilio_users.client import TwilioApiError
from pytest_twilio_users.contract import refusals
from pytest_twilio_users.contract.models import User
from pytest_twilio_users.suites.contract_tests.users_under_test import (
    UsersUnderTest,
    lasting,
    path_of,
)

SERVICE = "IS" + "0" * 32


def users(service_sid=None):
    """The users of a service whose client is not asked."""
    return UsersUnderTest(
        client=None,
        credentials=("", ""),
        journal=None,
        service_sid=service_sid,
        runner=None,
        prefix="contract-",
        wait=None,
    )


def answer(status, **body):
    """An answer to a fetch."""
    request = httpx.Request("GET", "https://conversations.twilio.com/v1/Users/a%20b?a=1")
    return httpx.Response(status, request=request, **body)


MISSING = {
    "code": refusals.NOT_FOUND.code,
    "message": refusals.NOT_FOUND.message.format(path="/Users/a b", method="GET"),
}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (answer(409), "409 instead of 404"),
        (answer(404, text="no"), "404 without a JSON object"),
        (answer(404, json=[]), "404 without a JSON object"),
        (answer(404, json={**MISSING, "code": 1}), f"code 1 instead of {MISSING['code']}"),
        (
            answer(404, json={**MISSING, "message": "Gone"}),
            f"message 'Gone' instead of {MISSING['message']!r}",
        ),
    ],
    ids=["status", "no JSON", "no object", "code", "message"],
)
def test_another_refusal_is_told_by_what_is_different(given, told):
    """The status first, then the code, then the message."""
    with pytest.raises(AssertionError) as raised:
        users().refuse(refusals.NOT_FOUND, lambda: given)
    assert str(raised.value).partition("\n")[0] == told


@pytest.mark.parametrize("path", ["/Users/a b", "/Users/a%20b", "/v1/Users/a b"])
def test_a_refusal_may_show_the_path_in_several_ways(path):
    """Encoded or not, with the version or without."""
    message = refusals.NOT_FOUND.message.format(path=path, method="GET")
    given = answer(404, json={**MISSING, "message": message})

    def fails(sid, *, asked):
        raise TwilioApiError("fetch_user", given)

    assert users().refuse(refusals.NOT_FOUND, lambda: given) is given
    assert users().refuse(refusals.NOT_FOUND, fails, "a b", asked=True) is given


@pytest.mark.parametrize("status", [400, 499])
def test_any_refusal_rejects(status):
    """In whatever words."""
    given = answer(status)
    assert users().reject(lambda *_, **__: given, "a", b=1) is given


@pytest.mark.parametrize("status", [399, 500])
def test_what_is_no_refusal_rejects_nothing(status):
    """A success, or a failure of the server."""
    with pytest.raises(AssertionError, match=rf"^{status} instead of a refusal"):
        users().reject(lambda: answer(status))


def test_what_was_taken_was_not_refused():
    """A user or a page is what a client gives then."""
    with pytest.raises(AssertionError, match=r"^It was not refused, and gave 'a user'"):
        users().reject(lambda: "a user")


def test_a_service_has_a_path_and_a_test_identities_of_its_own():
    """The default service has the short path."""
    assert (users().path, users(SERVICE).path) == ("/v1/Users", f"/v1/Services/{SERVICE}/Users")
    assert (users().identity(), users().identity("b")) == ("contract-ada", "contract-b")
    assert path_of(answer(200)) == "/v1/Users/a%20b"


def test_only_users_of_the_test_are_its_own():
    """A service may have others, and one without an identity."""
    listed = [SimpleNamespace(identity=name) for name in ("contract-ada", "ada", None)]
    assert users().own(listed) == listed[:1]


def test_what_lasts_of_a_user_does_not_depend_on_how_it_is_asked_for():
    """Fractions of seconds, addresses, the account and who is online are others' business."""
    user = User.from_dict(USER)
    shown = lasting(user)
    passing = {"account_sid", "is_online", "is_notifiable", "url", "links"}
    assert shown == {name: value for name, value in user.to_dict().items() if name not in passing}
    whole = "2019-12-16T22:18:37Z"
    dated = {"date_created": "2019-12-16T22:18:37.123Z", "date_updated": whole}
    assert lasting(User.from_dict({**USER, **dated}))["date_created"] == whole
    assert lasting(User.from_dict({**USER, "date_updated": None}))["date_updated"] is None


class Pages:
    """Pages by their tokens; `ask` remembers what was asked for."""

    def __init__(self, **tokens):
        self.asked = []
        self._tokens = tokens

    def page(self, **query):
        """Give a page."""
        self.asked.append(query)
        token = self._tokens.get(query.get("page_token", "first"))
        meta = SimpleNamespace(
            page=query.get("page", 0), next_page_url=token, next_page_token=token
        )
        return SimpleNamespace(meta=meta)


def test_pages_are_walked_by_their_tokens():
    """To the last, each with its number and the size that was asked for."""
    pages = Pages(first="a", a="b")
    assert len(UsersUnderTest.pages(pages, page_size=2)) == 3
    assert pages.asked == [
        {"page_size": 2},
        {"page_size": 2, "page": 1, "page_token": "a"},
        {"page_size": 2, "page": 2, "page_token": "b"},
    ]
    first = SimpleNamespace(meta=SimpleNamespace(next_page_url=None))
    assert UsersUnderTest.pages(pages, page_size=2, first=first) == [first]
    assert len(pages.asked) == 3


def test_pages_that_lead_in_a_circle_are_told():
    """They would be walked for ever."""
    with pytest.raises(AssertionError, match=r"^The pages lead in a circle\.(\n|$)"):
        UsersUnderTest.pages(Pages(first="a", a="b", b="a"), page_size=2)


@pytest.mark.parametrize("named", [False, True], ids=["default service", "named service"])
@pytest.mark.parametrize("name", ["client", "async_client"])
def test_a_service_is_asked_alike_by_either_client(twilio_users, name, named):
    """Each call gives what the client does, with what it was given."""
    with asyncio.Runner() as runner:
        there = replace(
            users(twilio_users.service_sid if named else None),
            client=getattr(twilio_users, name),
            runner=runner,
        )
        ada = there.create("ada", friendly_name="Ada")
        assert there.fetch("ada") == ada
        assert there.create_when_free("bo", friendly_name="Bo").friendly_name == "Bo"
        assert there.update("ada", friendly_name="A").friendly_name == "A"
        assert sorted(there.create_at_once("cy", times=3)) == [201, 409, 409]
        assert [user.identity for user in there.walk(page_size=2)] == ["ada", "bo", "cy"]
        assert [len(page.users) for page in there.pages(page_size=2)] == [2, 1]
        there.delete("ada", x_twilio_webhook_enabled=True)
        assert there.refuse(refusals.NOT_FOUND, there.fetch, "ada").status_code == 404
        assert {operation.partition("_")[2] for operation in asked_of(twilio_users)} == {
            "service_user" if named else "user"
        }


def asked_of(twilio_users):
    """The operations that were asked for."""
    return [exchange.operation for exchange in twilio_users.journal]
