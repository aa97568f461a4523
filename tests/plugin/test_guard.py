"""What nothing answers is refused before it leaves: by which ways, when, and in which words."""

import http.client
import socket
import ssl
import subprocess
import sys

import pytest

HOST = "conversations.twilio.com"
URL = f"https://{HOST}/v1/Users"

WAYS = {
    "urllib": ("urllib", "urllib.request.urlopen(URL)"),
    "urllib-http": ("urllib", "urllib.request.urlopen(URL.replace('https', 'http'))"),
    "urllib-proxy": ("urllib", "by_proxy().open(URL)"),
    "urllib-http-proxy": ("urllib", "by_proxy().open(URL.replace('https', 'http'))"),
    "http.client": (
        "http.client",
        "http.client.HTTPSConnection(HOST).request('GET', '/v1/Users')",
    ),
    "http.client-tunnel": ("http.client", "tunnel()"),
    "http.client-open": ("http.client", "on_an_open_connection()"),
    "create_connection": ("socket", "socket.create_connection((HOST, 443))"),
    "connect": ("socket", "socket.socket().connect((HOST, 443))"),
    "connect_ex": ("socket", "socket.socket().connect_ex((HOST, 443))"),
    "sendto": (
        "socket",
        "socket.socket(type=socket.SOCK_DGRAM).sendto(b'GET', (HOST, 443))",
    ),
    "getaddrinfo": ("socket", "socket.getaddrinfo(HOST.encode(), 443)"),
    "gethostbyname": ("socket", "socket.gethostbyname(HOST)"),
    "tls-elsewhere": (
        "ssl",
        "ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), False, HOST)",
    ),
    "streams": ("asyncio", "asyncio.run(asyncio.open_connection(HOST, 443))"),
    "streams-tls": ("asyncio", "asyncio.run(asyncio.open_connection(HOST, 443, ssl=True))"),
    "gethostbyaddr": ("socket", "socket.gethostbyaddr(HOST)"),
    "sendmsg": (
        "socket",
        "socket.socket(type=socket.SOCK_DGRAM).sendmsg([b'GET'], [], 0, (HOST, 443))",
    ),
    "unicode": ("socket", "socket.getaddrinfo('conversations\\u3002twilio\\u3002com', 443)"),
    "percent": ("socket", "socket.getaddrinfo('conversations%2etwilio.com', 443)"),
    "put-by-name": (
        "http.client",
        "http.client.HTTPConnection(HOST).putrequest(method='GET', url='/')",
    ),
    "put-with-more": ("http.client", "http.client.HTTPConnection(HOST).putrequest('GET', '/', 1)"),
    "tunnel-open": ("http.client", "by_an_open_tunnel()"),
    "pool-alone": ("socket", "in_a_pool(socket.getaddrinfo, HOST, 443)"),
    "pool": ("socket", "in_a_pool(lambda: socket.getaddrinfo(HOST, 443))"),
    "own-transport": (
        "urllib",
        "httpx.Client(transport=ByUrllib()).get(URL)",
    ),
}

IMPORTS = f"""
    import asyncio
    import http.client
    import socket
    import ssl
    import threading
    import urllib.request
    from concurrent.futures import ThreadPoolExecutor

    import app
    import httpx
    import pytest

    HOST, URL = {HOST!r}, {URL!r}

    def by_proxy():
        proxies = {{"https": "http://127.0.0.1:9", "http": "http://127.0.0.1:9"}}
        return urllib.request.build_opener(urllib.request.ProxyHandler(proxies))

    def tunnel():
        connection = http.client.HTTPSConnection("127.0.0.1", 9)
        connection.set_tunnel(HOST)
        connection.request("GET", "/v1/Users")

    def on_an_open_connection():
        connection = http.client.HTTPSConnection(HOST)
        connection.sock = socket.socketpair()[0]
        connection.request("GET", "/v1/Users")

    def by_an_open_tunnel():
        connection = http.client.HTTPConnection("127.0.0.1", 9)
        connection._tunnel_host, connection.sock = HOST, socket.socketpair()[0]
        connection.request("GET", "/v1/Users")

    def in_a_pool(ask, *given):
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(ask, *given).result()

    class ByUrllib(httpx.BaseTransport):
        def handle_request(self, request):
            with urllib.request.urlopen(str(request.url)) as answer:
                return httpx.Response(answer.status, content=answer.read())
    """

REFUSED = (
    "{library} tried to connect to {host} in test_it.py::test_it. In stub mode the kit blocks"
    " requests to it. The kit answers httpx, httpx2, requests, urllib3, aiohttp and Twilio's"
    " SDK. Point other libraries at the fixture twilio_users_server. To let it leave:"
    ' @pytest.mark.twilio_users(guard="no").'
)


def test_a_way_out_is_refused(suite):
    """The error names the library, the test and what to do."""
    ways = {f"test_{number}": way for number, way in enumerate(WAYS.values())}
    tests = [f"\n    def {test}(twilio_users):\n        {send}" for test, (_, send) in ways.items()]
    run = suite.run(IMPORTS + "".join(tests))
    run.result.assert_outcomes(failed=len(ways))
    for test, (library, _) in ways.items():
        told = REFUSED.format(library=library, host=HOST).replace("::test_it.", f"::{test}.")
        assert told in run.failure(test), test


@pytest.mark.parametrize(
    "host", ["conversations.dublin.ie1.twilio.com", "CONVERSATIONS.Twilio.com."]
)
def test_edges_regions_and_spellings_are_refused(suite, host):
    """All are Twilio's Conversations."""
    suite.run(
        f"""{IMPORTS}
    from pytest_twilio_users.errors import NoNetwork

    def test_it(twilio_users):
        with pytest.raises(NoNetwork):
            socket.getaddrinfo({host!r}, 8443)
        """
    ).outcomes(passed=1, warnings=1)


def test_other_hosts_and_loopback_are_left_alone(suite):
    """They are looked up and connected to as ever."""
    suite.run(
        f"""{IMPORTS}
    def test_it(twilio_users):
        with socket.create_server(("127.0.0.1", 0)) as server:
            socket.socket().connect(server.getsockname())
        with pytest.raises(urllib.error.URLError, match="the network is off"):
            urllib.request.urlopen("https://api.twilio.com/")
        with pytest.raises(OSError, match="the network is off"):
            asyncio.run(asyncio.open_connection("chat.twilio.com", 443))
        """
    ).result.assert_outcomes(passed=1)


def test_a_refusal_that_is_swallowed_is_a_warning(suite):
    """An application that goes on after any error hides nothing."""
    run = suite.run(
        f"""{IMPORTS}
    def test_it(twilio_users):
        try:
            urllib.request.urlopen(URL)
        except Exception:
            pass
        """
    )
    run.outcomes(passed=1, warnings=1)
    assert any("KitWarning: urllib tried to connect to" in line for line in run.lines)


@pytest.mark.parametrize(
    ("after", "told"), [("raise", []), ("raise ValueError from None", [REFUSED])]
)
def test_a_refusal_behind_a_failure_is_told_beside_it(suite, after, told):
    """Unless it is the failure: the same sentence twice is no help."""
    run = suite.run(
        f"""{IMPORTS}
    def test_it(twilio_users):
        try:
            urllib.request.urlopen(URL)
        except Exception:
            {after}
        """
    )
    sections = dict(run.report("test_it", "call").sections)
    assert sections.get("Twilio Users: warnings", "").splitlines() == [
        each.format(library="urllib", host=HOST) for each in told
    ]


AWAY = """
    def away():
        with pytest.raises(OSError, match="the network is off"):
            socket.getaddrinfo(HOST, 443)
    """


def test_tests_without_the_kit_are_left_alone(suite):
    """An installed plugin changes nothing that nobody asked for."""
    suite.run(
        f"""{IMPORTS}{AWAY}
    away()

    def test_before():
        away()

    def test_it(twilio_users):
        pass

    def test_after():
        away()
        """
    ).outcomes(passed=3)


def test_it_holds_while_fixtures_of_the_test_are_set_up(suite):
    """Also those that come before the kit, in the first test of the run."""
    run = suite.run(
        f"""{IMPORTS}
    @pytest.fixture(scope="session", autouse=True)
    def early():
        socket.getaddrinfo(HOST, 443)

    def test_it(twilio_users):
        pass
        """
    )
    run.outcomes(errors=1)
    assert "The fixture twilio_users is not set up yet" in run.failure("test_it", "setup")


@pytest.mark.parametrize("way", ["option", "marker"])
def test_it_can_be_turned_off(suite, way):
    """For the run, or for one test."""
    mark = "@pytest.mark.twilio_users(guard='no')" if way == "marker" else ""
    suite.run(
        f"""{IMPORTS}{AWAY}
    {mark}
    def test_it(twilio_users):
        away()
        """,
        *(["--twilio-users-guard=no"] if way == "option" else []),
    ).outcomes(passed=1)


def test_for_the_whole_run_it_holds_without_the_kit(suite):
    """In tests that use nothing of it."""
    run = suite.run(
        f"""{IMPORTS}
    def test_it():
        httpx.get(URL)
        """,
        "--twilio-users-guard=run",
    )
    run.outcomes(failed=1)
    assert (
        "httpx tried to connect to conversations.twilio.com in test_it.py::test_it. With"
        " twilio_users_guard = run the kit blocks requests to it. Add the fixture twilio_users"
        " to the arguments of the test, and the kit answers."
    ) in run.failure("test_it")


def test_for_the_whole_run_a_refusal_is_told_once_at_its_end(suite):
    """However often it was swallowed."""
    run = suite.run(
        f"""{IMPORTS}
    def test_it():
        for _ in range(3):
            with pytest.raises(Exception):
                socket.getaddrinfo(HOST, 443)
        """,
        "--twilio-users-guard=run",
    )
    run.outcomes(passed=1)
    assert sum("socket tried to connect" in line for line in run.lines) == 1


@pytest.mark.parametrize("place", ["conftest", "test_it"])
def test_for_the_whole_run_it_holds_at_import(suite, place):
    """In conftest.py, too, which is imported before anything else of the author's."""
    module = f"{IMPORTS}\n    httpx.get(URL)\n    def test_it(): pass"
    suite.write(**{place: module})
    if place == "conftest":
        suite.write(test_it="def test_it(): pass")
    suite.configure("[pytest]\ntwilio_users_guard = run\n", file="pytest.ini")
    result = suite.run("", "-p", "no:cacheprovider").result
    text = result.stdout.str() + result.stderr.str()
    assert (
        "httpx tried to connect to conversations.twilio.com outside of tests. With"
        " twilio_users_guard = run the kit blocks requests to it. Send the request in a test,"
        " or in a fixture that uses twilio_users."
    ) in text.replace("\nE  ", "")
    assert result.ret != 0


@pytest.mark.parametrize("options", [[], ["--twilio-users-guard=run"]])
def test_nothing_stays_patched(suite, options):
    """However long it held."""

    def ways():
        return [
            dict(vars(http.client.HTTPConnection)),
            dict(vars(ssl.SSLContext)),
            [*sys.meta_path],
            dict(vars(socket)),
            dict(vars(socket.socket)),
        ]

    before = ways()
    suite.run("def test_it(twilio_users): pass", *options).outcomes(passed=1)
    assert ways() == before


LATE = {
    "function": """
    def test_it(request):
        with pytest.raises(NoNetwork, match="The fixture twilio_users is not set up yet"):
            socket.getaddrinfo(HOST, 443)
        request.getfixturevalue("twilio_users")
        assert app.sign_up("ada")["identity"] == "ada"
    """,
    "method": """
    class TestIt:
        def test_it(self, request):
            with pytest.raises(NoNetwork, match="The fixture twilio_users is not set up yet"):
                app.sign_up("ada")
            twilio_users = request.getfixturevalue("twilio_users")
            app.sign_up("ada")
            assert len(twilio_users.journal) == 1
    """,
    "another-fixture": """
    def test_it(request):
        with pytest.raises(NoNetwork, match="The fixture twilio_users is not set up yet"):
            socket.getaddrinfo(HOST, 443)
        request.getfixturevalue("twilio_user")
        assert app.sign_up("ada")["identity"] == "ada"
    """,
}


NAMED = {
    "in-a-tuple": """
    def test_it(request):
        refused()
        for name in ("tmp_path", "twilio_users"):
            request.getfixturevalue(name)
        app.sign_up("ada")
    """,
    "by-parameter": """
    @pytest.mark.parametrize("name", ["twilio_users"])
    def test_it(request, name):
        refused()
        request.getfixturevalue(name)
        app.sign_up("ada")
    """,
    "in-a-set": """
    def test_it(request):
        refused()
        for name in {"twilio_users"}:
            request.getfixturevalue(name)
        app.sign_up("ada")
    """,
    "by-default": """
    def test_it(request, name="twilio_users"):
        refused()
        request.getfixturevalue(name)
        app.sign_up("ada")
    """,
    "decorated": """
    @patch.dict({})
    def test_it(request):
        refused()
        request.getfixturevalue("twilio_users")
        app.sign_up("ada")
    """,
    "within": """
    def test_it(request):
        refused()
        (lambda: request.getfixturevalue("twilio_users"))()
        app.sign_up("ada")
    """,
    "fixture": """
    @pytest.fixture
    def early():
        refused()

    @pytest.fixture
    def late(early, request):
        return request.getfixturevalue("twilio_users")

    def test_it(late):
        app.sign_up("ada")
    """,
    "hypothesis": """
    from hypothesis import HealthCheck, given, settings, strategies as st

    @settings(max_examples=1, suppress_health_check=list(HealthCheck))
    @given(number=st.just(1))
    def test_it(request, number):
        refused()
        request.getfixturevalue("twilio_users")
        app.sign_up("ada")
    """,
}


@pytest.mark.parametrize("test", NAMED.values(), ids=NAMED)
def test_a_test_is_known_to_ask_late_by_its_code(suite, test):
    """However it names the fixture, and where a fixture of its own does."""
    suite.run(
        f"""{IMPORTS}
    from unittest.mock import patch
    from pytest_twilio_users.errors import NoNetwork

    def refused():
        with pytest.raises(NoNetwork, match="The fixture twilio_users is not set up yet"):
            socket.getaddrinfo(HOST, 443)
    {test}
        """
    ).result.assert_outcomes(passed=1)


def test_a_test_that_only_speaks_of_the_kit_is_left_alone(suite):
    """Its docstring, or a name that begins alike."""
    suite.run(
        f"""{IMPORTS}{AWAY}
    def test_it(request):
        '''No twilio_users here.'''
        assert "twilio_users_table"
        away()
        """
    ).outcomes(passed=1)


@pytest.mark.parametrize("test", LATE.values(), ids=LATE)
@pytest.mark.parametrize("before", ["", "def test_before(twilio_users): pass"])
def test_a_test_that_asks_late_is_refused_before_and_answered_then(suite, before, test):
    """Whether it is the first to ask for the handle, or the handle is there."""
    suite.run(
        f"""{IMPORTS}
    from pytest_twilio_users.errors import NoNetwork

    {before}
    {test}
        """
    ).result.assert_outcomes(passed=2 if before else 1)


def test_a_doctest_that_asks_late_is_refused_before_and_answered_then(suite):
    """By `getfixture`."""
    (suite.path / "readme.txt").write_text(
        """
>>> import app
>>> app.sign_up("ada")
Traceback (most recent call last):
    ...
pytest_twilio_users.errors.NoNetwork: ...
>>> twilio_users = getfixture("twilio_users")
>>> app.sign_up("ada")["identity"]
'ada'
""",
        encoding="utf-8",
    )
    suite.run(
        "", "--doctest-glob=*.txt", "-o", "doctest_optionflags=ELLIPSIS", "-o", "pythonpath=."
    ).result.assert_outcomes(passed=1)


THREAD = (
    IMPORTS
    + """
    done, began = threading.Event(), threading.Event()

    def work(ask):
        began.wait()
        try:
            ask()
        except BaseException as error:
            errors.append(error)
        finally:
            done.set()

    errors = []

    def test_it(twilio_users):
        BEGIN

    def test_later():
        began.set()
        done.wait()
        assert [type(error).__name__ for error in errors] == [ERROR]
    """
)


def thread(ask, error):
    """Tests of which the first leaves a thread running that asks, and meets an error."""
    begin = f"threading.Thread(target=work, args=[lambda: {ask}], daemon=True).start()"
    return THREAD.replace("BEGIN", begin).replace("ERROR", repr(error))


@pytest.mark.parametrize(
    ("ask", "error"),
    [
        pytest.param("app.sign_up('ada')", "NoNetwork", id="httpx"),
        pytest.param("urllib.request.urlopen(URL)", "NoNetwork", id="urllib"),
        pytest.param("by_proxy().open(URL)", "NoNetwork", id="by-a-proxy"),
        pytest.param("twilio_users.client.create_user('ada')", "NotTheirs", id="the-kit-s-client"),
        pytest.param("twilio_users.add_user('ada')", "NotTheirs", id="the-handle"),
    ],
)
def test_a_thread_that_outlives_its_test_is_refused(suite, ask, error):
    """Nobody would undo what it does; and it has nothing to do with the test that runs."""
    run = suite.run(thread(ask, error))
    run.result.assert_outcomes(passed=2)
    told = "\n".join(run.lines)
    assert ("a thread that test_it.py::test_it left running" in told) is (error == "NoNetwork")


def test_what_is_refused_after_a_test_is_told_at_the_end_of_the_run(suite):
    """Once, in a section of its own."""
    run = suite.run(thread("app.sign_up('ada')", "NoNetwork"))
    assert "Twilio Users: refused" in "\n".join(run.lines)
    assert (
        "httpx tried to connect to conversations.twilio.com in a thread that"
        " test_it.py::test_it left running. In stub mode the kit blocks requests to it. End the"
        " thread before its test ends."
    ) in run.lines


def test_xdist_tells_what_was_refused(suite):
    """Its processes tell the one that reports."""
    run = suite.run(
        thread("app.sign_up('ada')", "NoNetwork"),
        *("-p", "xdist", "-n", "1"),
    )
    run.result.assert_outcomes(passed=2)
    assert "Twilio Users: refused" in "\n".join(run.lines)


def test_what_a_left_thread_sends_in_a_later_test_is_told(suite):
    """It is that test's, as nobody can tell it apart; the warning says whose thread it is."""
    run = suite.run(
        """
        import threading

        import app

        go, gone = threading.Event(), threading.Event()

        def work():
            go.wait()
            app.sign_up("ada")
            gone.set()

        def test_leaves(twilio_users):
            threading.Thread(target=work).start()

        def test_later(twilio_users):
            go.set()
            gone.wait()
            assert [user.identity for user in twilio_users.users()] == ["ada"]
        """
    )
    run.outcomes(passed=2, warnings=1)
    told = " ".join(" ".join(run.lines).split())
    assert (
        "KitWarning: A request came from a thread that test_it.py::test_leaves left running."
        " End the thread before its test ends."
    ) in told


def test_a_thread_that_a_left_one_begins_is_refused_too(suite):
    """It is of the same test: a timer that sets itself again, say."""
    suite.run(
        f"""{IMPORTS}
    asked, began, errors = threading.Event(), threading.Event(), []

    def ask():
        try:
            socket.getaddrinfo(HOST, 443)
        except Exception as error:
            errors.append(error)
        asked.set()

    def again():
        began.wait()
        threading.Thread(target=ask).start()

    def test_it(twilio_users):
        threading.Thread(target=again).start()

    def test_later():
        began.set()
        asked.wait()
        assert [type(error).__name__ for error in errors] == ["NoNetwork"]
        """
    ).result.assert_outcomes(passed=2)


@pytest.mark.parametrize("begun", ["before", "in-the-test"])
def test_work_that_a_test_leaves_to_a_pool_is_refused(suite, begun):
    """Whoever began the pool's threads."""
    suite.run(
        f"""{IMPORTS}
    pool, asked = ThreadPoolExecutor(1), threading.Event()
    {"pool.submit(int).result()" if begun == "before" else ""}
    work = []

    def ask():
        asked.wait()
        socket.getaddrinfo(HOST, 443)

    def test_it(twilio_users):
        work.append(pool.submit(ask))

    @pytest.mark.twilio_users(guard="no")
    def test_later():
        asked.set()
        assert type(work[0].exception()).__name__ == "NoNetwork"
        """
    ).result.assert_outcomes(passed=2)


def test_a_pool_whose_threads_wait_is_left_alone(suite):
    """What they do next is somebody else's, who uses nothing of the kit."""
    suite.run(
        f"""{IMPORTS}{AWAY}
    pool = ThreadPoolExecutor(1)

    def test_it(twilio_users):
        pool.submit(app.sign_up, "ada").result()
        assert len(twilio_users.users()) == 1

    def test_later():
        pool.submit(away).result()
        """
    ).result.assert_outcomes(passed=2)


def test_a_thread_of_a_wide_fixture_is_left_alone(suite):
    """A server of its own, say, which lives as long as the fixture."""
    suite.run(
        f"""{IMPORTS}{AWAY}
    ask, errors = threading.Event(), []

    def serve():
        ask.wait()
        try:
            away()
        except Exception as error:
            errors.append(error)

    @pytest.fixture(scope="session")
    def server(twilio_users):
        thread = threading.Thread(target=serve)
        thread.start()
        yield thread

    def test_it(server):
        pass

    def test_later(server, request):
        pass

    def test_without(pytestconfig):
        ask.set()
        assert errors == []
        """
    ).result.assert_outcomes(passed=3)


def test_a_thread_that_outlives_the_run_is_refused(suite):
    """Python waits for it, after pytest is done."""
    suite.write(
        test_it=f"""{IMPORTS}

    def late():
        threading.main_thread().join()
        urllib.request.urlopen("http://conversations.twilio.com:9/v1/Users")

    def test_it(twilio_users):
        threading.Thread(target=late).start()
        """
    )
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "twilio_users", "-p", "no:cacheprovider", "-q"],
        cwd=suite.path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0
    assert "NoNetwork: urllib tried to connect" in run.stderr


@pytest.mark.parametrize("library", ["httpx", "requests", "aiohttp"])
@pytest.mark.parametrize("proxy", [None, "http://127.0.0.1:9"])
def test_libraries_that_are_answered_are_refused_where_the_kit_is_not_used(suite, library, proxy):
    """By a proxy, too, which alone is looked up."""
    pytest.importorskip(library)
    send = {
        "httpx": "httpx.get(PLAIN, proxy=PROXY)",
        "requests": "requests.get(PLAIN, proxies={'http': PROXY} if PROXY else None)",
        "aiohttp": "asyncio.run(by_aiohttp())",
    }[library]
    run = suite.run(
        f"""{IMPORTS}
    import aiohttp
    import requests

    PLAIN, PROXY = "http://conversations.twilio.com:9/v1/Users", {proxy!r}

    async def by_aiohttp():
        async with aiohttp.ClientSession() as session:
            await session.get(PLAIN, proxy=PROXY)

    def test_it():
        {send}
        """,
        "--twilio-users-guard=run",
    )
    run.result.assert_outcomes(failed=1)
    assert f"{library} tried to connect to conversations.twilio.com" in run.failure("test_it")


def test_a_route_that_lets_pass_is_named(suite):
    """Its request is refused like any other, and the reason is another."""
    run = suite.run(
        f"""{IMPORTS}
    def test_it(twilio_users):
        twilio_users.routes["list_user"].pass_through()
        app.http.get(URL)
        """
    )
    run.result.assert_outcomes(failed=1)
    assert (
        "The kit answers this library, unless a route lets the request pass or the test removed"
        ' the kit\'s patch. To let it leave: @pytest.mark.twilio_users(guard="no").'
    ) in run.failure("test_it")


def test_a_marker_that_turns_it_off_holds_for_the_fixtures_of_the_test(suite):
    """Also for one that lives longer, and is set up in it."""
    suite.run(
        f"""{IMPORTS}{AWAY}
    @pytest.fixture(scope="session")
    def wide(twilio_users):
        away()

    @pytest.mark.twilio_users(guard="no")
    def test_it(wide):
        pass
        """
    ).result.assert_outcomes(passed=1)


def test_a_thread_of_before_is_left_alone(suite):
    """It belongs to somebody else."""
    suite.run(
        f"""{IMPORTS}{AWAY}
    asked = threading.Event()
    errors = []

    def work():
        asked.wait()
        try:
            away()
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()

    def test_it(twilio_users):
        pass

    def test_later():
        asked.set()
        thread.join()
        assert errors == []
        """
    ).outcomes(passed=2)


FORK = (
    IMPORTS
    + """
    import os

    def in_a_fork(ask):
        reading, writing = os.pipe()
        if os.fork() == 0:
            try:
                ask()
                told = "answered"
            except BaseException as error:
                told = f"{type(error).__name__}: {error}"
            os.write(writing, told.encode())
            os._exit(0)
        os.close(writing)
        os.wait()
        return os.read(reading, 10_000).decode()
    """
)
IS_A_FORK = (
    "this process is a fork of the test process, so the test would not see its changes. Send"
    " its requests to the fixture twilio_users_server."
)


@pytest.mark.skipif(sys.platform == "win32", reason="nothing forks there")
@pytest.mark.parametrize(
    ("ask", "told"),
    [
        ("app.sign_up('ada')", f"NotTheirs: The kit does not answer: {IS_A_FORK}"),
        ("twilio_users.users()", f"NotTheirs: The kit does not answer: {IS_A_FORK}"),
        (
            "urllib.request.urlopen(URL)",
            f"NoNetwork: urllib tried to connect to {HOST}; {IS_A_FORK}",
        ),
    ],
)
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_process_is_refused(suite, ask, told):
    """It has a copy of the users: nobody would see what it does."""
    suite.run(
        f"""{FORK}
    def test_it(twilio_users):
        assert in_a_fork(lambda: {ask}) == {told!r}
        assert twilio_users.users() == []
        """
    ).result.assert_outcomes(passed=1)


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_fork_between_tests_is_a_process_of_its_own(suite):
    """As of a plugin that runs each test in a process: all of it is there."""
    suite.run(
        f"""{FORK}
    def test_first(twilio_users):
        pass

    def test_second():
        assert in_a_fork(lambda: None) == "answered"

    def test_third(twilio_users):
        assert app.sign_up("ada")["identity"] == "ada"
        """
    ).result.assert_outcomes(passed=3)


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_lock_that_another_thread_holds_does_not_hang_a_fork(suite):
    """The child has locks of its own."""
    suite.run(
        f"""{FORK}
    def test_it(twilio_users, pytestconfig):
        held, free = threading.Event(), threading.Event()

        def hold():
            with twilio_users._parts.isolation.lock, twilio_users._parts.account.lock:
                held.set()
                free.wait()

        thread = threading.Thread(target=hold)
        thread.start()
        held.wait()
        told = in_a_fork(lambda: app.sign_up("ada"))
        free.set()
        thread.join()
        assert told.startswith("NotTheirs")
        """
    ).result.assert_outcomes(passed=1)


def test_what_a_wide_fixture_gives_a_pool_is_no_tests(suite):
    """An event loop of a module's, say, on which each test has something done."""
    suite.run(
        """
        from concurrent.futures import ThreadPoolExecutor
        from queue import SimpleQueue

        import app
        import pytest

        @pytest.fixture(scope="module")
        def ask(twilio_users):
            asked, answers = SimpleQueue(), SimpleQueue()

            def serve():
                while (name := asked.get()) is not None:
                    answers.put(app.sign_up(name)["identity"])

            def ask(name):
                asked.put(name)
                return answers.get()

            with ThreadPoolExecutor() as pool:
                pool.submit(serve)
                yield ask
                asked.put(None)

        @pytest.mark.parametrize("name", ["ada", "grace"])
        def test_it(ask, name):
            assert ask(name) == name
        """
    ).outcomes(passed=2)
