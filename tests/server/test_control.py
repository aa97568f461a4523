"""The control endpoints, for tests in any language."""

import asyncio
import base64
import json
import threading
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_twilio_users.contract.operations import OPERATIONS
from pytest_twilio_users.contract.refusals import REFUSALS
from pytest_twilio_users.errors import InvalidArgument
from pytest_twilio_users.faults import FAULTS, slow
from pytest_twilio_users.faults.fault_plan import FaultPlan
from pytest_twilio_users.server import control
from pytest_twilio_users.server.control import Control
from pytest_twilio_users.server.log import LONGEST, Log, as_lines
from pytest_twilio_users.server.served_stub import Beginning, ServedStub
from pytest_twilio_users.settings import Settings
from pytest_twilio_users.state.elapsed import Elapsed
from pytest_twilio_users.wire.journal import Exchange
from pytest_twilio_users.wire.messages import Request, Response
from pytest_twilio_users.wire.violations import error

A_PLAN = '{"operation": "create_user", "refusal": "too_many_requests", "times": 2}'
A_TIME = "seconds from 0 to a hundred years, or a timedelta"
A_FAULT = '{"operation": "create_user", "fault": "slow", "arguments": {"seconds": 3}, "times": 1}'
A_DELIVERY = '{"url": "http://127.0.0.1:8000/hooks", "auth_token": "…"}'
LOCAL = "http://127.0.0.1:8000"
FORM = (("content-type", "application/x-www-form-urlencoded"),)
PASSWORD = "correct-horse"
DEFAULTS = Settings()
BASIC = "Basic " + base64.b64encode(f"ACany:{PASSWORD}".encode()).decode()


class Served:
    """A served stub without a socket; its log is a list."""

    def __init__(self, *, seeds=(), token=None, remote=False, settings=DEFAULTS):
        self.log = []
        beginning = Beginning(
            account_sid="AC" + "a" * 32, auth_token="", settings=settings, seeds=list(seeds)
        )
        stub = ServedStub(beginning, log=lambda exchange: self.log.append(as_lines(exchange)))
        self._control = Control(stub, token=token, remote=remote)

    def ask(self, method, target, **parts):
        """Answer a request, and wait for it."""
        return asyncio.run(self.answer(method, target, **parts))

    async def answer(
        self,
        method,
        target,
        *,
        origin=LOCAL,
        authorization=BASIC,
        headers=(),
        body=b"",
        peer=None,
    ):
        """Answer a request."""
        request = Request(
            method=method,
            origin=origin,
            target=target,
            authorization=authorization,
            headers=headers,
            body=body,
        )
        return await self._control.answer(request, peer)

    def control(self, method, name, **parts):
        """Ask a control endpoint."""
        return self.ask(method, f"/__twilio_users__/{name}", **parts)

    def identities(self):
        """Who is there, as the endpoint tells."""
        return [user["identity"] for user in self.control("GET", "state").json()["users"]]


def test_all_else_is_for_the_stub():
    """Twilio's paths are answered as Twilio would."""
    assert Served().ask("GET", "/v1/Users").json()["users"] == []


def test_what_no_operation_answers_is_told_as_elsewhere():
    """Such as a browser's question before it sends."""
    served = Served()
    assert served.ask("OPTIONS", "/v1/Users").status == 204
    assert served.log == ["no operation: OPTIONS /v1/Users -> 204"]


@pytest.mark.parametrize("refused", [False, True])
def test_twilios_name_over_http_is_no_mistake(refused):
    """Of a stub that speaks nothing else; a planned refusal is noted as an answer is."""
    served = Served()
    if refused:
        refuse(served, operation="list_user", refusal="unavailable")
    served.ask("GET", "/v1/Users", origin="http://conversations.twilio.com:8000")
    [exchange] = served.control("GET", "journal").json()["exchanges"]
    assert exchange["violations"] == []


def test_state_tells_the_users():
    """As a fetch would, links to the address that was asked included."""
    served = Served(seeds=[{"identity": "ada", "is_online": True}])
    service = "IS" + "5" * 32
    served.ask("POST", f"/v1/Services/{service}/Users", headers=FORM, body=b"Identity=bob")
    state = served.control("GET", "state").json()
    ada, bob = state["users"]
    assert (state["account_sid"], ada["is_online"]) == ("AC" + "a" * 32, True)
    assert state["default_service_sid"] == ada["chat_service_sid"]
    assert ada["url"] == f"{LOCAL}/v1/Users/{ada['sid']}"
    assert bob["url"] == f"{LOCAL}/v1/Services/{service}/Users/{bob['sid']}"


@pytest.mark.parametrize("settings", [Settings(rate_limit=2), Settings(concurrency_limit=2)])
def test_what_is_over_a_limit_is_refused(settings):
    """And told as any answer; a reset begins without load."""
    served = Served(settings=settings)

    async def create_at_once():
        sent = (
            served.answer("POST", "/v1/Users", headers=FORM, body=f"Identity={name}".encode())
            for name in "abc"
        )
        return [answer.status for answer in await asyncio.gather(*sent)]

    for _ in range(2):
        assert sorted(asyncio.run(create_at_once())) == [201, 201, 429]
        exchanges = served.control("GET", "journal").json()["exchanges"]
        assert sorted(exchange["status"] for exchange in exchanges) == [201, 201, 429]
        served.control("POST", "reset")
    assert len(served.log) == 6


def test_changes_are_let_in_again_by_real_time(monkeypatch):
    """Each second as many as the limit says."""
    now = 0.0
    monkeypatch.setattr(Elapsed, "seconds", lambda: now)
    served = Served(settings=Settings(rate_limit=2))
    statuses = []
    for name in range(8):
        form = f"Identity={name}".encode()
        statuses.append(served.ask("POST", "/v1/Users", headers=FORM, body=form).status)
        now += 0.25

    assert statuses == [201, 201, 429, 429] * 2


def refuse(served, **plan):
    """Have an operation refused."""
    return served.control("POST", "refuse", body=json.dumps(plan).encode())


def test_an_operation_is_refused_some_times():
    """As Twilio would; then the stub answers. The journal tells each."""
    served = Served()
    assert refuse(served, operation="list_user", refusal="too_many_requests", times=2).status == 204

    answers = [served.ask("GET", "/v1/Users") for _ in range(3)]

    assert [answer.status for answer in answers] == [429, 429, 200]
    assert answers[0].json()["code"] == 20429
    exchanges = served.control("GET", "journal").json()["exchanges"]
    assert [exchange["status"] for exchange in exchanges] == [429, 429, 200]
    assert len(served.log) == 3


def test_an_operation_is_refused_until_a_reset():
    """Where nobody says how often. Others are not."""
    served = Served(seeds=[{"identity": "ada"}])
    refuse(served, operation="fetch_user", refusal="unavailable")
    refuse(served, operation="delete_user", refusal="unavailable", times=None)

    statuses = [served.ask("GET", "/v1/Users/ada").status for _ in range(3)]
    assert statuses == [503, 503, 503]
    assert served.ask("GET", "/v1/Users").status == 200
    assert served.ask("DELETE", "/v1/Users/ada").status == 503

    served.control("POST", "reset")
    assert served.ask("GET", "/v1/Users/ada").status == 200


def test_a_planned_refusal_is_told_as_the_stubs_own():
    """The same text and headers, for the same path to the letter."""
    served = Served()
    own = served.ask("GET", '/v1/Users/a%2Fb#c"')
    refuse(served, operation="fetch_user", refusal="not_found")

    planned = served.ask("GET", '/v1/Users/a%2Fb#c"')

    assert planned.body == own.body
    assert dict(planned.headers).keys() == dict(own.headers).keys()


def test_exchanges_are_explained_to_people():
    """As text; a planned refusal by how it was planned, which changes nothing of the users."""
    served = Served()
    empty = served.control("GET", "explain").body.decode()
    refuse(served, operation="list_user", refusal="unavailable", times=1)
    served.ask("GET", "/v1/Users")
    assert empty.startswith("The journal is empty: ")
    explained = (
        served.control("GET", "explain")
        .body.decode()
        .partition(", sent from ")[2]
        .partition("\n")[2]
    )
    assert explained == (
        "   asked: list_user, in the default service, as the path names none; not sent:"
        " PageSize, Page, PageToken\n"
        "   answered: by a refusal that POST /__twilio_users__/refuse planned; it went no"
        " further\n"
        "     refusal unavailable: Twilio is unavailable (documented)."
        " https://www.twilio.com/docs/errors/20503\n"
        f'   curl -u "$TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN" {LOCAL}/v1/Users\n\n'
        "How this is known (the kit checked nothing against Twilio):\n"
        "  documented: Twilio's reference, error dictionary or OpenAPI file says so\n"
    )


def test_the_last_plan_for_an_operation_counts():
    """Each operation has one."""
    served = Served()
    refuse(served, operation="list_user", refusal="unavailable")
    refuse(served, operation="list_user", refusal="too_many_requests", times=1)
    assert [served.ask("GET", "/v1/Users").status for _ in range(2)] == [429, 200]


@pytest.mark.parametrize(
    "target", ["*", "http://127.0.0.1/v1/Users", "v1/Users", "/" + "x" * 70_000]
)
def test_a_plan_changes_nothing_for_what_is_no_operation(target):
    """However odd: httpx could not even write some of these."""
    served = Served()
    before = served.ask("GET", target)
    refuse(served, operation="fetch_user", refusal="unavailable")
    after = served.ask("GET", target)
    assert (after.status, after.body) == (before.status, before.body)
    assert len(served.log) == 2


@pytest.mark.parametrize(
    ("plan", "reason"),
    [
        (
            b'{"operation": "create_users", "refusal": "unavailable"}',
            (
                "'create_users' is not an operation. Did you mean 'create_user'?"
                f" Known: {', '.join(OPERATIONS)}."
            ),
        ),
        (
            b'{"operation": "create_user", "refusal": "unavailible"}',
            (
                "'unavailible' is not a refusal. Did you mean 'unavailable'?"
                f" Known: {', '.join(REFUSALS)}."
            ),
        ),
        (b"{}", f"None is not an operation. Known: {', '.join(OPERATIONS)}."),
        (b'{"operation": "create_user"}', f"None is not a refusal. Known: {', '.join(REFUSALS)}."),
        (
            b'{"operation": ["create_user"], "refusal": "unavailable"}',
            f"['create_user'] is not an operation. Known: {', '.join(OPERATIONS)}.",
        ),
        (
            b'{"operation": "create_user", "refusal": {}}',
            f"{{}} is not a refusal. Known: {', '.join(REFUSALS)}.",
        ),
        *(
            (body, f"The body: {wrong}; expected {A_PLAN}.")
            for body, wrong in {
                b"": "it can't be read: Expecting value: line 1 column 1 (char 0)",
                b"{": (
                    "it can't be read: Expecting property name enclosed in double quotes:"
                    " line 1 column 2 (char 1)"
                ),
                b"[" * 100_000: "it is nested too deeply",
                b"[]": "found []",
                b"null": "found None",
                b'"create_user"': "found 'create_user'",
                b'{"times": 1, "times": 2}': (
                    "it can't be read: the key 'times' stands twice in one object"
                ),
                b'{"refusal": "unavail\xffable"}': (
                    "it can't be read: 'utf-8' codec can't decode byte 0xff in position 20:"
                    " invalid start byte"
                ),
                "{}".encode("utf-16"): (
                    "it can't be read: 'utf-8' codec can't decode byte 0xff in position 0:"
                    " invalid start byte"
                ),
            }.items()
        ),
        (
            b'{"operation": "create_user", "refusal": "unavailable", "time": 2}',
            f"The body: found 'time'; expected {A_PLAN}. Did you mean 'times'?",
        ),
        (b'{"1": 1}', f"The body: found '1'; expected {A_PLAN}."),
        *(
            (
                b'{"operation": "create_user", "refusal": "unavailable", "times": %s}' % times,
                f"times={found}: allowed: whole numbers from 1 to 1,000,000.",
            )
            for times, found in {
                b"0": "0 (int)",
                b'"2"': "'2' (str)",
                b"true": "True (bool)",
                b"2.0": "2.0 (float)",
                b"NaN": "nan (float)",
                b"1e999": "inf (float)",
                b"1000001": "1000001 (int)",
                b"9223372036854775808": "9223372036854775808 (int)",
            }.items()
        ),
        (
            b'{"operation": "create_user", "refusal": "unavailable", "times": 1%s}'
            % (b"0" * 5_000),
            (
                "The body: it can't be read: Exceeds the limit (4300 digits) for integer string"
                " conversion: value has 5001 digits; use sys.set_int_max_str_digits() to increase"
                f" the limit; expected {A_PLAN}."
            ),
        ),
    ],
    ids=lambda value: value[-60:].decode("latin-1") if isinstance(value, bytes) else "",
)
def test_a_refusal_that_cannot_be_is_told(plan, reason):
    """With what is expected; nothing changes."""
    served = Served()
    answer = served.control("POST", "refuse", body=plan)
    assert (answer.status, answer.json()) == (400, {"error": reason})
    assert served.ask("GET", "/v1/Users").status == 200


def fail(served, **plan):
    """Have an operation meet a fault."""
    return served.control("POST", "fault", body=json.dumps(plan).encode())


def test_an_operation_meets_a_fault():
    """As often as is planned; before what is planned to be refused, and what stays afterwards."""
    served = Served()
    refuse(served, operation="list_user", refusal="unavailable")
    plan = {"fault": "html_body", "arguments": {"status": 504}, "times": 2, "after": 1, "every": 2}
    assert fail(served, operation="list_user", **plan).status == 204
    fail(served, operation="list_user", fault="empty_body", times=1, arguments=None)

    answers = [served.ask("GET", "/v1/Users") for _ in range(6)]

    assert [answer.status for answer in answers] == [503, 503, 504, 503, 504, 503]
    assert [answer.body == b"" for answer in answers] == [True, *([False] * 5)]
    exchanges = served.control("GET", "journal").json()["exchanges"]
    assert [exchange["fault"] for exchange in exchanges] == [
        *("empty_body", None, "html_body"),
        *(None, "html_body", None),
    ]


def test_other_operations_meet_none():
    """Nor does what is none: httpx could not even write some of these requests."""
    served = Served()
    fail(served, operation="create_user", fault="html_body")
    assert served.ask("GET", "/v1/Users").status == 200
    assert served.ask("GET", "*").status == 404


def test_an_answer_that_is_lost_is_in_log_and_explanation():
    """With what was planned, and where; the log says it when it happens."""
    served = Served()
    fail(served, operation="create_user", fault="answer_lost")
    with pytest.raises(httpx.RemoteProtocolError):  # there is no socket here
        served.ask("POST", "/v1/Users", headers=FORM, body=b"Identity=ada")
    assert served.identities() == ["ada"]
    assert served.log == [
        (
            "create_user: POST /v1/Users (Identity='ada') -> no response (RemoteProtocolError), by"
            " faults.answer_lost()"
        )
    ]
    explained = served.control("GET", "explain").body.decode().splitlines()
    assert explained[2:5] == [
        (
            "   met: faults.answer_lost(), planned at POST /__twilio_users__/fault; it reached the"
            " stub"
        ),
        (
            "     The connection ends after Twilio did what was asked, and before it could respond"
            " (it can happen on any TCP connection; the tests make it happen on loopback)"
        ),
        "   answered: by nobody: RemoteProtocolError",
    ]


class PatientPeer:
    """A client that waits as long as it takes, which is no time."""

    async def wait(self, seconds):
        """Let so many seconds pass."""


def test_an_answer_that_is_late_is_logged_twice():
    """As it may take long: when the request has come, and what came of it."""
    served = Served()
    fail(served, operation="list_user", fault="slow", arguments={"seconds": 30})
    assert served.ask("GET", "/v1/Users", peer=PatientPeer()).status == 200
    assert served.log == [
        f"list_user: GET /v1/Users -> {came}, by faults.slow(seconds=30)"
        for came in ("no response (not answered yet)", "200")
    ]


def test_what_came_of_a_request_before_it_was_logged_is_logged_with_it(capsys):
    """In one line: what waits to be written is told as it is by then."""
    log = Log()
    request = Request(method="GET", origin=LOCAL, target="/v1/Users")
    request.note_fault(FaultPlan(fault=slow(0.01)))
    exchange = Exchange(operation="list_user", request=request, response=None, error="not yet")
    log.note(exchange)
    exchange.come_to(Response(status=200), error="")
    log.note(exchange)
    log.write()
    assert capsys.readouterr().err == (
        "list_user: GET /v1/Users -> 200, by faults.slow(seconds=0.01)\n"
    )


@pytest.mark.parametrize(
    ("plan", "reason"),
    [
        (
            b"{",
            (
                "The body: it can't be read: Expecting property name enclosed in double quotes:"
                f" line 1 column 2 (char 1); expected {A_FAULT}."
            ),
        ),
        (
            b'{"operations": 1}',
            f"The body: found 'operations'; expected {A_FAULT}. Did you mean 'operation'?",
        ),
        (b'{"fault": "answer_lost"}', f"None is not an operation. Known: {', '.join(OPERATIONS)}."),
        (
            b'{"fault": "answer_los"}',
            f"'answer_los' is not a fault. Did you mean 'answer_lost'? Known: {', '.join(FAULTS)}.",
        ),
        (b'{"operation": "create_user"}', f"None is not a fault. Known: {', '.join(FAULTS)}."),
        (
            b'{"fault": "slow", "arguments": [3]}',
            f"arguments=[3]: expected an object, such as that in {A_FAULT}.",
        ),
        (b'{"fault": "slow"}', "slow needs seconds."),
        (
            b'{"fault": "slow", "arguments": {"second": 3}}',
            "'second' is not an argument of slow. Did you mean 'seconds'? Known: seconds.",
        ),
        (
            b'{"fault": "slow", "arguments": {"seconds": "3"}}',
            f"seconds='3' (str): allowed: {A_TIME}.",
        ),
        (
            b'{"fault": "slow", "arguments": {"seconds": NaN}}',
            f"seconds=nan (float): allowed: {A_TIME}.",
        ),
        (
            b'{"fault": "read_timeout", "times": 0}',
            "times=0 (int): allowed: whole numbers from 1, or None.",
        ),
        (
            b'{"fault": "read_timeout", "after": -1}',
            "after=-1 (int): allowed: whole numbers from 0.",
        ),
        (
            b'{"fault": "read_timeout", "every": true}',
            "every=True (bool): allowed: whole numbers from 1.",
        ),
        (
            b'{"operation": "create_user", "fault": "connect_timeout"}',
            (
                "faults.connect_timeout() can't come from a server, as its client has connected"
                " already. The nearest is faults.read_timeout()."
            ),
        ),
        (
            b'{"operation": "create_user", "fault": "repeated_page"}',
            (
                "No request of create_user can meet faults.repeated_page()."
                " It fits list_service_user, list_user."
            ),
        ),
    ],
    ids=lambda value: value.decode() if isinstance(value, bytes) else "",
)
def test_a_fault_that_cannot_be_is_told(plan, reason):
    """With what is expected; nothing changes."""
    served = Served()
    answer = served.control("POST", "fault", body=plan)
    assert (answer.status, answer.json()) == (400, {"error": reason})
    assert served.ask("GET", "/v1/Users").status == 200


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, f"The body: found {{}}; expected {A_DELIVERY}."),
        ({"to": "a"}, f"The body: found 'to'; expected {A_DELIVERY}."),
        (
            {"url": "http://app.example/", "auth_token": "a"},
            (
                "Webhooks are delivered by http, to loopback only, such as"
                " http://127.0.0.1:8000/hooks; found 'http://app.example/'."
            ),
        ),
        (
            {"url": "http://127.0.0.1:1/", "signed_url": "nowhere", "auth_token": "a"},
            (
                "url='nowhere' (str): allowed: http or https, a host, perhaps a path and a query,"
                " such as https://app.example/hooks."
            ),
        ),
        (
            {"url": "http://127.0.0.1:1/"},
            "The token that signs webhooks is not known: give auth_token.",
        ),
    ],
)
def test_a_delivery_that_cannot_be_meant_is_told(body, told):
    """With what can be."""
    answer = Served().control("POST", "webhooks", body=json.dumps(body).encode())
    assert (answer.status, answer.json()) == (400, {"error": told})


def test_where_others_reach_the_server_it_reaches_others():
    """In a network of containers, by their names."""
    served = Served(token="sesame", remote=True)
    body = json.dumps({"url": "http://app:8000/hooks", "auth_token": "a"}).encode()
    answer = served.control("POST", "webhooks", body=body, authorization="Bearer sesame")
    assert answer.status == 204

    body = json.dumps({"url": "https://app/", "auth_token": "a"}).encode()
    answer = served.control("POST", "webhooks", body=body, authorization="Bearer sesame")
    assert answer.json()["error"] == (
        "Webhooks are delivered by http, such as http://127.0.0.1:8000/hooks; found 'https://app/'."
    )


def test_reset_begins_anew():
    """The seed's users are there with the SIDs they had, no journal, and nothing planned."""
    served = Served(seeds=[{"identity": "ada"}])
    refuse(served, operation="fetch_user", refusal="unavailable")
    fail(served, operation="fetch_user", fault="html_body")
    before = served.control("GET", "state").json()["users"][0]["sid"]
    served.ask("DELETE", "/v1/Users/ada")
    served.ask("POST", "/v1/Users", headers=FORM, body=b"Identity=bob")
    assert served.identities() == ["bob"]

    assert served.control("POST", "reset").status == 204

    assert served.control("GET", "state").json()["users"][0]["sid"] == before
    assert served.identities() == ["ada"]
    assert served.control("GET", "journal").json() == {"exchanges": []}
    assert served.ask("GET", "/v1/Users/ada").status == 200


def test_seed_adds_users():
    """Its body is written as a seed file; the answer has them."""
    served = Served()
    answer = served.control("POST", "seed", body=b'[{"identity": "ada"}, {"identity": "bob"}]')
    assert answer.status == 201
    assert [user["identity"] for user in answer.json()["users"]] == ["ada", "bob"]
    assert served.identities() == ["ada", "bob"]


def test_a_wrong_seed_adds_nobody():
    """400 and the reason."""
    served = Served(seeds=[{"identity": "ada"}])
    answer = served.control("POST", "seed", body=b'[{"identity": "bob"}, {"identity": "ada"}]')
    assert (answer.status, served.identities()) == (400, ["ada"])
    assert answer.json() == {
        "error": "the body, user 2 ('ada'): Twilio would refuse this user. The identity is already"
        " taken in the service: 409, code 50201, `User already exists`."
    }


def test_a_beginning_that_twilio_would_refuse_is_none():
    """It is told before anything is served."""
    with pytest.raises(InvalidArgument, match=r"the seed, user 1 \(''\): Twilio would refuse"):
        Served(seeds=[{"identity": ""}])


def test_the_journal_tells_what_was_said():
    """Operations, parameters, answers and violations; the password is nowhere."""
    served = Served()
    body = f"Identity=ada&FriendlyNam={PASSWORD}".encode()
    served.ask("POST", "/v1/Users", headers=FORM, body=body)
    served.ask("GET", "/v1/Userz")
    first, second = served.control("GET", "journal").json()["exchanges"]
    assert first == {
        "number": 1,
        "operation": "create_user",
        "neighbour": None,
        "method": "POST",
        "path": "/v1/Users",
        "parameters": {"Identity": "ada", "FriendlyNam": "***"},
        "status": 201,
        "error": "",
        "fault": None,
        "violations": [
            {
                "severity": "error",
                "text": "form.FriendlyNam: found a parameter that Twilio ignores; allowed:"
                " Identity, FriendlyName, Attributes, RoleSid. Did you mean 'FriendlyName'?",
            }
        ],
    }
    assert (second["operation"], second["status"]) == (None, 404)
    text = second["violations"][0]["text"]
    assert text.startswith("path: found GET /v1/Userz, which no operation answers; Known paths: ")
    assert "twilio_users.routes" not in text


@pytest.mark.parametrize("spelled", ["correct-horse", "correct%2Dhorse", "%63orrect%2dhorse"])
def test_the_password_is_hidden_wherever_it_is_said(spelled):
    """In path, names and values, however it is spelled and wherever it would be cut."""
    served = Served()
    long = "x" * 110
    served.ask(
        "POST", f"/v1/Users/{spelled}", headers=FORM, body=f"{long}{spelled}={spelled}".encode()
    )
    served.ask("GET", f"/{spelled}")

    name, violation = f"{long}***", "a parameter that Twilio ignores"
    allowed = "allowed: FriendlyName, Attributes, RoleSid."
    assert served.log[0] == (
        f"update_user: POST /v1/Users/*** ({name}='***') -> 404 20404 The requested resource"
        f" /Users/*** was not found\n  error form.{name}: found {violation}; {allowed}"
    )
    first, second = served.control("GET", "journal").json()["exchanges"]
    assert (first["path"], first["parameters"]) == ("/v1/Users/***", {name: "***"})
    assert first["violations"][0]["text"] == f"form.{name}: found {violation}; {allowed}"
    assert second["path"] == "/***"
    assert "correct" not in json.dumps([first, second]) + "".join(served.log)


def test_the_log_has_a_line_for_each_request():
    """Short if all is well, with what was sent and what is wrong with it if not."""
    served = Served()
    served.ask("POST", "/v1/Users", headers=FORM, body=b"Identity=ada&FriendlyName=Ada")
    served.ask("POST", "/v1/Users", headers=FORM, body=b"Identity=ada")
    served.ask("GET", f"/v1/Users/{PASSWORD}?PageSize=1", authorization=None)
    served.ask("GET", f"/v1/Users/ada?a%0Ab={'long' * 200}")
    assert served.log == [
        "create_user: POST /v1/Users -> 201",
        "create_user: POST /v1/Users (Identity='ada') -> 409 50201 User already exists",
        (
            f"fetch_user: GET /v1/Users/{PASSWORD} (PageSize='1') -> 401 20003 Authentication"
            " Error - No credentials provided\n  error query.PageSize: found a parameter that"
            " Twilio ignores; fetch_user has no query; was an identity with '?' not encoded?"
        ),
        served.log[3],
    ]
    asked, violation = served.log[3].splitlines()
    assert asked.startswith("fetch_user: GET /v1/Users/ada (a\\nb='longlong")
    assert violation.startswith("  error query.a\\nb: found")
    assert max(map(len, served.log[3].splitlines())) <= LONGEST


def test_a_line_of_the_log_is_not_endless():
    """It is cut."""
    served = Served()
    served.ask("GET", f"/v1/Users/{'a' * 1_000}")
    assert (len(served.log[0]), served.log[0][-1]) == (LONGEST, "…")


def test_of_a_long_name_the_log_looks_at_the_beginning():
    """To hide secrets in a megabyte takes a second, in which nobody else is answered."""
    looked_at = []
    request = Request(method="GET", origin=LOCAL, target="/v1/Users")
    request.hide_with(lambda text: looked_at.append(len(text)) or text)
    violations = (error("query." + r"\x41" * 100_000, "a parameter that Twilio ignores", "none"),)
    lines = as_lines(
        Exchange(operation="list_user", request=request, response=None, violations=violations)
    ).splitlines()
    assert (len(lines[1]), max(looked_at)) == (LONGEST, 10_000)


@pytest.mark.parametrize(
    ("method", "name", "status", "told"),
    [
        (
            "GET",
            "stat",
            404,
            (
                "There is no /__twilio_users__/stat. Did you mean 'state'?"
                " Known: reset, seed, refuse, fault, state, journal, webhooks, explain, health."
            ),
        ),
        (
            "GET",
            "",
            404,
            (
                "There is no /__twilio_users__/. Known: reset, seed, refuse, fault, state, journal,"
                " webhooks, explain, health."
            ),
        ),
        ("GET", "reset", 405, "/__twilio_users__/reset answers POST, not GET."),
        ("HEAD", "state", 405, "/__twilio_users__/state answers GET, not HEAD."),
        ("PUT", "webhooks", 405, "/__twilio_users__/webhooks answers GET or POST, not PUT."),
        ("POST", "health", 405, "/__twilio_users__/health answers GET or HEAD, not POST."),
        (
            "POST",
            "refuse?times=2",
            400,
            "/__twilio_users__/refuse takes no query; found 'times=2'.",
        ),
    ],
)
def test_what_is_no_endpoint_is_told(method, name, status, told):
    """With what there is; as headers, too, where HTTP has one for it."""
    answer = Served().control(method, name)
    assert (answer.status, answer.json()) == (status, {"error": told})
    methods = told.partition("answers ")[2].partition(", not")[0]
    assert answer.header("allow") == (methods.replace(" or", ",") if status == 405 else None)


def test_the_folder_of_the_endpoints_is_none_of_twilios():
    """With a slash at its end or not."""
    answer = Served().ask("GET", "/__twilio_users__")
    known = "reset, seed, refuse, fault, state, journal, webhooks, explain, health"
    assert answer.json() == {"error": f"There is no /__twilio_users__/. Known: {known}."}


@pytest.mark.parametrize(
    "said",
    [
        ("origin", "https://a-page.example"),
        ("origin", "null"),
        *(("sec-fetch-site", site) for site in ("cross-site", "same-site", "same-origin")),
    ],
    ids=": ".join,
)
def test_web_pages_control_nothing(said):
    """A browser says that one asks. Names are another matter, of all requests."""
    answer = Served(token="sesame").control("POST", "reset", headers=(said,))
    assert answer.status == 403
    assert answer.json() == {"error": "Control endpoints do not answer web pages."}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("remote", [False, True])
def test_whether_it_serves_anybody_may_ask(method, remote):
    """Whoever starts containers has no token, and does not fill the journal."""
    served = Served(token=None if remote else "sesame", remote=remote)
    answer = served.control(method, "health", headers=(("origin", "https://a-page.example"),))
    assert (answer.status, answer.body, served.log) == (204, b"", [])


def test_who_types_an_address_is_no_web_page():
    """A browser says that, too."""
    typed = ("sec-fetch-site", "none")
    assert Served().control("GET", "state", headers=(typed,)).status == 200


def test_others_are_answered_while_a_journal_is_told(monkeypatch):
    """Of many megabytes it takes seconds to hide what is secret."""
    served = Served()
    answered = threading.Event()

    def tell(exchange, *, number):
        assert answered.wait(10)
        return number

    monkeypatch.setattr(control, "as_json", tell)
    served.ask("GET", "/v1/Users")

    async def ask_both():
        journal = asyncio.create_task(served.answer("GET", "/__twilio_users__/journal"))
        await asyncio.sleep(0)
        await served.answer("GET", "/v1/Users")
        answered.set()
        return await journal

    assert asyncio.run(ask_both()).json() == {"exchanges": [1]}


def test_a_token_is_asked_for_if_there_is_one():
    """401 without it, with another, or in another form."""
    served = Served(token="sesame")
    for right in ("Bearer sesame", "bearer sesame"):
        assert served.control("POST", "reset", authorization=right).status == 204
    for wrong in (None, "", "Bearer", "sesame", "Bearer  sesame", "Bearer s\xe9same", BASIC):
        answer = served.control("POST", "reset", authorization=wrong)
        assert (answer.status, answer.header("www-authenticate")) == (401, "Bearer")
        assert answer.json() == {
            "error": "The control token is missing or wrong. Send: Authorization: Bearer …"
        }


def test_who_is_remote_controls_with_a_token():
    """A container is, to the tests of another one."""
    served = Served(token="sesame", remote=True)
    right = {"authorization": "Bearer sesame", "origin": "http://twilio-stub:8000"}
    assert served.control("POST", "reset", **right).status == 204
    assert served.control("POST", "reset").status == 401


def test_without_a_token_nobody_remote_controls():
    """Whoever asks: it could be anybody."""
    answer = Served(remote=True).control("POST", "reset", authorization="Bearer ")
    assert answer.status == 403
    assert answer.json() == {
        "error": "Other machines can reach this server, so its control endpoints need a"
        " --control-token."
    }


@pytest.mark.parametrize("token", ["sésame", "сезам", "half \ud800"])
def test_a_token_of_any_letters_opens_or_not(token):
    """It comes in UTF-8, and servers read headers as Latin-1; what is no text comes from nobody."""
    brought = token.encode(errors="replace").decode("latin-1")
    answer = Served(token=token).control("POST", "reset", authorization=f"Bearer {brought}")
    assert answer.status == (401 if "\ud800" in token else 204)
    other = Served(token=token).control("POST", "reset", authorization="Bearer сезам\ud800")
    assert other.status == 401


NAMES = ("identity", "attributes", "service_sid", "friendly_name", "is_online", "role_sid")
PLAN = ("operation", "refusal", "times")
texts = st.text(st.characters(exclude_categories=()), max_size=5) | st.sampled_from(
    ["ada", "create_user", "unavailable", "IS" + "5" * 32]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda parts: (
        st.lists(parts, max_size=3)
        | st.dictionaries(texts | st.sampled_from([*NAMES, *PLAN]), parts, max_size=4)
    ),
    max_leaves=12,
)
seeds = st.lists(
    st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, values | texts)), max_size=3
)
plans = st.fixed_dictionaries({}, optional=dict.fromkeys(PLAN, values | texts | st.just(2**63)))


@given(
    body=st.binary()
    | st.one_of(values, seeds, plans).map(lambda value: json.dumps(value).encode()),
    name=st.sampled_from(["seed", "refuse", "reset", "state", "journal"]) | texts.map(quote),
    method=st.sampled_from(["GET", "POST", "PUT"]),
    authorization=st.none() | texts | texts.map("Bearer {}".format),
    token=st.none() | texts,
)
def test_whatever_is_asked_the_stub_goes_on(body, name, method, authorization, token):
    """What is malformed is refused with a sentence, and all else is as it was."""
    served = Served(token=token)
    answer = served.control(method, name, body=body, authorization=authorization)
    assert answer.status in (200, 201, 204, 400, 401, 404, 405)
    assert answer.status < 400 or answer.json()["error"].endswith((".", "…"))
    assert served.ask("GET", "/v1/Users").status in (200, 429, 500, 503)
    told = served.control("GET", "state", authorization=f"Bearer {token}")
    assert told.status in (200, 401)


@pytest.mark.parametrize("depth", [976, 3_000])
def test_attributes_that_are_nested_deep_are_refused(depth):
    """400, however Python comes to its end with them."""
    deep = '{"a": ' * depth + "1" + "}" * depth
    body = f'[{{"identity": "ada", "attributes": {deep}}}]'.encode()
    served = Served()
    answer = served.control("POST", "seed", body=body)
    assert (answer.status, served.identities()) == (400, [])
