"""The faults of the stub's memory: stale reads, lists that change while they are read."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from urllib.parse import urlsplit

from pytest_twilio_users.contract.operations import PAGE_TOKEN
from pytest_twilio_users.errors import KitError
from pytest_twilio_users.faults.fault import Fault
from pytest_twilio_users.state.account import Account
from pytest_twilio_users.state.behaviour import add_user
from pytest_twilio_users.state.pages import Cursor
from pytest_twilio_users.wire.codec import Call, encode_json
from pytest_twilio_users.wire.messages import Request, Response

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

MOST_CREATED = 1_000
"""The most users that the fault creates in one service. More means a list without end."""

Answer = Callable[[Request], Response]
"""Has the stub answer as if nothing were wrong."""


def answer_with(
    fault: Fault, account: Account, request: Request, call: Call, answer: Answer
) -> Response:
    """Answer a request that meets a fault of the state; take that off where it can't happen.

    Raises:
        KitError: somebody else would create users without end.
    """
    return {
        "stale_read": _answer_stale,
        "page_shifts": _shift,
        "repeated_page": _repeat,
    }[fault.name](fault, account, request, call, answer)


def _answer_stale(
    fault: Fault, account: Account, request: Request, _: Call, answer: Answer
) -> Response:
    fresh = answer(request)
    write = account.store.unseen(fault["times"])
    if write is not None:
        with account.store.without(write):
            stale = answer(request)
        if (stale.status, stale.body) != (fresh.status, fresh.body):
            write.missed += 1
            return stale
    request.note_fault(None)
    return fresh


def _shift(
    fault: Fault, account: Account, request: Request, call: Call, answer: Answer
) -> Response:
    service_sid = call.service_sid or account.default_service_sid
    cursor = Cursor.from_token(service_sid, dict(call.query).get(PAGE_TOKEN.name, ""))
    if cursor is None:
        request.note_fault(None)
        return answer(request)
    seen, store = fault["deleted"] or 0, account.store
    gone = (
        store.after(service_sid, cursor.number - 1, seen)
        if cursor.backwards
        else store.before(service_sid, cursor.number + 1, seen)
    )
    for user in gone:
        store.change(user, None)
    for _ in range(fault["created"] or 0):
        add_user(account, service_sid, identity=_somebody(account, service_sid))
    return answer(request)


def _somebody(account: Account, service_sid: str) -> str:
    names = (f"somebody-else-{number}" for number in count(1))
    name = next(name for name in names if not account.store.has_identity(service_sid, name))
    if name == f"somebody-else-{MOST_CREATED + 1}":
        raise KitError(
            f"faults.page_shifts has created {MOST_CREATED:,} users, one for each page, so the"
            " list never ends. Say how often: .fail(…, times=1)."
        )
    return name


def _repeat(_: Fault, __: Account, request: Request, ___: Call, answer: Answer) -> Response:
    fresh = answer(request)
    page = fresh.json() if fresh.status == 200 else {"meta": {}}
    before = page["meta"].get("previous_page_url")
    if before is None:
        request.note_fault(None)
        return fresh
    parts = urlsplit(before)
    earlier = answer(replace(request, target=f"{request.path}?{parts.query}"))
    return fresh.with_body(encode_json(page | {"users": earlier.json()["users"]}))
