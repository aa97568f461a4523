"""Checks that a live run may send as many changes as the contract suite needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from pytest_twilio_users.plugin.stash import ENDED, RUN
from pytest_twilio_users.settings import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pytest_twilio_users.live.run import LiveRun


def pytest_report_collectionfinish(
    config: pytest.Config, items: Sequence[pytest.Item]
) -> list[str]:
    """Say how many changes the suite sends, before it begins."""
    needed = _needed(config, [item.nodeid for item in items])
    told = (
        f"twilio-users: the contract suite sends {needed} changes (creates, updates, deletes);"
        " what the kit deletes after its tests does not count."
    )
    return [told] if needed else []


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_node_collection_finished(node: Any, ids: Sequence[str]) -> None:
    """Of several processes, too."""
    config = node.config
    require_enough(config, ids, workers=node.workerinput["workercount"])


def require_enough(config: pytest.Config, node_ids: Iterable[str], *, workers: int = 1) -> None:
    """See that the run may send as many changes as the suite does.

    Raises:
        pytest.UsageError: it may not.
    """
    needed = _needed(config, node_ids)
    if not needed:
        return
    from pytest_twilio_users.suites.budget import changes_for

    spread = getattr(config.option, "dist", "load") in ("load", "worksteal")
    least = changes_for(needed, workers=workers, spread=spread)
    allowed = _run(config).settings.changes
    if allowed < least:
        shared = f", and {workers} workers share what a run may send" if workers > 1 else ""
        config.stash[ENDED] = (
            f"The contract suite sends {needed} changes (creates, updates, deletes){shared}."
            f" This run may send {allowed}. Allow more:"
            f" {SETTINGS['changes'].option}={least}, or choose fewer tests by -k."
        )
        raise pytest.UsageError(config.stash[ENDED])


def _needed(config: pytest.Config, node_ids: Iterable[str]) -> int:
    from pytest_twilio_users.suites.budget import changes_needed

    default_service_sid = _run(config).account.default_service_sid
    return changes_needed(node_ids, default_service=default_service_sid is not None)


def _run(config: pytest.Config) -> LiveRun:
    return cast("LiveRun", config.stash[RUN])  # else nobody is asked here
