"""Mutants that nobody needs to notice, each with its reason: `accepted.toml`."""

import tomllib
from collections.abc import Iterable
from pathlib import Path

from mutants.mutating import Mutant, mutants_of
from mutants.wings import PACKAGE

FILE = Path(__file__).with_name("accepted.toml")


class Accepted:
    """The list, by module, and what was there before and after; lines move."""

    def __init__(self, file: Path = FILE, *, package: Path = PACKAGE) -> None:
        """Read it."""
        self._package = package
        self._reasons = {
            (module, one["before"], one["after"]): one["reason"]
            for module, many in tomllib.loads(file.read_text("utf-8")).items()
            for one in many
        }

    def __contains__(self, place: tuple[Path, Mutant]) -> bool:
        file, mutant = place
        return (self._name(file), mutant.before, mutant.after) in self._reasons

    def gone(self, files: Iterable[Path]) -> list[str]:
        """What is accepted in these modules, and can't be made any more."""
        missing = []
        for file in files:
            made = {(m.before, m.after) for m in mutants_of(file.read_text("utf-8"))}
            missing += [
                f"{module}: {before}  ->  {after}"
                for module, before, after in self._reasons
                if module == self._name(file) and (before, after) not in made
            ]
        return missing

    def _name(self, file: Path) -> str:
        return file.relative_to(self._package).as_posix()
