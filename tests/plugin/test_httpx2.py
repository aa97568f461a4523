"""Applications on httpx2: beside httpx, with overrides for httpx, imported late or not at all.

What holds for both libraries is in test_catching.py.
"""

import pytest

httpx2 = pytest.importorskip("httpx2")
pytest.importorskip("httpcore2")  # once: a run in process unloads what it was the first to load

APPLICATION = '''
"""Application code: it knows Twilio and httpx2, and nothing of the kit."""

import httpx2

USERS = "https://conversations.twilio.com/v1/Users"
LOGIN = ("AC" + 32 * "a", "a secret of the application")

http = httpx2.Client(auth=LOGIN, verify=False)  # verify=False: no certificates to load


def sign_up(identity):
    return http.post(USERS, data={"Identity": identity}).raise_for_status().json()
'''
NETWORK = (
    (httpx2.HTTPTransport, "handle_request"),
    (httpx2.AsyncHTTPTransport, "handle_async_request"),
)


@pytest.fixture
def suite(suite, monkeypatch):
    """The same, with an application on httpx2."""
    # What a run leaves patched fails its own test, and no other.
    for owner, name in NETWORK:
        monkeypatch.setattr(owner, name, getattr(owner, name))
    suite.write(app2=APPLICATION)
    return suite


@pytest.fixture
def run_apart(suite, pytester):
    """Runs an author's tests in an interpreter of their own, which has imported nothing yet."""

    def run_apart(source, *, conftest=""):
        suite.write(test_it=source, conftest=conftest)
        plugin = ("-p", "pytest_twilio_users.plugin", "-p", "no:cacheprovider", "-W", "error")
        return pytester.runpytest_subprocess(*plugin)

    return run_apart


def test_both_libraries_at_once_have_the_same_users(suite):
    """Parts of an application may be on httpx, others on httpx2."""
    suite.run(
        """
        import app
        import app2

        def test_both(twilio_users):
            app.sign_up("ada")
            app2.sign_up("mary")
            listed = app2.http.get(app2.USERS).json()["users"]
            assert [user["identity"] for user in listed] == ["ada", "mary"]
            assert listed == app.http.get(app.USERS).json()["users"]
            assert twilio_users.journal.operations == ["create_user"] * 2 + ["list_user"] * 2
        """
    ).outcomes(passed=1)


def test_overrides_are_written_for_httpx(suite):
    """The application meets httpx2's errors and responses."""
    suite.run(
        """
        import app2
        import httpx
        import httpx2
        import pytest

        def test_an_error(twilio_users):
            twilio_users.routes["create_user"].mock(side_effect=httpx.ConnectError("no"))
            with pytest.raises(httpx2.ConnectError, match="^no$") as raised:
                app2.sign_up("ada")
            assert str(raised.value.request.url) == app2.USERS
            assert twilio_users.journal.last.error == "ConnectError"

        def test_a_response(twilio_users):
            twilio_users.routes["create_user"].mock(return_value=httpx.Response(502))
            with pytest.raises(httpx2.HTTPStatusError, match="502 Bad Gateway"):
                app2.sign_up("ada")

        def test_a_refusal(twilio_users):
            twilio_users.routes["create_user"].refuse("too_many_requests", times=1)
            with pytest.raises(httpx2.HTTPStatusError, match="429 Too Many Requests"):
                app2.sign_up("ada")
            assert app2.sign_up("ada")["identity"] == "ada"
            assert twilio_users.routes["create_user"].call_count == 2
        """
    ).outcomes(passed=3)


def test_mocks_of_httpx_are_left_alone(suite):
    """Those of respx have their hosts, whichever library asks Twilio."""
    suite.run(
        """
        import app2
        import httpx
        import respx

        def test_both(twilio_users):
            with respx.mock() as router:
                router.get("https://api.example.com/").respond(204)
                assert httpx.get("https://api.example.com/").status_code == 204
                assert app2.sign_up("ada")["identity"] == "ada"
        """
    ).outcomes(passed=1)


def test_a_library_that_a_test_imports_is_caught(run_apart):
    """From its import on; afterwards it is as it was."""
    run_apart(
        """
        import sys

        finders = [*sys.meta_path]

        def test_caught(twilio_users):
            assert "httpx2" not in sys.modules
            import app2

            assert app2.sign_up("ada")["identity"] == "ada"

        def test_left_alone():
            import httpx2

            for kind in (httpx2.HTTPTransport, httpx2.AsyncHTTPTransport):
                assert not [f for f in vars(kind).values() if hasattr(f, "__wrapped__")]
            assert sys.meta_path == finders
        """,
    ).assert_outcomes(passed=2)


def test_without_httpx2_everything_else_works(run_apart):
    """Nothing asks for it, installed or not."""
    missing = """
        import sys

        class Missing:
            def find_spec(self, name, *_):
                assert name != "httpx2"

        sys.meta_path.insert(0, Missing())
        """
    run_apart(
        """
        import sys
        import httpx

        def test_httpx(twilio_users):
            twilio_users.client.create_user("ada")
            users = "https://conversations.twilio.com/v1/Users"
            login = (twilio_users.account_sid, "token")
            assert len(httpx.get(users, auth=login).json()["users"]) == 1
            assert "httpx2" not in sys.modules
        """,
        conftest=missing,
    ).assert_outcomes(passed=1)


def test_httpx2_may_stand_in_for_httpx(run_apart):
    """After `httpx2.alias_httpx()` all of the process is on httpx2, the kit included."""
    if not hasattr(httpx2, "alias_httpx"):
        pytest.skip("this httpx2 has no alias_httpx()")
    run_apart(
        """
        import app2
        import httpx
        import httpx2
        import pytest

        network = httpx2.HTTPTransport.handle_request

        def test_caught(twilio_users):
            assert app2.sign_up("ada")["identity"] == "ada"
            assert httpx.get(app2.USERS, auth=app2.LOGIN).json()["users"]
            twilio_users.routes["list_user"].mock(side_effect=httpx.ConnectError)
            with pytest.raises(httpx2.ConnectError):
                httpx.get(app2.USERS)

        def test_left_alone():
            assert httpx2.HTTPTransport.handle_request is network
        """,
        conftest="import httpx2\nhttpx2.alias_httpx()\n",
    ).assert_outcomes(passed=2)
