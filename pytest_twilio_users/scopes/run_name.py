"""What a live run is called."""

from datetime import date

RUN_NAME = r"tu-[0-9]{8}-[0-9a-f]{6}"
"""A run's name, as a regular expression. Identities that the kit makes up begin with it."""


def run_name(day: date, digits: str) -> str:
    """The name of a run that begins on a day, such as `tu-20261124-3f9a2c`."""
    return f"tu-{day:%Y%m%d}-{digits}"
