"""One pytest that collects once, then tries mutants in copies of itself."""

import functools
import gc
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import coverage
import pytest
from _pytest.runner import runtestprotocol

from mutants.mutating import Mutant
from mutants.trying import OPTIONS, Hasty, in_child

_MOST = 20.0
"""Seconds that the tests of one mutant took when nothing was changed."""


@dataclass(kw_only=True, slots=True)
class Reach:
    """Who comes by where: each test's seconds, and by file and line the tests that reach it."""

    seconds: dict[str, float] = field(default_factory=dict)
    tests: dict[str, Mapping[int, Sequence[str]]] = field(default_factory=dict)

    def of(self, file: Path, mutant: Mutant, *, first: str) -> Sequence[str]:
        """The tests that may notice: those of a folder first, then fast ones, up to a time.

        What runs when a module is imported, any test may notice.
        """
        by_line = self.tests.get(str(file), {})
        reaching = {test for line in mutant.lines for test in by_line.get(line, ())}
        if not mutant.inside:
            reaching = set(self.seconds)
        chosen: list[str] = []
        left = _MOST
        for test in sorted(
            reaching & self.seconds.keys(),
            key=lambda test: (not test.startswith(first), self.seconds[test], test),
        ):
            left -= self.seconds[test]
            if left < 0 and chosen:
                break
            chosen.append(test)
        return chosen


Try = Callable[[Path, Mutant, Sequence[str]], bool]
"""Whether a test notices a mutant, which is tried in a copy of the session."""


class Session:
    """Runs all tests once, to see which reach what; then has `go_on` try mutants."""

    def __init__(self, package: Path, go_on: Callable[[Reach, Try], None]) -> None:
        """Watch a package."""
        self._package = package
        self._go_on = go_on
        self._items: dict[str, pytest.Item] = {}
        self._functions: defaultdict[str, list[FunctionType]] = defaultdict(list)
        self._caches: list[functools._lru_cache_wrapper[Any]] = []
        self.went_on = False

    def run(self, tests: Sequence[str]) -> bool:
        """Run in this process, which has imported nothing of the package; False if a test fails."""
        pytest.main([*OPTIONS, *tests], plugins=[self, Hasty()])
        return self.went_on

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """In place of pytest's own loop."""
        self._items = {item.nodeid: item for item in session.items}
        reach = Reach()
        watching = coverage.Coverage(
            data_file=None, include=[f"{self._package}/*"], config_file=False
        )
        watching.start()
        for name in self._items:
            watching.switch_context(name)
            began = time.perf_counter()
            if self._fails([name]):
                return True
            reach.seconds[name] = time.perf_counter() - began
        watching.stop()
        data = watching.get_data()
        reach.tests = {file: data.contexts_by_lineno(file) for file in data.measured_files()}
        # What fails when it runs again, tells nothing.
        for name in in_child(self._failing_again, seconds=3_600, late=()):
            del reach.seconds[name]
        self.went_on = True
        self._find_functions()
        self._go_on(reach, lambda *given: self._notice(reach, *given))
        return True

    def _find_functions(self) -> None:
        gc.unfreeze()  # else nobody tells what there is
        for each in gc.get_objects():
            if type(each) is FunctionType:
                self._functions[each.__code__.co_filename].append(each)
            elif isinstance(each, functools._lru_cache_wrapper):  # noqa: SLF001
                self._caches.append(each)
        gc.freeze()  # copies of this process have it in common

    def _failing_again(self) -> Sequence[str]:
        return [name for name in self._items if self._fails([name])]

    def _notice(self, reach: Reach, file: Path, mutant: Mutant, tests: Sequence[str]) -> bool:
        def asked() -> bool:
            for cache in self._caches:
                cache.cache_clear()
            _change(self._functions[str(file)], file, mutant.source)
            return self._fails(tests)

        seconds = 10 + 20 * sum(reach.seconds[test] for test in tests)
        noticed: bool = in_child(asked, seconds=seconds, late=True)
        return noticed

    def _fails(self, names: Sequence[str]) -> bool:
        for name in names:
            reports = runtestprotocol(self._items[name], log=False, nextitem=None)
            if any(report.failed for report in reports):
                return True
        return False


def _change(functions: Sequence[FunctionType], file: Path, source: str) -> None:
    """Have functions do what another source of their file says."""
    compiled = compile(source, str(file), "exec", dont_inherit=True)
    codes = {(code.co_qualname, code.co_firstlineno): code for code in _codes(compiled)}
    for function in functions:
        old = function.__code__
        new = codes.get((old.co_qualname, old.co_firstlineno), old)
        if new != old:
            function.__code__ = new


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)
