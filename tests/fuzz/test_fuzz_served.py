"""Whatever comes to a served stub: it is answered once, and what is refused changes nothing."""

import asyncio
import json

from fuzz.inputs import fuzzed
from fuzz.made_up_account import BASIC, FORM, HEADERS, REQUESTS, SEEDS, SID, TOKEN, as_json
from fuzz.mutating import changed_bytes, changed_document, changed_text

from pytest_twilio_users.contract.operations import OPERATIONS
from pytest_twilio_users.server.addressing import Addressed
from pytest_twilio_users.server.control import Control
from pytest_twilio_users.server.log import as_lines
from pytest_twilio_users.server.seeds import read_seeds
from pytest_twilio_users.server.served_stub import PREFIX, Beginning, ServedStub
from pytest_twilio_users.settings import Settings
from pytest_twilio_users.transports.asgi import AsgiApp

STATE = {"account_sid": SID, "users": SEEDS[:2], "neighbours": SEEDS[3:]}
CONTROLS = (
    ("POST", "seed", SEEDS),
    ("POST", "seed", STATE),
    ("POST", "refuse", {"operation": "create_user", "refusal": "too_many_requests", "times": 2}),
    (
        "POST",
        "fault",
        {"operation": "create_user", "fault": "slow", "arguments": {"seconds": 3}, "times": 1},
    ),
    (
        "POST",
        "fault",
        {
            "operation": "list_user",
            "fault": "body_cut",
            "arguments": {"after_bytes": 3},
            "every": 2,
        },
    ),
    (
        "POST",
        "webhooks",
        {"url": "http://127.0.0.1:8000/hooks", "auth_token": "x" * 32, "events": ["onUserAdded"]},
    ),
    ("POST", "reset", None),
    ("GET", "state", None),
    ("GET", "journal", None),
    ("GET", "explain", None),
    ("GET", "webhooks", None),
    ("HEAD", "health", None),
)
METHODS = ("GET", "POST", "DELETE", "HEAD", "OPTIONS", "CONNECT", "TRACE", "BREW", "")
HOSTS = (
    b"localhost",
    b"[::1]:80",
    b"conversations.twilio.com",
    b"evil.example",
    b"",
    b"\xff",
    b"a" * 300,
)


class Served:
    """A served stub without a socket, and what it remembers."""

    def __init__(self):
        beginning = Beginning(
            account_sid=SID,
            auth_token=TOKEN,
            settings=Settings(neighbours=True),
            seeds=read_seeds(as_json(SEEDS), source="fuzz"),
        )
        self.lines = []
        self.stub = ServedStub(beginning, log=lambda each: self.lines.append(as_lines(each)))
        self.app = Addressed(AsgiApp(Control(self.stub, token=None, remote=False).answer))
        self.runner = asyncio.Runner()

    def remembered(self):
        """All that the stub remembers and was told to do."""
        stub = self.stub
        plans = [[*stub._router.of(name).plans] for name in OPERATIONS]
        users, beside = [*stub.account.store.users()], [*stub.known_neighbours()]
        beside = [item for item in beside if item.spot.row.name not in ("services", "roles")]
        return users, beside, plans, [*stub.deliveries.targets], [*stub._refusing.refusals]

    def ask(self, scope, body):
        """What the application sends."""
        sent, parts = [], [{"type": "http.request", "body": body}]

        async def receive():
            return parts.pop(0) if parts else {"type": "http.disconnect"}

        async def send(message):
            sent.append(message)

        self.runner.run(self.app(scope, receive, send))
        return sent


SERVED = Served()


def a_scope(method, target, headers):
    """As a server hands on a request."""
    path, _, query = target.partition(b"?")
    return {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path.decode("latin-1"),
        "raw_path": path,
        "query_string": query,
        "headers": headers,
        "server": ("127.0.0.1", 8000),
    }


def ask_served(method, target, headers, body):
    """Have a request answered, once and as JSON; refused, it changes nothing."""
    before = SERVED.remembered()
    sent = SERVED.ask(a_scope(method, target, headers), body)
    assert [each["type"] for each in sent] == ["http.response.start", "http.response.body"]
    status, content = sent[0]["status"], sent[1]["body"]
    assert 200 <= status < 500
    assert dict(sent[0]["headers"]).get(b"content-length", b"0") == str(len(content)).encode()
    if status >= 400:
        told = json.loads(content)
        assert told.get("error") or told["status"] == status
        assert SERVED.remembered() == before
    return status, content


def headers_of(dice, headers):
    """Headers as bytes, with some changes."""
    found = [(name.encode(), value.encode()) for name, value in headers]
    while dice.left > 6:
        at = dice.below(len(found))
        name, value = found[at]
        match dice.below(5):
            case 0:
                found.append((name, value))
            case 1:
                del found[at]
            case 2:
                found[at] = (b"host", dice.of(HOSTS))
            case 3:
                found[at] = (changed_bytes(dice, name).lower(), value)
            case _:
                found[at] = (name, changed_bytes(dice, value))
        if not found:
            break
    return found


@fuzzed(share=4)
def test_what_a_server_hands_on_is_answered(dice):
    """Whatever target, headers and body: with one answer, of Twilio's form where it is refused."""
    method, target, body = dice.of(REQUESTS)
    target = target.encode()
    method = dice.of((method, method, method, *METHODS))
    while dice.left > 12:
        if dice.below(2):
            target = changed_bytes(dice, target)
        else:
            body = changed_bytes(dice, body)
    SERVED.stub.reset()
    headers = headers_of(dice, [*HEADERS, ("authorization", BASIC)])
    ask_served(method, target, headers, body)
    assert TOKEN not in "".join("".join(map(str, lines)) for lines in SERVED.lines)
    SERVED.lines.clear()


@fuzzed(share=4)
def test_a_control_endpoint_does_what_is_said_or_refuses_it(dice):
    """Nothing by halves; and what the stub then tells of itself can be planted again."""
    method, name, said = dice.of(CONTROLS)
    is_odd = not dice.below(8)
    target = PREFIX + (changed_text(dice, name) if is_odd else name)
    body = b"" if said is None else changed_document(dice, said)
    SERVED.stub.reset()
    ask_served(method, target.encode(errors="replace"), [(b"host", b"127.0.0.1:8000")], body)
    if dice.below(4) == 1:
        for kind, path, sent in REQUESTS[:7:3]:
            scope = a_scope(
                kind,
                path.encode(),
                [
                    (b"host", b"localhost"),
                    (b"content-type", FORM.encode()),
                    (b"authorization", BASIC.encode()),
                ],
            )
            SERVED.ask(scope, sent)
        _, told = ask_served("GET", f"{PREFIX}state".encode(), [(b"host", b"localhost")], b"")
        ask_served("POST", f"{PREFIX}reset".encode(), [(b"host", b"localhost")], b"")
        status, answer = ask_served(
            "POST", f"{PREFIX}seed".encode(), [(b"host", b"localhost")], told
        )
        assert status == 201, answer
        _, again = ask_served("GET", f"{PREFIX}state".encode(), [(b"host", b"localhost")], b"")
        assert json.loads(again) == json.loads(told)
