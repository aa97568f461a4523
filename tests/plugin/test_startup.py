"""What is loaded, and when: a run that does not use the kit pays nothing for it."""

import subprocess
import sys

import pytest

HEAVY = ("httpx", "respx", "hypothesis", "syrupy", "asyncio", "sortedcontainers")
LOADED = f"sorted({HEAVY!r} & sys.modules.keys())".replace("(", "(set(", 1).replace(") &", ")) &", 1)
