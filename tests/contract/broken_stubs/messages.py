"""Broken stubs: what is read and written besides users, and who may ask."""

import json
from dataclasses import replace
from urllib.parse import unquote, urlencode

from contract.broken_stubs.parts import (
    asks_for,
    form_of,
    user_of,
    with_form,
    with_header,
    with_json,
    without_header,
)
from contract.broken_stubs.tampering import (
    breaks,
    in_answers,
    in_refusal_bodies,
    in_refusals,
    in_refused_answers,
    in_requests,
    refuses,
    under_settings,
)

from pytest_twilio_users.contract import refusals
from pytest_twilio_users.contract.operations import Action
from pytest_twilio_users.contract.sids import SidKind
from pytest_twilio_users.settings import Credentials
from pytest_twilio_users.wire.codec import FORM_TYPE, decode, decode_credentials, encode_credentials

# Messages


@breaks("unknown_ignored")
@refuses(refusals.ROLE_SID_MALFORMED, Action.CREATE)
def unknown_parameters_are_refused(request):
    """A parameter that create does not know is an error."""
    return not form_of(request).keys() <= {"Identity", "FriendlyName", "Attributes", "RoleSid"}


@breaks("unknown_ignored")
def unknown_parameters_are_told_back(stub, request):
    """What create does not know it gives back, too."""
    response = stub.handle(request)
    if response.status != 201:
        return response
    return with_json(response, {**form_of(request), **response.json()})


@breaks("unknown_ignored")
def update_changes_the_identity(stub, request):
    """An update takes an Identity."""
    user = user_of(stub, request)
    if user is not None and "Identity" in form_of(request):
        stub.account.store.change(user, replace(user, identity=form_of(request)["Identity"]))
        request = replace(request, target=request.path.replace(user.identity, user.sid))
    return stub.handle(request)


@breaks("unknown_query_ignored")
@refuses(refusals.PAGE_SIZE_MALFORMED, Action.LIST)
def an_unknown_query_is_refused(request):
    """A list takes no parameter that it does not know."""
    return "Colour" in request.query


@breaks("json_body_unread")
@in_requests(Action.CREATE)
def a_json_body_is_read(request):
    """Create takes JSON for a form."""
    if request.header("content-type") != "application/json":
        return request
    form = urlencode(json.loads(request.body)).encode()
    return replace(request, headers=(("content-type", FORM_TYPE),), body=form)


@breaks("json_body_unread")
@in_requests(Action.CREATE)
def any_body_is_a_form(request):
    """Create takes the text of JSON for an identity."""
    if request.header("content-type") != "application/json":
        return request
    return with_form(replace(request, headers=(), body=b""), {"Identity": request.body.decode()})


@breaks("last_parameter_wins")
def the_first_of_repeated_parameters_counts(stub, request):
    """A parameter that is sent twice has its first value."""
    if not asks_for(request, Action.CREATE, Action.UPDATE):
        return stub.handle(request)
    pairs = decode(request).form
    return stub.handle(with_form(request, dict(reversed(pairs))) if pairs else request)


@breaks("webhook_header")
@refuses(refusals.WEBHOOK_ENABLED_MALFORMED, Action.DELETE)
def delete_knows_no_webhook_header(request):
    """Delete refuses the header that create and update take."""
    return request.header("x-twilio-webhook-enabled") is not None


@breaks("webhook_header")
@in_requests(Action.UPDATE)
def update_waits_for_the_webhook(request):
    """An update with the header changes nothing yet."""
    enabled = request.header("x-twilio-webhook-enabled") is not None
    return with_form(request, {}) if enabled else request


@breaks("refusal_body")
@in_refusal_bodies
def refusals_begin_with_their_status(body):
    """A refusal's keys are in another order."""
    return {"status": body.pop("status"), **body}


@breaks("refusal_alone")
@in_refusal_bodies
def refusals_tell_the_time(body):
    """A refusal has a key of its framework's."""
    return {**body, "timestamp": "2019-12-16T22:18:37Z"}


@breaks("refusal_body")
@in_refusal_bodies
def refusals_tell_their_status_as_text(body):
    """A refusal's status is a text."""
    return {**body, "status": str(body["status"])}


@breaks("refusal_body")
@in_refusal_bodies
def refusals_point_elsewhere(body):
    """more_info leads to the documents of another time."""
    return {**body, "more_info": body["more_info"].replace("/docs/errors", "/docs/api/errors")}


@breaks("refusal_spacing")
@in_refused_answers
def refusals_are_written_without_spaces(response):
    """A refusal's JSON is compact."""
    compact = json.dumps(response.json(), separators=(",", ":")).encode()
    return with_header(replace(response, body=compact), "content-length", str(len(compact)))


@breaks("refusal_alone")
@in_refusal_bodies
def refusals_tell_a_detail(body):
    """A refusal says more, as those of a sibling do."""
    return {**body, "detail": "There is more to say."}


@breaks("path_in_refusal")
@in_refusal_bodies
def refusals_show_the_path_decoded(body):
    """A refusal's message shows what the path means."""
    return {**body, "message": unquote(body["message"])}


@breaks("no_type_without_body")
@in_answers(Action.DELETE)
def a_delete_has_a_type(response):
    """The answer to a delete has the content type of all answers."""
    return with_header(response, "content-type", "application/json; charset=utf-8")


@breaks("type_without_body")
def a_type_wants_a_body(stub, request):
    """A GET with the content type of a form is a form without an end."""
    if request.method == "GET" and request.header("content-type"):
        return stub.respond(400, {"message": "Where is the body?"})
    return stub.handle(request)


@breaks("json_content_type")
@in_refused_answers
def refusals_are_called_html(response):
    """A refusal's content type is that of a page for people."""
    return with_header(response, "content-type", "text/html; charset=utf-8")


@breaks("json_content_type")
@in_answers(Action.CREATE)
def answers_do_not_name_their_charset(response):
    """The content type is application/json and no more."""
    return with_header(response, "content-type", "application/json")


@breaks("request_ids_differ")
def all_answers_have_one_request_id(stub, request):
    """The request id is a constant."""
    return with_header(stub.handle(request), "twilio-request-id", "RQ" + "0" * 32)


@breaks("request_ids_differ")
@in_answers(Action.FETCH, Action.LIST)
def reads_have_one_request_id(response):
    """The request id of what changes nothing is a constant."""
    return with_header(response, "twilio-request-id", "RQ" + "0" * 32)


@breaks("request_id")
@in_answers(Action.DELETE)
def a_delete_has_no_request_id(response):
    """The answer to a delete has no request id."""
    return without_header(response, "twilio-request-id")


@breaks("no_retry_after")
@in_refused_answers
def refusals_say_when_to_come_again(response):
    """A refusal has a Retry-After."""
    return with_header(response, "retry-after", "1")


@breaks("no_retry_after")
@in_answers()
def answers_count_down(response):
    """An answer tells how many more there will be."""
    return with_header(response, "x-ratelimit-remaining", "29")


# Who may ask


@breaks("no_credentials")
@in_requests()
def nobody_in_particular_is_served(request):
    """A request without credentials is answered."""
    return replace(request, authorization=request.authorization or "Basic bm9ib2R5OnNlY3JldA==")


@breaks("no_credentials")
@in_refusals(refusals.NO_CREDENTIALS)
def nobody_in_particular_is_forbidden(refusal):
    """A request without credentials is refused with 403."""
    return replace(refusal, status=403)


@breaks("no_credentials")
@in_refusals(refusals.NO_CREDENTIALS)
def no_token_is_a_wrong_token(refusal):
    """A request without credentials is refused as one with wrong ones."""
    return refusals.TOKEN_WRONG


@breaks("preflight")
def a_preflight_needs_credentials(stub, request):
    """OPTIONS is refused like any other method."""
    if request.method != "OPTIONS":
        return stub.handle(request)
    return stub.refuse(request, refusals.METHOD_NOT_ALLOWED)


@breaks("preflight")
def a_preflight_allows_nothing(stub, request):
    """OPTIONS names no methods."""
    if request.method != "OPTIONS":
        return stub.handle(request)
    return without_header(stub.handle(request), "access-control-allow-methods")


@breaks("username_invalid")
@in_refusals(refusals.USERNAME_INVALID)
def every_name_is_an_account(refusal):
    """A user name that is no SID is refused for its token."""
    return refusals.TOKEN_WRONG


@breaks("basic_auth")
def anybody_deletes(stub, request):
    """A delete without credentials is carried out."""
    if request.authorization is None and asks_for(request, Action.DELETE):
        own = encode_credentials(stub.account.sid, stub.account.auth_token)
        request = replace(request, authorization=own)
    return stub.handle(request)


@breaks("basic_auth")
@under_settings(Action.UPDATE)
def anybody_updates(settings):
    """An update with a wrong token is carried out."""
    return settings._replace(credentials=Credentials.ANY)


@breaks("no_credentials")
def a_create_without_credentials_is_malformed(stub, request):
    """A create looks at its form first."""
    if request.authorization is None and asks_for(request, Action.CREATE):
        return stub.refuse(request, refusals.IDENTITY_MISSING)
    return stub.handle(request)


@breaks("token_wrong")
def a_fetch_with_a_wrong_token_finds_nobody(stub, request):
    """A fetch hides that it knows the user."""
    response = stub.handle(request)
    if response.status == 401 and request.authorization and asks_for(request, Action.FETCH):
        return stub.refuse(request, refusals.NOT_FOUND)
    return response


@breaks("api_key")
def an_api_key_opens_nothing(stub, request):
    """The account's own SID is the only user name."""
    credentials = decode_credentials(request.authorization)
    if credentials and SidKind.API_KEY.matches(credentials[0]):
        return stub.refuse(request, refusals.USERNAME_INVALID)
    return stub.handle(request)


@breaks("token_wrong")
@under_settings()
def any_token_is_right(settings):
    """A wrong token is as good as the right one."""
    return settings._replace(credentials=Credentials.ANY)


@breaks("basic_auth")
def no_token_is_right(stub, request):
    """The right token is refused like a wrong one."""
    if stub.account.settings.credentials is Credentials.EXACT:
        return stub.refuse(request, refusals.TOKEN_WRONG)
    return stub.handle(request)
