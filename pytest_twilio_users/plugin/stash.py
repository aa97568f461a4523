"""What the plugin keeps from hook to hook, by typed keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_twilio_users.handle.engine import Engine
    from pytest_twilio_users.live.run import LiveRun
    from pytest_twilio_users.plugin.collecting import CollectedUsage
    from pytest_twilio_users.plugin.holding import Holding
    from pytest_twilio_users.report.live_answers import LiveAnswers
    from pytest_twilio_users.scopes.hypothesis_examples import Examples
    from pytest_twilio_users.scopes.isolation import Isolation

# On the configuration.

ISOLATION: pytest.StashKey[Isolation] = pytest.StashKey()
RUN: pytest.StashKey[LiveRun | None] = pytest.StashKey()
"""The live run, if the mode asks for one."""
ENGINE: pytest.StashKey[Engine] = pytest.StashKey()
"""Set once a test or a fixture uses the handle."""
EXAMPLES: pytest.StashKey[Examples] = pytest.StashKey()
"""There once Hypothesis is imported, too."""
RUNNING: pytest.StashKey[pytest.Item] = pytest.StashKey()
"""The test that is running."""

HOLDING: pytest.StashKey[Holding] = pytest.StashKey()
"""What holds for the whole run."""

ASKED: pytest.StashKey[dict[str, tuple[str, ...]]] = pytest.StashKey()
"""The promises that each test is about, by its node id."""
ENDED: pytest.StashKey[str] = pytest.StashKey()
"""Why the run ends before all tests are over."""

USAGE: pytest.StashKey[CollectedUsage] = pytest.StashKey()
"""There if somebody asked for it, by `collect_usage`."""

ANSWERS: pytest.StashKey[LiveAnswers] = pytest.StashKey()
"""What a live account's answers were like, there if a report is asked for."""

# On a test.

OUTCOMES: pytest.StashKey[list[str]] = pytest.StashKey()
"""The outcome of the test, or of each of its subtests."""
BESIDE: pytest.StashKey[list[str]] = pytest.StashKey()
"""What would have been a warning if the test had not failed, in sentences."""

# On a report, where values are JSON: xdist carries them.

CHANGES = "twilio_users_changes"
"""How many changes the process had sent to a live account by then."""
