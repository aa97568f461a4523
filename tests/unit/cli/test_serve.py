"""`twilio-users serve`: what it prints, and how it complains."""

import socket
import sys

import pytest

from pytest_twilio_users.cli import main

SID = "AC" + "1" * 32


def complaint(capsys, *arguments: str) -> str:
    """What a command that went wrong says on standard error."""
    try:
        code: object = main(arguments)
    except SystemExit as end:  # argparse's way
        code = end.code
    assert code == 2
    said = capsys.readouterr()
    assert said.out == ""
    return said.err.splitlines()[-1]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ["--account-sid", "IS1"],
            "argument --account-sid: 'IS1': expected 'AC' and 32 hex digits.",
        ),
        (
            ["--service-sid", SID],
            f"argument --service-sid: '{SID}': expected 'IS' and 32 hex digits.",
        ),
        *(
            (["--port", port], f"argument --port: {port!r}: allowed: 0 to 65535.")
            for port in (
                "65536",
                "http",
                "",
                "-1",
                "+1",
                " 8 ",
                "1_000",
                "8.0",
                "٣",
                "²",
                "9" * 5_000,
            )
        ),
        *(
            (
                ["--max-page-size", size],
                f"argument --max-page-size: {size!r}: allowed: whole numbers from 1.",
            )
            for size in ("0", "", "-1", "+1", " 8 ", "1_000", "1e3", "٣", "²")
        ),
        *(
            (
                [option, "none"],
                f"argument {option}: 'none': allowed: whole numbers from 0, which is no limit.",
            )
            for option in ("--rate-limit", "--concurrency-limit")
        ),
        (["--auth-token", ""], "argument --auth-token: it is empty; is a variable unset?"),
        (["--control-token", ""], "argument --control-token: it is empty; is a variable unset?"),
        *(
            (
                [option, "a secret\n"],
                f"argument {option}: it has characters that no client sends.",
            )
            for option in ("--auth-token", "--control-token")
        ),
        *(
            (
                ["--control-token", token],
                "argument --control-token: allowed: ASCII without spaces, as a header has it.",
            )
            for token in ("sésame", "a secret", " secret")
        ),
    ],
)
def test_a_wrong_option_is_a_usage_error(capsys, options, said):
    """It names the option, the value, and what is allowed."""
    assert complaint(capsys, "serve", *options) == f"twilio-users serve: error: {said}"


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])  # noqa: S104  # it is to be refused
def test_it_listens_on_loopback_unless_told_twice(capsys, host):
    """Others could reach it."""
    assert complaint(capsys, "serve", "--host", host) == (
        f"twilio-users: {host} is not loopback: other machines could reach the stub and read"
        " what it is sent. To allow that: --allow-remote."
    )


@pytest.fixture
def listen_only(monkeypatch):
    """Has `serve` end as soon as it listens; gives the addresses at which it did."""
    addresses = []

    def run(app, listening, *, on_listening, meanwhile):
        addresses.append(listening.getsockname()[:2])
        on_listening()
        meanwhile()

    monkeypatch.setattr("pytest_twilio_users.server.uvicorn_server.until_signalled", run)
    return addresses


@pytest.mark.parametrize(("host", "here"), [("0.0.0.0", "127.0.0.1"), ("::", "[::1]")])  # noqa: S104
def test_told_twice_it_listens(listen_only, capsys, host, here):
    """Where others reach it. A URL has the address by which this machine does."""
    assert main(["serve", "--host", host, "--allow-remote"]) == 0
    [(address, port)] = listen_only
    assert address == host
    assert capsys.readouterr() == (
        f"http://{here}:{port}\n",
        f"Other machines can reach it, too: port {port} of each address of this machine.\n",
    )


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        (
            {"TWILIO_USERS_PORT": "http"},
            "TWILIO_USERS_PORT (in the environment): 'http': allowed: 0 to 65535.",
        ),
        (
            {"TWILIO_USERS_CONTROL_TOKEN": ""},
            "TWILIO_USERS_CONTROL_TOKEN (in the environment): it is empty; is a variable unset?",
        ),
        (
            {"TWILIO_USERS_ALLOW_REMOTE": "perhaps"},
            "TWILIO_USERS_ALLOW_REMOTE (in the environment): 'perhaps': allowed: yes, no.",
        ),
        (
            {"TWILIO_USERS_ALLOW_REMOTE": "no", "TWILIO_USERS_HOST": "0.0.0.0"},  # noqa: S104
            (
                "0.0.0.0 is not loopback: other machines could reach the stub and read what it"
                " is sent. To allow that: --allow-remote."
            ),
        ),
        (
            {"TWILIO_USERS_MAX_PAGE_SIZE": "0"},
            "max_page_size='0' (from TWILIO_USERS_MAX_PAGE_SIZE): allowed: whole numbers from 1.",
        ),
        (
            {"TWILIO_USERS_CREDENTIALS": "exact"},
            (
                "credentials='exact' (from TWILIO_USERS_CREDENTIALS) needs the token to accept:"
                " --auth-token, or TWILIO_USERS_AUTH_TOKEN."
            ),
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else "",
)
def test_a_wrong_variable_is_told(capsys, monkeypatch, variables, said):
    """By its name; the environment is where containers have their options."""
    for name, text in variables.items():
        monkeypatch.setenv(name, text)
    assert complaint(capsys, "serve") == f"twilio-users: {said}"


def test_an_option_is_over_the_environment(capsys, monkeypatch, listen_only):
    """Whatever the environment says."""
    monkeypatch.setenv("TWILIO_USERS_HOST", "no host")
    monkeypatch.setenv("TWILIO_USERS_PORT", "no port")
    assert main(["serve", "--host", "127.0.0.1", "--port", "0"]) == 0
    [(address, port)] = listen_only
    assert capsys.readouterr().out == f"http://{address}:{port}\n"


def test_a_variable_that_is_nearly_an_option_is_told(capsys, monkeypatch, listen_only):
    """Or the control endpoints would be open to all."""
    monkeypatch.setenv("TWILIO_USERS_CONTROL_TOKN", "sesame")
    assert main(["serve"]) == 0
    assert capsys.readouterr().err == (
        "twilio-users: TWILIO_USERS_CONTROL_TOKN (in the environment) is not a setting. Did you"
        " mean 'TWILIO_USERS_CONTROL_TOKEN'?\n"
    )


def test_a_port_that_is_taken_is_told(capsys):
    """With the way out."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert complaint(capsys, "serve", "--port", str(port)) == (
            f"twilio-users: Can't listen on 127.0.0.1, port {port}: Address already in use."
            " Port 0 takes any free one."
        )


@pytest.mark.parametrize(
    ("host", "told"),
    [
        ("no host", "no host"),
        ("", "''"),
        ("127.0.0.1:8000", "127.0.0.1:8000"),
        ("http://127.0.0.1", "http://127.0.0.1"),
        ("\x1b[31m", r"'\x1b[31m'"),
    ],
)
def test_a_host_that_nobody_knows_is_told(capsys, host, told):
    """With what is expected. Why, the system says in its own words."""
    said = complaint(capsys, "serve", "--host", host)
    assert said.startswith(f"twilio-users: Can't listen on {told}, port 0: ")
    assert said.endswith(
        ". Expected: a name or an address of this machine, such as localhost or ::1, without"
        " scheme and port."
    )


@pytest.mark.parametrize("host", ["x" * 70, "a..b", "\udce9"])
def test_a_host_that_cannot_be_is_told(capsys, host):
    """Before anybody is asked for it."""
    told = host if host.isprintable() else repr(host)
    assert complaint(capsys, "serve", "--host", host) == (
        f"twilio-users: Can't listen on {told}, port 0: No host can have this name. Expected: a"
        " name or an address of this machine, such as localhost or ::1, without scheme and port."
    )


def test_a_host_that_is_elsewhere_is_told(capsys):
    """Another port would not help."""
    assert complaint(capsys, "serve", "--host", "192.0.2.1") == (
        "twilio-users: Can't listen on 192.0.2.1, port 0: Cannot assign requested address. It"
        " is not an address of this machine."
    )


@pytest.mark.parametrize("host", ["::1", "[::1]"])
def test_loopback_of_ipv6_has_brackets(listen_only, capsys, host):
    """In a URL; it may be given so."""
    assert main(["serve", "--host", host]) == 0
    assert capsys.readouterr().out.startswith("http://[::1]:")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "Can't read {file}: No such file or directory."),
        ("[{", "{file}, user 1 is not JSON: Expecting property name enclosed in double quotes:"),
        ('[{"identity": "system"}]', "{file}, user 1 ('system'): Twilio would refuse this user. "),
    ],
    ids=["missing", "no-json", "refused"],
)
def test_a_seed_file_that_is_none_is_told(capsys, tmp_path, text, said):
    """Before anything is served."""
    file = tmp_path / "seed.json"
    if text is not None:
        file.write_text(text)
    told = complaint(capsys, "serve", "--seed", str(file))
    assert told.startswith("twilio-users: " + said.replace("{file}", str(file)))


def test_serving_without_uvicorn_is_one_sentence(capsys, monkeypatch):
    """It says what to install."""
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    assert complaint(capsys, "serve") == (
        'twilio-users: twilio-users serve needs uvicorn: pip install "pytest-twilio-users[server]".'
    )
