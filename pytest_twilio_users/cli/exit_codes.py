"""What the exit code of each command tells."""

from collections.abc import Mapping

_ASKED_IN_VAIN = {2: "it could not be done, and standard error says why"}
_SEVERITY = {0: "nothing differs, or notes alone", 1: "warnings", 3: "errors"}

EXIT_CODES: Mapping[str, Mapping[int, str]] = {
    "serve": {0: "SIGINT or SIGTERM ended it"} | _ASKED_IN_VAIN,
    "sweep": {0: "nothing is left", 1: "something is left"} | _ASKED_IN_VAIN,
    "cassettes check": {0: "all is well", 1: "something was found"} | _ASKED_IN_VAIN,
    "cassettes schema": {0: "the schema was printed"} | _ASKED_IN_VAIN,
    "drift stub": _SEVERITY | _ASKED_IN_VAIN,
    "drift openapi": _SEVERITY | _ASKED_IN_VAIN,
    "openapi": {0: "the document was printed"} | _ASKED_IN_VAIN,
    "doctor": {0: "all is well", 1: "a setting is wrong"} | _ASKED_IN_VAIN,
}
"""By the command's name, each code and what it means."""


def told(command: str) -> str:
    """The codes of a command, as its help tells them."""
    return "exit code " + "; ".join(
        f"{code}: {meaning}" for code, meaning in sorted(EXIT_CODES[command].items())
    )
