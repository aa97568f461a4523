"""What is shipped: the files and the metadata of wheel and source distribution."""

import re
import tarfile
import zipfile
from email.message import Message
from email.parser import BytesParser
from pathlib import Path

import pytest

from pytest_twilio_users import __version__
from pytest_twilio_users.extras import EXTRAS

ROOT = Path(__file__).parents[2]
NAME = f"pytest_twilio_users-{__version__}"
FOLDERS = (
    "pytest_twilio_users",
    "tests",
    "docs",
    "cassettes",
    "benchmarks",
    "matrix",
    "mutants",
    ".github",
)
MADE = {"__pycache__", "node_modules", "vendor", "build", "_build", ".hypothesis"}
"""Folders that tests, examples and benchmarks make."""


def files(folder: str) -> set[str]:
    """What is in a folder of the project, but for what was made there."""
    paths = (ROOT / folder).rglob("*")
    return {
        path.relative_to(ROOT).as_posix()
        for path in paths
        if path.is_file() and MADE.isdisjoint(path.relative_to(ROOT).parts)
    }


@pytest.fixture(scope="module")
def metadata(built: Path) -> Message:
    """What an index shows of the wheel."""
    with zipfile.ZipFile(built / f"{NAME}-py3-none-any.whl") as wheel:
        return BytesParser().parsebytes(wheel.read(f"{NAME}.dist-info/METADATA"))


def test_the_wheel_has_the_package_alone(built):
    """Every file of it, with the license; no tests, no documents."""
    with zipfile.ZipFile(built / f"{NAME}-py3-none-any.whl") as wheel:
        names = set(wheel.namelist())
    of_its_own = {name for name in names if name.startswith(f"{NAME}.dist-info/")}
    assert names - of_its_own == files("pytest_twilio_users")
    assert {name.partition("/")[2] for name in of_its_own} == {
        *("METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE")
    }


def test_the_source_distribution_has_what_its_tests_need(built):
    """They run from it: nothing is left out, and nothing else of a checkout is in it."""
    with tarfile.open(built / f"{NAME}.tar.gz") as archive:
        names = {name.removeprefix(f"{NAME}/") for name in archive.getnames()}
    inside = {name for name in names if "/" in name}
    assert inside == set().union(*map(files, FOLDERS))
    pages = {path.name for path in ROOT.glob("*.md")}
    files_of_a_project = {".gitignore", ".pre-commit-config.yaml", "CITATION.cff", "LICENSE"}
    assert names - inside == {*pages, *files_of_a_project, "Makefile", "PKG-INFO"} | {
        "pyproject.toml"
    }


def test_the_metadata_has_the_version_of_the_package(metadata):
    """It is written once."""
    assert metadata["Version"] == __version__


def test_the_metadata_has_each_extra_and_all_of_them(metadata):
    """`all` brings what the others bring."""
    required = [line.partition("; extra == ") for line in metadata.get_all("Requires-Dist", ())]
    by_extra: dict[str, set[str]] = {}
    for requirement, _, extra in required:
        by_extra.setdefault(extra.strip("'\""), set()).add(requirement)
    core = {re.split("[<>=]", requirement)[0] for requirement in by_extra.pop("")}
    everything = by_extra.pop("all")
    assert core == {"anyio", "httpcore", "httpx", "pytest", "respx", "sortedcontainers"}
    assert by_extra.keys() == EXTRAS.keys()
    assert everything == set().union(*by_extra.values())
    for extra, brought in by_extra.items():
        assert {re.split("[<>=]", one)[0] for one in brought} == {EXTRAS[extra].distribution}


def test_the_page_of_an_index_has_no_link_that_leads_nowhere(metadata):
    """Links to files are left out, and it says where the documents are."""
    page = str(metadata.get_payload())
    assert re.findall(r"\]\((?!https?:)[^)]*\)", page) == []
    assert page.rstrip().endswith(
        "The documents that this page speaks of are in the source distribution, in `docs/`."
    )
    assert "that the kit can't answer fails before anything is sent." in page
