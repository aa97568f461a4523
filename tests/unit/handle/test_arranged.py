"""handle/arranged.py: the users of a live account are added and listed by requests."""

from types import SimpleNamespace

import pytest

from pytest_twilio_users.errors import InvalidArgument
from pytest_twilio_users.handle.arranged import RequestedUsers
from pytest_twilio_users.settings import Mode, Settings

DEFAULT = "IS" + "d" * 32
OTHER = "IS" + "e" * 32
NAMED = "IS" + "1" * 32


class Client:
    """Notes what it is asked."""

    def __init__(self):
        self.asked = []

    def create_user(self, identity, **given):
        """Create a user of the default service."""
        self.asked.append((None, identity, given))
        return "the user"

    def create_service_user(self, service_sid, identity, **given):
        """Create a user of a service."""
        self.asked.append((service_sid, identity, given))
        return "the service's user"

    def iter_users(self):
        """List those of the default service."""
        yield "default"

    def iter_service_users(self, service_sid):
        """List those of a service."""
        yield service_sid


@pytest.fixture
def client():
    """A client of the account."""
    return Client()


@pytest.fixture
def users(client, account):
    """The users of an account, by a test with settings: `users(service_sid=NAMED)`."""

    def users(**settings):
        current = SimpleNamespace(
            scope=SimpleNamespace(settings=Settings(mode=Mode.LIVE, **settings)),
            next_name=lambda service_sid: f"user of {service_sid}",
        )
        return RequestedUsers(
            client,
            account,
            SimpleNamespace(current=current),
            own_identity=lambda name: f"run-{name}",
        )

    return users


def add(users, identity="ada", *, service_sid=None, online=None, notifiable=None, **given):
    """Add a user."""
    return users.add(
        identity, service_sid=service_sid, is_online=online, is_notifiable=notifiable, **given
    )


def test_a_user_is_added_where_it_is_said(users, client):
    """The default service has a path of its own, by its SID, too."""
    assert add(users(), friendly_name="Ada") == "the user"
    assert add(users(), service_sid=DEFAULT) == "the user"
    assert add(users(), service_sid=NAMED, attributes={}) == "the service's user"

    assert client.asked == [
        (None, "ada", {"friendly_name": "Ada"}),
        (None, "ada", {}),
        (NAMED, "ada", {"attributes": {}}),
    ]


def test_a_user_without_a_name_is_given_one_of_the_run(users, client):
    """Counted for its service."""
    add(users(), None)
    add(users(), None, service_sid=NAMED)

    assert [identity for _, identity, _ in client.asked] == [
        f"run-user of {DEFAULT}",
        f"run-user of {NAMED}",
    ]


@pytest.mark.parametrize("given", [{"online": False}, {"notifiable": True}])
def test_who_is_online_can_be_said_of_the_stubs_users_alone(users, client, given):
    """No request says it."""
    with pytest.raises(InvalidArgument) as error:
        add(users(), **given)

    assert str(error.value) == (
        "add_user: is_online and is_notifiable can be set only on the stub, and the mode is live."
    )
    assert client.asked == []


@pytest.mark.parametrize(
    ("settings", "service_sid", "listed"),
    [
        ({}, None, [OTHER]),
        ({"service_sid": NAMED}, None, [NAMED]),
        ({"service_sid": NAMED, "default_service": DEFAULT}, None, [NAMED, "default"]),
        ({"service_sid": NAMED}, DEFAULT, ["default"]),
        ({"service_sid": NAMED, "default_service": DEFAULT}, DEFAULT, ["default"]),
        ({"default_service": DEFAULT}, NAMED, [NAMED]),
    ],
)
def test_users_are_those_of_the_runs_services(users, settings, service_sid, listed):
    """Or of the one that is named. The default one has to be named, or allowed for the run."""
    assert users(**settings).list(service_sid) == listed


@pytest.mark.parametrize(
    "ask", [lambda users: add(users, service_sid="IS1"), lambda u: u.list("IS1")]
)
def test_a_service_has_to_have_a_sid(users, ask):
    """The error names the argument."""
    with pytest.raises(InvalidArgument, match=r"^service_sid='IS1'"):
        ask(users())
