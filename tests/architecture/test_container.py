"""The example's image and its composition are what they say, as far as no engine is needed."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import yaml

from pytest_twilio_users.cli.serve import BY_ENVIRONMENT
from pytest_twilio_users.settings import RUN_SETTINGS, STEM

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs" / "examples" / "container"
COMPOSE = yaml.safe_load((EXAMPLE / "compose.yaml").read_text("utf-8"))
STUB, APPLICATION = (COMPOSE["services"][name] for name in ("twilio", "application"))
TEXT = (EXAMPLE / "Containerfile").read_text("utf-8").replace("\\\n", " ")
INSTRUCTIONS = dict(re.findall(r"^([A-Z]+) +(.*)$", TEXT, re.MULTILINE))
ENVIRONMENT = dict(pair.split("=") for pair in INSTRUCTIONS["ENV"].split())
[HEALTH] = [json.loads(found) for found in re.findall(r" CMD (\[.*\])$", TEXT, re.MULTILINE)]
CONTROL = "/__twilio_users__"
SESAME = {"authorization": "Bearer sesame"}


class Container:
    """The image's entry point as a process, with the environment of image and composition."""

    def __init__(self, folder: Path) -> None:
        [volume] = STUB["volumes"]
        here, there, _ = volume.split(":")
        given = ENVIRONMENT | STUB["environment"]
        assert given["TWILIO_USERS_SEED"].startswith(str(Path(there)))
        given |= {"TWILIO_USERS_SEED": str(EXAMPLE / here), "TWILIO_USERS_PORT": "0"}
        name, *arguments = json.loads(INSTRUCTIONS["ENTRYPOINT"])
        scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
        self._running = subprocess.Popen(  # noqa: S603  # our own script
            [sys.executable, "-m", scripts[name].split(".")[0], *arguments],
            cwd=folder,
            env=os.environ | given,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._running.stdout is not None
        self.url = self._running.stdout.readline().strip()

    def is_healthy(self) -> bool:
        """What the image's health check says, inside of the container."""
        program, *arguments = HEALTH
        assert program == "python"
        port = self.url.rpartition(":")[2]
        check = subprocess.run(  # noqa: S603  # what the image runs
            [sys.executable, *arguments],
            env=os.environ | ENVIRONMENT | {"TWILIO_USERS_PORT": port},
            capture_output=True,
            check=False,
        )
        return check.returncode == 0

    def stop(self) -> tuple[int, list[str]]:
        """Stop it as an engine does: its exit code, and its log."""
        self._running.terminate()
        _, log = self._running.communicate(timeout=10)  # then an engine kills
        return self._running.returncode, log.splitlines()


@pytest.fixture
def container(tmp_path) -> Iterator[Container]:
    """The running stub."""
    container = Container(tmp_path)
    yield container
    container.stop()


def test_the_application_finds_the_stub(container):
    """By the address, the credentials and the users that the composition gives."""
    given = APPLICATION["environment"]
    address = httpx.URL(given["TWILIO_BASE_URL"])
    [port] = STUB["ports"]
    assert COMPOSE["services"][address.host] is STUB
    assert (str(address.port), port.rpartition(":")[2]) == (ENVIRONMENT["TWILIO_USERS_PORT"],) * 2

    with httpx.Client(
        base_url=container.url,
        auth=(given["TWILIO_ACCOUNT_SID"], given["TWILIO_AUTH_TOKEN"]),
        headers={"host": address.netloc.decode()},
    ) as http:
        page = http.get("/v1/Users").json()

    assert [user["identity"] for user in page["users"]] == ["katherine"]
    assert page["users"][0]["account_sid"] == given["TWILIO_ACCOUNT_SID"]
    assert page["meta"]["url"].startswith(f"{given['TWILIO_BASE_URL']}/v1/Users?")


def test_the_application_starts_when_the_stub_is_healthy(container):
    """Healthy is who serves, and not who has stopped."""
    assert APPLICATION["depends_on"] == {"twilio": {"condition": "service_healthy"}}
    assert container.is_healthy()
    container.stop()
    assert not container.is_healthy()


def test_control_takes_the_token_of_the_composition(container):
    """As the README shows it; nobody controls it without."""
    readme = (EXAMPLE / "README.md").read_text("utf-8")
    shown = f'-H "Authorization: {SESAME["authorization"]}" http://127.0.0.1:8000{CONTROL}/state'
    assert f"curl {shown}\n" in readme
    statuses = [
        httpx.get(f"{container.url}{CONTROL}/state", headers=headers).status_code
        for headers in (SESAME, {})
    ]
    assert statuses == [200, 401]


def test_it_stops_when_it_is_told_to_and_leaves_no_file(container, tmp_path):
    """In time, with its log whole; so the file system may be read-only, and the user anybody."""
    httpx.get(f"{container.url}/v1/Users", auth=("ACany", "madeup"))
    code, log = container.stop()
    assert (code, log[1:]) == (
        0,
        ["list_user: GET /v1/Users -> 401 20003 Authentication Error - invalid username"],
    )
    assert list(tmp_path.iterdir()) == []
    assert STUB["read_only"] is True
    assert int(INSTRUCTIONS["USER"].partition(":")[0]) > 0


def test_each_variable_is_an_option_or_a_setting():
    """A misspelt one would be ignored."""
    files = [path for path in EXAMPLE.iterdir() if path.is_file()]
    named = {
        name for path in files for name in re.findall(r"TWILIO_USERS_\w+", path.read_text("utf-8"))
    }
    known = {STEM + name.upper() for name in BY_ENVIRONMENT}
    assert named <= known | {setting.environment for setting in RUN_SETTINGS}


def test_the_image_has_what_serving_needs():
    """The extra of this project that has the server."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert INSTRUCTIONS["ARG"] == f'REQUIREMENT="{project["name"]}[server]"'
    assert "server" in project["optional-dependencies"]
    assert INSTRUCTIONS["RUN"] == 'pip install --no-cache-dir "$REQUIREMENT"'
    version = INSTRUCTIONS["FROM"].removeprefix("python:").removesuffix("-slim")
    assert f"Programming Language :: Python :: {version}" in project["classifiers"]


def test_process_1_stops_too(tmp_path):
    """The kernel hands it no signal but those that it waits for."""
    alone = ["unshare", "--pid", "--fork", "--kill-child"]
    is_there = shutil.which("unshare") is not None
    # The command is made here.
    if not is_there or subprocess.run([*alone, "true"], check=False).returncode:  # noqa: S603
        pytest.skip("nothing here makes a process number 1")
    with subprocess.Popen(  # noqa: S603  # our own script
        [*alone, sys.executable, "-m", "pytest_twilio_users", "serve"],
        stdout=subprocess.PIPE,
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline().startswith(b"http://")
        [first] = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()
        os.kill(int(first), signal.SIGTERM)
        assert running.wait(timeout=10) == 0
