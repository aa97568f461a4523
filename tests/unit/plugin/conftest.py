from pathlib import Path
from types import SimpleNamespace

import pytest

from pytest_twilio_users.plugin.stash import HOLDING, ISOLATION, RUN
from pytest_twilio_users.scopes.isolation import Isolation
from pytest_twilio_users.settings import Settings


class Config(SimpleNamespace):
    """What the plugin needs of pytest's configuration."""

    def add_cleanup(self, cleanup):
        """Keep it for the test."""
        self.cleanups.append(cleanup)


@pytest.fixture
def config():
    """The configuration of a run in stub mode that has begun."""
    config = Config(
        stash=pytest.Stash(),
        option=SimpleNamespace(collectonly=False),
        cleanups=[],
        inipath=None,
        rootpath=Path("/project"),
    )
    isolation = Isolation(Settings())
    config.stash[ISOLATION], config.stash[RUN] = isolation, None
    config.stash[HOLDING] = SimpleNamespace(
        isolation=isolation, secrets=("t0ken-t0ken",), skipped={}, ran=False, unset=[]
    )
    return config


@pytest.fixture
def item(config):
    """A test that uses the kit."""
    return SimpleNamespace(
        nodeid="test_a.py::test_ada",
        config=config,
        stash=pytest.Stash(),
        user_properties=[],
        fixturenames=["twilio_users"],
        session=SimpleNamespace(shouldstop=False),
        reportinfo=lambda: (Path("test_a.py"), 6, "test_ada"),
    )


@pytest.fixture
def report():
    """Makes a report of a test: `report("call", "failed", promise="sid_form")`."""

    def report(
        when="call", outcome="passed", *, nodeid="test_a.py::test_ada", longrepr=None, **noted
    ):
        return pytest.TestReport(
            nodeid=nodeid,
            location=("test_a.py", 6, "test_ada"),
            keywords={},
            outcome=outcome,
            longrepr=longrepr,
            when=when,
            user_properties=[(f"twilio_users_{name}", value) for name, value in noted.items()],
        )

    return report
