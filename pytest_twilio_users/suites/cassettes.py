"""The test that cassettes hold no private value, so that they may be committed.

    pytest --pyargs pytest_twilio_users.suites.cassettes

Or imported into a test file, so that it runs with the others.
"""

from typing import Any

import pytest

from pytest_twilio_users.cassettes.check import check
from pytest_twilio_users.errors import printable


@pytest.mark.twilio_users(mode="stub")
def test_cassettes_hold_no_private_value(twilio_users: Any, pytestconfig: pytest.Config) -> None:
    """Each value in them is harmless or a stand-in, and each cassette can be read."""
    folder = pytestconfig.rootpath / twilio_users.settings.cassettes
    findings = list(check(folder))
    if findings:
        pytest.fail("\n".join(map(printable, findings)), pytrace=False)
