"""Has two sides answer the same tests, each in a pytest of its own, to find where they differ."""

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory

from pytest_twilio_users.cassettes.cassette import Cassette, read_cassette
from pytest_twilio_users.cassettes.places import place
from pytest_twilio_users.contract.sids import OWN_DEFAULT_SERVICE_SID, SidKind, derive_sid
from pytest_twilio_users.drift.comparison import Drift, find_drifts
from pytest_twilio_users.drift.report import DriftReport
from pytest_twilio_users.errors import KitError

CONTRACT_SUITE = ("--pyargs", "pytest_twilio_users.suites.contract")

_ACCOUNT = derive_sid(SidKind.ACCOUNT, "drift")
_TOKEN = "it opens nothing"  # noqa: S105  # so it says
_STUB = (
    "--twilio-users-on-stub",
    f"--twilio-users-live-account={_ACCOUNT}",
    f"--twilio-users-service-sid={derive_sid(SidKind.SERVICE, 'drift')}",
    f"--twilio-users-default-service={OWN_DEFAULT_SERVICE_SID}",
    f"--twilio-users-role-sids={derive_sid(SidKind.ROLE, 'drift')}",
    "--twilio-users-base-url=http://localhost",  # so that nobody takes the stub for Twilio
    "--twilio-users-changes=1000000",
    "--twilio-users-changes-per-second=1000000",
)


class Side(StrEnum):
    """Who answers."""

    STUB = "stub"
    CASSETTE = "cassette"
    LIVE = "live"


def find_drift(
    first: Side,
    second: Side,
    *,
    tests: Sequence[str],
    cassettes: Path,
    environ: Mapping[str, str] = os.environ,
) -> DriftReport:
    """Run the tests against each side, and compare what was answered.

    A test that fails is compared as far as it came. pytest's output goes to standard error.

    Args:
        first, second: two that differ.
        tests: arguments of pytest's.
        cassettes: the folder of the cassettes, if they are one of the two.
        environ: what pytest runs in.

    Raises:
        KitError: pytest can't run the tests, or nothing was said that could be compared.
    """
    if first is second:
        raise KitError(f"{first} and {second}: two that differ are compared.")
    with TemporaryDirectory(prefix="twilio-users-") as folder:
        said: dict[Side, dict[str, Cassette]] = {
            side: _record(side, tests, Path(folder) / side, environ)
            for side in (first, second)
            if side is not Side.CASSETTE
        }
    if Side.CASSETTE in (first, second):
        [names] = said.values()
        said[Side.CASSETTE] = _read(cassettes, names)
    common = [name for name in said[first] if name in said[second]]
    if not common:
        raise KitError("Nothing was asked of both, so there is nothing to compare.")
    drifts: dict[Drift, list[str]] = {}
    for name in common:
        for drift in find_drifts(said[first][name].exchanges, said[second][name].exchanges):
            drifts.setdefault(drift, []).append(name)
    return DriftReport(
        first=first,
        second=second,
        drifts=dict(sorted(drifts.items(), key=lambda found: -found[0].severity)),
        compared=len(common),
        alone=sorted(said[first].keys() ^ said[second].keys()),
    )


def _read(folder: Path, names: Iterable[str]) -> dict[str, Cassette]:
    """The cassettes of these names, as far as there are some."""
    paths = {name: place(folder, name) for name in names}
    return {
        name: read_cassette(path, folder=folder) for name, path in paths.items() if path.exists()
    }


def _record(
    side: Side, tests: Sequence[str], folder: Path, environ: Mapping[str, str]
) -> dict[str, Cassette]:
    """What the tests say to a side, and what it answers."""
    cassettes = folder / "cassettes"
    options = [f"--twilio-users-cassettes={cassettes}", "--twilio-users-mode=record"]
    if side is Side.STUB:
        options += [*_STUB, f"--twilio-users-ledger={folder / 'ledger'}"]
        own = {"TWILIO_ACCOUNT_SID": _ACCOUNT, "TWILIO_AUTH_TOKEN": _TOKEN}
        environ = {name: environ[name] for name in environ if not name.startswith("TWILIO_")} | own
    command = [sys.executable, "-m", "pytest", "-q", "--tb=no"]
    for plugin in ("twilio_users", "pytest_twilio_users.drift.recording_hooks", "no:cacheprovider"):
        command += ["-p", plugin]
    sys.stderr.write(f"{side}: {' '.join(tests)}\n")
    sys.stderr.flush()
    run = subprocess.run(  # noqa: S603  # the author's own tests
        [*command, *tests, *options], env=environ, stdout=sys.stderr, check=False
    )
    if run.returncode not in (0, 1):  # passed, or failed
        raise KitError(f"pytest can't run the tests against {side}: see above.")
    paths = sorted(cassettes.rglob("*.json"))
    read = [read_cassette(path, folder=cassettes) for path in paths]
    return {cassette.name: cassette for cassette in read}
