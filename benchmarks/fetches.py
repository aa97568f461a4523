"""Fetch one user and read its identity: through the kit, through respx, and the least of it."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

import httpx
import respx

from benchmarks.report import Row, Section
from benchmarks.rounds import Contender, Timer, async_timer, interleave, timer
from benchmarks.stubs import AUTH, Stub

IDENTITY = "ada@example.com"
ONE_HEADER = {"content-type": "application/json; charset=utf-8"}


class Fetches:
    """The ways to fetch a user. Each sets itself up for one round."""

    def __init__(self, stub: Stub, runner: asyncio.Runner) -> None:
        self._stub = stub
        self._runner = runner
        self._application = httpx.Client(auth=AUTH)
        self._async_application = httpx.AsyncClient(auth=AUTH)
        with stub.test() as twilio_users:
            self._url = twilio_users.add_user(IDENTITY).url
            answer = self._application.get(self._url)
        self._user = answer.json()
        # httpx writes this one itself, to its own spacing of the JSON.
        self._headers = {k: v for k, v in answer.headers.items() if k != "content-length"}

    def contenders(self) -> dict[str, Contender]:
        """All of them by name."""
        return {
            "floor": partial(self._floor, self._headers),
            "floor again": partial(self._floor, self._headers),
            "floor, one header": partial(self._floor, ONE_HEADER),
            "own": self._own,
            "caught": self._caught,
            "respx": self._respx,
            "async floor": self._async_floor,
            "async own": self._async_own,
            "async caught": self._async_caught,
        }

    @contextmanager
    def _floor(self, headers: Mapping[str, str]) -> Iterator[Timer]:
        with httpx.Client(transport=self._constant(headers), auth=AUTH) as client:
            yield self._timer(lambda: client.get(self._url).json()["identity"])

    @contextmanager
    def _own(self) -> Iterator[Timer]:
        with self._stub.test() as twilio_users:
            sid = twilio_users.add_user(IDENTITY).sid
            yield self._timer(lambda: twilio_users.client.fetch_user(sid).identity)

    @contextmanager
    def _caught(self) -> Iterator[Timer]:
        with self._stub.test() as twilio_users:
            twilio_users.add_user(IDENTITY)
            yield self._timer(lambda: self._application.get(self._url).json()["identity"])

    @contextmanager
    def _respx(self) -> Iterator[Timer]:
        response = httpx.Response(200, json=self._user, headers=self._headers)
        with respx.mock() as router:
            router.get(self._url).mock(return_value=response)
            yield self._timer(lambda: self._application.get(self._url).json()["identity"])

    @contextmanager
    def _async_floor(self) -> Iterator[Timer]:
        client = httpx.AsyncClient(transport=self._constant(self._headers), auth=AUTH)

        async def fetch() -> Any:
            return (await client.get(self._url)).json()["identity"]

        yield self._async_timer(fetch)

    @contextmanager
    def _async_own(self) -> Iterator[Timer]:
        with self._stub.test() as twilio_users:
            sid = twilio_users.add_user(IDENTITY).sid

            async def fetch() -> str:
                return (await twilio_users.async_client.fetch_user(sid)).identity

            yield self._async_timer(fetch)

    @contextmanager
    def _async_caught(self) -> Iterator[Timer]:
        with self._stub.test() as twilio_users:
            twilio_users.add_user(IDENTITY)

            async def fetch() -> Any:
                return (await self._async_application.get(self._url)).json()["identity"]

            yield self._async_timer(fetch)

    def _constant(self, headers: Mapping[str, str]) -> httpx.MockTransport:
        return httpx.MockTransport(lambda _: httpx.Response(200, json=self._user, headers=headers))

    def _timer(self, fetch: Callable[[], Any]) -> Timer:
        assert fetch() == IDENTITY
        return timer(fetch)

    def _async_timer(self, fetch: Callable[[], Coroutine[Any, Any, Any]]) -> Timer:
        assert self._runner.run(fetch()) == IDENTITY
        return async_timer(fetch, self._runner)


_WHY = (
    "By callgrind a caught fetch takes 1.19 times the floor's instructions. But it is more code,"
    " so it misses the processor's first caches 1.3 to 1.4 times as often, and branches are"
    " guessed wrong 1.3 times as often. By cProfile the kit's own code is 22 % of it: the wire 9,"
    " transports 6, the stub and its state 6."
)


def section(*, rounds: int, calls: int) -> Section:
    """Time them side by side."""
    with asyncio.Runner() as runner:
        times = interleave(Fetches(Stub(), runner).contenders(), rounds=rounds, calls=calls)
    microseconds = times.of("floor").median * 1e6
    return Section(
        question="Fetch one user and read its identity",
        rows=[
            Row(
                name="own client / floor",
                figure=times.ratio("own", to="floor"),
                goal=1.25,
                aside=f"floor: {microseconds:.0f} µs here and now",
            ),
            Row(
                name="caught / floor", figure=times.ratio("caught", to="floor"), goal=1.3, why=_WHY
            ),
            Row(name="caught / respx", figure=times.ratio("caught", to="respx"), goal=1),
            Row(name="respx / floor", figure=times.ratio("respx", to="floor")),
            Row(
                name="floor / floor",
                figure=times.ratio("floor again", to="floor"),
                aside="the noise of this run",
            ),
            Row(
                name="floor with one header / floor",
                figure=times.ratio("floor, one header", to="floor"),
            ),
            Row(name="async own / its floor", figure=times.ratio("async own", to="async floor")),
            Row(
                name="async caught / its floor",
                figure=times.ratio("async caught", to="async floor"),
            ),
        ],
    )
