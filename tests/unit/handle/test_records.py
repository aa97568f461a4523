"""handle/records.py: what each scope did."""

import threading

import httpx
import pytest

from pytest_twilio_users.backends.observed import ObservedBackend
from pytest_twilio_users.contract.sids import SidKind
from pytest_twilio_users.errors import NotTheirs
from pytest_twilio_users.handle.records import Records
from pytest_twilio_users.scopes.isolation import Isolation
from pytest_twilio_users.scopes.scope import Scope
from pytest_twilio_users.settings import Settings
from pytest_twilio_users.state.behaviour import add_user
from pytest_twilio_users.wire.codec import decode
from pytest_twilio_users.wire.conformity import check_request
from pytest_twilio_users.wire.journal import Exchange
from pytest_twilio_users.wire.messages import Response


@pytest.fixture
def isolation():
    """A run in which a test has begun."""
    isolation = Isolation(Settings())
    isolation.begin_test("test_ada", Settings(), fixtures=[])
    return isolation


class Switch:
    """An engine that answers nothing."""

    def forget_recent(self):
        """Forget nothing."""

    def activate(self, settings):
        """Answer nothing."""

    def deactivate(self):
        """Leave nothing alone."""


@pytest.fixture
def records(isolation, account):
    """The records of the run."""
    return Records(isolation, account)


@pytest.fixture
def misspelt(compose):
    """An exchange that broke the contract."""
    request = compose("POST", "/v1/Users", form={"identity": "ada"})
    return Exchange(
        operation="create_user",
        request=request,
        response=Response(status=400),
        violations=check_request(request, decode(request)),
    )


def begin(isolation, name="test_grace", **settings):
    """Have the next test begin, which ends the one before."""
    isolation.begin_test(name, Settings(**settings), fixtures=[])


def test_a_scope_has_one_record(records):
    """Whatever it does goes to the same place."""
    assert records.current is records.current


def test_each_scope_has_a_journal_of_its_own(isolation, records):
    """A test does not see the exchanges of the one before."""
    before = records.current.journal
    begin(isolation)

    assert records.current.journal is not before


@pytest.mark.parametrize("limit", ["journal_limit", "journal_bytes"])
def test_the_journal_has_the_scopes_limit(isolation, records, misspelt, limit):
    """Both of its limits are settings for one test."""
    begin(isolation, **{limit: 1})
    for _ in range(2):
        records.current.journal.append(misspelt)

    assert (len(records.current.journal), len(list(records.current.journal))) == (2, 1)


def test_the_account_acts_for_the_scope(isolation, records, account):
    """With the scope's settings and SIDs."""
    begin(isolation, max_page_size=50)
    record = records.current

    assert (account.settings, account.sids) == (isolation.current.settings, record.sids)


def test_numbers_begin_again_in_each_test(isolation, records, account):
    """A test sees the same page tokens whatever ran before it."""
    numbers = []
    for _ in range(2):
        begin(isolation)
        _ = records.current
        numbers.append(account.store.next_number())

    assert numbers[0] == numbers[1]


def test_numbers_go_on_where_a_later_scope_lives(isolation, records, account):
    """The place of a user that is still there is not given twice."""
    scope = Scope("module_users", Settings())
    _ = records.current
    with isolation.acting("module_users", scope):
        _ = records.current
        grace = add_user(account, account.default_service_sid, identity="grace")
    isolation.leave_test()

    assert account.store.next_number() > grace.number


def test_a_wide_scope_may_end_after_the_test(isolation, records, account):
    """As a module's fixtures do after its last test; then nobody's users are left."""
    scope = Scope("module_users", Settings())
    with isolation.acting("module_users", scope):
        _ = records.current
        add_user(account, account.default_service_sid, identity="grace")
    _ = records.current
    add_user(account, account.default_service_sid, identity="ada")

    isolation.leave_test()
    scope.end()

    assert list(account.store.users()) == []


def test_undoing_is_nobodys_change(isolation, records, account):
    """A scope that ends leaves no trace in the record of the one that acts."""
    scope = Scope("module_users", Settings())
    with isolation.acting("module_users", scope):
        _ = records.current
        add_user(account, account.default_service_sid, identity="grace")
    record = records.current

    scope.end()

    assert record.changes == {}


def test_the_same_scope_gets_the_same_sids(isolation, records, account):
    """SIDs follow from the name: a test that runs again sees them again."""
    sids = []
    for _ in range(2):
        begin(isolation, "test_grace")
        _ = records.current
        sids.append(account.sids.next(SidKind.USER))

    assert sids[0] == sids[1]


def test_what_a_scope_changed_is_undone_at_its_end(isolation, records, account):
    """The next test finds the users of the one before gone."""
    _ = records.current
    add_user(account, account.default_service_sid, identity="ada")
    begin(isolation)

    assert list(account.store.users()) == []


def test_what_no_scope_of_the_kit_changed_is_kept(isolation, records, account):
    """A change is logged for the scope that acts, from when it first asked."""
    add_user(account, account.default_service_sid, identity="ada")
    _ = records.current
    begin(isolation)

    assert [user.identity for user in account.store.users()] == ["ada"]


def test_a_scope_that_acts_again_goes_on_with_its_record(isolation, records, account):
    """A wide fixture's setup in between does not mix the two."""
    record = records.current
    add_user(account, account.default_service_sid, identity="ada")
    with isolation.acting("module_users", Scope("module_users", Settings())):
        _ = records.current
        add_user(account, account.default_service_sid, identity="grace")

    assert records.current is record
    begin(isolation)
    assert [user.identity for user in account.store.users()] == ["grace"]


def test_a_scope_may_end_while_another_acts(isolation, records, account):
    """What it changed is undone, and the other goes on with its record."""
    scope = Scope("module_users", Settings())
    with isolation.acting("module_users", scope):
        _ = records.current
        add_user(account, account.default_service_sid, identity="grace")
    record = records.current
    add_user(account, account.default_service_sid, identity="ada")

    scope.end()

    assert records.current is record
    assert [user.identity for user in account.store.users()] == ["ada"]


def test_what_is_made_after_a_wide_scope_ended_is_undone(isolation, records, account):
    """The users that a test goes on to make are in no test that follows."""
    scope = Scope("module_users", Settings())
    with isolation.acting("module_users", scope):
        _ = records.current
    _ = records.current
    scope.end()
    _ = records.current
    add_user(account, account.default_service_sid, identity="ada")
    begin(isolation)

    assert list(account.store.users()) == []


LISTING = httpx.Request("GET", "https://conversations.twilio.com/v1/Users")


def overridden(records, operation="list_user"):
    """The status that an override answers in the acting scope; None if the stub answers."""
    answer = records.overrides and records.overrides.answer(LISTING, operation)
    return answer and answer.status_code


def wide(isolation, name="module_users"):
    """Has a fixture of a module act."""
    return isolation.acting(name, Scope(name, Settings()))


def test_there_are_no_overrides_until_somebody_looks_at_the_routes(records):
    """Requests are answered faster without."""
    assert records.overrides is None


def test_a_scope_has_one_router(records):
    """Whoever looks sees the same overrides."""
    assert records.open_router() is records.open_router()


def test_the_overrides_of_a_wide_fixture_count_beside_those_of_a_test(isolation, records):
    """What it overrides itself is its own."""
    with wide(isolation):
        records.open_router()["list_user"].respond(503)
        records.open_router()["fetch_user"].respond(503)
    records.open_router()["fetch_user"].respond(502)

    assert [overridden(records, name) for name in ("list_user", "fetch_user", "delete_user")] == [
        503,
        502,
        None,
    ]


@pytest.mark.parametrize("looks", [False, True])
def test_each_test_has_the_whole_of_a_wide_fixtures_override(isolation, records, looks):
    """However many tests met it before, and whether a test looks at the routes or not."""
    with wide(isolation):
        records.open_router()["list_user"].refuse("unavailable", times=1)
    found = []
    for _ in range(2):
        begin(isolation)
        if looks:
            records.open_router()
        found.append((overridden(records), overridden(records)))

    assert found == [(503, None)] * 2


def test_a_wide_fixture_that_meets_an_override_leaves_it_whole(isolation, records):
    """As a test does, and so does the next wide fixture."""
    with wide(isolation):
        records.open_router()["list_user"].refuse("unavailable", times=1)
    found = []
    for name in ("class_users", "other_users"):
        with wide(isolation, name):
            found.append(overridden(records))

    assert [*found, overridden(records)] == [503] * 3


def test_the_override_of_the_newest_wide_fixture_counts(isolation, records):
    """For the operations that it overrides; an older one's for the others."""
    with wide(isolation):
        records.open_router()["list_user"].respond(503)
        records.open_router()["fetch_user"].respond(503)
    with wide(isolation, "class_users"):
        records.open_router()["list_user"].respond(502)

    assert [overridden(records, name) for name in ("list_user", "fetch_user")] == [502, 503]


def test_an_override_ends_with_its_fixture(isolation, records):
    """Also where a newer fixture met it."""
    scope = Scope("module_users", Settings())
    with isolation.acting("module_users", scope):
        records.open_router()["list_user"].respond(503)
    with wide(isolation, "class_users"):
        records.open_router()["fetch_user"].respond(502)
    before = overridden(records)
    scope.end()

    assert (before, overridden(records), overridden(records, "fetch_user")) == (503, None, 502)


def test_a_wide_fixture_that_is_set_up_late_overrides(isolation, records):
    """A test that looked at the routes before meets it, too."""
    records.open_router()
    before = overridden(records)
    with wide(isolation):
        records.open_router()["list_user"].respond(503)

    assert (before, overridden(records)) == (None, 503)


def by_the_route(routes):
    """Mock one that was handed on."""
    return routes["list_user"].respond


def by_the_router(routes):
    """Take it from a router that was handed on."""

    def respond(status):
        routes["list_user"].respond(status)

    return respond


def by_an_added_route(routes):
    """Mock an added one that was handed on."""
    return routes.get("https://conversations.twilio.com/v1/Users").respond


def by_adding(routes):
    """Add one."""

    def respond(status):
        routes.get("https://conversations.twilio.com/v1/Users").respond(status)

    return respond


@pytest.mark.parametrize("way", [by_the_route, by_the_router, by_an_added_route, by_adding])
def test_what_a_test_overrides_by_routes_of_a_wide_fixture_ends_with_it(isolation, records, way):
    """A fixture may give a route, or all of them, to its tests."""
    with wide(isolation):
        respond = way(records.open_router())
    respond(503)
    during = overridden(records)
    begin(isolation)
    routes = records.open_router()

    assert (during, overridden(records) == 503, len(routes["list_user"].calls)) == (503, False, 0)


def test_a_test_that_clears_the_routes_of_a_wide_fixture_clears_them_for_itself(isolation, records):
    """The next test has the fixture's override again."""
    with wide(isolation):
        routes = records.open_router()
        routes["list_user"].respond(503)
    routes.clear()
    cleared = overridden(records)
    begin(isolation)
    records.open_router()

    assert (cleared, overridden(records)) == (None, 503)


def test_a_test_knows_the_routes_of_a_fixture_that_was_set_up_late(isolation, records):
    """By name; it can override them."""
    routes = records.open_router()
    before = "mine" in routes
    with wide(isolation):
        records.open_router().get("https://conversations.twilio.com/v1/Users", name="mine")
    known = ("mine" in routes, len(routes), [route.name for route in routes][-1])
    routes["mine"].respond(503)

    assert (before, known, overridden(records)) == (False, (True, 11, "mine"), 503)


def test_a_scopes_overrides_end_with_it(isolation, records):
    """The next test finds the stub."""
    records.open_router()["list_user"].respond(503)
    begin(isolation)

    assert records.overrides is None


def test_the_routes_of_a_wide_fixture_count_the_calls_of_the_test(isolation, records, misspelt):
    """Each test has its journal, whoever made the route."""
    with isolation.acting("module_users", Scope("module_users", Settings())):
        wide = records.open_router()
    records.current.journal.append(misspelt)

    assert wide["create_user"].call_count == 1


@pytest.mark.parametrize("scope", ["test", "example"])
def test_a_request_that_runs_on_when_its_scope_ends_is_noted(isolation, records, misspelt, scope):
    """With what it got wrong. What it comes to later is nobody's any more."""
    example = isolation.begin_example() if scope == "example" else None
    journal = records.journals()[0]
    backend = ObservedBackend(None, journals=records.journals, strict=lambda: True)
    note = backend.noting(misspelt.request)
    before = str(journal)
    if example is None:
        begin(isolation)
    found = records.take_violations(example)
    note(misspelt.response)
    note.end_body(b"late", error="")

    assert before == "(no exchanges)"
    assert [str(violation) for _, violation in found] == [str(v) for v in misspelt.violations]
    assert [str(exchange) for exchange in journal] == [
        "create_user: POST /v1/Users (identity='ada') -> no response (not answered yet)"
    ]


def test_a_mistake_is_told_once(records, misspelt):
    """Who asked before the end of the test does not hear it again there."""
    records.current.journal.append(misspelt)

    told = [[exchange for exchange, _ in records.take_violations()] for _ in range(2)]

    assert told == [[misspelt], []]


def test_a_mistake_outlives_its_scope(isolation, records, misspelt):
    """What was not told when a scope ended is told afterwards."""
    records.current.journal.append(misspelt)
    isolation.leave_test()

    assert [exchange for exchange, _ in records.take_violations()] == [misspelt]


def test_a_lenient_scopes_mistakes_are_not_told(isolation, records, misspelt):
    """`strict=False` is a setting for one test."""
    begin(isolation, strict=False)
    records.current.journal.append(misspelt)

    assert records.take_violations() == []


class TestExample:
    """The record of an example of a Hypothesis test."""

    def test_what_an_example_changed_is_undone_at_its_end(self, isolation, records, account):
        """What there was before it is there again, as it was."""
        _ = records.current
        ada = add_user(account, account.default_service_sid, identity="ada")
        example = isolation.begin_example()
        _ = records.current
        add_user(account, account.default_service_sid, identity="grace")
        account.store.change(ada, None)

        isolation.end_example(example)

        assert list(account.store.users()) == [ada]

    def test_each_example_gets_the_same_sids(self, isolation, records, account):
        """And none of them is its test's."""
        _ = records.current
        sids = [account.sids.next(SidKind.USER)]
        for _ in range(2):
            example = isolation.begin_example()
            _ = records.current
            sids.append(account.sids.next(SidKind.USER))
            isolation.end_example(example)

        assert sids[1] == sids[2] != sids[0]

    def test_the_test_goes_on_with_its_record(self, isolation, records):
        """Its journal is the one from before the example."""
        record = records.current
        isolation.end_example(isolation.begin_example())

        assert records.current is record

    def test_there_is_no_router_without_overrides(self, isolation, records):
        """Requests are answered faster without."""
        isolation.begin_example()

        assert records.overrides is None

    def test_each_example_has_the_whole_of_its_tests_override(self, isolation, records):
        """So has what follows them."""
        records.open_router()["list_user"].refuse("unavailable", times=1)
        found = []
        for _ in range(2):
            example = isolation.begin_example()
            found.append(overridden(records))
            isolation.end_example(example)

        assert [*found, overridden(records), overridden(records)] == [503, 503, 503, None]

    def test_an_examples_overrides_end_with_it(self, isolation, records):
        """The next one finds the stub."""
        example = isolation.begin_example()
        records.open_router()
        isolation.end_example(example)
        isolation.begin_example()

        assert records.overrides is None

    @pytest.mark.parametrize("used", [False, True])
    def test_an_example_meets_the_overrides_of_wide_fixtures(self, isolation, records, used):
        """Where its test has none, whether the test used the kit before or not."""
        with wide(isolation):
            records.open_router()["list_user"].respond(503)
        if used:
            _ = records.current
        isolation.begin_example()

        assert overridden(records) == 503

    def test_an_example_meets_the_overrides_of_its_test(self, isolation, records):
        """Also if those of a wide fixture are newer."""
        records.open_router()["list_user"].respond(502)
        with wide(isolation):
            records.open_router()["list_user"].respond(503)
        isolation.begin_example()

        assert overridden(records) == 502

    def test_an_example_in_an_example_meets_all_overrides_around(self, isolation, records):
        """As one that another thread runs."""
        records.open_router()["list_user"].respond(503)
        isolation.begin_example()
        isolation.begin_example()

        assert overridden(records) == 503

    def test_a_wide_fixture_meets_no_overrides_of_an_example(self, isolation, records):
        """If it is set up in the middle of it."""
        isolation.begin_example()
        records.open_router()["list_user"].respond(503)
        with wide(isolation):
            assert overridden(records) is None

    def test_the_mistakes_of_an_example_are_told_alone(self, isolation, records, misspelt):
        """Once; those of the test are told at its end."""
        records.current.journal.append(misspelt)
        example = isolation.begin_example()
        records.current.journal.append(misspelt)

        told = [len(records.take_violations(scope)) for scope in (example, example, None)]

        assert told == [1, 0, 1]

    def test_an_example_that_never_used_the_kit_made_no_mistake(self, isolation, records):
        """It has no record."""
        assert records.take_violations(isolation.begin_example()) == []

    def test_a_mistake_does_not_outlive_its_example(self, isolation, records, misspelt):
        """It was told, or its example failed for another reason, or was given up."""
        example = isolation.begin_example()
        records.current.journal.append(misspelt)
        isolation.end_example(example)

        assert records.take_violations() == []


class TestUse:
    """Whose requests the kit answers."""

    def test_the_kit_is_used_from_the_first_request_on(self, isolation, records):
        """Whoever asks in a test is answered."""
        isolation.attach(Switch())
        isolation.deactivate()

        assert records.use() is records.current
        assert isolation.active

    def test_a_fork_is_not_answered(self, isolation, records):
        """What it does would be seen by nobody."""
        isolation.begin_test("test_ada", Settings(), fixtures=["twilio_users"])
        isolation.forked()
        with pytest.raises(NotTheirs) as refused:
            records.use()

        assert str(refused.value) == (
            "The kit does not answer: this process is a fork of the test process, so the test"
            " would not see its changes. Send its requests to the fixture twilio_users_server."
        )

    def test_a_fork_waits_for_nobody(self, isolation, records, account):
        """Another thread may have held a lock when it was made, which is not in it."""
        held = account.lock
        isolation.forked()

        assert account.lock is not held

    def test_a_thread_that_outlived_its_test_is_not_answered(self, isolation, records):
        """Nobody would undo what it does."""
        asked, told = threading.Event(), []

        def use():
            asked.wait()
            try:
                records.use()
            except NotTheirs as refused:
                told.append(str(refused))

        isolation.begin_test("test_grace", Settings(), fixtures=["twilio_users"])
        thread = threading.Thread(target=use)
        thread.start()
        isolation.leave_test()
        asked.set()
        thread.join()

        [refusal] = told
        assert refusal == (
            "The kit does not answer: test_grace left this thread running, and nothing would"
            " undo its changes. End the thread before its test ends."
        )


class Meeting(Isolation):
    """An account of who acts that two threads ask first at the same time."""

    def __init__(self):
        super().__init__(Settings())
        self._met = threading.Barrier(2)
        self.asks_first = threading.local()

    @property
    def current(self):
        """Who is acting now, once the other thread has asked, too."""
        if vars(self.asks_first).pop("does", False):
            self._met.wait(timeout=10)
        return super().current


def test_overrides_of_two_threads_are_those_of_one_test(account):
    """Whoever is first, both find the same routes, and with the test they end."""
    isolation = Meeting()
    records = Records(isolation, account)
    found = []

    def ask():
        isolation.asks_first.does = True
        found.append(records.open_router())

    for number in range(100):
        isolation.begin_test(f"test_{number}", Settings(), fixtures=[])
        record = records.use()
        threads = [threading.Thread(target=ask) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [record.router] * 2
        found.clear()
        isolation.leave_test()
        assert records.overrides is None
