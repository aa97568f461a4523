"""Runs pytest in its own process, to the end, so that it can clean up on the account."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from pytest_twilio_users.ci import silenced

_UNTOLD = (
    *("--twilio-users-coverage=no", "--twilio-users-fail-under=0", "--twilio-users-usage="),
    "--twilio-users-report=",
)
"""What a run tells of its tests is for whoever runs them."""

_FORWARDED = ("SIGTERM", "SIGHUP")
"""What reaches this process alone. Ctrl-C reaches pytest, too."""


def run_pytest(
    arguments: Sequence[str],
    *,
    plugins: Sequence[str],
    environ: Mapping[str, str],
    quiet: bool = False,
) -> tuple[int, str]:
    """Run it with the kit's and these plugins; its output goes to standard error, unless `quiet`.

    Returns its exit code, and its output if it was quiet.
    """
    command = [sys.executable, "-m", "pytest", "-q"]
    for plugin in ("twilio_users", *plugins, "no:cacheprovider"):
        command += ["-p", plugin]
    with (
        subprocess.Popen(  # noqa: S603  # the author's own tests
            [*command, *arguments, *_UNTOLD],
            env=silenced(environ),
            stdout=subprocess.PIPE if quiet else sys.stderr,
            stderr=subprocess.STDOUT if quiet else None,
            encoding="utf-8",
            errors="backslashreplace",
        ) as process,
        _signals_forwarded(process),
    ):
        try:
            said, _ = process.communicate()
        except KeyboardInterrupt:
            process.communicate()
            raise
    return process.returncode, said or ""


@contextmanager
def _signals_forwarded(process: subprocess.Popen[str]) -> Iterator[None]:
    """Have pytest hear that this process is told to end."""
    if threading.current_thread() is not threading.main_thread():
        yield  # Python has no other hear of signals
        return
    numbers = [getattr(signal, name) for name in _FORWARDED if hasattr(signal, name)]
    before = {n: signal.signal(n, lambda n, _: process.send_signal(n)) for n in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
