"""The Node example's own tests pass, run as its README says."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs" / "examples" / "node"
NODE, NPM = shutil.which("node"), shutil.which("npm")
OLDEST = (20, 11)
UNREACHABLE = re.compile(
    r"npm error code (?:EAI_AGAIN|ECONN\w+|EHOSTUNREACH|ENETUNREACH|ENOTCACHED|ENOTFOUND|ETIMEDOUT"
    r"|ERR_SOCKET_TIMEOUT)"
)


@pytest.fixture(scope="session")
def node() -> None:
    """Node and npm, as the example's `package.json` asks for them."""
    if NODE is None or NPM is None:
        pytest.skip("node and npm are not on this machine")
    said = subprocess.check_output([NODE, "--version"], text=True)  # noqa: S603  # asks its version
    if tuple(int(number) for number in said.strip("v\n").split(".")[:2]) < OLDEST:
        pytest.skip(f"the example needs Node {OLDEST[0]}.{OLDEST[1]}; here is {said.strip()}")


@pytest.fixture(scope="session")
def packages(node: None) -> Path:
    """The example's `node_modules`, installed once for each lock file, outside of the example."""
    lock = (EXAMPLE / "package-lock.json").read_bytes()
    installed = ROOT / "build" / f"node-example-{hashlib.sha256(lock).hexdigest()[:12]}"
    if not installed.exists():
        installed.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=installed.parent) as folder:
            fresh = Path(folder, "fresh")
            fresh.mkdir()
            for name in ("package.json", "package-lock.json"):
                shutil.copy(EXAMPLE / name, fresh)
            install = npm("ci", "--ignore-scripts", "--fetch-retries=0", cwd=fresh)
            unreachable = UNREACHABLE.search(install.stderr)
            if install.returncode and unreachable and not os.environ.get("CI"):
                pytest.skip(f"npm can't reach a registry: {unreachable[0]}")
            assert install.returncode == 0, install.stderr
            try:
                fresh.rename(installed)
            except OSError:  # another run was faster
                assert installed.exists()
    return installed / "node_modules"


def npm(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run npm in a folder, with these settings besides the environment's."""
    return subprocess.run(  # noqa: S603  # what is installed here
        [str(NPM), *arguments],
        cwd=cwd,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_node_example_passes(packages: Path, tmp_path: Path):
    """A copy of it, with what its lock file names and this very version of the stub."""
    files = [path for path in EXAMPLE.iterdir() if path.is_file()]
    for path in files:
        shutil.copy(path, tmp_path)
    tmp_path.joinpath("node_modules").symlink_to(packages, target_is_directory=True)
    stub = tmp_path / "twilio-users"
    stub.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m pytest_twilio_users "$@"\n', "utf-8")
    stub.chmod(0o755)

    tests = npm("test", cwd=tmp_path, TWILIO_USERS=str(stub))

    assert tests.returncode == 0, tests.stdout + tests.stderr
    assert re.search(r"^# pass [1-9]", tests.stdout, re.MULTILINE), tests.stdout


def test_the_lock_file_names_no_registry():
    """Whoever installs it asks the registry that npm is set to."""
    assert '"resolved"' not in (EXAMPLE / "package-lock.json").read_text("utf-8")
