"""ci/github.py: GitHub is told where it listens, and what it can show."""

from io import BytesIO, StringIO, TextIOWrapper

import pytest

from pytest_twilio_users.ci import listens, silenced
from pytest_twilio_users.ci.annotations import Annotation, Level
from pytest_twilio_users.ci.github import tell_github
from pytest_twilio_users.ci.step_summary import MOST_BYTES

ANNOTATION = Annotation(level=Level.ERROR, title="a title", message="a message")


class Closed(StringIO):
    """A log that nobody takes any more."""

    def write(self, text):
        """Take nothing."""
        raise BrokenPipeError


@pytest.fixture
def file(tmp_path):
    """The file that GitHub names."""
    return tmp_path / "summary.md"


def tell(file, lines=("a line",), *, log=None, **environ):
    """Tell it; what the log has."""
    log = log or StringIO()
    environ = {"GITHUB_STEP_SUMMARY": str(file)} | environ
    tell_github([ANNOTATION], lines, environ=environ, log=log)
    return log.getvalue()


@pytest.mark.parametrize(
    ("environ", "annotated"),
    [({}, False), ({"GITHUB_ACTIONS": "false"}, False), ({"GITHUB_ACTIONS": "true"}, True)],
)
def test_a_log_is_annotated_where_github_reads_it(file, environ, annotated):
    """Elsewhere it would be noise."""
    told = tell(file, **environ)
    assert told == ("::error title=a title::a message\n" if annotated else "")
    assert file.read_text("utf-8") == "a line\n"


@pytest.mark.parametrize("environ", [{}, {"GITHUB_ACTIONS": ""}, {"GITHUB_STEP_SUMMARY": ""}])
def test_where_nobody_listens_nobody_is_told(environ):
    """An empty name is none."""
    assert not listens(environ)
    log = StringIO()
    tell_github([ANNOTATION], ["a line"], environ=environ, log=log)
    assert log.getvalue() == ""


@pytest.mark.parametrize("environ", [{"GITHUB_ACTIONS": "true"}, {"GITHUB_STEP_SUMMARY": "a"}])
def test_one_place_is_enough_to_be_heard(environ):
    """A log, or a summary."""
    assert listens(environ)


def test_a_log_has_at_once_what_is_told(tmp_path):
    """Not when the process ends, where nobody could bear that it is not taken."""
    log = TextIOWrapper(written := BytesIO())
    tell_github([ANNOTATION], [], environ={"GITHUB_ACTIONS": "true"}, log=log)
    assert written.getvalue() == b"::error title=a title::a message\n"


def test_a_run_within_another_tells_nothing():
    """What else the environment has, it keeps."""
    environ = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": "a", "GITHUB_SHA": "b"}
    assert listens(environ)
    assert silenced(environ) == {"GITHUB_SHA": "b"}


def test_what_others_wrote_stays(file):
    """A step may call several programs."""
    file.write_text("theirs\n", "utf-8")
    tell(file)
    tell(file, ["a half of a pair: \ud800"])
    assert file.read_text("utf-8") == "theirs\na line\na half of a pair: \\ud800\n"


LEFT_OUT = (
    "\n{} lines are left out, as GitHub shows no summary of more than 1 MiB. The log has all.\n"
)


@pytest.mark.parametrize("before", [0, 100, MOST_BYTES + 100])
def test_a_summary_is_no_longer_than_github_shows(file, before):
    """What others wrote counts; what is left out is counted, and all behind it is."""
    file.write_bytes(b"x" * before)
    lines = ["é" * 499] * 1_000 + ["a short one"]
    tell(file, lines)
    kept = max(MOST_BYTES - before, 0) // 999
    written = file.read_text("utf-8")[before:]
    assert written == ("é" * 499 + "\n") * kept + LEFT_OUT.format(1_001 - kept)


@pytest.mark.parametrize(("length", "left_out"), [(MOST_BYTES - 1, False), (MOST_BYTES, True)])
def test_a_summary_may_be_full(file, length, left_out):
    """To its last byte, which is a line's end."""
    line = "x" * length
    tell(file, [line])
    assert file.read_text("utf-8") == (LEFT_OUT.format(1) if left_out else f"{line}\n")


@pytest.mark.parametrize("name", ["", "none/summary.md"], ids=["a folder", "in none"])
def test_a_summary_that_cannot_be_written_is_no_failure(tmp_path, name):
    """It is told."""
    file = tmp_path / name
    [told] = tell(file).splitlines()
    reason = "No such file or directory" if name else "Is a directory"
    assert told == f"twilio-users: can't write {file} (GITHUB_STEP_SUMMARY): {reason}."


def test_nor_is_a_log_that_nobody_takes(file):
    """The summary is written all the same."""
    tell(file, log=Closed(), GITHUB_ACTIONS="true")
    assert file.read_text("utf-8") == "a line\n"
