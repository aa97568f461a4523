"""under_test/client.py: any client is asked alike."""

import asyncio
from contextlib import closing
from types import SimpleNamespace

import httpx
import pytest

from pytest_twilio_users.client import AsyncUsersClient, TwilioApiError, UsersClient
from pytest_twilio_users.contract.operations import Action
from pytest_twilio_users.errors import InvalidArgument
from pytest_twilio_users.transports.httpx_transport import BackendTransport
from pytest_twilio_users.under_test.client import ClientUnderTest

SERVICE = "IS" + "b" * 32


@pytest.fixture(params=["sync", "async"])
def under_test(request, stub):
    """The kit's client of the stub, sync and async."""
    transport = BackendTransport(stub, router=lambda: None)
    if request.param == "sync":
        client = UsersClient("AC", "token", http_client=httpx.Client(transport=transport))
    else:
        http_client = httpx.AsyncClient(transport=transport)
        client = AsyncUsersClient("AC", "token", http_client=http_client)
    with closing(ClientUnderTest(client)) as under_test:
        yield under_test


@pytest.mark.parametrize("service_sid", [None, SERVICE])
def test_the_kits_clients_have_all_ten_operations(under_test, account, service_sid):
    """Sync and async are asked alike, in the default service and in a named one."""
    user = under_test.ask(Action.CREATE, service_sid, "ada", friendly_name="Ada")
    assert under_test.ask(Action.FETCH, service_sid, user["sid"]) == user
    changed = under_test.ask(Action.UPDATE, service_sid, "ada", friendly_name="Countess")
    assert changed["friendly_name"] == "Countess"
    assert user["chat_service_sid"] == (service_sid or account.default_service_sid)

    under_test.ask(Action.CREATE, service_sid, "grace")
    listed = under_test.ask(Action.LIST, service_sid, page_size=1)
    assert [user["identity"] for user in listed] == ["ada", "grace"]
    assert len(under_test.ask(Action.LIST, service_sid, page_size=1, limit=1)) == 1

    assert under_test.ask(Action.DELETE, service_sid, "ada") is None
    with pytest.raises(TwilioApiError):
        under_test.ask(Action.FETCH, service_sid, "ada")


def test_an_event_loop_is_closed_once(under_test):
    """To close again, or without having asked, is no mistake."""
    under_test.close()
    under_test.close()


def test_an_adapter_is_asked_as_it_is():
    """What has the operations is no client to be adapted."""
    adapter = SimpleNamespace(fetch_user=lambda sid: {"sid": sid, "identity": "ada"})

    under_test = ClientUnderTest(adapter)

    assert under_test.adapter is adapter
    assert under_test.ask(Action.FETCH, None, "US1") == {"sid": "US1", "identity": "ada"}


async def fetch_by_a_coroutine(sid):
    """An async client's way."""


def fetch_by_a_future(sid):
    """What is awaited need not be a coroutine."""
    return asyncio.get_running_loop().create_future()


@pytest.mark.parametrize("fetch", [fetch_by_a_coroutine, fetch_by_a_future])
def test_an_async_client_needs_a_loop_of_its_own(fetch):
    """Inside a running one the error says what to write, and nothing is left un-awaited."""

    async def ask():
        ClientUnderTest(SimpleNamespace(fetch_user=fetch)).ask(Action.FETCH, None, "US1")

    with pytest.raises(InvalidArgument) as refused:
        asyncio.run(ask())
    assert str(refused.value) == (
        "An async client is asked in an event loop of its own, and there is one running already."
        " Write this test as a plain function: def, not async def."
    )


class NoList:
    """An adapter whose list gives something else."""

    def list_user(self, **_):
        """What some clients have for a page."""
        return object


def test_a_list_is_listed():
    """What has no users in it is told, with what to give."""
    with pytest.raises(InvalidArgument) as refused:
        ClientUnderTest(NoList()).ask(Action.LIST, None)
    assert str(refused.value) == (
        "The adapter's list_user gave <class 'object'>. Give the users, over all pages, as a list"
        " or an iterator, sync or async."
    )
