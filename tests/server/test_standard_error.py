"""Who does not read what a served stub says stops nothing."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress

import httpx
import pytest

from pytest_twilio_users.server import standard_error
from pytest_twilio_users.server.standard_error import written_beside

SERVE = (sys.executable, "-m", "pytest_twilio_users", "serve")


def full_pipe() -> tuple[int, int]:
    """A pipe that takes no more: it is full of empty lines."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with suppress(BlockingIOError):
        while True:
            os.write(writing, b"\n" * 4_096)
    os.set_blocking(writing, True)
    return reading, writing


@contextmanager
def written_to(monkeypatch, file):
    """Have this be standard error, written beside."""
    with file as stderr, monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", stderr)
        with written_beside():
            yield


def test_what_is_written_arrives(monkeypatch, tmp_path):
    """All of it, in order, before the end; what the encoding lacks is escaped."""
    with written_to(monkeypatch, (tmp_path / "log").open("w", encoding="utf-8")):
        for number in range(1_000):
            sys.stderr.write(f"{number}\n")
        sys.stderr.write("\ud800\n")
    lines = (tmp_path / "log").read_text("utf-8").splitlines()
    assert lines == [*map(str, range(1_000)), r"\ud800"]


def test_what_nobody_reads_is_dropped(monkeypatch):
    """How much it was is told in its place, once somebody reads."""
    monkeypatch.setattr(standard_error, "WAITING", 10_000)
    reading, writing = full_pipe()
    early, late = "a line of twenty....\n", "a line that somebody reads\n"
    with os.fdopen(reading) as pipe, written_to(monkeypatch, os.fdopen(writing, "w")):
        for _ in range(1_000):
            sys.stderr.write(early)
        read = [next(line for line in pipe if line != "\n")]
        while read[-1] == early:
            read.append(pipe.readline())
        written = 1_000
        while read[-1] != late:  # for a moment, what was read may count as waiting
            sys.stderr.write(late)
            written += 1
            read.append(pipe.readline())
    told = re.compile(r"\(Lines missing here, as standard error was read too slowly: (\d+)\.\)\n")
    missing = [int(found[1]) for found in map(told.fullmatch, read) if found]
    lines = [line for line in read if not told.fullmatch(line)]
    assert missing
    assert lines == [early] * (len(lines) - 1) + [late]
    assert len(lines) + sum(missing) == written


@pytest.mark.parametrize("error", [OSError, BlockingIOError, BrokenPipeError])
def test_what_could_not_be_written_is_written_later(monkeypatch, error):
    """From the byte on that was not taken: as where a disk was full, or a pipe that does not wait.

    What came meanwhile and was too much is counted.
    """
    monkeypatch.setattr(standard_error, "WAITING", 30)
    written, failed, free = os.write, threading.Event(), threading.Event()

    def write(file, data):
        if data.startswith(b"written"):
            return written(file, data[:4])
        if free.is_set():
            return written(file, data)
        failed.set()
        raise error

    monkeypatch.setattr(os, "write", write)
    reading, writing = os.pipe()
    with os.fdopen(reading) as pipe, written_to(monkeypatch, os.fdopen(writing, "w")):
        sys.stderr.write("written in parts\n")
        assert failed.wait(10)
        sys.stderr.write("waits\n")
        sys.stderr.write("too much\nfor what is left\n")
        sys.stderr.write("late\n")
        free.set()
        told = "(Lines missing here, as standard error was read too slowly: 3.)\n"
        came = [pipe.readline() for _ in range(3)]
        assert came == ["written in parts\n", "waits\n", told]


def test_the_end_does_not_wait_for_a_reader(monkeypatch):
    """What nobody takes in a moment stays unwritten."""
    monkeypatch.setattr(standard_error, "LAST_WORDS", 0.1)
    reading, writing = full_pipe()
    with written_to(monkeypatch, os.fdopen(writing, "w")):
        sys.stderr.write("nobody reads this\n")
    os.close(reading)  # which frees the thread


def test_the_end_does_not_wait_for_nobody(monkeypatch):
    """What can't be written is left."""
    monkeypatch.setattr(standard_error, "LAST_WORDS", 60)
    reading, writing = os.pipe()
    os.close(reading)
    begun = time.monotonic()
    with written_to(monkeypatch, os.fdopen(writing, "w")):
        sys.stderr.write("nobody is there\n")
    assert time.monotonic() - begun < 30


@contextmanager
def serving(shell="", **options):
    """A process that serves, begun by a shell that redirects as told; it ends well, and soon."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = ("sh", "-c", f'exec "$0" "$@" {shell}', *SERVE, "--port", str(port))
    process = subprocess.Popen(command, **options)  # noqa: S603  # our own
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as http:
        while True:
            try:
                http.get("/v1/Users")
                break
            except httpx.ConnectError:  # not yet
                assert process.poll() is None  # else never
                time.sleep(0.05)
        yield http
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 0


ODD = {
    b"NONSENSE\r\n\r\n": b"400",
    b"GET / HTTP/1.1\r\nhost: evil.example\r\n\r\n": b"403",
    b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n": b"401",
}


def test_a_log_that_nobody_reads_stops_nothing():
    """Whoever writes to it, the kit or uvicorn."""
    reading, writing = full_pipe()
    with serving(stderr=writing, stdout=subprocess.DEVNULL) as http:
        for request, status in ODD.items():
            address = (http.base_url.host, http.base_url.port)
            with socket.create_connection(address, timeout=10) as connection:
                connection.sendall(request)
                assert connection.recv(12) == b"HTTP/1.1 " + status
        assert http.post("/__twilio_users__/reset").status_code == 204
    os.close(reading)
    os.close(writing)


@pytest.mark.parametrize(
    "shell",
    ["2>&-", "2>/dev/full", ">&-", ">/dev/full", ">/dev/full 2>&-", "<&- >&- 2>&-"],
)
def test_what_cannot_be_told_is_not_told(shell):
    """A closed or full standard error or output is no error: it serves, and ends well."""
    with serving(shell, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as http:
        assert [http.get("/v1/Users").status_code for _ in range(3)] == [401] * 3


def test_what_is_logged_stands_in_order(tmp_path):
    """Of what the stub was asked, and of what did not reach it."""
    with (tmp_path / "log").open("wb") as log, serving(stderr=log) as http:
        http.get("/v1/Users", headers={"host": "evil.example"})
        http.get("/v1/Users")
    told = [line.partition(":")[0] for line in (tmp_path / "log").read_text().splitlines()]
    assert told == ["list_user", "Refused with 403", "list_user"]


def test_where_it_serves_is_told_in_the_log_instead(tmp_path):
    """If standard output takes nothing."""
    with (tmp_path / "log").open("wb") as log, serving(">/dev/full", stderr=log) as http:
        http.get("/v1/Users")
    assert (tmp_path / "log").read_text().splitlines()[0] == (
        f"Can't write to standard output: No space left on device. Serving at {http.base_url}"
    )


@pytest.mark.parametrize("shell", ["2>&-", "2>/dev/full"])
def test_a_complaint_that_cannot_be_told_is_an_exit_code(shell):
    """Two, as if it had been."""
    command = ["sh", "-c", f'exec "$0" "$@" {shell}', *SERVE, "--host", "0.0.0.0"]  # noqa: S104  # it does not begin
    assert subprocess.run(command, check=False).returncode == 2  # noqa: S603  # our own
