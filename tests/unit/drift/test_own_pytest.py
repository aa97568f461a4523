import os
import threading

import pytest

from pytest_twilio_users.drift.own_pytest import run_pytest


def run_quietly():
    """Runs as little as there is."""
    return run_pytest(["--version"], plugins=(), environ=os.environ, quiet=True)


def test_a_thread_can_have_tests_run():
    """It hears of no signals, and so forwards none."""
    results = []
    thread = threading.Thread(target=lambda: results.append(run_quietly()))
    thread.start()
    thread.join()
    assert results == [run_quietly()] == [(0, f"pytest {pytest.__version__}\n")]
