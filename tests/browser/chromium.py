"""Chromium without a screen, asked by its own protocol over a pipe: no library, no port."""

import json
import os
import select
import shutil
import subprocess
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
INSTALL = "apt-get install --no-install-recommends chromium"
SECONDS = 300
"""How long the browser may be silent: a machine may have much else to do."""

_OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-extensions"),
    *("--disable-dev-shm-usage", "--disable-background-networking", "--remote-debugging-pipe"),
)


def find() -> str | None:
    """Where Chromium is, if it is installed."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Chromium:
    """A browser with one tab; a context manager.

    Attributes:
        told: what it told without being asked since the last `open`, by name.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._ends = ExitStack()
        self._read = b""
        self._number = 0
        self._session: dict[str, str] = {}
        self.told: list[tuple[str, dict[str, Any]]] = []

    def __enter__(self) -> Self:
        folder = TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True)
        profile = self._ends.enter_context(folder)
        (its_in, self._out), (self._in, its_out) = os.pipe(), os.pipe()
        for end in (its_in, self._out, self._in, its_out):
            self._ends.callback(os.close, end)
        # It reads from 3 and writes to 4: bash puts the pipes there.
        process = subprocess.Popen(  # noqa: S603  # the command is this file's own
            [
                *("bash", "-c", f'exec "$0" "$@" 3<&{its_in} 4>&{its_out}', self._path),
                *(*_OPTIONS, f"--user-data-dir={profile}"),
            ],
            pass_fds=(its_in, its_out),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._ends.callback(process.wait)
        self._ends.callback(process.kill)
        target = self.ask("Target.createTarget", url="about:blank")
        attached = self.ask("Target.attachToTarget", **target, flatten=True)
        self._session = {"sessionId": attached["sessionId"]}
        for domain in ("Page", "Runtime", "Log", "Network", "Accessibility"):
            self.ask(f"{domain}.enable")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ends.close()

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Have the browser do something, and give what it answers."""
        self._number += 1
        asked = {"id": self._number, "method": method, "params": params, **self._session}
        os.write(self._out, json.dumps(asked).encode() + b"\0")
        while True:
            found = self._next()
            if found.get("id") == self._number:
                assert "error" not in found, found
                return dict(found["result"])

    def open(self, path: Path) -> None:
        """Open a file, and wait until it is there."""
        self.told.clear()
        self.ask("Page.navigate", url=path.as_uri())
        while "Page.loadEventFired" not in dict(self.told):
            self._next()

    def evaluate(self, script: str) -> Any:
        """What an expression of JavaScript comes to in the page."""
        found = self.ask("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def press(self, key: str) -> None:
        """Press a key, as "Tab"."""
        for kind in ("rawKeyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=9)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._read:
            ready, _, _ = select.select([self._in], [], [], SECONDS)
            assert ready, f"Chromium said nothing for {SECONDS} seconds."
            part = os.read(self._in, 2**20)
            assert part, "Chromium ended."
            self._read += part
        message, _, self._read = self._read.partition(b"\0")
        found: dict[str, Any] = json.loads(message)
        if "method" in found:
            self.told.append((found["method"], found["params"]))
        return found
