"""The stand-ins of one conversation, in all that is recorded, replayed or shown of it."""

import json
import re
import threading
from collections.abc import Mapping
from contextlib import suppress

from pytest_twilio_users.contract.models import JsonObject
from pytest_twilio_users.errors import counted
from pytest_twilio_users.privacy.description import Description
from pytest_twilio_users.privacy.redaction import Redaction
from pytest_twilio_users.privacy.restoring import restore_response
from pytest_twilio_users.privacy.segments import join_path
from pytest_twilio_users.privacy.stand_ins import NO_PREFIX, Around, StandIns
from pytest_twilio_users.privacy.unification import Meanings, Unification
from pytest_twilio_users.wire.messages import Request, Response

_UNREAD = 10_000
"""How many exchanges may wait to be looked at: most are never shown."""


class Aliases:
    """Stable stand-ins for private values: equal values have equal ones. Safe for threads.

    What is recorded is hidden: `hide_request`, `hide_response`. What is replayed
    is compared up to stand-ins; once a request is bound, its stand-ins mean the
    values of the test that sent it, in every answer that follows.
    """

    def __init__(
        self,
        *,
        seed: str,
        known: Mapping[str, str] | None = None,
        around: Around["Aliases"] = tuple,
        marked: bool = False,
        prefix: re.Pattern[str] = NO_PREFIX,
    ) -> None:
        """Know no values but the given ones.

        Args:
            seed: makes the SIDs that stand in; other seeds, other SIDs.
            known: stand-ins that are given, by the value.
            around: gives the aliases of conversations that this one is held within:
                their stand-ins hold here, too.
            marked: whether stand-ins are seen in other conversations, and so are to
                be told from theirs.
            prefix: what is no part of a value, as another run has another.
        """
        self.stand_ins = StandIns(
            seed=seed,
            known=known or {},
            around=lambda: [aliases.stand_ins for aliases in around()],
            marked=marked,
            prefix=prefix,
        )
        self.meanings = Meanings(around=lambda: [aliases.meanings for aliases in around()])
        self._description = Description(
            text=self.stand_ins.of_text,
            number=self.stand_ins.of_number,
            written=self.stand_ins.of_written,
        )
        self._redaction = Redaction(self.stand_ins)
        self._unread: list[tuple[Request, Response | None]] = []
        self._lock = threading.RLock()

    # Recording

    def hide_request(self, request: Request) -> JsonObject:
        """What a request says, without a private value."""
        with self._lock:
            self._description.origins.add(request.origin)
            tree = self._description.request(request)
            self._redaction.learn_dropped(request.headers, tree)
            self._redaction.learn_credentials(request.authorization)
        return {**tree, "path": join_path(tree["path"])}

    def hide_response(self, response: Response) -> JsonObject:
        """What a response says, without a private value."""
        with self._lock:
            tree = self._description.response(response)
            self._redaction.learn_dropped(response.headers, tree)
        return tree

    # Showing

    def learn(self, request: Request, response: Response | None) -> None:
        """Know the private values of an exchange, by the time that a text is to be hidden."""
        with self._lock:
            self._unread.append((request, response))
            if len(self._unread) >= _UNREAD:
                self._read()

    def _read(self) -> None:
        unread, self._unread = self._unread, []
        for request, response in unread:
            self.hide_request(request)
            self._learn_within(request)
            if response is not None:
                self.hide_response(response)

    def _learn_within(self, request: Request) -> None:
        """What cassettes do not tell apart and reports may: parts of JSON, what was asked for."""
        for text in filter(None, (request.fragment, request.asked)):
            self.stand_ins.of_text(text)
        with suppress(ValueError, RecursionError):
            self._description.private(json.loads(request.body))

    def learn_secret(self, secret: str) -> None:
        """Have a secret shown as `***`."""
        with self._lock:
            self._redaction.secrets.add(secret)

    def keep(self, name: str) -> None:
        """Have a name shown as it is wherever it stands whole, whatever values are in it."""
        with self._lock:
            self._redaction.kept.add(name)

    def hide_text(self, text: str) -> str:
        """Any text, with stand-ins for the values that are known, for SIDs and for e-mails."""
        with self._lock:
            self._read()
            return self._redaction.hide(text)

    # Replaying

    def unify(self, recorded: JsonObject, request: Request) -> Unification:
        """Compare a request with a recorded one, whose stand-ins may mean its values.

        Nothing is bound.
        """
        with self._lock:
            return Unification(self.meanings, recorded, request)

    def bind(self, unification: Unification) -> None:
        """Have the stand-ins of a recorded request mean the values of one without a difference."""
        with self._lock:
            if not unification.differences:
                self.meanings.adopt(unification.found)

    def restore_response(self, recorded: JsonObject, *, origin: str) -> Response:
        """The recorded response with the test's own values; its links name `origin`."""
        with self._lock:
            return restore_response(recorded, self.meanings, origin=origin)

    def __repr__(self) -> str:
        return f"<Aliases: {counted(len(self.stand_ins.by_value), 'value')}>"
