"""Tests among the users of wide fixtures, which they change."""

import app
import httpx
import made
import pytest


@pytest.mark.parametrize("number", range(2))
def test_team(twilio_users, team, mess, number):
    made.look(twilio_users)
    first = twilio_users.users()[0].sid
    answers = [_delete(twilio_users, first) for _ in range(2)]
    assert answers == [429, 404]  # it is a user of the default service
    mess()


def _delete(twilio_users, sid):
    url = f"https://conversations.twilio.com/v1/Services/{twilio_users.service_sid}/Users/{sid}"
    return app.http.delete(url).status_code


class TestRoom:
    def test_is_heard(self, twilio_users, room, mess):
        made.look(twilio_users)
        name, heard = room
        heard.clear()
        app.rename(name, "R.")
        assert [hook["EventType"] for hook in heard] == ["onUserUpdate", "onUserUpdated"]
        mess()

    @pytest.mark.ends("failed")
    def test_fails(self, twilio_users, room, founder, mess):
        made.look(twilio_users)
        mess()
        raise ValueError("as it is meant")

    def test_among_others(self, twilio_users, room, team, ada, mess):
        made.look(twilio_users)
        app.retire("ada")
        mess()


@pytest.fixture(scope="class")
def late(twilio_users):
    """Set up in the middle of a test, and there for the rest of its class."""
    with made.making() as mine:
        app.sign_up("late")
        mine.signed_up("late")
        twilio_users.routes["list_user"].mock(return_value=httpx.Response(503))
        mine.overridden |= {"list_user"}
        yield mine
        made.look(twilio_users, by=mine)


class TestLate:
    @pytest.mark.parametrize("number", range(2))
    def test_asks(self, request, twilio_users, number):
        made.look(twilio_users)
        app.sign_up("early")
        app.rename("early", "E.")
        request.getfixturevalue("late")
        app.retire("late")
        app.retire("early")

    def test_sees(self, twilio_users, late, mess):
        made.look(twilio_users)
        mess()


@pytest.fixture(scope="module")
def broken(twilio_users):
    """Makes a user, an override and an hour before it fails."""
    with made.making():
        app.sign_up("broken")
        twilio_users.routes["fetch_user"].refuse("internal_error")
        twilio_users.wait(3600)
        twilio_users.neighbours.add("conversations", unique_name="broken")
        raise ValueError("as it is meant")


@pytest.fixture(scope="class")
def broken_behind(twilio_users):
    """Fails behind its yield."""
    with made.making() as mine:
        app.sign_up("behind")
        mine.signed_up("behind")
        yield
        made.look(twilio_users, by=mine)
        app.sign_up("too late")
        raise ValueError("as it is meant")


@pytest.mark.ends("failed in setup")
@pytest.mark.parametrize("number", range(2))
def test_is_not_set_up(twilio_users, broken, number):
    raise made.Leak("It was set up.")


@pytest.fixture
def broken_here(twilio_users, ada):
    app.sign_up("here")
    raise ValueError("as it is meant")


@pytest.mark.ends("failed in setup")
def test_is_not_set_up_either(broken_here):
    raise made.Leak("It was set up.")


class TestTornDown:
    @pytest.mark.ends("failed in teardown", "passed")  # not the first of two, as of --count=2
    def test_badly(self, twilio_users, broken_behind, mess):
        made.look(twilio_users)
        mess()


@pytest.fixture
def broken_after(twilio_users):
    with made.making(wide=False) as mine:
        app.sign_up("after")
        mine.signed_up("after")
        yield
        app.sign_up("too late")
        raise ValueError("as it is meant")


@pytest.mark.ends("failed in teardown")
def test_is_torn_down_badly_itself(twilio_users, broken_after, mess):
    made.look(twilio_users)
    mess()


def test_comes_after(twilio_users):
    made.look(twilio_users)
