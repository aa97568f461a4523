"""A browser for all tests of a process, with pages of made-up runs."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser.chromium import INSTALL, Chromium, find

from pytest_twilio_users.report.document import Document
from pytest_twilio_users.report.page import render


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """The browser, if there is one."""
    path = find()
    if path is None:
        pytest.skip(f"no Chromium is installed: {INSTALL}")
    with Chromium(path) as browser:
        yield browser


@pytest.fixture
def browser(chromium: Chromium) -> Chromium:
    """The browser with nothing left of the test before."""
    chromium.ask("Emulation.setEmulatedMedia", features=[])
    chromium.ask("Emulation.setScriptExecutionDisabled", value=False)
    look(chromium)
    return chromium


def look(browser: Chromium, *, width: int = 1280, scheme: str = "light") -> None:
    """Have the page seen so many pixels wide, in the light or the dark, by somebody at rest."""
    browser.ask(
        "Emulation.setDeviceMetricsOverride",
        width=width,
        height=800,
        deviceScaleFactor=1,
        mobile=width < 500,
    )
    features = [
        {"name": "prefers-color-scheme", "value": scheme},
        {"name": "prefers-reduced-motion", "value": "reduce"},
    ]
    browser.ask("Emulation.setEmulatedMedia", features=features)


@pytest.fixture
def opened(browser: Chromium, tmp_path: Path) -> Callable[[Document], Chromium]:
    """Opens the page of a run: `opened(RUN)`."""

    def opened(run: Document) -> Chromium:
        path = tmp_path / "report.html"
        path.write_text(render(run, beside="report.json"), "utf-8")
        browser.open(path)
        return browser

    return opened
