"""Notes which fields of an answer the application reads, with the kit's own client."""

import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest

from pytest_twilio_users.client.error import Answered
from pytest_twilio_users.client.reading import read as read_answer
from pytest_twilio_users.contract.fields import META_FIELDS, USER_FIELDS
from pytest_twilio_users.contract.models import PageMeta, User, UserPage
from pytest_twilio_users.scopes.scope import Scope
from pytest_twilio_users.usage.tally import REQUEST_ID, Tally

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


@contextmanager
def noting_reads(tally: Tally, acting: Callable[[], Scope]) -> Iterator[None]:
    """Note each field of an answer's models that is read meanwhile, whoever reads it.

    What looks at a whole model reads each of its fields: `to_dict()`, a comparison, a snapshot.
    What only shows it reads none: asyncio does so with each result.

    Args:
        tally: where it is noted.
        acting: for whom, at this moment.
    """
    reads = _Reads(tally, acting)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pytest_twilio_users.client.clients.read", reads.read)
        for kind, fields in ((User, USER_FIELDS), (PageMeta, META_FIELDS)):
            patch.setattr(kind, "__getattribute__", reads.watched(kind, fields))
        yield


class _Reads:
    """Which models are of which operation's answer, while the scope lives that got it."""

    def __init__(self, tally: Tally, acting: Callable[[], Scope]) -> None:
        self._tally = tally
        self._acting = acting
        # With the model, so that its id is nobody else's meanwhile.
        self._known: dict[int, tuple[object, str, str]] = {}

    def read(self, operation: str, answered: Answered) -> Any:
        """Read an answer as the client does, and remember whose it is."""
        answer, scope = read_answer(operation, answered), self._acting()
        header = answered[1].header if isinstance(answered, tuple) else answered.headers.get
        self._tally.note_seen(header(REQUEST_ID))
        made = [(answer, "")]
        if isinstance(answer, UserPage):
            made = [(answer.meta, "meta."), *((user, "users.") for user in answer.users)]
        for model, place in made:
            self._known[id(model)] = model, operation, place
            scope.on_end(partial(self._forget, id(model)))
        return answer

    def _forget(self, model: int) -> None:
        self._known.pop(model, None)

    def watched(self, kind: type, fields: Collection[str]) -> Callable[[Any, str], Any]:
        """What reads the attributes of a model, and notes those that are fields."""
        read: Callable[..., Any] = kind.__getattribute__

        def watched(model: Any, name: str) -> Any:
            known = self._known.get(id(model)) if name in fields else None
            # No other call tells who asks.
            if known and sys._getframe(1).f_code.co_name != "__repr__":  # noqa: SLF001
                _, operation, place = known
                self._tally.note_field(self._acting(), operation, f"{place}{name}")
            return read(model, name)

        return watched
