"""Catches the requests of aiohttp that go to Twilio's Conversations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_twilio_users.contract.hosts import HOST
from pytest_twilio_users.transports.catch import Catch, Target

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aiohttp.connector import Connection

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class AiohttpCatch(Catch):
    """While started, aiohttp's connectors connect to a backend.

    All of a session runs: middlewares, trace configurations, cookies, redirects, timeouts.
    """

    module = "aiohttp"

    def targets(self) -> Iterable[Target]:
        """The one method that gives a connection, new or kept."""
        from aiohttp.connector import BaseConnector

        return (
            Target(
                owner=BaseConnector,
                name="connect",
                is_caught=_is_for_twilio,
                answer=self._answer,
            ),
        )

    def load(self) -> None:
        """Load what speaks aiohttp's side of HTTP."""
        from pytest_twilio_users.transports.aiohttp_connection import connect

        self._connect = connect

    async def _answer(
        self,
        connector: Any,
        request: Any,
        traces: Any,
        timeout: Any,
    ) -> Connection:
        async def network() -> Connection:
            found: Connection = await connector.connect(request, traces, timeout)
            return found

        return self._connect(self._transport, connector, request, network=network, timeout=timeout)


def _is_for_twilio(connector: Any, request: Any, *_: Any, **__: Any) -> bool:
    if HOST.fullmatch(request.url.raw_host or "") is None:
        return False
    from aiohttp.connector import TCPConnector

    return isinstance(connector, TCPConnector)  # the others never leave the machine
