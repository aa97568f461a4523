"""The backend that answers from a cassette."""

import threading
from collections import deque
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

from pytest_twilio_users.cassettes.cassette import (
    NOT_THE_KITS,
    Cassette,
    Recorded,
    record_command,
    unreadable,
)
from pytest_twilio_users.errors import CassetteError, UnrecordedRequest, counted, printable
from pytest_twilio_users.privacy.aliases import Aliases
from pytest_twilio_users.wire.codec import Call, decode
from pytest_twilio_users.wire.messages import Request, Response

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

_SHOWN = 10


class _Place(NamedTuple):
    """Where in which cassette an exchange stands. It is looked for when it is shown."""

    path: Path
    exchanges: Sequence[Recorded]
    exchange: Recorded

    @property
    def name(self) -> str:
        """What the exchange is called in the file."""
        number = next(n for n, other in enumerate(self.exchanges) if other is self.exchange)
        return f"exchanges[{number}]"

    def __str__(self) -> str:
        return f"the cassette {self.path}, {self.name}"


class ReplayBackend:
    """Answers each request as it was answered when it was recorded, and once. Safe for threads.

    Exchanges answer in order. Those that don't bear on each other may change places, as
    requests that are under way at once do: reads, and changes of different users.
    """

    def __init__(
        self,
        cassette: Cassette | None,
        *,
        name: str,
        path: Path,
        aliases: Aliases,
        refusal: str = "",
        anew: str = "",
    ) -> None:
        """Answer the test or fixture of this name from its cassette, whole and in order.

        Without one nothing was recorded. `refusal` says why it is not to be played, if so;
        `anew` is the command that records it, if not the usual one.
        """
        self._name = name
        self._path = path
        self.aliases = aliases
        self._refusal = refusal
        self._anew = anew or record_command(name)
        self.recorded = cassette is not None
        self._all = cassette.exchanges if cassette else ()
        self._left = deque(self._all)
        self._misses: list[str] = []
        # What one exchange calls a user by, SID and identity, names one user in all of them.
        self._names_of_users = [names for names in map(_names, self._all) if len(names) > 1]
        self._lock = threading.Lock()

    def handle(self, request: Request) -> Response:
        """Answer a request.

        Raises:
            UnrecordedRequest: it was not recorded, or not this often.
            CassetteError: what was recorded can't be read.
        """
        if self._refusal:
            raise CassetteError(self._refusal)
        with self._lock:
            for index, exchange in enumerate(self._left):
                unification = self.aliases.unify(exchange.request, request)
                if unification.differences or self._before(exchange):
                    continue
                del self._left[index]
                self.aliases.bind(unification)
                request.note_answerer(_Place(self._path, self._all, exchange))
                return self._restore(exchange, request)
            raise UnrecordedRequest(self._miss(request))

    def _restore(self, exchange: Recorded, request: Request) -> Response:
        """The answer with the test's own values; from then on none, if it can't be told."""
        try:
            return self.aliases.restore_response(exchange.response, origin=request.origin)
        except NOT_THE_KITS:
            place = _Place(self._path, self._all, exchange)
            problem = f"{place.name}.response is not as the kit writes it"
            self._refusal = unreadable(self._path, problem)
            raise CassetteError(self._refusal) from None

    def note(self, miss: UnrecordedRequest) -> None:
        """Remember a miss: the application may go on."""
        self._misses.append(str(miss))

    def complaint(self) -> str:
        """What went on otherwise than it was recorded; an empty text if nothing did."""
        if self._refusal:
            return self._refusal
        if self._misses:
            first, *more = self._misses
            return f"{first}\n... and {len(more)} more that were not recorded." if more else first
        left = list(self._left)
        if not left:
            return ""
        lines = [f"  {exchange}" for exchange in left[:_SHOWN]]
        if len(left) > _SHOWN:
            lines.append(f"  ... and {len(left) - _SHOWN} more")
        were = "was" if len(left) == 1 else "were"
        recorded = counted(len(self._all), "recorded exchange")
        first = f"{len(left)} of {recorded} {were} not used:"
        return self._advise(first, lines)

    def _before(self, exchange: Recorded) -> list[Recorded]:
        """What is left that has to be asked for before an exchange."""
        ahead = takewhile(lambda other: other is not exchange, self._left)
        return [other for other in ahead if self._bears_on(other, exchange)]

    def _bears_on(self, one: Recorded, other: Recorded) -> bool:
        if one.request["method"] == other.request["method"] == "GET":
            return False
        mine, others = self._names_of_user(one), self._names_of_user(other)
        return not mine or not others or bool(mine & others)

    def _names_of_user(self, exchange: Recorded) -> set[str]:
        """The user that an exchange is about, by SID and identity; none if it may be any."""
        names = _names(exchange)
        return names.union(*(others for others in self._names_of_users if others & names))

    def _miss(self, request: Request) -> str:
        call = decode(request)
        name = call.operation.name if isinstance(call, Call) else "no operation"
        asked = f"{name}: {request.method} {request.path}"
        if not self.recorded:
            return self._advise(f"{asked}: {self._name} has no cassette.")
        for exchange in self._left:
            if not self._differences(exchange, request):
                lines = [f"  {other}" for other in self._before(exchange)[:_SHOWN]]
                said = (
                    f"{asked}: it was recorded later. These recorded requests come first, and"
                    " were not sent:"
                )
                return self._advise(said, lines)
        again = [e for e in self._all if not self._differences(e, request)]
        if again:
            times = "once" if len(again) == 1 else f"{len(again)} times"
            return self._advise(f"{asked}: it was recorded {times}, and was sent once more.")
        return self._advise(f"{asked}: it was not recorded.", self._nearest(name, request))

    def _nearest(self, name: str, request: Request) -> list[str]:
        """The recorded exchange that comes closest, and how it differs."""
        found = [(self._differences(e, request), e) for e in self._left]
        if not found:
            return ["All recorded exchanges were used already."]
        differences, nearest = min(
            found, key=lambda pair: (pair[1].operation != name, len(pair[0]))
        )
        return [
            f"The nearest recorded exchange: {nearest}",
            *(f"  {difference}" for difference in differences),
        ]

    def _differences(self, exchange: Recorded, request: Request) -> list[str]:
        return self.aliases.unify(exchange.request, request).differences

    def _advise(self, first: str, lines: Sequence[str] = ()) -> str:
        again = f"To record it{' again' if self.recorded else ''}: {self._anew}"
        return "\n".join(map(printable, [first, *lines, f"Cassette: {self._path}", again]))


def _names(exchange: Recorded) -> set[str]:
    """What one exchange calls its user by: an identity sent, the path, the answer's SID."""
    form, body = exchange.request.get("form"), exchange.response.get("json")
    found = [form.get("Identity")] if isinstance(form, dict) else []
    found += exchange.request["path"].partition("/Users/")[2:]
    found += [body.get("sid"), body.get("identity")] if isinstance(body, dict) else []
    return {name for name in found if isinstance(name, str) and name}
