"""Reports how two sides answer the same tests differently."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from pytest_twilio_users.cassettes.cassette import Cassette, read_cassette
from pytest_twilio_users.cassettes.places import place
from pytest_twilio_users.contract.sids import OWN_DEFAULT_SERVICE_SID, SidKind, derive_sid
from pytest_twilio_users.drift import telling
from pytest_twilio_users.drift.comparison import Drift, find_drifts
from pytest_twilio_users.drift.own_pytest import run_pytest
from pytest_twilio_users.errors import KitError, counted

CONTRACT_SUITE = ("--pyargs", "pytest_twilio_users.suites.contract")

_ACCOUNT = derive_sid(SidKind.ACCOUNT, "drift")
_TOKEN = "not a real token"  # noqa: S105  # so it says
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

Side = Literal["stub", "cassette", "live"]
"""Who answers."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DriftReport:
    """Where two sides differ: each difference with the tests that met it, the worst first."""

    first: str
    second: str
    drifts: telling.Drifts
    compared: int
    alone: list[str]
    used: telling.Used | None = None

    @property
    def exit_code(self) -> int:
        """0 if there are notes at the most."""
        return telling.exit_code(self.drifts)

    def lines(self) -> Iterator[str]:
        """What there is to tell."""
        yield from telling.lines(self.drifts, self.used)
        compared = counted(self.compared, "test")
        yield f"{telling.count(self.drifts)}: {compared} with {self.first}, then {self.second}."
        if self.alone:
            yield (
                f"Not compared: {counted(len(self.alone), 'test')} that sent requests to only"
                f" one of the two, such as {self.alone[0]}."
            )
        yield from telling.ending(self.used)

    def to_json(self) -> str:
        """The same for machines."""
        return telling.to_json(
            self.drifts,
            self.used,
            first=self.first,
            second=self.second,
            compared=self.compared,
            not_compared=self.alone,
        )


def find_drift(
    first: Side, second: Side, *, tests: Sequence[str], cassettes: Path, quiet: bool = False
) -> DriftReport:
    """Run the tests against each side, and compare what was answered.

    `tests` are arguments of pytest's; `cassettes` is the folder of the cassettes, if they
    are one of the two. A test that fails is compared as far as it came. pytest's output
    goes to standard error; `quiet`, only where it can't run the tests.

    Raises:
        KitError: pytest can't run the tests, or nothing was said that could be compared.
    """
    if first == second:
        raise KitError(f"{first} and {second}: these are the same. Name two different sides.")
    with TemporaryDirectory(prefix="twilio-users-") as folder:
        asked: list[Side] = [side for side in (first, second) if side != "cassette"]
        # The account first: it may not answer, and the stub's tests had run for nothing.
        asked.sort(key=lambda side: side != "live")
        said: dict[Side, dict[str, Cassette]] = {}
        for number, side in enumerate(asked, start=1):
            if not quiet:
                sys.stderr.write(f"{side} ({number} of {len(asked)}): {' '.join(tests)}\n")
                sys.stderr.flush()
            said[side] = _record(side, tests, Path(folder) / side, quiet=quiet)
    if "cassette" in (first, second):
        [recorded] = said.values()
        paths = {name: place(cassettes, name) for name in recorded}
        said["cassette"] = {
            name: read_cassette(path, folder=cassettes)
            for name, path in paths.items()
            if path.exists()
        }
    common = [name for name in said[first] if name in said[second]]
    if not common:
        raise KitError(_nothing_common(first, second, cassettes))
    drifts: dict[Drift, list[str]] = {}
    for name in common:
        for drift in find_drifts(said[first][name].exchanges, said[second][name].exchanges):
            drifts.setdefault(drift, []).append(name)
    return DriftReport(
        first=first,
        second=second,
        drifts=telling.worst_first(drifts),
        compared=len(common),
        alone=sorted(said[first].keys() ^ said[second].keys()),
    )


def _nothing_common(first: Side, second: Side, cassettes: Path) -> str:
    if "cassette" not in (first, second):
        return "No test sent a request to both, so there is nothing to compare."
    return (
        f"No test that ran has a cassette in {cassettes}, so there is nothing to compare. Record"
        " these tests with pytest --twilio-users-mode=record, or name the folder: --cassettes"
        " FOLDER."
    )


def _record(side: Side, tests: Sequence[str], folder: Path, *, quiet: bool) -> dict[str, Cassette]:
    """What the tests say to a side, and what it answers."""
    cassettes = folder / "cassettes"
    options = [f"--twilio-users-cassettes={cassettes}", "--twilio-users-mode=record"]
    environ: Mapping[str, str] = os.environ
    if side == "stub":
        options += [*_STUB, f"--twilio-users-ledger={folder / 'ledger'}"]
        own = {"TWILIO_ACCOUNT_SID": _ACCOUNT, "TWILIO_AUTH_TOKEN": _TOKEN}
        environ = {name: environ[name] for name in environ if not name.startswith("TWILIO_")} | own
    hooks = ("pytest_twilio_users.drift.recording_hooks",)
    arguments = ("--tb=no", *tests, *options)
    code, said = run_pytest(arguments, plugins=hooks, environ=environ, quiet=quiet)
    if code not in (0, 1):  # passed, or failed
        sys.stderr.write(said)
        raise KitError(f"pytest can't run the tests against {side}: see above.")
    paths = sorted(cassettes.rglob("*.json"))
    read = [read_cassette(path, folder=cassettes) for path in paths]
    return {cassette.name: cassette for cassette in read}
