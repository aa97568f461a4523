"""Delivers the webhooks of a scope to its targets."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock

from pytest_twilio_users.contract.webhooks import SECONDS, SOURCE, Event
from pytest_twilio_users.errors import KitError, brief
from pytest_twilio_users.faults.which import Turns
from pytest_twilio_users.state.account import Account
from pytest_twilio_users.state.store import StoredUser
from pytest_twilio_users.transports.delivery_plans import DeliveryPlan, Fate
from pytest_twilio_users.transports.webhook_calls import NO_ANSWER, Delivered
from pytest_twilio_users.transports.webhook_targets import ANY_URL, Target
from pytest_twilio_users.wire.journal import Exchange
from pytest_twilio_users.wire.messages import Request
from pytest_twilio_users.wire.webhook import Webhook, sign

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

DEEPEST = 10
"""How many webhooks may be under way of which each caused the next."""

_depth: ContextVar[int] = ContextVar("depth", default=0)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Delivery:
    """An event, and the target that it is for."""

    hook: Webhook
    target: Target


@dataclass(kw_only=True, slots=True, eq=False)
class Deliveries:
    """The events of a scope, oldest first, with its settings for their delivery.

    `journal` has the exchanges. `counting` gives those whose targets and plans count, the
    nearest first; this one alone if None. `let_pass` moves the stub's clock on, `tell` hears
    of webhooks in which an application raised. The last `limit` events are kept; None: all.
    While something is held, `held` has it.
    """

    account: Account
    journal: Iterable[Exchange] = ()
    counting: Callable[[], Iterable["Deliveries"]] | None = None
    let_pass: Callable[[timedelta], None] = lambda _: None
    tell: Callable[[Webhook], None] = lambda _: None
    limit: int | None = None
    hooks: deque[Webhook] = field(init=False)
    targets: list[Target] = field(default_factory=list)
    plans: list[DeliveryPlan] = field(default_factory=list)
    held: list[Delivery] | None = None
    _new: list[Delivery] = field(default_factory=list, init=False)
    _turns: dict[DeliveryPlan, Turns] = field(default_factory=dict, init=False)
    _lock: Lock = field(default_factory=Lock, init=False)

    def __post_init__(self) -> None:
        self.hooks = deque(maxlen=self.limit)

    def note(self, event: Event, user: StoredUser, request: Request) -> Webhook:
        """Note an event, to be delivered soon."""
        found = (t for each in self._counting() for t in reversed(each.targets))
        target = next((target for target in found if event.name in target.events), None)
        url, token = (target.url, target.auth_token) if target else (ANY_URL, None)
        parameters = _parameters(event, user, self.account.sid)
        hook = Webhook(
            parameters=parameters,
            url=url,
            signature=sign(url, parameters, auth_token=token or self.account.auth_token),
            request=request,
            journal=self.journal,
        )
        with self._lock:
            self.hooks.append(hook)
            self._new += [Delivery(hook=hook, target=target)] if target else []
        return hook

    def has_targets(self) -> bool:
        """Whether an event of this moment may be delivered to somebody."""
        return any(each.targets for each in self._counting())

    def is_new(self, request: Request) -> bool:
        """Whether there is an event of a request to be delivered."""
        return any(delivery.hook.request is request for delivery in self._new)

    def deliver_before(self, request: Request) -> bool:
        """Deliver what is told before a change; tells whether the change may be made."""
        deliveries = self._take_new(request)
        for delivery in deliveries:
            self.send(delivery)
        return all((delivery.hook.status or 200) < 400 for delivery in deliveries)

    def deliver_after(self, request: Request) -> None:
        """Deliver what is told after a change, unless it is to be held."""
        for delivery in self._take_new(request):
            held = next((each.held for each in self._counting() if each.held is not None), None)
            if held is None:
                self.send(delivery)
            else:
                held.append(delivery)

    def send(self, delivery: Delivery) -> None:
        """Deliver an event to its target, as planned."""
        target, hook = delivery.target, delivery.hook
        plan = self._plan_for(hook)
        fate = plan.fate if plan else None
        if fate is Fate.LOSE:
            hook.note(None, error="lost")
            return
        with _deeper(hook):
            delivered = target.send(hook)
            if fate is Fate.REPEAT:
                delivered = target.send(hook)
        if plan and fate is Fate.SLOW:
            delivered = self._late(delivered, plan.seconds)
        hook.note(delivered.response, error=delivered.error, traceback=delivered.traceback)
        if delivered.traceback and target.raise_app_exceptions:
            self.tell(hook)

    def take_unmet(self) -> list[str]:
        """The plans that no delivery met, each told once."""
        return [str(plan) for plan in self.plans if plan.take_unmet()]

    def _counting(self) -> Iterable["Deliveries"]:
        return (self,) if self.counting is None else self.counting()

    def _take_new(self, request: Request) -> list[Delivery]:
        with self._lock:
            found = [new for new in self._new if new.hook.request is request]
            self._new = [new for new in self._new if new not in found]
        return found

    def _plan_for(self, hook: Webhook) -> DeliveryPlan | None:
        plans = (plan for each in self._counting() for plan in each.plans)
        with self._lock:
            return next((plan for plan in plans if self._takes(plan, hook)), None)

    def _takes(self, plan: DeliveryPlan, hook: Webhook) -> bool:
        """Whether it is a delivery's turn; plans of wider scopes begin anew for this one."""
        turns = self._turns.setdefault(plan, Turns(plan))
        return (plan.when is None or bool(plan.when(hook))) and turns.take()

    def _late(self, delivered: Delivered, seconds: float) -> Delivered:
        self.let_pass(timedelta(seconds=min(seconds, SECONDS)))
        if seconds <= SECONDS:
            return delivered
        return replace(delivered, response=None, error=NO_ANSWER)


@contextmanager
def _deeper(hook: Webhook) -> Iterator[None]:
    depth = _depth.get() + 1
    if depth > DEEPEST:
        raise KitError(
            f"{hook['EventType']} of {brief(hook['Identity'])} is the {depth}th webhook in a"
            " row, each caused by the one before: the application changes users while it"
            " handles a webhook. Leave X-Twilio-Webhook-Enabled out of those requests."
        )
    token = _depth.set(depth)
    try:
        yield
    finally:
        _depth.reset(token)


def _parameters(event: Event, user: StoredUser, account_sid: str) -> dict[str, str]:
    told = {"AccountSid": account_sid, "EventType": event.name, "Source": SOURCE}
    found = {name: getattr(user, attribute) for name, attribute in event.parameters}
    return told | {name: _write(value) for name, value in found.items() if value is not None}


def _write(value: object) -> str:
    """A value as a form has it."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"
    return str(value).lower() if isinstance(value, bool) else str(value)
