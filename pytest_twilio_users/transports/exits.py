"""The ways out of a process: what is called with the host, or the URL, that is meant."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from pytest_twilio_users.transports.patching import Patcher, Place

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

CURLOPT_URL = 10_002
"""libcurl's number of the option that names the URL."""

Check = Callable[[object, str], None]
"""Is told a host or a URL as somebody gave it, and by which module; raises to refuse it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Exit:
    """A function or a method through which requests leave, and what its calls say of where to.

    `owner` is the class of a method; empty for a function of the module. `hosts` is given
    what it is given.
    """

    module: str
    owner: str = ""
    name: str
    hosts: Callable[..., Iterable[object]]


def _first(host: object = None, *_: Any, **__: Any) -> Iterable[object]:
    return (host,)


def _second(_: object, host: object = None, *__: Any, **___: Any) -> Iterable[object]:
    return (host,)


def _put(connection: Any, _method: object, url: object, **_: Any) -> Iterable[object]:
    return connection.host, url  # the URL names the host where it is for a proxy


def _address(*given: Any) -> Iterable[object]:
    return given[-1][:1] if isinstance(given[-1], tuple) else ()


def _server_name(*given: Any, server_hostname: object = None, **_: Any) -> Iterable[object]:
    return (*given[4:6], server_hostname)


def _host(*given: Any, host: object = None, **_: Any) -> Iterable[object]:
    return (*given[2:3], host)


def _option(_: object, option: int, value: object) -> Iterable[object]:
    return (value,) if option == CURLOPT_URL else ()


def _prepared(_: object, request: Any, **__: Any) -> Iterable[object]:
    return (request.url,)


EXITS = (
    # All of Python that does not know an address.
    Exit(module="socket", name="getaddrinfo", hosts=_first),
    Exit(module="socket", name="gethostbyname", hosts=_first),
    Exit(module="socket", name="gethostbyname_ex", hosts=_first),
    # By a name, which is looked up beneath Python.
    Exit(module="socket", owner="socket", name="connect", hosts=_address),
    Exit(module="socket", owner="socket", name="connect_ex", hosts=_address),
    Exit(module="socket", owner="socket", name="sendto", hosts=_address),
    # By a proxy: no name is looked up but the proxy's.
    Exit(module="http.client", owner="HTTPConnection", name="set_tunnel", hosts=_second),
    Exit(module="http.client", owner="HTTPConnection", name="putrequest", hosts=_put),
    # By an address that was looked up elsewhere, or through any proxy.
    Exit(module="ssl", owner="SSLContext", name="wrap_socket", hosts=_server_name),
    Exit(module="ssl", owner="SSLContext", name="wrap_bio", hosts=_server_name),
    # Looks names up in another thread, where nobody knows who asked.
    Exit(module="asyncio", owner="BaseEventLoop", name="getaddrinfo", hosts=_second),
    # Libraries that look names up by themselves.
    Exit(module="uvloop", owner="Loop", name="getaddrinfo", hosts=_second),
    Exit(module="uvloop", owner="Loop", name="create_connection", hosts=_host),
    Exit(module="curl_cffi", owner="Curl", name="setopt", hosts=_option),
    Exit(module="niquests", owner="Session", name="send", hosts=_prepared),
    Exit(module="niquests", owner="AsyncSession", name="send", hosts=_prepared),
)


class ExitGuard(Patcher[Place]):
    """While started, calls that lead to Twilio's Conversations are refused."""

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
            if self.started:
                for host in hosts(*args, **given):
                    check(host, module)
            return beneath(*args[skipped:], **given)

        return patch
