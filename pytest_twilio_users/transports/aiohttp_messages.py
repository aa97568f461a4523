"""Translates messages of aiohttp to the kit's, or back."""

import codecs
from email.message import Message
from typing import Any, cast

import aiohttp
from multidict import CIMultiDict, CIMultiDictProxy

from pytest_twilio_users.transports.sdk_messages import title_case
from pytest_twilio_users.wire.messages import Request, Response


async def from_aiohttp(request: aiohttp.ClientRequest, *, asked: str | None = None) -> Request:
    """Read a request as aiohttp would write it."""
    url = request.url
    headers = [(name.lower(), value) for name, value in request.headers.items()]
    body = _Body()
    if request.body:
        await request.body.write(cast("Any", body))
    return Request(
        method=request.method,
        origin=f"{url.scheme}://{url.raw_authority}",
        target=url.raw_path_qs,
        headers=tuple([header for header in headers if header[0] != "authorization"]),
        body=bytes(body),
        fragment=request.original_url.raw_fragment,
        authorization=request.headers.get("Authorization"),
        asked=asked,
    )


class _Body(bytearray):
    """Takes what a payload of aiohttp writes."""

    async def write(self, part: bytes) -> None:
        """Take a part."""
        self.extend(part)


class Heard:
    """Of aiohttp's response, what the SDK, its log and its retries ask for."""

    def __init__(self, method: str, answer: Response) -> None:
        self.method = method
        self.status = answer.status
        self.ok = answer.status < 400
        self.headers = CIMultiDictProxy(
            CIMultiDict([(title_case[name], value) for name, value in answer.headers])
        )
        self._body = answer.body

    async def read(self) -> bytes:
        """The body."""
        return self._body

    async def text(self) -> str:
        """The body as text.

        Raises:
            UnicodeDecodeError: it is no text in the encoding that it is said to have.
        """
        return self._body.decode(_encoding(self.headers.get("Content-Type", "")))


def _encoding(content_type: str) -> str:
    message = Message()
    message["content-type"] = content_type
    try:
        return codecs.lookup(message.get_content_charset("utf-8")).name
    except LookupError:
        return "utf-8"
