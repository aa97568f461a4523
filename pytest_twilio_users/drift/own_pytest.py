"""Runs pytest in a process of its own, which ends as it would by itself."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

_FORWARDED = ("SIGTERM", "SIGHUP")
"""What reaches this process alone; Ctrl-C reaches pytest, too."""


def run_pytest(
    arguments: Sequence[str], *, plugins: Sequence[str], environ: Mapping[str, str]
) -> int:
    """Run it with the kit's and these plugins; its output goes to standard error.

    Where it is told to end, it deletes what it made on an account: this waits for it. Returns
    its exit code.
    """
    command = [sys.executable, "-m", "pytest", "-q"]
    for plugin in ("twilio_users", *plugins, "no:cacheprovider"):
        command += ["-p", plugin]
    with (
        subprocess.Popen(  # noqa: S603  # the author's own tests
            [*command, *arguments], env=environ, stdout=sys.stderr
        ) as process,
        _told_to(process),
    ):
        return process.wait()


@contextmanager
def _told_to(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Leave signals to the process."""
    if threading.current_thread() is not threading.main_thread():
        yield  # which Python has hear of them alone
        return

    def forward(number: int, _frame: Any) -> None:
        process.send_signal(number)

    def leave(_number: int, _frame: Any) -> None:
        """The terminal tells the process."""

    handlers = {getattr(signal, name): forward for name in _FORWARDED if hasattr(signal, name)}
    before = {n: signal.signal(n, h) for n, h in {signal.SIGINT: leave, **handlers}.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
