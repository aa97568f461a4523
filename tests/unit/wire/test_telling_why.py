"""wire/telling_why.py: what was asked, what was answered, why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_twilio_users.backends.observed import ObservedBackend
from pytest_twilio_users.contract.fields import META_FIELDS, USER_FIELDS
from pytest_twilio_users.contract.operations import OPERATIONS
from pytest_twilio_users.contract.refusals import UNAVAILABLE
from pytest_twilio_users.errors import InvalidArgument, UnansweredRequest
from pytest_twilio_users.wire.codec import encode_json
from pytest_twilio_users.wire.journal import Exchange, Journal
from pytest_twilio_users.wire.messages import Planned, Request, Response

LOGIN = '-u "$TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN"'
USERS = "https://conversations.twilio.com/v1/Users"
EXPLAINED = f"""\
1. create_user: POST /v1/Users (Identity='ada', Friendlyname='Ada') -> 201, sent from app.py:1
   error form.Friendlyname: found a parameter that Twilio ignores; allowed: Identity, FriendlyName, Attributes, RoleSid. Did you mean 'FriendlyName'?
   asked: create_user, in the default service, as the path names none; not sent: Attributes, RoleSid, X-Twilio-Webhook-Enabled
   answered: by the stub, which made US1, 'ada', in IS{"d" * 32}
     role_filled_in: Without RoleSid a new user has the service's default role (sibling)
     friendly_name_null: friendly_name is null when it was never set (third-party)
     attributes_default: attributes is `"{{}}"` when it was never set (sibling)
     dates_equal: date_created and date_updated of a new user are equal (sibling)
     unknown_ignored: Unknown parameters of a form are ignored (documented)
   curl -X POST {LOGIN} --data-urlencode Identity=ada --data-urlencode Friendlyname=Ada {USERS}

2. create_user: POST /v1/Users (Identity='ada') -> 409 50201 User already exists, sent from app.py:1
   asked: create_user, in the default service, as the path names none; not sent: FriendlyName, Attributes, RoleSid, X-Twilio-Webhook-Enabled
   answered: by the stub
     refusal identity_taken: The identity is already taken in the service (third-party). Status and message are sibling. https://www.twilio.com/docs/errors/50201
   curl -X POST {LOGIN} --data-urlencode Identity=ada {USERS}

How this is known (the kit checked nothing against Twilio):
  sibling: seen in a real answer of the same backend (Chat v2) or another v1 API
  documented: Twilio's reference, error dictionary or OpenAPI file says so
  third-party: somebody else's test data or code relies on it"""  # noqa: E501  # as it is read


class PlannedAnswer(Planned):
    """What an author planned."""

    def __str__(self):
        return "the override of list_user, set at app.py:1"


@pytest.fixture
def journal():
    """What `ask` notes its exchanges in."""
    return Journal()


@pytest.fixture
def ask(compose, stub, journal):
    """Puts raw requests to the stub, noted: a request that nothing answers is an error."""
    observed = ObservedBackend(stub, journals=lambda: [journal], strict=lambda: True)
    return lambda *parts, **more: observed.handle(compose(*parts, **more))


@pytest.fixture
def explained(compose):
    """The lines that explain an exchange, but for the first and for curl's."""

    def explained(*parts, by=None, response=None, error="", **more):
        request = compose(*parts, **more)
        request.note_answerer(by)
        exchange = Exchange(operation=None, request=request, response=response, error=error)
        return exchange.explain().partition("\n   curl ")[0].splitlines()[1:]

    return explained


def test_a_journal_is_explained(journal, ask):
    """What was asked, by whom it was answered, what shows in it, the same by curl; what that is."""
    here = {"Identity": "ada", "Friendlyname": "Ada"}
    ask("POST", "/v1/Users", form=here)
    ask("POST", "/v1/Users", form={"Identity": "ada"})
    sid = journal[0].response.json()["sid"]
    explained = journal.explain().replace(sid, "US1").replace(journal[0].sent_from, "app.py:1")
    assert explained == EXPLAINED


def test_the_last_ones_are_explained(journal, ask):
    """Or one of them; how many came before is told."""
    for user in "ada", "grace", "mary":
        ask("DELETE", f"/v1/Users/{user}")
    explained = journal.explain(last=2).split("\n\n")
    assert explained[0] == "(1 earlier exchange not shown)"
    assert [part[:29] for part in explained[1:-1]] == [
        "2. delete_user: DELETE /v1/Us",
        "3. delete_user: DELETE /v1/Us",
    ]
    alone = journal[-1].explain()
    assert alone == "\n\n".join(explained[2:]).removeprefix("3. ")
    assert journal.explain(last=0) == "(3 earlier exchanges not shown)"
    with pytest.raises(InvalidArgument) as caught:
        journal.explain(last=-1)
    assert str(caught.value) == "last=-1 (int): allowed: whole numbers from 0."


def test_what_is_no_longer_kept_is_counted(compose):
    """It can't be explained any more."""
    journal = Journal(limit=1)
    for _ in range(3):
        request = compose("GET", "/v1/Users")
        journal.append(Exchange(operation="list_user", request=request, response=None, error="E"))
    first, second = journal.explain().split("\n\n")
    assert first == "(2 earlier exchanges not shown)"
    assert second.startswith("3. list_user: GET /v1/Users -> no response (E)\n")


def test_an_empty_journal_is_explained():
    """As no request came."""
    assert Journal().explain() == (
        "The journal is empty: no request reached Twilio Users yet. Did the code under test run,"
        " and did it ask the Conversations API? (`add_user` sends no request.)"
    )


@pytest.mark.parametrize(
    ("asked", "did"),
    [
        (("GET", "/v1/Users/ada"), "gave {user}"),
        (("GET", "/v1/Users"), "gave 1 user on page 0; no page follows"),
        (("GET", "/v1/Users?PageSize=1&Page=1"), "gave 1 user on page 1; no page follows"),
        (("DELETE", "/v1/Users/ada"), "deleted 'ada'"),
        (("POST", "/v1/Users/ada"), "set nothing of {user}"),
        (
            ("POST", "/v1/Users/ada", {"FriendlyName": "A", "Attributes": "{}"}),
            "set FriendlyName, Attributes of {user}",
        ),
    ],
)
def test_what_a_success_did(journal, ask, asked, did):
    """Of which user, in which service."""
    sid = ask("POST", "/v1/Users", form={"Identity": "ada"}).json()["sid"]
    method, target, *form = asked
    ask(method, target, form=form[0] if form else None)
    [line] = [line for line in journal[-1].explain().splitlines() if "answered: " in line]
    user = f"{sid}, 'ada', in IS{'d' * 32}"
    assert line == f"   answered: by the stub, which {did.format(user=user)}"


def test_that_another_page_follows(journal, ask):
    """Which who walks pages wants to know."""
    for user in "ada", "grace":
        ask("POST", "/v1/Users", form={"Identity": user})
    ask("GET", "/v1/Users?PageSize=1")
    answered = "   answered: by the stub, which gave 1 user on page 0; another page follows"
    assert answered in journal[-1].explain().splitlines()


IN_SERVICE = (
    f"   asked: list_service_user, in service IS{'e' * 32}; not sent: PageSize, Page, PageToken"
)
LIST = ("GET", f"/v1/Services/IS{'e' * 32}/Users")
BROKEN = encode_json({"meta": {}, "users": [], "more": 1})


@pytest.mark.parametrize(
    ("parts", "lines"),
    [
        pytest.param(
            {"by": PlannedAnswer(), "error": "ConnectError"},
            [("   answered: by nobody: the override of list_user, set at app.py:1: ConnectError")],
            id="an override's error",
        ),
        pytest.param(
            {"error": "UnrecordedRequest"},
            [
                (
                    "   answered: by nobody. UnrecordedRequest: In replay mode, the code sent a"
                    " request that the cassette does not hold."
                )
            ],
            id="the kit's error",
        ),
        pytest.param(
            {"error": "not answered yet"},
            ["   answered: by nobody: not answered yet"],
            id="no error",
        ),
        pytest.param(
            {"by": PlannedAnswer(), "response": Response(status=502, body=b"<h1>")},
            [
                "   answered: by the override of list_user, set at app.py:1; it went no further",
                "     unlike Twilio: header.Content-Type: found ''; allowed: application/json",
                "     unlike Twilio: body: found b'<h1>'; the body is JSON",
            ],
            id="an override's response",
        ),
        pytest.param(
            {"by": "the live account, at https://x", "response": Response(status=201, body=BROKEN)},
            [
                "   answered: by the live account, at https://x",
                "     unlike Twilio: status: found 201; list_service_user answers 200",
                "     unlike Twilio: header.Content-Type: found ''; allowed: application/json",
                (
                    "     unlike Twilio: /more: found a field that the contract does not know; new"
                    " fields may come"
                ),
                "     unlike Twilio: 7 more ways",
            ],
            id="another's response",
        ),
        pytest.param(
            {"by": "a cassette", "response": Response(status=201, body=b"[]")},
            [
                "   answered: by a cassette",
                "     unlike Twilio: status: found 201; list_service_user answers 200",
                "     unlike Twilio: header.Content-Type: found ''; allowed: application/json",
                "     unlike Twilio: body: found []; the body is an object",
            ],
            id="three ways",
        ),
        pytest.param(
            {"by": PlannedAnswer(), "error": "ReadError", "response": Response(status=200)},
            ["   answered: by the override of list_user, set at app.py:1; it went no further"],
            id="broken off",
        ),
    ],
)
def test_who_answered(explained, parts, lines):
    """Or why nobody did; and in what it is not as Twilio's."""
    found = explained(*LIST, **parts)
    assert [line for line in found if "default_page_size" not in line] == [IN_SERVICE, *lines]


def test_a_planned_refusal_is_told_by_its_row(explained):
    """The stub has done nothing, so nothing of it shows."""
    body = {"code": 20503, "message": UNAVAILABLE.message, "more_info": "", "status": 503}
    answer = Response(status=503, body=encode_json(body))
    assert explained(*LIST, by=PlannedAnswer(), response=answer)[2] == (
        "     refusal unavailable: Twilio is unavailable (documented)."
        " https://www.twilio.com/docs/errors/20503"
    )


def test_a_behaviour_names_the_setting_that_changes_it(journal, ask):
    """For who needs it otherwise."""
    ask("GET", "/v1/Users?PageSize=2000")
    assert (
        "max_page_size: A PageSize over the maximum is cut to it: 1000 (documented until"
        " 2025-06-12) or 50 (third-party, setting max_page_size)"
    ) in journal.explain()


def test_what_nothing_answers_is_explained(journal, ask):
    """What to change is told once."""
    with pytest.raises(UnansweredRequest):
        ask("PUT", "/v1/Users/ada")
    assert journal.explain().splitlines()[1:] == [
        (
            "   error path: found PUT /v1/Users/ada, which no operation answers; This path"
            " takes: GET (fetch_user), POST (update_user), DELETE (delete_user). Twilio updates"
            " a user with POST."
        ),
        "   asked: no operation",
        (
            "   answered: by nobody. UnansweredRequest: A request went to Twilio's Conversations"
            " host, and no operation answers it."
        ),
        f"   curl -X PUT {LOGIN} --data-raw '' {USERS}/ada",
    ]


def test_what_nothing_answers_is_told_where_strictness_is_off(explained):
    """The advice, as an answer of Twilio's gives none."""
    asked, *_ = explained("PUT", "/v1/Users/ada", response=Response(status=405))
    assert asked == (
        "   asked: no operation. This path takes: GET (fetch_user), POST (update_user), DELETE"
        " (delete_user). Twilio updates a user with POST."
    )


@pytest.mark.parametrize(
    ("method", "by"), [("PUT", PlannedAnswer()), ("OPTIONS", None)], ids=["own", "cors"]
)
def test_what_is_meant_so_needs_no_advice(explained, method, by):
    """A route of the author's own, a browser's question."""
    asked, *_ = explained(method, "/v1/Users/ada", response=Response(status=405), by=by)
    assert asked == "   asked: no operation"


def test_where_all_was_sent_nothing_is_missing(explained):
    """Of a delete, that is its one header."""
    headers = (("x-twilio-webhook-enabled", "true"),)
    asked, *_ = explained("DELETE", "/v1/Users/ada", headers=headers, response=Response(status=204))
    assert asked == "   asked: delete_user, in the default service, as the path names none"


LONG = "it's a user's" * 20


def test_private_values_are_hidden(compose):
    """In each line that can have some, before it is cut; the kit's own words stay."""
    request = compose("POST", f"/v1/Users/{LONG}", form={"FriendlyName": LONG})
    request.hide_with(lambda text: text.replace(LONG, "<text:1>").replace("user", "###"))
    body = encode_json({"sid": [LONG], "identity": LONG})
    explained = []
    for who in PlannedAnswer(), None:
        request.note_answerer(who)
        response = Response(status=200, body=body)
        exchange = Exchange(operation="update_user", request=request, response=response)
        explained.append(exchange.explain())
    assert "it's" not in "".join(explained)
    assert """/sid: found ["<text:1>"]; allowed: a SID""" in explained[0]
    did = """set FriendlyName of ["<text:1>"], '<text:1>', in None"""
    assert f"answered: by the stub, which {did}" in explained[1]
    assert "Fetch, update and delete take the user's SID" in explained[1]


def test_nothing_moves_a_terminals_cursor(explained):
    """Whatever a request or an answer says."""
    body = encode_json({"sid": "\x1b[2J", "identity": "\u202e", "chat_service_sid": "\n"})
    answer = Response(status=200, body=body)
    lines = explained("GET", "/v1/Users/a%1b", response=answer)
    assert lines[1] == r"   answered: by the stub, which gave \x1b[2J, '\u202e', in \n"
    assert all(line.isprintable() for line in lines)


NAMES = ["code", "message", "meta", "users", "page", *META_FIELDS, *USER_FIELDS]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda values: st.lists(values) | st.dictionaries(st.sampled_from(NAMES), values),
)
METHODS = st.sampled_from(["GET", "POST", "DELETE", "OPTIONS", "PATCH", "HEAD"])
PATHS = st.sampled_from([operation.path for operation in OPERATIONS.values()])
REQUESTS = st.builds(
    Request,
    method=METHODS,
    origin=st.just("https://conversations.twilio.com"),
    target=PATHS | st.text().map("/v1/Users/{}?a=".format),
    headers=st.sampled_from([(), (("content-type", "application/x-www-form-urlencoded"),)]),
    body=st.binary(),
)
RESPONSES = st.builds(
    Response,
    status=st.integers(100, 599),
    body=VALUES.map(encode_json) | st.binary() | st.just(b"[" * 100_000),
)


@given(
    request=REQUESTS,
    response=RESPONSES,
    by=st.sampled_from([None, "the live account, at https://x", PlannedAnswer()]),
)
def test_whatever_was_asked_and_answered_is_explained(request, response, by):
    """By who is at the other end, or an override: in lines that a screen can show."""
    request.note_answerer(by)
    exchange = Exchange(operation=None, request=request, response=response)
    assert all(line.isprintable() for line in exchange.explain().split("\n"))
