"""A service whose people are Conversations users of Twilio.

A person's UUID is the user's identity; it needs no encoding in Twilio's paths.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, TypedDict
from uuid import UUID

import httpx
from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field


class State(TypedDict):
    """What requests find in `request.state`."""

    twilio: httpx.AsyncClient


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[State]:
    """One client of Twilio while the service runs."""
    async with httpx.AsyncClient(
        base_url="https://conversations.twilio.com/v1",
        auth=(os.environ["TWILIO_ACCOUNT_SID"], os.environ["TWILIO_AUTH_TOKEN"]),
        timeout=5,
    ) as client:
        yield {"twilio": client}


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
    answer = await twilio.post(f"/Users/{person_id}", data=form)
    if answer.status_code == httpx.codes.NOT_FOUND:
        answer = await twilio.post("/Users", data={"Identity": str(person_id), **form})
        if answer.status_code == httpx.codes.CONFLICT:  # another request was faster
            answer = await twilio.post(f"/Users/{person_id}", data=form)
    answer.raise_for_status()


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
