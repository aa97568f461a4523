"""Whether the stub is as fast among many users as among few."""

import tracemalloc
from collections.abc import Callable, Iterator
from itertools import cycle

from benchmarks.report import Row, Section
from benchmarks.rounds import Contender, Figure, interleave, ready, timer
from benchmarks.stubs import Stub
from pytest_twilio_users.state.pages import Cursor
from pytest_twilio_users.state.store import StoredUser
from pytest_twilio_users.wire.codec import FORM_TYPE
from pytest_twilio_users.wire.messages import Request

GOAL = 1.1

Call = Callable[[], None]


def section(*, many: int, rounds: int, calls: int) -> Section:
    """Time the stub itself: httpx around it would hide a difference."""
    kept = _bytes_of_a_user(among=many // 50)
    ten, pages, crowd = Stub(users=10), Stub(users=200), Stub(users=many)
    contenders: dict[str, Contender] = {}
    for name, prepare in _QUESTIONS.items():
        few = pages if "page" in name else ten  # a page of 50, with one before and one after it
        contenders[f"{name}, few"] = ready(timer(prepare(few)))
        contenders[f"{name}, many"] = ready(timer(prepare(crowd)))
    times = interleave(contenders, rounds=rounds, calls=calls)
    return Section(
        question=f"The stub with {many:,} users / with 10 (pages: 200)",
        rows=[
            *(
                Row(name=name, figure=times.ratio(f"{name}, many", to=f"{name}, few"), goal=GOAL)
                for name in _QUESTIONS
            ),
            Row(name="kept of a user", figure=Figure.of([kept]), unit="B"),
        ],
    )


def _bytes_of_a_user(*, among: int) -> float:
    """Of fewer than a million: being watched, they take long to be made."""
    tracemalloc.start()
    stub = Stub(users=among)
    stub.users.clear()  # the benchmark's own list
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return size / among


def _fetch_by_sid(stub: Stub) -> Call:
    users = _some(stub)
    return lambda: _ask(stub, "GET", f"/{next(users).sid}")


def _fetch_by_identity(stub: Stub) -> Call:
    users = _some(stub)
    return lambda: _ask(stub, "GET", f"/{next(users).identity}")


def _update(stub: Stub) -> Call:
    users = _some(stub)
    return lambda: _ask(stub, "POST", f"/{next(users).sid}", form=b"FriendlyName=Ada")


def _create_and_delete(stub: Stub) -> Call:
    def call() -> None:
        _ask(stub, "POST", form=b"Identity=ada")
        _ask(stub, "DELETE", "/ada")

    return call


def _first_page(stub: Stub) -> Call:
    return lambda: _ask(stub, "GET", "?PageSize=50")


def _deep_page(stub: Stub) -> Call:
    middle = stub.users[len(stub.users) // 2]
    token = Cursor(number=middle.number).token(middle.service_sid)
    return lambda: _ask(stub, "GET", f"?PageSize=50&Page=2&PageToken={token}")


def _roll_back(stub: Stub) -> Call:
    def call() -> None:
        with stub.test() as twilio_users:
            for identity in ("ada", "grace", "joan"):
                twilio_users.add_user(identity)

    return call


def _some(stub: Stub) -> Iterator[StoredUser]:
    """The same ten users over and over, whatever the size: what the kit caches is the same, too."""
    return cycle(stub.users[:: len(stub.users) // 10][:10])


def _ask(stub: Stub, method: str, rest: str = "", *, form: bytes = b"") -> None:
    request = Request(
        method=method,
        origin="https://conversations.twilio.com",
        target="/v1/Users" + rest,
        headers=(("content-type", FORM_TYPE),) if form else (),
        body=form,
        authorization="Basic QUM6dG9rZW4=",
    )
    assert stub.backend.handle(request).status < 400


_QUESTIONS: dict[str, Callable[[Stub], Call]] = {
    "fetch by SID": _fetch_by_sid,
    "fetch by identity": _fetch_by_identity,
    "update": _update,
    "create and delete": _create_and_delete,
    "page of 50, at the start": _first_page,
    "page of 50, deep in the list": _deep_page,
    "a test that adds 3 users, rolled back": _roll_back,
}
