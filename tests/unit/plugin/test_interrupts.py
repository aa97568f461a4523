"""plugin/interrupts.py: signals end a live run as Ctrl-C does, and it waits for little more."""

import signal
import threading
from types import SimpleNamespace

import pytest

from pytest_twilio_users.plugin.interrupts import end_at_signals, interruptible
from pytest_twilio_users.plugin.stash import RUN

SIGNALS = [signal.SIGTERM, signal.SIGHUP]


@pytest.fixture
def handlers(monkeypatch):
    """Who handles which signal: nobody at first. The process keeps its own."""
    handlers = dict.fromkeys(SIGNALS, signal.SIG_DFL)
    monkeypatch.setattr(signal, "getsignal", handlers.__getitem__)
    monkeypatch.setattr(signal, "signal", handlers.__setitem__)
    return handlers


def test_signals_to_end_are_taken_for_an_interrupt_until_the_run_is_over(config, handlers):
    """As Ctrl-C is."""
    end_at_signals(config)
    assert handlers == dict.fromkeys(SIGNALS, signal.default_int_handler)

    for cleanup in config.cleanups:
        cleanup()
    assert handlers == dict.fromkeys(SIGNALS, signal.SIG_DFL)


def test_somebody_elses_handler_stays(config, handlers):
    """Whether it was there before, or came meanwhile."""
    handlers[signal.SIGHUP] = "theirs"
    end_at_signals(config)
    assert handlers == {signal.SIGTERM: signal.default_int_handler, signal.SIGHUP: "theirs"}

    handlers[signal.SIGTERM] = "theirs, too"
    [cleanup] = config.cleanups
    cleanup()
    assert handlers[signal.SIGTERM] == "theirs, too"


def test_a_system_without_a_signal_has_one_less(config, handlers, monkeypatch):
    """Windows has no SIGHUP."""
    monkeypatch.delattr(signal, "SIGHUP")
    end_at_signals(config)

    assert [*handlers.values()] == [signal.default_int_handler, signal.SIG_DFL]


def test_another_thread_can_not_handle_signals(config, handlers):
    """So it does not try."""
    thread = threading.Thread(target=end_at_signals, args=[config])
    thread.start()
    thread.join()

    assert handlers == dict.fromkeys(SIGNALS, signal.SIG_DFL)


class Ending:
    """Counts how often it begins."""

    def __init__(self, *, begun):
        self.begun = begun
        self.count = 0

    def begin(self):
        """Begin."""
        self.count += 1


@pytest.mark.parametrize("begun", [False, True])
@pytest.mark.parametrize("error", [None, KeyboardInterrupt, ZeroDivisionError])
def test_an_interrupt_begins_the_end_of_a_live_run(config, begun, error):
    """One that has begun before begins anew: what pytest did since then took its own time."""
    ending = Ending(begun=begun)
    config.stash[RUN] = SimpleNamespace(ending=ending)
    try:
        with interruptible(config):
            assert ending.count == begun
            if error:
                raise error
    except (KeyboardInterrupt, ZeroDivisionError) as raised:
        assert type(raised) is error  # noqa: PT017  # KeyboardInterrupt, too

    assert ending.count == begun + (error is KeyboardInterrupt)


def test_a_run_on_the_stub_is_interrupted_as_ever(config):
    """There is nothing to end."""
    with pytest.raises(KeyboardInterrupt), interruptible(config):
        raise KeyboardInterrupt
