"""The report of a live run: what the account did, and nothing that is private."""

import json

import pytest
from live.misbehaving import AUTH_TOKEN, SERVICE_SID, Fault, Misbehaving

from pytest_twilio_users.backends.stub import StubBackend
from pytest_twilio_users.wire.messages import Request, Response

TESTS = """
import app

def test_signs_up(twilio_users):
    ada = twilio_users.identity("ada@example.com")
    app.sign_up(twilio_users.service_sid, ada)
    assert app.login() == ada

def test_lists(twilio_users):
    for _ in range(3):
        twilio_users.client.list_service_user(twilio_users.service_sid)
"""


class Drifted(StubBackend):
    """Answers as Twilio may some day."""

    def handle(self, request: Request) -> Response:
        """Answer with dates in another form, and with a new field."""
        response = super().handle(request)
        if request.method != "POST" or response.status != 201:
            return response
        found = response.json()
        found |= {"date_created": f"of {found['identity']}", "mood": "fine"}
        return response.with_body(json.dumps(found).encode())


@pytest.fixture
def service():
    """An account whose answers drifted."""
    with Misbehaving(chances={Fault.FINE: 1}, backend=Drifted) as server:
        yield server


@pytest.mark.parametrize("options", [(), ("-p", "xdist", "-n1")], ids=["one", "xdist"])
def test_a_live_report_tells_of_the_account_and_hides_what_is_private(
    run, pytester, service, options
):
    """Latency and drift by operation; no identity and no credential, in page as in JSON."""
    result = run("live", TESTS, "--twilio-users-report=report.html", *options)
    result.assert_outcomes(passed=1, failed=1)
    text = (pytester.path / "report.json").read_text("utf-8")
    found, page = json.loads(text), (pytester.path / "report.html").read_text("utf-8")

    assert (found["mode"], found["host"]) == ("live", "loopback (not Twilio)")
    assert [(each["operation"], len(each["seconds"])) for each in found["latencies"]] == [
        ("create_service_user", 1),
        ("list_service_user", 3),
    ]
    assert all(0 < each < 10 for row in found["latencies"] for each in row["seconds"])
    assert [(each["severity"], each["place"], each["tests"]) for each in found["differences"]] == [
        ("error", "/date_created", ["test_it.py::test_signs_up"]),
        ("note", "/mood", ["test_it.py::test_signs_up"]),
    ]
    assert found["differences"][0]["found"] == '"text-1"'
    assert "AssertionError" in found["tests"][0]["failures"][0]["message"]
    for private in ("ada@example.com", AUTH_TOKEN, SERVICE_SID):
        assert private not in text
        assert private not in page
