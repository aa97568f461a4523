"""plugin/output_files.py: why what a run is to write at its end can't be written."""

import os

import pytest

from pytest_twilio_users.plugin.output_files import why_not_written


@pytest.fixture
def why(tmp_path, monkeypatch):
    """Why a page, with its JSON beside it, can't be written: `why("a/report.html")`."""
    monkeypatch.chdir(tmp_path)

    def why(name):
        path = tmp_path / name
        told = why_not_written(
            path,
            option="--report",
            example="report.html",
            json=path.with_suffix(".json"),
            begins=b"{ours",
            what="report",
        )
        return told.replace(str(tmp_path), "/project")

    return why


def test_what_can_be_written_has_no_reason(why, tmp_path):
    """Be it new, in a folder to come, empty, or one of before, which begins as ours do."""
    (tmp_path / "empty.json").touch()
    (tmp_path / "before.json").write_bytes(b"{ours, and more}")
    (tmp_path / "before.html").write_text("whatever")

    for name in ("new.html", "to/come/new.html", "empty.html", "before.html"):
        assert why(name) == ""


def test_a_folder_is_no_file(why, tmp_path):
    """Neither the page nor its JSON."""
    (tmp_path / "page").mkdir()
    (tmp_path / "other.json").mkdir()
    named = "Name a file, such as --report=report.html."

    assert (
        why("page")
        == f"--report: /project/page can't be written: /project/page is a folder. {named}"
    )
    assert why("other.html") == (
        f"--report: /project/other.html can't be written: /project/other.json is a folder. {named}"
    )


def test_a_strangers_file_stays(why, tmp_path):
    """It is told by how it begins."""
    (tmp_path / "package.json").write_text("{theirs}")

    assert why("package.html") == (
        "--report: /project/package.html can't be written: /project/package.json, which is no"
        " report, would be overwritten. Name a file, such as --report=report.html."
    )


def test_a_file_is_no_folder(why, tmp_path):
    """Whichever folder is the first that is there."""
    (tmp_path / "file").touch()

    assert why("file/a/report.html") == (
        "--report: /project/file/a/report.html can't be written: /project/file is not a folder."
        " Name another place."
    )


def test_a_folder_may_be_closed(why, monkeypatch):
    """As far as the system tells."""
    asked = []
    monkeypatch.setattr(os, "access", lambda *given: asked.append(given[1]) or False)

    assert why("a/report.html") == (
        "--report: /project/a/report.html can't be written: nothing may be written into /project."
        " Name another place."
    )
    assert asked == [os.W_OK | os.X_OK]


def test_what_the_system_says_is_told(why):
    """A name may be too long for it."""
    assert why("a" * 300).endswith(
        "can't be written: File name too long. Name a file, such as --report=report.html."
    )
