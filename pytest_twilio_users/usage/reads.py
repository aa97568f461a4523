"""Sees which fields of an answer the application reads, where the kit's own client got it."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest

from pytest_twilio_users.client.reading import MODEL_OF
from pytest_twilio_users.contract.fields import META_FIELDS, USER_FIELDS
from pytest_twilio_users.contract.models import PageMeta, User, UserPage
from pytest_twilio_users.scopes.scope import Scope
from pytest_twilio_users.usage.tally import Tally

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


@contextmanager
def noting_reads(tally: Tally, acting: Callable[[], Scope]) -> Iterator[None]:
    """Note each field of an answer's models that is read meanwhile, whoever reads it.

    What looks at a whole model reads each of its fields: `to_dict()`, a comparison, a snapshot.

    Args:
        tally: where it is noted.
        acting: for whom, at this moment.
    """
    reads = _Reads(tally, acting)
    with pytest.MonkeyPatch.context() as patch:
        for operation, read in MODEL_OF.items():
            patch.setitem(MODEL_OF, operation, partial(reads.make, operation, read))
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

    def make(self, operation: str, read: Callable[[Any], Any], body: Any) -> Any:
        """Make what an answer leads to, and remember whose it is."""
        answer, scope = read(body), self._acting()
        self._tally.note_seen(scope, operation)
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
            if known is not None:
                _, operation, place = known
                self._tally.note_field(self._acting(), operation, f"{place}{name}")
            return read(model, name)

        return watched
