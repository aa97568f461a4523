"""Each command is told of a path that holds nothing for it, before it begins."""

import os
import subprocess
import sys

import pytest

from pytest_twilio_users.cli import main

NOTHING, NO_FOLDER = "No such file or directory", "Not a directory"
LEDGERS = (
    "Can't read the ledgers in {path}: {reason}. A run keeps its ledgers beside pytest's"
    " configuration file. Sweep there, or name the folder: --ledger FOLDER."
)
CHECK = "Name the folder that has them: twilio-users cassettes check FOLDER."
DRIFT = (
    "Record some with pytest --twilio-users-mode=record, or name their folder: --cassettes FOLDER."
)
UNREADABLE = "Can't read the cassettes in {path}: {reason}. "
EMPTY = "There are no cassettes in {path}. "
SEED = "Can't read {path}: {reason}."
COMMANDS = {
    "sweep": (["sweep", "--ledger", "{path}"], LEDGERS, None),
    "sweep by names": (["sweep", "--prefix", "--ledger", "{path}"], LEDGERS, None),
    "check": (["cassettes", "check", "{path}"], UNREADABLE + CHECK, EMPTY + CHECK),
    "orphans": (["cassettes", "check", "--orphans", "{path}"], UNREADABLE + CHECK, EMPTY + CHECK),
    "drift": (
        ["drift", "--cassettes", "{path}", "stub", "cassette"],
        UNREADABLE + DRIFT,
        EMPTY + DRIFT,
    ),
    "drift, behind": (
        ["drift", "stub", "cassette", "--cassettes={path}"],
        UNREADABLE + DRIFT,
        EMPTY + DRIFT,
    ),
    "drift from": (
        ["drift", "--cassettes", "{path}", "cassette", "live"],
        UNREADABLE + DRIFT,
        EMPTY + DRIFT,
    ),
}


@pytest.fixture
def complaint(capsys, monkeypatch):
    """What a command says that can't begin; nothing else is said."""
    for name in [name for name in os.environ if name.startswith("TWILIO_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC" + "1" * 32)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "not a real token")

    def complaint(arguments, path):
        assert main([argument.format(path=path) for argument in arguments]) == 2
        said = capsys.readouterr()
        assert said.out == ""
        return said.err

    return complaint


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("none", NOTHING),
        ("none/cassettes", NOTHING),
        ("file", NO_FOLDER),
        ("file/cassettes", NO_FOLDER),
        ("loop", "Too many levels of symbolic links"),
        ("long" * 200, "File name too long"),
    ],
    ids=["missing", "in-a-missing-one", "a-file", "in-a-file", "a-loop", "too-long"],
)
def test_a_path_that_is_no_folder_is_refused(complaint, tmp_path, command, path, reason):
    """With exit code 2: nobody takes it for a clean one."""
    tmp_path.joinpath("file").touch()
    tmp_path.joinpath("loop").symlink_to("loop")
    arguments, sentence, _ = COMMANDS[command]
    path = tmp_path / path
    said = sentence.format(path=path, reason=reason)
    assert complaint(arguments, path) == f"twilio-users: {said}\n"


@pytest.mark.parametrize("command", [name for name, row in COMMANDS.items() if row[2]])
def test_a_folder_without_cassettes_is_refused(complaint, tmp_path, command):
    """Nothing was looked at, so nothing can be said to be well."""
    tmp_path.joinpath("notes.txt").touch()
    arguments, _, sentence = COMMANDS[command]
    assert complaint(arguments, tmp_path) == f"twilio-users: {sentence.format(path=tmp_path)}\n"


def test_other_cassettes_are_none_of_the_contract_suites(complaint, tmp_path):
    """Its hundreds of tests would run for nothing."""
    tmp_path.joinpath("test_it.json").touch()
    folder = tmp_path / "pytest_twilio_users" / "suites"
    said = (UNREADABLE + DRIFT).format(path=folder, reason=NOTHING)
    arguments, _, _ = COMMANDS["drift"]
    assert complaint(arguments, tmp_path) == f"twilio-users: {said}\n"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("none.json", "Can't read {path}: No such file or directory."),
        ("", "Can't read {path}: Is a directory."),
        (
            "file",
            (
                "{path} is not JSON: Expecting value: line 1 column 1 (char 0). A seed is a list of"
                ' users, such as [{{"identity": "ada"}}].'
            ),
        ),
        ("file/seed.json", "Can't read {path}: Not a directory."),
    ],
    ids=["missing", "a-folder", "empty", "in-a-file"],
)
def test_a_seed_that_is_no_file_is_refused(complaint, tmp_path, path, said):
    """Before anything is served."""
    tmp_path.joinpath("file").touch()
    path = tmp_path / path
    told = complaint(["serve", "--seed", "{path}"], path)
    assert told == f"twilio-users: {said.format(path=path)}\n"


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["sweep", "--ledger", ""], "--ledger"),
        (["cassettes", "check", ""], "FOLDER"),
        (["drift", "--cassettes=", "stub", "cassette"], "--cassettes"),
        (["drift", "stub", "cassette", "--cassettes", ""], "--cassettes"),
        (["serve", "--seed", ""], "--seed"),
    ],
    ids=["sweep", "check", "drift", "drift-behind", "serve"],
)
def test_an_empty_path_is_refused(capsys, arguments, name):
    """An unset variable leaves one, and Python would take it for the working directory."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert capsys.readouterr().err.partition("error: ")[2] == (
        f"argument {name}: '': it is empty; is a variable unset?\n"
    )


def test_what_is_told_of_files_moves_no_cursor(capsys, tmp_path):
    """Neither by their names nor by what is in them, whatever the terminal can show."""
    tmp_path.joinpath("a\x1b[2J\udcff.json").write_text("{", "utf-8")
    assert main(["cassettes", "check", str(tmp_path)]) == 1
    path = f"{tmp_path}/a\\x1b[2J\\udcff.json"
    assert capsys.readouterr().out == (
        f"{path}: The cassette {path} can't be read: it is not JSON: Expecting property name"
        " enclosed in double quotes, line 1 column 2. Record it again with"
        " --twilio-users-mode=record, or restore it from version control.\n"
        "1 found.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["serve", "--help"], 0, "AC\\u2026"),
        (["cassettes", "check", "n\xf6 cassettes"], 2, "n\\xf6 cassettes: No such file"),
    ],
    ids=["help", "complaint"],
)
def test_any_terminal_will_do(arguments, code, said):
    """What its encoding lacks is escaped."""
    run = subprocess.run(  # noqa: S603  # our own module
        [sys.executable, "-m", "pytest_twilio_users", *arguments],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "1"},
        check=False,
    )
    assert run.returncode == code
    assert said in (run.stderr if code else run.stdout)
    assert "Traceback" not in run.stderr
