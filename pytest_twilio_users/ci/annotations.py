"""GitHub's annotations: lines of a log that it shows with the run, or beside the code."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from pytest_twilio_users.errors import printable_lines

MOST = 10
"""How many of each level GitHub shows of a step."""


class Level(StrEnum):
    """How GitHub shows an annotation."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True, kw_only=True, slots=True)
class Annotation:
    """What is to be shown, under a title; `file`, if any, is a path in the repository."""

    level: Level
    title: str
    message: str
    file: str = ""

    def __str__(self) -> str:
        """The line by which GitHub is told. Nothing in it is read as another command."""
        properties = {"file": self.file, "title": self.title}
        told = ",".join(f"{name}={_property(text)}" for name, text in properties.items() if text)
        return f"::{self.level} {told}::{_data(self.message)}"


def commands(annotations: Iterable[Annotation]) -> Iterator[str]:
    """The lines that tell GitHub; of a level with too many, the last says how many more."""
    found: defaultdict[Level, list[Annotation]] = defaultdict(list)
    for each in annotations:
        found[each.level].append(each)
    for of_level in found.values():
        shown, last = of_level[: MOST - 1], of_level[MOST - 1 :]
        if len(last) > 1:
            more = f"{len(last)} more are in the log of this step."
            last = [replace(last[0], message=more, file="")]
        yield from map(str, (*shown, *last))


def _data(text: str) -> str:
    return printable_lines(text).replace("%", "%25").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
