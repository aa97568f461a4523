"""Writes what was found as a page of the documentation."""

import platform
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from benchmarks.report import Row, Section

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"

INTRODUCTION = """\
Each ratio is of two things that were timed in turns, in one run: the median of its rounds, then
their quartiles. Milliseconds and bytes tell about the machine, too. What is measured and how, and
how to do so yourself: [benchmarks](../benchmarks/README.md)."""


class Unexplained(Exception):
    """A goal was missed, and its row does not say why."""


def write(sections: Sequence[Section], *, today: date) -> None:
    """Write the page anew.

    Raises:
        Unexplained: a goal was missed, and nobody says why.
    """
    PAGE.write_text(page(sections, today=today, machine=machine()), "utf-8")


def page(sections: Sequence[Section], *, today: date, machine: str) -> str:
    """The page: a table of all that was found, and each goal that was missed.

    Args:
        sections: what was found.
        today: the day of the run.
        machine: the processor and the Python that it ran on.

    Raises:
        Unexplained: a goal was missed, and nobody says why.
    """
    _require_reasons(sections)
    lines = [
        "<!-- `make benchmark` writes this page. -->",
        "",
        "# What the kit costs",
        "",
        INTRODUCTION,
        "",
        f"Measured on {today:%Y-%m-%d}, on {machine}.",
        "",
        "| what | goal | found | quartiles | what else there is |",
        "|---|---|---|---|---|",
    ]
    for section in sections:
        lines += _rows(section)
    lines += ["", "## Goals missed", ""]
    lines += [*_missed(sections)] or ["None."]
    return "\n".join([*lines, ""])


def _require_reasons(sections: Sequence[Section]) -> None:
    lines = [
        f"  {section.question}: {row.name}"
        for section in sections
        for row in section.rows
        if row.missed and not row.why
    ]
    if lines:
        raise Unexplained(
            "The page is not written: these goals were missed, and nobody says why.\n"
            + "\n".join(lines)
            + "\nMeasure again on a quiet machine. If they are missed again, find out by a profile"
            " where the time goes, and say so in `why` of the row, in benchmarks/."
        )


def _rows(section: Section) -> Iterator[str]:
    """The rows of a section; beside the first one what others take."""
    yield f"| **{section.question}** | | | | |"
    peers = "; ".join(f"{row.name} {_number(row)}" for row in section.rows if row.peer)
    for row in section.rows:
        if row.peer:
            continue
        goal = "" if row.goal is None else f"at most {row.goal:g}"
        spread = f"{row.figure.low:.2f} to {row.figure.high:.2f}"
        quartiles = spread if row.figure.low < row.figure.high else ""
        name = f"{row.name} ({row.aside})" if row.aside else row.name
        missed = ", **missed**" if row.missed else ""
        yield f"| {name} | {goal} | {_number(row)}{missed} | {quartiles} | {peers} |"
        peers = ""


def _missed(sections: Sequence[Section]) -> Iterator[str]:
    for section in sections:
        for row in section.rows:
            if row.missed:
                told = f"at most {row.goal:g} is the goal, {_number(row)} was found. {row.why}"
                yield f"- {section.question}: {row.name}: {told}".rstrip()


def _number(row: Row) -> str:
    return f"{row.figure.median:.2f}" + ("" if row.unit == "x" else f" {row.unit}")


def machine() -> str:
    """The processor and the Python, and nothing that tells whose they are."""
    return f"{_processor()}, {platform.python_implementation()} {platform.python_version()}"


def _processor() -> str:
    """Its name, where the system tells it."""
    told = Path("/proc/cpuinfo")
    for line in told.read_text("utf-8").splitlines() if told.exists() else ():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return " ".join(value.split())
    return platform.processor() or platform.machine()
