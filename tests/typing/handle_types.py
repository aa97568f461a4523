"""What type checkers know of the handle. Never run: mypy and pyright read it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, assert_type

import httpx

from pytest_twilio_users import Exchange, OperationName, TwilioUsers, User, Webhook


def a_test_finds_its_way(twilio_users: TwilioUsers) -> None:
    assert_type(twilio_users.add_user("ada", is_online=True), User)
    assert_type(twilio_users.add_user(7), User)
    assert_type(twilio_users.users(), list[User])
    twilio_users.wait(0.5)
    twilio_users.wait(timedelta(seconds=3))
    twilio_users.wait("3")  # type: ignore[arg-type]  # seconds are a number
    twilio_users.clock.advance(timedelta(seconds=3))
    twilio_users.clock.advance("3")  # type: ignore[arg-type]  # seconds are a number
    assert_type(twilio_users.clock.now(), datetime)
    assert_type(twilio_users.checkpoint().created, list[User])
    assert_type(twilio_users.journal.operations, list[OperationName])
    assert_type(twilio_users.journal.statuses, list[int | None])
    assert_type(twilio_users.journal.explain(last=3), str)
    assert_type(twilio_users.journal[-1], Exchange)
    assert_type(twilio_users.journal[-1].explain(), str)
    assert_type(twilio_users.journal.sent("create_user"), list[dict[str, str]])
    assert_type(twilio_users.webhooks[0], Webhook)
    assert_type(twilio_users.webhooks[0]["EventType"], str)
    twilio_users.webhooks.deliver_to(print, events=["onUserAdded"])
    twilio_users.webhooks.slow(
        timedelta(seconds=3), times=1, when=lambda hook: hook.get("isOnline")
    )
    twilio_users.webhooks.lose(time=1)  # type: ignore[call-arg]  # how many times
    twilio_users.webhooks.release(reversed)
    twilio_users.routes["create_user"].refuse("unavailable", times=2)
    twilio_users.routes.get("/v1/Roles").refuse(50104, status=409)
    assert_type(twilio_users.page([{"sid": "RL1"}], key="roles"), dict[str, Any])
    assert_type(twilio_users.neighbours.add("conversations", unique_name="a"), Mapping[str, Any])
    assert_type(twilio_users.neighbours.of("conversations"), list[Mapping[str, Any]])
    twilio_users.neighbours.define("tags", path="/v1/Tags", sid="TG", unique="name")
    twilio_users.routes["create_user"].mock(return_value=httpx.Response(502))
