"""The extras: which library each one installs, by which command."""

from dataclasses import dataclass
from importlib.util import find_spec

from pytest_twilio_users.errors import MissingExtra

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


@dataclass(frozen=True, kw_only=True, slots=True)
class Extra:
    """An extra of this project, and the library that it is about."""

    name: str
    library: str
    """As people call it."""
    distribution: str
    module: str

    @property
    def command(self) -> str:
        """What installs it, in any shell."""
        return f'pip install "pytest-twilio-users[{self.name}]"'


EXTRAS = {
    extra.name: extra
    for extra in (
        Extra(
            name="hypothesis",
            library="Hypothesis",
            distribution="hypothesis",
            module="hypothesis",
        ),
        Extra(name="syrupy", library="syrupy", distribution="syrupy", module="syrupy"),
        Extra(name="sdk", library="Twilio's SDK", distribution="twilio", module="twilio"),
        Extra(name="httpx2", library="httpx2", distribution="httpx2", module="httpx2"),
        Extra(name="server", library="uvicorn", distribution="uvicorn", module="uvicorn"),
        Extra(name="yaml", library="PyYAML", distribution="pyyaml", module="yaml"),
        Extra(name="report", library="Jinja2", distribution="jinja2", module="jinja2"),
    )
}
"""Every extra by name, but for `all`, which brings them all."""


def missing(extra: str, *, asked: str) -> str:
    """The sentence for who asked for what an extra brings; an empty text if it is installed."""
    row = EXTRAS[extra]
    if find_spec(row.module) is not None:
        return ""
    return f"{asked} needs {row.library}: {row.command}."


def require(extra: str, *, asked: str) -> None:
    """See that what an extra brings is installed.

    Raises:
        MissingExtra: it is not; the message has the command that installs it.
    """
    if sentence := missing(extra, asked=asked):
        raise MissingExtra(sentence)
