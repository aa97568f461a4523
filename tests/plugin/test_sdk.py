"""Applications on Twilio's own SDK, and the fixtures that give one."""

import subprocess
import sys
from textwrap import dedent

import pytest
from twilio.http.http_client import TwilioHttpClient
from versions import since

from pytest_twilio_users.transports import sdk_note

NEEDS_ASYNC = since("twilio", "8.0")
LOOP = ("-p", "pytest_asyncio.plugin", "-o", "asyncio_default_fixture_loop_scope=function")
APPLICATION = '''
"""Application code: it knows Twilio's SDK, and nothing of the kit."""

from twilio.rest import Client

LOGIN = ("AC" + 32 * "a", "a secret of the application")


def sign_up(email):
    return Client(*LOGIN).conversations.v1.users.create(identity=email)


def look_up(identity):
    return Client(*LOGIN).conversations.v1.users(identity).fetch()


async def sign_up_async(email):
    from twilio.http.async_http_client import AsyncTwilioHttpClient

    async with AsyncTwilioHttpClient() as http:
        twilio = Client(*LOGIN, http_client=http)
        return await twilio.conversations.v1.users.create_async(identity=email)
'''


@pytest.fixture
def sdk_suite(suite):
    """An author's tests of an application on the SDK."""
    suite.write(app=APPLICATION)
    return suite


@pytest.mark.parametrize(
    "sign_up",
    [
        pytest.param("app.sign_up('ada')", id="sync"),
        pytest.param("asyncio.run(app.sign_up_async('ada'))", id="async", marks=NEEDS_ASYNC),
    ],
)
def test_the_applications_own_client_is_caught(sdk_suite, sign_up):
    """Without a word of the kit in the application."""
    sdk_suite.run(
        f"""
        import asyncio

        import app
        import pytest

        def test_caught(twilio_users):
            {sign_up}
            assert [user.identity for user in twilio_users.users()] == ["ada"]
            assert twilio_users.journal.operations == ["create_user"]
        """
    ).result.assert_outcomes(passed=1)


def test_a_client_made_before_is_caught(sdk_suite):
    """Such as one that a module makes when it is imported, or a wide fixture."""
    sdk_suite.run(
        """
        import app
        import pytest
        from twilio.rest import Client

        twilio = Client(*app.LOGIN)

        @pytest.fixture(scope="module")
        def ada(twilio_users):
            return twilio.conversations.v1.users.create(identity="ada")

        def test_wide(twilio_users, ada):
            assert twilio.conversations.v1.users("ada").fetch().sid == ada.sid
        """
    ).outcomes(passed=1)


def test_a_stand_in_of_before_is_not_in_the_way(sdk_suite):
    """The class that a wide fixture replaced while the kit was first used is back later."""
    sdk_suite.run(
        """
        import app
        import pytest
        from twilio.http import http_client

        @pytest.fixture(scope="class")
        def replaced():
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(http_client, "TwilioHttpClient", type("Fake", (), {"request": None}))
                yield

        class TestReplaced:
            def test_it(self, replaced, twilio_users):
                twilio_users.add_user("ada")

        def test_after(twilio_users):
            assert twilio_users.sdk.conversations.v1.users.list() == []
        """
    ).outcomes(passed=2)


LATE = {
    "caught": """
        def test_it(twilio_users):
            assert not {"twilio", "requests", "aiohttp"} & sys.modules.keys()
            import app
            app.sign_up("ada")
            assert len(twilio_users.users()) == 1
    """,
    "async-caught": """
        def test_it(twilio_users):
            import app
            asyncio.run(app.sign_up_async("ada"))
            assert len(twilio_users.users()) == 1
    """,
    "sync": """
        def test_it(twilio_users, twilio_users_sdk):
            assert twilio_users_sdk.conversations.v1.users.list() == []
    """,
    "async": """
        def test_it(twilio_users, twilio_users_async_sdk):
            users = twilio_users_async_sdk.conversations.v1.users
            assert asyncio.run(users.list_async()) == []
    """,
}


@pytest.mark.parametrize(
    "test",
    [
        pytest.param(test, id=name, marks=NEEDS_ASYNC if name.startswith("async") else ())
        for name, test in LATE.items()
    ],
)
def test_an_sdk_that_is_imported_late_is_caught(sdk_suite, test):
    """By the application or the kit's fixture; in a process where nobody else has it."""
    sdk_suite.write(test_late="import asyncio\nimport sys\n" + dedent(test))
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "twilio_users", "-p", "no:cacheprovider", "-q"],
        cwd=sdk_suite.path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "1 passed" in run.stdout, run.stdout


def test_the_sdk_is_left_as_it_was(sdk_suite):
    """Between tests, and at the end of the run."""
    before = vars(TwilioHttpClient)["request"]
    sdk_suite.run(
        """
        import app

        def test_caught(twilio_users):
            app.sign_up("ada")
        """
    ).outcomes(passed=1)
    assert vars(TwilioHttpClient)["request"] is before


TEN_OPERATIONS = """
    import inspect

    import pytest

    @pytest.fixture
    def v1(FLAVOUR):
        return FLAVOUR.conversations.v1

    @pytest.fixture(params=["default", "service"])
    def users(request, v1, twilio_users_service_sid):
        return v1.users if request.param == "default" else (
            v1.services(twilio_users_service_sid).users)

    async def ask(owner, action, suffix="", **given):
        is_async = getattr(owner._version.domain.twilio.http_client, "is_async", False)
        result = getattr(owner, action + suffix + ("_async" if is_async else ""))(**given)
        return await result if inspect.isawaitable(result) else result

    pytestmark = [
        pytest.mark.asyncio,
        pytest.mark.filterwarnings("error"),
        pytest.mark.filterwarnings("ignore:.*BasicAuth:DeprecationWarning"),  # the SDK's own
        pytest.mark.filterwarnings("ignore:The 'auth' parameter:DeprecationWarning"),
    ]

    async def test_one_user(users, twilio_users):
        ada = await ask(users, "create", identity="ada@example.com", friendly_name="Ada",
                        attributes='{"born": 1815}', x_twilio_webhook_enabled="true")
        assert ada.sid.startswith("US")
        assert (await ask(users("ada@example.com"), "fetch")).friendly_name == "Ada"
        renamed = await ask(users(ada.sid), "update", friendly_name="Lovelace")
        assert (renamed.friendly_name, renamed.attributes) == ("Lovelace", '{"born": 1815}')
        assert await ask(users(ada.sid), "delete") is True
        assert twilio_users.users() == []

    async def test_lists(users, twilio_users):
        for number in range(5):
            await ask(users, "create", identity=f"user{number}")
        assert len(await ask(users, "list")) == 5
        assert len(await ask(users, "list", limit=3)) == 3
        assert len(await ask(users, "list", limit=3, page_size=2)) == 3
        assert twilio_users.journal.operations[-2:] == [twilio_users.journal.operations[-1]] * 2
        page = await ask(users, "page", page_size=2)
        assert [user.identity for user in page] == ["user0", "user1"]
        following = await ask(page, "next_page")
        assert [user.identity for user in following] == ["user2", "user3"]
        found = await ask(users, "stream", page_size=2)
        found = [u async for u in found] if hasattr(found, "__aiter__") else [*found]
        assert [user.identity for user in found] == [f"user{number}" for number in range(5)]

    async def test_with_http_info(users):
        if not hasattr(users, "create_with_http_info"):
            pytest.skip("this version has none")
        created = await ask(users, "create", "_with_http_info", identity="ada")
        assert (created.status_code, created.data.identity) == (201, "ada")
        assert created.headers["Content-Type"] == "application/json; charset=utf-8"
        ada = users("ada")
        fetched = await ask(ada, "fetch", "_with_http_info")
        assert (fetched.status_code, fetched.data.identity) == (200, "ada")
        updated = await ask(ada, "update", "_with_http_info", friendly_name="Ada")
        assert (updated.status_code, updated.data.friendly_name) == (200, "Ada")
        listed = await ask(users, "list", "_with_http_info")
        assert (listed.status_code, len(listed.data)) == (200, 1)
        paged = await ask(users, "page", "_with_http_info", page_size=1)
        assert (paged.status_code, len([*paged.data])) == (200, 1)
        deleted = await ask(ada, "delete", "_with_http_info")
        assert (deleted.status_code, deleted.data) == (204, True)

    async def test_an_empty_update_changes_nothing(users):
        await ask(users, "create", identity="ada", friendly_name="Ada")
        assert (await ask(users("ada"), "update")).friendly_name == "Ada"
"""


@pytest.mark.parametrize(
    "flavour", ["twilio_users_sdk", pytest.param("twilio_users_async_sdk", marks=NEEDS_ASYNC)]
)
def test_the_ten_operations_work(suite, flavour):
    """Of the sync client and the async one, in each event loop anew, nothing left open."""
    run = suite.run(TEN_OPERATIONS.replace("FLAVOUR", flavour), *LOOP)
    # Old versions have no `with_http_info`.
    assert run.result.parseoutcomes() in ({"passed": 8}, {"passed": 6, "skipped": 2})


def test_an_identity_that_the_sdk_does_not_encode_fails_the_test(sdk_suite):
    """It hit another user, and nothing but the kit would say so."""
    run = sdk_suite.run(
        """
        import app

        def test_wrong_user(twilio_users):
            twilio_users.add_user("a")
            twilio_users.add_user("a?b")
            assert app.look_up("a?b").identity == "a"
        """
    )
    run.outcomes(failed=1)
    assert run.failure("test_wrong_user") == (
        "Twilio would ignore or misread what your code sent:\n"
        "  fetch_user: GET /v1/Users/a (b='') -> 200\n"
        "    path: found '/v1/Users/a?b', which names 'a'; 'a?b' was asked for; encode an"
        " identity as one segment: a%3Fb (urllib.parse.quote(identity, safe=''))\n"
        "To let the test pass anyway: @pytest.mark.twilio_users(strict=False), or"
        " --twilio-users-strict=no"
    )


def test_plain_identities_and_sids_are_no_violation(sdk_suite):
    """What the SDK or a caller encodes reaches the right user."""
    sdk_suite.run(
        """
        from urllib.parse import quote

        import app
        import pytest

        @pytest.mark.parametrize("identity", ["ada", "ada@example.com", "a b", "Zoë", "100%"])
        def test_right_user(twilio_users, identity):
            user = twilio_users.add_user(identity)
            assert app.look_up(identity).sid == user.sid
            assert app.look_up(user.sid).identity == identity

        @pytest.mark.parametrize("identity", ["a/b", "a?b", "a#b", "a%2Fb", "a%b"])
        def test_encoded(twilio_users, identity):
            user = twilio_users.add_user(identity)
            assert app.look_up(quote(identity, safe="")).sid == user.sid
        """
    ).outcomes(passed=10)


@pytest.mark.parametrize("fixture", ["twilio_users_sdk", "twilio_users_async_sdk"])
def test_without_the_sdk_the_fixtures_say_what_to_install(suite, monkeypatch, fixture):
    """In one sentence; everything else works."""
    monkeypatch.setitem(sys.modules, "twilio", None)
    run = suite.run(
        f"""
        import app
        import pytest
        from pytest_twilio_users import KitError

        def test_it({fixture}):
            pass

        def test_the_handle(twilio_users):
            app.sign_up("ada@example.com")
            with pytest.raises(KitError, match="pytest-twilio-users.sdk."):
                twilio_users.{fixture.removeprefix("twilio_users_")}
        """
    )
    run.outcomes(errors=1, passed=1)
    assert run.failure("test_it", "setup") == (
        f"""{fixture} needs Twilio's SDK: pip install "pytest-twilio-users[sdk]"."""
    )


def test_an_sdk_without_async_methods_is_told(suite, monkeypatch):
    """By the fixture, by the handle; its sync methods work."""
    monkeypatch.setattr(sdk_note, "version", lambda _: "7.17.0")
    run = suite.run(
        """
        import pytest
        from pytest_twilio_users import KitError

        def test_it(twilio_users_async_sdk):
            pass

        def test_the_handle(twilio_users):
            with pytest.raises(KitError, match="^twilio_users.async_sdk needs .* 8.0 or later"):
                twilio_users.async_sdk

        def test_sync(twilio_users_sdk):
            assert twilio_users_sdk.conversations.v1.users.list() == []
        """
    )
    run.outcomes(errors=1, passed=2)
    assert run.failure("test_it", "setup") == (
        "twilio_users_async_sdk needs Twilio's SDK 8.0 or later, and 7.17.0 is installed:"
        ' pip install "twilio>=8.0".'
    )
