"""Private values on their way to a file or a screen, and from a file back to their author."""

import json
import re
import threading
from collections.abc import Mapping
from contextlib import suppress
from itertools import islice
from urllib.parse import urlencode

from pytest_twilio_users.contract.hosts import ORIGIN
from pytest_twilio_users.contract.models import JsonObject
from pytest_twilio_users.privacy.description import (
    describe_path,
    describe_private,
    describe_query,
    describe_request,
    describe_response,
    join_path,
    split_url,
)
from pytest_twilio_users.privacy.meanings import Difference, Meanings
from pytest_twilio_users.privacy.showing import show_response
from pytest_twilio_users.privacy.spelling import hide_spellings, spell, spell_parts
from pytest_twilio_users.privacy.stand_ins import NO_PREFIX, SID, Around, StandIns
from pytest_twilio_users.privacy.wording import VOCABULARY, hide_wording
from pytest_twilio_users.wire.codec import decode_credentials, is_form
from pytest_twilio_users.wire.messages import Headers, Request, Response

_ANY_SID = re.compile(rf"(?<![0-9A-Za-z]){SID.pattern}(?![0-9A-Za-z])")
_ANY_EMAIL = re.compile(r"[\w+-][\w.+-]*@[\w-]+(?:\.[\w-]+)+")
_BASIC = re.compile(r"(?i)(\b(?:basic|bearer)\s+)[A-Za-z0-9+/=._-]{8,}")
_LONG = 8
"""Letters that a password, or a header of an application, has at least."""

_UNREAD = 10_000
"""How many exchanges may wait to be looked at: most are never shown."""

_PERSONAL = 5
"""Digits of numbers that may be somebody's: shorter ones are in every report."""
_COMMON_HEADERS = frozenset(
    (
        *("accept", "accept-encoding", "connection", "content-length", "host", "user-agent"),
        *("access-control-allow-credentials", "access-control-allow-headers", "server"),
        *("access-control-allow-methods", "access-control-allow-origin", "x-powered-by"),
        *("access-control-expose-headers", "x-shenanigans"),
    )
)
"""Headers of HTTP libraries and of Twilio that tell nothing of anybody."""


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
        """Begin.

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
        self._hiding = _Hiding(self.stand_ins)
        self.meanings = Meanings(around=lambda: [aliases.meanings for aliases in around()])
        self._secrets: set[str] = set()
        self._kept: set[str] = set()
        self._unread: list[tuple[Request, Response | None]] = []
        self._spellings: dict[str, str] = {}
        self._parts: dict[str, str] = {}
        self._spelled = 0
        self._lock = threading.RLock()

    # Recording

    def hide_request(self, request: Request) -> JsonObject:
        """What a request says, without a private value."""
        with self._lock:
            self._hiding.origins.add(request.origin)
            tree = describe_request(request, self._hiding)
            self._learn_dropped(request.headers, tree)
            _, password = decode_credentials(request.authorization) or ("", "")
            _, _, encoded = (request.authorization or "").rpartition(" ")
            self._secrets |= {secret for secret in (password, encoded) if len(secret) >= _LONG}
        return {**tree, "path": join_path(tree["path"])}

    def hide_response(self, response: Response) -> JsonObject:
        """What a response says, without a private value."""
        with self._lock:
            tree = describe_response(response, self._hiding)
            self._learn_dropped(response.headers, tree)
        return tree

    def _learn_dropped(self, headers: Headers, tree: JsonObject) -> None:
        """What an application says in headers of its own may be a secret."""
        kept = tree.get("headers", {})
        self._secrets |= {
            value
            for name, value in headers
            if name not in kept and name not in _COMMON_HEADERS and len(value) >= _LONG
        }

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
            self._hiding.text(text)
        if request.body and not is_form(request):
            with suppress(ValueError, RecursionError):
                describe_private(json.loads(request.body), self._hiding)

    def learn_secret(self, secret: str) -> None:
        """Have a secret shown as `***`."""
        with self._lock:
            self._secrets.add(secret)

    def keep(self, name: str) -> None:
        """Have a name shown as it is wherever it stands whole, whatever values are in it."""
        with self._lock:
            self._kept.add(name)

    def hide_text(self, text: str) -> str:
        """Any text, with stand-ins for the values that are known, for SIDs and for e-mails."""
        with self._lock:
            kept = sorted((name for name in self._kept if name in text), key=len, reverse=True)
            if not kept:
                return self._hide_text(text)
            parts = re.split(f"({'|'.join(map(re.escape, kept))})", text)
            return "".join(part if part in self._kept else self._hide_text(part) for part in parts)

    def _hide_text(self, text: str) -> str:
        self._read()
        text = _BASIC.sub(r"\1***", self.stand_ins.without_prefix(text))
        hidden = self._spell_values()
        for secret in self._secrets:
            hidden |= spell_parts(secret, "***") | spell(secret, "***")
        text = hide_spellings(text, hidden)
        given = set(self.stand_ins.by_value.values())
        for pattern in (_ANY_SID, _ANY_EMAIL):
            text = pattern.sub(lambda found: self._hide_found(found[0], given), text)
        return text

    def _spell_values(self) -> dict[str, str]:
        """What is hidden, in every spelling: of texts, and of numbers that are somebody's."""
        values = self.stand_ins.by_value
        for value, stand_in in islice(values.items(), self._spelled, None):
            if value != stand_in and value.casefold() not in VOCABULARY:
                self._spellings |= spell(value, stand_in)
                self._parts |= spell_parts(value, stand_in)
        self._spelled = len(values)
        numbers = {
            number: str(stand_in)
            for number, stand_in in self.stand_ins.numbers.items()
            if len(number) >= _PERSONAL and number not in VOCABULARY
        }
        return self._parts | numbers | self._spellings

    def _hide_found(self, value: str, given: set[str]) -> str:
        return value if value in given else self.stand_ins.of_text(value)

    # Replaying

    def compare(self, hidden: JsonObject, request: Request) -> list[Difference]:
        """How a request differs from a recorded one; not at all, if stand-ins can mean its values.

        Nothing is bound.
        """
        with self._lock:
            return self.meanings.compare(hidden, request)

    def bind(self, hidden: JsonObject, request: Request) -> None:
        """Have the stand-ins of a recorded request mean the values of one that is equal to it."""
        with self._lock:
            self.meanings.bind(hidden, request)

    def show_response(self, hidden: JsonObject, *, origin: str) -> Response:
        """The recorded response with the test's own values; its links name `origin`."""
        with self._lock:
            return show_response(hidden, self.meanings, origin=origin)

    def __repr__(self) -> str:
        return f"<Aliases: {len(self.stand_ins.by_value)} values>"


class _Hiding:
    """The leaves of what is recorded."""

    def __init__(self, stand_ins: StandIns) -> None:
        self.origins: set[str] = set()
        self.stand_ins = stand_ins

    def text(self, value: str) -> str:
        return self.stand_ins.of_text(value)

    def number(self, value: float) -> int | float:
        return self.stand_ins.of_number(value)

    def written(self, text: str) -> int:
        return self.stand_ins.of_written(text)

    def words(self, text: str) -> str:
        return hide_wording(text, private=self.text, private_path=self._path)

    def url(self, text: str) -> str:
        parts = split_url(text)
        if parts is None:
            return self.text(text)
        origin, path, query = parts
        if origin in self.origins:
            origin = ""  # the one that was asked
        elif not ORIGIN.fullmatch(origin):
            return self.text(text)
        hidden = origin + join_path(describe_path(path, self.text))
        return f"{hidden}?{urlencode(describe_query(query, self.text))}" if query else hidden

    def _path(self, path: str) -> str:
        path, mark, rest = path.partition("?")
        versioned = path == "/v1" or path.startswith("/v1/")
        segments = describe_path(path if versioned else f"/v1{path}", self.text)
        return join_path(segments if versioned else segments[1:]) + mark + self.text(rest)
