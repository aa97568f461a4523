"""Fetch one user by Twilio's own SDK, beside the least that httpx takes."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import httpx
import responses
from twilio.rest import Client

from benchmarks.fetches import IDENTITY
from benchmarks.report import Row, Section
from benchmarks.rounds import Contender, Timer, async_timer, interleave, timer
from benchmarks.stubs import AUTH, Stub


class SdkFetches:
    """The ways to fetch a user. Each sets itself up for one round."""

    def __init__(self, stub: Stub, runner: asyncio.Runner) -> None:
        self._stub = stub
        self._runner = runner
        with stub.test() as twilio_users:
            self._url = twilio_users.add_user(IDENTITY).url
            answer = httpx.get(self._url, auth=AUTH)
        self._user = answer.json()
        # httpx writes this one itself, to its own spacing of the JSON.
        self._headers = {k: v for k, v in answer.headers.items() if k != "content-length"}

    def contenders(self) -> dict[str, Contender]:
        """All of them by name."""
        return {
            "floor": self._floor,
            "caught": partial(self._sdk, own=False),
            "own": partial(self._sdk, own=True),
            "unlike": self._unlike,
            "responses": self._responses,
            "async floor": self._async_floor,
            "async own": self._async_own,
        }

    @contextmanager
    def _floor(self) -> Iterator[Timer]:
        with httpx.Client(transport=self._constant(), auth=AUTH) as client:
            yield timer(lambda: client.get(self._url).json()["identity"])

    @contextmanager
    def _sdk(self, *, own: bool) -> Iterator[Timer]:
        with self._stub.test() as twilio_users:
            client = twilio_users.sdk if own else Client(*AUTH)
            sid = twilio_users.add_user(IDENTITY).sid
            assert client.conversations.v1.users(sid).fetch().identity == IDENTITY
            yield timer(lambda: client.conversations.v1.users(sid).fetch().identity)

    @contextmanager
    def _unlike(self) -> Iterator[Timer]:
        """Each fetch of another user, so that nothing is remembered."""
        with self._stub.test() as twilio_users:
            client = Client(*AUTH)
            sids = iter([twilio_users.add_user().sid for _ in range(500)])
            yield timer(lambda: client.conversations.v1.users(next(sids)).fetch().identity)

    @contextmanager
    def _responses(self) -> Iterator[Timer]:
        """One answer for ever, by what authors of tests use for requests."""
        client = Client(*AUTH)
        with responses.RequestsMock() as mock:
            mock.get(self._url, json=self._user, headers=self._headers)
            yield timer(lambda: client.conversations.v1.users(self._user["sid"]).fetch().identity)

    @contextmanager
    def _async_floor(self) -> Iterator[Timer]:
        client = httpx.AsyncClient(transport=self._constant(), auth=AUTH)

        async def fetch() -> Any:
            return (await client.get(self._url)).json()["identity"]

        yield async_timer(fetch, self._runner)

    @contextmanager
    def _async_own(self) -> Iterator[Timer]:
        with self._stub.test() as twilio_users:
            sid = twilio_users.add_user(IDENTITY).sid
            users = twilio_users.async_sdk.conversations.v1.users

            async def fetch() -> Any:
                return (await users(sid).fetch_async()).identity

            yield async_timer(fetch, self._runner)

    def _constant(self) -> httpx.MockTransport:
        return httpx.MockTransport(
            lambda _: httpx.Response(200, json=self._user, headers=self._headers)
        )


def section(*, rounds: int, calls: int) -> Section:
    """Time them side by side; `calls` are at most 400."""
    with asyncio.Runner() as runner:
        times = interleave(SdkFetches(Stub(), runner).contenders(), rounds=rounds, calls=calls)
    return Section(
        question="Fetch one user by Twilio's SDK, and the least that httpx takes",
        rows=[
            Row(name="caught / floor", figure=times.ratio("caught", to="floor")),
            Row(
                name="caught / under responses",
                figure=times.ratio("caught", to="responses"),
                goal=1.3,
                why=_WHY,
            ),
            Row(name="of twilio_users_sdk / floor", figure=times.ratio("own", to="floor")),
            Row(name="caught, each another / floor", figure=times.ratio("unlike", to="floor")),
            Row(name="async / its floor", figure=times.ratio("async own", to="async floor")),
        ],
    )


_WHY = (
    "By cProfile the kit's own code is 14 % of it: transports 7, the wire 4, the stub 3. Another"
    " 12 % is the adapter of requests, beneath which the kit answers, so that an application's own"
    " adapters and retries run. `responses` answers in its place."
)
