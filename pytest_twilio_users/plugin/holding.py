"""What holds for the whole run: from before the first conftest.py is imported, to its end."""

from __future__ import annotations

import os
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from pytest_twilio_users.errors import SettingError
from pytest_twilio_users.plugin.plain_loading import loading_plainly
from pytest_twilio_users.plugin.stash import ANSWERS, ASKED, ENGINE, HOLDING
from pytest_twilio_users.scopes.isolation import Isolation
from pytest_twilio_users.settings import Period, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from pytest_twilio_users.transports.guard import Guard

_CREDENTIALS = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN")
_SECRETS = ("TWILIO_AUTH_TOKEN", "TWILIO_API_SECRET")


class Holding:
    """Who is acting, the guard, and the names of the environment that are lent."""

    def __init__(self, config: pytest.Config, settings: Settings) -> None:
        self.refused: list[str] = []
        """What was refused outside of tests that use the kit, to be told at the end."""
        self.expired: list[str] = []
        """Which cassettes were replayed that are too old, to be told at the end."""
        self.skipped: dict[str, str] = {}
        """Why tests were skipped that ask more than the stub, by node id."""
        self.ran = False
        """Whether one of these was not."""
        self.today = datetime.now(UTC).date()
        """When the run began: while tests run, they may have the time be any."""
        self.unset = [name for name in _CREDENTIALS if not os.environ.get(name)]
        """Twilio's names that held no credentials when the run began."""
        self.secrets = tuple(filter(None, map(os.environ.get, _SECRETS)))
        """What nobody is to see of the environment: while tests run, it holds the stub's."""
        self.isolation = Isolation(settings, guard=self._make_guard)
        self._config = config
        during = ExitStack()
        config.add_cleanup(during.close)
        during.enter_context(loading_plainly())
        if settings.environment is Period.RUN and not settings.mode.is_live:
            from pytest_twilio_users.contract.sids import OWN_ACCOUNT_SID, OWN_AUTH_TOKEN
            from pytest_twilio_users.handle.environment import lent

            own = {"TWILIO_ACCOUNT_SID": OWN_ACCOUNT_SID, "TWILIO_AUTH_TOKEN": OWN_AUTH_TOKEN}
            during.enter_context(lent({n: own[n] for n in own if n in self.unset}))
        if settings.guard is Period.RUN:
            self.isolation.guard()

    def _make_guard(self) -> Guard:
        from pytest_twilio_users.transports.guard import Guard

        guard = Guard(self.isolation, tell=self._tell)
        self._config.add_cleanup(guard.end_run)
        return guard

    def _tell(self, refusal: str) -> None:
        engine = self._config.stash.get(ENGINE, None)
        if engine is not None and self.isolation.active:
            engine.tell_refused(refusal)
        elif refusal not in self.refused:
            self.refused.append(refusal)


def hold(config: pytest.Config, *, option: Callable[[str], Any]) -> None:
    """Begin what holds for the run, unless it has begun; a wrong setting ends the run."""
    if HOLDING in config.stash:
        return
    try:
        settings = Settings.fold(
            option=option, environ=os.environ, ini=lambda key: _read_ini(config, key)
        )
    except SettingError as error:
        raise pytest.UsageError(str(error)) from None
    config.stash[HOLDING] = Holding(config, settings)


def _read_ini(config: pytest.Config, key: str) -> Any:
    try:
        return config.getini(key)
    except (TypeError, ValueError, pytest.UsageError) as error:
        told = str(error)
        raise SettingError(
            told if key in told else f"{key} in the configuration file: {told}"
        ) from None


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, Any, Any]:
    """Begin before anything of the author's is imported, and tell why an import failed."""
    given = vars(early_config.known_args_namespace)
    hold(early_config, option=lambda name: given.get(name.lstrip("-").replace("-", "_")))
    try:
        return (yield)
    except Exception as error:
        from pytest_twilio_users.plugin.credentials import explain_import, of_the_author

        if why := explain_import(error, early_config):
            of_the_author(error).add_note(why)  # which is what pytest shows
        raise


_OUTPUT = "twilio_users"


def tell_controller(config: pytest.Config) -> None:
    """Tell xdist's controller what is to be told of this process, if it is a worker's."""
    output: dict[str, Any] | None = getattr(config, "workeroutput", None)
    if output is not None:
        holding, answers = config.stash[HOLDING], config.stash.get(ANSWERS, None)
        output[_OUTPUT] = {
            "refused": holding.refused,
            "expired": holding.expired,
            "skipped": holding.skipped,
            "ran": holding.ran,
            "asked": config.stash.get(ASKED, {}),
            "answers": None if answers is None else answers.to_json(),
        }


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Hear what is to be told of a process of xdist's."""
    told = getattr(node, "workeroutput", {}).get(_OUTPUT, {})  # none of one that crashed
    stash = node.config.stash
    holding = stash[HOLDING]
    refused = told.get("refused", ())
    holding.refused.extend(line for line in refused if line not in holding.refused)
    holding.expired.extend(told.get("expired", ()))
    holding.skipped.update(told.get("skipped", {}))
    holding.ran = holding.ran or told.get("ran", True)
    stash.setdefault(ASKED, {}).update(told.get("asked", {}))
    if answers := told.get("answers"):
        stash[ANSWERS].hear(answers)
