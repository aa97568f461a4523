"""What GitHub Actions shows of a run besides its log."""

from collections.abc import Mapping

ACTIONS = "GITHUB_ACTIONS"
"""The name in the environment that is "true" where GitHub reads the log."""

SUMMARY = "GITHUB_STEP_SUMMARY"
"""The name in the environment that gives the file of the step's summary."""


def listens(environ: Mapping[str, str]) -> bool:
    """Whether there is anybody to tell."""
    return environ.get(ACTIONS) == "true" or bool(environ.get(SUMMARY))


def silenced(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for a run within this one, which is to tell GitHub nothing."""
    return {name: value for name, value in environ.items() if name not in (ACTIONS, SUMMARY)}
