"""Broken stubs: what is refused, and how."""

from dataclasses import replace
from time import sleep
from urllib.parse import quote

from contract.broken_stubs.parts import (
    asks_for,
    form_of,
    query_of,
    service_of,
    user_of,
    with_form,
    with_query,
    without_header,
)
from contract.broken_stubs.tampering import (
    breaks,
    in_forms,
    in_queries,
    in_refusals,
    in_requests,
    refuses,
    under_settings,
)

from pytest_twilio_users.contract import refusals
from pytest_twilio_users.contract.operations import Action
from pytest_twilio_users.contract.sids import SidKind
from pytest_twilio_users.wire.codec import decode


@breaks("not_found")
@in_refusals(refusals.NOT_FOUND)
def what_was_not_found_is_not_told(refusal):
    """The message does not name the path."""
    return replace(refusal, message="The requested resource was not found")


@breaks("not_found")
@in_refusals(refusals.NOT_FOUND)
def the_code_is_the_status(refusal):
    """A missing user has the code 404."""
    return replace(refusal, code=404)


@breaks("not_found")
@under_settings()
def an_unknown_service_is_empty(settings):
    """A service that nobody made has a list."""
    return settings._replace(service_sids=())


@breaks("not_found")
def update_creates_who_is_missing(stub, request):
    """An update of nobody makes a user."""
    if not asks_for(request, Action.UPDATE) or user_of(stub, request) is not None:
        return stub.handle(request)
    users, _, _ = request.path.rpartition("/")
    form = {"Identity": decode(request).user.replace("US", "us"), **form_of(request)}
    return replace(stub.handle(with_form(replace(request, target=users), form)), status=200)


@breaks("method_not_allowed")
@in_refusals(refusals.METHOD_NOT_ALLOWED)
def other_methods_are_not_found(refusal):
    """A method that the path does not know is refused like a path that nobody knows."""
    return refusals.NOT_FOUND


@breaks("method_not_allowed")
@in_requests()
def put_is_a_post(request):
    """PUT updates a user."""
    return replace(request, method=request.method.replace("PUT", "POST"))


@breaks("identity_taken")
@in_refusals(refusals.IDENTITY_TAKEN)
def a_taken_identity_is_a_bad_request(refusal):
    """A taken identity is refused with 400."""
    return replace(refusal, status=400)


@breaks("identity_taken")
@in_refusals(refusals.IDENTITY_TAKEN)
def a_taken_identity_has_another_code(refusal):
    """A taken identity is refused with the code of taken conversations."""
    return replace(refusal, code=50353)


@breaks("identity_taken")
def a_taken_identity_is_taken_over(stub, request):
    """A second create replaces the first user."""
    if asks_for(request, Action.CREATE):
        store = stub.account.store
        user = store.find(service_of(stub, request), form_of(request).get("Identity", ""))
        if user is not None:
            store.change(user, None)
    return stub.handle(request)


@breaks("identity_taken")
def a_second_create_finds_the_first_user(stub, request):
    """A second create answers with the user that is there."""
    response = stub.handle(request)
    if response.status != 409:
        return response
    found = f"{request.path}/{form_of(request)['Identity']}"
    return replace(stub.handle(replace(request, method="GET", target=found)), status=201)


@breaks("concurrent_creates")
def creates_at_once_all_succeed(stub, request):
    """Whether an identity is taken is looked up first, and not again."""
    if not asks_for(request, Action.CREATE):
        return stub.handle(request)
    identity = form_of(request).get("Identity", "")
    taken = stub.account.store.find(service_of(stub, request), identity)
    sleep(0.2)  # so that the others look it up, too
    response = stub.handle(request)
    if response.status != 409 or taken is not None:
        return response
    found = replace(request, method="GET", target=f"{request.path}/{quote(identity)}", body=b"")
    return replace(stub.handle(found), status=201)


@breaks("concurrent_creates")
def the_identity_of_a_create_under_way_is_malformed(stub, request):
    """Who comes second is told that nothing is right with the identity."""
    response = stub.handle(request)
    if response.status == 409 and asks_for(request, Action.CREATE):
        return stub.refuse(request, refusals.IDENTITY_MISSING)
    return response


@breaks("identity_missing")
@in_refusals(refusals.IDENTITY_MISSING)
def a_missing_identity_is_an_invalid_one(refusal):
    """A missing Identity is told in other words."""
    return replace(refusal, message="Invalid parameter Identity")


@breaks("identity_missing")
@in_forms(Action.CREATE)
def a_missing_identity_is_made_up(form):
    """A user without an Identity gets one."""
    form.setdefault("Identity", "user-1")


@breaks("identity_empty")
@in_forms(Action.CREATE)
def an_empty_identity_is_a_missing_one(form):
    """An empty Identity is refused as though it were not there."""
    if form.get("Identity") == "":
        del form["Identity"]


@breaks("identity_too_long")
@in_forms(Action.CREATE)
def long_identities_are_cut(form):
    """An identity of 257 characters loses the last one."""
    if "Identity" in form:
        form["Identity"] = form["Identity"][:256]


@breaks("identity_like_sid")
@in_forms(Action.CREATE)
def an_identity_may_look_like_a_sid(form):
    """Only lower-case hex digits make an identity look like a SID."""
    if form.get("Identity", "").startswith("US0aF"):
        form["Identity"] = form["Identity"].replace("US", "S")


@breaks("identity_reserved")
@in_refusals(refusals.IDENTITY_RESERVED)
def a_reserved_identity_is_a_taken_one(refusal):
    """The service itself is a user, and has its identity."""
    return refusals.IDENTITY_TAKEN


@breaks("friendly_name_too_long")
@in_forms()
def long_friendly_names_are_cut(form):
    """A friendly name of 257 characters loses the last one."""
    if "FriendlyName" in form:
        form["FriendlyName"] = form["FriendlyName"][:256]


@breaks("friendly_name_too_long")
@refuses(refusals.FRIENDLY_NAME_TOO_LONG, Action.CREATE)
def friendly_names_are_measured_in_bytes(request):
    """256 bytes are the limit, not 256 characters."""
    return len(form_of(request).get("FriendlyName", "").encode()) > 256


@breaks("attributes_not_json")
@in_forms()
def pythons_json_is_json(form):
    """NaN is a number."""
    if "Attributes" in form:
        form["Attributes"] = form["Attributes"].replace("NaN", "null")


@breaks("attributes_empty")
@in_forms()
def no_attributes_are_the_default_ones(form):
    """An empty text is an empty object."""
    form.update({name: form[name] or "{}" for name in form if name == "Attributes"})


@breaks("attributes_not_json")
def update_stores_before_it_refuses(stub, request):
    """An update that is refused has changed the friendly name."""
    response = stub.handle(request)
    if asks_for(request, Action.UPDATE) and response.status == 400:
        stub.handle(with_form(request, {"FriendlyName": form_of(request).get("FriendlyName", "")}))
    return response


@breaks("attributes_not_json")
def create_stores_before_it_refuses(stub, request):
    """A create that is refused has made a user."""
    response = stub.handle(request)
    if asks_for(request, Action.CREATE) and response.status == 400:
        stub.handle(with_form(request, {"Identity": form_of(request).get("Identity", "")}))
    return response


@breaks("attributes_no_object")
@in_forms()
def arrays_are_attributes(form):
    """A list is as good as an object."""
    if form.get("Attributes", "").startswith("["):
        form["Attributes"] = "{}"


@breaks("attributes_no_object")
@in_forms()
def null_takes_attributes_away(form):
    """Null is as good as an empty object."""
    if form.get("Attributes") == "null":
        form["Attributes"] = "{}"


@breaks("attributes_too_long")
@in_forms()
def attributes_are_measured_in_characters(form):
    """16,384 characters are the limit, not 16,384 bytes."""
    if len(form.get("Attributes", "")) <= 16_384 < len(form.get("Attributes", "").encode()):
        form["Attributes"] = "{}"


@breaks("attributes_too_long")
@in_forms()
def attributes_may_be_a_byte_longer(form):
    """16,385 bytes are the limit."""
    if len(form.get("Attributes", "").encode()) == 16_385:
        form["Attributes"] = "{}"


@breaks("role_sid_malformed")
@in_forms()
def malformed_roles_are_ignored(form):
    """A RoleSid that is none is not read."""
    if not SidKind.ROLE.matches(form.get("RoleSid", "")):
        form.pop("RoleSid", None)


@breaks("role_unknown")
@under_settings(Action.UPDATE)
def update_takes_any_role(settings):
    """An update gives a user a role that nobody made."""
    return settings._replace(role_sids=())


@breaks("role_unknown")
@in_refusals(refusals.ROLE_UNKNOWN)
def an_unknown_role_is_malformed(refusal):
    """A role that nobody made is refused like one that is no SID."""
    return refusals.ROLE_SID_MALFORMED


@breaks("webhook_enabled_malformed")
@in_requests(Action.UPDATE, Action.DELETE)
def only_create_minds_the_webhook_header(request):
    """Update and delete take the header as it comes."""
    return without_header(request, "x-twilio-webhook-enabled")


@breaks("page_size_malformed")
@in_queries
def a_page_of_0_is_one_of_50(query):
    """PageSize=0 asks for the default."""
    if query.get("PageSize") == "0":
        del query["PageSize"]


@breaks("page_size_malformed")
@in_queries
def a_page_size_is_read_as_far_as_it_is_a_number(query):
    """PageSize=1.5 asks for one user."""
    query.update({name: query[name].partition(".")[0] for name in query if name == "PageSize"})


@breaks("page_malformed")
@in_queries
def a_negative_page_is_the_first(query):
    """Page=-1 asks for the first page."""
    if query.get("Page", "").startswith("-"):
        query["Page"] = "0"


@breaks("page_token_unknown")
def a_made_up_token_leads_to_the_first_page(stub, request):
    """A token that nobody issued is not read."""
    response = stub.handle(request)
    if response.status < 400 or not asks_for(request, Action.LIST):
        return response
    query = query_of(request)
    query.pop("PageToken", None)
    return stub.handle(with_query(request, query))


@breaks("page_token_unknown")
@in_refusals(refusals.PAGE_TOKEN_UNKNOWN)
def a_made_up_token_is_not_found(refusal):
    """A token that nobody issued is refused like a user that nobody made."""
    return refusals.NOT_FOUND
