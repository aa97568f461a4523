"""The backend that answers for neighbours, loosely."""

from collections.abc import Callable
from functools import partial
from urllib.parse import urlencode

from pytest_twilio_users.backends.stub import StubBackend, page_body
from pytest_twilio_users.contract import refusals
from pytest_twilio_users.contract.models import JsonObject
from pytest_twilio_users.contract.operations import Action
from pytest_twilio_users.contract.refusals import Refusal
from pytest_twilio_users.neighbours.actions import PAGE_PARAMETERS, carry_out
from pytest_twilio_users.neighbours.forms import read_form, secrets_in
from pytest_twilio_users.neighbours.matching import Place, find_place, respelt
from pytest_twilio_users.neighbours.memory import Memory, Spot, StoredNeighbour
from pytest_twilio_users.neighbours.rows import Neighbour
from pytest_twilio_users.state.pages import StoredPage
from pytest_twilio_users.wire.codec import decode_pairs, is_form
from pytest_twilio_users.wire.messages import Request, Response
from pytest_twilio_users.wire.paths import encode_segment, path_segments

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

_STATUS = {Action.CREATE: 201, Action.DELETE: 204}


class NeighboursBackend:
    """Answers for the neighbours of an account's users, in the form in which the stub answers.

    It does while `on()`; the list that a user's own link leads to it answers in any case.
    `how` tells how one is turned on.
    """

    def __init__(
        self, memory: Memory, *, on: Callable[[], bool], how: Callable[[Neighbour], str]
    ) -> None:
        self.memory = memory
        self._on = on
        self._how = how
        self._stub = StubBackend(memory.account)

    def neighbour(self, request: Request) -> str | None:
        """The neighbour that a request is answered for, or None."""
        place = self._place(request)
        if place is None:
            return None
        is_own_link = place.row.name == "user_conversations" and place.item is None
        if self._on() or (is_own_link and request.method == "GET"):
            return place.row.name
        return None

    def advise(self, request: Request) -> str:
        """How to have a neighbour answer; an empty text where the kit knows none."""
        place = self._place(request)
        if place is not None:
            return self._how(place.row)
        right = respelt(self.memory.rows(), request.path)
        return f"Paths are case-sensitive: did you mean {right}?" if right else ""

    def _place(self, request: Request) -> Place | None:
        """What a request asks for; None where it is no neighbour, or was made for a user."""
        return None if request.asked is not None else find_place(self.memory.rows(), request.path)

    def handle(self, request: Request) -> Response:
        """Answer a request."""
        with self.memory.account.lock:
            if request.method == "OPTIONS":  # a browser asks, as nobody
                return self._stub.respond(204, None)
            refusal = self._stub.refuse_credentials(request.authorization)
            return self._stub.refuse(request, refusal) if refusal else self._answer(request)

    def _answer(self, request: Request) -> Response:
        place = find_place(self.memory.rows(), request.path)
        spot = None if place is None else self.memory.spot(place.row, place.above)
        if place is None or spot is None:
            return self._stub.refuse(request, refusals.NOT_FOUND)
        action = place.action(request.method)
        if action is None:
            return self._stub.refuse(request, refusals.METHOD_NOT_ALLOWED)
        form = decode_pairs(request.body.decode(errors="replace")) if is_form(request) else ()
        if secrets := secrets_in(form):
            request.hide_besides(secrets)
        query = dict(decode_pairs(request.query))
        fields = read_form(place.row, form)
        outcome = carry_out(self.memory, action, spot, place.item, query=query, fields=fields)
        if isinstance(outcome, Refusal):
            return self._stub.refuse(request, outcome)
        show = partial(resource, self.memory, origin=request.origin, by_service=place.by_service)
        body = None
        if isinstance(outcome, StoredNeighbour):
            body = show(outcome)
        elif isinstance(outcome, StoredPage):
            kept = {name: text for name, text in query.items() if name not in PAGE_PARAMETERS}
            body = page_body(
                outcome,
                [*map(show, outcome.items)],
                key=place.row.list_key,
                url=_url(spot, request.origin, by_service=place.by_service),
                query=urlencode(kept) + "&" if kept else "",
            )
        return self._stub.respond(_STATUS.get(action, 200), body)


def resource(
    memory: Memory, item: StoredNeighbour, *, origin: str, by_service: bool | None = None
) -> JsonObject:
    """A neighbour as Twilio's JSON. Its links lead to `origin`.

    They name its service if so told; if None, where no shorter path leads to it.
    """
    spot, row, account = item.spot, item.spot.row, memory.account
    if by_service is None:
        by_service = row.twin and spot.service_sid != account.default_service_sid
    url = _url(spot, origin, by_service=by_service)
    if not row.is_single:
        url += f"/{encode_segment(item.sid)}"
    links = {
        below.link_name: f"{url}/{path_segments(below.path)[-1]}"
        for below in memory.rows()
        if below.is_below(row)
    }
    if row.name == "services":
        links["users"] = f"{url}/Users"
    if row.view:
        conversation = f"{origin}{_version(spot, by_service=by_service)}/Conversations/{item.sid}"
        participant = f"{conversation}/Participants/{item.fields['participant_sid']}"
        links = {"participant": participant, "conversation": conversation}
    whose = {
        **({"sid": item.sid} if row.sid else {}),
        "account_sid": account.sid,
        **({"chat_service_sid": spot.service_sid} if row.in_service else {}),
        **spot.parents,
    }
    return {
        **whose,
        **item.fields,
        **whose,  # whatever was sent
        **({"url": url} if Action.FETCH in row.actions else {}),
        **({"links": links} if links else {}),
    }


def _url(spot: Spot, origin: str, *, by_service: bool) -> str:
    """Where a list is, or what is one of a kind."""
    above = {name: encode_segment(sid) for name, sid in spot.parents.items()}
    path = spot.row.path.format(chat_service_sid=spot.service_sid, **above)
    return origin + (_version(spot, by_service=True) + path[3:] if by_service else path)


def _version(spot: Spot, *, by_service: bool) -> str:
    """What paths begin with."""
    return f"/v1/Services/{spot.service_sid}" if by_service else "/v1"
