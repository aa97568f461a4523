"""The summary of a step of GitHub's: Markdown in a file that the environment names."""

from collections.abc import Iterable, Iterator
from pathlib import Path

MOST_BYTES = 512 * 1024
"""How long the file may get: GitHub shows nothing of one with more than 1 MiB."""


def append_summary(lines: Iterable[str], *, file: Path) -> None:
    """Add lines to a file that others may have written to: as many as it has room for.

    What is left out is counted.

    Raises:
        OSError: the file can't be written.
    """
    room = MOST_BYTES - (file.stat().st_size if file.exists() else 0)
    with file.open("ab") as summary:
        summary.writelines(_fitting(lines, room))


def _fitting(lines: Iterable[str], room: int) -> Iterator[bytes]:
    left_out = 0
    for line in lines:
        written = f"{line}\n".encode("utf-8", "backslashreplace")
        room -= len(written)
        if room < 0:
            left_out += 1
        else:
            yield written
    if left_out:
        yield (
            f"\n{left_out} lines are left out, as GitHub shows no summary of more than 1 MiB."
            " The log has all.\n"
        ).encode()
