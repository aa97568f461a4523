"""Tells at the end what a long run came to."""

from fuzz.inputs import IS_LONG, TALLIES


def pytest_terminal_summary(terminalreporter):
    """A line for each target."""
    if not IS_LONG:
        return
    for name, tally in TALLIES.items():
        terminalreporter.write_line(
            f"{tally.inputs:>9,} inputs {tally.seconds:>7.0f} s"
            f" {tally.slowest * 1000:>6.0f} ms at most  {name}"
        )
    total = sum(tally.inputs for tally in TALLIES.values())
    terminalreporter.write_line(f"{total:>9,} inputs")
