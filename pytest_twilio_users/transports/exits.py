"""The ways out of a process that Python's own look-up of names does not show."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

from pytest_twilio_users.transports.patching import Patcher, Place, bound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pytest_twilio_users.transports.lookups import Check

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

CURLOPT_URL = 10_002
"""libcurl's number of the option that names the URL."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Exit:
    """A method through which requests leave, and what its calls say of where they go."""

    module: str
    owner: str
    name: str
    hosts: Callable[..., Iterable[object]]


def _tunnel(_: object, host: object, *__: Any, **___: Any) -> Iterable[object]:
    return (host,)


def _put(connection: Any, method: str, url: object, *_: Any, **__: Any) -> Iterable[object]:  # noqa: ARG001  # http.client's names
    return connection.host, url  # the URL names the host where it is for a proxy


def _connect(_: object, address: object, *__: Any) -> Iterable[object]:
    return address[:1] if isinstance(address, tuple) else ()


def _send_to(_: object, *given: Any) -> Iterable[object]:
    return _connect(None, given[-1])


def _wrap(_: object, *given: Any, server_hostname: object = None, **__: Any) -> Iterable[object]:
    return (*given[3:5], server_hostname)


def _loop(_: object, *given: Any, host: object = None, **__: Any) -> Iterable[object]:
    return (*given[:2], host)


def _setopt(_: object, option: int, value: object) -> Iterable[object]:
    return (value,) if option == CURLOPT_URL else ()


def _prepared(_: object, request: Any, *__: Any, **___: Any) -> Iterable[object]:
    return (request.url,)


EXITS = (
    # By a proxy: it looks up no name but the proxy's.
    Exit(module="http.client", owner="HTTPConnection", name="set_tunnel", hosts=_tunnel),
    # On a connection that was made before.
    Exit(module="http.client", owner="HTTPConnection", name="putrequest", hosts=_put),
    # By a name, which is looked up beneath Python.
    Exit(module="socket", owner="socket", name="connect", hosts=_connect),
    Exit(module="socket", owner="socket", name="connect_ex", hosts=_connect),
    Exit(module="socket", owner="socket", name="sendto", hosts=_send_to),
    # By an address that was looked up elsewhere, or through any proxy.
    Exit(module="ssl", owner="SSLContext", name="wrap_socket", hosts=_wrap),
    Exit(module="ssl", owner="SSLContext", name="wrap_bio", hosts=_wrap),
    # Looks names up in another thread, where nobody knows who asked.
    Exit(module="asyncio", owner="BaseEventLoop", name="getaddrinfo", hosts=_loop),
    # Libraries that look names up by themselves.
    Exit(module="uvloop", owner="Loop", name="getaddrinfo", hosts=_loop),
    Exit(module="uvloop", owner="Loop", name="create_connection", hosts=_loop),
    Exit(module="curl_cffi", owner="Curl", name="setopt", hosts=_setopt),
    Exit(module="niquests", owner="Session", name="send", hosts=_prepared),
    Exit(module="niquests", owner="AsyncSession", name="send", hosts=_prepared),
)


class ExitGuard(Patcher[Place]):
    """While started, calls that lead to Twilio's Conversations are refused."""

    def __init__(self, exit_: Exit, *, check: Check) -> None:
        super().__init__()
        self.module = exit_.module  # type: ignore[misc]  # of each exit its own
        self._exit = exit_
        self._check = check

    def targets(self) -> Iterable[Place]:
        """The method."""
        owner = getattr(sys.modules[self._exit.module], self._exit.owner)
        return (Place(owner=owner, name=self._exit.name),)

    def make_patch(self, beneath: Callable[..., Any], target: Place) -> Callable[..., Any]:  # noqa: ARG002  # it answers nothing
        """Make what looks where a call leads, and goes on."""
        check, hosts, module = self._check, self._exit.hosts, self._exit.module

        @wraps(beneath)
        def patch(instance: object, *args: Any, **given: Any) -> Any:
            if self.started:
                for host in hosts(instance, *args, **given):
                    check(host, module)
            return bound(beneath, instance)(*args, **given)

        return patch
