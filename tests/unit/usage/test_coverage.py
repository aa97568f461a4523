"""usage/coverage.py: what was used, held against what can be met."""

import pytest

from pytest_twilio_users.contract.operations import OPERATIONS
from pytest_twilio_users.contract.possible import possible_at
from pytest_twilio_users.usage.coverage import Coverage, Line, met_in
from pytest_twilio_users.usage.used import OperationUse, Usage

FETCHED = OperationUse(calls=2, successes=1, refusals={"not_found": 1})
CREATED = OperationUse(calls=1, successes=1, parameters={"Identity": ()})


GAPS = """\
create_service_user GAPS: not_found, identity_taken, identity_missing, identity_empty,
    identity_too_long, identity_like_sid, identity_reserved, friendly_name_too_long,
    attributes_not_json, attributes_no_object, attributes_too_long, role_sid_malformed,
    role_unknown, webhook_enabled_malformed, FriendlyName, Attributes, RoleSid,
    X-Twilio-Webhook-Enabled, onUserAdded"""


def used(mode, **operations):
    """A usage in a mode."""
    return Usage(name="test_it.py::test_ada", mode=mode, operations=operations)


def test_each_mode_has_a_table_of_its_own():
    """What the stub took says nothing of the account; the account's webhooks nobody sees."""
    coverage = Coverage.of([used("live", create_user=CREATED), used("stub", fetch_user=FETCHED)])

    assert [*coverage.used] == ["live", "stub"]
    rows = {mode: [line.text for line in coverage.table(mode)] for mode in ("live", "stub")}
    assert [rows["live"][n] for n in (0, 2, 6)] + [rows["stub"][n] for n in (2, 6)] == [
        "operation           calls success refusals parameters pages webhooks faults",
        "create_user             1       1     0/13        1/5     -        -      -",
        "fetch_user              - never called",
        "create_user             - never called",
        "fetch_user              2       1      1/1          -     -        -      -",
    ]


def test_what_is_missing_is_told_by_name_in_a_terminals_width():
    """No name is broken in two; a line that goes on is indented, and shows a gap as well."""
    coverage = Coverage.of([used("stub", create_service_user=CREATED)])

    assert [*coverage.names()] == [
        Line(text="create_service_user used: success 1, Identity"),
        *(Line(text=text, gap=True) for text in GAPS.splitlines()),
    ]


@pytest.mark.parametrize(
    ("usages", "relies_on", "text", "gap"),
    [
        ((), (), "No test called an operation.", True),
        ((), ("fetch_user",), "0 % (0 of 2) of what is relied on: fetch_user", True),
        (
            (used("stub", fetch_user=FETCHED),),
            (),
            "100 % (2 of 2) of what can be met at the operations that were called",
            False,
        ),
    ],
    ids=["nothing", "a-gap", "all"],
)
def test_the_summary_is_a_gap_unless_all_was_met(usages, relies_on, text, gap):
    """Nothing that was met is nothing to be content with."""
    assert Coverage.of(usages, relies_on=relies_on).summary() == Line(text=text, gap=gap)


def test_what_any_mode_met_is_met():
    """The percentage is of the run."""
    by_stub = OperationUse(calls=1, refusals={"not_found": 1})
    by_account = OperationUse(calls=1, successes=1)
    coverage = Coverage.of([used("live", fetch_user=by_account), used("stub", fetch_user=by_stub)])

    assert (coverage.met, coverage.asked, coverage.percentage) == (2, 2, 100)


def test_webhooks_are_asked_for_where_the_stub_answered():
    """Elsewhere only by name: nobody else tells of them."""
    live = [used("live", create_user=CREATED)]

    assert "onUserAdded" not in Coverage.of(live).relied["create_user"]
    assert Coverage.of([*live, used("stub", fetch_user=FETCHED)]).relied["create_user"] == (
        possible_at(OPERATIONS["create_user"])
    )
    named = Coverage.of(live, relies_on=("create_user.onUserAdded",))
    assert named.gaps == {"create_user": ("onUserAdded",)}


def test_what_is_named_in_part_and_whole_counts_once():
    """Whichever comes first."""
    relies_on = ("fetch_user.read_timeout", "fetch_user.success", "fetch_user")
    coverage = Coverage.of([used("stub", fetch_user=FETCHED)], relies_on=relies_on)

    assert coverage.relied == {"fetch_user": ("read_timeout", "success", "not_found")}
    assert coverage.gaps == {"fetch_user": ("read_timeout",)}
    assert coverage.percentage == 66


def test_all_that_was_met_has_its_name():
    """As it is named where it is relied on."""
    use = OperationUse(
        calls=3,
        successes=1,
        refusals={"page_malformed": 1},
        faults={"slow": 1},
        parameters={"Page": ("1",)},
        pages=1,
        webhooks={"onUserAdded": 1},
    )

    assert met_in(use) == {"success", "page_malformed", "slow", "Page", "pages", "onUserAdded"}
    assert met_in(OperationUse(calls=1)) == set()
