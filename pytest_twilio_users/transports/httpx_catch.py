"""Catches the requests of every httpx client in the process that go to Twilio's Conversations."""

from collections.abc import Iterable

import httpx

from pytest_twilio_users.contract.hosts import HOST
from pytest_twilio_users.transports.catch import Catch, Target


class HttpxCatch(Catch):
    """While started, httpx's network transports hand these requests to a backend."""

    module = "httpx"

    def targets(self) -> Iterable[Target]:
        """The two network transports of httpx."""
        return (
            (httpx.HTTPTransport, "handle_request", self._answer),
            (httpx.AsyncHTTPTransport, "handle_async_request", self._answer_async),
        )

    def _answer(self, _: object, request: httpx.Request) -> httpx.Response | None:
        if HOST.fullmatch(request.url.host):
            return self._transport.answer(request)
        return None

    async def _answer_async(self, _: object, request: httpx.Request) -> httpx.Response | None:
        if HOST.fullmatch(request.url.host):
            return await self._transport.answer_async(request)
        return None
