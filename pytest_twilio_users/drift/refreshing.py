"""Records cassettes again beside the old ones, to compare both."""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import unified_diff
from pathlib import Path
from tempfile import TemporaryDirectory

from pytest_twilio_users.cassettes.cassette import Cassette, read_cassette
from pytest_twilio_users.cassettes.places import place
from pytest_twilio_users.drift import telling
from pytest_twilio_users.drift.comparison import find_drifts, skeleton
from pytest_twilio_users.drift.own_pytest import run_pytest
from pytest_twilio_users.drift.refresh_hooks import FAILURES
from pytest_twilio_users.errors import CassetteError, KitError, counted
from pytest_twilio_users.settings import SETTINGS, Expiry

_INTERRUPTED = 2
_OLD_ALONE = f"{SETTINGS['cassette_expiry'].option}={Expiry.RECORD}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What became of one cassette.

    `new` is what is to be written; None: it is to be deleted, as its test says nothing any more.
    `lines` tell what changed; where there are none, `new` is the old one, of a newer day.
    """

    path: Path
    name: str
    new: Cassette | None
    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Refreshed:
    """What became of all.

    `changes` are those that were recorded, `kept` those of tests that fail now, by name, and
    `others` counts those that none of the tests recorded.
    """

    changes: tuple[Change, ...]
    kept: tuple[str, ...]
    others: int


def refresh(tests: Sequence[str], *, cassettes: Path, old_alone: bool) -> Refreshed:
    """Run the tests in record mode, and compare what they leave with what there is.

    `tests` are arguments of pytest's, whose output goes to standard error. Nothing is written
    to the folder of cassettes. With `old_alone`, tests are skipped whose cassettes are young.

    Raises:
        KitError: pytest can't run the tests, or not to their end.
    """
    # Tests are recorded among copies of what there is, or where none can be taken for young.
    before = {
        path.relative_to(cassettes): path.read_bytes() if old_alone else b""
        for path in cassettes.rglob("*.json")
        if path.is_file()
    }
    with TemporaryDirectory(prefix="twilio-users-") as name:
        folder, failures = Path(name, "cassettes"), Path(name, "failures")
        for relative, content in before.items():
            copy = folder / relative
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(content)
        failures.touch()
        _record(tests, folder=folder, failures=failures, old_alone=old_alone)
        failing = {json.loads(line) for line in failures.read_text("ascii").splitlines()}
        after = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.json")}
        left = {relative for relative, content in before.items() if after.get(relative) == content}
        recorded = sorted((before.keys() | after.keys()) - left)
        changes = tuple(_change(each, cassettes=cassettes, folder=folder) for each in recorded)
    kept = tuple(sorted(name for name in failing if place(Path(), name) in left))
    return Refreshed(changes=changes, kept=kept, others=len(left) - len(kept))


def _record(tests: Sequence[str], *, folder: Path, failures: Path, old_alone: bool) -> None:
    options = ["--twilio-users-mode=record", f"--twilio-users-cassettes={folder}"]
    options += [f"{FAILURES}={failures}", *([_OLD_ALONE] if old_alone else [])]
    hooks = ("pytest_twilio_users.drift.refresh_hooks",)
    code, _ = run_pytest([*tests, *options], plugins=hooks, environ=os.environ)
    if code == _INTERRUPTED:
        raise KitError("The run was interrupted: all cassettes stay as they are.")
    if code not in (0, 1):  # passed, or failed
        raise KitError("pytest can't record the tests: see above. All cassettes stay as they are.")


def _change(relative: Path, *, cassettes: Path, folder: Path) -> Change:
    path, recorded = cassettes / relative, folder / relative
    new = read_cassette(recorded, folder=folder) if recorded.exists() else None
    old, lines = None, [f"new: {counted(len(new.exchanges), 'exchange')}"] if new else []
    try:
        if path.exists():
            old = read_cassette(path, folder=cassettes)
    except CassetteError as error:
        lines = [str(error)]
    if new is None:
        lines = ["deleted: the test sends no request any more"]
    elif old is not None:
        lines = [*_differences(old, new)]
        new = new if lines else replace(old, date=new.date)
    known = new or old
    name = known.name if known else str(relative)
    return Change(path=path, name=name, new=new, lines=tuple(lines))


def _differences(old: Cassette, new: Cassette) -> Iterator[str]:
    """Where the second is not the first: who answered, what was answered, what was asked."""
    if old.recorded_from != new.recorded_from:
        yield f"recorded from {old.recorded_from}, then from {new.recorded_from}"
    drifts = dict.fromkeys(find_drifts(old.exchanges, new.exchanges), ())
    yield from telling.lines(telling.worst_first(drifts))
    before, after = ([skeleton(e.asked) for e in each.exchanges] for each in (old, new))
    for line in unified_diff(before, after, lineterm="", n=0):
        if line[0] in "+-" and line.strip() not in ("---", "+++"):
            yield f"{line[0]} {line[1:]}"
