"""Stubs that answer otherwise than the kit's, as far as the evidence allows."""

import random
import re
from dataclasses import replace
from urllib.parse import unquote

from contract.broken_stubs.parts import (
    asks_for,
    form_of,
    is_page,
    query_of,
    with_header,
    with_json,
    with_query,
    without_header,
)
from contract.broken_stubs.tampering import (
    BrokenStub,
    breaks,
    in_answers,
    in_forms,
    in_page_links,
    in_pages,
    in_refusal_bodies,
    in_refusals,
    in_users,
    refuses,
    under_settings,
)

from pytest_twilio_users.contract import refusals
from pytest_twilio_users.contract.fields import USER_FIELDS
from pytest_twilio_users.contract.operations import Action
from pytest_twilio_users.state.behaviour import add_user
from pytest_twilio_users.wire.codec import decode

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


@breaks(NONE)
def answers_are_not_dated(stub, request):
    """dates_form (documented) is about dates of users; HTTP's own is not said to be there."""
    return without_header(stub.handle(request), "date")


@breaks(NONE)
def the_charset_is_written_otherwise(stub, request):
    """For HTTP it is the same: json_content_type (recorded) says what it is."""
    response = stub.handle(request)
    if response.header("content-type") is None:
        return response
    return with_header(response, "content-type", "application/json;charset=UTF-8")


@breaks("unknown_query_ignored")
@refuses(refusals.PAGE_SIZE_MALFORMED, Action.LIST)
def an_unknown_query_is_refused(request):
    """unknown_ignored (documented) is about forms."""
    return not query_of(request).keys() <= {"PageSize", "Page", "PageToken"}


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


@breaks(NONE)
def who_is_elsewhere_is_deleted_by_name_alone(stub, request):
    """That services are apart (documented) says that the user stays, not what is answered."""
    response = stub.handle(request)
    name = getattr(decode(request), "user", None)
    elsewhere = any(name in (user.sid, user.identity) for user in stub.account.store.users())
    if response.status != 404 or not asks_for(request, Action.DELETE) or not elsewhere:
        return response
    headers = tuple(header for header in response.headers if not header[0].startswith("content-"))
    return replace(response, status=204, headers=headers, body=b"")


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


@breaks("list_order")
@in_pages
def pages_are_in_any_order(page):
    """Nobody is lost, and nobody comes twice; each time in another order."""
    random.shuffle(page["users"])


@breaks(NONE)
@under_settings()
def pages_hold_up_to_50(settings):
    """max_page_size is 50 in the newer documents."""
    return settings._replace(max_page_size=50)


@breaks(NONE)
def the_services_have_strangers(stub, request):
    """Users of others are there, before the test's own; one is called as in Twilio's examples."""
    account = stub.account
    for service in (account.default_service_sid, account.service_sid):
        if account.store.find(service, "admin") is None:
            for identity in ("admin", *(f"stranger {number}" for number in range(59))):
                add_user(account, service, identity=identity)
    return stub.handle(request)


@breaks(NONE)
def a_stranger_has_nothing(stub, request):
    """Twilio's schema allows null in each field of a user; the account's own is never seen so."""
    response = stub.handle(request)
    if not is_page(response, request):
        return response
    page, size = response.json(), int(query_of(request).get("PageSize", "50"))
    if page["meta"]["page"] == 0 and 0 < len(page["users"]) < size:
        own = {"sid": "US" + "9" * 32, "account_sid": stub.account.sid}
        page["users"].insert(0, dict.fromkeys(USER_FIELDS) | own)
    return with_json(response, page)


LEGITIMATE_STUBS = {
    name: found for name, found in list(vars().items()) if isinstance(found, BrokenStub)
}
"""Every one by name."""
