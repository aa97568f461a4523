"""Who answers: the backend of the mode that the acting scope is in."""

from collections.abc import Callable

from pytest_twilio_users.backends import Backend
from pytest_twilio_users.handle.conversations import Conversations
from pytest_twilio_users.scopes.isolation import Isolation
from pytest_twilio_users.settings import Mode
from pytest_twilio_users.wire.messages import Request, Response

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class ModeBackend:
    """Hands each request to the stub, to the account, or to the acting scope's conversation."""

    def __init__(
        self,
        isolation: Isolation,
        *,
        stub: Backend,
        live: Callable[[], Backend],
        conversations: Conversations,
    ) -> None:
        self._isolation = isolation
        self._stub = stub
        self._live = live
        self._conversations = conversations

    @property
    def waits(self) -> bool:
        """Whether an answer takes the time that a network takes."""
        return self._isolation.current.settings.mode.is_live

    def handle(self, request: Request) -> Response:
        """Answer a request."""
        scope = self._isolation.current
        mode = scope.settings.mode
        if mode is Mode.STUB:
            return self._stub.handle(request)
        if mode is Mode.LIVE:
            return self._live().handle(request)
        return self._conversations.answer(scope, request)
