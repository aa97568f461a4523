"""What a failing test shows: its last exchanges, and no line of the kit's own code."""

import pytest

FAILING = """
    import app
    import httpx
    import pytest

    def deeds(twilio_users):
        app.sign_up("ada")
        with pytest.raises(httpx.HTTPStatusError):
            app.sign_up("ada")
        app.rename("ada", "Countess")

    @pytest.fixture(scope={scope!r})
    def fixture(twilio_users):
        {setup}
        yield
        {teardown}

    class TestTeam:
        def test_fails(self, fixture, twilio_users):
            {call}
    """
DEEDS = """\
1. create_user: POST /v1/Users (Identity='ada', FriendlyName='Ada') -> 201
2. create_user: POST /v1/Users (Identity='ada', FriendlyName='Ada') -> 409 50201 User already exists
3. update_user: POST /v1/Users/ada (FriendlyName='Countess') -> 200"""


@pytest.mark.parametrize("when", ["setup", "call", "teardown"])
@pytest.mark.parametrize("scope", ["function", "class"])
def test_a_failing_test_shows_its_exchanges(suite, scope, when):
    """One line each, as a section of the report, whatever phase failed."""
    phases = dict.fromkeys(("setup", "call", "teardown"), "pass")
    phases[when] = "deeds(twilio_users); raise LookupError"
    run = suite.run(FAILING.format(scope=scope, **phases))
    assert run.exchanges("test_fails", when) == DEEDS


def test_a_failing_test_shows_its_exchanges_under_xdist(suite):
    """The section comes back from the worker."""
    phases = {"setup": "pass", "call": "deeds(twilio_users); assert False", "teardown": "pass"}
    run = suite.run(FAILING.format(scope="function", **phases), "-p", "xdist", "-n1")
    assert run.exchanges("test_fails") == DEEDS


def test_what_no_terminal_shows_is_escaped(suite):
    """Even what no worker of xdist could send: half of a surrogate pair in an answer."""
    run = suite.run(
        r"""
        import app
        import httpx

        BODY = rb'{"code": 1, "message": "half \ud800\u001b[2J"}'

        def test_fails(twilio_users):
            twilio_users.routes["list_user"].mock(return_value=httpx.Response(400, content=BODY))
            app.http.get(app.USERS)
            assert False
        """,
        *("-p", "xdist", "-n1"),
    )
    assert run.exchanges("test_fails") == (
        r"1. list_user: GET /v1/Users -> 400 1 half \ud800\x1b[2J"
    )


def test_the_section_is_printed(suite):
    """It stands below the failure, under its title."""
    phases = {"setup": "pass", "call": "app.sign_up('ada'); assert False", "teardown": "pass"}
    lines = suite.run(FAILING.format(scope="function", **phases)).lines
    [title] = [n for n, line in enumerate(lines) if " Twilio Users: last exchanges " in line]
    assert lines[title + 1] == f"{DEEDS.splitlines()[0]}, sent from app.py:13"


def test_exchanges_of_the_fixtures_come_first(suite):
    """A test that fails shows what its function-scoped fixtures sent, too."""
    phases = {
        "setup": "app.sign_up('ada')",
        "call": "app.rename('ada', 'Countess'); assert False",
        "teardown": "pass",
    }
    run = suite.run(FAILING.format(scope="function", **phases))
    assert run.exchanges("test_fails") == (
        "1. create_user: POST /v1/Users (Identity='ada', FriendlyName='Ada') -> 201\n"
        "2. update_user: POST /v1/Users/ada (FriendlyName='Countess') -> 200"
    )


def test_of_many_exchanges_the_last_ten_are_shown(suite):
    """And how many came before them."""
    phases = {"setup": "pass", "call": "", "teardown": "pass"}
    phases["call"] = "[app.http.get(app.USERS) for _ in range(12)]; assert False"
    run = suite.run(FAILING.format(scope="function", **phases))
    assert run.exchanges("test_fails").splitlines() == [
        "(2 earlier exchanges not shown)",
        *(f"{number}. list_user: GET /v1/Users -> 200" for number in range(3, 13)),
    ]


@pytest.mark.parametrize(
    "ending", ["", "pytest.skip()", "pytest.xfail()"], ids=["passes", "is-skipped", "xfails"]
)
def test_only_failures_show_exchanges(suite, ending):
    """A test that did not fail has no such section."""
    phases = {"setup": "pass", "call": f"deeds(twilio_users); {ending}", "teardown": "pass"}
    run = suite.run(FAILING.format(scope="function", **phases), "-rA")
    assert run.exchanges("test_fails") is None


def test_a_failure_without_exchanges_has_no_section(suite):
    """Neither where the test sent nothing, nor where it does not know the kit."""
    run = suite.run(
        """
        import app

        def test_sent(twilio_users):
            app.sign_up("ada")

        def test_sends_nothing(twilio_users):
            assert False

        def test_knows_nothing():
            assert False
        """
    )
    assert run.exchanges("test_sends_nothing") is None
    assert run.exchanges("test_knows_nothing") is None


def test_an_unexpected_pass_shows_its_exchanges(suite):
    """A strict xfail that passes is a failure like any other."""
    run = suite.run(
        """
        import app
        import pytest

        @pytest.mark.xfail(strict=True)
        def test_passes(twilio_users):
            app.http.get(app.USERS)
        """
    )
    assert run.exchanges("test_passes") == "1. list_user: GET /v1/Users -> 200"


def test_a_failing_unittest_test_shows_its_exchanges(suite):
    """Tests of unittest are reported like any other."""
    run = suite.run(
        """
        import unittest

        import app
        import pytest

        @pytest.mark.usefixtures("twilio_users")
        class TestTeam(unittest.TestCase):
            def test_fails(self):
                app.http.get(app.USERS)
                self.fail()
        """
    )
    assert run.exchanges("test_fails") == "1. list_user: GET /v1/Users -> 200"


def test_a_mistake_is_shown_with_its_exchange(suite):
    """A failing test that sent something wrong sees what was wrong with it."""
    run = suite.run(
        """
        import app

        def test_fails(twilio_users):
            app.sign_up("ada", friendlyName="Countess")
            app.http.get(app.USERS, params={"PageSize": 200})
            assert False
        """
    )
    assert run.exchanges("test_fails") == (
        "1. create_user: POST /v1/Users"
        " (Identity='ada', FriendlyName='Ada', friendlyName='Countess') -> 201\n"
        "   error form.friendlyName: found a parameter that Twilio ignores;"
        " allowed: Identity, FriendlyName, Attributes, RoleSid. Did you mean 'FriendlyName'?\n"
        "2. list_user: GET /v1/Users (PageSize='200') -> 200\n"
        "   warning query.PageSize: found 200; documented: at most 50;"
        " Twilio may answer fewer users than asked for, so follow next_page_url"
    )


def test_an_override_that_raised_is_shown(suite):
    """Where no response came, the line says what was raised."""
    run = suite.run(
        """
        import app
        import httpx

        def test_fails(twilio_users):
            twilio_users.routes["create_user"].mock(side_effect=httpx.ConnectTimeout)
            app.sign_up("ada")
        """
    )
    assert run.exchanges("test_fails") == (
        "1. create_user: POST /v1/Users (Identity='ada', FriendlyName='Ada')"
        " -> no response (ConnectTimeout)"
    )


def test_no_secret_is_shown(suite):
    """Neither the application's credentials nor the stub's are in the section."""
    run = suite.run(
        """
        import base64

        import app
        import httpx

        def test_fails(twilio_users, record_property):
            own = twilio_users.auth_token
            app.sign_up("ada")
            twilio_users.client.fetch_user("ada")
            httpx.get(app.USERS.replace("://", "://AC1:a-secret-of-the-url@"), verify=False)
            for secret in (app.LOGIN[1], own):
                record_property("secret", secret)
                for name in (app.LOGIN[0], twilio_users.account_sid):
                    encoded = base64.b64encode(f"{name}:{secret}".encode()).decode()
                    record_property("secret", encoded)
            record_property("secret", "a-secret-of-the-url")
            assert False
        """
    )
    report = run.report("test_fails", "call")
    secrets = [secret for _, secret in report.user_properties]
    assert len(secrets) == 7
    assert len(run.exchanges("test_fails").splitlines()) == 3
    assert not [secret for secret in secrets if secret in run.exchanges("test_fails")]


def test_a_secret_that_another_exchange_bore_is_not_shown(suite, monkeypatch):
    """Nor one of the environment, though an application sent it as an identity, or it was cut."""
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "token of somebody")
    run = suite.run(
        """
        import app
        import httpx

        def test_fails(twilio_users):
            hooked = {"X-Twilio-Webhook-Enabled": "true"}
            for sent in ("token of somebody", app.LOGIN[1], 100 * "." + app.LOGIN[1]):
                httpx.post(
                    app.USERS,
                    data={"Identity": sent},
                    auth=("AC1", "another"),
                    headers=hooked,
                    verify=False,
                )
            app.look_up("ada")
        """
    )
    asked = "create_user: POST /v1/Users (Identity="
    hooked = ", X-Twilio-Webhook-Enabled='true') -> 201"
    dots = 100 * "."
    assert run.exchanges("test_fails") == (
        f"1. {asked}'***'{hooked}\n2. {asked}'***'{hooked}\n3. {asked}'{dots}***…{hooked}\n"
        "4. fetch_user: GET /v1/Users/ada -> 404 20404 The requested resource /Users/ada was not"
        " found"
    )
    hooks = dict(run.report("test_fails", "call").sections)["Twilio Users: last webhooks"]
    assert hooks == (f"onUserAdded of '***'\nonUserAdded of '***'\nonUserAdded of '{dots}***…")


UNANSWERED = """
    import app

    def look_up(path):
        return app.http.get("https://conversations.twilio.com" + path)

    def test_fails(twilio_users):
        look_up("/v1/Users/ada/lovelace")
    """
NO_OPERATION = """\
No operation answers GET /v1/Users/ada/lovelace.
If 'ada/lovelace' is an identity, encode it as one segment: ada%2Flovelace \
(urllib.parse.quote(identity, safe='')).
Known paths: /v1/Services/{ChatServiceSid}/Users, /v1/Users, \
/v1/Services/{ChatServiceSid}/Users/{Sid}, /v1/Users/{Sid}.
For another resource of Twilio's Conversations, add a route of your own: \
twilio_users.routes.get("https://conversations.twilio.com/v1/Users/ada/lovelace")\
.respond(json={...})."""


def test_an_unanswered_request_explains_itself(suite):
    """It fails where it was sent, with what is answered and what to change."""
    run = suite.run(UNANSWERED)
    run.outcomes(failed=1)
    error = run.report("test_fails", "call").longrepr.reprcrash.message
    first, _, rest = NO_OPERATION.partition(".\n")
    assert error == (
        f"pytest_twilio_users.errors.UnansweredRequest: {first}, sent from test_it.py:4.\n{rest}"
    )


SENT_FROM = """
    import app

    def look_up(identity):
        return app.http.get(app.USERS + "/" + identity)

    def test_fails(twilio_users):
        app.sign_up("ada", Colour="red")
        look_up("ada")
        twilio_users.client.delete_user("ada")
        {ending}
    """


def test_each_exchange_names_the_line_that_sent_it(suite):
    """The application's, if it is none of a library or of the kit."""
    run = suite.run(SENT_FROM.format(ending="assert False"))
    sections = dict(run.report("test_fails", "call").sections)
    assert sections["Twilio Users: last exchanges"] == (
        "1. create_user: POST /v1/Users (Identity='ada', FriendlyName='Ada', Colour='red') ->"
        " 201, sent from app.py:13\n"
        "   error form.Colour: found a parameter that Twilio ignores; allowed: Identity,"
        " FriendlyName, Attributes, RoleSid.\n"
        "2. fetch_user: GET /v1/Users/ada -> 200, sent from test_it.py:4\n"
        "3. delete_user: DELETE /v1/Users/ada -> 204, sent from test_it.py:9\n"
        "To see why each got its answer: print(twilio_users.journal.explain())"
    )


def test_a_mistake_names_the_line_that_made_it(suite):
    """In a large application this is the first question."""
    run = suite.run(SENT_FROM.format(ending=""))
    assert run.report("test_fails", "call").longreprtext == (
        "Twilio would ignore or misread what your code sent:\n"
        "  create_user: POST /v1/Users (Identity='ada', FriendlyName='Ada', Colour='red') ->"
        " 201, sent from app.py:13\n"
        "    form.Colour: found a parameter that Twilio ignores; allowed: Identity,"
        " FriendlyName, Attributes, RoleSid.\n"
        "To let the test pass anyway: @pytest.mark.twilio_users(strict=False), or"
        " --twilio-users-strict=no"
    )


SENDING = {
    "caught": "look_up('/v1/Users/ada/lovelace')",
    "caught-async": "asyncio.run(look_up_async('/v1/Users/ada/lovelace'))",
    "overridden-sync": "refuse(twilio_users), look_up('/v1/Users')",
    "overridden-async": "refuse(twilio_users), asyncio.run(look_up_async('/v1/Users'))",
    "own-client": "twilio_users.client.fetch_user('ada')",
    "own-async-client": "asyncio.run(twilio_users.async_client.fetch_user('ada'))",
    "own-client-pages": "list(twilio_users.client.iter_users(page_size=0))",
    "wrong-argument": "twilio_users.client.fetch_service_user('US1', 'ada')",
    "wrong-user": "twilio_users.add_user('')",
    "no-exchange": "twilio_users.journal.last",
    "no-operation": "twilio_users.routes['create_usr']",
}


@pytest.mark.parametrize("style", ["short", "long"])
def test_a_traceback_shows_no_line_of_the_kit(suite, style):
    """From the author's line it goes straight to the error."""
    tests = {f"test_{name.replace('-', '_')}": sending for name, sending in SENDING.items()}
    run = suite.run(
        """
        import asyncio

        import app
        import httpx

        def look_up(path):
            return app.http.get("https://conversations.twilio.com" + path)

        async def look_up_async(path):
            async with httpx.AsyncClient(auth=app.LOGIN, verify=False) as http:
                return await http.get("https://conversations.twilio.com" + path)

        def refuse(twilio_users):
            twilio_users.routes["list_user"].mock(side_effect=httpx.ConnectTimeout)
        """
        + "".join(
            f"\n        def {test}(twilio_users):\n            {sending}"
            for test, sending in tests.items()
        ),
        f"--tb={style}",
    )
    for test in tests:
        entries = [
            entry.reprfileloc.path
            for traceback, _, _ in run.report(test, "call").longrepr.chain
            for entry in traceback.reprentries
            if entry.reprfileloc is not None
        ]
        assert entries[0].endswith("test_it.py"), test
        assert not [path for path in entries if "pytest_twilio_users" in path], test


@pytest.mark.parametrize("scope", ["function", "module"])
@pytest.mark.parametrize("when", ["setup", "teardown"])
def test_an_error_of_a_fixture_shows_no_line_of_the_kit(suite, when, scope):
    """Not even where pytest shows all the way to it, and the test does not use the kit."""
    suite.write(
        conftest=f"""
        import pytest

        @pytest.fixture(scope={scope!r})
        def broken():
            if {when!r} == "setup":
                raise LookupError
            yield
            raise LookupError
        """
    )
    run = suite.run("def test_fails(broken):\n    pass")
    assert "LookupError" in run.failure("test_fails", when)
    assert "plugin.py" not in run.failure("test_fails", when)
