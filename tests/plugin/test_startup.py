"""What is loaded, and when: a run that does not use the kit pays nothing for it."""

import os
import subprocess
import sys

import pytest

from pytest_twilio_users.plugin.plain_loading import loading_plainly

HEAVY = {
    *("httpx", "httpx2", "respx", "requests", "aiohttp", "twilio", "uvicorn"),
    *("hypothesis", "syrupy", "asyncio", "sortedcontainers", "jinja2"),
}
LIGHT = f"assert not {HEAVY!r} & sys.modules.keys()"


def interpret(*arguments: str) -> None:
    """Run a fresh interpreter, which has to succeed."""
    environment = {name: value for name, value in os.environ.items() if "TWILIO" not in name}
    subprocess.run(  # noqa: S603  # the command is this file's own
        [sys.executable, *arguments],
        env=environment | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        check=True,
    )


def test_importing_the_package_loads_nothing_heavy():
    """Its names are there, and imported when they are first used."""
    interpret("-c", f"import sys, pytest_twilio_users; dir(pytest_twilio_users); {LIGHT}")


def test_importing_the_plugin_compiles_no_pattern():
    """To compile them took a fifth of the time: who needs one compiles it then."""
    interpret(
        "-c",
        "import pytest, re; known = set(re._cache); import pytest_twilio_users.plugin;"
        " assert re._cache.keys() == known, re._cache.keys() - known",
    )


def test_importing_the_plugin_loads_nothing_heavy():
    """Hooks, options and fixtures are there without what stands behind them."""
    interpret("-c", f"import sys, pytest_twilio_users.plugin; {LIGHT}")


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--twilio-users-strict=no", "--twilio-users-service-sids=IS" + 32 * "1"],
        ["-m", "twilio_users", "--strict-markers"],
    ],
    ids=["plain", "with-options", "with-markers"],
)
def test_a_run_that_does_not_use_the_kit_loads_nothing_heavy(tmp_path, options):
    """Collecting, running and reporting tests needs none of it."""
    (tmp_path / "test_it.py").write_text(
        f"""
import sys

import pytest

@pytest.fixture(scope="module")
def fixture():
    yield

@pytest.mark.twilio_users(strict=False)
def test_light(fixture):
    {LIGHT}

@pytest.mark.twilio_users(max_page_size=2)
@pytest.mark.xfail
def test_fails():
    raise LookupError
"""
    )
    plugin = ["-p", "pytest_twilio_users.plugin", "-p", "no:cacheprovider"]
    interpret("-m", "pytest", "-q", *plugin, *options, str(tmp_path))


def test_the_client_loads_what_it_needs():
    """The client without tests takes httpx, and no more of the kit's dependencies."""
    rest = {"pytest", "respx", "hypothesis", "syrupy"}
    interpret(
        "-c",
        "import sys; from pytest_twilio_users import UsersClient;"
        f" assert not {rest!r} & sys.modules.keys()",
    )


@pytest.mark.parametrize(
    ("body", "loaded"),
    [
        ("", {"httpx"}),
        ("twilio_users.routes['fetch_user'].refuse('unavailable')", {"httpx", "respx"}),
    ],
    ids=["stub", "routes"],
)
def test_a_test_with_the_kit_loads_what_it_needs(tmp_path, body, loaded):
    """It takes httpx; respx where it looks at routes, as its plugin may be off."""
    (tmp_path / "test_it.py").write_text(
        f"""
import sys

def test_used(twilio_users):
    twilio_users.client.create_user("ada")
    {body}
    assert {loaded} == {{"httpx", "respx", "hypothesis", "syrupy"}} & sys.modules.keys()
    reports = {{"pytest_twilio_users.usage", "pytest_twilio_users.plugin.collecting"}}
    assert not reports & sys.modules.keys()
"""
    )
    plugin = ["-p", "pytest_twilio_users.plugin", "-p", "no:cacheprovider"]
    interpret("-m", "pytest", "-q", *plugin, str(tmp_path))


LOADERS = """
import sys
from importlib.machinery import SourceFileLoader

import pytest_twilio_users.suites.contract_tests.creating

def test_loaded(twilio_users):
    twilio_users.client.create_user("ada")
    ours = {name for name in sys.modules if name.startswith("pytest_twilio_users.")}
    plain = {name for name in ours if type(sys.modules[name].__loader__) is SourceFileLoader}
    assert {name for name in ours - plain if "suites" not in name} == PYTESTS
    assert "pytest_twilio_users.suites.contract_tests.creating" not in plain
"""


def test_python_itself_loads_the_kit_and_pytest_its_suites(tmp_path):
    """Pytest would find, check and load a rewritten copy of each module; suites alone assert."""
    pytests = {f"pytest_twilio_users.plugin{name}" for name in ("", ".plain_loading")}
    (tmp_path / "test_it.py").write_text(LOADERS.replace("PYTESTS", repr(pytests)))
    plugin = ["-p", "pytest_twilio_users.plugin", "-p", "no:cacheprovider"]
    interpret("-m", "pytest", "-q", *plugin, str(tmp_path))


def test_after_a_run_modules_are_found_as_before(monkeypatch):
    """What finds them is taken away again, and is no loss where somebody put the list back."""
    before = [*sys.meta_path]
    monkeypatch.setattr(sys, "meta_path", [*before])

    with loading_plainly():
        assert len(sys.meta_path) == len(before) + 1
    assert sys.meta_path == before

    with loading_plainly():
        sys.meta_path[:] = before
    assert sys.meta_path == before


def test_where_pytest_rewrites_nothing_all_stays_as_it_is(monkeypatch):
    """With `--assert=plain` it does not find modules in the first place."""
    monkeypatch.setattr(sys, "meta_path", [])

    with loading_plainly():
        assert sys.meta_path == []
