"""The control endpoints of a served stub, for tests in any language."""

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any

from pytest_twilio_users.backends.stub import fetched_user
from pytest_twilio_users.contract.arguments import as_text, require_whole
from pytest_twilio_users.errors import InvalidArgument, brief, did_you_mean, known_names
from pytest_twilio_users.faults.fault_plan import FaultPlan
from pytest_twilio_users.faults.fault_table import make_fault
from pytest_twilio_users.neighbours.answering import resource
from pytest_twilio_users.neighbours.memory import StoredNeighbour
from pytest_twilio_users.server.log import as_json
from pytest_twilio_users.server.seeds import read_seeds
from pytest_twilio_users.server.served_stub import PREFIX, ServedStub
from pytest_twilio_users.state.store import StoredUser
from pytest_twilio_users.transports.asgi import json_response
from pytest_twilio_users.transports.real_faults import Peer
from pytest_twilio_users.transports.webhook_targets import find_target, require_token
from pytest_twilio_users.wire.codec import no_duplicates
from pytest_twilio_users.wire.journal import Exchange
from pytest_twilio_users.wire.messages import Headers, Request, Response, describe_body
from pytest_twilio_users.wire.webhook import Webhook

HEALTH = f"{PREFIX}health"
"""The endpoint that only shows that the server is up, so it needs no token."""

MOST_TIMES = 1_000_000
"""How often an operation can be planned to be refused; whoever means more means always."""

_TEXT = "text/plain; charset=utf-8"
_REFUSAL = ("operation", "refusal", "times")
_A_REFUSAL = '{"operation": "create_user", "refusal": "too_many_requests", "times": 2}'
_COUNTS = ("times", "after", "every")
_FAULT = ("operation", "fault", "arguments", *_COUNTS)
_A_FAULT = '{"operation": "create_user", "fault": "slow", "arguments": {"seconds": 3}, "times": 1}'

_DELIVERY = ("url", "signed_url", "auth_token", "events")
_A_DELIVERY = '{"url": "http://127.0.0.1:8000/hooks", "auth_token": "…"}'


class Control:
    """Answers requests below `PREFIX`, and passes all others to the stub.

    No web page is answered: a browser says that one asks. With a token, it is
    to come as `Authorization: Bearer …`. Without one, nothing is answered where the
    server is `remote`: others than this machine reach it. Anybody may ask for `HEALTH`.
    """

    def __init__(self, stub: ServedStub, *, token: str | None, remote: bool) -> None:
        self._stub = stub
        self._token = token
        self._remote = remote
        self._endpoints: dict[str, dict[str, Callable[[Request], Awaitable[Response]]]] = {
            "reset": {"POST": self._reset},
            "seed": {"POST": self._seed},
            "refuse": {"POST": self._refuse},
            "fault": {"POST": self._fail},
            "state": {"GET": self._state},
            "journal": {"GET": self._journal},
            "webhooks": {"GET": self._webhooks, "POST": self._deliver},
            "explain": {"GET": self._explain},
            "health": {"GET": self._health, "HEAD": self._health},
        }

    async def answer(self, request: Request, peer: Peer | None) -> Response | None:
        """Answer a request."""
        if not f"{request.path}/".startswith(PREFIX):
            return await self._stub.answer_async(request, peer)
        kept_out = None if request.path == HEALTH else self._keep_out(request)
        return kept_out or await self._ask(request)

    async def _ask(self, request: Request) -> Response:
        """Answer a request for an endpoint."""
        name = request.path[len(PREFIX) :]
        if name not in self._endpoints:
            known = known_names(name, self._endpoints)
            return _error(404, f"There is no {PREFIX}{name}.{known}")
        by_method = self._endpoints[name]
        if request.method not in by_method:
            said = f"{PREFIX}{name} answers {' or '.join(by_method)}, not {request.method}."
            return _error(405, said, headers=(("allow", ", ".join(by_method)),))
        if request.query:
            return _error(400, f"{PREFIX}{name} takes no query; found {request.query!r}.")
        try:
            return await by_method[request.method](request)
        except InvalidArgument as error:
            return _error(400, str(error))

    def _keep_out(self, request: Request) -> Response | None:
        if self._remote and not self._token:
            return _error(
                403,
                "Other machines can reach this server, so its control endpoints need a"
                " --control-token.",
            )
        page = request.header("origin") or request.header("sec-fetch-site") or "none"
        if page != "none":  # which is said of an address that somebody typed
            return _error(403, "Control endpoints do not answer web pages.")
        if self._token and not _brings(request.authorization, self._token):
            return _error(
                401,
                "The control token is missing or wrong. Send: Authorization: Bearer …",
                headers=(("www-authenticate", "Bearer"),),
            )
        return None

    async def _reset(self, _request: Request) -> Response:
        self._stub.reset()
        return Response(status=204)

    async def _seed(self, request: Request) -> Response:
        seeds = read_seeds(request.body, source="the body")
        planted = self._stub.plant(seeds, source="the body")
        return json_response(201, self._told(planted, request.origin))

    async def _refuse(self, request: Request) -> Response:
        operation, refusal, times = _read_refusal(request.body)
        self._stub.refuse(operation, refusal, times=times)
        return Response(status=204)

    async def _fail(self, request: Request) -> Response:
        operation, plan = _read_plan(request.body)
        self._stub.fail(operation, plan)
        return Response(status=204)

    async def _state(self, request: Request) -> Response:
        account = self._stub.account
        state = {
            "account_sid": account.sid,
            "default_service_sid": account.default_service_sid,
            **self._told([*account.store.users(), *self._stub.known_neighbours()], request.origin),
        }
        return json_response(200, state)

    async def _journal(self, _request: Request) -> Response:
        journal = self._stub.journal
        kept = list(journal)
        # To look for secrets in many megabytes takes seconds, in which others are answered.
        return await asyncio.to_thread(_tell, kept, first=len(journal) - len(kept) + 1)

    async def _explain(self, _request: Request) -> Response:
        content = (await asyncio.to_thread(self._stub.journal.explain) + "\n").encode()
        return Response(status=200, headers=describe_body(content, _TEXT), body=content)

    async def _webhooks(self, _request: Request) -> Response:
        return json_response(200, {"webhooks": [*map(_webhook_json, self._stub.deliveries.hooks)]})

    async def _deliver(self, request: Request) -> Response:
        wanted = _read_object(request.body, known=_DELIVERY, example=_A_DELIVERY)
        target = as_text(wanted.get("url"))
        if target is None:
            raise InvalidArgument(f"The body: found {brief(wanted)}; expected {_A_DELIVERY}.")
        own = self._stub.account.auth_token
        self._stub.deliveries.targets.append(
            find_target(
                target,
                url=wanted.get("signed_url"),
                auth_token=require_token(wanted.get("auth_token"), own=own),
                events=wanted.get("events"),
                on_loopback=not self._remote,
            )
        )
        return Response(status=204)

    async def _health(self, _request: Request) -> Response:
        return Response(status=204)

    def _told(
        self, items: Iterable[StoredUser | StoredNeighbour], origin: str
    ) -> dict[str, list[dict[str, Any]]]:
        """Users and neighbours as `seed` reads them."""
        told: dict[str, list[dict[str, Any]]] = {"users": [], "neighbours": []}
        for item in items:
            if isinstance(item, StoredUser):
                told["users"].append(fetched_user(self._stub.account, item, origin=origin))
            else:
                shown = resource(self._stub.neighbours, item, origin=origin)
                told["neighbours"].append({"neighbour": item.spot.row.name, **shown})
        return told


def _tell(exchanges: Sequence[Exchange], *, first: int) -> Response:
    told = [as_json(exchange, number=number) for number, exchange in enumerate(exchanges, first)]
    return json_response(200, {"exchanges": told})


def _read_refusal(body: bytes) -> tuple[Any, Any, int | None]:
    """The operation, the refusal, and how often, from JSON; the first two may be none.

    Raises:
        InvalidArgument: it tells no such thing.
    """
    planned = _read_object(body, known=_REFUSAL, example=_A_REFUSAL)
    times = planned.get("times")
    if times is not None:
        require_whole(times, name="times", least=1, most=MOST_TIMES)
    return planned.get("operation"), planned.get("refusal"), times


def _read_plan(body: bytes) -> tuple[Any, FaultPlan]:
    """The operation, which may be none, and what its requests are to meet, from JSON.

    Raises:
        InvalidArgument: it tells no such thing.
    """
    planned = _read_object(body, known=_FAULT, example=_A_FAULT)
    given = {name: value for name, value in planned.items() if value is not None}
    arguments = given.get("arguments", {})
    if not isinstance(arguments, dict):
        raise InvalidArgument(
            f"arguments={brief(arguments)}: expected an object, such as that in {_A_FAULT}."
        )
    return given.get("operation"), FaultPlan(
        fault=make_fault(given.get("fault"), arguments),  # type: ignore[arg-type]  # it looks
        required=False,
        place=f"POST {PREFIX}fault",
        **{name: given[name] for name in _COUNTS if name in given},
    )


def _read_object(body: bytes, *, known: Collection[str], example: str) -> dict[str, Any]:
    """The object that a body is, of these keys.

    Raises:
        InvalidArgument: it is none.
    """
    found, wrong = None, ""
    try:
        found = json.loads(body.decode(), object_pairs_hook=no_duplicates)
    except RecursionError:
        wrong = "it is nested too deeply"
    except ValueError as error:
        wrong = f"it can't be read: {error}"
    if not isinstance(found, dict):
        raise InvalidArgument(f"The body: {wrong or f'found {brief(found)}'}; expected {example}.")
    unknown = next((name for name in found if name not in known), None)
    if unknown is not None:
        near = did_you_mean(unknown, known)
        raise InvalidArgument(f"The body: found {brief(unknown)}; expected {example}.{near}")
    return found


def _webhook_json(hook: Webhook) -> dict[str, Any]:
    return {
        "url": hook.url,
        "parameters": hook.parameters,
        "signature": hook.signature,
        "status": hook.status,
        "error": hook.error,
    }


def _brings(authorization: str | None, token: str) -> bool:
    """Whether a request brings the token; one that no header can carry, none does."""
    scheme, _, brought = (authorization or "").partition(" ")
    # Servers read headers as Latin-1, whatever they were written in.
    said, expected = brought.encode("latin-1", "replace"), token.encode(errors="surrogatepass")
    return scheme.lower() == "bearer" and hmac.compare_digest(said, expected)


def _error(status: int, text: str, *, headers: Headers = ()) -> Response:
    response = json_response(status, {"error": text})
    return replace(response, headers=(*response.headers, *headers))
