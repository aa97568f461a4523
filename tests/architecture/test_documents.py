"""The documents say what is so: each code block runs, each generated page is current."""

import re
import shlex
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings
from packaging.requirements import Requirement
from versions import since

from docs import generate
from pytest_twilio_users.cli import parser

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "benchmarks/*.md")
    for path in ROOT.glob(pattern)
    if not {"_build", "node_modules", "vendor"}.intersection(path.parts)
)
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"# (\w+\.py)\n")
FAILS = re.compile(r"def (test_\w+)\(.*\):  # fails$", re.MULTILINE)
SELECTION = re.compile(r"<!-- the tests run this page with (.*): (\d+) fail -->")
LINE = re.compile(r"(?<=, sent from )\S+\.py:\d+")
COMMAND = re.compile(r"^\$ (.*?)(?:  #.*)?$", re.MULTILINE)
OWN_TEST = ROOT / "docs" / "tutorial.md"
"""It is followed step by step in `test_tutorial.py`."""
NEEDS = {"sdk": since("twilio", "8.0")}  # it shows the async methods, too
QUIET = ("-q", "-p", "no:cacheprovider", "-o", "asyncio_default_fixture_loop_scope=function")


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page's code blocks by language."""

    path: Path

    def blocks(self, language: str) -> list[str]:
        """The blocks of one language, in order."""
        return [
            text for kind, text in BLOCK.findall(self.path.read_text("utf-8")) if kind == language
        ]

    def files(self) -> dict[str, str]:
        """The Python files that the page shows; blocks without a name make one test file."""
        files: dict[str, str] = {}
        for block in self.blocks("python"):
            named = FILE.match(block)
            name = named[1] if named else "test_page.py"
            files[name] = files.get(name, "") + block + "\n\n"
        return files

    def selection(self) -> tuple[str, int] | None:
        """Which of the page's tests to run, and how many of them fail, if the page says so."""
        found = SELECTION.search(self.path.read_text("utf-8"))
        return (found[1], int(found[2])) if found else None


def pages_with(language: str) -> pytest.MarkDecorator:
    """The pages that have blocks of a language."""
    pages = [Page(path=path) for path in PAGES if path != OWN_TEST]
    return pytest.mark.parametrize(
        "page",
        [
            pytest.param(page, id=page.path.stem, marks=NEEDS.get(page.path.stem, ()))
            for page in pages
            if page.blocks(language)
        ],
    )


@pytest.fixture
def few_examples(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Property tests on a page are there to be read: a few examples show that they run.

    An application that waits between its attempts waits for no time to speak of.
    """
    sleep = time.sleep
    monkeypatch.setattr(time, "sleep", lambda seconds: sleep(min(seconds, 0.01)))
    settings.load_profile("documents")
    yield
    settings.load_profile("project")


@pages_with("python")
@pytest.mark.usefixtures("few_examples")
def test_the_examples_of_a_page_run(page: Page, pytester: pytest.Pytester) -> None:
    """Each example passes, but for those that show a failure; shown output is printed.

    Snapshots that a page shows are what its examples are compared with.
    """
    selection, failing = page.selection() or ("", None)
    printed = run(page, page.files(), pytester, *selection.split(), failing=failing)
    for block in page.blocks("text"):
        for line in LINE.sub("", block).strip().splitlines():
            assert line.strip() in printed


README = Page(path=ROOT / "README.md")


@pytest.mark.parametrize(
    "block", [block for block in README.blocks("python") if not FILE.match(block)]
)
@pytest.mark.usefixtures("few_examples")
def test_an_example_of_the_readme_runs_alone(block: str, pytester: pytest.Pytester) -> None:
    """Pasted into a test file, beside the application if it imports that."""
    printed = run(README, README.files() | {"test_page.py": block}, pytester)
    assert "NameError" not in printed


def run(
    page: Page,
    files: dict[str, str],
    pytester: pytest.Pytester,
    *selection: str,
    failing: int | None = None,
) -> str:
    """Run the tests of a page's files; those fail that say so, and no others. What is printed."""
    for name, text in files.items():
        pytester.path.joinpath(name).write_text(text, "utf-8")
    snapshots = pytester.mkdir("__snapshots__") / "test_page.ambr"
    snapshots.write_text("".join(page.blocks("ambr")), "utf-8")
    result = pytester.runpytest_inprocess(*QUIET, "test_page.py", *selection)
    outcomes = result.parseoutcomes()
    fails = FAILS.findall(files["test_page.py"])
    assert outcomes.get("failed", 0) == (len(fails) if failing is None else failing)
    assert not outcomes.keys() & {"error", "errors"}
    for name in fails:
        result.stdout.fnmatch_lines([f"FAILED test_page.py::{name}*"])
    return LINE.sub("", "\n".join(result.outlines))


@pages_with("console")
def test_the_commands_of_a_page_exist(page: Page, pytester: pytest.Pytester) -> None:
    """`make` has the target, `pip` names this project, `pytest` takes the options."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    commands = [command for block in page.blocks("console") for command in COMMAND.findall(block)]
    assert commands
    for command in commands:
        program, *arguments = shlex.split(command)
        if program == "make":
            assert arguments[0] in targets
        elif program == "pip":
            assert arguments[0] == "install"
            found = Requirement(arguments[1])
            assert found.name == project["name"]
            assert found.extras <= project["optional-dependencies"].keys()
        elif program == "twilio-users":
            parser().parse_args(arguments)
        elif program == "python":
            assert (ROOT / arguments[1]).exists()
        else:
            assert program == "pytest"
            result = pytester.runpytest_inprocess(*QUIET, "--collect-only", *arguments)
            assert result.ret in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)


@pages_with("toml")
def test_the_configuration_of_a_page_is_taken(page: Page, pytester: pytest.Pytester) -> None:
    """The file is read without complaint, types and all, by each pytest that is allowed."""
    pytester.makepyprojecttoml("\n".join(page.blocks("toml")))
    pytester.makepyfile("def test_nothing(twilio_users): ...")
    result = pytester.runpytest_inprocess(*QUIET, "--strict-config")
    result.assert_outcomes(passed=1)


@pytest.mark.parametrize("page", generate.PAGES)
def test_a_generated_page_is_current(page: str) -> None:
    """The tables in the documents are those of the code; `make docs` writes them anew."""
    assert (ROOT / "docs" / page).read_text("utf-8") == generate.render(page)


def anchors(page: Path) -> set[str]:
    """What a link can name on a page: its headings, as GitHub and the site spell them."""
    headings = re.findall(r"^#+ (.+)$", BLOCK.sub("", page.read_text("utf-8")), re.MULTILINE)
    shown = (re.sub(r"`|\[(.*?)\]\(.*?\)", r"\1", heading).lower() for heading in headings)
    return {re.sub(r"[^\w -]", "", heading).replace(" ", "-") for heading in shown}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_links_of_a_page_lead_somewhere(path: Path) -> None:
    """Each relative link names a file or folder of the project, and a heading that is there."""
    for link, _, anchor in re.findall(
        r"\]\((?!https?:)([^)#]*)(#([^)]+))?\)", path.read_text("utf-8")
    ):
        target = path.parent / link if link else path
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), f"{link}#{anchor}"
