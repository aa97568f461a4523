"""What is recorded holds no secret, and replays as it was."""

import base64
import json
import re
from dataclasses import replace
from datetime import date
from urllib.parse import quote, urlencode

from hypothesis import given
from hypothesis import strategies as st
from properties.planting import SECRET, SERVICE, a_stub, hidden_json, shaped

from pytest_twilio_users import strategies as twilio_st
from pytest_twilio_users.cassettes.cassette import Cassette, Recorded
from pytest_twilio_users.cassettes.check import leaks
from pytest_twilio_users.cassettes.scrubbing import Scrubbing
from pytest_twilio_users.contract.operations import OPERATIONS
from pytest_twilio_users.privacy.aliases import Aliases
from pytest_twilio_users.privacy.description import Description
from pytest_twilio_users.privacy.segments import join_path
from pytest_twilio_users.privacy.stand_ins import is_stand_in
from pytest_twilio_users.wire.codec import encode
from pytest_twilio_users.wire.messages import Request, Response

ORIGIN = "https://conversations.twilio.com"
FORM = ("content-type", "application/x-www-form-urlencoded")
LOGIN = "Basic " + base64.b64encode(b"AC:password").decode()


# Secrets


@st.composite
def planted_requests(draw):
    """Requests with something private in every place that they have."""
    text = lambda: draw(shaped)  # noqa: E731  # each time another
    attributes = draw(st.dictionaries(shaped, hidden_json, max_size=3))
    segment = quote(text(), safe="")
    path = draw(
        st.sampled_from(
            [
                "/v1/Users",
                f"/v1/Users/{segment}",
                f"/v1/Services/{segment}/Users/{quote(text(), safe='')}",
                f"/{segment}/{segment}",
                f"/v1/Users/{segment}/Conversations/{segment}",
            ]
        )
    )
    query = draw(st.lists(st.tuples(st.sampled_from(["PageToken", "PageSize", text()]), shaped)))
    form = [
        ("Identity", text()),
        ("Attributes", draw(st.sampled_from([json.dumps(attributes), text(), '{"a":"b"']))),
        (text(), text()),
    ]
    body = draw(st.sampled_from([urlencode(form).encode(), json.dumps(attributes).encode()]))
    headers = (
        draw(st.sampled_from([FORM, ("content-type", f"text/{text()}")])),
        ("x-twilio-webhook-enabled", text()),
        ("x-of-the-application", text()),
        ("accept", text()),
        ("cookie", text()),
    )
    return Request(
        method=draw(st.sampled_from(["GET", "POST", "DELETE", "SECRET"])),
        origin=ORIGIN,
        target=path + (f"?{urlencode(query)}" if query else ""),
        headers=headers,
        body=body,
        authorization=f"Basic {base64.b64encode(text().encode()).decode()}",
    )


@st.composite
def planted_responses(draw):
    """Responses with something private in every place that they have."""
    text = lambda: draw(shaped)  # noqa: E731  # each time another
    user = {
        "sid": text(),
        "identity": text(),
        "friendly_name": draw(hidden_json),
        "attributes": draw(st.one_of(shaped, hidden_json, hidden_json.map(json.dumps))),
        "date_created": text(),
        "is_online": text(),
        "url": draw(st.sampled_from([text(), f"{ORIGIN}/v1/Users/{quote(text(), safe='')}"])),
        "links": {"user_conversations": text(), text(): text()},
        text(): draw(hidden_json),
        "new_field": draw(hidden_json),
    }
    refusal = {
        "code": draw(st.sampled_from([20404, 10**9, text()])),
        "message": f"The user {text()} was not found: {text()}",
        "more_info": draw(
            st.sampled_from([text(), f"https://www.twilio.com/docs/errors/{text()}"])
        ),
        "details": draw(hidden_json),
        "status": 404,
    }
    page = {
        "meta": {"key": text(), "page": text(), "url": f"{ORIGIN}/v1/Users?PageToken={text()}"},
        "users": [user, text()],
    }
    body = draw(st.sampled_from([user, refusal, page, [user], text()]))
    content = draw(
        st.sampled_from([json.dumps(body).encode(), f"<html>{text()}</html>".encode(), b""])
    )
    headers = [(name, text()) for name in ("content-type", "date", "retry-after", "x-api-domain")]
    headers += [("twilio-request-id", text()), ("set-cookie", text()), ("server", text())]
    return Response(status=404, headers=tuple(headers), body=content)


def planted_in(message):
    """The secrets in a message."""
    parts = [*(value for _, value in message.headers), message.body.decode(errors="replace")]
    if isinstance(message, Request):
        basic = message.authorization.removeprefix("Basic ")
        parts += [message.target, base64.b64decode(basic).decode()]
    return set(SECRET.findall("\n".join(parts)))


@given(request=planted_requests(), response=planted_responses())
def test_no_secret_is_recorded(request, response):
    """Wherever it was, in whichever spelling."""
    aliases = Aliases(seed="cassette")
    hidden = json.dumps([aliases.hide_request(request), aliases.hide_response(response)])
    folded = hidden.casefold()
    for secret in planted_in(request) | planted_in(response):
        assert secret.casefold() not in folded
        assert base64.b64encode(secret.encode()).decode() not in hidden


def a_cassette(*exchanges):
    """As it is read from a file."""
    about = {"name": "test_it.py::test_it", "recorded_from": "", "kit": "0", "date": date.min}
    read = (json.loads(json.dumps(exchange)) for exchange in exchanges)
    return Cassette(**about, exchanges=tuple(Recorded(request=q, response=a) for q, a in read))


@given(request=planted_requests(), response=planted_responses())
def test_what_is_recorded_is_no_leak(request, response):
    """Nor when it was written to a file and read; so there is nothing to scrub."""
    aliases = Aliases(seed="cassette")
    cassette = a_cassette([aliases.hide_request(request), aliases.hide_response(response)])
    [exchange] = cassette.exchanges
    assert leaks(exchange.request, exchange.response) == []
    assert Scrubbing().scrub(cassette) is cassette


@given(request=planted_requests(), response=planted_responses())
def test_what_older_rules_recorded_can_be_scrubbed(request, response):
    """Rules that hid nothing, say: afterwards there is no secret, and nothing to complain of."""
    plain = Description(text=str, number=abs, written=len)
    asked = plain.request(request)
    asked["path"] = join_path(asked["path"])
    asked.setdefault("headers", {})["authorization"] = request.authorization
    scrubbed = Scrubbing().scrub(a_cassette([asked, plain.response(response)]))
    [exchange] = scrubbed.exchanges
    assert leaks(exchange.request, exchange.response) == []
    said = json.dumps([exchange.request, exchange.response])
    assert [found for found in SECRET.findall(said) if not is_stand_in(found)] == []
    assert Scrubbing().scrub(scrubbed) is scrubbed


@given(request=planted_requests(), response=planted_responses())
def test_no_secret_is_shown(request, response):
    """In whatever text it turns up once it was sent or answered."""
    aliases = Aliases(seed="shown")
    aliases.hide_request(request)
    aliases.hide_response(response)
    parts = [request.target, request.body.decode(), response.body.decode()]
    parts += [value for name, value in (*request.headers, *response.headers) if name in OWN]
    for text in (*parts, json.dumps(parts), repr(parts), request.authorization):
        shown = aliases.hide_text(f"It said {text}, and more.")
        assert not set(SECRET.findall(shown)) & (planted_in(request) | planted_in(response))


OWN = ("x-of-the-application", "cookie", "set-cookie", "x-twilio-webhook-enabled")


# Replay

# Whether a value is an identity, too, would be part of the conversation.
OTHERS = ("Ada", "Grace", "x", "no")
names = st.one_of(
    twilio_st.identities().filter(lambda name: name not in OTHERS),
    st.sampled_from(["ada", "text-1", "person-1@example.com"]),
)


@st.composite
def conversations(draw):
    """What a test may ask, for users by number: their identities are another matter."""
    users = st.integers(0, 2)
    user_input = {
        "friendly_name": st.sampled_from(["Ada", "Grace", ""]),
        "attributes": st.sampled_from(['{"a": 1}', '{"a":1}', '{"a": 1, "b": ["x", null]}', "no"]),
    }
    return draw(
        st.lists(
            st.tuples(
                st.sampled_from(["create", "update", "delete", "fetch", "list"]),
                users,
                st.fixed_dictionaries({}, optional=user_input),
            ),
            max_size=8,
        )
    )


def ask(action, identity, user_input):
    """The request of a step."""
    arguments = {"chat_service_sid": SERVICE}
    if action == "list":
        arguments["page_size"] = 2
    else:
        arguments["identity" if action == "create" else "sid"] = identity
    if action in ("create", "update"):
        arguments |= user_input
    request = encode(OPERATIONS[f"{action}_service_user"], arguments, origin=ORIGIN)
    return replace(request, authorization=LOGIN)


@given(
    steps=conversations(),
    recorded=st.lists(names, min_size=3, max_size=3, unique=True),
    replayed=st.lists(names, min_size=3, max_size=3, unique=True),
)
def test_a_replay_answers_as_if_it_were_said_now(steps, recorded, replayed):
    """By other identities than the recorded ones, too; SIDs are those of the recording."""
    hiding, stub = Aliases(seed="cassette"), a_stub()
    exchanges = []
    for action, user, user_input in steps:
        request = ask(action, recorded[user], user_input)
        hidden = hiding.hide_request(request)
        exchanges.append((hidden, hiding.hide_response(stub.handle(request))))
    showing, again = Aliases(seed="cassette"), a_stub()
    for (action, user, user_input), (asked, answered) in zip(steps, exchanges, strict=True):
        request = ask(action, replayed[user], user_input)
        unification = showing.unify(asked, request)
        assert unification.differences == []
        showing.bind(unification)
        shown, expected = showing.restore_response(answered, origin=ORIGIN), again.handle(request)
        assert shown.status == expected.status
        assert without_sids(shown.body) == without_sids(expected.body)


# Attributes

keys = st.one_of(
    st.text(max_size=3), st.sampled_from(["plan", "text-1", "text-2", "written", "json"])
)
leaves = st.one_of(
    *(st.none(), st.booleans(), st.integers(), st.text(), keys),
    st.floats(allow_nan=False, allow_infinity=False) | st.just(-0.0),
)
written = st.dictionaries(
    keys,
    st.recursive(
        leaves, lambda part: st.lists(part, max_size=3) | st.dictionaries(keys, part, max_size=3)
    ),
    max_size=3,
).filter(lambda value: not re.search("[\ud800-\udfff]", json.dumps(value, ensure_ascii=False)))
styles = st.sampled_from(
    [
        {"ensure_ascii": False},
        {"ensure_ascii": True},
        {"ensure_ascii": False, "separators": (",", ":")},
        {"ensure_ascii": False, "indent": 2},
    ]
)


@given(attributes=written, sent=styles, answered=styles)
def test_attributes_are_replayed_as_they_were_answered(attributes, sent, answered):
    """To the letter where they were so; else they say the same, and are another text."""
    text, answer = json.dumps(attributes, **sent), json.dumps(attributes, **answered)
    request = ask("update", "ada", {"attributes": text})
    response = Response(status=200, body=json.dumps({"attributes": answer}).encode())
    hiding, showing = Aliases(seed="cassette"), Aliases(seed="cassette")
    hidden = [hiding.hide_request(request), hiding.hide_response(response)]
    asked, answered = json.loads(json.dumps(hidden))
    cassette = a_cassette(hidden)
    assert leaks(asked, answered) == []
    assert Scrubbing().scrub(cassette) is cassette
    unification = showing.unify(asked, request)
    assert unification.differences == []
    showing.bind(unification)
    shown = showing.restore_response(answered, origin=ORIGIN).json()["attributes"]
    assert json.dumps(json.loads(shown)) == json.dumps(attributes)
    assert (shown == text) == (answer == text)


def without_sids(body):
    """The JSON of a body; each SID by its kind."""
    return re.sub(rb"([A-Z]{2})[0-9a-f]{32}", rb"\1", body)
