"""The answers of the ten operations, as snapshots."""

import pytest

from pytest_twilio_users.contract.operations import OPERATIONS

ATTRIBUTES = {"plan": "pro", "seats": 3, "tags": ["ünïcode", None, True]}
ARGUMENTS = {
    "create": (
        ("grace@example.com",),
        {
            "friendly_name": "Grace",
            "attributes": ATTRIBUTES,
            "role_sid": "RL" + 32 * "a",
            "x_twilio_webhook_enabled": True,
        },
    ),
    "fetch": (("ada",), {}),
    "list": ((), {"page_size": 2}),
    "update": (("ada",), {"friendly_name": "Countess", "attributes": '{ "duty":"tech" }'}),
    "delete": (("ada",), {}),
}
"""What each action is called with."""


@pytest.fixture
def services(twilio_users):
    """Three users in each of two services, the first of them online; seconds pass between them."""
    services = {True: twilio_users.service_sid, False: twilio_users.default_service_sid}
    for service_sid in services.values():
        twilio_users.add_user(
            "ada", service_sid=service_sid, friendly_name="Ada", is_online=True, is_notifiable=False
        )
        twilio_users.wait(2)
        twilio_users.add_user("böb", service_sid=service_sid, attributes=ATTRIBUTES)
        twilio_users.add_user("c/d e", service_sid=service_sid)
        twilio_users.wait(1.5)
    return services


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=str)
def test_an_operation_asks_and_is_answered(
    operation, services, twilio_users, twilio_users_snapshot
):
    """The request and the answer, whole: who is who, and which date moved."""
    arguments, options = ARGUMENTS[operation.action]
    service = (services[True],) if "service" in operation.name else ()
    getattr(twilio_users.client, operation.name)(*service, *arguments, **options)
    assert twilio_users.journal.last == twilio_users_snapshot


def test_a_walk_over_two_pages(services, twilio_users, twilio_users_snapshot):
    """The link of the first page leads to the second: one token, and one user beyond it."""
    first = twilio_users.client.list_user(page_size=2)
    second = twilio_users.client.list_user(page_size=2, page_token=first.meta.next_page_token)
    assert twilio_users.journal == twilio_users_snapshot
    assert [first, second] == twilio_users_snapshot(name="pages")
