"""Private values of a run, with what is shown in their place."""

from collections.abc import Mapping

from pytest_twilio_users.live.run import LiveRun
from pytest_twilio_users.privacy.aliases import Aliases
from pytest_twilio_users.privacy.stand_ins import ANY_PREFIX
from pytest_twilio_users.scopes.isolation import Isolation
from pytest_twilio_users.settings import Mode


class Hiding:
    """Knows the private values of requests and answers, and the credentials.

    On the stub all is made up, and shown as it is.
    """

    def __init__(self, isolation: Isolation, run: LiveRun | None, known: Mapping[str, str]) -> None:
        """Begin with the stand-ins that are known, by the value."""
        self._isolation = isolation
        self._is_live = run is not None
        self._aliases = Aliases(seed="shown", known=known, prefix=ANY_PREFIX)
        for secret in run.account.secrets if run else ():
            self._aliases.learn_secret(secret)

    @property
    def private(self) -> bool:
        """Whether values are private; in a live run a test on the stub, too, has credentials."""
        return self._is_live or self._on_service

    def text(self, text: str) -> str:
        """The text with stand-ins for private values."""
        return self._aliases.hide_text(text) if self.private else text

    def keep(self, name: str) -> None:
        """Have a name shown as it is, such as that of a cassette."""
        self._aliases.keep(name)

    def aliases(self) -> Aliases | None:
        """What exchanges of this moment are shown by; None for those of the stub."""
        return self._aliases if self._on_service else None

    @property
    def _on_service(self) -> bool:
        return self._isolation.current.settings.mode is not Mode.STUB
