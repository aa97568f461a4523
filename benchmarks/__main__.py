"""Measures everything side by side in one run: `python -m benchmarks`."""

import argparse
from collections.abc import Iterator
from datetime import date

from benchmarks import (
    endurance,
    examples,
    fetches,
    guard,
    machine,
    mocks,
    page,
    pertest,
    prism,
    replay,
    sdk,
    server,
    sizes,
    snapshots,
    startup,
    strategies,
)
from benchmarks.report import Section


def main() -> int:
    """Measure and report; 1 if the goals count and one was missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--goals", action="store_true", help="fail if a goal is missed")
    choice.add_argument("--quick", action="store_true", help="only see that it runs")
    choice.add_argument("--write", action="store_true", help="write docs/benchmarks.md, too")
    options = parser.parse_args()
    found: list[Section] = []
    for section in _quick() if options.quick else _whole():
        print(section.text(judged=not options.quick), flush=True)
        found.append(section)
    missed = sum(row.missed for section in found for row in section.rows)
    if options.write:
        try:
            page.write(found, today=date.today())  # noqa: DTZ011  # where it is measured
        except page.Unexplained as error:
            parser.exit(1, f"{error}\n")
    if options.quick:
        print("It runs. So short a run judges nothing.")
    else:
        print(f"Goals missed: {missed}." if missed else "All goals held.")
    return 1 if options.goals and missed else 0


def _whole() -> Iterator[Section]:
    yield fetches.section(rounds=60, calls=100)
    yield mocks.section(rounds=20, calls=60)
    yield replay.section(rounds=30, calls=1_000)
    yield sdk.section(rounds=30, calls=100)
    yield guard.section(rounds=40, calls=200)
    yield server.section(rounds=40, calls=200)
    yield prism.section(rounds=15, calls=160)
    yield endurance.section(requests=100_000)
    yield startup.section(rounds=8)
    yield pertest.section(rounds=4, tests=2_000)
    yield sizes.section(many=1_000_000, rounds=20, calls=100)
    yield examples.section(rounds=15, examples=100)
    yield machine.section(rounds=7, examples=100)
    yield strategies.section(rounds=15, examples=200)
    yield snapshots.section(rounds=30, calls=20)


def _quick() -> Iterator[Section]:
    yield fetches.section(rounds=2, calls=5)
    yield mocks.section(rounds=2, calls=5)
    yield replay.section(rounds=2, calls=5)
    yield sdk.section(rounds=2, calls=5)
    yield guard.section(rounds=2, calls=5)
    yield server.section(rounds=1, calls=5)
    yield endurance.section(requests=1_000)
    yield startup.section(rounds=1)
    yield pertest.section(rounds=1, tests=2)
    yield sizes.section(many=1_000, rounds=2, calls=5)
    yield examples.section(rounds=1, examples=5)
    yield machine.section(rounds=1, examples=5)
    yield strategies.section(rounds=1, examples=5)
    yield snapshots.section(rounds=1, calls=2)


raise SystemExit(main())
