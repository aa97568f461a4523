"""The folders are the layers."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_imports_point_downwards():
    """No module imports what stands above it, and each library enters by its doors."""
    # In a process of its own, as it switches off the loggers that it finds.
    code = "from importlinter.cli import lint_imports as lint; exit(lint(no_cache=True))"
    run = subprocess.run(  # noqa: S603  # our own
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
