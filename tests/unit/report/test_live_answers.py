"""What is kept of a live account's answers, by exchanges that were made up."""

import json

from pytest_twilio_users import faults
from pytest_twilio_users.faults.fault_plan import FaultPlan
from pytest_twilio_users.report.document import Difference, Latency
from pytest_twilio_users.report.live_answers import LiveAnswers
from pytest_twilio_users.wire.journal import Exchange
from pytest_twilio_users.wire.messages import Live, Request, Response, describe_body

PAGE = {
    "meta": {
        **dict.fromkeys(("page", "page_size"), 0),
        **dict.fromkeys(("first_page_url", "url"), "https://conversations.twilio.com/v1/Users"),
        **dict.fromkeys(("next_page_url", "previous_page_url")),
        "key": "users",
    },
    "users": [],
}


def exchange(body: object = PAGE, *, seconds: float = 0.5, **changes) -> Exchange:
    """A list of users that a live account answered."""
    request = Request(method="GET", origin="https://conversations.twilio.com", target="/v1/Users")
    request.note_answerer(Live(origin=request.origin, seconds=seconds))
    content = json.dumps(body).encode()
    headers = describe_body(content, "application/json")
    response = Response(status=200, headers=headers, body=content)
    return Exchange(
        **{"operation": "list_user", "request": request, "response": response} | changes
    )


def test_latencies_are_told_by_operation():
    """The shortest first, of this process and of others."""
    here, there = LiveAnswers(), LiveAnswers()
    here.note("test_a", exchange(seconds=0.5))
    there.note("test_b", exchange(seconds=0.25))
    here.hear(json.loads(json.dumps(there.to_json())))
    assert [*here.latencies()] == [Latency(operation="list_user", seconds=(0.25, 0.5))]
    assert [*here.differences()] == []


def test_only_answers_of_an_account_count():
    """Not the stub's, nor a fault's, nor what no operation asked for, nor what was not answered."""
    answers = LiveAnswers()
    of_the_stub = exchange()
    of_the_stub.request.note_answerer(None)
    answers.note("test_a", of_the_stub)
    changed = exchange(None)
    changed.request.note_fault(FaultPlan(fault=faults.body_cut()))
    answers.note("test_a", changed)
    answers.note("test_a", exchange(operation=None))
    answers.note("test_a", exchange(response=None, error="NoAnswer"))
    assert (answers.to_json(), [*answers.latencies()]) == ({"seconds": {}, "differences": []}, [])


def test_differences_are_told_the_worst_first():
    """Each once, wherever in a list it stood, with the tests that met it in any process."""
    here, there = LiveAnswers(), LiveAnswers()
    here.note("test_a", exchange(PAGE | {"users": None}))
    here.note("test_b", exchange(PAGE | {"more": 1}))
    there.note("test_c", exchange(PAGE | {"users": None, "more": 1}))
    here.hear(json.loads(json.dumps(there.to_json())))
    assert [*here.differences()] == [
        Difference(
            severity="error",
            operation="list_user",
            place="/users",
            found="null",
            known="users is an array",
            tests=("test_a", "test_c"),
        ),
        Difference(
            severity="note",
            operation="list_user",
            place="/more",
            found="a field that the contract does not know",
            known="new fields may come",
            tests=("test_b", "test_c"),
        ),
    ]


def test_warnings_stand_before_notes():
    """The worst first, and not by the letters of their names; an answer as a whole is its body."""
    answers = LiveAnswers()
    known = ("list_user", "/more", "found", "known")
    rows = [[severity, *known] for severity in ("note", "warning")]
    answers.hear({"seconds": {}, "differences": [[row, ["test_b"]] for row in rows]})
    answers.note("test_a", exchange([]))
    told = [(each.severity, each.place) for each in answers.differences()]
    assert told == [("error", "body"), ("warning", "/more"), ("note", "/more")]


def test_users_of_a_list_are_one_place():
    """A list of hundred users that lack a field is one difference."""
    answers = LiveAnswers()
    answers.note("test_a", exchange(PAGE | {"users": [None, None]}))
    assert [each.place for each in answers.differences()] == ["/users/…"]


def test_a_private_value_is_hidden_before_it_is_cut():
    """Half of an identity would be somebody's, too."""
    answers, identity = LiveAnswers(), "ada" * 100
    met = exchange(PAGE | {"users": identity})
    met.request.hide_with(lambda text: text.replace(identity, "***"))
    answers.note("test_a", met)
    assert [each.found for each in answers.differences()] == ['"***"']


def test_what_no_process_could_tell_another_is_escaped():
    """Half of a surrogate pair, in the name of a field as in a value."""
    answers = LiveAnswers()
    answers.note("test_a", exchange(PAGE | {"\ud800": 1, "users": "\ud800"}))
    found = [(each.place, each.found) for each in answers.differences()]
    assert found == [
        ("/users", '"\\ud800"'),
        ("/\\ud800", "a field that the contract does not know"),
    ]


def test_differences_and_their_tests_have_an_end():
    """500 of them with 20 tests each are kept, and no more; who meets a known one is told."""
    answers = LiveAnswers()
    for number in range(30):
        answers.note(f"test_{number}", exchange(PAGE | {"users": None}))
    for number in range(0, 600, 100):
        more = {f"field_{n}": 1 for n in range(number, number + 100)}
        answers.note("test_fields", exchange(PAGE | more))
    answers.note("test_late", exchange(PAGE | {"field_0": 1, "late": 1}))
    found = {each.place: each.tests for each in answers.differences()}
    assert (len(found), len(found["/users"])) == (500, 20)
    assert found["/field_0"] == ("test_fields", "test_late")
    assert "/late" not in found
