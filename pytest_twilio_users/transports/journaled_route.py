"""A route of respx whose calls are read from the test's journal."""

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

import httpx
import respx
from respx import models
from respx.patterns import M

from pytest_twilio_users.contract.arguments import require_flag, require_whole
from pytest_twilio_users.contract.literals import RefusalName
from pytest_twilio_users.errors import InvalidArgument, brief
from pytest_twilio_users.faults.fault import Fault
from pytest_twilio_users.faults.fault_plan import FaultPlan
from pytest_twilio_users.transports.effects import InTurn, is_response, plan, refusing
from pytest_twilio_users.transports.httpx_messages import (
    at_twilio,
    to_httpx_request,
    to_httpx_response,
)
from pytest_twilio_users.transports.planned_refusals import planned_refusal
from pytest_twilio_users.wire.calling_line import Line, calling_line
from pytest_twilio_users.wire.journal import Exchange, Journal

if TYPE_CHECKING:
    import httpx2

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


F = TypeVar("F", bound=Callable[..., Any])

_ANSWER = (
    *("_pattern", "_name", "_return_value", "_side_effect", "_pass_through"),  # respx's names
    *("says", "set_at", "plans"),
)


def on_its_own(change: F) -> F:
    """Have a method of a router or a route change that of the acting scope.

    A wide fixture may hand on its own. What a test changes by it ends with the test.
    """

    @wraps(change)
    def change_own(self: Any, *args: Any, **kwargs: Any) -> Any:
        return change(self.own(), *args, **kwargs)

    return cast("F", change_own)


class JournaledRoute(respx.Route):
    """A route whose calls are read from the test's journal.

    So it knows what happened before it was looked at, and a route that a wide
    fixture made counts the calls of the running test.

    `says` tells whether it was given an answer, be it to leave all to the stub: until
    then, the routes of wider scopes count. `set_at` is the line that gave it.
    """

    def __init__(
        self,
        journal: "SinceReset",
        *patterns: Any,
        own: "Callable[[JournaledRoute], JournaledRoute]",
        **lookups: Any,
    ) -> None:
        self._journal = copy(journal)
        self._own = own
        self.says = False
        self.set_at: Line | None = None
        self.plans: tuple[FaultPlan, ...] = ()
        """The faults that requests are to meet, in front of the answer."""
        self._kept: list[dict[str, Any]] = []
        # What respx's own does, but for its list of calls: see `snapshot`.
        self._pattern = M(*patterns, **lookups)
        self._name = self._return_value = self._side_effect = None
        self._pass_through = False
        self.snapshot()

    def own(self) -> Self:
        """The acting scope's route for the same requests."""
        return cast("Self", self._own(self))

    # Its answer

    @on_its_own
    def mock(
        self,
        return_value: "httpx.Response | httpx2.Response | None" = None,
        *,
        side_effect: Any = None,
    ) -> Self:
        """Answer with a response or a side effect. Without arguments, the stub answers again.

        This also removes planned faults.

        Args:
            return_value: the answer to each request, a response of httpx or httpx2.
            side_effect: an exception; a function of the `httpx.Request` (it may be async for
                async clients); or a list of exceptions, functions and responses, one for each
                request. A function returns a response, or None: then the stub answers, or the
                request itself: then it passes to the network.

        Raises:
            InvalidArgument: it is none of these.
        """
        if return_value is None and side_effect is None:
            self.plans = ()
        self.return_value = return_value
        self.side_effect = side_effect
        return self

    def refuse(
        self,
        name: RefusalName | int,
        *,
        times: int | None = None,
        headers: Mapping[str, str] | None = None,
        status: int | None = None,
        message: str = "",
    ) -> Self:
        """Refuse requests as Twilio would: `refuse("too_many_requests", times=2)`.

        Args:
            name: the refusal, such as "too_many_requests", "internal_error", "unavailable"; or
                any code of Twilio's, such as 50433.
            times: how often, from 1; then the stub answers again. For the whole test if None.
            headers: more headers, such as `{"Retry-After": "2"}`.
            status: the HTTP status, from 400 to 599; only for a code that the kit does not know.
            message: the error text; only for such a code.

        Raises:
            InvalidArgument: there is no such refusal, or an argument is not allowed.
        """
        if times is not None:
            require_whole(times, name="times", least=1, instead=", or None")
        return self.mock(
            side_effect=refusing(
                planned_refusal(name, status=status, message=message),
                times=times,
                headers={} if headers is None else headers,
            )
        )

    def fail(
        self,
        fault: Fault,
        *,
        times: int | None = None,
        after: int = 0,
        every: int = 1,
        when: Callable[[httpx.Request], object] | None = None,
        required: bool = True,
    ) -> Self:
        """Plan a fault: `fail(faults.answer_lost(), times=1)`.

        The fault happens whether the stub or an override answers. A route of your own without
        an answer leaves that to the stub. Several plans add up: a request meets the first one
        that fits it. `.mock()` removes the plans.

        Args:
            fault: one of `pytest_twilio_users.faults`.
            times: how often, from 1; always if None.
            after: how many requests go well first, from 0.
            every: with 2, only each second request after these; from 1.
            when: a function of the `httpx.Request`. A request for which it returns false goes
                well, and does not count.
            required: whether the test fails at its end if no request met the fault.

        Raises:
            InvalidArgument: a value is not allowed, or no request of this route can meet
                the fault.
        """
        return self.add_plan(
            FaultPlan(
                fault=fault,
                times=times,
                after=after,
                every=every,
                when=when,
                required=required,
                place=str(calling_line() or ""),
            )
        )

    @on_its_own
    def add_plan(self, plan: FaultPlan) -> Self:
        """Plan a fault that is described already, behind those that are planned.

        Raises:
            InvalidArgument: no request of this route can meet the fault.
        """
        self._require_fitting(plan.fault)
        self.plans = (*self.plans, plan)
        return self

    def _require_fitting(self, fault: Fault) -> None:
        """Refuse a fault that no request of the route can meet; here any may."""

    @property
    def return_value(self) -> Any:
        """The response that is the answer, or None."""
        return self._return_value

    @return_value.setter
    @on_its_own
    def return_value(self, return_value: Any) -> None:
        if return_value is not None and not is_response(return_value):
            raise InvalidArgument(
                f"return_value={brief(return_value)}: give an httpx.Response, or in short:"
                " .respond(502, json={…})."
            )
        self.pass_through(value=False)
        self._return_value = return_value

    @property
    def side_effect(self) -> Any:
        """The side effect that has the answer, or None."""
        return self._side_effect

    @side_effect.setter
    @on_its_own
    def side_effect(self, side_effect: Any) -> None:
        planned = plan(side_effect)
        self.pass_through(value=False)
        self._side_effect = planned

    @on_its_own
    def pass_through(self, value: bool = True) -> Self:  # noqa: FBT001, FBT002  # respx's signature
        """Let requests pass through to the network.

        Raises:
            InvalidArgument: `value` is not a boolean.
        """
        self._pass_through = require_flag(value, name="value")
        self.says, self.set_at = True, calling_line()
        return self

    @property
    def effect(self) -> Any:
        """What answers: the side effect, else the response; None if neither does."""
        return self._return_value if self._side_effect is None else self._side_effect

    def groups_of(self, request: httpx.Request) -> Mapping[str, str] | None:
        """What the pattern takes out of a request; None if it does not match.

        A request that came to a server matches by Twilio's address, too.
        """
        match = self.pattern.match(request)
        if not match and (sent := at_twilio(request)):
            match = self.pattern.match(sent)
        return match.context if match else None

    def snapshot(self) -> None:
        """Keep the answer, for `rollback`.

        respx's own keeps a list of calls, too, a mock: that costs more than all else of a route.
        """
        self._kept.append({name: getattr(self, name) for name in _ANSWER})

    def rollback(self) -> None:
        """Go back to the answer that was kept last; without one, to none."""
        for name, value in (self._kept.pop() if self._kept[1:] else self._kept[0]).items():
            setattr(self, name, value)
        self.plans = tuple(map(replace, self.plans))  # they begin anew, as effects do
        kept: Any = self._side_effect
        if isinstance(kept, InTurn):
            kept = kept.anew()
        self._side_effect = kept

    # Its calls

    @property
    def calls(self) -> models.CallList:
        """The calls of this route in the running test, oldest first."""
        return models.CallList([*map(as_call, self._exchanges())])

    @calls.setter
    def calls(self, calls: models.CallList) -> None:
        """Drop the list that respx would keep: the journal is the one that counts."""

    @property
    def called(self) -> bool:
        """Whether the route was called in the running test."""
        return self.call_count > 0

    @property
    def call_count(self) -> int:
        """How often the route was called in the running test, by the exchanges that are kept."""
        return len(self._exchanges())

    def reset(self) -> None:
        """Count calls from here on. The answer stays."""
        self._journal.reset()

    def _exchanges(self) -> list[Exchange]:
        return [
            exchange
            for exchange in self._journal()
            if self.groups_of(to_httpx_request(exchange.request)) is not None
        ]


class SinceReset:  # copied by routes, which begin where their router was reset last
    """Gives the journal of the running test, from the last reset in it on."""

    def __init__(self, journal: Callable[[], Journal]) -> None:
        self._journal = journal
        self._reset: tuple[Journal, int] | None = None

    def reset(self) -> None:
        """Begin here."""
        journal = self._journal()
        self._reset = journal, len(journal)

    def __call__(self) -> Journal:
        """The journal."""
        journal = self._journal()
        # A reset ends with its test.
        if self._reset is None or self._reset[0] is not journal:
            return journal
        return journal.since(self._reset[1])


def as_call(exchange: Exchange) -> models.Call:
    """An exchange as respx has calls."""
    request = to_httpx_request(exchange.request)
    came = exchange.response
    response = None if came is None else to_httpx_response(came, request)
    return models.Call(request=request, optional_response=response)
