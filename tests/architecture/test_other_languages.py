"""Twilio's libraries for other languages reach a served stub as the document says."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "other-languages.md").read_text("utf-8")
EXAMPLES = ROOT / "docs" / "examples"
PROGRAMS = EXAMPLES / "other_languages"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
[SAID] = [
    text for kind, text in BLOCK.findall((PROGRAMS / "README.md").read_text()) if kind == "text"
]

MONO = ["-lib:" + folder for folder in os.environ.get("MONO_PATH", "").split(":") if folder]
C_SHARP = ["mcs", "-nologo", *MONO, "-r:System.Net.Http.dll", "-r:Twilio.dll"]


@dataclass(frozen=True, kw_only=True)
class Library:
    """One of Twilio's libraries: what tells that it is here, and runs the program.

    It is found as its language finds libraries: by RUBYLIB, CLASSPATH, GOFLAGS, MONO_PATH.
    """

    program: str
    probe: list[str]
    run: list[str]


LIBRARIES = {
    "python": Library(
        program="users.py",
        probe=[sys.executable, "-c", "import twilio"],
        run=[sys.executable, "users.py"],
    ),
    "ruby": Library(
        program="users.rb",
        probe=["ruby", "-e", 'require "twilio-ruby"'],
        run=["ruby", "users.rb"],
    ),
    "php": Library(
        program="users.php",
        probe=["php", "-r", 'require "vendor/autoload.php"; new Twilio\\Http\\CurlClient();'],
        run=["php", "users.php"],
    ),
    "go": Library(program="users.go", probe=["go", "list", "-deps"], run=["go", "run", "."]),
    "java": Library(
        program="Users.java",
        probe=["javap", "com.twilio.http.NetworkHttpClient"],
        run=["java", "Users.java"],
    ),
    "csharp": Library(
        program="Users.cs",
        probe=[*C_SHARP, "-target:library", "-out:users.dll", "Users.cs"],
        run=["sh", "-c", f"{' '.join(C_SHARP)} -out:users.exe Users.cs && mono users.exe"],
    ),
}


def run(command: list[str], folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder. No module of Go is asked for: what is not here is not."""
    return subprocess.run(  # noqa: S603  # what is installed here
        command,
        cwd=folder,
        env=os.environ | {"GOPROXY": "off"} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the programs, and of what their package managers put beside them."""
    return shutil.copytree(PROGRAMS, tmp_path / "programs", symlinks=True)


@pytest.mark.parametrize("language", LIBRARIES)
def test_the_library_asks_the_stub(language, folder, twilio_users, twilio_users_server):
    """All that the program does, the second page included; nothing is left for Twilio."""
    library = LIBRARIES[language]
    if shutil.which(library.probe[0]) is None:
        pytest.skip(f"{library.probe[0]} is not on this machine")
    if run(library.probe, folder).returncode:
        pytest.skip(f"Twilio's library for {language} is not on this machine")

    ran = run(
        library.run,
        folder,
        TWILIO_BASE_URL=twilio_users_server,
        TWILIO_ACCOUNT_SID=twilio_users.account_sid,
        TWILIO_AUTH_TOKEN=twilio_users.auth_token,
    )

    assert (ran.stdout, ran.returncode) == (SAID, 0), ran.stderr
    assert twilio_users.journal.operations == [
        *["create_user"] * 4,
        *["list_user"] * 2,
        *["fetch_user", "update_user", "delete_user", "fetch_user"],
    ]


@pytest.mark.parametrize(
    ("language", "text"), BLOCK.findall(PAGE), ids=lambda value: value.split("\n")[0]
)
def test_a_block_of_the_page_is_part_of_a_program(language, text):
    """Line by line, so that what is shown is what runs; the rest is marked as run by hand."""
    if language == "sh":
        assert "openapi-generator-cli" in text
        return
    file = (
        EXAMPLES / "node/client.js" if language == "js" else PROGRAMS / LIBRARIES[language].program
    )
    lines = iter([line.strip() for line in file.read_text("utf-8").splitlines()])
    missing = [line for line in text.splitlines() if line.strip() not in lines]
    assert missing == []


def test_each_language_has_its_block():
    """Each program is explained."""
    assert {kind for kind, _ in BLOCK.findall(PAGE)} == {*LIBRARIES, "js", "sh"}
