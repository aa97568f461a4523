"""The lines of a ledger, written or read."""

import hashlib
import json
import re
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from pytest_twilio_users.contract.models import format_date
from pytest_twilio_users.contract.sids import SidKind
from pytest_twilio_users.scopes.run_name import RUN_NAME

FORMAT = 1

# What the kit makes up whole, so nothing of an author's is in it.
_MADE_UP = re.compile(rf"({RUN_NAME})-(?:[0-9a-f]{{6}}-)?user-[0-9]+(?:-[0-9a-f]{{6}})?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A user that the run made, or may have made, on a live account.

    `service_sid` is None for the default service by its short path; read from disk it
    is empty if it was no SID. `sid` is None until it is known. `identity` is None where
    it was read from disk and is somebody's own: then `digest` stands for it. `test` is
    who asked, without its parameters. `sent` is when it was last asked for, None if it
    never was, and `mark` the digest of what was asked for besides.
    """

    number: int
    service_sid: str | None
    identity: str | None = field(repr=False)
    digest: str
    sid: str | None
    test: str
    at: datetime
    sent: datetime | None = None
    mark: str = ""


def mark_of(friendly_name: str | None, attributes: str | None) -> str:
    """What tells a user from another of its identity: what it was asked for with, as text."""
    return json.dumps([friendly_name or "", attributes or "{}"])


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """The first line: whose ledger it is. `pid` is for people."""

    run: str
    origin: str
    account_sid: str
    pid: int
    at: datetime
    salt: str = field(repr=False)

    def digest(self, identity: str) -> str:
        """What stands for an identity in this ledger."""
        key = bytes.fromhex(self.salt)
        text = identity.encode(errors="surrogatepass")
        return hashlib.blake2b(text, digest_size=16, key=key).hexdigest()

    def to_line(self) -> bytes:
        """The line itself."""
        return _line("run", format=FORMAT, **asdict(self) | {"at": format_date(self.at)})


def planned_line(entry: Entry, *, run: str) -> bytes:
    """The line of a user that is about to be asked for; a private identity is not in it."""
    made_up = _MADE_UP.fullmatch(entry.identity or "")
    known = (
        {"identity": entry.identity}
        if made_up is not None and made_up[1] == run
        else {"digest": entry.digest}
    )
    service = entry.service_sid
    return _line(
        "planned",
        number=entry.number,
        # What is no SID may be anything.
        service_sid=service if service is None or SidKind.SERVICE.matches(service) else "",
        **known,
        test=entry.test,
        at=format_date(entry.at),
    )


def note_line(what: str, number: int, **said: str) -> bytes:
    """The line of a user that is "sent", was "created", or is "gone": deleted, or never made."""
    return _line(what, number=number, **said)


def _line(what: str, **said: Any) -> bytes:
    return json.dumps({"what": what, **said}).encode() + b"\n"


def whole_lines(content: bytes) -> bytes:
    """What was written whole. The line that a kill cut off is not: nothing had followed from it."""
    return content[: content.rfind(b"\n") + 1]


def read_lines(content: bytes) -> tuple[Head | None, tuple[Entry, ...]]:
    """Read whose ledger it is and what is left; without a whole line it is nobody's.

    Raises:
        ValueError: a line is none of a ledger's.
    """
    head: Head | None = None
    entries: dict[int, Entry] = {}
    gone: set[int] = set()
    for number, line in enumerate(whole_lines(content).splitlines(), start=1):
        try:
            said = _Line(line)
            if head is None:
                head = _read_head(said)
            else:
                _read_note(said, head, entries, gone)
        except ValueError as error:
            raise ValueError(f"line {number}: {error}") from None
    return head, tuple(entry for entry in entries.values() if entry.number not in gone)


class _Line:
    """What a line says, by name and type. What is wrong is told without its value."""

    def __init__(self, line: bytes) -> None:
        try:
            said = json.loads(line, object_pairs_hook=_no_name_twice)
        except (ValueError, RecursionError):
            raise ValueError("it is not JSON in UTF-8, or has a name twice.") from None
        if not isinstance(said, dict):
            raise ValueError("it is not a JSON object.")  # told with the line, as the others
        self.said: dict[str, Any] = said

    def number(self, name: str) -> int:
        value = self.said.get(name)
        if type(value) is not int:  # no bool
            raise ValueError(f"{name!r} is not a number.")
        return value

    def text(self, name: str, pattern: str) -> str:
        value = self.said.get(name)
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise ValueError(f"{name!r} has a value that the kit does not write.")
        return value

    def moment(self, name: str) -> datetime:
        try:
            moment = datetime.fromisoformat(self.text(name, ".*"))
        except ValueError:
            raise ValueError(f"{name!r} is not a date.") from None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _no_name_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    said = dict(pairs)
    if len(said) != len(pairs):
        raise ValueError
    return said


def _read_head(line: _Line) -> Head:
    if line.said.get("what") != "run" or line.number("format") != FORMAT:
        raise ValueError(
            f"it does not begin a ledger of format {FORMAT}, the only one that this version of"
            " the kit reads."
        )
    return Head(
        run=line.text("run", RUN_NAME),
        origin=line.text("origin", r"https?://[A-Za-z0-9.:\[\]-]+"),
        account_sid=line.text("account_sid", SidKind.ACCOUNT.pattern),
        pid=line.number("pid"),
        at=line.moment("at"),
        salt=line.text("salt", "([0-9a-f]{2}){16}"),
    )


def _read_note(line: _Line, head: Head, entries: dict[int, Entry], gone: set[int]) -> None:
    what, number = line.said.get("what"), line.number("number")
    if what == "planned" and number not in entries:
        entries[number] = _read_entry(line, head, number)
    elif what == "sent" and number in entries:
        mark, sent = line.text("mark", "[0-9a-f]{32}"), line.moment("at")
        entries[number] = replace(entries[number], mark=mark, sent=sent)
    elif what == "created" and number in entries:
        sid = line.text("sid", SidKind.USER.pattern)
        entries[number] = replace(entries[number], sid=sid)
        gone.discard(number)
    elif what == "gone" and number in entries:
        gone.add(number)
    else:
        raise ValueError("it does not follow from the lines before it.")


def _read_entry(line: _Line, head: Head, number: int) -> Entry:
    service = line.said.get("service_sid")
    identity = None
    if "identity" in line.said:
        identity = line.text("identity", f"{re.escape(head.run)}-.*")
    return Entry(
        number=number,
        service_sid=None
        if service is None
        else line.text("service_sid", f"({SidKind.SERVICE.pattern})?"),
        identity=identity,
        digest=line.text("digest", "[0-9a-f]{32}") if identity is None else head.digest(identity),
        sid=None,
        test=line.text("test", "(?s:.*)"),
        at=line.moment("at"),
    )
