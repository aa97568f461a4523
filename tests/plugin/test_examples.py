"""Each example of a Hypothesis test begins anew, and answers for what it sent itself."""

import gc
import subprocess
import sys
import warnings
from textwrap import dedent

import hypothesis
import pytest

PROBE = '''
"""What each example finds, and what it leaves."""

from datetime import UTC, datetime, timedelta

import app

handle = None  # for state machines, which get no fixtures
seen = []  # the SIDs of each example


def alone(twilio_users):
    assert twilio_users.users() == []
    assert len(twilio_users.journal) == 0
    assert len(twilio_users.routes.routes) == 10
    assert not twilio_users.routes["list_user"].overridden
    made = twilio_users.add_user()
    assert made.identity == "user-1"
    assert made.date_created - datetime.now(UTC) < timedelta(hours=1)
    signed_up = app.sign_up("ada")
    seen.append([made.sid, signed_up["sid"]])
    assert seen[-1] == seen[0]
    twilio_users.wait(7200)
    twilio_users.routes["list_user"].refuse("unavailable", times=2)
    twilio_users.routes.get("https://conversations.twilio.com/v1/Roles").respond(200)
'''
CONFTEST = """
import probe
import pytest

@pytest.fixture(autouse=True)
def several():
    probe.seen.clear()
    yield
    assert len(probe.seen) != 1, "one example alone proves nothing"

@pytest.fixture(scope="session")
def handed(twilio_users):
    probe.handle = twilio_users
"""
PLANNED = """
from hypothesis import Phase, given, settings
from pytest_twilio_users import faults
from pytest_twilio_users import strategies as twilio_st

BRIEF = settings(database=None, phases=[Phase.generate, Phase.shrink])

def greet(client):
    try:
        client.create_user("ada")
    except Exception:
        client.create_user("ada")

@BRIEF
@given(plan=twilio_st.fault_plans(operations="create_user", faults=["slow", "answer_lost"]))
def test_ada_is_greeted(twilio_users, plan):
    twilio_users.plan(plan)
    greet(twilio_users.client)

def test_ada_is_greeted_today(twilio_users):
    twilio_users.plan(faults.Plan(create_user={1: faults.connect_error()}))
    twilio_users.plan(faults.Plan())
    greet(twilio_users.client)
    assert [exchange.fault for exchange in twilio_users.journal] == [faults.connect_error(), None]
    raise AssertionError("as planned")

def test_nobody_planned(twilio_users):
    raise AssertionError("for another reason")
"""
HEADER = """
import threading
import unittest

import app
import httpx
import probe
import pytest
from hypothesis import *
from hypothesis import strategies as st
from hypothesis.database import DirectoryBasedExampleDatabase
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

few = settings(max_examples=5, deadline=None, database=None)
"""
# Without explanations, which name lines of the kit where it is installed from its sources.
PHASES = "@settings(phases=set(Phase) - {Phase.explain})"
ASYNCIO = (
    *("-p", "pytest_asyncio.plugin", "-o", "asyncio_mode=strict"),
    *("-o", "asyncio_default_fixture_loop_scope=function"),
)
MACHINE = """
class Machine(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        probe.alone(probe.handle)
        self.signed_up = 2

    @rule()
    def sign_up(self):
        app.sign_up(f"user {self.signed_up}")
        self.signed_up += 1
        assert len(probe.handle.users()) == self.signed_up
"""
KINDS = {
    "function": """
        @few
        @given(n=st.integers())
        def test_it(twilio_users, n):
            probe.alone(twilio_users)
        """,
    "method": """
        class TestIt:
            @few
            @given(n=st.integers())
            def test_it(self, twilio_users, n):
                probe.alone(twilio_users)
        """,
    "parametrised": """
        @pytest.mark.parametrize("name", ["ada", "grace"])
        @few
        @given(n=st.integers())
        def test_it(twilio_users, name, n):
            probe.alone(twilio_users)
            twilio_users.add_user(name + "2")
        """,
    "asyncio": """
        @pytest.mark.asyncio
        @few
        @given(n=st.integers())
        async def test_it(twilio_users, n):
            probe.alone(twilio_users)
            await app.sign_up_async("grace")
        """,
    "anyio": """
        @pytest.mark.anyio
        @few
        @given(n=st.integers())
        async def test_it(twilio_users, n):
            probe.alone(twilio_users)
            await app.sign_up_async("grace")
        """,
    "unittest": """
        @pytest.mark.usefixtures("handed")
        class TestIt(unittest.TestCase):
            @few
            @given(n=st.integers())
            def test_it(self, n):
                probe.alone(probe.handle)
        """,
    "machine": f"""{MACHINE}
TestMachine = pytest.mark.usefixtures("twilio_users", "handed")(Machine.TestCase)
TestMachine.settings = settings(few, stateful_step_count=5)
""",
    "machine-in-a-test": f"""{MACHINE}
def test_it(twilio_users, handed):
    run_state_machine_as_test(Machine, settings=settings(few, stateful_step_count=5))
""",
    "nested-in-a-test": """
        def test_it(twilio_users):
            @few
            @given(n=st.integers())
            def each(n):
                probe.alone(twilio_users)

            each()
            each()
            assert (twilio_users.users(), len(twilio_users.journal)) == ([], 0)
        """,
    "explicit": """
        @settings(phases=[Phase.explicit])
        @example(n=1)
        @example(n=2)
        @example(n=3)
        @given(n=st.integers())
        def test_it(twilio_users, n):
            probe.alone(twilio_users)
            assert n in {1, 2, 3}
        """,
    "explicit-and-generated": """
        @few
        @example(n=1)
        @example(n=2)
        @given(n=st.integers())
        def test_it(twilio_users, n):
            probe.alone(twilio_users)
        """,
    "generate-only": """
        @settings(few, phases=[Phase.generate])
        @given(n=st.integers())
        def test_it(twilio_users, n):
            probe.alone(twilio_users)
        """,
    "target": """
        @settings(few, phases=[Phase.reuse, Phase.generate, Phase.target], max_examples=30)
        @given(n=st.integers(0, 1000))
        def test_it(twilio_users, n):
            probe.alone(twilio_users)
            target(float(n))
        """,
    "thread": """
        @few
        @given(n=st.integers())
        def test_it(twilio_users, n):
            probe.alone(twilio_users)
            worker = threading.Thread(target=app.sign_up, args=["grace"])
            worker.start()
            worker.join()
            assert [user.identity for user in twilio_users.users()] == ["user-1", "ada", "grace"]
            assert twilio_users.journal.operations == ["create_user", "create_user"]
        """,
    "data": """
        @few
        @given(data=st.data())
        def test_it(twilio_users, data):
            probe.alone(twilio_users)
            app.sign_up("user " + str(data.draw(st.integers())))
            assert len(twilio_users.users()) == 3
        """,
    "random-module": """
        @few
        @given(seeded=st.random_module())
        def test_it(twilio_users, seeded):
            probe.alone(twilio_users)
        """,
    "random-module-in-the-middle": """
        @few
        @given(data=st.data())
        def test_it(twilio_users, data):
            probe.alone(twilio_users)
            data.draw(st.random_module())
            data.draw(st.random_module())
            assert len(twilio_users.users()) == 2
            assert len(twilio_users.journal) == 1
            assert twilio_users.routes["list_user"].overridden
        """,
    "given-up": """
        @settings(few, max_examples=20)
        @given(n=st.integers())
        def test_it(twilio_users, n):
            probe.alone(twilio_users)
            assume(n % 2)
        """,
    "overrun": """
        passed = []

        @settings(few, max_examples=20)
        @given(data=st.data())
        def test_it(twilio_users, data):
            probe.alone(twilio_users)
            if data.draw(st.integers()) % 2:
                data.draw(st.lists(st.binary(min_size=1000), min_size=10))
            passed.append(data)

        @pytest.fixture(autouse=True)
        def some_overrun():
            yield
            assert 0 < len(passed) < len(probe.seen)
        """,
}
OPTIONS = {"asyncio": ASYNCIO, "anyio": ("-p", "anyio")}
TESTS = {"parametrised": 2, "anyio": 2}
IGNORED = """\
Twilio would ignore or misread what your code sent:
  create_user: POST /v1/Users (Identity='ada', FriendlyName='Ada', Colour='{colour}') -> 201
    form.Colour: found a parameter that Twilio ignores; allowed: Identity, FriendlyName,\
 Attributes, RoleSid.
To let the test pass anyway: @pytest.mark.twilio_users(strict=False), or --twilio-users-strict=no"""
CASE = """
Failing test case: test_it(
    twilio_users=<TwilioUsers: stub>,
    n={n},
)"""
SENT = """\
1. create_user: POST /v1/Users (Identity='ada', FriendlyName='Ada', Colour='101') -> 201
   error form.Colour: found a parameter that Twilio ignores; allowed: Identity, FriendlyName,\
 Attributes, RoleSid."""
COLOURED = """
@given(n=st.integers())
def test_it(twilio_users, n):
    if n > 100:
        app.sign_up("ada", Colour=str(n))
"""
COLOURED_BY_KIND = {
    "function": """
        @given(n=st.integers(100, 102))
        def test_it(twilio_users, n):
            if n > 100:
                app.sign_up("ada", Colour=str(n))
        """,
    "asyncio": """
        @pytest.mark.asyncio
        @given(n=st.integers(100, 102))
        async def test_it(twilio_users, n):
            if n > 100:
                app.sign_up("ada", Colour=str(n))
        """,
    "unittest": """
        @pytest.mark.usefixtures("twilio_users")
        class TestIt(unittest.TestCase):
            @given(n=st.integers(100, 102))
            def test_it(self, n):
                if n > 100:
                    app.sign_up("ada", Colour=str(n))
        """,
    "machine": """
        class Machine(RuleBasedStateMachine):
            @rule(n=st.integers(100, 102))
            def colour(self, n):
                if n > 100 and not app.http.get(app.USERS).json()["users"]:
                    app.sign_up("ada", Colour=str(n))

        TestMachine = pytest.mark.usefixtures("twilio_users")(Machine.TestCase)
        TestMachine.settings = settings(stateful_step_count=2, max_examples=20)
        """,
    "nested-in-a-test": """
        def test_it(twilio_users):
            @given(n=st.integers(100, 102))
            def each(n):
                if n > 100:
                    app.sign_up("ada", Colour=str(n))

            each()
        """,
}


@pytest.fixture(params=COLOURED_BY_KIND)
def coloured(request, run):
    """The run of a test that broke the contract, for each kind of test, and the test's name."""
    kind = request.param
    result = run(COLOURED_BY_KIND[kind], *OPTIONS.get(kind, ()))
    result.outcomes(failed=1)
    return result, "runTest" if kind == "machine" else "test_it"


def lines(*parts):
    """Write parts of a module one below the other, however they are indented."""
    return "\n".join(dedent(part) for part in parts)


@pytest.fixture
def run(suite):
    """Runs Hypothesis tests with warnings as errors, beside Hypothesis's own plugin."""
    suite.write(probe=PROBE, conftest=CONFTEST)

    def run(source, *options):
        # Event loops that an earlier run left to the garbage collector are none of this one's.
        with warnings.catch_warnings(action="ignore", category=ResourceWarning):
            gc.collect()
        strict = ("-p", "_hypothesis_pytestplugin", "-W", "error")
        return suite.run(lines(HEADER, source), *strict, *options)

    return run


class TestKinds:
    """Whatever runs the examples, each begins anew."""

    @pytest.mark.parametrize("kind", KINDS)
    def test_each_example_finds_the_kit_as_new(self, run, kind):
        """Users, journal, routes, SIDs, identities and clock; none knows of another."""
        run(KINDS[kind], *OPTIONS.get(kind, ())).outcomes(passed=TESTS.get(kind, 1))

    def test_examples_are_isolated_under_xdist(self, run):
        """On each worker."""
        source = """
            @pytest.mark.parametrize("time", range(4))
            @few
            @given(n=st.integers())
            def test_it(twilio_users, time, n):
                probe.alone(twilio_users)
            """
        run(source, "-p", "xdist", "-n2").outcomes(passed=4)

    def test_examples_are_isolated_under_a_seed(self, run, monkeypatch):
        """`--hypothesis-seed` is Hypothesis's own."""
        monkeypatch.setattr(hypothesis.core, "global_force_seed", None)  # put back afterwards
        source = """
            @settings(few, derandomize=False)
            @given(n=st.integers())
            def test_it(twilio_users, n):
                probe.alone(twilio_users)
            """
        run(source, "--hypothesis-seed=7").outcomes(passed=1)

    def test_a_replayed_failure_begins_anew(self, suite, run):
        """The next run begins with the failing example of this one, on a kit as new."""
        source = """
            database = DirectoryBasedExampleDatabase("examples")

            @settings(few, derandomize=False, database=database)
            @given(n=st.integers(100, 102))
            def test_it(twilio_users, n):
                with open("numbers", "a") as file:
                    print(n, file=file)
                probe.alone(twilio_users)
                if n > 100:
                    raise LookupError
            """
        numbers = suite.path / "numbers"
        failures = []
        for _ in range(2):
            numbers.write_text("")
            result = run(source)
            result.outcomes(failed=1)
            failures.append(result.failure("test_it"))

        assert numbers.read_text().split()[0] == "101"
        assert all(failure.endswith(": LookupError") for failure in failures)


class TestExamples:
    """What is an example's own."""

    @pytest.mark.parametrize(
        ("deed", "as_new"),
        [
            pytest.param("twilio_users.add_user('ada')", "twilio_users.users() == []", id="users"),
            pytest.param("app.sign_up('ada')", "len(twilio_users.journal) == 0", id="journal"),
            pytest.param(
                "twilio_users.routes['create_user'].mock(side_effect=ValueError)",
                "not twilio_users.routes['create_user'].overridden",
                id="override",
            ),
            pytest.param(
                "twilio_users.routes.get('https://conversations.twilio.com/v1/Roles').respond(200)",
                "len(twilio_users.routes.routes) == 10",
                id="added-route",
            ),
            pytest.param(
                "kept.append(made.sid)",
                "kept in ([], [made.sid] * len(kept))",
                id="sids",
            ),
            pytest.param("twilio_users.add_user()", "made.identity == 'user-1'", id="identities"),
            pytest.param(
                "twilio_users.wait(3600), kept.append(made.date_created)",
                "not kept or (made.date_created - kept[0]).total_seconds() < 3600",
                id="clock",
            ),
            pytest.param(
                "kept.append(twilio_users.checkpoint())",
                "twilio_users.add_user() and not any(since.created for since in kept)",
                id="checkpoint",
            ),
        ],
    )
    @pytest.mark.parametrize(
        ("ending", "outcome"),
        [("pass", "passed"), ("raise LookupError", "failed")],
        ids=["passes", "fails"],
    )
    def test_an_example_leaves_nothing_behind(self, run, deed, as_new, ending, outcome):
        """The next finds the kit as new, whatever this one did and however it ended."""
        result = run(
            f"""
            kept = []

            @settings(few, max_examples=20, phases=[Phase.generate])
            @given(n=st.integers())
            def test_it(twilio_users, n):
                probe.seen.append(n)
                if "made" in {as_new!r}:
                    made = twilio_users.add_user()
                assert {as_new}
                {deed}
                {ending}
            """
        )
        result.outcomes(**{outcome: 1})
        if outcome == "failed":
            assert result.failure("test_it").endswith(": LookupError")

    @pytest.mark.parametrize("scope", ["function", "class", "module", "session"])
    def test_what_a_fixture_made_is_there_in_each_example(self, run, scope):
        """Also if another example changed or deleted it."""
        run(
            f"""
            @pytest.fixture(scope={scope!r})
            def crew(twilio_users):
                for name in ("ada", "grace", "mary"):
                    twilio_users.add_user(name, friendly_name=name)
                twilio_users.wait(3600)

            @pytest.mark.usefixtures("crew")
            class TestCrew:
                @few
                @given(n=st.integers())
                def test_it(self, twilio_users, n):
                    probe.seen.append(n)
                    found = twilio_users.users()
                    assert [user.identity for user in found] == ["ada", "grace", "mary"]
                    assert [user.friendly_name for user in found] == ["ada", "grace", "mary"]
                    made = twilio_users.add_user()
                    assert made.sid not in [user.sid for user in found]
                    assert (made.date_created - found[0].date_created).total_seconds() >= 3600
                    app.retire("ada")
                    app.rename("grace", "Rear Admiral")

                def test_after(self, twilio_users):
                    found = twilio_users.users()
                    assert [user.friendly_name for user in found] == ["ada", "grace", "mary"]
            """
        ).outcomes(passed=2)

    def test_what_a_plain_test_made_is_there_in_each_nested_example(self, run):
        """And afterwards, as it was."""
        run(
            """
            def test_it(twilio_users):
                ada = twilio_users.add_user("ada")
                app.sign_up("grace")

                @few
                @given(n=st.integers())
                def each(n):
                    probe.seen.append(n)
                    assert [user.identity for user in twilio_users.users()] == ["ada", "grace"]
                    assert len(twilio_users.journal) == 0
                    app.retire("ada")

                each()
                assert twilio_users.users()[0] == ada
                assert twilio_users.journal.operations == ["create_user"]
                assert twilio_users.add_user().identity == "user-1"
            """
        ).outcomes(passed=1)

    def test_a_checkpoint_before_the_examples_forgets_each_of_them(self, run):
        """While an example runs, it tells what the example changed."""
        run(
            """
            def test_it(twilio_users):
                twilio_users.add_user("ada")
                since = twilio_users.checkpoint()

                @few
                @given(n=st.integers())
                def each(n):
                    probe.seen.append(n)
                    assert (since.created, since.updated, since.deleted) == ([], [], [])
                    app.sign_up("grace")
                    app.retire("ada")
                    assert [user.identity for user in since.created] == ["grace"]
                    assert [user.identity for user in since.deleted] == ["ada"]

                each()
                assert (since.created, since.updated, since.deleted) == ([], [], [])
            """
        ).outcomes(passed=1)

    @pytest.mark.parametrize("scope", ["function", "module"])
    @pytest.mark.parametrize(
        "override",
        [
            "refuse('unavailable', times=2)",
            "mock(side_effect=[httpx.Response(503), httpx.Response(503), httpx.Response(200)])",
        ],
        ids=["times", "side-effects"],
    )
    def test_a_fixtures_override_is_whole_in_each_example(self, run, scope, override):
        """With all its times, whether or not the example looks at the routes."""
        run(
            f"""
            @pytest.fixture(scope={scope!r})
            def busy(twilio_users):
                twilio_users.routes["list_user"].{override}

            @pytest.mark.parametrize("looks", [False, True])
            @pytest.mark.usefixtures("busy")
            @few
            @given(n=st.integers())
            def test_it(twilio_users, looks, n):
                probe.seen.append(n)
                if looks:
                    assert twilio_users.routes["list_user"].call_count == 0
                statuses = [app.http.get(app.USERS).status_code for _ in range(3)]
                assert statuses == [503, 503, 200]
                assert twilio_users.routes["list_user"].call_count == 3
            """
        ).outcomes(passed=2)

    def test_a_fixtures_override_is_put_back(self, run):
        """What an example changed of it is the example's own."""
        run(
            """
            @pytest.fixture(scope="module")
            def busy(twilio_users):
                twilio_users.routes["list_user"].refuse("unavailable")

            @pytest.mark.usefixtures("busy")
            @few
            @given(n=st.integers())
            def test_it(twilio_users, n):
                probe.seen.append(n)
                assert app.http.get(app.USERS).status_code == 503
                twilio_users.routes["list_user"].mock()
                assert app.http.get(app.USERS).status_code == 200
            """
        ).outcomes(passed=1)

    def test_the_overrides_of_the_test_count_in_its_examples(self, run):
        """Also if a wide fixture that was set up after them has others."""
        run(
            """
            @pytest.fixture(scope="module")
            def wide(twilio_users):
                twilio_users.routes["delete_user"].refuse("unavailable")

            @pytest.fixture
            def narrow(twilio_users, request):
                twilio_users.routes["list_user"].refuse("unavailable")
                request.getfixturevalue("wide")

            @pytest.mark.usefixtures("narrow")
            @few
            @given(n=st.integers())
            def test_it(twilio_users, n):
                probe.seen.append(n)
                assert app.http.get(app.USERS).status_code == 503
            """
        ).outcomes(passed=1)

    def test_the_examples_have_the_settings_of_their_test(self, run):
        """The marker counts."""
        run(
            """
            @pytest.mark.twilio_users(strict=False)
            @few
            @given(n=st.integers())
            def test_it(twilio_users, n):
                probe.seen.append(n)
                app.sign_up("ada", Colour="red")
            """
        ).outcomes(passed=1)


class TestViolations:
    """What Twilio would ignore fails the example that sent it."""

    def test_an_example_is_failed_by_its_violation(self, run):
        """It shrinks to the smallest that does the same, and is told whole."""
        result = run(lines(PHASES, COLOURED))
        result.outcomes(failed=1)

        assert result.failure("test_it") == IGNORED.format(colour=101) + CASE.format(n=101)

    def test_each_kind_of_test_shows_the_smallest_example_alone(self, coloured):
        """Its values, and its exchanges."""
        result, name = coloured

        assert "n=101" in result.failure(name)
        assert result.exchanges(name).endswith(SENT.removeprefix("1. "))
        assert "Colour='102'" not in result.exchanges(name)

    def test_the_text_of_a_violation_has_no_traceback(self, coloured):
        """It would lead through Hypothesis alone."""
        result, name = coloured

        assert result.failure(name).splitlines()[0] == IGNORED.splitlines()[0]

    def test_an_explicit_example_is_failed_by_its_violation(self, run):
        """Without shrinking, as Hypothesis does it."""
        result = run(lines("@example(n=700)", COLOURED))
        result.outcomes(failed=1)

        case = CASE.replace("test case", "explicit example").format(n=700)
        assert result.failure("test_it") == IGNORED.format(colour=700) + case

    @pytest.mark.parametrize(
        "how",
        [
            "@settings(verbosity=Verbosity.quiet, phases=[Phase.generate, Phase.shrink])",
            f"@reproduce_failure({hypothesis.__version__!r}, b'AEFl')",
        ],
        ids=["quiet", "reproduced"],
    )
    def test_a_violation_is_told_without_hypothesis_notes(self, run, how):
        """Hypothesis adds none if it is told to be quiet, nor to a reproduced failure."""
        result = run(lines(how, COLOURED))
        result.outcomes(failed=1)

        assert result.failure("test_it") == IGNORED.format(colour=101)

    def test_a_fixtures_violation_is_told_at_the_end(self, run):
        """And blames no example."""
        result = run(
            """
            @pytest.fixture
            def ada(twilio_users):
                app.sign_up("ada", Colour="red")

            @pytest.mark.usefixtures("ada")
            @few
            @given(n=st.integers())
            def test_it(twilio_users, n):
                probe.seen.append(n)
            """
        )
        result.outcomes(failed=1)

        assert result.failure("test_it") == IGNORED.format(colour="red")

    @pytest.mark.parametrize(
        "given_up",
        ["assume(False)", "data.draw(st.lists(st.binary(min_size=1000), min_size=10))"],
        ids=["assumed-away", "overrun"],
    )
    def test_an_example_that_was_given_up_is_not_blamed(self, run, given_up):
        """It does not count for Hypothesis, either."""
        run(
            f"""
            @settings(few, max_examples=20)
            @given(data=st.data())
            def test_it(twilio_users, data):
                probe.seen.append(data)
                if data.draw(st.integers()) % 2:
                    app.sign_up("ada", Colour="red")
                    {given_up}
            """
        ).outcomes(passed=1)

    def test_an_example_that_failed_is_not_blamed_as_well(self, run):
        """Its failure is reported alone; the section shows what it sent."""
        result = run(
            """
            @given(n=st.integers())
            def test_it(twilio_users, n):
                if n > 100:
                    app.sign_up("ada", Colour=str(n))
                    raise LookupError
            """
        )
        result.outcomes(failed=1)
        told = result.failure("test_it")

        assert told.endswith(": LookupError")
        assert IGNORED.splitlines()[0] not in told
        assert result.exchanges("test_it") == SENT

    def test_a_violation_that_the_example_verified_is_told_once(self, run):
        """`verify()` fails the example as an assertion of its own does."""
        result = run(
            """
            @given(n=st.integers())
            def test_it(twilio_users, n):
                if n > 100:
                    app.sign_up("ada", Colour=str(n))
                twilio_users.verify()
            """
        )
        result.outcomes(failed=1)

        assert result.failure("test_it").count("would ignore or misread") == 1

    def test_two_distinct_failures_are_both_told(self, run):
        """Hypothesis groups them: each with its example."""
        result = run(
            lines(
                PHASES,
                """
                @given(n=st.integers())
                def test_it(twilio_users, n):
                    if n > 100:
                        app.sign_up("ada", Colour=str(n))
                    assert n > -100
                """,
            )
        )
        result.outcomes(failed=1)
        told = result.failure("test_it").replace("    | ", "")

        assert "Hypothesis found 2 distinct failures. (2 sub-exceptions)" in told
        assert "ExampleViolatedContract: " + IGNORED.format(colour=101) + CASE.format(n=101) in told
        assert "AssertionError: assert -100 > -100" + CASE.format(n=-100) in told

    def test_a_failing_example_shows_its_own_exchanges(self, run):
        """Those of the examples before it are no part of its story."""
        result = run(
            """
            @given(n=st.integers())
            def test_it(twilio_users, n):
                app.sign_up(f"user {n}")
                assert n <= 100
            """
        )
        assert result.exchanges("test_it") == (
            "1. create_user: POST /v1/Users (Identity='user 101', FriendlyName='User 101') -> 201"
        )

    def test_a_test_after_a_failing_example_passes(self, run):
        """What was told is not told again."""
        result = run(lines(COLOURED, "def test_after(twilio_users): app.sign_up('ada')"))
        result.outcomes(failed=1, passed=1)


class TestWarnings:
    """What was probably not meant."""

    SOURCE = """
        @given(n=st.integers(min_value=1))
        def test_it(twilio_users, n):
            probe.seen.append(n)
            app.http.get(app.USERS, params={"PageSize": n})
        """
    WARNING = (
        "list_user: query.PageSize: found 51; documented: at most 50;"
        " Twilio may answer fewer users than asked for, so follow next_page_url"
    )

    def test_an_example_that_is_warned_of_passes(self, run):
        """A warning is no failure."""
        source = self.SOURCE.replace("min_value=1", "50, 51")
        result = run(source, "-W", "default::pytest_twilio_users.KitWarning")

        result.outcomes(passed=1, warnings=1)

    @pytest.mark.parametrize("category", ["pytest_twilio_users.KitWarning", "Warning"])
    def test_a_warning_as_error_fails_the_example(self, run, category):
        """And it shrinks."""
        result = run(lines(PHASES, self.SOURCE), "-W", f"error::{category}")
        result.outcomes(failed=1)

        assert result.failure("test_it") == self.WARNING + CASE.format(n=51)


class TestHealthChecks:
    """Hypothesis's own advice stands."""

    @pytest.mark.parametrize("fixture", ["crew", "twilio_user", "twilio_users_service_sid"])
    def test_a_function_scoped_fixture_fails_its_health_check(self, run, fixture):
        """The author's own, and those of the kit that are made once for a test."""
        result = run(
            f"""
            @pytest.fixture
            def crew(twilio_users):
                return twilio_users.add_user("ada")

            @given(n=st.integers())
            def test_it({fixture}, n):
                pass
            """
        )
        result.outcomes(failed=1)

        assert f"unction-scoped fixture {fixture!r}" in result.failure("test_it")

    @pytest.mark.parametrize(
        "fixture",
        [
            "twilio_users",
            "twilio_users_client",
            "twilio_users_async_client",
            "twilio_user_factory",
        ],
    )
    def test_the_fixtures_of_the_session_pass_it(self, run, fixture):
        """They are what each example begins anew with."""
        run(
            f"""
            @few
            @given(n=st.integers())
            def test_it({fixture}, n):
                probe.seen.append(n)
            """
        ).outcomes(passed=1)


class TestNeighbours:
    """Tests around them in the same session."""

    def test_plain_tests_find_the_kit_as_new(self, run):
        """Before Hypothesis tests, between them and after."""
        plain = """
            def test_{0}(twilio_users):
                probe.alone(twilio_users)
                probe.seen.clear()
            """
        result = run(
            lines(
                plain.format("before"),
                KINDS["function"],
                plain.format("between"),
                KINDS["explicit"].replace("test_it", "test_explicit"),
                plain.format("after"),
            )
        )
        result.outcomes(passed=5)

    def test_a_wide_fixture_set_up_in_an_example_keeps_what_it_made(self, run):
        """For the next examples, for the test and for the next test."""
        run(
            """
            @pytest.fixture(scope="module")
            def crew(twilio_users):
                return twilio_users.add_user("ada")

            def test_it(twilio_users, request):
                @few
                @given(n=st.integers())
                def each(n):
                    probe.seen.append(n)
                    twilio_users.add_user("grace")
                    ada = request.getfixturevalue("crew")
                    assert twilio_users.client.fetch_user("ada") == ada
                    assert len(twilio_users.users()) == 2

                each()
                assert [user.identity for user in twilio_users.users()] == ["ada"]

            def test_after(twilio_users, crew):
                assert twilio_users.users() == [crew]
            """
        ).outcomes(passed=2)

    def test_examples_are_isolated_where_the_handle_comes_late(self, run):
        """By `request.getfixturevalue` in the body of the first test that uses the kit."""
        run(
            """
            def test_it(request):
                twilio_users = request.getfixturevalue("twilio_users")

                @few
                @given(n=st.integers())
                def each(n):
                    probe.alone(twilio_users)

                each()
            """
        ).outcomes(passed=1)

    def test_a_wide_fixture_may_run_examples_itself(self, run):
        """What they did ends with each; what the fixture made stays."""
        run(
            """
            @pytest.fixture(scope="module")
            def crew(twilio_users):
                ada = twilio_users.add_user("ada")

                @few
                @given(n=st.integers())
                def each(n):
                    probe.seen.append(n)
                    assert twilio_users.users() == [ada]
                    app.retire("ada")

                each()
                return ada

            def test_it(twilio_users, crew):
                assert twilio_users.users() == [crew]
            """
        ).outcomes(passed=1)


class TestCosts:
    """Who does not use both pays nothing."""

    @pytest.mark.parametrize(
        ("source", "absent"),
        [
            pytest.param(
                """
                from hypothesis import given, strategies

                @given(strategies.integers())
                def test_it(n):
                    pass
                """,
                {"pytest_twilio_users.scopes.hypothesis_examples"},
                id="hypothesis-alone",
            ),
            pytest.param(
                """
                def test_it(twilio_users):
                    twilio_users.client.create_user("ada")
                """,
                {"pytest_twilio_users.scopes.hypothesis_examples", "hypothesis"},
                id="kit-alone",
            ),
        ],
    )
    def test_one_without_the_other_never_registers(self, suite, source, absent):
        """What would do it is not imported; run in an interpreter that has not done so before."""
        after = f"""
            import sys

            def test_after():
                assert not {absent!r} & sys.modules.keys()
            """
        suite.write(test_it=lines(source, after))
        options = ("-p", "pytest_twilio_users.plugin", "-p", "no:cacheprovider", "-W", "error")
        subprocess.run(  # noqa: S603  # the command is this file's own
            [sys.executable, "-m", "pytest", *options, str(suite.path)], check=True
        )

    def test_examples_of_tests_without_the_kit_pass_it_by(self, run):
        """In a session that uses it elsewhere, their requests reach the network as before."""
        run(
            """
            def test_kit(twilio_users):
                app.sign_up("ada")

            @few
            @given(n=st.integers())
            def test_it(n):
                probe.seen.append(n)
                with pytest.raises(httpx.ConnectError):
                    app.sign_up("ada")
            """
        ).outcomes(passed=2)

    def test_hypothesis_runs_as_ever_without_the_plugin(self, suite):
        """With `-p no:twilio_users`."""
        suite.write(
            test_it="""
                from hypothesis import given, strategies

                @given(strategies.integers())
                def test_given(n):
                    pass
                """
        )
        suite.run("", "-W", "error", plugin="no:twilio_users").outcomes(passed=1)


def test_the_report_of_a_failure_says_what_was_planned(suite):
    """In a sentence each; of a property, what it shrank to. The next test knows nothing of it."""
    run = suite.run(PLANNED)
    run.outcomes(failed=3)

    def told(test):
        return dict(run.report(test, "call").sections).get("Twilio Users: plan")

    assert told("test_ada_is_greeted") == "the first create loses its answer"
    assert told("test_ada_is_greeted_today") == (
        "the first create finds nobody to connect to\nnothing goes wrong"
    )
    assert told("test_nobody_planned") is None
    assert "plan=faults.Plan(create_user={1: faults.answer_lost()})" in run.failure(
        "test_ada_is_greeted"
    )
