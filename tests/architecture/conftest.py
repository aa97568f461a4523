"""What is shipped, built once."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with wheel and source distribution, made by the backend that the project names."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(  # noqa: S603  # the command is made here
        [sys.executable, "-m", "hatchling", "build", "-d", str(folder)],
        cwd=Path(__file__).parents[2],
        check=True,
        capture_output=True,
    )
    return folder
