"""The ways in which a suite is run."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One run of pytest, and where it is interrupted, if it is."""

    options: tuple[str, ...] = ()
    interrupted: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """Runs one after the other, each in a process of its own or all in one.

    `needs` names the plugins that have the options. Where not all tests are meant to run, it
    is not `whole`.
    """

    name: str
    runs: tuple[Run, ...] = (Run(),)
    in_one_process: bool = False
    needs: tuple[str, ...] = ()
    whole: bool = True


def _way(*options: str, needs: tuple[str, ...] = (), whole: bool = True) -> Way:
    shown = " ".join(option for option in options if option != "-p")
    return Way(name=f"`{shown}`", runs=(Run(options=options),), needs=needs, whole=whole)


def _two(*again: str, first: tuple[str, ...] = (), whole: bool = True) -> Way:
    name = f"{' '.join(first) or 'all'}, then {' '.join(again)}"
    return Way(name=f"`{name}`", runs=(Run(options=first), Run(options=again)), whole=whole)


def _interrupted(place: str) -> Way:
    return Way(
        name=f"interrupted in {place}, then again in the same process",
        runs=(Run(interrupted=place), Run()),
        in_one_process=True,
    )


PLAIN = Way(name="plain")
TWICE = Way(name="twice in one process", runs=(Run(), Run()), in_one_process=True)
INTERRUPTED = _interrupted("a test")


def _random(seed: int) -> Way:
    options = ("--random-order-bucket=global", f"--random-order-seed={seed}")
    return Way(name=f"random order, seed {seed}", runs=(Run(options=options),), needs=_RANDOM)


_RANDOM, _XDIST = ("random_order",), ("xdist",)

TWO_WORKERS = _way("-n2", needs=_XDIST)

WAYS = (
    PLAIN,
    TWICE,
    *map(_random, (1, 2, 3)),
    TWO_WORKERS,
    *(
        _way("-n4", f"--dist={how}", needs=_XDIST)
        for how in ("load", "loadscope", "loadfile", "loadgroup", "worksteal")
    ),
    _way("--dist=each", "--tx=2*popen", needs=_XDIST),
    _way("-n4", "-x", needs=_XDIST, whole=False),
    _two("--lf", first=("-q",)),
    _two("--ff", first=("-q",)),
    _two("--nf", first=("-q",)),
    _two("--sw", first=("--sw",), whole=False),
    _way("-x", whole=False),
    _way("--maxfail=2", whole=False),
    _way("-k", "wide or async", whole=False),
    _way("--forked", needs=("pytest_forked",)),
    _way("--count=2", needs=("repeat",)),
    _way("--count=2", "--repeat-scope=session", needs=("repeat",)),
    _way("-p", "no:cacheprovider"),
    _way("--setup-show"),
    _way("--assert=plain"),
    _way("--import-mode=importlib"),
    _way("-s"),
    _way("-Werror"),
    *map(_interrupted, ("a set-up", "a wide set-up")),
    INTERRUPTED,
    *map(_interrupted, ("a tear-down", "a wide tear-down")),
)
"""All of them, tried without other plugins than those that a way needs."""

WITH_PLUGINS = (PLAIN, TWICE, TWO_WORKERS, INTERRUPTED)
"""Those that are tried beside each plugin."""
