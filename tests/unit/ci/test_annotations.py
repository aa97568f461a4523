"""ci/annotations.py: what GitHub is told in a log, it reads back as it was."""

import pytest
from github_runner import read_command
from hostile import HOSTILE

from pytest_twilio_users.ci.annotations import Annotation, Level, commands
from pytest_twilio_users.errors import printable, printable_lines


def test_an_annotation_is_a_command():
    """With where it is to be shown, if that is known."""
    told = Annotation(level=Level.WARNING, title="drift", message="a\nb", file="tests/a.py")
    assert str(told) == "::warning file=tests/a.py,title=drift::a%0Ab"
    assert str(Annotation(level=Level.NOTICE, title="drift", message="a")) == (
        "::notice title=drift::a"
    )


def test_nothing_in_it_is_another_command():
    """Line ends, percents, colons and commas stay text, in each part."""
    [line] = commands([Annotation(level=Level.ERROR, title=HOSTILE, message=HOSTILE, file=HOSTILE)])
    shown = printable_lines(HOSTILE)
    assert read_command(line) == ("error", {"file": shown, "title": shown}, shown)
    assert printable(line) == line


@pytest.mark.parametrize(("number", "shown"), [(0, 0), (10, 10), (11, 10), (500, 10)])
def test_of_each_level_there_are_as_many_as_are_shown(number, shown):
    """The last of too many says how many more there are; GitHub itself is silent about them."""
    found = [
        Annotation(level=level, title="drift", message=f"{at}", file="a.py")
        for at in range(number)
        for level in (Level.ERROR, Level.NOTICE)
    ]
    lines = [line for line in commands(found) if line.startswith("::error ")]
    assert len(lines) == shown
    if number == shown:
        assert lines == [f"::error file=a.py,title=drift::{at}" for at in range(number)]
    else:
        assert lines[-1] == f"::error title=drift::{number - 9} more are in the log of this step."
