"""Ends a live run soon at Ctrl-C, or at a signal to end: what it made is deleted."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from pytest_twilio_users.plugin.stash import RUN

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

_SIGNALS = ("SIGTERM", "SIGHUP")
"""By which a run is told to end, where the system knows them. Nobody can catch SIGKILL."""


def end_at_signals(config: pytest.Config) -> None:
    """Have signals end the run as Ctrl-C does, unless somebody else handles them."""
    if threading.current_thread() is not threading.main_thread():
        return  # no other can
    for name in _SIGNALS:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)
            config.add_cleanup(partial(_put_back, number))


def _put_back(number: int) -> None:
    if signal.getsignal(number) is signal.default_int_handler:
        signal.signal(number, signal.SIG_DFL)


@contextmanager
def interruptible(config: pytest.Config) -> Iterator[None]:
    """Have a live run wait for little more after an interrupt."""
    run = config.stash[RUN]
    if run is None:
        yield
        return
    if run.ending.begun:
        run.ending.begin()  # what pytest did since then took its own time
    try:
        yield
    except KeyboardInterrupt:
        run.ending.begin()
        raise
