"""A host on loopback that is not Twilio's: it remembers who came with credentials."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, cast

from pytest_twilio_users.wire.codec import JSON_TYPE, encode_json
from pytest_twilio_users.wire.messages import Response


class ForeignHost(HTTPServer):
    """Answers any GET with an empty last page."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.visits: list[bool] = []

    @property
    def origin(self) -> str:
        """Its scheme, host and port."""
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Note whether there were credentials; answer with nobody."""
        visits = cast("ForeignHost", self.server).visits
        visits.append("authorization" in self.headers)
        page = empty_page(next_page_url=None)
        self.send_response(page.status)
        for name, value in page.headers:
            self.send_header(name, value)
        self.send_header("content-length", str(len(page.body)))
        self.end_headers()
        self.wfile.write(page.body)

    def log_message(self, format: str, *_: Any) -> None:  # noqa: A002  # its name
        """Log nothing."""


def empty_page(*, next_page_url: str | None) -> Response:
    """A page of a list on which there is nobody."""
    url = "https://conversations.twilio.com/v1/Users?PageSize=50&Page=0"
    meta = {
        "page": 0,
        "page_size": 50,
        "first_page_url": url,
        "previous_page_url": None,
        "url": url,
        "next_page_url": next_page_url,
        "key": "users",
    }
    body = encode_json({"meta": meta, "users": []})
    return Response(status=200, headers=(("content-type", JSON_TYPE),), body=body)


@contextmanager
def foreign_host() -> Iterator[ForeignHost]:
    """Serve from a thread of its own."""
    with ForeignHost() as host:
        thread = threading.Thread(target=host.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield host
        finally:
            host.shutdown()
            thread.join()
