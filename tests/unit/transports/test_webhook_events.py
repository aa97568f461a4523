"""What a test's requests tell an application, and what becomes of it on its way."""

import random
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import time_machine

from pytest_twilio_users.client import TwilioApiError
from pytest_twilio_users.errors import InvalidArgument, KitError
from pytest_twilio_users.transports.deliveries import DEEPEST

TOLD = {"x_twilio_webhook_enabled": True}
NOON = datetime(2031, 5, 6, 12, 0, 0, 987_000, tzinfo=UTC)


def types(webhooks):
    """The types of events, in order."""
    return [hook["EventType"] for hook in webhooks]


@pytest.fixture
def client(twilio_users):
    """Who asks."""
    return twilio_users.client


@pytest.fixture
def webhooks(twilio_users):
    """What is told of it."""
    return twilio_users.webhooks


@pytest.fixture
def heard(webhooks):
    """What an application hears, that says nothing to it."""
    heard = []
    webhooks.deliver_to(heard.append)
    return heard


class TestEvents:
    """Which there are, and what they say."""

    def test_a_create_is_told_afterwards(self, twilio_users, client, webhooks):
        """With what is documented; what is null is left out."""
        with time_machine.travel(NOON, tick=False):
            user = client.create_user("ada", attributes={"plan": "pro"}, **TOLD)

        [hook] = webhooks
        assert hook == {
            "AccountSid": twilio_users.account_sid,
            "EventType": "onUserAdded",
            "Source": "API",
            "ChatServiceSid": twilio_users.default_service_sid,
            "UserSid": user.sid,
            "Identity": "ada",
            "RoleSid": user.role_sid,
            "Attributes": '{"plan": "pro"}',
            "DateCreated": "2031-05-06T12:00:00.000Z",
        }
        assert hook.exchange is twilio_users.journal.last
        assert webhooks[0:] == [hook] == webhooks
        with pytest.raises(IndexError) as error:
            webhooks[1]
        assert str(error.value) == "There is no [1]: the test has 1 webhook."

    def test_an_update_is_told_before_and_afterwards(self, twilio_users, client, webhooks):
        """Before as it is going to be; booleans are words."""
        with time_machine.travel(NOON, tick=False):
            user = twilio_users.add_user("ada", is_online=True, is_notifiable=False)
            twilio_users.wait(3)
            client.update_service_user(
                twilio_users.default_service_sid, user.sid, friendly_name="Ada", **TOLD
            )

        same = {
            "AccountSid": twilio_users.account_sid,
            "Source": "API",
            "ChatServiceSid": twilio_users.default_service_sid,
            "UserSid": user.sid,
            "Identity": "ada",
            "RoleSid": user.role_sid,
            "Attributes": "{}",
            "FriendlyName": "Ada",
            "DateUpdated": "2031-05-06T12:00:03.000Z",
        }
        before, after = webhooks
        assert before == same | {"EventType": "onUserUpdate"}
        assert after == same | {
            "EventType": "onUserUpdated",
            "DateCreated": "2031-05-06T12:00:00.000Z",
            "isOnline": "true",
            "isNotifiable": "false",
        }

    def test_an_update_of_nothing_is_told_too(self, client, webhooks):
        """A guess, and told as one."""
        client.create_user("ada")
        client.update_user("ada", **TOLD)
        assert types(webhooks) == ["onUserUpdate", "onUserUpdated"]

    def test_nothing_is_told_that_nobody_asked_for(self, twilio_users, client, webhooks, heard):
        """Without the header, with `false`, of a delete, of what a test arranges."""
        client.create_user("ada")
        client.update_user("ada", friendly_name="Ada", x_twilio_webhook_enabled=False)
        client.delete_user("ada", **TOLD)
        twilio_users.add_user("grace")

        assert webhooks == heard == []
        assert (repr(webhooks), str(webhooks)) == ("<Webhooks: 0 events>", "(none)")
        with pytest.raises(IndexError) as error:
            webhooks[0]
        assert str(error.value) == (
            "There is no [0]: the test has 0 webhooks."
            " Does the request say X-Twilio-Webhook-Enabled: true?"
        )

    @pytest.mark.twilio_users(service_sids=["IS" + "1" * 32])
    @pytest.mark.parametrize(
        "ask",
        [
            lambda client: client.update_user("nobody", **TOLD),
            lambda client: client.update_user("ada", role_sid="none", **TOLD),
            lambda client: client.update_service_user("IS" + "0" * 32, "ada", **TOLD),
            lambda client: client.create_user("ada", **TOLD),
        ],
    )
    def test_what_is_refused_is_not_told(self, client, webhooks, ask):
        """There was no change, and there is not going to be one."""
        client.create_user("ada")
        with pytest.raises(TwilioApiError):
            ask(client)
        assert list(webhooks) == []

    @pytest.mark.twilio_users(credentials="exact")
    def test_what_nobody_may_ask_is_not_told(self, twilio_users, webhooks):
        """Not before either."""
        twilio_users.add_user("ada")
        told = {"X-Twilio-Webhook-Enabled": "true"}
        url = "https://conversations.twilio.com/v1/Users/ada"
        with httpx.Client(verify=False) as http:  # noqa: S501  # nothing is verified
            assert http.post(url, headers=told).status_code == 401
        assert list(webhooks) == []

    @pytest.mark.twilio_users(strict=False)
    def test_what_no_operation_answers_is_not_told(self, webhooks):
        """Such as a path that is none."""
        told = {"X-Twilio-Webhook-Enabled": "true"}
        with httpx.Client(verify=False, auth=("a", "b")) as http:  # noqa: S501  # the same
            http.post("https://conversations.twilio.com/v1/User", headers=told)
        assert list(webhooks) == []

    def test_an_override_tells_nothing(self, twilio_users, client, webhooks):
        """The answer is the author's, and nothing was changed."""
        twilio_users.routes["create_user"].refuse("unavailable")
        with pytest.raises(TwilioApiError):
            client.create_user("ada", **TOLD)
        assert list(webhooks) == []


class TestDelivery:
    """To whom, and when."""

    def test_an_application_hears_before_the_client_does(self, twilio_users, client, webhooks):
        """And of a change that was made."""
        found = []
        webhooks.deliver_to(lambda _: found.append(twilio_users.users()[0].friendly_name))

        client.create_user("ada", **TOLD)
        client.update_user("ada", friendly_name="Ada", **TOLD)

        assert found == [None, None, "Ada"]

    def test_the_last_that_was_named_hears(self, client, webhooks, heard):
        """Of those that take the event."""
        added = []
        webhooks.deliver_to(added.append, events=["onUserAdded"])

        client.create_user("ada", **TOLD)
        client.update_user("ada", friendly_name="Ada", **TOLD)

        assert types(added) == ["onUserAdded"]
        assert types(heard) == ["onUserUpdate", "onUserUpdated"]

    def test_a_webhook_tells_what_became_of_it(self, client, webhooks):
        """The status of the answer."""
        webhooks.deliver_to(lambda _: 204)
        client.create_user("ada", **TOLD)
        assert str(webhooks) == "1. onUserAdded of 'ada' -> https://app.example/hooks: 204"
        assert webhooks[0].status == 204

    @pytest.mark.parametrize("status", [400, 403, 500, 503])
    def test_a_handler_that_refuses_stops_the_update(self, twilio_users, client, webhooks, status):
        """And nothing is told afterwards; the journal has the refusal."""
        webhooks.deliver_to(lambda _: status, events=["onUserUpdate"])
        client.create_user("ada")

        with pytest.raises(TwilioApiError) as refused:
            client.update_user("ada", friendly_name="Ada", **TOLD)

        assert (refused.value.status, refused.value.code) == (403, 50056)
        assert twilio_users.users()[0].friendly_name is None
        assert types(webhooks) == ["onUserUpdate"]
        assert [exchange.status for exchange in twilio_users.journal] == [201, 403]
        assert webhooks[0].exchange is twilio_users.journal.last

    @pytest.mark.parametrize("status", [200, 204, 302])
    def test_a_handler_that_answers_otherwise_lets_it_pass(self, twilio_users, webhooks, status):
        """As what it answers does not count."""
        webhooks.deliver_to(lambda _: status)
        twilio_users.client.create_user("ada")
        twilio_users.client.update_user("ada", friendly_name="Ada", **TOLD)
        assert twilio_users.users()[0].friendly_name == "Ada"

    def test_what_follows_a_change_can_not_stop_it(self, twilio_users, webhooks):
        """Twilio has made it."""
        webhooks.deliver_to(lambda _: 403, events=["onUserAdded", "onUserUpdated"])
        twilio_users.client.create_user("ada", **TOLD)
        twilio_users.client.update_user("ada", friendly_name="Ada", **TOLD)
        assert twilio_users.users()[0].friendly_name == "Ada"

    def test_what_the_handler_did_itself_is_taken_into_account(self, twilio_users, webhooks):
        """It may delete the user that is about to be updated."""
        client = twilio_users.client
        client.create_user("ada")
        webhooks.deliver_to(lambda hook: client.delete_user(hook["UserSid"]))

        with pytest.raises(TwilioApiError) as refused:
            client.update_user("ada", friendly_name="Ada", **TOLD)

        assert refused.value.status == 404
        assert twilio_users.journal.operations == ["create_user", "delete_user", "update_user"]

    def test_webhooks_that_cause_each_other_are_ended(self, client, webhooks):
        """With a sentence that says how, where the application asks once too often."""
        told = []

        def update(hook):
            told.append(hook)
            client.update_user("ada", friendly_name=f"Ada {len(told)}", **TOLD)

        webhooks.deliver_to(update, events=["onUserUpdated"], raise_app_exceptions=False)
        client.create_user("ada")
        client.update_user("ada", friendly_name="Ada", **TOLD)

        assert len(told) == DEEPEST
        assert told[-1].error == (
            "KitError: onUserUpdated of 'ada' is the 11th webhook in a row, each caused by the"
            " one before: the application changes users while it handles a webhook. Leave"
            " X-Twilio-Webhook-Enabled out of those requests."
        )


class TestPlans:
    """What a test plans for deliveries."""

    def test_a_lost_one_is_not_heard_of(self, client, webhooks, heard):
        """It is there all the same, and says so."""
        webhooks.lose(times=1, after=1)
        for identity in ("ada", "grace", "edsger"):
            client.create_user(identity, **TOLD)

        assert [hook["Identity"] for hook in heard] == ["ada", "edsger"]
        assert [hook.error for hook in webhooks] == ["", "lost", ""]

    def test_a_lost_one_does_not_stop_an_update(self, twilio_users, client, webhooks):
        """Twilio waits, and goes on."""
        webhooks.deliver_to(lambda _: 403)
        webhooks.lose(when=lambda hook: hook["EventType"] == "onUserUpdate")
        client.create_user("ada", **TOLD)
        client.update_user("ada", friendly_name="Ada", **TOLD)
        assert [hook.status for hook in webhooks] == [403, None, 403]
        assert twilio_users.users()[0].friendly_name == "Ada"

    def test_a_repeated_one_is_heard_twice(self, client, webhooks, heard):
        """It is one event."""
        webhooks.repeat(every=2)
        for identity in ("ada", "grace"):
            client.create_user(identity, **TOLD)

        assert [hook["Identity"] for hook in heard] == ["ada", "grace", "grace"]
        assert len(webhooks) == 2

    @pytest.mark.parametrize(
        ("seconds", "status", "passed"),
        [(4, 403, 4), (timedelta(seconds=5), 403, 5), (30, None, 5)],
    )
    def test_a_slow_answer_counts_for_five_seconds(self, twilio_users, seconds, status, passed):
        """Which pass on the stub's clock alone."""
        webhooks = twilio_users.webhooks
        webhooks.deliver_to(lambda _: 403, events=["onUserUpdate"])
        webhooks.slow(seconds)
        with time_machine.travel(NOON, tick=False):
            twilio_users.add_user("ada")
            with suppress(TwilioApiError):
                twilio_users.client.update_user("ada", friendly_name="Ada", **TOLD)
            later = twilio_users.add_user("grace").date_created

        assert webhooks[0].status == status
        assert webhooks[0].error == ("" if status else "no answer in 5 s")
        assert twilio_users.users()[0].friendly_name == (None if status else "Ada")
        assert later == NOON.replace(microsecond=0) + timedelta(seconds=passed)

    def test_what_a_slow_application_raises_is_told_all_the_same(self, client, webhooks):
        """Twilio does not wait to see it."""

        def fail(_):
            raise KeyError("x")

        webhooks.deliver_to(fail, raise_app_exceptions=False)
        webhooks.slow(6)
        client.create_user("ada", **TOLD)
        assert (webhooks[0].status, webhooks[0].error) == (None, "no answer in 5 s")
        assert webhooks[0].traceback.endswith("KeyError: 'x'")

    def test_plans_add_up(self, client, webhooks, heard):
        """The first whose turn it is takes the delivery."""
        webhooks.lose(times=1)
        webhooks.repeat(times=1)
        for identity in ("ada", "grace", "edsger"):
            client.create_user(identity, **TOLD)
        assert [hook["Identity"] for hook in heard] == ["grace", "grace", "edsger"]

    def test_held_ones_are_heard_when_they_are_released(self, client, webhooks, heard):
        """What is told before a change is not held: the client waits."""
        webhooks.hold()
        webhooks.hold()
        client.create_user("ada", **TOLD)
        client.update_user("ada", friendly_name="Ada", **TOLD)
        assert types(heard) == ["onUserUpdate"]

        webhooks.release()

        assert types(heard) == ["onUserUpdate", "onUserAdded", "onUserUpdated"]
        client.create_user("grace", **TOLD)
        assert len(heard) == 4
        webhooks.release()

    def test_held_ones_are_released_in_any_order(self, client, webhooks, heard):
        """Those that are left out are never heard of."""
        webhooks.hold()
        for identity in ("ada", "grace", "edsger"):
            client.create_user(identity, **TOLD)

        webhooks.release(lambda held: reversed(held[1:]))

        assert [hook["Identity"] for hook in heard] == ["edsger", "grace"]

    @pytest.mark.parametrize("order", [random.shuffle, 3])
    def test_an_order_that_gives_none_is_refused(self, client, webhooks, heard, order):
        """All stays held."""
        webhooks.hold()
        for identity in ("ada", "grace"):
            client.create_user(identity, **TOLD)
        with pytest.raises(InvalidArgument, match="such as reversed"):
            webhooks.release(order)
        assert heard == []

        webhooks.release()

        assert [hook["Identity"] for hook in heard] == ["ada", "grace"]

    def test_what_was_not_held_is_not_released(self, client, webhooks):
        """It is a mistake of the order."""
        client.create_user("ada", **TOLD)
        webhooks.hold()
        [hook] = webhooks
        with pytest.raises(InvalidArgument) as error:
            webhooks.release(lambda _: [hook])
        assert str(error.value) == (
            "order=<Webhook: onUserAdded of 'ada'> (Webhook): allowed: a function that orders what"
            " was held."
        )

    @pytest.mark.parametrize(
        ("plan", "told"),
        [
            (
                lambda webhooks: webhooks.lose(times=0),
                "times=0 (int): allowed: whole numbers from 1, or None.",
            ),
            (
                lambda webhooks: webhooks.repeat(after=-1),
                "after=-1 (int): allowed: whole numbers from 0.",
            ),
            (
                lambda webhooks: webhooks.lose(every=0),
                "every=0 (int): allowed: whole numbers from 1.",
            ),
            (
                lambda webhooks: webhooks.lose(when="ada"),
                "when='ada' (str): allowed: a function that is not async, or None.",
            ),
            (
                lambda webhooks: webhooks.lose(required="no"),
                "required='no' (str): allowed: True, False.",
            ),
            (
                lambda webhooks: webhooks.slow("long"),
                (
                    "seconds='long' (str): allowed: seconds from 0 to a hundred years,"
                    " or a timedelta."
                ),
            ),
        ],
    )
    def test_a_plan_that_cannot_be_meant_is_refused(self, webhooks, plan, told):
        """Where it is made."""
        with pytest.raises(InvalidArgument) as error:
            plan(webhooks)
        assert str(error.value) == told


class TestSigning:
    """Signatures for requests of a test's own."""

    def test_a_signature_is_the_accounts(self, twilio_users, client, webhooks):
        """Or that of another token."""
        client.create_user("ada", **TOLD)
        [hook] = webhooks
        assert webhooks.sign(hook.url, hook) == hook.signature
        assert webhooks.sign(hook.url, hook, auth_token=twilio_users.auth_token) == hook.signature
        assert webhooks.sign(hook.url, hook, auth_token="another") != hook.signature

    @pytest.mark.parametrize(
        ("given", "told"),
        [
            ({"url": 1.5}, "url=1.5 (float): allowed: text, an int or a UUID."),
            (
                {"parameters": [("a", "b")]},
                "parameters=[('a', 'b')] (list): allowed: a mapping of texts.",
            ),
            (
                {"parameters": {"a": None}},
                "parameters['a']=None (NoneType): allowed: text, an int or a UUID.",
            ),
            ({"auth_token": ""}, "The token that signs webhooks is empty."),
            ({"auth_token": 1.5}, "auth_token (float): allowed: text, an int or a UUID."),
        ],
    )
    def test_what_cannot_be_signed_is_refused(self, webhooks, given, told):
        """A token is never shown."""
        asked = {"url": "https://app.example", "parameters": {}} | given
        with pytest.raises(InvalidArgument) as error:
            webhooks.sign(asked.pop("url"), asked.pop("parameters"), **asked)
        assert str(error.value) == told


def test_another_mode_has_no_webhooks(twilio_users, monkeypatch):
    """There Twilio itself tells applications, or nobody does."""
    isolation = twilio_users._parts.isolation
    monkeypatch.setattr(isolation.current, "settings", type(twilio_users.settings)(mode="replay"))
    with pytest.raises(KitError) as error:
        twilio_users.webhooks  # noqa: B018  # it is asked for
    assert str(error.value) == (
        "Only the stub sends webhooks, and the mode is replay. Run this test on the stub only:"
        ' @pytest.mark.twilio_users(modes=("stub",)).'
    )
