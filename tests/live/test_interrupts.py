"""A live run that is told to end, by Ctrl-C or a signal, ends soon; what it made is deleted."""

import os
import signal
import threading
import time
from dataclasses import replace

import pytest
from live.misbehaving import ACCOUNT_SID, AUTH_TOKEN, SERVICE_SID, account_at

from pytest_twilio_users.contract.operations import OPERATIONS
from pytest_twilio_users.errors import Leftover
from pytest_twilio_users.live import ending
from pytest_twilio_users.live.ledger_files import read_ledgers
from pytest_twilio_users.live.run import LiveRun
from pytest_twilio_users.live.sweep import run_sweep
from pytest_twilio_users.live.sweep.sweep_client import open_client
from pytest_twilio_users.settings import Mode, Settings
from pytest_twilio_users.wire.codec import encode

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="no such signals")

TOLD_TO_END = """
    import os
    import signal
    import time

    import pytest

    @pytest.fixture(scope="session")
    def wide(twilio_users):
        return twilio_users.add_user(service_sid=twilio_users.service_sid)

    def test_it(twilio_users, wide):
        twilio_users.add_user("ada@example.com", service_sid=twilio_users.service_sid)
        os.kill(os.getpid(), signal.{name})
        time.sleep(1)

    def test_later(): ...
    """


@pytest.fixture
def unhurried(monkeypatch):
    """There is time for all, on a machine under load, too."""
    monkeypatch.setattr(ending, "LAST_SECONDS", 30)


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_signal_ends_a_run_as_ctrl_c_does(run, service, pytester, name):
    """Nobody is left, and afterwards the signal does what it did before."""
    before = service.users()
    result = run("live", TOLD_TO_END.format(name=name))
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.assert_outcomes()
    assert service.users() == before
    assert not list(pytester.path.rglob("*.jsonl"))
    assert signal.getsignal(getattr(signal, name)) is signal.SIG_DFL


def test_who_handles_a_signal_goes_on_handling_it(run):
    """The run goes on, if that is what they want."""
    heard = []
    before = signal.signal(signal.SIGTERM, lambda *_: heard.append("SIGTERM"))
    try:
        result = run("live", TOLD_TO_END.format(name="SIGTERM"))
        result.assert_outcomes(passed=2)
        assert heard == ["SIGTERM"]
    finally:
        signal.signal(signal.SIGTERM, before)


def test_a_handler_that_a_test_sets_stays(run):
    """It is theirs, also after the run."""
    source = """
        import signal

        def test_it(twilio_users):
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        """
    try:
        run("live", source).assert_outcomes(passed=1)
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def test_a_run_in_a_thread_handles_no_signals(run):
    """Python has the main thread alone handle them."""
    results = []
    source = "def test_it(twilio_users): twilio_users.users(twilio_users.service_sid)"
    thread = threading.Thread(target=lambda: results.append(run("live", source)))
    thread.start()
    thread.join()
    results[0].assert_outcomes(passed=1)


@pytest.fixture
def interrupted(service, monkeypatch):
    """Has Ctrl-C come while the server is at its first create; tells of it."""
    told, answer = [], service._server.answer

    def interrupt(request):
        if request.method == "POST" and not told:
            told.append(request.path)
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.3)
        return answer(request)

    monkeypatch.setattr(service._server, "answer", interrupt)
    return told


@pytest.fixture
def pythons_ctrl_c():
    """As in a process of its own, whoever handles it in this one."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("unhurried", "pythons_ctrl_c")
def test_ctrl_c_while_a_request_of_the_contract_suite_is_under_way_ends_the_run(
    run, service, interrupted
):
    """No check of an answer that never came stands in its way."""
    before = service.users()
    suite = ("--pyargs", "pytest_twilio_users.suites.contract", "-k", "service and async")
    result = run("live", "def test_it(): ...", *suite)
    assert (len(interrupted), result.ret) == (1, pytest.ExitCode.INTERRUPTED)
    result.assert_outcomes(deselected=result.parseoutcomes()["deselected"])
    assert service.users() == before


@pytest.mark.usefixtures("pythons_ctrl_c", "interrupted")
@pytest.mark.parametrize("asking", ["fixture", "test", "example"])
def test_what_ends_on_the_way_out_is_not_waited_for(run, pytester, monkeypatch, asking):
    """A fixture that is set up, a test, an example: where there is no time, all is left."""
    monkeypatch.setattr(ending, "LAST_SECONDS", 0)
    run(
        "live",
        """
        import pytest
        from hypothesis import given, settings, strategies as st

        def add(twilio_users):
            twilio_users.add_user(service_sid=twilio_users.service_sid)

        @pytest.fixture(scope="module")
        def wide(twilio_users): add(twilio_users)

        def test_fixture(wide): ...

        def test_test(twilio_users): add(twilio_users)

        @settings(deadline=None)
        @given(st.none())
        def test_example(twilio_users, _): add(twilio_users)
        """,
        *("-k", f"test_{asking}"),
    )
    [file] = read_ledgers(pytester.path / ".twilio_users")
    assert (len(file.left), file.running) == (1, False)


@pytest.fixture
def live(service, tmp_path):
    """A run that may send four changes a second."""
    settings = Settings(mode=Mode.LIVE, changes_per_second=4, base_url=service.url)
    return LiveRun(account=account_at(service.url), settings=settings, folder=tmp_path)


def test_what_a_run_has_no_time_to_delete_is_left_to_the_sweep(live, service, tmp_path):
    """It is told what is left, and how to remove it."""
    before, made, left = service.users(), [], []
    backend, ledger = live.open_backend(acting=lambda: "test_it", on_created=made.append)
    for number in range(5):
        arguments = {"chat_service_sid": SERVICE_SID, "identity": f"{number}@example.com"}
        request = encode(OPERATIONS["create_service_user"], arguments, origin=service.url)
        backend.handle(replace(request, authorization=live.account.authorization))

    live.ending.begin()
    for entry in made:
        try:
            backend.remove(entry)
        except Leftover as error:
            left.append(str(error))
    ledger.close()

    assert left  # by their pace, five take a second
    assert len(service.users()) - len(before) == len(left)
    assert left[-1] == (
        f"User {service.users()[-1].sid} for test_it is left on the live account: no answer, the"
        " run was told to end. `twilio-users sweep` removes it."
    )
    environ = {"TWILIO_ACCOUNT_SID": ACCOUNT_SID, "TWILIO_AUTH_TOKEN": AUTH_TOKEN}
    client = open_client(Settings(base_url=service.url), environ=environ)
    assert run_sweep(client, print, folder=tmp_path) == 0
    assert service.users() == before
