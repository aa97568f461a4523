"""drift/touched.py: which tests a difference touches."""

import pytest

from pytest_twilio_users.drift.comparison import Drift
from pytest_twilio_users.drift.touched import touched
from pytest_twilio_users.usage.used import OperationUse, Usage
from pytest_twilio_users.wire.violations import Severity

CREATES = OperationUse(
    calls=2,
    successes=1,
    refusals={"identity_taken": 1},
    parameters={"Identity": (), "X-Twilio-Webhook-Enabled": ("true",)},
    seen=1,
    fields=("friendly_name", "links"),
)
LISTS = OperationUse(
    calls=1,
    successes=1,
    parameters={"PageSize": ("20", "200")},
    seen=1,
    fields=("meta.next_page_url", "users.sid"),
)
UNSEEN = OperationUse(calls=1, successes=1)
READS = OperationUse(fields=("sid",))


def drift(operation, pointer, first="1", second="2", severity=Severity.WARNING):
    """A difference."""
    return Drift(
        severity=severity, operation=operation, pointer=pointer, first=first, second=second
    )


def touches(found, **used):
    """The tests that a difference touches, each with what it does."""
    usages = [
        Usage(name=name, mode="stub", operations={found.operation: use})
        for name, use in used.items()
    ]
    return {touch.test: touch.how for touch in touched(found, usages)}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (drift("list_user", "query.PageSize", "maximum 1000", "maximum 50"), "sends 20, 200"),
        (drift("list_user", "query.PageSize", "optional", "nothing"), "sends 20, 200"),
        (drift("list_user", "query.Page"), None),
        (drift("list_user", "query.Filter", "nothing", "optional"), None),
        (drift("list_user", "query.Filter", "nothing", "required"), "calls it"),
        (drift("list_user", "path.Sid"), "calls it"),
        (drift("list_user", "operation", "GET /v1/Users", "nothing"), "calls it"),
        (drift("list_user", "status"), "calls it"),
        (drift("list_user", "json.users[].sid"), "reads users.sid"),
        (drift("list_user", "json.users[0].sid"), "reads users.sid"),
        (drift("list_user", "json.users[].url"), None),
        (drift("list_user", "json.meta.next_page_url"), "reads meta.next_page_url"),
        (drift("list_user", "json.meta.url"), None),
        (drift("list_user", "json.users"), "calls it"),
        (drift("list_user", "json.meta"), "calls it"),
        (drift("list_user", "json"), "calls it"),
        (drift("list_user", "default.json.code"), None),
    ],
    ids=str,
)
def test_a_test_that_lists_is_touched(found, expected):
    """By what it sends, by what it reads, by what becomes of the whole."""
    assert touches(found, lists=LISTS).get("lists") == expected


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (drift("create_user", "form.Identity"), "sends it"),
        (drift("create_user", "header.x-twilio-webhook-enabled"), "sends true"),
        (drift("create_user", "json.friendly_name"), "reads friendly_name"),
        (drift("create_user", "json.links.user_conversations"), "reads links"),
        (drift("create_user", "json.sid"), None),
        (drift("create_user", "default.json.message"), "meets identity_taken"),
        (drift("create_user", "json.code"), "meets identity_taken"),
    ],
    ids=str,
)
def test_a_test_that_creates_is_touched(found, expected):
    """By a refusal, too, if it met one."""
    assert touches(found, creates=CREATES).get("creates") == expected


def test_who_was_not_seen_reading_may_have_read():
    """As long as there was an answer to read; who reads what a fixture got, reads."""
    found = drift("create_user", "json.sid")
    refused = OperationUse(calls=1, refusals={"identity_taken": 1})

    assert touches(found, unseen=UNSEEN, refused=refused, reads=READS) == {
        "unseen": "may read sid",
        "reads": "reads sid",
    }
    assert touches(drift("create_user", "status"), reads=READS, unseen=UNSEEN) == {
        "unseen": "calls it"
    }


def test_what_is_new_touches_nobody():
    """A new field, a new header: nobody can rely on it yet."""
    assert touches(drift("create_user", "json.locale", severity=Severity.NOTE), unseen=UNSEEN) == {}


def test_another_operation_is_another_matter():
    """Each difference is of one."""
    usage = Usage(name="a", mode="stub", operations={"fetch_user": UNSEEN})

    assert touched(drift("update_user", "status"), [usage]) == []


def test_another_request_touches_the_tests_that_sent_it():
    """It is of no operation."""
    usages = [Usage(name=name, mode="stub", operations={}) for name in ("a", "b")]
    found = drift("request 3", "path")

    assert [str(touch) for touch in touched(found, usages, met=["b", "c"])] == ["b meets it"]
