"""Mutants that nobody needs to notice, each with its reason: `accepted.toml`."""

import tomllib
from collections.abc import Iterable
from pathlib import Path

from mutants.mutating import Mutant, mutants_of
from mutants.wings import PACKAGE

FILE = Path(__file__).with_name("accepted.toml")


class Accepted:
    """The list, by module, line, and what was there before and after; numbers of lines change."""

    def __init__(self, file: Path = FILE, *, package: Path = PACKAGE) -> None:
        """Read it."""
        self._package = package
        self._reasons = {
            (module, one["line"], one["before"], after): one["reason"]
            for module, many in tomllib.loads(file.read_text("utf-8")).items()
            for one in many
            for after in one["after"]
        }

    def __contains__(self, place: tuple[Path, Mutant]) -> bool:
        return self._key(*place) in self._reasons

    def gone(self, files: Iterable[Path]) -> list[str]:
        """What is accepted in these modules, and can't be made any more."""
        missing = []
        for file in files:
            listed = [key for key in self._reasons if key[0] == self._name(file)]
            made = {self._key(file, m) for m in mutants_of(file.read_text("utf-8")) if listed}
            missing += [
                f"{module}: {line}: {before}  ->  {after}"
                for module, line, before, after in listed
                if (module, line, before, after) not in made
            ]
        return missing

    def _key(self, file: Path, mutant: Mutant) -> tuple[str, str, str, str]:
        return self._name(file), mutant.line, mutant.before, mutant.after

    def _name(self, file: Path) -> str:
        return file.relative_to(self._package).as_posix()
