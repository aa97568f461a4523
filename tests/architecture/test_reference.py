"""The reference has everything that authors can name, and nothing that does not exist."""

import re
from importlib import import_module
from pathlib import Path

import pytest

import pytest_twilio_users
from docs import generate, reference
from pytest_twilio_users.cli import main, parser
from pytest_twilio_users.cli.exit_codes import EXIT_CODES
from pytest_twilio_users.cli.serve import BY_ENVIRONMENT
from pytest_twilio_users.drift import telling
from pytest_twilio_users.settings import RUN_SETTINGS, SETTINGS, STEM

DOCS = Path(__file__).parents[2] / "docs"
WRITTEN = {path: path.read_text("utf-8") for path in [*DOCS.glob("*.md"), *DOCS.glob("api/*.md")]}
COMMANDS = dict(reference.commands(parser()))


def public_modules():
    """The package, and the modules of it that are public."""
    names = [f"pytest_twilio_users.{name}" for name in reference.public_modules()]
    return [pytest_twilio_users, *map(import_module, names)]


def in_tables(page: str, pattern: str) -> set[str]:
    """What the rows of a page's tables have in backticks."""
    rows = [line for line in generate.render(page).splitlines() if line.startswith("| `")]
    return {found for row in rows for found in re.findall(f"`{pattern}`", row)}


@pytest.fixture
def said(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    """What pytest says of what is offered, where there are no tests."""
    monkeypatch.setenv("PYTHON_COLORS", "0")
    quiet = ("-p", "no:cacheprovider", "-o", "asyncio_default_fixture_loop_scope=function")
    return lambda option: pytester.runpytest_inprocess(*quiet, option).outlines


def offered(lines: list[str], pattern: str) -> set[str]:
    """What stands at the beginning of lines."""
    return {found[1] for line in lines if (found := re.match(pattern, line))}


@pytest.mark.parametrize("module", public_modules(), ids=lambda module: module.__name__)
def test_the_page_of_a_module_lists_what_it_offers(module):
    """Each name once, with what it is."""
    name = module.__name__.partition(".")[2].replace(".", "-") or "README"
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", generate.render(f"api/{name}.md"), re.MULTILINE)
    assert [name for name, _ in rows] == reference.public_names(module)
    assert all(about for _, about in rows)


def test_each_public_name_is_documented_in_full_once():
    """By a directive that Sphinx follows; the page of a suite of tests lists them alone."""
    pages = "".join(generate.render(page) for page in generate.PAGES if page.startswith("api/"))
    directive = r"^\.\. (?:auto(?:class|exception|function)|py:data):: (\S+)$"
    found = re.findall(directive, pages, re.MULTILINE)
    public = {
        id(getattr(module, name)): f"{module.__name__}.{name}"
        for module in reversed(public_modules())
        for name in reference.public_names(module)
        if not name.startswith("test_")
    }
    handed_out = {f"{kind.__module__}.{kind.__name__}" for kind, _ in reference.HANDED_OUT.values()}
    assert sorted(found) == sorted([*public.values(), *handed_out])


def test_each_fixture_is_documented(said):
    """Those that pytest finds."""
    found = offered(said("--fixtures"), r"(twilio_user\w*)")
    assert in_tables("fixtures.md", r"(twilio_user\w*)") == found


def test_each_setting_is_documented(said):
    """As an option and a key that pytest takes, a name in the environment, for the marker."""
    lines = said("--help")
    options = offered(lines, r" +(--twilio-users[\w-]*)=")
    keys = offered(lines, r" +(twilio_users\w*) \(")
    assert in_tables("settings.md", r"(--[\w-]+)") == options
    assert in_tables("settings.md", r"(twilio_users_\w+)") == keys
    environment = {setting.environment for setting in RUN_SETTINGS}
    assert in_tables("settings.md", r"(TWILIO\w+)") == environment
    for_a_test = {name for name, setting in SETTINGS.items() if setting.per_test}
    assert in_tables("settings.md", r"(\w+)=") == for_a_test


@pytest.mark.parametrize("name", COMMANDS)
def test_each_argument_of_a_command_is_documented(name, capsys, monkeypatch):
    """With its exit codes: those of the help."""
    monkeypatch.setenv("COLUMNS", "500")
    monkeypatch.setenv("PYTHON_COLORS", "0")
    with pytest.raises(SystemExit):
        main([*name.split(), "--help"])
    helped = capsys.readouterr().out
    section = generate.render("cli.md").partition(f"\n## twilio-users {name}\n")[2]
    section = section.partition("\n## ")[0]

    arguments = set(re.findall(r"^\| `(--[\w-]+)", section, re.MULTILINE))
    codes = re.findall(r"^\| (\d) \| (.*) \|$", section, re.MULTILINE)
    assert arguments == set(re.findall(r"^  (--[\w-]+)", helped, re.MULTILINE))
    assert "; ".join(f"{code}: {meaning}" for code, meaning in codes) in helped


def test_the_exit_codes_are_those_of_the_commands():
    """Each command has some; drift, those of its severities."""
    assert EXIT_CODES.keys() == {"drift" if name == "drift stub" else name for name in COMMANDS}
    assert EXIT_CODES["drift"].keys() == {*telling.EXIT_CODES.values()}


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.stem)
def test_a_page_names_nothing_that_does_not_exist(path):
    """No option, no name in the environment, no module and no name of one."""
    text = WRITTEN[path]
    options = {setting.option for setting in RUN_SETTINGS}
    assert set(re.findall(r"--twilio-users-[\w-]+\w", text)) <= options
    environment = {setting.environment for setting in RUN_SETTINGS}
    environment |= {STEM + name.upper() for name in BY_ENVIRONMENT}
    assert set(re.findall(rf"\b{STEM}[A-Z_]+\b", text)) <= environment
    for imported in re.findall(
        r"^from (pytest_twilio_users[\w.]*) import (\w+)", text, re.MULTILINE
    ):
        assert hasattr(import_module(imported[0]), imported[1])


def test_the_list_of_the_pages_has_them_all():
    """The site's navigation comes from it, and what assistants read."""
    listed = re.findall(r"\]\(([^)#]+\.md)\)", WRITTEN[DOCS / "README.md"])
    pages = {path.name for path in DOCS.glob("*.md")} - {"README.md", "index.md"}
    shown = {"agents.md": "../AGENTS.md", "changelog.md": "../CHANGELOG.md"}
    folders = {f"{name}/README.md" for name in ("api", "decisions", "examples")}
    assert {shown.get(page, page) for page in pages} | folders <= {*listed}
    assert len(listed) == len({*listed})
