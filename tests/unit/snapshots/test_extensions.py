"""snapshots/__init__.py: how syrupy is asked."""

import sys
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.extensions.amber import AmberSnapshotExtension
from syrupy.extensions.json import JSONSnapshotExtension
from syrupy.filters import paths, props
from syrupy.location import PyTestLocation
from syrupy.matchers import compose_matchers, path_type

from pytest_twilio_users.errors import KitError, MeaninglessSnapshot
from pytest_twilio_users.snapshots import (
    TwilioUsersJSONSnapshotExtension,
    TwilioUsersSnapshotExtension,
    match_stand_ins,
)

SID = "US" + 32 * "a"
EXTENSIONS = pytest.mark.parametrize(
    ("kit", "plain"),
    [
        (TwilioUsersSnapshotExtension, AmberSnapshotExtension),
        (TwilioUsersJSONSnapshotExtension, JSONSnapshotExtension),
    ],
    ids=["amber", "json"],
)


@pytest.fixture
def answers(ada, page):
    """A bit of everything that has a stand-in."""
    return {"user": ada, "page": page, "sids": {SID: [SID]}, 1: SID}


@EXTENSIONS
@pytest.mark.parametrize(
    ("index", "suffix"), [(0, ""), (1, ".1"), ("page", "[page]")], ids=["first", "second", "named"]
)
def test_a_snapshot_is_named_after_its_test(kit, plain, index, suffix, request):
    """As any other, and otherwise than the one that the author's `snapshot` has."""
    location = PyTestLocation(request.node)
    name = kit.get_snapshot_name(test_location=location, index=index)
    assert name == plain.get_snapshot_name(test_location=location, index=index) + "[twilio_users]"
    assert name.startswith("test_a_snapshot_is_named_after_its_test[")
    assert name.endswith(f"]{suffix}[twilio_users]")


@EXTENSIONS
def test_the_matcher_shows_what_the_extension_shows(kit, plain, answers):
    """Of every value and of every key."""
    text = kit().serialize(answers)
    assert plain().serialize(answers, matcher=match_stand_ins) == text
    composed = compose_matchers(match_stand_ins, path_type({"none": (int,)}))
    assert plain().serialize(answers, matcher=composed) == text
    composed = compose_matchers(path_type({"none": (int,)}), match_stand_ins)
    assert plain().serialize(answers, matcher=composed) == text


@EXTENSIONS
def test_the_matcher_may_be_used_with_the_extension(kit, plain, answers):
    """What is shown already stays as it is, keys and kinds included."""
    assert kit().serialize(answers, matcher=match_stand_ins) == kit().serialize(answers)


@EXTENSIONS
def test_what_is_shown_is_the_same_shown_again(kit, plain, answers):
    """Nothing in a snapshot asks for another stand-in."""
    shown = match_stand_ins(data=answers, path=())
    assert plain().serialize(shown) == kit().serialize(answers)


def test_the_matcher_leaves_alone_what_is_inside():
    """All is shown at the root: there numbers are given."""
    assert match_stand_ins(data=SID, path=(("sid", str),)) == SID
    assert match_stand_ins(data=SID, path=()) == "<US:1>"


def test_json_is_written():
    """For who reads snapshots by a program."""
    data = {
        "sid": SID,
        "attributes": '{"b": [1], "a": null}',
        "date_created": "2026-03-04T12:00:00Z",
    }
    assert TwilioUsersJSONSnapshotExtension().serialize([data]) == dedent(
        """\
        [
          {
            "attributes": {
              "a": null,
              "b": [
                1
              ]
            },
            "date_created": "<t0>",
            "sid": "<US:1>"
          }
        ]
        """
    )


@EXTENSIONS
def test_filters_see_what_is_shown(kit, plain, answers):
    """Keys of a user of the kit's, and SIDs by their stand-ins."""
    text = kit().serialize(answers, exclude=props("page", "user", "1"))
    assert text == plain().serialize({"sids": {"<US:1>": ["<US:1>"]}})
    assert "<US:1>" not in kit().serialize(answers["sids"], exclude=props("<US:1>"))
    inside = {"attributes": '{"plan": "pro", "level": 3}'}
    text = kit().serialize(inside, exclude=paths("attributes.level"))
    assert text == kit().serialize({"attributes": '{"plan": "pro"}'})


@EXTENSIONS
def test_a_matcher_of_the_author_sees_what_is_shown(kit, plain, ada):
    """By the path that the snapshot shows, attributes included."""
    seen = {}

    def look(*, data, path):
        seen[".".join(name for name, _ in path)] = data
        return data

    kit().serialize(ada, matcher=look)
    assert seen["sid"] == "<US:1>"
    assert seen["date_updated"] == "<t0+3s>"
    assert seen["attributes.plan"] == "pro"
    assert seen["links.user_conversations"].endswith("/Users/<US:1>/Conversations")


def test_a_snapshot_in_an_example_of_hypothesis_is_refused():
    """It is one text, and there are many examples."""
    sentence = (
        "A snapshot is one text, and each example of a Hypothesis test would give another. Assert"
        " what holds for all examples, or take the snapshot in a test without @given."
    )
    refused = []

    @given(st.none())
    def example(_):
        for show in (
            TwilioUsersSnapshotExtension().serialize,
            TwilioUsersJSONSnapshotExtension().serialize,
            lambda data: match_stand_ins(data=data, path=()),
        ):
            with pytest.raises(MeaninglessSnapshot) as caught:
                show(SID)
            refused.append(str(caught.value))

    example()
    assert refused == [sentence] * 3
    assert issubclass(MeaninglessSnapshot, KitError)


def test_a_snapshot_in_a_snapshot_is_left_to_syrupy(snapshot):
    """It shows what it holds."""
    assert match_stand_ins(data=[snapshot], path=())[0] is snapshot


def test_no_hypothesis_is_needed(monkeypatch):
    """Who does not use it need not load it."""
    monkeypatch.delitem(sys.modules, "hypothesis")
    assert match_stand_ins(data=SID, path=()) == "<US:1>"


@EXTENSIONS
def test_half_a_surrogate_pair_can_be_written(kit, plain):  # the same for both
    """Else it would end the writing of the file in its midst."""
    written = kit().serialize({"a": "half \ud800"})
    assert r"half \ud800" in written.encode().decode()
