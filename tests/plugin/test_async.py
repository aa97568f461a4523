"""Async application code and the async client, whoever runs the event loop."""

import pytest

LOOP = ("-p", "pytest_asyncio.plugin", "-o", "asyncio_default_fixture_loop_scope=function")
RUNNERS = {
    "asyncio-strict": (*LOOP, "-o", "asyncio_mode=strict"),
    "asyncio-auto": (*LOOP, "-o", "asyncio_mode=auto"),
    "asyncio-session-loop": (*LOOP, "-o", "asyncio_mode=strict"),
    "anyio": ("-p", "anyio"),
}
MARKS = {
    "asyncio-strict": "pytest.mark.asyncio",
    "asyncio-auto": "[]",
    "asyncio-session-loop": "pytest.mark.asyncio(loop_scope='session')",
    "anyio": "pytest.mark.anyio",
}
BACKENDS = {"anyio": 2}  # asyncio and trio


@pytest.fixture(params=RUNNERS)
def passes(request, suite):
    """Asserts that async tests pass; RUNNER stands in their source for the runner's mark."""

    def passes(source: str, *, tests: int = 1) -> None:
        run = suite.run(source.replace("RUNNER", MARKS[request.param]), *RUNNERS[request.param])
        run.outcomes(passed=tests * BACKENDS.get(request.param, 1))

    return passes


def test_the_async_client_reaches_the_stub(passes):
    """Each operation is awaited, and answers from the test's state."""
    passes(
        """
        import pytest

        pytestmark = RUNNER

        async def test_client(twilio_users, twilio_users_async_client):
            ada = twilio_users.add_user("ada")
            grace = await twilio_users_async_client.create_user("grace")
            assert await twilio_users_async_client.fetch_user(ada.sid) == ada
            found = [user async for user in twilio_users_async_client.iter_users(page_size=1)]
            assert [user.sid for user in found] == [ada.sid, grace.sid]
        """
    )


def test_async_application_code_is_caught(passes):
    """An AsyncClient of the application reaches the stub."""
    passes(
        """
        import app
        import pytest

        pytestmark = RUNNER

        async def test_application(twilio_users):
            made = await app.sign_up_async("ada")
            assert (await twilio_users.async_client.fetch_user("ada")).sid == made["sid"]
            assert twilio_users.journal.operations == ["create_user", "fetch_user"]
        """
    )


def test_async_tests_are_isolated(passes):
    """One client serves each test in an event loop of its own; what a test made ends with it."""
    passes(
        """
        import app
        import pytest

        pytestmark = RUNNER

        @pytest.mark.parametrize("time", [1, 2])
        async def test_alone(twilio_users, time):
            assert twilio_users.users() == []
            await app.sign_up_async("ada")
            await twilio_users.async_client.create_user("grace")
            assert len(twilio_users.journal) == 2
        """,
        tests=2,
    )


def test_interleaved_tasks_share_the_state_of_the_test(passes):
    """Tasks that take turns find each other's users, and each has a SID of its own."""
    passes(
        """
        import anyio
        import app
        import pytest

        pytestmark = RUNNER

        async def test_tasks(twilio_users):
            seen = {}

            async def task(name):
                made = await app.sign_up_async(name)
                await anyio.lowlevel.checkpoint()
                seen[name] = (await twilio_users.async_client.fetch_user(name)).sid
                assert seen[name] == made["sid"]

            async with anyio.create_task_group() as group:
                for number in range(20):
                    group.start_soon(task, f"user-{number}")
            assert len(set(seen.values())) == len(twilio_users.users()) == 20
            assert twilio_users.journal.tally() == {"create_user": 20, "fetch_user": 20}
        """
    )


def test_a_mistake_of_async_code_fails_the_test(suite):
    """It is told at the end of an async test, too."""
    run = suite.run(
        """
        import app
        import httpx
        import pytest

        @pytest.mark.asyncio
        async def test_mistaken(twilio_users):
            async with httpx.AsyncClient(auth=app.LOGIN, verify=False) as http:
                await http.get(app.USERS, params={"page_size": 20})
        """,
        *RUNNERS["asyncio-strict"],
    )
    run.outcomes(failed=1)
    assert run.exchanges("test_mistaken") == (
        "1. list_user: GET /v1/Users (page_size='20') -> 200\n"
        "   error query.page_size: found a parameter that Twilio ignores;"
        " allowed: PageSize, Page, PageToken. Did you mean 'PageSize'?"
    )


WIDE = """
    import app
    import pytest
    {imports}

    pytestmark = {mark}

    @{fixture}
    async def ada(twilio_users{backend}):
        await app.sign_up_async("ada")
        yield
        assert [user.identity for user in twilio_users.users()] == ["ada"]
        await twilio_users.async_client.delete_user("ada")

    @pytest.mark.parametrize("time", [1, 2])
    async def test_finds(ada, twilio_users, time):
        assert len(twilio_users.journal) == 0
        assert [user.identity for user in twilio_users.users()] == ["ada"]
        await twilio_users.async_client.delete_user("ada")
        await app.sign_up_async("grace")
    """


@pytest.mark.parametrize("scope", ["module", "session"])
def test_wide_async_fixtures_of_pytest_asyncio_nest(suite, scope):
    """What an async fixture made lasts as long as its scope, and it is torn down among its own."""
    source = WIDE.format(
        imports="import pytest_asyncio",
        mark=f"pytest.mark.asyncio(loop_scope={scope!r})",
        fixture=f"pytest_asyncio.fixture(scope={scope!r}, loop_scope={scope!r})",
        backend="",
    )
    suite.run(source, *RUNNERS["asyncio-strict"]).outcomes(passed=2)


def test_wide_async_fixtures_of_anyio_nest(suite):
    """The same under anyio, for each of its backends."""
    source = WIDE.format(
        imports="",
        mark="pytest.mark.anyio",
        fixture="pytest.fixture(scope='module')",
        backend=", anyio_backend",
    )
    suite.run(source, *RUNNERS["anyio"]).outcomes(passed=4)


def test_no_async_plugin_is_needed(suite):
    """A sync test may run event loops itself, one after the other."""
    suite.run(
        """
        import asyncio

        import app

        def test_loops(twilio_users):
            made = asyncio.run(app.sign_up_async("ada"))
            found = asyncio.run(twilio_users.async_client.fetch_user("ada"))
            assert found.sid == made["sid"]
        """
    ).outcomes(passed=1)


def test_threads_share_the_state_of_the_test(suite):
    """Requests from many threads are answered one at a time, and all noted."""
    suite.run(
        """
        from concurrent.futures import ThreadPoolExecutor

        import app

        def test_threads(twilio_users):
            def work(number):
                made = app.sign_up(f"user-{number}")
                assert twilio_users.client.fetch_user(made["sid"]).identity == f"user-{number}"
                return made["sid"]

            with ThreadPoolExecutor(8) as pool:
                sids = list(pool.map(work, range(80)))
            assert len(set(sids)) == len(twilio_users.users()) == 80
            assert twilio_users.journal.tally() == {"create_user": 80, "fetch_user": 80}

        def test_after(twilio_users):
            assert twilio_users.users() == []
        """
    ).outcomes(passed=2)
