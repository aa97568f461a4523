"""What authors' tests do in record and replay that is their own business."""

import re

import pytest

OWN_VALUES = """
    import uuid

    import app


    def test_it(twilio_users):
        service = twilio_users.service_sid
        email = f"ada-{uuid.uuid4()}@lovelace.example"
        text = f'{{"plan": "of-{uuid.uuid4()}"}}'
        user = app.sign_up(service, email, Attributes=text)
        assert (user["identity"], user["attributes"]) == (email, text)
        found = twilio_users.client.fetch_service_user(service, email)
        assert found.sid == user["sid"]
        assert found.url.endswith(f"/Users/{found.sid}")
    """
FAILING_FIXTURE = """
    import pytest

    @pytest.fixture(scope="module")
    def wide(twilio_users):
        twilio_users.add_user(service_sid=twilio_users.service_sid)
        raise AssertionError

    def test_it(wide): ...
    """


def test_a_test_gets_its_own_values_back(run):
    """They are others in each run, and none of them is in the cassette."""
    run("record", OWN_VALUES).assert_outcomes(passed=1)
    run("replay").assert_outcomes(passed=1)
    run("replay").assert_outcomes(passed=1)


def test_no_cassette_holds_what_a_test_sent(run, pytester):
    """Neither identities and values of attributes, nor the account and its password."""
    run("record", OWN_VALUES).assert_outcomes(passed=1)
    [path] = pytester.path.joinpath("cassettes").rglob("*.json")
    text = path.read_text("utf-8")
    assert not re.search("ada-|lovelace|of-|token-of-the-misbehaving|Basic ", text)


def test_an_expected_failure_is_recorded(run):
    """It went as the author said; one that passes against expectation is not."""
    source = """
        import pytest

        @pytest.mark.xfail(strict=True)
        def test_it(twilio_users):
            assert twilio_users.users(twilio_users.service_sid) == []
        """
    run("record", source).assert_outcomes(xfailed=1)
    run("replay").assert_outcomes(xfailed=1)


def test_a_test_whose_teardown_fails_is_not_recorded(run, pytester):
    """What it said may not be all."""
    source = """
        import pytest

        @pytest.fixture
        def broken():
            yield
            raise AssertionError

        def test_it(twilio_users, broken):
            twilio_users.users(twilio_users.service_sid)
        """
    run("record", source).assert_outcomes(passed=1, errors=1)
    assert not list(pytester.path.rglob("cassettes/**/*.json"))


def test_a_fixture_that_fails_is_not_recorded(run, service, pytester):
    """And what it made until then is deleted."""
    before = service.users()
    run("record", FAILING_FIXTURE).assert_outcomes(errors=1)
    assert not list(pytester.path.rglob("cassettes/**/*.json"))
    assert service.users() == before


def test_a_test_without_requests_has_no_cassette(run, pytester):
    """In replay it asks for none."""
    run("record", "def test_it(twilio_users): ...").assert_outcomes(passed=1)
    assert not list(pytester.path.rglob("cassettes/**/*.json"))
    run("replay").assert_outcomes(passed=1)


def test_a_test_that_says_nothing_any_more_loses_its_cassette(run, pytester):
    """Recorded anew, it replays."""
    source = "def test_it(twilio_users): twilio_users.users(twilio_users.service_sid)"
    run("record", source).assert_outcomes(passed=1)
    silent = "def test_it(twilio_users): ..."
    run("replay", silent).assert_outcomes(passed=1, errors=1)
    run("record", silent).assert_outcomes(passed=1)
    run("replay", silent).assert_outcomes(passed=1)
    assert not list(pytester.path.rglob("cassettes/**/*.json"))


def test_a_fixture_of_a_module_replays_for_each_module(run, pytester):
    """In another order of modules, too."""
    fixture = """
        import pytest

        @pytest.fixture(scope="module", params=["Ada", "Grace"])
        def user(request, twilio_users):
            service = twilio_users.service_sid
            user = twilio_users.add_user(service_sid=service, friendly_name=request.param)
            yield user
            twilio_users.client.fetch_service_user(service, user.sid)
        """
    test = """
        def test_it(twilio_users, user):
            found = twilio_users.client.fetch_service_user(user.chat_service_sid, user.sid)
            assert found == user
            assert user.friendly_name in ("Ada", "Grace")
        """
    pytester.makepyfile(conftest=fixture, test_one=test, test_two=test)
    run("record").assert_outcomes(passed=4)
    run("replay", "", "test_two.py", "test_one.py").assert_outcomes(passed=4)
    run("replay", "", "test_two.py").assert_outcomes(passed=2)


def test_names_made_up_by_tests_and_by_fixtures_differ_in_replay_too(run, with_default_service):
    """Whichever was set up first; in two services the same test has the same names."""
    source = """
        import pytest

        @pytest.fixture(scope="session")
        def boss(twilio_users):
            return twilio_users.add_user(service_sid=twilio_users.service_sid)

        @pytest.fixture(scope="module")
        def crew(twilio_users):
            return [twilio_users.add_user(service_sid=twilio_users.service_sid) for _ in "ab"]

        def test_early(twilio_users, twilio_user, request):
            user = twilio_users.add_user(service_sid=twilio_users.service_sid)
            boss = request.getfixturevalue("boss")
            again = twilio_users.add_user(service_sid=twilio_users.service_sid)
            assert len({user.identity, boss.identity, again.identity}) == 3
            assert twilio_user.identity == user.identity

        def test_late(twilio_users, boss, crew):
            user = twilio_users.add_user(service_sid=twilio_users.service_sid)
            assert user.identity not in [found.identity for found in (boss, *crew)]
            assert user in twilio_users.users(twilio_users.service_sid)
        """
    run("record", source, with_default_service).assert_outcomes(passed=2)
    run("replay", "", with_default_service).assert_outcomes(passed=2)
    run("replay", "", "-k", "late", with_default_service).assert_outcomes(passed=1, deselected=1)


def test_two_workers_may_set_up_the_same_fixture(run, service):
    """Each has a user of its own; both wait until both are there."""
    before = service.users()
    run(
        "record",
        """
        import time
        from pathlib import Path

        import pytest

        @pytest.fixture(scope="session")
        def boss(twilio_users, worker_id):
            service = twilio_users.service_sid
            names = (None, twilio_users.identity("boss"))
            users = [twilio_users.add_user(name, service_sid=service) for name in names]
            Path(worker_id).touch()
            return users

        def test_it(boss, twilio_users):
            for _ in range(500):
                if len(list(Path().glob("gw?"))) < 2:
                    time.sleep(0.01)
            for user in boss:
                fetch = twilio_users.client.fetch_service_user
                assert fetch(user.chat_service_sid, user.sid) == user
        """,
        *("-p", "xdist", "-n", "2", "--dist", "each"),
    ).assert_outcomes(passed=2)
    assert service.users() == before
    run("replay", "", "-p", "xdist", "-n", "2", "--dist", "each").assert_outcomes(passed=2)


def test_a_checkout_in_a_folder_of_another_name_replays(run, pytester, monkeypatch):
    """Also where the project's root is a package, which then has the folder's name."""
    fixture = """
        import pytest

        @pytest.fixture(scope="session")
        def boss(twilio_users):
            return twilio_users.add_user(service_sid=twilio_users.service_sid)
        """
    one, other = pytester.mkdir("one"), pytester.path / "other"
    pytester.makepyfile(**{"one/__init__": "", "one/conftest": fixture})
    pytester.makepyfile(**{"one/test_it": "def test_it(boss): ..."})
    monkeypatch.chdir(one)
    run("record", "", "--rootdir=.").assert_outcomes(passed=1)
    monkeypatch.chdir(pytester.path)
    one.rename(other)
    monkeypatch.chdir(other)
    run("replay", "", "--rootdir=.").assert_outcomes(passed=1)


def test_numbers_and_texts_of_a_fixture_are_told_from_a_tests(run):
    """Each has attributes of its own, and the test sees those of the fixture's user."""
    run(
        "record",
        """
        import app
        import pytest

        @pytest.fixture(scope="module")
        def wide(twilio_users):
            service = twilio_users.service_sid
            return app.sign_up(service, "wide", Attributes='{"n":  7, "m": 9}')

        def test_one(twilio_users):
            user = app.sign_up(twilio_users.service_sid, "one", Attributes='{"n":  8}')
            assert user["attributes"] == '{"n":  8}'

        def test_two(twilio_users, wide):
            service = twilio_users.service_sid
            user = app.sign_up(service, "two", Attributes='{"n":  9, "m":  8}')
            assert user["attributes"] == '{"n":  9, "m":  8}'
            found = twilio_users.client.fetch_service_user(service, wide["sid"])
            assert found.attributes == wide["attributes"] == '{"n":  7, "m": 9}'
        """,
    ).assert_outcomes(passed=2)
    run("replay").assert_outcomes(passed=2)
    run("replay", "", "test_it.py::test_two", "test_it.py::test_one").assert_outcomes(passed=2)


def test_a_mark_chooses_who_answers_a_test(run, service):
    """The stub here, the server there; neither knows of the other's users."""
    run(
        "live",
        """
        import pytest

        def on_the_server(twilio_users):
            twilio_users.add_user("ada-on-the-server", service_sid=twilio_users.service_sid)

        test_live = on_the_server

        @pytest.mark.twilio_users(mode="stub")
        def test_stub(twilio_users):
            assert twilio_users.users() == []
            twilio_users.add_user("ada-on-the-stub")
        """,
    ).assert_outcomes(passed=2)
    asked = "".join(map(str, service.log))
    assert "POST" in asked
    assert [user.identity for user in service.users()] == ["foreign"]


def test_users_of_the_default_service_are_listed(run, with_default_service):
    """Once it is named: alone, or after those of the other one."""
    source = """
        def test_it(twilio_users, twilio_user):
            assert twilio_user.chat_service_sid == twilio_users.default_service_sid
            other = twilio_users.add_user(service_sid=twilio_users.service_sid)
            assert twilio_users.users(twilio_users.default_service_sid) == [twilio_user]
            assert twilio_users.users()[-2:] == [other, twilio_user]
        """
    run("record", source, with_default_service).assert_outcomes(passed=1)
    run("replay", "", with_default_service).assert_outcomes(passed=1)


@pytest.mark.parametrize("count", [2, 4])
def test_what_is_said_again_is_answered_in_turn(run, count):
    """The answers of the recording, in its order; one more than were recorded is a miss."""
    source = """
        def test_it(twilio_users):
            service = twilio_users.service_sid
            user = twilio_users.add_user(service_sid=service)
            client = twilio_users.client
            names = []
            for number in range(COUNT):
                names.append(client.fetch_service_user(service, user.sid).friendly_name)
                client.update_service_user(service, user.sid, friendly_name=str(number))
            assert names == [None, "0", "1", "2"][:COUNT]
        """
    run("record", source.replace("COUNT", "3")).assert_outcomes(passed=1)
    result = run("replay", source.replace("COUNT", str(count)))
    result.assert_outcomes(**({"passed": 1, "errors": 1} if count < 3 else {"failed": 1}))
