"""The file that says which test used what, as JSON."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, NoReturn

from pytest_twilio_users.cassettes.cassette_schema import find_problems
from pytest_twilio_users.cassettes.whole_files import write_whole
from pytest_twilio_users.contract.models import JsonObject
from pytest_twilio_users.errors import KitError, brief
from pytest_twilio_users.usage.used import Usage, merged

FORMAT = 1
"""The version of the format. What an older kit can't read has another."""

BEGINS = b'{\n  "format": '
"""How the file begins."""

_WHOLE = {"type": "integer"}
_COUNTS = {"type": "object", "additionalProperties": _WHOLE}
_TEXTS = {"type": "array", "items": {"type": "string"}}


def _object(**properties: JsonObject) -> JsonObject:
    return {"type": "object", "required": list(properties), "properties": properties}


def _said(text: str, schema: JsonObject) -> JsonObject:
    return {**schema, "description": text}


_USE = _object(
    calls=_said("How many requests asked for the operation.", _WHOLE),
    successes=_said("How many were answered as it promises.", _WHOLE),
    refusals=_said(
        "How many were answered otherwise, by the refusal's name, or by status and code.", _COUNTS
    ),
    faults=_said("How many met a planned fault, by its name.", _COUNTS),
    parameters=_said(
        "Each parameter that was sent, by Twilio's name, those of the path aside. Of numbers and"
        " booleans with their values, at most 20: the smallest and the largest. Of any other kind"
        " with none, as it may be private.",
        {"type": "object", "additionalProperties": _TEXTS},
    ),
    pages=_said("How many pages of a list were given beyond the first.", _WHOLE),
    webhooks=_said("How many events an application was to be told of, by name.", _COUNTS),
    seen=_said(
        "How many successes the kit's own client read. Only of those it is known which fields the"
        " application read; where it is less than `successes`, it may have read any.",
        _WHOLE,
    ),
    fields=_said(
        "The fields that the application read of them: friendly_name, of lists users.sid or"
        " meta.next_page_url.",
        _TEXTS,
    ),
)
SCHEMA: JsonObject = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "What tests used of Twilio's contract, by pytest-twilio-users",
    **_object(
        format={"const": FORMAT},
        kit=_said("The version of the kit that wrote it.", {"type": "string"}),
        complete=_said(
            "Whether the run came to its end, and no worker crashed.", {"type": "boolean"}
        ),
        tests=_said(
            "What each test used, and each fixture that outlives tests, by mode.",
            {
                "type": "array",
                "items": _object(
                    name=_said(
                        'The node id; of a fixture "fixture people of tests.conftest".',
                        {"type": "string"},
                    ),
                    mode=_said("Who answered: stub, live, record, replay.", {"type": "string"}),
                    operations=_said(
                        "What was used of each operation, by its name.",
                        {"type": "object", "additionalProperties": _USE},
                    ),
                ),
            },
        ),
    ),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class UsageFile:
    """What the tests of a run used; `complete` tells whether the run came to its end."""

    usages: tuple[Usage, ...]
    complete: bool


def write_usage(path: Path, usages: Iterable[Usage], *, complete: bool) -> None:
    """Write the file, whole or not at all.

    Raises:
        OSError: it can't be written.
    """
    content = {
        "format": FORMAT,
        "kit": version("pytest-twilio-users"),
        "complete": complete,
        "tests": [usage.to_json() for usage in usages],
    }
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    # A node id may have halves of surrogate pairs: JSON's escapes.
    write_whole(path, text.encode(errors="backslashreplace"))


def read_usage(path: Path) -> UsageFile:
    """Read such a file.

    Raises:
        KitError: it can't be read, or says of no test that it used anything.
    """
    try:
        content = json.loads(path.read_bytes())
        problem = next(_find_problems(content), None)
    except OSError as error:
        _complain(path, str(error.strerror))
    except RecursionError:
        _complain(path, "it is nested too deeply")
    except ValueError:
        _complain(path, "it is not JSON")
    if problem:
        _complain(path, problem)
    usages = merged(map(Usage.from_json, content["tests"]))
    if not usages:
        _complain(path, "no test in it used an operation")
    return UsageFile(usages=tuple(usages), complete=content["complete"])


def _find_problems(content: Any) -> Iterator[str]:
    version = content.get("format", FORMAT) if isinstance(content, dict) else FORMAT
    if version != FORMAT:
        yield f"its format is {brief(version)}, and this version of the kit reads only {FORMAT}"
    yield from find_problems(content, SCHEMA)


def _complain(path: Path, problem: str) -> NoReturn:
    raise KitError(
        f"The usage file {path} can't be read: {problem}. A run of your tests writes one:"
        " pytest --twilio-users-usage=FILE."
    )
