"""A test, an example of it, or a fixture that outlives tests: who acts."""

from collections.abc import Callable

from pytest_twilio_users.settings import Settings


class Scope:
    """What a test, an example or a wide fixture did ends with it."""

    def __init__(
        self,
        name: str,
        settings: Settings,
        *,
        within: "Scope | None" = None,
        outlives_tests: bool = False,
        cassette_name: str = "",
    ) -> None:
        """Name who acts.

        Args:
            name: the same in each run.
            settings: those of who acts.
            within: the scope that an example is part of.
            outlives_tests: whether it is a fixture's of class scope or wider.
            cassette_name: what its cassette is called, if not `name`: a wide fixture is set
                up for several classes or modules, and says something else for each.
        """
        self.name = name
        self.settings = settings
        self.within = within
        self.outlives_tests = outlives_tests
        self.cassette_name = cassette_name or name
        self.failed = False
        self._endings: list[Callable[[], None]] = []

    def on_end(self, ending: Callable[[], None]) -> None:
        """Have something done when the scope ends; the last asked is done first."""
        self._endings.append(ending)

    def end(self) -> None:
        """Do what was asked for; a second call does nothing."""
        while self._endings:
            self._endings.pop()()
