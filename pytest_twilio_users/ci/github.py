"""Writes annotations or a summary for GitHub Actions, if the run is there."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from pytest_twilio_users.ci import ACTIONS, SUMMARY
from pytest_twilio_users.ci.annotations import Annotation, commands
from pytest_twilio_users.ci.step_summary import append_summary


def tell_github(
    annotations: Iterable[Annotation],
    summary: Iterable[str],
    *,
    environ: Mapping[str, str],
    log: TextIO,
) -> None:
    """Write annotations to a log, and lines of Markdown to the summary; each where it is read.

    A file that can't be written is told in the log: it is no reason to fail.
    """
    told = [*commands(annotations)] if environ.get(ACTIONS) == "true" else []
    if name := environ.get(SUMMARY):
        try:
            append_summary(summary, file=Path(name))
        except OSError as error:
            told.append(f"twilio-users: can't write {name} ({SUMMARY}): {error.strerror}.")
    with suppress(OSError):
        log.writelines(f"{line}\n" for line in told)
        log.flush()
