"""`twilio-users drift`: what is its own, and what is pytest's."""

import pytest

from pytest_twilio_users.cli import main
from pytest_twilio_users.drift.sides import CONTRACT_SUITE, DriftReport


@pytest.mark.parametrize(
    ("arguments", "tests", "is_json"),
    [
        (["stub", "live"], CONTRACT_SUITE, False),
        (["--json", "stub", "live"], CONTRACT_SUITE, True),
        (["stub", "--json", "live"], CONTRACT_SUITE, True),
        (["stub", "live", "--json"], CONTRACT_SUITE, True),
        (["--json", "stub", "live", "tests", "-k", "x y"], ["tests", "-k", "x y"], True),
        (["stub", "live", "tests", "-x", "--json", "-n2"], ["tests", "-x", "-n2"], True),
        (["stub", "live", "--js"], ["--js"], False),
        (["stub", "live", "--", "-k", "x"], ["-k", "x"], False),
        (["stub", "live", "--json", "-x", "--", "--json"], ["-x", "--json"], True),
    ],
)
def test_the_commands_own_options_may_stand_anywhere(
    monkeypatch, capsys, arguments, tests, is_json
):
    """Up to `--`: what stands behind is pytest's, as is what the command does not know."""
    asked = []

    def find_drift(first, second, *, tests, cassettes, quiet):
        asked.extend([first, second, list(tests)])
        assert quiet is is_json  # nobody looks
        return DriftReport(first=first, second=second, drifts={}, compared=0, alone=[])

    monkeypatch.setattr("pytest_twilio_users.drift.sides.find_drift", find_drift)
    assert main(["drift", *arguments]) == 0
    assert asked == ["stub", "live", list(tests)]
    assert capsys.readouterr().out.startswith("{") is is_json
