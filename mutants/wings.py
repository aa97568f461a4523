"""Which tests a wing's mutants are tried with."""

from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "pytest_twilio_users"

_SLOW = ("drift", "strategies")
_PAGES = "tests/architecture/test_documents.py::test_a_generated_page_is_current"
_MODES = "tests/live/test_modes.py"
BESIDE: dict[str, Sequence[str]] = {
    "cli": (_PAGES, "tests/unit/drift", "tests/live", "tests/server"),
    "contract": (_PAGES, "tests/unit/drift", "tests/unit/strategies"),
    "drift": ("tests/live/test_drift.py",),
    "extras": ("tests/architecture/test_package.py",),
    "faults": (_PAGES, "tests/plugin/test_planned_faults.py"),
    "handle": ("tests/plugin", "tests/live"),
    "live": ("tests/live",),
    "plugin": ("tests/plugin", "tests/live"),
    "neighbours": ("tests/plugin/test_neighbours.py", "tests/server/test_neighbours.py"),
    "privacy": (
        "tests/properties/test_aliases_properties.py",
        "tests/properties/test_secrets_properties.py",
    ),
    "report": ("tests/plugin/test_report_page.py",),
    "scopes": (
        "tests/plugin/test_isolation.py",
        "tests/plugin/test_examples.py",
        "tests/plugin/test_guard.py",
    ),
    "server": ("tests/server",),
    "settings": (_PAGES, "tests/plugin/test_options.py"),
    "snapshots": (
        "tests/plugin/test_snapshots.py",
        f"{_MODES}::test_a_snapshot_of_the_stub_holds_where_values_are_private",
        f"{_MODES}::test_a_snapshot_of_another_extension_shows_no_private_value",
    ),
    "state": (
        "tests/properties/test_store_properties.py",
        "tests/properties/test_load_properties.py",
        "tests/server/test_seeds.py",
    ),
    "state_machine": ("tests/properties/test_state_machine.py",),
    "strategies": ("tests/properties/test_state_machine.py",),
    "suites": (_PAGES, "tests/contract", "tests/plugin/test_client_suite.py"),
    "transports": (
        _PAGES,
        "tests/plugin/test_guard.py",
        "tests/plugin/test_libraries.py",
        "tests/plugin/test_mocks.py",
        "tests/plugin/test_sdk.py",
        "tests/plugin/test_httpx2.py",
        "tests/plugin/test_tracing.py",
        "tests/plugin/test_webhooks.py",
        "tests/server/test_real_faults.py",
    ),
    "usage": (
        "tests/plugin/test_usage_file.py",
        "tests/plugin/test_usage_reports.py",
        "tests/plugin/test_results.py",
    ),
    "wire": ("tests/plugin/test_explaining.py", "tests/plugin/test_failure_reports.py"),
}
"""What proves a wing through pytest, over a socket, by a suite that ships, or by many examples."""


def wing_of(file: Path) -> str:
    """The folder of the package that a file is in, or the module at its top."""
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def own_tests(wing: str) -> Sequence[str]:
    """The tests that were written for a wing: they are tried first."""
    places = (ROOT / "tests/unit" / wing, ROOT / "tests/unit" / f"test_{wing}.py")
    return [str(place.relative_to(ROOT)) for place in places if place.exists()]


def unit_tests(_: str) -> Sequence[str]:
    """The fast ones of all wings: what stands above a wing uses it."""
    unit = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "tests/unit").iterdir())
    return [path for path in unit if Path(path).stem not in ("__pycache__", "conftest", *_SLOW)]


def other_tests(wing: str) -> Sequence[str]:
    """The tests that may notice what those did not."""
    return BESIDE.get(wing, ())


ROUNDS = (own_tests, unit_tests, other_tests)

SAMPLED = (
    *("adapters", "backends", "cassettes", "ci", "client", "contract", "errors", "faults"),
    *("neighbours", "privacy", "scopes", "settings", "snapshots", "state", "usage", "wire"),
)
"""The wings of which a sample is: whose own tests are fast, and notice nearly all."""


def sample_tests(_: str) -> Sequence[str]:
    """The tests of all of them, for one run."""
    return [path for wing in SAMPLED for path in own_tests(wing)]


SAMPLE_ROUNDS = (sample_tests, other_tests)


def files_of(wing: str) -> Iterator[Path]:
    """The modules of a wing; or one module, by its path in the package."""
    if (PACKAGE / wing).is_dir():
        yield from sorted((PACKAGE / wing).rglob("*.py"))
    for module in (PACKAGE / wing, PACKAGE / f"{wing}.py"):
        if module.is_file():
            yield module
