"""The fixtures of the kit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pytest_twilio_users.plugin.stash import ENGINE, HOLDING, ISOLATION, RUN, USAGE
from pytest_twilio_users.settings import Mode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from syrupy.assertion import SnapshotAssertion
    from twilio.rest import Client

    from pytest_twilio_users.client import AsyncUsersClient, UsersClient
    from pytest_twilio_users.contract.models import User
    from pytest_twilio_users.handle.assembly import BackendFactory
    from pytest_twilio_users.handle.twilio_users import TwilioUsers


@pytest.fixture(scope="session")
def twilio_users_backend() -> BackendFactory:
    """What answers in stub mode. Override it to test another backend."""
    from pytest_twilio_users.backends.stub import StubBackend

    return StubBackend


@pytest.fixture(scope="session")
def twilio_users(
    request: pytest.FixtureRequest, twilio_users_backend: BackendFactory
) -> Iterator[TwilioUsers]:
    """The users, the journal, the routes: all that a test arranges and looks at.

    While a test uses it, the application's requests to Twilio's Conversations
    reach the backend of the mode, by default the stub. What a test did is undone
    at its end.
    """
    from pytest_twilio_users.handle.assembly import assemble

    config = request.config  # not `pytestconfig`, which pytest would look at in each test, too
    isolation = config.stash[ISOLATION]
    holding = config.stash[HOLDING]
    before = config.stash.get(ENGINE, None)
    if before is not None:  # the last test is run again, after the session's fixtures were over
        before.close()
    handle, engine = assemble(
        isolation,
        backend=twilio_users_backend,
        run=config.stash[RUN],
        cassettes=config.rootpath / isolation.settings.cassettes,
        today=holding.today,
        on_expired=holding.expired.append,
    )
    config.stash[ENGINE] = engine
    usage = config.stash.get(USAGE, None)
    if usage is not None:
        usage.watch(engine, isolation)
    isolation.attach(engine)
    yield handle
    isolation.deactivate()


@pytest.fixture(scope="session")
def twilio_users_client(twilio_users: TwilioUsers) -> UsersClient:
    """A client for the ten operations."""
    return twilio_users.client


@pytest.fixture(scope="session")
def twilio_users_async_client(twilio_users: TwilioUsers) -> AsyncUsersClient:
    """An async client for the ten operations. It works in any event loop."""
    return twilio_users.async_client


@pytest.fixture(scope="session")
def twilio_users_server(twilio_users: TwilioUsers) -> Iterator[str]:
    """The base URL of a server on loopback that answers for `twilio_users`.

    For clients in other processes, and clients that the kit does not catch.
    """
    _require("server", "twilio_users_server")
    from pytest_twilio_users.server.uvicorn_server import in_a_thread

    with in_a_thread(twilio_users.asgi_app) as url:
        yield url


@pytest.fixture(scope="session")
def twilio_users_sdk(twilio_users: TwilioUsers) -> Client:
    """A `twilio.rest.Client` of Twilio's own SDK, with the credentials of `twilio_users`."""
    _require_sdk("twilio_users_sdk")
    return twilio_users.sdk


@pytest.fixture(scope="session")
def twilio_users_async_sdk(twilio_users: TwilioUsers) -> Client:
    """The same for the SDK's async methods (`fetch_async`). It works in any event loop."""
    _require_sdk("twilio_users_async_sdk", is_async=True)
    return twilio_users.async_sdk


@pytest.fixture
def twilio_users_service_sid(twilio_users: TwilioUsers) -> str:
    """The SID of a service other than the account's default one."""
    return twilio_users.service_sid


@pytest.fixture(scope="session")
def twilio_user_factory(twilio_users: TwilioUsers) -> Callable[..., User]:
    """Adds users without a request: `twilio_user_factory("ada", friendly_name="Ada")`."""
    return twilio_users.add_user


@pytest.fixture
def twilio_user(twilio_users: TwilioUsers) -> User:
    """A new user of the default service."""
    return twilio_users.add_user()


@pytest.fixture
def twilio_users_snapshot(request: pytest.FixtureRequest) -> SnapshotAssertion:
    """The `snapshot` of syrupy, with stand-ins for values that differ from run to run."""
    _require("syrupy", "twilio_users_snapshot")
    from syrupy.assertion import SnapshotAssertion

    from pytest_twilio_users.snapshots import (
        TwilioUsersSnapshotExtension,
        hiding_snapshot,
    )

    _refuse_property_test(request)
    try:
        snapshot = request.getfixturevalue("snapshot")
    except pytest.FixtureLookupError:
        raise pytest.fail.Exception(
            "twilio_users_snapshot needs the fixture `snapshot` of syrupy, whose plugin is off."
            " Is there `-p no:syrupy`, or PYTEST_DISABLE_PLUGIN_AUTOLOAD?",
            pytrace=False,
        ) from None
    if not isinstance(snapshot, SnapshotAssertion):
        pytest.fail(
            f"twilio_users_snapshot needs the fixture `snapshot` of syrupy, and found"
            f" {snapshot!r}. Another plugin or conftest.py has a fixture of that name.",
            pytrace=False,
        )
    if issubclass(snapshot.extension_class, TwilioUsersSnapshotExtension):
        return snapshot  # one that counts beside it would give the same names
    engine = request.config.stash.get(ENGINE, None)
    if engine is None or request.config.stash[ISOLATION].current.settings.mode is Mode.STUB:
        return snapshot.use_extension(TwilioUsersSnapshotExtension)
    return hiding_snapshot(snapshot, engine.hide)


@pytest.fixture
def twilio_users_matcher(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """The stand-ins for any other extension of syrupy: `snapshot(matcher=twilio_users_matcher)`."""
    _require("syrupy", "twilio_users_matcher")
    from pytest_twilio_users.snapshots import match_stand_ins

    _refuse_property_test(request)
    return match_stand_ins


def _require(extra: str, fixture: str) -> None:
    from pytest_twilio_users.extras import missing

    if sentence := missing(extra, asked=fixture):
        pytest.fail(sentence, pytrace=False)


def _require_sdk(fixture: str, *, is_async: bool = False) -> None:
    from pytest_twilio_users.transports.sdk_note import missing_sdk

    if missing := missing_sdk(fixture, is_async=is_async):
        pytest.fail(missing, pytrace=False)


def _refuse_property_test(request: pytest.FixtureRequest) -> None:
    from pytest_twilio_users.snapshots import MEANINGLESS

    if getattr(request.function, "is_hypothesis_test", False):
        pytest.fail(
            f"{request.node.nodeid} uses {request.fixturename}. {MEANINGLESS}", pytrace=False
        )
