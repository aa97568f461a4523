"""contract/possible.py: what can be met at each operation."""

import pytest

from pytest_twilio_users.contract.operations import OPERATIONS
from pytest_twilio_users.contract.possible import possible_at, refusals_of, require_possible
from pytest_twilio_users.contract.refusals import REFUSALS

OF_ANY_REQUEST = {
    *("no_credentials", "username_invalid", "token_wrong", "test_credentials"),
    "method_not_allowed",
}


def test_each_refusal_is_some_operations_unless_any_request_can_meet_it():
    """None is forgotten, and none made up; those that need a plan are nobody's."""
    found = {name for operation in OPERATIONS.values() for name in refusals_of(operation)}

    assert found | OF_ANY_REQUEST == {name for name, row in REFUSALS.items() if not row.planned}


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ("delete_user", ("not_found", "webhook_enabled_malformed", "X-Twilio-Webhook-Enabled")),
        (
            "list_service_user",
            (
                *("not_found", "page_size_malformed", "page_malformed", "page_token_unknown"),
                *("PageSize", "Page", "PageToken", "pages"),
            ),
        ),
        (
            "update_user",
            (
                *("not_found", "friendly_name_too_long", "attributes_not_json"),
                *("attributes_no_object", "attributes_too_long", "role_sid_malformed"),
                *("role_unknown", "webhook_enabled_malformed", "FriendlyName", "Attributes"),
                *("RoleSid", "X-Twilio-Webhook-Enabled", "onUserUpdate", "onUserUpdated"),
            ),
        ),
    ],
)
def test_what_can_be_met_follows_from_the_parameters(operation, expected):
    """Success, what the values can be refused for, the parameters, pages of a list, events."""
    assert possible_at(OPERATIONS[operation]) == ("success", *expected)


@pytest.mark.parametrize(
    "name",
    [
        *("fetch_user", "fetch_user.not_found", "list_user.PageSize", "list_user.pages"),
        *("create_user.onUserAdded", "create_user.answer_lost", "create_user.unavailable"),
    ],
)
def test_what_is_relied_on_has_a_name(name):
    """An operation, or what can be met there; a refusal or a fault of any request, too."""
    require_possible(name)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        (
            "creat_user",
            (
                "'creat_user' is not an operation. Did you mean 'create_user'? Known:"
                " create_service_user, create_user, delete_service_user, delete_user,"
                " fetch_service_user, fetch_user, list_service_user, list_user,"
                " update_service_user, update_user."
            ),
        ),
        (
            "fetch_user.PageSize",
            (
                "'PageSize' is nothing that fetch_user has. Known: success, not_found. Besides: any"
                " refusal, any fault."
            ),
        ),
        (
            "list_user.page",
            (
                "'page' is nothing that list_user has. Did you mean 'Page'? Known: success,"
                " page_size_malformed, page_malformed, page_token_unknown, PageSize, Page,"
                " PageToken, pages. Besides: any refusal, any fault."
            ),
        ),
        (
            "fetch_user.",
            (
                "'' is nothing that fetch_user has. Known: success, not_found. Besides: any"
                " refusal, any fault."
            ),
        ),
        (7, "7 is not text."),
    ],
)
def test_what_is_no_name_is_told_with_the_nearest(name, problem):
    """The names that are known stand there, too."""
    with pytest.raises(ValueError, match="no") as raised:
        require_possible(name)

    assert str(raised.value) == problem
