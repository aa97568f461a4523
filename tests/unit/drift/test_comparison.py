import json
from dataclasses import replace
from datetime import timedelta

import pytest

from pytest_twilio_users.backends.stub import StubBackend
from pytest_twilio_users.cassettes.record import RecordBackend
from pytest_twilio_users.contract.sids import OWN_ACCOUNT_SID
from pytest_twilio_users.drift.comparison import find_drifts
from pytest_twilio_users.privacy.aliases import Aliases
from pytest_twilio_users.state.store import Store
from pytest_twilio_users.state.supplies import SidSupply

ATTRIBUTES = '{"plan": "pro", "born": 1815, "tags": ["x", "y"], "size": {"@m": 1.5}}'


class Tampered:
    """Answers as the stub does, but for the answer of some number, or for all if it is None."""

    def __init__(self, stub, number, tamper):
        self._stub = stub
        self._number = number
        self._tamper = tamper

    def handle(self, request):
        """Answer a request."""
        response = self._stub.handle(request)
        if self._number is not None:
            self._number -= 1
        return response if self._number else self._tamper(response)


@pytest.fixture
def converse(account, compose):
    """Says the same in each run, to an account with other SIDs at another time."""
    runs = iter(range(100))

    def converse(number=0, tamper=lambda response: response, *, foreign=0, last=None):
        run = next(runs)
        other = replace(
            account,
            store=Store(),
            sids=SidSupply(f"run {run}"),
            clock=lambda: account.clock() + timedelta(days=run),
        )
        backend = StubBackend(other)
        for stranger in range(foreign):
            form = {"Identity": f"stranger-{stranger}@example.org"}
            backend.handle(compose("POST", "/v1/Users", form=form))
        recording = RecordBackend(
            Tampered(backend, number, tamper),
            name="test",
            aliases=Aliases(seed="test", known={account.sid: OWN_ACCOUNT_SID}),
        )
        ada = f"ada@run-{run}.example.org"

        def say(*asked, **parts):
            return recording.handle(compose(*asked, **parts))

        form = {"Identity": ada, "FriendlyName": "Ada", "Attributes": ATTRIBUTES}
        say("POST", "/v1/Users", form=form)
        say("POST", "/v1/Users", form={"Identity": "grace", "Attributes": '{"plan":"pro"}'})
        say("GET", f"/v1/Users/{ada.replace('@', '%40')}")
        say("GET", "/v1/Users")
        say("POST", "/v1/Users", form={"Identity": ada})
        say(*(last or ("DELETE", "/v1/Users/grace")))
        return recording.exchanges

    return converse


def shown(first, second):
    """The differences, each with its severity."""
    return [f"{drift.severity.name} {drift}" for drift in find_drifts(first, second)]


def test_the_same_said_to_another_account_is_the_same(converse):
    """SIDs, identities and dates differ, and what is equal in one is equal in the other."""
    assert shown(converse(), converse()) == []


def body(**changes):
    """Changes fields of a body; None as a callable takes one away."""

    def tamper(response):
        content = response.json()
        for name, change in changes.items():
            if change is GONE:
                del content[name]
            else:
                content[name] = change(content.get(name)) if callable(change) else change
        return replace(response, body=json.dumps(content).encode())

    return tamper


def header(name, value):
    """Gives a header another value, or takes it away."""

    def tamper(response):
        kept = tuple(pair for pair in response.headers if pair[0] != name)
        return replace(response, headers=kept if value is GONE else (*kept, (name, value)))

    return tamper


GONE = object()
DRIFTS = {
    "status": (3, lambda r: replace(r, status=201), "ERROR fetch_user: status: 200, then 201"),
    "code": (5, body(code=50074), "ERROR create_user: json.code: 50201, then 50074"),
    "told status": (5, body(status=400), "ERROR create_user: json.status: 409, then 400"),
    "no JSON": (
        6,
        lambda r: replace(r, status=204, body=b"<html>"),
        "ERROR delete_user: text: nothing, then 'text-7'",
    ),
    "type": (
        3,
        body(identity=7),
        "ERROR fetch_user: json.identity: 'person-1@example.com', then 3",
    ),
    "object": (
        3,
        body(links=[]),
        (
            "ERROR fetch_user: json.links: {'user_conversations':"
            " '/v1/Users/US00000001…/Conversations'}, then []"
        ),
    ),
    "null": (3, body(is_online=True), "ERROR fetch_user: json.is_online: None, then True"),
    "null to text": (
        4,
        body(users=lambda users: [users[0], {**users[1], "friendly_name": "Grace"}]),
        "ERROR list_user: json.users[1].friendly_name: None, then 'text-7'",
    ),
    "text to null": (
        3,
        body(friendly_name=None),
        "ERROR fetch_user: json.friendly_name: 'text-1', then None",
    ),
    "SID to text": (
        3,
        body(role_sid="none"),
        "ERROR fetch_user: json.role_sid: 'RL00000001…', then 'text-7'",
    ),
    "URL to path": (
        3,
        body(url=lambda url: url.partition(".com")[2]),
        "ERROR fetch_user: json.url: '/v1/Users/US00000001…', then 'text-7'",
    ),
    "link to null": (
        4,
        body(meta=lambda meta: {**meta, "first_page_url": None}),
        ("ERROR list_user: json.meta.first_page_url: '/v1/Users?PageSize=50&Page=0', then None"),
    ),
    "value": (
        3,
        body(friendly_name="Countess"),
        "WARNING fetch_user: json.friendly_name: 'text-1', then 'text-7'",
    ),
    "shape": (
        3,
        body(role_sid="US" + "0" * 32),
        "WARNING fetch_user: json.role_sid: 'RL00000001…', then 'US00000003…'",
    ),
    "missing": (
        3,
        body(role_sid=GONE),
        "WARNING fetch_user: json.role_sid: 'RL00000001…', then nothing",
    ),
    "new": (3, body(locale="en"), "NOTE fetch_user: json.locale: nothing, then 'text-7'"),
    "date": (
        3,
        body(date_created="2026-03-04"),
        "WARNING fetch_user: json.date_created: '2026-03-04T12:00:00Z', then '2026-03-04'",
    ),
    "date with fractions": (
        3,
        body(date_created="2026-03-04T12:00:00.815Z"),
        (
            "WARNING fetch_user: json.date_created: '2026-03-04T12:00:00Z',"
            " then '2026-03-04T12:00:00.815Z'"
        ),
    ),
    "date with an offset": (
        3,
        body(date_created="2026-03-04T12:00:00+00:00"),
        (
            "WARNING fetch_user: json.date_created: '2026-03-04T12:00:00Z',"
            " then '2026-03-04T12:00:00+00:00'"
        ),
    ),
    "date to text": (
        3,
        body(date_created="yesterday"),
        "ERROR fetch_user: json.date_created: '2026-03-04T12:00:00Z', then 'text-7'",
    ),
    "message": (
        5,
        body(message="User exists"),
        "WARNING create_user: json.message: 'User already exists', then 'User exists'",
    ),
    "attributes": (
        3,
        body(attributes=ATTRIBUTES.replace("1815", "1816")),
        "WARNING fetch_user: json.attributes.born: 1, then 3",
    ),
    "formatting": (
        3,
        body(attributes=ATTRIBUTES.replace(", ", ",")),
        "WARNING fetch_user: json.attributes.written: as json.dumps writes it, then otherwise",
    ),
    "unquoted": (
        4,
        body(users=lambda users: [{**users[0], "attributes": {}}, users[1]]),
        (
            "ERROR list_user: json.users[0].attributes: {'plan': 'text-2', 'born': 1,"
            " 'tags': ['text-3', 'text-4'], 'size': {'text-5': 2.5}}, then JSON that is in no text"
        ),
    ),
    "number": (
        3,
        body(attributes=ATTRIBUTES.replace("1815", "1815.0")),
        "WARNING fetch_user: json.attributes.born: 1, then 3.5",
    ),
    "longer": (
        3,
        body(attributes=ATTRIBUTES.replace('"x", ', "")),
        "WARNING fetch_user: json.attributes.tags: ['text-3', 'text-4'], then ['text-4']",
    ),
    "header": (
        3,
        header("content-type", "text/plain"),
        (
            "WARNING fetch_user: headers.content-type: 'application/json; charset=utf-8', then"
            " 'text/plain'"
        ),
    ),
    "headers date": (
        3,
        header("date", GONE),
        "WARNING fetch_user: headers.date: 'Wed, 04 Mar 2026 12:00:00 GMT', then nothing",
    ),
    "new header": (
        3,
        header("retry-after", "3"),
        "NOTE fetch_user: headers.retry-after: nothing, then '3'",
    ),
    "meta": (
        4,
        body(meta=lambda meta: {**meta, "page_size": 100}),
        "WARNING list_user: json.meta.page_size: 50, then 100",
    ),
    "order": (
        4,
        body(users=lambda users: users[::-1]),
        (
            "WARNING list_user: json.users: ['US00000001…', 'US00000002…'],"
            " then ['US00000002…', 'US00000001…']"
        ),
    ),
    "missing user": (
        4,
        body(users=lambda users: users[1:]),
        "WARNING list_user: json.users: ['US00000001…', 'US00000002…'], then ['US00000002…']",
    ),
    "listed": (
        4,
        body(users=lambda users: [{**users[0], "friendly_name": "Countess"}, users[1]]),
        "WARNING list_user: json.users[0].friendly_name: 'text-1', then 'text-7'",
    ),
}


@pytest.mark.parametrize(("number", "tamper", "expected"), DRIFTS.values(), ids=DRIFTS)
def test_what_differs_is_told_by_its_severity(converse, number, tamper, expected):
    """And nothing else is."""
    assert shown(converse(), converse(number, tamper)) == [expected]


def test_what_is_equal_in_one_is_equal_in_the_other(converse):
    """Otherwise a service mixed two users up."""
    mixed_up = body(sid=lambda _: "US" + "0" * 32)
    assert shown(converse(), converse(2, mixed_up)) != []
    assert shown(converse(2, mixed_up), converse()) != []
    assert shown(converse(2, mixed_up), converse(2, mixed_up)) == []


def test_a_wrong_account_is_told_although_it_is_always_the_same(converse, account):
    """Who asked is known, and so it is not mistaken for another account's SID."""

    def tamper(response):
        wrong = response.body.replace(account.sid.encode(), b"AC" + b"0" * 32)
        return replace(response, body=wrong)

    wrong = "'AC6baac07b…', then 'AC00000001…'"
    assert shown(converse(), converse(None, tamper)) == [
        f"WARNING create_user: json.account_sid: {wrong}",
        f"WARNING create_user: json.account_sid: {wrong}",
        f"WARNING fetch_user: json.account_sid: {wrong}",
        f"WARNING list_user: json.users[0].account_sid: {wrong}",
        f"WARNING list_user: json.users[1].account_sid: {wrong}",
    ]


def test_a_new_value_leaves_the_others_who_they_are(converse):
    """Stand-ins are counted, and those that follow have other numbers."""
    more = body(owner_sid="US" + "f" * 32, tag="new", friendly_name="Ada")
    assert [line.split()[0] for line in shown(converse(), converse(1, more))] == ["NOTE", "NOTE"]


def test_users_of_others_are_no_difference(converse):
    """A live service may hold some."""
    assert shown(converse(), converse(foreign=3)) == []
    assert shown(converse(foreign=3), converse()) == []


def test_another_request_ends_the_comparison(converse):
    """It is told with the first thing that is not the same."""
    fetched = converse(last=("GET", "/v1/Users/grace"))
    expected = "WARNING request 6: operation: 'delete_user', then 'fetch_user'"
    assert shown(converse(), fetched) == [expected]
    short = converse()[:-1]
    assert shown(short, converse()) == ["WARNING request 6: request: nothing, then delete_user"]


def test_an_answer_that_differs_explains_another_request(converse):
    """One line is enough then; a note explains nothing."""
    refused = converse(5, lambda response: replace(response, status=500))
    assert shown(converse(), refused[:-1]) == ["ERROR create_user: status: 409, then 500"]
    noted = converse(5, body(detail="new"))
    assert len(shown(converse(), noted[:-1])) == 2
