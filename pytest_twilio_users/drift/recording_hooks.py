"""Makes pytest record the requests of tests, also of tests that fail."""

import argparse
from collections.abc import Generator
from dataclasses import replace

import pytest

from pytest_twilio_users.live.run import LiveRun
from pytest_twilio_users.plugin.stash import OUTCOMES, RUN
from pytest_twilio_users.server.served_stub import Beginning, ServedStub
from pytest_twilio_users.settings import Credentials

ON_STUB = "--twilio-users-on-stub"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the option that `twilio-users drift` gives."""
    parser.addoption(ON_STUB, action="store_true", help=argparse.SUPPRESS)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Have the stub answer instead of the network, if asked."""
    run = config.stash[RUN]
    if run is not None and config.getoption(ON_STUB):
        stub = _stub(run)
        config.stash[RUN] = replace(run, open_network=lambda: stub.answer)


def _stub(run: LiveRun) -> ServedStub:
    """The stub as the run's settings have it; it knows the run's service and roles alone."""
    account = run.account
    settings = run.settings._replace(
        service_sids=(account.service_sid,), credentials=Credentials.EXACT
    )
    beginning = Beginning(account_sid=account.sid, auth_token=account.auth_token, settings=settings)
    return ServedStub(beginning, log=lambda _: None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep what was said before a failure, too."""
    report = yield
    if report.failed:
        item.stash[OUTCOMES] = ["passed"]
    return report
