"""Whatever a test printed and raised: its report is told, as text, and without the secrets."""

import json
from types import SimpleNamespace
from urllib.parse import quote

from fuzz.inputs import fuzzed
from fuzz.made_up_account import TOKEN
from fuzz.mutating import TEXTS, changed_text
from made_up_run import RUN, with_texts

from pytest_twilio_users.report.failures import tell_failure
from pytest_twilio_users.report.page import render
from pytest_twilio_users.wire.secrecy import hide_secrets

SPELLINGS = (
    str,
    quote,
    lambda text: json.dumps(json.dumps(f"\u00e9{text}\n")),
    lambda text: repr(text.encode()),
    lambda text: text.replace("-", "%2D"),
    lambda text: text.replace("c", "\\x63"),
    lambda text: text.replace("h", "&#x68;"),
    lambda text: quote(quote(text.replace("r", "\\u0072"))),
)
WORDS = ("E   assert 'a' == 'b'", "...", "'", '"', "\\", "%", "&", "\n", "x" * 40, "Basic ", "=")


@fuzzed(share=3.9)
def test_a_secret_is_shown_in_no_spelling(dice):
    """Whatever stands around it."""
    text = dice.of(SPELLINGS)(TOKEN)
    while dice.left > 2:
        text = dice.of((*WORDS, *TEXTS)) + " " + text + " " + dice.of((*WORDS, *TEXTS))
    shown = hide_secrets(text, [TOKEN])
    assert "***" in shown
    assert TOKEN not in shown
    assert hide_secrets(shown, [TOKEN]) == shown


class Report:
    """What pytest tells of a phase."""

    def __init__(self, dice):
        self.when = "call"
        self.longreprtext = changed_text(dice, f"E   assert {TOKEN}\ttab")
        message = changed_text(dice, "assert 1 == 2")
        self.longrepr = SimpleNamespace(reprcrash=SimpleNamespace(message=message))
        self.sections = [
            (changed_text(dice, "Captured stdout"), changed_text(dice, "said\x1b[31m")),
            ("Twilio Users: last exchanges", "GET"),
        ]


@fuzzed(share=1)
def test_a_failure_is_told_as_text(dice):
    """And comes over as JSON from another process."""
    failure = tell_failure(Report(dice), secrets=[TOKEN])
    told = [failure.message, failure.text, *failure.more, *failure.more.values()]
    assert all(text.replace("\n", "").isprintable() for text in told)
    assert TOKEN not in "".join(told)


@fuzzed(share=0.1)
def test_a_page_is_made_of_any_texts(dice):
    """As text: no tag, no attribute."""
    word = dice.of(TEXTS)
    page = render(with_texts(RUN, lambda text: changed_text(dice, text) + word), beside="r.json")
    assert page.count("<script") == 1
    assert "<img" not in page
