"""The stub's memory against a dictionary, and walks through its pages."""

import asyncio
import faulthandler
import os
import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from random import Random

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from pytest_twilio_users import TwilioApiError, faults
from pytest_twilio_users.contract.hosts import DEFAULT_ORIGIN
from pytest_twilio_users.settings import Settings
from pytest_twilio_users.state.account import Account
from pytest_twilio_users.state.behaviour import add_user, carry_out
from pytest_twilio_users.state.pages import Cursor
from pytest_twilio_users.state.supplies import SidSupply
from pytest_twilio_users.wire.codec import decode
from pytest_twilio_users.wire.messages import Request

SERVICES = ["IS" + "d" * 32, "IS" + "e" * 32]
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)

services = st.sampled_from(SERVICES)
identities = st.sampled_from(["ada", "grace", "linus"])


def an_account():
    """An account without users."""
    return Account(
        sid="AC" + "a" * 32,
        auth_token="any",
        default_service_sid=SERVICES[0],
        other_service_sid=SERVICES[1],
        sids=SidSupply("properties"),
        clock=lambda: NOON,
        settings=Settings(),
    )


class Changing(RuleBasedStateMachine):
    """Creates, updates and deletes users."""

    def __init__(self):
        super().__init__()
        self.account = an_account()
        self.store = self.account.store
        self.known = {}

    @rule(service=services, identity=identities)
    def create(self, service, identity):
        """Create a user, unless the identity is taken."""
        if not self.store.has_identity(service, identity):
            self.known[service, identity] = add_user(self.account, service, identity=identity)

    @rule(service=services, identity=identities, name=st.sampled_from(["", "Ada", "Grace"]))
    def update(self, service, identity, name):
        """Change a user, if it is there."""
        user = self.store.find(service, identity)
        if user is not None:
            changed = self.known[service, identity] = replace(user, friendly_name=name)
            self.store.change(user, changed)

    @rule(service=services, identity=identities)
    def delete(self, service, identity):
        """Delete a user, if it is there."""
        user = self.store.find(service, identity)
        if user is not None:
            del self.known[service, identity]
            self.store.change(user, None)


class NestedChanges(Changing):
    """Savepoints: what happened since one is kept, or taken back."""

    def __init__(self):
        super().__init__()
        self.savepoints = []

    @rule()
    def save(self):
        """Track changes, among those that are tracked."""
        self.savepoints.append(({}, dict(self.known)))
        self.store.track(self.savepoints[-1][0])

    @precondition(lambda self: self.savepoints)
    @rule()
    def keep(self):
        """Stop tracking the newest; older ones still know what they knew."""
        changes, _ = self.savepoints.pop()
        self.store.untrack(changes)

    @precondition(lambda self: self.savepoints)
    @rule()
    def roll_back(self):
        """Take back the newest."""
        changes, self.known = self.savepoints.pop()
        self.store.untrack(changes)
        self.store.undo(changes)

    @invariant()
    def users_are_those_of_the_dictionary(self):
        """All of them, each service in order of creation, nobody else."""
        users = sorted(self.known.values(), key=lambda user: user.number)
        assert list(self.store.users()) == users
        for service in SERVICES:
            mine = [user for user in users if user.service_sid == service]
            assert list(self.store.users(service)) == mine
            assert self.store.after(service, 0, 9) == mine

    @invariant()
    def users_are_found_both_ways(self):
        """By SID and by identity, in their own service only."""
        for service in SERVICES:
            for (home, identity), user in self.known.items():
                expected = user if home == service else self.known.get((service, identity))
                assert self.store.find(service, identity) == expected
                assert self.store.find(service, user.sid) == (user if home == service else None)

    @invariant()
    def numbers_are_unique(self):
        """Nobody takes another's place in a list."""
        numbers = [user.number for user in self.store.users()]
        assert len(set(numbers)) == len(numbers)


class ScatteredChanges(Changing):
    """Scopes that act by turns and end in any order; one is tracked at a time."""

    def __init__(self):
        super().__init__()
        self.scopes = {}
        self.acting = None

    @rule(scope=st.integers(0, 2))
    def act(self, scope):
        """Have a scope act from now on; it begins if there is none."""
        if self.acting is not None:
            self.store.untrack(self.scopes[self.acting])
        self.acting = scope
        self.store.track(self.scopes.setdefault(scope, {}))

    @precondition(lambda self: self.scopes)
    @rule(data=st.data())
    def end(self, data):
        """End a scope, whichever acts."""
        scope = data.draw(st.sampled_from(sorted(self.scopes)))
        changes = self.scopes.pop(scope)
        if scope == self.acting:
            self.store.untrack(changes)
            self.acting = None
        created = [sid for sid, (before, _) in changes.items() if before is None]
        self.store.undo(changes)
        self.known = {(user.service_sid, user.identity): user for user in self.store.users()}
        assert not {user.sid for user in self.store.users()}.intersection(created)

    @invariant()
    def a_listed_user_is_found_both_ways(self):
        """Whatever ended in whatever order, the ways of finding a user agree."""
        for service in SERVICES:
            users = list(self.store.users(service))
            assert self.store.after(service, 0, 9) == users
            assert [self.store.find(service, user.sid) for user in users] == users
            assert [self.store.find(service, user.identity) for user in users] == users

    @invariant()
    def a_known_user_is_listed(self):
        """Nobody who is found is missing in the list."""
        assert set(self.known.values()) == set(self.store.users())


class TestNestedChanges(NestedChanges.TestCase):
    """Whatever happens, in whatever nesting, a store and a dictionary agree."""


class TestScatteredChanges(ScatteredChanges.TestCase):
    """Whatever ends, in whatever order, a store does not contradict itself."""


@st.composite
def comings_and_goings(draw):
    """For each page of a walk: how many users come, and which of those there go."""
    step = st.tuples(st.integers(0, 2), st.lists(st.integers(0, 20), max_size=3))
    return draw(st.lists(step, max_size=8))


class Walk:
    """A walk through the pages of a service, while users come and go between any two pages."""

    def __init__(self, users, size, steps):
        self.account = an_account()
        self.size = size
        self.steps = iter(steps)
        self.come(users)

    def come(self, users):
        """Have users created."""
        for _ in range(users):
            number = self.account.store.next_number()
            add_user(self.account, SERVICES[0], identity=f"user-{number}")

    def there(self):
        """The SIDs of those that are there now."""
        return [user.sid for user in self.account.store.users()]

    def page(self, token):
        """Ask for a page; users come and go afterwards."""
        target = f"/v1/Users?PageSize={self.size}" + (f"&PageToken={token}" if token else "")
        request = Request(method="GET", origin="https://conversations.twilio.com", target=target)
        page = carry_out(self.account, decode(request))
        come, go = next(self.steps, (0, ()))
        self.come(come)
        for index in go:
            users = list(self.account.store.users())
            if index < len(users):
                self.account.store.change(users[index], None)
        return page


walks = st.builds(Walk, users=st.integers(0, 9), size=st.integers(1, 4), steps=comings_and_goings())


@given(walk=walks)
def test_a_walk_forwards_sees_everybody_once_who_stays(walk):
    """Nobody is repeated; nobody who is there all the time is dropped."""
    stay, seen, token = set(walk.there()), [], ""
    while token is not None:
        page = walk.page(token)
        stay &= set(walk.there()) | {user.sid for user in page.items}
        seen += [user.sid for user in page.items]
        token = page.next_token

    assert len(set(seen)) == len(seen)
    assert stay <= set(seen)


@given(walk=walks)
def test_a_walk_backwards_sees_everybody_once_who_stays(walk):
    """From the last page to the first: nobody is repeated, nobody who stays is dropped."""
    token = ""
    while token is not None:
        before = set(walk.there())
        page = walk.page(token)
        token = page.next_token

    stay, seen = before & set(walk.there()), [user.sid for user in page.items]
    while page.previous_token is not None:
        page = walk.page(page.previous_token)
        stay &= set(walk.there()) | {user.sid for user in page.items}
        seen += [user.sid for user in page.items]

    assert len(set(seen)) == len(seen)
    assert stay <= set(seen)


cursors = st.builds(Cursor, number=st.integers(0, 16**12 - 1), backwards=st.booleans())


@given(cursor=cursors, service=services)
def test_a_token_leads_back_to_its_place(cursor, service):
    """Whoever comes with a token stands where it was issued."""
    assert Cursor.from_token(service, cursor.token(service)) == cursor


@given(cursor=cursors)
def test_a_token_is_worth_nothing_in_another_service(cursor):
    """A token was issued for one list; elsewhere nobody issued it."""
    assert Cursor.from_token(SERVICES[1], cursor.token(SERVICES[0])) is None


@given(cursor=cursors, place=st.integers(0, 26), character=st.characters())
def test_a_token_with_another_character_is_worth_nothing(cursor, place, character):
    """Who changes a token by hand has none."""
    token = cursor.token(SERVICES[0])
    forged = token[:place] + character + token[place + 1 :]

    assert forged == token or Cursor.from_token(SERVICES[0], forged) is None


@given(text=st.one_of(st.text(), st.from_regex(r"PT[AB][0-9a-f]{24}", fullmatch=True)))
def test_a_made_up_token_is_worth_nothing(text):
    """However much it looks like one."""
    assert Cursor.from_token(SERVICES[0], text) is None


# Many at once

OPERATIONS = int(os.environ.get("MODEL_OPERATIONS") or 1_000)
"""Of all who ask together: `make model OPERATIONS=200000`."""

SEED = os.environ.get("MODEL_SEED") or "1"
THREADS, TASKS = 4, 50
SECONDS = 600 + OPERATIONS // 50
"""After so many somebody waits for ever: then it is told where each thread stands."""

SERVED = [f"IS{number:032x}" for number in range(5)]
SHARED = ["everybody's", "anybody's"]
TOLD = {"x_twilio_webhook_enabled": True}


@dataclass
class Asker:
    """Somebody with users of its own, in a dictionary, who also creates and deletes those of all.

    `shared` counts how many it created of each more than it deleted; `told` is how many events
    of its own users an application heard of, if it heard of each once.
    """

    name: str
    mine: dict[tuple[str, str], str] = field(default_factory=dict)
    shared: dict[tuple[str, str], int] = field(default_factory=dict)
    told: int = 0
    refused: int = 0
    lost: int = 0

    def __post_init__(self):
        self.random = Random(f"{SEED} {self.name}")  # noqa: S311  # no secret is made of it

    def steps(self, count):
        """Yield what to call, with which arguments; is sent what came of it, or was raised."""
        for number in range(count):
            service = self.random.choice(SERVED)
            if self.random.random() < 0.2:
                yield from self.share(service)
            else:
                yield from self.own(service, f"{self.name} {self.random.randrange(4)}", str(number))

    def share(self, service):
        """Create or delete a user that others create and delete, too."""
        identity = self.random.choice(SHARED)
        action = self.random.choice(["create", "delete"])
        came = yield f"{action}_service_user", (service, identity), {}
        if isinstance(came, TwilioApiError):
            assert came.code == {"create": 50201, "delete": 20404}[action]
        else:
            change = {"create": 1, "delete": -1}[action]
            self.shared[service, identity] = self.shared.get((service, identity), 0) + change

    def own(self, service, identity, name):
        """Do something to a user that nobody else touches, whatever goes wrong on the way."""
        action = self.random.choice(["create", "create", "update", "fetch", "delete", "list"])
        there = (service, identity) in self.mine
        if action == "list":
            came = yield "list_service_user", (service,), {"page_size": 1_000}
            listed = {user.identity: user.friendly_name for user in came.users}
            mine = {who: named for (home, who), named in self.mine.items() if home == service}
            assert {w: n for w, n in listed.items() if w.startswith(f"{self.name} ")} == mine
            return
        named = {"friendly_name": name} if action in ("create", "update") else {}
        given = named | (TOLD if named else {})
        came = yield f"{action}_service_user", (service, identity), given
        if isinstance(came, TwilioApiError) and came.code == 20429:
            self.refused += 1  # and nothing was done
            return
        if isinstance(came, httpx.HTTPError):
            self.lost += 1  # what was done, was done
        expected = {"create": 50201 if there else None}.get(action, None if there else 20404)
        if not isinstance(came, httpx.HTTPError):
            assert getattr(came, "code", None) == expected
        if expected is not None:
            return
        if named:
            self.mine[service, identity] = name
            self.told += 1 if action == "create" else 2
        elif action == "delete":
            del self.mine[service, identity]
        elif not isinstance(came, httpx.HTTPError):
            assert came.friendly_name == self.mine[service, identity]


def ask_in_turn(client, steps):
    """Do what is to be done, step by step."""
    came = None
    try:
        while True:
            name, where, given = steps.send(came)
            try:
                came = getattr(client, name)(*where, **given)
            except (TwilioApiError, httpx.HTTPError) as error:
                came = error
    except StopIteration:
        return


async def ask_in_turn_async(client, steps):
    """The same, async."""
    came = None
    try:
        while True:
            name, where, given = steps.send(came)
            try:
                came = await getattr(client, name)(*where, **given)
            except (TwilioApiError, httpx.HTTPError) as error:
                came = error
            await asyncio.sleep(0)
    except StopIteration:
        return


def ask_all_at_once(twilio_users, askers, neighbours):
    """Four threads, and fifty tasks in this one; what a thread raises is raised here."""
    raised = []

    def run(asker):
        try:
            ask_in_turn(twilio_users.client, asker.steps(OPERATIONS // len(askers)))
        except BaseException as error:
            raised.append(error)

    async def run_all():
        async with asyncio.TaskGroup() as tasks:
            for asker in askers[THREADS:]:
                steps = asker.steps(OPERATIONS // len(askers))
                tasks.create_task(ask_in_turn_async(twilio_users.async_client, steps))
            tasks.create_task(neighbours())

    threads = [threading.Thread(target=run, args=[asker]) for asker in askers[:THREADS]]
    for thread in threads:
        thread.start()
    asyncio.run(run_all())
    for thread in threads:
        thread.join()
    if raised:
        raise raised[0]


@pytest.mark.twilio_users(neighbours=True, journal_limit=1_000, strict=False)
def test_whoever_asks_at_once_finds_what_a_dictionary_has(twilio_users, capfd):
    """Threads and tasks, with faults, neighbours and webhooks: no difference, and nobody waits.

    Of creates of one identity at once one succeeds. Each event is heard of once.
    """
    askers = [Asker(name=f"asker {number}") for number in range(THREADS + TASKS)]
    heard, rooms = [], OPERATIONS // 50
    twilio_users.webhooks.deliver_to(lambda hook: heard.append(hook["Identity"]))

    def is_own(request):
        return b"asker" in request.content or b"asker" in request.url.raw_path

    for action in ("create", "update", "fetch", "delete"):
        route = twilio_users.routes[f"{action}_service_user"]
        route.fail(faults.answer_lost(), every=11, when=is_own)
        route.fail(faults.refused("too_many_requests"), every=7, when=is_own)

    async def neighbours():
        login = (twilio_users.account_sid, twilio_users.auth_token)
        async with httpx.AsyncClient(auth=login, base_url=DEFAULT_ORIGIN) as client:
            for number in range(rooms):
                await client.post("/v1/Conversations", data={"UniqueName": f"room {number}"})
                await asyncio.sleep(0)

    with capfd.disabled(), os.fdopen(os.dup(2), "w") as screen:
        faulthandler.dump_traceback_later(SECONDS, exit=True, file=screen)
        try:
            ask_all_at_once(twilio_users, askers, neighbours)
        finally:
            faulthandler.cancel_dump_traceback_later()

    shared = {
        (service, identity): sum(asker.shared.get((service, identity), 0) for asker in askers)
        for service in SERVED
        for identity in SHARED
    }
    assert set(shared.values()) <= {0, 1}
    expected = {place for place, count in shared.items() if count}
    expected |= {place for asker in askers for place in asker.mine}
    there = [(user.chat_service_sid, user.identity) for user in twilio_users.users()]
    assert sorted(there) == sorted(expected)
    walked = [
        (service, user.identity)
        for service in SERVED
        for user in twilio_users.client.iter_service_users(service, page_size=7)
    ]
    assert sorted(walked) == sorted(expected)
    assert len(heard) == sum(asker.told for asker in askers), f"{SEED=}"
    assert len(twilio_users.neighbours.of("conversations")) == rooms
    assert sum(asker.refused for asker in askers)
    assert sum(asker.lost for asker in askers)
