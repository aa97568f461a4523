"""How exchanges are told, by exchanges that were made up."""

import base64
import json

import pytest

from pytest_twilio_users import faults
from pytest_twilio_users.faults.fault_plan import FaultPlan
from pytest_twilio_users.report.conversation import tell_turns
from pytest_twilio_users.report.document import Turn
from pytest_twilio_users.wire.journal import Exchange, Journal
from pytest_twilio_users.wire.messages import Request, Response, describe_body
from pytest_twilio_users.wire.violations import warning

PASSWORD = "correct horse battery"  # the tests' own
LOGIN = "Basic " + base64.b64encode(f"AC{32 * '0'}:{PASSWORD}".encode()).decode()
USERS = "/v1/Users"


def exchange(form: str = "", answer: bytes | None = b"{}", *, status: int = 200, **changes):
    """A create that was answered, or not."""
    body = form.encode()
    request = Request(
        method="POST",
        origin="https://conversations.twilio.com",
        target=changes.pop("target", USERS),
        headers=describe_body(body, "application/x-www-form-urlencoded"),
        body=body,
        authorization=LOGIN,
    )
    response = None if answer is None else Response(status=status, body=answer)
    told = {"operation": "create_user", "request": request, "response": response}
    return Exchange(**told | changes)


def turn(*exchanges: Exchange) -> Turn:
    """How the last of them is told."""
    journal = Journal()
    for each in exchanges:
        journal.append(each)
    return tell_turns(journal)[-1]


def test_a_turn_tells_what_was_asked_and_what_came_of_it():
    """With its number in the test, what was wrong with it, and why it was answered so."""
    refusal = {"code": 50201, "message": "User already exists"}
    told = turn(
        exchange(),
        exchange(
            "Identity=ada&FriendlyName=Ada+L",
            json.dumps(refusal).encode(),
            status=409,
            violations=(warning("form.Identity", "'ada'", "allowed: others"),),
        ),
    )
    assert told == Turn(
        number=2,
        subject="create_user",
        asked="POST /v1/Users",
        sent={"Identity": "ada", "FriendlyName": "Ada L"},
        sent_from="",
        status=409,
        came="409 50201 User already exists",
        fault="",
        violations=("warning form.Identity: found 'ada'; allowed: others",),
        answer='{\n  "code": 50201,\n  "message": "User already exists"\n}',
        why=told.why,
    )
    assert "refusal identity_taken" in told.why


def test_a_turn_without_an_answer_tells_why():
    """And which fault it met."""
    met = exchange(answer=None, error="ReadTimeout")
    met.request.note_fault(FaultPlan(fault=faults.read_timeout()))
    told = turn(met)
    found = (told.status, told.came, told.fault, told.answer)
    assert found == (None, "no response (ReadTimeout)", "faults.read_timeout()", "")


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b"<h1>Bad Gateway</h1>\n", "<h1>Bad Gateway</h1>\n"),
        ('{"name": "Zoë"}'.encode(), '{\n  "name": "Zoë"\n}'),
        (b"\xff\x00\t\xe2\x80\xa8", "\ufffd\\x00\\t\\u2028"),
        (b'{"name": "\\ud800\\u202e"}', '{\n  "name": "\\ud800\\u202e"\n}'),
        (b"[" * 100_000, "100,000 bytes"),
        (b'"' + b"x" * 5_000 + b'"', '"' + "x" * 2_998 + "…"),
        (b"[" * 50_000, "[" * 2_999 + "…"),
    ],
    ids=["html", "letters", "bytes", "surrogate", "large", "long", "deep"],
)
def test_a_body_is_told_so_that_it_can_be_read(body, shown):
    """As JSON if it is some, else as it came; nothing that a screen would obey, and not endless."""
    assert turn(exchange(answer=body)).answer == shown


@pytest.mark.parametrize(
    ("form", "sent"),
    [
        (
            "&".join(f"P{number}=1" for number in range(23)),
            {**{f"P{number}": "1" for number in range(20)}, "…": "3 more"},
        ),
        (
            "&".join(f"P{number}=1" for number in range(20)),
            {f"P{number}": "1" for number in range(20)},
        ),
        ("A=" + 70_000 * "x", {"body": "70,002 bytes"}),
        ("A=" + 2_000 * "x", {"A": 999 * "x" + "…"}),
        ("A=%E2%80%AE%00", {"A": "\\u202e\\x00"}),
    ],
    ids=["many", "as-many-as-fit", "large", "long", "unprintable"],
)
def test_what_was_sent_is_told_in_bounds(form, sent):
    """At most twenty parameters, each cut where it is long."""
    assert turn(exchange(form)).sent == sent


def test_a_password_is_told_nowhere():
    """Neither where it was sent as something else, nor where it was answered."""
    answer = json.dumps({"token": PASSWORD, "login": LOGIN}).encode()
    told = turn(exchange(f"Identity={PASSWORD}", answer, target=f"{USERS}/{PASSWORD[:7]}"))
    assert told.sent == {"Identity": "***"}
    assert told.answer == '{\n  "token": "***",\n  "login": "Basic ***"\n}'
    assert PASSWORD not in str(told)


def test_private_values_are_hidden_in_every_field():
    """By whoever hides them, before anything is cut."""
    identity = 600 * "ada"
    met = exchange(
        f"Identity={identity}",
        json.dumps({"code": 1, "message": identity, "identity": identity}).encode(),
        status=400,
        target=f"{USERS}/{identity}",
        violations=(warning("form.Identity", identity, "allowed: others"),),
    )
    met.request.hide_with(lambda text: text.replace(identity, "<identity>"))
    told = turn(met)
    assert "adaada" not in str(told)
    assert (told.asked, told.came) == ("POST /v1/Users/<identity>", "400 1 <identity>")
