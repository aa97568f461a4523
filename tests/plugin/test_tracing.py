"""Wrappers of libraries, such as tracing: they run around the kit, whichever came first."""

import pytest

IMPORTS = """
    import asyncio
    from contextlib import contextmanager

    import httpx
    import pytest

    URL = "https://conversations.twilio.com/v1/Users"
    LOGIN = ("AC" + 32 * "a", "a secret of the application")
    BASIC = {"Authorization": httpx.BasicAuth(*LOGIN)._auth_header}

    def ask(by):
        import importlib

        library = importlib.import_module(by.removeprefix("async-"))
        if by == "aiohttp":
            return asyncio.run(ask_aiohttp(library))
        if by.startswith("async-"):
            return asyncio.run(ask_async(library))
        return library.get(URL, auth=LOGIN).status_code

    async def ask_async(library):
        async with library.AsyncClient(auth=LOGIN) as client:
            return (await client.get(URL)).status_code

    async def ask_aiohttp(aiohttp):
        async with aiohttp.ClientSession() as session:
            async with session.get(URL, headers=BASIC) as answer:
                return answer.status
    """
BY_HAND = """
    from functools import wraps

    seen = []

    def traced(owner, name):
        beneath = getattr(owner, name)

        @wraps(beneath)
        def wrapper(*args, **given):
            seen.append(name)
            return beneath(*args, **given)

        setattr(owner, name, wrapper)
        return lambda: setattr(owner, name, beneath)

    class Proxy:
        '''A wrapper that looks like what it wraps, as wrapt makes them.'''

        def __init__(self, wrapped):
            self.wrapped = wrapped

        def __getattr__(self, name):
            return getattr(self.wrapped, name)

        def __get__(self, instance, owner=None):
            def call(*args, **given):
                seen.append("proxy")
                return self.wrapped.__get__(instance, owner)(*args, **given)
            return call

        def __eq__(self, other):
            return self.wrapped == other

        def __hash__(self):
            return hash(self.wrapped)

    def proxied(owner, name):
        beneath = getattr(owner, name)
        setattr(owner, name, Proxy(beneath))
        return lambda: setattr(owner, name, beneath)
    """
METHODS = {
    "httpx": "httpx.HTTPTransport, 'handle_request'",
    "async-httpx": "httpx.AsyncHTTPTransport, 'handle_async_request'",
    "httpx2": "httpx2.HTTPTransport, 'handle_request'",
    "async-httpx2": "httpx2.AsyncHTTPTransport, 'handle_async_request'",
    "requests": "requests.adapters.HTTPAdapter, 'send'",
    "aiohttp": "aiohttp.ClientSession, '_request'",
}


@pytest.mark.parametrize("wrapper", ["traced", "proxied"])
@pytest.mark.parametrize("when", ["import", "fixture-before", "fixture-after", "test"])
@pytest.mark.parametrize("by", METHODS)
def test_a_wrapper_by_hand_runs_around_the_kit(suite, by, when, wrapper):
    """Whether it was there before, or came later; and in each test of the run."""
    library = by.removeprefix("async-")
    pytest.importorskip(library)
    wrap = f"{wrapper}({METHODS[by]})"
    suite.run(
        f"""{IMPORTS}{BY_HAND}
    import {library}

    {f"undo = {wrap}" if when == "import" else ""}

    @pytest.fixture(autouse=True, scope={"'session'" if when == "fixture-before" else "'function'"})
    def wrapped({"" if when == "fixture-before" else "twilio_users"}):
        undo = {wrap if when.startswith("fixture") else "lambda: None"}
        yield
        undo()

    @pytest.mark.parametrize("time", [1, 2])
    def test_it(twilio_users, time):
        seen.clear()
        undo = {wrap if when == "test" else "lambda: None"}
        assert ask({by!r}) == 200
        undo()
        assert len(seen) == 1
        assert twilio_users.journal.operations == ["list_user"]

    def test_last(twilio_users):
        {"undo()" if when == "import" else "pass"}
        """
    ).result.assert_outcomes(passed=3)


INSTRUMENTORS = {
    "httpx": ("opentelemetry.instrumentation.httpx", "HTTPXClientInstrumentor"),
    "async-httpx": ("opentelemetry.instrumentation.httpx", "HTTPXClientInstrumentor"),
    "requests": ("opentelemetry.instrumentation.requests", "RequestsInstrumentor"),
    "aiohttp": ("opentelemetry.instrumentation.aiohttp_client", "AioHttpClientInstrumentor"),
}


@pytest.mark.parametrize("when", ["import", "test"])
@pytest.mark.parametrize("by", INSTRUMENTORS)
def test_opentelemetry_has_a_span_for_each_request(suite, by, when):
    """With its header in the journal, as on the wire."""
    module, name = INSTRUMENTORS[by]
    pytest.importorskip(module)
    suite.write(
        app=f"""
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import SimpleSpanProcessor
        from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
        from {module} import {name}

        spans, provider = InMemorySpanExporter(), TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(spans))

        def instrument():
            {name}().instrument(tracer_provider=provider)

        def uninstrument():
            {name}().uninstrument()

        {"instrument()" if when == "import" else ""}
        """
    )
    suite.run(
        f"""{IMPORTS}
    import app

    @pytest.mark.parametrize("time", [1, 2])
    def test_it(twilio_users, time):
        app.spans.clear()
        {"app.instrument()" if when == "test" else ""}
        assert ask({by!r}) == 200
        {"app.uninstrument()" if when == "test" else ""}
        assert len(app.spans.get_finished_spans()) == 1
        assert twilio_users.journal.last.request.header("traceparent")

    def test_last():
        {"app.uninstrument()" if when == "import" else "pass"}
        """
    ).result.assert_outcomes(passed=3)


@pytest.mark.parametrize("by", ["httpx", "async-httpx", "aiohttp"])
def test_sentry_has_a_span_for_each_request(suite, by):
    """Of requests it hears in http.client, which the kit never comes to."""
    pytest.importorskip("sentry_sdk")
    suite.run(
        f"""{IMPORTS}
    import sentry_sdk

    told = []

    def keep(event, hint):
        told.append(event)

    @pytest.fixture(scope="session", autouse=True)
    def sentry():
        sentry_sdk.init(
            dsn="http://key@127.0.0.1:9/1", traces_sample_rate=1.0, before_send_transaction=keep
        )
        yield
        sentry_sdk.get_client().close(timeout=0)
        sentry_sdk.init()  # without an address, it tells nobody of the tests that follow

    def test_it(twilio_users):
        with sentry_sdk.start_transaction(name="it"):
            assert ask({by!r}) == 200
        [event] = told
        assert [span["op"] for span in event["spans"]].count("http.client") == 1
        """,
    ).result.assert_outcomes(passed=1)
