"""A client under test, asked about one service's users: what it puts on the wire.

PYTEST_DONT_REWRITE: each assertion has its own words, and pytest's would only repeat them.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, settings

from pytest_twilio_users.adapters import ClientUnderTest, Refused, SeenUser
from pytest_twilio_users.contract.models import User
from pytest_twilio_users.contract.operations import OPERATIONS, Action, Operation, operation_name
from pytest_twilio_users.errors import InvalidArgument
from pytest_twilio_users.wire.codec import JSON_TYPE, Call, decode, encode_json
from pytest_twilio_users.wire.journal import Exchange, Journal
from pytest_twilio_users.wire.messages import Response

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

MANY_PAGES = 20
"""More requests than any list of a test needs."""

ARGUMENTS = {action: () if action is Action.LIST else ("ada",) for action in Action}
"""Arguments for each action, for tests in which they do not matter."""

every_action = pytest.mark.parametrize("action", Action)

# The same tests run for each subclass, which is no mistake. One failure at a time is enough
# to read. An explanation would name lines of the kit, and takes longer than all the rest.
shared = settings(
    suppress_health_check=[HealthCheck.differing_executors],
    report_multiple_bugs=False,
    phases=[phase for phase in settings().phases if phase is not Phase.explain],
)

LISTS = tuple(operation for operation in OPERATIONS.values() if operation.action is Action.LIST)
"""The list of the default service, and that of a named one."""


@dataclass(frozen=True, kw_only=True)
class Examination:
    """The client under test, with the users of one service.

    `service_sid` is None for the account's default service by its short path,
    `twilio_users` the handle.
    """

    client: ClientUnderTest
    twilio_users: Any
    service_sid: str | None

    @property
    def journal(self) -> Journal:
        """What was said in the running example."""
        journal: Journal = self.twilio_users.journal
        return journal

    def operation(self, action: Action) -> Operation:
        """The operation that does this for the service."""
        return OPERATIONS[operation_name(action, in_service=self.service_sid is not None)]

    def add_user(self, identity: str | None = None) -> User:
        """Add a user to the service, behind the client's back."""
        user: User = self.twilio_users.add_user(identity, service_sid=self.service_sid)
        return user

    def remove_user(self, user: User) -> None:
        """Remove a user of the service, behind the client's back."""
        self.twilio_users.client.delete_service_user(user.chat_service_sid, user.sid)

    def ask(self, action: Action, *arguments: str, **parameters: Any) -> Any:
        """Ask the client. A test of an operation that it does not have is skipped."""
        try:
            return self.client.ask(action, self.service_sid, *arguments, **parameters)
        except NotImplementedError:
            skip = pytest.skip.Exception(f"the adapter has no {self.operation(action)}")
            # In whichever example it shows: Hypothesis is to note none.
            vars(skip)["add_note"] = lambda _: None
            raise skip from None

    def sent(self, action: Action, *arguments: str, **parameters: Any) -> tuple[Exchange, Call]:
        """Ask the client; give what it sent, and what that says.

        What the client makes of the answer is another promise's business.
        """
        try:
            self.ask(action, *arguments, **parameters)
        except Exception:
            if not self.journal:
                raise
        assert len(self.journal) == 1, (
            f"The client did not send exactly one request:\n{self.journal}"
        )
        exchange = self.journal.last
        call = decode(exchange.request)
        reached = (call.operation, call.service_sid) if isinstance(call, Call) else None
        meant = (self.service_sid, *arguments) if self.service_sid else arguments
        assert reached == (self.operation(action), self.service_sid), (
            f"{exchange}\n"
            "The client should have sent"
            f" {self.operation(action)}({', '.join(map(repr, meant))})"
        )
        assert isinstance(call, Call)
        return exchange, call

    def refused(self, action: Action, expected: Refused) -> None:
        """Ask the client for what fails; require an error, with a code if one is expected."""
        try:
            answer = self.ask(action, *ARGUMENTS[action])
        except InvalidArgument as nothing:  # the adapter gave something that is not a user
            pytest.fail(f"{self.journal.last}\nThe client raised no error. {nothing}")
        except Exception as error:  # each client has errors of its own
            raised, told = error, Refused.from_error(error)
        else:
            pytest.fail(f"{self.journal.last}\nThe client raised no error and returned {answer!r}")
        if expected.code is None:
            told = replace(told, code=None)
        assert told == expected, (
            f"{self.journal.last}\n"
            f"The client raised {raised!r}\n"
            f"It shows {told}, expected {expected}"
        )

    def listed(
        self, *, between_pages: Callable[[], None] = lambda: None, **parameters: Any
    ) -> list[SeenUser]:
        """List the users, with something done before each page but the first."""
        requests = count()

        def before(_: httpx.Request) -> None:
            number = next(requests)
            assert number < MANY_PAGES, f"The pages do not end:\n{self.journal.table(last=5)}"
            if number:
                between_pages()

        self.twilio_users.routes[self.operation(Action.LIST).name].mock(side_effect=before)
        users: list[SeenUser] = self.ask(Action.LIST, **parameters)
        return users

    def answer(self, action: Action, response: Response) -> None:
        """Have the operation answered with this; a list ends with an empty page after it."""
        last = empty_page(next_page_url=None) if action is Action.LIST else response
        left = iter([response])

        def answer(_: httpx.Request) -> httpx.Response:
            now = next(left, last)
            return httpx.Response(now.status, headers=now.headers, content=now.body)

        # The links of a page that was made up lead to either list.
        operations = LISTS if action is Action.LIST else (self.operation(action),)
        for operation in operations:
            self.twilio_users.routes[operation.name].mock(side_effect=answer)


def empty_page(*, next_page_url: str | None) -> Response:
    """A page of a list on which there is nobody."""
    url = "https://conversations.twilio.com/v1/Users?PageSize=50&Page=0"
    meta = {
        "page": 0,
        "page_size": 50,
        "first_page_url": url,
        "previous_page_url": None,
        "url": url,
        "next_page_url": next_page_url,
        "key": "users",
    }
    body = encode_json({"meta": meta, "users": []})
    return Response(status=200, headers=(("content-type", JSON_TYPE),), body=body)
