"""plugin/credentials.py: errors about credentials that are missing while modules are imported."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from pytest_twilio_users.plugin.credentials import (
    explain_exchanges,
    explain_import,
    of_the_author,
)
from pytest_twilio_users.plugin.stash import HOLDING
from pytest_twilio_users.scopes.isolation import Isolation
from pytest_twilio_users.settings import Mode, Period, Settings

BOTH = ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"]
ADVICE = """\
TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN are not set while modules are imported. To have the \
stub's credentials there, add to pytest's section of setup.cfg:

twilio_users_environment = run

or run pytest with --twilio-users-environment=run."""


@pytest.fixture
def unset(config):
    """A run without credentials, whose settings are in setup.cfg."""
    config.stash[HOLDING].unset = BOTH
    config.inipath = Path("setup.cfg")
    return config


def error_of(module, text, kind=Exception):
    """An error whose class is a library's."""
    return type("Failed", (kind,), {"__module__": module})(text)


@pytest.mark.parametrize(
    "error",
    [
        KeyError("TWILIO_ACCOUNT_SID"),
        KeyError("twilio_auth_token"),
        error_of("pydantic_core", "1 error: account_sid: Field required"),
        error_of("pydantic", "AuthToken: Field required"),
        error_of("twilio.base.exceptions", "Credentials are required to create a TwilioClient"),
    ],
    ids=str,
)
def test_an_error_about_credentials_has_the_line_to_add(unset, error):
    """By a name of the environment, by a settings object's field, or by the SDK."""
    assert explain_import(error, unset) == ADVICE


@pytest.mark.parametrize(
    "error",
    [
        KeyError("ACCOUNT"),
        error_of("mine", "account_sid"),
        error_of("pydantic", "name: Field required"),
        error_of("twilio.base", "no such resource"),
        error_of("mine", "credentials are required"),
        error_of("_pytest.config", "in conftest: os.environ['TWILIO_ACCOUNT_SID']"),
    ],
    ids=str,
)
def test_another_error_is_its_own_explanation(unset, error):
    """What pytest says quotes the author's code, so it says nothing here."""
    assert explain_import(error, unset) == ""


def test_the_error_behind_an_error_is_looked_at(unset):
    """Its cause, or what was handled before; a cause hides that. A circle ends."""
    named, other = KeyError("TWILIO_AUTH_TOKEN"), ValueError("no settings")
    other.__cause__ = named
    assert explain_import(other, unset) == ADVICE

    other.__cause__, other.__context__ = None, named
    assert explain_import(other, unset) == ADVICE

    other.__cause__ = RuntimeError("why")
    assert explain_import(other, unset) == ""

    other.__cause__ = other.__context__ = other
    assert explain_import(other, unset) == ""


def test_an_error_that_has_no_text_is_no_trouble(unset):
    """An author's own may fail to say it."""

    class Broken(Exception):
        def __str__(self):
            raise ZeroDivisionError

    assert explain_import(Broken(), unset) == ""


def test_the_error_of_a_conftest_is_within_pytests():
    """Any other is the author's itself."""
    wrapped, cause = Exception(), KeyError()
    assert of_the_author(wrapped) is wrapped
    wrapped.cause = "text"
    assert of_the_author(wrapped) is wrapped
    wrapped.cause = cause
    assert of_the_author(wrapped) is cause


@pytest.mark.parametrize(
    ("file", "where"),
    [
        (Path("tox.ini"), "add to pytest's section of tox.ini:\n\ntwilio_users_environment = run"),
        (
            Path("pyproject.toml"),
            'add to pytest\'s section of pyproject.toml:\n\ntwilio_users_environment = "run"',
        ),
        (
            None,
            (
                "make a file pytest.ini, in the folder where you run pytest, with:\n\n"
                "[pytest]\ntwilio_users_environment = run"
            ),
        ),
    ],
    ids=str,
)
def test_the_line_is_that_of_the_projects_file(unset, file, where):
    """To be pasted as it is."""
    unset.inipath = file
    assert f"{where}\n\nor run pytest with " in explain_import(KeyError(BOTH[0]), unset)


def test_one_name_is_missing(unset):
    """It is named alone."""
    unset.stash[HOLDING].unset = BOTH[1:]
    assert explain_import(KeyError(BOTH[1]), unset).startswith("TWILIO_AUTH_TOKEN is not set ")


def test_nothing_is_advised_that_would_not_help(unset):
    """They are set, or lent already, or an account's are asked for; or the run has not begun."""
    error = KeyError(BOTH[0])
    for settings in (Settings(environment=Period.RUN), Settings(mode=Mode.LIVE)):
        unset.stash[HOLDING].isolation = Isolation(settings)
        assert explain_import(error, unset) == ""
    unset.stash[HOLDING].isolation = Isolation(Settings())
    unset.stash[HOLDING].unset = []
    assert explain_import(error, unset) == ""
    del unset.stash[HOLDING]
    assert explain_import(error, unset) == ""


def exchange(authorization):
    """An exchange with such credentials."""
    return SimpleNamespace(request=SimpleNamespace(authorization=authorization))


def test_a_request_without_credentials_may_be_of_a_client_made_at_import(unset):
    """If all had some, nothing is said; neither where no advice would help."""
    with_some, without = exchange("Basic QTpi"), exchange("")

    assert explain_exchanges([with_some, without], unset) == (
        f"A request had no credentials. Was its client made at import? {ADVICE}"
    )
    assert explain_exchanges([with_some], unset) == ""
    unset.stash[HOLDING].unset = []
    assert explain_exchanges([without], unset) == ""
