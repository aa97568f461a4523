"""The backend that answers from memory."""

from email.utils import formatdate
from functools import lru_cache
from urllib.parse import urlencode

from pytest_twilio_users.backends.state_faults import answer_with
from pytest_twilio_users.contract import refusals
from pytest_twilio_users.contract.models import JsonObject, format_date
from pytest_twilio_users.contract.operations import (
    BOOLEANS,
    PAGE,
    PAGE_SIZE,
    PAGE_TOKEN,
    Action,
)
from pytest_twilio_users.contract.refusals import Refusal
from pytest_twilio_users.contract.sids import SidKind
from pytest_twilio_users.contract.webhooks import AFTER, UPDATE
from pytest_twilio_users.faults.fault_table import is_of_state
from pytest_twilio_users.settings import Credentials
from pytest_twilio_users.state.account import Account
from pytest_twilio_users.state.behaviour import carry_out, foresee
from pytest_twilio_users.state.pages import StoredPage
from pytest_twilio_users.state.shelf import T
from pytest_twilio_users.state.store import StoredUser
from pytest_twilio_users.wire.codec import (
    JSON_TYPE,
    Call,
    Unrouted,
    decode,
    decode_credentials,
    encode_json,
    refusal_body,
)
from pytest_twilio_users.wire.messages import Headers, Request, Response, describe_body
from pytest_twilio_users.wire.paths import users_path

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

# What a published real answer of this API had (2025-02), less what CloudFront adds.
_FIXED_HEADERS: Headers = (
    ("x-api-domain", "conversations.twilio.com"),
    ("twilio-request-duration", "0.001"),
    ("twilio-concurrent-requests", "1"),
    ("x-home-region", "us1"),
    ("x-shenanigans", "none"),
    ("x-powered-by", "AT-5000"),
    ("access-control-allow-origin", "*"),
    (
        "access-control-allow-headers",
        (
            "Accept, Authorization, Content-Type, If-Match, If-Modified-Since, If-None-Match,"
            " If-Unmodified-Since, Idempotency-Key"
        ),
    ),
    ("access-control-allow-methods", "GET, POST, DELETE, OPTIONS"),
    ("access-control-allow-credentials", "true"),
    ("access-control-expose-headers", "ETag"),
)

_ENABLED = BOOLEANS[0]


class StubBackend:
    """A stateful stand-in for the ten operations; each answer is bytes, as Twilio's would be.

    Safe for threads: one request is answered at a time.
    """

    def __init__(self, account: Account) -> None:
        self.account = account

    def handle(self, request: Request) -> Response:
        """Answer a request."""
        call = decode(request)
        with self.account.lock:
            if isinstance(call, Unrouted) and call.preflight:  # by a browser, which asks as nobody
                return self.respond(204, None)
            fault = request.fault
            if isinstance(call, Call) and is_of_state(fault):
                return answer_with(fault, self.account, request, call, self._answer)
            return self._answer(request)

    def tell_before(self, request: Request) -> None:
        """Tell of the change that a request is about to make, if that is told before."""
        call = decode(request)
        with self.account.lock:
            if isinstance(call, Unrouted) or self.refuse_credentials(request.authorization):
                return
            user = foresee(self.account, call)
            if user is not None:
                self.account.hear(UPDATE, user, request)

    def _answer(self, request: Request) -> Response:
        call = decode(request)
        refusal = self.refuse_credentials(request.authorization)
        if refusal is not None:
            return self.refuse(request, refusal)
        if isinstance(call, Unrouted):
            unknown = refusals.METHOD_NOT_ALLOWED if call.known else refusals.NOT_FOUND
            return self.refuse(request, unknown)
        outcome = carry_out(self.account, call)
        if isinstance(outcome, Refusal):
            return self.refuse(request, outcome)
        if outcome is None:
            return self.respond(call.operation.status, None)
        # `/v1/Users/alice` and `/v1/Users` both have their users below `/v1/Users`.
        users_url = request.origin + request.path.partition("/Users")[0] + "/Users"
        if isinstance(outcome, StoredPage):
            return self.respond(call.operation.status, self._page(outcome, users_url))
        action = call.operation.action
        if call.webhook_enabled == _ENABLED:  # a fetch has no such header
            self.account.hear(AFTER[action], outcome, request)
        fetched = action is Action.FETCH
        body = user_body(outcome, self.account.sid, users_url, reachability=fetched)
        return self.respond(call.operation.status, body)

    def refuse_credentials(self, authorization: str | None) -> Refusal | None:
        """The refusal that credentials meet, whatever is asked for."""
        credentials = decode_credentials(authorization)
        if credentials is None:
            return refusals.NO_CREDENTIALS
        accepted = self.account.settings.credentials
        if accepted is Credentials.TEST:
            return refusals.TEST_CREDENTIALS
        if accepted is Credentials.EXACT:
            username, password = credentials
            is_key = SidKind.API_KEY.matches(username)
            if not is_key and not SidKind.ACCOUNT.matches(username):
                return refusals.USERNAME_INVALID
            if (not is_key and username != self.account.sid) or password != self.account.auth_token:
                return refusals.TOKEN_WRONG
        return None

    def refuse(self, request: Request, refusal: Refusal) -> Response:
        """Refuse a request, whatever it asks for."""
        body = refusal_body(refusal, path=request.path, method=request.method)
        return self.respond(refusal.status, body)

    def respond(self, status: int, body: JsonObject | None) -> Response:
        """Answer by this JSON, or by no body."""
        content = b""
        described: Headers = ()
        if body is not None:
            content = encode_json(body)
            described = describe_body(content, JSON_TYPE)
        headers = (
            *described,
            ("date", _http_date(int(self.account.clock().timestamp()))),
            ("twilio-request-id", self.account.sids.next(SidKind.REQUEST)),
            *_FIXED_HEADERS,
        )
        return Response(status=status, headers=headers, body=content)

    def _page(self, page: StoredPage[StoredUser], users_url: str) -> JsonObject:
        users = [
            user_body(user, self.account.sid, users_url, reachability=False) for user in page.items
        ]
        return page_body(page, users, key="users", url=users_url)


def page_body(
    page: StoredPage[T], items: list[JsonObject], *, key: str, url: str, query: str = ""
) -> JsonObject:
    """A page as Twilio's JSON. Its links lead to `url`, with a query before that of the page."""

    def link(number: int, token: str | None) -> str:
        placed: dict[str, object] = {PAGE_SIZE.name: page.size, PAGE.name: number}
        if token is not None:
            placed[PAGE_TOKEN.name] = token
        return f"{url}?{query}{urlencode(placed)}"

    return {
        "meta": {
            "page": page.number,
            "page_size": page.size,
            "first_page_url": link(0, None),
            "previous_page_url": page.previous_token
            and link(max(page.number - 1, 0), page.previous_token),
            "url": link(page.number, page.token),
            "next_page_url": page.next_token and link(page.number + 1, page.next_token),
            "key": key,
        },
        key: items,
    }


def fetched_user(account: Account, user: StoredUser, *, origin: str) -> JsonObject:
    """A user as a fetch at `origin` tells it; where the short path leads to it, by that path."""
    in_default = user.service_sid == account.default_service_sid
    users_url = origin + users_path(None if in_default else user.service_sid)
    return user_body(user, account.sid, users_url, reachability=True)


def user_body(
    user: StoredUser, account_sid: str, users_url: str, *, reachability: bool
) -> JsonObject:
    """A user as Twilio's JSON. `reachability` tells is_online and is_notifiable."""
    url = f"{users_url}/{user.sid}"
    return {
        "sid": user.sid,
        "account_sid": account_sid,
        "chat_service_sid": user.service_sid,
        "role_sid": user.role_sid,
        "identity": user.identity,
        "friendly_name": user.friendly_name,
        "attributes": user.attributes,
        "is_online": user.is_online if reachability else None,
        "is_notifiable": user.is_notifiable if reachability else None,
        "date_created": _iso_date(user.date_created),
        "date_updated": _iso_date(user.date_updated),
        "url": url,
        "links": {"user_conversations": f"{url}/Conversations"},
    }


@lru_cache(maxsize=8)
def _http_date(timestamp: int) -> str:
    return formatdate(timestamp, usegmt=True)


# Users come in crowds of the same second.
_iso_date = lru_cache(maxsize=64)(format_date)
