"""The backend that asks a live account, and leaves it as it was."""

import os
import random
from collections.abc import Callable
from dataclasses import replace
from typing import NoReturn

from pytest_twilio_users.contract.operations import IDENTITY, Action
from pytest_twilio_users.contract.refusals import UNAVAILABLE
from pytest_twilio_users.errors import Leftover, LiveRefused, NoAnswer
from pytest_twilio_users.live import preflight
from pytest_twilio_users.live.access import Access, is_missing, json_object, users_path
from pytest_twilio_users.live.creations import Creation
from pytest_twilio_users.live.ledger import Entry, Ledger
from pytest_twilio_users.live.rails import Budget, Rails, leads_elsewhere
from pytest_twilio_users.live.retrying import LOST, Lost, Send
from pytest_twilio_users.settings import SETTINGS
from pytest_twilio_users.wire.codec import Call, Unrouted, decode
from pytest_twilio_users.wire.messages import Request, Response

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

LOOK_AGAIN = 0.5
"""Seconds between two looks for a user that may yet turn up."""


class LiveBackend:
    """Sends requests to a live account, within its rails; safe for threads.

    Each user is in the ledger before it is asked for, and handed to `on_created`
    then: `remove` it when who is acting ends, whatever came of it. A test sees
    what one request without a hitch would have shown, or an error of the kit.
    """

    def __init__(
        self,
        send: Send,
        *,
        base_url: str,
        username: str,
        password: str,
        rails: Rails,
        ledger: Ledger,
        acting: Callable[[], str],
        on_created: Callable[[Entry], None],
        sleep: Callable[[float], None],
        clock: Callable[[], float],
        random: random.Random,
    ) -> None:
        """Begin.

        Args:
            send: sends a request once.
            base_url: scheme and host that all is sent to.
            username, password: the credentials that the kit itself uses.
            rails: what may be sent.
            ledger: notes the users that may come to be.
            acting: the name of the test or fixture that is acting.
            on_created: is given each of these users, before it is asked for.
            sleep, clock: seconds, from any beginning.
            random: spreads retries.
        """
        self._access = Access(
            send,
            base_url=base_url,
            username=username,
            password=password,
            rails=rails,
            sleep=sleep,
            clock=clock,
            random=random,
        )
        self._rails = rails
        self._budget = Budget(rails.changes)
        self._ledger = ledger
        self._acting = acting
        self._on_created = on_created
        self._creations: dict[int, Creation] = {}
        self._process = os.getpid()

    def preflight(self) -> None:
        """See that the account answers as tests need it; nothing is changed.

        Raises:
            PreflightFailed: it does not.
        """
        preflight.preflight(self._access, self._rails)

    def handle(self, request: Request) -> Response:
        """Answer a request.

        Raises:
            LiveRefused: it may not be sent.
            DefaultServiceRefused: it is for the default service, which is not configured.
            NoAnswer: no answer came, and it may not be sent again, or not any longer.
        """
        call = decode(request)
        self._require_own_process(request)
        username = self._access.username
        self._rails.check_credentials(request.authorization, username=username)
        self._rails.check_place(request, is_there=lambda service: self._is_there(request, service))
        if isinstance(call, Unrouted) or request.method == "GET":
            return self._ask(request)
        name = call.operation.name
        if call.operation.action is Action.CREATE:
            self._budget.spend(name)
            return self._create(request, call)
        entry = self._require_own(request, call)
        self._budget.spend(name)
        if call.operation.action is Action.DELETE:
            return self._delete(request, entry)
        return self._ask(request)

    def _require_own_process(self, request: Request) -> None:
        if os.getpid() != self._process:
            raise LiveRefused(
                f"{request.method} {request.path}: this process was forked from the run's, which"
                " would not know what to delete. Other processes ask the address that the fixture"
                " twilio_users_server gives. Nothing was sent."
            )

    def _is_there(self, request: Request, service_sid: str) -> bool:
        """Whether the account has a service, unless its answer says that it has not."""
        try:
            found = self._access.ask_own("GET", users_path(service_sid))
        except Lost as lost:
            self._give_up(request, lost, " The kit had looked for the service.")
        return not is_missing(found)

    def _ask(self, request: Request) -> Response:
        try:
            return self._access.ask(request)
        except Lost as lost:
            self._give_up(request, lost)

    def _give_up(self, request: Request, lost: Lost, more: str = "") -> NoReturn:
        call = decode(request)
        asked = (
            call.operation.name if isinstance(call, Call) else f"{request.method} {request.path}"
        )
        tried = len(lost.after) + 1
        times = "once" if tried == 1 else f"{tried} times within {self._rails.deadline:g} s"
        if not more and lost.may_have_arrived and request.method == "POST":
            more = " It may have arrived, so it was not sent again: whether it was carried out is"
            more += " unknown."
        raise NoAnswer(f"{asked}: no answer, tried {times}: {lost}.{more}") from None

    # Create

    def _create(self, request: Request, call: Call) -> Response:
        named = (*call.form, *call.query)
        identity = next((value for name, value in named if name == IDENTITY.name), "")
        if not identity:  # it can only be refused
            return self._ask(request)
        creation = Creation(clock=self._access.clock)
        entry = self._ledger.plan(call.service_sid, identity, test=self._acting())
        self._creations[entry.number] = creation
        try:
            self._on_created(entry)
            response = self._access.ask(request, before=creation.begin)
            self._note(entry, response)
        except Lost as lost:
            creation.end()
            if lost.may_have_arrived:
                return self._find_out(request, entry, creation, lost)
            self._ledger.gone(entry)
            self._give_up(request, lost)
        finally:
            creation.over.set()
        return response

    def _note(self, entry: Entry, response: Response) -> None:
        """Write down what came of a create. What can't be told stays planned."""
        body = json_object(response)
        if body is None:
            return
        if response.status == 201 and isinstance(body.get("sid"), str):
            self._ledger.created(entry, body["sid"])
        elif 400 <= response.status < 500:
            self._ledger.gone(entry)

    def _find_out(self, request: Request, entry: Entry, creation: Creation, lost: Lost) -> Response:
        """Look for the user of a create whose answer was lost; never ask for it again."""
        try:
            found = self._look_for(entry, creation)
        except Lost:
            self._give_up(request, lost, " Whether the user was made can't be told either.")
        if is_missing(found):
            self._give_up(request, lost, " No user was made.")
        made = self._made(entry, creation, found)
        if made is None:
            self._give_up(request, lost, " Whether the user was made can't be told.")
        if not made:
            self._ledger.gone(entry)
            self._give_up(request, lost, " A user of this identity was there before.")
        self._ledger.created(entry, _sid(found))
        shown = self._access.show(found, request.origin)
        return replace(shown, status=201, after=(*lost.after, LOST))

    def _made(self, entry: Entry, creation: Creation, found: Response) -> bool | None:
        """Whether a create made the user that was found; None if that can't be told."""
        owner = self._find(entry.service_sid, _sid(found))
        if owner is not None and owner.number != entry.number:
            return False
        return creation.made(found)

    def _look_for(self, entry: Entry, creation: Creation) -> Response:
        """Fetch a user by its identity, until it is there or will not turn up any more.

        Raises:
            Lost: there was no answer.
        """
        while True:
            found = self._access.ask_own("GET", users_path(entry.service_sid, entry.identity))
            wait = creation.unsettled()
            if not is_missing(found) or not wait:
                return found
            self._access.sleep(min(wait, LOOK_AGAIN))

    # Update, delete

    def _require_own(self, request: Request, call: Call) -> Entry | None:
        """The ledger's entry of the user that a request would change, if it has one.

        Raises:
            LiveRefused: the run did not make the user, or the path may mean something else.
        """
        user = call.user or ""
        entry = self._find(call.service_sid, user)
        allowed = self._rails.foreign_users or (entry is not None and entry.sid is not None)
        elsewhere = leads_elsewhere(user)
        if allowed and not elsewhere:
            return entry
        try:
            found = self._access.ask_own("GET", request.path)
        except Lost as lost:
            self._give_up(request, lost, " The kit had looked whose user it is.")
        if is_missing(found):  # so the change can only be refused
            return entry
        body = json_object(found) or {}
        if elsewhere and body.get("identity") != user:
            raise LiveRefused(
                f"{call.operation}: {request.path} answers {found.status} with something else than"
                " the user: the server reads its dots as steps. Nothing was changed."
            )
        if allowed:
            return entry
        return self._adopt(call, entry, found)

    def _adopt(self, call: Call, entry: Entry | None, found: Response) -> Entry:
        sid = _sid(found)
        owner = self._find(call.service_sid, sid)
        if owner is not None:
            return owner
        creation = self._creations.get(entry.number) if entry is not None else None
        if entry is not None and creation is not None and creation.made(found):
            return self._ledger.created(entry, sid)
        raise LiveRefused(
            f"{call.operation}: the kit did not make this user in this run, and leaves others"
            f" alone. If it may change them: {SETTINGS['foreign_users'].option}=yes"
        )

    def _delete(self, request: Request, entry: Entry | None) -> Response:
        response = self._ask(request)
        if entry is None or not _is_gone(response):
            return response
        self._ledger.gone(entry)
        if response.status == 404 and {LOST, str(UNAVAILABLE.status)} & set(response.after):
            # It was there, and an attempt before deleted it.
            return replace(response, status=204, headers=_without_body(response), body=b"")
        return response

    def _find(self, service_sid: str | None, user: str) -> Entry | None:
        """The entry of a user, whichever of its two paths a service has."""
        paths = [service_sid]
        if service_sid is None:
            paths.append(self._rails.default_service_sid)
        elif service_sid == self._rails.default_service_sid:
            paths.append(None)
        return next(filter(None, (self._ledger.find(path, user) for path in paths)), None)

    # Removal

    def remove(self, entry: Entry) -> None:
        """Delete a user that may have come to be; if it is gone or never was, all is well.

        Raises:
            Leftover: it could not be deleted, or whether it is there can't be told.
        """
        creation = self._creations.get(entry.number)
        if creation is not None:
            creation.over.wait()  # a thread may still be at it
        current = next((left for left in self._ledger.left if left.number == entry.number), None)
        if current is None:
            return
        end = self._access.clock() + self._rails.deadline
        pause = LOOK_AGAIN
        while True:
            reason, again = self._try_to_remove(current, creation)
            pause *= 2
            if not again or self._access.clock() + pause > end:
                break
            self._access.sleep(pause)
        if reason:
            named = f"User {current.sid}" if current.sid else "A user that may have been made"
            raise Leftover(
                f"{named} for {current.test} is left on the live account: {reason}."
                " `twilio-users sweep` removes it."
            )

    def _try_to_remove(self, entry: Entry, creation: Creation | None) -> tuple[str, bool]:
        """Why it is still there, an empty text if it is not; and whether to try again."""
        try:
            return self._remove(entry, creation), False
        except Lost as lost:
            return f"no answer, {lost}", False  # it was tried again until the deadline
        except _OutOfOrder as trouble:
            return str(trouble), True

    def _remove(self, entry: Entry, creation: Creation | None) -> str:
        """Delete it, or give the reason why not.

        Raises:
            Lost: there was no answer.
            _OutOfOrder: the service is out of order.
        """
        sid = entry.sid
        if sid is None:
            if creation is None or entry.identity is None:
                return "its SID is unknown"
            found = self._look_for(entry, creation)
            made = self._made(entry, creation, found)
            if is_missing(found) or made is False:
                self._ledger.gone(entry)
                return ""
            if made is None:
                reason = f"its SID is unknown, and the look for it was answered {found.status}"
                return _unless_out_of_order(found, reason)
            sid = _sid(found)
            entry = self._ledger.created(entry, sid)
        answer = self._access.ask_own("DELETE", users_path(entry.service_sid, sid))
        if not _is_gone(answer):
            return _unless_out_of_order(answer, f"its delete was answered {answer.status}")
        self._ledger.gone(entry)
        return ""


def _sid(found: Response) -> str:
    """The SID of a user that was fetched; an empty text if it can't be read."""
    return str((json_object(found) or {}).get("sid") or "")


class _OutOfOrder(Exception):
    """The service could not do what it was asked for, and may later."""


def _unless_out_of_order(answer: Response, reason: str) -> str:
    if answer.status >= 500:
        raise _OutOfOrder(reason)
    return reason


def _is_gone(response: Response) -> bool:
    return response.status == 204 or is_missing(response)


def _without_body(response: Response) -> tuple[tuple[str, str], ...]:
    return tuple(header for header in response.headers if not header[0].startswith("content-"))
