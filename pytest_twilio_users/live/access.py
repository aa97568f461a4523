"""The way to a live account: paced, and with what may be sent again sent again."""

import base64
import random
import re
from collections.abc import Callable
from dataclasses import replace

from pytest_twilio_users.contract.hosts import ORIGIN
from pytest_twilio_users.contract.models import JsonObject
from pytest_twilio_users.live.pacing import Pace
from pytest_twilio_users.live.rails import Rails
from pytest_twilio_users.live.retrying import Retrying, Send
from pytest_twilio_users.wire.codec import encode_segment
from pytest_twilio_users.wire.messages import Request, Response, Secret


class Access:
    """Sends requests to the account's base URL. Safe for threads; waits by `sleep` alone."""

    def __init__(
        self,
        send: Send,
        *,
        base_url: str,
        username: str,
        password: str,
        rails: Rails,
        sleep: Callable[[float], None],
        clock: Callable[[], float],
        random: random.Random,
    ) -> None:
        self.base_url = base_url
        self.username = username
        self.has_password = bool(password)
        self.sleep = sleep
        self.clock = clock
        self._send = send
        basic = base64.b64encode(f"{username}:{password}".encode())
        self._authorization = Secret(f"Basic {basic.decode()}")
        self._retrying = Retrying(deadline=rails.deadline, sleep=sleep, clock=clock, random=random)
        self._pace = Pace(
            changes_per_second=rails.changes_per_second,
            concurrency=rails.concurrency,
            sleep=sleep,
            clock=clock,
        )

    def ask(self, request: Request, *, before: Callable[[], None] = lambda: None) -> Response:
        """Send a request and give the answer; `before` is called before each attempt.

        Links in the answer name the origin that was asked.

        Raises:
            Lost: there was no answer.
        """
        sent = replace(request, origin=self._origin(request.origin))
        reads = request.method == "GET"

        def attempt() -> Response:
            with self._pace.turn(change=not reads):
                before()
                return self._send(sent)

        repeatable = reads or request.method == "DELETE"
        return self.show(self._retrying.send(attempt, repeatable=repeatable), request.origin)

    def _origin(self, asked: str) -> str:
        """Where to send: to the region and edge of Twilio's that was asked, else the base URL."""
        both = ORIGIN.fullmatch(asked) and ORIGIN.fullmatch(self.base_url)
        return asked if both else self.base_url

    def ask_own(self, method: str, target: str) -> Response:
        """Ask with the configured credentials.

        Raises:
            Lost: there was no answer.
        """
        return self.ask(
            Request(
                method=method,
                origin=self.base_url,
                target=target,
                headers=(("accept", "application/json"),),
                authorization=self._authorization,
            )
        )

    def show(self, response: Response, origin: str) -> Response:
        """Have the links of an answer name the origin that was asked."""
        if origin == self.base_url:
            return response
        # In the fields that hold links, and there alone: what authors write is theirs.
        base = re.escape(self.base_url.encode()).replace(b"/", rb"\\?/")
        links = rb'("(?:\w*url|user_conversations)"\s*:\s*")' + base + rb'(?=[\\/?"])'
        body = re.sub(links, lambda found: found[1] + origin.encode(), response.body)
        if body == response.body:
            return response
        headers = tuple(header for header in response.headers if header[0] != "content-length")
        return replace(response, headers=headers, body=body)


def users_path(service_sid: str | None, user: str | None = None) -> str:
    """The path of a service's users, or of one of them; None is the default service."""
    users = f"/v1/Services/{service_sid}/Users" if service_sid else "/v1/Users"
    return f"{users}/{encode_segment(user)}" if user else users


def json_object(response: Response) -> JsonObject | None:
    """The body, if it is a JSON object."""
    try:
        body = response.json()
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def is_missing(response: Response) -> bool:
    """Whether Twilio itself says that there is no such user, and not a proxy on the way."""
    return response.status == 404 and json_object(response) is not None
