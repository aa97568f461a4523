"""Twilio's refusal as an exception."""

from functools import cached_property
from typing import Any

import httpx

from pytest_twilio_users.contract.arguments import refused, require_text
from pytest_twilio_users.errors import cut, printable
from pytest_twilio_users.transports.httpx_messages import (
    from_httpx_response,
    to_httpx_request,
    to_httpx_response,
)
from pytest_twilio_users.wire.codec import json_object
from pytest_twilio_users.wire.messages import Request, Response

Answered = httpx.Response | tuple[Request, Response]
"""An answer as httpx or its kin gave it, or the pair of messages where neither took part."""


class TwilioApiError(Exception):
    """Twilio's answer is an error, or breaks the contract.

    `request` and `response` are the messages of httpx, or of httpx2 if that sent them.

    Attributes:
        operation: the operation, such as "fetch_user".
        status: the HTTP status.
        code: Twilio's error code, or None if the answer has none.
        message: Twilio's error text, or what is wrong with the answer.
        more_info: the page of Twilio's documents about the error, or None.
        details: all other keys of the answer's JSON.
    """

    def __init__(self, operation: str, answered: Answered, problem: str = "") -> None:
        if not isinstance(answered, tuple) and not hasattr(answered, "status_code"):
            raise refused(answered, name="answered", allowed="a response of httpx or httpx2")
        for name, text in (("operation", operation), ("problem", problem)):
            require_text(text, name=name)
        super().__init__(operation, answered, problem)
        self._answered = answered
        response = answered[1] if isinstance(answered, tuple) else from_httpx_response(answered)
        body = json_object(response) or {}
        code = body.get("code")
        # Problem details (RFC 9457) say detail or title for message, type for more_info.
        said = body.get("message") or body.get("detail") or body.get("title")
        more_info = body.get("more_info") or body.get("type")
        known = ("code", "message", "more_info", "status")
        self.operation = operation
        self.status = response.status
        self.code: int | None = code if isinstance(code, int) else None
        self.message = problem or str(
            said or first_words(self.response.text) or self.response.reason_phrase
        )
        self.more_info: str | None = str(more_info) if more_info else None
        self.details: dict[str, Any] = {k: v for k, v in body.items() if k not in known}

    @cached_property
    def response(self) -> httpx.Response:
        """The answer that was an error."""
        if not isinstance(self._answered, tuple):
            return self._answered
        request, response = self._answered
        return to_httpx_response(response, to_httpx_request(request))

    @property
    def request(self) -> httpx.Request:
        """The request that got the answer."""
        return self.response.request

    def __repr__(self) -> str:
        # The messages may hold somebody's data.
        return f"<{type(self).__name__} {self.operation}: {self.status} {self.code}>"

    def __str__(self) -> str:
        code = "" if self.code is None else f" {self.code}"
        more = f" ({self.more_info})" if self.more_info else ""
        return printable(f"{self.operation}: {self.status}{code} {self.message}{more}")


def first_words(text: str) -> str:
    """The beginning of a body in one line, for a message."""
    return cut(" ".join(text.split()), longest=200)
