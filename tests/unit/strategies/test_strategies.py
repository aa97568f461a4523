"""strategies/: what is made, what it shrinks to, and how authors are told what they got wrong."""

import doctest
import importlib
import json
import pkgutil
import re
from collections import Counter
from functools import cache

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from pytest_twilio_users import strategies as twilio_st
from pytest_twilio_users.contract.fields import USER_FIELDS
from pytest_twilio_users.contract.models import User, UserPage
from pytest_twilio_users.contract.operations import OPERATIONS
from pytest_twilio_users.contract.refusals import REFUSALS
from pytest_twilio_users.errors import InvalidArgument
from pytest_twilio_users.settings import Settings
from pytest_twilio_users.state.admission import (
    refuse_attributes,
    refuse_identity,
    refuse_user_input,
)
from pytest_twilio_users.strategies import (
    json_values,
    names,
    near_misses,
    resources,
    user_attributes,
)
from pytest_twilio_users.wire.answers import check_response
from pytest_twilio_users.wire.attributes import encode_attributes
from pytest_twilio_users.wire.codec import encode, encode_json
from pytest_twilio_users.wire.messages import Response
from pytest_twilio_users.wire.violations import Severity

SERVICE = "IS" + "0" * 32
ZEROS = "0" * 32
EACH_OPERATION = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=str)


@cache
def simplest(strategy, holds=lambda _: True):
    """The simplest value for which something holds."""
    return find(strategy, holds, settings=settings(max_examples=2_000))


@cache
def examples(strategy, *, count=500):
    """What a run of so many examples meets."""
    found = []

    @settings(max_examples=count)
    @given(strategy)
    def collect(value):
        found.append(value)

    collect()
    return found


# Identities.


@given(twilio_st.identities())
def test_an_identity_is_taken(identity):
    """The stub refuses none, and each can be sent."""
    assert refuse_identity({"Identity": identity}) is None
    encode(OPERATIONS["fetch_user"], {"sid": identity}, origin="")
    encode(OPERATIONS["create_user"], {"identity": identity}, origin="")


@pytest.mark.parametrize("name", twilio_st.HAZARDS)
def test_each_text_of_a_hazard_is_taken(name):
    """The table holds no identity that Twilio refuses."""
    for text in twilio_st.HAZARDS[name]:
        assert refuse_identity({"Identity": text}) is None
        text.encode()


KINDS = {
    "user_name": r"[a-z-]+",
    "numbered": r"user-\d+",
    "email": r"[a-z]+@example\.com",
    "phone": r"\d{11}",
    "uuid": r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    "unicode": r"[^\x00-\x7f]+s?",  # not to be a hazard of one letter
}


def test_a_run_meets_each_hazard_and_each_kind():
    """500 examples have identities of every kind, and every hazard."""
    found = set(examples(twilio_st.identities()))
    assert [name for name, texts in twilio_st.HAZARDS.items() if found.isdisjoint(texts)] == []
    assert KINDS.keys() == names.REALISTIC.keys()
    assert [
        kind
        for kind, pattern in KINDS.items()
        if not any(re.fullmatch(pattern, identity) for identity in found)
    ] == []


@given(twilio_st.identities(hazards=False))
def test_without_hazards_there_is_none(identity):
    """Each is of a realistic kind, and no text of the table."""
    assert any(re.fullmatch(pattern, identity) for pattern in KINDS.values())
    characters = "".join(
        character
        for name in ("slash", "question_mark", "hash", "percent", "plus", "space", "control")
        for character in twilio_st.HAZARDS[name]
        if len(character) == 1
    )
    assert set(identity).isdisjoint(characters + ".") or "@" in identity


@given(twilio_st.identities(hazards=["slash"]))
def test_only_the_hazards_that_were_named_are_there(identity):
    """An identity is a text of the hazard, a mixture with it, or realistic."""
    assert (
        identity in twilio_st.HAZARDS["slash"]
        or set(identity) <= set("ab/\\")
        or any(re.fullmatch(pattern, identity) for pattern in KINDS.values())
    )


def test_hazards_are_a_collection_or_one_name():
    """Order and repetition are no matter; none is the same as False."""
    both = twilio_st.identities(hazards=["slash", "dots"])
    assert twilio_st.identities(hazards={"dots", "slash"}) is both
    assert twilio_st.identities(hazards="dots") is twilio_st.identities(hazards=("dots",))
    assert twilio_st.identities(hazards=()) is twilio_st.identities(hazards=False)


def test_an_unknown_hazard_is_told():
    """The nearest name is offered, and all are listed."""
    with pytest.raises(InvalidArgument) as raised:
        twilio_st.identities(hazards=["slsh"])
    assert str(raised.value) == (
        "'slsh' is not a hazard. Did you mean 'slash'? Known: dots, slash, question_mark, hash,"
        " percent, plus, space, punctuation, control, right_to_left, composition, case, literal,"
        " sid_look_alike, longest."
    )


@pytest.mark.parametrize(("found", "made"), [("system", "systems"), ("é", "és"), ("ada", "ada")])
def test_a_realistic_identity_is_no_special_one(found, made):
    """Hypothesis may find a word in the code under test, and try it."""
    assert names._plain(found) == made


@given(twilio_st.invalid_identities())
def test_an_invalid_identity_meets_its_refusal(invalid):
    """The stub refuses it in the very way that is told."""
    assert refuse_identity({"Identity": invalid.value}) is invalid.refusal


def test_a_run_meets_each_refusal_of_an_identity():
    """Empty, too long, like a SID, reserved."""
    found = {invalid.refusal.name for invalid in examples(twilio_st.invalid_identities())}
    assert found == {
        "identity_empty",
        "identity_like_sid",
        "identity_reserved",
        "identity_too_long",
    }


@given(twilio_st.friendly_names())
def test_a_friendly_name_is_taken(friendly_name):
    """The stub refuses none, and each can be sent."""
    form = {"FriendlyName": friendly_name}
    assert refuse_user_input(form, service_sid=SERVICE, settings=Settings()) is None
    friendly_name.encode()


def test_friendly_names_are_short_long_and_empty():
    """A run meets the empty one and the longest."""
    lengths = {len(name) for name in examples(twilio_st.friendly_names())}
    assert {0, 256} <= lengths


# SIDs.


@pytest.mark.parametrize(
    ("strategy", "prefix"),
    [
        (twilio_st.user_sids(), "US"),
        (twilio_st.service_sids(), "IS"),
        (twilio_st.role_sids(), "RL"),
        (twilio_st.account_sids(), "AC"),
    ],
)
def test_a_sid_is_lower_case_hex(strategy, prefix):
    """Two letters and 32 digits; the simplest has zeros."""
    assert all(re.fullmatch(prefix + "[0-9a-f]{32}", sid) for sid in examples(strategy, count=50))
    assert simplest(strategy) == prefix + ZEROS


# Attributes.


@given(st.data(), st.sampled_from([2, 3, 10, 100, 16_384]))
def test_attributes_fit(data, max_bytes):
    """Their JSON has at most so many bytes, in each usual way to write it."""
    attributes = data.draw(twilio_st.attributes(max_bytes=max_bytes))
    for text in (json.dumps(attributes), encode_attributes(attributes, name="attributes")):
        assert len(text.encode()) <= max_bytes
        assert json.loads(text) == attributes


@given(st.data(), st.sampled_from([2, 10, 100, 16_384]))
def test_the_text_of_attributes_fits(data, max_bytes):
    """It has at most so many bytes, holds an object, and the stub takes it."""
    text = data.draw(twilio_st.attributes_text(max_bytes=max_bytes))
    assert len(text.encode()) <= max_bytes
    assert isinstance(json.loads(text), dict)
    assert refuse_attributes(text, escapes=True) is None


def test_some_attributes_are_as_long_as_they_may_be():
    """To the byte."""
    run = examples(twilio_st.attributes(), count=600)
    lengths = Counter(len(json.dumps(value)) for value in run)
    assert lengths[16_384] > 5
    assert max(lengths) == 16_384


def test_attributes_hold_what_is_awkward():
    """A run meets nested objects, lists, numbers at the edges, and odd keys."""
    run = examples(twilio_st.attributes(), count=600)
    values = [value for found in run for value in found.values()]
    keys = {key for found in run for key in found}
    assert {dict, list, int, float, str, bool, type(None)} == set(map(type, values))
    numbers = {value for value in values if type(value) in (int, float)}
    assert {2**53 - 1, 2**53 + 1, 5e-324, 1.7976931348623157e308, 10**30} <= numbers
    assert {"", "__proto__", "é"} <= keys


def test_the_text_of_attributes_is_spelt_in_many_ways():
    """A run meets escapes, spaces and exponents."""
    texts = examples(twilio_st.attributes_text(), count=600)
    for spelling in (r"\\/", r"\\u[0-9A-F]{4}", r"\dE[-+]\d", r"^\s", r"\t:\n", r"\{\n", r"[^ -~]"):
        assert any(re.search(spelling, text) for text in texts), spelling


@given(json_values.JSON_VALUES, st.sampled_from(json_values.JSON_STYLES))
def test_each_style_writes_the_same(value, style):
    """JSON read back is equal."""
    assert json.loads(style(value)) == value


@pytest.mark.parametrize("hazards", [None, 3, [1], twilio_st.identities])
def test_hazards_are_names(hazards):
    """The error shows what to write."""
    with pytest.raises(InvalidArgument) as raised:
        twilio_st.identities(hazards=hazards)
    assert str(raised.value) == (
        f"hazards={hazards!r} names no hazards: give True, False, or names such as"
        ' ["slash", "dots"].'
    )


@pytest.mark.parametrize("role_sids", ["RL" + "0" * 32, ["RL" + "0" * 32], twilio_st.role_sids])
@pytest.mark.parametrize("strategy", [twilio_st.create_parameters, twilio_st.update_parameters])
def test_roles_come_from_a_strategy(strategy, role_sids):
    """The error shows what to write."""
    with pytest.raises(InvalidArgument) as raised:
        strategy(role_sids=role_sids)
    assert str(raised.value) == (
        f"role_sids={role_sids!r} is not a strategy: give one, such as"
        " role_sids=st.sampled_from([...])."
    )


def test_readable_is_a_flag():
    """Else it is told, and never guessed by its truth."""
    with pytest.raises(InvalidArgument) as error:
        twilio_st.broken_answers("fetch_user", readable="no")

    assert str(error.value) == "readable='no' (str): allowed: True, False."


def test_a_delete_has_nothing_to_read():
    """There is no such answer, and the error says why."""
    with pytest.raises(InvalidArgument) as raised:
        twilio_st.broken_answers("delete_user", readable=False)
    assert str(raised.value) == "delete_user answers with no body: there is nothing to read."


@given(twilio_st.broken_answers("list_user", readable=False))
def test_unreadable_answers_hold_nothing(broken):
    """No JSON, no object, no meta or no users."""
    assert broken.violation.pointer in ("body", "", "/meta", "/users")


@given(twilio_st.broken_answers("list_user", readable=True))
def test_readable_answers_hold_something(broken):
    """Meta and users are there, and something is wrong."""
    assert {"meta", "users"} <= broken.response.json().keys()


@pytest.mark.parametrize("max_bytes", [1, 16_385, 2.5, "10", None])
@pytest.mark.parametrize("strategy", [twilio_st.attributes, twilio_st.attributes_text])
def test_attributes_need_room(strategy, max_bytes):
    """`{}` is the shortest, and Twilio has a longest."""
    with pytest.raises(InvalidArgument) as raised:
        strategy(max_bytes=max_bytes)
    assert str(raised.value) == (
        f"max_bytes={max_bytes!r} is not a length of attributes: allowed from 2, the length of"
        " '{}', to 16384."
    )


@given(twilio_st.invalid_attributes_text())
def test_an_invalid_text_meets_its_refusal(invalid):
    """The stub refuses it in the very way that is told."""
    assert refuse_attributes(invalid.value, escapes=True) is invalid.refusal


@pytest.mark.parametrize("text", user_attributes._NOT_JSON)
def test_each_text_of_the_table_is_no_json(text):
    """The stub says so."""
    assert refuse_attributes(text, escapes=True) is REFUSALS["attributes_not_json"]


def test_a_run_meets_each_refusal_of_attributes():
    """No JSON, no object, too long."""
    found = {invalid.refusal.name for invalid in examples(twilio_st.invalid_attributes_text())}
    assert found == {"attributes_no_object", "attributes_not_json", "attributes_too_long"}


# Users and pages.


@given(twilio_st.users())
def test_a_user_survives_json(user):
    """It is read back as it was written, and its attributes are an object."""
    assert User.from_dict(json.loads(json.dumps(user.to_dict()))) == user
    assert isinstance(user.parsed_attributes, dict)
    assert user.date_created <= user.date_updated


def test_users_are_of_either_service_and_have_nulls():
    """A run meets both forms of the URL, and each null that Twilio is known to answer."""
    users = examples(twilio_st.users(), count=200)
    assert {"/Services/" in user.url for user in users} == {True, False}
    assert {user.is_online for user in users} == {True, False, None}
    assert {user.is_notifiable for user in users} == {True, False, None}
    assert None in {user.friendly_name for user in users}


@given(twilio_st.user_pages())
def test_a_page_is_consistent(page):
    """Users are distinct and of one service; only a full page has a next one."""
    assert len({user.sid for user in page.users}) == len(page.users)
    assert len({user.identity for user in page.users}) == len(page.users)
    assert len({user.chat_service_sid for user in page.users}) <= 1
    assert len(page.users) <= page.meta.page_size <= 50
    assert (page.meta.previous_page_url is None) == (page.meta.page == 0)
    if page.meta.next_page_url is not None:
        assert len(page.users) == page.meta.page_size
        assert page.meta.next_page_token
    for user in page.users:
        assert user.url.startswith(page.meta.first_page_url.partition("?")[0])
        assert (user.is_online, user.is_notifiable) == (None, None)


def test_a_run_meets_pages_with_a_next_one():
    """And some without users."""
    pages = examples(twilio_st.user_pages(), count=200)
    assert any(page.meta.next_page_url for page in pages)
    assert any(not page.users for page in pages)


# Parameters.


def test_the_parameters_of_create_have_an_identity():
    """The others come and go; there is no role unless roles are given."""
    found = Counter(key for p in examples(twilio_st.create_parameters(), count=100) for key in p)
    assert found.keys() == {
        "identity",
        "friendly_name",
        "attributes",
        "x_twilio_webhook_enabled",
    }
    assert min(found.values()) < found["identity"]


def test_the_parameters_of_update_may_be_none():
    """The simplest is no parameter at all; an identity is none."""
    assert simplest(twilio_st.update_parameters()) == {}
    found = {key for p in examples(twilio_st.update_parameters(), count=100) for key in p}
    assert found == {"friendly_name", "attributes", "x_twilio_webhook_enabled"}
    role = simplest(
        twilio_st.update_parameters(role_sids=twilio_st.role_sids()), lambda p: "role_sid" in p
    )
    assert role == {"role_sid": "RL" + ZEROS}


@given(twilio_st.list_parameters())
def test_the_parameters_of_list_are_taken(parameters):
    """A page size from 1 to 50, and a page."""
    assert parameters.keys() <= {"page_size", "page"}
    assert 1 <= parameters.get("page_size", 1) <= 50
    assert parameters.get("page", 0) >= 0


def test_webhooks_are_on_or_off():
    """Booleans, False first."""
    assert set(examples(twilio_st.webhook_enabled(), count=10)) == {False, True}
    assert simplest(twilio_st.webhook_enabled()) is False


def test_each_refusal_is_met():
    """A run has all rows of the table."""
    assert set(examples(twilio_st.refusals())) == set(REFUSALS.values())


# Answers.


@EACH_OPERATION
def test_an_answer_keeps_the_contract(operation):
    """Nothing worse than a note but fractions of a second, and the models read it."""

    @given(twilio_st.answers(operation))
    def keeps_the_contract(answer):
        violations = check_response(operation, answer)
        whole = [v for v in violations if v.allowed != "dates are in whole seconds"]
        assert [str(v) for v in whole if v.severity > Severity.NOTE] == []
        if operation.action == "list":
            UserPage.from_dict(answer.json())
        elif operation.action != "delete":
            User.from_dict(answer.json())

    keeps_the_contract()


def test_answers_take_each_liberty():
    """A run meets null in every field, new fields, other orders and fractions of seconds."""
    bodies = [answer.json() for answer in examples(twilio_st.answers("fetch_user"))]
    nulls = {name for body in bodies for name, value in body.items() if value is None}
    assert nulls >= set(User.__slots__) - {"extra"}
    assert any("extra" in body and "extra" in (body["links"] or {}) for body in bodies)
    assert any(next(iter(body)) != "sid" for body in bodies)
    assert any("." in (body["date_created"] or "") for body in bodies)


@EACH_OPERATION
def test_a_broken_answer_is_an_error_in_one_place(operation):
    """The contract is broken where it is told, and nowhere else."""

    @given(twilio_st.broken_answers(operation))
    def is_an_error(broken):
        assert {
            violation.pointer
            for violation in check_response(operation, broken.response)
            if violation.severity is Severity.ERROR
        } == {broken.violation.pointer}

    is_an_error()


@pytest.mark.parametrize(
    ("operation", "strategy", "breaks"),
    [
        ("fetch_user", twilio_st.users(), near_misses._field_breaks(USER_FIELDS, (), nulls=False)),
        ("list_user", resources.pages(least=1), near_misses._meta_breaks()),
        ("list_user", resources.pages(least=1), near_misses._META_BREAKS),
        ("list_user", resources.pages(least=1), near_misses._USERS_BREAKS),
        ("list_user", resources.pages(least=1), near_misses._last_user_breaks()),
    ],
    ids=["user", "meta", "no meta", "no users", "last user"],
)
def test_each_break_is_an_error_in_one_place(operation, strategy, breaks):
    """The tables of near misses hold nothing that the contract allows."""
    intact = Response(
        status=200,
        headers=(("content-type", "application/json"),),
        body=encode_json(simplest(strategy).to_dict()),
    )
    for broken in (each.of(intact) for each in breaks):
        pointers = {
            violation.pointer
            for violation in check_response(OPERATIONS[operation], broken.response)
            if violation.severity is Severity.ERROR
        }
        assert pointers == {broken.violation.pointer}, broken


def test_broken_answers_break_all_there_is():
    """A run meets the status, the body, its type, and fields; a break is told as it is found."""
    run = examples(twilio_st.broken_answers("fetch_user"), count=300)
    pointers = {broken.violation.pointer for broken in run}
    assert pointers > {"", "status", "body", "header.Content-Type", "/sid", "/date_created"}
    types = [broken for broken in run if broken.violation.pointer == "header.Content-Type"]
    for broken in types:
        [(name, text)] = broken.response.headers
        assert (name, text) in {("content-type", each) for each in ("text/html", "text/plain", "")}
        assert (broken.violation.found, broken.violation.allowed) == (
            repr(text),
            "application/json",
        )
    for broken in run:
        name = broken.violation.pointer.removeprefix("/")
        if name in USER_FIELDS:
            assert broken.violation.found == json.dumps(broken.response.json()[name])
    assert {broken.violation.allowed for broken in run if broken.violation.pointer == "body"} == {
        "JSON"
    }


def test_a_broken_answer_may_lack_a_part():
    """Then nothing is found."""
    found = {
        str(broken.violation)
        for broken in examples(twilio_st.broken_answers("list_user", readable=False))
        if broken.violation.pointer == "/users"
    }
    assert found <= {
        f"/users: found {told}; an array" for told in ("nothing", "null", "0", "{}", '""')
    }
    assert "/users: found nothing; an array" in found


def test_a_broken_answer_to_a_delete_has_another_status_or_a_body():
    """Nothing else of it can be wrong."""
    run = examples(twilio_st.broken_answers("delete_user", readable=True))
    bodies = {b.response.body: b.violation for b in run if b.violation.pointer == "body"}
    assert {*bodies} <= {b"{}", b"null", b" ", b"\n", near_misses._HTML}
    assert len(bodies) > 3
    assert {violation.allowed for violation in bodies.values()} == {"delete answers with no body"}
    assert {violation.found for violation in bodies.values()} == {
        repr(body[:80]) for body in bodies
    }
    assert {b.violation.pointer for b in run} == {"body", "status"}


def test_broken_pages_break_all_there_is():
    """A run meets meta, users, and the last of them, too."""
    run = examples(twilio_st.broken_answers("list_user"), count=600)
    pointers = {broken.violation.pointer for broken in run}
    assert pointers > {"", "status", "body", "header.Content-Type", "/meta", "/users"}
    assert any(pointer.startswith("/meta/") for pointer in pointers)
    assert any(pointer.startswith(("/users/1/", "/users/2/")) for pointer in pointers)


@pytest.mark.parametrize("strategy", [twilio_st.answers, twilio_st.broken_answers])
def test_an_unknown_operation_is_told(strategy):
    """The nearest name is offered, and all are listed."""
    with pytest.raises(InvalidArgument) as raised:
        strategy("fetch_users")
    assert str(raised.value) == (
        "'fetch_users' is not an operation. Did you mean 'fetch_user'? Known: create_service_user,"
        " create_user, delete_service_user, delete_user, fetch_service_user, fetch_user,"
        " list_service_user, list_user, update_service_user, update_user."
    )


# Shrinking.


def test_what_fails_is_short():
    """Failing examples are readable."""
    assert simplest(twilio_st.identities()) == "a"
    assert len(simplest(twilio_st.identities(), lambda identity: "/" in identity)) <= 5
    assert simplest(twilio_st.attributes()) == {}
    [(key, value)] = simplest(twilio_st.attributes(), bool).items()
    assert (len(key) <= 1, value) == (True, None)
    assert simplest(twilio_st.attributes_text()) == "{}"


def test_the_simplest_user_is_readable():
    """SIDs of zeros, and nothing that need not be there."""
    user = simplest(twilio_st.users())
    assert user.sid == "US" + ZEROS
    assert (user.identity, user.friendly_name, user.attributes) == ("a", None, "{}")
    assert user.url == f"https://conversations.twilio.com/v1/Users/US{ZEROS}"
    assert user.date_created == user.date_updated


# The package.


@pytest.mark.parametrize(
    "strategy",
    [
        lambda: twilio_st.attributes(max_bytes=100),
        lambda: twilio_st.attributes_text(max_bytes=100),
        lambda: twilio_st.create_parameters(role_sids=twilio_st.role_sids()),
        lambda: twilio_st.answers("list_user"),
        lambda: twilio_st.broken_answers(OPERATIONS["list_user"]),
        twilio_st.users,
        twilio_st.user_pages,
    ],
)
def test_asking_twice_gives_the_same_strategy(strategy):
    """It is made once."""
    assert strategy() is strategy()


@pytest.mark.parametrize("name", [name for name in twilio_st.__all__ if name.islower()])
def test_the_name_of_a_strategy_is_short(name):
    """Hypothesis warns of a very long repr, and where warnings are errors, that fails a test."""
    operation = ["list_user"] if name.endswith("answers") else []
    title = {"answers": "list_user_answers", "broken_answers": "broken_list_user_answers"}
    made_by_hypothesis = name.endswith("sids") or name == "webhook_enabled"
    told = repr(getattr(twilio_st, name)(*operation))
    assert len(told) < 400
    assert made_by_hypothesis or told == f"{title.get(name, name)}()"


def examples_of_docstrings():
    """The examples of all strategies."""
    return [
        found
        for module in pkgutil.iter_modules(twilio_st.__path__, twilio_st.__name__ + ".")
        for found in doctest.DocTestFinder().find(importlib.import_module(module.name))
        if found.examples
    ]


@pytest.mark.parametrize("documented", examples_of_docstrings(), ids=lambda found: found.name)
def test_the_example_of_a_docstring_runs(documented):
    """It is a test, and it passes."""
    strategies = {name: getattr(twilio_st, name) for name in twilio_st.__all__}
    names = {"given": given, "json": json, "User": User, **strategies}
    [example] = documented.examples
    exec(example.source, names)  # noqa: S102  # our own example
    [test] = [value for name, value in names.items() if name.startswith("test_")]
    test()


def test_each_strategy_has_an_example():
    """All public functions but the types."""
    documented = {found.name.rpartition(".")[2] for found in examples_of_docstrings()}
    assert documented == {name for name in twilio_st.__all__ if name.islower()}


def test_a_misspelt_strategy_is_told():
    """As Python tells of any module."""
    with pytest.raises(AttributeError) as refused:
        _ = twilio_st.identites
    assert str(refused.value) == (
        "module 'pytest_twilio_users.strategies' has no attribute 'identites'"
    )


def test_an_editor_offers_the_strategies_that_are_there():
    """Each can be had, and none of those that can be had is left out."""
    lazy = {name for names in twilio_st._NAMES.values() for name in names}
    assert lazy == set(twilio_st.__all__) <= set(dir(twilio_st))
