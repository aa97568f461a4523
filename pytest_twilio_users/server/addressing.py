"""Whether a request is meant for this server: its target, its Host, the size of its head."""

import logging
import re
from collections.abc import Collection
from dataclasses import replace

from pytest_twilio_users.contract.hosts import AUTHORITY, HOST, is_loopback
from pytest_twilio_users.transports.asgi import (
    ASGIApplication,
    ASGIMessage,
    ASGIReceive,
    ASGISend,
    refuse,
    send_response,
)
from pytest_twilio_users.wire.messages import Response
from pytest_twilio_users.wire.remembering import remembered
from pytest_twilio_users.wire.secrecy import hide_secrets, secrets_of

Refused = tuple[int, str]
"""The status of a refusal, and its reason."""

MAX_HEAD = 32_768
"""How many bytes a request's line and headers may have: as CloudFront's documents say of it."""

NOT_HTTP = (
    400,
    (
        "The server can't read this request. Expected: HTTP/1.1, a usual method, a path in"
        " ASCII, one Host; such as GET /v1/Users HTTP/1.1 with Host: 127.0.0.1."
    ),
)
HEAD_TOO_LARGE = (431, f"Request line and headers have over {MAX_HEAD:,} bytes.")
_NO_PROXY = (
    400,
    (
        "CONNECT is for proxies, and this server is not a proxy. Give its URL to the client as the"
        " base URL."
    ),
)
_TWO_LOGINS = (400, "The request has more than one Authorization header. Send one.")

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
"""Those that both parsers of uvicorn read, and are asked for here."""

_FRAMINGS = {b"content-length", b"transfer-encoding"}
"""Two answers to how long a body is; servers that differ in which counts can be deceived."""

_HOSTS = {"1.1": (1,), "1.0": (0, 1)}
"""How many Host headers a request has, by the version of HTTP."""

_AUTHORITY = re.compile(AUTHORITY.pattern.encode())
_ABSOLUTE = re.compile(rb"(?i:https?)://([^/]*)(/.*)?")

_log = logging.getLogger(__name__)


def refusal(status: int, message: str, *, last: bool) -> Response:
    """Refuse a request; where it is the `last` that is read of a client, say so."""
    _log.warning("Refused with %s: %s", status, message)  # who sent it may not look at the answer
    response = refuse(status, message)
    if not last:
        return response
    return replace(response, headers=(*response.headers, ("connection", "close")))


class Addressed:
    """Passes requests for this server on to an application, and refuses others.

    A web page can have a name of its own lead to loopback, and then ask whatever
    listens there. So a request has to name loopback, Twilio's Conversations, or
    one of `names`; where they are None, any host. `advice` says what else may be done.
    """

    def __init__(
        self, app: ASGIApplication, *, names: Collection[str] | None = (), advice: str = ""
    ) -> None:
        self._app = app
        self._names = names if names is None else set(map(_plain, names))
        self._advice = advice
        self._answers_to = remembered(64)(self._is_meant)

    async def __call__(self, scope: ASGIMessage, receive: ASGIReceive, send: ASGISend) -> None:
        """Speak ASGI 3, as far as it is HTTP."""
        refused = self._refuse(scope)
        if refused is None:
            await self._app(scope, receive, send)
        else:
            status, message = refused
            await send_response(send, refusal(status, message, last=status == 400))

    def _refuse(self, scope: ASGIMessage) -> Refused | None:
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        target: bytes = scope["raw_path"]
        query: bytes = scope["query_string"]
        if len(target) + len(query) + sum([len(n) + len(v) + 4 for n, v in headers]) > MAX_HEAD:
            return HEAD_TOO_LARGE
        if scope["method"] == "CONNECT":
            return _NO_PROXY
        names = [name for name, _ in headers]
        if names.count(b"authorization") > 1:
            return _TWO_LOGINS
        hosts = [value for name, value in headers if name == b"host"]
        if (
            scope["method"] not in _METHODS
            or _FRAMINGS.issubset(names)
            or len(hosts) not in _HOSTS.get(scope["http_version"], ())
            or not (target.isascii() and query.isascii())
        ):
            return NOT_HTTP
        absolute = None if target[:1] == b"/" else _ABSOLUTE.fullmatch(target)
        if absolute is not None:  # as a proxy is asked; the host in it counts
            host, path = absolute.groups()
            hosts.append(host)
            scope["raw_path"] = path or b"/"
            scope["headers"] = [h for h in headers if h[0] != b"host"] + [(b"host", host)]
        elif target[:1] != b"/" and target != b"*":
            return NOT_HTTP
        foreign = next((host for host in hosts if not self._answers_to(host)), None)
        return None if foreign is None else self._refuse_host(foreign, headers)

    def _is_meant(self, host: bytes) -> bool:
        read = _AUTHORITY.fullmatch(host)
        if read is None or self._names is None:
            return read is not None
        name = _plain(read["host"].decode())
        ours = is_loopback(name) or name.endswith(".localhost") or HOST.fullmatch(name)
        return bool(ours or name in self._names)

    def _refuse_host(self, host: bytes, headers: list[tuple[bytes, bytes]]) -> Refused:
        login = dict(headers).get(b"authorization", b"").decode("latin-1")
        named = re.sub(r".*@", "***@", host.decode("latin-1"), flags=re.DOTALL)  # no login
        said = hide_secrets(named, secrets_of(login))
        if not _AUTHORITY.fullmatch(host):
            return (
                400,
                (
                    f"Host: found {said[:100]!r}; expected a host, with or without a port, such"
                    " as 127.0.0.1:8000."
                ),
            )
        return (
            403,
            (
                f"{said!r} is not a name of this server. It was refused, as a web page could"
                f" have sent it. Use localhost or 127.0.0.1.{self._advice}"
            ),
        )


def _plain(host: str) -> str:
    """A host's name or address, as it is compared."""
    return host.lower().strip("[]").removesuffix(".")
