"""Finds the override or fault that a request meets."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING, Any

import httpx

from pytest_twilio_users.contract.operations import OPERATIONS
from pytest_twilio_users.errors import KitError
from pytest_twilio_users.faults.fault_table import fits, is_of_state
from pytest_twilio_users.faults.which import Turns
from pytest_twilio_users.settings import Mode
from pytest_twilio_users.transports.effects import InTurn, come_to
from pytest_twilio_users.wire.messages import Planned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pytest_twilio_users.contract.literals import OperationName
    from pytest_twilio_users.faults.fault import Fault
    from pytest_twilio_users.faults.fault_plan import FaultPlan
    from pytest_twilio_users.transports.journaled_route import JournaledRoute
    from pytest_twilio_users.transports.routes import UsersRouter
    from pytest_twilio_users.wire.calling_line import Line

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class TakenFault:
    """A fault that a request meets, by the plan that has it."""

    def __init__(self, plan: FaultPlan, turns: Turns, lock: Lock) -> None:
        self.plan = plan
        self._turns = turns
        self._lock = lock

    def give_back(self) -> None:
        """It could not happen to this request: leave it to the next."""
        with self._lock:
            self._turns.give_back()


@dataclass(frozen=True, slots=True)
class Override(Planned):
    """What a route said when a request met it, and the line that had it say so."""

    route: JournaledRoute
    set_at: Line | None

    def __str__(self) -> str:
        of = f" of {self.route.name}" if self.route.name else ""
        return f"the override{of}" + (f", set at {self.set_at}" if self.set_at else "")


class Overrides:
    """Those that count for one scope: its own, else those of the scopes around it.

    Effects that take turns, and planned faults, begin anew for each scope. So a test has
    the whole of what a module's fixture set up, however many tests met it before.
    """

    def __init__(
        self, routers: Callable[[], Iterable[UsersRouter]], *, mode: Mode = Mode.STUB
    ) -> None:
        """Set up for a scope; `routers` gives those that count, the narrowest scope's first."""
        self._routers = routers
        self._mode = mode
        self._begun: dict[InTurn, tuple[Iterator[Any], Lock]] = {}
        self._turns: dict[FaultPlan, Turns] = {}
        self._lock = Lock()

    def take_fault(
        self, request: httpx.Request, operation: OperationName | None
    ) -> TakenFault | None:
        """The planned fault whose turn it is, if there is one; with that, its turn is over.

        Raises:
            BaseException: the predicate of a plan raises it.
            KitError: it is a fault of the stub's state, and something else answers.
        """
        action = OPERATIONS[operation].action if operation else None
        for plan in self._plans(request, operation):
            if fits(plan.fault, action) and (plan.when is None or plan.when(request)):
                with self._lock:
                    turns = self._turns.setdefault(plan, Turns(plan))
                    if turns.take():
                        self._require_state(plan.fault)
                        return TakenFault(plan, turns, self._lock)
        return None

    def _require_state(self, fault: Fault) -> None:
        if is_of_state(fault) and self._mode is not Mode.STUB:
            raise KitError(
                f"{fault!r} works only on the stub, and the mode is {self._mode.value}. Run this"
                ' test on the stub only: @pytest.mark.twilio_users(modes=("stub",)).'
            )

    def _plans(
        self, request: httpx.Request, operation: OperationName | None
    ) -> Iterator[FaultPlan]:
        """The plans of all routes that the request is for, those of the narrowest scope first.

        As with overrides, what a scope says of an operation hides what wider ones do.
        """
        routers = self._counting()
        for route in all_added(routers):
            if route.plans and route.groups_of(request) is not None:
                yield from route.plans
        said = (router.of(operation) for router in routers) if operation else ()
        for operations in said:
            yield from operations.plans
            if operations.says:
                break

    def answer(
        self,
        request: httpx.Request,
        operation: OperationName | None,
        *,
        on_met: Callable[[Override], None] = lambda _: None,
    ) -> Any:
        """What an author's route has for the request.

        A response, an awaitable of one, the request itself to let it pass, or None
        to leave it to the stub. `operation` is the name of the one asked for, if it is one;
        `on_met` hears of each route that is asked, before.

        Raises:
            BaseException: the effect is an error, or its function raises it.
            KitError: effects are used up.
        """
        for route, groups in self._matching(request, operation):
            on_met(Override(route, route.set_at))
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
        for route in all_added(routers):
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
        is_operations = route.name in OPERATIONS
        if isinstance(effect, InTurn):
            asked = route.name if is_operations else f"{request.method} {request.url.path}"
            effect = self._next(effect, str(asked))
        elif effect is None and not is_operations:
            # As respx does; of one that is but planned to fail, what stands behind it answers.
            return None if route.plans else httpx.Response(200)
        return come_to(effect, request, route=route, groups=groups)

    def _next(self, effects: InTurn, asked: str) -> Any:
        try:
            with self._lock:  # applications send from many threads
                if effects not in self._begun:
                    self._begun[effects] = effects.begin(), Lock()
                begun, turn = self._begun[effects]
            with turn:  # which may take its time
                return next(begun)
        except StopIteration:
            raise KitError(
                f"{asked}: the route's side effects are used up. Give it one for each request,"
                " or a function."
            ) from None


def all_added(
    routers: Iterable[UsersRouter], *, popped: Iterable[str] = ()
) -> Iterator[JournaledRoute]:
    """The routes that authors added, the narrowest scope's first, without those they popped."""
    gone = {*popped}
    for router in routers:
        yield from (route for route in router.added() if route.name not in gone)
        gone |= router.popped
