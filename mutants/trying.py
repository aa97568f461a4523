"""Runs tests on a mutant, in a child of the process."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from _pytest.assertion.rewrite import AssertionRewritingHook

OPTIONS = ("-q", "--no-header", "--tb=no", "-p", "no:cacheprovider")
_FORK = multiprocessing.get_context("fork")


def in_child(asked: Callable[[], Any], *, seconds: float, late: Any = None) -> Any:
    """What a child of the process answers, or `late`; nothing that it prints is seen."""
    receiving, sending = _FORK.Pipe(duplex=False)
    child = _FORK.Process(target=_answer, args=(asked, sending))
    child.start()
    with suppress(OSError):  # the child does so, too: whoever is first
        os.setpgid(child.pid or 0, 0)
    sending.close()
    try:
        return receiving.recv() if receiving.poll(seconds) else late
    except EOFError:  # it died
        return late
    finally:
        with suppress(OSError):
            os.killpg(child.pid or 0, signal.SIGKILL)  # and what tests started
        child.join()
        receiving.close()


def _answer(asked: Callable[[], Any], sending: Any) -> None:
    with suppress(OSError):
        os.setpgid(0, 0)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    sending.send(asked())


def fail_anew(file: Path, source: str, tests: Sequence[str]) -> bool:
    """Whether one of the tests fails where a file has another source when it is imported.

    By whoever has imported nothing of the package.
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
    return pytest.main([*OPTIONS, "-x", *tests], plugins=[Hasty()]) != 0


class Hasty:
    """Has Hypothesis find a failure, and not the least one."""

    def pytest_collection_finish(self) -> None:
        """Change the profile that the tests' own `conftest.py` set."""
        from hypothesis import Phase, settings  # pytest warns of plugins that were imported before

        settings.register_profile("hasty", phases=(Phase.explicit, Phase.generate))
        settings.load_profile("hasty")
