"""What unit tests start from: an account at noon, its stub, and clients sync or async."""

import asyncio
import base64
import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from pytest_twilio_users.backends.stub import StubBackend
from pytest_twilio_users.client import AsyncUsersClient, UsersClient
from pytest_twilio_users.settings import Settings
from pytest_twilio_users.state.account import Account
from pytest_twilio_users.state.supplies import SidSupply
from pytest_twilio_users.wire.messages import Request, Response

ACCOUNT_SID = "AC" + "a" * 32
AUTH_TOKEN = "correct-horse-battery-staple"
NOON = datetime(2026, 3, 4, 12, 0, 0, 987_654, tzinfo=UTC)


@pytest.fixture
def account() -> Account:
    """An account without users, whose clock stands at noon of 4 March 2026."""
    return Account(
        sid=ACCOUNT_SID,
        auth_token=AUTH_TOKEN,
        default_service_sid="IS" + "d" * 32,
        other_service_sid="IS" + "e" * 32,
        sids=SidSupply("unit"),
        clock=lambda: NOON,
        settings=Settings(),
    )


@pytest.fixture
def stub(account) -> StubBackend:
    """The stub that answers for the account."""
    return StubBackend(account)


@pytest.fixture
def compose() -> Callable[..., Request]:
    """Writes raw requests: `compose("POST", "/v1/Users", form={"Identity": "ada"})`."""
    basic = base64.b64encode(f"{ACCOUNT_SID}:{AUTH_TOKEN}".encode()).decode()

    def compose(method, target, *, form=None, **parts):
        written = {"origin": "https://conversations.twilio.com", "authorization": f"Basic {basic}"}
        if form is not None:
            written["headers"] = (("content-type", "application/x-www-form-urlencoded"),)
            written["body"] = urlencode(form).encode()
        return Request(method=method, target=target, **written | parts)

    return compose


@pytest.fixture
def ask(stub, compose) -> Callable[..., Response]:
    """Puts raw requests to the stub: `ask("GET", "/v1/Users/ada")`."""
    return lambda *parts, **more: stub.handle(compose(*parts, **more))


class Awaited:
    """An async client in the manner of its sync twin: what it gives is awaited at once."""

    def __init__(self, client: Any, runner: asyncio.Runner) -> None:
        self.client = client
        self._runner = runner

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.client, name)
        return self._at_once(found) if inspect.ismethod(found) else found

    def _at_once(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def at_once(*arguments: Any, **named: Any) -> Any:
            result = method(*arguments, **named)
            if inspect.isawaitable(result):
                return self._runner.run(_awaiting(result))
            return self._each(result) if isinstance(result, AsyncIterator) else result

        return at_once

    def _each(self, values: AsyncIterator[Any]) -> Iterator[Any]:
        with suppress(StopAsyncIteration):
            while True:
                yield self._runner.run(_awaiting(anext(values)))


async def _awaiting(awaitable: Any) -> Any:
    return await awaitable


class Flavour:
    """Opens clients of one flavour, sync or async; tests use both in the same manner."""

    def __init__(self, *, runner: asyncio.Runner | None) -> None:
        self._runner = runner
        self.is_async = runner is not None

    def users(self, *arguments: Any, transport: Any = None, **named: Any) -> Any:
        """Open a client of the kit, on a lent client of httpx if there is a transport."""
        if transport is not None:
            named["http_client"] = self._http(transport=transport)
        return self._used_alike(
            (AsyncUsersClient if self.is_async else UsersClient)(*arguments, **named)
        )

    def http(self, **named: Any) -> Any:
        """Open a client of httpx."""
        return self._used_alike(self._http(**named))

    def network(self) -> httpx.HTTPTransport | httpx.AsyncHTTPTransport:
        """Open httpx's way to the network, without the cost of reading certificates."""
        kind = httpx.AsyncHTTPTransport if self.is_async else httpx.HTTPTransport
        return kind(verify=False)

    def _http(self, **named: Any) -> httpx.Client | httpx.AsyncClient:
        return (httpx.AsyncClient if self.is_async else httpx.Client)(**named)

    def _used_alike(self, client: Any) -> Any:
        return client if self._runner is None else Awaited(client, self._runner)


@pytest.fixture(params=["sync", "async"])
def flavour(request) -> Iterator[Flavour]:
    """Sync, then async: the same proof for both."""
    if request.param == "sync":
        yield Flavour(runner=None)
        return
    with asyncio.Runner() as runner:
        yield Flavour(runner=runner)


@pytest.fixture
def network(monkeypatch) -> list[httpx.Request]:
    """What was sent to the network, which is cut off: it deletes, else says 299; with a cookie."""
    sent = []

    def handle_request(transport, request):
        sent.append(request)
        if request.method == "DELETE":
            return httpx.Response(204, headers={"set-cookie": "a=1"})
        return httpx.Response(299, headers={"set-cookie": "a=1"}, text="from the network")

    async def handle_async_request(transport, request):
        return handle_request(transport, request)

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", handle_request)
    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", handle_async_request)
    return sent
