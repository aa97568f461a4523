from collections.abc import Callable, Mapping

import pytest
from contract.trials import StubTrial, Trial, Trials

STUB = """
    import pytest
    from {module} import {name}

    @pytest.fixture(scope="session")
    def twilio_users_backend():
        return {name}
"""
BROKEN_STUBS = """
    import pytest
    from contract.broken_stubs import BROKEN_STUBS

    @pytest.fixture(scope="session")
    def twilio_users_backend(request):
        return BROKEN_STUBS[request.param]
"""
CLIENT = """
    import pytest
    from {module} import {name}
    from pytest_twilio_users.suites.client import {suite}, Retries

    class TestClient({suite}):
        @pytest.fixture(scope="class")
        @classmethod
        def twilio_users_adapter(cls, twilio_users):
            return {name}(twilio_users.account_sid, twilio_users.auth_token)

        @pytest.fixture(scope="class")
        @classmethod
        def twilio_users_retries(cls, twilio_users_adapter):
            return getattr(twilio_users_adapter, "retries", Retries())
"""
BROKEN_CLIENTS = """
    import pytest
    from contract.broken_clients import BROKEN_CLIENTS
    from pytest_twilio_users.suites.client import ClientSuite

    class TestClient(ClientSuite):
        @pytest.fixture(scope="class")
        @classmethod
        def twilio_users_adapter(cls, request, twilio_users):
            client = BROKEN_CLIENTS[request.param]
            return client(twilio_users.account_sid, twilio_users.auth_token)
"""
KIT = ("-p", "pytest_twilio_users.plugin", "-p", "no:cacheprovider", "--quiet")


@pytest.fixture
def examine_stub(pytester, monkeypatch) -> Callable[..., StubTrial]:
    """Puts a backend to the contract suite, as anybody would who overrides its fixture."""

    def examine(module: str, name: str, promise: str | None = None, *options: str) -> StubTrial:
        monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        pytester.makeconftest(STUB.format(module=module, name=name))
        suite = ("--tb=no", "--pyargs", "pytest_twilio_users.suites.contract")
        trial = StubTrial(promise)
        result = pytester.runpytest_inprocess(*KIT, *suite, *options, plugins=[trial])
        trial.ended, trial.told = result.ret, result.outlines
        return trial

    return examine


@pytest.fixture
def examine_broken_stubs(pytester, monkeypatch) -> Callable[..., dict[str, StubTrial]]:
    """Puts broken stubs to the contract suite, by name, one after another in one run."""

    def examine(promises: Mapping[str, str]) -> dict[str, StubTrial]:
        monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        pytester.makeconftest(BROKEN_STUBS)
        trials = {name: StubTrial(promise) for name, promise in promises.items()}
        suite = ("--tb=no", "--pyargs", "pytest_twilio_users.suites.contract")
        trying = Trials("twilio_users_backend", trials)
        pytester.runpytest_inprocess(*KIT, *suite, plugins=[trying])
        return trials

    return examine


@pytest.fixture
def examine_broken_clients(pytester, monkeypatch) -> Callable[..., dict[str, Trial]]:
    """Puts broken clients to the client suite, by name, one after another in one run."""

    def examine(promises: Mapping[str, str], *options: str) -> dict[str, Trial]:
        monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        pytester.makepyfile(BROKEN_CLIENTS)
        trials = {name: Trial(promise) for name, promise in promises.items()}
        trying = Trials("twilio_users_adapter", trials)
        pytester.runpytest_inprocess(*KIT, *options, plugins=[trying])
        return trials

    return examine


@pytest.fixture
def examine_client(pytester, monkeypatch) -> Callable[..., Trial]:
    """Puts a client to the client suite, as anybody would who has an adapter for it."""

    def examine(
        client: type, promise: str | None = None, *options: str, suite: str = "ClientSuite"
    ) -> Trial:
        monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        named = {"module": client.__module__, "name": client.__name__, "suite": suite}
        pytester.makepyfile(CLIENT.format(**named))
        trial = Trial(promise)
        trial.ended = pytester.runpytest_inprocess(*KIT, *options, plugins=[trial]).ret
        return trial

    return examine
