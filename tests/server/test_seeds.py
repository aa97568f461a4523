"""Users to begin with are read strictly, and planted all or none."""

import pytest

from pytest_twilio_users.errors import InvalidArgument
from pytest_twilio_users.server.seeds import plant, read_seeds
from pytest_twilio_users.server.served_stub import Beginning, ServedStub
from pytest_twilio_users.settings import Settings

SERVICE = "IS" + "5" * 32


@pytest.fixture
def account():
    """An account without users, which knows one service besides its default one."""
    settings = Settings(service_sid=SERVICE, service_sids=(SERVICE,))
    beginning = Beginning(account_sid="AC" + "a" * 32, auth_token="", settings=settings)
    return ServedStub(beginning, log=lambda _: None).account


def test_a_seed_is_read_with_all_it_may_have():
    """Attributes are an object or text; null is as if it were not there."""
    text = """[
        {"identity": "ada", "service_sid": null, "attributes": {"born": 1815}},
        {"identity": "bob", "friendly_name": "Bob", "attributes": "{ }", "is_online": true}
    ]"""
    assert read_seeds(text, source="file") == [
        {"identity": "ada", "attributes": '{"born": 1815}'},
        {"identity": "bob", "friendly_name": "Bob", "attributes": "{ }", "is_online": True},
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[", "f is no JSON: Expecting value: line 1 column 2 (char 1)."),
        ("{}", 'f: expected a list of users, such as [{"identity": "ada"}].'),
        ("[[]]", 'f, user 1: expected an object, such as {"identity": "ada"}.'),
        ('[{"identity": "a"}, {}]', "f, user 2 has no identity."),
        ('[{"identity": null}]', "f, user 1 has no identity."),
        ('[{"identity": 1}]', "f, user 1: identity=1; expected text, or null."),
        (
            '[{"identity": "a", "is_online": 1}]',
            "f, user 1: is_online=1; expected true or false, or null.",
        ),
        (
            '[{"identity": "a", "attributes": []}]',
            "f, user 1: attributes=[]; expected an object, or text that holds one, or null.",
        ),
        (
            '[{"identty": "a"}]',
            (
                "f, user 1: 'identty' is nothing that a user begins with. Did you mean 'identity'?"
                " Known: identity, service_sid, friendly_name, attributes, role_sid, is_online,"
                " is_notifiable."
            ),
        ),
    ],
)
def test_what_is_no_seed_is_refused(text, complaint):
    """The message says where and why."""
    with pytest.raises(InvalidArgument) as caught:
        read_seeds(text, source="f")
    assert str(caught.value) == complaint


def test_json_nested_beyond_reason_is_refused():
    """It is an error of its author's, not of the stub's."""
    with pytest.raises(InvalidArgument, match="f is no JSON: maximum recursion depth exceeded"):
        read_seeds("[" * 100_000, source="f")


def test_seeds_become_users(account):
    """In the default service, unless they name another."""
    seeds = [{"identity": "ada"}, {"identity": "ada", "service_sid": SERVICE, "is_online": True}]
    users = plant(account, seeds, source="f")
    assert list(account.store.users()) == users
    assert [user.service_sid for user in users] == [account.default_service_sid, SERVICE]
    assert users[1].is_online is True


@pytest.mark.parametrize(
    ("seed", "complaint"),
    [
        (
            {"identity": "ada"},
            (
                "f, user 2: Twilio would refuse 'ada'. The identity is already taken in the"
                " service: 409, code 50201, `User already exists`."
            ),
        ),
        (
            {"identity": "bob", "service_sid": "IS" + "6" * 32},
            f"f, user 2: service_sid='IS{'6' * 32}' is no service of the account.",
        ),
        (
            {"identity": "\ud800"},
            (
                "f, user 2: Identity='\\ud800' can't be sent: character 0 is half of a surrogate"
                " pair, which UTF-8 does not encode."
            ),
        ),
    ],
)
def test_one_bad_seed_plants_none(account, seed, complaint):
    """What was planted before it is taken back."""
    with pytest.raises(InvalidArgument) as caught:
        plant(account, [{"identity": "ada"}, seed], source="f")
    assert str(caught.value) == complaint
    assert list(account.store.users()) == []
    assert account.store.tracked == []
