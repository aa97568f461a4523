"""adapters.py: any client is asked alike, and its users are read in whichever shape."""

import asyncio
import inspect
from contextlib import closing
from datetime import UTC, datetime
from types import SimpleNamespace

import httpx
import pytest

from pytest_twilio_users.adapters import (
    ClientUnderTest,
    Refused,
    UsersClientAdapter,
    read_user,
    shows,
)
from pytest_twilio_users.backends.observed import ObservedBackend
from pytest_twilio_users.client import AsyncUsersClient, TwilioApiError, UsersClient
from pytest_twilio_users.contract.operations import Action
from pytest_twilio_users.errors import InvalidArgument
from pytest_twilio_users.transports.httpx_transport import BackendTransport

SERVICE = "IS" + "b" * 32


def test_a_refusal_is_read_from_its_error():
    """Status and code, as far as the client tells them."""
    error = ValueError()
    assert Refused.from_error(error) == Refused(status=None, code=None)
    error.status, error.code = 404, 20404
    assert Refused.from_error(error) == Refused(status=404, code=20404)


@pytest.fixture(params=["sync", "async"])
def under_test(request, stub):
    """The kit's client of the stub, sync and async."""
    observed = ObservedBackend(stub, journals=tuple, strict=lambda: True)
    transport = BackendTransport(observed, overrides=lambda: None)
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
    assert user["friendly_name"] == "Ada"
    assert user["chat_service_sid"] == (service_sid or account.default_service_sid)

    under_test.ask(Action.CREATE, service_sid, "grace")
    listed = under_test.ask(Action.LIST, service_sid, page_size=1)
    assert [user["identity"] for user in listed] == ["ada", "grace"]
    assert len(under_test.ask(Action.LIST, service_sid, page_size=1, limit=1)) == 1

    assert under_test.ask(Action.DELETE, service_sid, "ada") is None
    with pytest.raises(TwilioApiError):
        under_test.ask(Action.FETCH, service_sid, "ada")


@pytest.mark.parametrize("service_sid", [None, SERVICE])
def test_a_deletion_says_whether_webhooks_follow(service_sid):
    """The one keyword that delete takes is passed on to the client."""
    sent = []
    transport = httpx.MockTransport(lambda request: sent.append(request) or httpx.Response(204))
    client = UsersClient("AC", "token", http_client=httpx.Client(transport=transport))
    with closing(ClientUnderTest(client)) as under_test:
        under_test.ask(Action.DELETE, service_sid, "ada", x_twilio_webhook_enabled=True)

    assert sent[0].headers["X-Twilio-Webhook-Enabled"] == "true"


class Pager:
    """A list of users that can be awaited, and walked then."""

    def __await__(self):
        yield from asyncio.sleep(0).__await__()
        return self

    async def __aiter__(self):
        yield {"sid": "US1", "identity": "ada"}


def test_the_adapter_of_the_kits_clients_is_for_them():
    """Another client has an adapter of its own."""
    with pytest.raises(InvalidArgument) as error:
        UsersClientAdapter(7)

    assert str(error.value) == "client=7 (int): allowed: a UsersClient, an AsyncUsersClient."


def test_a_list_may_be_awaited_and_walked():
    """As clients do whose first page comes with the list."""
    with closing(ClientUnderTest(SimpleNamespace(list_user=Pager))) as under_test:
        assert under_test.ask(Action.LIST, None) == [{"sid": "US1", "identity": "ada"}]


def test_an_event_loop_is_closed_once(under_test):
    """To close again, or without having asked, is no mistake; who asks again gets a new one."""
    under_test.close()
    assert under_test.ask(Action.LIST, None) == []
    under_test.close()
    under_test.close()
    assert under_test.ask(Action.LIST, None) == []


def test_an_adapter_is_asked_as_it_is():
    """What has the operations is no client to be adapted."""
    adapter = SimpleNamespace(fetch_user=lambda sid: {"sid": sid, "identity": "ada"})

    under_test = ClientUnderTest(adapter)

    assert under_test.adapter is adapter
    assert under_test.ask(Action.FETCH, None, "US1") == {"sid": "US1", "identity": "ada"}


class NothingYet:
    """An adapter that is begun."""

    @property
    def create_user(self):
        """Not even a method."""
        raise NotImplementedError


def test_an_operation_that_is_still_to_come_makes_a_client():
    """Its tests are skipped, and so are those of all others."""
    adapter = NothingYet()

    assert ClientUnderTest(adapter).adapter is adapter


@pytest.mark.parametrize("client", [None, UsersClientAdapter, print, []], ids=str)
def test_what_is_no_client_is_refused_when_it_is_given(client):
    """Such as what a fixture gives that returns nothing: no promise is broken by it."""
    with pytest.raises(InvalidArgument) as error:
        ClientUnderTest(client)

    assert str(error.value) == (
        f"{client!r} is not a client: give one of the kit's, or an adapter with create_user and"
        " the other operations."
    )


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
        "The kit runs an async client in its own event loop, but an event loop is already"
        " running. Write this test as a plain function: def, not async def."
    )


def test_what_nobody_will_await_is_closed():
    """So Python gives no warning beside the error."""
    coroutine = fetch_by_a_coroutine("US1")

    async def ask():
        ClientUnderTest(SimpleNamespace(fetch_user=lambda _: coroutine)).ask(
            Action.FETCH, None, "US1"
        )

    with pytest.raises(InvalidArgument):
        asyncio.run(ask())
    assert inspect.getcoroutinestate(coroutine) == inspect.CORO_CLOSED


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
        "The adapter's list_user returned <class 'object'>. Return the users of all pages, as a"
        " list or an iterator (sync or async)."
    )


@pytest.mark.parametrize("shape", [dict, SimpleNamespace])
def test_a_user_is_read_from_keys_or_attributes(shape):
    """Twilio's fields are taken, as far as they are shown; others are left."""
    answer = shape(sid="US1", identity="ada", attributes={}, age=36)

    assert read_user("fetch_user", answer) == {"sid": "US1", "identity": "ada", "attributes": {}}


@pytest.mark.parametrize("answer", [None, {"sid": "US1"}, {"identity": "ada"}])
def test_an_answer_that_is_no_user_is_an_error(answer):
    """The error says what the adapter has to give."""
    with pytest.raises(InvalidArgument) as refused:
        read_user("fetch_user", answer)
    assert str(refused.value) == (
        f"The adapter's fetch_user returned {answer!r}. Return an object with Twilio's field"
        " names as attributes, or a mapping with them as keys. It needs at least sid and"
        " identity."
    )


MOMENT = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "answered", "seen"),
    [
        ("identity", "ada", "ada"),
        ("friendly_name", None, None),
        ("friendly_name", None, ""),
        ("links", None, {}),
        ("attributes", '{"a": 1}', '{"a":1}'),
        ("attributes", '{"a": 1}', {"a": 1}),
        ("attributes", '{"a": [true, 1]}', {"a": (True, 1.0)}),
        ("is_online", False, False),
        ("date_created", "2026-03-04T12:00:00Z", "2026-03-04T12:00:00Z"),
        ("date_created", "2026-03-04T12:00:00Z", MOMENT),
    ],
)
def test_a_field_is_shown_in_several_ways(name, answered, seen):
    """As text or as what the text says; null as anything empty."""
    assert shows(name, answered, seen)


@pytest.mark.parametrize(
    ("name", "answered", "seen"),
    [
        ("identity", "ada", "Ada"),
        ("friendly_name", None, "Ada"),
        ("friendly_name", "", None),
        ("attributes", '{"a": 1}', {"a": 2}),
        ("attributes", '{"a": 1}', None),
        ("attributes", '{"a": 1}', "a=1"),
        ("attributes", '{"a": 0}', {"a": False}),
        ("attributes", '{"a": [1, 2]}', {"a": [1]}),
        ("attributes", '{"a": [1]}', {"a": [2]}),
        ("attributes", '{"a": [1]}', {"a": 1}),
        ("attributes", '{"a": 1}', {"a": [1]}),
        ("attributes", '{"a": 1}', {"a": {}}),
        ("identity", "ada", MOMENT),
        ("attributes", '{"a": 1}', {"b": 1}),
        ("is_online", True, 1),
        ("date_created", "2026-03-04T12:00:00Z", MOMENT.replace(hour=13)),
        ("date_created", "2026-03-04T12:00:00Z", MOMENT.replace(tzinfo=None)),
    ],
)
def test_another_value_is_not_shown(name, answered, seen):
    """What differs differs, and a date without a time zone says too little."""
    assert not shows(name, answered, seen)
