"""Stubs that each break one promise, as a real server might, and the tools to break them with."""

import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

from pytest_twilio_users.backends import Backend
from pytest_twilio_users.backends.stub import StubBackend, user_body
from pytest_twilio_users.contract import refusals
from pytest_twilio_users.contract.operations import OPERATIONS, Action
from pytest_twilio_users.contract.refusals import Refusal
from pytest_twilio_users.contract.sids import SidKind
from pytest_twilio_users.settings import Credentials, Settings
from pytest_twilio_users.state.behaviour import Account
from pytest_twilio_users.state.store import StoredUser
from pytest_twilio_users.wire.codec import Call, decode, encode_json
from pytest_twilio_users.wire.messages import Request, Response

Json = dict[str, Any]
Form = dict[str, str]
Answer = Callable[[StubBackend, Request], Response]
"""What a broken stub does with a request; `stub.handle(request)` is what is right."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BrokenStub:
    """Makes a backend, as `StubBackend` does, that breaks one promise by name."""

    promise: str
    answer: Answer

    def __call__(self, account: Account) -> Backend:
        """Make the backend."""
        return _BrokenBackend(StubBackend(account), self.answer)


class _BrokenBackend:
    def __init__(self, stub: StubBackend, answer: Answer) -> None:
        self.handle = partial(answer, stub)


BROKEN_STUBS: dict[str, BrokenStub] = {}
"""Every broken stub by name."""


def breaks(promise: str) -> Callable[[Answer], BrokenStub]:
    """Register a broken stub, and the promise whose tests must notice."""

    def register(answer: Answer) -> BrokenStub:
        stub = BROKEN_STUBS[answer.__name__] = BrokenStub(promise=promise, answer=answer)
        return stub

    return register
