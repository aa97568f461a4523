"""The settings: option over environment over ini over default."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from functools import partial
from typing import Any, Literal, NamedTuple, Self

from pytest_twilio_users.contract.arguments import as_text
from pytest_twilio_users.errors import SettingError, brief, did_you_mean, is_slip, known_names


class Mode(StrEnum):
    """Who answers the requests of a test."""

    STUB = "stub"
    REPLAY = "replay"
    RECORD = "record"
    LIVE = "live"

    @property
    def is_live(self) -> bool:
        """Whether an account is asked."""
        return self in (Mode.LIVE, Mode.RECORD)


class Credentials(StrEnum):
    """Whose credentials the stub accepts.

    ANY: any credentials by HTTP Basic, but not none.
    EXACT: the handle's account SID, or a key SID, with the handle's auth token.
    TEST: none. Each request is refused as Twilio refuses test credentials.
    """

    ANY = "any"
    EXACT = "exact"
    TEST = "test"


class Period(StrEnum):
    """For how long the kit does something besides answering.

    TEST: while a test or fixture uses the kit.
    RUN: from before the first conftest.py is imported to the end of the run.
    NO: never.
    """

    TEST = "test"
    RUN = "run"
    NO = "no"


class Expiry(StrEnum):
    """What happens to a test whose cassette is too old. Replay never asks an account.

    WARN: the test replays it, and the end of the run lists it.
    FAIL: the test fails.
    RECORD: as WARN. In record mode, only cassettes that are too old are recorded again.
    """

    WARN = "warn"
    FAIL = "fail"
    RECORD = "record"


# How values are read. Each parser raises ValueError with what is allowed.


def parse_sid(prefix: str) -> Callable[[Any], str]:
    """Give a parser of SIDs that begin so."""

    def parse(value: Any) -> str:
        from pytest_twilio_users.contract.sids import SidKind  # few runs name one

        kind = SidKind(prefix)
        if not isinstance(value, str) or not kind.matches(value):
            raise ValueError(f"expected {kind.value!r} and 32 hex digits.")
        return value

    return parse


def _parse_sids(prefix: str) -> Callable[[Any], tuple[str, ...]]:
    def parse(value: Any) -> tuple[str, ...]:
        found = value.replace(",", " ").split() if isinstance(value, str) else value
        if not isinstance(found, list | tuple):
            raise ValueError("expected a list of SIDs.")
        for sid in found:
            try:
                parse_sid(prefix)(sid)
            except ValueError as error:
                raise ValueError(f"{brief(sid)}: {error}") from None
        return tuple(found)

    return parse


def _parse_choice(kind: type[StrEnum]) -> Callable[[Any], StrEnum]:
    names = [member.value for member in kind]

    def parse(value: Any) -> StrEnum:
        text = as_text(value) or ""
        if text in names:
            return kind(text)
        raise ValueError(f"allowed: {', '.join(names)}.{did_you_mean(text, names)}")

    return parse


def _parse_modes(value: Any) -> tuple[StrEnum, ...]:
    if not isinstance(value, list | tuple) or not value:
        raise ValueError("expected a tuple of modes, such as ('stub', 'live').")
    return tuple(map(_parse_choice(Mode), value))


def _parse_switch(value: Any) -> bool:
    words = {"yes": True, "true": True, "on": True, "1": True}
    words |= {"no": False, "false": False, "off": False, "0": False}
    try:
        text = str(value) if isinstance(value, bool) else as_text(value) or ""
        return words[text.lower()]
    except KeyError:
        raise ValueError("allowed: yes, no.") from None


def _parse_period(value: Any) -> Period:
    """A period; a switch that is on means the default one."""
    try:
        return Period.TEST if _parse_switch(value) else Period.NO
    except ValueError:
        return Period(_parse_choice(Period)(value))


def _parse_whole(value: Any, *, least: int) -> int:
    text = as_text(value) or ""
    is_zero = not text.strip("0")  # not by int(), which reads no thousands of digits
    if not re.fullmatch("[0-9]+", text) or (least and is_zero):
        raise ValueError(f"allowed: whole numbers from {least or '0, which is no limit'}.")
    if len(text) > 9:
        raise ValueError("allowed: up to 999999999.")
    return int(text)


_parse_number = partial(_parse_whole, least=1)
_parse_limit = partial(_parse_whole, least=0)


def _parse_folder(value: Any) -> str:
    text = as_text(value)
    if not text:
        raise ValueError("expected the path of a folder.")
    return text


def _parse_file(value: Any) -> str | None:
    """A path; an empty one is none, which an option can say in front of a configuration file."""
    text = as_text(value)
    if text is None or text.endswith(("/", "\\")) or "\0" in text:
        raise ValueError("expected the path of a file.")
    return text or None


def _parse_percentage(value: Any) -> int:
    text = (as_text(value) or "").removesuffix("%")
    if not re.fullmatch("[0-9]{1,3}", text) or int(text) > 100:
        raise ValueError("allowed: whole numbers from 0, which is no limit, to 100.")
    return int(text)


def _parse_relied(value: Any) -> tuple[str, ...]:
    from pytest_twilio_users.contract.possible import require_possible  # few runs ask

    found = value.replace(",", " ").split() if isinstance(value, str) else value
    if not isinstance(found, list | tuple):
        raise ValueError("expected a list of operations.")
    for name in found:
        require_possible(name)
    return tuple(dict.fromkeys(found))


def _parse_page(value: Any) -> str | None:
    text = _parse_file(value)
    if text is not None and not text.lower().endswith((".html", ".htm")):
        raise ValueError("expected the path of an HTML file, such as report.html.")
    return text


def _parse_origin(value: Any) -> str:
    """Scheme and host; without TLS for this machine alone."""
    from pytest_twilio_users.contract.hosts import is_loopback, read_base_url  # few set one

    found = read_base_url(value)
    if not found or found["path"]:
        raise ValueError("expected scheme and host, such as https://conversations.twilio.com.")
    if found["scheme"] == "http" and not is_loopback(found["host"].strip("[]")):
        raise ValueError(
            "http is allowed for loopback only, as it sends the credentials unencrypted. Use https."
        )
    return found["origin"]


STEM = "TWILIO_USERS_"
"""How the names of the kit's variables in the environment begin."""


class Setting(NamedTuple):
    """One thing that the author can set; the name makes option, ini key and environment name.

    `per_run` says whether these three set it, `per_test` whether the marker does.
    """

    name: str
    default: Any
    help: str
    parse: Callable[[Any], Any]
    per_run: bool
    per_test: bool

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
        return STEM + self.name.upper()

    @property
    def is_switch(self) -> bool:
        """Whether it is on or off."""
        return isinstance(self.default, bool)

    @property
    def ini_type(self) -> Literal["string", "bool", "int", "args"]:
        """The type of the value in a configuration file."""
        return _INI_TYPES.get(type(self.default), "string")

    def read(self, value: Any, *, source: str) -> Any:
        """Parse a value of any source.

        Raises:
            SettingError: it can't be that; the message names the source.
        """
        try:
            return self.parse(value)
        except ValueError as error:
            raise SettingError(f"{self.name}={brief(value)} (from {source}): {error}") from None


_INI_TYPES: dict[type, Literal["bool", "int", "args"]] = {bool: "bool", int: "int", tuple: "args"}


def _setting(
    about: str,
    *,
    parse: Callable[[Any], Any],
    default: object,
    unset: str = "",
    per_run: bool = True,
    per_test: bool = True,
) -> Any:
    """A row of the table below, which stands where the default will.

    `unset` tells what that comes to, where it is no value.
    """
    words = {"True": "yes", "False": "no", "None": "none"}
    told = unset or words.get(str(default), str(default))
    return Setting(
        name="",
        default=default,
        help=f"{about}; default: {told}",
        parse=parse,
        per_run=per_run,
        per_test=per_test,
    )


class Settings(NamedTuple):  # as a dataclass it took a third of the time that the plugin loads
    """The settings of a run, or of one test where a marker changes them."""

    mode: Mode = _setting(
        "who answers: stub, live, record, replay", parse=_parse_choice(Mode), default=Mode.STUB
    )
    modes: tuple[Mode, ...] = _setting(
        "the modes that a test runs in; in others it is skipped",
        parse=_parse_modes,
        default=tuple(Mode),
        unset="all four",
        per_run=False,
    )
    alone: bool = _setting(
        "let no other worker's test use the kit meanwhile, in live and record",
        parse=_parse_switch,
        default=False,
        per_run=False,
    )
    service_sid: str | None = _setting(
        "the SID (IS…) that twilio_users.service_sid gives; live and record need it",
        parse=parse_sid("IS"),
        default=None,
        unset="one made up",
    )
    strict: bool = _setting(
        "fail a test for what Twilio would silently ignore", parse=_parse_switch, default=True
    )
    max_page_size: int = _setting(
        "the largest page of the stub; a larger PageSize is cut to it",
        parse=_parse_number,
        default=1000,
    )
    rate_limit: int = _setting(
        "how many changes a second the stub takes in a service (Twilio documents 30); further"
        " ones get 429",
        parse=_parse_limit,
        default=0,
        unset="0, any number",
    )
    concurrency_limit: int = _setting(
        "how many requests the stub takes at once; further ones get 429",
        parse=_parse_limit,
        default=0,
        unset="0, any number",
    )
    service_sids: tuple[str, ...] = _setting(
        "the services that the stub knows besides its own two",
        parse=_parse_sids("IS"),
        default=(),
        unset="every one",
    )
    role_sids: tuple[str, ...] = _setting(
        "the roles that the stub knows besides the default ones",
        parse=_parse_sids("RL"),
        default=(),
        unset="every one",
    )
    neighbours: bool = _setting(
        "answer, loosely, for conversations, participants, roles and other neighbours of users",
        parse=_parse_switch,
        default=False,
    )
    credentials: Credentials = _setting(
        "which credentials the stub accepts: any, exact, test",
        parse=_parse_choice(Credentials),
        default=Credentials.ANY,
    )
    attribute_escapes: bool = _setting(
        "accept JSON escapes such as \\/ in Attributes, which Twilio has refused at times",
        parse=_parse_switch,
        default=True,
    )
    environment: Period = _setting(
        "when TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN hold the stub's credentials, in stub and"
        " replay: test (while a test uses the kit), run (if unset, also from the first import"
        " on), no",
        parse=_parse_period,
        default=Period.TEST,
    )
    guard: Period = _setting(
        "when to refuse requests to Twilio's Conversations that nothing answers: test (while a"
        " test uses the kit), run, no",
        parse=_parse_choice(Period),
        default=Period.TEST,
    )
    journal_limit: int = _setting(
        "how many exchanges the journal keeps whole", parse=_parse_number, default=10_000
    )
    journal_bytes: int = _setting(
        "how many bytes those exchanges may take; older ones are only counted",
        parse=_parse_number,
        default=67_108_864,
    )
    live_account: str | None = _setting(
        "the account (AC…) that live and record may change",
        parse=parse_sid("AC"),
        default=None,
        per_test=False,
    )
    default_service: str | None = _setting(
        "the account's default service (IS…), if live and record may change it, too",
        parse=parse_sid("IS"),
        default=None,
        unset="none, and tests that ask for it are skipped",
        per_test=False,
    )
    base_url: str | None = _setting(
        "the scheme and host that live and record send requests to",
        parse=_parse_origin,
        default=None,
        unset="Twilio, by TWILIO_REGION and TWILIO_EDGE",
        per_test=False,
    )
    foreign_users: bool = _setting(
        "let live and record change and delete users that the kit did not make",
        parse=_parse_switch,
        default=False,
        per_test=False,
    )
    changes: int = _setting(
        "how many creates, updates and deletes a live run may send",
        parse=_parse_number,
        default=500,
        per_test=False,
    )
    changes_per_second: int = _setting(
        "how many of these changes in a second, by all workers together (Twilio documents 30)",
        parse=_parse_number,
        default=20,
        per_test=False,
    )
    concurrency: int = _setting(
        "how many live requests may be under way at once, by all workers together",
        parse=_parse_number,
        default=10,
        per_test=False,
    )
    deadline: int = _setting(
        "for how many seconds a live request is retried",
        parse=_parse_number,
        default=60,
        per_test=False,
    )
    ledger: str = _setting(
        "the folder of ledgers, which name the users that live runs made",
        parse=_parse_folder,
        default=".twilio_users",
        per_test=False,
    )
    cassettes: str = _setting(
        "the folder of cassettes", parse=_parse_folder, default="cassettes", per_test=False
    )
    cassette_days: int = _setting(
        "after how many days a cassette is too old; with 0, never", parse=_parse_limit, default=90
    )
    cassette_expiry: Expiry = _setting(
        "what to do about cassettes that are too old: warn, fail, record (record only those)",
        parse=_parse_choice(Expiry),
        default=Expiry.WARN,
    )
    coverage: bool = _setting(
        "print at the end what the tests used of each operation, and what they did not",
        parse=_parse_switch,
        default=False,
        per_test=False,
    )
    fail_under: int = _setting(
        "fail the run if the tests use less than this percentage of what is relied on",
        parse=_parse_percentage,
        default=0,
        per_test=False,
    )
    relies_on: tuple[str, ...] = _setting(
        "the operations that the application relies on, or parts of them, such as create_user,"
        " list_user.pages or create_user.identity_taken",
        parse=_parse_relied,
        default=(),
        unset="those that were called",
        per_test=False,
    )
    usage: str | None = _setting(
        "the JSON file to write that says which test used what",
        parse=_parse_file,
        default=None,
        per_test=False,
    )
    report: str | None = _setting(
        "the HTML file to write that shows the run's results, with the same as JSON beside it",
        parse=_parse_page,
        default=None,
        per_test=False,
    )

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
            SettingError: a value can't be read.
        """
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
                problem = "can't be set for one test" if name in SETTINGS else "is not a setting"
                raise SettingError(
                    f"{name}= (from {source}) {problem}.{known_names(name, per_test)}"
                )
        changed = self._replace(
            **{name: SETTINGS[name].read(values[name], source=source) for name in values}
        )
        for name in ("environment", "guard"):
            if getattr(changed, name) is Period.RUN and name in values:
                raise SettingError(
                    f"{name}='run' (from {source}): allowed for one test: test, no. For the run:"
                    f" {SETTINGS[name].option}=run."
                )
        if changed.mode not in (self.mode, Mode.STUB):
            raise SettingError(
                f"mode={changed.mode.value!r} (from {source}): for one test only mode='stub' is"
                " allowed. To run a test in some modes only: modes=(…)."
            )
        return changed

    def spares_young(self, run: Self) -> bool:
        """Whether record leaves a cassette until it is too old, as its test or the run asks for.

        Who has a run record what is too old alone, means all tests.
        """
        return Expiry.RECORD in (self.cassette_expiry, run.cassette_expiry)

    @property
    def could_lend_earlier(self) -> bool:
        """Whether modules that need credentials at import would find some by another setting."""
        return self.environment is Period.TEST and not self.mode.is_live

    def __str__(self) -> str:
        """The mode, and what else differs from the defaults."""
        default = type(self)()
        changed = [
            f"{name}={getattr(self, name)}"
            for name in SETTINGS
            if name != "mode" and getattr(self, name) != getattr(default, name)
        ]
        return ", ".join([self.mode, *changed])


SETTINGS: dict[str, Setting] = {
    name: row._replace(name=name) for name, row in Settings._field_defaults.items()
}
"""Every setting by name."""

Settings.__new__.__defaults__ = tuple(row.default for row in SETTINGS.values())

RUN_SETTINGS = [setting for setting in SETTINGS.values() if setting.per_run]
"""Those that option, environment and configuration file set."""


def near_misses(environ: Iterable[str], *, more: Iterable[str] = ()) -> Iterator[str]:
    """Tell of each environment name that is nearly a setting's. Other names are other people's.

    `more` names what is not a setting, and can come from the environment all the same.
    """
    known = {setting.environment: setting.name for setting in RUN_SETTINGS}
    known |= {STEM + name.upper(): name for name in more}
    for name in environ:
        if name.upper().startswith(STEM) and name not in known:
            given = name[len(STEM) :]
            near = next((each for each in known if is_slip(given, known[each])), None)
            if near:
                yield f"{name} (in the environment) is not a setting. Did you mean {near!r}?"
