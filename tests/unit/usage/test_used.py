"""usage/used.py: what a test used, as a value."""

import json

from pytest_twilio_users.usage.used import OperationUse, Usage, merged

USE = OperationUse(
    calls=3,
    successes=1,
    refusals={"not_found": 1},
    faults={"answer_lost": 1},
    parameters={"PageSize": ("2", "50"), "PageToken": ()},
    pages=1,
    webhooks={"onUserAdded": 1},
    seen=1,
    fields=("meta.next_page_url", "users.sid"),
)


def used(name, *, mode="stub", **operations):
    """A usage of these operations."""
    return Usage(name=name, mode=mode, operations=operations)


def test_a_usage_is_carried_as_json():
    """What a worker's report brings is what was used."""
    usage = used("test_it.py::test_ada", list_user=USE)

    assert Usage.from_json(json.loads(json.dumps(usage.to_json()))) == usage


def test_what_two_used_adds_up():
    """Counts are sums, and a value that both sent is one."""
    other = OperationUse(
        calls=1,
        refusals={"identity_taken": 1, "not_found": 1},
        parameters={"Page": ("1",), "PageSize": ("10", "50")},
        fields=("users.identity", "users.sid"),
    )

    assert USE + other == OperationUse(
        calls=4,
        successes=1,
        refusals={"identity_taken": 1, "not_found": 2},
        faults={"answer_lost": 1},
        parameters={"Page": ("1",), "PageSize": ("2", "10", "50"), "PageToken": ()},
        pages=1,
        webhooks={"onUserAdded": 1},
        seen=1,
        fields=("meta.next_page_url", "users.identity", "users.sid"),
    )


def test_of_many_values_the_smallest_and_the_largest_are_kept():
    """A property test may send hundreds; at a bound the outermost count."""
    sent = [OperationUse(parameters={"PageSize": (str(size),)}) for size in range(1, 101)]

    assert sum(sent, OperationUse()).parameters["PageSize"] == (
        *("1", "2", "3", "4", "5", "6", "7", "8", "9", "10"),
        *("91", "92", "93", "94", "95", "96", "97", "98", "99", "100"),
    )


def test_there_is_one_usage_for_each_name_and_mode():
    """Whatever order reports come in: names, and operations of each, are in order."""
    found = merged(
        [
            used("b", update_user=USE),
            used("a", mode="live", fetch_user=USE),
            used("b", fetch_user=USE),
            used("a", fetch_user=USE),
            used("b", update_user=USE),
        ]
    )

    assert found == [
        used("a", mode="live", fetch_user=USE),
        used("a", fetch_user=USE),
        used("b", fetch_user=USE, update_user=USE + USE),
    ]
    assert list(found[-1].operations) == ["fetch_user", "update_user"]
