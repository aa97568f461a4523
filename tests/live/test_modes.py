"""The same tests in each mode: recorded once, they replay without a network."""

import json
import os
import re
import sys
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


@pytest.mark.parametrize("mode", ["stub", "live"])
def test_a_suite_passes_in_each_mode(run, service, mode):
    """It leaves the service as it was."""
    before = service.users()
    run(mode, FIVE).assert_outcomes(passed=7)
    assert service.users() == before


@pytest.mark.parametrize(("source", "passed"), [(FIVE, 7), (FIXTURES, 2)], ids=["tests", "wide"])
def test_what_was_recorded_replays(run, service, source, passed):
    """Recording leaves the service as it was; replay asks nothing of it."""
    before = service.users()
    run("record", source).assert_outcomes(passed=passed)
    assert service.users() == before
    asked = len(service.log)

    run("replay").assert_outcomes(passed=passed)

    assert len(service.log) == asked


OTHER_LIBRARIES = """
    import asyncio
    import base64

    import aiohttp
    import app
    import requests

    def url(service):
        return f"https://conversations.twilio.com/v1/Services/{service}/Users"

    def by_requests(service, email):
        answer = requests.post(url(service), auth=app.login(), data={"Identity": email})
        answer.raise_for_status()
        return answer.json()

    async def by_aiohttp(service, email):
        login = base64.b64encode(":".join(app.login()).encode()).decode()
        async with aiohttp.ClientSession(headers={"Authorization": f"Basic {login}"}) as session:
            async with session.post(url(service), data={"Identity": email}) as answer:
                return await answer.json()

    def test_requests(twilio_users):
        email = twilio_users.identity("ada@example.com")
        assert by_requests(twilio_users.service_sid, email)["identity"] == email
        assert len(twilio_users.journal) == 1

    def test_aiohttp(twilio_users):
        email = twilio_users.identity("ada@example.com")
        user = asyncio.run(by_aiohttp(twilio_users.service_sid, email))
        assert user["identity"] == email
        assert len(twilio_users.journal) == 1
    """


@pytest.mark.parametrize("mode", ["stub", "live", "record"])
def test_requests_of_other_libraries_are_of_the_mode_too(run, service, mode):
    """By the same rails as all others: nothing is left behind, and what was recorded replays."""
    before = service.users()
    run(mode, OTHER_LIBRARIES).assert_outcomes(passed=2)
    assert service.users() == before
    if mode == "record":
        run("replay").assert_outcomes(passed=2)


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


def test_a_cassette_that_cant_be_written_is_told(run, pytester):
    """With the folder, and without the kit's own lines."""
    pytester.path.joinpath("cassettes").touch()
    result = run("record", FIVE, "-k", "test_the_application")
    result.assert_outcomes(passed=1, errors=1, deselected=6)
    said = (
        "The cassette can't be written: Not a directory: *. Is --twilio-users-cassettes a folder*"
    )
    result.stdout.fnmatch_lines([said])
    result.stdout.no_fnmatch_line("*pathlib*")


def test_a_cassette_is_written_through_no_link(run, pytester):
    """Out of the folder of cassettes, where replay would not read it."""
    outside = pytester.mkdir("outside")
    link = pytester.mkdir("cassettes") / "test_it"
    link.symlink_to(outside)
    result = run("record", FIVE, "-k", "test_the_application")
    result.assert_outcomes(passed=1, errors=1, deselected=6)
    path = pytester.path / "cassettes/test_it/test_the_application.json"
    assert (
        f"The cassette {path} can't be written: the link {link} leads to a place outside the"
        " folder of cassettes. Remove the link."
    ) in result.outlines
    assert not list(outside.iterdir())


def test_a_failing_test_keeps_its_cassette_of_before(run, pytester):
    """What a broken test said is no recording."""
    run("record", FIVE, "-k", "application")
    [path] = pytester.path.joinpath("cassettes").rglob("*.json")
    before = path.read_bytes()
    run("record", FIVE.replace('== "Ada"\n', '== "Eve"\n'), "-k", "application").assert_outcomes(
        failed=1, deselected=6
    )
    assert path.read_bytes() == before


@pytest.mark.parametrize("fails", ["in", "after"])
def test_a_subtest_that_passes_is_not_the_test(run, pytester, fails):
    """Where the test fails, in another subtest or after them, nothing is recorded."""
    pytest.importorskip("_pytest.subtests")
    run(
        "record",
        f"""
        def test_it(twilio_users, subtests):
            with subtests.test("one"):
                twilio_users.users(twilio_users.service_sid)
            with subtests.test("two"):
                assert "{fails}" != "in"
            assert "{fails}" != "after"
        """,
    )
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
            "1 of 2 recorded exchanges was not used:",
            "  fetch_service_user: GET /v1/Services/IS*/Users/US* -> 200",
            "Cassette: *cassettes*test_it*test_it.json",
            'To record it again: pytest --twilio-users-mode=record "test_it.py::test_it"',
        ]
    )


def test_what_was_not_recorded_fails_an_application_that_goes_on(run):
    """It took the miss for an outage, say; the test passes, and another conversation was held."""
    source = """
        def seen(twilio_users, name):
            try:
                return twilio_users.client.fetch_service_user(twilio_users.service_sid, name)
            except Exception:
                return None

        def test_it(twilio_users):
            assert seen(twilio_users, "ada") is None
        """
    run("record", source).assert_outcomes(passed=1)
    result = run("replay", source + 3 * "    assert seen(twilio_users, 'bob') is None\n        ")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        [
            "fetch_service_user: GET /v1/Services/IS*: it was not recorded.",
            'To record it again: pytest --twilio-users-mode=record "test_it.py::test_it"',
            "... and 2 more that were not recorded.",
        ]
    )


def test_what_record_stopped_and_the_application_took_is_no_miss(run):
    """The default service has no name in either run."""
    source = """
        import pytest

        def test_it(twilio_users):
            with pytest.raises(Exception):
                twilio_users.client.fetch_user("ada")
        """
    run("record", source).assert_outcomes(passed=1)
    run("replay").assert_outcomes(passed=1)


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
            "*The nearest recorded exchange: update_*",
        ]
    )
    result.stdout.fnmatch_lines(["*form.RoleSid: recorded nothing, sent 'RL*"])


@pytest.mark.parametrize(
    "order", [("test_bad", "test_silent", "test_good"), ("test_good", "test_bad")]
)
def test_a_cassette_that_cant_be_read_fails_its_test_alone(run, pytester, order):
    """Whether it is the first or not; also if the test asks for nothing any more."""
    source = """
        def test_bad(twilio_users):
            twilio_users.add_user(service_sid=twilio_users.service_sid)

        test_good = test_bad

        def test_silent(twilio_users):
            if twilio_users.mode == "record":
                twilio_users.users(twilio_users.service_sid)
        """
    run("record", source).assert_outcomes(passed=3)
    for name in ("bad", "silent"):
        pytester.path.joinpath(f"cassettes/test_it/test_{name}.json").write_text("{")
    result = run("replay", "", *(f"test_it.py::{name}" for name in order))
    result.assert_outcomes(failed=1, passed=len(order) - 1, errors=len(order) - 2)
    result.stdout.fnmatch_lines(["*CassetteError: The cassette *test_bad.json can't be read: *"])
    result.stdout.no_fnmatch_line("*KeyError*")


def test_no_cassette_says_how_to_make_one(run):
    """The command names the test."""
    result = run("replay", FIVE, "-k", "again")
    result.assert_outcomes(failed=1, deselected=6)
    result.stdout.fnmatch_lines(
        [
            "*test_it.py::TestClass::test_again_and_again has no cassette.",
            '*pytest --twilio-users-mode=record "test_it.py::TestClass::test_again_and_again"',
        ]
    )


@pytest.mark.parametrize(
    ("scope", "command"),
    [("session", "record"), ("module", 'record "test_it.py"'), ("class", 'record "test_it.py::T"')],
)
def test_the_command_to_record_a_fixture_names_what_pytest_finds(run, scope, command):
    """Its tests; those of a session's fixture are all."""
    source = f"""
        import pytest

        @pytest.fixture(scope="{scope}")
        def boss(twilio_users):
            return twilio_users.add_user(service_sid=twilio_users.service_sid)

        class T:
            def test_it(self, boss): ...
        """
    result = run("replay", source, "-o", "python_classes=T")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*To record it: pytest --twilio-users-mode={command}"])


def test_the_command_to_record_names_the_test_as_it_is(run):
    """Also where a parameter, or the name of a fixture, is a value that is hidden elsewhere."""
    source = """
        import pytest

        @pytest.fixture(scope="module")
        def boss(twilio_users):
            service = twilio_users.service_sid
            return twilio_users.add_user("boss", service_sid=service, role_sid=None)

        @pytest.mark.parametrize("name", ["red@example.com"])
        def test_it(twilio_users, name, boss):
            twilio_users.add_user(name, service_sid=twilio_users.service_sid)
        """
    run("record", source).assert_outcomes(passed=1)
    result = run("replay", source.replace("(name,", "(name, friendly_name=name,"))
    result.stdout.fnmatch_lines(
        [
            "*Cassette: *cassettes*test_it*test_it[[]red@example_com]~*.json",
            '*pytest --twilio-users-mode=record "test_it.py::test_it[[]red@example.com]"',
        ]
    )
    result = run("replay", source.replace("=None", '="RL" + "0" * 32'))
    result.stdout.fnmatch_lines(["*Cassette: *fixture_*boss[[]0]~*.json"])


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
        from pytest_twilio_users.live.backend import LiveBackend

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
        from pytest_twilio_users.errors import NotTheirs

        def test_it(twilio_users):
            twilio_users.add_user(service_sid=twilio_users.service_sid)
            child = os.fork()
            if child:
                assert os.waitpid(child, 0)[1] == 0
                return
            try:
                with pytest.raises(NotTheirs, match="twilio_users_server"):
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
    result.stdout.fnmatch_lines(
        ["*LiveRefused: delete_service_user: this run did not make the user*"]
    )
    assert service.users() == before


SWALLOWING = """
    from contextlib import suppress

    def leave(twilio_users):
        with suppress(Exception):
            twilio_users.client.delete_service_user(twilio_users.service_sid, "eve@example.com")
    """


@pytest.mark.parametrize("mode", ["live", "record"])
def test_what_was_stopped_fails_a_test_that_went_on(run, service, mode):
    """An application that takes any error for an outage hides nothing."""
    service.add_foreign_user("eve@example.com")
    before = service.users()
    result = run(mode, f"{SWALLOWING}\n    def test_it(twilio_users): leave(twilio_users)")
    result.assert_outcomes(failed=1)
    at = result.outlines.index("The kit did not send this to the account:")
    assert result.outlines[at : at + 3] == [
        "The kit did not send this to the account:",
        (
            "  delete_service_user: this run did not make the user, so the kit does not change"
            " it. To allow that: --twilio-users-foreign-users=yes"
        ),
        (
            "To let the test pass anyway: @pytest.mark.twilio_users(strict=False), or"
            " --twilio-users-strict=no"
        ),
    ]
    assert service.users() == before


def test_what_was_stopped_in_a_fixture_fails_the_test_that_it_is_set_up_for(run, service):
    """One of a module, too. What a test says to mean is left to it."""
    service.add_foreign_user("eve@example.com")
    run(
        "live",
        f"""{SWALLOWING}
    import pytest

    @pytest.fixture(scope="module")
    def wide(twilio_users):
        leave(twilio_users)

    def test_one(wide): ...

    def test_other(wide): ...

    @pytest.mark.twilio_users(strict=False)
    def test_it(twilio_users): leave(twilio_users)
    """,
    ).assert_outcomes(failed=1, passed=2)


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
    result.stdout.fnmatch_lines(["*LiveRefused: create_service_user: this process may send 2*"])


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


def test_an_explanation_shows_no_private_value(run, tmp_path):
    """It names who answered, and hides what cassettes hide."""
    for mode, who in {
        "record": r"the live account, at http://127\.0\.0\.1:\d+",
        "replay": r"the cassette \S+\.json, exchanges\[[01]\]",
    }.items():
        run(
            mode,
            f"""
            from pathlib import Path

            def test_it(twilio_users):
                service, client = twilio_users.service_sid, twilio_users.client
                secret = twilio_users.identity("it's.grace@example.org")
                client.create_service_user(service, secret, attributes={{"who": "Miss Hopperova"}})
                client.fetch_service_user(service, secret)
                Path({str(tmp_path / mode)!r}).write_text(twilio_users.journal.explain())
            """,
        ).assert_outcomes(passed=1)
        explained = (tmp_path / mode).read_text()
        assert len(re.findall(f"answered: by {who}, which (?:made|gave) US", explained)) == 2
        assert not re.search("grace|hopperova|token-of-the-misb", explained, re.IGNORECASE)
        assert "unlike Twilio" not in explained


OUTCOMES = {
    "passed": "print(name)",
    "torn down": "raise AssertionError",
    "skipped": "pytest.skip(f'no {name}')",
    "expected to fail": "request.applymarker(pytest.mark.xfail); raise AssertionError(name)",
    "failed as it said": "pytest.xfail(f'no {name}')",
    "passed though it was to fail": (
        "request.applymarker(pytest.mark.xfail(strict=True, reason=f'no {name}'))"
    ),
}


@pytest.mark.parametrize("outcome", OUTCOMES.values(), ids=OUTCOMES)
def test_no_report_shows_a_private_value(run, pytester, outcome):
    """Whatever came of the test: `-rA` tells of all, and so does JUnit's file."""
    run(
        "live",
        f"""
        import pytest

        @pytest.fixture
        def name(twilio_users):
            name = "".join(["hopp", "erova"])
            twilio_users.add_user(name, service_sid=twilio_users.service_sid)
            yield name
            print("bye", name)

        def test_it(name, request):
            {outcome}
        """,
        *("-rA", "--xfail-tb", "--junitxml=junit.xml", "-o", "junit_logging=all"),
    ).stdout.no_fnmatch_line("*hopperova*")
    assert "hopperova" not in (pytester.path / "junit.xml").read_text("utf-8")


def test_no_report_of_a_subtest_shows_a_private_value(run):
    """Neither what it printed nor its name."""
    pytest.importorskip("_pytest.subtests")
    result = run(
        "live",
        """
        def test_it(twilio_users, subtests):
            name = "".join(["hopp", "erova"])
            twilio_users.add_user(name, service_sid=twilio_users.service_sid)
            with subtests.test(f"of {name}", name=name):
                print("It is", name)
                raise AssertionError(name)
        """,
        "--showlocals",
    )
    result.stdout.no_fnmatch_line("*hopperova*")
    result.stdout.fnmatch_lines(["*[[]of text-1[]] (name='text-1')*", "It is text-1"])


LOGGING = """
    import logging
    import warnings

    import app

    NAME = "".join(["hopp", "erova"])

    def test_it(twilio_users, caplog):
        service = twilio_users.service_sid
        app.sign_up(service, NAME)
        app.http.get(f"/Services/{service}/Users/{NAME}", auth=app.login())
        warnings.warn(f"It is {NAME}.")
        client = logging.getLogger("twilio.http_client")  # it logs before anybody knows the name
        client.info("GET Request: https://conversations.twilio.com/v1/Users/%s eva", NAME[::-1])
        assert len(caplog.records) == 3
    """


def test_no_log_of_a_library_shows_a_private_value(run, pytester, capfd):
    """In a file, on the screen, and among the warnings; of the stub all is shown."""
    options = ("--log-file=log.txt", "--log-file-level=INFO", "--log-cli-level=INFO", "-s")
    result = run("live", LOGGING, *options)
    result.assert_outcomes(passed=1, warnings=1)
    log = pytester.path.joinpath("log.txt").read_text("utf-8")
    for said in (log, "\n".join(result.outlines), *capfd.readouterr()):
        assert not re.search("hopperova|avoreppoh|eva", said)
    users = "https://conversations.twilio.com/v1/Services/IS*/Users"
    assert re.findall("(?:HTTP|GET) .*", re.sub("IS[0-9a-f]{32}", "IS*", log)) == [
        f'HTTP Request: POST {users} "HTTP/1.1 201 Created"',
        f'HTTP Request: GET {users}/text-1 "HTTP/1.1 200 OK"',
        "GET Request: https://conversations.twilio.com/v1/Users/…",
    ]
    assert "UserWarning: It is text-1." in "\n".join(result.outlines)

    run("stub", "", *options)
    assert pytester.path.joinpath("log.txt").read_text("utf-8").count("hopperova") == 1


def test_a_report_of_a_test_on_the_stub_shows_no_credentials(run):
    """In a live run they are in the environment of each test."""
    run(
        "live",
        """
        import app
        import pytest

        @pytest.mark.twilio_users(mode="stub")
        def test_it(twilio_users):
            login = app.login()
            raise AssertionError
        """,
        "--showlocals",
    ).stdout.no_fnmatch_line("*token-of-the-misbehaving*")


def test_no_report_shows_the_credentials(run):
    """Not of a test without the kit, nor the login that an application makes of them."""
    run(
        "live",
        """
        import base64

        import app

        def test_without():
            login = app.login()
            header = base64.b64encode(":".join(login).encode()).decode()
            raise AssertionError

        def test_with(twilio_users):
            test_without()
        """,
        "--showlocals",
    ).stdout.no_re_match_line(".*token-of-the-misbehaving|.*= 'QUM")


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


def test_the_contract_suite_asks_for_a_role(run):
    """A live account's roles are its own: without one named, its tests are skipped."""
    suite = ("--pyargs", "pytest_twilio_users.suites.contract", "-k", "the_role and service")
    result = run("live", "def test_it(): ...", "-rs", *suite)
    result.assert_outcomes(skipped=4)
    result.stdout.fnmatch_lines(
        ["*service-level role of the account: --twilio-users-role-sids=RL*"]
    )


def test_what_is_installed_is_called_the_same_everywhere(run, pytester, monkeypatch):
    """A suite that ships, wherever its package is; so its cassettes may be shared."""
    for place in ("site-packages", "lib/dist-packages"):
        package = pytester.path / place / "ships"
        package.mkdir(parents=True)
        package.joinpath("__init__.py").touch()
        package.joinpath("test_it.py").write_text(SHIPPED, "utf-8")
    monkeypatch.syspath_prepend(pytester.path / "site-packages")
    run("record", "", "--pyargs", "ships.test_it").assert_outcomes(passed=1)
    assert pytester.path.joinpath("cassettes/ships/test_it/test_it.json").exists()
    for name in [name for name in sys.modules if name.partition(".")[0] == "ships"]:
        del sys.modules[name]
    monkeypatch.syspath_prepend(pytester.path / "lib" / "dist-packages")
    run("replay", "", "--pyargs", "ships.test_it").assert_outcomes(passed=1)


SHIPPED = """
import pytest

@pytest.fixture(scope="module")
def user(twilio_users):
    return twilio_users.add_user(service_sid=twilio_users.service_sid)

def test_it(twilio_users, user):
    assert twilio_users.client.fetch_service_user(twilio_users.service_sid, user.sid) == user
"""


def test_a_snapshot_of_another_extension_shows_no_private_value(run, pytester):
    """And one that was made on the stub holds in replay."""
    source = """
        import pytest
        from pytest_twilio_users.snapshots import TwilioUsersJSONSnapshotExtension
        from syrupy.filters import props

        @pytest.fixture
        def snapshot_json(twilio_users_snapshot):
            return twilio_users_snapshot.use_extension(TwilioUsersJSONSnapshotExtension)

        def test_it(twilio_users, snapshot_json):
            service, name = twilio_users.service_sid, "".join(["hopp", "erova"])
            user = twilio_users.client.create_service_user(service, name, friendly_name="Zoë")
            assert user == snapshot_json
            assert user.friendly_name == snapshot_json(name="name")
            names = snapshot_json.with_defaults(include=props("friendly_name"))
            assert user == names(name="names")
        """
    options = ("-p", "syrupy")
    run("record", source, *options, "--snapshot-update").assert_outcomes(passed=1)
    files = [*pytester.path.rglob("__snapshots__/**/*.json")]
    assert len(files) == 3
    written = "".join(file.read_text("utf-8") for file in files)
    assert '"identity": "text-1"' in written
    assert not re.search("hopperova|Zo", written)
    run("replay", "", *options).assert_outcomes(passed=1)
    run("stub", "", *options, "--snapshot-update").assert_outcomes(passed=1)
    run("replay", "", *options).assert_outcomes(passed=1)
