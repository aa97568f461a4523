"""Writes the pages that come from the code's tables: `python -m docs.generate`."""

import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from operator import itemgetter
from pathlib import Path

from docs import reference
from docs.fault_errors import COLUMNS, FAULT_ERRORS
from docs.tables import table
from pytest_twilio_users.cli.exit_codes import EXIT_CODES, OF_EACH
from pytest_twilio_users.contract.behaviours import BEHAVIOURS
from pytest_twilio_users.contract.evidence import Evidence
from pytest_twilio_users.contract.fields import META_FIELDS, USER_FIELDS, Field
from pytest_twilio_users.contract.operations import OPERATIONS, Part
from pytest_twilio_users.contract.refusals import REFUSALS
from pytest_twilio_users.contract.webhooks import COMMON, EVENTS, RULES
from pytest_twilio_users.faults import FAULTS
from pytest_twilio_users.settings import SETTINGS, Setting
from pytest_twilio_users.suites.promises import (
    CLIENT_PROMISES,
    RESILIENCE_PROMISES,
    ClientPromise,
)
from pytest_twilio_users.transports.libraries import LIBRARIES, Fate

FOLDER = Path(__file__).parent


def behaviours() -> Iterator[str]:
    """Each behaviour and refusal with its evidence."""
    yield "# What the stub does, and how it is known"
    yield ""
    yield "Each behaviour of the stub, with its evidence. Look here if you wonder whether Twilio"
    yield "does the same. Nothing here was checked against Twilio by this project."
    yield ""
    yield "- [Operations](#operations), [fields](#fields), [behaviours](#behaviours)"
    yield "- [Webhooks](#webhooks)"
    yield "- [Refusals](#refusals): status, code and message"
    yield ""
    yield "Generated from `pytest_twilio_users/contract/`; `make docs` writes this page."
    yield ""
    yield from table(("evidence", "means"), ((kind, kind.meaning) for kind in Evidence))
    yield ""
    yield "## Operations"
    yield ""
    yield "Twilio's documents have two types for a user, and two for a page. Here each is one"
    yield "class, `User` and `UserPage`, as only the form of `url` and `links` differs."
    yield ""
    yield from table(
        ("operation", "request", "answers", "Twilio's type", "parameters"),
        (
            (
                f"`{operation}`",
                f"`{operation.method} {operation.path}`",
                str(operation.status),
                f"`{operation.twilio_type}`" if operation.twilio_type else "–",
                ", ".join(
                    f"`{parameter.name}`"
                    for parameter in operation.parameters
                    if parameter.part is not Part.PATH
                )
                or "–",
            )
            for operation in OPERATIONS.values()
        ),
    )
    yield ""
    yield "## Fields"
    yield ""
    yield "Twilio's schema allows null in each field of a user. The table says when null is known."
    yield ""
    yield from table(
        ("field", "is", "null", "personal data", "varies", "evidence"),
        map(_field, (*USER_FIELDS.values(), *META_FIELDS.values())),
    )
    yield ""
    yield "## Behaviours"
    yield ""
    yield from table(
        ("behaviour", "evidence", "setting", "name"),
        (
            (row.statement, row.evidence, f"`{row.setting}`" if row.setting else "", row.name)
            for row in BEHAVIOURS.values()
        ),
    )
    yield ""
    yield "## Webhooks"
    yield ""
    yield "What Twilio sends to an application before or after a change. [Webhooks](webhooks.md)"
    yield "says how a test has them delivered."
    yield ""
    yield from table(
        ("event", "parameters", "evidence"),
        (
            (
                f"`{event.name}`",
                ", ".join(f"`{name}`" for name in (*COMMON, *map(itemgetter(0), event.parameters))),
                event.evidence,
            )
            for event in EVENTS.values()
        ),
    )
    yield ""
    yield from table(("rule", "evidence"), ((rule.statement, rule.evidence) for rule in RULES))
    yield ""
    yield "## Refusals"
    yield ""
    yield (
        "The stub gives those of the first table by itself. Those of the second need a plan:"
        ' `routes["create_user"].refuse("unavailable")`, or'
        " [`POST /__twilio_users__/refuse`](server.md#control-endpoints) of a served stub."
        " With [limits](time.md#limits), the stub gives the first two by itself, and with"
        " [webhooks](webhooks.md) the third."
    )
    for planned in (False, True):
        yield ""
        yield from table(
            ("case", "status", "code", "message", "evidence", "name"),
            (
                (
                    f"{row.case}. {row.note}".rstrip(),
                    str(row.status),
                    str(row.code),
                    f"`{row.message}`",
                    row.evidence,
                    row.name,
                )
                for row in REFUSALS.values()
                if row.planned is planned
            ),
        )


def settings() -> Iterator[str]:
    """Each setting with its names."""
    yield "# Settings"
    yield ""
    yield "All settings of the kit, and how to change one, for a run or for one test. You need"
    yield "none of them to begin with."
    yield ""
    yield "For all runs, in `pyproject.toml`:"
    yield ""
    yield "```toml"
    yield "[tool.pytest.ini_options]"
    yield "twilio_users_strict = true"
    yield "twilio_users_max_page_size = 50"
    yield 'twilio_users_role_sids = ["RL00000000000000000000000000000001"]'
    yield "```"
    yield ""
    yield "For one test, class or module:"
    yield ""
    yield "```python"
    yield "import pytest"
    yield ""
    yield ""
    yield "@pytest.mark.twilio_users(strict=False, max_page_size=50)"
    yield "def test_pages_are_small(twilio_users):"
    yield "    assert twilio_users.client.list_user(page_size=100).meta.page_size == 50"
    yield "```"
    yield ""
    yield "If several places set it, the first of these counts: the marker, the option, the"
    yield "environment, the configuration file, the default."
    yield ""
    yield "- A wrong value ends the run, and the error says where the value came from."
    yield "- A name in the environment that is nearly that of a setting gives a warning."
    yield ""
    yield "## All settings"
    yield ""
    yield "Generated from `pytest_twilio_users/settings.py`; `make docs` writes this page."
    yield ""
    yield from table(
        ("setting", "is", "default", "given by"),
        (
            (
                f"`{setting.name}`",
                *setting.help.split("; default: "),
                "<br>".join(_given_by(setting)),
            )
            for setting in SETTINGS.values()
        ),
    )


def _given_by(setting: Setting) -> Iterator[str]:
    """By what it can be set."""
    if setting.per_run:
        yield from (f"`{setting.option}`", f"`{setting.environment}`", f"`{setting.ini}`")
    if setting.per_test:
        yield f"marker: `{setting.name}=`"


def client_promises() -> Iterator[str]:
    """Each promise of a client, with its reason."""
    yield "# What a client must do"
    yield ""
    yield "What a good client of Twilio Users does, and why it matters. Look here if a test of"
    yield "[the client suite](client-suite.md) fails."
    yield ""
    yield "Generated from `pytest_twilio_users/suites/promises.py`; `make docs` writes this page."
    yield ""
    yield from _promises(CLIENT_PROMISES)
    yield ""
    yield "## On bad days"
    yield ""
    yield "[The resilience suite](resilience.md#the-client-examined) has the tests."
    yield ""
    yield from _promises(RESILIENCE_PROMISES)


def libraries() -> Iterator[str]:
    """What becomes of each library's requests."""
    yield "# Libraries"
    yield ""
    yield "This table says which HTTP libraries the kit answers. It is about requests to Twilio's"
    yield "Conversations, while a test uses the kit, in the modes stub and replay. The kit does not"
    yield "touch requests to other hosts. `twilio-users doctor` shows the same for the libraries"
    yield "that you have installed."
    yield ""
    yield from table(("what happens", "means"), ((fate, fate.meaning) for fate in Fate))
    yield ""
    yield from table(
        ("library", "what happens", "tested from", "note"),
        ((library.name, library.fate, library.since or "–", library.note) for library in LIBRARIES),
    )
    yield ""
    yield "[An existing project](existing-project.md#mocks-of-other-libraries) says what happens to"
    yield "mocks, and"
    yield "[when a request is refused](existing-project.md#requests-that-the-kit-refuses)."
    yield ""
    yield "Generated from `pytest_twilio_users/transports/libraries.py` by `make docs`."


def bad_days() -> Iterator[str]:
    """The page as it is written, with its table of faults anew."""
    yield from _written("bad-days.md", _faults())


def trust() -> Iterator[str]:
    """The page as it is written, with the number of rows for each kind of evidence anew."""
    yield from _written("trust.md", _evidence())


def _evidence() -> Iterator[str]:
    rows = Counter(row.evidence for row in (*BEHAVIOURS.values(), *REFUSALS.values()))
    yield from table(
        ("evidence", "means", "behaviours and refusals"),
        ((kind, kind.meaning, str(rows[kind])) for kind in Evidence),
    )


def _faults() -> Iterator[str]:
    yield "*Done* says whether the request is carried out all the same."
    yield ""
    yield from table(
        ("fault", "when it happens", "how that is known", "done"),
        (
            (f"`{row.name}`", row.when, row.known, "yes" if row.carried_out else "no")
            for row in FAULTS.values()
        ),
    )
    yield ""
    yield "The next table says what each library raises or returns. The client has a timeout and"
    yield "creates a user. If only reads can meet the fault, it reads."
    yield ""
    yield "- Async clients raise the same. A limit for the whole request (aiohttp's `total`, or a"
    yield "  timeout around it) raises a `TimeoutError`."
    yield "- From an empty body, the SDK makes a user only after a create. Otherwise it raises a"
    yield "  `JSONDecodeError`."
    yield ""
    yield from table(
        ("fault", *COLUMNS),
        ((f"`{name}`", *errors.values()) for name, errors in FAULT_ERRORS.items()),
    )
    yield ""
    yield "Generated from `pytest_twilio_users/faults/` and `docs/fault_errors.py` by `make docs`."


def exit_codes() -> Iterator[str]:
    """The page as it is written, with what each command's exit codes mean anew."""
    yield from _written("ci.md", _exit_codes())


def _exit_codes() -> Iterator[str]:
    rows = {**EXIT_CODES, "each": OF_EACH}
    yield from table(
        ("command", "code", "means"),
        (
            (command if command == "each" else f"`{command}`", str(code), meaning)
            for command, codes in rows.items()
            for code, meaning in codes.items()
        ),
    )


def _written(page: str, generated: Iterator[str]) -> Iterator[str]:
    """A page that people write, but for one part."""
    text = (FOLDER / page).read_text("utf-8")
    yield text.partition(BEGIN)[0] + BEGIN
    yield from generated
    yield END + text.partition(END)[2].rstrip("\n")


def llms() -> Iterator[str]:
    """The list of the pages, in the form that assistants read: https://llmstxt.org."""
    about = tomllib.loads((FOLDER.parent / "pyproject.toml").read_text("utf-8"))["project"]
    yield f"# {about['name']}"
    yield ""
    yield f"> {about['description']}."
    yield ""
    yield "Each page is Markdown. Read [this one](agents.md) first to write tests with the kit."
    pages = (FOLDER / "README.md").read_text("utf-8").partition("\n\n")[2]
    for shown in ("AGENTS.md", "CHANGELOG.md"):
        pages = pages.replace(f"../{shown}", shown.lower())
    yield from ("", *(line for line in pages.rstrip().split("\n") if "](../" not in line))


BEGIN, END = "<!-- generated -->", "<!-- end -->"
"""What stands around the part of a page that is generated."""

PAGES: dict[str, Callable[[], Iterator[str]]] = {
    "bad-days.md": bad_days,
    "ci.md": exit_codes,
    "behaviours.md": behaviours,
    "client-promises.md": client_promises,
    "libraries.md": libraries,
    "llms.txt": llms,
    "settings.md": settings,
    "trust.md": trust,
    **reference.PAGES,
}


def render(page: str) -> str:
    """The text of a generated page."""
    return "\n".join(PAGES[page]()) + "\n"


def _field(field: Field) -> tuple[str, ...]:
    kind = f"{field.kind} `{field.sid.pattern}`" if field.sid else field.kind
    return (
        f"`{field.name}`",
        kind,
        field.null_when or "never seen",
        field.pii,
        field.varies,
        field.evidence,
    )


def _promises(promises: Mapping[str, ClientPromise]) -> Iterator[str]:
    return table(
        ("promise", "why", "name"),
        ((promise.statement, promise.reason, name) for name, promise in promises.items()),
    )


if __name__ == "__main__":
    for name in PAGES:
        (FOLDER / name).parent.mkdir(exist_ok=True)
        (FOLDER / name).write_text(render(name), encoding="utf-8")
