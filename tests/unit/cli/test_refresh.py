"""What becomes of what was recorded anew, by who is asked and what they answer."""

import errno
import io
import os
import sys
from datetime import date

import pytest

from pytest_twilio_users.cassettes.cassette import Cassette, read_cassette, write_cassette
from pytest_twilio_users.cassettes.places import place
from pytest_twilio_users.cli import main
from pytest_twilio_users.drift import refreshing
from pytest_twilio_users.drift.refreshing import Change, Refreshed

OLD, NEW = date(2026, 1, 1), date(2026, 11, 24)
A, B, C, SAME = (f"test_it.py::test_{name}" for name in ("a", "b", "c", "same"))


class Terminal(io.StringIO):
    """That of somebody who answers; ^C is Ctrl-C."""

    def isatty(self):  # noqa: D102  # a stream's
        return True

    def readline(self, *_):  # noqa: D102  # the same
        line = super().readline()
        if line == "^C\n":
            raise KeyboardInterrupt
        return line


@pytest.fixture
def folder(tmp_path):
    """Three cassettes that changed, and one that did not."""
    for name in (A, B, C, SAME):
        write_cassette(place(tmp_path, name), a_cassette(name, OLD))
    return tmp_path


def a_cassette(name, day):
    """One in which nothing is said."""
    return Cassette(name=name, recorded_from="", kit="0", date=day, exchanges=())


@pytest.fixture
def said():
    """The lines that the command printed."""
    return []


@pytest.fixture
def refresh(folder, monkeypatch, capsys, said):
    """Runs the command as if they had been recorded; gives its code, what it said and asked."""
    changes = [
        Change(
            path=place(folder, name),
            name=name,
            new=None if name == C else a_cassette(name, NEW),
            lines=() if name == SAME else (f"what changed in {name[-1]}",),
        )
        for name in (A, B, C, SAME)
    ]
    recorded = Refreshed(changes=tuple(changes), kept=(), others=0)
    monkeypatch.setattr(refreshing, "refresh", lambda *_, **__: recorded)

    def refresh(*options, answers=None):
        monkeypatch.setattr(sys, "stdin", io.StringIO() if answers is None else Terminal(answers))
        code = main(["cassettes", "refresh", "--cassettes", str(folder), *options])
        printed = capsys.readouterr()
        said.extend(printed.out.splitlines())
        return code, said[-1], printed.err.count("Write it? ")

    return refresh


def written(folder):
    """Which cassettes are as they were recorded anew."""
    paths = {name: place(folder, name) for name in (A, B, C, SAME)}
    return {
        name[len("test_it.py::test_") :]
        for name, path in paths.items()
        if not path.exists() or read_cassette(path, folder=folder).date == NEW
    }


ANSWERS = {
    "y\nn\nY\n": (
        {"a", "c", "same"},
        3,
        "3 cassettes changed, 2 written; 1 unchanged, 1 with a new date.",
    ),
    "yes\nyes\nyes\n": (
        {"a", "b", "c", "same"},
        3,
        "3 cassettes changed, 3 written; 1 unchanged, 1 with a new date.",
    ),
    "n\na\n": (
        {"b", "c", "same"},
        2,
        "3 cassettes changed, 2 written; 1 unchanged, 1 with a new date.",
    ),
    "y\nq\n": ({"a"}, 2, "3 cassettes changed, 1 written; 1 unchanged, 0 with a new date."),
    "y\n^C\n": ({"a"}, 2, "3 cassettes changed, 1 written; 1 unchanged, 0 with a new date."),
    "y\n": ({"a"}, 2, "3 cassettes changed, 1 written; 1 unchanged, 0 with a new date."),
    "\nwhat?\na\n": (
        {"a", "b", "c", "same"},
        3,
        "3 cassettes changed, 3 written; 1 unchanged, 1 with a new date.",
    ),
}


@pytest.mark.parametrize(("answers", "expected"), ANSWERS.items())
def test_each_is_written_that_is_wished(refresh, folder, answers, expected):
    """One after the other; until an answer is for all that follow, or the input ends."""
    what, asked, told = expected
    assert refresh(answers=answers) == (0 if len(what) == 4 else 1, told, asked)
    assert written(folder) == what


def test_options_answer_for_all(refresh, folder):
    """Nobody is asked then, at a terminal either; both at once are an error."""
    code, told, asked = refresh("--dry-run", answers="y\ny\ny\n")
    assert (code, asked, written(folder)) == (1, 0, set())
    assert told == "3 cassettes changed, 0 written; 1 unchanged, 0 with a new date."
    with pytest.raises(SystemExit):
        refresh("--dry-run", "--yes")
    code, told, asked = refresh("--yes")
    assert (code, asked, written(folder)) == (0, 0, {"a", "b", "c", "same"})


def test_without_a_terminal_nothing_is_written(refresh, folder):
    """That is told, with what writes all; also where standard input is closed."""
    told = "There is no terminal to ask, so nothing was written. To write all: --yes."
    assert refresh() == (1, told, 0)
    assert written(folder) == set()


def test_what_can_not_be_written_is_told_and_the_others_are(refresh, folder, said, monkeypatch):
    """A link leads elsewhere, a folder is in its place, the disk is full."""
    a, b = place(folder, A), place(folder, B)
    a.unlink()
    a.symlink_to(folder.parent / "elsewhere.json")
    b.unlink()
    b.mkdir()

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    code, _, _ = refresh("--yes")
    assert (code, said) == (
        1,
        [
            A,
            "  what changed in a",
            (
                f"  The cassette {a} can't be written: the link {a} leads to a place outside the"
                " folder of cassettes. Remove the link."
            ),
            B,
            "  what changed in b",
            (f"  The cassette {b} can't be written: there is a folder of this name. Remove it."),
            C,
            "  what changed in c",
            f"  {place(folder, SAME)} can't be written: No space left on device",
            "3 cassettes changed, 1 written; 1 unchanged, 0 with a new date.",
        ],
    )
    assert not (folder.parent / "elsewhere.json").exists()
