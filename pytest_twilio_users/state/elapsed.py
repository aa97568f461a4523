"""A clock that no test stops or moves."""

import time


class Elapsed:
    """A clock for what really takes time: a live account's answers, a server's clients.

    time-machine leaves this clock alone. freezegun replaces it wherever a module has it,
    and tests replace `time.sleep`: so a class has both, and this module is loaded with the
    plugin, before any test.
    """

    seconds = staticmethod(time.perf_counter)
    sleep = staticmethod(time.sleep)
