"""A host on loopback that does to a connection what a fault says, for real."""

import socket
import struct
import threading
from contextlib import ExitStack, suppress

BODY = b'{"sid": "US00000000000000000000000000000001"}'
ARRIVES = 5
HEAD = (
    b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n"
    b"Content-Length: %d\r\n\r\n" % len(BODY)
)


class MisbehavingHost:
    """Listens, and behaves badly: `with MisbehavingHost("answer_lost") as host: host.port`."""

    def __init__(self, behaviour):
        self._behave = getattr(self, f"_{behaviour}")
        self._open = ExitStack()

    def __enter__(self):
        # A host with no room for one more has a queue of one, which is full.
        queue = 0 if self._behave == self._connect_timeout else 8
        self._listening = self._open.enter_context(socket.create_server(("127.0.0.1", 0)))
        self._listening.listen(queue)
        self.port = self._listening.getsockname()[1]
        if self._behave == self._connect_error:
            self._listening.close()
        elif self._behave == self._connect_timeout:
            self._fill_queue()
        else:
            threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)  # ends `accept`
        self._open.close()

    def _fill_queue(self):
        for _ in range(2):
            waiting = self._open.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(("127.0.0.1", self.port))

    def _serve(self):
        with suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                self._open.callback(connection.close)
                self._read(connection)
                self._behave(connection)

    def _read(self, connection):
        """Read a request whole: a connection that is closed before would be reset."""
        heard = b""
        while b"\r\n\r\n" not in heard:
            heard += connection.recv(65_536)
        head, _, body = heard.partition(b"\r\n\r\n")
        length = next(
            (
                int(line[15:])
                for line in head.lower().splitlines()
                if line[:15] == b"content-length:"
            ),
            0,
        )
        while len(body) < length:
            body += connection.recv(65_536)

    def _connect_error(self, _):
        """Nobody listens."""

    def _connect_timeout(self, _):
        """Nobody takes connections up."""

    def _read_timeout(self, _):
        """Nobody answers."""

    _slow = _read_timeout

    def _connection_reset(self, connection):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    def _answer_lost(self, connection):
        connection.close()

    def _body_cut(self, connection):
        connection.sendall(HEAD + BODY[:ARRIVES])
        connection.close()
