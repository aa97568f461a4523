"""Users to begin with are read strictly, and planted all or none."""

import json

import pytest

from pytest_twilio_users.contract.sids import OWN_DEFAULT_SERVICE_SID
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
    """As it is written: what its values may be, the account says."""
    text = """[
        {"identity": "ada", "service_sid": null, "attributes": {"born": 1815.5}} ,
        {"identity": "bob", "friendly_name": "Bob", "attributes": "{ }", "is_online": true}
    ]
    """
    assert read_seeds(text, source="file") == [
        {"identity": "ada", "service_sid": None, "attributes": {"born": 1815.5}},
        {"identity": "bob", "friendly_name": "Bob", "attributes": "{ }", "is_online": True},
    ]


@pytest.mark.parametrize("text", ["[]", b" [ ] ", '[{"identity": "é"}]'.encode("utf-16")])
def test_a_seed_may_be_empty_or_bytes(text):
    """In each encoding that JSON may have."""
    assert [seed["identity"] for seed in read_seeds(text, source="f")] in ([], ["é"])


NO_SEED = ' A seed is a list of users, such as [{"identity": "ada"}].'
NO_STATE = " Known: users, neighbours, account_sid, default_service_sid." + NO_SEED


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "f is not JSON: Expecting value: line 1 column 1 (char 0)." + NO_SEED),
        ("ada", "f is not JSON: Expecting value: line 1 column 1 (char 0)." + NO_SEED),
        ('\n {"identity": "ada"}\n', "f has 'identity', which is not a key of a state." + NO_STATE),
        (
            '{"user": []}',
            "f has 'user', which is not a key of a state. Did you mean 'users'?" + NO_STATE,
        ),
        ("{1: []}", "f has 1, which is not a key of a state." + NO_STATE),
        ('{"users" []}', "f is not JSON: Expecting ':': line 1 column 10 (char 9)." + NO_SEED),
        ('{"users": {}}', "f is not JSON: Expecting '[': line 1 column 11 (char 10)." + NO_SEED),
        (
            '{"account_sid": 1 "users": []}',
            "f is not JSON: Expecting ',': line 1 column 19 (char 18)." + NO_SEED,
        ),
        (b"null", "f is null." + NO_SEED),
        ('"ada"', "f is a string." + NO_SEED),
        ("true", "f is true." + NO_SEED),
        ("7" * 5_000, "f is a number." + NO_SEED),
        ("{} []", "f is not JSON: Extra data: line 1 column 4 (char 3)." + NO_SEED),
        ('{"account_sid":' * 100_000, "f is nested too deeply."),
        ("[", "f, user 1 is not JSON: Expecting value: line 1 column 2 (char 1)." + NO_SEED),
        (
            '[{"identity": "a"},\n]',
            "f, user 2 is not JSON: Expecting value: line 2 column 1 (char 20)." + NO_SEED,
        ),
        (
            '[{"identity": "a"} {"identity": "b"}]',
            "f, user 1 is not JSON: Expecting ',': line 1 column 20 (char 19)." + NO_SEED,
        ),
        ("[] []", "f is not JSON: Extra data: line 1 column 4 (char 3)." + NO_SEED),
        (
            b'["\xff"]',
            "f is not JSON: 'utf-8' codec can't decode byte 0xff in position 2: invalid start byte."
            + NO_SEED,
        ),
        ('[{"identity": "a"}, ' + "[" * 100_000, "f, user 2 is nested too deeply."),
        ("[[]]", 'f, user 1: expected an object, such as {"identity": "ada"}.'),
        ('[{"identity": "a"}, {}]', "f, user 2 has no identity."),
        ('[{"identity": null}]', "f, user 1 has no identity."),
        (
            '[{"identity": "a", "identity": "b"}]',
            "f, user 1 ('b'): the key 'identity' stands twice in one object.",
        ),
        (
            '[{"identity": "a", "attributes": {"b": [{"c": 1, "c": 2}]}}]',
            "f, user 1 ('a'): the key 'c' stands twice in one object.",
        ),
        ('[{"attributes": {"b": NaN}, "identity": "a"}]', "f, user 1 ('a'): NaN is not JSON."),
        (
            '[{"identity": "a", "attributes": {"b": 1e999}}]',
            (
                "f, user 1 ('a'): Python can't hold the number 1e999: write the attributes that"
                " have it as text."
            ),
        ),
        (
            '[{"identity": "a", "attributes": {"b": -' + "1" * 5_000 + "}}]",
            (
                "f, user 1 ('a'): Python can't hold the number -1111111111111111111…: write the"
                " attributes that have it as text."
            ),
        ),
        (
            '[{"identty": "a"}]',
            (
                "f, user 1: 'identty' is not a field that a seed can set. Did you mean"
                " 'identity'? Known: identity, service_sid, friendly_name, attributes,"
                " role_sid, is_online, is_notifiable."
            ),
        ),
        (
            '{"neighbours": [{"neighbour": "roles"}, {"identity": "a", "conversation_sid": "b"}]}',
            (
                'f, neighbour 2 does not say what it is: expected "neighbour", such as'
                ' {"neighbour": "conversations", "unique_name": "lobby"}.'
            ),
        ),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_no_seed_is_refused(text, complaint):
    """The message says where and why."""
    with pytest.raises(InvalidArgument) as caught:
        read_seeds(text, source="f")
    assert str(caught.value) == complaint


def test_seeds_become_users(account):
    """In the default service, unless they name another."""
    seeds = [{"identity": "ada"}, {"identity": "ada", "service_sid": SERVICE, "is_online": True}]
    users = plant(account, seeds, source="f")
    assert list(account.store.users()) == users
    assert [user.service_sid for user in users] == [account.default_service_sid, SERVICE]
    assert users[1].is_online is True


def test_what_is_plainly_meant_as_text_becomes_text(account):
    """A number becomes its digits, attributes become their JSON; null is nothing."""
    seed = {"identity": 7, "friendly_name": None, "attributes": {"born": 1815.5}}
    [user] = plant(account, [seed], source="f")
    assert (user.identity, user.friendly_name, user.attributes) == ("7", None, '{"born": 1815.5}')


@pytest.mark.parametrize(
    ("seed", "complaint"),
    [
        (
            {"identity": "ada"},
            (
                "f, user 2 ('ada'): Twilio would refuse this user. The identity is already taken"
                " in the service: 409, code 50201, `User already exists`."
            ),
        ),
        (
            {"identity": "bob", "service_sid": "IS" + "6" * 32},
            (
                f"f, user 2 ('bob'): service_sid='IS{'6' * 32}' is not a service of the account."
                f" Known: {OWN_DEFAULT_SERVICE_SID}, {SERVICE}."
            ),
        ),
        (
            {"identity": "bob", "service_sid": ""},
            (
                "f, user 2 ('bob'): service_sid='' is not a Conversation Service SID: expected 'IS'"
                " and 32 hex digits."
            ),
        ),
        (
            {"identity": "\ud800"},
            (
                "f, user 2 ('\\ud800'): identity='\\ud800' can't be sent: character 0 is half of a"
                " surrogate pair, which UTF-8 does not encode."
            ),
        ),
        (
            {"identity": [1]},
            "f, user 2 ([1]): identity=[1] (list): allowed: text, an int or a UUID.",
        ),
        (
            {"identity": "a", "is_online": "yes"},
            "f, user 2 ('a'): is_online='yes' (str): allowed: True, False.",
        ),
        (
            {"identity": "a", "attributes": [1]},
            (
                "f, user 2 ('a'): attributes=[1] (list): allowed: a mapping, or the text of a JSON"
                " object."
            ),
        ),
        (
            {"identity": "a", "attributes": {"b": "\ud800"}},
            (
                "f, user 2 ('a'): attributes['b'] can't be written as JSON: 'utf-8' codec can't"
                " encode character '\\ud800' in position 7: surrogates not allowed."
            ),
        ),
        (
            {"identity": "a", "attributes": json.loads('{"b":' * 500 + "1" + "}" * 500)},
            (
                "f, user 2 ('a'): attributes can't be written as JSON: they are nested more than"
                " 100 deep."
            ),
        ),
    ],
    ids=lambda value: str(value)[:30],
)
def test_one_bad_seed_plants_none(account, seed, complaint):
    """What was planted before it is taken back."""
    with pytest.raises(InvalidArgument) as caught:
        plant(account, [{"identity": "ada"}, seed], source="f")
    assert str(caught.value) == complaint
    assert list(account.store.users()) == []
    assert account.store.tracked == []
