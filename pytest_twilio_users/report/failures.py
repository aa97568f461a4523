"""Tells how a phase of a test failed, from the report that pytest makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_twilio_users.errors import cut, printable_lines
from pytest_twilio_users.report.conversation import tell_turns
from pytest_twilio_users.report.document import Failure, Turn
from pytest_twilio_users.wire.journal import Journal
from pytest_twilio_users.wire.secrecy import hide_secrets, secrets_among

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pytest

_LONGEST_MESSAGE = 2_000
_LONGEST_TEXT = 10_000
"""Characters of what was raised; of a traceback or of what was printed, whose end is kept."""

_OWN = "Twilio Users: "
_EXCHANGES = f"{_OWN}last exchanges"
"""How the kit's sections of a report begin; the one whose place the conversation takes."""


def tell_failure(
    report: pytest.TestReport | pytest.CollectReport,
    recent: Journal | None = None,
    *,
    secrets: Iterable[str] = (),
) -> Failure:
    """Tell a failure, with the last exchanges before it.

    The `secrets` are hidden everywhere, and those that the exchanges bore.
    """
    journal = Journal() if recent is None else recent
    secrets = secrets_among((each.request.authorization for each in journal), secrets)

    def shown(text: str) -> str:
        return printable_lines(hide_secrets(text, secrets).expandtabs(4))

    text = shown(report.longreprtext)
    crash = getattr(report.longrepr, "reprcrash", None)
    turns = tell_turns(journal, secrets=secrets)
    return Failure(
        when=str(report.when),
        message=cut(text if crash is None else shown(crash.message), longest=_LONGEST_MESSAGE),
        text="" if crash is None else _end(text),
        turns=turns,
        left_out=len(journal) - len(turns),
        more={
            shown(title.removeprefix(_OWN).capitalize()): _end(shown(said))
            for title, said in report.sections
            if title != _EXCHANGES
        },
    )


def read_failure(told: dict[str, Any]) -> Failure:
    """The failure that was brought over as plain values."""
    turns = tuple(
        Turn(**{**turn, "violations": tuple(turn["violations"])}) for turn in told["turns"]
    )
    return Failure(**{**told, "turns": turns})


def _end(text: str) -> str:
    return f"…{text[-_LONGEST_TEXT:]}" if len(text) > _LONGEST_TEXT else text
