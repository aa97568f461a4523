"""Broken stubs: what a new user is, and how a user is told."""

import re
from dataclasses import replace
from datetime import timedelta
from html import escape

from contract.broken_stubs.parts import form_of
from contract.broken_stubs.tampering import (
    breaks,
    in_answers,
    in_forms,
    in_page_links,
    in_store,
    in_users,
    refuses,
)

from pytest_twilio_users.contract import refusals
from pytest_twilio_users.contract.operations import Action
from pytest_twilio_users.contract.sids import SidKind, derive_sid

# Create


@breaks("create_answers_201")
@in_answers(Action.CREATE)
def create_answers_200(response):
    """Create answers 200, as update does."""
    return replace(response, status=200)


@breaks("create_answers_201")
@in_forms(Action.CREATE)
def create_loses_the_friendly_name(form):
    """A new user has no friendly name, whatever was sent."""
    form.pop("FriendlyName", None)


@breaks("create_answers_201")
@in_forms(Action.CREATE)
def create_loses_the_role(form):
    """A new user has the default role, whatever was sent."""
    form.pop("RoleSid", None)


@breaks("account_sid")
@in_users(Action.CREATE)
def a_new_user_belongs_to_another_account(user):
    """The answer names an account that did not ask."""
    user["account_sid"] = derive_sid(SidKind.ACCOUNT, "another")


@breaks("account_sid")
@in_users(Action.LIST)
def listed_users_belong_to_another_account(user):
    """A list names an account that is always the same."""
    user["account_sid"] = derive_sid(SidKind.ACCOUNT, "always the same")


@breaks("account_sid")
@in_users(Action.UPDATE)
def updated_users_belong_to_another_account(user):
    """An update names an account that is always the same."""
    user["account_sid"] = derive_sid(SidKind.ACCOUNT, "always the same")


@breaks("published_examples")
@refuses(refusals.IDENTITY_RESERVED, Action.CREATE)
def admin_is_reserved(request):
    """The identity of Twilio's own examples is refused."""
    return form_of(request).get("Identity") == "admin"


@breaks("friendly_name_verbatim")
@in_forms()
def friendly_names_are_escaped(form):
    """A friendly name is written as HTML would have it."""
    if "FriendlyName" in form:
        form["FriendlyName"] = escape(form["FriendlyName"])


# The user


@breaks("all_fields")
@in_users(Action.LIST)
def listed_users_have_no_links(user):
    """A list leaves out a field that fetch shows."""
    del user["links"]


@breaks("all_fields")
@in_users(Action.UPDATE)
def updated_users_have_no_role(user):
    """An update leaves out a field that fetch shows."""
    del user["role_sid"]


@breaks("sid_form")
@in_users()
def sids_are_in_upper_case(user):
    """The hex digits of a SID are in upper case."""
    user["sid"] = user["sid"].upper()


@breaks("sids_differ")
@in_users()
def all_users_have_one_sid(user):
    """Each new user has the same SID."""
    user["sid"] = derive_sid(SidKind.USER, "everybody")


@breaks("role_filled_in")
@in_store(Action.CREATE)
def users_have_no_role(_, user):
    """A new user has no role."""
    return replace(user, role_sid=None)


@breaks("role_filled_in")
@in_forms(Action.CREATE)
def each_user_has_a_role_of_its_own(form):
    """Without RoleSid a new user has a role that nobody else has."""
    form.setdefault("RoleSid", derive_sid(SidKind.ROLE, form.get("Identity")))


@breaks("friendly_name_null")
@in_users()
def a_missing_friendly_name_is_empty(user):
    """A user without a friendly name is shown with the empty text for one."""
    user["friendly_name"] = user["friendly_name"] or ""


@breaks("attributes_default")
@in_users()
def missing_attributes_are_null(user):
    """A user without attributes is shown with null for them."""
    if user["attributes"] == "{}":
        user["attributes"] = None


@breaks("reachability_off")
@in_users(Action.CREATE)
def a_new_user_is_offline(user):
    """A new user is said to be offline, where nothing is known."""
    user["is_online"] = False


@breaks("reachability_not_listed")
@in_users(Action.LIST)
def a_list_tells_who_is_online(user):
    """A list tells that its users are notifiable."""
    user["is_notifiable"] = True


@breaks("dates_equal")
@in_store(Action.CREATE)
def a_new_user_is_updated_a_second_later(_, user):
    """A user is updated while it is created."""
    return replace(user, date_updated=user.date_updated + timedelta(seconds=1))


@breaks("dates_form")
@in_store(Action.UPDATE)
def an_update_is_dated_to_the_microsecond(_, user):
    """A date has fractions of a second after an update."""
    return replace(user, date_updated=user.date_updated.replace(microsecond=815))


@breaks("dates_form")
@in_users(Action.LIST)
def listed_dates_have_fractions(user):
    """A list tells dates to the millisecond."""
    user["date_created"] = user["date_created"].replace("Z", ".815Z")


@breaks("dates_form")
@in_users(Action.FETCH)
def fetched_dates_have_fractions(user):
    """A fetch tells that a second is whole."""
    user["date_updated"] = user["date_updated"].replace("Z", ".0Z")


@breaks("dates_form")
@in_users()
def dates_have_an_offset(user):
    """A date says +00:00 for GMT."""
    user["date_created"] = user["date_created"].replace("Z", "+00:00")


@breaks("dates_form")
@in_users()
def dates_have_no_time_zone(user):
    """A date does not say where."""
    user["date_updated"] = user["date_updated"].removesuffix("Z")


@breaks("dates_form")
@in_store(Action.CREATE)
def dates_are_local(_, user):
    """A date is that of a place two hours ahead, and called GMT."""
    ahead = timedelta(hours=2)
    return replace(
        user, date_created=user.date_created + ahead, date_updated=user.date_updated + ahead
    )


@breaks("url_follows_path")
@in_users()
def urls_are_always_short(user):
    """A user of a service is shown with the short path."""
    user["url"] = re.sub(r"/Services/\w+", "", user["url"])


@breaks("url_follows_path")
@in_users()
def urls_always_name_the_service(user):
    """A user of the default service is shown with the service's path."""
    user["url"] = re.sub(
        r"/v1/Users", f"/v1/Services/{user['chat_service_sid']}/Users", user["url"]
    )


@breaks("url_follows_path")
def urls_of_the_default_service_are_always_short(stub, request):
    """A user of the default service is shown with the short path, however asked for."""
    response = stub.handle(request)
    service = f"/Services/{stub.account.default_service_sid}"
    return replace(response, body=response.body.replace(service.encode(), b""))


@breaks("url_follows_path")
@in_users(Action.FETCH)
def urls_name_the_identity(user):
    """A user's URL ends with its identity."""
    user["url"] = user["url"].replace(user["sid"], user["identity"])


@breaks("url_follows_path")
@in_users(Action.UPDATE)
def an_update_leads_elsewhere(user):
    """The answer to an update has the URL of another version."""
    user["url"] = user["url"].replace("/v1/", "/v2/")


@breaks("url_follows_path")
@in_users()
def links_lead_to_chat(user):
    """A user links to its channels, as it did in another product."""
    user["links"] = {"user_channels": f"{user['url']}/Channels"}


@breaks("url_follows_origin")
@in_users()
def users_link_to_the_default_host(user):
    """A user's URL names one host, whichever was asked."""
    user["url"] = re.sub(r"//[^/]+", "//conversations.twilio.com", user["url"])


@breaks("url_follows_origin")
@in_page_links
def pages_link_to_the_default_host(link):
    """A page's links name one host, whichever was asked."""
    return re.sub(r"//[^/]+", "//conversations.twilio.com", link)
