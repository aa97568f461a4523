"""What a library raises at a planned fault is what it raises at a real one, on loopback."""

import re
import socket
from importlib.metadata import version

import pytest
from unit.transports.asking import (
    EACH_WAY,
    documented_error,
    error_of,
    skip_what_older_libraries_do,
)
from unit.transports.misbehaving_host import ARRIVES, BODY, MisbehavingHost

from pytest_twilio_users import faults
from pytest_twilio_users.transports.aiohttp_catch import AiohttpCatch
from pytest_twilio_users.transports.httpx_catch import Httpx2Catch, HttpxCatch
from pytest_twilio_users.transports.urllib3_catch import Urllib3Catch
from pytest_twilio_users.wire.messages import Response

FAULTS = {
    "connect_error": faults.connect_error(),
    "connect_timeout": faults.connect_timeout(),
    "read_timeout": faults.read_timeout(),
    "slow": faults.slow(1),
    "connection_reset": faults.connection_reset(),
    "answer_lost": faults.answer_lost(),
    "body_cut": faults.body_cut(after=ARRIVES),
}
BENEATH_ALL = {"asyncio", "h11"}
"""What no library promises."""

VARIES = re.compile(r"at 0x\w+|(?<=timeout=)[\d.]+|Connect call failed \(.*?\)|, \d+\)$")


@pytest.fixture
def twilio_on_loopback(monkeypatch):
    """Every host is found on loopback, once."""

    def getaddrinfo(host, port, *_, **__):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


class Answering:
    """A backend whose answer is that of the host on loopback."""

    def handle(self, request):
        """Answer a request."""
        headers = (("content-type", "application/json"), ("content-length", str(len(BODY))))
        return Response(status=201, headers=headers, body=BODY)


def is_silent(error):
    """Whether it is of a urllib3 that does not name what lies beneath."""
    return version("urllib3").startswith("1.") and type(error).__module__.startswith(
        ("requests", "urllib3")
    )


def described(error):
    """An error with what lies beneath it, less what differs from run to run."""
    found = []
    while error is not None and type(error).__module__.partition(".")[0] not in BENEATH_ALL:
        request = getattr(error, "_request", None) or getattr(error, "request", None)
        said = [VARIES.sub("…", str(argument)) for argument in error.args]
        found.append((type(error), said, getattr(error, "errno", None), type(request)))
        error = None if is_silent(error) else error.__cause__
    return found


@pytest.mark.filterwarnings("ignore:(BasicAuth|The 'auth' parameter) is deprecated")
@pytest.mark.parametrize("name", FAULTS)
@EACH_WAY
@pytest.mark.usefixtures("twilio_on_loopback")
def test_a_planned_fault_is_told_as_a_real_one(way, name, transport_to, routes, starting):
    """The error's class, arguments and attributes, and those of what lies beneath."""
    skip_what_older_libraries_do(way, name)
    patience = 0.3 if "total" in way else 0.05
    waits = {
        "connect": patience if name == "connect_timeout" else 5,
        "read": patience if name in ("read_timeout", "slow") else 5,
    }
    with MisbehavingHost(name) as host:
        origin = f"http://conversations.twilio.com:{host.port}"
        real = error_of(way, origin, **waits)
    routes["create_user"].fail(FAULTS[name])
    transport = transport_to(Answering(), routes)
    starting(
        HttpxCatch(transport),
        Httpx2Catch(transport),
        Urllib3Catch(transport),
        AiohttpCatch(transport),
    )
    planned = error_of(way, origin, **waits)

    assert type(real).__name__ == documented_error(way, name)
    assert described(planned) == described(real)
