"""The faults: when each of them happens, how that is known, what it fits."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from inspect import signature
from typing import TypeGuard

from pytest_twilio_users.contract.arguments import as_text
from pytest_twilio_users.contract.fields import USER_FIELDS
from pytest_twilio_users.contract.literals import FaultName
from pytest_twilio_users.contract.operations import Action
from pytest_twilio_users.errors import InvalidArgument, brief, known_names
from pytest_twilio_users.faults import making
from pytest_twilio_users.faults.fault import Fault

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class Family(StrEnum):
    """What a fault is about."""

    REFUSAL = "refusal"
    NETWORK = "network"
    TIME = "time"
    BODY = "body"
    STATE = "state"


@dataclass(frozen=True, kw_only=True, slots=True)
class FaultRow:
    """One kind of fault.

    `when` says when Twilio or a network does this, `known` how that is known. `carried_out`
    is true if Twilio does what the request asks for. Only requests for `actions` meet it.
    """

    name: FaultName
    family: Family
    when: str
    known: str
    carried_out: bool
    actions: frozenset[Action]
    make: Callable[..., Fault]


_EVERY = frozenset(Action)
_WITH_BODY = _EVERY - {Action.DELETE}
_READS = frozenset((Action.FETCH, Action.LIST))
_PAGES = frozenset((Action.LIST,))

_ON_LOOPBACK = "it can happen on any TCP connection; the tests make it happen on loopback"
_DOCUMENTED = "Twilio's reference and error dictionary say so"
_INFERRED = "a guess of this project"
_STRICTNESS = "Twilio does not promise otherwise; a client should notice it"

_ROWS: tuple[tuple[FaultName, Family, bool, frozenset[Action], str, str], ...] = (
    (
        "refused",
        Family.REFUSAL,
        False,
        _EVERY,
        "Twilio refuses: too many requests, a failure of its own, or any other refusal",
        f"{_DOCUMENTED}; Retry-After was never seen, problem details come from newer APIs",
    ),
    (
        "connect_error",
        Family.NETWORK,
        False,
        _EVERY,
        "Nothing listens at the address, or a firewall refuses the connection",
        _ON_LOOPBACK,
    ),
    (
        "connect_timeout",
        Family.NETWORK,
        False,
        _EVERY,
        "A firewall drops the packets, or the host has no room for another connection",
        _ON_LOOPBACK,
    ),
    (
        "read_timeout",
        Family.NETWORK,
        False,
        _EVERY,
        "The request gets lost on its way, such as in a proxy, and the connection stays open",
        _ON_LOOPBACK,
    ),
    (
        "connection_reset",
        Family.NETWORK,
        False,
        _EVERY,
        "A load balancer is replaced, and drops the connection before the request is read",
        _ON_LOOPBACK,
    ),
    (
        "answer_lost",
        Family.NETWORK,
        True,
        _EVERY,
        "The connection ends after Twilio did what was asked, and before it could respond",
        _ON_LOOPBACK,
    ),
    (
        "slow",
        Family.TIME,
        True,
        _EVERY,
        "Twilio did what was asked, and takes long to respond, such as under load",
        "Twilio's reference gives no upper bound; the tests wait on loopback",
    ),
    (
        "body_cut",
        Family.NETWORK,
        True,
        _WITH_BODY,
        "The connection ends in the middle of a response, when the client already has the status",
        _ON_LOOPBACK,
    ),
    (
        "html_body",
        Family.BODY,
        False,
        _EVERY,
        "A proxy or a load balancer on the way answers with a page of its own",
        "proxies do this when their server is gone; no such page of Twilio's was recorded",
    ),
    (
        "empty_body",
        Family.BODY,
        True,
        _WITH_BODY,
        "A proxy loses the body, or Twilio's server fails after it sent the headers",
        _INFERRED,
    ),
    (
        "wrong_content_type",
        Family.BODY,
        True,
        _WITH_BODY,
        "A proxy, or a new version of the service, gives the same JSON another content type",
        _INFERRED,
    ),
    (
        "missing_field",
        Family.BODY,
        True,
        _WITH_BODY,
        "A new version of the service no longer sends a field",
        _STRICTNESS,
    ),
    (
        "null_field",
        Family.BODY,
        True,
        _WITH_BODY,
        "A field that so far had a value is null",
        "Twilio's OpenAPI file marks each field of a user as nullable",
    ),
    (
        "unknown_field",
        Family.BODY,
        True,
        _WITH_BODY,
        "Twilio adds a field to users",
        "APIs grow; Twilio does not promise otherwise",
    ),
    (
        "wrong_type",
        Family.BODY,
        True,
        _WITH_BODY,
        "A field has a value of another type, such as a number instead of text",
        _STRICTNESS,
    ),
    (
        "stale_read",
        Family.STATE,
        True,
        _READS,
        "A replica answers that does not have the newest write yet",
        "reported: a valid request was sometimes answered 404 (twilio-node#936)",
    ),
    (
        "page_shifts",
        Family.STATE,
        True,
        _PAGES,
        "Somebody else creates or deletes users while a client reads page after page",
        "each page is a request of its own, and nothing locks the list between them",
    ),
    (
        "repeated_page",
        Family.STATE,
        True,
        _PAGES,
        "The next page repeats the users of the page before",
        _INFERRED,
    ),
)

FAULTS: Mapping[FaultName, FaultRow] = {
    name: FaultRow(
        name=name,
        family=family,
        when=when,
        known=known,
        carried_out=carried_out,
        actions=actions,
        make=getattr(making, name),
    )
    for name, family, carried_out, actions, when, known in _ROWS
}
"""Every fault by name, such as "answer_lost"."""


def fits(fault: Fault, action: Action | None) -> bool:
    """Tell whether requests for an action can meet the fault; None is not an operation's."""
    if action is None:
        return not is_of_state(fault)
    is_of_list = action is Action.LIST or not is_of_pages(fault)
    return is_of_list and action in FAULTS[fault.name].actions


def is_of_state(fault: Fault | None) -> TypeGuard[Fault]:
    """Tell whether it is about what the stub remembers."""
    return fault is not None and FAULTS[fault.name].family is Family.STATE


def is_of_pages(fault: Fault) -> bool:
    """Tell whether it is about a field that pages have, and users don't."""
    name = fault["name"]
    about_field = fault.name in ("missing_field", "null_field", "wrong_type")
    return about_field and name not in USER_FIELDS


def make_fault(name: str, arguments: Mapping[str, object]) -> Fault:
    """The fault of this name with these arguments, as a file or a request names them.

    Raises:
        InvalidArgument: there is no such fault or argument, or a value is not allowed.
    """
    text = as_text(name) or ""
    if text not in FAULTS:
        raise InvalidArgument(f"{brief(name)} is not a fault.{known_names(text, FAULTS)}")
    make = FAULTS[text].make  # type: ignore[index]  # just looked up
    parameters = signature(make).parameters
    for given in arguments:
        if given not in parameters:
            takes = known_names(given, parameters) if parameters else " It takes none."
            raise InvalidArgument(f"{brief(given)} is not an argument of {text}.{takes}")
    for parameter in parameters.values():
        if parameter.default is parameter.empty and parameter.name not in arguments:
            raise InvalidArgument(f"{text} needs {parameter.name}.")
    return make(**arguments)
