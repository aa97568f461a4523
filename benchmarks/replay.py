"""What a replayed answer costs, and whether the length of its cassette shows."""

from collections.abc import Callable
from datetime import date
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.report import Row, Section
from benchmarks.rounds import PROCESSOR_TIME, Figure, Timer, interleave, ready
from pytest_twilio_users.backends.stub import StubBackend
from pytest_twilio_users.cassettes.record import RecordBackend
from pytest_twilio_users.handle.assembly import assemble
from pytest_twilio_users.handle.twilio_users import TwilioUsers
from pytest_twilio_users.privacy.aliases import Aliases
from pytest_twilio_users.scopes.isolation import Isolation
from pytest_twilio_users.settings import Mode, Settings
from pytest_twilio_users.state.account import Account
from pytest_twilio_users.wire.messages import Request

USERS = [f"user-{number}" for number in range(10)]
LONG = 1_000


def section(*, rounds: int, calls: int) -> Section:
    """Time a fetch by the handle's own client: httpx around it would hide a difference."""
    with TemporaryDirectory() as folder:
        for length in (1, LONG):
            _record(Path(folder), length=length)
        contenders = {
            "stub": ready(_fetch_on_the_stub),
            "short": ready(_replay(Path(folder), length=1)),
            "long": ready(_replay(Path(folder), length=LONG)),
        }
        times = interleave(contenders, rounds=rounds, calls=calls)
        opened = [_open_cassette(Path(folder), length=LONG) for _ in range(5)]
    return Section(
        question="A fetch in replay",
        rows=[
            Row(name="replay / stub", figure=times.ratio("long", to="stub"), goal=1.8, why=_WHY),
            Row(
                name=f"cassette of {LONG:,} exchanges / of one",
                figure=times.ratio("long", to="short"),
                goal=1.25,
            ),
            Row(
                name=f"to open a cassette of {LONG:,}",
                figure=Figure.of(opened).scaled(1000),
                unit="ms",
            ),
        ],
    )


_WHY = (
    "By callgrind a replayed fetch takes 1.58 times the instructions of one on the stub. By"
    " cProfile 29 % of it is the answer that gets the test's own values back (`restore_response`),"
    " 20 % the comparison with what was recorded (`Unification`); the rest is what a fetch on the"
    " stub takes, too."
)


def _open_cassette(folder: Path, *, length: int) -> float:
    """What a test takes that replays it, and says nothing."""
    isolation, _ = _open(Settings(mode=Mode.REPLAY), cassettes=folder)
    start = PROCESSOR_TIME()
    isolation.begin_test(_name(length), isolation.settings, fixtures=["twilio_users"])
    isolation.leave_test()
    return PROCESSOR_TIME() - start


def _fetch_on_the_stub(calls: int) -> float:
    isolation, handle = _open(Settings())
    isolation.begin_test("stub", isolation.settings, fixtures=["twilio_users"])
    for identity in USERS:
        handle.add_user(identity)
    fetch = handle.client.fetch_user
    start = PROCESSOR_TIME()
    for identity in islice(cycle(USERS), calls):
        fetch(identity)
    seconds = PROCESSOR_TIME() - start
    isolation.leave_test()
    return seconds / calls


def _replay(folder: Path, *, length: int) -> Timer:
    """Play a cassette, again and again: to open it is not timed."""

    def seconds(calls: int) -> float:
        isolation, handle = _open(Settings(mode=Mode.REPLAY), cassettes=folder)
        fetch = handle.client.fetch_user
        spent, left = 0.0, calls
        while left:
            isolation.begin_test(_name(length), isolation.settings, fixtures=["twilio_users"])
            turn = min(left, length)
            spent += _time(fetch, turn)
            left -= turn
            isolation.leave_test()
        return spent / calls

    return seconds


def _time(fetch: Callable[[str], object], calls: int) -> float:
    start = PROCESSOR_TIME()
    for identity in islice(cycle(USERS), calls):
        fetch(identity)
    return PROCESSOR_TIME() - start


def _open(settings: Settings, *, cassettes: Path = Path()) -> tuple[Isolation, TwilioUsers]:
    isolation = Isolation(settings)
    handle, engine = assemble(isolation, cassettes=cassettes)
    isolation.attach(engine)
    return isolation, handle


def _record(folder: Path, *, length: int) -> None:
    made: list[StubBackend] = []

    def make(account: Account) -> StubBackend:
        made.append(StubBackend(account))
        return made[0]

    isolation = Isolation(Settings())
    handle, engine = assemble(isolation, backend=make)
    isolation.begin_test("recorded", isolation.settings, fixtures=["twilio_users"])
    isolation.attach(engine)
    name = _name(length)
    recording = RecordBackend(made[0], name=name, aliases=Aliases(seed=name))
    for identity in USERS:
        handle.add_user(identity)
    for identity in islice(cycle(USERS), length):
        recording.handle(_fetch(identity))
    isolation.leave_test()
    recording.save(folder, recorded_from="the stub", kit="", today=date(2026, 11, 24))


def _name(length: int) -> str:
    return f"benchmark.py::test_{length}"


def _fetch(identity: str) -> Request:
    return Request(
        method="GET",
        origin="https://conversations.twilio.com",
        target=f"/v1/Users/{identity}",
        authorization="Basic QUM6dG9rZW4=",
    )
