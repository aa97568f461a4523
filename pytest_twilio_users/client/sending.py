"""What a client sends its requests with: httpx, or a library with its interface, such as httpx2."""

from collections.abc import Callable
from typing import Any, Protocol

from pytest_twilio_users.wire.messages import Headers


class _Sender(Protocol):
    def build_request(
        self, method: str, url: str, *, content: bytes | None, headers: Headers
    ) -> Any:
        """Make a request, with the client's own headers and cookies."""
        ...

    def send(self, request: Any, *, auth: Callable[[Any], Any]) -> Any:
        """Send such a request, on which `auth` puts the credentials."""
        ...


class HttpClient(_Sender, Protocol):
    """An `httpx.Client`, an `httpx2.Client`, or what can be used like them."""

    def close(self) -> None:
        """Close the connections."""
        ...


class AsyncHttpClient(_Sender, Protocol):
    """An `httpx.AsyncClient`, an `httpx2.AsyncClient`, or what can be used like them."""

    async def aclose(self) -> None:
        """Close the connections."""
        ...
