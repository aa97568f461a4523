"""Shows on GitHub what tests used of each operation."""

from collections.abc import Iterator

from pytest_twilio_users.ci.markdown import listed, plain, table
from pytest_twilio_users.usage.coverage import COLUMNS, Coverage


def coverage_as_markdown(coverage: Coverage) -> Iterator[str]:
    """A table for each mode, where gaps are bold, and what is missing by name."""
    for mode in coverage.used:
        yield from (f"## Twilio Users: coverage ({mode})", "")
        rows = (
            [f"**{plain(cell)}**" if gap else plain(cell) for cell in cells]
            for cells, gap in coverage.rows(mode)
        )
        yield from table(COLUMNS, rows)
    yield from (f"**{plain(coverage.summary().text)}**", "")
    yield from listed(
        f"{operation} GAPS: {', '.join(parts)}" for operation, parts in coverage.gaps.items()
    )
