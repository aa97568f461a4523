"""The ten operations as respx routes, which authors look at or override."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Self, cast

import httpx
import respx
from respx import models

from pytest_twilio_users.contract.hosts import HOST
from pytest_twilio_users.contract.operations import OPERATIONS, Operation, known_operation
from pytest_twilio_users.contract.refusals import known_refusal
from pytest_twilio_users.errors import InvalidArgument
from pytest_twilio_users.transports.effects import is_response, plan, refusing
from pytest_twilio_users.transports.httpx_messages import to_httpx_request, to_httpx_response
from pytest_twilio_users.wire.journal import Exchange, Journal

if TYPE_CHECKING:
    import httpx2

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class JournaledRoute(respx.Route):
    """A route whose calls are read from the test's journal.

    So it knows what happened before it was looked at, and a route that a wide
    fixture made counts the calls of the running test.

    `says` tells whether it was given an answer, be it to leave all to the stub: until
    then, the routes of wider scopes count.
    """

    def __init__(self, journal: Callable[[], Journal], *patterns: Any, **lookups: Any) -> None:
        self._journal = _SinceReset(journal)
        self.says = False
        self._said: list[bool] = []
        super().__init__(*patterns, **lookups)

    # Its answer

    def mock(
        self,
        return_value: "httpx.Response | httpx2.Response | None" = None,
        *,
        side_effect: Any = None,
    ) -> Self:
        """Answer by a response, or by a side effect; without arguments: leave it to the stub.

        Args:
            return_value: the answer to each request, of httpx or of httpx2.
            side_effect: an exception; a function of the `httpx.Request`, async for async
                clients if you like, which gives a response, None to leave the request to
                the stub, or the request to let it pass to the network; or a list of these
                and of responses, one for each request.

        Raises:
            InvalidArgument: it is none of these.
        """
        self.return_value = return_value
        self.side_effect = side_effect
        return self

    @property
    def return_value(self) -> Any:
        """The response that is the answer, or None."""
        return self._return_value

    @return_value.setter
    def return_value(self, response: Any) -> None:
        if response is not None and not is_response(response):
            raise InvalidArgument(
                f"return_value={response!r}: give an httpx.Response, or in short:"
                " .respond(502, json={…})."
            )
        self.pass_through(value=False)
        self._return_value = response

    @property
    def side_effect(self) -> Any:
        """The side effect that has the answer, or None."""
        return self._side_effect

    @side_effect.setter
    def side_effect(self, effect: Any) -> None:
        planned = plan(effect)
        self.pass_through(value=False)
        self._side_effect = planned

    def pass_through(self, value: bool = True) -> Self:  # noqa: FBT001, FBT002  # respx's signature
        """Let requests pass to the network."""
        self.says = True
        self._pass_through = value
        return self

    @property
    def effect(self) -> Any:
        """What answers: the side effect, else the response; None if neither does."""
        return self._return_value if self._side_effect is None else self._side_effect

    def groups_of(self, request: httpx.Request) -> Mapping[str, str] | None:
        """What the pattern takes out of a request; None if it does not match."""
        if self.pattern is None:
            return {}
        match = self.pattern.match(request)
        return match.context if match else None

    def snapshot(self) -> None:
        """Keep the answer, for `rollback`."""
        self._said.append(self.says)
        super().snapshot()

    def rollback(self) -> None:
        """Go back to the answer that was kept last."""
        super().rollback()
        self.says = self._said.pop() if self._said else False

    # Its calls

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

    def reset(self) -> None:
        """Count anew from here; the answer stays."""
        self._journal.reset()

    def _exchanges(self) -> list[Exchange]:
        return [
            exchange
            for exchange in self._journal()
            if self.groups_of(to_httpx_request(exchange.request)) is not None
        ]


class OperationRoute(JournaledRoute):
    """The route of one operation. It answers from the stub until it is mocked.

    `.mock()` without arguments gives it back to the stub. A side effect that
    returns None leaves the request to the stub, too.
    """

    def __init__(
        self,
        journal: Callable[[], Journal],
        operation: Operation,
        *,
        around: Callable[[], Iterable["OperationRoute"]],
    ) -> None:
        self._operation = operation
        self._around = around
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

    @property
    def overridden(self) -> bool:
        """Whether something else than the stub answers, be it a wider scope's."""
        said = next((route for route in (self, *self._around()) if route.says), self)
        return said.effect is not None or said.is_pass_through

    def refuse(
        self, name: str, *, times: int | None = None, headers: Mapping[str, str] | None = None
    ) -> Self:
        """Have the operation refused as Twilio would: `refuse("too_many_requests", times=2)`.

        Args:
            name: of a refusal, such as "too_many_requests", "internal_error", "unavailable".
            times: how often, from 1; the stub answers afterwards. For the whole test if None.
            headers: what the refusal has besides, such as `{"Retry-After": "2"}`.

        Raises:
            InvalidArgument: there is no such refusal, or no such number of times.
        """
        if times is not None and (type(times) is not int or times < 1):
            raise InvalidArgument(f"times={times!r}: expected a whole number from 1, or None.")
        return self.mock(
            side_effect=refusing(known_refusal(name), times=times, headers=headers or {})
        )


class UsersRouter(respx.Router):
    """A respx router that holds the ten operations by name, and routes that authors add.

    It is the router of one scope. What it says nothing about, those of wider scopes do.
    """

    def __init__(
        self,
        journal: Callable[[], Journal],
        *,
        around: Callable[[], Iterable["UsersRouter"]] = tuple,
    ) -> None:
        """Set up the ten routes, with the names of routes that wider scopes added.

        Args:
            journal: gives the exchanges of the running test, which the routes count.
            around: gives the routers of wider scopes, the narrowest first.
        """
        self._journal = _SinceReset(journal)
        self._around = around
        self.cleared = False
        """Whether nothing counts that wider scopes say."""
        super().__init__(assert_all_called=False)
        self._add_operations()
        for route in [route for router in around() for route in router.added()]:
            if route not in self.added() and (route.name or "") not in self.routes:
                self.add(JournaledRoute(journal, route.pattern), name=route.name)
        self._snapshots.clear()
        self.snapshot()  # what the last `rollback` goes back to

    def route(self, *patterns: Any, name: str | None = None, **lookups: Any) -> respx.Route:
        """Add a route, as `get`, `post` and the others do; its calls are in the journal.

        Raises:
            InvalidArgument: an operation has this name.
        """
        route = JournaledRoute(self._journal, *patterns, **lookups)
        route.says = True
        return self.add(route, name=name)

    def add(self, route: respx.Route, *, name: str | None = None) -> respx.Route:
        """Add a route that the router made.

        Raises:
            InvalidArgument: it is another's, or an operation has this name.
        """
        if not isinstance(route, JournaledRoute):
            raise InvalidArgument(
                f"routes.add({route!r}): add it by routes.get(…), post(…) or route(…), so that"
                " its calls are counted."
            )
        if name in OPERATIONS and not isinstance(route, OperationRoute):
            raise InvalidArgument(
                f"name={name!r}: this is the route of an operation. Override it by"
                f" routes[{name!r}].mock(…), or choose another name."
            )
        return super().add(route, name=name)

    def added(self) -> list[JournaledRoute]:
        """The routes that authors added."""
        return [route for route in self if not isinstance(route, OperationRoute)]

    def clear(self) -> None:
        """Take all overrides away, those of wider scopes, too: the stub answers."""
        super().clear()
        self._add_operations()
        self.cleared = True

    def pop(self, name: str, default: Any = ...) -> Any:
        """Take an override away, and give its route.

        Raises:
            KeyError: there is no route of this name, and no `default`.
        """
        taken = super().pop(name, default)
        if isinstance(taken, OperationRoute):
            self._add_operation(OPERATIONS[name]).mock()
        return taken

    def rollback(self) -> None:
        """Go back to the last snapshot; without one, to what there was in the beginning."""
        self.cleared = False
        super().rollback()

    def reset(self) -> None:
        """Count calls anew from here; overrides stay."""
        self._journal.reset()
        super().reset()

    @property
    def calls(self) -> models.CallList:
        """All calls of the running test, oldest first."""
        return models.CallList([*map(_as_call, self._journal())])

    @calls.setter
    def calls(self, calls: models.CallList) -> None:
        """Drop the list that respx would keep: the journal is the one that counts."""

    def assert_all_called(self) -> None:
        """Fail if there is an override that was not called.

        Raises:
            AssertionError: there is one.
        """
        idle = [route.name or repr(route.pattern) for route in self if route.says]
        called = [route.name or repr(route.pattern) for route in self if route.called]
        if missed := [name for name in idle if name not in called]:
            raise AssertionError(f"Overrides that were not called: {', '.join(missed)}.")

    def __getitem__(self, name: str) -> OperationRoute:
        # Routes that authors add under a name are plain ones; the type is for the ten.
        found = self.routes[name if name in self.routes else known_operation(name).name]
        return cast("OperationRoute", found)

    def __contains__(self, route: object) -> bool:
        """Whether there is a route of this name, or this route."""
        return route in self.routes if isinstance(route, str) else any(r is route for r in self)

    def __iter__(self) -> Iterator[JournaledRoute]:
        """The routes, those of the operations first."""
        return iter(cast("Iterable[JournaledRoute]", self.routes))

    def __len__(self) -> int:
        return len(self.routes)

    def __bool__(self) -> bool:
        return True

    def _add_operations(self) -> None:
        for operation in OPERATIONS.values():
            self._add_operation(operation)

    def _add_operation(self, operation: Operation) -> respx.Route:
        def around() -> Iterator[OperationRoute]:
            wider = () if self.cleared else self._around()
            return (router[operation.name] for router in wider)

        route = OperationRoute(self._journal, operation, around=around)
        return self.add(route, name=operation.name)


class _SinceReset:
    """Gives the journal of the running test, from the last reset on."""

    def __init__(self, journal: Callable[[], Journal]) -> None:
        self._journal = journal
        self._reset: tuple[Journal, int] | None = None

    def reset(self) -> None:
        journal = self._journal()
        self._reset = journal, len(journal)

    def __call__(self) -> Journal:
        journal = self._journal()
        # A reset ends with its test.
        if self._reset is None or self._reset[0] is not journal:
            return journal
        return journal.since(self._reset[1])


def _as_call(exchange: Exchange) -> models.Call:
    request = to_httpx_request(exchange.request)
    came = exchange.response
    response = None if came is None else to_httpx_response(came, request)
    return models.Call(request=request, optional_response=response)
