"""An example of a property test that creates, fetches and deletes a user."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import respx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.report import Row, Section
from benchmarks.rounds import PROCESSOR_TIME, Contender, Timer, interleave, ready
from benchmarks.stubs import AUTH, Stub
from pytest_twilio_users import strategies as twilio_st

USERS = "https://conversations.twilio.com/v1/Users"
USER = {"sid": "US" + "0" * 32, "identity": "ada"}
INPUTS = {"identity": twilio_st.identities(), "attributes": twilio_st.attributes()}


def section(*, rounds: int, examples: int) -> Section:
    """Beside the same test with an empty body, and what authors write with respx."""
    seconds = interleave(_contenders(Stub()), rounds=rounds, calls=examples)
    return Section(
        question="An example that creates, fetches and deletes a user / the same with no body",
        rows=[
            Row(
                name="identity and attributes drawn",
                figure=seconds.ratio("kit", to="empty"),
                goal=2.2,
            ),
            Row(name="the same, caught", figure=seconds.ratio("caught", to="empty")),
            Row(name="the same with respx.mock", figure=seconds.ratio("respx", to="empty")),
            Row(name="only a number drawn", figure=seconds.ratio("kit, number", to="number")),
            Row(
                name="only a number drawn, with respx.mock",
                figure=seconds.ratio("respx, number", to="number"),
            ),
            Row(
                name="isolation / no kit",
                figure=seconds.ratio("isolated", to="number"),
                aside="a number drawn, no body",
            ),
        ],
    )


def _contenders(stub: Stub) -> dict[str, Contender]:
    application = httpx.Client(auth=AUTH)

    @contextmanager
    def kit(**inputs: st.SearchStrategy[Any]) -> Iterator[Timer]:
        with stub.test(examples=True) as twilio_users:
            client = twilio_users.client

            def test(identity: str, attributes: dict[str, Any]) -> None:
                sid = client.create_user(identity, attributes=attributes).sid
                client.fetch_user(sid)
                client.delete_user(sid)

            yield _timer(test, **inputs)

    def exchange(identity: str, attributes: dict[str, Any]) -> None:
        form = {"Identity": identity, "Attributes": json.dumps(attributes)}
        sid = application.post(USERS, data=form).json()["sid"]
        application.get(f"{USERS}/{sid}").json()
        application.delete(f"{USERS}/{sid}")

    @contextmanager
    def caught() -> Iterator[Timer]:
        with stub.test(examples=True):
            yield _timer(exchange, **INPUTS)

    def mocked(identity: str, attributes: dict[str, Any]) -> None:
        with respx.mock() as router:
            router.post(USERS).respond(201, json=USER)
            router.get(f"{USERS}/{USER['sid']}").respond(200, json=USER)
            router.delete(f"{USERS}/{USER['sid']}").respond(204)
            exchange(identity, attributes)

    @contextmanager
    def isolated() -> Iterator[Timer]:
        with stub.test(examples=True):
            yield _timer(_nothing, **NUMBER)

    return {
        "empty": ready(_timer(_nothing, **INPUTS)),
        "kit": lambda: kit(**INPUTS),
        "caught": caught,
        "respx": ready(_timer(mocked, **INPUTS)),
        "number": ready(_timer(_nothing, **NUMBER)),
        "kit, number": lambda: kit(**NUMBER),
        "respx, number": ready(_timer(mocked, **NUMBER)),
        "isolated": isolated,
    }


NUMBER = {"identity": st.integers(0, 1_000_000).map(str), "attributes": st.just({"born": 1815})}


def _nothing(**_: object) -> None:
    """An empty body."""


def _timer(test: Callable[..., None], **inputs: st.SearchStrategy[Any]) -> Timer:
    def seconds(examples: int) -> float:
        chosen = settings(
            max_examples=examples,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),  # they depend on the machine's mood
        )
        run = chosen(given(**inputs)(_named(test)))
        start = PROCESSOR_TIME()
        run()
        return (PROCESSOR_TIME() - start) / examples

    return seconds


def _named(test: Callable[..., None]) -> Callable[..., None]:
    """A function with the two arguments, as `given` wants to see them."""

    def example(identity: str, attributes: dict[str, Any]) -> None:
        test(identity=identity, attributes=attributes)

    return example
