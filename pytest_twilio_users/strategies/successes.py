"""Answers that the contract allows, the unusual ones included."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import factorial
from typing import Any

from hypothesis import strategies as st

from pytest_twilio_users.contract.fields import USER_FIELDS, Kind
from pytest_twilio_users.contract.literals import OperationName
from pytest_twilio_users.contract.models import User, UserPage
from pytest_twilio_users.contract.operations import OPERATIONS, Action, Operation, known_operation
from pytest_twilio_users.strategies.json_values import JSON_STYLES, JSON_VALUES
from pytest_twilio_users.strategies.resources import user_pages, users
from pytest_twilio_users.strategies.titles import titled
from pytest_twilio_users.wire.codec import JSON_TYPE
from pytest_twilio_users.wire.messages import Response

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

JsonObject = dict[str, Any]

_DATES = tuple(name for name, field in USER_FIELDS.items() if field.kind is Kind.DATE_TIME)
_FRACTIONS = ("", ".0", ".5", ".123", ".000001", ".123456789")
_ODD_DATES = ("0001-01-01T00:00:00Z", "2024-02-29T23:59:59Z", "9999-12-31T23:59:59Z")
_CONTENT_TYPES = (JSON_TYPE, "application/json", "Application/JSON;charset=UTF-8")
_UNKNOWN = ("extra", "Sid", "", "a/b~c", "é", "next_page_uri")  # no field is called that
_ORDERS = factorial(len(USER_FIELDS))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Liberties:
    """What an answer may do to the usual one."""

    nulls: Sequence[str]
    extra: JsonObject
    fraction: str
    odd_date: str | None
    order: int

    def user(self, user: JsonObject) -> JsonObject:
        changed = user | {"links": self.object(user["links"])}
        for name in _DATES:
            changed[name] = (self.odd_date or user[name]).removesuffix("Z") + self.fraction + "Z"
        return self.object(changed | dict.fromkeys(self.nulls))

    def page(self, page: JsonObject) -> JsonObject:
        return self.object(
            {"meta": self.object(page["meta"]), "users": [self.user(u) for u in page["users"]]}
        )

    def object(self, found: JsonObject) -> JsonObject:
        """With what else there is, in the order that the number stands for."""
        rest = list((found | self.extra).items())
        ordered: JsonObject = {}
        order = self.order
        while rest:
            order, place = divmod(order, len(rest))
            name, value = rest.pop(place)
            ordered[name] = value
        return ordered


_LIBERTIES = st.builds(
    _Liberties,
    nulls=st.lists(st.sampled_from(list(USER_FIELDS)), max_size=3),
    extra=st.dictionaries(st.sampled_from(_UNKNOWN), JSON_VALUES, max_size=2),
    fraction=st.sampled_from(_FRACTIONS),
    odd_date=st.sampled_from((None, *_ODD_DATES)),
    order=st.integers(0, _ORDERS - 1),
)


def answers(operation: OperationName | Operation) -> st.SearchStrategy[Response]:
    """Any successful answer of an operation that the contract allows.

    That is more than Twilio is known to answer: null in any field of a user, new fields on
    any level, keys in any order, fractions of seconds, and JSON in any spacing and
    spelling. A client must read them all.

    Raises:
        InvalidArgument: there is no such operation.

    >>> @given(answers("list_user"))
    ... def test_a_page_has_users(answer):
    ...     assert isinstance(answer.json()["users"], list)
    """
    return _answers(known_operation(operation))


@lru_cache(maxsize=len(OPERATIONS))
def _answers(operation: Operation) -> st.SearchStrategy[Response]:
    if operation.action is Action.DELETE:
        return st.just(Response(status=operation.status))

    def respond(drawn: tuple[User | UserPage, _Liberties, Any, str]) -> Response:
        found, liberties, style, content_type = drawn
        taken = liberties.page if isinstance(found, UserPage) else liberties.user
        return Response(
            status=operation.status,
            headers=(("content-type", content_type),),
            body=style(taken(found.to_dict())).encode(),
        )

    found: st.SearchStrategy[Any] = user_pages() if operation.action is Action.LIST else users()
    return titled(
        f"{operation}_answers",
        st.tuples(
            found, _LIBERTIES, st.sampled_from(JSON_STYLES), st.sampled_from(_CONTENT_TYPES)
        ).map(respond),
    )
