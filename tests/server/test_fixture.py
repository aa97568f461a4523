"""`twilio_users_server`: the handle's users on a socket, for clients of other processes."""

import sys
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import httpx
import pytest
from hypothesis import settings

from pytest_twilio_users import UsersClient
from pytest_twilio_users.state_machine import run_state_machine

AUTH = ("AC" + "a" * 32, "a secret of the application")
PLUGIN = ("-p", "pytest_twilio_users.plugin", "-p", "no:cacheprovider")


@pytest.fixture
def http(twilio_users_server):
    """A client that nothing catches: it goes to loopback."""
    with httpx.Client(base_url=twilio_users_server, auth=AUTH) as client:
        yield client


@pytest.fixture
def author(pytester, monkeypatch):
    """A place for an author's tests, where no other plugin is loaded."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    return pytester


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_begins_with_nobody(http, twilio_users, turn):
    """State is the handle's, and ends with the test."""
    assert http.post("/v1/Users", data={"Identity": "ada"}).status_code == 201
    assert [user.identity for user in twilio_users.users()] == ["ada"]
    assert twilio_users.journal.operations == ["create_user"]


def test_links_lead_to_the_server(http, twilio_users, twilio_users_server):
    """Not to Twilio: whoever follows them stays."""
    twilio_users.add_user("ada")
    url = http.get("/v1/Users/ada").json()["url"]
    assert url.startswith(twilio_users_server)
    assert http.get(url).json()["identity"] == "ada"


def test_overrides_answer(http, twilio_users):
    """Routes are the handle's, too."""
    twilio_users.routes["create_user"].refuse("too_many_requests", times=1)
    statuses = [http.post("/v1/Users", data={"Identity": "ada"}).status_code for _ in range(2)]
    assert statuses == [429, 201]
    assert twilio_users.routes["create_user"].call_count == 2


def test_an_async_override_answers(http, twilio_users):
    """The server can await."""

    async def answer(request):
        return httpx.Response(299)

    twilio_users.routes["list_user"].mock(side_effect=answer)
    assert http.get("/v1/Users").status_code == 299


def test_twilios_name_is_no_mistake(http, twilio_users):
    """A client that was led here by it can send it over http alone."""
    assert http.get("/v1/Users", headers={"Host": "conversations.twilio.com"}).status_code == 200
    assert twilio_users.journal.violations == []


@pytest.mark.twilio_users(strict=False)
def test_twilio_answers_what_no_operation_does(http, twilio_users):
    """404, as Twilio would."""
    assert http.get("/v1/Userz").status_code == 404
    assert twilio_users.journal.violations == []


def test_any_language_reaches_it(twilio_users_server, twilio_users):
    """A client that is none of httpx's."""
    with pytest.raises(HTTPError) as caught:
        urlopen(Request(f"{twilio_users_server}/v1/Users"))  # noqa: S310  # on loopback
    with caught.value as refusal:
        assert refusal.code == 401


@pytest.mark.usefixtures("twilio_users")
def test_random_operations_agree_with_a_dictionary(twilio_users_server):
    """The state machine's model and the served stub never differ."""
    with UsersClient(*AUTH, base_url=twilio_users_server) as client:
        run_state_machine(client, settings=settings(max_examples=15, stateful_step_count=20))


def test_mistakes_fail_the_test(author):
    """Strictness complains at the end, though the application got Twilio's answer."""
    author.makepyfile(
        """
        import httpx

        def test_wrong(twilio_users, twilio_users_server):
            answer = httpx.get(f"{twilio_users_server}/v1/Userz", auth=("AC", "secret"))
            assert answer.json()["code"] == 20404
        """
    )
    result = author.runpytest_subprocess(*PLUGIN)
    result.stdout.fnmatch_lines(
        [
            "Twilio would ignore or misread what your code sent:",
            "  no operation: GET /v1/Userz -> 404 20404 The requested resource /Userz *",
            "    path: found GET /v1/Userz, which no operation answers; Known paths: *",
        ]
    )


def test_nothing_is_left_behind(author):
    """Between tests that use the kit it says 503; afterwards nobody listens. No thread stays."""
    author.makepyfile(
        """
        import threading
        import httpx
        import pytest

        @pytest.fixture(scope="module", autouse=True)
        def urls():
            return []

        @pytest.fixture(scope="module")
        def background(twilio_users_server, twilio_users):
            data = {"Identity": "of the module"}
            answer = httpx.post(f"{twilio_users_server}/v1/Users", data=data, auth=("AC", "b"))
            assert answer.status_code == 201

        def test_with_the_kit(background, twilio_users, twilio_users_server, urls):
            urls.append(twilio_users_server)
            assert [user.identity for user in twilio_users.users()] == ["of the module"]

        def test_without_the_kit(urls):
            answer = httpx.get(f"{urls[0]}/v1/Users", auth=("AC", "b"))
            assert answer.status_code == 503
            assert answer.json() == {
                "code": 20503,
                "message": "No test that uses twilio_users is running, so nothing would undo what"
                " this request changes. Send it while a test that uses twilio_users_server is"
                " running.",
                "more_info": "https://www.twilio.com/docs/errors/20503",
                "status": 503,
            }

        def test_again(twilio_users, twilio_users_server):
            assert [user.identity for user in twilio_users.users()] == ["of the module"]
        """
    )
    author.makeconftest(
        """
        import threading

        def pytest_unconfigure():
            names = [thread.name for thread in threading.enumerate()]
            assert names == ["MainThread"], names
        """
    )
    result = author.runpytest_subprocess(*PLUGIN, "-W", "error")
    result.assert_outcomes(passed=3)
    assert result.stderr.str() == ""


def test_without_uvicorn_there_is_one_sentence(author, monkeypatch):
    """It says what to install."""
    author.makepyfile("def test_it(twilio_users_server): ...")
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    result = author.runpytest_inprocess(*PLUGIN)
    result.assert_outcomes(errors=1)
    sentence = 'twilio_users_server needs uvicorn: pip install "pytest-twilio-users[server]".'
    result.stdout.fnmatch_lines([sentence])
