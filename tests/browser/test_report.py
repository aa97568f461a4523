"""The page of a report in a real browser."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from browser.conftest import look
from made_up_run import HOSTILE, RUN, SHOWN, failing_test, passing_test, with_texts

from pytest_twilio_users.contract.operations import OPERATIONS

CONTRAST = (Path(__file__).parent / "contrast.js").read_text("utf-8")
EACH_LOOK = pytest.mark.parametrize("scheme", ["light", "dark"])
EACH_WIDTH = pytest.mark.parametrize("width", [1280, 768, 375, 320])


def test_the_browser_asks_for_the_file_alone_and_finds_nothing_wrong(opened):
    """No network, no message of the console, not even from its policy."""
    browser = opened(RUN)
    told = [name for name, _ in browser.told]
    assert told.count("Network.requestWillBeSent") == 1
    assert {"Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled"}.isdisjoint(
        told
    )


def test_hostile_values_do_nothing_and_are_read_as_they_are(opened):
    """Planted in every field of a run: no dialog, no image, no script but the page's own."""
    browser = opened(with_texts(RUN, lambda _: HOSTILE))
    told = [name for name, _ in browser.told]
    assert "Page.javascriptDialogOpening" not in told
    assert told.count("Network.requestWillBeSent") == 1
    assert browser.evaluate("document.querySelectorAll('img').length") == 0
    assert browser.evaluate("document.scripts.length") == 1
    assert SHOWN in browser.evaluate("document.querySelector('h3').textContent")


def test_a_script_that_is_not_the_pages_own_does_not_run(opened, tmp_path):
    """Even if one came in, the page's policy would not let it."""
    browser = opened(RUN)
    path = tmp_path / "report.html"
    planted = "<script>document.title = 'planted'</script><img src=x onerror='document.title=1'>"
    path.write_text(path.read_text("utf-8").replace("<main", f"{planted}<main"), "utf-8")
    browser.open(path)
    assert browser.evaluate("document.title") == "acme: 1 of 4 tests failed"


@EACH_LOOK
@pytest.mark.parametrize("width", [1280, 375])
def test_each_text_stands_out(opened, browser, scheme, width):
    """The contrast with what is behind it is 4.5 at least, as WCAG 2.2 asks of any text."""
    look(browser, width=width, scheme=scheme)
    opened(RUN)
    browser.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
    found = browser.evaluate(CONTRAST)
    assert len(found) > 100
    assert {each["text"]: each for each in found if each["contrast"] < 4.5} == {}
    is_dark = scheme == "dark"
    assert (
        browser.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(23, 22, 20)"
    ) is is_dark


@EACH_WIDTH
@pytest.mark.parametrize(
    "run", [RUN, with_texts(RUN, lambda text: text + 300 * "x")], ids=["plain", "long"]
)
def test_a_page_is_never_wider_than_the_screen(opened, browser, run, width):
    """Whatever is long: it breaks, or scrolls by itself."""
    look(browser, width=width)
    opened(run)
    assert browser.evaluate("document.scrollingElement.scrollWidth") <= width


def shown(browser, selector):
    """What is seen of the page's elements: the names of tests, or of operations."""
    return browser.evaluate(
        f"""[...document.querySelectorAll("{selector}")]
        .filter((each) => each.checkVisibility())
        .map((each) => each.querySelector(".test")?.textContent ?? each.dataset.operation)"""
    )


def put(browser, field, value):
    """Have somebody type or choose in the filter."""
    browser.evaluate(
        f"""(() => {{
          const field = document.forms.filter.elements.{field};
          field.value = "{value}";
          field.dispatchEvent(new Event("input", {{ bubbles: true }}));
        }})()"""
    )


LISTS, FAILS = "tests/test_export.py::test_lists_all", "tests/test_sign_up.py::test_fails"
PASSES, SKIPS = "tests/test_other.py::test_passes", "tests/test_other.py::test_skips"


@pytest.mark.parametrize(
    ("typed", "chosen", "tests", "failing"),
    [
        ("", "", [FAILS, LISTS, PASSES, SKIPS], [FAILS]),
        ("OTHER pass", "", [PASSES], []),
        ("", "create_user", [FAILS], [FAILS]),
        ("", "delete_user", [], []),
        ("export", "list_user", [LISTS], []),
        ("export", "create_user", [], []),
        ("<img", "", [], []),
    ],
)
def test_tests_are_filtered_by_name_and_operation(opened, typed, chosen, tests, failing):
    """Each word counts, in any case; how many are left is said aloud, too."""
    browser = opened(RUN)
    put(browser, "test", typed)
    put(browser, "operation", chosen)
    assert shown(browser, "#tests tbody tr") == tests
    assert shown(browser, "#slowest tbody tr") == tests
    assert shown(browser, ".failure") == failing
    assert {*shown(browser, "[data-operation]")} == ({chosen} if chosen else {*OPERATIONS})
    said = browser.evaluate("document.querySelector('output[aria-live=polite]').value")
    assert said == f"{len(tests)} of 4 tests"


def test_without_scripts_the_page_is_whole(opened, browser):
    """All tests and operations are there, and of the filter nothing."""
    browser.ask("Emulation.setScriptExecutionDisabled", value=True)
    opened(RUN)
    assert shown(browser, "#tests tbody tr") == [FAILS, LISTS, PASSES, SKIPS]
    assert browser.evaluate("document.forms.filter.checkVisibility()") is False


@EACH_WIDTH
def test_who_does_not_see_the_page_finds_the_way(opened, browser, width):
    """One main heading, headings in order, tables with captions and headers, fields with labels."""
    look(browser, width=width)
    opened(RUN)
    nodes = [
        node for node in browser.ask("Accessibility.getFullAXTree")["nodes"] if not node["ignored"]
    ]

    def named(*roles):
        return [node["name"]["value"] for node in nodes if node["role"]["value"] in roles]

    levels = browser.evaluate(
        "[...document.querySelectorAll('h1, h2, h3')].map((each) => Number(each.tagName[1]))"
    )
    assert (levels[0], levels.count(1)) == (1, 1)
    assert all(after <= before + 1 for before, after in pairwise(levels))
    tables = browser.evaluate(
        "[...document.querySelectorAll('table')].filter((t) => t.checkVisibility()).length"
    )
    assert len(named("table")) == tables
    assert all(named("table", "region", "searchbox", "combobox", "article", "navigation", "image"))
    assert named("searchbox", "combobox") == ["Test", "Operation"]
    rows = browser.evaluate("document.querySelectorAll('#tests tbody tr').length")
    assert len(named("rowheader")) >= rows
    assert browser.evaluate("document.querySelectorAll('th:not([scope])').length") == 0
    assert browser.evaluate("document.documentElement.lang") == "en"


def test_a_keyboard_gets_everywhere_and_its_place_is_seen(opened):
    """Each stop has a visible outline; the first leads past the head to the report."""
    browser = opened(RUN)
    stops = []
    for _ in range(60):
        browser.press("Tab")
        stop = browser.evaluate(
            """(() => {
              const { activeElement: each } = document;
              const { outlineStyle, outlineWidth } = getComputedStyle(each);
              return [each.localName, each.textContent.trim().slice(0, 30), outlineStyle,
                parseFloat(outlineWidth)];
            })()"""
        )
        if stop[0] == "body":
            break
        stops.append(stop)
    assert stops[0][:2] == ["a", "Skip to the report"]
    assert {"a", "input", "select", "summary", "div"} == {name for name, *_ in stops}
    assert [stop for stop in stops if stop[2] == "none" or stop[3] < 2] == []


@pytest.mark.parametrize(("motion", "behavior"), [("reduce", "auto"), ("no-preference", "smooth")])
def test_nothing_moves_for_who_does_not_like_it(opened, browser, motion, behavior):
    """The page scrolls smoothly for others alone."""
    features = [{"name": "prefers-reduced-motion", "value": motion}]
    browser.ask("Emulation.setEmulatedMedia", features=features)
    opened(RUN)
    found = browser.evaluate("getComputedStyle(document.documentElement).scrollBehavior")
    assert found == behavior


@pytest.mark.parametrize(("count", "seconds"), [(500, 1), (5_000, 3)])
def test_the_page_of_many_tests_opens_at_once(opened, browser, count, seconds):
    """In so many seconds of the browser's own time: what else the machine has to do is aside."""
    tests = [passing_test(f"tests/test_it.py::test_lists[{number}]") for number in range(count)]
    tests[::10] = [failing_test(each.name) for each in tests[::10]]
    browser.ask("Performance.enable", timeDomain="threadTicks")
    opened(replace(RUN, tests=tuple(tests)))
    measured = browser.ask("Performance.getMetrics")["metrics"]
    took = {each["name"]: each["value"] for each in measured}
    assert shown(browser, "#tests tbody tr")[-1].endswith(f"[{count - 1}]")
    assert 0 < took["TaskDuration"] < seconds
