"""Twilio's refusal as an error."""

from typing import Any

import httpx


class TwilioApiError(Exception):
    """Twilio's answer is no success.

    Attributes:
        operation: what was asked for, such as "fetch_user".
        status: the HTTP status.
        code: Twilio's error code, or None if the answer had none.
        message: what Twilio said.
        more_info: the page of Twilio's documents about it, or None.
        details: what else the answer's body held.
        request, response: httpx's messages.
    """

    def __init__(self, operation: str, response: httpx.Response, problem: str = "") -> None:
        super().__init__(operation, response, problem)
        body = _json_object(response)
        code = body.get("code")
        # Problem details (RFC 9457) say detail or title for message, type for more_info.
        said = body.get("message") or body.get("detail") or body.get("title")
        more_info = body.get("more_info") or body.get("type")
        known = ("code", "message", "more_info", "status")
        self.operation = operation
        self.status: int = response.status_code
        self.code: int | None = code if isinstance(code, int) else None
        self.message = problem or str(said or first_words(response))
        self.more_info: str | None = str(more_info) if more_info else None
        self.details: dict[str, Any] = {k: v for k, v in body.items() if k not in known}
        self.response = response

    @property
    def request(self) -> httpx.Request:
        """The request that was refused."""
        return self.response.request

    def __str__(self) -> str:
        code = "" if self.code is None else f" {self.code}"
        more = f" ({self.more_info})" if self.more_info else ""
        return f"{self.operation}: {self.status}{code} {self.message}{more}"


def _json_object(response: httpx.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def first_words(response: httpx.Response) -> str:
    """The beginning of a body in one line, for a message."""
    text = " ".join(response.text.split())
    return (text if len(text) <= 200 else text[:199] + "…") or response.reason_phrase
