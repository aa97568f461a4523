"""What the server needs of uvicorn and h11 is there, though part of it is nobody's promise.

uvicorn has no cap: a new version that lacks a name is to fail here, with the name, before it
fails as a connection that hangs.
"""

import h11
import pytest
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.h11_impl import H11Protocol

OVERRIDDEN = (
    "connection_made",
    "data_received",
    "connection_lost",
    "eof_received",
    "on_response_complete",
    "pause_writing",
    "resume_writing",
    "shutdown",
    "timeout_keep_alive_handler",
    "_get_upgrade",
)
SET = {"app", "conn", "cycle", "flow", "loop", "transport", "timeout_keep_alive_task"}


@pytest.mark.parametrize("name", OVERRIDDEN)
def test_uvicorn_calls_what_is_overridden(name):
    """A method under another name would be called by nobody."""
    assert name in dir(H11Protocol)


@pytest.mark.parametrize("name", sorted(SET))
def test_uvicorn_sets_what_is_read(name):
    """When a connection is made."""
    assert name in {*H11Protocol.__init__.__code__.co_names}


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (FlowControl, "resume_reading"),
        (h11.Connection, "next_event"),
        (h11.Connection, "their_state"),
        (h11.Connection, "trailing_data"),
    ],
)
def test_what_is_extended_is_there(kind, name):
    """By the name that it has."""
    assert name in dir(kind)


def test_h11_keeps_what_came():
    """Its buffer, which tells whether a head is too large."""
    assert hasattr(h11.Connection(h11.SERVER), "_receive_buffer")
