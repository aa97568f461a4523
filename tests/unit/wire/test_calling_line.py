"""wire/calling_line.py: the line of the application that is running."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import anyio
import pytest
import trio

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


def test_without_a_working_directory_its_file_is_whole(tmp_path):
    """A test may have removed it."""
    gone = tmp_path / "gone"
    gone.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(gone)
        gone.rmdir()
        line = str(function_in(gone / "app.py", "    return call()\n")(calling_line))

    assert line == f"{gone}/app.py:2"


@pytest.mark.parametrize(
    "folder",
    [
        Path(json.__file__).parent,
        "/srv/ada/.local/lib/python3.13/site-packages/library",
        "/usr/lib/python3/dist-packages",
        Path(pytest_twilio_users.__file__).parent / "client",
        "<string>",
    ],
    ids=["standard library", "site-packages", "dist-packages", "kit", "no file"],
)
def test_lines_of_libraries_are_passed_over(folder, tmp_path):
    """Up to the application that called them."""

    def application():
        return function_in(f"{folder}/{tmp_path.name}.py", "    return call()\n")(calling_line)

    first = application.__code__.co_firstlineno
    assert str(application()).endswith(f"test_calling_line.py:{first + 1}")


def test_who_called_pytest_is_no_application(tmp_path):
    """A script, or an editor."""
    file = pytest.__file__.replace("pytest/__init__", f"_pytest/{tmp_path.name}")
    assert function_in(file, "    return call()\n")(calling_line) is None


def test_a_thread_of_a_library_has_none():
    """Nobody knows who sent what it answers."""
    with ThreadPoolExecutor() as pool:
        assert pool.submit(calling_line).result() is None


async def of_an_application():
    """An application's own coroutine."""
    return calling_line()


async def of_a_library():
    """A library's coroutine, which an application has a task run."""
    return function_in(json.__file__, "    return call()\n")(calling_line)


of_a_library.__code__ = of_a_library.__code__.replace(co_filename=json.__file__)


async def in_tasks(work):
    """Run it in a task."""
    [line] = await asyncio.gather(work())
    return line


def in_a_loop(work):
    """Run it as an application does that keeps its event loop."""
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(work())
    finally:
        loop.close()


async def in_a_nursery(work):
    """Run it in a task of anyio's."""
    lines = []

    async def keep():
        lines.append(await work())

    keep.__code__ = keep.__code__.replace(co_filename=anyio.__file__)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(keep)
    return lines[0]


@pytest.mark.parametrize(
    "run",
    [
        lambda work: asyncio.run(in_tasks(work)),
        lambda work: asyncio.run(work()),
        in_a_loop,
        lambda work: asyncio.run(in_a_nursery(work)),
        lambda work: trio.run(in_a_nursery, work),
    ],
    ids=["gather", "run", "loop", "anyio", "trio"],
)
def test_who_runs_an_event_loop_does_not_call_what_runs_in_it(run):
    """A task of a library's coroutine has no line, one of the application's its own."""
    first = of_an_application.__code__.co_firstlineno

    assert str(run(of_an_application)).endswith(f"test_calling_line.py:{first + 2}")
    assert run(of_a_library) is None


def test_what_stands_between_two_coroutines_is_passed_over():
    """It is no event loop: the application awaits."""

    async def wait():
        async with asyncio.timeout(5):
            return await of_a_library()

    first = wait.__code__.co_firstlineno
    assert str(asyncio.run(wait())).endswith(f"test_calling_line.py:{first + 2}")
