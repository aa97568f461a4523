"""Broken stubs: who is found, by which path and identity."""

import re
import unicodedata
from dataclasses import replace

from contract.broken_stubs.parts import (
    asks_for,
    form_of,
    is_page,
    service_of,
    user_of,
    with_json,
)
from contract.broken_stubs.tampering import (
    breaks,
    in_answers,
    in_forms,
    in_identities,
    in_requests,
    in_users,
    refuses,
)

from pytest_twilio_users.backends.stub import user_body
from pytest_twilio_users.contract import refusals
from pytest_twilio_users.contract.operations import Action
from pytest_twilio_users.contract.sids import SidKind, derive_sid
from pytest_twilio_users.wire.codec import Unrouted, decode

# Fetch, and who is found


@breaks("fetch_answers_200")
@in_answers(Action.FETCH)
def fetch_answers_201(response):
    """Fetch answers 201, as create does."""
    return replace(response, status=201)


@breaks("fetch_answers_200")
@in_users(Action.FETCH)
def fetch_leaves_out_the_attributes(user):
    """Fetch shows no attributes."""
    user["attributes"] = "{}"


@breaks("sid_or_identity")
def only_a_sid_finds_a_user(stub, request):
    """An identity in the path finds nobody."""
    user = user_of(stub, request)
    if user is not None and decode(request).user != user.sid:
        return stub.refuse(request, refusals.NOT_FOUND)
    return stub.handle(request)


@breaks("sid_or_identity")
def only_fetch_takes_an_identity(stub, request):
    """Update and delete want a SID."""
    user = user_of(stub, request)
    wrong = user is not None and decode(request).user != user.sid
    if wrong and asks_for(request, Action.UPDATE, Action.DELETE):
        return stub.refuse(request, refusals.NOT_FOUND)
    return stub.handle(request)


@breaks("default_service")
def the_short_path_is_a_service_of_its_own(stub, request):
    """What is created by the short path is unknown by the default service's long one."""
    account, default_service_sid = stub.account, stub.account.default_service_sid
    if isinstance(decode(request), Unrouted) or decode(request).service_sid is not None:
        return stub.handle(request)
    account.default_service_sid = derive_sid(SidKind.SERVICE, "the short path")
    try:
        response = stub.handle(request)
    finally:
        account.default_service_sid = default_service_sid
    own_sid = derive_sid(SidKind.SERVICE, "the short path").encode()
    return replace(response, body=response.body.replace(own_sid, default_service_sid.encode()))


@breaks("services_are_apart")
def services_share_their_users(stub, request):
    """A service's users are those of the default service."""
    default = f"/Services/{stub.account.default_service_sid}"
    return stub.handle(replace(request, target=re.sub(r"/Services/\w+", default, request.target)))


@breaks("services_are_apart")
def a_user_is_found_in_every_service(stub, request):
    """A SID is looked up in the account, not in the service."""
    sid = getattr(decode(request), "user", None)
    for user in stub.account.store.users():
        if user.sid == sid:
            target = f"/v1/Services/{user.service_sid}/Users/{sid}"
            return stub.handle(replace(request, target=target))
    return stub.handle(request)


@breaks("services_are_apart")
def a_list_shows_all_services(stub, request):
    """A list shows the account's users, not the service's."""
    response = stub.handle(request)
    if not is_page(response, request):
        return response
    page = response.json()
    page["users"] = [
        user_body(user, stub.account.sid, "https://conversations.twilio.com", reachability=False)
        for user in stub.account.store.users()
    ]
    return with_json(response, page)


@breaks("services_are_apart")
def identities_are_unique_in_the_account(stub, request):
    """An identity is taken if any service has it."""
    if asks_for(request, Action.CREATE):
        identity = form_of(request).get("Identity")
        if identity in [user.identity for user in stub.account.store.users()]:
            return stub.refuse(request, refusals.IDENTITY_TAKEN)
    return stub.handle(request)


@breaks("path_case")
@in_requests()
def paths_are_read_in_any_case(request):
    """/users is /Users."""
    return replace(request, target=request.target.replace("/users", "/Users"))


@breaks("trailing_slash")
@refuses(refusals.NOT_FOUND)
def a_trailing_slash_is_not_found(request):
    """A path with a slash at its end is another path."""
    return request.path.endswith("/")


# Identities


@breaks("identity_case")
@in_identities
def identities_are_folded(identity):
    """An identity is kept in lower case."""
    return identity.lower()


@breaks("identity_case")
def identities_are_found_in_any_case(stub, request):
    """Ada is found as ADA."""
    call = decode(request)
    asked = getattr(call, "user", None)
    if asked is not None and user_of(stub, request) is None:
        for user in stub.account.store.users(service_of(stub, request)):
            if user.identity.lower() == asked.lower():
                return stub.handle(replace(request, target=request.path.replace(asked, user.sid)))
    return stub.handle(request)


@breaks("email_identities")
@in_identities
def addresses_lose_their_tag(identity):
    """What follows a plus is no part of an e-mail address."""
    return re.sub(r"\+.*@", "@", identity)


@breaks("odd_identities")
@in_requests(Action.FETCH, Action.UPDATE, Action.DELETE)
def paths_are_decoded_twice(request):
    """%252F in the path is a slash."""
    return replace(request, target=request.target.replace("%25", "%"))


@breaks("plus_in_path")
@in_requests(Action.FETCH, Action.UPDATE, Action.DELETE)
def a_plus_in_the_path_is_a_space(request):
    """The path is read as a form is."""
    return replace(request, target=request.target.replace("+", "%20"))


@breaks("odd_identities")
@in_identities
def identities_lose_their_emoji(identity):
    """Characters that take more than three bytes become question marks."""
    return re.sub("[\U00010000-\U0010ffff]", "?", identity)


@breaks("odd_identities")
@in_identities
def identities_are_normalized(identity):
    """An accent that was written apart becomes part of its letter."""
    return unicodedata.normalize("NFC", identity)


@breaks("odd_identities")
@in_identities
def identities_are_trimmed(identity):
    """Spaces around an identity are lost."""
    return identity.strip()


@breaks("odd_identities")
@in_requests(Action.FETCH, Action.UPDATE, Action.DELETE)
def encoded_dots_are_collapsed(request):
    """%2E in the path is this folder."""
    return replace(request, target=re.sub(r"/(%2E)+$", "/", request.target))


@breaks("odd_identities")
@in_forms(Action.CREATE)
def zero_is_no_identity(form):
    """An identity that a loose language takes for false is taken for none."""
    if form.get("Identity") == "0":
        del form["Identity"]


@breaks("odd_identities")
@refuses(refusals.IDENTITY_TOO_LONG, Action.CREATE)
def identities_are_measured_in_bytes(request):
    """256 bytes are the limit, not 256 characters."""
    return len(form_of(request).get("Identity", "").encode()) > 256


@breaks("odd_identities")
@in_requests(Action.FETCH, Action.UPDATE, Action.DELETE)
def a_semicolon_ends_the_path(request):
    """What follows a semicolon is taken for a parameter of the path."""
    return replace(request, target=request.target.partition("%3B")[0])


@breaks("encoded_slash")
@in_requests()
def paths_are_decoded_before_they_are_split(request):
    """%2F in the path separates segments."""
    return replace(request, target=request.target.replace("%2F", "/"))


@breaks("encoded_slash")
@in_identities
def double_slashes_are_merged(identity):
    """Two slashes in a row are one, wherever they are."""
    return identity.replace("//", "/")
