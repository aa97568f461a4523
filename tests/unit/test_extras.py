"""extras.py: who lacks a library is told how to get it."""

from importlib.metadata import packages_distributions

import pytest

from pytest_twilio_users import extras
from pytest_twilio_users.errors import MissingExtra

LIBRARIES = {
    "hypothesis": ("hypothesis", "Hypothesis"),
    "syrupy": ("syrupy", "syrupy"),
    "sdk": ("twilio", "Twilio's SDK"),
    "httpx2": ("httpx2", "httpx2"),
    "server": ("uvicorn", "uvicorn"),
    "yaml": ("yaml", "PyYAML"),
    "report": ("jinja2", "Jinja2"),
}


@pytest.mark.parametrize("extra", extras.EXTRAS)
def test_what_is_not_installed_is_told_with_the_command_that_installs_it(monkeypatch, extra):
    """By the name that people know the library by."""
    module, library = LIBRARIES[extra]
    monkeypatch.setattr(extras, "find_spec", {module: None}.__getitem__)
    sentence = f'A report needs {library}: pip install "pytest-twilio-users[{extra}]".'

    assert extras.missing(extra, asked="A report") == sentence
    with pytest.raises(MissingExtra) as raised:
        extras.require(extra, asked="A report")
    assert str(raised.value) == sentence


@pytest.mark.parametrize("extra", extras.EXTRAS)
def test_a_library_is_looked_for_where_its_distribution_puts_it(extra):
    """Else it would be missing, installed or not."""
    row = extras.EXTRAS[extra]
    assert row.distribution in {name.lower() for name in packages_distributions()[row.module]}


def test_of_what_is_installed_nothing_is_told():
    """Whoever asks goes on."""
    assert extras.missing("hypothesis", asked="A report") == ""
    extras.require("hypothesis", asked="A report")
