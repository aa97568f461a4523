"""live/backend.py: services that are not the run's."""

import random

import pytest

from pytest_twilio_users.errors import LiveRefused, NoAnswer
from pytest_twilio_users.live.backend import LiveBackend
from pytest_twilio_users.live.ledger import Ledger
from pytest_twilio_users.live.rails import Rails
from pytest_twilio_users.live.retrying import Lost
from pytest_twilio_users.wire.messages import Secret

SERVICE = "IS" + "1" * 32
OTHER = "IS" + "9" * 32


@pytest.fixture
def send(stub):
    """The way to the account: a script of answers and losses, then the stub."""
    script = []

    def send(request):
        word = script.pop(0) if script else None
        if word is not None:
            raise word
        return stub.handle(request)

    send.script = script
    return send


@pytest.fixture
def live(send, account, tmp_path):
    """The backend under test; its waits take no time."""
    account.settings = type(account.settings)(service_sids=(SERVICE,))
    return LiveBackend(
        send,
        base_url="http://127.0.0.1:1",
        username=account.sid,
        password=Secret(account.auth_token),
        rails=Rails(
            account_sid=account.sid,
            service_sid=SERVICE,
            default_service_sid=None,
            foreign_users=False,
            changes=10,
            changes_per_second=1e6,
            concurrency=1,
            deadline=1.0,
        ),
        ledger=Ledger(tmp_path, run="tu-20260304-abcdef", origin="", account_sid=account.sid),
        acting=lambda: "test_it",
        on_created=lambda _: None,
        sleep=lambda _: None,
        clock=iter(range(10_000)).__next__,
        random=random.Random(1),  # noqa: S311  # chance is to be the same
    )


def test_a_change_in_a_service_that_is_not_there_is_refused_by_twilio(live, compose):
    """A test may want to see how."""
    path = f"/v1/Services/{OTHER}/Users"
    assert live.handle(compose("POST", path, form={"Identity": "ada"})).status == 404


def test_a_change_in_another_service_is_refused_by_the_kit(live, compose, account):
    """It is there, so nothing is sent."""
    account.settings = type(account.settings)(service_sids=(SERVICE, OTHER))
    with pytest.raises(LiveRefused, match=f"service {OTHER} is not the one that this run may"):
        live.handle(compose("DELETE", f"/v1/Services/{OTHER}/Users/ada"))


def test_whether_a_service_is_there_may_remain_unknown(live, compose, send):
    """Then nothing is changed."""
    send.script += [Lost("silence", may_have_arrived=True)] * 9
    with pytest.raises(NoAnswer, match=r"silence\. The kit had looked for the service\.$"):
        live.handle(compose("DELETE", f"/v1/Services/{OTHER}/Users/ada"))
