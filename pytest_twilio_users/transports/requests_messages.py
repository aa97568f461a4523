"""Translates messages of requests, the library, to the kit's, or back."""

import io
from http.client import responses
from typing import Any, cast
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPResponse

from pytest_twilio_users.transports.sdk_messages import title_case
from pytest_twilio_users.wire.messages import Headers, Request, Response


class HeardHeaders(CaseInsensitiveDict[str]):
    """The headers of an answer, those that came more than once in one line."""

    def __init__(self, headers: Headers) -> None:
        # Put where requests keeps them, as to set them one by one takes far longer.
        store: dict[str, tuple[str, str]] = {}
        for name, value in headers:
            line = f"{store[name][1]}, {value}" if name in store else value
            store[name] = title_case[name], line
        self._store = cast("Any", store)


def from_prepared(request: requests.PreparedRequest, *, asked: str | None = None) -> Request:
    """Read a request as its adapter would write it."""
    url = urlsplit(str(request.url))
    host = url.netloc.rpartition("@")[2]
    authorization = None
    headers = [("host", host)]
    for raw_name, raw_value in request.headers.items():
        name = raw_name.lower()
        value = raw_value.decode("latin-1") if isinstance(raw_value, bytes) else raw_value
        if name == "authorization":
            authorization = value
        elif name == "host":
            headers[0] = (name, value)
        else:
            headers.append((name, value))
    body = request.body or b""
    return Request(
        method=str(request.method),
        origin=f"{url.scheme}://{host}",
        target=request.path_url,
        headers=tuple(headers),
        body=body.encode() if isinstance(body, str) else cast("bytes", body),
        fragment=url.fragment,
        authorization=authorization,
        asked=asked,
    )


def to_requests_response(answer: Response, request: requests.PreparedRequest) -> requests.Response:
    """Write a response for requests, its body still to be read."""
    raw = HTTPResponse(
        body=io.BytesIO(answer.body),
        headers=HeardHeaders(answer.headers),
        status=answer.status,
        reason=responses.get(answer.status),
        preload_content=False,
    )
    return HTTPAdapter().build_response(request, raw)
