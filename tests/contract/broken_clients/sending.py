"""Broken clients: what they send is not what was asked for."""

# ruff: noqa: D102  # what a method is for, the good client says

import json
from typing import Any
from unicodedata import normalize
from urllib.parse import quote, quote_plus, urlencode

import httpx
from contract.broken_clients.good import TWILIO, GoodClient
from contract.broken_clients.promises import breaks

# Services


@breaks("operation_reaches_its_service")
class IgnoresTheService(GoodClient):
    """Every user is one of the default service."""

    def users(self, service_sid: str | None) -> str:
        return f"{TWILIO}/v1/Users"


@breaks("operation_reaches_its_service")
class AsksAnotherService(GoodClient):
    """The service of the last deployment is still in the path."""

    def users(self, service_sid: str | None) -> str:
        return super().users(service_sid and "IS" + 32 * "a")


@breaks("operation_reaches_its_service")
class FetchesAsThereIsNoDefault(GoodClient):
    """Create knows the default service; fetch asks for a service of its own."""

    def fetch(self, service_sid: str | None, sid: str) -> Any:
        return super().fetch(service_sid or "IS" + 32 * "a", sid)


# Identities in the path


@breaks("identity_is_one_segment")
class DoesNotEncode(GoodClient):
    """The identity stands in the path as it is."""

    def segment(self, sid: str) -> str:
        return sid


@breaks("identity_is_one_segment")
class LeavesSlashes(GoodClient):
    """`quote` takes the identity for a path."""

    def segment(self, sid: str) -> str:
        return sid.replace(".", "%2E") if sid in (".", "..") else quote(sid)


@breaks("identity_is_one_segment")
class LeavesDots(GoodClient):
    """`quote` leaves dots, and httpx collapses them."""

    def segment(self, sid: str) -> str:
        return quote(sid, safe="")


@breaks("identity_is_one_segment")
class EncodesAsInForms(GoodClient):
    """A space becomes a plus, which is a plus in a path."""

    def segment(self, sid: str) -> str:
        return sid.replace(".", "%2E") if sid in (".", "..") else quote_plus(sid)


@breaks("identity_is_one_segment")
class EncodesTwice(GoodClient):
    """The percent signs are encoded, too."""

    def segment(self, sid: str) -> str:
        return quote(super().segment(sid))


@breaks("identity_is_one_segment")
class LowersTheCase(GoodClient):
    """Identities are taken for e-mail addresses."""

    def segment(self, sid: str) -> str:
        return super().segment(sid.lower())


@breaks("identity_is_one_segment")
class Strips(GoodClient):
    """Spaces around an identity are taken for a typing error."""

    def segment(self, sid: str) -> str:
        return super().segment(sid.strip() or sid)


@breaks("identity_is_one_segment")
class Normalises(GoodClient):
    """Two identities that look alike become one."""

    def segment(self, sid: str) -> str:
        return super().segment(normalize("NFC", sid))


@breaks("identity_is_one_segment")
class DeletesUnencoded(GoodClient):
    """Delete alone forgets to encode."""

    def delete(self, service_sid: str | None, sid: str, **given: Any) -> Any:
        url = f"{self.users(service_sid)}/{sid}"
        self.refuse(self.send("DELETE", url, headers=self.headers(**given)), 204)


# Parameters


@breaks("parameters_arrive")
class DropsFalsyValues(GoodClient):
    """`if friendly_name:` does not send an empty one."""

    def form(self, **given: Any) -> dict[str, Any]:
        return {name: value for name, value in super().form(**given).items() if value}


@breaks("parameters_arrive")
class WritesLatin1(GoodClient):
    """The form is encoded as it was twenty years ago."""

    def send(self, method: str, url: str, data: Any = None, **message: Any) -> httpx.Response:
        content = urlencode(data or {}, encoding="latin-1", errors="replace")
        headers = message.pop("headers", {})
        if data is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        return super().send(method, url, content=content, headers=headers, **message)


@breaks("parameters_arrive")
class CreatesInLowerCase(GoodClient):
    """The user is created under another name than the one that is asked for."""

    def create(self, service_sid: str | None, identity: str, **given: Any) -> Any:
        return super().create(service_sid, identity.lower(), **given)


@breaks("parameters_arrive")
class StripsNames(GoodClient):
    """Spaces around a name are taken for a typing error."""

    def form(self, **given: Any) -> dict[str, Any]:
        return {name: value.strip() for name, value in super().form(**given).items()}


@breaks("parameters_arrive")
class ForgetsTheRoleOnUpdate(GoodClient):
    """Update takes a role and does not send it."""

    def update(self, service_sid: str | None, sid: str, **given: Any) -> Any:
        return super().update(service_sid, sid, **{k: given[k] for k in given if k != "role_sid"})


class _SendsAll(GoodClient):
    nothing: str

    def form(self, **given: Any) -> dict[str, Any]:
        left_out = dict.fromkeys(("FriendlyName", "RoleSid"), self.nothing)
        return left_out | super().form(**given)


@breaks("nothing_else_is_sent")
class SendsNone(_SendsAll):
    """`str(None)` is a name like any other."""

    nothing = "None"


@breaks("nothing_else_is_sent")
class SendsEmptyTexts(_SendsAll):
    """What was not given is emptied."""

    nothing = ""


@breaks("nothing_else_is_sent")
class AlwaysSendsTheHeader(GoodClient):
    """Nobody asked for webhooks, and each change calls one."""

    def headers(self, *, x_twilio_webhook_enabled: bool | None = None) -> dict[str, str]:
        return super().headers(x_twilio_webhook_enabled=x_twilio_webhook_enabled is not False)


@breaks("nothing_is_ignored")
class SendsJson(GoodClient):
    """Most APIs take JSON."""

    def send(self, method: str, url: str, data: Any = None, **message: Any) -> httpx.Response:
        return super().send(method, url, json=data, **message)


@breaks("nothing_is_ignored")
class MisspellsAParameter(GoodClient):
    """`Friendlyname` is no parameter, and Twilio does not tell."""

    def form(self, **given: Any) -> dict[str, Any]:
        return {name.replace("yN", "yn"): value for name, value in super().form(**given).items()}


# Attributes


@breaks("attributes_are_one_object")
class SendsTheKeys(GoodClient):
    """A mapping is a list of its keys, and a list is sent item by item."""

    def attributes(self, attributes: dict[str, Any]) -> Any:
        return list(attributes)


@breaks("attributes_are_one_object")
class SendsPython(GoodClient):
    """`str` of a dictionary has the wrong quotes."""

    def attributes(self, attributes: dict[str, Any]) -> Any:
        return str(attributes)


@breaks("attributes_are_one_object")
class WritesJsonTwice(GoodClient):
    """The text of an object is written as JSON, too."""

    def attributes(self, attributes: dict[str, Any]) -> Any:
        return json.dumps(json.dumps(attributes))


# Webhooks


@breaks("webhook_header_is_sent")
class LosesTheHeaderOnCreate(GoodClient):
    """Create takes the switch and does not send it."""

    def create(self, service_sid: str | None, identity: str, **given: Any) -> Any:
        given.pop("x_twilio_webhook_enabled", None)
        return super().create(service_sid, identity, **given)


@breaks("webhook_header_is_sent")
class LosesTheHeaderOnUpdate(GoodClient):
    """Update takes the switch and does not send it."""

    def update(self, service_sid: str | None, sid: str, **given: Any) -> Any:
        given.pop("x_twilio_webhook_enabled", None)
        return super().update(service_sid, sid, **given)


@breaks("webhook_header_is_sent")
class LosesTheHeaderOnDelete(GoodClient):
    """Delete takes the switch and does not send it."""

    def delete(self, service_sid: str | None, sid: str, **given: Any) -> Any:
        return super().delete(service_sid, sid)


@breaks("webhook_header_is_sent")
class SendsTheHeaderAsPythonSaysIt(GoodClient):
    """`str(True)` is no `true`."""

    def headers(self, **given: Any) -> dict[str, str]:
        return {name: value.title() for name, value in super().headers(**given).items()}


@breaks("webhook_header_is_sent")
class SendsNoFalse(GoodClient):
    """`if enabled:` sends nothing for False."""

    def headers(self, *, x_twilio_webhook_enabled: bool | None = None) -> dict[str, str]:
        return super().headers(x_twilio_webhook_enabled=x_twilio_webhook_enabled or None)


# Credentials


@breaks("credentials_are_sent")
class ForgetsTheCredentials(GoodClient):
    """Somebody opens a client of their own."""

    def send(self, method: str, url: str, **message: Any) -> httpx.Response:
        return super().send(method, url, auth=None, **message)


@breaks("credentials_are_sent")
class ShowsTheCredentials(GoodClient):
    """The token is in the query, and so in every log."""

    def __init__(self, account_sid: str, auth_token: str) -> None:
        super().__init__(account_sid, auth_token)
        self.token = auth_token

    def send(self, method: str, url: str, **message: Any) -> httpx.Response:
        return super().send(method, f"{url}?AuthToken={self.token}", **message)


# Failures


@breaks("nothing_is_sent_twice")
class CreatesAgain(GoodClient):
    """A server's error is taken for one of the network."""

    def create(self, service_sid: str | None, identity: str, **given: Any) -> Any:
        try:
            return super().create(service_sid, identity, **given)
        except Exception as error:
            if getattr(error, "status", None) not in (500, 503):
                raise
            return super().create(service_sid, identity, **given)


@breaks("nothing_is_sent_twice")
class SendsAgainWhenUnavailable(GoodClient):
    """A retry of everything, for 503 alone."""

    def send(self, method: str, url: str, **message: Any) -> httpx.Response:
        response = super().send(method, url, **message)
        return super().send(method, url, **message) if response.status_code == 503 else response
