"""The benchmarks run; what they measure is no matter here."""

import subprocess
import sys
from pathlib import Path

from versions import since

ROOT = Path(__file__).parents[2]


@since("twilio", "8.0")  # they ask its async methods, too
def test_the_benchmarks_run():
    """A short run goes through everything, and judges nothing."""
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick"],  # our own module
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stderr == ""
    assert run.stdout.splitlines()[-1] == "It runs. So short a run judges nothing."
