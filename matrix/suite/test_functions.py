"""Functions that leave a mess, however they end."""

import os
import threading
import unittest

import app
import httpx
import made
import pytest
from pytest_twilio_users import faults


@pytest.mark.parametrize("number", range(3))
def test_passes(twilio_users, ada, mess, number):
    made.look(twilio_users)
    mess()


@pytest.mark.ends("failed")
def test_fails(twilio_users, founder, ada, mess):
    made.look(twilio_users)
    mess()
    raise ValueError("as it is meant")


@pytest.mark.ends("failed")
def test_is_complained_of(twilio_users, mess):
    made.look(twilio_users)
    app.http.post(app.USERS, data={"Identity": "ada", "FriendlyNmae": "misspelt"})
    mess()


def test_skips(twilio_users, ada, mess):
    made.look(twilio_users)
    mess()
    pytest.skip("as it is meant")


@pytest.mark.xfail(reason="as it is meant", strict=True)
def test_is_expected_to_fail(twilio_users, mess):
    made.look(twilio_users)
    mess()
    raise ValueError("as it is meant")


@pytest.mark.ends("failed")
def test_exits(twilio_users, mess):
    made.look(twilio_users)
    mess()
    raise SystemExit(3)


def test_meets_a_fault(twilio_users, ada):
    made.look(twilio_users)
    twilio_users.routes["update_user"].fail(faults.answer_lost(), times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        app.rename("ada", "Lovelace")


@pytest.mark.ends("failed")
def test_meets_no_fault(twilio_users, ada):
    made.look(twilio_users)
    twilio_users.routes["update_user"].fail(faults.answer_lost(), times=1)


@pytest.mark.twilio_users(strict=False)
def test_has_no_neighbours(twilio_users):
    status = app.http.get(app.ROOMS).status_code
    assert status == (200 if any(each.rooms for each in made.ALIVE) else 404)
    made.looks += 1


@pytest.mark.twilio_users(max_page_size=7, neighbours=True)
def test_has_settings_of_its_own(twilio_users, mess):
    made.look(twilio_users, max_page_size=7)
    mess()


def test_asks_late(request):
    twilio_users = request.getfixturevalue("twilio_users")
    made.look(twilio_users)
    request.getfixturevalue("mess")()


def test_has_threads(twilio_users, ada):
    made.look(twilio_users)
    threads = [threading.Thread(target=app.sign_up, args=[f"t-{number}"]) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(twilio_users.users()) == 5 + sum(len(each.users) for each in made.ALIVE)


def test_has_subtests(request, twilio_users, ada, mess):
    made.look(twilio_users)
    pytest.importorskip("_pytest.subtests")
    subtests = request.getfixturevalue("subtests")
    for number in range(3):
        with subtests.test(number=number):
            app.sign_up(f"sub-{number}")
    mess()


def test_runs_pytest(request, twilio_users, ada, pytester):
    made.look(twilio_users)
    if request.config.pluginmanager.has_plugin("flaky"):
        pytest.skip("flaky replaces pytest's runner, for runs within runs, too")
    pytester.makepyfile(
        """
        import httpx

        def test_inner(twilio_users):
            assert twilio_users.users() == []
            url = "https://conversations.twilio.com/v1/Users"
            httpx.post(url, data={"Identity": "ada"}, auth=("a", "b"))
        """
    )
    run = pytester.runpytest_inprocess("-p", "twilio_users", "-p", "no:cacheprovider")
    run.assert_outcomes(passed=1)
    made.look(twilio_users)


def test_does_not_use_the_kit():
    assert os.environ.get("TWILIO_ACCOUNT_SID") is None
    assert os.environ["TWILIO_REGION"] == "ie1"
    assert httpx.HTTPTransport.handle_request.__module__ == "httpx._transports.default"


@pytest.mark.usefixtures("twilio_users")
class TestOfUnittest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        app.sign_up("of the class")

    def setUp(self):
        app.sign_up("of the test")

    def test_first(self):
        app.retire("of the class")
        app.sign_up("mess")

    def test_second(self):
        app.retire("of the class")
        app.sign_up("mess")
