"""Whatever a server answers: it is read or told, held against the contract, hidden and shown."""

import json

from fuzz.inputs import fuzzed, require_told
from fuzz.made_up_account import BASIC, FORM, REQUESTS, account
from fuzz.mutating import changed_bytes, changed_document, changed_text

from pytest_twilio_users.backends.stub import StubBackend
from pytest_twilio_users.client import TwilioApiError
from pytest_twilio_users.client.reading import next_request, read
from pytest_twilio_users.contract.operations import OPERATIONS
from pytest_twilio_users.errors import ForeignPageLink
from pytest_twilio_users.privacy.aliases import Aliases
from pytest_twilio_users.wire.answers import check_response
from pytest_twilio_users.wire.codec import Call, decode
from pytest_twilio_users.wire.messages import Request, Response

ORIGIN = "https://conversations.twilio.com"


def _answered():
    stub = StubBackend(account())
    told = []
    order = (6, 8, 0, 1, 2, 3, 7, 9, 10, 12, 11)
    for method, target, body in (REQUESTS[number] for number in order):
        request = Request(
            method=method,
            origin=ORIGIN,
            target=target,
            headers=(("content-type", FORM),) if body else (),
            body=body,
            authorization=BASIC,
        )
        call = decode(request)
        assert isinstance(call, Call)
        told.append((call.operation.name, request, stub.handle(request)))
    return told


ANSWERED = _answered()
STATUSES = (200, 201, 204, 299, 302, 400, 404, 409, 429, 500, 503)
TYPES = ("application/json", "text/html", "application/problem+json", "", "APPLICATION/JSON;x")


def an_answer(dice):
    """An operation, its request, and an answer that a server may give, with some changes."""
    name, request, response = dice.of(ANSWERED)
    status = dice.of((response.status, response.status, *STATUSES))
    headers = [*response.headers]
    while dice.left > 14:
        at = dice.below(len(headers))
        changed = changed_text(dice, headers[at][1]).encode(errors="surrogatepass")
        headers[at] = (headers[at][0], dice.of((changed.decode("latin-1"), *TYPES)))
    body = response.body
    body = changed_document(dice, json.loads(body)) if body else changed_bytes(dice, body)
    answer = Response(status=status, headers=tuple(headers), body=body)
    return name, request, answer


@fuzzed(share=8)
def test_an_answer_is_read_or_told(dice):
    """By a TwilioApiError alone; what is read is followed, or said to lead elsewhere."""
    name, request, response = an_answer(dice)
    assert all(str(each).isprintable() for each in check_response(OPERATIONS[name], response))
    try:
        found = read(name, (request, response))
    except TwilioApiError as error:
        require_told(error)
        error.response.read()
        return
    if name.startswith("list"):
        try:
            following = next_request(name, found, origin=ORIGIN)
        except ForeignPageLink as error:
            require_told(error)
        else:
            assert following is None or following.origin == ORIGIN


@fuzzed(share=4)
def test_an_answer_is_hidden_wherever_it_is_shown(dice):
    """No SID and no address that it has is in what is shown of it."""
    _, request, response = an_answer(dice)
    aliases = Aliases(seed="fuzz")
    aliases.learn(request, response)
    shown = aliases.hide_text(f"{request.target} {response.body.decode(errors='replace')}"[:2_000])
    for user in ("linus", "grace@example.com"):
        assert user not in shown.casefold() or user not in request.target
