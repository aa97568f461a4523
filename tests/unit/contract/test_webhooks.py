import pytest

from pytest_twilio_users.contract.evidence import Evidence
from pytest_twilio_users.contract.operations import Action
from pytest_twilio_users.contract.webhooks import AFTER, COMMON, EVENTS, RULES

DOCUMENTED = {
    "onUserAdded": {
        *("ChatServiceSid", "UserSid", "DateCreated", "Identity", "RoleSid"),
        *("Attributes", "FriendlyName"),
    },
    "onUserUpdate": {
        *("ChatServiceSid", "UserSid", "DateUpdated", "Identity", "RoleSid"),
        *("Attributes", "FriendlyName"),
    },
    "onUserUpdated": {
        *("ChatServiceSid", "UserSid", "DateCreated", "DateUpdated", "Identity", "RoleSid"),
        *("Attributes", "FriendlyName", "isOnline", "isNotifiable"),
    },
}


@pytest.mark.parametrize("name", DOCUMENTED)
def test_an_event_has_the_documented_parameters(name):
    """Besides the common ones; ClientIdentity is of chat clients."""
    event = EVENTS[name]

    assert {parameter for parameter, _ in event.parameters} == DOCUMENTED[name]
    assert event.evidence is Evidence.DOCUMENTED


def test_all_events_have_the_common_parameters():
    """Whose account it is, what happened, where it came from."""
    assert COMMON == ("AccountSid", "EventType", "Source")


def test_a_delete_is_not_told():
    """Of a create there is one event, of an update one before it and one after."""
    assert {event.name: (event.action, event.before) for event in EVENTS.values()} == {
        "onUserAdded": (Action.CREATE, False),
        "onUserUpdate": (Action.UPDATE, True),
        "onUserUpdated": (Action.UPDATE, False),
    }
    assert {event.name for event in AFTER.values()} == {"onUserAdded", "onUserUpdated"}


def test_a_rule_is_a_statement_with_evidence():
    """Each can stand in a table, and no two say the same."""
    statements = {rule.statement for rule in RULES}

    assert len(statements) == len(RULES)
    assert all(statement == statement.strip(" .\n") for statement in statements)
    assert {rule.evidence for rule in RULES} <= set(Evidence)
