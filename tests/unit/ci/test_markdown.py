"""ci/markdown.py: what anybody made is shown as it is."""

import pytest
from hostile import HOSTILE
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pytest_twilio_users.ci.markdown import code, listed, plain, table
from pytest_twilio_users.errors import printable

GITHUB = MarkdownIt("gfm-like", {"linkify": False})


def rendered(lines):
    """The kinds of what is shown, and its texts: code is one, with nothing in it."""
    kinds, texts = [], []
    for block in GITHUB.parse("\n".join(lines)):
        kinds += [block.type] if not block.children else []
        for each in block.children or ():
            kinds.append(each.type)
            texts += [each.content] if each.content else []
    return kinds, texts


@given(st.text(min_size=1).map(lambda text: text + "x") | st.sampled_from([HOSTILE, "`", "``a` "]))
def test_code_is_what_it_was(text):
    """Whatever fences, tags or line ends are in it; only what is unprintable is escaped."""
    kinds, texts = rendered([f"a {code(text)} b"])
    assert texts == ["a ", printable(text), " b"]
    assert "code_inline" in kinds


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a", "`a`"), (" a", "`  a `"), ("a`", "`` a` ``"), ("a``b`", "``` a``b` ```")],
)
def test_code_has_the_fence_it_needs(text, shown):
    """And a blank on each side, which is none of it, where Markdown would take one away."""
    assert code(text) == shown


def test_lines_are_a_list():
    """With what belongs to one beneath it."""
    lines = [*listed(["one", "  more", "two"])]
    assert lines == ["- `one`", "  - `more`", "- `two`", ""]
    assert rendered([*listed([HOSTILE])])[1] == [printable(HOSTILE).strip()]


def test_the_kits_own_words_are_no_markup():
    """Names with underscores, say, and the lines of a table."""
    lines = [*table(("a", "b"), [(plain("x_y_z|<b>"), plain("*1*"))])]
    assert lines == ["| a | b |", "| --- | --- |", r"| x\_y\_z\|\<b\> | \*1\* |", ""]
    assert rendered(lines)[1] == ["a", "b", "x_y_z|<b>", "*1*"]
