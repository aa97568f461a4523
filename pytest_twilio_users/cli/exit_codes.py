"""The exit codes of the commands, for their help or the documents."""

from collections.abc import Mapping

FAILED = 2
"""For each command: it failed. Standard error says why."""

INTERRUPTED = 130
"""Of each command that Ctrl-C cuts off, as shells have it."""

_OF_DRIFT = {0: "no difference, or notes alone", 1: "warnings", 3: "errors"}

EXIT_CODES: Mapping[str, Mapping[int, str]] = {
    "serve": {0: "SIGINT or SIGTERM ended it"},
    "sweep": {0: "nothing is left", 1: "something is left, or it was interrupted"},
    "cassettes check": {0: "all is well", 1: "something was found"},
    "cassettes show": {0: "the cassettes are printed"},
    "cassettes scrub": {0: "no private value is left", 1: "a cassette can't be read or written"},
    "cassettes refresh": {
        0: "nothing changed, or all that did was written",
        1: "something that changed was not written, or a test fails now",
    },
    "cassettes schema": {0: "the schema is printed"},
    "drift": _OF_DRIFT,
    "drift openapi": _OF_DRIFT,
    "usage schema": {0: "the schema is printed"},
    "openapi": {0: "the document is printed"},
    "doctor": {0: "all is well", 1: "a setting is wrong, or the plugin is off"},
}
"""What a command's codes mean, besides those of each command."""

OF_EACH: Mapping[int, str] = {
    FAILED: "the command could not run, or the arguments are wrong",
    INTERRUPTED: "interrupted by Ctrl-C",
}


def told(command: str) -> str:
    """The codes of a command in a line, for its help."""
    codes = sorted({**EXIT_CODES[command], FAILED: OF_EACH[FAILED]}.items())
    return "exit code " + "; ".join(f"{code}: {meaning}" for code, meaning in codes)
