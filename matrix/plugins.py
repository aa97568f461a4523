"""The plugins that a suite is run beside."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Plugin:
    """A plugin: its distribution, by which names it is loaded, and with which options.

    `tests` are the modules of `matrix/beside/` that use it.
    """

    distribution: str
    loads: tuple[str, ...]
    options: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    note: str = ""

    @property
    def name(self) -> str:
        """What it is called in the table."""
        return f"{self.distribution} ({self.note})" if self.note else self.distribution


def _plugin(
    distribution: str, *loads: str, tests: str = "", options: str = "", note: str = ""
) -> Plugin:
    return Plugin(
        distribution=distribution,
        loads=loads,
        options=(*options.split(),),
        tests=(tests,) if tests else (),
        note=note,
    )


_ASYNC = "test_asyncio"

PLUGINS = (
    _plugin("anyio", tests="test_trio"),
    _plugin(
        "pytest-asyncio", "asyncio", tests=_ASYNC, options="-oasyncio_mode=strict", note="strict"
    ),
    _plugin("pytest-asyncio", "asyncio", tests=_ASYNC, options="-oasyncio_mode=auto", note="auto"),
    _plugin("flaky", "flaky", tests="test_flaky"),
    _plugin("pytest-bdd", "pytest-bdd", tests="test_bdd"),
    _plugin("pytest-benchmark", "benchmark", tests="test_benchmark"),
    _plugin("pytest-cov", "pytest_cov", options="--cov=app"),
    _plugin("pytest-django", "django", tests="test_django", options="--ds=django_settings"),
    _plugin("pytest-forked", "pytest_forked", options="--forked"),
    _plugin("pytest-freezer", "freezer", tests="test_freezer"),
    _plugin("pytest-httpx", "pytest_httpx", tests="test_httpx_mock"),
    _plugin("pytest-mock", "pytest_mock", tests="test_mock"),
    _plugin("pytest-random-order", "random_order", options="--random-order"),
    _plugin("pytest-randomly", "randomly"),
    _plugin("pytest-recording", "recording", tests="test_recording", options="--block-network"),
    _plugin("pytest-repeat", "repeat", options="--count=2"),
    _plugin("pytest-rerunfailures", "rerunfailures", tests="test_rerun", options="--reruns=1"),
    _plugin("pytest-run-parallel", "run-parallel", options="--parallel-threads=2"),
    _plugin(
        "pytest-socket",
        "socket",
        tests="test_socket",
        options="--disable-socket --allow-unix-socket",
    ),
    _plugin(
        "pytest-timeout",
        "timeout",
        tests="test_timeout",
        options="--timeout=60 --timeout-method=signal",
        note="signal",
    ),
    _plugin(
        "pytest-timeout", "timeout", options="--timeout=60 --timeout-method=thread", note="thread"
    ),
    _plugin("pytest-xdist", "xdist", options="-n2 --dist=worksteal"),
    _plugin("pytest-xprocess", "xprocess", tests="test_xprocess"),
    _plugin("syrupy", "syrupy", tests="test_syrupy"),
    _plugin("time-machine", "time_machine", tests="test_time_machine"),
)

AT_ONCE = Plugin(
    distribution="all of them",
    loads=tuple(
        dict.fromkeys(
            name
            for plugin in PLUGINS
            for name in plugin.loads
            # these two do what another does, and run tests themselves
            if name not in ("flaky", "random_order")
        )
    ),
    tests=tuple(tests for plugin in PLUGINS for tests in plugin.tests if tests != "test_flaky"),
    options=("--ds=django_settings", "-oasyncio_mode=auto", "--timeout=60"),
)
"""All at once, but for what excludes one another."""
