"""Whether a test may send as many requests as it likes."""

import gc
import tracemalloc
from itertools import pairwise

import httpx

from benchmarks.report import Row, Section
from benchmarks.rounds import Figure, Timer, timer
from benchmarks.stubs import AUTH, Stub
from pytest_twilio_users.settings import Settings

SLICES = 50  # of a tenth
ROUNDS = 5


def section(*, requests: int) -> Section:
    """Send them within one test; look at its first and last tenth, and at what it keeps."""
    return Section(
        question=f"{requests:,} requests in one test",
        rows=[
            Row(name="the last tenth / the first tenth", figure=_slowdown(requests), goal=1.1),
            Row(
                name="kept of one more request",
                figure=_kept(requests // 50, query={}),
                goal=64,
                unit="B",
            ),
            Row(
                name="kept of one more request, if mistaken",
                figure=_kept(requests // 50, query={"PageSise": "50"}),
                goal=64,
                unit="B",
            ),
        ],
    )


def _slowdown(requests: int) -> Figure:
    """Each slice beside as many of httpx's own, as the machine's pace changes in between."""
    with Stub().test() as twilio_users:
        sid = twilio_users.add_user("ada").sid
        fetch = timer(lambda: twilio_users.client.fetch_user(sid))
        floor = _floor()

        def tenth() -> list[float]:
            size = requests // 10 // SLICES
            return [fetch(size) / floor(size) for _ in range(SLICES)]

        first = tenth()
        fetch(requests * 8 // 10)
        last = tenth()
    return Figure.of([late / early for late, early in zip(last, first, strict=True)])


def _floor() -> Timer:
    client = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200)))
    return timer(lambda: client.get("https://conversations.twilio.com"))


def _kept(requests: int, *, query: dict[str, str]) -> Figure:
    """Bytes that are kept of a request once the journal is full, round by round.

    Fewer requests and a shorter journal show it, too: being watched, they are slow. What is made
    once, such as a cache, is in one round alone.
    """
    stub = Stub(settings=Settings(journal_limit=requests // 4))
    with stub.test() as twilio_users, httpx.Client(auth=AUTH) as client:
        url = twilio_users.add_user("ada").url
        send = timer(lambda: client.get(url, params=query))
        tracemalloc.start()
        send(requests // 2)
        sizes = [_traced()]
        for _ in range(ROUNDS):
            send(requests // ROUNDS)
            sizes.append(_traced())
        tracemalloc.stop()
    return Figure.of([(more - size) * ROUNDS / requests for size, more in pairwise(sizes)])


def _traced() -> int:
    gc.collect()
    size, _ = tracemalloc.get_traced_memory()
    return size
