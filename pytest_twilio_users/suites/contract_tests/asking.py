"""How tests ask where a plain call of the client is not enough."""

from collections.abc import Callable, Iterable
from typing import Any

import httpx
import pytest

from pytest_twilio_users.client import TwilioApiError
from pytest_twilio_users.contract import refusals
from pytest_twilio_users.contract.models import User
from pytest_twilio_users.suites.contract_tests.users_under_test import UsersUnderTest


def refusal_of(ask: Callable[..., Any], *arguments: Any, **options: Any) -> httpx.Response:
    """The response that made the client raise."""
    with pytest.raises(TwilioApiError) as caught:
        ask(*arguments, **options)
    return caught.value.response


def create_when_free(users: UsersUnderTest, identity: str, **user_input: Any) -> User:
    """Create a user of an identity that another worker's test may have for a moment, too."""
    for _ in range(50):
        try:
            return users.create(identity, **user_input)
        except TwilioApiError as error:
            if error.status != refusals.IDENTITY_TAKEN.status:
                raise
        users.wait(0.1)
    return users.create(identity, **user_input)


def own(users: UsersUnderTest, listed: Iterable[User]) -> list[User]:
    """Those of the listed users that the test made; a service may have others."""
    return [user for user in listed if user.identity.startswith(users.prefix)]
