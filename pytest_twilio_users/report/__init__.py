"""What a run came to, as a page to look at."""

from importlib.util import find_spec


def missing_jinja(asked: str) -> str:
    """The sentence for who asked for a page and has no Jinja2; an empty text if there is one."""
    if find_spec("jinja2"):
        return ""
    return f'{asked} needs Jinja2: pip install "pytest-twilio-users[report]".'
