"""The ten operations as respx routes, which authors look at or override."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Self, cast

import httpx
import respx
from respx import models

from pytest_twilio_users.contract.hosts import HOST
from pytest_twilio_users.contract.literals import OperationName, RefusalName
from pytest_twilio_users.contract.operations import OPERATIONS, Operation, known_operation
from pytest_twilio_users.contract.refusals import Refusal, known_refusal
from pytest_twilio_users.errors import KitError
from pytest_twilio_users.transports.httpx_messages import to_httpx_request, to_httpx_response
from pytest_twilio_users.wire.codec import JSON_TYPE, encode_json, refusal_body
from pytest_twilio_users.wire.journal import Exchange, Journal

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class JournaledRoute(respx.Route):
    """A route whose calls are read from the test's journal.

    So it knows what happened before it was looked at, and a route that a wide
    fixture made counts the calls of the running test.
    """

    def __init__(self, journal: Callable[[], Journal], *patterns: Any, **lookups: Any) -> None:
        self._journal = journal
        super().__init__(*patterns, **lookups)

    @property
    def calls(self) -> models.CallList:
        """The calls of this route in the running test, oldest first."""
        return models.CallList([*map(_as_call, self._exchanges())])

    @calls.setter
    def calls(self, calls: models.CallList) -> None:
        """Drop the list that respx would keep: the journal is the one that counts."""

    @property
    def called(self) -> bool:
        """Whether the route was called in the running test."""
        return self.call_count > 0

    @property
    def call_count(self) -> int:
        """How often the route was called in the running test, as far as the journal is kept."""
        return len(self._exchanges())

    @property
    def overridden(self) -> bool:
        """Whether something else than the stub answers."""
        return bool(self.return_value or self.side_effect or self.is_pass_through)

    def _exchanges(self) -> list[Exchange]:
        return [
            exchange
            for exchange in self._journal()
            if self.pattern is None or self.pattern.match(to_httpx_request(exchange.request))
        ]


class OperationRoute(JournaledRoute):
    """The route of one operation. It answers from the stub until it is mocked.

    `.mock()` without arguments gives it back to the stub. A side effect that
    returns None leaves the request to the stub, too.
    """

    def __init__(self, journal: Callable[[], Journal], operation: Operation) -> None:
        self._operation = operation
        path = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(operation.path))
        super().__init__(
            journal,
            method=operation.method,
            host__regex=HOST.pattern,
            path__regex=f"^{path}/?$",
        )

    @property
    def call_count(self) -> int:
        """How often the operation was called in the running test; all of them are counted."""
        return self._journal().count(self._operation)

    def _exchanges(self) -> list[Exchange]:
        return self._journal().of(self._operation)

    def refuse(self, name: RefusalName, *, times: int | None = None) -> Self:
        """Have the operation refused as Twilio would: `refuse("too_many_requests", times=2)`.

        Args:
            name: of a refusal, such as "too_many_requests", "internal_error", "unavailable".
            times: how often; the stub answers afterwards. For the whole test if None.

        Raises:
            InvalidArgument: there is no such refusal.
        """
        self.mock(side_effect=Refusing(known_refusal(name), times=times))
        return self


class Refusing:
    """A side effect that refuses as Twilio would, always or some times."""

    def __init__(self, refusal: Refusal, *, times: int | None) -> None:
        self._refusal = refusal
        self._times = times
        self._left = times

    def __call__(self, request: httpx.Request) -> httpx.Response | None:
        """Refuse, or leave the request to the stub."""
        if self._left is not None:
            if self._left == 0:
                return None
            self._left -= 1
        path = request.url.raw_path.decode().partition("?")[0]
        body = refusal_body(self._refusal, path=path, method=request.method)
        headers = {"content-type": JSON_TYPE}
        return httpx.Response(self._refusal.status, headers=headers, content=encode_json(body))

    def anew(self) -> Self:
        """The same, with all its times before it."""
        return type(self)(self._refusal, times=self._times)


class UsersRouter(respx.Router):
    """A respx router that holds the ten operations by name, and routes that authors add."""

    def __init__(
        self, journal: Callable[[], Journal], *, parent: "UsersRouter | None" = None
    ) -> None:
        """Set up the ten routes, with the overrides of another router if one is given.

        Args:
            journal: gives the exchanges of the running test, which the routes count.
            parent: the router of a wider scope.
        """
        self._journal = journal
        super().__init__(assert_all_called=False)
        for operation in OPERATIONS.values():
            self.add(OperationRoute(journal, operation), name=operation.name)
        for route in parent.routes if parent else ():
            self._inherit(route)

    @property
    def calls(self) -> models.CallList:
        """All calls of the running test, oldest first."""
        return models.CallList([*map(_as_call, self._journal())])

    @calls.setter
    def calls(self, calls: models.CallList) -> None:
        """Drop the list that respx would keep: the journal is the one that counts."""

    def route(self, *patterns: Any, name: str | None = None, **lookups: Any) -> respx.Route:
        """Add a route, as `get`, `post` and the others do; its calls are in the journal."""
        return self.add(JournaledRoute(self._journal, *patterns, **lookups), name=name)

    # respx has it take any text; type checkers are to find a typo.
    def __getitem__(self, name: OperationName) -> OperationRoute:  # type: ignore[override]
        # Routes that authors add under a name are plain ones; the type is for the ten.
        found = self.routes[name if name in self.routes else known_operation(name).name]
        return cast("OperationRoute", found)

    def override(self, request: httpx.Request, operation: str) -> Any:
        """What an author's route has for the request.

        A response, an awaitable of one, the request itself to let it pass, or None
        to leave it to the stub. `operation` is the name of the one asked for, or empty.
        """
        try:
            for added in self._added():
                result = added.match(request)
                if result is not None:
                    return result
            # Authors may have cleared all routes, those of the operations included.
            route = self[cast("OperationName", operation)] if operation in self.routes else None
            if route is None or not route.overridden:
                return None
            return request if route.is_pass_through else route.resolve(request)
        except StopIteration:
            asked = operation or f"{request.method} {request.url.path}"
            raise KitError(
                f"{asked}: the route's side effects are used up. Give it one for each request,"
                " or a function."
            ) from None

    def _inherit(self, route: respx.Route) -> None:
        if isinstance(route, OperationRoute):
            mine = self.routes[str(route.name)]
        else:
            mine = self.route(route.pattern, name=route.name)
        effect = route.side_effect
        if isinstance(effect, Refusing):
            effect = effect.anew()
        elif isinstance(effect, Iterator):
            effect = list(effect)
            route.side_effect = effect  # what is left is there for both
        mine.mock(return_value=route.return_value, side_effect=effect)
        mine.pass_through(route.is_pass_through)

    def _added(self) -> Iterator[respx.Route]:
        return (route for route in self.routes if not isinstance(route, OperationRoute))


def _as_call(exchange: Exchange) -> models.Call:
    request = to_httpx_request(exchange.request)
    came = exchange.response
    response = None if came is None else to_httpx_response(came, request)
    return models.Call(request=request, optional_response=response)
