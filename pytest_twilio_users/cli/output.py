"""What the commands print."""

import sys


def say(text: str) -> None:
    """Print a line at once, for who waits for it."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
