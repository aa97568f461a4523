"""Applications that need credentials when they are imported."""

import pytest

BY_NAME = """
    import os

    import httpx

    LOGIN = os.environ["TWILIO_ACCOUNT_SID"], os.environ["TWILIO_AUTH_TOKEN"]

    def sign_up(identity):
        url = "https://conversations.twilio.com/v1/Users"
        return httpx.post(url, auth=LOGIN, data={"Identity": identity}).raise_for_status()
    """
BY_SETTINGS = """
    import pydantic_settings

    class Settings(pydantic_settings.BaseSettings):
        model_config = {"env_prefix": "TWILIO_"}
        account_sid: str
        auth_token: str

    settings = Settings()
    """
BY_SDK = """
    from twilio.base.exceptions import TwilioException

    raise TwilioException("Credentials are required to create a TwilioClient")
    """
TEST = """
    import app

    def test_it(twilio_users):
        app.sign_up("ada")
        assert len(twilio_users.users()) == 1
    """
ADVICE = (
    "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN are not set while modules are imported. To have the"
    " stub's credentials there, {where}:\n\n{line}\n\nor run pytest with"
    " --twilio-users-environment=run."
)
NEW_FILE = {
    "where": "make a file pytest.ini, in the folder where you run pytest, with",
    "line": "[pytest]\ntwilio_users_environment = run",
}
TITLE = "Twilio Users: credentials at import"


def section(run):
    """What the kit says of the collection error."""
    reports = run.result.reprec.getreports("pytest_collectreport")
    [report] = [report for report in reports if report.failed]
    return dict(report.sections).get(TITLE)


@pytest.mark.parametrize(
    "app",
    [
        pytest.param(BY_NAME, id="environ"),
        pytest.param(BY_SETTINGS, id="pydantic"),
        pytest.param(BY_SDK, id="sdk"),
        pytest.param("import missing_module  # TWILIO_AUTH_TOKEN", id="no-such-module"),
        pytest.param("raise LookupError('account_sid')", id="another-error"),
    ],
)
def test_an_import_that_fails_for_want_of_them_says_which_line_to_add(suite, app, request):
    """In a section of the collection error; other errors are left alone."""
    if "pydantic" in app:
        pytest.importorskip("pydantic_settings")
    suite.write(app=app)
    suite.configure("[pytest]\n", file="pytest.ini")
    run = suite.run(TEST)
    run.outcomes(errors=1)
    about_them = request.node.callspec.id in ("environ", "pydantic", "sdk")
    expected = ADVICE.format(
        where="add to pytest's section of pytest.ini", line="twilio_users_environment = run"
    )
    assert section(run) == (expected if about_them else None)


def test_a_toml_file_has_the_line_in_its_spelling(suite):
    """As it can be pasted."""
    suite.write(app=BY_NAME)
    suite.configure("[tool.pytest.ini_options]\n")
    expected = ADVICE.format(
        where="add to pytest's section of pyproject.toml", line='twilio_users_environment = "run"'
    )
    assert section(suite.run(TEST)) == expected


def test_without_a_file_there_is_one_to_make(suite):
    """Whole, as it can be pasted."""
    suite.write(app=BY_NAME)
    expected = ADVICE.format(**NEW_FILE)
    assert section(suite.run(TEST)) == expected


def test_the_file_as_it_is_told_helps(suite):
    """Pasted to the letter."""
    suite.write(app=BY_NAME)
    told = section(suite.run(TEST)).split("\n\n")[1]
    suite.configure(told, file="pytest.ini")
    suite.run(TEST).outcomes(passed=1)


def test_one_name_that_is_missing_is_told_alone(suite, monkeypatch):
    """The other is set, and stays what it is."""
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC" + 32 * "1")
    suite.write(app=BY_NAME)
    assert section(suite.run(TEST)).startswith("TWILIO_AUTH_TOKEN is not set while modules are")


def test_a_conftest_that_fails_for_want_of_them_is_told_the_line(suite):
    """Pytest ends then, with the error of the import."""
    suite.write(app=BY_NAME, conftest="import app", test_it="def test_it(): pass")
    result = suite.run("").result
    told = result.stderr.str()
    assert "KeyError: 'TWILIO_ACCOUNT_SID'" in told
    assert "twilio_users_environment = run" in told


@pytest.mark.parametrize("how", ["ini", "option", "environment"])
@pytest.mark.parametrize("place", ["conftest", "test_it"])
def test_for_the_run_they_are_there_from_the_first_import_on(suite, monkeypatch, how, place):
    """Before conftest.py, in the application and in tests that know nothing of the kit."""
    suite.write(app=BY_NAME)
    if place == "conftest":
        suite.write(conftest="import app")
    if how == "ini":
        suite.configure("[pytest]\ntwilio_users_environment = run\n", file="pytest.ini")
    if how == "environment":
        monkeypatch.setenv("TWILIO_USERS_ENVIRONMENT", "run")
    suite.run(
        f"""{TEST}
    def test_without():
        import os
        assert app.LOGIN == (os.environ["TWILIO_ACCOUNT_SID"], os.environ["TWILIO_AUTH_TOKEN"])
        """,
        *(["--twilio-users-environment=run"] if how == "option" else []),
    ).outcomes(passed=2)


def test_for_the_run_names_that_are_set_keep_their_values(suite, monkeypatch):
    """Outside of tests that use the kit; one that is empty is not set."""
    import os

    own = "AC" + 32 * "1"
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", own)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "")
    suite.run(
        f"""
        import os

        SID, TOKEN = os.environ["TWILIO_ACCOUNT_SID"], os.environ["TWILIO_AUTH_TOKEN"]

        def test_with(twilio_users):
            assert SID == {own!r}
            assert TOKEN == twilio_users.auth_token
            assert os.environ["TWILIO_ACCOUNT_SID"] == twilio_users.account_sid

        def test_without():
            assert os.environ["TWILIO_ACCOUNT_SID"] == {own!r}
        """,
        "--twilio-users-environment=run",
    ).outcomes(passed=2)
    assert (os.environ["TWILIO_ACCOUNT_SID"], os.environ["TWILIO_AUTH_TOKEN"]) == (own, "")


def test_with_no_no_name_is_lent(suite):
    """Neither at import nor while a test uses the kit; and nobody is told to have it so."""
    suite.write(app=BY_NAME)
    run = suite.run(TEST, "--twilio-users-environment=no")
    run.outcomes(errors=1)
    assert section(run) is None


def test_xdists_processes_have_them_too(suite):
    """Each imports the application by itself."""
    suite.write(app=BY_NAME)
    suite.configure("[pytest]\ntwilio_users_environment = run\n", file="pytest.ini")
    suite.run(TEST, "-p", "xdist", "-n", "1", "-o", "pythonpath=.").result.assert_outcomes(passed=1)


def test_a_client_that_was_made_without_credentials_says_why(suite):
    """The failing test's report has the line."""
    run = suite.run(
        """
        import httpx

        def test_it(twilio_users):
            answer = httpx.get("https://conversations.twilio.com/v1/Users")
            answer.raise_for_status()
        """
    )
    run.outcomes(failed=1)
    sections = dict(run.report("test_it", "call").sections)
    assert sections[TITLE] == (
        "A request had no credentials. Was its client made at import? " + ADVICE.format(**NEW_FILE)
    )


@pytest.mark.parametrize("reason", ["credentials", "set"])
def test_a_failure_for_other_reasons_says_nothing_of_credentials(suite, monkeypatch, reason):
    """Where the request had some, or the names were set."""
    if reason == "set":
        monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC" + 32 * "1")
        monkeypatch.setenv("TWILIO_AUTH_TOKEN", "a token")
    login = ("AC1", "token") if reason == "credentials" else None
    run = suite.run(
        f"""
        import httpx

        def test_it(twilio_users):
            httpx.get("https://conversations.twilio.com/v1/Users", auth={login!r})
            assert False
        """
    )
    assert TITLE not in dict(run.report("test_it", "call").sections)
