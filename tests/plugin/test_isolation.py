"""What a test or a fixture did ends with it."""

import pytest

XDIST = ("-p", "xdist", "-n1")


DEEDS = {
    "users": ("twilio_users.add_user('ada')", "twilio_users.users() == []"),
    "journal": ("app.sign_up('ada')", "len(twilio_users.journal) == 0"),
    "override": (
        "twilio_users.routes['create_user'].mock(side_effect=ValueError)",
        "not twilio_users.routes['create_user'].overridden",
    ),
    "added_route": (
        "twilio_users.routes.get('https://conversations.twilio.com/v1/Roles').respond(200)",
        "len(twilio_users.routes.routes) == 10",
    ),
    "sids": (
        "kept.append(twilio_users.add_user().sid)",
        "twilio_users.add_user().sid.startswith('US00000001')",
    ),
    "clock": (
        "twilio_users.wait(3600), kept.append(twilio_users.add_user())",
        "twilio_users.add_user().date_created < kept[0].date_created",
    ),
    "checkpoint": (
        "kept.append(twilio_users.checkpoint())",
        "twilio_users.add_user() and kept[0].created == []",
    ),
}
"""What a test does, and what holds where nobody did it."""


@pytest.mark.parametrize(
    ("ending", "outcome"),
    [
        ("pass", "passed"),
        ("assert False", "failed"),
        ("pytest.skip()", "skipped"),
        ("pytest.xfail()", "xfailed"),
        ("raise SystemExit", "failed"),
    ],
    ids=["passes", "fails", "is-skipped", "xfails", "exits"],
)
def test_a_test_leaves_nothing_behind(suite, ending, outcome):
    """The next test finds the kit as new, whatever this one did and however it ended."""
    for name, (deed, as_new) in DEEDS.items():
        source = f"""
        import app
        import pytest

        kept = []

        def test_first(twilio_users):
            {deed}
            {ending}

        def test_second_{name}(twilio_users):
            kept or kept.append(twilio_users.checkpoint())
            assert {as_new}
        """
        suite.write(**{f"test_{name}": source})
    run = suite.run()
    outcomes = {"passed": len(DEEDS)}
    outcomes[outcome] = outcomes.get(outcome, 0) + len(DEEDS)
    run.outcomes(**outcomes)
    assert {run.report(f"test_second_{name}", "call").outcome for name in DEEDS} == {"passed"}


WIDE = {
    "class": [],
    "module": ["next_class"],
    "package": ["next_class", "next_module"],
    "session": ["next_class", "next_module", "next_package"],
}


@pytest.mark.parametrize(("scope", "sees_ada"), WIDE.items(), ids=WIDE)
def test_what_a_fixture_made_lasts_as_long_as_its_scope(suite, scope, sees_ada):
    """Each test of the scope finds it, though another test deleted it; later ones don't."""
    package = suite.path / "team"
    package.mkdir()
    suite.write(
        **{
            "team/__init__": "",
            "team/conftest": f"""
                import pytest

                @pytest.fixture(scope={scope!r})
                def ada(twilio_users):
                    twilio_users.add_user("ada")
                """,
            "team/test_a": f"""
                class TestTeam:
                    def test_deletes(self, ada, twilio_users):
                        twilio_users.client.delete_user("ada")
                        twilio_users.add_user("grace")

                    def test_finds(self, ada, twilio_users):
                        assert [user.identity for user in twilio_users.users()] == ["ada"]

                class TestNextClass:
                    def test_next(self, twilio_users):
                        assert bool(twilio_users.users()) is {"next_class" in sees_ada}
                """,
            "team/test_b": f"""
                def test_next(twilio_users):
                    assert bool(twilio_users.users()) is {"next_module" in sees_ada}
                """,
            "test_z": f"""
                def test_next(twilio_users):
                    assert bool(twilio_users.users()) is {"next_package" in sees_ada}
                """,
        }
    )
    suite.run().outcomes(passed=5)


@pytest.mark.parametrize("scope", WIDE)
def test_what_a_fixture_overrode_lasts_as_long_as_its_scope(suite, scope):
    """A wide fixture's override is there for each test, under the test's own."""
    suite.run(
        f"""
        import app
        import httpx
        import pytest

        @pytest.fixture(scope={scope!r})
        def busy(twilio_users):
            twilio_users.routes["create_user"].mock(return_value=httpx.Response(429))

        class TestBusy:
            def test_overrides_again(self, busy, twilio_users):
                twilio_users.routes["create_user"].mock(return_value=httpx.Response(503))
                with pytest.raises(httpx.HTTPStatusError, match="503"):
                    app.sign_up("ada")

            def test_finds_the_fixture_s(self, busy, twilio_users):
                with pytest.raises(httpx.HTTPStatusError, match="429"):
                    app.sign_up("ada")
        """
    ).outcomes(passed=2)


@pytest.mark.parametrize("scope", WIDE)
@pytest.mark.parametrize("looks", ["", "twilio_users.routes"], ids=["unseen", "seen"])
def test_each_test_meets_the_whole_of_what_a_fixture_overrode(suite, scope, looks):
    """However often tests before met it; what is used up is told in each."""
    suite.run(
        f"""
        import app
        import httpx
        import pytest

        from pytest_twilio_users import KitError

        @pytest.fixture(scope={scope!r})
        def busy(twilio_users):
            twilio_users.routes["delete_user"].refuse("too_many_requests", times=1)
            twilio_users.routes["create_user"].mock(side_effect=[httpx.Response(502)])

        class TestBusy:
            @pytest.mark.parametrize("number", [1, 2])
            def test_meets_one_refusal(self, busy, twilio_users, number):
                {looks}
                answers = [app.http.delete(app.USERS + "/ada").status_code for _ in range(2)]
                assert answers == [429, 404]

            @pytest.mark.parametrize("number", [1, 2])
            def test_meets_one_effect(self, busy, twilio_users, number):
                {looks}
                assert app.http.post(app.USERS).status_code == 502
                with pytest.raises(KitError, match="are used up"):
                    app.http.post(app.USERS)
        """
    ).outcomes(passed=4)


def test_a_test_can_take_back_what_a_fixture_overrode(suite):
    """For itself: the wide fixture's override is there again for the next test."""
    suite.run(
        """
        import app
        import httpx
        import pytest

        @pytest.fixture(scope="module")
        def busy(twilio_users):
            twilio_users.routes["create_user"].mock(return_value=httpx.Response(429))

        def test_takes_back(busy, twilio_users):
            assert twilio_users.routes["create_user"].overridden
            twilio_users.routes["create_user"].mock()
            assert app.sign_up("ada")["identity"] == "ada"

        def test_next(busy, twilio_users):
            assert app.http.post(app.USERS, data={"Identity": "ada"}).status_code == 429
        """
    ).outcomes(passed=2)


def test_a_test_finds_the_route_that_a_fixture_added(suite):
    """By its name, with what was called in the test."""
    suite.run(
        """
        import app
        import pytest

        ROLES = "https://conversations.twilio.com/v1/Roles"

        @pytest.fixture(scope="module")
        def roles(twilio_users):
            twilio_users.routes.get(ROLES, name="roles").respond(json={"roles": []})

        @pytest.mark.parametrize("time", [1, 2])
        def test_finds(roles, twilio_users, time):
            assert app.http.get(ROLES).json() == {"roles": []}
            assert twilio_users.routes["roles"].call_count == 1
        """
    ).outcomes(passed=2)


@pytest.mark.parametrize("scope", WIDE)
def test_a_fixture_is_torn_down_among_its_own(suite, scope):
    """Behind its yield a wide fixture finds its users, though the last test deleted them."""
    suite.run(
        f"""
        import app
        import pytest

        @pytest.fixture(scope={scope!r})
        def ada(twilio_users):
            app.sign_up("ada")
            yield
            app.retire("ada")
            assert twilio_users.users() == []
            assert twilio_users.journal.operations == ["create_user", "delete_user"]

        class TestTeam:
            def test_deletes(self, ada, twilio_users):
                app.retire("ada")
                app.sign_up("grace")
        """
    ).outcomes(passed=1)


def test_a_fixture_of_the_test_is_torn_down_within_the_test(suite):
    """Behind its yield a function-scoped fixture finds what the test made of its users."""
    suite.run(
        """
        import app
        import pytest

        @pytest.fixture
        def ada(twilio_users):
            app.sign_up("ada")
            yield
            assert twilio_users.users() == []
            assert twilio_users.journal.operations == ["create_user", "delete_user"]

        def test_deletes(ada):
            app.retire("ada")
        """
    ).outcomes(passed=1)


@pytest.mark.parametrize("scope", ["class", "module", "session"])
def test_a_parametrised_fixture_starts_anew_for_each_parameter(suite, scope):
    """With the next parameter the users of the last one are gone, and tests stay apart."""
    suite.run(
        f"""
        import pytest

        @pytest.fixture(scope={scope!r}, params=["ada", "grace"])
        def leader(request, twilio_users):
            twilio_users.add_user(request.param)
            yield request.param
            assert [user.identity for user in twilio_users.users()] == [request.param]

        class TestTeam:
            def test_first(self, leader, twilio_users):
                assert [user.identity for user in twilio_users.users()] == [leader]
                twilio_users.add_user("joan")

            def test_second(self, leader, twilio_users):
                assert [user.identity for user in twilio_users.users()] == [leader]
                twilio_users.add_user("joan")

        class TestAfter:
            def test_last(self, twilio_users):
                assert "joan" not in [user.identity for user in twilio_users.users()]
        """
    ).outcomes(passed=5)


LATE = """
    import app
    import httpx
    import pytest

    @pytest.fixture(scope="module")
    def late(twilio_users):
        {deed}

    def test_asks_late(request, twilio_users):
        {before}
        request.getfixturevalue("late")

    def test_next(late, twilio_users):
        assert {there}
"""


@pytest.mark.parametrize(
    ("before", "deed", "there"),
    [
        pytest.param(
            "twilio_users.add_user('grace')",
            "twilio_users.add_user('ada')",
            "[user.identity for user in twilio_users.users()] == ['ada']",
            id="users",
        ),
        pytest.param(
            "twilio_users.routes['fetch_user'].mock(return_value=httpx.Response(503))",
            "twilio_users.routes['create_user'].mock(return_value=httpx.Response(429))",
            "[app.http.post(app.USERS).status_code, app.http.get(app.USERS + '/ada').status_code]"
            " == [429, 404]",
            id="overrides",
        ),
    ],
)
def test_a_fixture_that_is_set_up_late_acts_for_itself(suite, before, deed, there):
    """What a wide fixture did in the middle of a test stays; what the test did does not."""
    suite.run(LATE.format(before=before, deed=deed, there=there)).outcomes(passed=2)


@pytest.mark.parametrize("deed", ["app.rename('grace', 'G.')", "app.retire('grace')"])
def test_a_user_ends_with_the_test_that_made_it(suite, deed):
    """It does not come back with a wide fixture that changed it and lives longer."""
    source = LATE.format(before="app.sign_up('grace')", deed=deed, there="not twilio_users.users()")
    suite.write(test_after="def test_after(twilio_users):\n    assert not twilio_users.users()")
    suite.run(source, "test_it.py", "test_after.py").outcomes(passed=3)


@pytest.mark.parametrize("deed", ["app.rename('ada', 'Countess')", "app.retire('ada')"])
def test_a_fixture_s_user_is_as_before_when_another_was_set_up_late(suite, deed):
    """What a test did to a wide fixture's user is undone, whoever acted last."""
    suite.run(
        f"""
        import app
        import pytest

        @pytest.fixture(scope="module")
        def ada(twilio_users):
            return twilio_users.add_user("ada")

        @pytest.fixture(scope="class")
        def late(twilio_users):
            twilio_users.add_user("grace")

        class TestTeam:
            def test_asks_late(self, request, ada):
                {deed}
                request.getfixturevalue("late")

        def test_next(ada, twilio_users):
            assert twilio_users.users() == [ada]
        """
    ).outcomes(passed=2)


def test_a_fixture_that_is_set_up_again_is_as_new(suite):
    """Its users have the SIDs of the first time, and what tests did to those is forgotten."""
    suite.run(
        """
        import app
        import pytest

        @pytest.fixture(scope="class")
        def late(twilio_users):
            app.rename("ada", "Countess")

        @pytest.fixture(scope="class")
        def grace(twilio_users):
            return twilio_users.add_user("grace")

        class Team:
            def test_deletes(self, grace, twilio_users):
                app.retire("grace")

            def test_finds(self, grace, twilio_users):
                assert twilio_users.users() == [grace]

            def test_asks_late(self, request, grace, twilio_users):
                app.sign_up("ada")
                app.rename("grace", "Admiral")
                request.getfixturevalue("late")

        class TestOne(Team):
            pass

        class TestTwo(Team):
            pass
        """
    ).outcomes(passed=6)


def test_the_journal_is_that_of_the_test(suite):
    """It shows what the test and its fixtures sent; wide fixtures have journals of their own."""
    suite.run(
        """
        import app
        import pytest

        @pytest.fixture(scope="module")
        def ada(twilio_users):
            app.sign_up("ada")
            assert twilio_users.journal.operations == ["create_user"]

        @pytest.fixture
        def renamed(ada, twilio_users):
            app.rename("ada", "Countess")

        def test_journal(renamed, twilio_users):
            app.look_up("ada")
            assert twilio_users.journal.operations == ["update_user", "fetch_user"]
            assert not twilio_users.routes["create_user"].called
        """
    ).outcomes(passed=1)


def test_unittest_classes_are_isolated(suite):
    """Users of setUpClass last for the class, those of setUp and tests for the test."""
    suite.run(
        """
        import unittest

        import app
        import pytest

        @pytest.mark.usefixtures("twilio_users")
        class TestTeam(unittest.TestCase):
            @classmethod
            def setUpClass(cls):
                app.sign_up("ada")

            @classmethod
            def tearDownClass(cls):
                app.look_up("ada")

            def setUp(self):
                app.sign_up("grace")

            def tearDown(self):
                app.retire("grace")

            def test_first(self):
                app.retire("ada")
                app.sign_up("joan")

            def test_second(self):
                app.look_up("ada")
                app.sign_up("joan")

        def test_after(twilio_users):
            assert twilio_users.users() == []
        """
    ).outcomes(passed=3)


def test_xunit_style_functions_are_isolated(suite):
    """Users of setup_module last for the module, those of setup_class for the class."""
    suite.run(
        """
        import app
        import pytest

        pytestmark = pytest.mark.usefixtures("twilio_users")

        def setup_module():
            app.sign_up("ada")

        def teardown_module():
            app.retire("ada")

        def setup_function():
            app.sign_up("grace")

        class TestTeam:
            @classmethod
            def setup_class(cls):
                app.sign_up("joan")

            @classmethod
            def teardown_class(cls):
                app.retire("joan")

            def setup_method(self):
                app.sign_up("radia")

            def test_class(self, twilio_users):
                found = [user.identity for user in twilio_users.users()]
                assert found == ["ada", "joan", "radia"]
                app.retire("ada")

        def test_function(twilio_users):
            assert [user.identity for user in twilio_users.users()] == ["ada", "grace"]
            app.retire("ada")
        """
    ).outcomes(passed=2)


@pytest.mark.parametrize("scope", ["function", "class", "module"])
def test_a_fixture_that_fails_leaves_nothing_behind(suite, scope):
    """What it made before it failed ends with its scope."""
    suite.write(
        test_a=f"""
        import pytest

        @pytest.fixture(scope={scope!r})
        def broken(twilio_users):
            twilio_users.add_user("ada")
            raise LookupError

        class TestBroken:
            def test_setup_fails(self, broken):
                pass
        """,
        test_b="def test_after(twilio_users):\n    assert twilio_users.users() == []",
    )
    suite.run().outcomes(passed=1, errors=1)


def test_a_fixture_that_fails_behind_its_yield_leaves_nothing_behind(suite):
    """What it did until then is undone all the same."""
    suite.run(
        """
        import app
        import pytest

        @pytest.fixture(scope="class")
        def broken(twilio_users):
            app.sign_up("ada")
            yield
            app.sign_up("grace")
            raise LookupError

        class TestBroken:
            def test_teardown_fails(self, broken):
                app.retire("ada")

        def test_after(twilio_users):
            assert twilio_users.users() == []
        """
    ).outcomes(passed=2, errors=1)


def test_a_test_that_runs_again_starts_anew(suite):
    """The second protocol of one test, as of a rerun, finds what the first one found."""
    suite.write(
        conftest="""
        from _pytest.runner import runtestprotocol

        def pytest_runtest_protocol(item, nextitem):
            for _ in range(2):
                item._initrequest()
                for report in runtestprotocol(item, nextitem=nextitem, log=False):
                    item.ihook.pytest_runtest_logreport(report=report)
            return True
        """
    )
    suite.run(
        """
        import pytest

        seen = []

        @pytest.fixture(scope="module")
        def ada(twilio_users):
            return twilio_users.add_user("ada")

        def test_again(ada, twilio_users):
            assert twilio_users.users() == [ada]
            seen.append((ada.sid, twilio_users.add_user("grace").sid))
            assert len(set(seen)) == 1
        """
    ).outcomes(passed=2)


SUPPLIED = """
    import pytest

    @pytest.fixture(scope="module")
    def team(twilio_users):
        return [twilio_users.client.create_user(name) for name in ("ada", "grace")]

    @pytest.mark.parametrize("number", range(3))
    def test_other(team, twilio_users, number):
        twilio_users.client.create_user("joan")
        twilio_users.client.list_user()

    def test_watched(team, twilio_users, record_property):
        record_property("users", [user.sid for user in team])
        record_property("joan", twilio_users.client.create_user("joan").sid)
        record_property("radia", twilio_users.client.create_user("radia").sid)
        page = twilio_users.client.list_user(page_size=3)
        record_property("next", page.meta.next_page_url)
        record_property("request", twilio_users.journal.last.response.header("twilio-request-id"))
"""


@pytest.mark.parametrize(
    "company",
    [
        pytest.param([], id="after-others"),
        pytest.param(["test_it.py::test_watched", "test_it.py::test_other"], id="before-others"),
        pytest.param(XDIST, id="on-a-worker"),
    ],
)
def test_each_run_supplies_the_same(suite, company):
    """SIDs, request ids and page tokens of a test are the same alone and among others."""
    alone = suite.run(SUPPLIED, "-k", "test_watched").report("test_watched", "call")
    among = suite.run(SUPPLIED, *company).report("test_watched", "call")
    assert among.user_properties == alone.user_properties


def test_fixtures_of_one_name_supply_different_sids(suite):
    """A fixture that overrides another of its name, and asks for it, makes users of its own."""
    suite.write(
        teams="""
        import pytest

        @pytest.fixture(scope="session")
        def team(twilio_users):
            return [twilio_users.add_user("ada")]
        """,
        conftest="""
        import pytest

        pytest_plugins = ["teams"]

        @pytest.fixture(scope="session")
        def team(team, twilio_users):
            return [*team, twilio_users.add_user("grace")]
        """,
    )
    suite.run(
        """
        def test_team(team, twilio_users):
            assert twilio_users.users() == team
            assert len({user.sid for user in team}) == 2
        """
    ).outcomes(passed=1)


def test_settings_of_a_test_end_with_it(suite):
    """What a marker changed is as the run has it in the next test."""
    suite.run(
        """
        import pytest

        @pytest.mark.twilio_users(max_page_size=7, service_sid="IS" + 32 * "5")
        def test_marked(twilio_users):
            assert twilio_users.settings.max_page_size == 7
            assert twilio_users.service_sid == "IS" + 32 * "5"

        def test_next(twilio_users):
            assert twilio_users.settings.max_page_size == 1000
            assert twilio_users.service_sid != "IS" + 32 * "5"
        """
    ).outcomes(passed=2)


@pytest.mark.parametrize("marked", ["test_first", "test_last"])
def test_a_wide_fixture_acts_under_settings_of_its_own(suite, marked):
    """The marker of the test that happens to set it up, or to run last, does not reach it."""
    suite.run(
        f"""
        import app
        import pytest

        @pytest.fixture(scope="module")
        def ada(twilio_users):
            app.sign_up("ada")
            yield
            app.retire("ada")

        def mark(test):
            mark = pytest.mark.twilio_users(credentials="test")
            return mark(test) if test.__name__ == {marked!r} else test

        @mark
        def test_first(ada):
            pass

        @mark
        def test_last(ada):
            pass
        """
    ).outcomes(passed=2)


def test_the_marker_of_a_class_reaches_the_fixtures_of_the_class(suite):
    """A class-scoped fixture acts under the markers of its class."""
    suite.run(
        """
        import pytest

        @pytest.fixture(scope="class")
        def limit(twilio_users):
            return twilio_users.settings.max_page_size

        @pytest.mark.twilio_users(max_page_size=7)
        class TestMarked:
            def test_limit(self, limit):
                assert limit == 7

        class TestPlain:
            def test_limit(self, limit):
                assert limit == 1000
        """
    ).outcomes(passed=2)


@pytest.mark.parametrize(
    ("asks", "item"),
    [
        pytest.param(
            """
            @pytest.fixture
            def kit(request):
                return request.getfixturevalue("twilio_users")
            """,
            "kit",
            id="a-fixture",
        ),
        pytest.param(
            """
            @pytest.fixture(scope="module")
            def kit(request):
                return request.getfixturevalue("twilio_users")
            """,
            "kit",
            id="a-wide-fixture",
        ),
        pytest.param("", "request", id="the-test"),
    ],
)
def test_who_asks_for_the_kit_late_finds_it_as_new(suite, asks, item):
    """A fixture or test that asks by getfixturevalue has the run's settings and no past."""
    suite.run(
        f"""
        import app
        import pytest

        {asks.replace("            ", "        ").strip()}

        def handle(asked):
            return getattr(asked, "getfixturevalue", lambda name: asked)("twilio_users")

        @pytest.mark.twilio_users(max_page_size=7)
        def test_first({item}):
            assert handle({item}).settings.max_page_size == 7
            app.sign_up("ada")

        @pytest.mark.parametrize("number", range(2))
        def test_next({item}, number):
            twilio_users = handle({item})
            assert twilio_users.settings.max_page_size == 1000
            assert twilio_users.users() == []
            app.sign_up("ada")
            assert twilio_users.journal.operations == ["create_user"]
        """
    ).outcomes(passed=3)


def test_doctests_are_isolated(suite):
    """Each doctest that asks for the kit finds it as new."""
    doctest = """
    >>> import app
    >>> twilio_users = getfixture("twilio_users")
    >>> len(twilio_users.users())
    0
    >>> app.sign_up("ada")["identity"]
    'ada'
    """
    for name in ("first", "second"):
        (suite.path / f"test_{name}.txt").write_text(doctest)
    suite.run("", "--doctest-glob=*.txt", "-o", "pythonpath=.").outcomes(passed=2)


@pytest.mark.parametrize("option", ["--setup-show", "--setup-only", "--setup-plan"])
def test_setups_can_be_shown(suite, option):
    """Options of pytest that show or skip fixtures work with the kit's."""
    run = suite.run(
        """
        import pytest

        @pytest.fixture(scope="module")
        def ada(twilio_users):
            return twilio_users and twilio_users.add_user("ada")

        def test_first(ada, twilio_user, twilio_users):
            assert len(twilio_users.users()) == 2
        """,
        option,
    )
    run.outcomes(**({"passed": 1} if option == "--setup-show" else {}))
    assert run.result.ret == 0


def test_a_run_within_a_test_has_a_kit_of_its_own(suite):
    """Runs of pytester by the author of a plugin share nothing with the test around them."""
    suite.run(
        """
        import app

        def test_outer(pytester, twilio_users):
            app.sign_up("ada")
            pytester.makepyfile(
                '''
                import httpx

                def test_inner(twilio_users):
                    httpx.get("https://conversations.twilio.com/v1/Users", auth=("a", "b"))
                    assert twilio_users.users() == []
                    assert len(twilio_users.journal) == 1
                '''
            )
            pytester.runpytest_inprocess("-p", "twilio_users").assert_outcomes(passed=1)
            assert app.look_up("ada")["identity"] == "ada"
            assert twilio_users.journal.operations == ["create_user", "fetch_user"]
        """,
        "-p",
        "pytester",
    ).outcomes(passed=1)
