"""Asks a live account: each request in its turn, again where that is safe."""

import re
from collections.abc import Callable
from dataclasses import replace

from pytest_twilio_users.contract.hosts import ORIGIN
from pytest_twilio_users.live.ending import told_to_end
from pytest_twilio_users.live.live_account import LiveAccount
from pytest_twilio_users.live.pacing import Limits, Pace, Timing
from pytest_twilio_users.live.retrying import SendOnce, retry
from pytest_twilio_users.wire.codec import json_object
from pytest_twilio_users.wire.messages import Live, Request, Response


class Access:
    """Sends requests to the account's base URL. Safe for threads; waits by `timing` alone."""

    def __init__(
        self, send: SendOnce, account: LiveAccount, *, limits: Limits, timing: Timing
    ) -> None:
        self.account = account
        self.limits = limits
        self.timing = timing
        self._send = send
        self._pace = Pace(limits, timing)

    def ask(self, request: Request, *, before: Callable[[], None] = lambda: None) -> Response:
        """Send a request and give the answer, whose links name the origin that was asked.

        `before` is called before each attempt.

        Raises:
            Lost: there was no answer.
        """
        sent = replace(request, origin=self._origin(request.origin))
        request.note_answerer(Live(origin=sent.origin))
        reads = request.method == "GET"

        def attempt() -> Response:
            with self._pace.turn(change=not reads):
                if not self.timing.left():
                    raise told_to_end()
                before()
                began = self.timing.clock()
                response = self._send(sent)
                took = self.timing.clock() - began
                request.note_answerer(Live(origin=sent.origin, seconds=took))
                return response

        answer = retry(
            attempt,
            repeatable=reads or request.method == "DELETE",
            deadline=self.limits.deadline,
            timing=self.timing,
        )
        return self.show(answer, request.origin)

    def _origin(self, asked: str) -> str:
        """Where to send: to the region and edge of Twilio's that was asked, else the base URL."""
        base = self.account.base_url
        return asked if ORIGIN.fullmatch(asked) and ORIGIN.fullmatch(base) else base

    def ask_own(self, method: str, target: str) -> Response:
        """Ask with the configured credentials.

        Raises:
            Lost: there was no answer.
        """
        return self.ask(
            Request(
                method=method,
                origin=self.account.base_url,
                target=target,
                headers=(("accept", "application/json"),),
                authorization=self.account.authorization,
            )
        )

    def show(self, response: Response, origin: str) -> Response:
        """Have the links of an answer name the origin that was asked."""
        base = self.account.base_url
        if origin == base:
            return response
        # In the fields that hold links, and there alone: what authors write is theirs.
        written = re.escape(base.encode()).replace(b"/", rb"\\?/")
        links = rb'("(?:\w*url|user_conversations)"\s*:\s*")' + written + rb'(?=[\\/?"])'
        body = re.sub(links, lambda found: found[1] + origin.encode(), response.body)
        if body == response.body:
            return response
        headers = tuple(header for header in response.headers if header[0] != "content-length")
        return replace(response, headers=headers, body=body)


def sid_of(found: Response) -> str:
    """The SID of a user that was fetched; an empty text if it can't be read."""
    return str((json_object(found) or {}).get("sid") or "")


def is_missing(response: Response) -> bool:
    """Whether Twilio itself says that there is no such user, and not a proxy on the way."""
    return response.status == 404 and json_object(response) is not None


def is_gone(response: Response) -> bool:
    """Whether the user is gone after a delete that was answered so."""
    return response.status == 204 or is_missing(response)
