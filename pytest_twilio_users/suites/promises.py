"""What a server of Twilio Users promises: behaviours or refusals of the contract."""

from collections.abc import Mapping

import pytest

from pytest_twilio_users.contract.behaviours import BEHAVIOURS, Behaviour
from pytest_twilio_users.contract.refusals import REFUSALS, Refusal

PROMISES: Mapping[str, Behaviour | Refusal] = {**BEHAVIOURS, **REFUSALS}
"""All that can be promised, by name."""


def promise(*names: str) -> pytest.MarkDecorator:
    """Mark a test with the behaviours and refusals that it proves.

    Raises:
        KeyError: the tables have no such name.
    """
    return pytest.mark.twilio_users_promise(*(PROMISES[name].name for name in names))
