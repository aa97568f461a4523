"""Runs tests on a mutant, in a child of the process."""

import multiprocessing
import os
import resource
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from _pytest.assertion.rewrite import AssertionRewritingHook

from mutants.wings import PACKAGE

_LOADED = ("-W", "ignore::pytest.PytestAssertRewriteWarning")  # libraries are: see load_libraries
OPTIONS = ("-q", "--no-header", "--tb=no", "-p", "no:cacheprovider", *_LOADED)
_FORK = multiprocessing.get_context("fork")
_SLOW = ("httpx", "respx", "hypothesis", "aiohttp", "requests", "sortedcontainers", "syrupy")


def load_libraries() -> None:
    """Import here what else each child would: whatever does not belong to the package.

    Hypothesis imports some of that, by an entry point: a child has to import it itself, changed.
    """
    for name in _SLOW:
        import_module(name)
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE.name]:
        del sys.modules[name]


def register() -> None:
    """Do in a child what Hypothesis did by that entry point."""
    import_module(f"{PACKAGE.name}.strategies.registration").register()


def in_child(
    asked: Callable[[], Any], *, seconds: float, waits: float = 0, late: Any = None
) -> Any:
    """What a child of the process answers, or `late`; nothing that it prints is seen.

    It may take three times as many seconds of the processor as is said, and by the clock much
    longer, as others keep it waiting; `waits` is what it takes by the clock, if that is more.
    """
    receiving, sending = _FORK.Pipe(duplex=False)
    child = _FORK.Process(target=_answer, args=(asked, sending, int(3 * seconds) + 2))
    child.start()
    with suppress(OSError):  # the child does so, too: whoever is first
        os.setpgid(child.pid or 0, 0)
    sending.close()
    try:
        return receiving.recv() if receiving.poll(20 * max(seconds, waits) + 10) else late
    except EOFError:  # it died
        return late
    finally:
        with suppress(OSError):
            os.killpg(child.pid or 0, signal.SIGKILL)  # and what tests started
        child.join()
        receiving.close()


def _answer(asked: Callable[[], Any], sending: Any, seconds: int) -> None:
    with suppress(OSError):
        os.setpgid(0, 0)
    used = resource.getrusage(resource.RUSAGE_SELF)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds,) * 2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    sending.send(asked())


def failing_anew(file: Path, source: str, tests: Sequence[str]) -> str:
    """Which of the tests fails where a file has another source when it is imported; or none.

    By whoever has imported nothing of the package. The tests run in the order that is given.
    """
    code = compile(source, str(file), "exec", dont_inherit=True)

    def changed(load: Callable[..., None]) -> Callable[..., None]:
        def exec_module(loader: Any, module: ModuleType) -> None:
            if module.__file__ == str(file):
                exec(code, vars(module))  # noqa: S102  # as the loaders do
            else:
                load(loader, module)

        return exec_module

    for loader in (SourceFileLoader, AssertionRewritingHook):  # pytest rewrites its plugins
        loader.exec_module = changed(loader.exec_module)  # type: ignore[method-assign]
    try:
        register()
    except Exception:  # whatever a module raises when it is imported
        return "the import"
    files = sorted({test.partition("::")[0] for test in tests})
    chosen = _Chosen(tests)
    ended = pytest.main([*OPTIONS, "-x", *files], plugins=[chosen, Hasty()])
    return chosen.failed or ("" if ended is pytest.ExitCode.OK else "the import")


class _Chosen:
    """Has a run try the tests that were chosen, of their files, and notes which one fails."""

    def __init__(self, tests: Sequence[str]) -> None:
        self._place = {test: place for place, test in enumerate(tests)}
        self.failed = ""

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        gone = self._place.keys() - {item.nodeid for item in items}
        renamed = {_function(test) for test in gone}  # their values are in their names
        chosen = [
            item
            for item in items
            if item.nodeid in self._place or _function(item.nodeid) in renamed
        ]
        if chosen:
            items[:] = sorted(chosen, key=lambda item: self._place.get(item.nodeid, -1))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed = report.nodeid


def _function(test: str) -> str:
    return test.partition("[")[0]


class Hasty:
    """Has Hypothesis find a failure, and not the least one."""

    def pytest_collection_finish(self) -> None:
        """Change the profile that the tests' own `conftest.py` set."""
        from hypothesis import Phase, settings  # pytest warns of plugins that were imported before

        settings.register_profile("hasty", phases=(Phase.explicit, Phase.generate))
        settings.load_profile("hasty")
