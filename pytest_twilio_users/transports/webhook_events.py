"""The webhooks of a scope, as authors hold them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Unpack, overload

from pytest_twilio_users.contract.arguments import refused, require_sendable, require_time
from pytest_twilio_users.contract.operations import WEBHOOK_ENABLED
from pytest_twilio_users.errors import brief, counted
from pytest_twilio_users.transports.deliveries import Deliveries
from pytest_twilio_users.transports.delivery_plans import Chosen, DeliveryPlan, Fate
from pytest_twilio_users.transports.webhook_targets import find_target, require_token
from pytest_twilio_users.wire.webhook import Webhook, sign

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class Webhooks(Sequence[Webhook]):
    """The events of the running test, oldest first, and where they are delivered.

    There are only events that a request asked for, by `X-Twilio-Webhook-Enabled: true`.
    Settings made here last until the end of the test or fixture that made them.
    """

    def __init__(self, deliveries: Deliveries) -> None:
        self._deliveries = deliveries

    def deliver_to(
        self,
        target: Any,
        *,
        url: str | None = None,
        auth_token: str | None = None,
        events: Iterable[str] | None = None,
        raise_app_exceptions: bool = True,
    ) -> None:
        """Deliver events from now on, before the client gets its answer.

        Each event goes to one target: the last one that was named for it.

        Args:
            target: an ASGI or WSGI application; a function that takes a `Webhook`, and may return
                a status or a response; or a URL on loopback.
            url: the URL to which Twilio would send. It is part of the signature, so applications
                need it.
            auth_token: the token that signs; by default the account's.
            events: which events, such as `["onUserAdded"]`; by default all.
            raise_app_exceptions: whether the test fails if the application raises an exception
                in this process.

        Raises:
            InvalidArgument: a value is not allowed.
        """
        self._deliveries.targets.append(
            find_target(
                target,
                url=url,
                auth_token=require_token(auth_token, own=self._deliveries.account.auth_token),
                events=events,
                raise_app_exceptions=raise_app_exceptions,
            )
        )

    def sign(
        self, url: str, parameters: Mapping[str, str], *, auth_token: str | None = None
    ) -> str:
        """The value of `X-Twilio-Signature` for a request of your own.

        Args:
            url: the whole URL, with its query.
            parameters: the parameters of the form.
            auth_token: the token that signs; by default the account's.

        Raises:
            InvalidArgument: it is not text, or UTF-8 can't hold it.
        """
        if not isinstance(parameters, Mapping):
            raise refused(parameters, name="parameters", allowed="a mapping of texts")
        written = {
            require_sendable(name, name="parameters"): require_sendable(
                value, name=f"parameters[{brief(name)}]"
            )
            for name, value in parameters.items()
        }
        token = require_token(auth_token, own=self._deliveries.account.auth_token)
        return sign(require_sendable(url, name="url"), written, auth_token=token)

    def lose(self, **which: Unpack[Chosen]) -> None:
        """Lose deliveries on their way: the application never gets the event.

        For Twilio, a lost `onUserUpdate` is one without an answer.

        Args:
            **which: `times`: how many; by default all. `after`: how many go well first. `every`:
                with 2, only each second one. `when`: only those for which this function of the
                webhook is true. `required`: whether the test fails if none was lost; by default
                true.

        Raises:
            InvalidArgument: a value is not allowed.
        """
        self._deliveries.plans.append(DeliveryPlan(fate=Fate.LOSE, **which))

    def repeat(self, **which: Unpack[Chosen]) -> None:
        """Deliver events twice, as if the first answer was lost.

        Args:
            **which: as for `lose`.

        Raises:
            InvalidArgument: a value is not allowed.
        """
        self._deliveries.plans.append(DeliveryPlan(fate=Fate.REPEAT, **which))

    def slow(self, seconds: float | timedelta, **which: Unpack[Chosen]) -> None:
        """Let the application's answer take this long. Nothing sleeps: the stub's clock moves on.

        Twilio waits 5 seconds. A later answer does not count.

        Args:
            seconds: seconds from 0 to a hundred years, or a timedelta.
            **which: as for `lose`.

        Raises:
            InvalidArgument: a value is not allowed.
        """
        taken = require_time(seconds, name="seconds").total_seconds()
        self._deliveries.plans.append(DeliveryPlan(fate=Fate.SLOW, seconds=taken, **which))

    def hold(self) -> None:
        """Hold back the events that follow a change, until `release`."""
        if self._deliveries.held is None:
            self._deliveries.held = []

    def release(self, order: Callable[[list[Webhook]], Iterable[Webhook]] = list) -> None:
        """Deliver the held events, and hold no more.

        Args:
            order: a function that puts them in another order, such as `reversed`. Events that it
                leaves out are lost.

        Raises:
            InvalidArgument: `order` does not return held events. Then all stay held.
        """
        by_hook = {id(each.hook): each for each in self._deliveries.held or ()}
        ordered = order([each.hook for each in by_hook.values()]) if callable(order) else None
        if not isinstance(ordered, Iterable):
            raise refused(
                order, name="order", allowed="a function that gives them in order, such as reversed"
            )
        hooks = list(ordered)
        for hook in hooks:
            if id(hook) not in by_hook:
                raise refused(hook, name="order", allowed="a function that orders what was held")
        self._deliveries.held = None
        for hook in hooks:
            self._deliveries.send(by_hook[id(hook)])

    @overload
    def __getitem__(self, index: int) -> Webhook: ...
    @overload
    def __getitem__(self, index: slice) -> list[Webhook]: ...
    def __getitem__(self, index: int | slice) -> Webhook | list[Webhook]:
        hooks = list(self._deliveries.hooks)
        try:
            return hooks[index]
        except IndexError:
            ask = "" if hooks else f" Does the request say {WEBHOOK_ENABLED.name}: true?"
            has = counted(len(hooks), "webhook")
            raise IndexError(f"There is no [{index}]: the test has {has}.{ask}") from None

    def __len__(self) -> int:
        return len(self._deliveries.hooks)

    def __eq__(self, other: object) -> bool:
        """Whether they are those of a list."""
        return list(self) == other

    __hash__ = None  # type: ignore[assignment]  # there may be more

    def __repr__(self) -> str:
        return f"<Webhooks: {counted(len(self), 'event')}>"

    def __str__(self) -> str:
        """The events as text, one line each, with their result."""
        return "\n".join(f"{number}. {hook}" for number, hook in enumerate(self, 1)) or "(none)"
