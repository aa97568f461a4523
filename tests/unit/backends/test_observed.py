"""backends/observed.py: notes what passes through."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from pytest_twilio_users.backends.observed import ObservedBackend
from pytest_twilio_users.errors import LiveRefused, UnansweredRequest
from pytest_twilio_users.privacy.aliases import Aliases
from pytest_twilio_users.wire.journal import Journal
from pytest_twilio_users.wire.messages import Loose, Response
from pytest_twilio_users.wire.violations import Severity


class AlwaysFine:
    """A backend that answers 200 to whatever it is asked."""

    response = Response(status=200, body=b"{}")

    def handle(self, request):
        """Answer a request."""
        return self.response


@pytest.fixture
def journal():
    """The journal of the moment."""
    return Journal()


@pytest.fixture
def lenient(journal):
    """The same with strictness off."""
    return ObservedBackend(AlwaysFine(), journals=lambda: [journal], strict=lambda: False)


@pytest.fixture
def observed(journal):
    """The backend under observation."""
    return ObservedBackend(AlwaysFine(), journals=lambda: [journal], strict=lambda: True)


def test_an_exchange_is_passed_on_and_noted(observed, journal, compose):
    """The journal holds the very request and response, under the operation's name."""
    request = compose("GET", "/v1/Users/ada")

    response = observed.handle(request)

    assert response is AlwaysFine.response
    assert [
        (exchange.operation, exchange.request, exchange.response, exchange.error)
        for exchange in journal
    ] == [("fetch_user", request, response, "")]
    assert re.fullmatch(r"\S+test_observed\.py:\d+", str(request.sent_from))


def test_what_breaks_the_contract_is_noted(observed, journal, compose):
    """A mistake that Twilio would silently ignore stands with its exchange."""
    observed.handle(compose("POST", "/v1/Users", form={"Identity": "ada", "friendlyName": "Ada"}))

    assert [(violation.severity, violation.pointer) for _, violation in journal.violations] == [
        (Severity.ERROR, "form.friendlyName")
    ]


def test_the_journal_is_that_of_the_moment(compose):
    """Each exchange goes to the journal of who is acting when it takes place."""
    journals = [Journal(), Journal()]
    moments = iter(journals)
    observed = ObservedBackend(AlwaysFine(), journals=lambda: [next(moments)], strict=lambda: True)

    observed.handle(compose("GET", "/v1/Users"))
    observed.handle(compose("GET", "/v1/Users/ada"))

    assert [journal.operations for journal in journals] == [["list_user"], ["fetch_user"]]


def test_threads_lose_no_exchange(observed, journal, compose):
    """Eight threads send; every exchange is in the journal."""
    requests = [compose("GET", f"/v1/Users/user-{number}") for number in range(400)]

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(observed.handle, requests))

    assert {exchange.request.path for exchange in journal} == {request.path for request in requests}
    assert journal.count("fetch_user") == len(journal) == 400


UNANSWERED = [
    pytest.param(
        {"method": "PATCH", "target": "/v1/Users/ada"},
        "No operation answers PATCH /v1/Users/ada.\n"
        "This path takes: GET (fetch_user), POST (update_user), DELETE (delete_user). Twilio"
        " updates a user with POST.",
        id="method",
    ),
    pytest.param(
        {"method": "DELETE", "target": "/v1/Users/"},
        "No operation answers DELETE /v1/Users/.\n"
        "This path takes: GET (list_user), POST (create_user).\n"
        "Is the path meant to end with a user? Then its SID or identity was empty, or '.'.",
        id="empty identity",
    ),
    pytest.param(
        {"method": "GET", "target": "/v1/users/ada"},
        "No operation answers GET /v1/users/ada.\n"
        "Paths are case-sensitive and begin with /v1: did you mean /v1/Users/ada?",
        id="case",
    ),
    pytest.param(
        {"method": "GET", "target": "/v1/Rooms"},
        "No operation answers GET /v1/Rooms.\n"
        "Known paths: /v1/Services/{ChatServiceSid}/Users, /v1/Users,"
        " /v1/Services/{ChatServiceSid}/Users/{Sid}, /v1/Users/{Sid}.\n"
        "For another resource of Twilio's Conversations, add a route of your own:"
        ' twilio_users.routes.get("https://conversations.twilio.com/v1/Rooms")'
        ".respond(json={...}).",
        id="another resource",
    ),
]


@pytest.mark.parametrize(("request_parts", "explanation"), UNANSWERED)
def test_a_request_that_no_operation_answers_is_explained(
    observed, compose, request_parts, explanation
):
    """A test can only have meant something else: it is told what, never answered 404."""
    with pytest.raises(UnansweredRequest) as unanswered:
        observed.handle(compose(**request_parts))

    line = re.compile(r", sent from \S+test_observed\.py:\d+\.")
    assert line.sub(".", str(unanswered.value), count=1) == explanation
    assert line.search(str(unanswered.value))


@pytest.mark.parametrize(("request_parts", "explanation"), UNANSWERED)
def test_where_somebody_else_notes_it_is_explained_as_well(
    observed, journal, compose, request_parts, explanation
):
    """By whom it was sent, who notes it knows."""
    with pytest.raises(UnansweredRequest) as unanswered:
        observed.ask(compose(**request_parts))

    assert (str(unanswered.value), len(journal)) == (explanation, 0)


@pytest.mark.parametrize("asked", ["handle", "ask"])
def test_another_process_is_answered_what_no_operation_answers(journal, compose, asked):
    """Where nobody would see an exception; the journal says what was wrong, in one line."""
    observed = ObservedBackend(
        AlwaysFine(), journals=lambda: [journal], strict=lambda: True, raises=False
    )
    response = getattr(observed, asked)(compose("DELETE", "/v1/Users/"))

    assert response is AlwaysFine.response
    assert [str(violation) for _, violation in journal.violations] == (
        [
            (
                "path: found DELETE /v1/Users/, which no operation answers; This path takes: GET"
                " (list_user), POST (create_user). Is the path meant to end with a user? Then its"
                " SID or identity was empty, or '.'."
            )
        ]
        if asked == "handle"
        else []
    )


class Roles:
    """Stands beside, and answers for roles."""

    def neighbour(self, request):
        """What it would answer for."""
        return "roles" if request.path == "/v1/Roles" else None

    def advise(self, request):
        """How to have it answer."""
        return "Turn them on."

    def handle(self, request):
        """Answer a request."""
        return Response(status=200, body=b'{"roles": []}')


@pytest.fixture
def besides(journal):
    """A backend with another beside it."""
    return ObservedBackend(
        AlwaysFine(), journals=lambda: [journal], strict=lambda: True, beside=Roles()
    )


@pytest.mark.parametrize("asked", ["handle", "ask"])
def test_what_stands_beside_answers_for_its_own(besides, journal, compose, asked):
    """That is noted, and is no mistake."""
    request = compose("GET", "/v1/Roles")

    assert getattr(besides, asked)(request).json() == {"roles": []}
    assert request.answered_by == Loose(name="roles")
    assert [(each.neighbour, each.violations) for each in journal] == (
        [("roles", ())] if asked == "handle" else []
    )


def test_what_stands_beside_says_how_to_have_it_answer(besides, compose):
    """Among the advice of the kit."""
    with pytest.raises(UnansweredRequest) as unanswered:
        besides.ask(compose("GET", "/v1/Rooms"))

    assert "Turn them on." in str(unanswered.value).splitlines()


def test_an_unanswered_request_is_noted(observed, journal, compose):
    """Code that swallows the exception does not hide it from the journal."""
    request = compose("PATCH", "/v1/Users/ada")
    with pytest.raises(UnansweredRequest):
        observed.handle(request)

    assert [
        (exchange.operation, exchange.request, exchange.response, exchange.error)
        for exchange in journal
    ] == [(None, request, None, "UnansweredRequest")]


def test_an_unanswered_request_breaks_the_contract(observed, journal, compose):
    """Nor from the complaint at the end of the test."""
    with pytest.raises(UnansweredRequest):
        observed.handle(compose("PATCH", "/v1/Users/ada"))

    assert [(violation.severity, str(violation)) for _, violation in journal.violations] == [
        (
            Severity.ERROR,
            (
                "path: found PATCH /v1/Users/ada, which no operation answers; This path takes:"
                " GET (fetch_user), POST (update_user), DELETE (delete_user). Twilio updates a"
                " user with POST."
            ),
        )
    ]


def test_a_browsers_question_before_it_sends_is_no_mistake(observed, journal, compose):
    """No operation answers OPTIONS, but the backend does; of other paths it is a mistake."""
    assert observed.handle(compose("OPTIONS", "/v1/Users")) is AlwaysFine.response
    with pytest.raises(UnansweredRequest):
        observed.handle(compose("OPTIONS", "/v1/Conversations"))

    assert [str(exchange) for exchange in journal] == [
        "no operation: OPTIONS /v1/Users -> 200",
        "no operation: OPTIONS /v1/Conversations -> no response (UnansweredRequest)",
    ]


def test_an_unanswered_request_is_passed_on_where_nobody_is_strict(lenient, journal, compose):
    """With strictness off the backend says what Twilio would: 404 or 405."""
    response = lenient.handle(compose("PATCH", "/v1/Users/ada"))

    assert response is AlwaysFine.response
    assert [
        (exchange.operation, exchange.response, exchange.violations) for exchange in journal
    ] == [(None, response, ())]


def test_mistakes_are_noted_where_nobody_is_strict(lenient, journal, compose):
    """Strictness decides what fails a test, not what the journal knows."""
    lenient.handle(compose("POST", "/v1/Users", form={"Identity": "ada", "friendlyName": "Ada"}))

    assert [violation.pointer for _, violation in journal.violations] == ["form.friendlyName"]


@pytest.mark.parametrize(
    ("target", "operation"),
    [("/v1/Users/ada", "fetch_user"), ("/v1/Conversations", None)],
)
def test_an_exchange_that_somebody_else_answered_can_be_noted(
    observed, journal, compose, target, operation
):
    """What an author's route answers is in the journal too, for any resource."""
    request, response = compose("GET", target), Response(status=503)

    observed.noting(request)(response)

    assert [
        (exchange.operation, exchange.request, exchange.response, exchange.error)
        for exchange in journal
    ] == [(operation, request, response, "")]
    assert journal.violations == []
    assert journal.running == []


def test_a_request_without_an_answer_can_be_noted(observed, journal, compose):
    """Where an author's route raised, the exchange says what."""
    observed.noting(compose("GET", "/v1/Users/ada"))(None, error="ConnectTimeout")

    assert (journal.last.response, journal.last.error) == (None, "ConnectTimeout")


def test_what_a_request_comes_to_is_noted_once(observed, journal, compose):
    """Whoever tells first: a library may tell of a response, and of what broke its body off."""
    note = observed.noting(compose("GET", "/v1/Users/ada"))
    note(None, error="CancelledError")
    note(Response(status=200))
    journal.settle()

    assert [(each.response, each.error) for each in journal] == [(None, "CancelledError")]


def test_what_is_not_answered_when_its_scope_ends_is_noted_as_such(observed, journal, compose):
    """With the line that sent it. What comes later belongs to nobody's test any more."""
    note = observed.noting(compose("GET", "/v1/Users/ada"))
    journal.settle()
    note(Response(status=200))

    assert (journal.last.response, journal.last.error) == (None, "not answered yet")
    assert re.fullmatch(r"\S+test_observed\.py:\d+", str(journal.last.request.sent_from))


def test_what_waits_has_its_place_where_it_began(observed, journal, compose):
    """And what it comes to stands there, with its status and its size, once."""
    note = observed.noting(compose("GET", "/v1/Users/ada"))
    note.wait()
    waiting = journal.last.error
    observed.handle(compose("GET", "/v1/Users"))
    note(Response(status=503, body=b"x"), error="")
    note(None, error="late")

    assert waiting == "not answered yet"
    assert [(each.operation, each.status, each.error) for each in journal] == [
        ("fetch_user", 503, ""),
        ("list_user", 200, ""),
    ]
    assert journal.statuses == [503, 200]


def test_a_body_that_comes_after_its_head_is_kept_with_it(observed, journal, compose):
    """Or what broke it off."""
    note = observed.noting(compose("GET", "/v1/Users/ada"))
    note(Response(status=200))
    note.end_body(b"half", error="ReadError")

    assert (journal.last.response.body, journal.last.error) == (b"half", "ReadError")


def test_a_body_counts_for_how_much_a_journal_keeps(compose):
    """When it came, as the head alone is small."""
    journal = Journal(limit_bytes=30_000)
    observed = ObservedBackend(AlwaysFine(), journals=lambda: [journal], strict=lambda: True)
    for name in ("ada", "grace"):
        note = observed.noting(compose("GET", f"/v1/Users/{name}"))
        note(Response(status=200))
        note.end_body(b"x" * 20_000, error="")

    assert [each.request.path for each in journal] == ["/v1/Users/grace"]


def test_what_somebody_else_notes_is_left_to_them(observed, journal, compose):
    """A request that is passed on is not noted twice."""
    note = observed.noting(compose("GET", "/v1/Users/ada"))
    for _ in range(2):
        note.drop()
    journal.settle()
    with observed.noted(compose("GET", "/v1/Users/ada")):
        pass
    journal.settle()

    assert len(journal) == 0


def test_what_ends_a_request_is_noted(observed, journal, compose):
    """Whatever it is, and it goes on its way."""
    with pytest.raises(KeyboardInterrupt), observed.noted(compose("GET", "/v1/Users/ada")):
        raise KeyboardInterrupt

    assert (journal.last.response, journal.last.error) == (None, "KeyboardInterrupt")


def test_what_somebody_else_answered_is_checked(observed, journal, compose):
    """A mistake in a request is one, whoever answers it."""
    request = compose("POST", "/v1/Users", form={"Identity": "ada", "friendlyName": "Ada"})

    observed.noting(request)(Response(status=503))

    assert [violation.pointer for _, violation in journal.violations] == ["form.friendlyName"]


class NeverFine:
    """A backend that complains."""

    def handle(self, request):
        """Raise the kit's own error."""
        raise LiveRefused("not this one")


def test_a_complaint_of_the_backend_is_noted(journal, compose):
    """The test sees it, and so does the journal."""
    observed = ObservedBackend(NeverFine(), journals=lambda: [journal], strict=lambda: True)
    with pytest.raises(LiveRefused):
        observed.handle(compose("GET", "/v1/Users"))
    assert str(journal) == "1. list_user: GET /v1/Users -> no response (LiveRefused)"


def test_private_values_are_hidden_wherever_an_exchange_is_shown(journal, compose):
    """In the journal, of the exchange and of its request; the author's own code sees them."""
    aliases = Aliases(seed="it")
    observed = ObservedBackend(
        AlwaysFine(), journals=lambda: [journal], strict=lambda: True, aliases=lambda: aliases
    )
    observed.handle(compose("POST", "/v1/Users", form={"Identity": "ada@example.org"}))
    observed.handle(compose("GET", "/v1/Users/ada@example.org"))
    assert str(journal).splitlines()[0] == (
        "1. create_user: POST /v1/Users (Identity='person-1@example.com') -> 200"
    )
    shown = [str(journal), repr(journal.last), repr(journal.last.request), str(journal.last)]
    assert not [text for text in shown if "example.org" in text]
    assert journal.sent("create_user") == [{"Identity": "ada@example.org"}]
