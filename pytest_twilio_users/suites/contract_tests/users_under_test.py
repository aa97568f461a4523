"""The users of one service, asked for through one client: what the contract suite examines."""

import asyncio
import inspect
import re
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from typing import Any
from urllib.parse import unquote

import httpx
import pytest

from pytest_twilio_users.client import AsyncUsersClient, TwilioApiError, UsersClient
from pytest_twilio_users.contract.models import User, UserPage
from pytest_twilio_users.contract.operations import operation_name
from pytest_twilio_users.contract.refusals import IDENTITY_TAKEN, Refusal
from pytest_twilio_users.wire.journal import Journal

_MANY = 1_000
"""Of so many users no list is walked."""


@dataclass(frozen=True, kw_only=True)
class UsersUnderTest:
    """One service's users through one client, sync or async alike.

    `service_sid` is None for the account's default service by its short path.
    A success that breaks the contract is read all the same: what of it a test does not
    ask about is told by itself, after the test.
    """

    client: UsersClient | AsyncUsersClient
    credentials: tuple[str, str]
    journal: Journal
    service_sid: str | None
    runner: asyncio.Runner
    prefix: str
    wait: Callable[[float], None]

    @property
    def path(self) -> str:
        """The path of the list."""
        return "/v1/Users" if self.service_sid is None else f"/v1/Services/{self.service_sid}/Users"

    def identity(self, name: str = "ada") -> str:
        """An identity that belongs to the running test."""
        return f"{self.prefix}{name}"

    def create(self, identity: str, **user_input: Any) -> User:
        """Create a user."""
        return self._user("create", identity, **user_input)

    def create_when_free(self, identity: str, **user_input: Any) -> User:
        """Create a user of an identity that another worker's test may have for a moment, too.

        Skips the test where a user of somebody else's has it.
        """
        for _ in range(50):
            try:
                return self.create(identity, **user_input)
            except TwilioApiError as error:
                if error.status != IDENTITY_TAKEN.status:
                    raise
            self.wait(0.1)
        self.fetch(identity)  # who has it can be seen, or nobody has
        pytest.skip(f"the service has a user {identity!r}, which is somebody else's")

    def create_at_once(self, identity: str, *, times: int) -> list[int]:
        """Create a user that many times at the same moment; gives the statuses."""
        name = operation_name("create", in_service=self.service_sid is not None)
        create = partial(getattr(self.client, name), *self._service(), identity)
        if isinstance(self.client, AsyncUsersClient):
            return self.runner.run(_statuses(create, times=times))
        with ThreadPoolExecutor(times) as threads:
            return list(threads.map(lambda _: _status(create), range(times)))

    def fetch(self, sid: str) -> User:
        """Fetch a user by SID or identity."""
        return self._user("fetch", sid)

    def update(self, sid: str, **user_input: Any) -> User:
        """Update a user by SID or identity."""
        return self._user("update", sid, **user_input)

    def delete(self, sid: str, **options: Any) -> None:
        """Delete a user by SID or identity."""
        self._ask("delete", sid, **options)

    def page(self, **query: Any) -> UserPage:
        """List one page."""
        page: UserPage = self._ask("list", **query)
        return page

    def pages(self, *, page_size: int, first: UserPage | None = None) -> list[UserPage]:
        """Walk all pages by their tokens, from the first on."""
        pages = [first or self.page(page_size=page_size)]
        while pages[-1].meta.next_page_url is not None:
            meta = pages[-1].meta
            before = [page.meta.next_page_token for page in pages[:-1]]
            assert meta.next_page_token not in before, "The pages lead in a circle."
            pages.append(
                self.page(page_size=page_size, page=meta.page + 1, page_token=meta.next_page_token)
            )
        return pages

    def walk(self, *, page_size: int) -> list[User]:
        """Walk all users as the client's iterator does.

        Skips the test where there are too many.
        """
        name = "iter_users" if self.service_sid is None else "iter_service_users"
        found = getattr(self.client, name)(*self._service(), page_size=page_size, limit=_MANY)
        try:
            listed = [*found] if isinstance(found, Iterator) else self.runner.run(_collect(found))
        except TwilioApiError as error:
            if error.status >= 400:
                raise
            listed = [user for page in self.pages(page_size=page_size) for user in page.users]
        if len(listed) >= _MANY:
            assert len({user.sid for user in listed}) == len(listed), "The pages do not end."
            pytest.skip(f"the service has {_MANY:,} users or more, who are somebody else's")
        return listed

    def own(self, listed: Iterable[User]) -> list[User]:
        """Those of the listed users that the test made; a service may have others."""
        return [user for user in listed if (user.identity or "").startswith(self.prefix)]

    def send(
        self,
        method: str,
        path: str = "",
        *,
        credentials: tuple[str, str] | None = None,
        **message: Any,
    ) -> httpx.Response:
        """Send what a good client would not.

        Args:
            method, message: as httpx takes them.
            path: follows the list's path.
            credentials: the right ones by default; with an empty user name none are sent.
        """
        auth = credentials or self.credentials
        arguments = {"url": f"{self.client.origin}{self.path}{path}", **message}
        arguments["auth"] = auth if auth[0] else None
        if isinstance(self.client, UsersClient):
            with httpx.Client(verify=_certificates()) as client:
                response = client.request(method, **arguments)
        else:
            response = self.runner.run(_send(method, arguments))
        return response

    def refuse(
        self, refusal: Refusal, ask: Callable[..., Any], *arguments: Any, **options: Any
    ) -> httpx.Response:
        """Ask for what is to be refused; require status, code and message, and give the refusal.

        How the message shows a path is not looked at: encoded or not, with /v1 or without.
        """
        response = self._answer_of(ask, *arguments, **options)
        path = unquote(path_of(response))
        messages = [
            refusal.message.format(path=shown, method=response.request.method)
            for shown in (path.removeprefix("/v1"), path)
        ]
        status = response.status_code
        assert status == refusal.status, f"{status} instead of {refusal.status}"
        body: Any = None
        with suppress(ValueError):
            body = response.json()
        assert isinstance(body, dict), f"{status} without a JSON object"
        code, message = body.get("code"), body.get("message")
        assert code == refusal.code, f"code {code!r} instead of {refusal.code!r}"
        told = {message, unquote(str(message))} & {*messages}
        assert told, f"message {message!r} instead of {messages[0]!r}"
        return response

    def reject(self, ask: Callable[..., Any], *arguments: Any, **options: Any) -> httpx.Response:
        """Ask for what is to be refused, in whatever words; gives the refusal."""
        response = self._answer_of(ask, *arguments, **options)
        status = response.status_code
        assert 400 <= status < 500, f"{status} instead of a refusal"
        return response

    def _answer_of(
        self, ask: Callable[..., Any], *arguments: Any, **options: Any
    ) -> httpx.Response:
        try:
            response: httpx.Response = ask(*arguments, **options)
        except TwilioApiError as error:
            response = error.response
        # Of httpx, or of httpx2 if the client sends by that; a user or a page is neither.
        assert hasattr(response, "status_code"), f"It was not refused, and gave {response!r}"
        return response

    def _user(self, action: str, *arguments: str, **options: Any) -> User:
        user: User = self._ask(action, *arguments, **options)
        return user

    def _ask(self, action: str, *arguments: str, **options: Any) -> Any:
        name = operation_name(action, in_service=self.service_sid is not None)
        try:
            answer = getattr(self.client, name)(*self._service(), *arguments, **options)
            return self.runner.run(answer) if inspect.iscoroutine(answer) else answer
        except TwilioApiError as error:
            if error.status >= 400:
                raise
            return _read_all_the_same(action, error)

    def _service(self) -> tuple[str, ...]:
        return () if self.service_sid is None else (self.service_sid,)


def lasting(user: User) -> dict[str, Any]:
    """The user as JSON without what depends on how it is asked for, and who is online."""
    shown = user.to_dict()
    for name in ("date_created", "date_updated"):
        shown[name] = shown[name] and _FRACTION.sub("", shown[name])
    return {name: value for name, value in shown.items() if name not in _PASSING}


_PASSING = ("account_sid", "is_online", "is_notifiable", "url", "links")
"""Each has a promise of its own."""

_FRACTION = re.compile(r"\.\d+(?=Z)")
"""What a date has none of, by a promise of its own."""


def path_of(response: httpx.Response) -> str:
    """The path that was asked for, as it was sent."""
    return response.request.url.raw_path.decode().partition("?")[0]


def _read_all_the_same(action: str, error: TwilioApiError) -> Any:
    """What a success says that breaks the contract, unless it can't be read."""
    try:
        match action:
            case "delete":
                return None
            case "list":
                return UserPage.from_dict(error.response.json())
        return User.from_dict(error.response.json())
    except (ValueError, RecursionError):  # no JSON, or none of a user
        raise error from None


@cache
def _certificates() -> ssl.SSLContext:
    """Read once: it takes 40 ms."""
    return httpx.create_ssl_context()


async def _send(method: str, arguments: dict[str, Any]) -> httpx.Response:
    async with httpx.AsyncClient(verify=_certificates()) as client:
        return await client.request(method, **arguments)


def _status(create: Callable[[], User]) -> int:
    try:
        create()
    except TwilioApiError as error:
        return _status_of(error)
    return 201


def _status_of(error: TwilioApiError) -> int:
    """The status of a refusal; a success with another status is told by itself."""
    return error.status if error.status >= 400 else 201


async def _statuses(create: Callable[[], Awaitable[User]], *, times: int) -> list[int]:
    async def status() -> int:
        try:
            await create()
        except TwilioApiError as error:
            return _status_of(error)
        return 201

    return await asyncio.gather(*(status() for _ in range(times)))


async def _collect(users: AsyncIterator[User]) -> list[User]:
    return [user async for user in users]
