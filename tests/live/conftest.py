"""Authors' tests in each mode, against a server on loopback that does all right."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext, redirect_stderr, redirect_stdout
from dataclasses import replace
from io import StringIO
from types import SimpleNamespace

import pytest
from live.misbehaving import (
    ACCOUNT_SID,
    AUTH_TOKEN,
    DEFAULT_SERVICE_SID,
    SERVICE_SID,
    Fault,
    Misbehaving,
)

from pytest_twilio_users.drift import own_pytest
from pytest_twilio_users.wire.messages import Request, Response

APPLICATION = '''
"""Application code: it knows Twilio and httpx, and nothing of the kit."""

import os

import httpx

http = httpx.Client(base_url="https://conversations.twilio.com/v1", verify=False)
SERVICE = "IS00000000000000000000000000000000"


def login():
    return os.environ["TWILIO_ACCOUNT_SID"], os.environ["TWILIO_AUTH_TOKEN"]


def sign_up(service, email, **form):
    data = {"Identity": email, **form}
    answer = http.post(f"/Services/{service}/Users", auth=login(), data=data)
    return answer.raise_for_status().json()


async def sign_up_async(service, email):
    async with httpx.AsyncClient(verify=False) as client:
        url = f"{http.base_url}Services/{service}/Users"
        answer = await client.post(url, auth=login(), data={"Identity": email})
    return answer.raise_for_status().json()
'''


@pytest.fixture
def service() -> Iterator[Misbehaving]:
    """A server that answers as Twilio would; it holds a foreign user."""
    with Misbehaving(chances={Fault.FINE: 1}) as server:
        server.add_foreign_user()
        yield server


@pytest.fixture
def run(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, service: Misbehaving
) -> Callable[..., pytest.RunResult]:
    """Runs `test_it.py` in a mode: `run("record", source)`; the same source again without one."""
    for name in [name for name in os.environ if name.startswith("TWILIO_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(app=APPLICATION)

    def run(mode: str, source: str = "", *options: str) -> pytest.RunResult:
        if source:
            pytester.makepyfile(test_it=source)
        with monkeypatch.context() as patch:
            if mode in ("live", "record"):
                patch.setenv("TWILIO_ACCOUNT_SID", ACCOUNT_SID)
                patch.setenv("TWILIO_AUTH_TOKEN", AUTH_TOKEN)
                options += (
                    f"--twilio-users-live-account={ACCOUNT_SID}",
                    f"--twilio-users-service-sid={SERVICE_SID}",
                    f"--twilio-users-base-url={service.url}",
                    "--twilio-users-changes-per-second=1000",
                )
            return pytester.runpytest_inprocess(
                *("-p", "twilio_users", "-p", "no:cacheprovider", "-W", "default"),
                f"--twilio-users-mode={mode}",
                *options,
                no_reraise_ctrlc=True,
            )

    return run


@pytest.fixture
def tests_run_here(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Has a command run pytest in this process: to start another takes longer than its tests do.

    That it starts one, and what a signal does then, is shown by the tests that interrupt it.
    """

    def popen(command: list[str], *, env: dict[str, str], stdout: object, **_: object) -> object:
        assert command[:3] == [sys.executable, "-m", "pytest"]
        said = StringIO()
        with monkeypatch.context() as patch, redirect_stdout(said), redirect_stderr(said):
            for name in os.environ.keys() - env:
                patch.delenv(name)
            for name, value in env.items():
                patch.setenv(name, value)
            result = pytester.runpytest_inprocess(*command[3:], no_reraise_ctrlc=True)
        quiet = stdout == subprocess.PIPE
        if not quiet:
            sys.stderr.write(said.getvalue())
        told = said.getvalue() if quiet else None
        process = SimpleNamespace(communicate=lambda: (told, None), returncode=int(result.ret))
        return nullcontext(process)

    double = SimpleNamespace(Popen=popen, PIPE=subprocess.PIPE, STDOUT=subprocess.STDOUT)
    monkeypatch.setattr(own_pytest, "subprocess", double)


@pytest.fixture
def with_default_service() -> str:
    """The option that names the account's default service."""
    return f"--twilio-users-default-service={DEFAULT_SERVICE_SID}"


@pytest.fixture
def tampered(service: Misbehaving) -> Callable[..., None]:
    """Has the service change fields in what it answers to fetches."""

    def tampered(**changes: object) -> None:
        handle = service._stub.handle

        def answer(request: Request) -> Response:
            response = handle(request)
            if request.method != "GET" or "sid" not in response.json():
                return response
            body = json.dumps(response.json() | changes).encode()
            headers = dict(response.headers) | {"content-length": str(len(body))}
            return replace(response, headers=tuple(headers.items()), body=body)

        service._stub.handle = answer

    return tampered
