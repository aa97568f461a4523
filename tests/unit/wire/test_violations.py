"""wire/violations.py: how a violation reads."""

from pytest_twilio_users.wire.violations import Severity, error


def test_severities_are_in_order() -> None:
    """The worst of several can be asked for."""
    assert max(Severity) is Severity.ERROR
    assert min(Severity) is Severity.NOTE


def test_a_violation_prints_place_finding_and_what_is_allowed() -> None:
    """One line says where, what and what instead."""
    found = error("form.friendlyName", "it 2 times", "allowed: once")

    assert str(found) == "form.friendlyName: found it 2 times; allowed: once"


def test_a_violation_of_the_whole_body_prints_a_place() -> None:
    """A line that begins with a colon would point nowhere."""
    found = error("", "[]", "the body is an object")

    assert str(found) == "body: found []; the body is an object"


def test_a_violation_is_one_line_whatever_a_request_put_in_it() -> None:
    """A name may hold anything; nothing of it reaches the terminal."""
    found = error("form.a\n\x1b[2J", "\u202e\ud800", "allowed: once")

    assert str(found) == r"form.a\n\x1b[2J: found \u202e\ud800; allowed: once"
