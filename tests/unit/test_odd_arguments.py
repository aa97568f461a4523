"""What the public functions say to arguments that nobody meant."""

import asyncio
import inspect
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import is_dataclass
from enum import Enum
from itertools import islice
from types import ModuleType
from typing import Any

import httpx
import pytest
from data.published import PAGE, USER
from hypothesis.errors import InvalidArgument as NoStrategy
from hypothesis.strategies import SearchStrategy

import pytest_twilio_users
from pytest_twilio_users import (
    AsyncUsersClient,
    Exchange,
    Journal,
    KitError,
    PageMeta,
    TwilioApiError,
    TwilioUsers,
    User,
    UserPage,
    UsersClient,
    adapters,
    client,
    faults,
    state_machine,
    strategies,
)
from pytest_twilio_users.adapters import ClientUnderTest, UsersClientAdapter
from pytest_twilio_users.errors import InvalidArgument
from pytest_twilio_users.handle.assembly import assemble
from pytest_twilio_users.handle.neighbours import Neighbours
from pytest_twilio_users.scopes.isolation import Isolation
from pytest_twilio_users.settings import SETTINGS, Settings
from pytest_twilio_users.transports.routes import OperationRoute, UsersRouter

DOORS = (pytest_twilio_users, adapters, client, faults, state_machine, strategies)

NOT_FOR_AUTHORS = {
    "ClientUnderTest": "the suites make it, of what a fixture gives",
    "OperationRoute.add_plan": "the kit adds what it has read, or what `fail` describes",
    "OperationRoute.groups_of": "it is asked for each request",
    "UsersRouter.pop": "its errors are respx's",
    "Checkpoint": "the handle's checkpoint() makes it",
    "Exchange.come_to": "the kit notes what came of it",
    "Journal.weigh": "the kit notes what came of an exchange",
    "Journal.append": "the kit notes exchanges; to check each would make requests slower",
    "TwilioUsers": "the fixture gives it",
    "is_client": "it is asked about anything",
    "read_user": "the suites ask it, about what a client gave back",
    "shows": "the suites ask it, about what a server answered",
}


class Color(Enum):
    """An enum whose members are no text."""

    RED = "red"


class Missing:
    """As pandas's: whether it equals another has no truth."""

    def __eq__(self, other: object) -> Any:
        return self

    def __bool__(self) -> bool:
        raise TypeError("boolean value of NA is ambiguous")

    __hash__ = object.__hash__


class Array(Missing):
    """One that can't be looked up, either."""

    __hash__ = None  # type: ignore[assignment]


def nested(depth: int) -> Any:
    """A list in a list in a list."""
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


ODD: dict[str, Any] = {
    "None": None,
    "an int": 7,
    "a negative int": -1,
    "an int of 5,000 digits": 10**5_000,
    "True": True,
    "a float": 1.5,
    "nan": math.nan,
    "infinity": math.inf,
    "bytes": b"x",
    "a list": [1],
    "a list nested 3,000 deep": nested(3_000),
    "a mapping": {"a": object()},
    "a mapping whose key is none": {1: 2},
    "a set": {1},
    "an object": object(),
    "a missing value": Missing(),
    "an array": Array(),
    "a class": object,
    "a member of an enum": Color.RED,
    "half a surrogate pair": "\ud800",
    "an empty text": "",
    "a text of 100,000 characters": "x" * 100_000,
    "a text that leads elsewhere": "evil.example/?#",
}
NEVER_MEANT = ("bytes", "a set", "an object", "a missing value", "an array", "a class")
"""What no function takes."""

TEXTS = (
    *("account_sid", "api_key_secret", "api_key_sid", "auth_token", "base_url", "edge", "region"),
    *("chat_service_sid", "friendly_name", "identity", "page_token", "role_sid", "service_sid"),
    *("action", "name", "operation", "sid", "text"),
)
NO_TEXT = (
    *("True", "a float", "nan", "infinity", "a list", "a list nested 3,000 deep", "a mapping"),
    *("a mapping whose key is none", "a member of an enum"),
)
"""What is not text besides, and would be one by `str()`."""

VARIABLE = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
CREDENTIALS = ("account_sid", "auth_token")  # without them, nothing else is looked at

# For parameters without a default, where another is tried.
USUAL: dict[str, Any] = {
    "action": "list",
    "answer": USER,
    "answered": httpx.Response(404, request=httpx.Request("GET", "https://example.com")),
    "chat_service_sid": "IS" + "5" * 32,
    "arguments": {},
    "fault": faults.connect_error(),
    "client": object,  # which makes something that is none
    "identity": "ada",
    "items": [],
    "key": "roles",
    "name": "unavailable",
    "operation": "fetch_user",
    "path": "/v1/Things",
    "seconds": 1,
    "route": None,
    "seen": "ada",
    "service_sid": None,
    "sid": "ada",
    "text": "ada",
}


@pytest.fixture
def handle() -> Iterator[TwilioUsers]:
    """A handle in the middle of a test, which has a user and an exchange."""
    isolation = Isolation(Settings(strict=False))
    handle, engine = assemble(isolation)
    isolation.begin_test("test_ada", isolation.settings, fixtures=["twilio_users"])
    isolation.attach(engine)
    assert handle.routes  # so that requests of the handle's own clients are made by httpx, too
    handle.client.create_user("ada")
    yield handle
    isolation.leave_test()


SUBJECTS: dict[type, Callable[[TwilioUsers], Any]] = {
    TwilioUsers: lambda handle: handle,
    UsersClient: lambda handle: handle.client,
    AsyncUsersClient: lambda handle: handle.async_client,
    Journal: lambda handle: handle.journal,
    Exchange: lambda handle: handle.journal.last,
    User: lambda _: User.from_dict(USER),
    UserPage: lambda _: UserPage.from_dict(PAGE),
    PageMeta: lambda _: PageMeta.from_dict(PAGE["meta"]),
    UsersClientAdapter: lambda handle: UsersClientAdapter(handle.client),
    ClientUnderTest: lambda handle: ClientUnderTest(handle.client),
    Neighbours: lambda handle: handle.neighbours,
    OperationRoute: lambda handle: handle.routes["create_user"],
    UsersRouter: lambda handle: handle.routes,
}


def public_names(door: ModuleType) -> list[str]:
    """What a door offers: what it says, or else what is written there."""
    written = [
        name
        for name, thing in vars(door).items()
        if getattr(thing, "__module__", "") == door.__name__ and not name.startswith("_")
    ]
    return list(getattr(door, "__all__", written))


def public_functions() -> Iterator[tuple[str, type | None, str, Any]]:
    """Each function, class and method of a class: its title, whose it is, its name, itself.

    Values are left out: a dataclass keeps what it is given.
    """
    for door in DOORS:
        for name in public_names(door):
            thing = getattr(door, name)
            if inspect.isfunction(thing) or (
                inspect.isclass(thing) and is_the_kits(thing.__init__) and not is_dataclass(thing)
            ):
                yield name, None, name, thing
    for kind in SUBJECTS:
        for name, method in inspect.getmembers(kind, is_the_kits):
            if not name.startswith("_"):
                yield f"{kind.__name__}.{name}", kind, name, method


def is_the_kits(thing: Any) -> bool:
    """Whether a function is written in the kit: what others wrote is for them to say."""
    written_in = getattr(thing, "__module__", None) or ""
    return callable(thing) and written_in.startswith("pytest_twilio_users")


def parameters() -> Iterator[Any]:
    """Each parameter of each of them."""
    seen = set()
    for title, kind, name, function in public_functions():
        if title in NOT_FOR_AUTHORS or title in seen:
            continue
        seen.add(title)
        for parameter in inspect.signature(function).parameters.values():
            if parameter.name != "self" and parameter.kind not in VARIABLE:
                where = name if kind else function
                yield pytest.param(kind, where, parameter.name, id=f"{title}-{parameter.name}")


def call(function: Callable[..., Any], name: str, value: Any) -> None:
    """Call a function with a value for one parameter, and come to the end of what it gives."""
    positional, named = [], {}
    for parameter in inspect.signature(function).parameters.values():
        if parameter.name == name:
            given = value
        elif parameter.kind in VARIABLE:
            continue
        elif parameter.name in CREDENTIALS:
            given = "AC" + "a" * 32
        elif parameter.default is parameter.empty:
            given = USUAL[parameter.name]
        else:
            continue
        if parameter.kind is parameter.POSITIONAL_ONLY:
            positional.append(given)
        else:
            named[parameter.name] = given
    settle(function(*positional, **named))


def settle(result: Any) -> None:
    """Await, walk or draw from what a function gave."""
    if isinstance(result, Awaitable):
        asyncio.run(awaited(result))
    elif isinstance(result, AsyncIterator):
        asyncio.run(walked(result))
    elif isinstance(result, Iterator):
        list(islice(result, 3))
    elif isinstance(result, SearchStrategy):
        result.validate()


async def awaited(result: Awaitable[Any]) -> Any:
    """Await it."""
    return await result


async def walked(result: AsyncIterator[Any]) -> None:
    """Walk it to its end."""
    async for _ in result:
        pass


def faults(take: Callable[[Any], Any], *, never: tuple[str, ...] = NEVER_MEANT) -> dict[str, str]:
    """What ended in another exception, or was taken and can't be meant, by what was given."""
    found = {}
    for title, value in ODD.items():
        try:
            take(value)
        except (KitError, TwilioApiError, NoStrategy):
            continue
        except Exception as error:
            found[title] = repr(error)[:200]
        else:
            if title in never:
                found[title] = "was taken"
    return found


@pytest.mark.parametrize(("kind", "where", "name"), list(parameters()))
def test_an_odd_argument_succeeds_or_is_refused(handle, kind, where, name):
    """It never ends in an exception out of the kit's inside."""
    function = getattr(SUBJECTS[kind](handle), where) if kind else where

    never = NEVER_MEANT + NO_TEXT if name in TEXTS else NEVER_MEANT
    assert faults(lambda value: call(function, name, value), never=never) == {}


@pytest.mark.parametrize(
    ("model", "answer", "field", "name"),
    [
        (User, USER, "attributes", "parsed_attributes"),
        (PageMeta, PAGE["meta"], "next_page_url", "next_page_token"),
        (PageMeta, PAGE["meta"], "previous_page_url", "previous_page_token"),
    ],
)
def test_a_property_of_an_odd_field_succeeds_or_refuses(model, answer, field, name):
    """Twilio's JSON is read as it comes; who asks what it says is told."""

    def ask(value: Any) -> None:
        try:
            getattr(model.from_dict(answer | {field: value}), name)
        except ValueError as error:  # as the docstring says
            raise InvalidArgument(str(error)) from error

    assert faults(ask) == {}


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS)
def test_an_odd_value_of_a_setting_succeeds_or_is_refused(setting):
    """In a marker it may be anything."""
    assert faults(lambda value: setting.read(value, source="a test")) == {}
