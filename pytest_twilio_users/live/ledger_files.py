"""The files of ledgers: written line by line, held by who writes, read by everybody."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from pytest_twilio_users.errors import KitError
from pytest_twilio_users.live.file_locks import hold
from pytest_twilio_users.live.ledger_lines import Entry, Head, read_lines, whole_lines

SUFFIX = ".jsonl"

_MODE = os.O_RDWR | os.O_APPEND | getattr(os, "O_BINARY", 0)


class LedgerWriter:
    """Appends lines to a file that it alone holds; each is on disk when the call returns."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor
        self._closed = False

    def write(self, line: bytes) -> None:
        """Append a line: all of it, or nothing.

        Raises:
            KitError: it can't be written.
        """
        size = os.fstat(self._descriptor).st_size
        try:
            if os.write(self._descriptor, line) < len(line):
                raise OSError(0, "No space left")  # noqa: TRY301  # what the next write would say
            os.fsync(self._descriptor)
        except OSError as error:
            with suppress(OSError):
                os.ftruncate(self._descriptor, size)
            raise _cannot_write(self.path, error) from None

    def close(self) -> None:
        """Let go of the file; a second time does nothing."""
        if not self._closed:
            self._closed = True
            os.close(self._descriptor)

    def delete(self) -> None:
        """Delete the file."""
        try:
            self.path.unlink(missing_ok=True)  # while it is held: who waits for it sees it is gone
        except OSError:  # Windows deletes no file that is open
            self.close()
            with suppress(OSError):  # the folder lets nobody: nothing is left in it, that is enough
                self.path.unlink(missing_ok=True)
        self.close()


def create_ledger(folder: Path, name: str, head: Head) -> LedgerWriter:
    """Make a file of this name, or of the next that is free, with its first line.

    A folder that is made for it is kept out of git.

    Raises:
        KitError: it can't be written.
    """
    try:
        _make_folder(folder)
        writer = _create(folder, name)
    except OSError as error:
        raise _cannot_write(folder, error) from None
    try:
        writer.write(head.to_line())
    except KitError:
        writer.delete()
        raise
    return writer


@contextmanager
def hold_folder(folder: Path, *, alone: bool) -> Iterator[None]:
    """Hold the folder, beside the run's other processes or without them; waits for them.

    Raises:
        KitError: it can't be written.
    """
    try:
        _make_folder(folder)
        file = (folder / "lock").open("a")  # nothing is written, even if it is a link
    except OSError as error:
        raise _cannot_write(folder, error) from None
    with file:
        hold(file.fileno(), alone=alone, wait=True)
        yield


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".gitignore").write_text("*\n", encoding="utf-8")


def _create(folder: Path, name: str) -> LedgerWriter:
    number = 1
    while True:
        path = folder / f"{name if number == 1 else f'{name}-{number}'}{SUFFIX}"
        try:
            descriptor = os.open(path, _MODE | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            number += 1
            continue
        hold(descriptor, alone=True, wait=True)  # a reader may look at it just now
        if os.fstat(descriptor).st_nlink:  # and who sweeps deletes what is empty
            return LedgerWriter(path, descriptor)
        os.close(descriptor)


def _cannot_write(path: Path, error: OSError) -> KitError:
    return KitError(
        f"The ledger {path} can't be written: {error.strerror}. Without it the kit creates"
        " nothing on a live account, as it could not delete it later. Choose another folder:"
        " --twilio-users-ledger=FOLDER."
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerFile:
    """A ledger on disk, as it was when it was read.

    `head` is None if nothing was noted yet. `running` tells that its run goes on, or
    that it is being swept. `damage` says what can't be read in it; nothing is left
    then that could be trusted.
    """

    path: Path
    head: Head | None
    left: tuple[Entry, ...]
    running: bool
    damage: str


def require_folder(folder: Path) -> None:
    """See that a folder of ledgers can be read: without it, nothing seems to be left.

    Raises:
        KitError: it can't.
    """
    try:
        next(folder.iterdir(), None)
    except OSError as error:
        raise KitError(
            f"Can't read the ledgers in {folder}: {error.strerror}. A run keeps its ledgers"
            " beside pytest's configuration file. Sweep there, or name the folder: --ledger"
            " FOLDER."
        ) from None


def read_ledgers(folder: Path) -> list[LedgerFile]:
    """Read the ledgers of a folder, by name; none if there is no folder. No file is changed."""
    paths = sorted(folder.glob(f"*{SUFFIX}"))
    return [file for file in map(_read, paths) if file is not None]


def _read(path: Path) -> LedgerFile | None:
    """Read a ledger; None if it is gone meanwhile."""
    try:
        with path.open("rb") as file:
            try:
                hold(file.fileno(), alone=False, wait=False)
                running = False
            except OSError:
                running = True
            return _understand(path, file.read(), running=running)
    except FileNotFoundError:
        return None
    except OSError as error:
        return _damaged(path, f"{error.strerror}.", running=False)


def _understand(path: Path, content: bytes, *, running: bool) -> LedgerFile:
    try:
        head, left = read_lines(content)
    except ValueError as damage:
        return _damaged(path, str(damage), running=running)
    return LedgerFile(path=path, head=head, left=left, running=running, damage="")


def _damaged(path: Path, reason: str, *, running: bool) -> LedgerFile:
    damage = (
        f"The ledger {path} is damaged, {reason} The kit left it as it is and deleted nothing."
        " To find users by the names that the kit makes up: `twilio-users sweep --prefix`."
    )
    return LedgerFile(path=path, head=None, left=(), running=running, damage=damage)


def claim_ledger(path: Path) -> tuple[LedgerFile, LedgerWriter]:
    """Hold the ledger of a run that is over, to note what is deleted; close it afterwards.

    Waits for who else is at it. A line that was cut off is removed.

    Raises:
        KitError: it can't be opened for writing.
    """
    try:
        descriptor = os.open(path, _MODE)
    except OSError as error:
        raise _cannot_write(path, error) from None
    hold(descriptor, alone=True, wait=True)
    with open(descriptor, "rb", closefd=False) as held:  # its path may be gone
        held.seek(0)
        content = held.read()
    file = _understand(path, content, running=False)
    if not file.damage:
        os.ftruncate(descriptor, len(whole_lines(content)))
    return file, LedgerWriter(path, descriptor)
