"""The same tests in each mode: recorded once, they replay without a network."""

import json
import os
from contextlib import suppress

import pytest

FIVE = """
    import app
    import httpx
    import pytest
    from pytest_twilio_users import TwilioApiError


    @pytest.fixture
    def service(twilio_users):
        return twilio_users.service_sid


    def test_the_application(twilio_users, service):
        ada = twilio_users.identity("ada@example.com")
        user = app.sign_up(service, ada, FriendlyName="Ada", Attributes='{"plan":  "pro"}')
        assert user["identity"] == ada
        assert user["attributes"] == '{"plan":  "pro"}'
        assert twilio_users.client.fetch_service_user(service, user["sid"]).friendly_name == "Ada"
        operations = ["create_service_user", "fetch_service_user"]
        assert twilio_users.journal.operations == operations


    @pytest.mark.parametrize("name", ["Ada", "a/b", ".."])
    def test_parameters(twilio_users, service, name):
        user = twilio_users.add_user(service_sid=service, friendly_name=name)
        assert user.friendly_name == name
        assert user in twilio_users.users(service)


    class TestClass:
        def test_again_and_again(self, twilio_users, service):
            user = twilio_users.add_user(service_sid=service)
            fetch = twilio_users.client.fetch_service_user
            assert [fetch(service, user.sid) for _ in range(3)] == [user] * 3


    def test_a_refusal(twilio_users, service):
        user = twilio_users.add_user(service_sid=service)
        with pytest.raises(TwilioApiError) as caught:
            twilio_users.client.create_service_user(service, user.identity)
        assert caught.value.code == 50201
        with pytest.raises(TwilioApiError) as caught:
            twilio_users.client.delete_service_user(service, "no body")
        assert caught.value.message == (
            f"The requested resource /Services/{service}/Users/no%20body was not found"
        )


    def test_async(twilio_users, service):
        import asyncio

        async def sign_up_twice():
            names = [twilio_users.identity(name) for name in ("ada", "grace")]
            users = await asyncio.gather(*(app.sign_up_async(service, name) for name in names))
            assert [user["identity"] for user in users] == names

        asyncio.run(sign_up_twice())
    """
FIXTURES = """
    import pytest

    @pytest.fixture(scope="session")
    def grace(twilio_users):
        service = twilio_users.service_sid
        user = twilio_users.client.create_service_user(service, twilio_users.identity("grace"))
        yield user
        twilio_users.client.delete_service_user(service, user.sid)

    @pytest.fixture(scope="class")
    def number(request, twilio_users):
        return len(twilio_users.users(twilio_users.service_sid))

    class TestOne:
        def test_it(self, twilio_users, grace, number):
            found = twilio_users.client.fetch_service_user(twilio_users.service_sid, grace.sid)
            assert found == grace
            assert number == 2

    class TestTwo:
        @pytest.fixture(scope="class", autouse=True)
        def before(self, twilio_users):
            twilio_users.add_user(service_sid=twilio_users.service_sid)

        def test_it(self, number, grace):
            assert number == 3
    """


@pytest.mark.parametrize("mode", ["stub", "live", "record"])
def test_a_suite_passes_in_each_mode(run, service, mode):
    """It leaves the service as it was."""
    before = service.users()
    run(mode, FIVE).assert_outcomes(passed=7)
    assert service.users() == before


@pytest.mark.parametrize(("source", "passed"), [(FIVE, 7), (FIXTURES, 2)], ids=["tests", "wide"])
def test_what_was_recorded_replays(run, service, source, passed):
    """Nothing of it is asked of the server again."""
    run("record", source).assert_outcomes(passed=passed)
    asked = len(service.log)

    run("replay").assert_outcomes(passed=passed)

    assert len(service.log) == asked


def test_a_cassette_says_what_it_is(run, pytester):
    """Where it came from, by which version, and of which test."""
    run("record", FIVE, "-k", "test_the_application")
    [path] = pytester.path.joinpath("cassettes").rglob("*.json")
    cassette = json.loads(path.read_text("utf-8"))
    assert path.relative_to(pytester.path).as_posix() == (
        "cassettes/test_it/test_the_application.json"
    )
    assert cassette["recorded_from"] == "loopback (not Twilio)"
    assert cassette["name"] == "test_it.py::test_the_application"
    assert [e["request"]["operation"] for e in cassette["exchanges"]] == [
        "create_service_user",
        "fetch_service_user",
    ]


def test_a_failing_test_keeps_its_cassette_of_before(run, pytester):
    """What a broken test said is no recording."""
    run("record", FIVE, "-k", "application")
    [path] = pytester.path.joinpath("cassettes").rglob("*.json")
    before = path.read_bytes()
    run("record", FIVE.replace('== "Ada"\n', '== "Eve"\n'), "-k", "application").assert_outcomes(
        failed=1, deselected=6
    )
    assert path.read_bytes() == before


def test_a_failing_test_is_not_recorded_for_its_subtests(run, pytester):
    """Some of them passed; the test did not."""
    source = """
        def test_it(twilio_users, subtests):
            with subtests.test("passes"):
                twilio_users.add_user(service_sid=twilio_users.service_sid)
            with subtests.test("fails"):
                assert not twilio_users.users(twilio_users.service_sid)
        """
    run("record", source)
    assert not list(pytester.path.rglob("cassettes/**/*.json"))


def test_what_was_recorded_and_is_not_said_fails_the_test(run):
    """The test passes, and its conversation is another one than it was."""
    source = """
        def test_it(twilio_users):
            user = twilio_users.add_user("ada", service_sid=twilio_users.service_sid)
            twilio_users.client.fetch_service_user(twilio_users.service_sid, user.sid)
        """
    run("record", source).assert_outcomes(passed=1)
    less = source.replace("twilio_users.client.fetch", "twilio_users.client and str")
    result = run("replay", less.replace("str_service_user(twilio_users.service_sid, ", "str("))
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        [
            "1 of 2 recorded exchanges were not asked for:",
            "  fetch_service_user: GET /v1/Services/IS*/Users/US* -> 200",
            "Cassette: *cassettes*test_it*test_it.json",
            'To record it anew: pytest --twilio-users-mode=record "test_it.py::test_it"',
        ]
    )


def test_what_was_not_recorded_is_told_with_the_nearest(run):
    """And how it differs."""
    source = """
        def test_it(twilio_users):
            service = twilio_users.service_sid
            user = twilio_users.add_user("ada", service_sid=service)
            twilio_users.client.update_service_user(service, user.sid, friendly_name="Ada")
        """
    run("record", source).assert_outcomes(passed=1)
    result = run("replay", source.replace('"Ada"', '"Ada", role_sid="RL" + "0" * 32'))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*update_service_user: POST /v1/Services/*: it was not recorded.",
            "*The nearest: update_*",
        ]
    )
    result.stdout.fnmatch_lines(["*form.RoleSid: recorded nothing, sent 'RL*"])


def test_no_cassette_says_how_to_make_one(run):
    """The command names the test."""
    result = run("replay", FIVE, "-k", "again")
    result.assert_outcomes(failed=1, deselected=6)
    result.stdout.fnmatch_lines(
        [
            "*nothing was recorded of test_it.py::TestClass::test_again_and_again.",
            '*pytest --twilio-users-mode=record "test_it.py::TestClass::test_again_and_again"',
        ]
    )


@pytest.mark.parametrize("mode", ["live", "record", "replay"])
def test_the_default_service_is_left_alone_unless_it_is_named(run, service, mode):
    """Tests that use it are skipped, with the option to name it."""
    source = "def test_it(twilio_user): ..."
    result = run(mode, source, "-rs")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["SKIPPED*--twilio-users-default-service=IS*"])


@pytest.mark.parametrize(("other", "outcome"), [("fetch", "skipped"), ("fail", "failed")])
def test_the_default_service_is_left_alone_by_tasks(run, other, outcome):
    """A group of tasks has a group of errors; one of another kind is a failure."""
    result = run(
        "live",
        f"""
        import asyncio

        def test_it(twilio_users):
            async def fetch():
                await twilio_users.async_client.fetch_user("ada")

            async def fail():
                raise AssertionError

            async def both():
                async with asyncio.TaskGroup() as group:
                    for task in (fetch, {other}):
                        group.create_task(task())

            asyncio.run(both())
        """,
    )
    result.assert_outcomes(**{outcome: 1})


def test_a_default_service_that_is_named_may_be_used(run, with_default_service):
    """Recorded and replayed; replay needs no naming."""
    source = """
        def test_it(twilio_users, twilio_user):
            assert twilio_user in twilio_users.users()
            assert twilio_user.chat_service_sid == twilio_users.default_service_sid
        """
    run("record", source, with_default_service).assert_outcomes(passed=1)
    run("replay", "", with_default_service).assert_outcomes(passed=1)


END = {
    "a failure": "raise AssertionError",
    "an interrupt": "raise KeyboardInterrupt",
    "an exit": 'pytest.exit("that is all")',
}


@pytest.mark.parametrize("end", END.values(), ids=END)
def test_nothing_is_left_behind_however_a_test_ends(run, service, end):
    """Users of the test and of a module's fixture are deleted."""
    before = service.users()
    run(
        "live",
        f"""
        import pytest

        @pytest.fixture(scope="module")
        def wide(twilio_users):
            return twilio_users.add_user(service_sid=twilio_users.service_sid)

        def test_it(twilio_users, wide):
            twilio_users.add_user(service_sid=twilio_users.service_sid)
            assert len(twilio_users.users(twilio_users.service_sid)) == 3
            {end}
        """,
        "-x",
    )
    assert service.users() == before


def test_nothing_is_left_behind_if_teardowns_are_interrupted(run, service, pytester):
    """The users of fixtures that nobody gets to tear down are deleted as well."""
    before = service.users()
    with suppress(KeyboardInterrupt):  # pytest itself lets the second one through
        run(
            "live",
            """
            import pytest

            def add(twilio_users):
                yield twilio_users.add_user(service_sid=twilio_users.service_sid)
                raise KeyboardInterrupt

            session = pytest.fixture(add, scope="session", name="session")
            module = pytest.fixture(add, scope="module", name="module")
            function = pytest.fixture(add, name="function")

            def test_it(twilio_users, session, module, function):
                assert len(twilio_users.users(twilio_users.service_sid)) == 4
                raise KeyboardInterrupt
            """,
        )
    assert service.users() == before
    assert not list(pytester.path.rglob("*.jsonl"))


@pytest.mark.parametrize("scope", ["function", "module"])
def test_an_interrupted_delete_is_tried_again(run, service, scope, pytester):
    """Ctrl-C comes while a test or a fixture is cleaned up after; the rest is deleted, too."""
    before = service.users()
    run(
        "live",
        f"""
        import pytest
        from pytest_twilio_users.backends.live import LiveBackend

        @pytest.fixture(scope={scope!r})
        def three(twilio_users):
            return [
                twilio_users.add_user(service_sid=twilio_users.service_sid) for _ in range(3)
            ]

        def test_it(three):
            remove = LiveBackend.remove

            def interrupted(*_):
                LiveBackend.remove = remove
                raise KeyboardInterrupt

            LiveBackend.remove = interrupted
        """,
    )
    assert service.users() == before
    assert not list(pytester.path.rglob("*.jsonl"))


def test_nothing_is_left_behind_by_a_test_that_is_run_again(run, service, pytester):
    """As plugins do that give a test another chance; the last one tears the session down."""
    before = service.users()
    pytester.makeconftest(
        """
        from _pytest.runner import runtestprotocol

        def pytest_runtest_protocol(item, nextitem):
            for _ in range(3):
                item._initrequest()
                runtestprotocol(item, nextitem=nextitem, log=False)
        """
    )
    source = """
        def test_it(twilio_users):
            twilio_users.add_user(service_sid=twilio_users.service_sid)
        """
    run("live", source).assert_outcomes(passed=1)
    assert service.users() == before
    assert not list(pytester.path.rglob("*.jsonl"))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_fork_sends_nothing(run, service):
    """Its parent would not know of the user, and delete the ledger that does."""
    before = service.users()
    result = run(
        "live",
        """
        import os
        import pytest
        from pytest_twilio_users.errors import LiveRefused

        def test_it(twilio_users):
            twilio_users.add_user(service_sid=twilio_users.service_sid)
            child = os.fork()
            if child:
                assert os.waitpid(child, 0)[1] == 0
                return
            try:
                with pytest.raises(LiveRefused, match="twilio_users_server gives"):
                    twilio_users.add_user(service_sid=twilio_users.service_sid)
            except BaseException:
                os._exit(1)
            os._exit(0)
        """,
    )
    result.assert_outcomes(passed=1)
    assert service.users() == before


def test_a_foreign_user_is_left_alone(run, service):
    """The test hears why."""
    before = service.users()
    result = run(
        "live",
        """
        def test_it(twilio_users):
            twilio_users.client.delete_service_user(twilio_users.service_sid, "foreign")
        """,
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*LiveRefused: delete_service_user: the kit did not make this*"])
    assert service.users() == before


def test_the_budget_is_kept(run):
    """What goes beyond is not sent."""
    result = run(
        "live",
        """
        def test_it(twilio_users):
            for _ in range(3):
                twilio_users.add_user(service_sid=twilio_users.service_sid)
        """,
        "--twilio-users-changes=2",
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*LiveRefused: create_service_user: the 2 changes*"])


def test_a_report_shows_no_private_value(run):
    """Not what the test sent, nor what it printed, nor the password."""
    result = run(
        "live",
        """
        def test_it(twilio_users, capsys):
            service, secret = twilio_users.service_sid, "grace.hop" + "per@example.org"
            name = "".join(["Hopp", "erova"])
            user = twilio_users.add_user(secret, service_sid=service, friendly_name=name)
            print(user, twilio_users.auth_token, twilio_users.journal)
            twilio_users.client.fetch_service_user(service, secret)
            assert user.friendly_name == secret.upper()
        """,
        "--showlocals",
    )
    result.assert_outcomes(failed=1)
    said = "\n".join(result.outlines)
    for secret in ("Hopperova", "grace.hopper", "token-of-the-misbehaving"):
        assert secret not in said
    assert "last exchanges" in said


def test_a_snapshot_of_the_stub_holds_where_values_are_private(run, pytester):
    """Both sides are compared with their private values hidden."""
    source = """
        def test_it(twilio_users, twilio_users_snapshot):
            service = twilio_users.service_sid
            attributes = {"plan": "pro"}
            user = twilio_users.client.create_service_user(
                service, twilio_users.identity("ada"), friendly_name="Ada", attributes=attributes
            )
            assert user == twilio_users_snapshot
        """
    options = ("-p", "syrupy")
    run("stub", source, *options, "--snapshot-update")
    [file] = pytester.path.rglob("*.ambr")
    made = file.read_text("utf-8")
    assert "'friendly_name': 'Ada'" in made
    run("record", "", *options).assert_outcomes(passed=1)
    run("replay", "", *options).assert_outcomes(passed=1)
    assert file.read_text("utf-8") == made
    other = source.replace('friendly_name="Ada"', 'friendly_name="Eve"')
    run("live", other, *options).assert_outcomes(failed=1)
