"""What a client sends its requests with: httpx, or a library with its interface, such as httpx2."""

import base64
from collections.abc import Callable
from typing import Any, Protocol, cast

import httpx

from pytest_twilio_users.wire.messages import Headers

Authenticate = Callable[[Any], Any]
"""Puts the credentials on a request, and gives it back."""


class Answer(Protocol):
    """What tells an answer from the promise of one."""

    @property
    def status_code(self) -> int:
        """The HTTP status."""
        ...


class HttpClient(Protocol):
    """An `httpx.Client`, an `httpx2.Client`, or what can be used like them."""

    def build_request(
        self, method: str, url: str, *, content: bytes | None, headers: Headers
    ) -> Any:
        """Make a request, with the client's own headers and cookies."""
        ...

    def send(self, request: Any, *, auth: Authenticate) -> Answer:
        """Send such a request."""
        ...

    def close(self) -> None:
        """Close the connections."""
        ...


class AsyncHttpClient(Protocol):
    """An `httpx.AsyncClient`, an `httpx2.AsyncClient`, or what can be used like them."""

    def build_request(
        self, method: str, url: str, *, content: bytes | None, headers: Headers
    ) -> Any:
        """Make a request, with the client's own headers and cookies."""
        ...

    async def send(self, request: Any, *, auth: Authenticate) -> Answer:
        """Send such a request."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...


def as_httpx(answer: Answer) -> httpx.Response:
    """The answer, by the type of httpx's: whatever library it is of, it reads like that."""
    return cast("httpx.Response", answer)


def basic_auth(username: str, password: str) -> Authenticate:
    """HTTP's basic authentication, for any such library; no repr shows the password."""
    authorization = f"Basic {base64.b64encode(f'{username}:{password}'.encode()).decode()}"

    def authenticate(request: Any) -> Any:
        request.headers["Authorization"] = authorization
        return request

    return authenticate
