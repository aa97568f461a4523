"""Translates messages of httpx to the kit's, or back."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from itertools import starmap
from typing import Any

import httpx

from pytest_twilio_users.contract.hosts import DEFAULT_ORIGIN
from pytest_twilio_users.wire.messages import Headers, Request, Response, Timeouts

HEADER_NAME = re.compile(rb"[-!#$%&'*+.^_`|~0-9A-Za-z]+")
"""RFC 9110, 5.6.2."""

_VALUE = re.compile(rb"(?:[^\0\r\n\t ](?:[^\0\r\n]*[^\0\r\n\t ])?)?")
_TARGET = re.compile(rb"[!-~]+")

_SERVED = "twilio_users_served"

_LONGEST_URL = 65_536
"""How many characters of a URL httpx takes; requests, urllib3 and aiohttp know no limit."""


def from_httpx_request(request: httpx.Request) -> Request:
    """Read a request whose body is loaded.

    Raises:
        httpx.LocalProtocolError: HTTP can't carry it.
    """
    url, target, sent = request.url, request.url.raw_path, request.headers.raw
    require_sendable(request.method.encode(), target, sent)
    authorization = None
    headers = []
    for header in starmap(read_header, sent):
        name, value = header
        if name == "authorization":
            authorization = value
        else:
            headers.append(header)
    return Request(
        method=request.method,
        origin=f"{url.scheme}://{url.netloc.decode()}",
        target=target.decode(),
        headers=tuple(headers),
        body=request.content,
        fragment=url.fragment,
        authorization=authorization,
        waits=waits_of(request),
    )


def waits_of(request: Any) -> Callable[[], Timeouts]:
    """Gives the timeouts of a request of httpx, httpcore, or their kin."""
    return partial(Timeouts, **request.extensions.get("timeout") or {})


def require_sendable(method: bytes, target: bytes, headers: Sequence[tuple[bytes, bytes]]) -> None:
    """Refuse what httpx and httpcore refuse when they write a request, as they do.

    Raises:
        httpx.LocalProtocolError: HTTP can't carry it.
    """
    fits = method.isalpha() and _TARGET.fullmatch(target)
    if fits and all(starmap(_can_travel, headers)):
        return
    import h11  # by which both write; only what is odd takes its time

    try:
        h11.Request(method=method, target=target, headers=[*headers])
    except h11.LocalProtocolError as error:
        raise httpx.LocalProtocolError(str(error)) from error


@lru_cache(maxsize=1024)
def _can_travel(name: bytes, value: bytes) -> bool:
    return HEADER_NAME.fullmatch(name) is not None and _VALUE.fullmatch(value) is not None


@lru_cache(maxsize=1024)  # a client sends most of them with each request
def read_header(name: bytes, value: bytes) -> tuple[str, str]:
    """Read a header in the kit's spelling."""
    return name.decode("latin-1").lower(), value.decode("latin-1")


def raw_headers(headers: Headers) -> list[tuple[bytes, bytes]]:
    """Write headers as they travel; httpx would refuse what is not ASCII."""
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]


def httpx_headers(headers: Headers) -> httpx.Headers:
    """Write headers for httpx. It finds their encoding by decoding all, unless it is told."""
    try:
        return httpx.Headers([*starmap(_in_ascii, headers)], encoding="ascii")
    except UnicodeEncodeError:
        return httpx.Headers(raw_headers(headers))


@lru_cache(maxsize=1024)  # most come again in each answer
def _in_ascii(name: str, value: str) -> tuple[bytes, bytes]:
    return name.encode("ascii"), value.encode("ascii")


def to_httpx_request(request: Request) -> httpx.Request:
    """Write a request for httpx, to look at; the Authorization header comes back too.

    Of a URL that is longer than httpx takes, it is the beginning. One that came to a server has
    the message with it, for `at_twilio`.
    """
    headers = raw_headers(request.headers)
    if request.authorization is not None:
        headers.append((b"authorization", request.authorization.encode("latin-1")))
    url = (request.origin + request.target)[:_LONGEST_URL]
    known = {_SERVED: request} if request.is_served else None
    return httpx.Request(
        request.method, url, headers=headers, content=request.body, extensions=known
    )


def at_twilio(request: httpx.Request) -> httpx.Request | None:
    """The same request as it would be sent to Twilio, if it came to a server; else None."""
    served = request.extensions.get(_SERVED)
    return None if served is None else to_httpx_request(replace(served, origin=DEFAULT_ORIGIN))


def lower_headers(response: httpx.Response) -> Headers:
    """The headers of a response, in the kit's spelling.

    They are read as they travel: httpx would take them for UTF-8, which no other client does.
    """
    return tuple(starmap(read_header, response.headers.raw))


def from_httpx_response(response: httpx.Response) -> Response:
    """Read a response whose body is loaded, and with that decompressed."""
    body, headers = response.content, lower_headers(response)
    if "content-encoding" not in response.headers:
        return Response(status=response.status_code, headers=headers, body=body)
    kept = tuple(header for header in headers if header[0] != "content-encoding")
    return Response(status=response.status_code, headers=kept).with_body(body)


def read_response(response: httpx.Response, body: bytes) -> Response:
    """Read a response with the body that travels. It is decompressed, if that can be done."""
    try:
        read = httpx.Response(response.status_code, headers=response.headers.raw, content=body)
    except httpx.DecodingError:
        return Response(status=response.status_code, headers=lower_headers(response), body=body)
    return from_httpx_response(read)


def to_httpx_response(response: Response, request: httpx.Request | None = None) -> httpx.Response:
    """Write a response for httpx, to look at."""
    return httpx.Response(
        response.status,
        headers=raw_headers(response.headers),
        content=response.body or None,
        request=request,
    )
