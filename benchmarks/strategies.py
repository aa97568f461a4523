"""What it takes Hypothesis to make the kit's values, beside its own."""

from collections.abc import Callable
from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from benchmarks.report import Row, Section
from benchmarks.rounds import Timer, interleave, ready, timer
from pytest_twilio_users import strategies as twilio_st

# Name, strategy, goal.
_STRATEGIES: tuple[tuple[str, st.SearchStrategy[Any], float | None], ...] = (
    ("identities()", twilio_st.identities(), 1.5),
    ("attributes()", twilio_st.attributes(), 4),
    ("users()", twilio_st.users(), 5),
    ("user_sids()", twilio_st.user_sids(), None),
    ("attributes_text()", twilio_st.attributes_text(), None),
    ("user_pages()", twilio_st.user_pages(), None),
    ('answers("fetch_user")', twilio_st.answers("fetch_user"), None),
    ("st.text()", st.text(), None),
    ("st.emails()", st.emails(), None),
)


def section(*, rounds: int, examples: int) -> Section:
    """Time whole runs of an empty test."""
    strategies: dict[str, st.SearchStrategy[Any]] = {
        "floor": st.integers(),
        "floor again": st.integers(),
        **{name: strategy for name, strategy, _ in _STRATEGIES},
    }
    contenders = {
        name: ready(_runs(strategy, examples=examples)) for name, strategy in strategies.items()
    }
    times = interleave(contenders, rounds=rounds, calls=1)
    microseconds = times.of("floor").median / examples * 1e6
    return Section(
        question=f"{examples} examples of an empty test / with st.integers()",
        rows=[
            *(
                Row(name=name, figure=times.ratio(name, to="floor"), goal=goal)
                for name, _, goal in _STRATEGIES
            ),
            Row(
                name="floor / floor",
                figure=times.ratio("floor again", to="floor"),
                aside=f"the noise of this run; floor: {microseconds:.0f} µs an example",
            ),
        ],
    )


def _runs(strategy: st.SearchStrategy[Any], *, examples: int) -> Timer:
    """Runs of an empty test, each with a seed of its own: some seeds are slower than others."""
    seeds = count()

    def once() -> None:
        run = _test(strategy, next(seeds), examples=examples)
        run()

    once()  # the first run builds the strategy
    return timer(once)


def _test(strategy: st.SearchStrategy[Any], number: int, *, examples: int) -> Callable[[], None]:
    @seed(number)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),  # they depend on the machine's mood
    )
    @given(strategy)
    def empty_test(_: Any) -> None:
        """Look at nothing: what is timed makes the values."""

    return empty_test
