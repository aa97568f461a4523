"""The command `twilio-users cassettes refresh`."""

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_twilio_users.cli import exit_codes
from pytest_twilio_users.cli.arguments import path, require_cassettes
from pytest_twilio_users.cli.screen import show
from pytest_twilio_users.errors import CassetteError, counted
from pytest_twilio_users.settings import Settings

if TYPE_CHECKING:
    from pytest_twilio_users.drift.refreshing import Change

DESCRIPTION = """\
Record cassettes again, in record mode on the account in the settings. The command prints what
changed in each cassette, and asks before it writes. Other dates, SIDs and names are not a
change: such a cassette only gets today's date. If a test fails now, its cassette stays as it
is. All other arguments go to pytest, such as tests and options. Default: all tests.
"""
EXAMPLES = """\
examples:
  twilio-users cassettes refresh tests/test_sign_up.py -k welcome
  twilio-users cassettes refresh --expired --yes

"""
_ASK = "Write it? y(es), n(o), a(ll that follow), q(uit): "


def add(kinds: Any) -> None:
    """Add the command."""
    refresh = kinds.add_parser(
        "refresh",
        help="Record them again, and see what changed before it is written",
        description=DESCRIPTION,
        epilog=EXAMPLES + exit_codes.told("cassettes refresh"),
        usage="%(prog)s [OPTIONS] [ARGUMENTS OF PYTEST]",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    refresh.leaves_rest = True
    refresh.set_defaults(run=run)
    refresh.add_argument(
        "--expired",
        action="store_true",
        help="only cassettes that are too old, or missing",
    )
    writing = refresh.add_mutually_exclusive_group()
    writing.add_argument("--yes", action="store_true", help="write all without asking")
    writing.add_argument(
        "--dry-run", action="store_true", help="print the changes, and write nothing"
    )
    refresh.add_argument(
        "--cassettes",
        metavar="FOLDER",
        type=path,
        default=Path(Settings().cassettes),
        help="the folder of cassettes; default: %(default)s",
    )


def run(options: argparse.Namespace) -> int:
    """Print what changed, and write what is to be written; the exit code tells whether all is."""
    from pytest_twilio_users.drift.refreshing import refresh

    folder = options.cassettes
    require_cassettes(
        folder,
        advice="Record some with pytest --twilio-users-mode=record, or name their folder:"
        " --cassettes FOLDER.",
    )
    refreshed = refresh(options.rest, cassettes=folder, old_alone=options.expired)
    question = _Question(yes=options.yes, dry_run=options.dry_run)
    told: Counter[str] = Counter()
    for change in refreshed.changes:
        if change.lines:
            show(change.name)
            for line in change.lines:
                show(f"  {line}")
            told["changed"] += 1
            told["written"] += question.ask() and _write(change, folder)
    for change in refreshed.changes:
        if not change.lines:
            told["unchanged"] += 1
            told["renewed"] += question.goes_on and _write(change, folder)
    for name in refreshed.kept:
        show(name)
        show("  left as it was: its test fails now")
    show(_sum_up(told, kept=len(refreshed.kept), others=refreshed.others))
    if question.nobody and told["changed"] > told["written"]:
        show("There is no terminal to ask, so nothing was written. To write all: --yes.")
    return 1 if refreshed.kept or told["changed"] > told["written"] else 0


def _write(change: "Change", folder: Path) -> bool:
    """Write one, or say why it can't be."""
    from pytest_twilio_users.cassettes.cassette import put_cassette

    try:
        put_cassette(change.path, change.new, folder=folder)
    except CassetteError as error:
        show(f"  {error}")
    except OSError as error:
        show(f"  {change.path} can't be written: {error.strerror}")
    else:
        return True
    return False


def _sum_up(told: Counter[str], *, kept: int, others: int) -> str:
    parts = [f"{counted(told['changed'], 'cassette')} changed, {told['written']} written"]
    parts.append(f"{told['unchanged']} unchanged, {told['renewed']} with a new date")
    if kept:
        parts.append(f"{kept} left, as {'its test fails' if kept == 1 else 'their tests fail'}")
    if others:
        parts.append(f"{others} not of these tests")
    return "; ".join(parts) + "."


class _Question:
    """Whether to write a cassette: asked at a terminal, until one answer is for all."""

    def __init__(self, *, yes: bool, dry_run: bool) -> None:
        """Ask nobody, if that is known from the options, or there is nobody."""
        self.nobody = not (yes or dry_run) and (sys.stdin is None or not sys.stdin.isatty())
        self._for_all: bool | None = False if dry_run or self.nobody else yes or None

    @property
    def goes_on(self) -> bool:
        """Whether more is to be written."""
        return self._for_all is not False

    def ask(self) -> bool:
        """Whether to write the one that was shown last."""
        while self._for_all is None:
            answer = _read_answer()
            if answer in ("y", "n"):
                return answer == "y"
            if answer in ("a", "q"):
                self._for_all = answer == "a"
        return self._for_all


def _read_answer() -> str:
    """The letter that somebody answers with; q where the input ends, or with Ctrl-C."""
    sys.stderr.write(_ASK)
    sys.stderr.flush()
    try:
        line = sys.stdin.readline()
    except KeyboardInterrupt:
        line = ""
    return line.strip().lower()[:1] if line else "q"
