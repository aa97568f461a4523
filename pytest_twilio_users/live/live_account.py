"""The live account, as the author named it."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from pytest_twilio_users.contract.hosts import is_loopback, origin_at
from pytest_twilio_users.errors import InvalidArgument, SettingError, nearest, set_or_not
from pytest_twilio_users.settings import SETTINGS, Settings
from pytest_twilio_users.wire.codec import encode_credentials
from pytest_twilio_users.wire.messages import Secret

_ACCOUNT = "TWILIO_ACCOUNT_SID"
_TOKEN = "TWILIO_AUTH_TOKEN"  # noqa: S105  # the name of one

API_KEY = "TWILIO_API_KEY"
API_SECRET = "TWILIO_API_SECRET"  # noqa: S105  # the same


@dataclass(frozen=True, kw_only=True, slots=True)
class LiveAccount:
    """An account with its credentials, the services to work in, and where to send.

    The default service is to be left alone unless its SID is known. The API key may
    read: whether it is of the account can't be seen from it.
    """

    sid: str
    auth_token: Secret
    service_sid: str
    default_service_sid: str | None = None
    base_url: str
    api_key_sid: str | None = None

    @property
    def authorization(self) -> Secret:
        """The header that HTTP Basic makes of the credentials."""
        return encode_credentials(self.sid, self.auth_token)

    @property
    def secrets(self) -> tuple[str, str]:
        """What nobody is to see: the token, and the login that HTTP Basic makes of it."""
        return str(self.auth_token), self.authorization.removeprefix("Basic ")

    @property
    def recorded_from(self) -> str:
        """Who answers, as a cassette says it."""
        host = urlsplit(self.base_url).hostname or ""
        return "loopback (not Twilio)" if is_loopback(host) else host


def live_account(settings: Settings, environ: Mapping[str, str]) -> LiveAccount:
    """Find the account: the one that is allowed, if the credentials are its own.

    Raises:
        SettingError: something is missing, two accounts are named, or region or edge is no name.
    """
    mode = settings.mode.value
    allowed, service = settings.live_account, settings.service_sid
    if allowed is None:
        raise SettingError(
            f"mode={mode!r} changes a real account, and no account is allowed yet. Name one:"
            f" {SETTINGS['live_account'].option}=AC…, best a subaccount that is only for tests."
        )
    sid, token = environ.get(_ACCOUNT), environ.get(_TOKEN)
    if not sid or not token:
        raise SettingError(
            f"mode={mode!r} needs the credentials of {allowed} in the environment:"
            f" {_ACCOUNT} is {set_or_not(sid)}, {_TOKEN} is {set_or_not(token)}. Set both."
            f"{_misspelt(_TOKEN if sid else _ACCOUNT, environ)}"
        )
    if sid != allowed:
        raise SettingError(
            f"{_ACCOUNT} in the environment is not the account that mode={mode!r} may change,"
            f" {allowed} ({SETTINGS['live_account'].option}). Nothing was sent."
            " Set the credentials of that account, or allow the other one."
        )
    if service is None:
        raise SettingError(
            f"mode={mode!r} needs a service to make users in. Name one:"
            f" {SETTINGS['service_sid'].option}=IS…, best one that is only for tests."
        )
    try:
        base_url = settings.base_url or origin_at(environ=environ)
    except InvalidArgument as error:
        raise SettingError(str(error)) from None
    return LiveAccount(
        sid=sid,
        auth_token=Secret(token),
        service_sid=service,
        default_service_sid=settings.default_service,
        base_url=base_url,
        api_key_sid=environ.get(API_KEY),
    )


def _misspelt(missing: str, environ: Mapping[str, str]) -> str:
    """The question whether a name of the environment stands for one that is missing."""
    others = [name for name in environ if name not in (_ACCOUNT, _TOKEN)]
    near = nearest(missing, others, stem="TWILIO_", nearness=0.8)
    return f" Is {near} meant to be {missing}?" if near else ""
