"""Reads or writes a cassette: a conversation as JSON that people read in a review."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from pytest_twilio_users.cassettes.cassette_schema import FORMAT, SCHEMA, find_problems
from pytest_twilio_users.cassettes.places import SESSION, place, split_name
from pytest_twilio_users.cassettes.whole_files import write_whole
from pytest_twilio_users.contract.models import JsonObject
from pytest_twilio_users.errors import CassetteError, brief
from pytest_twilio_users.privacy.stand_ins import STAND_IN, shape_of
from pytest_twilio_users.wire.codec import no_duplicates, refuse_constant

MAX_BYTES = 10_000_000

NOT_THE_KITS = (AttributeError, KeyError, TypeError, ValueError, RecursionError)
"""Errors while an exchange is restored that somebody edited by hand."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Recorded:
    """One exchange, with stand-ins for private values."""

    request: JsonObject
    response: JsonObject

    @property
    def operation(self) -> str:
        """Which one is asked for, if one is."""
        return str(self.request.get("operation", "no operation"))

    @property
    def asked(self) -> str:
        """What is asked for, on a line."""
        return f"{self.operation}: {self.request['method']} {self.request['path']}"

    def __str__(self) -> str:
        return f"{self.asked} -> {self.response['status']}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Cassette:
    """What a test, or a fixture, said.

    `name` is its own; `recorded_from` the host that answered, or that it was
    loopback; `kit` the version that recorded it.
    """

    name: str
    recorded_from: str
    date: date
    kit: str
    exchanges: tuple[Recorded, ...]


def record_command(name: str) -> str:
    """The command that records a conversation anew; a fixture's with the tests around it."""
    return _about("pytest --twilio-users-mode=record", name)


def refresh_command(name: str) -> str:
    """The same, with a look at what changed before it is written."""
    return _about("twilio-users cassettes refresh", name)


def _about(command: str, name: str) -> str:
    node, _ = split_name(name)
    if node == SESSION:
        return command
    file, separator, inside = node.partition("::")
    if file.startswith("pytest_twilio_users/"):  # the kit's own suites
        module = file.removesuffix(".py").replace("/", ".")
        return f'{command} --pyargs "{module}{separator}{inside}"'
    return f'{command} "{node}"'


def require_inside(path: Path, folder: Path) -> None:
    """See that a cassette is where it seems to be: by no link in another folder.

    Raises:
        ValueError: it is not.
        RuntimeError: it is a link that leads to itself.
    """
    if not path.resolve().is_relative_to(folder.resolve()):
        link = next(part for part in (path, *path.parents) if part.is_symlink())
        raise ValueError(f"the link {link} leads to a place outside the folder of cassettes")


def write_cassette(path: Path, cassette: Cassette) -> None:
    """Write a cassette whole, or not at all. Recorded anew, it has at least a new date."""
    exchanges = [{"request": e.request, "response": e.response} for e in cassette.exchanges]
    content = {
        "format": FORMAT,
        "kit": cassette.kit,
        "date": cassette.date.isoformat(),
        "recorded_from": cassette.recorded_from,
        "name": cassette.name,
        "stand_ins": _count_stand_ins(exchanges),
        "exchanges": exchanges,
    }
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    # The name of a file that is no UTF-8 has halves of surrogate pairs: JSON's escapes.
    write_whole(path, text.encode(errors="backslashreplace"))


def put_cassette(path: Path, cassette: Cassette | None, *, folder: Path) -> None:
    """Write a cassette to its place in the folder of cassettes; without one, delete what is there.

    Raises:
        CassetteError: a link leads elsewhere, or a folder is in its place.
        OSError: it can't be written.
    """
    try:
        require_inside(path, folder)
    except (ValueError, RuntimeError) as error:
        raise CassetteError(
            f"The cassette {path} can't be written: {error}. Remove the link."
        ) from None
    if path.is_dir():
        raise CassetteError(
            f"The cassette {path} can't be written: there is a folder of this name. Remove it."
        )
    if cassette is None:
        path.unlink(missing_ok=True)
    else:
        write_cassette(path, cassette)


def read_cassette(path: Path, *, folder: Path | None) -> Cassette:
    """Read a cassette; the file stays as it is.

    Without the folder of cassettes that it is in, it may be anywhere, whatever it is called.

    Raises:
        CassetteError: it can't be read, or is not where its name says.
    """
    try:
        if folder is not None:
            require_inside(path, folder)
        if path.stat().st_size > MAX_BYTES:
            _complain(path, f"it has more than {MAX_BYTES} bytes")
        text = path.read_bytes().decode("utf-8")
        content = json.loads(text, object_pairs_hook=no_duplicates, parse_constant=refuse_constant)
        cassette = _parse(path, content)
    except OSError as error:
        _complain(path, str(error.strerror))
    except UnicodeDecodeError as error:
        _complain(path, f"it is not UTF-8, at byte {error.start}")
    except json.JSONDecodeError as error:
        _complain(path, f"it is not JSON: {error.msg}, line {error.lineno} column {error.colno}")
    except RecursionError:
        _complain(path, "it is nested too deeply")
    except (ValueError, RuntimeError) as error:  # a number too long, a link's loop
        _complain(path, str(error))
    if folder is not None and place(folder, cassette.name) != path:
        _complain(path, f"it belongs to {cassette.name}, and was moved or copied")
    return cassette


def _parse(path: Path, content: Any) -> Cassette:
    version = content.get("format") if isinstance(content, dict) else FORMAT
    if version != FORMAT:
        _complain(
            path,
            f"its format is {brief(version)}, and this version of the kit reads only {FORMAT}",
        )
    for problem in find_problems(content, SCHEMA):
        _complain(path, problem)
    try:
        day = date.fromisoformat(content["date"])
    except ValueError as error:
        _complain(path, f"date: {error}")
    about = {key: content[key] for key in ("name", "recorded_from", "kit")}
    exchanges = tuple(Recorded(**exchange) for exchange in content["exchanges"])
    return Cassette(**about, date=day, exchanges=exchanges)


def _complain(path: Path, problem: str) -> NoReturn:
    raise CassetteError(unreadable(path, problem))


def unreadable(path: Path, problem: str) -> str:
    """The sentence for a cassette that can't be read."""
    return (
        f"The cassette {path} can't be read: {problem}. Record it again with"
        " --twilio-users-mode=record, or restore it from version control."
    )


def _count_stand_ins(exchanges: list[JsonObject]) -> dict[str, int]:
    """How many stand-ins there are of each shape."""
    found = set(STAND_IN.findall(json.dumps(exchanges, ensure_ascii=False)))
    return dict(sorted(Counter(map(shape_of, found)).items()))
