"""Where settings come from, which source counts, and what a wrong one is told."""

import re
from enum import StrEnum

import pytest

from pytest_twilio_users.settings import (
    RUN_SETTINGS,
    SETTINGS,
    Credentials,
    Expiry,
    Period,
    Settings,
)

NATIVE_TOML = pytest.mark.skipif(
    pytest.version_tuple < (9, 0), reason="[tool.pytest] came with pytest 9"
)
AS_WRITTEN = pytest.mark.skipif(
    (9, 0) <= pytest.version_tuple < (9, 2), reason="pytest 9.0 makes numbers of text by itself"
)

SERVICE = "IS" + 32 * "1"
SERVICES = ("IS" + 32 * "2", "IS" + 32 * "3")
ROLE = "RL" + 32 * "4"
SET = Settings(
    service_sid=SERVICE,
    strict=False,
    max_page_size=20,
    rate_limit=30,
    concurrency_limit=5,
    service_sids=SERVICES,
    role_sids=(ROLE,),
    neighbours=True,
    credentials=Credentials.EXACT,
    attribute_escapes=False,
    environment=Period.NO,
    guard=Period.NO,
    journal_limit=7,
    journal_bytes=8,
    cassette_days=9,
    cassette_expiry=Expiry.FAIL,
)
WORDS = {
    "service_sid": SERVICE,
    "strict": "no",
    "max_page_size": "20",
    "rate_limit": "30",
    "concurrency_limit": "5",
    "service_sids": " ".join(SERVICES),
    "role_sids": ROLE,
    "neighbours": "on",
    "credentials": "exact",
    "attribute_escapes": "off",
    "environment": "false",
    "guard": "no",
    "journal_limit": "7",
    "journal_bytes": "8",
    "cassette_days": "9",
    "cassette_expiry": "fail",
}
TOML = f"""
twilio_users_mode = "stub"
twilio_users_service_sid = "{SERVICE}"
twilio_users_strict = false
twilio_users_max_page_size = 20
twilio_users_rate_limit = 30
twilio_users_concurrency_limit = 5
twilio_users_service_sids = ["{SERVICES[0]}", "{SERVICES[1]}"]
twilio_users_role_sids = ["{ROLE}"]
twilio_users_neighbours = true
twilio_users_credentials = "exact"
twilio_users_attribute_escapes = false
twilio_users_environment = "no"
twilio_users_guard = "no"
twilio_users_journal_limit = 7
twilio_users_journal_bytes = 8
twilio_users_cassette_days = 9
twilio_users_cassette_expiry = "fail"
"""
SHOW = """
    import pytest

    def test_settings(twilio_users, record_property):
        record_property("settings", str(twilio_users.settings))
    """


def _literal(value):
    """A value as an author writes it."""
    return str(value) if isinstance(value, StrEnum) else value


def settings_of(run) -> str:
    """The settings that `SHOW` met."""
    run.outcomes(passed=1)
    return dict(run.report("test_settings", "call").user_properties)["settings"]


def test_each_setting_is_an_option(suite):
    """`--twilio-users-max-page-size=20` and so on."""
    options = [f"{SETTINGS[name].option}={word}" for name, word in WORDS.items()]
    assert settings_of(suite.run(SHOW, "--twilio-users-mode=stub", *options)) == str(SET)


def test_each_setting_is_an_environment_name(suite, monkeypatch):
    """`TWILIO_USERS_MAX_PAGE_SIZE=20` and so on."""
    monkeypatch.setenv("TWILIO_USERS_MODE", "stub")
    for name, word in WORDS.items():
        monkeypatch.setenv(SETTINGS[name].environment, word)
    assert settings_of(suite.run(SHOW)) == str(SET)


@pytest.mark.parametrize(
    ("file", "configuration"),
    [
        pytest.param("pyproject.toml", "[tool.pytest]" + TOML, marks=NATIVE_TOML, id="native"),
        pytest.param("pyproject.toml", "[tool.pytest.ini_options]" + TOML, id="ini_options"),
        pytest.param(
            "pytest.ini",
            "\n".join(["[pytest]", *(f"{SETTINGS[name].ini} = {WORDS[name]}" for name in WORDS)]),
            id="pytest.ini",
        ),
    ],
)
def test_each_setting_is_a_key_of_the_configuration_file(suite, file, configuration):
    """`twilio_users_max_page_size = 20` and so on, with TOML's own types where it has them."""
    suite.configure(configuration, file=file)
    assert settings_of(suite.run(SHOW, "--strict-config")) == str(SET)


def test_each_setting_but_the_mode_is_an_argument_of_the_marker(suite):
    """`@pytest.mark.twilio_users(max_page_size=20)` and so on, for one test."""
    arguments = ", ".join(
        f"{name}={_literal(getattr(SET, name))!r}" for name in WORDS if name != "credentials"
    )
    source = SHOW.replace(
        "def test_settings",
        f"@pytest.mark.twilio_users(credentials='exact', {arguments})\n    def test_settings",
    )
    assert settings_of(suite.run(source, "--strict-markers")) == str(SET)


@pytest.mark.parametrize(
    ("best", "max_page_size"),
    [
        ("marker", 1),
        ("option", 2),
        ("environment", 3),
        ("configuration file", 4),
        ("default", 1000),
    ],
)
def test_the_closest_source_counts(suite, monkeypatch, best, max_page_size):
    """Marker over option over environment over configuration file over default."""
    if max_page_size <= 4:
        suite.configure("[tool.pytest.ini_options]\ntwilio_users_max_page_size = 4")
    if max_page_size <= 3:
        monkeypatch.setenv("TWILIO_USERS_MAX_PAGE_SIZE", "3")
    options = ["--twilio-users-max-page-size=2"] if max_page_size <= 2 else []
    mark = "@pytest.mark.twilio_users(max_page_size=1)" if max_page_size == 1 else ""
    suite.run(
        f"""
        import pytest

        {mark}
        def test_settings(twilio_users):
            assert twilio_users.settings.max_page_size == {max_page_size}
        """,
        *options,
    ).outcomes(passed=1)


def test_the_closest_marker_counts(suite):
    """One on the function over one on the class over one on the module, setting by setting."""
    suite.run(
        """
        import pytest

        pytestmark = pytest.mark.twilio_users(max_page_size=3, journal_limit=3, credentials="exact")

        @pytest.mark.twilio_users(max_page_size=2, journal_limit=2)
        class TestMarked:
            @pytest.mark.twilio_users(max_page_size=1)
            def test_settings(self, twilio_users):
                settings = twilio_users.settings
                assert (settings.max_page_size, settings.journal_limit) == (1, 2)
                assert settings.credentials == "exact"
        """
    ).outcomes(passed=1)


def test_a_setting_does_what_it_says(suite):
    """The stub follows the settings of the test, not only the handle."""
    suite.run(
        """
        import pytest

        @pytest.mark.twilio_users(max_page_size=2)
        def test_small_pages(twilio_users):
            for _ in range(3):
                twilio_users.add_user()
            assert len(twilio_users.client.list_user(page_size=50).users) == 2

        def test_large_pages(twilio_users):
            for _ in range(3):
                twilio_users.add_user()
            assert len(twilio_users.client.list_user(page_size=50).users) == 3
        """
    ).outcomes(passed=2)


def test_the_header_shows_what_differs_from_the_defaults(suite):
    """The run says who answers, and which settings are not as delivered."""
    run = suite.run(SHOW, "--twilio-users-strict=no", "--twilio-users-max-page-size=20")
    assert "twilio-users: stub, strict=False, max_page_size=20" in run.lines


def test_the_header_moves_no_cursor(suite):
    """Whatever a setting holds."""
    run = suite.run(SHOW, "--twilio-users-cassettes=\x1b[2J\n\udcff")
    assert r"twilio-users: stub, cassettes=\x1b[2J\n\udcff" in run.lines


def test_the_header_names_the_mode(suite):
    """A run without settings says that the stub answers."""
    assert "twilio-users: stub" in suite.run(SHOW).lines


WRONG = {
    "mode-misspelt": (
        "mode",
        "stubb",
        "mode='stubb' (from {source}): allowed: stub, replay, record, live. Did you mean 'stub'?",
    ),
    "service_sid": (
        "service_sid",
        "IS1",
        "service_sid='IS1' (from {source}): expected 'IS' and 32 hex digits.",
    ),
    "strict": ("strict", "maybe", "strict='maybe' (from {source}): allowed: yes, no."),
    "max_page_size-zero": (
        "max_page_size",
        "0",
        "max_page_size='0' (from {source}): allowed: whole numbers from 1.",
    ),
    "max_page_size-word": (
        "max_page_size",
        "many",
        "max_page_size='many' (from {source}): allowed: whole numbers from 1.",
    ),
    "service_sids": (
        "service_sids",
        f"{SERVICE} US1",
        "service_sids='{value}' (from {source}): 'US1': expected 'IS' and 32 hex digits.",
    ),
    "role_sids": (
        "role_sids",
        "RL1",
        "role_sids='{value}' (from {source}): 'RL1': expected 'RL' and 32 hex digits.",
    ),
    "neighbours": (
        "neighbours",
        "all",
        "neighbours='all' (from {source}): allowed: yes, no.",
    ),
    "credentials": (
        "credentials",
        "exakt",
        "credentials='exakt' (from {source}): allowed: any, exact, test. Did you mean 'exact'?",
    ),
    "attribute_escapes": (
        "attribute_escapes",
        "",
        "attribute_escapes='' (from {source}): allowed: yes, no.",
    ),
    "environment": (
        "environment",
        "runs",
        "environment='runs' (from {source}): allowed: test, run, no. Did you mean 'run'?",
    ),
    "guard": ("guard", "2", "guard='2' (from {source}): allowed: test, run, no."),
    "cassette_days": (
        "cassette_days",
        "a week",
        (
            "cassette_days='a week' (from {source}): allowed: whole numbers from 0, which is no"
            " limit."
        ),
    ),
    "cassette_expiry": (
        "cassette_expiry",
        "warm",
        (
            "cassette_expiry='warm' (from {source}): allowed: warn, fail, record. Did you mean"
            " 'warn'?"
        ),
    ),
    "journal_limit": (
        "journal_limit",
        "-1",
        "journal_limit='-1' (from {source}): allowed: whole numbers from 1.",
    ),
}


@pytest.mark.parametrize(("name", "value", "sentence"), WRONG.values(), ids=WRONG)
def test_a_wrong_option_is_a_usage_error(suite, name, value, sentence):
    """It ends the run with one sentence: the value, the option, what is allowed."""
    option = SETTINGS[name].option
    run = suite.run(SHOW, f"{option}={value}")
    assert run.usage_error == sentence.format(source=option, value=value)


@pytest.mark.parametrize(("name", "value", "sentence"), WRONG.values(), ids=WRONG)
def test_a_wrong_environment_name_is_a_usage_error(suite, monkeypatch, name, value, sentence):
    """It ends the run with one sentence: the value, the environment name, what is allowed."""
    environment = SETTINGS[name].environment
    monkeypatch.setenv(environment, value)
    assert suite.run(SHOW).usage_error == sentence.format(source=environment, value=value)


@pytest.mark.parametrize(
    ("name", "written", "sentence"),
    [
        pytest.param(
            "mode",
            '"replays"',
            "mode='replays' (from {}): allowed: stub, replay, record, live. Did you mean 'replay'?",
            id="mode",
        ),
        pytest.param(
            "strict",
            '"maybe"',
            "strict='maybe' (from {}): allowed: yes, no.",
            id="strict",
            marks=AS_WRITTEN,
        ),
        *(
            pytest.param(
                "max_page_size",
                f'"{number}"',
                f"max_page_size={number!r} (from {{}}): allowed: whole numbers from 1.",
                id=f"number-{number}",
                marks=AS_WRITTEN,
            )
            for number in ("0", "many", "1_0", "٣")
        ),
        pytest.param(
            "service_sids",
            '["US1"]',
            "service_sids=['US1'] (from {}): 'US1': expected 'IS' and 32 hex digits.",
            id="service_sids",
        ),
    ],
)
def test_a_wrong_key_of_the_configuration_file_is_a_usage_error(suite, name, written, sentence):
    """It ends the run with one sentence: the value, the key, what is allowed."""
    suite.configure(f"[tool.pytest.ini_options]\n{SETTINGS[name].ini} = {written}")
    source = f"{SETTINGS[name].ini} in the configuration file"
    assert suite.run(SHOW).usage_error == sentence.format(source)


@NATIVE_TOML
@AS_WRITTEN
@pytest.mark.parametrize(
    ("name", "written", "sentence"),
    [
        ("strict", "3", "expects one of string | bool, got int: 3"),
        ("max_page_size", "true", "expects one of string | int, got bool: True"),
        ("service_sids", '"IS1"', "expects a list for type 'args', got str: 'IS1'"),
        ("mode", "3", "expects a string, got int: 3"),
    ],
    ids=["strict", "max_page_size", "service_sids", "mode"],
)
def test_a_native_key_of_the_wrong_type_is_a_usage_error(suite, name, written, sentence):
    """TOML's types are taken at their word; pytest names the file and the key."""
    suite.configure(f"[tool.pytest]\n{SETTINGS[name].ini} = {written}")
    file = suite.path / "pyproject.toml"
    error = suite.run(SHOW).usage_error
    assert error == f"{file}: config option '{SETTINGS[name].ini}' {sentence}"


@NATIVE_TOML
def test_a_native_key_of_the_right_type_can_be_wrong(suite):
    """A whole number that can't be meant is told as such."""
    suite.configure("[tool.pytest]\ntwilio_users_max_page_size = 0")
    assert suite.run(SHOW).usage_error == (
        "max_page_size=0 (from twilio_users_max_page_size in the configuration file):"
        " allowed: whole numbers from 1."
    )


def test_a_wrong_setting_of_a_plugin_that_a_conftest_brings_is_a_usage_error(suite, monkeypatch):
    """It comes late, and after conftest.py; the sentence is the same."""
    monkeypatch.setenv("TWILIO_USERS_STRICT", "perhaps")
    suite.write(conftest="pytest_plugins = ['pytest_twilio_users.plugin']")
    run = suite.run("def test_it(): pass", plugin="no:doctest")
    assert run.usage_error == "strict='perhaps' (from TWILIO_USERS_STRICT): allowed: yes, no."


MISSPELT = (
    "TWILIO_USERS_STRICKT (in the environment) is not a setting. Did you mean"
    " 'TWILIO_USERS_STRICT'?"
)


def test_a_near_miss_in_the_environment_is_a_warning(suite, monkeypatch):
    """It is told once, and the name of somebody else not at all."""
    monkeypatch.setenv("TWILIO_USERS_STRICKT", "no")
    monkeypatch.setenv("TWILIO_USERS_TABLE", "users")
    run = suite.run(SHOW)
    run.outcomes(passed=1, warnings=1)
    [told] = [line for line in run.lines if "TWILIO_USERS" in line]
    assert told.endswith(f" KitWarning: {MISSPELT}")


def test_a_near_miss_is_told_once_for_all_workers(suite, monkeypatch):
    """The workers of xdist have the same environment."""
    monkeypatch.setenv("TWILIO_USERS_STRICKT", "no")
    suite.run(SHOW, "-p", "xdist", "-n", "1").outcomes(passed=1, warnings=1)


def test_a_near_miss_ends_no_run_where_warnings_are_errors(suite, monkeypatch):
    """The name may be somebody else's after all. It is told all the same."""
    monkeypatch.setenv("TWILIO_USERS_STRICKT", "no")
    run = suite.run(SHOW, "-W", "error")
    run.outcomes(passed=1)
    assert f"twilio-users: {MISSPELT}" in run.result.errlines


PER_TEST = ", ".join(["mode", "modes", "alone", *WORDS])
FOR_THE_RUN = (
    "guard='run' (from {source}): allowed for one test: test, no. For the run:"
    " --twilio-users-guard=run."
)
MARKED = {
    "misspelt": (
        "strickt=False",
        f"strickt= (from {{source}}) is not a setting. Did you mean 'strict'? Known: {PER_TEST}.",
    ),
    "for-the-run": (
        "guard='run'",
        FOR_THE_RUN,
    ),
    "not-for-one-test": (
        "changes=3",
        f"changes= (from {{source}}) can't be set for one test. Known: {PER_TEST}.",
    ),
    "elsewhere": (
        "mode='live'",
        (
            "mode='live' (from {source}): for one test only mode='stub' is allowed. To run a"
            " test in some modes only: modes=(…)."
        ),
    ),
    "wrong-value": (
        "max_page_size='many'",
        "max_page_size='many' (from {source}): allowed: whole numbers from 1.",
    ),
    "wrong-type": (
        "max_page_size=True",
        "max_page_size=True (from {source}): allowed: whole numbers from 1.",
    ),
    "positional": (
        "False",
        "{source}: settings are given by name, such as strict=False; found (False,).",
    ),
}


@pytest.mark.parametrize(("arguments", "sentence"), MARKED.values(), ids=MARKED)
def test_a_wrong_marker_is_a_usage_error(suite, arguments, sentence):
    """It ends the run before a test runs, and names the test."""
    source = SHOW.replace("def test", f"@pytest.mark.twilio_users({arguments})\n    def test")
    expected = sentence.format(source="@pytest.mark.twilio_users of test_it.py::test_settings")
    assert suite.run(source).usage_error == expected


BARE = """
    import pytest

    @pytest.mark.twilio_users
    def test_it({fixtures}): ...
    """


def test_the_marker_taken_for_the_fixture_is_a_usage_error(suite):
    """Requests of such a test would reach Twilio."""
    assert suite.run(BARE.format(fixtures="")).usage_error == (
        "@pytest.mark.twilio_users of test_it.py::test_it has no settings, and the test does not"
        " use the kit. To use it, name the fixture twilio_users as an argument of the test, or"
        ' mark it with @pytest.mark.usefixtures("twilio_users").'
    )


def test_the_marker_taken_for_the_fixture_fails_the_test_under_xdist(suite):
    """A worker can't end the run."""
    run = suite.run(BARE.format(fixtures=""), "-p", "xdist", "-n1")
    assert any("has no settings, and the test does not use the" in line for line in run.lines)
    assert run.result.ret == 1


def test_the_marker_is_a_label_too(suite):
    """Of tests that use the kit, `-m twilio_users` selects them."""
    suite.run(BARE.format(fixtures="twilio_users"), "-m", "twilio_users").outcomes(passed=1)


def test_a_wrong_option_is_a_usage_error_under_xdist(suite):
    """The run ends before a worker starts."""
    run = suite.run(SHOW, "-p", "xdist", "-n1", "--twilio-users-strict=maybe")
    assert run.usage_error == "strict='maybe' (from --twilio-users-strict): allowed: yes, no."


def test_a_wrong_marker_is_told_under_xdist(suite):
    """A worker can't end the run; the sentence is told, and nothing crashes."""
    source = SHOW.replace("def test", "@pytest.mark.twilio_users(strickt=False)\n    def test")
    run = suite.run(source, "-p", "xdist", "-n1")
    sentence = MARKED["misspelt"][1].format(
        source="@pytest.mark.twilio_users of test_it.py::test_settings"
    )
    assert not [line for line in run.lines if "INTERNALERROR" in line]
    assert any(sentence in line for line in [*run.lines, *run.result.errlines])
    assert run.result.ret != 0


def test_settings_reach_the_workers_of_xdist(suite):
    """Options and configuration are the same on each worker."""
    suite.configure("[tool.pytest.ini_options]\ntwilio_users_journal_limit = 7")
    run = suite.run(SHOW, "-p", "xdist", "-n1", "--twilio-users-max-page-size=20")
    assert settings_of(run) == "stub, max_page_size=20, journal_limit=7"


def test_help_shows_each_option_and_key(suite):
    """`pytest --help` lists them with what they do."""
    words = " ".join(" ".join(suite.run("", "--help").lines).split())
    for setting in RUN_SETTINGS:
        value = "[VALUE]" if setting.is_switch else "VALUE"
        assert f"{setting.option}={value} {setting.help}" in words
        assert re.search(rf"{setting.ini} \([\w| ]+\): {re.escape(setting.help)}", words)


def test_a_switch_alone_is_on(suite):
    """What is in front of another option, or the last one, has no value."""
    run = suite.run(SHOW, "--twilio-users-neighbours", "-v", "--twilio-users-foreign-users")

    assert "twilio-users: stub, neighbours=True, foreign_users=True" in run.lines


def test_markers_are_listed(suite):
    """`pytest --markers` shows both with what they take."""
    lines = suite.run("", "--markers").lines
    assert [line for line in lines if "twilio_users" in line] == [
        (
            "@pytest.mark.twilio_users(**settings): settings of pytest-twilio-users for this test,"
            " such as strict=False or max_page_size=50."
        ),
        (
            "@pytest.mark.twilio_users_promise(*names): the promises that a test of the contract or"
            " the client suite proves."
        ),
    ]


FIXTURES = {
    "twilio_users [session scope]": """
        The users, the journal, the routes: all that a test arranges and looks at.

        While a test uses it, the application's requests to Twilio's Conversations
        reach the backend of the mode, by default the stub. What a test did is undone
        at its end.
        """,
    "twilio_users_client [session scope]": "A client for the ten operations.",
    "twilio_users_async_client [session scope]": (
        "An async client for the ten operations. It works in any event loop."
    ),
    "twilio_users_service_sid": "The SID of a service other than the account's default one.",
    "twilio_user": "A new user of the default service.",
    "twilio_user_factory [session scope]": (
        'Adds users without a request: `twilio_user_factory("ada", friendly_name="Ada")`.'
    ),
    "twilio_users_backend [session scope]": (
        "What answers in stub mode. Override it to test another backend."
    ),
}


@pytest.mark.parametrize(("fixture", "promise"), FIXTURES.items(), ids=FIXTURES)
def test_fixtures_are_explained(suite, fixture, promise):
    """`pytest --fixtures -v` shows each with its promise."""
    words = " ".join(" ".join(suite.run("", "--fixtures", "-v").lines).split())
    _, _, after = words.partition(f" {fixture} -- ")
    assert after.split(" ", 1)[1].startswith(" ".join(promise.split()))


def run_without(suite, monkeypatch, *options):
    """Run with all installed plugins but this one."""
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    options = ("-o", "asyncio_default_fixture_loop_scope=function", *options)
    return suite.run(SHOW, *options, plugin="no:twilio_users")


def test_the_plugin_can_be_turned_off(suite, monkeypatch):
    """`-p no:twilio_users` takes away the fixtures and the header."""
    run = run_without(suite, monkeypatch)
    run.outcomes(errors=1)
    assert "fixture 'twilio_users' not found" in run.failure("test_settings", "setup")
    assert not [line for line in run.lines if line.startswith("twilio-users:")]


@pytest.mark.parametrize("asked", ["--markers", "--fixtures", "--help"])
def test_a_plugin_that_is_off_is_not_listed(suite, monkeypatch, asked):
    """Nothing of it is left in what pytest lists."""
    lines = run_without(suite, monkeypatch, asked).lines
    assert not [line for line in lines if "twilio" in line.lower() and "plugins: " not in line]


def test_an_option_of_a_plugin_that_is_off_is_unknown(suite, monkeypatch):
    """It is refused as any other that nobody offers."""
    run = run_without(suite, monkeypatch, "--twilio-users-strict=no")
    assert run.result.ret == pytest.ExitCode.USAGE_ERROR
    assert any("unrecognized arguments: --twilio-users-strict=no" in x for x in run.result.errlines)
