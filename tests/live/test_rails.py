"""What a live run does not send, whoever asks: over a real socket, to a stranger's user."""

import pytest
from live.misbehaving import (
    ACCOUNT_SID,
    AUTH_TOKEN,
    DEFAULT_SERVICE_SID,
    SERVICE_SID,
    account_at,
)

from pytest_twilio_users.live.run import LiveRun
from pytest_twilio_users.live.sweep import run_sweep
from pytest_twilio_users.live.sweep.sweep_client import open_client
from pytest_twilio_users.settings import Settings

STRANGER = "eve@example.com"

PRELUDE = f"""
    import asyncio
    import http.client
    import os
    import socket
    import urllib.request
    from contextlib import suppress

    import aiohttp
    import app
    import httpx
    import pytest
    import requests

    BASE, PATH = os.environ["BASE"], os.environ["STRANGER"]
    USERS = "/v1/Services/{SERVICE_SID}/Users"
    BASIC = {{"Authorization": httpx.BasicAuth(*app.login())._auth_header}}

    kept = httpx.Client(headers=BASIC)
    kept.get(BASE + USERS)  # the connection is open before the test begins

    def by_urllib():
        urllib.request.urlopen(urllib.request.Request(BASE + PATH, None, BASIC, method="DELETE"))

    def by_http_client():
        connection = http.client.HTTPConnection(BASE.removeprefix("http://"))
        connection.request("DELETE", PATH, headers=BASIC)
        connection.getresponse()

    def by_socket(host="127.0.0.1"):
        port = BASE.rpartition(":")[2]
        with socket.socket() as connection:
            connection.connect((host, int(port)))
            head = [f"DELETE {{PATH}} HTTP/1.1", f"Host: {{host}}"]
            head += [f"Authorization: {{BASIC['Authorization']}}", "", ""]
            connection.sendall(chr(13).join(line + chr(10) for line in head).encode())
            connection.recv(10_000)

    async def by_aiohttp():
        async with aiohttp.ClientSession(headers=BASIC) as session:
            async with session.delete(BASE + PATH) as answer:
                await answer.read()

    async def by_async_httpx():
        async with httpx.AsyncClient(headers=BASIC) as client:
            await client.delete(BASE + PATH)

    def passed_through(twilio_users):
        twilio_users.routes["delete_service_user"].pass_through()
        app.http.delete(PATH.removeprefix("/v1"), auth=app.login())
    """

WAYS = (
    "httpx.delete(BASE + PATH, headers=BASIC)",
    "kept.delete(BASE + PATH)",
    "httpx.delete(BASE.replace('127.0.0.1', 'localhost') + PATH, headers=BASIC)",
    "asyncio.run(by_async_httpx())",
    "requests.delete(BASE + PATH, headers=BASIC)",
    "asyncio.run(by_aiohttp())",
    "by_urllib()",
    "by_http_client()",
    "by_socket()",
    "by_socket('127.1')",
    "passed_through(twilio_users)",
)


@pytest.fixture
def stranger(service, monkeypatch):
    """A user of somebody else's; application code knows where the server and the user are."""
    user = service.add_foreign_user(STRANGER)
    monkeypatch.setenv("BASE", service.url)
    monkeypatch.setenv("STRANGER", f"/v1/Services/{SERVICE_SID}/Users/{user.sid}")
    return user


@pytest.fixture
def changes(service):
    """What the server was asked to change."""
    return lambda: [done.asked for done in service.log if not done.asked.startswith("GET")]


def test_nothing_reaches_the_account_past_the_kit(run, service, stranger, changes):
    """By whichever library or connection; the test fails, though it goes on after any error."""
    result = run(
        "live",
        f"""{PRELUDE}
    @pytest.mark.parametrize("way", {WAYS!r})
    def test_it(twilio_users, way):
        with suppress(Exception):
            eval(way)

    def test_the_kit_itself_goes_there(twilio_users):
        app.sign_up(twilio_users.service_sid, "joe@example.com")
        """,
        "-rN",  # where CI is set, pytest's short summary has the whole text again
    )
    result.assert_outcomes(failed=len(WAYS), passed=1)
    assert stranger in service.users()
    assert [asked.partition(" ")[0] for asked in changes()] == ["POST", "DELETE"]
    stopped = [
        line.partition(" tried to connect to ")[0].strip()
        for line in result.outlines
        if " tried to connect to " in line and line.startswith("  ")
    ]
    assert stopped == [
        *("httpx", "httpx", "httpx", "httpx", "requests", "aiohttp"),
        *("urllib", "http.client", "socket", "socket", "httpx"),
    ]


def test_what_is_to_leave_leaves(run, service, stranger):
    """A test may say so; nobody keeps it from what it does then."""
    run(
        "live",
        f"""{PRELUDE}
    @pytest.mark.twilio_users(guard="no")
    def test_it(twilio_users):
        httpx.delete(BASE + PATH, headers=BASIC).raise_for_status()
        """,
    ).assert_outcomes(passed=1)
    assert stranger not in service.users()


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_no_method_goes_past_the_rails(run, stranger, changes, method):
    """Not to strangers, to other services, to the default service; and not uncounted."""
    result = run(
        "live",
        f"""{PRELUDE}
    OTHER = "/v1/Services/{DEFAULT_SERVICE_SID}/Users/ada"

    @pytest.mark.parametrize("path", [PATH, OTHER, "/v1/Users/ada"])
    def test_it(twilio_users, path):
        with suppress(Exception):
            app.http.request({method!r}, path.removeprefix("/v1"), auth=app.login())

    def test_the_budget(twilio_users):
        user = twilio_users.add_user(service_sid=twilio_users.service_sid)
        path = f"/Services/{{twilio_users.service_sid}}/Users/{{user.sid}}"
        for _ in range(5):
            with suppress(Exception):
                app.http.request({method!r}, path, auth=app.login())
        """,
        *("--twilio-users-strict=no", "--twilio-users-changes=3"),
    )
    result.assert_outcomes(passed=4)
    assert [asked.partition(" ")[0] for asked in changes()] == ["POST", method, method, "DELETE"]


def test_who_took_an_identity_is_a_stranger(run, service, stranger):
    """A user of the run was deleted by somebody, and its identity is another user's by now."""
    run(
        "live",
        f"""{PRELUDE}
    @pytest.mark.twilio_users(guard="no", strict=False)
    @pytest.mark.parametrize("change", ["delete", "update"])
    def test_it(twilio_users, change):
        name = f"{{change}}@example.com"
        user = app.sign_up(twilio_users.service_sid, name)
        httpx.delete(f"{{BASE}}{{USERS}}/{{user['sid']}}", headers=BASIC).raise_for_status()
        httpx.post(BASE + USERS, headers=BASIC, data={{"Identity": name}}).raise_for_status()

        ask = getattr(twilio_users.client, f"{{change}}_service_user")
        more = {{"friendly_name": "Ada"}} if change == "update" else {{}}
        with suppress(Exception):
            ask(twilio_users.service_sid, name, **more)
        """,
    ).assert_outcomes(passed=2)
    found = {user.identity: user.friendly_name for user in service.users()}
    assert found == dict.fromkeys(("foreign", STRANGER, "delete@example.com", "update@example.com"))


def test_who_took_a_planned_identity_is_a_stranger(service, tmp_path):
    """The run died between plan and create. The sweep is a moment later."""
    run = LiveRun(account=account_at(service.url), settings=Settings(), folder=tmp_path)
    _, ledger = run.open_backend(acting=str, on_created=print)
    ledger.plan(SERVICE_SID, STRANGER, test="test_it")
    ledger.close()
    service.add_user(STRANGER, age=0)
    before = service.users()

    environ = {"TWILIO_ACCOUNT_SID": ACCOUNT_SID, "TWILIO_AUTH_TOKEN": AUTH_TOKEN}
    client = open_client(Settings(base_url=service.url), environ=environ)
    assert run_sweep(client, print, folder=tmp_path) == 0
    assert service.users() == before
