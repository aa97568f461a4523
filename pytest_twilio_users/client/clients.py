"""The two clients: a sync one, an async one."""

from collections.abc import AsyncIterator, Coroutine, Iterator
from typing import Any, Self

from pytest_twilio_users.client.methods import Operations
from pytest_twilio_users.client.reading import Limit, next_request, read
from pytest_twilio_users.client.sending import (
    AsyncHttpClient,
    CookielessAsyncClient,
    CookielessClient,
    HttpClient,
)
from pytest_twilio_users.contract.models import User, UserPage
from pytest_twilio_users.wire.messages import Request

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class UsersClient(Operations[HttpClient, User, UserPage, None, Iterator[User]]):
    """The sync client for the ten operations. As a context manager, it closes its connections."""

    _lent = HttpClient
    _open = CookielessClient

    def close(self) -> None:
        """Close the connections; not those of an `http_client` that was lent."""
        if self._own is not None:
            self._own.close()
            self._http = self._own = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, operation: str, **arguments: Any) -> Any:
        return read(operation, self._send(self._request(operation, arguments)))

    _user = _page = _nothing = _ask  # `read` knows which

    def _iterate(self, operation: str, limit: int | None, **arguments: Any) -> Iterator[User]:
        return self._follow(operation, self._request(operation, arguments), Limit(limit))

    def _follow(self, operation: str, first: Request, left: Limit) -> Iterator[User]:
        request = None if left.reached else first
        while request is not None:
            page: UserPage = read(operation, self._send(request))
            yield from left.take(page)
            request = None if left.reached else next_request(operation, page, origin=self.origin)


class AsyncUsersClient(
    Operations[
        AsyncHttpClient,
        Coroutine[Any, Any, User],
        Coroutine[Any, Any, UserPage],
        Coroutine[Any, Any, None],
        AsyncIterator[User],
    ]
):
    """The async client for the ten operations: await each. Also an async context manager."""

    _lent = AsyncHttpClient
    _open = CookielessAsyncClient

    async def aclose(self) -> None:
        """Close the connections; not those of an `http_client` that was lent."""
        if self._own is not None:
            await self._own.aclose()
            self._http = self._own = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def _ask(self, operation: str, **arguments: Any) -> Any:
        return read(operation, await self._send(self._request(operation, arguments)))

    _user = _page = _nothing = _ask  # `read` knows which

    def _iterate(self, operation: str, limit: int | None, **arguments: Any) -> AsyncIterator[User]:
        return self._follow(operation, self._request(operation, arguments), Limit(limit))

    async def _follow(self, operation: str, first: Request, left: Limit) -> AsyncIterator[User]:
        request = None if left.reached else first
        while request is not None:
            page: UserPage = read(operation, await self._send(request))
            for user in left.take(page):
                yield user
            request = None if left.reached else next_request(operation, page, origin=self.origin)
