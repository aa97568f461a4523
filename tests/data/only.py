"""A plugin of pytest's: of what is installed, the run sees what the kit requires without extras."""

import sys
from importlib.metadata import packages_distributions, requires

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def _required(name):
    """The distributions that one requires, and those that these require."""
    found, left = set(), [Requirement(name)]
    while left:
        requirement = left.pop()
        each = canonicalize_name(requirement.name), frozenset(requirement.extras)
        if each in found:
            continue
        found.add(each)
        for more in map(Requirement, requires(requirement.name) or ()):
            asked = [{"extra": extra} for extra in requirement.extras or {""}]
            if more.marker is None or any(map(more.marker.evaluate, asked)):
                left.append(more)
    return {name for name, _ in found}


class _Only:
    """A finder that finds what another one does, but for what the run is not to see."""

    def __init__(self, finder):
        self._finder = finder

    def find_distributions(self, *context):
        """Find what is installed, whose plugins would be loaded."""
        find = getattr(self._finder, "find_distributions", lambda *_: ())
        return [each for each in find(*context) if canonicalize_name(each.name) in _seen]

    def find_spec(self, name, path=None, target=None):
        """Find a module, unless it is hidden."""
        if name.partition(".")[0] in _hidden:
            return None
        return self._finder.find_spec(name, path, target)


_seen = _required("pytest-twilio-users")
_hidden = {
    module
    for module, distributions in packages_distributions().items()
    if not _seen.intersection(map(canonicalize_name, distributions))
}
for _module in [name for name in sys.modules if name.partition(".")[0] in _hidden]:
    del sys.modules[_module]  # packaging is none of the core's
sys.meta_path[:] = [_Only(finder) for finder in sys.meta_path]
