"""contract/literals.py: what type checkers know is what there is."""

from typing import get_args

import pytest

from pytest_twilio_users.contract.literals import FaultName, ModeName, OperationName, RefusalName
from pytest_twilio_users.contract.operations import OPERATIONS
from pytest_twilio_users.contract.refusals import REFUSALS
from pytest_twilio_users.faults import FAULTS
from pytest_twilio_users.settings import Mode


@pytest.mark.parametrize(
    ("names", "table"),
    [
        (OperationName, OPERATIONS),
        (RefusalName, REFUSALS),
        (FaultName, FAULTS),
        (ModeName, Mode),
    ],
    ids=["operations", "refusals", "faults", "modes"],
)
def test_the_types_name_what_the_tables_hold(names: object, table: object) -> None:
    """A new row is a new name, in the same order."""
    assert get_args(names) == tuple(map(str, table))
