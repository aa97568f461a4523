"""The curl example's own tests pass, run as its README says."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "curl"
OLDEST = (7, 76)


@pytest.fixture
def curl() -> None:
    """As old as the example asks for."""
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("curl is not on this machine")
    said = subprocess.check_output([curl, "--version"], text=True)  # noqa: S603  # asks its version
    if tuple(int(number) for number in said.split()[1].split(".")[:2]) < OLDEST:
        pytest.skip(f"the example needs curl {OLDEST[0]}.{OLDEST[1]}; here is {said.split()[1]}")


@pytest.mark.usefixtures("curl")
def test_the_curl_example_passes(tmp_path: Path):
    """With this very version of the stub; each of its tests says what curl ended with."""
    stub = tmp_path / "twilio-users"
    stub.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m pytest_twilio_users "$@"\n', "utf-8")
    stub.chmod(0o755)

    tests = subprocess.run(  # noqa: S603  # the example
        [EXAMPLE / "bad_days.sh"],
        env=os.environ | {"TWILIO_USERS": str(stub)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert (tests.returncode, tests.stderr) == (0, "")
    script = EXAMPLE.joinpath("bad_days.sh").read_text("utf-8")
    asked = re.findall(r"^ends (\d+) (\d)", script, re.MULTILINE)
    told = re.findall(r"^ok: .*: curl ends with (\d+), users: (\d)$", tests.stdout, re.MULTILINE)
    assert told == asked
