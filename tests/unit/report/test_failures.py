"""A failed phase, as pytest's report has it."""

from types import SimpleNamespace

from pytest_twilio_users.report.failures import tell_failure


def test_a_section_is_told_as_a_screen_may_show_it():
    """Its title, too, which whoever adds one makes; without the secrets."""
    report = SimpleNamespace(
        when="call",
        longrepr=None,
        longreprtext="E   broken",
        sections=[("Sent\x1b[31m by correct-horse", "correct-horse\x07")],
    )
    failure = tell_failure(report, secrets=["correct-horse"])
    assert failure.more == {"Sent\\x1b[31m by ***": "***\\x07"}
