"""snapshots/plain.py: what a snapshot shows of each thing."""

from textwrap import dedent

import httpx
import pytest
from hypothesis import given
from syrupy.extensions.amber import AmberSnapshotExtension
from twilio.base.exceptions import TwilioRestException
from twilio.rest.conversations.v1.service.user import UserInstance as ServiceUserInstance
from twilio.rest.conversations.v1.user import UserInstance

from pytest_twilio_users import strategies as twilio_st
from pytest_twilio_users.client import TwilioApiError
from pytest_twilio_users.contract.fields import USER_FIELDS
from pytest_twilio_users.contract.models import PageMeta, User, UserPage
from pytest_twilio_users.snapshots import TwilioUsersSnapshotExtension
from pytest_twilio_users.snapshots.plain import plain
from pytest_twilio_users.snapshots.showing import Showing
from pytest_twilio_users.wire.codec import encode_json
from pytest_twilio_users.wire.journal import Exchange, Journal
from pytest_twilio_users.wire.messages import Loose, Response
from pytest_twilio_users.wire.violations import error

SERVICE = "IS" + 32 * "e"
NOT_FOUND = {
    "code": 20404,
    "message": f"The requested resource /Services/{SERVICE}/Users/ada was not found",
    "more_info": "https://www.twilio.com/docs/errors/20404",
    "status": 404,
}
show = TwilioUsersSnapshotExtension().serialize


def shown(text):
    """The text of a snapshot, its margin taken off."""
    return dedent(text).strip()


ADA = """
    dict({
      'account_sid': '<AC:1>',
      'attributes': JSON({
        'level': 3,
        'plan': 'pro',
      }),
      'chat_service_sid': '<IS:1>',
      'date_created': '<t0>',
      'date_updated': '<t0+3s>',
      'friendly_name': None,
      'identity': 'ada',
      'is_notifiable': True,
      'is_online': None,
      'links': dict({
        'user_conversations': 'https://conversations.twilio.com/v1/Users/<US:1>/Conversations',
      }),
      'role_sid': '<RL:1>',
      'sid': '<US:1>',
      'url': 'https://conversations.twilio.com/v1/Users/<US:1>',
    })
    """
META = """
    dict({
      'first_page_url': 'https://conversations.twilio.com/v1/Users?PageSize=1&Page=0',
      'key': 'users',
      'next_page_url': 'https://conversations.twilio.com/v1/Users?PageSize=1&Page=2&PageToken=<token:1>',
      'page': 1,
      'page_size': 1,
      'previous_page_url': 'https://conversations.twilio.com/v1/Users?PageSize=1&Page=0&PageToken=<token:2>',
      'url': 'https://conversations.twilio.com/v1/Users?PageSize=1&Page=1&PageToken=<token:3>',
    })
    """


# Users.


class OwnUser(User):
    """A user of an author's class."""


class OlderInstance:
    """A user as the SDK below 8.0 has it: its fields are properties, kept apart."""

    __module__ = "twilio.rest.conversations.v1.user"

    def __init__(self, answer):
        self._properties = {name: answer[name] for name in USER_FIELDS}
        self._context = None


@pytest.mark.parametrize(
    "form",
    [
        dict,
        User.from_dict,
        OwnUser.from_dict,
        lambda answer: UserInstance(None, answer),
        lambda answer: ServiceUserInstance(None, answer, chat_service_sid=SERVICE),
        OlderInstance,
    ],
    ids=["json", "user", "own user", "sdk", "sdk-of-a-service", "older-sdk"],
)
def test_a_user_is_shown_as_its_json(form, ada):
    """One text for the raw answer, the kit's user and the SDK's: who is who, and what it says."""
    assert show(form(ada)) == shown(ADA)


def test_a_field_that_nobody_knows_is_shown(ada):
    """Of the raw answer and of the kit's user."""
    ada["extra"] = "new"
    assert "  'extra': 'new',\n" in show(ada)
    assert show(User.from_dict(ada)) == show(ada)


def test_a_user_of_nulls_is_shown(ada):
    """Twilio's schema allows null in all fields."""
    nulls = dict.fromkeys(ada)
    assert show(User.from_dict(nulls)) == show(nulls)
    assert "  'date_created': None,\n" in show(nulls)


@given(twilio_st.users())
def test_any_user_is_shown_as_its_json(user):
    """Whatever it is called, and whatever its attributes hold."""
    amber = AmberSnapshotExtension()
    texts = {
        amber.serialize(Showing().show(form))
        for form in (user, user.to_dict(), UserInstance(None, user.to_dict()))
    }
    assert len(texts) == 1


# Pages.


@pytest.mark.parametrize("form", [dict, PageMeta.from_dict])
def test_a_meta_is_shown_as_its_json(form, page):
    """Links with their tokens' numbers."""
    assert show(form(page["meta"])) == shown(META)


@pytest.mark.parametrize("form", [dict, UserPage.from_dict])
def test_a_page_is_shown_as_its_json(form, page):
    """Meta and users, those in Twilio's order."""
    grace = page["users"][0] | {"sid": "US" + 32 * "0", "identity": "grace"}
    page["users"].append(grace)
    text = show(form(page))
    assert text.startswith("dict({\n  'meta': dict({\n    'first_page_url': ")
    assert [line.strip() for line in text.splitlines() if "'sid'" in line] == [
        "'sid': '<US:1>',",
        "'sid': '<US:2>',",
    ]
    assert text.index("'identity': 'ada'") < text.index("'identity': 'grace'")


@given(twilio_st.user_pages())
def test_any_page_is_shown_as_its_json(page):
    """However many users it has, and wherever it stands."""
    assert Showing().show(page) == Showing().show(page.to_dict())


# Refusals.


@pytest.mark.parametrize("by_httpx", [True, False], ids=["by-httpx", "without"])
def test_a_refusal_is_shown(by_httpx, compose):
    """What was asked for and what Twilio said, whichever way the answer came."""
    body = NOT_FOUND | {"details": {"sid": "US" + 32 * "0"}}
    if by_httpx:
        request = httpx.Request("GET", "https://conversations.twilio.com/v1/Users/ada")
        answered = httpx.Response(404, json=body, request=request)
    else:
        answered = (compose("GET", "/v1/Users/ada"), Response(status=404, body=encode_json(body)))
    assert show(TwilioApiError("fetch_service_user", answered)) == shown(
        """
        dict({
          'code': 20404,
          'details': dict({
            'details': dict({
              'sid': '<US:1>',
            }),
          }),
          'message': 'The requested resource /Services/<IS:1>/Users/ada was not found',
          'more_info': 'https://www.twilio.com/docs/errors/20404',
          'operation': 'fetch_service_user',
          'status': 404,
        })
        """
    )


def test_a_refusal_of_the_sdk_is_shown():
    """By its fields."""
    refusal = TwilioRestException(
        404, f"/Services/{SERVICE}/Users/ada", NOT_FOUND["message"], code=20404
    )
    assert show(refusal) == shown(
        """
        dict({
          'code': 20404,
          'details': None,
          'method': 'GET',
          'msg': 'The requested resource /Services/<IS:1>/Users/ada was not found',
          'status': 404,
          'uri': '/Services/<IS:1>/Users/ada',
        })
        """
    )


# Messages.


def test_a_request_is_shown(compose):
    """Method, URL and what it sent, in all its parts; no header but the webhook's."""
    request = compose(
        "POST",
        f"/v1/Services/{SERVICE}/Users?Page=0",
        body=b"Identity=ada&Attributes=%7B%22a%22%3A1%7D&RoleSid=RL" + 32 * b"1",
        headers=(
            ("content-type", "application/x-www-form-urlencoded"),
            ("x-twilio-webhook-enabled", "true"),
            ("user-agent", "httpx"),
        ),
    )
    assert show(request) == shown(
        """
        dict({
          'method': 'POST',
          'parameters': dict({
            'Attributes': JSON({
              'a': 1,
            }),
            'Identity': 'ada',
            'Page': '0',
            'RoleSid': '<RL:1>',
            'X-Twilio-Webhook-Enabled': 'true',
          }),
          'url': 'https://conversations.twilio.com/v1/Services/<IS:1>/Users',
        })
        """
    )


@pytest.mark.parametrize(
    ("target", "url", "parameters"),
    [
        (
            "/v1/Users?PageSize=1&PageToken=PT%2Fa",
            "/v1/Users",
            {"PageSize": "1", "PageToken": "<token:1>"},
        ),
        ("/v1/Users/ada", "/v1/Users/ada", {}),
        ("/v1/Roles?PageToken=PT%2Fa&PageSize=1", "/v1/Roles?PageToken=<token:1>&PageSize=1", {}),
    ],
    ids=["parameters", "none", "no-operation"],
)
def test_a_query_is_shown_once(target, url, parameters, compose):
    """As parameters of an operation; in the URL where no operation answers."""
    assert Showing().show(compose("GET", target)) == {
        "method": "GET",
        "parameters": parameters,
        "url": "https://conversations.twilio.com" + url,
    }


@pytest.mark.parametrize(
    ("body", "as_shown"),
    [
        (b'{"sid": "US%b"}' % (32 * b"1"), {"sid": "<US:1>"}),
        (b"", None),
        (b"<html>US%b</html>" % (32 * b"1"), "<html><US:1></html>"),
        (b"\xff", "\ufffd"),
        (b'["a"]', ["a"]),
    ],
    ids=["json", "empty", "html", "no-utf-8", "a-list"],
)
def test_a_response_is_shown(body, as_shown):
    """Status and body; what is not JSON as text. Headers differ in each run."""
    response = Response(status=201, headers=(("twilio-request-id", "RQ" + 32 * "1"),), body=body)
    assert Showing().show(response) == {"status": 201, "body": as_shown}


def test_an_exchange_is_shown(compose):
    """What was asked for, with what, and what was answered."""
    exchange = Exchange(
        operation="fetch_service_user",
        request=compose("GET", f"/v1/Services/{SERVICE}/Users/ada"),
        response=Response(status=404, body=encode_json(NOT_FOUND)),
    )
    assert show(exchange) == shown(
        """
        dict({
          'operation': 'fetch_service_user',
          'request': dict({
            'method': 'GET',
            'parameters': dict({
            }),
            'url': 'https://conversations.twilio.com/v1/Services/<IS:1>/Users/ada',
          }),
          'response': dict({
            'body': dict({
              'code': 20404,
              'message': 'The requested resource /Services/<IS:1>/Users/ada was not found',
              'more_info': 'https://www.twilio.com/docs/errors/20404',
              'status': 404,
            }),
            'status': 404,
          }),
        })
        """
    )


def test_an_exchange_shows_what_went_wrong(compose):
    """Why there was no response, and what broke the contract."""
    exchange = Exchange(
        operation="create_user",
        request=compose("POST", "/v1/Users", form={"Identity": "ada"}),
        response=None,
        error="ConnectTimeout",
        violations=(error("path", f"'{SERVICE}'", "it is a user's"),),
    )
    found = Showing().show(exchange)
    assert list(found) == ["error", "operation", "request", "response", "violations"]
    assert found["error"] == "ConnectTimeout"
    assert found["response"] is None
    assert found["violations"] == ["path: found '<IS:1>'; it is a user's"]


def test_an_exchange_with_a_neighbour_names_it(compose):
    """Where it is not an operation's."""
    request = compose("GET", "/v1/Roles")
    request.note_answerer(Loose(name="roles"))
    exchange = Exchange(operation=None, request=request, response=None)
    assert list(Showing().show(exchange)) == ["neighbour", "operation", "request", "response"]


def test_a_journal_is_shown_as_its_exchanges(compose):
    """Oldest first, and each user by one number throughout."""
    one, other = ("US" + 32 * digit for digit in "21")
    journal = Journal()
    for sid in (one, other, one):
        journal.append(
            Exchange(
                operation="delete_user",
                request=compose("DELETE", f"/v1/Users/{sid}"),
                response=Response(status=204),
            )
        )
    asked = [exchange["request"]["url"].rpartition("/")[2] for exchange in Showing().show(journal)]
    assert asked == ["<US:1>", "<US:2>", "<US:1>"]
    assert show(journal) == show(list(journal))
    assert show(Journal()) == "list([\n])"


# The rest.


class Unknown:
    """A thing of the application."""


@pytest.mark.parametrize(
    "thing",
    [None, "ada", 1, b"ada", Unknown(), User, ValueError("no"), UserInstance.__mro__[-2](None)],
    ids=["none", "text", "number", "bytes", "unknown", "class", "error", "another-of-the-sdk"],
)
def test_an_unknown_thing_is_given_back(thing):
    """It is syrupy's to show."""
    assert plain(thing) is thing
    assert Showing().show(thing) is thing


def test_what_pytest_raises_gives_is_shown_as_its_error():
    """Without a traceback, which has paths of the machine."""
    answered = httpx.Response(404, json=NOT_FOUND, request=httpx.Request("GET", "https://x"))
    with pytest.raises(TwilioApiError) as raised:
        raise TwilioApiError("fetch_user", answered)
    assert show(raised) == show(raised.value)


# Webhooks.


def test_webhooks_are_shown_by_their_parameters(twilio_users):
    """With stand-ins, dates too; what a request was authorized with is hidden."""
    told = {"x_twilio_webhook_enabled": True}
    twilio_users.client.create_user(
        twilio_users.auth_token, attributes={"plan": "pro"}, friendly_name="Ada", **told
    )
    twilio_users.wait(3)
    user = twilio_users.users()[0]
    twilio_users.client.update_user(user.sid, attributes={"plan": "free"}, **told)

    text = """
        list([
          dict({
            'AccountSid': '<AC:1>',
            'Attributes': JSON({
              'plan': 'pro',
            }),
            'ChatServiceSid': '<IS:1>',
            'DateCreated': '<t0>',
            'EventType': 'onUserAdded',
            'FriendlyName': 'Ada',
            'Identity': '***',
            'RoleSid': '<RL:1>',
            'Source': 'API',
            'UserSid': '<US:1>',
          }),
          dict({
            'AccountSid': '<AC:1>',
            'Attributes': JSON({
              'plan': 'free',
            }),
            'ChatServiceSid': '<IS:1>',
            'DateCreated': '<t0>',
            'DateUpdated': '<t0+3s>',
            'EventType': 'onUserUpdated',
            'FriendlyName': 'Ada',
            'Identity': '***',
            'RoleSid': '<RL:1>',
            'Source': 'API',
            'UserSid': '<US:1>',
          }),
        ])
        """
    added, _, updated = twilio_users.webhooks
    assert show([added, updated]) == shown(text)
    assert show(twilio_users.webhooks) == show([*twilio_users.webhooks])
