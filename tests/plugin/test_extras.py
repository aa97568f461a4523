"""Without an extra all else works, and what needs it says the one command.

`tests/extras` has what each brings: `.ci/run` runs it in an environment with that extra alone.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from pytest_twilio_users.extras import EXTRAS

TESTS = Path(__file__).parents[1]
PLUGINS = ("-p", "only", "-p", "pytest_twilio_users.plugin", "-p", "no:cacheprovider")


def run_in_core(folder, *arguments):
    """Run pytest where nothing is installed but the core; what it printed."""
    kept = {name: value for name, value in os.environ.items() if "TWILIO" not in name}
    run = subprocess.run(  # noqa: S603  # our own tests
        [sys.executable, "-m", "pytest", "-q", *PLUGINS, *arguments],
        cwd=folder,
        env=kept
        | {
            "PYTEST_ADDOPTS": "",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTHONPATH": str(TESTS / "data"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def test_an_extra_is_installed_for_each_row():
    """And what a row brings has tests."""
    tested = {path.stem.removeprefix("test_") for path in (TESTS / "extras").glob("test_*.py")}
    assert tested == {"core", *EXTRAS}


def test_the_core_needs_no_extra(tmp_path):
    """What it brings works where nothing is installed but it."""
    shutil.copy(TESTS / "extras" / "test_core.py", tmp_path)
    run_in_core(tmp_path, "test_core.py")


def test_the_contract_suite_needs_no_extra(tmp_path):
    """So an environment for it is small."""
    run_in_core(tmp_path, "--pyargs", "pytest_twilio_users.suites.contract", "-k", "deleted")


MISSING = """
import pytest
from pytest_twilio_users import KitError


@pytest.mark.parametrize(
    ("module", "library", "extra"),
    [
        ("strategies", "Hypothesis", "hypothesis"),
        ("strategies.names", "Hypothesis", "hypothesis"),
        ("state_machine", "Hypothesis", "hypothesis"),
        ("suites.client", "Hypothesis", "hypothesis"),
        ("snapshots", "syrupy", "syrupy"),
    ],
)
def test_an_import_says_the_command(module, library, extra):
    from importlib import import_module

    with pytest.raises(ModuleNotFoundError) as raised:
        import_module(f"pytest_twilio_users.{module}")
    assert isinstance(raised.value, KitError)
    assert str(raised.value) == (
        f"pytest_twilio_users.{module.removesuffix('.names')} needs {library}:"
        f' pip install "pytest-twilio-users[{extra}]".'
    )


@pytest.mark.parametrize(
    ("fixture", "library", "extra"),
    [
        ("twilio_users_snapshot", "syrupy", "syrupy"),
        ("twilio_users_matcher", "syrupy", "syrupy"),
        ("twilio_users_sdk", "Twilio's SDK", "sdk"),
        ("twilio_users_async_sdk", "Twilio's SDK", "sdk"),
        ("twilio_users_server", "uvicorn", "server"),
    ],
)
def test_a_fixture_says_the_command(request, fixture, library, extra):
    with pytest.raises(pytest.fail.Exception) as raised:
        request.getfixturevalue(fixture)
    assert str(raised.value) == (
        f'{fixture} needs {library}: pip install "pytest-twilio-users[{extra}]".'
    )


@pytest.mark.parametrize(
    ("arguments", "asked", "library", "extra"),
    [
        (["serve"], "twilio-users serve", "uvicorn", "server"),
        (
            ["drift", "openapi", "it.yaml"],
            "it.yaml is not JSON, and to read it as YAML",
            "PyYAML",
            "yaml",
        ),
    ],
)
def test_a_command_says_the_command(capsys, arguments, asked, library, extra):
    from pathlib import Path

    from pytest_twilio_users.cli import main

    Path("it.yaml").write_text("openapi: 3.0.1")
    assert main(arguments) == 2
    assert capsys.readouterr().err == (
        f"twilio-users: {asked} needs {library}:"
        f' pip install "pytest-twilio-users[{extra}]".\\n'
    )
"""


def test_what_is_missing_is_told_with_the_command_that_brings_it(tmp_path):
    """Of a module when it is imported, of a fixture in one line, of a command at its start."""
    (tmp_path / "test_missing.py").write_text(MISSING)
    assert "12 passed" in run_in_core(tmp_path, "test_missing.py")
