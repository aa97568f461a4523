"""snapshots/showing.py: what is in lists, mappings, dataclasses and the like."""

from collections import Counter, OrderedDict, defaultdict, deque
from dataclasses import FrozenInstanceError, dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from random import Random
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.extensions.amber import AmberSnapshotExtension
from versions import since

from pytest_twilio_users import strategies as twilio_st
from pytest_twilio_users.contract.models import User
from pytest_twilio_users.snapshots import (
    TwilioUsersJSONSnapshotExtension,
    TwilioUsersSnapshotExtension,
)
from pytest_twilio_users.snapshots.showing import Showing
from pytest_twilio_users.wire.messages import Request, Response

SIDS = ["US" + 32 * digit for digit in "52143"]
ONE, OTHER = SIDS[:2]
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
to_amber = TwilioUsersSnapshotExtension().serialize
to_json = TwilioUsersJSONSnapshotExtension().serialize


def show(data):
    """The data of one snapshot with stand-ins."""
    return Showing().show(data)


class Signup(NamedTuple):
    """What an application gives back."""

    user: Any
    invited_by: str


@dataclass(frozen=True, slots=True)
class Frozen:
    """The same, as a value."""

    user: Any
    invited_by: str


@dataclass
class Changeable:
    """The same, changeable, with things that a dataclass may have besides."""

    user: Any
    invited_by: str
    known: set[str] = field(default_factory=set, repr=False, compare=False)
    kind = "a class attribute"


class Plan(StrEnum):
    """Text that is more than text."""

    FREE = "free"
    PRO = "pro"


# Sequences.


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        ([ONE, OTHER, ONE], ["<US:1>", "<US:2>", "<US:1>"]),
        ((ONE, [OTHER]), ("<US:1>", ["<US:2>"])),
        ((sid for sid in (ONE, ONE)), ["<US:1>", "<US:1>"]),
        (Signup(ONE, OTHER), Signup("<US:1>", "<US:2>")),
        ([], []),
        ((), ()),
    ],
    ids=["list", "tuple", "generator", "named-tuple", "empty-list", "empty-tuple"],
)
def test_what_is_in_a_sequence_is_shown(data, shown):
    """Each in its place, and equal ones by one number."""
    found = show(data)
    assert found == shown
    assert type(found) is type(shown)


def test_users_are_shown_wherever_they_are(ada):
    """In each kind of container the text is that of the raw answers."""
    user = User.from_dict(ada)
    for contain in (
        lambda thing: [thing],
        lambda thing: (thing,),
        lambda thing: {"created": thing},
        lambda thing: {0: thing},
        lambda thing: Signup(thing, "grace"),
        lambda thing: Frozen(thing, "grace"),
        lambda thing: [[{"users": (thing,)}]],
        lambda thing: (thing for _ in "a"),
    ):
        assert to_amber(contain(user)) == to_amber(contain(ada))
        assert "'sid': '<US:1>'" in to_amber(contain(user))


# Sets.


def test_a_set_is_shown_in_one_order():
    """By what its parts say, whichever SIDs they name."""
    texts = {
        to_amber({f"b of {first}", f"a of {second}", Plan.FREE, 3})
        for first, second in [SIDS[:2], SIDS[1::-1]]
    }
    assert texts == {"list([\n  'a of <US:1>',\n  'b of <US:2>',\n  3,\n  <Plan.FREE: 'free'>,\n])"}


def test_sids_of_a_set_are_numbered_in_their_order():
    """Python's own order of a set is another in each run."""
    assert show([frozenset(SIDS), SIDS])[1] == ["<US:5>", "<US:2>", "<US:1>", "<US:4>", "<US:3>"]


def test_sets_may_hold_anything(ada):
    """Users, and sets of sets."""
    user = User.from_dict(ada)
    assert to_amber({user}) == to_amber([ada])
    assert show({frozenset({ONE})}) == [["<US:1>"]]
    assert show(set()) == []


# Mappings.


@pytest.mark.parametrize(
    "kind",
    [dict, MappingProxyType, Counter, lambda data: defaultdict(list, data), OrderedDict],
    ids=["dict", "proxy", "counter", "defaultdict", "ordered"],
)
def test_what_is_in_a_mapping_is_shown(kind):
    """Keys and values, by one number."""
    assert show(kind({"a": ONE, ONE: OTHER})) == {"a": "<US:1>", "<US:1>": "<US:2>"}


def test_keys_of_a_mapping_are_sorted():
    """Answers whose keys came in another order have the same text."""
    assert to_amber({"b": OTHER, "a": ONE}) == ("dict({\n  'a': '<US:1>',\n  'b': '<US:2>',\n})")
    assert list(show({"b": 1, "a": {"d": 1, "c": 2}})["a"]) == ["c", "d"]


def test_an_ordered_mapping_keeps_its_order():
    """Who orders keys means it."""
    shown = to_amber(OrderedDict({"b": ONE, "a": OTHER}))
    assert shown == "OrderedDict({\n  'b': '<US:1>',\n  'a': '<US:2>',\n})"


@given(twilio_st.users(), st.randoms(use_true_random=False))
def test_the_order_of_keys_does_not_matter(user: User, random: Random):
    """Twilio's documents and answers have different ones."""
    answer = user.to_dict()
    shuffled = random.sample(list(answer.items()), len(answer))
    assert show(dict(shuffled)) == show(answer)


def test_a_webhooks_dates_are_told_by_what_lies_between():
    """As those of a user: they are the moment of the run."""
    told = {"DateCreated": "2026-03-04T12:00:00Z", "DateUpdated": "2026-03-04T12:00:03Z"}
    assert Showing().show(told) == {"DateCreated": "<t0>", "DateUpdated": "<t0+3s>"}


def test_numbers_as_keys_are_in_their_order():
    """As numbers, and not as text."""
    assert to_amber({10: "b", 9: "a"}) == "dict({\n  9: 'a',\n  10: 'b',\n})"


def test_sids_as_keys_keep_their_places():
    """Other SIDs, whose alphabetical order is another, change nothing."""
    one, other = (
        to_amber({second: "second", f"/Users/{first}": second, "a": 0, first: "first"})
        for first, second in [(ONE, OTHER), (OTHER, ONE)]
    )
    assert one == other
    assert one == (
        "dict({\n"
        "  '<US:1>': 'first',\n"
        "  '<US:2>': 'second',\n"
        "  '/Users/<US:1>': '<US:2>',\n"
        "  'a': 0,\n"
        "})"
    )


def test_sids_as_keys_are_in_the_order_of_what_they_have():
    """Whichever came first, as the mapping may come from a set; whichever SID is the lesser."""
    one, other = {ONE: "ada", OTHER: "bob"}, {OTHER: "bob", ONE: "ada"}
    assert to_amber(one) == to_amber(other) == to_amber({OTHER: "ada", ONE: "bob"})


@pytest.mark.parametrize(
    "parts", [iter, deque, lambda data: map(str, data), lambda data: dict.fromkeys(data).keys()]
)
def test_what_is_iterated_is_shown_as_a_list(parts):
    """Syrupy would show that it is there, and not what is in it."""
    assert show(parts([ONE, OTHER])) == ["<US:1>", "<US:2>"]
    assert show({"users": parts([ONE, OTHER])}) == {"users": ["<US:1>", "<US:2>"]}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({1: ONE, 2: OTHER, 10: SIDS[2]}, {10: SIDS[2], 2: OTHER, 1: ONE}),
        ({("a", 1): ONE, ("b", 1): OTHER}, {("b", 1): OTHER, ("a", 1): ONE}),
        ({Plan.FREE: ONE, Plan.PRO: OTHER}, {Plan.PRO: OTHER, Plan.FREE: ONE}),
        ({None: ONE, "a": OTHER}, {"a": OTHER, None: ONE}),
    ],
    ids=["numbers", "tuples", "enumerations", "mixed"],
)
def test_the_order_of_keys_that_are_no_text_does_not_matter(one, other):
    """Numbers are given in the order in which the snapshot is written."""
    assert to_amber(one) == to_amber(other)
    text = to_amber(one)
    assert text.index("<US:1>") < text.index("<US:2>")


def test_keys_may_be_anything_that_can_be_a_key(ada):
    """SIDs in them are shown."""
    assert show({(ONE, "a"): 1}) == {("<US:1>", "a"): 1}
    assert "<US:1>" in to_amber({Frozen(ONE, "a"): 1})
    assert "'ada'" in to_amber({User.from_dict(ada): 1})


# Dataclasses.

by_field = since("syrupy", "6.0")  # before, syrupy writes one by its repr


@by_field
@pytest.mark.parametrize("kind", [Frozen, Changeable])
def test_what_is_in_a_dataclass_is_shown(kind, ada):
    """Of a copy: the author's own is as it was."""
    own = kind(User.from_dict(ada), ada["sid"])
    text = to_amber(own)
    assert text.startswith(f"{kind.__name__}(\n  invited_by='<US:1>',\n")
    assert "    'sid': '<US:1>',\n" in text
    assert own == kind(User.from_dict(ada), ada["sid"])


@by_field
def test_a_dataclass_is_numbered_in_the_order_in_which_it_is_written():
    """By the names of its fields, as syrupy writes them."""
    text = to_amber(Frozen(user=ONE, invited_by=OTHER))
    assert text == "Frozen(\n  invited_by='<US:1>',\n  user='<US:2>',\n)"


def test_a_dataclass_of_json_is_shown_the_same_on_each_python():
    """The JSON of syrupy shows a dataclass by its repr."""
    assert to_json(Frozen({"b": 1, "a": ONE}, OTHER)) == (
        "\"Frozen(user={'a': '<US:2>', 'b': 1}, invited_by='<US:1>')\"\n"
    )


@by_field
def test_dates_and_attributes_of_a_dataclass_are_shown():
    """A field's name counts as a key's."""

    @dataclass
    class Account:
        attributes: str
        date_created: datetime
        PageToken: str

    assert to_amber(Account('{"a": 1}', NOON, "PTA1")) == (
        "Account(\n"
        "  PageToken='<token:1>',\n"
        "  attributes=JSON({\n"
        "    'a': 1,\n"
        "  }),\n"
        "  date_created='<t0>',\n"
        ")"
    )


def test_messages_in_a_dataclass_are_shown_without_their_headers():
    """The kit's own values stay what a snapshot shows of them."""
    request = Request(
        method="GET", origin="https://a", target="/v1/Users", headers=(("accept", "a"),)
    )
    shown = show(Frozen(request, Response(status=200)))
    assert shown.user == {"method": "GET", "parameters": {}, "url": "https://a/v1/Users"}
    assert shown.invited_by == {"status": 200, "body": None}
    with pytest.raises(FrozenInstanceError):
        shown.user = None


@pytest.mark.parametrize("kind", [Frozen, Changeable, Signup])
def test_what_holds_itself_is_cut_off(kind):
    """As syrupy does: friends know each other."""
    friends = [ONE]
    friends.append(kind(friends, OTHER))
    text = to_amber(friends)
    assert text.startswith("list([\n  '<US:1>',\n")
    assert "..." in text


# Dates.


def test_times_are_relative_to_the_first():
    """In the order in which the snapshot is written, however they are given."""
    later = NOON + timedelta(seconds=3)
    assert show(
        [
            {"date_created": "2026-03-04T12:00:00Z", "date_updated": "2026-03-04T12:00:03Z"},
            {"date_created": NOON, "date_updated": later.replace(tzinfo=None)},
            {"date_created": "2026-03-04T11:59:58Z", "date_updated": "2026-03-04T12:00:00.5Z"},
        ]
    ) == [
        {"date_created": "<t0>", "date_updated": "<t0+3s>"},
        {"date_created": "<t0>", "date_updated": "<t0+3s>"},
        {"date_created": "<t0-2s>", "date_updated": "<t0+0.5s>"},
    ]


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-04",
        "2026-03-04 12:00:00",
        "2026-03-04T12:00:00",
        "2026-03-04T12:00:00+00:00",
        "2026-04-31T12:00:00Z",
        "Wed, 04 Mar 2026 12:00:00 +0000",
        "now",
        "",
    ],
)
def test_a_date_that_twilio_would_not_write_stays_text(text):
    """An answer that breaks the contract shows it."""
    assert show({"date_created": text}) == {"date_created": text}


@pytest.mark.parametrize("value", [NOON, "2026-03-04T12:00:00Z"])
def test_a_time_elsewhere_is_the_authors(value):
    """Only two fields are Twilio's."""
    assert show({"since": value, "friendly_name": value}) == {
        "since": value,
        "friendly_name": value,
    }
    assert show([value]) == [value]


@pytest.mark.parametrize("value", [None, 5, date(2026, 3, 4)])
def test_a_date_that_is_no_text_is_given_back(value):
    """It is syrupy's to show."""
    assert show({"date_created": value}) == {"date_created": value}


# Names.


def test_names_stay_readable(ada):
    """Identity and friendly name are what the test says."""
    shown = show(ada | {"identity": "a/b c", "friendly_name": "Ada\nLovelace"})
    assert shown["identity"] == "a/b c"
    assert shown["friendly_name"] == "Ada\nLovelace"
    assert shown["is_online"] is None
    assert shown["is_notifiable"] is True


def test_a_token_is_shown_where_it_is_sent_and_where_it_is_linked():
    """One number, percent-encoded or not."""
    assert show(
        [
            {"next_page_url": "https://a/v1/Users?PageSize=1&PageToken=PT%2Fa"},
            {"PageToken": "PT/a", "Page": "1"},
            {"url": "https://a/v1/Users?PageToken=PT/a"},
        ]
    ) == [
        {"next_page_url": "https://a/v1/Users?PageSize=1&PageToken=<token:1>"},
        {"PageToken": "<token:1>", "Page": "1"},
        {"url": "https://a/v1/Users?PageToken=<token:1>"},
    ]


def test_each_snapshot_begins_to_count_anew():
    """What another one showed is forgotten."""
    assert to_amber(ONE) == to_amber(OTHER) == "'<US:1>'"


# Identity.

any_sid = st.one_of(
    twilio_st.user_sids(),
    twilio_st.service_sids(),
    twilio_st.role_sids(),
    twilio_st.account_sids(),
)


@given(st.lists(any_sid, min_size=2).flatmap(lambda sids: st.lists(st.sampled_from(sids))))
def test_stand_ins_are_equal_where_sids_are(sids: list[str]):
    """Two SIDs never share one, and one SID never has two."""
    shown = show([sids, {"links": [f"https://a/{sid}" for sid in sids]}])
    stand_ins = dict(zip(sids, shown[0], strict=True))
    assert len(set(stand_ins.values())) == len(stand_ins)
    assert [stand_ins[sid] for sid in sids] == shown[0]
    assert shown[1]["links"] == [f"https://a/{stand_ins[sid]}" for sid in sids]


@given(st.lists(twilio_st.users(), max_size=3))
def test_stand_ins_are_numbered_by_first_appearance(users: list[User]):
    """In the order in which the snapshot is written, from 1, without a gap."""
    text = to_amber_in_example(users)
    for kind in ("US", "IS", "RL", "AC"):
        parts = text.split(f"<{kind}:")[1:]
        numbers = list(dict.fromkeys(int(part.partition(">")[0]) for part in parts))
        assert numbers == list(range(1, len(numbers) + 1))


def to_amber_in_example(data: Any) -> str:
    """The text of a snapshot: the extension itself refuses examples."""
    return AmberSnapshotExtension().serialize(show(data))
