"""Isolates each example of a Hypothesis test, or fails it for what it sent."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pytest_twilio_users.errors import ExampleViolatedContract
from pytest_twilio_users.plugin.stash import ENGINE, EXAMPLES, ISOLATION, RUNNING
from pytest_twilio_users.plugin.strictness import complaint_of

if TYPE_CHECKING:
    import pytest

    from pytest_twilio_users.scopes.scope import Scope


def isolate_examples(config: pytest.Config) -> None:
    """Have each example of a Hypothesis test begin anew. Without Hypothesis there are none."""
    stash = config.stash
    if EXAMPLES in stash or ENGINE not in stash or "hypothesis" not in sys.modules:
        return

    def complain_of(example: Scope) -> None:
        __tracebackhide__ = True
        complaint = complaint_of(stash[RUNNING], example)
        if complaint:
            raise ExampleViolatedContract(complaint)

    from pytest_twilio_users.scopes.hypothesis_examples import Examples

    stash[EXAMPLES] = Examples(stash[ISOLATION], complain=complain_of)
    stash[EXAMPLES].listen()
