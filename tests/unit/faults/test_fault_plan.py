"""faults/fault_plan.py: whose turn it is."""

import pytest

from pytest_twilio_users import faults
from pytest_twilio_users.errors import InvalidArgument
from pytest_twilio_users.faults.fault_plan import FaultPlan
from pytest_twilio_users.faults.which import Turns


@pytest.fixture
def plan():
    """Makes a plan."""

    def plan(**more):
        usual = {"times": None, "after": 0, "every": 1, "when": None, "required": True}
        return FaultPlan(**{"fault": faults.slow(30)} | usual | more)

    return plan


async def later(_):
    """What it gives would always be true."""


@pytest.mark.parametrize(
    ("counts", "met"),
    [
        ({}, "xxxxxx"),
        ({"times": 2}, "xx...."),
        ({"after": 2}, "..xxxx"),
        ({"every": 2}, ".x.x.x"),
        ({"times": 1, "after": 1, "every": 3}, "...x.."),
        ({"times": 2, "after": 1, "every": 2}, "..x.x."),
    ],
    ids=str,
)
def test_a_plan_counts_requests(plan, counts, met):
    """The first `after` pass, then each `every`-th meets the fault, `times` times."""
    turns = Turns(plan(**counts))

    assert "".join("x" if turns.take() else "." for _ in range(6)) == met


def test_a_scope_begins_anew(plan):
    """What was met before counts for whether it was met at all."""
    once = plan(times=1)
    first, second = Turns(once), Turns(once)

    assert [first.take(), first.take(), second.take()] == [True, False, True]
    assert (once.so_far.seen, once.so_far.met) == (3, 2)


def test_a_turn_can_be_given_back(plan):
    """A request that could not meet the fault leaves it to the next."""
    once = plan(times=1)
    turns = Turns(once)
    turns.take()
    turns.give_back()

    assert once.is_unmet
    assert [turns.take(), turns.take()] == [True, False]
    assert not once.is_unmet


def test_that_nothing_met_a_plan_is_told_once(plan):
    """Not of a plan that need not be met; what an example told, its test does not tell again."""
    told, spare = plan(), plan(required=False)

    assert [told.take_unmet(), told.take_unmet(), told.is_unmet] == [True, False, False]
    assert not spare.take_unmet()


def test_each_request_meets_what_is_planned_without_more_words():
    """Until the end, and the author is told if none did."""
    plain = FaultPlan(fault=faults.slow(30))
    turns = Turns(plain)

    assert plain.is_unmet
    assert [turns.take() for _ in range(3)] == [True, True, True]
    assert str(plain) == "faults.slow(seconds=30) (3 requests came by)"


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        (
            {"fault": faults.connect_error},
            (
                "give a fault, such as faults.slow(30): from pytest_twilio_users import faults."
                " Call it."
            ),
        ),
        (
            {"fault": "slow"},
            "give a fault, such as faults.slow(30): from pytest_twilio_users import faults.",
        ),
        (
            {"fault": faults.Fault("slowly")},
            "give a fault, such as faults.slow(30): from pytest_twilio_users import faults.",
        ),
        ({"fault": faults.Fault("slow")}, "slow needs seconds."),
        ({"times": 0}, "times=0 (int): allowed: whole numbers from 1, or None."),
        ({"after": -1}, "after=-1 (int): allowed: whole numbers from 0."),
        ({"every": 0}, "every=0 (int): allowed: whole numbers from 1."),
        ({"required": "no"}, "required='no' (str): allowed: True, False."),
        (
            {"when": "POST"},
            "when='POST' (str): allowed: a function that is not async, or None.",
        ),
        ({"when": int}, "(type): allowed: a function that is not async, or None."),
        ({"when": later}, "(function): allowed: a function that is not async, or None."),
    ],
)
def test_what_can_not_be_meant_is_refused(plan, given, complaint):
    """The complaint says the value and what is allowed."""
    with pytest.raises(InvalidArgument) as refused:
        plan(**given)

    assert str(refused.value).endswith(complaint)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({}, "faults.slow(seconds=30) (0 requests came by)"),
        ({"every": 2}, "faults.slow(seconds=30), every=2 (0 requests came by)"),
        (
            {"times": 2, "after": 1, "every": 3, "when": len, "place": "test_it.py:3"},
            (
                "faults.slow(seconds=30), times=2, after=1, every=3, when=…, planned in"
                " test_it.py:3 (0 requests came by)"
            ),
        ),
    ],
)
def test_a_plan_tells_what_was_planned(plan, given, text):
    """And where, and how many requests came by."""
    assert str(plan(**given)) == text
