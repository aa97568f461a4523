import pytest

from pytest_twilio_users.contract import behaviours
from pytest_twilio_users.contract.behaviours import BEHAVIOURS, Behaviour
from pytest_twilio_users.contract.evidence import Evidence
from pytest_twilio_users.contract.operations import DEFAULT_PAGE_SIZE
from pytest_twilio_users.contract.refusals import REFUSALS
from pytest_twilio_users.settings import SETTINGS, Settings

EACH = pytest.mark.parametrize("behaviour", BEHAVIOURS.values(), ids=lambda b: b.name)


@EACH
def test_a_behaviour_is_a_statement_with_evidence(behaviour: Behaviour) -> None:
    """Each row can stand in a table: a name, one line that ends without a full stop, evidence."""
    assert behaviour.name.isidentifier()
    assert behaviour.statement == behaviour.statement.strip(" .\n")
    assert isinstance(behaviour.evidence, Evidence)


def test_no_row_hides_another() -> None:
    """Two rows of one name would silently become one (white box: reads the rows)."""
    assert len(BEHAVIOURS) == len(behaviours._ROWS)


def test_behaviours_and_refusals_share_no_name() -> None:
    """A test of the contract suite names its promise, and one name means one promise."""
    assert BEHAVIOURS.keys().isdisjoint(REFUSALS)


def test_no_two_behaviours_say_the_same() -> None:
    """One promise, one row."""
    assert len({behaviour.statement for behaviour in BEHAVIOURS.values()}) == len(BEHAVIOURS)


@pytest.mark.parametrize(
    ("name", "setting"),
    [
        ("attribute_escapes", "attribute_escapes"),
        ("max_page_size", "max_page_size"),
        ("any_credentials", "credentials"),
        ("any_pace", "rate_limit"),
        ("changes_counted", "rate_limit"),
        ("any_concurrency", "concurrency_limit"),
        ("any_service", "service_sids"),
        ("any_role", "role_sids"),
    ],
)
def test_a_choice_of_the_stub_names_the_setting_that_changes_it(name: str, setting: str) -> None:
    """Who disagrees with a guess finds the switch in its row, and the switch exists."""
    assert BEHAVIOURS[name].setting == setting
    assert setting in SETTINGS


def test_the_stated_page_sizes_are_those_of_the_code() -> None:
    """The statements quote the numbers that the stub uses."""
    default, largest = DEFAULT_PAGE_SIZE, Settings().max_page_size

    assert BEHAVIOURS["default_page_size"].statement == (
        f"A page holds up to {default} users unless PageSize asks for more"
    )
    assert BEHAVIOURS["max_page_size"].statement == (
        f"A PageSize over the maximum is cut to it: {largest} (documented until 2025-06-12) or 50"
    )


@pytest.mark.parametrize(
    "name",
    [
        "encoded_slash",
        "list_order",
        "last_page_full",
        "second_delete",
        "update_nothing",
        "update_empty_name",
        "url_follows_origin",
    ],
)
def test_a_guess_is_told_as_a_guess(name: str) -> None:
    """Where nobody knows what Twilio does, the evidence says so."""
    assert BEHAVIOURS[name].evidence is Evidence.INFERRED
