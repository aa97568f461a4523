"""A library to patch: couriers, who send and fetch."""

import importlib

from pytest_twilio_users.transports.patching import Patcher, Place, bound

COURIER = """
class Courier:
    def send(self, letter):
        return f"sent {letter}"

    def fetch(self):
        return "fetched"

    @classmethod
    def hire(cls, name):
        return f"{cls.__name__} {name}"

    async def send_later(self, letter):
        return f"sent {letter}"


class Express(Courier):
    pass
"""


class CourierPatcher(Patcher):
    """Gives a word for what couriers send or fetch, but for what is to pass."""

    module = "courier"
    places = (("Courier", "send"), ("Courier", "fetch"))

    def __init__(self, word="patched"):
        super().__init__()
        self.word = word
        self.loaded = 0

    def targets(self):
        """What couriers have."""
        courier = importlib.import_module(self.module)
        return [Place(owner=getattr(courier, owner), name=name) for owner, name in self.places]

    def make_patch(self, beneath, target):
        """Make what gives the word."""

        def patch(courier, *letters):
            if not self.started or "to pass" in letters:
                return bound(beneath, courier)(*letters)
            return self.word

        return patch

    def load(self):
        """Count."""
        self.loaded += 1


class OfficePatcher(CourierPatcher):
    """The same, where the library's module is in a package."""

    module = "post.courier"


class Theirs:
    """Somebody else's patch of what couriers send."""

    def __init__(self, courier, *, wrapping=lambda beneath: lambda patch: patch):
        self._owner = courier.Courier
        self._found = courier.Courier.send
        courier.Courier.send = wrapping(self._found)(lambda *_: "theirs")

    def undo(self):
        """Put back what was found."""
        self._owner.send = self._found
