import copy
import json
import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from data.published import EXAMPLES, PAGE, USER, Example

from pytest_twilio_users.contract.fields import META_FIELDS, USER_FIELDS
from pytest_twilio_users.contract.models import PageMeta, User, UserPage, format_date
from pytest_twilio_users.errors import InvalidArgument

ONE_USER = [e for e in EXAMPLES.values() if "sid" in (e.answer or {})]
ONE_PAGE = [e for e in EXAMPLES.values() if "users" in (e.answer or {})]
MODELS = pytest.mark.parametrize(
    "model",
    [User.from_dict(USER), PageMeta.from_dict(PAGE["meta"]), UserPage.from_dict(PAGE)],
    ids=lambda model: type(model).__name__,
)

ISLINGTON = timezone(timedelta(hours=1))


@pytest.mark.parametrize("example", ONE_USER, ids=lambda example: example.operation)
def test_a_published_user_comes_back_as_it_was(example: Example) -> None:
    """Reading an answer and writing it again loses nothing."""
    assert User.from_dict(example.answer).to_dict() == example.answer


@pytest.mark.parametrize("example", ONE_PAGE, ids=lambda example: example.operation)
def test_a_published_page_comes_back_as_it_was(example: Example) -> None:
    """Reading a page and writing it again loses neither users nor meta."""
    assert UserPage.from_dict(example.answer).to_dict() == example.answer


def test_a_user_has_the_fields_of_the_contract() -> None:
    """The model's attributes are the 13 fields, and what is none of them is in `extra`."""
    assert set(User.__dataclass_fields__) == {*USER_FIELDS, "extra"}
    assert set(PageMeta.__dataclass_fields__) == {*META_FIELDS, "extra"}


def test_the_order_of_the_keys_does_not_matter() -> None:
    """Real answers order their keys otherwise than the documents do."""
    assert User.from_dict(dict(reversed(USER.items()))) == User.from_dict(USER)


@pytest.mark.parametrize("name", USER_FIELDS)
def test_any_field_of_a_user_may_be_null(name: str) -> None:
    """A null that nobody has seen before raises nothing, and comes back as null."""
    answer = USER | {name: None}

    user = User.from_dict(answer)

    assert getattr(user, name) is None
    assert user.to_dict() == answer


def test_all_fields_of_a_user_may_be_null_at_once() -> None:
    """Twilio's schema marks all 13 as nullable, and so does the model."""
    answer = dict.fromkeys(USER_FIELDS)

    assert User.from_dict(answer).to_dict() == answer


@pytest.mark.parametrize("name", META_FIELDS)
def test_any_field_of_meta_may_be_null(name: str) -> None:
    """A page whose meta lacks a value can still be read."""
    answer = PAGE["meta"] | {name: None}

    meta = PageMeta.from_dict(answer)

    assert getattr(meta, name) is None
    assert meta.to_dict() == answer


def test_a_missing_field_is_none() -> None:
    """An answer that lacks a field can be read all the same; conformity is what complains."""
    answer = {name: value for name, value in USER.items() if name != "role_sid"}

    user = User.from_dict(answer)

    assert user.role_sid is None
    assert user.extra == {}


@pytest.mark.parametrize("name", ["is_typing", "extra"])
def test_an_unknown_field_is_kept(name: str) -> None:
    """What Twilio adds one day is in `extra`, and is written back."""
    answer = USER | {name: {"since": "2027"}}

    user = User.from_dict(answer)

    assert user.extra == {name: {"since": "2027"}}
    assert user.to_dict() == answer


def test_an_unknown_field_takes_no_missing_ones_place() -> None:
    """13 fields that are not the 13 are told apart: one is missing, one is extra."""
    answer = {name: value for name, value in USER.items() if name != "role_sid"}

    user = User.from_dict(answer | {"is_typing": True})

    assert user.role_sid is None
    assert user.extra == {"is_typing": True}


def test_unknown_fields_of_a_page_are_kept_where_they_were() -> None:
    """A page, its meta and its users each keep their own."""
    answer = {
        "meta": PAGE["meta"] | {"total": 2},
        "users": [PAGE["users"][0] | {"is_typing": True}],
        "took": 0.4,
    }

    page = UserPage.from_dict(answer)

    assert page.extra == {"took": 0.4}
    assert page.meta.extra == {"total": 2}
    assert page.users[0].extra == {"is_typing": True}
    assert page.to_dict() == answer


@MODELS
def test_a_model_is_frozen(model: Any) -> None:
    """An answer is a fact; nobody changes it afterwards."""
    with pytest.raises(AttributeError):
        model.extra = {}


@MODELS
def test_a_model_is_slotted(model: Any) -> None:
    """A misspelt attribute can't be set, and a thousand users stay small."""
    assert not hasattr(model, "__dict__")


@MODELS
def test_a_model_is_built_by_keyword(model: Any) -> None:
    """14 values in a row can't be told apart by their place."""
    with pytest.raises(TypeError, match="positional"):
        type(model)("US00000000000000000000000000000001")


@MODELS
def test_equal_models_share_a_hash(model: Any) -> None:
    """Answers can be put into sets, and found there again by an equal answer."""
    again = type(model).from_dict(model.to_dict())

    assert {model} == {again}


def test_users_that_differ_in_links_or_extra_differ() -> None:
    """What the hash leaves out, equality does not."""
    ada = User.from_dict(USER)

    assert ada != User.from_dict(USER | {"links": {}})
    assert ada != User.from_dict(USER | {"is_typing": True})


@pytest.mark.parametrize("name", ["date_created", "date_updated"])
@pytest.mark.parametrize(
    "text",
    [
        "2019-12-16T22:18:37Z",
        "2019-12-16T22:18:37+00:00",
        "2019-12-16T23:18:37+01:00",
        "2019-12-16T22:18:37",
    ],
)
def test_a_date_is_read_as_gmt(name: str, text: str) -> None:
    """Dates are aware, in UTC, and the same on every machine, whatever its time zone."""
    date = getattr(User.from_dict(USER | {name: text}), name)

    assert date == datetime(2019, 12, 16, 22, 18, 37, tzinfo=UTC)
    assert date.tzinfo is UTC


def test_a_fraction_of_a_second_is_not_lost() -> None:
    """Twilio answers whole seconds; should it ever say more, the model says it, too."""
    answer = USER | {"date_updated": "2019-12-16T22:18:37.250000Z"}

    user = User.from_dict(answer)

    assert user.date_updated.microsecond == 250_000
    assert user.to_dict() == answer


@pytest.mark.parametrize("value", ["yesterday", 1576534717, "0001-01-01T00:00:00+01:00"], ids=str)
def test_a_date_that_is_none_raises(value: Any) -> None:
    """A wrong date is no null: reading it fails at once, and names the field."""
    with pytest.raises(InvalidArgument) as raised:
        User.from_dict(USER | {"date_created": value})

    assert str(raised.value) == (
        f"date_created={value!r} ({type(value).__name__}): allowed: a date-time, such as"
        " 2019-12-16T22:18:37Z."
    )


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2019, 12, 16, 22, 18, 37, tzinfo=UTC), "2019-12-16T22:18:37Z"),
        (datetime(2019, 12, 16, 23, 18, 37, tzinfo=ISLINGTON), "2019-12-16T22:18:37Z"),
        (datetime(2019, 12, 16, 22, 18, 37, 5, tzinfo=UTC), "2019-12-16T22:18:37.000005Z"),
    ],
    ids=["gmt", "elsewhere", "fraction"],
)
def test_a_date_is_written_as_twilio_writes_it(moment: datetime, text: str) -> None:
    """GMT with a Z, in whole seconds unless there are fractions."""
    assert format_date(moment) == text


def test_attributes_are_kept_to_the_letter() -> None:
    """Twilio gives back the very text, spaces included, and so does the model."""
    assert User.from_dict(USER).attributes == '{ "duty": "tech" }'


def test_attributes_can_be_read_as_a_dictionary() -> None:
    """The parsed view is there for assertions on what the text says."""
    assert User.from_dict(USER).parsed_attributes == {"duty": "tech"}


def test_parsed_attributes_are_the_callers_own() -> None:
    """Changing them changes neither the user nor what the next caller gets."""
    user = User.from_dict(USER)

    user.parsed_attributes["duty"] = "none"

    assert user.parsed_attributes == {"duty": "tech"}


@pytest.mark.parametrize("text", ["[]", "null", '"ada"', "1"])
def test_attributes_that_are_no_object_are_told(text: str) -> None:
    """JSON of another kind is nothing that Twilio stores: the message shows it."""
    with pytest.raises(ValueError, match="no object") as raised:
        _ = User.from_dict(USER | {"attributes": text}).parsed_attributes

    assert str(raised.value) == f"attributes={text!r} is JSON, but no object."


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        (None, "attributes=None is JSON, but no object."),
        ('{"a":' * 100_000, "attributes: they are nested too deeply for Python."),
    ],
    ids=["null", "deep"],
)
def test_attributes_that_can_not_be_read_are_told(attributes: str | None, message: str) -> None:
    """Whatever a server answers, it is the same kind of error."""
    with pytest.raises(ValueError, match="attributes") as raised:
        _ = User.from_dict(USER | {"attributes": attributes}).parsed_attributes

    assert str(raised.value) == message


def test_attributes_that_are_no_json_raise() -> None:
    """The parser's own error says where the text goes wrong."""
    with pytest.raises(json.JSONDecodeError):
        _ = User.from_dict(USER | {"attributes": "{duty: tech}"}).parsed_attributes


@pytest.mark.parametrize(
    ("url", "token"),
    [
        (None, None),
        ("https://conversations.twilio.com/v1/Users?PageSize=2&Page=0", None),
        ("https://conversations.twilio.com/v1/Users?PageSize=2&Page=1&PageToken=PTada", "PTada"),
        ("https://conversations.twilio.com/v1/Users?PageToken=PT%2B%26%3D&Page=1", "PT+&="),
    ],
    ids=["no page", "no token", "token", "encoded token"],
)
@pytest.mark.parametrize("neighbour", ["next", "previous"])
def test_a_page_knows_the_tokens_of_its_neighbours(
    url: str | None, token: str | None, neighbour: str
) -> None:
    """What `list_user(page_token=…)` takes can be read without parsing a URL."""
    meta = PageMeta.from_dict(PAGE["meta"] | {f"{neighbour}_page_url": url})

    assert getattr(meta, f"{neighbour}_page_token") == token


@pytest.mark.parametrize("neighbour", ["next", "previous"])
@pytest.mark.parametrize("url", [5, "http://[", b"http://a", ["http://a"]])
def test_a_link_that_is_none_has_no_token(url: Any, neighbour: str) -> None:
    """To say so by None would end a walk over pages too early."""
    meta = PageMeta.from_dict(PAGE["meta"] | {f"{neighbour}_page_url": url})

    with pytest.raises(InvalidArgument) as raised:
        getattr(meta, f"{neighbour}_page_token")

    advice = " Decode it first: .decode()." if isinstance(url, bytes) else ""
    assert str(raised.value) == (
        f"{neighbour}_page_url={url!r} ({type(url).__name__}): allowed: a URL, or None.{advice}"
    )


def test_a_pages_users_are_a_tuple_in_their_order() -> None:
    """The users of a page can't be added to, and stand as Twilio listed them."""
    page = UserPage.from_dict(PAGE)

    assert isinstance(page.users, tuple)
    assert [user.identity for user in page.users] == ["admin", "agent0034"]


NO_LIST = "users=None (NoneType): allowed: a list of users."
NO_MAPPING = "{}=None (NoneType): allowed: a mapping, as Twilio's JSON is."


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ({"meta": PAGE["meta"]}, NO_LIST),
        ({"users": []}, NO_MAPPING.format("meta")),
        ({"users": None, "meta": PAGE["meta"]}, NO_LIST),
        ({"users": [USER, None], "meta": PAGE["meta"]}, NO_MAPPING.format("users[1]")),
        ({"users": [], "meta": None}, NO_MAPPING.format("meta")),
        (None, NO_MAPPING.format("answer")),
    ],
    ids=["no users", "no meta", "null users", "null user", "null meta", "null"],
)
def test_what_is_no_page_can_not_be_read_as_one(answer: Any, message: str) -> None:
    """Half a page never passes for a page, and the half that is missing is named."""
    for model in (UserPage, Late):
        with pytest.raises(InvalidArgument) as raised:
            model.from_dict(answer)

        assert str(raised.value) == message


def test_a_page_is_walked_like_a_list() -> None:
    """Who has a page has its users; it has a length, and one without users is false."""
    page = UserPage.from_dict(PAGE)
    empty = UserPage.from_dict(PAGE | {"users": []})

    assert list(page) == list(page.users)
    assert (len(page), bool(page)) == (2, True)
    assert (len(empty), bool(empty)) == (0, False)


# Subclasses


class Plain(User):
    """A user with what an application asks of it."""

    @property
    def is_agent(self) -> bool:
        """Whether it may answer."""
        return self.identity.startswith("agent")


@dataclass(frozen=True, kw_only=True)
class Typing(User):
    """A user with fields of its own."""

    is_typing: bool = False
    tags: list[str] = field(default_factory=list, hash=False)
    shard: str | None
    seen: list[str] = field(default_factory=list, init=False, compare=False, hash=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted(UserPage):
    """A page with a field of its own."""

    total: int = 0


@dataclass(frozen=True, kw_only=True)
class Named(User):
    """A user whose fields of Twilio's have defaults."""

    friendly_name: str | None = "nobody"
    links: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, kw_only=True)
class Late(UserPage):
    """A page that may be made before its users are there."""

    users: tuple[User, ...] = ()


def test_twilios_own_field_stays_whatever_its_default() -> None:
    """A default that a subclass gives it is for answers that lack it."""
    answer = USER | {"friendly_name": "nobody", "links": {}}
    lacking = {name: answer[name] for name in answer if name not in ("friendly_name", "links")}

    assert Named.from_dict(answer).to_dict() == answer
    assert Named.from_dict(lacking).to_dict() == answer


@pytest.mark.parametrize(
    ("model", "answer"),
    [(Plain, USER), (Typing, USER), (Counted, PAGE)],
    ids=lambda it: str(it)[:40],
)
def test_a_subclass_is_read_as_its_model_is(model: Any, answer: dict[str, Any]) -> None:
    """It is one of its own, and gives back the same JSON: what Twilio did not say is left out."""
    found = model.from_dict(answer)

    assert type(found) is model
    assert found.extra == {}
    assert {k: v for k, v in found.to_dict().items() if k != "shard"} == answer


def test_a_field_of_a_subclass_is_read_by_its_name() -> None:
    """Twilio's new fields get a type that way; they are no longer extra."""
    answer = USER | {"is_typing": True, "tags": ["a"], "shard": "eu", "else": 1}

    user = Typing.from_dict(answer)

    assert (user.is_typing, user.tags, user.shard, user.extra) == (True, ["a"], "eu", {"else": 1})
    assert user.to_dict() == answer


def test_a_field_of_a_subclass_that_is_missing_is_its_default() -> None:
    """None where it has none, as each missing field; a default of two users is not shared."""
    ada, grace = Typing.from_dict(USER), Typing.from_dict(USER)

    assert (ada.is_typing, ada.tags, ada.shard) == (False, [], None)
    assert ada.tags is not grace.tags


@pytest.mark.parametrize(
    "model",
    [
        *(User.from_dict(USER), PageMeta.from_dict(PAGE["meta"]), UserPage.from_dict(PAGE)),
        *(Typing.from_dict(USER | {"shard": "eu"}), Counted.from_dict(PAGE)),
    ],
    ids=lambda model: type(model).__name__,
)
@pytest.mark.parametrize(
    "repeat",
    [copy.copy, copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model)), replace],  # noqa: S301  # its own
    ids=["copy", "deepcopy", "pickle", "replace"],
)
def test_a_model_can_be_copied(model: Any, repeat: Callable[[Any], Any]) -> None:
    """By each of Python's ways; also one of a subclass."""
    again = repeat(model)

    assert again == model
    assert type(again) is type(model)
