"""Catches the requests of urllib3 (also used by requests) to Twilio's Conversations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_twilio_users.contract.hosts import HOST, leads_to_twilio
from pytest_twilio_users.transports.catch import Catch, Target

if TYPE_CHECKING:
    from collections.abc import Iterable

    from urllib3.connectionpool import HTTPConnectionPool
    from urllib3.response import HTTPResponse

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class Urllib3Catch(Catch):
    """While started, urllib3's pools of connections ask a backend.

    What lies above still runs: of requests its sessions, adapters, hooks, cookies and
    redirects; of urllib3 its managers and proxies. `Retry` retries, without its pauses.
    """

    module = "urllib3"

    def targets(self) -> Iterable[Target]:
        """The one method that sends."""
        from urllib3.connectionpool import HTTPConnectionPool

        return (
            Target(
                owner=HTTPConnectionPool,
                name="urlopen",
                is_caught=_is_for_twilio,
                answer=self._answer,
            ),
        )

    def load(self) -> None:
        """Load what knows urllib3's messages and errors."""
        from pytest_twilio_users.transports.urllib3_retries import answer

        self._answer_pool = answer

    def _answer(
        self, pool: HTTPConnectionPool, method: str, url: str, *args: Any, **given: Any
    ) -> HTTPResponse | None:
        return self._answer_pool(self._transport, pool, method, url, *args, **given)


def _is_for_twilio(pool: HTTPConnectionPool, method: str, url: str, *_: Any, **__: Any) -> bool:  # noqa: ARG001
    # By way of a proxy without TLS, the pool is the proxy's, and the URL a whole one.
    return HOST.fullmatch(pool.host or "") is not None or ("://" in url and leads_to_twilio(url))
