"""A served stub tells applications of changes, in any language."""

from contextlib import contextmanager
from urllib.parse import parse_qsl

import httpx
import pytest
from hearing import hearing
from twilio.request_validator import RequestValidator

from pytest_twilio_users.contract.sids import OWN_ACCOUNT_SID
from pytest_twilio_users.server.served_stub import Beginning, ServedStub
from pytest_twilio_users.settings import Settings

TOKEN = "0123456789abcdef"
TOLD = {"X-Twilio-Webhook-Enabled": "true"}


@contextmanager
def application(answer):
    """An application on loopback: `answer` is given its forms, and gives the status."""
    forms = []

    def hear(path, headers, body):
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        url, signature = f"http://{headers['Host']}{path}", headers["X-Twilio-Signature"]
        assert RequestValidator(TOKEN).validate(url, form, signature)
        forms.append(form)
        return answer(form)

    with hearing(hear) as (origin, _):
        yield f"{origin}/hooks", forms


class Stub:
    """A process of `twilio-users serve`, asked by httpx."""

    def __init__(self, http):
        self._http = http

    def change(self, path, **form):
        """Create or update, told of."""
        return self._http.post(f"/v1/Users{path}", data=form, headers=TOLD)

    def control(self, method, name, body=None):
        """Ask a control endpoint."""
        return self._http.request(method, f"/__twilio_users__/{name}", json=body, auth=None)


@pytest.fixture
def stub(serve):
    """One with a token of its own."""
    url = serve("--auth-token", TOKEN).url
    with httpx.Client(base_url=url, auth=(OWN_ACCOUNT_SID, TOKEN)) as http:
        yield Stub(http)


def test_an_application_in_another_process_may_ask_in_its_turn(stub):
    """It is answered meanwhile; both are in the log, and what was told can be looked at."""

    def welcome(form):
        if form["EventType"] == "onUserUpdate":
            return 403
        return stub.change(f"/{form['UserSid']}", FriendlyName="Ada").status_code

    with application(welcome) as (url, forms):
        assert stub.control("POST", "webhooks", {"url": url}).status_code == 204
        created = stub.change("", Identity="ada")

    assert created.status_code == 201
    assert [form["EventType"] for form in forms] == ["onUserAdded", "onUserUpdate"]
    told = stub.control("GET", "webhooks").json()["webhooks"]
    assert [(hook["status"], hook["error"]) for hook in told] == [(403, ""), (403, "")]
    assert [hook["parameters"] for hook in told] == forms
    assert told[0]["url"] == url
    assert RequestValidator(TOKEN).validate(url, forms[0], told[0]["signature"])
    journal = stub.control("GET", "journal").json()["exchanges"]
    assert [each["status"] for each in journal] == [201, 403]


def test_a_reset_ends_deliveries(stub):
    """And forgets what was told."""
    with application(lambda _: 200) as (url, forms):
        stub.control("POST", "webhooks", {"url": url, "events": ["onUserAdded"]})
        stub.change("", Identity="ada")
        stub.change("/ada", FriendlyName="Ada")
        assert len(stub.control("GET", "webhooks").json()["webhooks"]) == 3
        stub.control("POST", "reset")
        stub.change("", Identity="ada")

    assert [form["EventType"] for form in forms] == ["onUserAdded"]
    assert len(stub.control("GET", "webhooks").json()["webhooks"]) == 1


def test_an_application_of_a_tests_server_may_ask_in_its_turn(twilio_users, twilio_users_server):
    """What the fixture serves is delivered, too: to another process, which asks it meanwhile."""
    login = (twilio_users.account_sid, twilio_users.auth_token)

    def ask(method, path, **more):
        url = f"{twilio_users_server}/v1/Users{path}"
        headers = TOLD if method == "POST" else {}
        return httpx.request(method, url, auth=login, headers=headers, **more)

    def fetch(hook):
        assert ask("GET", f"/{hook['UserSid']}").status_code == 200
        return 200

    twilio_users.webhooks.deliver_to(fetch)
    assert ask("POST", "", data={"Identity": "ada"}).status_code == 201
    assert ask("POST", "/ada", data={"FriendlyName": "Ada"}).status_code == 200

    statuses = [(hook["EventType"], hook.status) for hook in twilio_users.webhooks]
    assert statuses == [("onUserAdded", 200), ("onUserUpdate", 200), ("onUserUpdated", 200)]
    assert twilio_users.journal.operations == [
        *("create_user", "fetch_user"),
        *("fetch_user", "update_user", "fetch_user"),
    ]


def test_a_stub_keeps_as_many_webhooks_as_exchanges():
    """It may run for days."""
    settings = Settings(journal_limit=2)
    beginning = Beginning(account_sid=OWN_ACCOUNT_SID, auth_token="", settings=settings)
    stub = ServedStub(beginning, log=lambda _: None)
    assert stub.deliveries.hooks.maxlen == 2
