"""What the handle does elsewhere than on the stub."""

import pytest

from pytest_twilio_users.errors import KitError
from pytest_twilio_users.handle.assembly import assemble
from pytest_twilio_users.scopes.isolation import Isolation
from pytest_twilio_users.settings import Mode, Settings


def test_what_only_the_stub_can_do_is_told(run):
    """And what to do instead."""
    run(
        "live",
        """
        import pytest
        from pytest_twilio_users.errors import InvalidArgument, KitError

        def test_it(twilio_users):
            with pytest.raises(KitError) as caught:
                twilio_users.checkpoint()
            assert str(caught.value) == (
                "checkpoint() works only on the stub, and the mode is live. Compare users(), or"
                ' run this test on the stub only: @pytest.mark.twilio_users(modes=("stub",)).'
            )
            with pytest.raises(InvalidArgument) as caught:
                twilio_users.add_user(is_online=True)
            assert str(caught.value) == (
                "add_user: is_online and is_notifiable can be set only on the stub, and the mode"
                " is live."
            )
        """,
    ).assert_outcomes(passed=1)


def test_a_service_that_can_not_be_is_told_before_a_request(run):
    """In the words of the handle, whose argument it is."""
    run(
        "live",
        """
        import pytest
        from pytest_twilio_users.errors import InvalidArgument

        @pytest.mark.parametrize("asking", ["users", "add_user"])
        def test_it(twilio_users, asking):
            with pytest.raises(InvalidArgument) as caught:
                getattr(twilio_users, asking)(service_sid="typo")
            assert str(caught.value) == (
                "service_sid='typo' is not a Conversation Service SID: expected 'IS' and 32 hex"
                " digits."
            )
        """,
    ).assert_outcomes(passed=2)


def test_a_wait_takes_its_time_where_a_service_answers(run):
    """And none in replay."""
    source = """
        import time

        def test_it(twilio_users):
            before = time.perf_counter()
            twilio_users.users(twilio_users.service_sid)
            twilio_users.wait(0.3)
            waited = time.perf_counter() - before
            assert (waited >= 0.3) is (twilio_users.mode == "record")
        """
    run("record", source).assert_outcomes(passed=1)
    run("replay").assert_outcomes(passed=1)


def test_identities_are_the_tests_own_on_a_live_account(run):
    """A test may ask for one again; another test has another one."""
    run(
        "live",
        """
        import re

        seen = set()

        def test_one(twilio_users):
            ada = twilio_users.identity("ada")
            assert re.fullmatch("tu-[0-9]{8}-[0-9a-f]{6}-[0-9a-f]{6}-ada", ada)
            assert twilio_users.identity("ada") == ada
            assert twilio_users.hide(f"I am {ada}.") == "I am ada."
            seen.add(ada)

        def test_other(twilio_users):
            assert twilio_users.identity("ada") not in seen
        """,
    ).assert_outcomes(passed=2)


def test_what_can_not_be_deleted_is_told(run):
    """A warning at the test, the ledger at the end of the run and at the beginning of the next."""
    source = """
        import pytest

        def test_it(twilio_users, monkeypatch):
            twilio_users.add_user(service_sid=twilio_users.service_sid)
            twilio_users.hide("all")
            from pytest_twilio_users.live.backend import LiveBackend
            from pytest_twilio_users.errors import Leftover

            def fail(*_):
                raise Leftover("A user is left.")

            LiveBackend.remove = fail
        """
    from pytest_twilio_users.live.backend import LiveBackend

    remove = LiveBackend.remove
    try:
        result = run("live", source)
    finally:
        LiveBackend.remove = remove
    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines(["*KitWarning: A user is left.", "*left a user on the account.*"])
    again = run("live", "def test_nothing(): ...")
    again.stdout.fnmatch_lines(["twilio-users: Run tu-* left a user on the account. *"])


def test_no_warning_shows_a_private_value(run, monkeypatch):
    """Neither of what is left behind, nor of what was probably not meant."""
    from pytest_twilio_users.live.backend import LiveBackend

    monkeypatch.setattr(LiveBackend, "remove", LiveBackend.remove)
    result = run(
        "live",
        """
        import app

        def test_it(twilio_users):
            service, name = twilio_users.service_sid, "".join(["hopp", "erova"])
            user = twilio_users.add_user(name, service_sid=service)
            app.http.get(f"/Services/{service}/Users/{name}/", auth=app.login())

            from pytest_twilio_users.live.backend import LiveBackend
            from pytest_twilio_users.errors import Leftover

            def fail(*_):
                raise Leftover(f"{user.sid} is left.")

            LiveBackend.remove = fail
        """,
    )
    result.assert_outcomes(passed=1, warnings=2)
    result.stdout.no_fnmatch_line("*hopperova*")
    result.stdout.fnmatch_lines(["*KitWarning: US00000001* is left."])


def test_a_warning_of_a_run_that_asked_nobody_stays_as_it_is(run):
    """There is nothing private to look for in it."""
    result = run("live", "import warnings\n\ndef test_it():\n    warnings.warn('of my own')")
    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines(["*UserWarning: of my own"])


def test_nothing_leaves_in_replay(run, service):
    """Not by a library that the kit does not catch, either; other hosts are left alone."""
    run(
        "replay",
        """
        import socket
        import urllib.request

        import pytest
        from pytest_twilio_users.errors import NoNetwork

        def test_it(twilio_users):
            with pytest.raises(NoNetwork) as caught:
                urllib.request.urlopen("https://conversations.twilio.com/v1/Users")
            assert str(caught.value).startswith(
                "urllib tried to connect to conversations.twilio.com in test_it.py::test_it. In"
                " replay mode the kit blocks requests to it."
            )
            with pytest.raises(NoNetwork):
                socket.getaddrinfo(b"conversations.dublin.ie1.twilio.com", 443)
            assert socket.getaddrinfo("127.0.0.1", 80)
        """,
    ).assert_outcomes(passed=1)


def test_a_handle_without_an_account_does_not_go_live():
    """Whoever makes one by hand hears of it."""
    isolation = Isolation(Settings(mode=Mode.LIVE))
    handle, engine = assemble(isolation)
    isolation.begin_test("test_ada", isolation.settings, fixtures=["twilio_users"])
    isolation.attach(engine)
    with pytest.raises(KitError) as raised:
        handle.client.fetch_user("ada")
    isolation.leave_test()
    assert str(raised.value) == "mode='live' needs an account, and this handle has none."
    engine.close()
