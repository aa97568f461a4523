"""The lowest version that the kit names of a library is the lowest that its tests ask for."""

import tomllib
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.version import Version

from pytest_twilio_users.transports.libraries import LIBRARIES

PROJECT: dict[str, Any] = tomllib.loads(
    (Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8")
)


def asked_of_users() -> list[str]:
    """What users install: the core's requirements, then those of each extra."""
    extras = PROJECT["project"]["optional-dependencies"]
    of_extras = (text for name, texts in extras.items() if name != "all" for text in texts)
    return [*PROJECT["project"]["dependencies"], *of_extras]


def lowest(text: str) -> tuple[str, tuple[int, int]]:
    """The name of what is required, and the first two numbers of the lowest version."""
    requirement = Requirement(text)
    [bound] = [each.version for each in requirement.specifier if each.operator == ">="]
    return requirement.name, (Version(bound).major, Version(bound).minor)


def test_a_library_is_tested_from_the_version_that_is_named() -> None:
    """In the table of libraries; niquests, which no test installs, is faked."""
    asked_for = dict(map(lowest, [*asked_of_users(), *PROJECT["dependency-groups"]["test"]]))
    named = dict(lowest(f"{row.distribution}>={row.since}") for row in LIBRARIES if row.since)
    assert named.pop("niquests")
    assert named == {name: asked_for.get(name) for name in named}
