"""Where settings come from, which source counts, and what a wrong one is told."""

from textwrap import dedent

import pytest

from pytest_twilio_users.settings import SETTINGS, Credentials, Settings

NATIVE_TOML = pytest.mark.skipif(
    pytest.version_tuple < (9, 0), reason="[tool.pytest] came with pytest 9"
)
SERVICE = "IS" + 32 * "1"
SERVICES = ("IS" + 32 * "2", "IS" + 32 * "3")
ROLE = "RL" + 32 * "4"

# What each source says, as its text; together they give SET.
TEXTS = {
    "service_sid": SERVICE,
    "strict": "no",
    "max_page_size": "20",
    "service_sids": " ".join(SERVICES),
    "role_sids": ROLE,
    "credentials": "exact",
    "attribute_escapes": "off",
    "environment": "false",
    "journal_limit": "7",
}
SET = Settings(
    service_sid=SERVICE,
    strict=False,
    max_page_size=20,
    service_sids=SERVICES,
    role_sids=(ROLE,),
    credentials=Credentials.EXACT,
    attribute_escapes=False,
    environment=False,
    journal_limit=7,
)
VALUES = {name: getattr(SET, name) for name in TEXTS}


def toml(values: dict[str, object]) -> str:
    """Lines of a TOML table."""
    written = {
        name: str(value).lower()
        if isinstance(value, bool)
        else str(list(value) if isinstance(value, tuple) else repr(value))
        for name, value in values.items()
    }
    return "\n".join(f"twilio_users_{name} = {value}" for name, value in written.items())


def showing(settings: Settings, *, mark: str = "") -> str:
    """A test that passes under these settings."""
    return f"""
        import pytest
        from pytest_twilio_users.settings import Credentials, Mode, Settings

        {mark}
        def test_settings(twilio_users):
            assert twilio_users.settings == {settings!r}
        """.replace("<Credentials.", "Credentials(").replace("<Mode.", "Mode(")
