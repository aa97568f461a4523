"""The marker: the settings of one test, whether its mode lets it run."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from pytest_twilio_users.errors import SettingError, counted
from pytest_twilio_users.plugin.late import asks_late
from pytest_twilio_users.plugin.stash import HOLDING, ISOLATION
from pytest_twilio_users.scopes.node_names import stable_name
from pytest_twilio_users.settings import Mode, Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_twilio_users.cassettes.ages import Ages

MARKER = "twilio_users"
PROMISE = "twilio_users_promise"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Read the markers early, so that a wrong one is a usage error and not a failing test."""
    ages = cache(lambda: _ages(config))
    for item in items:
        try:
            settings = settings_of(item)
            require_kit(item)
            unfit = _unfit(item, settings) or _young(item, settings, ages)
        except pytest.UsageError:
            if not is_worker(config):
                raise
            unfit = ""  # a worker can't end the run: the test says what is wrong
        if unfit:
            item.add_marker(pytest.mark.skip(reason=unfit))
        in_threads = hasattr(config.option, "parallel_threads")  # pytest-run-parallel's
        if in_threads and (uses_kit(item) or asks_late(item)):
            item.add_marker(pytest.mark.thread_unsafe(reason="its threads would share their users"))
        promises = [name for mark in item.iter_markers(PROMISE) for name in mark.args]
        item.user_properties += [(PROMISE, name) for name in promises]


def settings_of(node: pytest.Item | pytest.Collector) -> Settings:
    """The run's settings with the node's markers over them, the closest marker last."""
    settings = node.config.stash[ISOLATION].settings
    for marker in reversed(list(node.iter_markers(MARKER))):
        source = f"@pytest.mark.{MARKER} of {node.nodeid}"
        if marker.args:
            raise pytest.UsageError(
                f"{source}: settings are given by name, such as strict=False; found {marker.args}."
            )
        try:
            settings = settings.changed(marker.kwargs, source=source)
        except SettingError as error:
            raise pytest.UsageError(str(error)) from None
    return settings


def require_kit(item: pytest.Item) -> None:
    """See that nobody takes the marker for the fixture: their requests would reach Twilio.

    Raises:
        UsageError: somebody does.
    """
    bare = any(
        not mark.args and not mark.kwargs for mark in item.own_markers if mark.name == MARKER
    )
    if bare and not uses_kit(item) and not asks_late(item):
        raise pytest.UsageError(
            f"@pytest.mark.{MARKER} of {item.nodeid} has no settings, and the test does not use the"
            f" kit. To use it, name the fixture {MARKER} as an argument of the test, or mark it"
            f' with @pytest.mark.usefixtures("{MARKER}").'
        )


def _unfit(item: pytest.Item, settings: Settings) -> str:
    """Why the test can't run in its mode; an empty text if it can."""
    mode = settings.mode
    if mode not in settings.modes:
        return f"it runs in {', '.join(settings.modes)} mode, and the mode is {mode}"
    replayed = mode in (Mode.RECORD, Mode.REPLAY) and uses_kit(item)
    if replayed and getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
        return (
            f"a Hypothesis test has other examples in each run, so it can't run in {mode} mode."
            f' Run it on the stub: @pytest.mark.{MARKER}(mode="stub")'
        )
    return ""


def _ages(config: pytest.Config) -> Ages:
    from pytest_twilio_users.cassettes.ages import Ages

    holding = config.stash[HOLDING]
    folder = config.rootpath / holding.isolation.settings.cassettes
    return Ages(folder, today=holding.today)


def _young(item: pytest.Item, settings: Settings, ages: Callable[[], Ages]) -> str:
    """Why a test is not recorded yet, where only what is too old is; else an empty text."""
    recorded = settings.mode is Mode.RECORD and uses_kit(item)
    if not recorded or not settings.spares_young(item.config.stash[ISOLATION].settings):
        return ""
    from pytest_twilio_users.cassettes.cassette import refresh_command

    name, days = stable_name(item), settings.cassette_days
    of = ages().young(name, fixtures=getattr(item, "fixturenames", ()), days=days)
    if of is None:
        return ""
    allowed = f"may be {counted(days, 'day')} old" if days else "may be of any age"
    return f"its cassette of {of} {allowed}. To record it again: {refresh_command(name)}"


def uses_kit(item: pytest.Item) -> bool:
    """Whether a test asks for the kit from its beginning, by itself or by another fixture."""
    return "twilio_users" in getattr(item, "fixturenames", ())


def is_worker(config: pytest.Config) -> bool:
    """Whether this is a process of pytest-xdist's that only runs tests."""
    return hasattr(config, "workerinput")
