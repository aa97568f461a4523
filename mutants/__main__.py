"""Finds what no test notices: `python -m mutants state` changes one wing, one place at a time."""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from mutants.mutating import Mutant, mutants_of
from mutants.session import Reach, Session, Try
from mutants.trying import fail_anew, in_child

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "pytest_twilio_users"
SCREEN = os.fdopen(os.dup(1), "w")
"""Where to tell how far it is, whoever has standard output."""


def main() -> int:
    """Tell what survived; 1 if something did, 2 if the tests fail as it is."""
    parser = argparse.ArgumentParser(prog="python -m mutants", description=__doc__)
    parser.add_argument("wing", help="a folder of the package, such as state, or a module")
    parser.add_argument("tests", nargs="*", default=["tests/unit", "tests/properties"])
    options = parser.parse_args()
    os.chdir(ROOT)
    files = [*_files(options.wing)]
    if not files:
        parser.error(f"{PACKAGE.name}/{options.wing} is no wing")
    print(f"Once without a change: {' '.join(options.tests)}", flush=True)
    mutants = [(file, mutant) for file in files for mutant in mutants_of(file.read_text("utf-8"))]
    left = in_child(lambda: _left(mutants, options.tests), seconds=86_400)
    if left is None:
        print("The tests fail as it is.")
        return 2
    print(f"{len(left)} of them are tried anew", flush=True)
    survived = 0
    for number, tests in left:
        file, mutant = mutants[number]
        anew = partial(fail_anew, file, mutant.source, tests)
        if not tests or not in_child(anew, seconds=600, late=True):
            survived += 1
            nobody = "" if tests else "   (no test comes by)"
            print(f"{file.relative_to(PACKAGE)}:{mutant}{nobody}", flush=True)
    killed = len(mutants) - survived
    print(f"{killed} of {len(mutants)} were noticed: {killed / len(mutants):.1%}")
    return 1 if survived else 0


def _files(wing: str) -> Iterator[Path]:
    if (PACKAGE / wing).is_dir():
        yield from sorted((PACKAGE / wing).rglob("*.py"))
    for module in (PACKAGE / wing, PACKAGE / f"{wing}.py"):
        if module.is_file():
            yield module


def _left(
    mutants: Sequence[tuple[Path, Mutant]], tests: Sequence[str]
) -> list[tuple[int, Sequence[str]]] | None:
    """Which mutants a session does not kill, as they are made at import or survive; with tests."""
    left = []

    def go_on(reach: Reach, is_noticed: Try) -> None:
        for number, (file, mutant) in enumerate(mutants):
            if number % 100 == 0:
                print(f"{number} of {len(mutants)} were tried", file=SCREEN, flush=True)
            wing = file.relative_to(PACKAGE).parts[0]
            chosen = reach.of(file, mutant, first=f"tests/unit/{wing.removesuffix('.py')}")
            if not (chosen and mutant.inside and is_noticed(file, mutant, chosen)):
                left.append((number, chosen))

    return left if Session(PACKAGE, go_on).run(tests) else None


sys.exit(main())
