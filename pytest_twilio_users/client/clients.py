"""The two clients, sync or async: each sends requests its way."""

from collections.abc import AsyncIterator, Coroutine, Iterator
from typing import Any, Self

from pytest_twilio_users.client.cookieless import CookielessAsyncClient, CookielessClient
from pytest_twilio_users.client.methods import Operations
from pytest_twilio_users.client.paging import Limit, next_request
from pytest_twilio_users.client.reading import read
from pytest_twilio_users.client.sending import AsyncHttpClient, HttpClient
from pytest_twilio_users.contract.models import User, UserPage
from pytest_twilio_users.wire.messages import Request


class UsersClient(Operations[HttpClient, User, UserPage, None]):
    """The ten operations, sync. A context manager: leaving it closes its connections."""

    _open = CookielessClient

    def iter_users(
        self, *, limit: int | None = None, page_size: int | None = None
    ) -> Iterator[User]:
        """The users of the account's default service, page by page as they are needed.

        Args:
            limit: how many users at most; all by default.
            page_size: how many to ask for at a time.

        Raises:
            TwilioApiError: Twilio refused a page.
            ForeignPageLink: a page links to another origin, and was not followed.
        """
        return self._iterate("list_user", limit, page_size=page_size)

    def iter_service_users(
        self, chat_service_sid: str, *, limit: int | None = None, page_size: int | None = None
    ) -> Iterator[User]:
        """The users of a service; arguments and errors are those of `iter_users`."""
        return self._iterate(
            "list_service_user", limit, chat_service_sid=chat_service_sid, page_size=page_size
        )

    def close(self) -> None:
        """Close the connections; not those of an `http_client` that was lent."""
        if self._own is not None:
            self._own.close()
            self._own = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, operation: str, **arguments: Any) -> Any:
        return self._send(operation, self._request(operation, arguments))

    _user = _page = _nothing = _ask  # `read` knows which

    def _send(self, operation: str, request: Request) -> Any:
        return read(operation, self._dispatch(request))

    def _iterate(self, operation: str, limit: int | None, **arguments: Any) -> Iterator[User]:
        return self._follow(operation, self._request(operation, arguments), Limit(limit))

    def _follow(self, operation: str, first: Request, left: Limit) -> Iterator[User]:
        request = None if left.reached else first
        while request is not None:
            page: UserPage = self._send(operation, request)
            yield from left.take(page)
            request = None if left.reached else next_request(operation, page, origin=self.origin)


class AsyncUsersClient(
    Operations[
        AsyncHttpClient,
        Coroutine[Any, Any, User],
        Coroutine[Any, Any, UserPage],
        Coroutine[Any, Any, None],
    ]
):
    """The ten operations, async: each is awaited. An async context manager."""

    _open = CookielessAsyncClient

    def iter_users(
        self, *, limit: int | None = None, page_size: int | None = None
    ) -> AsyncIterator[User]:
        """The users of the account's default service, page by page as they are needed.

        Arguments and errors are those of `UsersClient.iter_users`.
        """
        return self._iterate("list_user", limit, page_size=page_size)

    def iter_service_users(
        self, chat_service_sid: str, *, limit: int | None = None, page_size: int | None = None
    ) -> AsyncIterator[User]:
        """The users of a service; arguments and errors are those of `iter_users`."""
        return self._iterate(
            "list_service_user", limit, chat_service_sid=chat_service_sid, page_size=page_size
        )

    async def aclose(self) -> None:
        """Close the connections; not those of an `http_client` that was lent."""
        if self._own is not None:
            await self._own.aclose()
            self._own = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def _ask(self, operation: str, **arguments: Any) -> Any:
        return await self._send(operation, self._request(operation, arguments))

    _user = _page = _nothing = _ask  # `read` knows which

    async def _send(self, operation: str, request: Request) -> Any:
        return read(operation, await self._dispatch(request))

    def _iterate(self, operation: str, limit: int | None, **arguments: Any) -> AsyncIterator[User]:
        return self._follow(operation, self._request(operation, arguments), Limit(limit))

    async def _follow(self, operation: str, first: Request, left: Limit) -> AsyncIterator[User]:
        request = None if left.reached else first
        while request is not None:
            page: UserPage = await self._send(operation, request)
            for user in left.take(page):
                yield user
            request = None if left.reached else next_request(operation, page, origin=self.origin)
