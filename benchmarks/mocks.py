"""A caught fetch beside the mocks that people use instead, as they use them: with one header."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import pytest_httpx
import requests
import responses
import respx
import vcr  # type: ignore[import-untyped]  # it has no type hints

from benchmarks.fetches import IDENTITY, ONE_HEADER
from benchmarks.report import Row, Section
from benchmarks.rounds import Contender, Timer, interleave, timer
from benchmarks.stubs import AUTH, Stub
from pytest_twilio_users import faults
from pytest_twilio_users.settings import Settings


class Mocks:
    """The ways to answer a fetch of a user. Each sets itself up for one round."""

    def __init__(self, stub: Stub, folder: Path) -> None:
        self._stub = stub
        self._neighbours = Stub(settings=Settings(neighbours=True))
        self._folder = folder
        self._client = httpx.Client(auth=AUTH)
        with stub.test() as twilio_users:
            self._url = twilio_users.add_user(IDENTITY).url
            self._user = self._client.get(self._url).json()

    def contenders(self) -> dict[str, Contender]:
        """All of them by name."""
        return {
            "floor": self._floor,
            "caught": partial(self._caught, self._stub),
            "neighbours": partial(self._caught, self._neighbours),
            "faults": self._with_faults,
            "respx": self._respx,
            "pytest-httpx": self._pytest_httpx,
            "responses": self._responses,
            "vcrpy, 1 entry": partial(self._vcrpy, entries=1),
            "vcrpy, 100 entries": partial(self._vcrpy, entries=100),
        }

    @contextmanager
    def _floor(self) -> Iterator[Timer]:
        def answer(_: httpx.Request) -> httpx.Response:
            return httpx.Response(200, json=self._user, headers=ONE_HEADER)

        with httpx.Client(transport=httpx.MockTransport(answer), auth=AUTH) as client:
            yield self._timer(client)

    @contextmanager
    def _caught(self, stub: Stub) -> Iterator[Timer]:
        with stub.test() as twilio_users:
            twilio_users.add_user(IDENTITY)
            yield self._timer(self._client)

    @contextmanager
    def _with_faults(self) -> Iterator[Timer]:
        """While another operation's are planned."""
        with self._stub.test() as twilio_users:
            twilio_users.add_user(IDENTITY)
            twilio_users.routes["delete_user"].fail(faults.answer_lost(), required=False)
            yield self._timer(self._client)

    @contextmanager
    def _respx(self) -> Iterator[Timer]:
        with respx.mock() as router:
            router.get(self._url).respond(200, json=self._user)
            yield self._timer(self._client)

    @contextmanager
    def _pytest_httpx(self) -> Iterator[Timer]:
        node = SimpleNamespace(iter_markers=lambda _: ())
        with pytest.MonkeyPatch.context() as patch:
            fixture: Any = pytest_httpx.httpx_mock
            [mock] = fixture.__wrapped__(patch, SimpleNamespace(node=node))
            mock.add_response(url=self._url, json=self._user, is_reusable=True)
            yield self._timer(self._client)
            mock.reset()

    @contextmanager
    def _responses(self) -> Iterator[Timer]:
        with responses.RequestsMock() as mock, requests.Session() as session:
            mock.get(self._url, json=self._user)
            session.auth = AUTH
            yield self._timer(session)

    @contextmanager
    def _vcrpy(self, *, entries: int) -> Iterator[Timer]:
        """The one that is asked for is the last."""
        urls = [f"{self._url}{number}" for number in range(1, entries)] + [self._url]
        answer = {
            "status": {"code": 200, "message": "OK"},
            "headers": {"Content-Type": [ONE_HEADER["content-type"]]},
            "body": {"string": json.dumps(self._user)},
        }
        exchanges = [
            {
                "request": {"method": "GET", "uri": url, "body": None, "headers": {}},
                "response": answer,
            }
            for url in urls
        ]
        cassette = self._folder / f"{entries}.json"
        cassette.write_text(json.dumps({"version": 1, "interactions": exchanges}))
        with (
            vcr.use_cassette(
                str(cassette),
                serializer="json",
                record_mode="none",
                allow_playback_repeats=True,
            ),
            httpx.Client(auth=AUTH) as client,
        ):
            yield self._timer(client)

    def _timer(self, client: httpx.Client | requests.Session) -> Timer:
        assert client.get(self._url).json()["identity"] == IDENTITY
        return timer(lambda: client.get(self._url).json()["identity"])


def section(*, rounds: int, calls: int) -> Section:
    """Time them side by side."""
    with TemporaryDirectory() as folder:
        times = interleave(Mocks(Stub(), Path(folder)).contenders(), rounds=rounds, calls=calls)

    def row(name: str, *, goal: float | None = None, why: str = "") -> Row:
        figure = times.ratio(name, to="floor")
        return Row(name=name, figure=figure, goal=goal, why=why, peer=goal is None)

    return Section(
        question="A caught fetch beside the mocks that people use / a floor with one header",
        rows=[
            row("caught", goal=1.8, why=_WHY),
            row("respx"),
            row("pytest-httpx"),
            row("responses"),
            row("vcrpy, 1 entry"),
            row("vcrpy, 100 entries"),
            Row(
                name="caught, neighbours on / caught",
                figure=times.ratio("neighbours", to="caught"),
                goal=1.1,
            ),
            Row(
                name="caught, another operation's faults planned",
                figure=times.ratio("faults", to="caught"),
            ),
        ],
    )


_WHY = (
    "Twilio sends fifteen headers. By cProfile the search of httpx for cookies, which reads all"
    " headers of each answer (`extract_cookies`), is 27 % of a caught fetch. The kit's own code is"
    " 22 %: the wire 9, transports 6, the stub and its state 6."
)
