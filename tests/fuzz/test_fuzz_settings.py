"""Whatever is set, wherever: it is read, or one complaint says what is allowed."""

from enum import Enum
from pathlib import Path
from uuid import UUID

from fuzz.inputs import fuzzed, require_told
from fuzz.mutating import TEXTS, changed_text

from pytest_twilio_users.errors import SettingError
from pytest_twilio_users.settings import RUN_SETTINGS, SETTINGS, Settings, near_misses


class Odd(Enum):
    """What is no setting's."""

    ONE = 1


class Fails:
    """What can't even be shown."""

    def __repr__(self):
        raise RuntimeError

    def __eq__(self, other):
        raise RuntimeError

    __hash__ = None


RIGHT = {
    "mode": "replay",
    "modes": ("stub", "live"),
    "alone": True,
    "strict": "no",
    "service_sid": "IS" + "0" * 32,
    "service_sids": "IS" + "1" * 32,
    "role_sids": "RL" + "1" * 32,
    "max_page_size": "50",
    "rate_limit": "30",
    "neighbours": "yes",
    "credentials": "exact",
    "environment": "run",
    "guard": "no",
    "base_url": "https://conversations.ie1.twilio.com",
    "cassettes": "cassettes",
    "fail_under": "80%",
    "relies_on": "create_user,list_user.pages",
    "usage": "usage.json",
    "report": "report.html",
    "cassette_expiry": "fail",
}
ODD = (
    *(None, True, 0, -1, 10**400, 1.5, float("nan"), b"no", (), [], {}, ("stub", None), [Fails()]),
    *(Odd.ONE, Fails(), object, UUID(int=1), Path("a"), [[]], {"a": 1}, "yes", ("stub",) * 3),
)


def a_text(dice, name):
    """What may be written for a setting."""
    text = str(RIGHT.get(name, "7"))
    while dice.left > 3:
        text = changed_text(dice, text)
    return dice.of((text, text, text, *TEXTS))


@fuzzed(share=6)
def test_a_text_is_read_or_complained_of(dice):
    """Of the command line, the environment or a file; the names of others are left alone."""
    setting = dice.of(RUN_SETTINGS)
    text = a_text(dice, setting.name)
    key = dice.of((setting.option, setting.environment, setting.ini))
    told = {key: text}
    try:
        settings = Settings.fold(option=told.get, environ=told, ini=told.get)
    except SettingError as error:
        require_told(error, beginning=f"{setting.name}=")
    else:
        assert str(settings)
        assert settings == Settings.fold(option=told.get, environ=told, ini=told.get)
    assert all(
        line.isprintable() for line in near_misses([changed_text(dice, setting.environment)])
    )


@fuzzed(share=5)
def test_what_a_marker_says_is_read_or_complained_of(dice):
    """Whatever object it is, by whatever name."""
    name = dice.of([*SETTINGS])
    value = a_text(dice, name) if dice.below(2) else dice.of((*ODD, RIGHT.get(name)))
    name = dice.of((name, name, name, changed_text(dice, name)))
    try:
        settings = Settings().changed({name: value}, source="a marker")
    except SettingError as error:
        require_told(error)
    else:
        assert str(settings)
