"""What each fixture promises."""

import pytest


def test_signing_up_creates_a_twilio_user(suite):
    """The example that introduces the kit works as it stands."""
    suite.run(
        """
        from app import sign_up

        def test_signing_up_creates_a_twilio_user(twilio_users):
            sign_up("ada@example.com")

            user = twilio_users.client.fetch_user("ada@example.com")
            assert user.friendly_name == "Ada"
            assert twilio_users.journal.operations == ["create_user", "fetch_user"]
        """
    ).outcomes(passed=1)


PROMISES = {
    "twilio_users-is-the-handle": """
        def test_promise(twilio_users):
            from pytest_twilio_users import TwilioUsers
            assert type(twilio_users) is TwilioUsers
            assert repr(twilio_users) == "<TwilioUsers: stub>"
        """,
    "twilio_users-is-one-for-the-run": """
        import pytest

        seen = set()

        @pytest.mark.parametrize("time", [1, 2])
        def test_promise(twilio_users, time):
            seen.add(id(twilio_users))
            assert len(seen) == 1
        """,
    "twilio_users-names-mode-and-account": """
        from pytest_twilio_users.contract.sids import SidKind

        def test_promise(twilio_users):
            assert twilio_users.mode == "stub"
            assert SidKind.ACCOUNT.matches(twilio_users.account_sid)
            assert len(twilio_users.auth_token) == 32
            assert SidKind.SERVICE.matches(twilio_users.service_sid)
            assert SidKind.SERVICE.matches(twilio_users.default_service_sid)
            assert twilio_users.service_sid != twilio_users.default_service_sid
        """,
    "twilio_users_client-is-the-handle-s": """
        def test_promise(twilio_users, twilio_users_client):
            user = twilio_users_client.create_user("ada")
            assert twilio_users.users() == [user]
            assert twilio_users_client is twilio_users.client
        """,
    "twilio_users_async_client-is-the-handle-s": """
        import asyncio

        def test_promise(twilio_users, twilio_users_async_client):
            user = asyncio.run(twilio_users_async_client.create_user("ada"))
            assert twilio_users.users() == [user]
            assert twilio_users_async_client is twilio_users.async_client
        """,
    "twilio_users_service_sid-is-not-the-default-service": """
        def test_promise(twilio_users, twilio_users_service_sid):
            twilio_users.client.create_service_user(twilio_users_service_sid, "ada")
            assert twilio_users.client.list_user().users == ()
            [ada] = twilio_users.users(twilio_users_service_sid)
            assert ada.chat_service_sid == twilio_users.service_sid
        """,
    "twilio_users_service_sid-follows-the-marker": """
        import pytest

        @pytest.mark.twilio_users(service_sid="IS" + 32 * "7")
        def test_promise(twilio_users_service_sid):
            assert twilio_users_service_sid == "IS" + 32 * "7"
        """,
    "twilio_user-is-there": """
        def test_promise(twilio_users, twilio_user):
            assert twilio_users.users() == [twilio_user]
            assert twilio_user.identity == "user-1"
            assert twilio_user.chat_service_sid == twilio_users.default_service_sid
            assert twilio_users.client.fetch_user(twilio_user.sid) == twilio_user
        """,
    "twilio_user-is-fresh": """
        import pytest

        seen = []

        @pytest.mark.parametrize("time", [1, 2])
        def test_promise(twilio_users, twilio_user, time):
            seen.append(twilio_user.sid)
            assert len(set(seen)) == time
            twilio_users.client.delete_user(twilio_user.sid)
        """,
    "twilio_user-has-the-same-name-whatever-is-set-up": """
        import pytest

        @pytest.fixture(scope="session")
        def boss(twilio_users):
            return twilio_users.add_user()

        def test_promise(twilio_users, boss, twilio_user):
            assert twilio_user.identity == "user-1"
            assert boss.identity.startswith("user-1-")
        """,
    "twilio_user-was-not-asked-for": """
        def test_promise(twilio_users, twilio_user):
            assert len(twilio_users.journal) == 0
        """,
    "twilio_user_factory-adds-users": """
        def test_promise(twilio_users, twilio_user_factory):
            ada = twilio_user_factory("ada", friendly_name="Ada", attributes={"born": 1815})
            other = twilio_user_factory()
            assert twilio_users.users() == [ada, other]
            assert (ada.friendly_name, ada.attributes) == ("Ada", '{"born": 1815}')
            assert len(twilio_users.journal) == 0
        """,
    "wide-fixtures-may-ask-for-clients": """
        import pytest

        @pytest.fixture(scope="session")
        def team(twilio_users_client, twilio_users_async_client):
            return [twilio_users_client.create_user(name) for name in ("ada", "grace")]

        def test_promise(team, twilio_users):
            assert twilio_users.users() == team
        """,
    "users-tells-who-is-there": """
        import app

        def test_promise(twilio_users):
            app.sign_up("ada")
            grace = twilio_users.add_user("grace", service_sid=twilio_users.service_sid)
            assert [user.identity for user in twilio_users.users()] == ["ada", "grace"]
            assert twilio_users.users(twilio_users.service_sid) == [grace]
            assert twilio_users.journal.operations == ["create_user"]
        """,
    "checkpoint-tells-what-changed": """
        import app

        def test_promise(twilio_users):
            app.sign_up("ada")
            app.sign_up("grace")
            since = twilio_users.checkpoint()
            assert repr(since) == "<Checkpoint: since then 0 created, 0 updated, 0 deleted>"
            app.sign_up("joan")
            app.rename("ada", "Countess")
            app.retire("grace")
            app.sign_up("radia")
            app.retire("radia")
            assert [user.identity for user in since.created] == ["joan"]
            assert [user.friendly_name for user in since.updated] == ["Countess"]
            assert [user.identity for user in since.deleted] == ["grace"]
            assert repr(since) == "<Checkpoint: since then 1 created, 1 updated, 1 deleted>"
        """,
    "checkpoint-of-a-fixture-sees-what-the-test-did": """
        import pytest

        @pytest.fixture
        def since(twilio_users, twilio_user):
            return twilio_users.checkpoint()

        def test_promise(since, twilio_users, twilio_user):
            twilio_users.client.delete_user(twilio_user.sid)
            assert since.deleted == [twilio_user]
        """,
    "wait-moves-the-clock": """
        from datetime import timedelta

        def test_promise(twilio_users):
            before = twilio_users.add_user()
            twilio_users.wait(3600)
            after = twilio_users.client.create_user("ada")
            hour = after.date_created - before.date_created
            assert timedelta(minutes=60) <= hour < timedelta(minutes=61)
        """,
    "routes-look-at-operations": """
        import app

        def test_promise(twilio_users):
            app.sign_up("ada")
            route = twilio_users.routes["create_user"]
            assert (route.called, route.call_count) == (True, 1)
            assert route.calls.last.response.json()["identity"] == "ada"
            assert not twilio_users.routes["fetch_user"].called
        """,
    "routes-override-operations": """
        import app
        import httpx

        def test_promise(twilio_users):
            route = twilio_users.routes["create_user"].mock(return_value=httpx.Response(503))
            assert app.http.post(app.USERS, data={"Identity": "ada"}).status_code == 503
            route.mock()
            assert app.http.post(app.USERS, data={"Identity": "ada"}).status_code == 201
            assert [exchange.status for exchange in twilio_users.journal] == [503, 201]
        """,
    "routes-take-other-resources": """
        import app

        def test_promise(twilio_users):
            roles = "https://conversations.twilio.com/v1/Roles"
            twilio_users.routes.get(roles).respond(json={"roles": []})
            assert app.http.get(roles).json() == {"roles": []}
        """,
}


@pytest.mark.parametrize("source", PROMISES.values(), ids=PROMISES)
def test_a_fixture_keeps_its_promise(suite, source):
    """Each fixture, and each part of the handle, does what its documentation says."""
    suite.run(source).outcomes(passed=source.count("def test") + source.count("[1, 2]"))


def test_another_backend_can_be_put_to_the_test(suite):
    """An author's `twilio_users_backend` answers both the kit's client and the application."""
    suite.write(
        conftest="""
        import pytest
        from pytest_twilio_users.wire.messages import Response

        class Busy:
            def __init__(self, account):
                self.account = account

            def handle(self, request):
                return Response(status=503, body=self.account.sid.encode())

        @pytest.fixture(scope="session")
        def twilio_users_backend():
            return Busy
        """
    )
    suite.run(
        """
        import app
        import pytest
        from pytest_twilio_users import TwilioApiError

        def test_application(twilio_users):
            answer = app.http.get(app.USERS)
            assert (answer.status_code, answer.text) == (503, twilio_users.account_sid)

        def test_client(twilio_users):
            with pytest.raises(TwilioApiError, match="503"):
                twilio_users.client.list_user()
        """
    ).outcomes(passed=2)


@pytest.mark.parametrize("scope", ["function", "module", "session"])
def test_the_handle_can_be_dressed(suite, scope):
    """An author's `twilio_users` that asks for the kit's adds to it, at its own scope."""
    suite.write(
        conftest=f"""
        import pytest

        @pytest.fixture(scope={scope!r})
        def twilio_users(twilio_users):
            twilio_users.add_user("root")
            return twilio_users
        """
    )
    suite.run(
        """
        import app
        import pytest

        @pytest.mark.parametrize("time", [1, 2])
        def test_dressed(twilio_users, time):
            app.sign_up("ada")
            assert [user.identity for user in twilio_users.users()] == ["root", "ada"]
        """
    ).outcomes(passed=2)
