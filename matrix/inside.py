"""Runs pytest in this process, once or again and again: `python -m matrix.inside JSON`."""

import json
import os
import sys

import pytest


def main() -> None:
    """Do the runs, each a list of options, and where it is to be interrupted."""
    for options, interrupted in json.loads(sys.argv[1]):
        os.environ["INTERRUPTED"] = interrupted
        code = pytest.main(options)
        allowed = [2] if interrupted else [0, 1, 2]  # --sw and xdist's -x end as if interrupted
        if code not in allowed:
            from matrix.watching import note

            note(wrong=f"pytest ended with {int(code)}, not with {allowed}")


main()
