"""A connection whose requests httptools reads: to the letter, as h11 gives them."""

from typing import Any

from httptools import HttpParserError, HttpParserUpgrade
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from pytest_twilio_users.server.addressing import NOT_HTTP
from pytest_twilio_users.server.connections import Connection


class HttptoolsConnection(Connection, HttpToolsProtocol):  # type: ignore[misc]  # h11's twin
    """Reads targets that are no paths, and whole requests that offer another protocol.

    Java's client offers HTTP/2 with each request. httptools expects it to be taken up,
    and leaves the body to whoever does.
    """

    parser: Any

    def read(self, data: bytes) -> None:
        """Have the parser read what came."""
        self._unset_keepalive_if_required()
        while data:
            try:
                self.parser.feed_data(data)
                data = b""
            except HttpParserUpgrade as offer:
                data = self._declined() + data[offer.args[0] :]
            except HttpParserError:
                data = b""
                self.refuse(NOT_HTTP)

    def _declined(self) -> bytes:
        """The head of the request without its offer; nothing of a CONNECT, which is refused."""
        if not self._offers:
            return b""
        version = self.parser.get_http_version().encode()
        lines = [b" ".join([self.parser.get_method(), self.url, b"HTTP/" + version])]
        lines += [b": ".join(header) for header in self.headers if header[0] != b"upgrade"]
        return b"\r\n".join([*lines, b"", b""])

    @property
    def _offers(self) -> bool:
        """Whether the request offers another protocol."""
        return bool(self.parser.should_upgrade() and self.parser.get_method() != b"CONNECT")

    def on_headers_complete(self) -> None:
        """The head of a request is there."""
        if not self._offers:
            target, self.url = self.url, b"/"
            super().on_headers_complete()
            raw_path, _, query = target.partition(b"?")
            self.scope["raw_path"], self.scope["query_string"] = raw_path, query

    def on_message_complete(self) -> None:
        """A request is there whole."""
        if not self._offers:
            super().on_message_complete()
