"""state/store.py: the users that the stub remembers."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sortedcontainers import SortedDict

from pytest_twilio_users.state.store import Store, StoredUser

SERVICE = "IS" + "d" * 32
OTHER_SERVICE = "IS" + "e" * 32
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def user(number, identity, service_sid=SERVICE):
    """A user as it comes out of a create."""
    return StoredUser(
        number=number,
        sid=f"US{number:032x}",
        service_sid=service_sid,
        identity=identity,
        friendly_name=None,
        attributes="{}",
        role_sid="RL" + "b" * 32,
        is_online=None,
        is_notifiable=None,
        date_created=NOON,
        date_updated=NOON,
    )


ADA, GRACE, LINUS, MARGARET = (
    user(number, identity)
    for number, identity in enumerate(["ada", "grace", "linus", "margaret"], start=1)
)


@pytest.fixture
def store():
    """A store that knows ada, grace, linus and margaret."""
    store = Store()
    for known in (ADA, GRACE, LINUS, MARGARET):
        assert store.next_number() == known.number
        store.change(None, known)
    return store


def test_numbers_rise():
    """A later user stands behind an earlier one in every list."""
    store = Store()

    assert [store.next_number() for _ in range(3)] == [1, 2, 3]


@pytest.mark.parametrize("known_as", [ADA.sid, "ada"])
def test_a_user_is_found_by_sid_and_by_identity(store, known_as):
    """The path of fetch, update and delete takes either."""
    assert store.find(SERVICE, known_as) is ADA


@pytest.mark.parametrize(
    ("service_sid", "known_as"),
    [
        pytest.param(SERVICE, "barbara", id="unknown user"),
        pytest.param(SERVICE, "Ada", id="other case"),
        pytest.param(SERVICE, "ada ", id="space"),
        pytest.param(OTHER_SERVICE, "ada", id="unknown service"),
    ],
)
def test_who_is_not_there_is_not_found(store, service_sid, known_as):
    """An identity is known in its service and to the letter."""
    assert store.find(service_sid, known_as) is None


@pytest.mark.parametrize(
    ("service_sid", "identity", "taken"),
    [
        pytest.param(SERVICE, "ada", True, id="taken"),
        pytest.param(SERVICE, "ADA", False, id="other case"),
        pytest.param(SERVICE, ADA.sid, False, id="a SID is no identity"),
        pytest.param(OTHER_SERVICE, "ada", False, id="unknown service"),
    ],
)
def test_an_identity_is_taken_in_its_service_only(store, service_sid, identity, taken):
    """Two services may have a user of the same identity."""
    assert store.has_identity(service_sid, identity) is taken


@pytest.mark.parametrize("known_as", [GRACE.sid, "grace"])
def test_a_changed_user_replaces_the_old_one(store, known_as):
    """After an update both ways of finding a user lead to the new state."""
    admiral = replace(GRACE, friendly_name="Admiral Hopper")

    store.change(GRACE, admiral)

    assert store.find(SERVICE, known_as) is admiral


def test_a_changed_user_keeps_its_place(store):
    """An update does not move a user in the list."""
    admiral = replace(GRACE, friendly_name="Admiral Hopper")

    store.change(GRACE, admiral)

    assert list(store.users(SERVICE)) == [ADA, admiral, LINUS, MARGARET]


@pytest.mark.parametrize("known_as", [GRACE.sid, "grace"])
def test_a_removed_user_is_not_found(store, known_as):
    """Neither its SID nor its identity leads to a deleted user."""
    store.change(GRACE, None)

    assert store.find(SERVICE, known_as) is None


def test_a_removed_user_is_not_listed(store):
    """A deleted user leaves no gap behind."""
    store.change(GRACE, None)

    assert store.after(SERVICE, 0, 10) == [ADA, LINUS, MARGARET]


@pytest.mark.parametrize(
    ("number", "limit", "found"),
    [
        pytest.param(0, 2, [ADA, GRACE], id="from the start"),
        pytest.param(2, 1, [LINUS], id="one"),
        pytest.param(2, 9, [LINUS, MARGARET], id="fewer than asked for"),
        pytest.param(4, 2, [], id="behind the last"),
    ],
)
def test_after_gives_the_next_users(store, number, limit, found):
    """A page begins behind the user that ended the page before."""
    assert store.after(SERVICE, number, limit) == found


@pytest.mark.parametrize(
    ("number", "limit", "found"),
    [
        pytest.param(5, 2, [LINUS, MARGARET], id="from the end"),
        pytest.param(3, 1, [GRACE], id="one"),
        pytest.param(3, 9, [ADA, GRACE], id="fewer than asked for"),
        pytest.param(1, 2, [], id="before the first"),
    ],
)
def test_before_gives_the_last_users_in_order(store, number, limit, found):
    """A page back ends before the user that began the page after, oldest first."""
    assert store.before(SERVICE, number, limit) == found


@pytest.mark.parametrize("direction", [Store.after, Store.before])
def test_a_page_touches_no_more_users_than_it_holds(direction):
    """At any depth a page costs its size. A white box: reads of the ordered users are counted."""
    store = Store()
    for number in range(1, 1_001):
        store.change(None, user(number, f"user-{number}"))
    service, reads = store._lists[SERVICE], []

    class Counting(SortedDict):
        def __getitem__(self, number):
            reads.append(number)
            return super().__getitem__(number)

    service.by_number = Counting(service.by_number)
    reads.clear()

    assert len(direction(store, SERVICE, 500, 10)) == len(reads) == 10


def test_an_unknown_service_has_no_users(store):
    """Asking for a service does not make one."""
    assert store.after(OTHER_SERVICE, 0, 10) == store.before(OTHER_SERVICE, 9, 10) == []
    assert list(store.users(OTHER_SERVICE)) == []


def test_the_users_of_all_services_come_in_order_of_creation(store):
    """What a test did is told in the order in which it did it."""
    barbara, edsger = user(5, "barbara", OTHER_SERVICE), user(6, "edsger")
    store.change(None, edsger)
    store.change(None, barbara)

    assert list(store.users()) == [ADA, GRACE, LINUS, MARGARET, barbara, edsger]


@pytest.fixture
def tracking(store):
    """Has changes tracked while a block runs."""

    @contextmanager
    def tracking(changes):
        store.track(changes)
        yield
        store.untrack(changes)

    return tracking


def test_a_change_is_tracked(store, tracking):
    """Each user that changed is there, before and after."""
    changes, admiral, barbara = (
        {},
        replace(GRACE, friendly_name="Admiral Hopper"),
        user(5, "barbara"),
    )
    with tracking(changes):
        store.change(GRACE, admiral)
        store.change(ADA, None)
        store.change(None, barbara)

    assert changes == {
        (SERVICE, GRACE.sid): (GRACE, admiral),
        (SERVICE, ADA.sid): (ADA, None),
        (SERVICE, barbara.sid): (None, barbara),
    }


def test_the_net_change_is_told(store, tracking):
    """However often a user changed; one that came and went is not told."""
    changes, admiral, barbara = (
        {},
        replace(GRACE, friendly_name="Admiral Hopper"),
        user(5, "barbara"),
    )
    with tracking(changes):
        store.change(GRACE, admiral)
        store.change(admiral, None)
        store.change(None, barbara)
        store.change(barbara, None)

    assert changes == {(SERVICE, GRACE.sid): (GRACE, None)}


def test_what_is_tracked_no_more_stays_as_it_is(store):
    """The very changes, and not others that read the same."""
    stopped, other = {}, {}
    store.track(stopped)
    store.track(other)
    store.untrack(stopped)

    store.change(ADA, None)

    assert (stopped, other) == ({}, {(SERVICE, ADA.sid): (ADA, None)})


def test_undo_takes_back_what_was_tracked(store, tracking):
    """After undo the store is as it was when tracking began."""
    changes = {}
    with tracking(changes):
        store.change(GRACE, replace(GRACE, friendly_name="Admiral Hopper"))
        store.change(ADA, None)
        store.change(None, user(5, "ada"))

    store.undo(changes)

    assert list(store.users()) == [ADA, GRACE, LINUS, MARGARET]
    assert store.find(SERVICE, "ada") is ADA


def test_undo_forgets_the_changes(store, tracking):
    """A change is taken back once, however often undo is called."""
    changes = {}
    with tracking(changes):
        store.change(ADA, None)

    store.undo(changes)
    store.undo(changes)

    assert changes == {}
    assert store.find(SERVICE, "ada") is ADA


def test_undo_of_changes_that_are_still_tracked_ends(store):
    """They tell then what undo did."""
    changes = {}
    store.track(changes)
    store.change(ADA, None)

    store.undo(changes)

    assert changes == {(SERVICE, ADA.sid): (None, ADA)}
    assert store.find(SERVICE, "ada") is ADA


def test_outer_changes_know_what_an_inner_undo_did(store, tracking):
    """Scopes nest like savepoints: the outer one can be taken back after the inner one."""
    outer, inner = {}, {}
    with tracking(outer):
        store.change(ADA, None)
        with tracking(inner):
            store.change(GRACE, None)
        store.undo(inner)

    store.undo(outer)

    assert list(store.users()) == [ADA, GRACE, LINUS, MARGARET]


def test_undo_spares_what_was_not_tracked(store, tracking):
    """Rolling back a test leaves what a wider fixture had made."""
    barbara, changes = user(5, "barbara"), {}
    store.change(None, barbara)
    with tracking(changes):
        store.change(None, user(6, "edsger"))

    store.undo(changes)

    assert list(store.users()) == [ADA, GRACE, LINUS, MARGARET, barbara]


def test_a_user_whose_creation_is_undone_goes_as_it_is_now(store, tracking):
    """Whoever changed it since: its life ends with the scope that made it."""
    barbara, created, renamed = user(5, "barbara"), {}, {}
    liskov = replace(barbara, friendly_name="Liskov")
    with tracking(created):
        store.change(None, barbara)
    with tracking(renamed):
        store.change(barbara, liskov)

    store.undo(created)

    assert list(store.users()) == [ADA, GRACE, LINUS, MARGARET]


@pytest.mark.parametrize("then", ["renamed", "deleted"])
def test_a_user_whose_creation_is_undone_does_not_come_back(store, tracking, then):
    """Neither when a later rename is undone, nor a later deletion."""
    barbara, created, changed = user(5, "barbara", OTHER_SERVICE), {}, {}
    with tracking(created):
        store.change(None, barbara)
    with tracking(changed):
        new = replace(barbara, friendly_name="Liskov") if then == "renamed" else None
        store.change(barbara, new)

    store.undo(created)
    store.undo(changed)

    assert list(store.users()) == [ADA, GRACE, LINUS, MARGARET]


def test_a_sid_may_come_again(store, tracking):
    """A test that runs again has the same SIDs; what it deletes comes back like anything else."""
    barbara, created, changed, deleted = user(5, "barbara"), {}, {}, {}
    with tracking(created):
        store.change(None, barbara)
    with tracking(changed):
        store.change(barbara, replace(barbara, friendly_name="Liskov"))
    store.undo(created)
    store.undo(changed)
    store.change(None, barbara)
    with tracking(deleted):
        store.change(barbara, None)

    store.undo(deleted)

    assert store.find(SERVICE, "barbara") is barbara


def test_a_sid_in_two_lists_is_two_changes(store, tracking):
    """Authors may give one twice, though Twilio never does; nothing of it is left."""
    twin, changes = replace(user(5, "barbara"), service_sid=OTHER_SERVICE), {}
    with tracking(changes):
        store.change(None, user(5, "barbara"))
        store.change(None, twin)

    store.undo(changes)

    assert list(store.users()) == [ADA, GRACE, LINUS, MARGARET]


def test_undo_leaves_what_another_scope_changed_since(store, tracking):
    """The last word is not the undone scope's to take back."""
    first, second = {}, {}
    admiral = replace(GRACE, friendly_name="Admiral Hopper")
    amazing = replace(GRACE, friendly_name="Amazing Grace")
    with tracking(first):
        store.change(GRACE, admiral)
    with tracking(second):
        store.change(admiral, amazing)

    store.undo(first)

    assert store.find(SERVICE, "grace") is amazing


def test_undo_leaves_an_identity_to_whom_it_belongs_now(store, tracking):
    """A deleted user does not come back while another scope's user has its identity."""
    deleted, created, other = {}, {}, user(5, "ada")
    with tracking(deleted):
        store.change(ADA, None)
    with tracking(created):
        store.change(None, other)

    store.undo(deleted)

    assert list(store.users()) == [GRACE, LINUS, MARGARET, other]


@pytest.mark.parametrize(
    ("number", "following"),
    [
        pytest.param(7, 8, id="from the number"),
        pytest.param(2, 5, id="from the last user's, as that is later"),
    ],
)
def test_numbers_can_be_rewound(store, number, following):
    """A test sees the same page tokens whatever ran before it; no place is given twice."""
    store.rewind(number)

    assert store.next_number() == following


def test_an_empty_store_counts_from_the_start_again():
    """As if nothing had been."""
    store = Store()
    store.next_number()
    store.rewind(0)

    assert store.next_number() == 1
