"""The page as text; how a browser shows it is in tests/browser."""

import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser

import pytest
from made_up_run import EMPTY, HOSTILE, RUN, SHOWN, failing_test, passing_test, with_texts

from pytest_twilio_users.report import page
from pytest_twilio_users.report.document import Failure, Latency, Outcome

_BREAKING = {
    "caption",
    "dd",
    "div",
    "dt",
    "li",
    "option",
    "p",
    "pre",
    "small",
    "summary",
    "td",
    "th",
}


class Read(HTMLParser):
    """A page's tags with the names of their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, list[str]]] = []
        self.values: list[str] = []
        self.text = ""
        self.feed(text)
        self.lines = [" ".join(line.split()) for line in self.text.splitlines() if line.strip()]

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.append((tag, [name for name, _ in attributes]))
        self.values += [str(value) for _, value in attributes]
        self.text += "\n" if tag in _BREAKING else ""

    def handle_data(self, data: str) -> None:
        """Note text, but for that of style and script."""
        if self.tags[-1:] and self.tags[-1][0] not in ("style", "script"):
            self.text += data


def read(run: object = RUN) -> Read:
    """The page of a run."""
    return Read(page.render(run, beside="report.json"))  # type: ignore[arg-type]


def test_hostile_values_stay_text_in_every_field():
    """They make no tag and no attribute, and nothing that a screen would obey."""
    hostile = page.render(with_texts(RUN, lambda _: HOSTILE), beside="report.json")
    plain = read(with_texts(RUN, lambda _: "plain"))

    found = Read(hostile)
    assert found.tags == plain.tags
    assert found.text.count(SHOWN) + "".join(found.values).count(SHOWN) == (
        plain.text.count("plain") + "".join(plain.values).count("plain")
    )
    assert hostile.replace("\n", "").isprintable()


def test_a_page_shows_what_there_is_to_tell(snapshot):
    """In this order: what failed, what was used, what was promised, what an account did."""
    assert read().lines == snapshot


def test_a_run_without_tests_has_its_page(snapshot):
    """It names what is missing."""
    assert read(EMPTY).lines == snapshot


@pytest.mark.parametrize(
    ("outcomes", "headline"),
    [
        ([Outcome.PASSED], "1 test passed"),
        ([Outcome.PASSED, Outcome.PASSED, Outcome.SKIPPED], "2 tests passed"),
        ([Outcome.SKIPPED], "0 tests passed"),
        ([Outcome.PASSED, Outcome.FAILED, Outcome.ERROR], "2 of 3 tests failed"),
    ],
)
def test_the_headline_tells_how_many_failed(outcomes, headline):
    """Or how many passed, where none failed."""
    tests = tuple(passing_test(f"test_{n}", outcome=each) for n, each in enumerate(outcomes))
    assert headline in read(replace(EMPTY, tests=tests)).lines[:3]


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        *((0.0042, "4 ms"), (0.9996, "1000 ms"), (1, "1.00 s"), (1.234, "1.23 s")),
        *((59.5, "59.50 s"), (60, "1 min 0 s"), (83, "1 min 23 s")),
    ],
)
def test_times_are_told_in_units_that_fit(seconds, shown):
    """Milliseconds, seconds, minutes."""
    lines = read(replace(EMPTY, seconds=seconds)).lines
    assert f"acme, 2026-11-30 17:02 UTC. 0 tests in {shown}, in stub mode." in lines


def test_what_the_page_has_no_room_for_is_counted(monkeypatch):
    """Failing tests and the list of all have a limit each; what fits is shown whole, and linked."""
    monkeypatch.setattr(page, "_ROOM_FOR_FAILURES", 10_000)
    monkeypatch.setattr(page, "_ROOM_FOR_TESTS", 5_000)
    tests = [failing_test(f"test_it.py::test_{n}") for n in range(20)]
    tests[0] = replace(tests[0], failures=(replace(tests[0].failures[0], text="x" * 10_000),))

    found = read(replace(RUN, tests=tuple(tests)))

    shown = [value for value in found.values if re.fullmatch(r"failure-\d+", value)]
    rows = found.tags.count(("tr", ["data-test"])) - 10  # the slowest have theirs, too
    assert (1 < len(shown) < rows < 20, "failure-1" in shown) == (True, False)
    assert [value[1:] for value in found.values if value.startswith("#failure-")] == shown
    assert [line for line in found.lines if "no room" in line] == [
        f"The page has no room for {20 - len(shown)} more failing tests: report.json has them.",
        f"The page has no room for {20 - rows} more tests: report.json has them.",
    ]


def test_of_many_failures_of_one_test_the_first_are_shown():
    """Each of its subtests may fail."""
    failure = Failure(when="subtest [n]", message="assert False", text="")
    found = read(replace(RUN, tests=(failing_test(failures=(failure,) * 7),)))
    assert found.lines.count("subtest [n]: assert False") == 5
    assert "2 more failures of this test: report.json has them." in found.lines


def test_a_plot_shows_at_most_200_requests():
    """Evenly chosen, the shortest among them."""
    latency = Latency(operation="create_user", seconds=tuple(n / 1_000 for n in range(1, 1_001)))
    tags = [tag for tag, _ in read(replace(RUN, latencies=(latency,))).tags]
    assert tags.count("circle") == 200


def test_an_answer_that_took_no_time_has_its_place_in_the_plot():
    """At its beginning: there is no longest one to measure it by."""
    latency = Latency(operation="create_user", seconds=(0.0,))
    tags = [tag for tag, _ in read(replace(RUN, latencies=(latency,))).tags]
    assert tags.count("circle") == 1


def test_the_page_allows_its_own_style_and_script():
    """By their hashes, and no other: what a test printed runs nowhere."""
    text = page.render(RUN, beside="report.json")
    own = re.findall(r"<(?:style|script)>(.*?)</(?:style|script)>", text, re.DOTALL)
    hashes = [b64encode(sha256(content.encode()).digest()).decode() for content in own]
    assert len(own) == 2
    assert re.findall(r"sha256-([A-Za-z0-9+/=]+)", text) == hashes


@pytest.mark.parametrize(("length", "end"), [(500, "x"), (501, "…")])
def test_a_long_name_is_cut(length, end):
    """One of 500 letters is shown whole."""
    found = read(replace(EMPTY, tests=(passing_test("x" * length),)))
    assert "x" * 499 + end in found.lines


@pytest.mark.parametrize(("count", "most"), [(500, 2**20), (5_000, 5 * 2**20)])
def test_the_page_of_many_tests_stays_small(count, most):
    """Even where each failed, with a long name."""
    tests = tuple(failing_test(f"tests/test_it.py::test[{n}-{'x' * 200}]") for n in range(count))
    assert len(page.render(replace(RUN, tests=tests), beside="report.json").encode()) < most
