"""What a client sends, as tests.

PYTEST_DONT_REWRITE: each assertion has its own words, and pytest's would only repeat them.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import example, given

from pytest_twilio_users import strategies as twilio_st
from pytest_twilio_users.adapters import shows
from pytest_twilio_users.contract.operations import (
    ATTRIBUTES,
    FRIENDLY_NAME,
    IDENTITY,
    ROLE_SID,
    WEBHOOK_ENABLED,
    Action,
)
from pytest_twilio_users.suites.client_tests.examination import (
    ARGUMENTS,
    Examination,
    every_action,
    shared,
)
from pytest_twilio_users.suites.promises import promise
from pytest_twilio_users.wire.codec import decode_credentials
from pytest_twilio_users.wire.violations import Severity

on_user_input = pytest.mark.parametrize("action", [Action.CREATE, Action.UPDATE])
on_path = pytest.mark.parametrize("action", [Action.FETCH, Action.UPDATE, Action.DELETE])
on_change = pytest.mark.parametrize("action", [Action.CREATE, Action.UPDATE, Action.DELETE])


def on_hazards(test: Callable[..., None]) -> Callable[..., None]:
    """Try every hazard, the simplest first, whatever else is drawn."""
    hazards = [identity for hazard in twilio_st.HAZARDS.values() for identity in hazard]
    for identity in reversed(hazards):
        test = example(identity=identity)(test)
    return test


class RequestsSent:
    """The promises of a client about its requests."""

    @promise("operation_reaches_its_service")
    @every_action
    def test_an_operation_reaches_its_service(
        self, twilio_users_examination: Examination, action: Action
    ) -> None:
        """Each operation asks for its own path, in the service that was named."""
        twilio_users_examination.sent(action, *ARGUMENTS[action])

    @promise("identity_is_one_segment")
    @on_path
    @shared
    @on_hazards
    @given(identity=twilio_st.identities())
    def test_an_identity_is_one_segment(
        self, twilio_users_examination: Examination, action: Action, identity: str
    ) -> None:
        """Whatever an identity holds, it reaches the user that has it."""
        examination = twilio_users_examination
        examination.add_user(identity)
        changes = {"friendly_name": "Ada"} if action is Action.UPDATE else {}
        exchange, call = examination.sent(action, identity, **changes)
        assert call.user == identity, (
            f"{exchange}\nThe client asked for {call.user!r}, expected {identity!r}"
        )
        assert not exchange.request.fragment, (
            f"{exchange}\nThe client lost #{exchange.request.fragment}"
        )

    @promise("parameters_arrive")
    @on_user_input
    @shared
    @example(given={"identity": "ada", "friendly_name": ""})
    @example(given={"identity": " Ada"})
    @given(given=twilio_st.create_parameters(role_sids=twilio_st.role_sids()))
    def test_parameters_arrive(
        self, twilio_users_examination: Examination, action: Action, given: dict[str, Any]
    ) -> None:
        """What is given arrives to the letter, and once."""
        names = {"friendly_name": FRIENDLY_NAME, "role_sid": ROLE_SID}
        user = {IDENTITY.name: given["identity"]} if action is Action.CREATE else {}
        expected = user | {names[key].name: given[key] for key in names if key in given}
        exchange, call = twilio_users_examination.sent(
            action,
            given["identity"] if action is Action.CREATE else "ada",
            **{key: value for key, value in given.items() if key in names},
        )
        for name, value in expected.items():
            arrived = [text for key, text in call.form if key == name]
            assert arrived == [value], (
                f"{exchange}\nThe client sent {name} as {arrived}, expected [{value!r}]"
            )

    @promise("nothing_else_is_sent")
    @on_user_input
    @shared
    @given(given=twilio_st.update_parameters(role_sids=twilio_st.role_sids()))
    def test_nothing_else_is_sent(
        self, twilio_users_examination: Examination, action: Action, given: dict[str, Any]
    ) -> None:
        """A parameter that was not given is not sent, neither empty nor as a word."""
        exchange, call = twilio_users_examination.sent(action, "ada", **given)
        sent = {name for name, _ in call.form}
        if call.webhook_enabled is not None:
            sent.add(WEBHOOK_ENABLED.name)
        # Names that Twilio does not know are another promise's business.
        extra = sorted(
            parameter.name
            for parameter in call.operation.parameters
            if parameter.name in sent and parameter.argument not in {*given, "identity"}
        )
        assert not extra, f"{exchange}\nThe client sent {extra}, which the caller did not give"

    @promise("attributes_are_one_object")
    @on_user_input
    @shared
    @given(attributes=twilio_st.attributes())
    def test_attributes_are_one_object(
        self, twilio_users_examination: Examination, action: Action, attributes: dict[str, Any]
    ) -> None:
        """Attributes arrive once, as JSON that says what was given."""
        exchange, call = twilio_users_examination.sent(action, "ada", attributes=attributes)
        texts = [text for name, text in call.form if name == ATTRIBUTES.name]
        assert len(texts) == 1, (
            f"{exchange}\nThe client sent Attributes {len(texts)} times, for {attributes!r}"
        )
        assert shows("attributes", json.dumps(attributes), texts[0]), (
            f"{exchange}\nThe caller gave {attributes!r}"
        )

    @promise("webhook_header_is_sent")
    @on_change
    @pytest.mark.parametrize("enabled", [True, False])
    def test_the_webhook_header_is_sent(
        self, twilio_users_examination: Examination, action: Action, *, enabled: bool
    ) -> None:
        """Create, update and delete say whether Twilio is to call webhooks."""
        exchange, _ = twilio_users_examination.sent(action, "ada", x_twilio_webhook_enabled=enabled)
        name = WEBHOOK_ENABLED.name.lower()
        sent = [value for key, value in exchange.request.headers if key == name]
        expected = [str(enabled).lower()]
        assert sent == expected, (
            f"{exchange}\n"
            f"The client sent {WEBHOOK_ENABLED.name} as {sent or 'nothing'}, expected {expected}"
        )

    @promise("credentials_are_sent")
    @every_action
    def test_credentials_are_sent(
        self, twilio_users_examination: Examination, action: Action
    ) -> None:
        """Each request is authorized, by its header alone."""
        exchange, _ = twilio_users_examination.sent(action, *ARGUMENTS[action])
        request = exchange.request
        credentials = decode_credentials(request.authorization)
        assert credentials is not None, f"{exchange}\nThe request has no credentials"
        message = request.target + request.body.decode(errors="replace")
        assert credentials[1] not in message, f"{request.method} shows the token"

    @promise("nothing_is_ignored")
    @every_action
    def test_nothing_is_ignored(
        self, twilio_users_examination: Examination, action: Action
    ) -> None:
        """Twilio reads all that is sent."""
        given = {"friendly_name": "Ada"} if action in (Action.CREATE, Action.UPDATE) else {}
        exchange, _ = twilio_users_examination.sent(action, *ARGUMENTS[action], **given)
        ignored = [v for v in exchange.violations if v.severity is Severity.ERROR]
        assert not ignored, "\n".join([str(exchange), *map(str, ignored)])

    @promise("nothing_is_sent_twice")
    @on_user_input
    @pytest.mark.parametrize("refusal", ["internal_error", "unavailable"])
    def test_nothing_is_sent_twice(
        self, twilio_users_examination: Examination, action: Action, refusal: str
    ) -> None:
        """Nobody knows whether Twilio did it; sent again, it is done twice."""
        examination = twilio_users_examination
        operation = examination.operation(action)
        examination.twilio_users.routes[operation.name].refuse(refusal)
        with suppress(Exception):  # how it is told is another promise's business
            examination.ask(action, *ARGUMENTS[action])
        assert examination.journal.count(operation) == 1, (
            f"The client sent the request again:\n{examination.journal}"
        )
