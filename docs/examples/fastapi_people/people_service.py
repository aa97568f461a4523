"""A service whose people are Conversations users of Twilio.

A person's UUID is the user's identity; it needs no encoding in Twilio's paths. Twilio tells
the service of every change by webhooks, whoever made it.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, TypedDict
from urllib.parse import parse_qsl
from uuid import UUID

import httpx
from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from twilio.request_validator import RequestValidator

TOLD = {"X-Twilio-Webhook-Enabled": "true"}


class State(TypedDict):
    """What requests find in `request.state`."""

    twilio: httpx.AsyncClient
    names: dict[str, str | None]


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[State]:
    """One client of Twilio while the service runs, and the names that Twilio told."""
    async with httpx.AsyncClient(
        base_url="https://conversations.twilio.com/v1",
        auth=(os.environ["TWILIO_ACCOUNT_SID"], os.environ["TWILIO_AUTH_TOKEN"]),
        timeout=5,
    ) as client:
        yield {"twilio": client, "names": {}}


def twilio_client(request: Request) -> httpx.AsyncClient:
    """The service's client of Twilio."""
    client: httpx.AsyncClient = request.state.twilio
    return client


Twilio = Annotated[httpx.AsyncClient, Depends(twilio_client)]
app = FastAPI(title="People", lifespan=lifespan)


class Person(BaseModel):
    """What our clients say of somebody."""

    name: str = Field(min_length=1, max_length=256)


@app.put("/people/{person_id}", status_code=204)
async def put_person(person_id: UUID, person: Person, twilio: Twilio) -> None:
    """Create or rename; the same request again changes nothing."""
    form = {"FriendlyName": person.name}
    answer = await twilio.post(f"/Users/{person_id}", data=form, headers=TOLD)
    if answer.status_code == httpx.codes.NOT_FOUND:
        whole = {"Identity": str(person_id), **form}
        answer = await twilio.post("/Users", data=whole, headers=TOLD)
        if answer.status_code == httpx.codes.CONFLICT:  # another request was faster
            answer = await twilio.post(f"/Users/{person_id}", data=form, headers=TOLD)
    answer.raise_for_status()


@app.get("/people")
async def list_people(request: Request) -> dict[str, str | None]:
    """The names that Twilio told, by UUID; nobody is asked."""
    names: dict[str, str | None] = request.state.names
    return names


@app.post("/hooks", status_code=204)
async def hear(request: Request) -> None:
    """Hear from Twilio, and from nobody else, what people are called."""
    form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
    validator = RequestValidator(os.environ["TWILIO_AUTH_TOKEN"])
    signature = request.headers.get("X-Twilio-Signature", "")
    if not validator.validate(str(request.url), form, signature):
        raise HTTPException(403, "Not from Twilio")
    if form["EventType"] == "onUserUpdate":  # which is about to happen, if we let it
        if form.get("FriendlyName", "").isspace():
            raise HTTPException(400, "Nobody is called that")
    else:
        request.state.names[form["Identity"]] = form.get("FriendlyName")


@app.get("/people/{person_id}")
async def get_person(person_id: UUID, twilio: Twilio) -> dict[str, str | None]:
    """Look somebody up; who was created elsewhere may have no name."""
    answer = await twilio.get(f"/Users/{person_id}")
    if answer.status_code == httpx.codes.NOT_FOUND:
        raise HTTPException(404, "No such person")
    return {"name": answer.raise_for_status().json()["friendly_name"]}


@app.delete("/people/{person_id}", status_code=204)
async def delete_person(person_id: UUID, twilio: Twilio) -> None:
    """Forget somebody, once and for all: who is gone is fine."""
    answer = await twilio.delete(f"/Users/{person_id}")
    if answer.status_code != httpx.codes.NOT_FOUND:
        answer.raise_for_status()


@app.exception_handler(httpx.HTTPError)
def twilio_failed(_: Request, error: Exception) -> Response:
    """What our clients are told: whether to come again, and not what Twilio said."""
    status = error.response.status_code if isinstance(error, httpx.HTTPStatusError) else None
    if isinstance(error, httpx.TimeoutException):
        return JSONResponse({"detail": "Twilio did not answer in time"}, 504)
    if status in (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE):
        return JSONResponse({"detail": "Twilio is busy"}, 503, {"Retry-After": "1"})
    return JSONResponse({"detail": "Twilio failed"}, 502)
