"""What the tutorial shows is what a stranger sees who follows it, step by step.

It needs nothing of the project but the page: `.ci/run` runs it in an environment that has
only the package, too.
"""

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

PAGE = (Path(__file__).parents[2] / "docs" / "tutorial.md").read_text("utf-8")
STEPS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
INSTALLING = """\
$ python -m venv .venv
$ . .venv/bin/activate
$ pip install "pytest-twilio-users[all]"
"""
SECONDS = re.compile(r" in [\d.]+s$", re.MULTILINE)
PLAIN = {
    "CI": "1",  # by which Hypothesis does the same again
    "COLUMNS": "80",
    "PY_COLORS": "0",
    "PYTEST_ADDOPTS": "-p no:run-parallel",  # which prints a line of its own
}
TOLD = doctest.OutputChecker()


def save(block: str, folder: Path) -> None:
    """Write a file, or add to one that is there already."""
    name = re.match(r"# (\w+\.py)\n", block)
    assert name
    with folder.joinpath(name[1]).open("a", encoding="utf-8") as file:
        file.write(block)


def repair(block: str, folder: Path) -> None:
    """Change a line of the client."""
    before, after = (line[1:] for line in block.splitlines())
    client = folder / "directory.py"
    text = client.read_text("utf-8")
    assert text.count(before) == 1
    client.write_text(text.replace(before, after), "utf-8")


def command(block: str, folder: Path) -> None:
    """Run a command, and compare what it prints. Three dots stand for what is left out."""
    line, _, shown = block.removeprefix("$ ").partition("\n")
    program, *arguments = line.split()
    assert program == "pytest"
    ran = subprocess.run(  # noqa: S603  # what the page shows
        [sys.executable, "-m", "pytest", *arguments],
        cwd=folder,
        env=os.environ | PLAIN,
        capture_output=True,
        text=True,
        check=False,
    )
    said = ran.stdout.replace("Falsifying example:", "Failing test case:")  # an older Hypothesis
    expected, printed = (SECONDS.sub("", text) for text in (shown, said))
    assert TOLD.check_output(expected, printed, doctest.ELLIPSIS), ran.stdout


def test_who_follows_the_tutorial_sees_what_it_shows(tmp_path: Path) -> None:
    """In an empty folder, in an environment that has what its first step installs."""
    first, *rest = STEPS
    assert first == ("console", INSTALLING)
    carry_out = {"python": save, "diff": repair, "console": command}
    for language, block in rest:
        carry_out[language](block, tmp_path)
