"""The ten operations as respx routes, which authors look at or override."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Self, cast

import respx
from respx import models
from respx.patterns import M, Pattern

from pytest_twilio_users.contract.arguments import require_text
from pytest_twilio_users.contract.hosts import HOST
from pytest_twilio_users.contract.literals import OperationName
from pytest_twilio_users.contract.operations import OPERATIONS, Operation, known_operation
from pytest_twilio_users.errors import InvalidArgument, brief
from pytest_twilio_users.faults.fault import Fault
from pytest_twilio_users.faults.fault_plan import FaultPlan
from pytest_twilio_users.faults.fault_table import fits
from pytest_twilio_users.transports.journaled_route import (
    JournaledRoute,
    SinceReset,
    as_call,
    on_its_own,
)
from pytest_twilio_users.transports.overrides import all_added
from pytest_twilio_users.wire.journal import Exchange, Journal

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


def _pattern(operation: Operation) -> Pattern:
    path = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(operation.path))
    return M(method=operation.method, host__regex=HOST.pattern, path__regex=f"^{path}/?$")


# Made once: each scope, and each example of Hypothesis, has routes of its own.
_PATTERNS = {operation.name: _pattern(operation) for operation in OPERATIONS.values()}


class OperationRoute(JournaledRoute):
    """The route of one operation. The stub answers it until you override it.

    `.mock()` without arguments removes the override. If a side effect returns None, the stub
    answers that request, too.
    """

    def __init__(
        self,
        journal: SinceReset,
        operation: Operation,
        *,
        own: Callable[[JournaledRoute], JournaledRoute],
        around: Callable[[], Iterable["OperationRoute"]],
    ) -> None:
        self._operation = operation
        self._around = around
        super().__init__(journal, _PATTERNS[operation.name], own=own)

    @property
    def call_count(self) -> int:
        """How often the operation was called in the running test. All calls are counted."""
        return self._journal().count(self._operation)

    def _exchanges(self) -> list[Exchange]:
        return self._journal().of(self._operation)

    def _require_fitting(self, fault: Fault) -> None:
        if not fits(fault, self._operation.action):
            fitting = [name for name, each in OPERATIONS.items() if fits(fault, each.action)]
            raise InvalidArgument(
                f"No request of {self._operation} can meet {fault!r}. It fits {', '.join(fitting)}."
            )

    @property
    def overridden(self) -> bool:
        """Whether something else than the stub answers, be it a wider scope's."""
        said = next((route for route in (self, *self._around()) if route.says), self)
        return said.effect is not None or said.is_pass_through


class UsersRouter(respx.Router):
    """A respx router that holds the ten operations by name, and routes that authors add.

    Each test, example or wide fixture has its own. Overrides of wider scopes count where it has
    none.
    """

    def __init__(
        self,
        journal: Callable[[], Journal],
        *,
        around: Callable[[], Iterable["UsersRouter"]] = tuple,
        acting: "Callable[[], UsersRouter] | None" = None,
    ) -> None:
        """Set up the ten routes, with the names of routes that wider scopes added.

        Args:
            journal: gives the exchanges of the running test, which the routes count.
            around: gives the routers of wider scopes, the narrowest first.
            acting: gives the router of the scope that acts; it is this one if None.
        """
        self._journal = SinceReset(journal)
        self._around = around
        self._acting = acting
        self.cleared = False
        """Whether nothing counts that wider scopes say."""
        self.popped: frozenset[str] = frozenset()
        """The names of routes that wider scopes added, and that do not count."""
        super().__init__(assert_all_called=False)
        self._add_operations()
        self._adopt()
        self._snapshots.clear()
        self.snapshot()  # what the last `rollback` goes back to

    def own(self) -> Self:
        """The router of the scope that acts."""
        return self if self._acting is None else cast("Self", self._acting())

    @on_its_own
    def route(self, *patterns: Any, name: str | None = None, **lookups: Any) -> JournaledRoute:
        """Add a route, as `get`, `post` and the others do; its calls are in the journal.

        Raises:
            InvalidArgument: an operation has this name.
        """
        route = JournaledRoute(self._journal, *patterns, own=self._own_of, **lookups)
        route.says = True
        return cast("JournaledRoute", self.add(route, name=name))

    if TYPE_CHECKING:  # respx's own give a route that has no `refuse`, as far as types know
        get: Callable[..., JournaledRoute]
        post: Callable[..., JournaledRoute]
        put: Callable[..., JournaledRoute]
        patch: Callable[..., JournaledRoute]
        delete: Callable[..., JournaledRoute]

    @on_its_own
    def add(self, route: respx.Route, *, name: str | None = None) -> respx.Route:
        """Add a route that the router made.

        Raises:
            InvalidArgument: it is another's, or an operation has this name; or it is no name.
        """
        if not isinstance(route, JournaledRoute):
            raise InvalidArgument(
                f"routes.add({brief(route)}): add it by routes.get(…), post(…) or route(…), so that"
                " its calls are counted."
            )
        if name is not None:
            name = require_text(name, name="name")
        if name in OPERATIONS:
            raise InvalidArgument(
                f"name={name!r}: this is the route of an operation. Override it by"
                f" routes[{name!r}].mock(…), or choose another name."
            )
        return super().add(route, name=name)

    def added(self) -> list[JournaledRoute]:
        """The routes that authors added in this scope."""
        routes = cast("Iterable[JournaledRoute]", self.routes)
        return [route for route in routes if not isinstance(route, OperationRoute)]

    def planned(self) -> Iterator[tuple[JournaledRoute, FaultPlan]]:
        """The faults that are planned in this scope, each with its route."""
        for route in cast("Iterable[JournaledRoute]", self.routes):
            for plan in route.plans:
                yield route, plan

    @on_its_own
    def clear(self) -> None:
        """Remove all overrides, also those of wider scopes: the stub answers."""
        super().clear()
        self._add_operations()
        self.cleared = True

    @on_its_own
    def pop(self, name: str, default: Any = ...) -> Any:
        """Remove an override, also that of a wider scope, and return its route.

        Raises:
            KeyError: there is no route of this name, and no `default`.
        """
        self._adopt()
        taken = super().pop(name, default)
        if isinstance(taken, OperationRoute):
            self._add_operation(OPERATIONS[name]).mock()
        else:
            self.popped |= {name}
        return taken

    def snapshot(self) -> None:
        """Keep the overrides, for `rollback`; calls are the journal's, which keeps them itself."""
        self._snapshots.append((models.RouteList(self.routes), []))
        for route in self.routes:
            route.snapshot()

    @on_its_own
    def rollback(self) -> None:
        """Go back to the overrides at the last `snapshot()`; else remove those of this scope.

        Calls stay counted.
        """
        self.cleared = False
        self.popped = frozenset()
        super().rollback()
        if not self._snapshots:
            self.snapshot()

    def reset(self) -> None:
        """Count calls from here on. Overrides stay."""
        self._journal.reset()
        super().reset()

    @property
    def calls(self) -> models.CallList:
        """All calls of the running test, oldest first."""
        return models.CallList([*map(as_call, self._journal())])

    @calls.setter
    def calls(self, calls: models.CallList) -> None:
        """Drop the list that respx would keep: the journal is the one that counts."""

    def assert_all_called(self) -> None:
        """Fail if an override was not called. Overrides of wider scopes count, too.

        Raises:
            AssertionError: one was not called.
        """
        around = () if self.cleared else self._around()
        added = [route for route in all_added((self, *around)) if route.says]
        operations = [route for route in self if getattr(route, "overridden", False)]
        idle = [route for route in (*operations, *added) if not route.called]
        if idle:
            names = ", ".join(route.name or repr(route.pattern) for route in idle)
            raise AssertionError(f"Overrides that were not called: {names}.")

    # respx has it take any text; type checkers are to find a typo.
    @on_its_own
    def __getitem__(self, name: OperationName) -> OperationRoute:  # type: ignore[override]
        # Routes that authors add under a name are plain ones; the type is for the ten.
        self._adopt()
        found = self.routes[name if name in self.routes else known_operation(name).name]
        return cast("OperationRoute", found)

    def __contains__(self, route: object) -> bool:
        """Whether there is a route of this name, or this route."""
        self._adopt()
        return route in self.routes if isinstance(route, str) else any(r is route for r in self)

    def __iter__(self) -> Iterator[JournaledRoute]:
        """The routes, those of the operations first."""
        self._adopt()
        return iter(cast("Iterable[JournaledRoute]", self.routes))

    def __len__(self) -> int:
        self._adopt()
        return len(self.routes)

    def __bool__(self) -> bool:
        return True

    def _add_operations(self) -> None:
        for operation in OPERATIONS.values():
            self._add_operation(operation)

    def _add_operation(self, operation: Operation) -> respx.Route:
        name = operation.name

        def around() -> Iterator[OperationRoute]:
            wider = () if self.cleared else self._around()
            return (router.of(name) for router in wider)

        route = OperationRoute(self._journal, operation, own=self._own_of, around=around)
        return super().add(route, name=name)

    def of(self, operation: OperationName) -> OperationRoute:
        """This scope's route of an operation, whoever acts.

        Raises:
            InvalidArgument: there is no such operation.
        """
        return cast("OperationRoute", self.routes[known_operation(operation).name])

    def _adopt(self) -> None:
        """Have routes for those that wider scopes added meanwhile: they may be overridden here."""
        around = () if self.cleared else self._around()
        for route in list(all_added(around, popped=self.popped)):
            if route not in self.added() and (route.name or "") not in self.routes:
                own = JournaledRoute(self._journal, route.pattern, own=self._own_of)
                super().add(own, name=route.name)

    def _own_of(self, route: JournaledRoute) -> JournaledRoute:
        """The acting scope's route for what a route of this scope is for."""
        acting = self.own()
        if acting is self:
            return route
        if isinstance(route, OperationRoute):
            return acting.of(cast("OperationName", route.name))
        return next((own for own in acting if own == route), route)
