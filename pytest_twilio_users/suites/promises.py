"""What is promised: by a server of Twilio Users, by a client."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from pytest_twilio_users.contract.behaviours import BEHAVIOURS, Behaviour
from pytest_twilio_users.contract.refusals import REFUSALS, Refusal

PROMISES: Mapping[str, Behaviour | Refusal] = {**BEHAVIOURS, **REFUSALS}
"""All that a server can promise, by name: behaviours or refusals of the contract."""

OF_THE_STUB = frozenset(
    {
        *("any_credentials", "any_service", "any_role"),
        *("any_pace", "changes_counted", "any_concurrency"),
    }
)
"""What describes the stub alone."""

UNASKED: Mapping[str, str] = {
    **dict.fromkeys(sorted(OF_THE_STUB), "the stub alone does so"),
    "test_credentials": "with test credentials there is nothing else to see",
    "too_many_requests": "no suite floods a server to see it refuse",
    "too_many_changes": "no suite floods a server to see it refuse",
    "webhook_refused": "it takes a webhook that refuses",
    "internal_error": "no server fails when it is asked to",
    "unavailable": "no server fails when it is asked to",
}
"""What no test of a server can show, and why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ClientPromise:
    """Something that a client must do; `reason` is why that matters."""

    statement: str
    reason: str


CLIENT_PROMISES = {
    "operation_reaches_its_service": ClientPromise(
        statement="Each operation asks for its own path, in the service that was named",
        reason="The account's default service is another set of users.",
    ),
    "identity_is_one_segment": ClientPromise(
        statement="An identity in the path is one percent-encoded segment",
        reason="Unencoded, `a/b`, `a?b`, `a#b` and `..` ask for another user, or for the list:"
        " a delete hits somebody else.",
    ),
    "parameters_arrive": ClientPromise(
        statement="Create and update send Identity, FriendlyName and RoleSid unchanged, once",
        reason="Twilio stores what arrives. It can't know that something else was meant.",
    ),
    "nothing_else_is_sent": ClientPromise(
        statement="What was not given is not sent",
        reason="An empty text or the word None overwrites what was there.",
    ),
    "attributes_are_one_object": ClientPromise(
        statement="Attributes are sent once, as the text of one JSON object",
        reason="Twilio refuses other text; sent key by key, the values are lost.",
    ),
    "webhook_header_is_sent": ClientPromise(
        statement="Create, update and delete send X-Twilio-Webhook-Enabled as true or false",
        reason="Without it Twilio calls no webhook, and nobody hears of the change.",
    ),
    "credentials_are_sent": ClientPromise(
        statement="Each request has credentials in its Authorization header, and only there",
        reason="Addresses and bodies end up in logs.",
    ),
    "nothing_is_ignored": ClientPromise(
        statement="Nothing is sent that Twilio ignores, such as JSON or a misspelt parameter",
        reason="Twilio answers as if nothing had been sent.",
    ),
    "pages_are_followed": ClientPromise(
        statement="A list follows all pages: each user once, in the order of the answers",
        reason="Otherwise the users of later pages are missing.",
    ),
    "pages_survive_changes": ClientPromise(
        statement="A list has each user that stays exactly once, while others come and go",
        reason="A client that counts pages, and follows no links, repeats or misses users.",
    ),
    "page_size_in_bounds": ClientPromise(
        statement="PageSize is between 1 and 50, whatever the limit",
        reason="50 is the documented maximum; what Twilio does beyond it may change.",
    ),
    "limit_is_kept": ClientPromise(
        statement="A list with a limit has that many users, or all if there are fewer",
        reason="A page may be longer or shorter than the limit.",
    ),
    "foreign_links_get_no_credentials": ClientPromise(
        statement="A page's link to another host is not followed with credentials",
        reason="Whoever can change an answer would get the credentials.",
    ),
    "refusals_are_errors": ClientPromise(
        statement="Each refusal comes out as an error with its status and code",
        reason="Only the code shows whether an identity is taken or malformed.",
    ),
    "problem_details_are_errors": ClientPromise(
        statement="A refusal in the form of RFC 9457 comes out as an error with its status",
        reason="Newer APIs of Twilio refuse in that form.",
    ),
    "proxy_errors_are_errors": ClientPromise(
        statement="An error page that is not JSON comes out as an error with its status",
        reason="A proxy between a client and Twilio may answer in HTML.",
    ),
    "answers_are_read": ClientPromise(
        statement="Each answer that the contract allows is read, and shown as it was given",
        reason="Twilio's schema allows null in every field, and new fields may come.",
    ),
    "dates_are_moments": ClientPromise(
        statement="A date-time is shown with its time zone, or as text",
        reason="Twilio answers in GMT; a naive date-time is taken for local time.",
    ),
    "unreadable_answers_are_told": ClientPromise(
        statement="A success without a JSON object, or without a user page, comes out as an error",
        reason="An empty user, or an empty list, looks like an answer.",
    ),
    "broken_answers_are_told": ClientPromise(
        statement="A success whose status or field breaks the contract comes out as an error",
        reason="Its values are wrong, and somebody notices much later.",
    ),
    "nothing_is_sent_twice": ClientPromise(
        statement="A create or update that failed with 500 or 503 is not sent again",
        reason="Twilio may have carried it out. Only of 429 it is known that nothing was done.",
    ),
}
"""What the client suite asks of a client, by name."""

RESILIENCE_PROMISES = {
    "lost_creates_are_not_repeated": ClientPromise(
        statement="A create whose answer was lost is not sent again, unless the client looked"
        " for the user in between",
        reason="Twilio may have carried it out. A second create then fails, as if somebody else"
        " had taken the identity.",
    ),
    "rate_limits_are_survived": ClientPromise(
        statement="What was refused with 429 is sent again, or comes out as an error with its"
        " status",
        reason="Nothing was done. A caller that knows the status can send it again.",
    ),
    "retry_after_is_waited_for": ClientPromise(
        statement="A client that claims to wait for Retry-After waits that many seconds",
        reason="An earlier request is refused again.",
    ),
    "reads_are_tried_again": ClientPromise(
        statement="A fetch or list that failed by 503, or lost its connection, is sent again,"
        " or comes out as an error",
        reason="Such a failure passes. The caller need not see it.",
    ),
    "retries_wait": ClientPromise(
        statement="What was refused with 429 or 503 is not sent again at once",
        reason="Twilio asks for backoff. A client that sends again at once stays over the limit.",
    ),
    "retries_end": ClientPromise(
        statement="Retries end, and the last refusal comes out as an error with its status",
        reason="Otherwise the caller waits for ever.",
    ),
    "refusals_for_good_are_final": ClientPromise(
        statement="What was refused with 400, 401, 403, 404 or 409 is sent once",
        reason="The same request is refused again, and counts against the limits.",
    ),
    "timeouts_are_errors": ClientPromise(
        statement="An answer that does not come in time comes out as an error",
        reason="A client without a timeout hangs, and so does its caller.",
    ),
    "lost_connections_are_errors": ClientPromise(
        statement="A request that was not answered comes out as an error",
        reason="An empty user, or a delete that was not done, looks like an answer.",
    ),
    "broken_bodies_are_told": ClientPromise(
        statement="A proxy's page comes out as an error with its status, whatever that is, and"
        " an answer that is cut off as an error",
        reason="Only the status shows that a server other than Twilio answered.",
    ),
}
"""What the resilience suite asks of a client, by name."""

OF_CLIENTS: Mapping[str, ClientPromise] = {**CLIENT_PROMISES, **RESILIENCE_PROMISES}
"""All that a client can promise, by name."""


def promise(*names: str) -> pytest.MarkDecorator:
    """Mark a test with the promises that it proves, of a server or of a client.

    Raises:
        KeyError: the tables have no such name.
    """
    for name in names:
        if name not in PROMISES and name not in OF_CLIENTS:
            raise KeyError(name)
    return pytest.mark.twilio_users_promise(*names)
