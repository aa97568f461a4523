"""Stubs that answer otherwise than the kit's, as far as the evidence allows."""

import re
from dataclasses import replace
from urllib.parse import unquote

from contract.broken_stubs.parts import asks_for, form_of, query_of, with_header, with_query
from contract.broken_stubs.tampering import (
    BrokenStub,
    breaks,
    in_answers,
    in_forms,
    in_page_links,
    in_refusal_bodies,
    in_refusals,
    in_users,
    refuses,
    under_settings,
)

from pytest_twilio_users.contract import refusals
from pytest_twilio_users.contract.operations import Action
from pytest_twilio_users.state.behaviour import add_user

NONE = ""
"""What an answer contradicts that no promise is about."""


# Refusals


@breaks("path_in_refusal")
@in_refusal_bodies
def the_path_is_decoded(body):
    """not_found (sibling) says that a path is shown, not how it is written."""
    return {**body, "message": unquote(body["message"])}


@breaks(NONE)
@in_refusal_bodies
def the_path_has_its_version(body):
    """One of Twilio's articles shows it so."""
    return {**body, "message": re.sub("resource /(?!v1)", "resource /v1/", body["message"])}


@breaks("refusal_alone")
@in_refusal_bodies
def a_detail_is_told(body):
    """refusal_body (recorded) says what is there; a sibling has a detail besides."""
    return {**body, "detail": "Ada could not be found: nobody is called that — not here."}


@breaks("refusal_alone")
@in_refusal_bodies
def details_are_told_amidst(body):
    """The order of the four is as it was, wherever a new key stands."""
    return {"details": {}, **body}


@breaks("no_credentials")
@in_refusals(refusals.NO_CREDENTIALS)
def no_credentials_is_told_in_other_words(refusal):
    """basic_auth (documented) gives no words."""
    return replace(refusal, message="Authenticate")


@breaks("token_wrong")
@in_refusals(refusals.TOKEN_WRONG)
def a_wrong_token_is_told_in_other_words(refusal):
    """The same, and no code."""
    return replace(refusal, message="Authentication Error - invalid token", code=20403)


@breaks("not_found")
@in_refusals(refusals.NOT_FOUND)
def nobody_is_told_in_other_words(refusal):
    """What is documented of deletes, services and case is that nobody is found."""
    return replace(refusal, message="There is no user at {path}", code=50200)


# The message


@breaks("no_type_without_body")
@in_answers(Action.DELETE)
def a_204_has_a_content_type(response):
    """json_content_type (recorded) was seen of answers that have a body."""
    return with_header(response, "content-type", "application/json; charset=utf-8")


@breaks("url_follows_origin")
@in_users()
def users_link_to_twilio(user):
    """url_follows_path (documented) is about the path."""
    user["url"] = re.sub(r"//[^/]+", "//conversations.twilio.com", user["url"])
    user["links"] = {"user_conversations": f"{user['url']}/Conversations"}


@breaks("url_follows_origin")
@in_page_links
def pages_link_to_twilio(link):
    """page_links (recorded) is about what they ask for."""
    return re.sub(r"//[^/]+", "//conversations.twilio.com", link)


@breaks(NONE)
@in_users()
def users_have_more_links(user):
    """New ones may come."""
    user["links"] = {**user["links"], "user_channels": f"{user['url']}/Channels"}


# Identities, names, attributes


@breaks("odd_identities")
@refuses(refusals.IDENTITY_LIKE_SID, Action.CREATE)
def control_characters_are_refused(request):
    """Documented are e-mail addresses; what else an identity may hold is a guess."""
    return re.search(r"[\x00-\x1f\x7f]", form_of(request).get("Identity", "")) is not None


@breaks("odd_identities")
@refuses(refusals.IDENTITY_LIKE_SID, Action.CREATE)
def only_plain_letters_and_addresses_are_taken(request):
    """The same, as far as it goes."""
    return re.search(r"[^\w@.+/-]|^\.+$", form_of(request).get("Identity", "")) is not None


@breaks("friendly_name_verbatim")
@in_forms()
def friendly_names_are_trimmed(form):
    """That create answers with what was sent says nothing of spaces around it."""
    if "FriendlyName" in form:
        form["FriendlyName"] = form["FriendlyName"].strip()


@breaks("attributes_empty")
@in_forms()
def empty_attributes_are_not_given(form):
    """attributes_not_json (recorded) was seen of a text."""
    if form.get("Attributes") == "":
        del form["Attributes"]


@breaks("sid_form")
def sids_have_upper_case_digits(stub, request):
    """The documented form of a SID allows both."""
    target = re.sub(r"(?<=US)[0-9A-F]{32}", lambda sid: sid[0].lower(), request.target)
    response = stub.handle(replace(request, target=target))
    if response.status >= 400:
        target, asked = (path.removeprefix("/v1").encode() for path in (target, request.target))
        return replace(response, body=response.body.replace(target, asked))
    body = re.sub(rb"(?<=US)[0-9a-f]{32}", lambda sid: sid[0].upper(), response.body)
    return replace(response, body=body)


# Who is online


@breaks(NONE)
@in_users(Action.FETCH)
def reachability_is_on(user):
    """A service that tells who is online tells it on fetch (documented)."""
    user["is_online"] = user["is_notifiable"] = False


@breaks("reachability_not_listed")
@in_users(Action.LIST)
def a_list_tells_who_is_online(user):
    """Twilio's documents contradict each other in this."""
    user["is_online"] = user["is_notifiable"] = False


# Pages


@breaks("pages_are_full")
def pages_are_not_full(stub, request):
    """Nobody is lost, and nobody comes twice: pages_are_complete (documented) says no more."""
    query = query_of(request) if asks_for(request, Action.LIST) else {}
    size = query.get("PageSize", "50")
    if not size.isdecimal() or not 1 < int(size) <= 1000:
        return stub.handle(request)
    fewer = f"{int(size) - 1}"
    response = stub.handle(with_query(request, {**query, "PageSize": fewer}))
    told = (f"PageSize={fewer}&", f"PageSize={size}&"), (f'size": {fewer},', f'size": {size},')
    for page_size, asked in told:
        response = replace(response, body=response.body.replace(page_size.encode(), asked.encode()))
    return with_header(response, "content-length", str(len(response.body)))


@breaks(NONE)
@under_settings()
def pages_hold_up_to_50(settings):
    """max_page_size is 50 in the newer documents."""
    return replace(settings, max_page_size=50)


@breaks(NONE)
def the_services_have_strangers(stub, request):
    """Users of others are there, before the test's own; one is called as in Twilio's examples."""
    account = stub.account
    for service in (account.default_service_sid, account.service_sid):
        if account.store.find(service, "admin") is None:
            for identity in ("admin", *(f"stranger {number}" for number in range(59))):
                add_user(account, service, identity=identity)
    return stub.handle(request)


LEGITIMATE_STUBS = {
    name: found for name, found in list(vars().items()) if isinstance(found, BrokenStub)
}
"""Every one by name."""
