"""The text that `twilio-users doctor` prints."""

import os
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pytest

from pytest_twilio_users import __version__
from pytest_twilio_users.errors import SettingError
from pytest_twilio_users.extras import EXTRAS, Extra
from pytest_twilio_users.settings import RUN_SETTINGS, SETTINGS, Mode, Period, Setting, Settings
from pytest_twilio_users.transports.libraries import LIBRARIES, Fate, Library
from pytest_twilio_users.transports.sdk_note import numbers

NEEDED = ("pytest", "httpx", "respx", "sortedcontainers")

PLUGIN = "pytest_twilio_users.plugin"

_DESTINATIONS = {
    Mode.STUB: "to the stub, in memory; no request leaves the process",
    Mode.REPLAY: "to the cassettes; no request leaves the process",
    Mode.RECORD: "to the live account, and into the cassettes",
    Mode.LIVE: "to the live account",
}


class _Probe:
    """A plugin of pytest's that looks at its configuration, and has it run nothing."""

    config: Any = None

    def pytest_addoption(self, pluginmanager: pytest.PytestPluginManager) -> None:
        """Look early: a wrong setting ends the run soon."""
        self.config = pluginmanager.get_plugin("pytestconfig")

    @pytest.hookimpl(tryfirst=True)
    def pytest_cmdline_main(self) -> int:
        """Take the place of the run."""
        return 0


def diagnose() -> tuple[bool, str]:
    """Whether all is well, and what there is to tell."""
    installed = [f"pytest-twilio-users {__version__}, Python {sys.version.split()[0]}"]
    installed += [f"  {name} {_version(name) or 'is missing'}" for name in NEEDED]
    extras = [f"  {extra.name}: {_extra(extra)}" for extra in EXTRAS.values()]
    healthy, settings = _examine_settings()
    return healthy, "\n".join([*installed, "", "Extras", *extras, "", *settings, "", *_libraries()])


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _extra(extra: Extra) -> str:
    found = _version(extra.distribution)
    return f"{extra.distribution} {found}" if found else f"not installed ({extra.command})"


def _libraries() -> Iterator[str]:
    yield "What happens to requests to Twilio's Conversations, by library"
    for fate in Fate:
        yield f"  {fate}: {fate.meaning}"
        for library in LIBRARIES:
            if library.fate is fate and (shown := _library(library)):
                yield f"    {shown}"


def _library(library: Library) -> str:
    """What is installed of it, and whether the kit is tested with that; empty if nothing is."""
    if not library.distribution:
        return f"{library.name} ({library.note})" if library.note else library.name
    found = _version(library.distribution)
    if found is None:
        return ""
    old = numbers(found) < numbers(library.since)
    return f"{library.name} {found}" + (f" (tested from {library.since} on)" if old else "")


def _examine_settings() -> tuple[bool, list[str]]:
    probe = _Probe()
    pytest.main(["--assert=plain"], plugins=[probe])  # nothing is run, so nothing is rewritten
    config = probe.config
    if not hasattr(config, "known_args_namespace"):  # it came to no options
        return False, ["pytest can't read its configuration here: see above."]
    plugins = config.pluginmanager.get_plugins()
    if PLUGIN not in {getattr(plugin, "__name__", "") for plugin in plugins}:
        return False, [
            "The plugin is off: pytest does not load it here.",
            "  Is there `-p no:twilio_users`, or PYTEST_DISABLE_PLUGIN_AUTOLOAD?",
        ]
    given = vars(config.known_args_namespace)
    sources: dict[str, Callable[[str], Any]] = {
        "ini": config.getini,
        "option": lambda name: given.get(name.lstrip("-").replace("-", "_")),
    }
    try:
        settings = Settings.fold(environ=os.environ, **sources)
    except (SettingError, TypeError, ValueError, pytest.UsageError) as error:
        return False, ["A setting is wrong", f"  {error}"]
    file = config.inipath or config.rootpath
    found = [
        f"  {setting.name}: {getattr(settings, setting.name)},"
        f" from {_source(setting, file, **sources)}"
        for setting in RUN_SETTINGS
    ]
    return True, [f"Settings of pytest in {Path.cwd()}", *found, "", *_destinations(settings)]


def _source(
    setting: Setting,
    file: Path,
    *,
    option: Callable[[str], Any],
    ini: Callable[[str], Any],
) -> str:
    if option(setting.option) is not None:
        return setting.option
    if setting.environment in os.environ:
        return f"{setting.environment} in the environment"
    if ini(setting.ini) is not None:
        return f"{setting.ini} in {file}"
    return "the default"


def _destinations(settings: Settings) -> Iterator[str]:
    yield "Where requests go while a test uses the kit"
    yield f"  to Twilio's Conversations host: {_DESTINATIONS[settings.mode]}"
    yield "  to other hosts: where they always go"
    for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"):
        own = "set" if os.environ.get(name) else "not set"
        lends = settings.environment is not Period.NO and not settings.mode.is_live
        held = "the kit sets the stub's own" if lends else "left as it is"
        yield f"  {name}: {own}; {held}"
    if settings.could_lend_earlier:
        setting = SETTINGS["environment"]
        yield f"  for modules that read them when they are imported: {setting.option}=run"
