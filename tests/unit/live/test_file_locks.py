"""live/file_locks.py: who holds a file, on POSIX and on Windows, which a stand-in plays."""

import errno
import os
import sys
import threading
from types import SimpleNamespace

import pytest

from pytest_twilio_users.live import file_locks


class Msvcrt:
    """What Python's documents say of `msvcrt.locking`: regions of bytes, held by one alone."""

    LK_LOCK, LK_NBLCK = 1, 2

    def __init__(self):
        self._held = {}

    def locking(self, descriptor, mode, count):
        """Hold so many bytes from where the file is read; a closed file holds none."""
        assert mode == self.LK_NBLCK
        first, file = os.lseek(descriptor, 0, os.SEEK_CUR), os.fstat(descriptor)
        assert first > file.st_size, "held bytes can't be read by others"
        region = range(first, first + count)
        for other, (theirs, taken) in [*self._held.items()]:
            try:
                is_open = os.fstat(other).st_ino == theirs
            except OSError:
                is_open = False
            if not is_open:
                del self._held[other]
            elif theirs == file.st_ino and {*region} & {*taken}:
                raise OSError(errno.EACCES, "Permission denied")
        self._held[descriptor] = file.st_ino, region


@pytest.fixture(params=["posix", "windows"])
def hold(request, monkeypatch):
    """How a system holds files."""
    if request.param == "posix" and sys.platform == "win32":
        pytest.skip("Windows has no fcntl.")
    monkeypatch.setitem(sys.modules, "msvcrt", Msvcrt())
    return getattr(file_locks, f"hold_on_{request.param}")


@pytest.fixture
def files(tmp_path):
    """The same file, opened three times."""
    path = tmp_path / "ledger.jsonl"
    path.write_bytes(b"line\n")
    with path.open("rb+") as one, path.open("rb+") as two, path.open("rb+") as three:
        yield SimpleNamespace(one=one, two=two, three=three)


def test_who_holds_it_beside_others_keeps_out_who_wants_it_alone(hold, files):
    """Workers hold a folder beside one another, and no sweep comes between."""
    hold(files.one.fileno(), alone=False, wait=False)
    hold(files.two.fileno(), alone=False, wait=False)
    with pytest.raises(BlockingIOError):
        hold(files.three.fileno(), alone=True, wait=False)


@pytest.mark.parametrize("alone", [True, False])
def test_who_holds_it_alone_keeps_out_everybody(hold, files, alone):
    """So a ledger tells that its run goes on."""
    hold(files.one.fileno(), alone=True, wait=False)
    with pytest.raises(BlockingIOError):
        hold(files.two.fileno(), alone=alone, wait=False)


def test_a_file_that_is_closed_is_free(hold, files):
    """As one is whose process ended, however it did."""
    hold(files.one.fileno(), alone=True, wait=False)
    files.one.close()
    hold(files.two.fileno(), alone=True, wait=False)


def test_who_waits_comes_next(hold, files):
    """However long it takes."""
    hold(files.one.fileno(), alone=False, wait=True)
    waiting = threading.Thread(
        target=hold, args=(files.two.fileno(),), kwargs={"alone": True, "wait": True}
    )
    waiting.start()
    waiting.join(0.02)
    assert waiting.is_alive()
    files.one.close()
    waiting.join(10)
    assert not waiting.is_alive()


def test_it_is_read_on_from_where_it_was(hold, files):
    """Holding it moves nothing, and what is held can be read by others."""
    files.one.seek(2)
    hold(files.one.fileno(), alone=True, wait=False)
    assert os.read(files.one.fileno(), 10) == b"ne\n"
    assert files.two.read() == b"line\n"
