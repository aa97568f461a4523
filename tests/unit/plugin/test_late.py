"""plugin/late.py: tests that ask for the kit late."""

import functools
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_twilio_users.plugin.late import asks_late, note_late_askers


def asks(request):
    """Ask in its own code."""
    request.getfixturevalue("twilio_users")


def asks_by_default(request, name="twilio_user"):
    """Ask by a default."""
    request.getfixturevalue(name)


def asks_within(request):
    """Ask in a function within, for one of several."""

    def ask():
        for name in ("tmp_path", ("a", "twilio_users_client")):
            request.getfixturevalue(name)

    ask()


def asks_among(request):
    """Ask for one of a set."""
    assert request.param in {"tmp_path", "twilio_users_sdk"}


def asks_otherwise(request):
    """Speak of twilio_users, and ask for something else."""
    request.getfixturevalue("tmp_path")


@functools.wraps(asks)
def decorated(*given, **named):
    """Do so, decorated."""
    return asks(*given, **named)


class Methods:
    """Tests of a class."""

    def asks(self, request):
        """Ask."""
        request.getfixturevalue("twilio_users")


class Odd:
    """Answers as it likes."""

    def __getattr__(self, name):
        raise ZeroDivisionError


@given(st.none())
def in_examples(request, _):
    """Ask in a property test."""
    request.getfixturevalue("twilio_users")


def item_of(function, *, names=("request",), **more):
    """A test with a function."""
    return SimpleNamespace(obj=function, fixturenames=list(names), **more)


@pytest.mark.parametrize(
    "function",
    [asks, asks_by_default, asks_within, asks_among, decorated, Methods().asks, in_examples],
    ids=lambda each: each.__name__,
)
def test_who_names_a_fixture_of_the_kit_and_has_the_request_may_ask(function):
    """Wherever in the code the name is; a plain name is enough, and without `request` none is."""
    assert asks_late(item_of(function))
    assert not asks_late(item_of(function, names=["tmp_path"]))


@pytest.mark.parametrize("found", [asks_otherwise, None, len, Odd(), 5], ids=lambda e: str(type(e)))
def test_who_names_none_does_not_ask(found):
    """A docstring that speaks of one names none; somebody else's objects are no trouble."""
    assert not asks_late(item_of(found))


def test_a_fixture_may_ask_for_the_test():
    """The definition that counts, as pytest has it: the last one."""

    def info(*functions):
        definitions = [SimpleNamespace(func=function) for function in functions]
        return SimpleNamespace(name2fixturedefs={"a": definitions, "request": ()})

    assert asks_late(item_of(asks_otherwise, _fixtureinfo=info(asks_otherwise, asks)))
    assert not asks_late(item_of(asks_otherwise, _fixtureinfo=info(asks, asks_otherwise)))


@pytest.mark.parametrize(
    ("value", "late"),
    [
        ("twilio_users", True),
        (("a", ("twilio_users", 1)), True),
        (frozenset({"twilio_users"}), True),
        ("twilio", False),
        (["twilio_users"], False),
    ],
    ids=str,
)
def test_a_parameter_may_name_the_fixture(value, late):
    """A text, or one among several."""
    test = item_of(asks_otherwise, callspec=SimpleNamespace(params={"name": value}))

    assert asks_late(test) is late


def test_a_doctest_asks_by_getfixture():
    """It has to name the kit, too."""

    def doctest(*sources):
        test = object.__new__(pytest.DoctestItem)
        test.dtest = SimpleNamespace(examples=[SimpleNamespace(source=each) for each in sources])
        return test

    assert asks_late(doctest("x = 1\n", "users = getfixture('twilio_users')\n"))
    assert not asks_late(doctest("users = getfixture('tmp_path')\n"))
    assert not asks_late(doctest("users = 'twilio_users'\n"))


def test_whoever_asks_for_the_handle_uses_the_kit():
    """Once it is there, pytest calls no hook. It is noted once."""
    used = []

    class Definition:
        def execute(self, request):
            return f"handle for {request}"

    definition = Definition()
    isolation = SimpleNamespace(use=lambda: used.append("used"))
    note_late_askers(definition, isolation)
    note_late_askers(definition, isolation)

    assert definition.execute("ada") == "handle for ada"
    assert used == ["used"]
