"""live/progress_line.py: how far long work has come."""

import os

import pytest

from pytest_twilio_users.live import progress_line
from pytest_twilio_users.live.progress_line import ProgressLine


class Place:
    """Where it is shown: what was, and the time."""

    def __init__(self, *, is_terminal):
        self.seconds = 100.0
        self.shown = []
        self.line = ProgressLine(
            "tests",
            rewrite=self.shown.append if is_terminal else None,
            log=self.shown.append,
            clock=lambda: self.seconds,
        )

    def after(self, seconds, *progress):
        """Time passes, and it is shown how far it came: what is to be seen of it."""
        self.seconds += seconds
        self.shown.clear()
        self.line.show(*progress)
        return self.shown


@pytest.fixture
def terminal():
    """A line that rewrites itself."""
    return Place(is_terminal=True)


@pytest.fixture
def log():
    """A file."""
    return Place(is_terminal=False)


def test_a_terminal_shows_each_step(terminal):
    """What is done of how much, and when the rest may be; what else there is to tell."""
    assert terminal.after(0, 0, 40, "a pace", "a task") == [
        "twilio-users: 0 of 40 tests; a pace; a task"
    ]
    assert terminal.after(10, 10, 40, "a pace") == [
        "twilio-users: 10 of 40 tests, 30 s left; a pace"
    ]
    assert terminal.after(30, 10, 100) == ["twilio-users: 10 of 100 tests, 6 min left"]


def test_nobody_guesses_from_nothing(terminal):
    """At first there is no telling how long the rest takes; nor what it is, until it is found."""
    assert terminal.after(20, 0, 40) == ["twilio-users: 0 of 40 tests"]
    assert terminal.after(-19.5, 1, 40) == ["twilio-users: 1 of 40 tests"]
    assert terminal.after(9, 0, 0, "looking") == ["twilio-users: looking"]


def test_a_log_has_a_line_now_and_then(log):
    """Each half minute; work that takes less says nothing."""
    assert log.after(0, 0, 40) == []
    assert log.after(29, 1, 40) == []
    assert log.after(1, 20, 40) == ["twilio-users: 20 of 40 tests, 30 s left"]
    assert log.after(29, 21, 40) == []
    assert log.after(1, 30, 40) == ["twilio-users: 30 of 40 tests, 20 s left"]


def test_a_terminals_line_stays_one(terminal, monkeypatch):
    """However long a test's name is, and however wide its letters."""
    size = os.terminal_size((60, 24))
    monkeypatch.setattr(progress_line, "get_terminal_size", lambda: size)
    [line] = terminal.after(0, 1, 2, "tests/test_名前.py::test_\n\x1b[2J" + "x" * 100)
    assert line == r"twilio-users: 1 of 2 tests; tests/test_\u540d\u524d.py::tes"


def test_a_log_is_moved_by_nothing(log):
    """What a test is called is shown as it is, but for what moves a cursor or ends a line."""
    [line] = log.after(30, 1, 2, "test_名前\x1b[2J\n::error::")
    assert line == r"twilio-users: 1 of 2 tests, 30 s left; test_名前\x1b[2J\n::error::"
