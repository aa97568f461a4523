"""handle/complaints.py: the texts that fail a passed test, or warn."""

from unittest.mock import ANY

import pytest

from pytest_twilio_users import faults
from pytest_twilio_users.handle.complaints import Complaints
from pytest_twilio_users.handle.records import Records
from pytest_twilio_users.scopes.isolation import Isolation
from pytest_twilio_users.settings import Settings
from pytest_twilio_users.wire.codec import decode
from pytest_twilio_users.wire.conformity import check_request
from pytest_twilio_users.wire.journal import Exchange
from pytest_twilio_users.wire.messages import Response

IF_MEANT = (
    "To let the test pass anyway: @pytest.mark.twilio_users(strict=False), or"
    " --twilio-users-strict=no"
)


@pytest.fixture
def isolation():
    """A run in which a test has begun."""
    isolation = Isolation(Settings())
    isolation.begin_test("test_ada", Settings(), fixtures=[])
    return isolation


@pytest.fixture
def records(isolation, account):
    """The records of the run."""
    return Records(isolation, account)


@pytest.fixture
def complaints(records):
    """Those of a run, in which Ada's name is private."""
    return Complaints(records, hide=lambda text: text.replace("Ada Lovelace", "(hidden)"))


@pytest.fixture
def send(records, compose):
    """Notes a request in the journal, with what is wrong with it: `send("POST", "/v1/Users")`."""

    def send(method, target, **parts):
        request = compose(method, target, **parts)
        records.current.journal.append(
            Exchange(
                operation=decode(request).operation.name,
                request=request,
                response=Response(status=200),
                violations=check_request(request, decode(request)),
            )
        )

    return send


class Raised:
    """A webhook, as text."""

    def __str__(self):
        return "onUserAdded -> no response: Ada Lovelace is unknown"


def test_a_complaint_says_what_happened_and_what_to_do(complaints, send):
    """Each kind has its title. What is private is hidden, and a warning is no complaint."""
    send("POST", "/v1/Users", form={"Identity": "ada", "FriendlyNam": "Ada Lovelace"})
    send("GET", "/v1/Users/")
    complaints.stopped("fetch_user: the test runs on Ada Lovelace's account")
    complaints.raised(Raised())
    complaints.warn("Ada Lovelace's mock stands in the way.")
    complaint, warned = complaints.take()

    assert complaint.splitlines() == [
        "Twilio would ignore or misread what your code sent:",
        "  create_user: POST /v1/Users (Identity='ada', FriendlyNam='(hidden)') -> 200",
        (
            "    form.FriendlyNam: found a parameter that Twilio ignores; allowed: Identity,"
            " FriendlyName, Attributes, RoleSid. Did you mean 'FriendlyName'?"
        ),
        "The kit did not send this to the account:",
        "  fetch_user: the test runs on (hidden)'s account",
        IF_MEANT,
        "Your application raised an exception while it handled a webhook:",
        "  onUserAdded -> no response: (hidden) is unknown",
        "To let the test pass anyway: deliver_to(…, raise_app_exceptions=False).",
    ]
    assert warned == [
        (
            "list_user: path: found '/v1/Users/'; a path has no '/' at its end; was an identity"
            " empty, or '.'?"
        ),
        "(hidden)'s mock stands in the way.",
    ]
    assert complaints.take() == ("", [])


def test_a_complaint_shows_ten_mistakes(complaints):
    """And how many there were besides; what is the same is said once."""
    for number in (*range(12), 0, 1):
        complaints.stopped(f"request {number}")
        complaints.warn(f"warning {number}")
    complaint, warned = complaints.take()

    assert complaint.splitlines() == [
        "The kit did not send this to the account:",
        *(f"  request {number}" for number in range(10)),
        "  ... and 2 more",
        IF_MEANT,
    ]
    assert warned == [f"warning {number}" for number in range(12)]


def test_ten_mistakes_are_all(complaints):
    """Nothing is said of more."""
    for number in range(10):
        complaints.stopped(f"request {number}")

    assert complaints.take()[0].splitlines()[-2] == "  request 9"


def test_what_an_application_raised_is_a_complaint_alone(complaints):
    """`strict` has no say in it."""
    complaints.raised(Raised())

    assert complaints.take()[0].splitlines() == [
        "Your application raised an exception while it handled a webhook:",
        "  onUserAdded -> no response: (hidden) is unknown",
        "To let the test pass anyway: deliver_to(…, raise_app_exceptions=False).",
    ]


def test_what_was_stopped_is_let_be_where_a_test_says_so(isolation, complaints):
    """The error itself was raised where the request was sent."""
    isolation.begin_test("test_grace", Settings(strict=False), fixtures=[])
    complaints.stopped("request 1")

    assert complaints.take() == ("", [])


def test_a_plan_that_nothing_met_is_told_at_the_end(records, complaints):
    """Beneath the other complaints, if there are any."""
    route = records.open_router()["create_user"]
    route.fail(faults.slow(1))
    complaints.warn("warning")
    (title, plan, advice), warned = told(complaints.take_at_end())
    assert title == "These planned faults did not happen:"
    assert plan.startswith("  create_user: faults.slow(seconds=1), planned in ")
    assert advice == "If a fault need not happen: required=False."
    assert warned == ["warning"]

    route.fail(faults.slow(1))
    complaints.stopped("request")
    assert told(complaints.take_at_end()) == (
        ["The kit did not send this to the account:", "  request", IF_MEANT, title, ANY, advice],
        [],
    )


def told(complaint_and_warnings):
    """The lines of a complaint, and the warnings."""
    complaint, warned = complaint_and_warnings
    return complaint.splitlines(), warned


def test_a_failing_test_is_told_what_its_exchanges_do_not_show(complaints, send):
    """In sentences; then no complaint is left."""
    send("POST", "/v1/Users", form={"Identity": "ada", "FriendlyNam": "Ada"})
    complaints.stopped("Ada Lovelace was not sent")
    complaints.warn("Ada Lovelace is mocked")

    assert complaints.take_beside() == ["(hidden) was not sent", "(hidden) is mocked"]
    assert complaints.take_at_end() == ("", [])
