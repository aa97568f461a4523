"""Records the contract suite's cassettes from the kit's own stub, served on loopback."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pytest_twilio_users.contract.sids import OWN_DEFAULT_SERVICE_SID, SidKind, derive_sid

ROOT = Path(__file__).parents[1]
ACCOUNT = derive_sid(SidKind.ACCOUNT, "served for recording")
SERVICE = derive_sid(SidKind.SERVICE, "served for recording")
ROLE = derive_sid(SidKind.ROLE, "served for recording")
TOKEN = "it opens nothing"  # noqa: S105  # so it says


@contextmanager
def served() -> Iterator[str]:
    """The base URL of a served stub in a process of its own."""
    options = ("--account-sid", ACCOUNT, "--auth-token", TOKEN, "--service-sid", SERVICE)
    command = [sys.executable, "-m", "pytest_twilio_users", "serve", *options, "--role-sid", ROLE]
    with subprocess.Popen(  # noqa: S603  # our own module
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield process.stdout.readline().strip() if process.stdout else ""
        finally:
            process.terminate()


def main() -> int:
    """Run the contract suite in record mode; gives pytest's exit code."""
    with served() as url:
        environ = {
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_USERS_LIVE_ACCOUNT": ACCOUNT,
            "TWILIO_USERS_SERVICE_SID": SERVICE,
            "TWILIO_USERS_DEFAULT_SERVICE": OWN_DEFAULT_SERVICE_SID,
            "TWILIO_USERS_ROLE_SIDS": ROLE,
            "TWILIO_USERS_BASE_URL": url,
            "TWILIO_USERS_CHANGES": "10000",
            "TWILIO_USERS_CHANGES_PER_SECOND": "1000",
        }
        suite = ("--pyargs", "pytest_twilio_users.suites.contract")
        command = [sys.executable, "-m", "pytest", "-q", "--twilio-users-mode=record", *suite]
        run = subprocess.run(  # noqa: S603  # our own module
            [*command, *sys.argv[1:]], cwd=ROOT, env=os.environ | environ, check=False
        )
    return run.returncode


if __name__ == "__main__":
    sys.exit(main())
