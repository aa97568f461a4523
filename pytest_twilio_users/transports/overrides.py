"""Which override a request meets, of those that the scopes around it made."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from threading import Lock
from typing import Any

import httpx

from pytest_twilio_users.contract.literals import OperationName
from pytest_twilio_users.errors import KitError
from pytest_twilio_users.transports.effects import InTurn, come_to
from pytest_twilio_users.transports.journaled_route import JournaledRoute
from pytest_twilio_users.transports.routes import OperationRoute, UsersRouter

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class Overrides:
    """Those that count for one scope: its own, else those of the scopes around it.

    Effects that take turns begin anew for each scope. So a test has the whole of
    what a module's fixture set up, however many tests met it before.
    """

    def __init__(self, routers: Callable[[], Iterable[UsersRouter]]) -> None:
        """Set up for a scope; `routers` gives those that count, the narrowest scope's first."""
        self._routers = routers
        self._begun: dict[InTurn, Iterator[Any]] = {}
        self._lock = Lock()

    def answer(self, request: httpx.Request, operation: OperationName | None) -> Any:
        """What an author's route has for the request.

        A response, an awaitable of one, the request itself to let it pass, or None
        to leave it to the stub. `operation` is the name of the one asked for, if it is one.

        Raises:
            BaseException: the effect is an error, or its function raises it.
            KitError: effects are used up.
        """
        for route, groups in self._matching(request, operation):
            found = self._resolve(route, request, groups)
            if found is not None:
                return found
        return None

    def lets_pass(self, request: httpx.Request, operation: OperationName | None) -> bool:
        """Whether the route that a request meets first lets it pass, as `pass_through` says."""
        return any(
            route.is_pass_through for route, _ in islice(self._matching(request, operation), 1)
        )

    def _matching(
        self, request: httpx.Request, operation: OperationName | None
    ) -> Iterator[tuple[JournaledRoute, Mapping[str, str]]]:
        """The routes that have a say, and what they take out of the request."""
        routers = self._counting()
        for router in routers:
            for route in router.added():
                groups = route.groups_of(request) if route.says else None
                if groups is not None:
                    yield route, groups
        if operation:
            said = (router.of(operation) for router in routers if router.of(operation).says)
            yield from ((route, {}) for route in islice(said, 1))

    def _counting(self) -> list[UsersRouter]:
        routers = []
        for router in self._routers():
            routers.append(router)
            if router.cleared:
                break
        return routers

    def _resolve(
        self, route: JournaledRoute, request: httpx.Request, groups: Mapping[str, str]
    ) -> Any:
        if route.is_pass_through:
            return request
        effect = route.effect
        is_operations = isinstance(route, OperationRoute)
        if isinstance(effect, InTurn):
            asked = route.name if is_operations else f"{request.method} {request.url.path}"
            effect = self._next(effect, str(asked))
        elif effect is None and not is_operations:
            return httpx.Response(200)  # as respx does
        return come_to(effect, request, route=route, groups=groups)

    def _next(self, effects: InTurn, asked: str) -> Any:
        try:
            with self._lock:  # applications send from many threads
                if effects not in self._begun:
                    self._begun[effects] = effects.begin()
                return next(self._begun[effects])
        except StopIteration:
            raise KitError(
                f"{asked}: the route's side effects are used up. Give it one for each request,"
                " or a function."
            ) from None
