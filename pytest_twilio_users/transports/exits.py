"""The functions by which requests leave the process."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any

from pytest_twilio_users.transports.patching import Patcher, Place

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

CURLOPT_URL = 10_002
"""libcurl's number of the option that names the URL."""

Check = Callable[[object, str], None]
"""Gets a host (with a port), or a URL, with the module that asks. Raises to block it."""

_PORTS = {b"http": 80, b"https": 443}

_on_rails: ContextVar[bool] = ContextVar("on_rails", default=False)
"""Whether what is sent at this moment is what a live run may send."""


@contextmanager
def on_rails() -> Iterator[None]:
    """Have no exit look at what is sent."""
    token = _on_rails.set(True)
    try:
        yield
    finally:
        _on_rails.reset(token)


@dataclass(frozen=True, kw_only=True, slots=True)
class Exit:
    """A function or method by which requests leave, and how to read the host from its arguments.

    `owner` is the class of a method; empty for a function of the module. `hosts` is given
    what it is given.
    """

    module: str
    owner: str = ""
    name: str
    hosts: Callable[..., Iterable[object]]


def _address(*given: Any) -> Iterable[object]:
    return (given[-1][:2],) if isinstance(given[-1], tuple) else ()


def _option(_: object, option: int, value: object) -> Iterable[object]:
    return (value,) if option == CURLOPT_URL else ()


def _prepared(_: object, request: Any, **__: Any) -> Iterable[object]:
    return (request.url,)


def _pooled(_: object, request: Any) -> Iterable[object]:
    url = request.url
    return ((url.host, url.port or _PORTS.get(url.scheme)),)


def _opened(pool: Any, method: object, url: object, *_: Any, **__: Any) -> tuple[object, ...]:  # noqa: ARG001  # callers name it
    asked, host = str(url), (pool.host, pool.port)
    return (host, asked) if "://" in asked else (host,)


def _put(connection: Any, method: object, url: object, *_: Any, **__: Any) -> Iterable[object]:
    # By a proxy the host is in the URL, or is the one that a tunnel leads to.
    tunnel = getattr(connection, "_tunnel_host", None)
    found = _opened(connection, method, url)
    return (*found, (tunnel, getattr(connection, "_tunnel_port", None))) if tunnel else found


def _connected(connector: Any, request: Any, *_: Any, **__: Any) -> Iterable[object]:
    # Only TCP's has one: the others never leave the machine.
    url = request.url
    return ((url.raw_host, url.port),) if hasattr(connector, "use_dns_cache") else ()


def _named(module: str, path: str, *, place: int = 0, by: str = "host") -> Exit:
    """An exit that is given the host as an argument, by its place or by its name.

    A number that follows it is the port.
    """

    def hosts(*given: Any, **named: Any) -> Iterable[object]:
        host = given[place] if len(given) > place else named.get(by)
        port = given[place + 1] if len(given) > place + 1 else named.get("port")
        return ((host, port),)

    return _exit(module, path, hosts)


def _exit(module: str, path: str, hosts: Callable[..., Iterable[object]]) -> Exit:
    owner, _, name = path.rpartition(".")
    return Exit(module=module, owner=owner, name=name, hosts=hosts)


EXITS = (
    # Beneath the catches: what goes by a proxy, or on a connection that was made before, names
    # its host nowhere else.
    _exit("httpcore", "ConnectionPool.handle_request", _pooled),
    _exit("httpcore", "AsyncConnectionPool.handle_async_request", _pooled),
    _exit("httpcore2", "ConnectionPool.handle_request", _pooled),
    _exit("httpcore2", "AsyncConnectionPool.handle_async_request", _pooled),
    _exit("urllib3", "HTTPConnectionPool.urlopen", _opened),
    _exit("aiohttp", "BaseConnector.connect", _connected),
    _exit("urllib3_future", "HTTPConnectionPool.urlopen", _opened),
    _exit("urllib3_future", "AsyncHTTPConnectionPool.urlopen", _opened),
    # All of Python that does not know an address.
    _named("socket", "getaddrinfo"),
    _named("socket", "gethostbyname"),
    _named("socket", "gethostbyname_ex"),
    _named("socket", "gethostbyaddr"),
    # By a name, which is looked up beneath Python.
    _exit("socket", "socket.connect", _address),
    _exit("socket", "socket.connect_ex", _address),
    _exit("socket", "socket.sendto", _address),
    _exit("socket", "socket.sendmsg", _address),
    # By a proxy: no name is looked up but the proxy's. Or on a connection that was made before.
    _named("http.client", "HTTPConnection.set_tunnel", place=1),
    _exit("http.client", "HTTPConnection.putrequest", _put),
    _exit("socks", "socksocket.connect", _address),
    _named("python_socks.sync", "Proxy.connect", place=1, by="dest_host"),
    _named("python_socks.async_.asyncio", "Proxy.connect", place=1, by="dest_host"),
    _exit("niquests", "Session.send", _prepared),
    _exit("niquests", "AsyncSession.send", _prepared),
    # By an address that was looked up elsewhere, or through any proxy.
    _named("ssl", "SSLContext.wrap_socket", place=5, by="server_hostname"),
    _named("ssl", "SSLContext.wrap_bio", place=4, by="server_hostname"),
    _named("OpenSSL.SSL", "Connection.set_tlsext_host_name", place=1, by="name"),
    # In another thread, where nobody knows who asked.
    _named("asyncio", "BaseEventLoop.getaddrinfo", place=1),
    # By themselves, or by Python's function which they took for their own.
    _named("uvloop", "Loop.getaddrinfo", place=1),
    _named("uvloop", "Loop.create_connection", place=2),
    _named("gevent._socketcommon", "getaddrinfo"),
    _named("gevent.socket", "getaddrinfo"),
    _named("gevent.ssl", "SSLContext.wrap_socket", place=5, by="server_hostname"),
    _named("eventlet.green.socket", "getaddrinfo"),
    _named("twisted.internet._resolver", "GAIResolver.resolveHostName", place=2, by="hostName"),
    _exit("curl_cffi", "Curl.setopt", _option),
)


class ExitGuard(Patcher[Place]):
    """While started, calls that lead to Twilio's Conversations are refused, past the rails."""

    def __init__(self, exit: Exit, *, check: Check) -> None:  # noqa: A002  # no process ends here
        super().__init__()
        self.module = exit.module
        self._exit = exit
        self._check = check

    def targets(self) -> Iterable[Place]:
        """The function or the method."""
        module = sys.modules[self._exit.module]
        owner = getattr(module, self._exit.owner) if self._exit.owner else module
        return (Place(owner=owner, name=self._exit.name),)

    def make_patch(self, beneath: Callable[..., Any], target: Place) -> Callable[..., Any]:  # noqa: ARG002  # there is one
        """Make what looks where a call leads, and goes on."""
        check, hosts, module = self._check, self._exit.hosts, self._exit.module
        # A mock in the place of a method is called without the instance.
        skipped = 1 if self._exit.owner and not hasattr(beneath, "__get__") else 0

        @wraps(beneath)
        def patch(*args: Any, **given: Any) -> Any:
            if self.started and not _on_rails.get():
                try:
                    found = hosts(*args, **given)
                except TypeError:  # for arguments that it does not take, it says so
                    found = ()
                for host in found:
                    check(host, module)
            return beneath(*args[skipped:], **given)

        return patch
