"""Fetch one user over sockets: from the served stub, and from Prism that mocks its OpenAPI file."""

import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.report import Row, Section
from benchmarks.rounds import Contender, Timer, interleave
from benchmarks.server import BARE, CREATE, FETCH, SERVE, Connection, served
from pytest_twilio_users.contract.sids import SidKind
from pytest_twilio_users.wire.schema import openapi

QUESTION = "Fetch one user over kept-alive sockets, beside Prism"
VERSION = "5.14.2"
"""The last one that runs on Node 20."""
INSTALLED = Path(__file__).parents[1] / "build" / f"prism-{VERSION}"
SOCKETS = 8
WARM = 5_000
"""How many fetches come before the first round: Node compiles what it runs often."""
FEW = 500
"""How many fetches a fresh server is timed with."""


class Unavailable(Exception):
    """Prism can't be had here; the text says why."""


def section(*, rounds: int, calls: int) -> Section:
    """Time them side by side, or say why there is no Prism to time."""
    try:
        prism = _installed()
    except Unavailable as error:
        return Section(question=f"{QUESTION}: left out, {error}", rows=[])
    with ExitStack() as running, tempfile.TemporaryDirectory() as folder:
        stub = running.enter_context(_stub())
        user = _user(stub)
        printed, with_example = Path(folder, "printed.json"), Path(folder, "example.json")
        printed.write_text(json.dumps(openapi()))
        with_example.write_text(json.dumps(_with_example(openapi(), user)))
        inventing = [*prism, "mock", "--dynamic", str(printed)]
        repeating = [*prism, "mock", str(printed)]
        silent = [*prism, "mock", "--verboseLevel", "silent", str(with_example)]
        served_by = {
            "stub": stub,
            "bare": running.enter_context(_bare(stub)),
            "inventing": running.enter_context(_prism(inventing)),
            "repeating": running.enter_context(_prism(repeating)),
            "silent": running.enter_context(_prism(silent)),
        }
        assert SidKind.USER.matches(_user(served_by["inventing"])["sid"])
        assert _user(served_by["repeating"])["sid"] == "string"
        assert _user(served_by["silent"]) == user
        contenders: dict[str, Contender] = {}
        for first in served_by.values():  # Node closes what was idle for five seconds
            with closing(Connection(first.url)) as connection, _fetching([connection]) as fetch:
                fetch(WARM)
        for name, first in served_by.items():
            sockets = [
                running.enter_context(closing(Connection(first.url))) for _ in range(SOCKETS)
            ]
            contenders[name] = partial(_fetching, sockets)
            contenders[f"{name}, one"] = partial(_fetching, sockets[:1])
        times = interleave(contenders, rounds=rounds, calls=calls)
        fresh = interleave(
            {
                "stub": partial(_fresh, _stub),
                "inventing": partial(_fresh, partial(_prism, inventing)),
            },
            rounds=5,
            calls=FEW,
        )
    microseconds = times.of("inventing").median * 1e6
    rows = [
        Row(
            name=f"served / Prism, {SOCKETS} sockets",
            figure=times.ratio("stub", to="inventing"),
            goal=0.1,
            why=_WHY,
            aside=f"Prism: {microseconds:.0f} µs here and now",
        ),
        Row(
            name="  a bare uvicorn that answers a constant / Prism",
            figure=times.ratio("bare", to="inventing"),
        ),
        Row(name="  whose users are all alike", figure=times.ratio("stub", to="repeating")),
        Row(name="  and an example, and no log", figure=times.ratio("stub", to="silent")),
        Row(
            name="served / Prism, one socket",
            figure=times.ratio("stub, one", to="inventing, one"),
        ),
        Row(
            name="  whose users are all alike",
            figure=times.ratio("stub, one", to="repeating, one"),
        ),
        Row(name=f"the first {FEW} fetches", figure=fresh.ratio("stub", to="inventing")),
    ]
    return Section(question=QUESTION, rows=rows)


_WHY = (
    "A bare uvicorn that answers a constant takes nearly as much, as the next row shows. The goal"
    " was a wish: no stub on uvicorn can keep it."
)


def _installed() -> list[str]:
    """The command that is Prism; npm installs it where it was never asked for before."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise Unavailable("as node and npm are not on this machine.")
    if not INSTALLED.exists():
        INSTALLED.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=INSTALLED.parent) as folder:
            fresh = Path(folder, "prism")
            command = [npm, "install", "--prefix", str(fresh), "--ignore-scripts"]
            install = subprocess.run(  # noqa: S603  # what is installed here
                [*command, "--fetch-retries=0", f"@stoplight/prism-cli@{VERSION}"],
                capture_output=True,
                text=True,
                check=False,
            )
            if install.returncode != 0:
                why = [line for line in install.stderr.splitlines() if line.startswith("npm error")]
                raise Unavailable(f"as npm can't install it ({'; '.join(why[:2])}).")
            fresh.rename(INSTALLED)
    return [node, str(INSTALLED / "node_modules/@stoplight/prism-cli/dist/index.js")]


def _with_example(document: dict[str, Any], user: dict[str, Any]) -> dict[str, Any]:
    """The document, where fetching a user shows this one: Prism gives the words else."""
    answer = document["paths"]["/v1/Users/{Sid}"]["get"]["responses"]["200"]
    answer["content"]["application/json"]["example"] = user
    return document


@contextmanager
def _stub() -> Iterator[Connection]:
    """A connection to a served stub that has the user."""
    with served(SERVE) as connection:
        connection.ask(CREATE)
        yield connection


def _bare(stub: Connection) -> AbstractContextManager[Connection]:
    """A connection to a server that always gives the stub's answer."""
    return served([sys.executable, "-c", BARE], repr((*stub.ask(FETCH), False)))


@contextmanager
def _prism(command: list[str]) -> Iterator[Connection]:
    """A connection to a running Prism, once it listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(  # noqa: S603  # what is installed here
        [*command, "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with closing(_connection(process, f"http://127.0.0.1:{port}")) as connection:
            yield connection
    finally:
        process.terminate()
        process.wait()


def _connection(process: subprocess.Popen[bytes], url: str) -> Connection:
    for _ in range(300):
        assert process.poll() is None, f"Prism ended with {process.returncode}: {process.args!r}"
        try:
            return Connection(url)
        except ConnectionRefusedError:
            time.sleep(0.1)
    raise TimeoutError(f"Prism did not listen within 30 seconds: {process.args!r}")


def _user(connection: Connection) -> dict[str, Any]:
    """The user that a server answers; Prism's refusals have other keys."""
    _, body = connection.ask(FETCH)
    return dict(json.loads(body))


@contextmanager
def _fresh(start: Callable[[], AbstractContextManager[Connection]]) -> Iterator[Timer]:
    """The time that a fetch takes from a server that was just started."""
    with start() as connection, _fetching([connection]) as fetch:
        yield fetch


@contextmanager
def _fetching(sockets: Sequence[Connection]) -> Iterator[Timer]:
    """The time that a fetch takes where each socket has one under way: a server hardly waits."""

    def seconds(calls: int) -> float:
        turns = max(calls // len(sockets), 1)
        start = time.perf_counter()
        for _ in range(turns):
            for connection in sockets:
                connection.send(FETCH)
            for connection in sockets:
                connection.receive()
        return (time.perf_counter() - start) / (turns * len(sockets))

    yield seconds
