"""The two clients: how a request is sent, and pages are followed."""

from collections.abc import AsyncIterator, Coroutine, Iterator
from types import TracebackType
from typing import Any, Self, TypeVar

from pytest_twilio_users.client.cookieless import CookielessAsyncClient, CookielessClient
from pytest_twilio_users.client.operations import Operations
from pytest_twilio_users.client.reading import Parse, read
from pytest_twilio_users.client.sending import AsyncHttpClient, HttpClient, as_httpx
from pytest_twilio_users.contract.models import User, UserPage
from pytest_twilio_users.errors import InvalidArgument
from pytest_twilio_users.wire.messages import Request

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

T = TypeVar("T")


class UsersClient(Operations[HttpClient, User, UserPage, None]):
    """The ten operations, sync. A context manager: leaving it closes its connections."""

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

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _open(self) -> HttpClient:
        return CookielessClient()

    def _user(self, operation: str, **arguments: Any) -> User:
        return self._send(operation, self._request(operation, arguments), User.from_dict)

    def _page(self, operation: str, **arguments: Any) -> UserPage:
        return self._send(operation, self._request(operation, arguments), UserPage.from_dict)

    def _nothing(self, operation: str, **arguments: Any) -> None:
        self._send(operation, self._request(operation, arguments), None)

    def _send(self, operation: str, request: Request, parse: Parse[T]) -> T:
        sent = self._http().send(self._build(request), auth=self._auth)
        return read(operation, as_httpx(sent), parse)

    def _iterate(self, operation: str, limit: int | None, **arguments: Any) -> Iterator[User]:
        return self._follow(operation, self._request(operation, arguments), _Limit(limit))

    def _follow(self, operation: str, first: Request, left: "_Limit") -> Iterator[User]:
        request = None if left.reached else first
        while request is not None:
            page = self._send(operation, request, UserPage.from_dict)
            yield from left.take(page)
            request = None if left.reached else self._next_request(operation, page)


class AsyncUsersClient(
    Operations[
        AsyncHttpClient,
        Coroutine[Any, Any, User],
        Coroutine[Any, Any, UserPage],
        Coroutine[Any, Any, None],
    ]
):
    """The ten operations, async: each is awaited. An async context manager."""

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

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    def _open(self) -> AsyncHttpClient:
        return CookielessAsyncClient()

    async def _user(self, operation: str, **arguments: Any) -> User:
        return await self._send(operation, self._request(operation, arguments), User.from_dict)

    async def _page(self, operation: str, **arguments: Any) -> UserPage:
        return await self._send(operation, self._request(operation, arguments), UserPage.from_dict)

    async def _nothing(self, operation: str, **arguments: Any) -> None:
        await self._send(operation, self._request(operation, arguments), None)

    async def _send(self, operation: str, request: Request, parse: Parse[T]) -> T:
        sent = self._http().send(self._build(request), auth=self._auth)
        return read(operation, as_httpx(await sent), parse)

    def _iterate(self, operation: str, limit: int | None, **arguments: Any) -> AsyncIterator[User]:
        return self._follow(operation, self._request(operation, arguments), _Limit(limit))

    async def _follow(self, operation: str, first: Request, left: "_Limit") -> AsyncIterator[User]:
        request = None if left.reached else first
        while request is not None:
            page = await self._send(operation, request, UserPage.from_dict)
            for user in left.take(page):
                yield user
            request = None if left.reached else self._next_request(operation, page)


class _Limit:
    """Counts users down to a limit."""

    def __init__(self, limit: int | None) -> None:
        if limit is not None and limit < 0:
            raise InvalidArgument(
                f"limit={limit} is negative: give a number from 0, or None for all."
            )
        self._left = limit

    @property
    def reached(self) -> bool:
        return self._left == 0

    def take(self, page: UserPage) -> tuple[User, ...]:
        """The users of a page that are within the limit."""
        users = page.users[: self._left]
        if self._left is not None:
            self._left -= len(users)
        return users
