"""What the plugin keeps on pytest's configuration, by typed keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_twilio_users.handle.engine import Engine
    from pytest_twilio_users.live.run import LiveRun
    from pytest_twilio_users.scopes.isolation import Isolation

ISOLATION: pytest.StashKey[Isolation] = pytest.StashKey()
RUN: pytest.StashKey[LiveRun | None] = pytest.StashKey()
ENGINE: pytest.StashKey[Engine] = pytest.StashKey()
"""There once a test or fixture asked for the handle."""
