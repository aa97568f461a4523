from collections.abc import Callable

import pytest
from contract.client_trials import MODULE, Trial

import pytest_twilio_users.handle.assembly  # noqa: F401  # here once, not anew in each trial
from pytest_twilio_users.suites import client as suite  # noqa: F401  # the same


@pytest.fixture
def examine_client(pytester, monkeypatch) -> Callable[..., Trial]:
    """Puts a client to the suite, as anybody would who has an adapter for it."""

    def examine(client: type, promise: str | None = None, *options: str) -> Trial:
        monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        pytester.makepyfile(MODULE.format(module=client.__module__, name=client.__name__))
        kit = ("-p", "pytest_twilio_users.plugin", "-p", "no:cacheprovider", "--quiet")
        trial = Trial(promise)
        trial.ended = pytester.runpytest_inprocess(*kit, *options, plugins=[trial]).ret
        return trial

    return examine
