"""No socket is opened, so none is missed."""

import socket

import app
import made
import pytest
from pytest_socket import SocketBlockedError


@pytest.mark.parametrize("number", range(2))
def test_no_sockets(twilio_users, ada, mess, socket_disabled, number):
    made.look(twilio_users)
    with pytest.raises(SocketBlockedError):
        socket.socket()
    app.sign_up_by_requests("joan")
    mess()


@pytest.mark.enable_socket
def test_sockets(twilio_users, mess):
    made.look(twilio_users)
    socket.socket().close()
    mess()
