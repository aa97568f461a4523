"""The stub on a socket."""

import time
from importlib.util import find_spec


class Elapsed:
    """Seconds that no test stops or moves.

    time-machine leaves this clock alone. freezegun replaces it wherever a module has it:
    so a class has it, and this module is loaded with the plugin, before any test.
    """

    seconds = staticmethod(time.perf_counter)


def missing_uvicorn(asked: str) -> str:
    """The sentence for who asked for a server and has none; an empty text if there is one."""
    if find_spec("uvicorn"):
        return ""
    return f'{asked} needs uvicorn: pip install "pytest-twilio-users[server]".'
