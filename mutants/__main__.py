"""Finds what no test notices: `python -m mutants state` changes one wing, one place at a time."""

import argparse
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from hashlib import blake2b
from pathlib import Path

from mutants.accepting import Accepted
from mutants.mutating import Mutant, mutants_of
from mutants.noticed import Noticed
from mutants.session import Session
from mutants.trying import failing_anew, in_child, load_libraries
from mutants.wings import PACKAGE, ROOT, ROUNDS, SAMPLE_ROUNDS, SAMPLED, files_of, wing_of

Place = tuple[Path, Mutant]

_TO_DO = """
No test noticed these changes. For each, add a test that does, remove the code if nobody needs it,
or list it in mutants/accepted.toml with its reason: see "Mutants" in CONTRIBUTING.md.
"""
SCREEN = os.fdopen(os.dup(2), "w")
"""Where a child, too, tells how far it is."""


def main() -> int:
    """Tell what survived; 1 if something did that is not accepted, or what is accepted is gone."""
    parser = argparse.ArgumentParser(prog="python -m mutants", description=__doc__)
    parser.add_argument("wings", nargs="*", help="a folder of the package, such as state; a module")
    parser.add_argument("--sample", type=int, help="how many to try, always the same")
    parser.add_argument("--tests", nargs="+", help="which tests to try, and no others")
    parser.add_argument("--anew", action="store_true", help="try again what was noticed before")
    options = parser.parse_args()
    os.chdir(ROOT)
    wings = options.wings or (SAMPLED if options.sample else [""])
    files = [file for wing in wings for file in files_of(wing)]
    if not files:
        parser.error(f"{PACKAGE.name}/{options.wings[0]} is no wing")
    load_libraries()
    accepted, noticed = Accepted(), Noticed(ROOT / "build" / "mutants.txt")
    made = [(file, mutant) for file in files for mutant in mutants_of(file.read_text("utf-8"))]
    if options.sample:
        made = sorted(sorted(made, key=_chance)[: options.sample], key=lambda place: place[0])
    tried = [place for place in made if place not in accepted]
    left = [place for place in tried if options.anew or place not in noticed]
    all_rounds = SAMPLE_ROUNDS if options.sample else ROUNDS
    for tests_of in [lambda _: options.tests] if options.tests else all_rounds:
        rounds = defaultdict(list)
        for place in left:
            rounds[tuple(tests_of(wing_of(place[0])))].append(place)
        left = [
            place
            for tests, places in rounds.items()
            for place in _unnoticed(places, tests, noticed.add)
        ]
    for file, mutant in left:
        print(_shown(file, mutant))
    for wing in dict.fromkeys(map(wing_of, files)):
        all_, some, few = (
            sum(wing_of(file) == wing for file, _ in places) for places in (made, tried, left)
        )
        share = f"{some - few} of {some} were noticed: {1 - few / max(some, 1):.1%}"
        print(f"{wing}: {share}; {all_ - some} are accepted")
    if left:
        print(_TO_DO)
    gone = accepted.gone(files)
    for each in gone:
        print(f"Accepted, and gone: {each}")
    return 1 if left or gone else 0


def _chance(place: Place) -> bytes:
    """By what a sample is drawn: the change, wherever in its module it is."""
    file, mutant = place
    text = f"{file.relative_to(PACKAGE)} {mutant.before} {mutant.after}"
    return blake2b(text.encode()).digest()


def _unnoticed(
    places: Sequence[Place], tests: Sequence[str], note: Callable[[Path, Mutant], None]
) -> Sequence[Place]:
    """Those of the mutants that a round of tests does not notice."""
    if not tests:
        return places
    _tell(f"{len(places)} are tried: {' '.join(tests)}")
    left, anew = in_child(
        partial(_in_session, places, tests, note), seconds=86_400, late=([], None)
    )
    if anew is None:
        sys.exit(f"The tests did not come to their end: {' '.join(tests)}")
    _tell(f"{len(anew)} of them are tried anew, as they run at import")
    killers: defaultdict[Path, Counter[str]] = defaultdict(Counter)
    for number, groups in anew:
        file, mutant = places[number]
        best = [test for test, _ in killers[file].most_common(3)]
        for group in [best, *groups] if best else groups:
            ask = partial(failing_anew, file, mutant.source, group)
            if killer := group and in_child(ask, seconds=30, late=group[0]):
                killers[file][killer] += 1
                note(file, mutant)
                break
        else:
            left.append(number)
            _tell(f"  {_shown(file, mutant)}")
    return [places[number] for number in sorted(left)]


def _in_session(
    places: Sequence[Place], tests: Sequence[str], note: Callable[[Path, Mutant], None]
) -> tuple[list[int], list[tuple[int, list[list[str]]]] | None]:
    """Which mutants a session does not notice; of those that run at import, with their tests.

    None of the latter if the session did not come to its end.
    """
    left: list[int] = []
    anew: list[tuple[int, list[list[str]]]] = []

    def go_on(session: Session) -> None:
        for number, (file, mutant) in enumerate(places):
            if number % 100 == 0:
                _tell(f"{number} of {len(places)}")
            if mutant.inside and session.notices(file, mutant):
                note(file, mutant)
            elif session.reach.at_import(file, mutant):
                anew.append((number, session.reach.of(file, mutant, anew=True)))
            else:
                left.append(number)
                _tell(f"  {_shown(file, mutant)}")
        for name in session.failing:
            _tell(f"left out, as it fails as it is: {name}")

    return left, anew if Session(PACKAGE, go_on).run(tests) else None


def _shown(file: Path, mutant: Mutant) -> str:
    return f"{file.relative_to(PACKAGE)}:{mutant}"


def _tell(line: str) -> None:
    print(line, file=SCREEN, flush=True)


if __name__ == "__main__":
    sys.exit(main())
