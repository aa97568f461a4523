"""Markdown that shows texts of others as they are, without markup."""

import re
from collections.abc import Iterable, Iterator

from pytest_twilio_users.errors import printable

_MARKUP = re.compile(r"[\\`*_\[\]<>|&~]")


def plain(text: object) -> str:
    """A text of the kit's own words, on one line."""
    return _MARKUP.sub(r"\\\g<0>", printable(str(text)))


def code(text: str) -> str:
    """A text of anybody's, on one line, for a paragraph or a list: nothing in it is markup."""
    shown = printable(text)
    longest = max(map(len, re.findall("`+", shown)), default=0)
    fence = "`" * (longest + 1)
    return f"{fence} {shown} {fence}" if longest or shown != shown.strip() else f"`{shown}`"


def listed(lines: Iterable[str]) -> Iterator[str]:
    """A list of lines; those that are indented stand beneath the one before."""
    for line in lines:
        yield f"  - {code(line.strip())}" if line.startswith(" ") else f"- {code(line)}"
    yield ""


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """The lines of a table, by the Markdown of its cells."""
    columns = [*header]
    for row in (columns, ["---"] * len(columns), *rows):
        yield f"| {' | '.join(row)} |"
    yield ""
