"""A failed phase, as pytest's report has it."""

from types import SimpleNamespace

import pytest

from pytest_twilio_users.report.document import Failure
from pytest_twilio_users.report.failures import tell_failure
from pytest_twilio_users.wire.journal import Exchange, Journal
from pytest_twilio_users.wire.messages import Request


def report(text, *, message=None, sections=()):
    """Pytest's report of a call that failed; without a message, of something that never ran."""
    crash = None if message is None else SimpleNamespace(message=message)
    longrepr = SimpleNamespace(reprcrash=crash)
    return SimpleNamespace(when="call", longrepr=longrepr, longreprtext=text, sections=sections)


def test_a_failure_is_told_by_what_was_raised_and_where():
    """Where nothing was raised, by all that there is."""
    raised = report("def test_it():\n\tassert 0\nE\tassert 0", message="assert 0")
    assert tell_failure(raised) == Failure(
        when="call", message="assert 0", text="def test_it():\n    assert 0\nE   assert 0"
    )
    assert tell_failure(report("no such file")) == Failure(
        when="call", message="no such file", text=""
    )


@pytest.mark.parametrize(
    ("length", "text", "message"),
    [
        (2_000, "x" * 2_000, "x" * 2_000),
        (10_000, "x" * 10_000, "x" * 1_999 + "…"),
        (10_001, "…" + "x" * 10_000, "x" * 1_999 + "…"),
    ],
    ids=["short", "as-long-as-fits", "long"],
)
def test_of_much_text_the_end_is_kept_and_of_a_message_the_beginning(length, text, message):
    """A traceback ends where it was raised; a message begins with what is wrong."""
    found = tell_failure(report("x" * length, message="x" * length))
    assert (found.text, found.message) == (text, message)


def test_what_the_journal_does_not_keep_is_counted():
    """The last exchanges are told, by their numbers."""
    journal = Journal(limit=2)
    for _ in range(5):
        request = Request(method="GET", origin="https://example.com", target="/v1/Users")
        journal.append(Exchange(operation="list_user", request=request, response=None))
    found = tell_failure(report("", message=""), journal)
    assert ([turn.number for turn in found.turns], found.left_out) == ([4, 5], 3)


def test_a_section_is_told_as_a_screen_may_show_it():
    """Its title, too, which whoever adds one makes; without the secrets."""
    sections = [
        ("Sent\x1b[31m by correct-horse", "correct-horse\x07"),
        ("Twilio Users: last webhooks", "none"),
        ("Twilio Users: last exchanges", "they are told as turns"),
    ]
    failure = tell_failure(report("E   broken", sections=sections), secrets=["correct-horse"])
    assert failure.more == {"Sent\\x1b[31m by ***": "***\\x07", "Last webhooks": "none"}
