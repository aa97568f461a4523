"""What changed in the stub since a moment."""

from collections.abc import Callable

from pytest_twilio_users.contract.models import User
from pytest_twilio_users.state.shelf import Changes
from pytest_twilio_users.state.store import StoredUser


class Checkpoint:
    """A moment of the stub. It shows which users changed since then.

    It can be used until the end of the test or fixture that took it.
    """

    def __init__(self, changes: Changes[StoredUser], show: Callable[[StoredUser], User]) -> None:
        self._changes = changes
        self._show = show

    @property
    def created(self) -> list[User]:
        """The users that are new since then, as they are now."""
        return [self._show(after) for before, after in self._net() if after and not before]

    @property
    def updated(self) -> list[User]:
        """The users that differ from then, as they are now."""
        return [self._show(after) for before, after in self._net() if after and before]

    @property
    def deleted(self) -> list[User]:
        """The users that are gone since then, as they were then."""
        return [self._show(before) for before, after in self._net() if before and not after]

    def _net(self) -> list[tuple[StoredUser | None, StoredUser | None]]:
        """Each user that differs, then and now."""
        return [change for change in self._changes.values() if change[0] != change[1]]

    def __repr__(self) -> str:
        return (
            f"<Checkpoint: since then {len(self.created)} created,"
            f" {len(self.updated)} updated, {len(self.deleted)} deleted>"
        )
