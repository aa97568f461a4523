"""A server on loopback that is told of changes, as an application of somebody else's is."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextmanager
def hearing(answer):
    """Gives its origin, and what it is sent: path, headers, body of each POST.

    `answer` is given the same, and gives the status; None breaks off.
    """
    sent = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told = self.path, dict(self.headers), body
            sent.append(told)
            if status := answer(*told):
                self.send_response(status)
                self.end_headers()
                self.wfile.write(b"I see")

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", sent
        server.shutdown()
        thread.join()
