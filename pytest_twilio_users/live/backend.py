"""The backend that asks a live account, where it deletes what it made."""

import os
from collections.abc import Callable
from dataclasses import replace
from typing import NoReturn

from pytest_twilio_users.contract.operations import ATTRIBUTES, FRIENDLY_NAME, IDENTITY, Action
from pytest_twilio_users.contract.refusals import UNAVAILABLE
from pytest_twilio_users.errors import LiveRefused, NoAnswer
from pytest_twilio_users.live.access import Access, is_gone, is_missing, sid_of
from pytest_twilio_users.live.creations import Creations
from pytest_twilio_users.live.ledger import Ledger
from pytest_twilio_users.live.ledger_lines import Entry, mark_of
from pytest_twilio_users.live.pacing import Budget
from pytest_twilio_users.live.rails import (
    asked_for,
    check_credentials,
    check_place,
    leads_elsewhere,
)
from pytest_twilio_users.live.retrying import LOST, Lost
from pytest_twilio_users.settings import SETTINGS
from pytest_twilio_users.wire.codec import Call, json_object
from pytest_twilio_users.wire.messages import Request, Response
from pytest_twilio_users.wire.paths import users_path

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class LiveBackend:
    """Sends requests to a live account, within its rails; safe for threads.

    Each user is in the ledger before it is asked for, and handed to `on_created`
    then: `remove` it when who is acting ends, whatever came of it. A test sees
    what one request without a hitch would have shown, or an error of the kit.
    `acting` names the test or fixture that acts; `foreign_users` tells whether users
    may be changed that the run did not make.
    """

    def __init__(
        self,
        access: Access,
        *,
        ledger: Ledger,
        foreign_users: bool,
        acting: Callable[[], str],
        on_created: Callable[[Entry], None],
    ) -> None:
        self._access = access
        self._budget = Budget(access.limits.changes)
        self._ledger = ledger
        self._foreign_users = foreign_users
        self._acting = acting
        self._on_created = on_created
        self._creations = Creations(access, ledger)
        self._process = os.getpid()

    def handle(self, request: Request) -> Response:
        """Answer a request.

        Raises:
            LiveRefused: it may not be sent.
            DefaultServiceRefused: it is for the default service, which is not configured.
            NoAnswer: no answer came, and it may not be sent again, or not any longer.
        """
        self._require_own_process(request)
        account = self._access.account
        check_credentials(request.authorization, account, reads=request.method == "GET")
        change = check_place(
            request, account, is_there=lambda service: self._is_there(request, service)
        )
        if change is None:
            return self._ask(request)
        action = change.operation.action
        entry = None if action is Action.CREATE else self._require_own(request, change)
        self._budget.spend(asked_for(request))
        if action is Action.CREATE:
            return self._create(request, change)
        if action is Action.DELETE:
            return self._delete(request, change, entry)
        return self._ask(request)

    @property
    def changes_sent(self) -> int:
        """How many changes counted against what this process may send."""
        return self._budget.spent

    def remove(self, entry: Entry) -> None:
        """Delete a user that may have come to be; if it is gone or never was, all is well.

        Raises:
            Leftover: it could not be deleted, or whether it is there can't be told.
        """
        self._creations.remove(entry)

    def _require_own_process(self, request: Request) -> None:
        if os.getpid() != self._process:
            raise LiveRefused(
                f"{request.method} {request.path}: this process is a fork of the run's process,"
                " so the run would not know what to delete. Send its requests to the fixture"
                " twilio_users_server. Nothing was sent."
            )

    def _is_there(self, request: Request, service_sid: str) -> bool:
        """Whether the account has a service, unless its answer says that it has not."""
        return not is_missing(
            self._look(request, users_path(service_sid), "whether the service exists")
        )

    def _look(self, request: Request, path: str, wanted: str) -> Response:
        """Read what decides whether a request may be sent."""
        try:
            return self._access.ask_own("GET", path)
        except Lost as lost:
            self._give_up(request, lost, f" The kit was checking {wanted}.")

    def _ask(self, request: Request) -> Response:
        try:
            return self._access.ask(request)
        except Lost as lost:
            self._give_up(request, lost)

    def _give_up(self, request: Request, lost: Lost, more: str = "") -> NoReturn:
        tried = len(lost.after) + 1
        times = "once" if tried == 1 else f"{tried} times within {self._access.limits.deadline:g} s"
        tried_once = lost.may_have_arrived and request.method == "POST"
        if tried_once and not more:
            more = (
                " The request may have arrived, so the kit did not send it again. Its outcome"
                " is unknown."
            )
        error = NoAnswer(f"{asked_for(request)}: no answer, tried {times}: {lost}.{more}")
        error.ends_run = not tried_once
        raise error from None

    # Create

    def _create(self, request: Request, call: Call) -> Response:
        given = dict(call.query) | dict(call.form)
        identity = given.get(IDENTITY.name)
        if not identity:  # it should be refused
            response = self._ask(request)
            self._adopt(call.service_sid, response)
            return response
        entry = self._ledger.plan(call.service_sid, identity, test=self._acting())
        mark = mark_of(given.get(FRIENDLY_NAME.name), given.get(ATTRIBUTES.name))
        creation = self._creations.begin(entry, mark=mark)
        try:
            self._on_created(entry)
            response = self._access.ask(request, before=creation.begin)
            creation.end(response)
            self._note(entry, response)
        except Lost as lost:
            creation.end()
            if lost.may_have_arrived:
                return self._find_out(request, entry, lost)
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
        if 200 <= response.status < 300 and isinstance(body.get("sid"), str):
            self._ledger.created(entry, body["sid"])
        elif 400 <= response.status < 500:
            self._ledger.gone(entry)

    def _adopt(self, service_sid: str | None, response: Response) -> None:
        """Take a user for one of the run's that was made although nothing named it."""
        body = json_object(response) or {}
        if 200 <= response.status < 300 and isinstance(body.get("sid"), str):
            entry = self._ledger.plan(
                service_sid, str(body.get("identity") or ""), test=self._acting()
            )
            self._creations.begin(entry, mark="").over.set()
            self._on_created(entry)
            self._ledger.created(entry, body["sid"])

    def _find_out(self, request: Request, entry: Entry, lost: Lost) -> Response:
        """Look for the user of a create whose answer was lost; never ask for it again."""
        try:
            found = self._creations.look_for(entry)
        except Lost:
            self._give_up(request, lost, " The kit could not find out whether the user was made.")
        if is_missing(found):
            self._ledger.gone(entry)
            self._give_up(request, lost, " No user was made.")
        made = self._creations.made(entry, found)
        if made is None:
            self._give_up(request, lost, " The kit can't tell whether this request made the user.")
        if not made:
            self._ledger.gone(entry)
            self._give_up(request, lost, " A user with this identity existed before.")
        self._ledger.created(entry, sid_of(found))
        shown = self._access.show(found, request.origin)
        return replace(shown, status=201, after=(*lost.after, LOST))

    # Update, delete

    def _require_own(self, request: Request, call: Call) -> Entry | None:
        """The ledger's entry of the user that a request would change, if it has one.

        Raises:
            LiveRefused: the run did not make the user, or the path may mean something else.
        """
        user = call.user or ""
        entry = self._find(request, call.service_sid, user)
        allowed = self._foreign_users or (entry is not None and entry.sid is not None)
        elsewhere = leads_elsewhere(user)
        if allowed and not elsewhere:
            return entry
        found = self._look(request, request.path, "whose user it is")
        if is_missing(found):  # so the change can only be refused
            return entry
        body = json_object(found) or {}
        if elsewhere and body.get("identity") != user:
            raise LiveRefused(
                f"{asked_for(request)}: {request.path} answers {found.status} with something"
                " else than the user: the server reads the dots as steps in the path. Nothing"
                " was changed. Use the user's SID."
            )
        if allowed:
            return entry
        sid = sid_of(found)
        owner = self._ledger.find(call.service_sid, sid)
        if owner is not None:
            return owner
        if entry is not None and self._creations.made(entry, found):
            return self._ledger.created(entry, sid)
        raise LiveRefused(
            f"{asked_for(request)}: this run did not make the user, so the kit does not change"
            f" it. To allow that: {SETTINGS['foreign_users'].option}=yes"
        )

    def _find(self, request: Request, service_sid: str | None, user: str) -> Entry | None:
        """The ledger's entry of a user; by an identity only while its own user has that."""
        while True:
            entry = self._ledger.find(service_sid, user)
            if entry is None or entry.sid in (None, user):
                return entry
            path = users_path(entry.service_sid, entry.sid)
            found = self._look(request, path, "whose user it is")
            if not is_missing(found):
                return entry if found.status == 200 else None
            self._ledger.gone(entry)  # and its identity may be somebody else's by now

    def _delete(self, request: Request, call: Call, entry: Entry | None) -> Response:
        response = self._ask(request)
        if entry is None or not is_gone(response):
            return response
        repeated = {LOST, str(UNAVAILABLE.status)} & set(response.after)
        if response.status == 204 or repeated or call.user == entry.sid:
            self._ledger.gone(entry)  # else its identity leads nowhere, as it may be spelt
        if response.status == 404 and repeated:
            # It was there, and an attempt before deleted it.
            headers = tuple(h for h in response.headers if not h[0].startswith("content-"))
            return replace(response, status=204, headers=headers, body=b"")
        return response
