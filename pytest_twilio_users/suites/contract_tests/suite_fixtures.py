"""The contract suite's fixtures: users of a service, by the sync client or the async one."""

import asyncio
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pytest_twilio_users.contract.sids import SidKind, derive_sid
from pytest_twilio_users.live.live_account import API_KEY, API_SECRET
from pytest_twilio_users.settings import Mode
from pytest_twilio_users.suites.broken_answers import VIOLATION, broken_answers
from pytest_twilio_users.suites.contract_tests.users_under_test import UsersUnderTest

raw = pytest.mark.twilio_users(strict=False)
"""For tests that send mistakes on purpose."""

alone = pytest.mark.twilio_users(alone=True)
"""For tests that look at a whole list, which others would change meanwhile."""

SOME_ROLE = derive_sid(SidKind.ROLE, "a role")
SOME_KEY = derive_sid(SidKind.API_KEY, "a key")

UsersOf = Callable[[str | None], UsersUnderTest]
Credentials = tuple[str, str]


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    """Runs what the async client gives back."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(params=["sync", "async"])
def client(request: pytest.FixtureRequest, twilio_users: Any) -> Any:
    """The kit's client, sync and async."""
    return twilio_users.client if request.param == "sync" else twilio_users.async_client


@pytest.fixture(scope="session")
def rules_broken() -> set[tuple[str, str]]:
    """What of the contract was broken in this run, and told."""
    return set()


@pytest.fixture
def users_of(
    request: pytest.FixtureRequest,
    twilio_users: Any,
    client: Any,
    runner: asyncio.Runner,
    rules_broken: set[tuple[str, str]],
) -> Iterator[UsersOf]:
    """Gives the users of a service; None is the default service by its short path.

    Each answer is held against the contract, whatever the test asks about. What is broken
    is an error after the first test that meets it, and noted by all.
    """

    def users_of(service_sid: str | None) -> UsersUnderTest:
        return UsersUnderTest(
            client=client,
            credentials=(twilio_users.account_sid, twilio_users.auth_token),
            journal=twilio_users.journal,
            service_sid=service_sid,
            runner=runner,
            prefix=twilio_users.identity("contract-"),
            wait=twilio_users.wait,
        )

    yield users_of
    found = {broken.rule: (broken, each) for broken, each in broken_answers(twilio_users.journal)}
    request.node.user_properties += [
        (VIOLATION, tuple(map(twilio_users.hide, broken.to_property())))
        for broken, _ in found.values()
    ]
    told = "\n".join(
        f"{broken}, in {exchange}"
        for rule, (broken, exchange) in found.items()
        if rule not in rules_broken
    )
    rules_broken.update(found)
    if told:
        pytest.fail(
            f"{told}\nThis test does not check this. It is reported once in a run.", pytrace=False
        )


@pytest.fixture(params=["default", "service"])
def users(request: pytest.FixtureRequest, twilio_users: Any, users_of: UsersOf) -> UsersUnderTest:
    """The users of the default service, by its short path, and of a named service."""
    return users_of(None if request.param == "default" else twilio_users.service_sid)


@pytest.fixture
def others(twilio_users: Any, users: UsersUnderTest, users_of: UsersOf) -> UsersUnderTest:
    """The users of another service than those of `users`."""
    return users_of(twilio_users.service_sid if users.service_sid is None else None)


@pytest.fixture
def role(twilio_users: Any) -> str:
    """The SID of a role; on a live account one that the run's settings name."""
    if twilio_users.mode in (Mode.STUB, Mode.REPLAY):
        return SOME_ROLE
    if not twilio_users.role_sids:
        pytest.skip("it needs a service-level role of the account: --twilio-users-role-sids=RL…")
    role_sid: str = twilio_users.role_sids[0]
    return role_sid


@pytest.fixture
def api_key(twilio_users: Any) -> Credentials:
    """SID and secret of an API key; on a live account those of the environment."""
    if twilio_users.mode is Mode.STUB:
        return SOME_KEY, twilio_users.auth_token
    sid, secret = (os.environ.get(name) for name in (API_KEY, API_SECRET))
    if not sid or not secret:
        pytest.skip(
            f"it needs an API key of the account: {API_KEY} and {API_SECRET} in the environment"
        )
    return sid, secret
