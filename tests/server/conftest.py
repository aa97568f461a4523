"""The console script as a process of its own."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


class Process:
    """A running `twilio-users serve`: its base URL, and what it logs."""

    def __init__(self, *options: str, log) -> None:
        self._log = log
        self._running = subprocess.Popen(  # noqa: S603  # our own module
            [sys.executable, "-m", "pytest_twilio_users", "serve", *options],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        self.url = self._line()
        self.port = int(self.url.rpartition(":")[2])

    def _line(self) -> str:
        assert self._running.stdout is not None
        return self._running.stdout.readline().strip()

    @property
    def log(self) -> list[str]:
        """The lines that it logged so far."""
        self._log.seek(0)
        return self._log.read().decode().splitlines()

    def signal(self, number: int) -> None:
        """Send it a signal."""
        self._running.send_signal(number)

    def wait(self) -> int:
        """Wait for its end; gives its exit code."""
        return self._running.wait(timeout=20)

    def close(self) -> tuple[int, str]:
        """End it: its exit code, and what else it said on standard output."""
        self._running.terminate()
        said, _ = self._running.communicate(timeout=20)
        return self._running.returncode, said


@pytest.fixture
def serve(tmp_path) -> Iterator[Callable[..., Process]]:
    """Starts servers, and ends them with the test."""
    with servers(tmp_path) as serve:
        yield serve


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[Process]:
    """A server for all tests that leave it as it was."""
    with servers(tmp_path_factory.mktemp("served")) as serve:
        yield serve()


@contextmanager
def servers(folder: Path) -> Iterator[Callable[..., Process]]:
    """Start servers, which log to a folder; end them."""
    started = []

    def serve(*options: str) -> Process:
        log = (folder / f"log-{len(started)}").open("w+b")
        started.append((process := Process(*options, log=log), log))
        return process

    yield serve
    for process, log in started:
        process.close()
        log.close()
