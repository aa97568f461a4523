import json

import pytest
from made_up_run import HOSTILE, RUN, with_texts

from pytest_twilio_users.report.document import BEGINS, Latency, Outcome


def test_a_document_is_json_with_a_format():
    """Everything is in it, by the names of the values' fields, in ASCII.

    By its beginning the kit knows it for its own, and writes it over.
    """
    text = with_texts(RUN, lambda _: HOSTILE).to_json()
    found = json.loads(text)
    assert text.isascii()
    assert text.encode().startswith(BEGINS)
    assert [*found] == [
        *("format", "project", "began", "seconds", "mode", "host", "ended", "versions", "tests"),
        *("relied", "uses", "promises", "differences", "latencies"),
    ]
    assert found["format"] == 1
    assert found["tests"][1]["failures"][0]["turns"][1]["came"] == HOSTILE
    assert found["promises"][1] | {"statement": ""} == {
        "name": HOSTILE,
        "statement": "",
        "evidence": "third-party",
        "result": "contradicted",
        "seen": HOSTILE,
    }


def test_outcomes_are_words_that_programs_read():
    """The worst first."""
    assert [*Outcome] == ["failed", "error", "passed", "xpassed", "xfailed", "skipped"]


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        ((0.2,), (0.2, 0.2, 0.2)),
        ((0.1, 0.2, 0.6), (0.2, 0.6, 0.6)),
        (tuple(n / 1000 for n in range(1001)), (0.5, 0.95, 1.0)),
    ],
    ids=["one", "three", "many"],
)
def test_a_latency_tells_median_tail_and_longest(seconds, told):
    """The tail is where 19 of 20 are."""
    latency = Latency(operation="list_user", seconds=seconds)
    found = (latency.median, latency.ninety_fifth, latency.longest)
    assert found == pytest.approx(told)
