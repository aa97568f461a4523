"""Broken clients: what they make of an answer."""

# ruff: noqa: D102  # what a method is for, the good client says

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx
from contract.broken_clients.good import PAGE, USER, GoodClient, TwilioError
from contract.broken_clients.promises import breaks

# Refusals


@breaks("refusals_are_errors")
class LosesTheCodeOfAList(GoodClient):
    """A page is read by other code, which knows no codes."""

    def page(self, url: str) -> Any:
        try:
            return super().page(url)
        except TwilioError as error:
            raise TwilioError(error.status) from None


@breaks("refusals_are_errors")
class TakesNotFoundForNone(GoodClient):
    """A user that is not there is None."""

    def fetch(self, service_sid: str | None, sid: str) -> Any:
        try:
            return super().fetch(service_sid, sid)
        except TwilioError as error:
            if error.status != 404:
                raise
            return None


@breaks("refusals_are_errors")
class LosesTheStatus(GoodClient):
    """The error has a text, and nothing to decide by."""

    def refuse(self, response: httpx.Response, status: int) -> None:
        if response.status_code != status:
            raise ValueError(f"Twilio said {response.text}")


@breaks("refusals_are_errors")
class TakesTheStatusForTheCode(GoodClient):
    """The code is the status, as elsewhere on the web."""

    def code(self, response: httpx.Response) -> int | None:
        return response.status_code


@breaks("refusals_are_errors")
class DeletesInAnyCase(GoodClient):
    """Gone is gone: a refused delete is none."""

    def delete(self, service_sid: str | None, sid: str, **given: Any) -> Any:
        self.send("DELETE", self.user(service_sid, sid), headers=self.headers(**given))


@breaks("problem_details_are_errors")
class NeedsACode(GoodClient):
    """Every refusal is taken to have a code."""

    def code(self, response: httpx.Response) -> int | None:
        try:
            body = response.json()
        except ValueError:
            return None
        return body["code"]


@breaks("proxy_errors_are_errors")
class NeedsJson(GoodClient):
    """Every refusal is taken for JSON."""

    def code(self, response: httpx.Response) -> int | None:
        return response.json().get("code")


# Answers


@breaks("answers_are_read")
class NeedsAName(GoodClient):
    """Every user is taken to have a friendly name."""

    def read(self, response: httpx.Response, status: int, what: str = USER) -> Any:
        body = super().read(response, status, what)
        for user in body["users"] if what == PAGE else [body]:
            user["friendly_name"] = user["friendly_name"].strip()
        return body


@breaks("answers_are_read")
class KnowsAllFields(GoodClient):
    """A field that is new is an error."""

    def conforms(self, found: Any, forms: dict[str, Callable[[Any], object]]) -> bool:
        return super().conforms(found, forms) and found.keys() <= forms.keys()


@breaks("answers_are_read")
class ShowsTheIdentityAsName(GoodClient):
    """Who has no friendly name is given one."""

    def fetch(self, service_sid: str | None, sid: str) -> Any:
        user = super().fetch(service_sid, sid)
        return user | {"friendly_name": user["friendly_name"] or user["identity"]}


@breaks("answers_are_read")
class ShowsPython(GoodClient):
    """Attributes are decoded, and shown as the text of a dictionary."""

    def fetch(self, service_sid: str | None, sid: str) -> Any:
        user = super().fetch(service_sid, sid)
        return user | {"attributes": str(json.loads(user["attributes"] or "{}"))}


class _ShowsDates(GoodClient):
    form: str

    def read(self, response: httpx.Response, status: int, what: str = USER) -> Any:
        body = super().read(response, status, what)
        for user in body["users"] if what == PAGE else [body]:
            for name in ("date_created", "date_updated"):
                user[name] = user[name] and self.date(user[name])
        return body

    def date(self, text: str) -> datetime:
        raise NotImplementedError


@breaks("dates_are_moments")
class ShowsNaiveDates(_ShowsDates):
    """The Z is cut off, and with it the time zone."""

    def date(self, text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=None)


@breaks("dates_are_moments")
class ShowsLocalDates(_ShowsDates):
    """The Z is cut off, and the time zone of the machine put there."""

    def date(self, text: str) -> datetime:
        moment = datetime.fromisoformat(text)
        return moment.replace(hour=(moment.hour + 1) % 24)


@breaks("broken_answers_are_told")
class BelievesAnything(GoodClient):
    """What is JSON is true."""

    def conforms(self, found: Any, forms: dict[str, Callable[[Any], object]]) -> bool:
        return isinstance(found, dict)


@breaks("unreadable_answers_are_told")
class TakesNonsenseForNobody(GoodClient):
    """A page that can't be read is taken for an empty one."""

    def page(self, url: str) -> Any:
        response = self.send("GET", url)
        self.refuse(response, 200)
        try:
            return self.read(response, 200, PAGE)
        except Exception:
            return {"users": [], "meta": {"next_page_url": None}}


@breaks("broken_answers_are_told")
class TakesAnySuccess(GoodClient):
    """202 is taken for done."""

    def refuse(self, response: httpx.Response, status: int) -> None:
        super().refuse(response, response.status_code if response.is_success else status)
