"""What changes a snapshot, and what does not: a conversation, sound and otherwise."""

import base64
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from difflib import ndiff
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.extensions.amber import AmberSnapshotExtension

from pytest_twilio_users.backends.observed import ObservedBackend
from pytest_twilio_users.backends.stub import StubBackend
from pytest_twilio_users.contract.operations import OPERATIONS
from pytest_twilio_users.settings import Settings
from pytest_twilio_users.snapshots.showing import Showing
from pytest_twilio_users.state.account import Account
from pytest_twilio_users.state.store import Store
from pytest_twilio_users.state.supplies import SidSupply
from pytest_twilio_users.wire.codec import encode, encode_json
from pytest_twilio_users.wire.journal import Journal
from pytest_twilio_users.wire.messages import Response

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
DEFAULT, OTHER = "IS" + 32 * "d", "IS" + 32 * "e"
SID = re.compile("(?<![0-9A-Za-z])([A-Z]{2})([0-9a-f]{32})(?![0-9A-Za-z])")
CREATE_ADA, CREATE_IN_SERVICE, CREATE_GRACE, UPDATE = range(4)
FIRST_PAGE, SECOND_PAGE, NOBODY, TAKEN = range(4, 8)


class Answers:
    """Hands each answer to an edit: its number, what it says, and what was said before."""

    def __init__(self, backend, edit):
        self._backend = backend
        self._edit = edit
        self.said = []

    def handle(self, request):
        """Answer a request."""
        response = self._backend.handle(request)
        said = {"status": response.status, "body": response.json()}
        self._edit(len(self.said), said, [earlier["body"] for earlier in self.said])
        self.said.append(said)
        return replace(response, status=said["status"], body=encode_json(said["body"]))


def unedited(number, said, earlier):
    """A sound answer."""


def converse(
    edit=unedited,
    *,
    seed="sound",
    began=NOON,
    account_sid="AC" + 32 * "a",
    services=(DEFAULT, OTHER),
    login="",
    headers=(),
    form=lambda pairs: pairs,
):
    """The journal of a conversation about three users, of which a part may be otherwise."""
    now = [began]
    account = Account(
        sid=account_sid,
        auth_token="a secret of mine",
        default_service_sid=services[0],
        other_service_sid=services[1],
        store=Store(),
        sids=SidSupply(seed),
        clock=lambda: now[0],
        settings=Settings(),
    )
    journal = Journal()
    answers = Answers(StubBackend(account), edit)
    backend = ObservedBackend(answers, journals=lambda: [journal], strict=lambda: True)
    basic = base64.b64encode(f"{login or account_sid}:a secret of mine".encode()).decode()

    def ask(operation, **arguments):
        request = encode(
            OPERATIONS[operation], arguments, origin="https://conversations.twilio.com"
        )
        sent = replace(
            request,
            authorization=f"Basic {basic}",
            headers=request.headers + headers,
            body=urlencode(form(parse_qsl(request.body.decode()))).encode(),
        )
        return backend.handle(sent).json()

    ada = ask("create_user", identity="ada", friendly_name="Ada", attributes={"a": 1, "b": "pro"})
    ask("create_service_user", chat_service_sid=services[1], identity="ada")
    ask("create_user", identity="grace")
    now[0] += timedelta(seconds=3)
    ask("update_user", sid=ada["sid"], friendly_name="Ada Lovelace")
    first = ask("list_user", page_size=1)
    token = dict(parse_qsl(first["meta"]["next_page_url"].partition("?")[2]))["PageToken"]
    ask("list_user", page_size=1, page=1, page_token=token)
    ask("fetch_user", sid="nobody")
    ask("create_user", identity="ada")
    return journal


def to_text(data):
    """The text of a snapshot, in an example of Hypothesis, too."""
    return AmberSnapshotExtension().serialize(Showing().show(data))


CONVERSATION = converse()
SOUND = to_text(CONVERSATION)


def changed_lines(text):
    """What the author of a test sees of a change."""
    lines = ndiff(SOUND.splitlines(), text.splitlines())
    return [f"{line[0]} {line[2:].strip()}" for line in lines if line[0] in "-+"]


def body(**changes):
    """An edit of fields, each by a function of the body and of those before it."""

    def edit(said, earlier):
        for name, change in changes.items():
            said["body"][name] = change(said["body"], earlier)

    return edit


def first_user(**changes):
    """The same for the first user of a page."""
    edit = body(**changes)
    return lambda said, earlier: edit({"body": said["body"]["users"][0]}, earlier)


def meta(**changes):
    """The same for the meta of a page."""
    edit = body(**changes)
    return lambda said, earlier: edit({"body": said["body"]["meta"]}, earlier)


USERS_URL = "https://conversations.twilio.com/v1/Users"
BROKEN = {
    "another-user-is-answered": (
        UPDATE,
        body(sid=lambda _, earlier: earlier[CREATE_GRACE]["sid"]),
        ["- 'sid': '<US:1>',", "+ 'sid': '<US:3>',"],
    ),
    "another-user-is-listed": (
        SECOND_PAGE,
        first_user(sid=lambda _, earlier: earlier[CREATE_ADA]["sid"]),
        ["- 'sid': '<US:3>',", "+ 'sid': '<US:1>',"],
    ),
    "a-user-nobody-knows": (
        UPDATE,
        body(sid=lambda *_: "US" + 32 * "f"),
        ["- 'sid': '<US:1>',", "+ 'sid': '<US:4>',"],
    ),
    "date_updated-stays": (
        UPDATE,
        body(date_updated=lambda user, _: user["date_created"]),
        ["- 'date_updated': '<t0+3s>',", "+ 'date_updated': '<t0>',"],
    ),
    "date_created-moves": (
        UPDATE,
        body(date_created=lambda user, _: user["date_updated"]),
        ["- 'date_created': '<t0>',", "+ 'date_created': '<t0+3s>',"],
    ),
    "a-date-in-another-format": (
        UPDATE,
        body(date_updated=lambda *_: "2026-03-04 12:00:03"),
        ["- 'date_updated': '<t0+3s>',", "+ 'date_updated': '2026-03-04 12:00:03',"],
    ),
    "url-of-another-user": (
        UPDATE,
        body(url=lambda _, earlier: earlier[CREATE_GRACE]["url"]),
        [f"- 'url': '{USERS_URL}/<US:1>',", f"+ 'url': '{USERS_URL}/<US:3>',"],
    ),
    "url-without-its-service": (
        CREATE_IN_SERVICE,
        body(url=lambda user, _: user["url"].replace(f"/Services/{OTHER}", "")),
        [
            "- 'url': 'https://conversations.twilio.com/v1/Services/<IS:2>/Users/<US:2>',",
            f"+ 'url': '{USERS_URL}/<US:2>',",
        ],
    ),
    "url-of-another-service": (
        CREATE_IN_SERVICE,
        body(url=lambda user, _: user["url"].replace(OTHER, DEFAULT)),
        [
            "- 'url': 'https://conversations.twilio.com/v1/Services/<IS:2>/Users/<US:2>',",
            "+ 'url': 'https://conversations.twilio.com/v1/Services/<IS:1>/Users/<US:2>',",
        ],
    ),
    "links-to-another-user": (
        UPDATE,
        body(links=lambda _, earlier: earlier[CREATE_GRACE]["links"]),
        [
            f"- 'user_conversations': '{USERS_URL}/<US:1>/Conversations',",
            f"+ 'user_conversations': '{USERS_URL}/<US:3>/Conversations',",
        ],
    ),
    "an-extra-field": (
        UPDATE,
        body(is_admin=lambda *_: False),
        ["+ 'is_admin': False,"],
    ),
    "a-missing-field": (
        UPDATE,
        lambda said, _: said["body"].pop("is_online"),
        ["- 'is_online': None,"],
    ),
    "attributes-as-an-object": (
        UPDATE,
        body(attributes=lambda user, _: json.loads(user["attributes"])),
        ["- 'attributes': JSON({", "+ 'attributes': dict({"],
    ),
    "attributes-formatted-differently": (
        UPDATE,
        body(attributes=lambda user, _: user["attributes"].replace(" ", "")),
        [
            "- 'attributes': JSON({",
            "+ 'attributes': dict({",
            "+ '<formatted differently>': JSON({",
            "- 'a': 1,",
            "+ 'a': 1,",
            "- 'b': 'pro',",
            "+ 'b': 'pro',",
            "+ }),",
        ],
    ),
    "an-attribute-as-text": (
        UPDATE,
        body(attributes=lambda *_: '{"a": "1", "b": "pro"}'),
        ["- 'a': 1,", "+ 'a': '1',"],
    ),
    "another-status": (
        CREATE_GRACE,
        lambda said, _: said.update(status=200),
        ["- 'status': 201,", "+ 'status': 200,"],
    ),
    "another-code": (
        TAKEN,
        body(code=lambda *_: 20409),
        ["- 'code': 50201,", "+ 'code': 20409,"],
    ),
    "another-path-is-named": (
        NOBODY,
        body(message=lambda *_: "The requested resource /Users/ada was not found"),
        [
            "- 'message': 'The requested resource /Users/nobody was not found',",
            "+ 'message': 'The requested resource /Users/ada was not found',",
        ],
    ),
    "a-page-token-again": (
        SECOND_PAGE,
        meta(previous_page_url=lambda page, _: page["url"]),
        [
            f"- 'previous_page_url': '{USERS_URL}?PageSize=1&Page=0&PageToken=<token:2>',",
            f"+ 'previous_page_url': '{USERS_URL}?PageSize=1&Page=1&PageToken=<token:1>',",
        ],
    ),
    "another-page-token": (
        SECOND_PAGE,
        meta(url=lambda page, _: page["url"] + "0"),
        [
            f"- 'url': '{USERS_URL}?PageSize=1&Page=1&PageToken=<token:1>',",
            f"+ 'url': '{USERS_URL}?PageSize=1&Page=1&PageToken=<token:3>',",
        ],
    ),
    "null-for-a-name": (
        UPDATE,
        body(friendly_name=lambda *_: None),
        ["- 'friendly_name': 'Ada Lovelace',", "+ 'friendly_name': None,"],
    ),
    "another-identity": (
        UPDATE,
        body(identity=lambda *_: "ADA"),
        ["- 'identity': 'ada',", "+ 'identity': 'ADA',"],
    ),
    "another-account": (
        UPDATE,
        body(account_sid=lambda *_: "AC" + 32 * "0"),
        ["- 'account_sid': '<AC:1>',", "+ 'account_sid': '<AC:2>',"],
    ),
    "another-role": (
        UPDATE,
        body(role_sid=lambda _, earlier: earlier[CREATE_IN_SERVICE]["role_sid"]),
        ["- 'role_sid': '<RL:1>',", "+ 'role_sid': '<RL:2>',"],
    ),
    "false-for-null": (
        UPDATE,
        body(is_online=lambda *_: False),
        ["- 'is_online': None,", "+ 'is_online': False,"],
    ),
    "a-number-as-text": (
        FIRST_PAGE,
        meta(page_size=lambda *_: "1"),
        ["- 'page_size': 1,", "+ 'page_size': '1',"],
    ),
    "a-last-page-that-leads-on": (
        SECOND_PAGE,
        meta(next_page_url=lambda page, _: page["url"]),
        [
            "- 'next_page_url': None,",
            f"+ 'next_page_url': '{USERS_URL}?PageSize=1&Page=1&PageToken=<token:1>',",
        ],
    ),
}
"""Which answer is broken, how, and what of the snapshot changes."""


@pytest.mark.parametrize("name", BROKEN)
def test_broken_behaviour_changes_the_snapshot(name):
    """In the lines that tell of it, and in no other."""
    broken, edit, lines = BROKEN[name]

    def edit_it(number, said, earlier):
        if number == broken:
            edit(said, earlier)

    assert changed_lines(to_text(converse(edit_it))) == lines


def keys_reversed(value):
    """The same JSON, its keys in another order."""
    if isinstance(value, dict):
        return {key: keys_reversed(value[key]) for key in reversed(value)}
    return [keys_reversed(part) for part in value] if isinstance(value, list) else value


def reverse_keys(number, said, earlier):
    """An edit."""
    said["body"] = keys_reversed(said["body"])


def rewritten(journal, change):
    """The journal with every text of it changed."""

    def rewrite(exchange):
        request, response = exchange.request, exchange.response
        return replace(
            exchange,
            request=replace(
                request,
                target=change(request.target),
                body=change(request.body.decode()).encode(),
                authorization=None,
            ),
            response=replace(response, body=change(response.body.decode()).encode()),
        )

    return list(map(rewrite, journal))


HARMLESS = {
    "other-users": lambda: converse(seed="other"),
    "another-clock": lambda: converse(began=NOON + timedelta(days=400, microseconds=999_999)),
    "another-account": lambda: converse(account_sid="AC" + 32 * "0"),
    "other-services": lambda: converse(services=(OTHER, DEFAULT)),
    "an-api-key": lambda: converse(login="SK" + 32 * "1"),
    "another-key-order": lambda: converse(reverse_keys),
    "another-form-order": lambda: converse(form=lambda pairs: pairs[::-1]),
    "another-library's-headers": lambda: converse(
        headers=(("user-agent", "twilio-python"), ("accept-encoding", "gzip"))
    ),
    "other-answered-headers": lambda: [
        replace(exchange, response=replace(exchange.response, headers=(("date", "today"),)))
        for exchange in CONVERSATION
    ],
    "other-tokens": lambda: rewritten(
        CONVERSATION, lambda text: re.sub("PT([AB])", r"P\1%2F\1%3D", text)
    ),
}
"""What is otherwise though the application did the same."""


@pytest.mark.parametrize("name", HARMLESS)
def test_a_harmless_difference_changes_nothing(name):
    """Not a letter."""
    assert to_text(HARMLESS[name]()) == SOUND


@given(st.integers(1, 16**32 - 1))
def test_renaming_all_sids_changes_nothing(distance: int):
    """What was one SID is one, what were two are two; their order may be another."""

    def rename(found: re.Match[str]) -> str:
        return f"{found[1]}{(int(found[2], 16) + distance) % 16**32:032x}"

    assert to_text(rewritten(CONVERSATION, lambda text: SID.sub(rename, text))) == SOUND


def test_the_sound_conversation_names_no_sid():
    """Nor a token, a date or a password: all of them have stand-ins."""
    assert SID.search(SOUND) is None
    assert "PTA" not in SOUND
    assert "2026" not in SOUND
    assert "secret" not in SOUND


@pytest.mark.parametrize(
    "answer",
    [
        Response(status=201, body=b"{}"),
        Response(status=204),
        Response(status=502, body=b"<html>Bad Gateway</html>"),
    ],
    ids=["empty-object", "nothing", "html"],
)
def test_another_body_changes_the_snapshot(answer):
    """Whatever it is."""
    journal = list(CONVERSATION)
    journal[0] = replace(journal[0], response=answer)
    assert to_text(journal) != SOUND
