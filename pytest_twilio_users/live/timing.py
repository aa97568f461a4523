"""The time that a live run waits by, as an argument."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from pytest_twilio_users.state.elapsed import Elapsed


@dataclass(frozen=True, kw_only=True, slots=True)
class Timing:
    """`clock` gives and `sleep` takes seconds, from any beginning; `random` spreads retries."""

    clock: Callable[[], float] = Elapsed.seconds
    sleep: Callable[[float], None] = time.sleep
    random: Random = field(default_factory=Random)
