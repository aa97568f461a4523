"""Fixtures of each scope that make users, plan refusals, let time pass, and arrange neighbours."""

import app
import made
import pytest

pytest_plugins = ["pytester"]


def pytest_sessionstart():
    """A run before, in this process, may have been interrupted."""
    made.ALIVE.clear()


@pytest.fixture(scope="session")
def founder(twilio_users):
    """A user for the rest of the run."""
    with made.making() as mine:
        app.sign_up("founder")
        mine.signed_up("founder")
        yield mine
        made.look(twilio_users, by=mine)
        app.retire("founder")


@pytest.fixture(scope="module")
def team(twilio_users):
    """Two users of a module, a refusal, a room, and an hour that went by."""
    with made.making() as mine:
        twilio_users.add_user("team-1", friendly_name="Ada")
        app.sign_up("team-2")
        mine.sent += ["create_user"]
        mine.users |= {"team-1": "Ada", "team-2": None}
        twilio_users.routes["delete_service_user"].refuse("too_many_requests", times=1)
        mine.overridden |= {"delete_service_user"}
        twilio_users.neighbours.add("conversations", unique_name="lobby")
        mine.rooms += ["lobby"]
        twilio_users.wait(3600)
        mine.hours += 1
        yield mine
        made.look(twilio_users, by=mine)
        app.rename("team-1", "Countess")


@pytest.fixture(scope="class", params=["one", "two"])
def room(request, twilio_users):
    """A user for each parameter, and whoever hears of changes in the class."""
    with made.making() as mine:
        name = f"room-{request.param}"
        twilio_users.add_user(name)
        mine.users[name] = None
        heard = []
        twilio_users.webhooks.deliver_to(heard.append)
        yield name, heard
        made.look(twilio_users, by=mine)


@pytest.fixture
def ada(twilio_users):
    """A user of the test, and what it is renamed to behind it."""
    with made.making(wide=False) as mine:
        app.sign_up("ada")
        app.rename("ada", "Ada")
        mine.sent += ["create_user", "update_user"]
        mine.users["ada"] = "Ada"
        yield mine
        app.sign_up("after ada")


@pytest.fixture
def mess(twilio_users):
    """Leaves as much as a test can, when it has looked."""

    def leave():
        for user in twilio_users.users():
            twilio_users.client.delete_user(user.sid)
        app.sign_up("mess")
        app.sign_up_by_requests("mess, too")
        app.rename("mess", "M.")
        twilio_users.add_user("mess elsewhere", service_sid=twilio_users.service_sid)
        twilio_users.routes["fetch_user"].refuse("internal_error")
        twilio_users.routes.get("https://conversations.twilio.com/v1/Roles").respond(200)
        twilio_users.neighbours.add("conversations", unique_name="mess")
        twilio_users.webhooks.deliver_to(lambda hook: None)
        twilio_users.webhooks.hold()
        twilio_users.wait(36_000)

    return leave
