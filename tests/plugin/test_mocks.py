"""Mocks of other libraries in the same test: one rule, whoever came first."""

import re

import pytest

IMPORTS = """
    import asyncio

    import httpx
    import pytest

    URL, OTHER = "https://conversations.twilio.com/v1/Users", "https://api.example.com/"
    LOGIN = ("AC" + 32 * "a", "a secret of the application")

    @pytest.fixture(params=["unseen", "looked-at"], autouse=True)
    def routes(request, twilio_users):
        if request.param == "looked-at":
            assert twilio_users.routes

    def twilio(by=httpx):
        return by.get(URL, auth=LOGIN)
    """
PLUGINS = ("-p", "respx", "-p", "pytest_httpx", "-p", "requests_mock.contrib._pytest_plugin")

MOCKS = {
    "respx-fixture": """
    def test_it(twilio_users, respx_mock):
        respx_mock.get(OTHER).respond(418)
        assert (httpx.get(OTHER).status_code, twilio().status_code) == (418, 200)
    """,
    "respx-decorator": """
    import respx

    @respx.mock
    def test_it(twilio_users):
        respx.get(OTHER).respond(418)
        assert (httpx.get(OTHER).status_code, twilio().status_code) == (418, 200)
    """,
    "respx-above-transports": """
    import respx

    def test_it(twilio_users):
        with respx.mock(using="httpx") as router:
            router.get(OTHER).respond(418)
            assert (httpx.get(OTHER).status_code, twilio().status_code) == (418, 200)
    """,
    "respx-above-transports-async": """
    import respx

    def test_it(twilio_users):
        async def ask():
            async with httpx.AsyncClient(auth=LOGIN) as client:
                return (await client.get(OTHER)).status_code, (await client.get(URL)).status_code

        with respx.mock(using="httpx") as router:
            router.get(OTHER).respond(418)
            assert asyncio.run(ask()) == (418, 200)
    """,
    "httpx_mock-first": """
    def test_it(httpx_mock, twilio_users):
        httpx_mock.add_response(url=OTHER, status_code=418)
        assert (httpx.get(OTHER).status_code, twilio().status_code) == (418, 200)
    """,
    "httpx_mock-async": """
    def test_it(twilio_users, httpx_mock):
        async def ask():
            async with httpx.AsyncClient(auth=LOGIN) as client:
                return (await client.get(OTHER)).status_code, (await client.get(URL)).status_code

        httpx_mock.add_response(url=OTHER, status_code=418)
        assert asyncio.run(ask()) == (418, 200)
    """,
    "responses-decorator": """
    import requests
    import responses

    @responses.activate
    def test_it(twilio_users):
        responses.get(OTHER, status=418)
        assert (requests.get(OTHER).status_code, twilio(requests).status_code) == (418, 200)
    """,
    "responses-before-the-kit": """
    import requests
    import responses

    @pytest.fixture(scope="session", autouse=True)
    def before():
        with responses.RequestsMock() as mock:
            mock.get(OTHER, status=418)
            yield

    def test_it(twilio_users):
        assert (requests.get(OTHER).status_code, twilio(requests).status_code) == (418, 200)
    """,
    "responses-sdk": """
    import responses
    from twilio.rest import Client

    @responses.activate
    def test_it(twilio_users):
        Client(*LOGIN).conversations.v1.users.create(identity="ada")
        assert len(twilio_users.users()) == 1
    """,
    "requests_mock-fixture": """
    import requests

    def test_it(requests_mock, twilio_users):
        requests_mock.get(OTHER, status_code=418)
        assert (requests.get(OTHER).status_code, twilio(requests).status_code) == (418, 200)
    """,
    "requests_mock-in-the-test": """
    import requests
    import requests_mock

    def test_it(twilio_users):
        with requests_mock.Mocker() as mock:
            mock.get(OTHER, status_code=418)
            assert (requests.get(OTHER).status_code, twilio(requests).status_code) == (418, 200)
    """,
    "requests_mock-sdk": """
    import requests_mock
    from twilio.rest import Client

    def test_it(twilio_users):
        with requests_mock.Mocker():
            Client(*LOGIN).conversations.v1.users.create(identity="ada")
        assert len(twilio_users.users()) == 1
    """,
    "vcrpy-httpx": """
    import vcr

    @vcr.use_cassette("new.yaml", record_mode="none")
    def test_it(twilio_users):
        assert twilio().status_code == 200
        assert twilio_users.journal.operations == ["list_user"]
    """,
    "vcrpy-async": """
    import vcr

    def test_it(twilio_users):
        async def ask():
            async with httpx.AsyncClient(auth=LOGIN) as client:
                return (await client.get(URL)).status_code

        with vcr.use_cassette("new.yaml"):
            assert asyncio.run(ask()) == 200
        assert twilio_users.journal.operations == ["list_user"]
    """,
    "vcrpy-requests": """
    import requests
    import vcr

    @vcr.use_cassette("new.yaml", record_mode="none")
    def test_it(twilio_users):
        assert twilio(requests).status_code == 200
    """,
    "vcrpy-aiohttp": """
    import aiohttp
    import vcr

    def test_it(twilio_users):
        async def ask():
            async with aiohttp.ClientSession() as session:
                async with session.get(URL) as answer:
                    return answer.status

        with vcr.use_cassette("new.yaml", record_mode="none"):
            assert asyncio.run(ask()) == 401
        assert twilio_users.journal.operations == ["list_user"]
    """,
    "aioresponses": """
    import aiohttp
    from aioresponses import aioresponses

    def test_it(twilio_users):
        async def ask():
            async with aiohttp.ClientSession() as session:
                async with session.get(URL) as answer:
                    return answer.status

        with aioresponses():
            assert asyncio.run(ask()) == 401
        assert twilio_users.journal.operations == ["list_user"]
    """,
    "webhook-that-sounds-alike": """
    import requests
    import responses

    @responses.activate
    def test_it(twilio_users):
        responses.get("https://api.example.com/webhooks/twilio/conversations", status=418)
        assert twilio(requests).status_code == 200
        requests.get("https://api.example.com/webhooks/twilio/conversations")
    """,
}


@pytest.mark.parametrize("test", MOCKS.values(), ids=MOCKS)
def test_a_mock_answers_for_other_hosts_and_the_kit_for_twilio(suite, test):
    """Also where nobody looked at `routes`; vcrpy's cassettes know nothing of it."""
    run = suite.run(IMPORTS + test, *PLUGINS)
    run.result.assert_outcomes(passed=2)
    assert not any("KitWarning" in line for line in run.lines)
    assert not (suite.path / "new.yaml").exists()


ROUTES = {
    "respx": """
    import respx

    def test_it(twilio_users):
        with respx.mock(assert_all_called=False) as router:
            router.get(URL).respond(418)
            assert twilio().status_code == 200
    """,
    "pytest-httpx": """
    @pytest.mark.httpx_mock(assert_all_responses_were_requested=False)
    def test_it(twilio_users, httpx_mock):
        httpx_mock.add_response(url=URL, status_code=418)
        assert twilio().status_code == 200
    """,
    "responses": """
    import requests
    import responses

    @responses.activate
    def test_it(twilio_users):
        responses.get(URL, status=418)
        assert twilio(requests).status_code == 200
    """,
    "requests-mock": """
    import requests

    def test_it(twilio_users, requests_mock):
        requests_mock.get(URL, status_code=418)
        assert twilio(requests).status_code == 200
    """,
    "aioresponses": """
    import aiohttp
    from aioresponses import aioresponses

    def test_it(twilio_users):
        async def ask():
            async with aiohttp.ClientSession() as session:
                async with session.get(URL) as answer:
                    return answer.status

        with aioresponses() as mock:
            mock.get(URL, status=418)
            assert asyncio.run(ask()) == 401
    """,
    "vcrpy": """
    import json
    import vcr
    from pathlib import Path

    def test_it(twilio_users):
        asked = {"method": "GET", "uri": URL, "body": "", "headers": {}}
        answered = {"status": {"code": 418, "message": "?"}, "body": {"string": ""}, "headers": {}}
        recorded = {"version": 1, "interactions": [{"request": asked, "response": answered}]}
        Path("old.json").write_text(json.dumps(recorded))
        with vcr.use_cassette("old.json", serializer="json"):
            assert twilio().status_code == 200
    """,
}


@pytest.mark.parametrize("library", ROUTES)
def test_an_answer_of_a_mock_for_twilio_is_passed_over_and_told(suite, library):
    """Once a test, in a warning that says what to do."""
    run = suite.run(IMPORTS + ROUTES[library], *PLUGINS)
    run.result.assert_outcomes(passed=2)
    told = [line for line in run.lines if "KitWarning: " in line]
    expected = (
        f"{library} mocks Twilio's Conversations, but the kit answers instead. Override the"
        ' operation: twilio_users.routes["create_user"].'
    )
    assert [line.partition("KitWarning: ")[2] for line in told] == [expected]


@pytest.mark.parametrize("library", ROUTES)
def test_a_test_that_fails_for_want_of_its_mock_is_told_so(suite, library):
    """Beside the failure, where the author looks."""
    source = re.sub(r"== (200|401)$", "== 418", ROUTES[library], flags=re.MULTILINE)
    run = suite.run(IMPORTS.replace('["unseen", "looked-at"]', '["unseen"]') + source, *PLUGINS)
    sections = dict(run.report("test_it[unseen]", "call").sections)
    assert sections["Twilio Users: warnings"] == (
        f"{library} mocks Twilio's Conversations, but the kit answers instead. Override the"
        ' operation: twilio_users.routes["create_user"].'
    )


OWN_WORD = {
    "transport": "patch('httpx.HTTPTransport.handle_request', return_value=httpx.Response(418))",
    "client": "patch('httpx.Client.send', return_value=httpx.Response(418))",
    "adapter": "patch('requests.adapters.HTTPAdapter.send', return_value=answer())",
}


PASSED = {
    "responses": """
    import requests
    import responses

    @responses.activate
    def test_it(twilio_users):
        rooms = pass_on(twilio_users)
        responses.get(ROOMS, status=418)
        assert requests.get(ROOMS, auth=LOGIN).status_code == 418
        assert twilio(requests).status_code == 200
        assert rooms.call_count == 1
    """,
    "requests-mock": """
    import requests

    def test_it(twilio_users, requests_mock):
        rooms = pass_on(twilio_users)
        requests_mock.get(ROOMS, status_code=418)
        assert requests.get(ROOMS, auth=LOGIN).status_code == 418
        assert twilio(requests).status_code == 200
        assert rooms.call_count == 1
    """,
    "respx": """
    def test_it(twilio_users, respx_mock):
        rooms = pass_on(twilio_users)
        respx_mock.get(ROOMS).respond(418)
        assert (httpx.get(ROOMS, auth=LOGIN).status_code, twilio().status_code) == (418, 200)
        assert rooms.call_count == 1
    """,
    "pytest-httpx": """
    def test_it(twilio_users, httpx_mock):
        rooms = pass_on(twilio_users)
        httpx_mock.add_response(url=ROOMS, status_code=418)
        assert (httpx.get(ROOMS, auth=LOGIN).status_code, twilio().status_code) == (418, 200)
        assert rooms.call_count == 1
    """,
    "aioresponses": """
    import aiohttp
    from aioresponses import aioresponses

    def test_it(twilio_users):
        rooms = pass_on(twilio_users)

        async def ask(*urls):
            async with aiohttp.ClientSession(headers={"Authorization": "Basic QTpi"}) as session:
                return [(await session.get(url)).status for url in urls]

        with aioresponses() as mock:
            mock.get(ROOMS, exception=ZeroDivisionError())
            assert asyncio.run(ask(URL)) == [200]
            with pytest.raises(ZeroDivisionError):
                asyncio.run(ask(ROOMS))
        assert rooms.call_count == 1
    """,
}


@pytest.mark.parametrize("library", PASSED)
def test_a_route_lets_pass_what_a_mock_has_an_answer_for(suite, library):
    """A team's own mocks of other resources stay; the kit has the users. Nothing warns."""
    pass_on = """
    ROOMS = "https://conversations.twilio.com/v1/Conversations"

    def pass_on(twilio_users):
        return twilio_users.routes.get(ROOMS).pass_through()
    """
    suite.run(IMPORTS + pass_on + PASSED[library], *PLUGINS, "-W", "error").outcomes(passed=2)


@pytest.mark.parametrize("place", ["test", "fixture"])
@pytest.mark.parametrize("patch", OWN_WORD.values(), ids=OWN_WORD)
def test_an_authors_own_patch_stays_above_the_kit(suite, place, patch):
    """What `unittest.mock` has in the place of a method answers; nobody else put it there."""
    by = "requests" if "requests" in patch else "httpx"
    test = f"""
    import requests
    from unittest.mock import patch

    def answer():
        found = requests.Response()
        found.status_code = 418
        return found

    @pytest.fixture
    def patched(twilio_users):
        with {patch}:
            yield

    def test_it(twilio_users{", patched" if place == "fixture" else ""}):
        with {patch if place == "test" else "patch.dict({})"}:
            assert twilio({by}).status_code == 418
        assert len(twilio_users.journal) == 0
    """
    suite.run(IMPORTS + test).result.assert_outcomes(passed=2)
