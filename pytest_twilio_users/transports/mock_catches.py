"""Makes mocks of other libraries leave Twilio's Conversations to the kit."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any, ClassVar

from pytest_twilio_users.contract.hosts import DEFAULT_ORIGIN, leads_to_twilio
from pytest_twilio_users.transports.catch import Catch, Target
from pytest_twilio_users.transports.httpx_catch import is_for_twilio

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import httpx
    import requests

    from pytest_twilio_users.transports.httpx_transport import BackendTransport

_METHODS = ("GET", "POST", "DELETE")

_PATH = re.compile(r"(?:twilio\.com|<Path eq ')(/v[A-Za-z0-9/]+)(?:'|\s|$)")
"""The path in what tells of a route: in a URL, or as respx has it."""

_HOST = re.compile(r"conversations(?:\\?\.[\w-]+){0,2}\\?\.twilio\\?\.com\b")
"""Twilio's host in what tells of a route: a URL, or a regular expression for some."""

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class MockCatch(Catch):
    """While started, a mock is passed over by requests to Twilio's Conversations.

    It does not matter which came first. Routes of the mock's own for that host are
    never asked, and `warn` is told of them; but for those that let requests pass, and for
    requests that a route of the author's lets pass to the mock.
    """

    library: ClassVar[str]

    def __init__(self, transport: BackendTransport, *, warn: Callable[[str], None]) -> None:
        super().__init__(transport)
        self._warn = warn

    def _look(self, routes: Iterable[str]) -> None:
        """Look for routes that were written for Twilio's Conversations."""
        if any(_names_twilio(route) and not self._is_let_pass(route) for route in routes):
            self._warn(
                f"{self.library} mocks Twilio's Conversations, but the kit answers instead."
                ' Override the operation: twilio_users.routes["create_user"].'
            )

    def _lets_pass(self, method: str, url: str, headers: Any) -> bool:
        """Whether a route of the author's lets a request pass to the mock; then it is noted."""
        return self._transport.lets_pass(method, url, headers=headers, note=True)

    def _is_let_pass(self, route: str) -> bool:
        """Whether the author lets pass what the mock has an answer for, if it tells the path."""
        path = _PATH.search(route)
        if path is None:
            return False
        url = DEFAULT_ORIGIN + path[1]
        return any(self._transport.lets_pass(method, url) for method in _METHODS)


class RespxCatch(MockCatch):
    """respx."""

    module = "respx.mocks"
    library = "respx"

    def targets(self) -> Iterable[Target]:
        """What its routers are asked by."""
        from respx.mocks import Mocker

        return (
            Target(owner=Mocker, name="handler", is_caught=self._is_mocked, answer=self._pass),
            Target(
                owner=Mocker,
                name="async_handler",
                is_caught=self._is_mocked,
                answer=self._pass_async,
            ),
        )

    def look(self) -> None:
        """Look at the routers that are active, beneath the catch of httpx."""
        mocks = sys.modules.get(self.module)  # an import takes longer, and this is at each request
        for router in mocks.HTTPCoreMocker.routers if mocks else ():
            self._look([repr(route) for route in router.routes if not route.is_pass_through])

    def _is_mocked(self, mocker: Any, request: httpx.Request) -> bool:
        if not is_for_twilio(mocker, request):
            return False
        routes = (route for router in mocker.routers for route in router.routes)
        found = next((r for r in routes if r.pattern is None or r.pattern.match(request)), None)
        return found is None or not found.is_pass_through

    def _pass(self, mocker: Any, request: httpx.Request) -> httpx.Response:
        from respx.models import PassThrough

        for router in mocker.routers:
            self._look(map(repr, router.routes))
        raise PassThrough("to the kit", request=request, origin=None)  # type: ignore[arg-type]

    async def _pass_async(self, mocker: Any, request: httpx.Request) -> httpx.Response:
        return self._pass(mocker, request)


class PytestHttpxCatch(MockCatch):
    """pytest-httpx."""

    module = "pytest_httpx"
    library = "pytest-httpx"

    def targets(self) -> Iterable[Target]:
        """What answers in the place of httpx's transports."""
        from pytest_httpx import HTTPXMock

        return (
            Target(
                owner=HTTPXMock,
                name="_handle_request",
                is_caught=_is_mocked_by_httpx_mock,
                answer=self._answer,
            ),
            Target(
                owner=HTTPXMock,
                name="_handle_async_request",
                is_caught=_is_mocked_by_httpx_mock,
                answer=self._answer_async,
            ),
        )

    def _answer(self, mock: Any, _: object, request: httpx.Request) -> httpx.Response | None:
        self._look(_responses_of(mock))
        return self._transport.answer(request)

    async def _answer_async(
        self, mock: Any, _: object, request: httpx.Request
    ) -> httpx.Response | None:
        self._look(_responses_of(mock))
        return await self._transport.answer_async(request)


class ResponsesCatch(MockCatch):
    """responses."""

    module = "responses"
    library = "responses"

    def targets(self) -> Iterable[Target]:
        """What answers in the place of the adapter of requests."""
        from responses import RequestsMock

        return (
            Target(
                owner=RequestsMock,
                name="_on_request",
                is_caught=_is_mocked_by_responses,
                answer=self._pass,
            ),
        )

    def _pass(
        self, mock: Any, adapter: object, request: Any, **given: Any
    ) -> requests.Response | None:
        if self._lets_pass(request.method, request.url, request.headers):
            return None
        self._look(_url_of(route) for route in mock.registered())
        given.pop("retries", None)  # are the adapter's
        import responses

        send: Any = getattr(mock, "_real_send", None) or vars(responses)["_real_send"]
        sent: requests.Response = send(adapter, request, **given)  # as what it lets pass
        return sent


class RequestsMockCatch(MockCatch):
    """requests-mock."""

    module = "requests_mock"
    library = "requests-mock"

    def targets(self) -> Iterable[Target]:
        """The adapter that it puts in the place of all others."""
        from requests_mock.adapter import Adapter

        return (
            Target(
                owner=Adapter,
                name="send",
                is_caught=_is_mocked_by_requests_mock,
                answer=self._pass,
            ),
        )

    def _pass(self, mock: Any, request: Any, **given: Any) -> requests.Response | None:
        if self._lets_pass(request.method, request.url, request.headers):
            return None
        from requests.adapters import HTTPAdapter

        routes = (route for route in _matchers_of(mock) if not getattr(route, "_real_http", False))
        self._look(map(_url_of, routes))
        return HTTPAdapter().send(request, **given)


class AioresponsesCatch(MockCatch):
    """aioresponses, if it begins later: it keeps the method that it is asked by as it finds it."""

    module = "aioresponses"
    library = "aioresponses"

    def targets(self) -> Iterable[Target]:
        """What answers in the place of a session."""
        from aioresponses.core import aioresponses

        return (
            Target(
                owner=aioresponses,
                name="_request_mock",
                is_caught=_is_mocked_by_aioresponses,
                answer=self._pass,
            ),
        )

    async def _pass(self, mock: Any, session: Any, method: str, url: Any, **given: Any) -> Any:
        whole = str(session._build_url(url))  # noqa: SLF001  # as it does itself
        if self._lets_pass(method, whole, given.get("headers")):
            return None
        self._look(str(route.url_or_pattern) for route in mock._matches.values())  # noqa: SLF001  # no other way
        # As what it lets pass.
        return await mock.patcher.temp_original(session, method, url, **given)


class VcrCatch(MockCatch):
    """vcrpy, and pytest-recording upon it: it neither replays nor records these requests."""

    module = "vcr"
    library = "vcrpy"

    def targets(self) -> Iterable[Target]:
        """What its cassettes are asked."""
        from vcr.cassette import Cassette  # type: ignore[import-untyped]  # it has none

        return [
            *(
                Target(owner=Cassette, name=name, is_caught=_is_recorded, answer=self._refrain)
                for name in ("can_play_response_for", "filter_request", "append")
            ),
            # It appends what it reads from its file, too: that is let pass.
            Target(owner=Cassette, name="_load", is_caught=_always, answer=_answer_nothing),
        ]

    def _refrain(self, cassette: Any, *_: Any) -> bool:
        self._look(recorded.uri for recorded in cassette.requests)
        return False


def _names_twilio(route: str) -> bool:
    return _HOST.search(route) is not None


def _is_mocked_by_httpx_mock(_: object, transport: object, request: httpx.Request) -> bool:
    return is_for_twilio(transport, request)


def _is_mocked_by_responses(mock: Any, _: object, request: Any, **__: Any) -> bool:
    return leads_to_twilio(str(request.url)) and not any(
        getattr(route, "passthrough", False) and route.matches(request)[0]
        for route in mock.registered()
    )


def _is_mocked_by_requests_mock(_: object, request: Any, **__: Any) -> bool:
    return leads_to_twilio(str(request.url))


def _is_mocked_by_aioresponses(_: object, session: Any, *given: Any, **__: Any) -> bool:
    return leads_to_twilio(str(session._build_url(given[1])))  # noqa: SLF001  # as it does itself


def _is_recorded(_: object, request: Any, *__: Any) -> bool:
    return leads_to_twilio(str(request.uri))


def _always(*_: Any) -> bool:
    return True


def _answer_nothing(*_: Any) -> None:
    """Leave it to what lies beneath."""


# What mocks were told is not public, and only a warning depends on it.


def _responses_of(mock: Any) -> list[str]:
    return [str(matcher) for matcher, _ in getattr(mock, "_callbacks", ())]


def _matchers_of(mock: Any) -> Iterable[Any]:
    found: Iterable[Any] = getattr(mock, "_matchers", ())
    return found


def _url_of(route: Any) -> str:
    return str(getattr(route, "url", None) or getattr(route, "_url", ""))
