"""usage/tally.py: what scopes use, by their exchanges."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from pytest_twilio_users import faults
from pytest_twilio_users.faults.fault_plan import FaultPlan
from pytest_twilio_users.scopes.scope import Scope
from pytest_twilio_users.settings import Mode, Settings
from pytest_twilio_users.usage.tally import Tally, use_in
from pytest_twilio_users.usage.used import OperationUse, Usage
from pytest_twilio_users.wire.codec import decode
from pytest_twilio_users.wire.journal import Exchange
from pytest_twilio_users.wire.messages import Response

USER = "/v1/Users/ada"
SERVICE = f"/v1/Services/IS{32 * '1'}/Users"


@pytest.fixture
def exchange(stub, compose):
    """An exchange with the stub, or with who answers otherwise."""

    def exchange(*parts, answer=None, **more):
        request = compose(*parts, **more)
        response = answer or stub.handle(request)
        operation = decode(request).operation.name
        return Exchange(operation=operation, request=request, response=response)

    return exchange


def test_a_success_says_which_parameters_it_took(exchange):
    """By Twilio's names, in the order of the contract; of texts no value is told."""
    found = exchange("POST", "/v1/Users", form={"FriendlyName": "Ada", "Identity": "ada", "X": "1"})

    assert use_in(found) == OperationUse(
        calls=1, successes=1, parameters={"Identity": (), "FriendlyName": ()}
    )


@pytest.mark.parametrize(
    ("parts", "values"),
    [
        (("GET", "/v1/Users?PageSize=200"), {"PageSize": ("200",)}),
        (("GET", "/v1/Users?PageSize=-1"), {"PageSize": ("-1",)}),
        (("GET", "/v1/Users?PageSize=ada%40example.com"), {"PageSize": ()}),
        (("GET", f"/v1/Users?PageSize={'9' * 19}"), {"PageSize": ()}),
        (("GET", "/v1/Users?PageToken=12"), {"PageToken": ()}),
        (("GET", "/v1/Users/ada?Sid=grace"), {}),
    ],
)
def test_a_value_is_told_where_it_can_be_nobodys(exchange, parts, values):
    """Numbers are; a token of digits alone is not meant as one, and text in a number's place."""
    assert use_in(exchange(*parts)).parameters == values


@pytest.mark.parametrize("value", ["true", "false"])
def test_a_boolean_is_told(exchange, value):
    """It says whether webhooks are asked for."""
    found = exchange("DELETE", USER, headers=(("x-twilio-webhook-enabled", value),))

    assert use_in(found).parameters == {"X-Twilio-Webhook-Enabled": (value,)}


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (None, "not_found"),
        (Response(status=418, body=b'{"code": 50999, "message": "ada"}'), "418 50999"),
        (Response(status=418, body=b'{"code": "ada"}'), "418"),
        (Response(status=302, body=b"ada"), "302"),
    ],
    ids=["a-row", "a-code", "no-code", "no-refusal"],
)
def test_any_other_answer_is_a_refusal(exchange, answer, told):
    """By the name of its row; what no row is of, by what it shows without its words."""
    found = exchange("GET", USER, answer=answer)

    assert use_in(found) == OperationUse(calls=1, refusals={told: 1})


def test_a_fault_is_told_by_its_name(exchange):
    """Its arguments may be anything. A request without an answer was neither taken nor refused."""
    found = exchange("GET", USER)
    found.request.note_fault(FaultPlan(fault=faults.answer_lost()))
    found.come_to(None, error="ReadTimeout")

    assert use_in(found) == OperationUse(calls=1, faults={"answer_lost": 1})


@pytest.mark.parametrize(
    ("query", "pages"), [("", 0), ("?Page=0", 0), ("?Page=1", 1), ("?PageToken=nobodys", 0)]
)
def test_a_page_counts_that_is_beyond_the_first(exchange, query, pages):
    """If it was answered."""
    assert use_in(exchange("GET", f"/v1/Users{query}")).pages == pages


def test_a_token_alone_asks_for_a_page_beyond_the_first(exchange):
    """A client may keep nothing else of the link that it was given."""
    for name in ("ada", "grace"):
        exchange("POST", "/v1/Users", form={"Identity": name})
    first = exchange("GET", "/v1/Users?PageSize=1")
    link = json.loads(first.response.body)["meta"]["next_page_url"]
    token = parse_qs(urlsplit(link).query)["PageToken"][0]

    assert use_in(exchange("GET", f"/v1/Users?PageToken={token}")).pages == 1


def test_who_used_is_told_by_name_and_mode(exchange):
    """An example is its test, which has its node id; a fixture says where it is written."""
    tally = Tally({"pkg/test_it.py::test_a": "lib/pkg/test_it.py::test_a"}.get)
    test = Scope("pkg/test_it.py::test_a", Settings())
    example = Scope("an example", Settings(), within=test)
    people = Scope(
        "my tests tests.conftest::people[0]", Settings(mode=Mode.LIVE), outlives_tests=True
    )
    fetch, create = exchange("GET", USER), exchange("POST", SERVICE, form={"Identity": "ada"})

    tally.add(test, [fetch, create], ())
    tally.add(example, [fetch], ())
    tally.add(people, [fetch], ())

    assert tally.take() == [
        Usage(
            name="lib/pkg/test_it.py::test_a",
            mode="stub",
            operations={
                "fetch_user": OperationUse(calls=2, refusals={"not_found": 2}),
                "create_service_user": use_in(create),
            },
        ),
        Usage(
            name="fixture people of tests.conftest",
            mode="live",
            operations={"fetch_user": OperationUse(calls=1, refusals={"not_found": 1})},
        ),
    ]


def test_a_success_is_seen_that_the_kits_client_read(exchange):
    """Told by its request id, once: a later example has the same ids. Without one nobody knows."""
    tally = Tally()
    created = exchange("POST", "/v1/Users", form={"Identity": "ada"})
    missed = exchange("GET", "/v1/Users/grace")
    bare = exchange("GET", USER, answer=Response(status=200))
    for each in (created, bare):
        tally.note_seen(each.response.header("twilio-request-id"))
    tally.add(Scope("a", Settings()), [created, missed, bare, created], ())

    [usage] = tally.take()
    assert {name: (use.successes, use.seen) for name, use in usage.operations.items()} == {
        "create_user": (2, 1),
        "fetch_user": (1, 0),
    }


def test_who_listens_hears_each_exchange_with_the_name_of_who_sent_it(exchange):
    """A report shows the answers of an account beside the test that got them."""
    tally, heard = Tally(), []
    tally.hear = lambda *told: heard.append(told)
    fetch = exchange("GET", USER)
    tally.note(Scope("an example", Settings(), within=Scope("test_a", Settings())), fetch)

    assert heard == [("test_a", fetch)]


def test_what_was_taken_is_not_told_again(exchange):
    """Each report tells what came since the one before."""
    tally = Tally()
    tally.note(Scope("a", Settings()), exchange("GET", USER))
    tally.take()

    assert tally.take() == []


def test_what_is_no_operation_is_not_counted(compose):
    """A neighbour's exchange is loose, and no evidence stands behind it."""
    tally = Tally()
    request = compose("GET", "/v1/Roles")
    tally.add(
        Scope("a", Settings()), [Exchange(operation=None, request=request, response=None)], ()
    )

    assert tally.take() == []
