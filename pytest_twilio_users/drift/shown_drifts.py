"""Shows differences on GitHub, in the same words as in the terminal."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_twilio_users.ci.annotations import Annotation, Level
from pytest_twilio_users.ci.markdown import listed
from pytest_twilio_users.drift import telling
from pytest_twilio_users.wire.violations import Severity

if TYPE_CHECKING:
    from pytest_twilio_users.drift.openapi_report import OpenApiReport
    from pytest_twilio_users.drift.sides import DriftReport

WORKSPACE = "GITHUB_WORKSPACE"
"""The name in the environment that gives the folder of the repository."""

_LEVELS = {
    Severity.ERROR: Level.ERROR,
    Severity.WARNING: Level.WARNING,
    Severity.NOTE: Level.NOTICE,
}


def drifts_as_annotations(
    report: "DriftReport | OpenApiReport", *, environ: Mapping[str, str]
) -> Iterator[Annotation]:
    """Each difference; where a test is known that it touches or that met it, beside its file."""
    for drift, met in report.drifts.items():
        _, *more = telling.lines({drift: met}, report.used)
        touched = [touch.test for touch in report.used.by[drift]] if report.used else []
        yield Annotation(
            level=_LEVELS[drift.severity],
            title="Twilio Users: drift",
            message="\n".join([str(drift), *map(str.strip, more)]),
            file=_file_of(next(iter([*touched, *met]), ""), environ.get(WORKSPACE, "")),
        )


def drifts_as_markdown(report: "DriftReport | OpenApiReport") -> Iterator[str]:
    """All that is told, as a list."""
    yield from ("## Twilio Users: drift", "", *listed(report.lines()))


def _file_of(test: str, workspace: str) -> str:
    """Where a test is written, as the repository calls it; empty where it is elsewhere."""
    file = Path(test.partition("::")[0]).absolute()
    is_there = workspace and file.is_file() and file.is_relative_to(workspace)
    return file.relative_to(workspace).as_posix() if is_there else ""
