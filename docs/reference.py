"""The reference pages that come from docstrings, signatures, and the commands' parsers."""

import argparse
import ast
import inspect
import re
import typing
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest_twilio_users
from docs.tables import table
from pytest_twilio_users import errors
from pytest_twilio_users.cli import parser
from pytest_twilio_users.cli.exit_codes import EXIT_CODES, FAILED, OF_EACH, told
from pytest_twilio_users.handle.clock import UsersClock
from pytest_twilio_users.handle.neighbours import Neighbours
from pytest_twilio_users.plugin import fixtures as plugin_fixtures
from pytest_twilio_users.transports.routes import OperationRoute, UsersRouter
from pytest_twilio_users.transports.webhook_events import Webhooks

DOCS = Path(__file__).parent
PACKAGE = "pytest_twilio_users"

HANDED_OUT: dict[str, tuple[type, Sequence[str]]] = {
    "routes": (UsersRouter, ("route", "reset", "clear", "rollback", "assert_all_called")),
    'routes["create_user"]': (
        OperationRoute,
        ("mock", "refuse", "fail", "pass_through", "called", "call_count", "calls", "reset"),
    ),
    "webhooks": (Webhooks, ()),
    "clock": (UsersClock, ()),
    "neighbours": (Neighbours, ()),
}
"""What the handle alone gives; of classes that are respx's as well, the members to tell of."""

# What there is


def public_modules() -> list[str]:
    """The modules that the page of versions calls public, besides the package itself."""
    versions = (DOCS / "versioning.md").read_text("utf-8")
    [line] = re.findall(r"^- The names in .*$", versions, re.MULTILINE)
    return [name for name in re.findall(r"`([a-z][\w.]*)`", line) if not name.startswith(PACKAGE)]


def public_names(module: ModuleType) -> list[str]:
    """What a module offers: what it lists, or else what it has without a leading `_`."""
    here = [
        name
        for name, value in vars(module).items()
        if name[0] != "_" and getattr(value, "__module__", "").startswith(module.__name__)
    ]
    return list(getattr(module, "__all__", here))


def fixtures() -> Iterator[tuple[str, str, str, str]]:
    """Name, scope, promise and type of each fixture, as the source has them."""
    for node in ast.parse(inspect.getsource(plugin_fixtures)).body:
        for decorator in map(ast.unparse, getattr(node, "decorator_list", [])):
            if isinstance(node, ast.FunctionDef) and decorator.startswith("pytest.fixture"):
                scope = re.search(r"scope='(\w+)'", decorator)
                kind = ast.unparse(node.returns) if node.returns else ""
                yield (
                    node.name,
                    scope[1] if scope else "function",
                    _joined(ast.get_docstring(node) or ""),
                    re.sub(r"^Iterator\[(.*)\]$", r"\1", kind),
                )


def commands(of: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Each command that can be run, by its name."""
    below = [action.choices for action in of._actions if isinstance(action.choices, dict)]  # noqa: SLF001
    for choices in below:
        for command in dict.fromkeys(choices.values()):  # some have several names
            yield from commands(command)
    if not below:
        yield of.prog.partition(" ")[2], of


def complaints() -> Iterator[type[BaseException]]:
    """The kit's own errors, and its warning."""
    for value in vars(errors).values():
        if inspect.isclass(value) and issubclass(value, errors.KitError | errors.KitWarning):
            yield value


# The pages


def fixtures_page() -> Iterator[str]:
    """Each fixture with its scope, its promise and its type."""
    yield from _begin(
        "Fixtures",
        "A test gets a fixture by naming it as an argument. Most tests only need `twilio_users`.",
        "[How to](how-to.md) has examples.",
        source="plugin/fixtures.py",
    )
    yield from table(
        ("fixture", "scope", "gives", "type"),
        ((f"`{name}`", scope, gives, f"`{kind}`") for name, scope, gives, kind in fixtures()),
    )
    yield ""
    yield "You write two more fixtures yourself, in a subclass of a suite:"
    yield ""
    yield "- `twilio_users_adapter` gives the client to test: [the client suite](client-suite.md)."
    yield "- `twilio_users_retries` says what it retries: [resilience](resilience.md)."


def commands_page() -> Iterator[str]:
    """Each command with its arguments and exit codes."""
    yield from _begin(
        "Commands",
        "The kit installs the command `twilio-users`, to serve the stub, and to look after",
        "cassettes and live accounts. `python -m pytest_twilio_users` is the same.",
        "`twilio-users --version` prints the version. Each command has `--help`.",
        source="cli/",
    )
    for name, _ in commands(parser()):
        yield f"- [{name}](#twilio-users-{name.replace(' ', '-')})"
    for name, command in commands(parser()):
        yield from ("", f"## twilio-users {name}", "")
        yield from (command.description or "").rstrip().split("\n")
        if arguments := list(_arguments(command)):
            yield from ("", *table(("argument", "is"), arguments))
        known = name if name in EXIT_CODES else name.partition(" ")[0]
        codes = sorted({**EXIT_CODES[known], FAILED: OF_EACH[FAILED]}.items())
        yield from ("", *table(("exit code", "means"), ((str(code), text) for code, text in codes)))
        if notes := (command.epilog or "").replace(told(known), "").strip("\n"):
            yield from ("", "```text", *notes.split("\n"), "```")


def _arguments(command: argparse.ArgumentParser) -> Iterator[tuple[str, str]]:
    """How each argument is written, and what it is."""
    for action in command._actions:  # noqa: SLF001  # argparse has no other way to ask
        if action.dest != "help":
            value = "" if action.nargs == 0 else action.metavar or action.dest.upper()
            written = f"{' '.join(action.option_strings)} {value}".strip()
            yield f"`{written}`", (action.help or "") % {"default": action.default}


def errors_page() -> Iterator[str]:
    """Each complaint of the kit."""
    yield from _begin(
        "Errors",
        "There are two kinds of errors. An `except` for one never catches the other.",
        source="errors.py",
    )
    yield "- **Twilio refuses a request.** The kit's client raises [`TwilioApiError`](client.md)."
    yield "  Other clients have errors of their own. Here are"
    yield "  [all of Twilio's refusals](behaviours.md#refusals)."
    yield "- **The kit complains to you.** It raises a `KitError`, or gives a `KitWarning`. The"
    yield "  text says what is wrong, what is allowed, and what to do next."
    yield ""
    yield f"You can import those in bold from `{PACKAGE}`. Of the others you only see the text."
    yield ""
    yield from table(
        ("error", "means", "is also"),
        (
            (
                f"**`{error.__name__}`**" if _is_exported(error) else f"`{error.__name__}`",
                _about(error),
                ", ".join(
                    f"`{base.__name__}`" for base in error.__bases__ if base.__name__[0] != "_"
                ),
            )
            for error in complaints()
        ),
    )


def package_page() -> Iterator[str]:
    """What can be imported from the package itself, and what the handle gives."""
    yield from _begin(
        "Python",
        "What you can import. [Versions](../versioning.md) says how long it stays as it is.",
        source="__init__.py",
    )
    yield from table(
        ("module", "has"),
        ((f"[`{name}`]({_file(name)})", _about(_module(name))) for name in public_modules()),
    )
    yield from ("", "## From the package", "")
    yield from _members_of(pytest_twilio_users)
    yield from ("", "## From the handle", "")
    yield "These are attributes of `twilio_users`. You need not import them."
    for attribute, (kind, members) in HANDED_OUT.items():
        yield from ("", f"### `twilio_users.{attribute}`", "")
        yield from _in_full(kind, f"{kind.__module__}.{kind.__name__}", members)


def module_page(name: str) -> Iterator[str]:
    """What a public module offers."""
    module = _module(name)
    path = Path(inspect.getfile(module)).relative_to(DOCS.parent / PACKAGE)
    yield from _begin(name, source=str(path))
    yield from _in_full(module, module.__name__)
    yield ""
    yield from _members_of(module)


def _members_of(module: ModuleType) -> Iterator[str]:
    """A table of what a module offers; then each name in full, where it stands first.

    Tests are told of by the table alone.
    """
    values = {name: getattr(module, name) for name in public_names(module)}
    yield from table(
        ("name", "is"),
        (
            (f"`{name}`", _about(value) or _documented().get(name, ""))
            for name, value in values.items()
        ),
    )
    for name, value in values.items():
        is_test = name.startswith("test_")
        if not is_test and (module is pytest_twilio_users or not _is_exported(value)):
            yield ""
            yield from _in_full(value, f"{module.__name__}.{name}")


def _in_full(value: object, name: str, members: Sequence[str] = ()) -> Iterator[str]:
    """What Sphinx makes the documentation of."""
    yield "```{eval-rst}"
    if isinstance(value, ModuleType):
        yield from (f".. automodule:: {name}", "   :no-members:")
    elif isinstance(value, type):
        kind = "exception" if issubclass(value, BaseException) else "class"
        shown = members or [name for name in _own(value) if name[0] != "_"]
        yield f".. auto{kind}:: {name}"
        if shown:
            yield from (f"   :members: {', '.join(shown)}", "   :undoc-members:")
    elif inspect.isroutine(inspect.unwrap(value)):  # type: ignore[arg-type]  # of anything else it is that
        yield f".. autofunction:: {name}"
    else:
        allowed = ", ".join(
            f"``{each}``" for each in typing.get_args(value) if isinstance(each, str)
        )
        yield from (f".. py:data:: {name}", "", f"   {_documented()[name.rpartition('.')[2]]}")
        if allowed:
            yield from ("", f"   Allowed: {allowed}.")
    yield "```"


def _own(kind: type) -> dict[str, object]:
    """The members of a class that are the kit's, those of its bases included."""
    own = [base for base in reversed(kind.__mro__) if base.__module__.startswith(PACKAGE)]
    return {name: value for base in own for name, value in vars(base).items()}


def _module(name: str) -> ModuleType:
    return import_module(f"{PACKAGE}.{name}")


def _file(name: str) -> str:
    return f"{name.replace('.', '-')}.md"


def _is_exported(value: object) -> bool:
    return any(getattr(pytest_twilio_users, name) is value for name in pytest_twilio_users.__all__)


def _begin(title: str, *about: str, source: str) -> Iterator[str]:
    yield from (f"# {title}", "")
    if about:
        yield from (*about, "")
    yield f"Generated from `{PACKAGE}/{source}`; `make docs` writes this page."
    yield ""


def _about(value: object) -> str:
    """The first paragraph of a docstring; of what has none, an empty text."""
    has_own = isinstance(value, ModuleType | type) or inspect.isroutine(inspect.unwrap(value))  # type: ignore[arg-type]
    return _joined((inspect.getdoc(value) or "").split("\n\n")[0]) if has_own else ""


@cache
def _documented() -> dict[str, str]:
    """The text below each value that a module of the package names."""
    found = {}
    for path in (DOCS.parent / PACKAGE).rglob("*.py"):
        body = ast.parse(path.read_text("utf-8")).body
        for node, text in pairwise(body):
            names = (
                node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            )
            if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant):
                found |= {
                    n.id: _joined(str(text.value.value)) for n in names if isinstance(n, ast.Name)
                }
    return found


def _joined(text: str) -> str:
    return " ".join(text.split())


PAGES: dict[str, Callable[[], Iterator[str]]] = {
    "fixtures.md": fixtures_page,
    "cli.md": commands_page,
    "errors.md": errors_page,
    "api/README.md": package_page,
    **{f"api/{_file(name)}": partial(module_page, name) for name in public_modules()},
}
