"""The backend that records exchanges, with stand-ins for private values."""

import threading
from datetime import date
from pathlib import Path

from pytest_twilio_users.backends import Backend
from pytest_twilio_users.cassettes.cassette import Cassette, Recorded, put_cassette
from pytest_twilio_users.cassettes.places import place
from pytest_twilio_users.privacy.aliases import Aliases
from pytest_twilio_users.wire.messages import Request, Response

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class RecordBackend:
    """Passes requests on, and keeps the exchanges of one conversation. Safe for threads."""

    def __init__(self, behind: Backend, *, name: str, aliases: Aliases) -> None:
        """Keep nothing yet of what the test or fixture of this name says to the one behind."""
        self._behind = behind
        self._name = name
        self.aliases = aliases
        self._lock = threading.Lock()
        self._kept: dict[int, Recorded | None] = {}

    @property
    def exchanges(self) -> list[Recorded]:
        """What was said, in the order of the requests."""
        with self._lock:
            return [recorded for recorded in self._kept.values() if recorded is not None]

    def handle(self, request: Request) -> Response:
        """Answer a request; one whose handling raises is not kept."""
        with self._lock:
            number = len(self._kept)
            self._kept[number] = None
            hidden = self.aliases.hide_request(request)
        response = self._behind.handle(request)
        with self._lock:
            shown = self.aliases.hide_response(response)
            self._kept[number] = Recorded(request=hidden, response=shown)
        return response

    def save(self, folder: Path, *, recorded_from: str, kit: str, today: date) -> Path | None:
        """Write the cassette; where nothing was said, one of before is deleted.

        Raises:
            CassetteError: a link leads elsewhere, or a folder is in its place.
            OSError: it can't be written.
        """
        path, exchanges = place(folder, self._name), tuple(self.exchanges)
        about = {"name": self._name, "recorded_from": recorded_from, "kit": kit}
        cassette = Cassette(**about, date=today, exchanges=exchanges) if exchanges else None
        put_cassette(path, cassette, folder=folder)
        return path if exchanges else None
