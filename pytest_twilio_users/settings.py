"""What the author of tests can set: option over environment over ini over default."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Literal, Self

from pytest_twilio_users.errors import SettingError, did_you_mean


class Mode(StrEnum):
    """Who answers the requests of a test."""

    STUB = "stub"
    REPLAY = "replay"
    RECORD = "record"
    LIVE = "live"


class Credentials(StrEnum):
    """Whose credentials the stub accepts.

    ANY: whatever a request brings, as long as it brings some.
    EXACT: the handle's account SID, or a key SID, with the handle's auth token.
    TEST: none; each request is refused as Twilio refuses test credentials.
    """

    ANY = "any"
    EXACT = "exact"
    TEST = "test"


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """One thing that the author can set; the name makes option, ini key and environment name.

    `per_run` says whether these three set it, `per_test` whether the marker does.
    """

    name: str
    help: str
    ini_type: Literal["string", "bool", "int", "args"]
    parse: Callable[[Any], Any]
    per_run: bool = True
    per_test: bool = True

    @property
    def option(self) -> str:
        """The command line option."""
        return "--twilio-users-" + self.name.replace("_", "-")

    @property
    def ini(self) -> str:
        """The key of the configuration file."""
        return "twilio_users_" + self.name

    @property
    def environment(self) -> str:
        """The environment name."""
        return "TWILIO_USERS_" + self.name.upper()

    def read(self, value: Any, *, source: str) -> Any:
        """Parse a value of any source.

        Raises:
            SettingError: it can't be that; the message names the source.
        """
        try:
            return self.parse(value)
        except ValueError as error:
            raise SettingError(f"{self.name}={value!r} (from {source}): {error}") from None


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """The settings of a run, or of one test where a marker changes them."""

    mode: Mode = Mode.STUB
    modes: tuple[Mode, ...] = tuple(Mode)
    alone: bool = False
    service_sid: str | None = None
    strict: bool = True
    max_page_size: int = 1000
    service_sids: tuple[str, ...] = ()
    role_sids: tuple[str, ...] = ()
    credentials: Credentials = Credentials.ANY
    attribute_escapes: bool = True
    environment: bool = True
    journal_limit: int = 10_000
    live_account: str | None = None
    default_service: str | None = None
    base_url: str | None = None
    foreign_users: bool = False
    changes: int = 500
    changes_per_second: int = 20
    concurrency: int = 10
    deadline: int = 60
    ledger: str = ".twilio_users"
    cassettes: str = "cassettes"
    cassette_days: int = 90

    @classmethod
    def fold(
        cls,
        *,
        option: Callable[[str], Any],
        environ: Mapping[str, str],
        ini: Callable[[str], Any],
    ) -> Self:
        """Read each setting from its best source. None means that a source is silent.

        Raises:
            SettingError: a value can't be read, or an environment name is misspelt.
        """
        unknown = [
            name
            for name in environ
            if name.startswith("TWILIO_USERS_")
            and name not in {setting.environment for setting in RUN_SETTINGS}
        ]
        if unknown:
            known = [setting.environment for setting in RUN_SETTINGS]
            raise SettingError(
                f"{unknown[0]} (in the environment) is no setting."
                f"{did_you_mean(unknown[0], known, stem='TWILIO_USERS_')}"
                f" Known: {', '.join(known)}."
            )
        values = {}
        for setting in RUN_SETTINGS:
            for value, source in (
                (option(setting.option), setting.option),
                (environ.get(setting.environment), setting.environment),
                (ini(setting.ini), f"{setting.ini} in the configuration file"),
            ):
                if value is not None:
                    values[setting.name] = setting.read(value, source=source)
                    break
        return cls(**values)

    def changed(self, values: Mapping[str, Any], *, source: str) -> Self:
        """These settings with those of a marker over them.

        Raises:
            SettingError: a name or a value is wrong.
        """
        per_test = [name for name, setting in SETTINGS.items() if setting.per_test]
        for name in values:
            if name not in per_test:
                problem = "can't be set for one test" if name in SETTINGS else "is no setting"
                raise SettingError(
                    f"{name}= (from {source}) {problem}."
                    f"{did_you_mean(name, per_test)} Known: {', '.join(per_test)}."
                )
        changed = replace(
            self, **{name: SETTINGS[name].read(values[name], source=source) for name in values}
        )
        if changed.mode not in (self.mode, Mode.STUB):
            raise SettingError(
                f"mode={changed.mode.value!r} (from {source}): one test can be left to the stub in"
                " every mode, mode='stub', and to no other. modes=(…) limits a test to modes."
            )
        return changed

    def __str__(self) -> str:
        """The mode, and what else differs from the defaults."""
        default = type(self)()
        changed = [
            f"{name}={getattr(self, name)}"
            for name in SETTINGS
            if name != "mode" and getattr(self, name) != getattr(default, name)
        ]
        return ", ".join([self.mode, *changed])


def _choice(kind: type[StrEnum]) -> Callable[[Any], StrEnum]:
    names = [member.value for member in kind]

    def parse(value: Any) -> StrEnum:
        if value in names:
            return kind(value)
        raise ValueError(f"allowed: {', '.join(names)}.{did_you_mean(str(value), names)}")

    return parse


def _yes_or_no(value: Any) -> bool:
    words = {"yes": True, "true": True, "on": True, "1": True}
    words |= {"no": False, "false": False, "off": False, "0": False}
    try:
        return words[str(value).lower()]
    except KeyError:
        raise ValueError("allowed: yes, no.") from None


def _positive(value: Any) -> int:
    if isinstance(value, bool) or not str(value).isdecimal() or int(value) < 1:
        raise ValueError("allowed: whole numbers from 1.")
    return int(value)


def _modes(value: Any) -> tuple[StrEnum, ...]:
    if not isinstance(value, list | tuple) or not value:
        raise ValueError("expected a tuple of modes, such as ('stub', 'live').")
    return tuple(map(_choice(Mode), value))


def _base_url(value: Any) -> str:
    """Scheme and host; without TLS for this machine alone."""
    found = _ORIGIN.fullmatch(str(value).rstrip("/"))
    if not found or int(found["port"] or 0) > 65_535:
        raise ValueError("expected scheme and host, such as https://conversations.twilio.com.")
    if found["scheme"] == "http" and not _LOOPBACK.fullmatch(found["host"]):
        raise ValueError("http is for loopback alone, as it shows the credentials. Use https.")
    return found[0]


_ORIGIN = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-fA-F:]+\]|[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*)"
    r"(:(?P<port>[0-9]{1,5}))?"
)
_LOOPBACK = re.compile(r"localhost|127(\.[0-9]{1,3}){3}|\[::1\]")


def _sid(prefix: str) -> Callable[[Any], str]:
    def parse(value: Any) -> str:
        if not isinstance(value, str) or not re.fullmatch(prefix + "[0-9a-fA-F]{32}", value):
            raise ValueError(f"expected {prefix!r} and 32 hex digits.")
        return value

    return parse


def _sids(prefix: str) -> Callable[[Any], tuple[str, ...]]:
    def parse(value: Any) -> tuple[str, ...]:
        found = value.replace(",", " ").split() if isinstance(value, str) else value
        if not isinstance(found, list | tuple):
            raise ValueError("expected a list of SIDs.")
        for sid in found:
            try:
                _sid(prefix)(sid)
            except ValueError as error:
                raise ValueError(f"{sid!r}: {error}") from None
        return tuple(found)

    return parse


SETTINGS = {
    setting.name: setting
    for setting in (
        Setting(
            name="mode",
            help="who answers: stub, live, record, replay; default: stub",
            ini_type="string",
            parse=_choice(Mode),
        ),
        Setting(
            name="modes",
            help="the modes that a test runs in; in others it is skipped; default: all four",
            ini_type="args",
            parse=_modes,
            per_run=False,
        ),
        Setting(
            name="alone",
            help="whether no other worker's test uses the kit meanwhile, in live and record;"
            " default: no",
            ini_type="bool",
            parse=_yes_or_no,
            per_run=False,
        ),
        Setting(
            name="service_sid",
            help="the service of twilio_users.service_sid (IS…), which live and record need;"
            " default: one made up",
            ini_type="string",
            parse=_sid("IS"),
        ),
        Setting(
            name="strict",
            help="fail a test for what Twilio would silently ignore; default: yes",
            ini_type="bool",
            parse=_yes_or_no,
        ),
        Setting(
            name="max_page_size",
            help="the page size that the stub cuts larger ones to; default: 1000",
            ini_type="int",
            parse=_positive,
        ),
        Setting(
            name="service_sids",
            help="the services that the stub knows besides its own two; default: every one",
            ini_type="args",
            parse=_sids("IS"),
        ),
        Setting(
            name="role_sids",
            help="the roles that the stub knows besides the default ones; default: every one",
            ini_type="args",
            parse=_sids("RL"),
        ),
        Setting(
            name="credentials",
            help="which credentials the stub accepts: any, exact, test; default: any",
            ini_type="string",
            parse=_choice(Credentials),
        ),
        Setting(
            name="attribute_escapes",
            help="accept JSON escapes such as \\/ in Attributes, which Twilio has refused"
            " at times; default: yes",
            ini_type="bool",
            parse=_yes_or_no,
        ),
        Setting(
            name="environment",
            help="let TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN hold the stub's credentials"
            " while a test uses the kit; default: yes",
            ini_type="bool",
            parse=_yes_or_no,
        ),
        Setting(
            name="journal_limit",
            help="how many exchanges the journal keeps whole; default: 10000",
            ini_type="int",
            parse=_positive,
        ),
        Setting(
            name="live_account",
            help="the account (AC…) that live and record may change; default: none",
            ini_type="string",
            parse=_sid("AC"),
            per_test=False,
        ),
        Setting(
            name="default_service",
            help="the account's default service (IS…), which live and record may change, too;"
            " default: none, and tests that ask for it are skipped",
            ini_type="string",
            parse=_sid("IS"),
            per_test=False,
        ),
        Setting(
            name="base_url",
            help="where live and record send to; default: Twilio, by TWILIO_REGION and TWILIO_EDGE",
            ini_type="string",
            parse=_base_url,
            per_test=False,
        ),
        Setting(
            name="foreign_users",
            help="let live and record change and delete users that the kit did not make;"
            " default: no",
            ini_type="bool",
            parse=_yes_or_no,
            per_test=False,
        ),
        Setting(
            name="changes",
            help="how many creates, updates and deletes a live run may send; default: 500",
            ini_type="int",
            parse=_positive,
            per_test=False,
        ),
        Setting(
            name="changes_per_second",
            help="how many of them in a second, by all workers; default: 20 (Twilio allows 30)",
            ini_type="int",
            parse=_positive,
            per_test=False,
        ),
        Setting(
            name="concurrency",
            help="how many live requests may be under way at once, by all workers; default: 10",
            ini_type="int",
            parse=_positive,
            per_test=False,
        ),
        Setting(
            name="deadline",
            help="for how many seconds a live request is tried again; default: 60",
            ini_type="int",
            parse=_positive,
            per_test=False,
        ),
        Setting(
            name="ledger",
            help="the folder that notes which users live runs made; default: .twilio_users",
            ini_type="string",
            parse=str,
            per_test=False,
        ),
        Setting(
            name="cassettes",
            help="the folder of recorded answers; default: cassettes",
            ini_type="string",
            parse=str,
            per_test=False,
        ),
        Setting(
            name="cassette_days",
            help="after how many days a replay tells that a cassette is old; default: 90",
            ini_type="int",
            parse=_positive,
            per_test=False,
        ),
    )
}
"""Every setting by name."""

RUN_SETTINGS = [setting for setting in SETTINGS.values() if setting.per_run]
"""Those that option, environment and configuration file set."""
