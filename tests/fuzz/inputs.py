"""How many inputs each target gets, out of which bytes, and how long one may take."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from fuzz.mutating import Dice
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

INPUTS = int(os.environ.get("FUZZ_INPUTS") or 2_000)
"""Of all targets together: `make fuzz INPUTS=1000000`."""

SEED = os.environ.get("FUZZ_SEED") or "1"

IS_LONG = INPUTS >= 100_000
"""Whether the bytes are drawn here: Hypothesis, which shrinks what fails, takes longer to draw
than most targets take to run. What fails says its bytes, and becomes an example."""

LONGEST = 24
"""Bytes of an input: enough for some changes."""

SECONDS = 3.0
"""What no input may take of the processor in a long run; most take a thousandth of it."""


@dataclass
class Tally:
    """What came of one target."""

    inputs: int = 0
    seconds: float = 0.0
    slowest: float = 0.0


TALLIES: dict[str, Tally] = {}
"""By the name of the target's test."""


def fuzzed(*, share: float) -> Callable[[Callable[[Dice], None]], Callable[..., None]]:
    """Have a test get its share of all inputs, as dice. A share is of a hundred."""

    def decorate(check: Callable[[Dice], None]) -> Callable[..., None]:
        count = max(1, round(INPUTS * share / 100))
        test: Any = _loop(check, count) if IS_LONG else _given(check, count)
        test.__name__ = test.__qualname__ = check.__name__
        test.__doc__, test.__module__ = check.__doc__, check.__module__
        return test  # type: ignore[no-any-return]  # Hypothesis's, or a loop

    return decorate


def require_told(error: Exception, *, beginning: str = "") -> None:
    """See that a complaint can be shown, and begins by saying what it is about."""
    told = str(error)
    assert told.startswith(beginning)
    assert told
    assert told.replace("\n", "").isprintable()


def _given(check: Callable[[Dice], None], count: int) -> Any:
    def test(drawn: bytes) -> None:
        check(Dice(drawn))

    test.__name__ = test.__qualname__ = check.__name__
    few = settings(
        max_examples=count,
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    return few(given(drawn=st.binary(max_size=LONGEST))(test))


def _loop(check: Callable[[Dice], None], count: int) -> Any:
    def test() -> None:
        tally = TALLIES.setdefault(check.__name__, Tally())
        random = Random(f"{SEED} {check.__name__}")  # noqa: S311  # no secret is made of it
        for _ in range(count):
            drawn = random.randbytes(random.randrange(LONGEST + 1))
            began = time.thread_time()
            try:
                check(Dice(drawn))
            except BaseException as error:
                error.add_note(f"{drawn=}")
                raise
            took = time.thread_time() - began
            tally.inputs += 1
            tally.seconds += took
            tally.slowest = max(tally.slowest, took)
            assert took < SECONDS, f"{took:.1f} s of the processor: {drawn=}"

    return test
