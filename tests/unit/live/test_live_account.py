import pytest

from pytest_twilio_users.errors import SettingError
from pytest_twilio_users.live.live_account import live_account
from pytest_twilio_users.settings import Mode, Settings

ACCOUNT = "AC" + "1" * 32
SERVICE = "IS" + "2" * 32
TOKEN = "the token of the account"  # nobody's
ENVIRON = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN}
LIVE = Settings(mode=Mode.LIVE, live_account=ACCOUNT, service_sid=SERVICE)


def complaint(settings: Settings, environ: dict[str, str]) -> str:
    """What is said of an account that can't be gone live with."""
    with pytest.raises(SettingError) as raised:
        live_account(settings, environ)
    assert TOKEN not in str(raised.value)
    return str(raised.value)


def test_an_allowed_account_with_its_own_credentials_is_taken():
    """All that is needed is named: the account, its credentials, a service."""
    account = live_account(LIVE, ENVIRON)

    assert (account.sid, account.auth_token) == (ACCOUNT, TOKEN)
    assert account.service_sid == SERVICE
    assert account.base_url == "https://conversations.twilio.com"


def test_an_api_key_of_the_environment_is_known():
    """By its SID: the secret is the caller's to send."""
    key = "SK" + "3" * 32
    environ = ENVIRON | {"TWILIO_API_KEY": key, "TWILIO_API_SECRET": "a secret"}
    assert live_account(LIVE, ENVIRON).api_key_sid is None
    assert live_account(LIVE, environ).api_key_sid == key


def test_the_token_is_in_no_repr():
    """Whoever prints the account sees everything else."""
    assert TOKEN not in repr(live_account(LIVE, ENVIRON))


def test_region_and_edge_are_those_of_twilios_sdks():
    """The environment names them, as everywhere."""
    environ = ENVIRON | {"TWILIO_REGION": "ie1", "TWILIO_EDGE": "dublin"}
    account = live_account(LIVE, environ)
    assert account.base_url == "https://conversations.dublin.ie1.twilio.com"


@pytest.mark.parametrize("name", ["TWILIO_REGION", "TWILIO_EDGE"])
def test_a_region_or_an_edge_leads_to_no_other_host(name):
    """It would be given the credentials of the account."""
    assert complaint(LIVE, ENVIRON | {name: "evil.example/"}) == (
        f"{name}='evil.example/' (str): allowed: letters, digits and hyphens, such as ie1."
    )


def test_a_base_url_comes_before_region_and_edge():
    """Who names the host means it."""
    settings = LIVE._replace(base_url="https://localhost:1")
    assert live_account(settings, ENVIRON | {"TWILIO_EDGE": "dublin"}).base_url == settings.base_url


@pytest.mark.parametrize(
    ("base_url", "told"),
    [
        (None, "conversations.twilio.com"),
        ("http://127.0.0.1:8000", "loopback (not Twilio)"),
        ("http://localhost:8000", "loopback (not Twilio)"),
        ("http://[::1]:8000", "loopback (not Twilio)"),
        ("https://example.com", "example.com"),
    ],
)
def test_a_cassette_tells_who_answered(base_url, told):
    """What answered on loopback is not to be taken for Twilio."""
    account = live_account(LIVE._replace(base_url=base_url), ENVIRON)
    assert account.recorded_from == told


def test_no_account_is_allowed_unless_it_is_named():
    """Credentials alone are no permission."""
    assert complaint(LIVE._replace(live_account=None), ENVIRON) == (
        "mode='live' changes a real account, and no account is allowed yet. Name one:"
        " --twilio-users-live-account=AC…, best a subaccount that is only for tests."
    )


@pytest.mark.parametrize(
    ("missing", "told"),
    [
        ("TWILIO_ACCOUNT_SID", "TWILIO_ACCOUNT_SID is not set, TWILIO_AUTH_TOKEN is set"),
        ("TWILIO_AUTH_TOKEN", "TWILIO_ACCOUNT_SID is set, TWILIO_AUTH_TOKEN is not set"),
    ],
)
def test_missing_credentials_are_told(missing, told):
    """The sentence says which of the two is missing."""
    environ = {name: value for name, value in ENVIRON.items() if name != missing}
    assert complaint(LIVE, environ) == (
        f"mode='live' needs the credentials of {ACCOUNT} in the environment: {told}. Set both."
    )


@pytest.mark.parametrize(
    ("missing", "misspelt"),
    [("TWILIO_ACCOUNT_SID", "TWILIO_ACOUNT_SID"), ("TWILIO_AUTH_TOKEN", "TWILIO_AUTHTOKEN")],
)
def test_credentials_under_a_misspelt_name_are_seen(missing, misspelt):
    """The complaint names what may have been meant, and nobody else's variable."""
    environ = {name: value for name, value in ENVIRON.items() if name != missing}
    without = complaint(LIVE, environ)
    assert complaint(LIVE, environ | {misspelt: "…", "PATH": "…", "TWILIO_PHONE_NUMBER": "…"}) == (
        f"{without} Is {misspelt} meant to be {missing}?"
    )


def test_credentials_of_another_account_send_nothing():
    """The allowed account is named; the other one is not, as it may be anybody's."""
    other = "AC" + "9" * 32
    said = complaint(LIVE, ENVIRON | {"TWILIO_ACCOUNT_SID": other})

    assert other not in said
    assert said == (
        "TWILIO_ACCOUNT_SID in the environment is not the account that mode='live' may change,"
        f" {ACCOUNT} (--twilio-users-live-account). Nothing was sent. Set the"
        " credentials of that account, or allow the other one."
    )


def test_a_service_is_named():
    """Users are made in a service of the author's choice, not in one that the kit finds."""
    assert complaint(LIVE._replace(service_sid=None), ENVIRON) == (
        "mode='live' needs a service to make users in. Name one:"
        " --twilio-users-service-sid=IS…, best one that is only for tests."
    )
