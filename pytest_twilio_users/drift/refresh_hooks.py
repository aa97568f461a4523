"""Makes pytest note which tests fail: their cassettes stay as they were."""

import argparse
import json
from collections.abc import Generator
from pathlib import Path

import pytest

from pytest_twilio_users.scopes.node_names import stable_name

FAILURES = "--twilio-users-failures"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the option that `twilio-users cassettes refresh` gives."""
    parser.addoption(FAILURES, help=argparse.SUPPRESS)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note a failure, in whichever process."""
    report = yield
    if report.failed:
        with Path(str(item.config.getoption(FAILURES))).open("a", encoding="ascii") as file:
            file.write(json.dumps(stable_name(item)) + "\n")
    return report
