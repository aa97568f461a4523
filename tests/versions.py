"""Which tests need more of a library than its lowest version has, which the kit takes, too."""

from importlib.metadata import version

import pytest
from packaging.version import Version


def is_older(library, than):
    """Whether the library is older than a version."""
    return Version(version(library)) < Version(than)


def since(library, lowest):
    """Skip a test where the library is older."""
    old = is_older(library, lowest)
    return pytest.mark.skipif(old, reason=f"{library} can't do this before {lowest}")
