"""Whose requests reach the stub, when, and what is left as it was."""

import os
import sys

import httpx
import pytest

RESPX = ("-p", "respx")
PYTEST_HTTPX = ("-p", "pytest_httpx")
NETWORK = (
    (httpx.HTTPTransport, "handle_request"),
    (httpx.AsyncHTTPTransport, "handle_async_request"),
)


def network() -> list[object]:
    """What sends httpx's requests to the network, and Twilio's names of the environment."""
    twilio = {name: value for name, value in os.environ.items() if name.startswith("TWILIO_")}
    return [*(vars(owner)[name] for owner, name in NETWORK), twilio]


@pytest.fixture(params=["httpx", "httpx2"])
def imported(request, suite, monkeypatch):
    """How the application, and its tests, import the library; no run leaves it patched."""
    library = pytest.importorskip(request.param)
    # Once: a run in process unloads what it was the first to load.
    pytest.importorskip(request.param.replace("httpx", "httpcore"))
    kinds = (library.HTTPTransport, library.AsyncHTTPTransport)
    before = [dict(vars(kind)) for kind in kinds]
    # What a run leaves patched fails its own test, and no other.
    for kind, name in zip(kinds, ("handle_request", "handle_async_request"), strict=True):
        monkeypatch.setattr(kind, name, getattr(kind, name))
    app = suite.path / "app.py"
    imported = f"import {request.param} as httpx"
    app.write_text(app.read_text().replace("import httpx", imported))
    yield imported
    assert [dict(vars(kind)) for kind in kinds] == before


def test_any_client_is_caught(suite, imported):
    """A request of application code to Twilio reaches the stub, however it was sent."""
    suite.run(
        f"""
        import asyncio
        from concurrent.futures import ThreadPoolExecutor

        import app
        import pytest
        {imported}
        from app import USERS

        def with_a_copied_transport():
            with httpx.HTTPTransport(verify=False) as transport:
                return httpx.Client(transport=transport, auth=app.LOGIN).get(USERS)

        def with_a_mount():
            mounts = {{"all://*twilio.com": httpx.HTTPTransport(verify=False)}}
            return httpx.Client(verify=False, mounts=mounts, auth=app.LOGIN).get(USERS)

        def streamed():
            with app.http.stream("GET", USERS) as answer:
                answer.read()
            return answer

        async def asynchronously():
            async with httpx.AsyncClient(verify=False, auth=app.LOGIN) as http:
                return await http.get(USERS)

        def in_a_thread(send):
            with ThreadPoolExecutor(1) as pool:
                return pool.submit(send).result()

        WAYS = {{
            "function": lambda: httpx.get(USERS, auth=app.LOGIN),
            "client-made-before": lambda: app.http.get(USERS),
            "client": lambda: httpx.Client(verify=False, auth=app.LOGIN).get(USERS),
            "transport": with_a_copied_transport,
            "mount": with_a_mount,
            "stream": streamed,
            "async-client": lambda: asyncio.run(asynchronously()),
            "thread": lambda: in_a_thread(lambda: app.http.get(USERS)),
        }}

        @pytest.mark.parametrize("send", WAYS.values(), ids=WAYS)
        def test_caught(twilio_users, send):
            answer = send()
            assert isinstance(answer, httpx.Response)
            assert answer.json()["users"] == []
            assert twilio_users.journal.operations == ["list_user"]
        """
    ).outcomes(passed=8)


@pytest.mark.parametrize(
    "host",
    [
        "conversations.twilio.com",
        "conversations.ie1.twilio.com",
        "conversations.dublin.ie1.twilio.com",
    ],
)
def test_hosts_of_regions_and_edges_are_caught(suite, host):
    """Twilio's Conversations has a host for each region and edge; all are the stub's."""
    suite.run(
        f"""
        import app

        def test_caught(twilio_users):
            assert app.http.get("https://{host}/v1/Users").status_code == 200
        """
    ).outcomes(passed=1)


OTHERS = [
    "api.twilio.com",
    "twilio.com",
    "conversations.twilio.com.example",
    "myconversations.twilio.com",
    "a.b.conversations.twilio.com",
    "conversations-twilio.com",
]


def test_other_hosts_are_left_alone(suite, imported):
    """A request to any other host goes on to the network."""
    suite.run(
        f"""
        import app
        {imported}
        import pytest

        @pytest.mark.parametrize("host", {OTHERS})
        def test_passed_on(twilio_users, host):
            with pytest.raises(httpx.ConnectError, match="the network is off"):
                app.http.get(f"https://{{host}}/v1/Users")
            assert len(twilio_users.journal) == 0
        """
    ).outcomes(passed=len(OTHERS))


def test_only_tests_that_use_the_kit_are_caught(suite, imported):
    """A test beside them talks to the network; what finds modules is as it was, and afterwards."""
    before = [*sys.meta_path]
    suite.run(
        f"""
        import sys

        import app
        {imported}
        import pytest

        finders = [*sys.meta_path]

        def test_uses_it(twilio_users):
            app.sign_up("ada")

        def test_does_not():
            assert sys.meta_path == finders
            with pytest.raises(httpx.ConnectError, match="the network is off"):
                app.sign_up("ada")
        """
    ).outcomes(passed=2)
    assert sys.meta_path == before


def test_a_failing_test_without_the_kit_stays_without_it(suite):
    """Reporting its failure turns nothing on: its fixtures are torn down as without the kit."""
    suite.run(
        """
        import app
        import httpx
        import pytest

        @pytest.fixture
        def other():
            yield
            with pytest.raises(httpx.ConnectError, match="the network is off"):
                app.sign_up("ada")

        def test_uses_it(twilio_users):
            app.sign_up("ada")

        def test_fails(other):
            assert False
        """
    ).outcomes(passed=1, failed=1)


LATE_CLIENT = "def client(request): return request.getfixturevalue('twilio_users').client"
CLIENT = "def client(twilio_users): return twilio_users.client"


@pytest.mark.parametrize(
    ("place", "client", "with_kit", "without"),
    [
        pytest.param("test_a", LATE_CLIENT, "", "test_b", id="another-module"),
        pytest.param("team/conftest", LATE_CLIENT, "team/test_a", "team_b/test_b", id="folder"),
        pytest.param("conftest", CLIENT, "test_a", "test_b", id="overridden"),
    ],
)
def test_a_fixture_of_the_same_name_without_the_kit_is_left_alone(
    suite, place, client, with_kit, without
):
    """Which fixture uses the kit is no matter of its name."""
    using = "def test_uses_it(client):\n    client.list_user()"
    modules = {place: f"import pytest\n\n@pytest.fixture\n{client}\n\n"}
    modules[with_kit or place] = modules.get(with_kit or place, "") + using
    modules[without] = """
        import app
        import httpx
        import pytest

        def fail():
            with pytest.raises(httpx.ConnectError, match="the network is off"):
                app.sign_up("ada")

        @pytest.fixture(scope="module")
        def client():
            fail()
            yield
            fail()

        def test_does_not(client):
            fail()
        """
    for module in modules:
        (suite.path / module).parent.mkdir(exist_ok=True)
    suite.write(**modules)
    suite.run("", "-o", "pythonpath=.").outcomes(passed=2)


@pytest.mark.parametrize(
    "asks",
    [
        pytest.param("@pytest.mark.usefixtures('twilio_users')\ndef test_x():", id="mark"),
        pytest.param("def test_x(twilio_user):", id="another-fixture"),
        pytest.param("def test_x(wide):", id="wide-fixture"),
        pytest.param("def test_x(indirect):", id="fixture-that-asks-late"),
        pytest.param("def test_x(wide_indirect):", id="wide-fixture-that-asks-late"),
        pytest.param(
            "def test_x(request):\n    request.getfixturevalue('twilio_users').users()",
            id="test-that-asks-late",
        ),
    ],
)
def test_whoever_asks_for_the_kit_is_caught(suite, asks):
    """In the first test of the run and in later ones, however the test came to the kit."""
    fixtures = """
        import app
        import pytest

        @pytest.fixture(scope="module")
        def wide(twilio_users):
            pass

        @pytest.fixture
        def indirect(request):
            request.getfixturevalue("twilio_users")

        @pytest.fixture(scope="module")
        def wide_indirect(request):
            request.getfixturevalue("twilio_users")

        @pytest.fixture(params=[1, 2], autouse=True)
        def times():
            pass
        """
    suite.write(plugin=fixtures)
    (suite.path / "test_it.py").write_text(
        f"import app\nimport pytest\nfrom plugin import *\n\n{asks}\n    app.sign_up('ada')\n"
    )
    suite.run().outcomes(passed=2)


def test_a_wide_fixture_that_asked_late_is_caught_in_its_teardown(suite):
    """Whichever test was the last, and whether that used the kit or not."""
    suite.run(
        """
        import app
        import pytest

        @pytest.fixture(scope="module")
        def crew(request):
            request.getfixturevalue("twilio_users")
            yield
            app.sign_up("grace")

        def test_first(crew): pass
        def test_without(): pass
        """
    ).outcomes(passed=2)


def test_transports_of_the_application_still_run(suite):
    """Retries, logging and the like of the application lie before the stub, sync and async."""
    suite.run(
        """
        import asyncio

        import app
        import httpx

        class Logged(httpx.HTTPTransport):
            def handle_request(self, request):
                request.headers["X-Seen"] = "logged"
                return super().handle_request(request)

        class Retry(httpx.BaseTransport, httpx.AsyncBaseTransport):
            def __init__(self, inner):
                self.inner = inner

            def handle_request(self, request):
                answer = self.inner.handle_request(request)
                return self.inner.handle_request(request) if answer.is_server_error else answer

            async def handle_async_request(self, request):
                answer = await self.inner.handle_async_request(request)
                if answer.is_server_error:
                    answer = await self.inner.handle_async_request(request)
                return answer

        def fail_once(twilio_users):
            twilio_users.routes["list_user"].mock(side_effect=[httpx.Response(503), None])

        def test_sync(twilio_users):
            fail_once(twilio_users)
            with httpx.Client(transport=Retry(Logged(verify=False)), auth=app.LOGIN) as http:
                assert http.get(app.USERS).status_code == 200
            assert [exchange.status for exchange in twilio_users.journal] == [503, 200]
            assert twilio_users.journal.last.request.header("x-seen") == "logged"

        def test_async(twilio_users):
            async def retrieve():
                transport = Retry(httpx.AsyncHTTPTransport(verify=False))
                async with httpx.AsyncClient(transport=transport, auth=app.LOGIN) as http:
                    return await http.get(app.USERS)

            fail_once(twilio_users)
            assert asyncio.run(retrieve()).status_code == 200
            assert [exchange.status for exchange in twilio_users.journal] == [503, 200]
        """
    ).outcomes(passed=2)


def test_a_transport_without_network_is_left_alone(suite):
    """Who gave a client a transport that answers by itself meant it."""
    suite.run(
        """
        import app
        import httpx

        def test_own_answer(twilio_users):
            transport = httpx.MockTransport(lambda request: httpx.Response(418))
            with httpx.Client(transport=transport) as http:
                assert http.get(app.USERS).status_code == 418
            assert len(twilio_users.journal) == 0
        """
    ).outcomes(passed=1)


@pytest.mark.parametrize(
    ("arguments", "setting"),
    [
        pytest.param("respx_mock, twilio_users", "other = respx_mock", id="respx_mock-first"),
        pytest.param("twilio_users, respx_mock", "other = respx_mock", id="respx_mock-last"),
        pytest.param(
            "twilio_users, request",
            "other = request.getfixturevalue('respx_mock')",
            id="respx_mock-late",
        ),
        pytest.param("twilio_users, wide", "other = wide", id="wide-respx-router"),
        pytest.param("twilio_users, begin", "other = begin(respx.mock)", id="respx-in-the-test"),
        pytest.param("httpx_mock, twilio_users", "other = httpx_mock", id="httpx_mock-first"),
        pytest.param("twilio_users, httpx_mock", "other = httpx_mock", id="httpx_mock-last"),
        pytest.param(
            "twilio_users, request",
            "other = request.getfixturevalue('httpx_mock')",
            id="httpx_mock-late",
        ),
        pytest.param(
            "httpx_mock, request",
            "other, twilio_users = httpx_mock, request.getfixturevalue('twilio_users')\n"
            "            twilio_users.users()",
            id="kit-late",
        ),
    ],
)
def test_the_author_s_stubs_of_other_hosts_keep_working(suite, arguments, setting):
    """Routers of respx and pytest-httpx answer for other hosts in the same test, in any order."""
    before = network()
    suite.run(
        f"""
        from contextlib import ExitStack

        import app
        import httpx
        import pytest
        import respx

        OTHER = "https://api.example.com/"

        @pytest.fixture
        def begin():
            with ExitStack() as stack:
                yield stack.enter_context

        @pytest.fixture(scope="module")
        def wide():
            with respx.mock as router:
                yield router

        @pytest.mark.parametrize("time", [1, 2])
        def test_meet({arguments}, time):
            {setting}
            if isinstance(other, respx.Router):
                other.get(OTHER).respond(418)
            else:
                other.add_response(url=OTHER, status_code=418)
            assert twilio_users.users() == []
            app.sign_up("ada")
            assert httpx.Client(verify=False).get(OTHER).status_code == 418
            assert twilio_users.journal.operations == ["create_user"]
        """,
        *RESPX,
        *PYTEST_HTTPX,
    ).outcomes(passed=2)
    assert network() == before


def test_a_test_decorated_with_respx_keeps_its_routes(suite):
    """`@respx.mock` and the kit share a test."""
    suite.run(
        """
        import app
        import httpx
        import respx

        @respx.mock
        def test_meet(twilio_users):
            respx.get("https://api.example.com/").respond(418)
            assert app.http.get("https://api.example.com/").status_code == 418
            app.sign_up("ada")
        """
    ).outcomes(passed=1)


def test_a_respx_router_before_the_transports_can_let_twilio_pass(suite):
    """Where `using="httpx"` takes all requests, a pass-through route leads to the stub."""
    suite.run(
        """
        import app
        import respx

        def test_pass(twilio_users):
            with respx.mock(using="httpx") as router:
                router.get("https://api.example.com/").respond(418)
                router.route(host="conversations.twilio.com").pass_through()
                assert app.http.get("https://api.example.com/").status_code == 418
                assert app.sign_up("ada")["identity"] == "ada"
        """
    ).outcomes(passed=1)


PATCHED = """
    from functools import wraps

    import app
    import httpx
    import pytest

    seen = []

    def traced(send):
        @wraps(send)
        def handle_request(transport, request):
            seen.append(request.url.host)
            return send(transport, request)

        return handle_request

    @pytest.fixture(scope="module")
    def tracing():
        send = httpx.HTTPTransport.handle_request
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(httpx.HTTPTransport, "handle_request", traced(send))
            yield
    """


@pytest.mark.parametrize("first", ["tracing", "twilio_users, tracing"])
def test_an_author_s_patch_of_httpx_outlives_the_test(suite, first):
    """One that a wide fixture set, before the kit or while a test used it, is there afterwards."""
    before = network()
    suite.run(
        f"""{PATCHED}
    def test_first({first}):
        pass

    def test_twilio(tracing, twilio_users):
        app.sign_up("ada")

    def test_after(tracing):
        with pytest.raises(httpx.ConnectError):
            app.http.get("https://api.example.com/")
        assert "api.example.com" in seen
        """
    ).outcomes(passed=3)
    assert network() == before


def test_an_author_s_patch_within_the_test_counts(suite):
    """What a test itself puts in httpx's place answers, Twilio's requests included."""
    before = network()
    suite.run(
        """
        import app
        import httpx

        def test_own(twilio_users, monkeypatch):
            own = lambda transport, request: httpx.Response(418)
            monkeypatch.setattr(httpx.HTTPTransport, "handle_request", own)
            assert app.http.get(app.USERS).status_code == 418
        """
    ).outcomes(passed=1)
    assert network() == before


ENDINGS = {
    "passes": "pass",
    "fails": "assert False",
    "is-skipped": "pytest.skip()",
    "exits": "raise SystemExit",
    "is-interrupted": "raise KeyboardInterrupt",
    "ends-the-run": "pytest.exit('enough')",
}


@pytest.mark.parametrize("place", ["setup", "call", "teardown"])
@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS)
def test_httpx_and_environment_are_left_as_they_were(suite, place, ending):
    """However a test ends, and wherever: nothing stays patched, nothing stays lent."""
    before = network()
    run = suite.run(
        f"""
        import app
        import pytest

        @pytest.fixture(scope="session")
        def before_the_kit():
            yield

        @pytest.fixture(scope="module")
        def wide(twilio_users):
            yield

        def end():
            {ending}

        @pytest.fixture
        def fixture(wide):
            {place!r} == "setup" and end()
            yield
            {place!r} == "teardown" and end()

        def test_ends(before_the_kit, wide, fixture):
            app.sign_up("ada")
            {place!r} == "call" and end()
        """,
        "-x",
    )
    assert network() == before
    assert run.result.ret in {"pass": [0], "pytest.skip()": [0]}.get(ending, [1, 2])


def test_between_tests_httpx_is_as_it_was(suite, imported):
    """After a test that used the kit the next one finds the library's own methods."""
    suite.run(
        f"""
        import os

        {imported}

        def network():
            yield vars(httpx.HTTPTransport)["handle_request"]
            yield vars(httpx.AsyncHTTPTransport)["handle_async_request"]
            yield os.environ.get("TWILIO_ACCOUNT_SID")

        before = list(network())

        def test_uses_it(twilio_users):
            assert all(now is not then for now, then in zip(network(), before))

        def test_does_not():
            assert list(network()) == before
        """
    ).outcomes(passed=2)


@pytest.mark.parametrize("last", ["", "twilio_users"], ids=["without-kit", "with-kit"])
def test_wide_fixtures_are_caught_while_torn_down(suite, last):
    """What a module's fixture sends behind its yield reaches the stub, whatever test was last."""
    suite.run(
        f"""
        import app
        import pytest

        @pytest.fixture(scope="module")
        def ada(twilio_users):
            app.sign_up("ada")
            yield
            app.retire("ada")

        def test_first(ada):
            pass

        def test_last({last}):
            pass
        """
    ).outcomes(passed=2)


def test_finalizers_of_a_fixture_that_failed_are_caught(suite):
    """A wide fixture that got half-way cleans up on the stub, whatever test was last."""
    suite.run(
        """
        import app
        import pytest

        @pytest.fixture(scope="module")
        def broken(request, twilio_users):
            app.sign_up("ada")
            request.addfinalizer(lambda: app.http.delete(f"{app.USERS}/ada"))
            raise LookupError

        def test_first(broken):
            pass

        def test_last():
            pass
        """
    ).outcomes(passed=1, errors=1)


def test_fixtures_that_know_nothing_of_the_kit_are_left_alone(suite):
    """A module without the kit, after one with it, sets up and tears down without it."""
    suite.write(
        test_a="def test_uses_it(twilio_users):\n    pass",
        test_b="""
        import app
        import httpx
        import pytest

        def fail():
            with pytest.raises(httpx.ConnectError):
                app.sign_up("ada")

        @pytest.fixture(scope="module")
        def other():
            fail()
            yield
            fail()

        def test_other(other):
            fail()
        """,
    )
    suite.run().outcomes(passed=2)


NAMES = """
    import os

    import pytest

    def names():
        return {name: value for name, value in os.environ.items() if name.startswith("TWILIO_")}
    """
OWN = {
    "TWILIO_ACCOUNT_SID": "AC" + 32 * "b",
    "TWILIO_AUTH_TOKEN": "a real secret",
    "TWILIO_REGION": "ie1",
    "TWILIO_EDGE": "dublin",
}


@pytest.mark.parametrize("own", [OWN, {}], ids=["set-before", "unset-before"])
def test_twilio_s_names_hold_the_stub_s_credentials(suite, monkeypatch, own):
    """While a test uses the kit; real ones are out of reach, and back afterwards."""
    for name, value in own.items():
        monkeypatch.setenv(name, value)
    suite.run(
        f"""{NAMES}
    def test_lent(twilio_users):
        assert names() == {{
            "TWILIO_ACCOUNT_SID": twilio_users.account_sid,
            "TWILIO_AUTH_TOKEN": twilio_users.auth_token,
        }}

    def test_back():
        assert names() == {own!r}
        """
    ).outcomes(passed=2)
    assert network()[-1] == own


@pytest.mark.parametrize(
    ("mark", "options"),
    [
        ("@pytest.mark.twilio_users(environment=False)", []),
        ("", ["--twilio-users-environment=no"]),
    ],
    ids=["marker", "option"],
)
def test_twilio_s_names_can_be_left_alone(suite, monkeypatch, mark, options):
    """`environment=no` leaves them to the application."""
    for name, value in OWN.items():
        monkeypatch.setenv(name, value)
    suite.run(
        f"""{NAMES}
    {mark}
    def test_own(twilio_users):
        assert names() == {OWN!r}
        """,
        *options,
    ).outcomes(passed=1)


def test_an_author_s_own_names_count(suite, monkeypatch):
    """What the test sets itself holds until its end, and what was before is back then."""
    for name, value in OWN.items():
        monkeypatch.setenv(name, value)
    suite.run(
        f"""{NAMES}
    def test_own(twilio_users, monkeypatch):
        monkeypatch.setenv("TWILIO_EDGE", "tokyo")
        os.environ["TWILIO_ACCOUNT_SID"] = "mine"
        assert names()["TWILIO_ACCOUNT_SID"] == "mine"
        assert names()["TWILIO_EDGE"] == "tokyo"

    def test_back():
        assert names() == {OWN!r}
        """
    ).outcomes(passed=2)


def test_code_that_reads_twilio_s_names_is_let_in(suite, monkeypatch):
    """A client that takes its credentials from the environment passes the strictest stub."""
    monkeypatch.setenv("TWILIO_REGION", "ie1")
    suite.run(
        """
        import os

        import httpx
        from pytest_twilio_users import UsersClient

        def test_let_in(twilio_users):
            with httpx.Client(verify=False) as http:
                client = UsersClient(http_client=http)
                assert client.create_user("ada").sid
                assert client.origin == "https://conversations.twilio.com"
        """,
        "--twilio-users-credentials=exact",
    ).outcomes(passed=1)
