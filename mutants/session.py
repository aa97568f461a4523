"""One pytest that collects once, then tries mutants in copies of itself."""

import functools
import gc
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import coverage
import pytest
from _pytest.runner import runtestprotocol
from _pytest.warnings import catch_warnings_for_item

from mutants.mutating import Mutant
from mutants.trying import OPTIONS, Hasty, in_child, register

_AT_ONCE = 3.0
"""Seconds of the processor that tests took when nothing was changed: so many a child tries."""
_MOST = 4
"""How many children may try a mutant, so that a slow machine comes to the same result."""

_IMPORT = ""
"""What coverage calls what ran before the first test: modules were imported."""


@dataclass(kw_only=True, slots=True)
class Reach:
    """Who comes by where: by file and line the tests that reach it.

    With what each test took: `seconds` of the processor, and by the clock, `waits`, where
    other processes keep it waiting, or it waits for some of its own.
    """

    seconds: dict[str, float] = field(default_factory=dict)
    waits: dict[str, float] = field(default_factory=dict)
    tests: dict[str, Mapping[int, Sequence[str]]] = field(default_factory=dict)
    killers: defaultdict[Path, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def of(self, file: Path, mutant: Mutant, *, anew: bool = False) -> list[list[str]]:
        """The tests that may notice, in groups, up to a time.

        Those first that noticed others here, then those that are named for the module, then fast
        ones. What ran when the module was imported, those may notice that use any of it; of
        tables that nobody was seen to use, all.
        """
        by_line = self.tests.get(str(file), {})
        lines = by_line if anew else mutant.lines
        reaching = {test for line in lines for test in by_line.get(line, ())}
        named = {test for test in self.seconds if f"test_{file.stem}" in test}
        if anew:
            reaching = (reaching | named) & self.seconds.keys() or set(self.seconds)
        killers = self.killers[file]
        groups: list[list[str]] = [[]]
        taken = 0.0
        for test in sorted(
            reaching & self.seconds.keys(),
            key=lambda test: (-killers[test], test not in named, self.seconds[test], test),
        ):
            if taken and taken + self.seconds[test] > _AT_ONCE:
                if len(groups) == _MOST:
                    break
                groups.append([])
                taken = 0.0
            groups[-1].append(test)
            taken += self.seconds[test]
        return groups

    def at_import(self, file: Path, mutant: Mutant) -> bool:
        """Whether code runs when modules are imported."""
        by_line = self.tests.get(str(file), {})
        return not mutant.inside or any(_IMPORT in by_line.get(n, ()) for n in mutant.lines)


class Session:
    """Runs tests once, to see which reach what; then has `go_on` try mutants.

    In a process of its own, which has imported nothing of the package.
    """

    def __init__(self, package: Path, go_on: Callable[["Session"], None]) -> None:
        """Watch a package."""
        self._go_on = go_on
        self._items: dict[str, pytest.Item] = {}
        self._functions: defaultdict[str, list[FunctionType]] = defaultdict(list)
        self._caches: list[functools._lru_cache_wrapper[Any]] = []
        self._sure: set[str] = set()
        self._ended = False
        self._watching = coverage.Coverage(
            data_file=None, include=[f"{package}/*"], config_file=False
        )
        self._watching.set_option("run:core", "ctrace")  # Python 3.14's tells no tests apart
        self.reach = Reach()
        self.failing: list[str] = []

    def run(self, tests: Sequence[str]) -> bool:
        """Run in this process; tests that fail as it is are left out.

        False if there is none, or pytest ended before all was tried.
        """
        self._watching.start()
        register()
        pytest.main([*OPTIONS, *tests], plugins=[self, Hasty()])
        return self._ended and bool(self.reach.seconds)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """In place of pytest's own loop."""
        self._items = {item.nodeid: item for item in session.items}
        for name in self._items:
            self._watching.switch_context(name)
            began, began_at = time.process_time(), time.perf_counter()
            if self._failing([name]):
                self.failing.append(name)
            else:
                self.reach.seconds[name] = time.process_time() - began
                self.reach.waits[name] = time.perf_counter() - began_at
        self._watching.stop()
        data = self._watching.get_data()
        self.reach.tests = {file: data.contexts_by_lineno(file) for file in data.measured_files()}
        self._find_functions()
        self._go_on(self)
        self._ended = True
        return True

    def _find_functions(self) -> None:
        gc.unfreeze()  # else nobody tells what there is
        for each in gc.get_objects():
            if type(each) is FunctionType:
                self._functions[each.__code__.co_filename].append(each)
            elif issubclass(type(each), functools._lru_cache_wrapper):  # noqa: SLF001
                self._caches.append(each)  # by type: tests have objects that lie about their class
        gc.collect()
        gc.freeze()  # copies of this process have it in common

    def notices(self, file: Path, mutant: Mutant) -> bool:
        """Whether a test notices a mutant, which is tried in copies of the process."""
        for tests in self.reach.of(file, mutant):
            while tests:
                seconds, waits = (
                    sum(took[test] for test in tests)
                    for took in (self.reach.seconds, self.reach.waits)
                )
                asked = functools.partial(self._failing_changed, file, mutant, tests)
                killer = in_child(asked, seconds=seconds, waits=waits, late=tests[0])
                if not killer:
                    break
                again = functools.partial(self._failing, [killer])
                if killer in self._sure or not in_child(
                    again, seconds=seconds, waits=waits, late=killer
                ):
                    self._sure.add(killer)
                    self.reach.killers[file][killer] += 1
                    return True
                # What fails when it runs again, tells nothing.
                self.failing.append(killer)
                del self.reach.seconds[killer]
                tests.remove(killer)
        return False

    def _failing_changed(self, file: Path, mutant: Mutant, names: Sequence[str]) -> str:
        for cache in self._caches:
            cache.cache_clear()
        _change(self._functions[str(file)], file, mutant.source)
        return self._failing(names)

    def _failing(self, names: Sequence[str]) -> str:
        for name in names:
            item = self._items[name]
            with catch_warnings_for_item(item.config, item.ihook, "runtest", item):
                reports = runtestprotocol(item, log=False, nextitem=None)
            if any(report.failed for report in reports):
                return name
        return ""


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
