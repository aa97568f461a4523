"""The table of the documents, as a whole run writes it."""

import itertools
import platform
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from matrix.plugins import AT_ONCE, PLUGINS, Plugin
from matrix.ways import WAYS, WITH_PLUGINS, Way

PAGE = Path(__file__).parents[1] / "docs" / "isolation.md"
BEGIN, END = "<!-- measured -->", "<!-- end -->"

Results = dict[tuple[str, str | None], bool]
"""Whether all was well, by the names of the way and of the plugin, if there was one."""


def everything() -> Iterator[tuple[Way, Plugin | None]]:
    """All that is tried: each way by itself, and some beside each plugin."""
    yield from ((way, None) for way in WAYS)
    yield from ((way, plugin) for plugin in (*PLUGINS, AT_ONCE) for way in WITH_PLUGINS)


def cell(way: Way, plugin: Plugin | None) -> tuple[str, str | None]:
    """By which names the result of it is known."""
    return way.name, plugin.name if plugin else None


def write(results: Results) -> None:
    """Write the page anew between its marks."""
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text("\n".join((before + BEGIN, *_lines(results), END + after)), encoding="utf-8")


def read() -> Results:
    """What the page says."""
    found: Results = {}
    for line in PAGE.read_text("utf-8").partition(BEGIN)[2].partition(END)[0].splitlines():
        name, *cells = line.strip("| ").split(" | ")
        if len(cells) == 1:
            found[name, None] = cells[0] == _mark(is_well=True)
        elif len(cells) > len(WITH_PLUGINS):
            for way, mark in zip(WITH_PLUGINS, cells[-len(WITH_PLUGINS) :], strict=True):
                found[way.name, name] = mark == _mark(is_well=True)
    return {name: found[name] for name in itertools.starmap(cell, everything()) if name in found}


def _lines(results: Results) -> Iterator[str]:
    yield f"Measured on {datetime.now(UTC):%Y-%m-%d}, CPython {platform.python_version()},"
    yield f"{platform.system()}, pytest {version('pytest')}."
    yield ""
    yield "| way, without other plugins | |"
    yield "|---|---|"
    yield from (f"| {way.name} | {_mark(is_well=results[way.name, None])} |" for way in WAYS)
    yield ""
    yield f"| beside | version | {' | '.join(way.name for way in WITH_PLUGINS)} |"
    yield f"|---|---|{'---|' * len(WITH_PLUGINS)}"
    for plugin in (*PLUGINS, AT_ONCE):
        marks = (_mark(is_well=results[way.name, plugin.name]) for way in WITH_PLUGINS)
        yield f"| {plugin.name} | {_version(plugin)} | {' | '.join(marks)} |"


def _mark(*, is_well: bool) -> str:
    return "isolated" if is_well else "**leaks**"


def _version(plugin: Plugin) -> str:
    return "" if plugin is AT_ONCE else version(plugin.distribution)
