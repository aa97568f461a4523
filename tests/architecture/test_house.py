"""What the plan of the package says, and a look at the files can tell."""

import ast
import re
import tomllib
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "pytest_twilio_users"
MODULES = {
    str(path.relative_to(PACKAGE)): path.read_text("utf-8") for path in PACKAGE.rglob("*.py")
}
DOORS = {"__init__.py", "__main__.py", "adapters.py", "errors.py", "extras.py", "settings.py"}
TABLES = {"settings.py"}
"""Modules that are mostly a table, which may be as long as it is."""


def test_the_top_of_the_package_has_its_doors_alone():
    """Everything else is in the wings behind them."""
    assert {name for name in MODULES if "/" not in name} == DOORS


def test_a_file_has_a_name_of_its_own():
    """A command's file is called as the command is, whatever else bears the name."""
    names = [Path(name).name for name in MODULES if not name.startswith("cli/")]
    names = [name for name in names if name != "__init__.py"]
    assert len(names) == len(set(names))


def test_a_module_says_its_one_duty_in_its_first_line():
    """With an "and" in it, it would be two."""
    firsts = {
        name: (ast.get_docstring(ast.parse(text)) or "").partition("\n")[0]
        for name, text in MODULES.items()
    }
    assert {
        n: first for n, first in firsts.items() if not first or re.search(r"\band\b", first)
    } == {}


def test_a_module_can_be_read_at_a_sitting():
    """It has at most 350 lines, unless it is a table."""
    long = {name for name, text in MODULES.items() if text.count("\n") > 350}
    assert long == TABLES


def test_the_page_of_the_architecture_names_what_there_is():
    """Each wing has its row, from the top floor down, and each file that is named is there."""
    page = (PACKAGE.parent / "docs" / "architecture.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)/?` \|", page, re.MULTILINE)
    layers = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text("utf-8"))
    floors = layers["tool"]["importlinter"]["contracts"][0]["layers"]
    wings = [set(floor.split(" | ")) for floor in floors if floor != "__main__"]
    named = set(re.findall(r"`(\w+/[\w/]+\.py)`", page)) - {"tests/architecture/test_layers.py"}

    assert named
    assert named <= MODULES.keys()
    for wing in wings:
        assert set(rows[: len(wing)]) == wing
        del rows[: len(wing)]
    assert not rows


def test_the_picture_of_the_architecture_names_what_there_is():
    """Wings, and modules of them, besides the two that are the author's."""
    picture = (PACKAGE.parent / "docs" / "architecture.svg").read_text("utf-8")
    named = set(re.findall(r'class="name"[^>]*>([^<]+)<', picture))
    own = {name for name in named if name.startswith("your ")}
    assert len(own) == 2
    paths = {path.relative_to(PACKAGE).with_suffix("").as_posix() for path in PACKAGE.rglob("*")}
    assert named - own <= paths
