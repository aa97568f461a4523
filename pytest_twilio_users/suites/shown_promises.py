"""Shows the summary of promises on GitHub."""

from collections.abc import Iterable, Iterator

from pytest_twilio_users.ci.annotations import Annotation, Level
from pytest_twilio_users.ci.markdown import listed, plain, table
from pytest_twilio_users.contract.evidence import Evidence

_COUNTS = {*map(str, Evidence), "all", "client"}
"""With what a line begins that counts promises."""

_ALARMS = ("BROKEN", "CONTRADICTED", "VIOLATION")


def alarms(summary: Iterable[str]) -> Iterator[Annotation]:
    """What contradicts the contract, or what a client is to keep."""
    alarm: list[str] = []
    for line in (*summary, ""):
        if alarm and not line.startswith(" "):
            kind, _, told = alarm[0].partition(" ")
            message = "\n".join([told, *map(str.strip, alarm[1:])])
            title = f"Twilio Users: {kind.lower()}"
            yield Annotation(level=Level.ERROR, title=title, message=message)
            alarm.clear()
        if alarm or line.startswith(_ALARMS):
            alarm.append(line)


def promises_as_markdown(summary: Iterable[str]) -> Iterator[str]:
    """The counts as a table, what else is told as a list."""
    lines = [*summary]
    counts = [line.split() for line in lines if line.split()[0] in _COUNTS]
    yield from ("## Twilio Users: promises", "")
    yield from table(
        ("evidence", "promises"), ((kind, plain(" ".join(told))) for kind, *told in counts)
    )
    yield from listed(line for line in lines if line.split()[0] not in _COUNTS)
