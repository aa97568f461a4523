"""wire/calling_line.py: the line of the application that is running."""

import json
import site
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import pytest_twilio_users
from pytest_twilio_users.wire.calling_line import calling_line


def function_in(file, body):
    """A function `ask(call)` that stands in a file."""
    names = {}
    exec(compile(f"def ask(call):\n{body}", str(file), "exec"), names)  # noqa: S102  # it is ours
    return names["ask"]


def test_it_is_the_line_that_calls(tmp_path):
    """Below the working directory its file is short; a call over several lines has its first."""
    body = "    before = 1\n    return call(\n    )\n"

    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        line = str(function_in(tmp_path / "app.py", body)(calling_line))
        other = str(function_in("/elsewhere/app.py", body)(calling_line))

    assert (line, other) == ("app.py:3", "/elsewhere/app.py:3")


@pytest.mark.parametrize(
    "file",
    [
        json.__file__,
        Path(site.getsitepackages()[0]) / "library/module.py",
        "/usr/lib/python3/dist-packages/library.py",
        Path(pytest_twilio_users.__file__).parent / "client/sending.py",
        "<string>",
    ],
    ids=["standard library", "site-packages", "dist-packages", "kit", "no file"],
)
def test_lines_of_libraries_are_passed_over(file):
    """Up to the application that called them."""

    def application():
        return function_in(file, "    return call()\n")(calling_line)

    first = application.__code__.co_firstlineno
    assert str(application()).endswith(f"test_calling_line.py:{first + 1}")


def test_who_called_pytest_is_no_application():
    """A script, or an editor."""
    assert (
        function_in(pytest.__file__.replace("pytest", "_pytest"), "    return call()\n")(
            calling_line
        )
        is None
    )


def test_a_thread_of_a_library_has_none():
    """Nobody knows who sent what it answers."""
    with ThreadPoolExecutor() as pool:
        assert pool.submit(calling_line).result() is None
