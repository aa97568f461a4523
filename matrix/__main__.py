"""Tries the suite in all ways, and beside all plugins: `python -m matrix`."""

import argparse
import os
import sys
from concurrent.futures import ThreadPoolExecutor

from matrix.plugins import Plugin
from matrix.running import try_out
from matrix.table import Results, cell, everything, read, write
from matrix.ways import PLAIN, Way


def main() -> int:
    """Tell what was wrong; 1 if something was. The table of the documents is written anew."""
    parser = argparse.ArgumentParser(prog="python -m matrix", description=__doc__)
    parser.add_argument("-k", default="", metavar="TEXT", help="only what has it in its name")
    parser.add_argument("-v", action="store_true", help="show what pytest printed")
    parser.add_argument("-j", type=int, default=os.cpu_count(), help="how many at a time")
    options = parser.parse_args()
    chosen = [one for one in everything() if options.k in _name(*one)]
    results: Results = {}
    all_tests = try_out(PLAIN).ran
    with ThreadPoolExecutor(options.j) as threads:
        for one, outcome in zip(
            chosen, threads.map(lambda one: try_out(*one), chosen), strict=True
        ):
            way, plugin = one
            missing = all_tests - outcome.ran if way.whole else ()
            wrong = [*outcome.wrong, *(f"{test} did not run" for test in sorted(missing))]
            results[cell(way, plugin)] = not wrong
            print(f"{'WRONG' if wrong else 'well ':<6}{_name(*one)}", flush=True)
            for line in wrong:
                print(f"      {line}")
            if options.v:
                print(outcome.output)
    known = read() | results  # what was not tried is as it was
    if known.keys() >= {cell(*one) for one in everything()}:
        write(known)
    return 0 if all(results.values()) else 1


def _name(way: Way, plugin: Plugin | None) -> str:
    return f"{plugin.name if plugin else 'no plugin'}: {way.name}"


sys.exit(main())
