"""client/reading.py, error.py: what an answer comes to that is no success."""

import copy
import pickle
from operator import methodcaller

import httpx
import pytest
from unit.client.answers import (
    BOTH,
    NOT_FOUND,
    TWILIO,
    USER,
    WITH_EVERYTHING,
    answering,
    page,
)

from pytest_twilio_users.client import TwilioApiError
from pytest_twilio_users.client.reading import read
from pytest_twilio_users.contract.operations import OPERATIONS
from pytest_twilio_users.errors import InvalidArgument

PROBLEM = {
    "type": "https://www.twilio.com/docs/api/errors/20404",
    "title": "Resource not found",
    "status": 404,
    "code": 20404,
    "detail": "There is no user ada",
    "instance": "/v1/Users/ada",
}


def refused(case, answer, said, **known):
    """One row: an answer, what the error says, and what it knows besides its status."""
    return pytest.param(
        answer, said, {"code": None, "more_info": None, "details": {}} | known, id=case
    )


class TestErrors:
    """TwilioApiError, for each answer that is no success."""

    @pytest.mark.parametrize(
        ("answer", "said", "known"),
        [
            refused(
                "Twilio's",
                answering(404, json=NOT_FOUND),
                "404 20404 The requested resource /Users/ada was not found"
                " (https://www.twilio.com/docs/errors/20404)",
                code=20404,
                more_info="https://www.twilio.com/docs/errors/20404",
            ),
            refused(
                "with details",
                answering(404, json=NOT_FOUND | {"details": {"a": 1}}),
                "404 20404 The requested resource /Users/ada was not found"
                " (https://www.twilio.com/docs/errors/20404)",
                code=20404,
                more_info="https://www.twilio.com/docs/errors/20404",
                details={"details": {"a": 1}},
            ),
            refused(
                "unprintable",
                answering(
                    400, content=rb'{"code": 1, "message": "\ud800\u001b[2J", "more_info": "\n"}'
                ),
                r"400 1 \ud800\x1b[2J (\n)",
                code=1,
                more_info="\n",
            ),
            refused(
                "problem details",
                answering(404, json=PROBLEM),
                "404 20404 There is no user ada (https://www.twilio.com/docs/api/errors/20404)",
                code=20404,
                more_info="https://www.twilio.com/docs/api/errors/20404",
                details={name: PROBLEM[name] for name in ("type", "title", "detail", "instance")},
            ),
            refused(
                "message and title",
                answering(404, json=PROBLEM | {"message": "Gone"}),
                "404 20404 Gone (https://www.twilio.com/docs/api/errors/20404)",
                code=20404,
                more_info="https://www.twilio.com/docs/api/errors/20404",
                details={name: PROBLEM[name] for name in ("type", "title", "detail", "instance")},
            ),
            refused(
                "title alone",
                answering(503, json={"title": "Unavailable"}),
                "503 Unavailable",
                details={"title": "Unavailable"},
            ),
            refused(
                "HTML",
                answering(502, html="<html>\n  <h1>Bad Gateway</h1>\n</html>"),
                "502 <html> <h1>Bad Gateway</h1> </html>",
            ),
            refused("long text", answering(502, text="x" * 201), "502 " + "x" * 199 + "…"),
            refused("text that just fits", answering(502, text="x" * 200), "502 " + "x" * 200),
            refused("empty", answering(503), "503 Service Unavailable"),
            refused("choices", answering(300), "300 Multiple Choices"),
            refused("JSON array", answering(500, json=["down"]), '500 ["down"]'),
            refused("no UTF-8", answering(500, content=b"\xff"), "500 \ufffd"),
            refused(
                "code that is not a number",
                answering(400, json={"code": "E1", "message": "no"}),
                "400 no",
            ),
            refused(
                "redirect",
                answering(302, headers={"location": "https://example.com/"}),
                "302 Found",
            ),
        ],
    )
    def test_an_answer_that_is_no_success_is_raised(self, client_of, answer, said, known):
        """Twilio's refusals, problem details, and whatever a proxy in between may say."""
        with pytest.raises(TwilioApiError) as error:
            client_of(answer).fetch_user("ada")

        refusal = error.value
        assert str(refusal) == f"fetch_user: {said}"
        assert (refusal.operation, refusal.status) == ("fetch_user", int(said[:3]))
        assert {name: getattr(refusal, name) for name in known} == known

    @pytest.mark.parametrize("call", [row.values[0] for row in WITH_EVERYTHING], ids=OPERATIONS)
    def test_every_operation_raises_it(self, client_of, call):
        """A delete and a list tell code and status as well as the rest."""
        client = client_of(answering(404, json=NOT_FOUND))

        with pytest.raises(TwilioApiError) as error:
            call(client)

        assert (error.value.status, error.value.code) == (404, 20404)

    @BOTH
    def test_it_holds_request_and_response(self, library, client_of, sent):
        """The very request that was sent, and the library's response."""
        with pytest.raises(TwilioApiError) as error:
            client_of(answering(404, json=NOT_FOUND)).fetch_user("ada")

        assert error.value.request is sent[0]
        assert isinstance(error.value.response, library.Response)
        assert error.value.response.json() == NOT_FOUND

    def test_it_is_read_where_no_library_took_part(self, compose, ask):
        """As by a client that is caught before it sends; libraries' messages are made of it."""
        request, answer = compose("GET", "/v1/Users/ada"), ask("GET", "/v1/Users/ada")
        with pytest.raises(TwilioApiError) as error:
            read("fetch_user", (request, answer))

        refusal = error.value
        assert repr(refusal) == "<TwilioApiError fetch_user: 404 20404>"
        assert (refusal.status, refusal.message) == (
            404,
            "The requested resource /Users/ada was not found",
        )
        assert refusal.response.json()["code"] == refusal.code == 20404
        assert str(refusal.request.url) == f"{TWILIO}/v1/Users/ada"

    @BOTH
    @pytest.mark.parametrize(
        ("call", "answer", "first_words"),
        [
            pytest.param(
                methodcaller("fetch_user", "ada"),
                answering(200, text="<html>Log in</html>"),
                "<html>Log in</html>",
                id="HTML",
            ),
            pytest.param(
                methodcaller("fetch_user", "ada"),
                answering(200, content=b"\xff"),
                "\ufffd",
                id="bytes",
            ),
            pytest.param(
                methodcaller("list_user"),
                answering(200, text='{"meta": {}, "users": ['),
                '{"meta": {}, "users": [',
                id="cut short",
            ),
        ],
    )
    def test_a_success_that_is_no_json_is_raised(self, client_of, call, answer, first_words):
        """It shows what came in the user's place."""
        with pytest.raises(TwilioApiError) as error:
            call(client_of(answer))

        assert (error.value.status, error.value.message) == (
            200,
            f"The answer can't be read: {first_words}",
        )

    @pytest.mark.parametrize(
        ("call", "answer", "said"),
        [
            pytest.param(
                methodcaller("create_user", "ada"),
                answering(200, json=USER),
                "create_user: 200 The answer breaks the contract at status:"
                " create_user answers 201",
                id="status",
            ),
            pytest.param(
                methodcaller("fetch_user", "ada"),
                answering(299, json=USER),
                "fetch_user: 299 The answer breaks the contract at status: fetch_user answers 200",
                id="another success",
            ),
            pytest.param(
                methodcaller("fetch_user", "ada"),
                answering(200, json=USER | {"sid": "ada"}),
                "fetch_user: 200 The answer breaks the contract at /sid:"
                " allowed: ^US[0-9a-fA-F]{32}$",
                id="field",
            ),
            pytest.param(
                methodcaller("fetch_user", "ada"),
                answering(200, json=USER | {"attributes": "a secret"}),
                "fetch_user: 200 The answer breaks the contract at /attributes:"
                " allowed: text that holds a JSON object",
                id="field without its value",
            ),
            pytest.param(
                methodcaller("fetch_user", "ada"),
                answering(200),
                "fetch_user: 200 The answer breaks the contract at header.Content-Type:"
                " allowed: application/json",
                id="empty",
            ),
            pytest.param(
                methodcaller("fetch_user", "ada"),
                answering(200, json=[]),
                "fetch_user: 200 The answer breaks the contract at the body: the body is an object",
                id="array",
            ),
            pytest.param(
                methodcaller("list_user"),
                answering(200, json={"meta": page()["meta"], "users": None}),
                "list_user: 200 The answer breaks the contract at /users: users is an array",
                id="page",
            ),
            pytest.param(
                methodcaller("delete_user", "ada"),
                answering(204, json={}),
                "delete_user: 204 The answer breaks the contract at body:"
                " delete answers with no body",
                id="delete",
            ),
        ],
    )
    def test_a_success_that_breaks_the_contract_is_raised(self, client_of, call, answer, said):
        """A model would hide it. What was found may be somebody's data, and is not told."""
        with pytest.raises(TwilioApiError) as error:
            call(client_of(answer))

        assert str(error.value) == said

    def test_what_the_contract_leaves_open_is_no_mistake(self, client_of):
        """Missing fields, null, and fields that nobody knows."""
        client = client_of(answering(200, json={"sid": None, "is_typing": True}))

        user = client.fetch_user("ada")

        assert (user.sid, user.identity, user.extra) == (None, None, {"is_typing": True})

    @pytest.mark.parametrize(
        ("given", "message"),
        [
            (("fetch_user", 404), "answered=404 (int): allowed: a response of httpx or httpx2."),
            (
                (["fetch_user"], httpx.Response(404)),
                "operation=['fetch_user'] (list): allowed: text, an int or a UUID.",
            ),
            (
                ("fetch_user", httpx.Response(404), ["broken"]),
                "problem=['broken'] (list): allowed: text, an int or a UUID.",
            ),
        ],
        ids=["answered", "operation", "problem"],
    )
    def test_who_makes_one_is_told_what_of(self, given, message):
        """Tests of an application's own handling make them, with a response of their own."""
        with pytest.raises(InvalidArgument) as error:
            TwilioApiError(*given)

        assert str(error.value) == message

    @pytest.mark.parametrize(
        "carry",
        [lambda error: pickle.loads(pickle.dumps(error)), copy.copy],  # noqa: S301  # its own
        ids=["pickle", "copy"],
    )
    @pytest.mark.parametrize(
        "answer",
        [answering(404, json=NOT_FOUND), answering(200, text="no JSON")],
        ids=["a refusal", "a success that can't be read"],
    )
    def test_it_can_be_carried_elsewhere(self, client_of, carry, answer):
        """Between processes, say of a pool, it says the same."""
        with pytest.raises(TwilioApiError) as error:
            client_of(answer).fetch_user("ada")

        carried = carry(error.value)

        assert str(carried) == str(error.value)
        assert (carried.status, carried.code, carried.details) == (
            error.value.status,
            error.value.code,
            error.value.details,
        )
