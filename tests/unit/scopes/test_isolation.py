"""scopes/isolation.py: who is acting, and what ends with it."""

import threading
import weakref
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from pytest_twilio_users.scopes.isolation import Isolation, _forked
from pytest_twilio_users.scopes.scope import Scope
from pytest_twilio_users.settings import Settings

RUN = Settings()
MARKED = Settings(strict=False)
WIDE = Settings(max_page_size=50)


class FakeEngine:
    """An engine that remembers what it was asked to do."""

    def __init__(self):
        self.asked = []

    def forget_recent(self):
        """Forget what was said before."""
        self.asked.append("forget recent")

    def activate(self, settings):
        """Begin to answer."""
        self.asked.append(("activate", settings))

    def deactivate(self):
        """Leave requests alone."""
        self.asked.append("deactivate")


class FakeGuard:
    """A guard that remembers what it was asked to do."""

    def __init__(self):
        self.asked = []

    def start(self):
        """Begin to refuse; to begin again changes nothing that is told here."""
        if self.asked[-1:] != ["start"]:
            self.asked.append("start")

    def stop(self):
        """Refuse no more."""
        self.asked.append("stop")


@dataclass(frozen=True, kw_only=True)
class FakeFixture:
    """A fixture definition: its name, what it asks for, and the node that it was defined in."""

    argname: str
    argnames: tuple[str, ...] = ()
    baseid: str = ""


WIDE_FIXTURE = FakeFixture(argname="module_users")
KIT_FIXTURE = FakeFixture(argname="kit_users", argnames=("tmp_path", "twilio_users"))
TEST_FIXTURE = FakeFixture(argname="function_scoped")


@pytest.fixture
def isolation():
    """A run before its first test."""
    return Isolation(RUN)


@pytest.fixture
def engine():
    """The engine, which is not attached yet."""
    return FakeEngine()


@pytest.fixture
def attached(isolation, engine):
    """The engine, attached and idle; what it was asked so far is forgotten."""
    isolation.attach(engine)
    engine.asked.clear()
    return engine


def set_up(isolation, fixture, node="tests/test_users.py"):
    """Set up a fixture that outlives the test, and give its scope."""
    scope = Scope(fixture.argname, WIDE)
    with isolation.setting_up(fixture, node), isolation.acting(fixture, scope):
        return scope


def tear_down(isolation, fixture):
    """Tear down a fixture that outlives the test."""
    isolation.begin_fixture_teardown(fixture)
    isolation.end_fixture(fixture)


def fail(isolation, scope):
    """Set up a fixture that outlives the test, and that raises."""
    with pytest.raises(ZeroDivisionError), isolation.acting(WIDE_FIXTURE, scope):
        _ = 1 / 0


class TestScope:
    """A test, or a fixture that outlives tests."""

    def test_endings_are_done_in_reverse(self):
        """The last asked is done first, so that each finds what it found when it was asked."""
        done, scope = [], Scope("test_ada", RUN)
        scope.on_end(lambda: done.append("first"))
        scope.on_end(lambda: done.append("last"))

        scope.end()

        assert done == ["last", "first"]

    def test_a_scope_ends_once(self):
        """A second call does nothing."""
        done, scope = [], Scope("test_ada", RUN)
        scope.on_end(lambda: done.append("once"))

        scope.end()
        scope.end()

        assert done == ["once"]

    def test_an_ending_may_ask_for_another(self):
        """What an ending asks for is done, too."""
        done, scope = [], Scope("test_ada", RUN)
        scope.on_end(lambda: scope.on_end(lambda: done.append("late")))

        scope.end()

        assert done == ["late"]


class TestActing:
    """Who is acting now."""

    def test_the_session_acts_before_and_between_tests(self, isolation):
        """What happens outside of tests and fixtures is the session's."""
        between = [isolation.current]
        isolation.begin_test("test_ada", MARKED, fixtures=[])
        isolation.leave_test()
        between.append(isolation.current)

        assert [(scope.name, scope.settings) for scope in between] == [("session", RUN)] * 2

    @pytest.mark.parametrize(
        ("name", "called"), [("", "/venv/suite.py::test_ada"), ("suite.py::test_ada",) * 2]
    )
    def test_a_test_acts_for_itself(self, isolation, name, called):
        """Under its node id, or its other name, with its own settings."""
        isolation.begin_test("/venv/suite.py::test_ada", MARKED, fixtures=[], name=name)

        assert (isolation.current.name, isolation.current.settings) == (called, MARKED)

    def test_each_test_is_a_scope_of_its_own(self, isolation):
        """Also when the same test runs again."""
        isolation.begin_test("test_ada", RUN, fixtures=[])
        first = isolation.current
        isolation.leave_test()
        isolation.begin_test("test_ada", RUN, fixtures=[])

        assert isolation.current is not first

    def test_a_test_ends_where_the_next_begins(self, isolation):
        """A plugin that runs a test again may skip its teardown."""
        ended = []
        isolation.begin_test("test_ada", RUN, fixtures=[])
        isolation.current.on_end(lambda: ended.append("test_ada"))

        isolation.begin_test("test_ada", RUN, fixtures=[])

        assert ended == ["test_ada"]

    def test_a_wide_fixture_acts_for_itself_while_it_is_set_up(self, isolation):
        """Afterwards the test acts again."""
        isolation.begin_test("test_ada", RUN, fixtures=[])
        scope = Scope("module_users", WIDE)
        with isolation.acting(WIDE_FIXTURE, scope):
            during = isolation.current

        assert (during, isolation.current.name) == (scope, "test_ada")

    def test_wide_fixtures_nest(self, isolation):
        """A fixture that asks for another is set up around it."""
        outer, inner = Scope("kit_users", RUN), Scope("module_users", WIDE)
        acting = []
        with isolation.acting(KIT_FIXTURE, outer):
            with isolation.acting(WIDE_FIXTURE, inner):
                acting.append(isolation.current)
            acting.append(isolation.current)

        assert acting == [inner, outer]

    def test_an_ending_that_fails_does_not_go_on_acting(self, isolation):
        """Whatever it says, the example is over."""
        example = isolation.begin_example()
        example.on_end(lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            isolation.end_example(example)

        assert isolation.current is not example

    def test_a_fixture_that_fails_does_not_go_on_acting(self, isolation):
        """Its exception passes, and the test acts again; its cassette is not kept."""
        isolation.begin_test("test_ada", RUN, fixtures=[])
        scope = Scope("module_users", WIDE)
        fail(isolation, scope)

        assert (isolation.current.name, scope.failed) == ("test_ada", True)

    def test_a_run_is_idle_between_tests(self, isolation):
        """Not while a test runs, nor while a wide fixture is set up or torn down."""
        idle = [isolation.idle]
        scope = Scope("module_users", WIDE)
        with isolation.acting(WIDE_FIXTURE, scope):
            idle.append(isolation.idle)
        idle.append(isolation.idle)
        isolation.begin_test("test_ada", RUN, fixtures=[])
        idle.append(isolation.idle)
        isolation.leave_test()
        idle.append(isolation.idle)
        isolation.begin_fixture_teardown(WIDE_FIXTURE)
        idle.append(isolation.idle)
        isolation.end_fixture(WIDE_FIXTURE)

        assert [*idle, isolation.idle] == [True, False, True, False, True, False, True]

    def test_a_wide_fixture_acts_for_itself_while_it_is_torn_down(self, isolation):
        """As the very scope that it had in its setup."""
        scope = set_up(isolation, WIDE_FIXTURE)
        isolation.begin_test("test_ada", RUN, fixtures=[])

        isolation.begin_fixture_teardown(WIDE_FIXTURE)

        assert isolation.current is scope


class TestEnding:
    """What ends when."""

    @pytest.fixture
    def ended(self, isolation):
        """The names of scopes in the order in which they end, a wide fixture and a test here."""
        ended = []
        isolation.begin_test("test_ada", RUN, fixtures=[])
        for scope in (isolation.current, set_up(isolation, WIDE_FIXTURE)):
            scope.on_end(lambda name=scope.name: ended.append(name))
        return ended

    def test_a_test_ends_when_it_is_left(self, isolation, ended):
        """The wide fixture lives on."""
        isolation.leave_test()

        assert ended == ["test_ada"]

    def test_a_test_ends_once(self, isolation, ended):
        """However often it is left."""
        isolation.leave_test()
        isolation.leave_test()

        assert ended == ["test_ada"]

    def test_what_was_done_outside_of_tests_ends_with_the_run(self, isolation):
        """The session's scope has endings as others have."""
        ended = []
        isolation.current.on_end(lambda: ended.append("session"))
        isolation.begin_test("test_ada", RUN, fixtures=[])
        isolation.leave_test()
        before = [*ended]
        isolation.end()

        assert (before, ended) == ([], ["session"])

    def test_what_was_interrupted_while_it_ended_ends_with_the_run(self, isolation):
        """All that was still to be done is done then, once."""
        done, example = [], isolation.begin_example()
        example.on_end(lambda: done.append("the rest"))
        example.on_end(lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            isolation.end_example(example)
        before = [*done]
        isolation.end()
        isolation.end()

        assert (before, done) == ([], ["the rest"])

    def test_a_test_lives_while_its_own_fixtures_are_torn_down(self, isolation, ended):
        """They act for the test; what it did ends after them."""
        isolation.begin_teardown()
        isolation.end_fixture(TEST_FIXTURE)

        assert ended == []

    def test_a_test_ends_before_a_wide_fixture_is_torn_down(self, isolation, ended):
        """The wide one's teardown does not see what the test did."""
        isolation.begin_teardown()
        isolation.begin_fixture_teardown(WIDE_FIXTURE)

        assert ended == ["test_ada"]

    def test_a_test_lives_while_a_wide_fixture_is_set_up_anew_for_it(self, isolation, ended):
        """The fixture of the parameter before is torn down when the next test has begun."""
        isolation.begin_teardown()
        isolation.begin_test("test_grace", RUN, fixtures=[])
        tear_down(isolation, WIDE_FIXTURE)

        assert ended == ["test_ada", "module_users"]
        assert isolation.current.name == "test_grace"

    def test_all_ends_with_the_run(self, isolation, ended):
        """It may be interrupted in the middle of a test."""
        isolation.end()

        assert ended == ["test_ada", "module_users"]

    def test_a_wide_fixture_ends_after_its_teardown(self, isolation, ended):
        """Last comes the session's turn again."""
        isolation.begin_teardown()
        tear_down(isolation, WIDE_FIXTURE)

        assert (ended, isolation.current.name) == (["test_ada", "module_users"], "session")

    def test_a_wide_fixture_that_failed_ends_at_once(self, isolation):
        """What it did before it failed is nobody's, and undone."""
        ended, scope = [], Scope("module_users", WIDE)
        scope.on_end(lambda: ended.append("module_users"))
        fail(isolation, scope)

        assert ended == ["module_users"]

    def test_a_wide_fixture_that_failed_may_be_torn_down(self, isolation):
        """Its own finalizers run as ever, and act for it."""
        scope = Scope("module_users", WIDE)
        fail(isolation, scope)
        isolation.begin_fixture_teardown(WIDE_FIXTURE)
        during = isolation.current
        isolation.end_fixture(WIDE_FIXTURE)

        assert (during, isolation.current.name) == (scope, "session")

    def test_a_wide_fixture_ends_once(self, isolation, ended):
        """The plugin may be told twice that a fixture is over."""
        for _ in range(2):
            isolation.end_fixture(WIDE_FIXTURE)

        assert ended == ["module_users"]


class TestExample:
    """An example of a Hypothesis test."""

    def test_an_example_acts_for_itself_within_the_test(self, isolation):
        """With the test's settings, and a name that is the same in each run."""
        isolation.begin_test("test_ada", MARKED, fixtures=[])
        test = isolation.current

        example = isolation.begin_example()

        assert isolation.current is example
        assert (example.name, example.settings, example.within) == (
            "test_ada example",
            MARKED,
            test,
        )

    def test_a_test_is_within_nothing(self, isolation):
        """Nor is a fixture: they stand for themselves."""
        isolation.begin_test("test_ada", RUN, fixtures=[])

        assert isolation.current.within is None

    def test_the_test_acts_again_after_its_example(self, isolation):
        """What the example did has ended by then."""
        isolation.begin_test("test_ada", RUN, fixtures=[])
        test, done = isolation.current, []
        example = isolation.begin_example()
        example.on_end(lambda: done.append(isolation.current))

        isolation.end_example(example)

        assert (isolation.current, done) == (test, [example])

    def test_the_test_is_the_running_one_during_its_example(self, isolation):
        """Whoever is acting."""
        isolation.begin_test("test_ada", RUN, fixtures=[])
        test = isolation.current
        isolation.begin_example()

        assert isolation.test is test

    def test_an_example_outside_of_a_test_is_the_sessions(self, isolation):
        """Such as one that is made while a module is imported."""
        example = isolation.begin_example()
        isolation.end_example(example)

        assert example.within is isolation.current
        assert isolation.current.name == "session"

    def test_an_example_of_a_wide_fixture_is_within_the_fixture(self, isolation):
        """A fixture may run Hypothesis while it is set up."""
        scope = Scope("module_users", WIDE)
        with isolation.acting(WIDE_FIXTURE, scope):
            example = isolation.begin_example()
            isolation.end_example(example)

            assert (example.within, isolation.current) == (scope, scope)

    def test_a_wide_fixture_set_up_in_an_example_acts_for_itself(self, isolation):
        """It outlives the example."""
        done = []
        isolation.begin_test("test_ada", RUN, fixtures=[])
        example = isolation.begin_example()
        set_up(isolation, WIDE_FIXTURE).on_end(lambda: done.append("ended"))

        assert isolation.current is example
        isolation.end_example(example)
        assert done == []
        tear_down(isolation, WIDE_FIXTURE)
        assert done == ["ended"]

    def test_examples_of_two_threads_may_end_in_any_order(self, isolation):
        """Each ends itself."""
        isolation.begin_test("test_ada", RUN, fixtures=[])
        test = isolation.current
        first, second = isolation.begin_example(), isolation.begin_example()

        isolation.end_example(first)
        assert isolation.current is second
        isolation.end_example(second)
        assert isolation.current is test

    def test_each_example_turns_the_page(self, isolation, attached):
        """What was said before is no part of its story."""
        isolation.begin_test("test_ada", RUN, fixtures=[])
        attached.asked.clear()

        isolation.end_example(isolation.begin_example())

        assert attached.asked == ["forget recent"]


class TestHandle:
    """When the handle answers."""

    def test_the_handle_is_active_from_its_birth(self, isolation, engine):
        """Inside a test, with that test's settings."""
        isolation.begin_test("test_ada", MARKED, fixtures=["twilio_users"])
        isolation.attach(engine)

        assert engine.asked == [("activate", MARKED)]

    def test_the_handle_is_idle_outside_of_tests(self, isolation, engine):
        """Nothing is caught that no test can be blamed for."""
        isolation.attach(engine)

        assert engine.asked == []

    def test_a_handle_of_before_leaves_requests_alone(self, isolation, attached):
        """The session's fixtures may be set up anew, when the last test is run again."""
        isolation.begin_test("test_again", RUN, fixtures=["twilio_users"])
        attached.asked.clear()
        isolation.attach(FakeEngine())
        assert attached.asked == ["deactivate"]

    def test_the_handle_is_active_in_each_test_that_uses_it(self, isolation, attached):
        """With the test's own settings."""
        isolation.begin_test("test_ada", MARKED, fixtures=["tmp_path", "twilio_users"])

        assert attached.asked == ["deactivate", "forget recent", ("activate", MARKED)]

    def test_the_handle_is_idle_in_other_tests(self, isolation, attached):
        """A test that does not use the kit is left alone."""
        isolation.begin_test("test_without", RUN, fixtures=["tmp_path"])

        assert attached.asked == ["deactivate", "forget recent"]

    @pytest.mark.parametrize("before", [(), ("twilio_users",)], ids=["another", "one-with-it"])
    def test_a_test_may_use_the_handle_late(self, isolation, attached, before):
        """`request.getfixturevalue` is not known when the test begins, whatever ran before."""
        isolation.begin_test("test_before", RUN, fixtures=before)
        isolation.begin_test("test_late", MARKED, fixtures=[])
        attached.asked.clear()

        isolation.use()

        assert attached.asked == [("activate", MARKED)]

    def test_a_wide_fixture_is_set_up_under_the_settings_of_the_test(self, isolation, attached):
        """The handle serves the test that asked for the fixture."""
        isolation.begin_test("test_ada", MARKED, fixtures=[])
        attached.asked.clear()
        with isolation.acting(WIDE_FIXTURE, Scope("module_users", WIDE)):
            isolation.use()

        assert attached.asked == [("activate", MARKED)]

    def test_the_handle_is_idle_after_a_test(self, isolation, attached):
        """Between tests nothing is caught."""
        isolation.begin_test("test_ada", RUN, fixtures=["twilio_users"])
        attached.asked.clear()

        isolation.leave_test()

        assert attached.asked == ["deactivate"]

    @pytest.mark.parametrize(
        ("fixture", "active"),
        [
            pytest.param(KIT_FIXTURE, True, id="uses it"),
            pytest.param(WIDE_FIXTURE, False, id="does not"),
        ],
    )
    def test_a_test_uses_the_handle_by_its_fixtures(self, isolation, attached, fixture, active):
        """A test whose fixture used the kit, perhaps for an earlier test, uses the kit."""
        set_up(isolation, fixture)
        isolation.begin_test("test_ada", RUN, fixtures=[fixture.argname, *fixture.argnames])

        assert (("activate", RUN) in attached.asked) is active

    def test_a_fixture_that_used_the_handle_late_uses_it(self, isolation, attached):
        """By `request.getfixturevalue` in the fixture."""
        with isolation.setting_up(WIDE_FIXTURE, "tests/test_users.py"):
            isolation.use()
        isolation.begin_test("test_ada", RUN, fixtures=["module_users"])

        assert ("activate", RUN) in attached.asked

    def test_a_fixture_that_was_set_up_before_does_not_use_it(self, isolation, attached):
        """A test that uses the kit says nothing about its fixtures."""
        set_up(isolation, WIDE_FIXTURE)
        isolation.use()
        isolation.begin_test("test_grace", RUN, fixtures=["module_users"])

        assert ("activate", RUN) not in attached.asked

    @pytest.mark.parametrize(
        ("base", "node", "active"),
        [
            pytest.param("tests/api", "tests/api/test_users.py::test_ada", True, id="same folder"),
            pytest.param(
                "tests/api", "tests/web/test_users.py::test_ada", False, id="another folder"
            ),
            pytest.param(
                "tests/api",
                "tests/api_v2/test_users.py::test_ada",
                False,
                id="nearly the same folder",
            ),
            pytest.param(
                "tests/api/test_users.py",
                "tests/api/test_users.py::test_ada",
                True,
                id="same module",
            ),
            pytest.param(
                "tests/api/test_users.py",
                "tests/api/test_users.pyc::test_ada",
                False,
                id="nearly the same module",
            ),
        ],
    )
    def test_a_name_means_a_fixture_below_its_node_only(
        self, isolation, attached, base, node, active
    ):
        """Elsewhere another fixture may have the name, which does not use the kit."""
        fixture = FakeFixture(argname="users", argnames=(), baseid=base)
        with isolation.setting_up(fixture, "tests/api/test_users.py"):
            isolation.use()

        isolation.begin_test(node, RUN, fixtures=["users"])

        assert (("activate", RUN) in attached.asked) is active

    @pytest.mark.parametrize(
        ("fixture", "asked"),
        [
            pytest.param(KIT_FIXTURE, [("activate", WIDE)], id="uses it"),
            pytest.param(WIDE_FIXTURE, [], id="does not"),
        ],
    )
    def test_the_handle_is_active_while_a_wide_fixture_is_torn_down(
        self, isolation, attached, fixture, asked
    ):
        """If it uses the kit: its cleanup reaches the stub, whichever test was the last."""
        set_up(isolation, fixture)
        isolation.begin_test("test_without", RUN, fixtures=[])
        isolation.begin_teardown()
        attached.asked.clear()

        isolation.begin_fixture_teardown(fixture)

        assert attached.asked == asked

    def test_the_handle_is_active_while_a_fixture_is_torn_down_that_got_it_late(
        self, isolation, attached
    ):
        """By `request.getfixturevalue`: its cleanup reaches the stub, too."""
        with (
            isolation.setting_up(WIDE_FIXTURE, "tests/test_users.py"),
            isolation.acting(WIDE_FIXTURE, Scope("module_users", WIDE)),
        ):
            isolation.use()
        isolation.begin_test("test_without", RUN, fixtures=[])
        isolation.begin_teardown()
        attached.asked.clear()

        isolation.begin_fixture_teardown(WIDE_FIXTURE)

        assert attached.asked == [("activate", WIDE)]

    def test_a_handle_that_is_active_is_not_activated_again(self, isolation, attached):
        """However often a test uses it."""
        isolation.begin_test("test_ada", RUN, fixtures=["twilio_users"])
        attached.asked.clear()
        isolation.use()

        assert attached.asked == []

    def test_a_handle_that_cannot_be_activated_is_not(self, isolation, attached):
        """Also where it was before: who uses it next tries anew."""
        set_up(isolation, KIT_FIXTURE)
        isolation.begin_test("test_ada", RUN, fixtures=["twilio_users"])
        attached.activate = lambda settings: 1 / 0
        with pytest.raises(ZeroDivisionError):
            isolation.begin_fixture_teardown(KIT_FIXTURE)

        assert not isolation.active

    def test_a_wide_fixture_may_use_the_handle_though_no_test_began(self, isolation, attached):
        """Those of the whole run, say; nothing is left of any test."""
        set_up(isolation, KIT_FIXTURE)
        tear_down(isolation, KIT_FIXTURE)
        isolation.leave_test()

        assert not isolation.left.any_runs

    def test_a_run_without_the_handle_asks_nothing_of_it(self, isolation):
        """Most runs have tests that never use the kit."""
        isolation.begin_test("test_ada", RUN, fixtures=["twilio_users"])
        set_up(isolation, WIDE_FIXTURE)
        isolation.leave_test()

        assert isolation.current.name == "session"


class TestGuard:
    """When requests are refused that nothing answers."""

    @pytest.fixture
    def made(self):
        """The guards that were made."""
        return []

    @pytest.fixture
    def guarded(self, made):
        """A run with a guard."""

        def make():
            made.append(FakeGuard())
            return made[-1]

        return Isolation(RUN, guard=make)

    @contextmanager
    def running_thread(self):
        """A thread, and what it finds once it is asked: the name of the test that left it."""
        asked, found = threading.Event(), []

        def run(isolation):
            asked.wait()
            found.append(isolation.left.test_of_this)

        def end(thread):
            asked.set()
            thread.join()
            return found[0]

        yield run, end

    def test_it_holds_from_the_beginning_of_a_test_that_uses_the_kit(self, guarded, made):
        """Before its fixtures are set up: they may ask already."""
        guarded.begin_test("test_ada", RUN, fixtures=["twilio_users"])

        assert guarded.awaited is True
        assert [guard.asked for guard in made] == [["start"]]

    def test_it_holds_from_the_beginning_of_a_test_that_asks_late(self, guarded, made):
        """By `request.getfixturevalue`."""
        guarded.begin_test("test_ada", RUN, fixtures=[], asks_late=True)

        assert guarded.awaited is True
        assert [guard.asked for guard in made] == [["start"]]

    def test_it_holds_on_where_a_fixture_asked_late_before(self, guarded, made):
        """It is known by then: nothing is taken off that is put on again."""
        with guarded.setting_up(WIDE_FIXTURE, "tests/test_users.py"):
            guarded.use()
        guarded.begin_test("test_ada", RUN, fixtures=["twilio_users"])
        guarded.begin_test("test_grace", RUN, fixtures=["module_users"])

        assert guarded.awaited is True
        assert [guard.asked for guard in made] == [["start"]]

    def test_it_holds_from_the_use_on_that_nobody_foresaw(self, guarded, made):
        """Better late than never."""
        guarded.begin_test("test_ada", RUN, fixtures=[])
        guarded.use()

        assert guarded.awaited is True
        assert [guard.asked for guard in made] == [["start"]]

    def test_none_is_made_for_other_tests(self, guarded, made):
        """They are left alone, and cost nothing."""
        guarded.begin_test("test_without", RUN, fixtures=["tmp_path"])
        guarded.leave_test()

        assert not guarded.awaited
        assert made == []

    def test_it_ends_before_a_test_without_the_kit(self, guarded, made):
        """Not before: the next one mostly uses it, too. One serves all tests."""
        for fixtures in (["twilio_users"], ["twilio_users"], []) * 2:
            guarded.begin_test("test_ada", RUN, fixtures=fixtures)
            guarded.leave_test()

        assert not guarded.awaited
        assert [guard.asked for guard in made] == [["start", "stop", "start", "stop"]]

    def test_it_ends_with_the_run(self, guarded, made):
        """Whatever test was last."""
        guarded.begin_test("test_ada", RUN, fixtures=["twilio_users"])
        guarded.end()

        assert made[0].asked == ["start", "stop"]

    def test_it_may_hold_without_a_test(self, guarded, made):
        """For the whole run."""
        guarded.guard()

        assert [guard.asked for guard in made] == [["start"]]

    def test_a_run_may_have_none(self, isolation):
        """It does without."""
        isolation.begin_test("test_ada", RUN, fixtures=["twilio_users"])
        isolation.leave_test()
        isolation.guard()

        assert not isolation.awaited

    def test_it_holds_on_for_threads_that_a_test_left_running(self, guarded, made):
        """Until none of them runs before a later one."""
        with self.running_thread() as (run, end):
            guarded.begin_test("test_ada", RUN, fixtures=["twilio_users"])
            thread = threading.Thread(target=run, args=[guarded])
            thread.start()
            guarded.begin_test("test_grace", RUN, fixtures=[])
            during = [*made[0].asked]
            end(thread)
        guarded.begin_test("test_mary", RUN, fixtures=[])

        assert during == ["start"]
        assert made[0].asked == ["start", "stop"]

    def test_it_holds_on_after_the_run_for_threads_that_a_test_left_running(self, guarded, made):
        """The process may go on, and they may ask."""
        with self.running_thread() as (run, end):
            guarded.begin_test("test_ada", RUN, fixtures=["twilio_users"])
            thread = threading.Thread(target=run, args=[guarded])
            thread.start()
            guarded.end()
            asked = [*made[0].asked]
            end(thread)

        assert asked == ["start"]

    def test_a_thread_is_known_by_the_test_that_left_it(self, guarded):
        """Whatever runs by then; this one nobody left."""
        with self.running_thread() as (run, end):
            guarded.begin_test("test_ada", RUN, fixtures=["twilio_users"])
            thread = threading.Thread(target=run, args=[guarded])
            thread.start()
            guarded.begin_test("test_grace", RUN, fixtures=["twilio_users"])

            assert (end(thread), guarded.left.test_of_this) == ("test_ada", "")

    def test_a_thread_that_ran_before_is_nobodys(self, guarded):
        """Such as one of a session's fixture."""
        with self.running_thread() as (run, end):
            thread = threading.Thread(target=run, args=[guarded])
            thread.start()
            guarded.begin_test("test_ada", RUN, fixtures=["twilio_users"])
            guarded.leave_test()

            assert end(thread) == ""


class TestFork:
    """A child of the process has a copy of all."""

    def test_a_copy_of_a_running_test_is_known_as_one(self, isolation):
        """What it does, nobody else sees."""
        isolation.begin_test("test_ada", RUN, fixtures=["twilio_users"])
        _forked(weakref.ref(isolation))()

        assert isolation.copied

    @pytest.mark.parametrize("tested", [False, True])
    def test_a_copy_while_the_kit_is_not_used_is_none(self, isolation, tested):
        """Workers may be forked before the first test; and tests without the kit may fork."""
        if tested:
            isolation.begin_test("test_ada", RUN, fixtures=[])
        _forked(weakref.ref(isolation))()

        assert not isolation.copied

    def test_a_childs_lock_is_free(self, isolation):
        """Another thread may have held it, which is not in the child."""
        held = isolation.lock
        isolation.forked()

        assert isolation.lock is not held

    def test_what_was_asked_for_is_done(self, isolation):
        """In the order in which it was asked."""
        done = []
        isolation.on_fork(lambda: done.append("first"))
        isolation.on_fork(lambda: done.append("last"))
        isolation.forked()

        assert done == ["first", "last"]

    def test_a_run_that_nobody_holds_is_forgotten(self):
        """Python keeps what it was told to do at a fork for ever."""
        run = weakref.ref(Isolation(RUN))
        _forked(run)()

        assert run() is None


def test_of_two_threads_that_use_the_kit_first_one_switches_it_on(isolation):
    """Switched on twice at once, it would put back what it had lent itself."""
    second = threading.Thread(target=isolation.use)

    class Slow(FakeEngine):
        def activate(self, settings):
            super().activate(settings)
            if not second.ident:
                second.start()
                second.join(timeout=0.02)  # time to get in, were it let

    engine = Slow()
    isolation.attach(engine)
    isolation.begin_test("test_ada", RUN, fixtures=[])
    isolation.use()
    second.join()
    assert [asked for asked in engine.asked if asked[0] == "activate"] == [("activate", RUN)]
