"""The served stub does what its own OpenAPI document says, as Schemathesis sees it.

Schemathesis brings many packages, so it is in a dependency group of its own (`fuzz`);
without it this test is skipped. `make fuzz` runs it.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_twilio_users.wire.schema import openapi

SCHEMATHESIS = Path(sys.executable).with_name("st")
ACCOUNT = "AC" + "a" * 32
NOT_ASKED = {
    "positive_data_acceptance": "no schema says that text holds JSON, or which names are reserved",
    "negative_data_rejection": "a larger page is cut to the maximum, and not refused",
    "unsupported_method": "whether Twilio's 405 has an Allow header is not known",
}


@pytest.mark.skipif(not SCHEMATHESIS.exists(), reason="make fuzz has Schemathesis")
def test_schemathesis_finds_nothing(serve, tmp_path):
    """Answers keep their schemas, nothing breaks the server, and credentials are asked for."""
    document = tmp_path / "openapi.json"
    document.write_text(json.dumps(openapi()))
    process = serve("--account-sid", ACCOUNT, "--auth-token", "a-secret")
    run = subprocess.run(  # noqa: S603  # what is installed here
        [
            str(SCHEMATHESIS),
            "run",
            str(document),
            f"--url={process.url}",
            f"--auth={ACCOUNT}:a-secret",
            f"--exclude-checks={','.join(NOT_ASKED)}",
            "--max-examples=25",
            "--seed=1",
            "--no-color",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout
