"""Makes connection faults happen on a server's real socket."""

from contextlib import suppress
from math import inf
from typing import Any, Protocol

from pytest_twilio_users.faults.fault import Fault

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

PEER = "twilio_users.peer"
"""The extension of ASGI by which a server lends an application the client's connection."""

_NEAREST = {"connect_error": "connection_reset", "connect_timeout": "read_timeout"}
"""What is over before a server has a request, and what is nearest to it."""


class ClientGone(ConnectionError):
    """The client, or the server, did not wait for an answer that was made to be late."""


class Peer(Protocol):
    """The connection by which a request came; a request at a time."""

    async def wait(self, seconds: float) -> None:
        """Let so many seconds pass; for ever if infinite.

        Raises:
            ClientGone: the client went away meanwhile, or the server stops; it hung up.
        """

    def reset(self) -> None:
        """Have the client told that the connection is reset."""

    def hang_up(self) -> None:
        """Close the connection, once all is sent that was answered."""


def peer_of(scope: Any) -> Peer | None:
    """The connection of a request, where a server lends it; None where there may be no socket."""
    peer: Peer | None = scope.get("extensions", {}).get(PEER)
    return peer


def why_unserved(fault: Fault) -> str:
    """Why no server can bring about a fault; an empty text if it can."""
    if fault.name not in _NEAREST:
        return ""
    return (
        f"{fault!r} can't come from a server, as its client has connected already. The nearest"
        f" is faults.{_NEAREST[fault.name]}()."
    )


async def break_off(peer: Peer, fault: Fault) -> None:
    """End a connection as a fault has it for which a request is not answered, or not whole."""
    if fault.name == "connection_reset":
        peer.reset()
        return
    if fault.name == "read_timeout":
        with suppress(ClientGone):
            await peer.wait(inf)
    peer.hang_up()
