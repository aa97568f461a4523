"""Broken stubs: attributes, update and delete."""

import json
from dataclasses import replace
from datetime import timedelta

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
    in_store,
    in_users,
    refuses,
    under_settings,
)

from pytest_twilio_users.backends.stub import user_body
from pytest_twilio_users.contract import refusals
from pytest_twilio_users.contract.operations import Action
from pytest_twilio_users.contract.sids import SidKind, derive_sid

# Attributes


@breaks("attributes_verbatim")
@in_forms()
def attributes_are_written_anew(form):
    """Attributes are parsed and written out again."""
    try:
        form["Attributes"] = json.dumps(json.loads(form["Attributes"]))
    except (KeyError, ValueError, RecursionError):
        return


@breaks("attributes_verbatim")
@in_forms(Action.UPDATE)
def update_trims_attributes(form):
    """An update loses the line break at the end."""
    if "Attributes" in form:
        form["Attributes"] = form["Attributes"].strip()


@breaks("attributes_verbatim")
@in_users(Action.LIST)
def lists_leave_out_the_attributes(user):
    """A list shows no attributes."""
    user["attributes"] = "{}"


@breaks("odd_attributes")
@in_users()
def a_key_stands_once(user):
    """Of a key that stands twice the last one is kept."""
    user["attributes"] = user["attributes"].replace('"a": 1, "a": 2', '"a": 2')


@breaks("attribute_escapes")
@in_users()
def escapes_are_resolved(user):
    r"""`\\/` comes back as `/`."""
    user["attributes"] = user["attributes"].replace("\\/", "/")


@breaks("attribute_escapes")
@under_settings()
def escapes_are_refused(settings):
    r"""`\\/` is not JSON, as in 2020-2021."""
    return settings._replace(attribute_escapes=False)


# Update


@breaks("update_answers_200")
@in_answers(Action.UPDATE)
def update_answers_202(response):
    """Update answers that it will see to it."""
    return replace(response, status=202)


@breaks("update_keeps_the_rest")
@in_forms(Action.UPDATE)
def update_replaces_the_user(form):
    """What an update does not send is emptied."""
    form.setdefault("FriendlyName", "")
    form.setdefault("Attributes", "{}")


@breaks("update_keeps_the_rest")
@in_forms(Action.UPDATE)
def update_resets_the_attributes(form):
    """An update that sends no attributes empties them."""
    form.setdefault("Attributes", "{}")


@breaks("update_keeps_the_rest")
@in_forms(Action.UPDATE)
def update_loses_the_friendly_name(form):
    """An update leaves the friendly name as it was."""
    form.pop("FriendlyName", None)


@breaks("update_keeps_the_rest")
@in_store(Action.UPDATE)
def update_takes_the_role_away(before, user):
    """An update gives the user the role that new users have."""
    return replace(user, role_sid=derive_sid(SidKind.ROLE, "new users"))


@breaks("update_keeps_the_rest")
def update_answers_with_the_user_as_it_was(stub, request):
    """An update is stored, and answered with the state before it."""
    before = stub.handle(replace(request, method="GET", body=b""))
    response = stub.handle(request)
    right = response.status >= 400 or not asks_for(request, Action.UPDATE)
    return response if right else before


@breaks("update_keeps_the_rest")
def update_is_not_stored(stub, request):
    """An update is answered, and forgotten."""
    before = user_of(stub, request)
    response = stub.handle(request)
    if before is not None and asks_for(request, Action.UPDATE):
        stub.account.store.change(user_of(stub, request), before)
    return response


@breaks("update_moves_date")
@in_store(Action.UPDATE)
def update_is_not_dated(before, user):
    """date_updated stays what it was."""
    return replace(user, date_updated=before.date_updated)


@breaks("update_moves_date")
@in_store(Action.UPDATE)
def update_moves_both_dates(before, user):
    """date_created moves with date_updated."""
    return replace(user, date_created=user.date_updated)


@breaks("update_moves_date")
def update_is_dated_in_its_answer_only(stub, request):
    """date_updated is told, and not stored."""
    before = user_of(stub, request)
    response = stub.handle(request)
    if before is not None and asks_for(request, Action.UPDATE):
        after = user_of(stub, request)
        stub.account.store.change(after, replace(after, date_updated=before.date_updated))
    return response


@breaks("update_nothing")
@in_store(Action.UPDATE)
def an_empty_update_is_dated(before, user):
    """An update without a parameter moves date_updated."""
    if before != user:
        return user
    return replace(user, date_updated=user.date_updated + timedelta(seconds=2))


@breaks("update_nothing")
@refuses(refusals.IDENTITY_MISSING, Action.UPDATE)
def an_empty_update_is_refused(request):
    """An update needs a parameter."""
    return not form_of(request)


@breaks("update_empty_name")
@in_users()
def an_empty_friendly_name_is_null(user):
    """The empty text takes the friendly name away."""
    user["friendly_name"] = user["friendly_name"] or None


@breaks("update_empty_name")
@in_forms(Action.UPDATE)
def an_empty_friendly_name_is_ignored(form):
    """The empty text leaves the friendly name as it was."""
    if form.get("FriendlyName") == "":
        del form["FriendlyName"]


# Delete


@breaks("delete_answers_204")
@in_answers(Action.DELETE)
def delete_answers_200_with_a_body(response):
    """Delete answers with a confirmation."""
    return with_json(replace(response, status=200), {"deleted": True})


@breaks("delete_answers_204")
def delete_does_nothing(stub, request):
    """Delete answers 204, and the user stays."""
    user = user_of(stub, request)
    response = stub.handle(request)
    if user is not None and asks_for(request, Action.DELETE):
        stub.account.store.change(None, user)
    return response


@breaks("delete_answers_204")
def delete_takes_everybody(stub, request):
    """Delete takes all users of the service along."""
    response = stub.handle(request)
    if response.status == 204:
        for user in list(stub.account.store.users(service_of(stub, request))):
            stub.account.store.change(user, None)
    return response


def bury(stub, request):
    """Delete a user and keep it aside, in a service that nobody can ask for."""
    user = user_of(stub, request)
    response = stub.handle(request)
    if user is not None and asks_for(request, Action.DELETE):
        stub.account.store.change(None, replace(user, service_sid=f"buried {user.service_sid}"))
    return response


def buried(stub, request):
    """The users that were deleted from the request's service."""
    return list(stub.account.store.users(f"buried {service_of(stub, request)}"))


@breaks("delete_answers_204")
def a_deleted_user_is_still_listed(stub, request):
    """Nobody can fetch it, but the list has it."""
    response = bury(stub, request)
    if not is_page(response, request):
        return response
    page = response.json()
    page["users"] += [
        user_body(user, stub.account.sid, page["meta"]["url"], reachability=False)
        | {"chat_service_sid": service_of(stub, request)}
        for user in buried(stub, request)
    ]
    return with_json(response, page)


@breaks("second_delete")
def a_second_delete_succeeds(stub, request):
    """Deleting nobody answers 204."""
    response = stub.handle(request)
    if asks_for(request, Action.DELETE) and response.status == 404:
        return stub.respond(204, None)
    return response


@breaks("identity_free_again")
def a_deleted_identity_stays_taken(stub, request):
    """Nobody can have the identity of a deleted user."""
    if asks_for(request, Action.CREATE):
        identity = form_of(request).get("Identity")
        if identity in [user.identity for user in buried(stub, request)]:
            return stub.refuse(request, refusals.IDENTITY_TAKEN)
    return bury(stub, request)


@breaks("identity_free_again")
def a_deleted_user_comes_back(stub, request):
    """Who is created with a deleted user's identity has its SID, name and attributes."""
    if asks_for(request, Action.CREATE):
        for user in buried(stub, request):
            if user.identity == form_of(request).get("Identity"):
                stub.account.store.change(
                    None, replace(user, service_sid=service_of(stub, request))
                )
                found = replace(
                    request, method="GET", target=f"{request.path}/{user.sid}", body=b""
                )
                return replace(stub.handle(found), status=201)
    return bury(stub, request)
