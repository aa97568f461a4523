"""Broken stubs: lists, pages and their links."""

import re
from dataclasses import replace
from urllib.parse import urlencode

from contract.broken_stubs.parts import (
    asks_for,
    is_page,
    query_of,
    service_of,
    user_of,
    with_json,
    with_query,
)
from contract.broken_stubs.tampering import (
    breaks,
    in_answers,
    in_page_links,
    in_pages,
    in_queries,
    in_users,
    refuses,
    under_settings,
)

from pytest_twilio_users.contract import refusals
from pytest_twilio_users.contract.operations import Action
from pytest_twilio_users.state.pages import Cursor


@breaks("list_answers_200")
@in_answers(Action.LIST)
def list_answers_206(response):
    """A list answers that it is a part."""
    return replace(response, status=206)


@breaks("list_answers_200")
@in_users(Action.LIST)
def lists_leave_out_the_friendly_name(user):
    """A list shows no friendly names."""
    user["friendly_name"] = None


@breaks("list_answers_200")
def an_empty_list_is_not_found(stub, request):
    """A service without users has no list."""
    response = stub.handle(request)
    if is_page(response, request) and not response.json()["users"]:
        return stub.refuse(request, refusals.NOT_FOUND)
    return response


@breaks("pages_are_full")
def a_page_says_50_and_holds_more(stub, request):
    """Without PageSize all users come at once, on a page of 50."""
    response = stub.handle(request)
    if not is_page(response, request) or "PageSize" in query_of(request):
        return response
    everyone = stub.handle(with_query(request, {"PageSize": "1000"})).json()["users"]
    return with_json(response, response.json() | {"users": everyone})


@breaks("default_page_size")
@in_queries
def a_page_holds_20_by_default(query):
    """Without PageSize a page is smaller than it is to be."""
    query.setdefault("PageSize", "20")


@breaks("default_page_size")
@in_queries
def a_page_holds_100_by_default(query):
    """Without PageSize a page is larger than it is to be."""
    query.setdefault("PageSize", "100")


@breaks("pages_are_full")
def a_page_is_cut_and_does_not_say_so(stub, request):
    """A page holds 50 users, and says what was asked for."""
    query = query_of(request) if asks_for(request, Action.LIST) else {}
    asked = query.get("PageSize", "")
    if not asked.isdecimal() or not 50 < int(asked) <= 1000:
        return stub.handle(request)
    page = stub.handle(with_query(request, {**query, "PageSize": "50"})).json()
    page["meta"]["page_size"] = int(asked)
    return with_json(stub.handle(request), page)


@breaks("page_size")
@in_queries
def a_page_holds_one_more(query):
    """A page holds a user more than was asked for."""
    if query.get("PageSize") == "2":
        query["PageSize"] = "3"


@breaks("page_numbers")
@in_pages
def pages_are_counted_from_1(page):
    """The first page is 1."""
    page["meta"]["page"] += 1


@breaks("max_page_size")
@under_settings(Action.LIST)
def large_pages_are_not_cut(settings):
    """A page may be as large as is asked for."""
    return settings._replace(max_page_size=10**6)


@breaks("max_page_size")
@refuses(refusals.PAGE_SIZE_MALFORMED, Action.LIST)
def large_pages_are_refused(request):
    """A page of more than 1000 users is an error."""
    return len(query_of(request).get("PageSize", "")) > 4


@breaks("pages_are_complete")
@in_pages
def a_later_page_repeats_a_user(page):
    """A user stands on a page twice."""
    if page["meta"]["page"] > 0:
        page["users"] = page["users"][:1] + page["users"]


@breaks("pages_are_complete")
@in_pages
def a_page_drops_its_last_user(page):
    """The user that leads to the next page is on neither."""
    if page["meta"]["next_page_url"]:
        page["users"] = page["users"][:-1]


@breaks("page_size")
@in_pages
def page_size_is_not_told(page):
    """A page says 50, whatever PageSize was asked for."""
    page["meta"]["page_size"] = 50


@breaks("pages_outlive_changes")
def pages_are_counted_off(stub, request):
    """A later page begins after so many users, although some are gone meanwhile."""
    response = stub.handle(request)
    if is_page(response, request) and "PageToken" in query_of(request):
        return stub.handle(skipping(stub, request))
    return response


def skipping(stub, request):
    """The request with a token that skips Page times PageSize users."""
    query, service = query_of(request), service_of(stub, request)
    users = list(stub.account.store.users(service))
    skipped = users[: int(query.get("Page", 0)) * int(query.get("PageSize", 50))]
    token = Cursor(number=skipped[-1].number if skipped else 0).token(service)
    return with_query(request, {**query, "PageToken": token})


@breaks("page_echoed")
def page_selects_without_a_token(stub, request):
    """Page alone skips users."""
    response = stub.handle(request)
    if is_page(response, request) and "Page" in query_of(request):
        return stub.handle(skipping(stub, request))
    return response


@breaks("page_echoed")
@in_pages
def a_page_without_a_token_is_the_first(page):
    """Page without a token is told as 0."""
    if "PageToken" not in page["meta"]["url"]:
        page["meta"]["page"] = 0


@breaks("page_links")
@in_page_links
def page_links_begin_with_the_token(link):
    """A link puts PageToken before PageSize."""
    return re.sub(r"\?(.*)&(PageToken=.*)", r"?\2&\1", link)


@breaks("page_links")
@in_page_links
def page_links_forget_the_page_size(link):
    """A link leads to a page of the default size."""
    return re.sub(r"PageSize=\d+&", "", link)


@breaks("page_links")
@in_pages
def the_first_page_has_a_token(page):
    """The link to the first page carries a token."""
    page["meta"]["first_page_url"] += "&PageToken=PT0"


@breaks("page_link_nulls")
@in_pages
def missing_page_links_are_absent(page):
    """Where there is no page there is no key."""
    page["meta"] = {name: value for name, value in page["meta"].items() if value is not None}


@breaks("page_link_nulls")
@in_pages
def missing_page_links_are_empty(page):
    """Where there is no page there is an empty text, as in Twilio's oldest API."""
    page["meta"] = {name: value or "" for name, value in page["meta"].items()}


@breaks("page_url_token")
@in_pages
def a_later_page_forgets_its_token(page):
    """A page's own link has no token, and so leads to the first page."""
    page["meta"]["url"] = page["meta"]["url"].partition("&PageToken")[0]


@breaks("previous_page")
@in_pages
def there_is_no_way_back(page):
    """previous_page_url is always null."""
    page["meta"]["previous_page_url"] = None


@breaks("previous_page")
@in_pages
def the_way_back_is_the_way_forth(page):
    """previous_page_url carries the page's own token."""
    if page["meta"]["previous_page_url"]:
        own_token = page["meta"]["url"].partition("&PageToken=")[2]
        back = page["meta"]["previous_page_url"].partition("&PageToken=")[0]
        page["meta"]["previous_page_url"] = f"{back}&PageToken={own_token}"


@breaks("token_form")
def page_tokens_are_numbers(stub, request):
    """A token is the number of a user."""
    query = query_of(request) if asks_for(request, Action.LIST) else {}
    if "PageToken" in query:
        request = with_query(request, {**query, "PageToken": "PT" + query["PageToken"]})
    response = stub.handle(request)
    return replace(response, body=response.body.replace(b"PageToken=PT", b"PageToken="))


@breaks("list_order")
@in_pages
def a_list_is_sorted_by_identity(page):
    """A page is in order of the alphabet."""
    page["users"].sort(key=lambda user: user["identity"])


@breaks("list_order")
def a_changed_user_moves_to_the_end(stub, request):
    """A list is in order of the last change."""
    response = stub.handle(request)
    if response.status == 200 and asks_for(request, Action.UPDATE):
        user, store = user_of(stub, request), stub.account.store
        store.change(user, replace(user, number=store.next_number()))
    return response


@breaks("last_page_full")
def a_full_last_page_links_to_an_empty_one(stub, request):
    """A page that is full is taken for one that others follow."""
    response = stub.handle(request)
    if not is_page(response, request):
        return response
    page = response.json()
    meta, users, service = page["meta"], page["users"], service_of(stub, request)
    if meta["next_page_url"] is None and len(users) == meta["page_size"]:
        last = stub.account.store.find(service, users[-1]["sid"])
        query = {"PageSize": meta["page_size"], "Page": meta["page"] + 1}
        query["PageToken"] = Cursor(number=last.number).token(service)
        meta["next_page_url"] = f"{meta['url'].partition('?')[0]}?{urlencode(query)}"
    return with_json(response, page)


@breaks("pages_are_complete")
@in_queries
def page_tokens_are_not_read(query):
    """Each page is the first, and leads to itself."""
    query.pop("PageToken", None)
