"""The page that the benchmarks write, of numbers that are given: nothing is timed here."""

import sys
from datetime import date
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def written(monkeypatch):
    """Write the page of some figures."""
    monkeypatch.syspath_prepend(str(ROOT))
    from benchmarks.page import page
    from benchmarks.report import Row, Section
    from benchmarks.rounds import Figure

    def figure(low, median, high):
        return Figure(low=low, median=median, high=high)

    sections = [
        Section(
            question="A fetch / a floor",
            rows=[
                Row(
                    name="caught", figure=figure(1.8, 1.9, 2), goal=1.8, why="httpx reads headers."
                ),
                Row(name="respx", figure=figure(1.6, 1.7, 1.8), peer=True),
                Row(name="vcrpy", figure=figure(2, 2.5, 3), peer=True),
                Row(name="noise", figure=figure(0.99, 1, 1.01), aside="floor: 90 µs"),
            ],
        ),
        Section(
            question="A test",
            rows=[Row(name="the fixture", figure=figure(0.2, 0.2, 0.2), goal=0.25, unit="ms")],
        ),
        Section(
            question="A page", rows=[Row(name="the first", figure=figure(1, 1.2, 1.3), goal=1.1)]
        ),
    ]

    def write(*numbers):
        chosen = [sections[number] for number in numbers]
        return page(chosen, today=date(2026, 11, 30), machine="a processor, a Python")

    return write


def test_the_page_has_each_goal_beside_what_was_found(written):
    """Peers stand beside the first row of their section; what was missed comes again, with why."""
    assert written(0, 1).split("Measured on ")[1] == (
        "2026-11-30, on a processor, a Python.\n"
        "\n"
        "| what | goal | found | quartiles | what else there is |\n"
        "|---|---|---|---|---|\n"
        "| **A fetch / a floor** | | | | |\n"
        "| caught | at most 1.8 | 1.90, **missed** | 1.80 to 2.00 | respx 1.70; vcrpy 2.50 |\n"
        "| noise (floor: 90 µs) |  | 1.00 | 0.99 to 1.01 |  |\n"
        "| **A test** | | | | |\n"
        "| the fixture | at most 0.25 | 0.20 ms |  |  |\n"
        "\n"
        "## Goals missed\n"
        "\n"
        "- A fetch / a floor: caught: at most 1.8 is the goal, 1.90 was found."
        " httpx reads headers.\n"
    )


def test_a_goal_that_was_missed_needs_a_reason(written):
    """The page is not written without: whoever measured is told for which."""
    from benchmarks.page import Unexplained

    with pytest.raises(Unexplained) as raised:
        written(2)
    assert str(raised.value) == (
        "The page is not written: these goals were missed, and nobody says why.\n"
        "  A page: the first\n"
        "Measure again on a quiet machine. If they are missed again, find out by a profile where"
        " the time goes, and say so in `why` of the row, in benchmarks/."
    )


def test_each_goal_that_was_missed_has_its_reason_on_the_page():
    """More than the figure, which the table has already."""
    page = (ROOT / "docs" / "benchmarks.md").read_text("utf-8")
    missed = page.partition("## Goals missed\n\n")[2].splitlines()
    assert missed
    assert [line for line in missed if line.endswith("was found.")] == []


def test_where_no_goal_was_missed_the_page_says_so(written):
    """It is the last word."""
    assert written(1).endswith("## Goals missed\n\nNone.\n")


def test_the_machine_is_told_without_its_name(monkeypatch):
    """The processor and the Python; no host, no path."""
    monkeypatch.syspath_prepend(str(ROOT))
    from benchmarks.page import machine

    processor, _, python = machine().rpartition(", ")
    assert processor
    assert python == f"CPython {'.'.join(map(str, sys.version_info[:3]))}"
