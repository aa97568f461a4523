"""Remembers which mutants a test noticed, so that a run goes on where another was ended."""

from hashlib import blake2b
from pathlib import Path

from mutants.mutating import Mutant


class Noticed:
    """A file with a line for each: a module that is changed is tried anew, tests only get more."""

    def __init__(self, file: Path) -> None:
        """Read it, if it is there."""
        self._file = file
        self._known = set(file.read_text("ascii").splitlines() if file.exists() else ())

    def add(self, file: Path, mutant: Mutant) -> None:
        """Note one; whichever process does."""
        self._file.parent.mkdir(exist_ok=True)
        with self._file.open("a", encoding="ascii") as known:
            known.write(f"{_key(file, mutant)}\n")

    def __contains__(self, place: tuple[Path, Mutant]) -> bool:
        return _key(*place) in self._known


def _key(file: Path, mutant: Mutant) -> str:
    return blake2b(f"{file.name} {mutant.source}".encode(), digest_size=16).hexdigest()
