"""The contract suite meets all that can be met at the ten operations."""

from itertools import dropwhile, islice, takewhile

import syrupy

SUITE = ("--tb=no", "--pyargs", "pytest_twilio_users.suites.contract", "-k", "not async")
COVERED = ("--twilio-users-coverage=yes", "--twilio-users-fail-under=100")
KIT = ("-p", "pytest_twilio_users.plugin", "-p", "no:cacheprovider", "--quiet")


def test_its_coverage_is_complete(pytester, monkeypatch, twilio_users_snapshot) -> None:
    """Of each operation success, refusals, parameters, pages and events; by half of its tests."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setattr(syrupy, "_syrupy", syrupy._syrupy)  # the run within has its own
    result = pytester.runpytest_inprocess(*KIT, *SUITE, *COVERED)
    told = dropwhile(lambda line: "Twilio Users: coverage" not in line, result.outlines)
    lines = [*takewhile(lambda line: not line.startswith("="), islice(told, 1, None))]

    assert result.ret == 0
    assert [line for line in lines if "GAPS" in line or "never called" in line] == []
    assert "\n".join(lines) == twilio_users_snapshot
