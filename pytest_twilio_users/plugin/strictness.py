"""Fails tests for what Twilio would not take as it was meant."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import pytest

from pytest_twilio_users.errors import KitWarning
from pytest_twilio_users.plugin.stash import BESIDE, ENGINE

if TYPE_CHECKING:
    from pytest_twilio_users.scopes.scope import Scope


def leave_to_the_report(item: pytest.Item) -> None:
    """Keep for a failure's report what its exchanges, with their violations, do not show."""
    engine = item.config.stash.get(ENGINE, None)
    if engine is not None:
        item.stash[BESIDE] = engine.take_beside()


def complain(item: pytest.Item) -> None:
    """Fail a test for what Twilio would not take as meant."""
    complaint = complaint_of(item)
    if complaint:
        pytest.fail(complaint, pytrace=False)


def complaint_of(item: pytest.Item, scope: Scope | None = None) -> str:
    """What Twilio would not take as meant. Of what was probably not meant there is a warning."""
    engine = item.config.stash.get(ENGINE, None)
    if engine is None:
        return ""
    complaint, warned = engine.take_complaint(scope)
    for sentence in warned:
        try:
            warnings.warn_explicit(sentence, KitWarning, *place_of(item))
        except KitWarning:  # the author made it an error
            complaint = f"{complaint}\n{sentence}" if complaint else sentence
    return complaint


def place_of(item: pytest.Item) -> tuple[str, int]:
    """The file and line where the test is written, which may be imported into another file."""
    path, line, _ = item.reportinfo()
    return str(path), (line or 0) + 1
