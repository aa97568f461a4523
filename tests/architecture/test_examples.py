"""The example projects run as somebody has them who copied one: alone, with what they require."""

import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PROJECTS = sorted(path.parent for path in ROOT.glob("docs/examples/*/pyproject.toml"))
COMMANDS = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PASSED = re.compile(r"^=+ \d\d+ passed in ", re.MULTILINE)
OPTIONS = (
    *("-W", "error", "-p", "no:cacheprovider"),
    # The same examples in each run, and none is timed.
    "--hypothesis-profile=ci",
    # This project's tests bring pytest-asyncio, which warns where its scope is not set.
    *("-o", "asyncio_default_fixture_loop_scope=function"),
)
USES = {
    "hypothesis": r"\bhypothesis\b|import strategies|state_machine|ClientSuite|ResilienceSuite",
    "syrupy": r"\bsyrupy\b|twilio_users_(snapshot|matcher)",
    "sdk": r"twilio_users_(async_)?sdk",
    "server": r"twilio_users_server",
}
"""What in tests needs an extra."""

each_project = pytest.mark.parametrize("project", PROJECTS, ids=lambda path: path.name)


def read(path: Path) -> dict[str, Any]:
    """A project's `pyproject.toml`."""
    return tomllib.loads((path / "pyproject.toml").read_text("utf-8"))


def requirements(texts: list[str]) -> dict[str, Requirement]:
    """Requirements by the name of what is required."""
    return {found.name: found for found in map(Requirement, texts)}


@each_project
def test_an_example_passes_its_tests(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the command of its README, in a copy of it, without a warning."""
    required = requirements(read(project)["project"]["dependencies"])
    for name, requirement in required.items():
        if version(name) not in requirement.specifier:
            pytest.skip(f"it needs {requirement}")
    copy = shutil.copytree(
        project, tmp_path / project.name, ignore=shutil.ignore_patterns(".*", "__pycache__")
    )
    readme = (copy / "README.md").read_text("utf-8")
    assert COMMANDS.findall(readme) == ["pip install -e . --group test\npytest\n"]
    for name in ("PYTHONPATH", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)
    run = subprocess.run(  # noqa: S603  # the project's own tests
        [sys.executable, "-m", "pytest", *OPTIONS],
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert PASSED.search(run.stdout), run.stdout


@each_project
def test_an_example_requires_what_is_tested(project: Path) -> None:
    """In no lower version than this project's tests have it, and the kit with extras it has.

    An example may use what the lowest version has not.
    """
    kit, example = read(ROOT), read(project)
    extras = kit["project"]["optional-dependencies"]
    group = [text for text in kit["dependency-groups"]["test"] if isinstance(text, str)]
    of_extras = [text for name, texts in extras.items() if name != "all" for text in texts]
    tested = requirements([*kit["project"]["dependencies"], *of_extras, *group])
    required = requirements(
        [*example["project"]["dependencies"], *example["dependency-groups"]["test"]]
    )
    assert required.pop("pytest-twilio-users").extras <= extras.keys()
    for name, requirement in required.items():
        [lowest] = [bound.version for bound in requirement.specifier if bound.operator == ">="]
        assert lowest in tested[name].specifier
    assert example["project"]["requires-python"] == kit["project"]["requires-python"]


@each_project
def test_an_example_asks_for_the_extras_that_its_tests_use(project: Path) -> None:
    """Here all are installed, and who copies it has those that it names."""
    tests = "".join(path.read_text("utf-8") for path in project.glob("tests/*.py"))
    used = {extra for extra, words in USES.items() if re.search(words, tests)}
    group = requirements(read(project)["dependency-groups"]["test"])
    assert used <= group["pytest-twilio-users"].extras


@each_project
def test_an_example_is_in_the_index(project: Path) -> None:
    """Somebody who looks for an example finds it."""
    index = (ROOT / "docs" / "examples" / "README.md").read_text("utf-8")
    assert f"]({project.name}/README.md)" in index
