"""cli/last_line.py: the line in which a command tells how far it is."""

import sys
from contextlib import closing
from io import StringIO

import pytest
from terminal_screen import shown

from pytest_twilio_users.cli.last_line import LastLine
from pytest_twilio_users.live import progress_line


class Terminal(StringIO):
    """Standard output and standard error, on one screen."""

    def isatty(self):
        """It is one."""
        return True


@pytest.fixture
def stream(monkeypatch):
    """Puts what takes output into its place, once pytest has put its own there."""

    def stream(taking):
        monkeypatch.setattr(sys, "stdout", taking)
        monkeypatch.setattr(sys, "stderr", taking)
        return taking

    return stream


def test_what_is_printed_stands_above(stream):
    """One line rewrites itself, and is gone in the end."""
    terminal = stream(Terminal())
    with closing(LastLine("removed", environ={})) as last:
        last.show(0, 2, "a long task")
        last.show(0, 2, "a task")
        assert shown(terminal.getvalue()) == ["twilio-users: 0 of 2 removed; a task"]
        last.print("One.")
        last.print("Two.")
        last.show(2, 2)
        assert shown(terminal.getvalue()) == ["One.", "Two.", "twilio-users: 2 of 2 removed"]
    assert shown(terminal.getvalue()) == ["One.", "Two.", ""]


@pytest.mark.parametrize(
    ("kind", "environ"), [(Terminal, {"TERM": "dumb"}), (StringIO, {})], ids=["dumb", "a file"]
)
def test_what_moves_no_cursor_is_a_log(stream, monkeypatch, kind, environ):
    """With a line now and then."""
    monkeypatch.setattr(progress_line, "NOW_AND_THEN", 0)
    log = stream(kind())
    with closing(LastLine("removed", environ=environ)) as last:
        last.show(0, 2, "a task")
        last.show(1, 2, "another")
    assert log.getvalue() == (
        "twilio-users: 0 of 2 removed; a task\ntwilio-users: 1 of 2 removed; another\n"
    )


class Closed(Terminal):
    """A terminal that somebody closed."""

    def write(self, text):
        """Take nothing."""
        raise BrokenPipeError


def test_the_work_goes_on_where_nobody_looks(stream):
    """What can't be shown is no reason to stop."""
    stream(Closed())
    last = LastLine("removed", environ={})
    last.show(0, 2)
    last.close()
