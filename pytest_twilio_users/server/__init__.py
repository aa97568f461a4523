"""The stub on a socket."""

from importlib.util import find_spec


def missing_uvicorn(asked: str) -> str:
    """The sentence for who asked for a server and has none; an empty text if there is one."""
    if find_spec("uvicorn"):
        return ""
    return f'{asked} needs uvicorn: pip install "pytest-twilio-users[server]".'
