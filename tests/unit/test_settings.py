from collections.abc import Mapping
from typing import Any

import pytest

from pytest_twilio_users.errors import SettingError
from pytest_twilio_users.settings import (
    SETTINGS,
    Credentials,
    Expiry,
    Mode,
    Period,
    Setting,
    Settings,
    near_misses,
)

SERVICE = "IS00000000000000000000000000000001"
OTHER_SERVICE = "IS00000000000000000000000000000002"
ACCOUNT = "AC00000000000000000000000000000001"
ROLE = "RL00000000000000000000000000000001"

EACH = pytest.mark.parametrize("setting", SETTINGS.values(), ids=lambda setting: setting.name)

PER_TEST = (
    "mode, modes, alone, service_sid, strict, max_page_size, rate_limit, concurrency_limit,"
    " service_sids, role_sids, neighbours, credentials, attribute_escapes, environment, guard,"
    " journal_limit, journal_bytes, cassette_days, cassette_expiry"
)


def fold(
    *,
    option: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
    ini: Mapping[str, Any] | None = None,
) -> Settings:
    """Fold the sources; what is not given is silent."""
    return Settings.fold(option=(option or {}).get, environ=environ or {}, ini=(ini or {}).get)


def complaint_of(value: Any, *, name: str) -> str:
    """What the kit says about a wrong value on the command line."""
    with pytest.raises(SettingError) as raised:
        fold(option={SETTINGS[name].option: value})
    return str(raised.value)


# One table


def test_every_setting_has_a_row_in_the_table() -> None:
    """The names of the table and those of the settings are the same."""
    assert set(SETTINGS) == set(Settings._fields)


@EACH
def test_option_ini_key_and_environment_name_share_a_stem(setting: Setting) -> None:
    """Who knows one of the three names knows the other two."""
    stem = "twilio_users_" + setting.name

    assert setting.ini == stem
    assert setting.option == "--" + stem.replace("_", "-")
    assert setting.environment == stem.upper()


@EACH
def test_a_configuration_file_may_use_its_own_types(setting: Setting) -> None:
    """Switches, numbers and lists are declared as such, so native TOML is no type error."""
    types = {bool: "bool", int: "int", tuple: "args"}
    default = getattr(Settings(), setting.name)

    assert setting.ini_type == types.get(type(default), "string")


@pytest.mark.parametrize(
    ("name", "default", "told"),
    [
        ("mode", Mode.STUB, "default: stub"),
        ("strict", True, "default: yes"),
        ("max_page_size", 1000, "default: 1000"),
        ("service_sid", None, "default: one made up"),
        ("rate_limit", 0, "default: 0, any number"),
        ("concurrency_limit", 0, "default: 0, any number"),
        ("service_sids", (), "default: every one"),
        ("role_sids", (), "default: every one"),
        ("credentials", Credentials.ANY, "default: any"),
        ("attribute_escapes", True, "default: yes"),
        ("environment", Period.TEST, "default: test"),
        ("guard", Period.TEST, "default: test"),
        ("journal_limit", 10_000, "default: 10000"),
        ("journal_bytes", 67_108_864, "default: 67108864"),
        ("coverage", False, "default: no"),
        ("fail_under", 0, "default: 0"),
        ("relies_on", (), "default: those that were called"),
        ("usage", None, "default: none"),
    ],
)
def test_a_newcomer_needs_no_setting_and_the_help_tells_the_default(
    name: str, default: object, told: str
) -> None:
    """Silent sources give the defaults, and `--help` tells the same ones."""
    assert getattr(fold(), name) == default
    assert SETTINGS[name].help.endswith(told)


# Which source counts

SOURCES = {
    "option": {"--twilio-users-max-page-size": "10"},
    "environ": {"TWILIO_USERS_MAX_PAGE_SIZE": "20"},
    "ini": {"twilio_users_max_page_size": "30"},
}


@pytest.mark.parametrize(
    ("speaking", "expected"),
    [
        (("option", "environ", "ini"), 10),
        (("environ", "ini"), 20),
        (("option", "ini"), 10),
        (("ini",), 30),
        ((), 1000),
    ],
    ids=lambda value: "+".join(value) or "none" if isinstance(value, tuple) else str(value),
)
def test_the_option_counts_before_the_environment_before_the_file(
    speaking: tuple[str, ...], expected: int
) -> None:
    """The closer to the command line, the stronger; a source that is silent decides nothing."""
    assert fold(**{source: SOURCES[source] for source in speaking}).max_page_size == expected


def test_a_value_that_does_not_count_is_not_read() -> None:
    """An option gets a run going although the file under it is wrong."""
    settings = fold(
        option={"--twilio-users-strict": "no"},
        environ={"TWILIO_USERS_STRICT": "perhaps"},
        ini={"twilio_users_strict": "perhaps"},
    )

    assert settings.strict is False


@pytest.mark.parametrize("value", [False, 0, "no"], ids=repr)
def test_no_is_not_silence(value: object) -> None:
    """A false value of a strong source beats a true one of a weak source."""
    settings = fold(option={"--twilio-users-strict": value}, ini={"twilio_users_strict": True})

    assert settings.strict is False


@pytest.mark.parametrize(
    ("sources", "source"),
    [
        ({"option": {"--twilio-users-strict": "perhaps"}}, "--twilio-users-strict"),
        ({"environ": {"TWILIO_USERS_STRICT": "perhaps"}}, "TWILIO_USERS_STRICT"),
        (
            {"ini": {"twilio_users_strict": "perhaps"}},
            "twilio_users_strict in the configuration file",
        ),
    ],
    ids=["option", "environment", "ini"],
)
def test_a_wrong_value_names_where_it_came_from(sources: dict[str, Any], source: str) -> None:
    """Nobody has to search three places for the value that is wrong."""
    with pytest.raises(SettingError) as raised:
        fold(**sources)

    assert str(raised.value) == f"strict='perhaps' (from {source}): allowed: yes, no."


# What a value may be


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("mode", "stub", Mode.STUB),
        ("service_sid", SERVICE, SERVICE),
        ("strict", "yes", True),
        ("strict", "true", True),
        ("strict", "On", True),
        ("strict", "1", True),
        ("strict", True, True),
        ("strict", "no", False),
        ("strict", "FALSE", False),
        ("strict", "off", False),
        ("strict", "0", False),
        ("strict", False, False),
        ("max_page_size", "50", 50),
        ("max_page_size", 50, 50),
        ("max_page_size", "999999999", 999_999_999),
        ("journal_limit", "1", 1),
        ("rate_limit", "0", 0),
        ("concurrency_limit", 30, 30),
        ("credentials", "exact", Credentials.EXACT),
        ("credentials", "test", Credentials.TEST),
        ("attribute_escapes", False, False),
        ("environment", "run", Period.RUN),
        ("guard", "test", Period.TEST),
        ("service_sids", SERVICE, (SERVICE,)),
        ("service_sids", f"{SERVICE} {OTHER_SERVICE}", (SERVICE, OTHER_SERVICE)),
        ("service_sids", f" {SERVICE}, {OTHER_SERVICE},\n", (SERVICE, OTHER_SERVICE)),
        ("service_sids", [SERVICE, OTHER_SERVICE], (SERVICE, OTHER_SERVICE)),
        ("service_sids", (SERVICE,), (SERVICE,)),
        ("service_sids", "", ()),
        ("service_sids", [], ()),
        ("role_sids", [ROLE], (ROLE,)),
        ("fail_under", "0", 0),
        ("fail_under", "100", 100),
        ("fail_under", "80%", 80),
        ("fail_under", 80, 80),
        ("relies_on", "create_user,list_user.pages", ("create_user", "list_user.pages")),
        ("relies_on", ["fetch_user", "fetch_user"], ("fetch_user",)),
        ("relies_on", "", ()),
        ("usage", "out/usage.json", "out/usage.json"),
        ("usage", "", None),
        ("report", "out/report.HTML", "out/report.HTML"),
        ("report", "report.htm", "report.htm"),
        ("report", "", None),
        ("ledger", "out", "out"),
        ("live_account", ACCOUNT, ACCOUNT),
        ("default_service", SERVICE, SERVICE),
        ("cassette_expiry", "fail", Expiry.FAIL),
        ("cassette_expiry", "record", Expiry.RECORD),
    ],
    ids=repr,
)
def test_text_and_native_values_are_both_read(name: str, value: object, expected: object) -> None:
    """A command line brings text, a TOML file booleans, numbers and lists: all mean the same."""
    found = getattr(fold(ini={SETTINGS[name].ini: value}), name)

    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("switch", "period"),
    [
        *[(value, Period.TEST) for value in ("yes", "true", "On", "1", 1, True)],
        *[(value, Period.NO) for value in ("no", "FALSE", "off", "0", 0, False)],
    ],
    ids=repr,
)
def test_the_environment_may_be_a_switch(switch: object, period: Period) -> None:
    """On means while a test uses the kit, off means never."""
    assert fold(option={SETTINGS["environment"].option: switch}).environment is period


@pytest.mark.parametrize("switch", ["yes", "true", True, False, 1], ids=repr)
def test_the_guard_is_no_switch(switch: object) -> None:
    """Who says yes may mean the whole run."""
    with pytest.raises(SettingError, match=r"allowed: test, run, no\.$"):
        fold(option={SETTINGS["guard"].option: switch})


@pytest.mark.parametrize("mode", Mode)
def test_each_mode_is_one_word(mode: Mode) -> None:
    """The run's mode is set by its name."""
    assert fold(ini={"twilio_users_mode": mode.value}).mode is mode


@pytest.mark.parametrize(
    "url",
    ["https://example.com", "http://127.0.0.1:8080/", "http://localhost:80", "http://[::1]:1"],
)
def test_a_base_url_is_an_origin(url: str) -> None:
    """Any host by https, this machine by http, too; a slash at the end is dropped."""
    assert fold(ini={"twilio_users_base_url": url}).base_url == url.rstrip("/")


@pytest.mark.parametrize("url", ["http://example.com", "http://127.0.0.1.example.com"])
def test_no_credentials_travel_in_clear_text(url: str) -> None:
    """In http to another machine is refused."""
    assert complaint_of(url, name="base_url") == (
        f"base_url={url!r} (from --twilio-users-base-url): http is allowed for loopback only, as"
        " it sends the credentials unencrypted. Use https."
    )


@pytest.mark.parametrize(
    "url",
    [
        *("", "example.com", "ftp://example.com", "https://a/v1", "https://a?b"),
        *("https://a:65536", "https://a..b", "https://.a", f"https://{'a' * 64}"),
    ],
)
def test_what_is_no_origin_is_no_base_url(url: str) -> None:
    """A path or a query would be lost: the message shows what is expected."""
    assert complaint_of(url, name="base_url") == (
        f"base_url={url!r} (from --twilio-users-base-url): expected scheme and host, such as"
        " https://conversations.twilio.com."
    )


@pytest.mark.parametrize(
    ("value", "guess"),
    [
        ("stbu", " Did you mean 'stub'?"),
        ("STUB", " Did you mean 'stub'?"),
        ("fake", ""),
        (True, ""),
    ],
)
def test_a_mode_that_is_none_is_met_with_those_that_work(value: object, guess: str) -> None:
    """The message allows nothing that the next message would refuse."""
    assert complaint_of(value, name="mode") == (
        f"mode={value!r} (from --twilio-users-mode): allowed: stub, replay, record, live.{guess}"
    )


@pytest.mark.parametrize(
    ("value", "guess"),
    [
        ("exat", " Did you mean 'exact'?"),
        ("EXACT", " Did you mean 'exact'?"),
        ("mine", ""),
        (1, ""),
    ],
)
def test_credentials_that_are_no_choice_are_met_with_the_choices(value: object, guess: str) -> None:
    """The message lists the three words, and guesses which one was meant."""
    assert complaint_of(value, name="credentials") == (
        f"credentials={value!r} (from --twilio-users-credentials):"
        f" allowed: any, exact, test.{guess}"
    )


@pytest.mark.parametrize("name", ["environment", "guard"])
@pytest.mark.parametrize(
    ("value", "guess"),
    [("rum", " Did you mean 'run'?"), ("RUN", " Did you mean 'run'?"), ("", ""), (2, ""), ([], "")],
    ids=repr,
)
def test_a_period_that_is_none_is_met_with_the_choices(
    name: str, value: object, guess: str
) -> None:
    """The message lists the three words, and guesses which one was meant."""
    assert complaint_of(value, name=name) == (
        f"{name}={value!r} (from {SETTINGS[name].option}): allowed: test, run, no.{guess}"
    )


@pytest.mark.parametrize("name", ["strict", "attribute_escapes"])
@pytest.mark.parametrize("value", ["", "perhaps", 2, []], ids=repr)
def test_a_switch_is_yes_or_no(name: str, value: object) -> None:
    """Neither an empty text nor a number passes for an answer."""
    assert complaint_of(value, name=name) == (
        f"{name}={value!r} (from {SETTINGS[name].option}): allowed: yes, no."
    )


@pytest.mark.parametrize("name", ["max_page_size", "journal_limit"])
@pytest.mark.parametrize(
    "value", [0, "0", -1, "-1", 1.5, "ten", "", True, "1_000", "+1", " 1 ", "٣"], ids=repr
)
def test_a_number_is_whole_and_from_1(name: str, value: object) -> None:
    """A page of no user and a journal of no exchange can't be meant; True is not a number."""
    assert complaint_of(value, name=name) == (
        f"{name}={value!r} (from {SETTINGS[name].option}): allowed: whole numbers from 1."
    )


@pytest.mark.parametrize("name", ["rate_limit", "concurrency_limit"])
@pytest.mark.parametrize("value", [-1, "none", "", False, None], ids=repr)
def test_a_limit_may_be_none(name: str, value: object) -> None:
    """Which is written 0: the message says so to who writes another word for it."""
    source = "@pytest.mark.twilio_users"
    with pytest.raises(SettingError) as raised:
        Settings().changed({name: value}, source=source)

    assert str(raised.value) == (
        f"{name}={value!r} (from {source}): allowed: whole numbers from 0, which is no limit."
    )


@pytest.mark.parametrize("name", ["max_page_size", "deadline", "rate_limit"])
@pytest.mark.parametrize("value", ["1000000000", 10**30])
def test_a_number_is_not_endless(name: str, value: object) -> None:
    """Nobody means a deadline that Python can't count to."""
    assert complaint_of(value, name=name) == (
        f"{name}={value!r} (from {SETTINGS[name].option}): allowed: up to 999999999."
    )


@pytest.mark.parametrize("value", ["\u0663", 10**5_000], ids=["Arabic", "endless"])
def test_a_number_is_of_plain_digits(value: object) -> None:
    """`isdecimal` takes those of every script; nobody means a number of 5,000 digits."""
    shown = "<int>" if isinstance(value, int) else repr(value)
    assert complaint_of(value, name="deadline") == (
        f"deadline={shown} (from --twilio-users-deadline): allowed: whole numbers from 1."
    )


@pytest.mark.parametrize("name", ["ledger", "cassettes"])
@pytest.mark.parametrize("value", ["", ["cassettes"], True], ids=repr)
def test_a_folder_has_a_path(name: str, value: object) -> None:
    """An empty one, of a variable that is not set, would be the whole project."""
    assert complaint_of(value, name=name) == (
        f"{name}={value!r} (from {SETTINGS[name].option}): expected the path of a folder."
    )


@pytest.mark.parametrize(
    "value", ["ada", "", "US" + SERVICE[2:], SERVICE + "0", SERVICE + "\n", 1], ids=repr
)
def test_a_service_sid_is_one(value: object) -> None:
    """A SID of another kind, or one digit off, is told before any test runs."""
    assert complaint_of(value, name="service_sid") == (
        f"service_sid={value!r} (from --twilio-users-service-sid): expected 'IS' and 32 hex digits."
    )


@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        (f"{SERVICE} {ROLE}", ROLE),
        ([SERVICE, "ada"], "ada"),
        ([SERVICE, 1], 1),
    ],
    ids=["text", "list", "number"],
)
def test_of_a_list_of_sids_the_wrong_one_is_named(value: object, wrong: object) -> None:
    """Among thirty SIDs the message points at the one that is none."""
    assert complaint_of(value, name="service_sids") == (
        f"service_sids={value!r} (from --twilio-users-service-sids):"
        f" {wrong!r}: expected 'IS' and 32 hex digits."
    )


@pytest.mark.parametrize("value", [1, {"IS": 1}], ids=repr)
def test_what_is_no_list_of_sids_is_told(value: object) -> None:
    """A number or a table of TOML is not taken for a list."""
    assert complaint_of(value, name="role_sids") == (
        f"role_sids={value!r} (from --twilio-users-role-sids): expected a list of SIDs."
    )


@pytest.mark.parametrize("value", [-1, 101, "1000", "80.5", "", "%", "all", True, "٣"], ids=repr)
def test_a_percentage_is_whole_and_up_to_100(value: object) -> None:
    """Nobody can use more than all of it."""
    assert complaint_of(value, name="fail_under") == (
        f"fail_under={value!r} (from --twilio-users-fail-under): allowed: whole numbers from 0,"
        " which is no limit, to 100."
    )


@pytest.mark.parametrize("value", [1, {"fetch_user": 1}], ids=repr)
def test_what_is_no_list_of_operations_is_told(value: object) -> None:
    """Which of a list is none, its own complaint says."""
    assert complaint_of(value, name="relies_on") == (
        f"relies_on={value!r} (from --twilio-users-relies-on): expected a list of operations."
    )


def test_of_a_list_of_operations_the_wrong_one_is_named() -> None:
    """With the one that was probably meant."""
    assert complaint_of("create_user fetch_user.not_fund", name="relies_on").startswith(
        "relies_on='create_user fetch_user.not_fund' (from --twilio-users-relies-on): 'not_fund' is"
        " nothing that fetch_user has. Did you mean 'not_found'? Known: "
    )


@pytest.mark.parametrize("value", ["out/", "out\\", "a\0b", True, ["usage.json"]], ids=repr)
def test_a_file_has_a_path(value: object) -> None:
    """A folder's is none."""
    assert complaint_of(value, name="usage") == (
        f"usage={value!r} (from --twilio-users-usage): expected the path of a file."
    )


def test_the_report_is_a_page() -> None:
    """Its data stand beside it under the same name, so `report.json` is not taken for that."""
    assert complaint_of("report.json", name="report") == (
        "report='report.json' (from --twilio-users-report): expected the path of an HTML file,"
        " such as report.html."
    )


def test_what_nobody_can_write_down_is_no_switch() -> None:
    """A number of 5,000 digits gets the sentence of any other."""
    assert complaint_of(10**5_000, name="strict") == (
        "strict=<int> (from --twilio-users-strict): allowed: yes, no."
    )


# What follows from two of them


@pytest.mark.parametrize(
    ("settings", "could"),
    [
        (Settings(), True),
        (Settings(mode=Mode.REPLAY), True),
        (Settings(mode=Mode.LIVE), False),
        (Settings(environment=Period.RUN), False),
        (Settings(environment=Period.NO), False),
    ],
    ids=str,
)
def test_credentials_could_be_lent_earlier_where_they_are_lent_late(
    settings: Settings, could: bool
) -> None:
    """Of an account's own there are no others, and who wants none gets none."""
    assert settings.could_lend_earlier is could


@pytest.mark.parametrize(
    ("of_the_test", "of_the_run", "spares"),
    [
        (Expiry.RECORD, Expiry.WARN, True),
        (Expiry.WARN, Expiry.RECORD, True),
        (Expiry.WARN, Expiry.FAIL, False),
    ],
)
def test_a_young_cassette_is_spared_where_test_or_run_says_so(
    of_the_test: Expiry, of_the_run: Expiry, spares: bool
) -> None:
    """A run that records what is too old means all of its tests."""
    run = Settings(cassette_expiry=of_the_run)
    assert Settings(cassette_expiry=of_the_test).spares_young(run) is spares


# Environment names


@pytest.mark.parametrize(
    ("found", "meant"),
    [
        ("TWILIO_USERS_STRCIT", "TWILIO_USERS_STRICT"),
        ("TWILIO_USERS_MODES", "TWILIO_USERS_MODE"),
        ("TWILIO_USERS_MOED", "TWILIO_USERS_MODE"),
        ("TWILIO_USERS_MOOE", "TWILIO_USERS_MODE"),
        ("twilio_users_mode", "TWILIO_USERS_MODE"),
        ("TWILIO_USERS_ODE", "TWILIO_USERS_MODE"),
        ("TWILIO_USERS_MXODE", "TWILIO_USERS_MODE"),
        ("TWILIO_USERS_STRICR", "TWILIO_USERS_STRICT"),
        ("TWILIO_USERS_STRICTT", "TWILIO_USERS_STRICT"),
        ("TWILIO_USERS_STRICKT", "TWILIO_USERS_STRICT"),
        ("TWILIO_USERS_ROLE_SID", "TWILIO_USERS_ROLE_SIDS"),
        ("TWILIO_USERS_MAX_PAGESIZE", "TWILIO_USERS_MAX_PAGE_SIZE"),
        ("TWILIO_USERS_BASE_ULR", "TWILIO_USERS_BASE_URL"),
        ("TWILIO_USERS_MAXPAGESIZE", "TWILIO_USERS_MAX_PAGE_SIZE"),
        ("TWILIO_USERS_LIVE_ACOUNT", "TWILIO_USERS_LIVE_ACCOUNT"),
    ],
)
def test_a_near_miss_of_an_environment_name_is_told(found: str, meant: str) -> None:
    """A name that changes nothing would let a run believe in a setting that it does not have."""
    assert [*near_misses({found: "no", "TWILIO_USERS_GUARD": "no"})] == [
        f"{found} (in the environment) is not a setting. Did you mean {meant!r}?"
    ]
    assert fold(environ={found: "no"}) == Settings()


@pytest.mark.parametrize(
    "name",
    [
        *("TWILIO_USERS_TABLE", "TWILIO_USERS_DATABASE_URL", "TWILIO_USERS_QUEUE"),
        *("TWILIO_USERS_ACCOUNT_SID", "TWILIO_USERS_NODE", "TWILIO_USERS_", "TWILIO_USER_MODE"),
        *("TWILIO_USERS_API_BASE_URL", "TWILIO_USERS_SERVICE", "TWILIO_USERS_MODEL"),
        *("TWILIO_USERS_EMODE", "TWILIO_USERS_STRIPE", "TWILIO_USERS_MEDO", "TWILIO_USERS_LOG"),
    ],
)
def test_environment_names_that_are_near_no_setting_are_left_alone(name: str) -> None:
    """They are other people's; the stem that all names share is no resemblance."""
    assert not [*near_misses({name: "users"})]
    assert fold(environ={name: "users"}) == Settings()


def test_a_command_has_names_of_its_own() -> None:
    """Which come from the environment as settings do."""
    assert [*near_misses({"TWILIO_USERS_PROT": "1"}, more=["port"])] == [
        "TWILIO_USERS_PROT (in the environment) is not a setting. Did you mean 'TWILIO_USERS_PORT'?"
    ]


def test_other_environment_names_are_left_alone() -> None:
    """Twilio's own names, and those of others, are none of the kit's business."""
    environ = {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_USER": "ada", "PATH": "/bin"}

    assert fold(environ=environ) == Settings()


# One test's own


def test_a_marker_changes_what_it_names_and_nothing_else() -> None:
    """The run's settings stand under those of the test."""
    run = Settings(max_page_size=50, role_sids=(ROLE,))

    changed = run.changed({"strict": False, "max_page_size": "5"}, source="a marker")

    assert changed == Settings(strict=False, max_page_size=5, role_sids=(ROLE,))
    assert run == Settings(max_page_size=50, role_sids=(ROLE,))


def test_a_markers_wrong_value_names_the_marker() -> None:
    """The message leads to the test whose marker is wrong."""
    with pytest.raises(SettingError) as raised:
        Settings().changed({"max_page_size": 0}, source="@pytest.mark.twilio_users of test_ada")

    assert str(raised.value) == (
        "max_page_size=0 (from @pytest.mark.twilio_users of test_ada):"
        " allowed: whole numbers from 1."
    )


def test_a_test_can_be_left_to_the_stub() -> None:
    """A marker takes one test out of a live run."""
    live = Settings()._replace(mode=Mode.LIVE)
    assert live.changed({"mode": "stub"}, source="a marker").mode is Mode.STUB


def test_a_marker_can_not_send_a_test_elsewhere() -> None:
    """One test of a stub run does not go live: the message says what a marker can."""
    with pytest.raises(SettingError) as raised:
        Settings().changed({"mode": "live"}, source="a marker")

    assert str(raised.value) == (
        "mode='live' (from a marker): for one test only mode='stub' is allowed. To run a test"
        " in some modes only: modes=(…)."
    )


def test_a_marker_limits_a_test_to_modes() -> None:
    """Their names are read like that of the run's."""
    changed = Settings().changed({"modes": ("stub", "live")}, source="a marker")
    assert changed.modes == (Mode.STUB, Mode.LIVE)


@pytest.mark.parametrize("modes", ["stub", (), 3])
def test_modes_are_given_as_a_tuple(modes: object) -> None:
    """A single word would be taken for its letters."""
    with pytest.raises(SettingError) as raised:
        Settings().changed({"modes": modes}, source="a marker")

    assert str(raised.value) == (
        f"modes={modes!r} (from a marker): expected a tuple of modes, such as ('stub', 'live')."
    )


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("stric", f"is not a setting. Did you mean 'strict'? Known: {PER_TEST}."),
        ("changes", f"can't be set for one test. Known: {PER_TEST}."),
    ],
)
def test_a_marker_with_a_wrong_name_is_told(name: str, problem: str) -> None:
    """What is not a setting is told from what is one of the run alone."""
    with pytest.raises(SettingError) as raised:
        Settings().changed({name: 1}, source="a marker")

    assert str(raised.value) == f"{name}= (from a marker) {problem}"


@pytest.mark.parametrize("name", ["environment", "guard"])
def test_a_marker_can_not_speak_for_the_run(name: str) -> None:
    """What lasts from before the first test is set for the run; its tests may say less."""
    run = Settings(environment=Period.RUN, guard=Period.RUN)
    with pytest.raises(SettingError) as raised:
        run.changed({name: "run"}, source="a marker")

    assert str(raised.value) == (
        f"{name}='run' (from a marker): allowed for one test: test, no. For the run:"
        f" --twilio-users-{name}=run."
    )
    assert getattr(run.changed({name: "no"}, source="a marker"), name) is Period.NO
    assert run.changed({"strict": False}, source="a marker") == run._replace(strict=False)


# Printed


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        (Settings(), "stub"),
        (Settings(strict=False, max_page_size=50), "stub, strict=False, max_page_size=50"),
        (Settings(credentials=Credentials.EXACT), "stub, credentials=exact"),
        (Settings(guard=Period.RUN), "stub, guard=run"),
        (Settings(mode=Mode.REPLAY), "replay"),
    ],
    ids=["defaults", "two", "choice", "period", "mode"],
)
def test_settings_print_the_mode_and_what_differs(settings: Settings, text: str) -> None:
    """The run's header stays one short line."""
    assert str(settings) == text
