"""Explains errors about credentials that are missing while modules are imported."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_twilio_users.plugin.stash import HOLDING
from pytest_twilio_users.settings import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pytest

    from pytest_twilio_users.wire.journal import Exchange

TITLE = "Twilio Users: credentials at import"

_NONE_GIVEN = "A request had no credentials. Was its client made at import?"
_NEW_FILE = "make a file pytest.ini, in the folder where you run pytest, with"
_NAMED = re.compile("TWILIO_ACCOUNT_SID|TWILIO_AUTH_TOKEN", re.IGNORECASE)
_FIELDS = re.compile("account_?sid|auth_?token", re.IGNORECASE)


def explain_import(error: BaseException, config: pytest.Config) -> str:
    """Say what to add if an error is about credentials that are not set; else nothing."""
    if any(map(_is_about_them, _chain(of_the_author(error)))):
        return _advise(config)
    return ""


def of_the_author(error: BaseException) -> BaseException:
    """The error of a conftest that pytest wraps into one of its own; any other as it is."""
    cause = vars(error).get("cause")
    return cause if isinstance(cause, BaseException) else error


def explain_exchanges(exchanges: Iterable[Exchange], config: pytest.Config) -> str:
    """Say why an exchange may have been without credentials, if one was; else nothing."""
    if all(exchange.request.authorization for exchange in exchanges):
        return ""
    advice = _advise(config)
    return f"{_NONE_GIVEN} {advice}" if advice else ""


def _advise(config: pytest.Config) -> str:
    """The line to add to the configuration, if it would help. As it is pasted: not indented."""
    holding = config.stash.get(HOLDING, None)
    if holding is None or not holding.unset or not holding.isolation.settings.could_lend_earlier:
        return ""
    setting, file = SETTINGS["environment"], config.inipath
    line = f"{setting.ini} = " + ('"run"' if file is not None and file.suffix == ".toml" else "run")
    where = f"add to pytest's section of {file.name}" if file else _NEW_FILE
    lines = line if file else f"[pytest]\n{line}"
    are = "is" if len(holding.unset) == 1 else "are"
    return (
        f"{' and '.join(holding.unset)} {are} not set while modules are imported. To have the"
        f" stub's credentials there, {where}:\n\n{lines}\n\nor run pytest with"
        f" {setting.option}=run."
    )


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    known: set[int] = set()  # an error may be its own cause's cause
    while error is not None and id(error) not in known:
        known.add(id(error))
        yield error
        error = error.__context__ if error.__cause__ is None else error.__cause__


def _is_about_them(error: BaseException) -> bool:
    """Whether a name is missing, or a settings object or the SDK complains for want of it."""
    library = str(type(error).__module__).partition(".")[0]
    try:
        text = str(error)
    except Exception:  # an author's own
        return False
    return library != "_pytest" and (  # its texts quote the author's code
        _NAMED.search(text) is not None
        or (library.startswith("pydantic") and _FIELDS.search(text) is not None)
        or (library == "twilio" and "credentials" in text.lower())
    )
