"""`twilio-users drift openapi`, as people call it."""

import io
import json
import sys
from pathlib import Path
from textwrap import indent

import pytest
import yaml

from pytest_twilio_users.cli import main
from pytest_twilio_users.contract.operations import OPERATIONS
from pytest_twilio_users.wire.codec import FORM_TYPE
from pytest_twilio_users.wire.schema import openapi

PAGE = Path(__file__).parents[3] / "docs" / "live.md"

# As Twilio writes its file: OpenAPI 3.0, in which the server stands with the path.
FILE = """\
openapi: 3.0.1
info: {title: Users, version: 2026-04-14}
paths:
  /v1/Users/{Sid}:
    servers: [url: https://conversations.twilio.com]
    parameters:
      - {name: Sid, in: path, required: true, schema: {type: string}}
    get:
      operationId: FetchUser
      description: Fetch a user.
      security: [accountSid_authToken: []]
      responses:
        200:
          headers:
            Access-Control-Allow-Origin: {schema: {type: string}}
            Access-Control-Allow-Methods: {schema: {type: string}}
          content:
            application/json:
              schema: {$ref: "#/components/schemas/user"}
    delete:
      parameters:
        - {name: X-Twilio-Webhook-Enabled, in: header, schema: {$ref: "#/components/schemas/flag"}}
      responses: {202: {}}
    patch: {operationId: PatchUser, responses: {200: {}}}
    put: {responses: {200: {}}}
components:
  schemas:
    flag: {type: string, enum: ["true", "false", "auto"]}
    sid: &sid {type: string, nullable: true, minLength: 34, maxLength: 34}
    user:
      type: object
      properties:
        sid: {<<: *sid, pattern: "^US[0-9a-fA-F]{32}$"}
        account_sid: {<<: *sid, pattern: "^AC[0-9a-fA-F]{32}$"}
        chat_service_sid: {<<: *sid, pattern: "^IS[0-9a-fA-F]{32}$"}
        role_sid: *sid
        identity: {type: string, maxLength: 128}
        friendly_name: {type: string, nullable: true}
        attributes: {type: object, nullable: true}
        is_online: {type: boolean, nullable: true}
        date_created: {type: string, format: date-time, nullable: true}
        date_updated: {type: string, format: date-time, nullable: true}
        url: {type: string, format: uri, nullable: true}
        links: {type: object, format: uri-map, nullable: true}
        locale: {type: string}
"""
GONE = [
    f"error    {name}: operation: {operation.method} {operation.path}, then nothing"
    for path in ("/v1/Services/{ChatServiceSid}/Users", "/v1/Users")
    for name, operation in OPERATIONS.items()
    if operation.path.startswith(path)
]
TOLD = [
    "error    fetch_user: json.role_sid: string RL SID, then string",
    "error    fetch_user: json.attributes: string, then object",
    "error    delete_user: status: 204, then 202",
    "error    unnamed: operation: nothing, then PUT /v1/Users/{Sid}",
    "error    PatchUser: operation: nothing, then PATCH /v1/Users/{Sid}",
    "warning  fetch_user: json.identity: nullable true, then false",
    "warning  fetch_user: json.identity: nothing, then maxLength 128",
    "warning  fetch_user: json.is_notifiable: boolean, then nothing",
    (
        "warning  delete_user: header.X-Twilio-Webhook-Enabled: enum false | true,"
        " then auto | false | true"
    ),
    (
        "note     fetch_user: response headers: nothing, then Access-Control-Allow-Origin,"
        " Access-Control-Allow-Methods"
    ),
    "note     fetch_user: json.locale: nothing, then string",
]
KNOWN = [
    "known    fetch_user: path.Sid: minLength 1",
    (
        "known    fetch_user: json: required sid, account_sid, chat_service_sid, role_sid,"
        " identity, friendly_name, attributes, is_online, is_notifiable, date_created,"
        " date_updated, url, links"
    ),
    "known    fetch_user: json.links: required user_conversations",
    "known    fetch_user: json.links.user_conversations: string uri",
    "known    fetch_user: status: default, every refusal",
    "known    delete_user: path.Sid: minLength 1",
    "known    delete_user: status: default, every refusal",
]


@pytest.fixture
def drift(capsys):
    """Runs the command; gives its exit code, what it printed, and what it said beside."""

    def drift(*arguments):
        code = main(["drift", *arguments])
        said = capsys.readouterr()
        return code, said.out.splitlines(), said.err

    return drift


@pytest.fixture
def file(tmp_path, monkeypatch):
    """Writes a file of some content; gives its name, as the folder is the working directory."""
    monkeypatch.chdir(tmp_path)

    def file(content, name="it.json"):
        written = content if isinstance(content, bytes) else content.encode()
        tmp_path.joinpath(name).write_bytes(written)
        return name

    return file


def test_each_difference_is_told_by_its_severity(drift, file):
    """The worst first, and how many there are; the worst is the exit code."""
    code, lines, _ = drift("openapi", file(FILE, "it.yaml"))
    told = [line for line in lines if line not in GONE]
    assert told == [*TOLD, "13 errors, 4 warnings, 2 notes: the kit, then it.yaml."]
    assert len(lines) - len(told) == 8
    assert code == 3


def test_what_the_kit_knows_more_precisely_is_told_if_asked(drift, file):
    """It is no difference."""
    _, lines, _ = drift("openapi", "--verbose", file(FILE, "it.yaml"))
    assert lines[-len(KNOWN) - 2 : -1] == [TOLD[-1], *KNOWN]


@pytest.mark.parametrize(
    "arguments", [["--json", "openapi", "it.yaml"], ["openapi", "it.yaml", "--json"]]
)
def test_for_machines_there_is_json(drift, file, arguments):
    """With what the kit knows more precisely, and room for tests that use what differs."""
    file(FILE, "it.yaml")
    code, lines, _ = drift(*arguments)
    printed = json.loads("\n".join(lines))
    assert {name: printed[name] for name in ("format", "first", "second")} == {
        "format": 1,
        "first": "the kit",
        "second": "it.yaml",
    }
    assert printed["drifts"][-1] == {
        "severity": "note",
        "operation": "fetch_user",
        "pointer": "json.locale",
        "first": "nothing",
        "second": "string",
        "tests": [],
    }
    assert len(printed["drifts"]) == 19
    assert printed["known"][0] == {
        "operation": "fetch_user",
        "pointer": "path.Sid",
        "known": "minLength 1",
    }
    assert code == 3


def _changed(**schema):
    """The kit's own document with a field of a user that is otherwise."""
    document = openapi()
    document["components"]["schemas"]["User"]["properties"].update(schema)
    return json.dumps(document)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (_changed(), 0),
        (_changed(locale={"type": "string"}), 0),
        (_changed(identity={"type": "string"}), 1),
        (_changed(identity={"type": "integer"}), 3),
    ],
    ids=["nothing", "a note", "a warning", "an error"],
)
def test_the_worst_difference_is_the_exit_code(drift, file, content, code):
    """As where two answer the same tests."""
    assert drift("openapi", file(content))[0] == code


def test_the_page_shows_what_is_printed(drift, file):
    """Its example, to the letter."""
    document = openapi()
    users = document["paths"]["/v1/Users"]
    users["get"]["parameters"][0]["schema"]["maximum"] = 1000
    form = users["post"]["requestBody"]["content"][FORM_TYPE]["schema"]
    form["properties"]["Locale"] = {"type": "string"}
    form["required"].append("Locale")
    fetched = document["paths"]["/v1/Users/{Sid}"]["get"]["responses"]["200"]
    fetched["headers"] = {"Access-Control-Allow-Origin": {"schema": {"type": "string"}}}
    name = file(json.dumps(document), "twilio_conversations_v1.json")
    _, lines, _ = drift("openapi", name)
    assert "```\n{}\n```\n".format("\n".join(lines)) in PAGE.read_text("utf-8")


# Where it comes from, and how it is written


def nullable(document):
    """The same in OpenAPI 3.0."""

    def rewrite(part):
        if isinstance(part, list):
            return [rewrite(value) for value in part]
        if not isinstance(part, dict):
            return part
        rewritten = {name: rewrite(value) for name, value in part.items()}
        match part.get("type"):
            case [kind, "null"]:
                rewritten |= {"type": kind, "nullable": True}
        return rewritten

    return rewrite(document) | {"openapi": "3.0.3"}


WRITTEN = {
    "JSON": json.dumps(openapi(), indent=2),
    "JSON of OpenAPI 3.0": json.dumps(nullable(openapi())),
    "YAML": yaml.safe_dump(openapi()),
    "YAML of OpenAPI 3.0": "# Users\n---\n" + yaml.safe_dump(nullable(openapi())),
    "YAML that is indented": indent(yaml.safe_dump(openapi()), "  "),
    "JSON with a byte order mark": "\N{BYTE ORDER MARK}" + json.dumps(openapi()),
    "JSON as PowerShell writes it": json.dumps(openapi()).encode("utf-16"),
}
SAME = "0 errors, 0 warnings, 0 notes: the kit, then {}."


@pytest.mark.parametrize("content", WRITTEN.values(), ids=WRITTEN)
def test_the_same_may_be_written_in_any_way(drift, file, content):
    """In each version of OpenAPI, and as each kind of file."""
    assert drift("openapi", file(content)) == (0, [SAME.format("it.json")], "")


class Stdin(io.TextIOWrapper):
    """Standard input, from a pipe or from a terminal."""

    def __init__(self, content, *, terminal=False):
        super().__init__(io.BytesIO(content.encode()))
        self._terminal = terminal

    def isatty(self):
        """Whether it is a terminal."""
        return self._terminal


@pytest.mark.parametrize("arguments", [[], ["-"]])
def test_it_may_be_piped_in(drift, monkeypatch, arguments):
    """By its usual name, or by none."""
    monkeypatch.setattr(sys, "stdin", Stdin(WRITTEN["JSON"]))
    assert drift("openapi", *arguments) == (0, [SAME.format("standard input")], "")


@pytest.mark.parametrize("stdin", [None, Stdin("", terminal=True)], ids=["closed", "a terminal"])
def test_nobody_waits_for_what_does_not_come(drift, monkeypatch, stdin):
    """Where no file is named and none is piped in."""
    monkeypatch.setattr(sys, "stdin", stdin)
    assert drift("openapi") == (
        2,
        [],
        (
            "twilio-users: Standard input is a terminal. Name a file, twilio-users drift"
            " openapi FILE, or pipe one in.\n"
        ),
    )


NONE = (
    "twilio-users: it.json is not an OpenAPI document of Twilio's Conversations: {}. Twilio's own"
    " is spec/json/twilio_conversations_v1.json of https://github.com/twilio/twilio-oai.\n"
)
OTHERS = {
    "nothing": ("", "it is empty"),
    "spaces": (" \n", "it is empty"),
    "half of it": (
        '{"openapi": "3.0',
        "it is not JSON: Unterminated string starting at, line 1 column 13",
    ),
    "a list": ("[]", "it is []"),
    "a word": ("users", "it is 'users'"),
    "an error page": (
        "404: Not Found",
        'it has no key "openapi", such as "openapi": "3.0.1"',
    ),
    "other JSON": (
        '{"users": []}',
        'it has no key "openapi", such as "openapi": "3.0.1"',
    ),
    "Swagger": (
        '{"swagger": "2.0"}',
        "its version is '2.0', and those that can be read are 3.0 and 3.1",
    ),
    "a later version": (
        "openapi: 3.2.0",
        "its version is '3.2.0', and those that can be read are 3.0 and 3.1",
    ),
    "a version that is none": (
        '{"openapi": {}}',
        "its version is {}, and those that can be read are 3.0 and 3.1",
    ),
    "another API": (
        '{"openapi": "3.0.1", "paths": {"/v1/Rooms": {"get": {}}}}',
        "it has none of the ten operations on users, such as GET /v1/Users",
    ),
    "no paths": (
        "openapi: 3.1",
        "it has none of the ten operations on users, such as GET /v1/Users",
    ),
    "a name twice": (
        '{"openapi": "3.0.1", "paths": {}, "paths": {}}',
        "it can't be read: the key 'paths' stands twice in one object",
    ),
    "a name twice in YAML": (
        "openapi: 3.0.1\npaths: {}\npaths: {}",
        "it can't be read: the key 'paths' stands twice in one object",
    ),
    "no number": ('{"openapi": NaN}', "it can't be read: NaN is not JSON"),
    "no date": (
        "openapi: 2026-13-14",
        "it can't be read: '2026-13-14' is no timestamp, line 1 column 10",
    ),
    "no switch": (
        "openapi: !!bool maybe",
        "it can't be read: 'maybe' is no bool, line 1 column 10",
    ),
    "no number in YAML": ("openapi: !!int ''", "it can't be read: '' is no int, line 1 column 10"),
    "a moment that is none": (
        "openapi: !!timestamp noon",
        "it can't be read: 'noon' is no timestamp, line 1 column 10",
    ),
    "a number beyond all": (
        f"openapi: {'59:' * 180}59.5",
        f"it can't be read: '{'59:' * 39}5… is no float, line 1 column 10",
    ),
    "a set of a list": (
        "openapi: !!set [a]",
        "it can't be read: expected a mapping node, but found sequence, line 1 column 10",
    ),
    "a list within itself": (
        "openapi: &a [*a]",
        "it can't be read: its aliases stand for more than 1,000,000 values",
    ),
    "aliases of aliases": (
        "a0: &a0 [x, x]\n"
        + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))
        + "openapi: *a39",
        "it can't be read: its aliases stand for more than 1,000,000 values",
    ),
    "objects merged of merged ones": (
        "a0: &a0 {x: 1}\n"
        + "".join(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}\n" for n in range(1, 40)),
        "it can't be read: its aliases stand for more than 1,000,000 values",
    ),
    "HTML": (
        "<html>\n\t<body>",
        "it can't be read: found character '\\t' that cannot start any token, line 2 column 1",
    ),
    "two documents": (
        "openapi: 3.0.1\n---\nopenapi: 3.0.1",
        "it can't be read: but found another document, line 2 column 1",
    ),
    "a program": (
        "a: \x00",
        "it can't be read: unacceptable character #x0000: special characters are not allowed",
    ),
    "an image": (b"\x89PNG\r\n\x1a\n\xff", "it is not text, at byte 0"),
    "a well without ground": ("[" * 100_000, "it is nested too deeply"),
}


@pytest.mark.parametrize(("content", "problem"), OTHERS.values(), ids=OTHERS)
def test_a_file_that_is_none_is_told_in_one_sentence(drift, file, content, problem):
    """With what is wrong and where to get the right one; nothing is compared."""
    assert drift("openapi", file(content)) == (2, [], NONE.replace("{}", problem))


def test_yaml_needs_a_library(drift, file, monkeypatch):
    """One sentence says which, and what to install; JSON needs none."""
    monkeypatch.setitem(sys.modules, "yaml", None)
    assert drift("openapi", file(FILE, "it.yaml")) == (
        2,
        [],
        (
            "twilio-users: it.yaml is not JSON, and to read it as YAML needs PyYAML: pip install"
            ' "pytest-twilio-users[yaml]".\n'
        ),
    )
    assert drift("openapi", file(WRITTEN["JSON"]))[0] == 0


@pytest.mark.parametrize(
    ("name", "reason"), [("none.json", "No such file or directory"), (".", "Is a directory")]
)
def test_a_file_that_cannot_be_read_is_told(drift, file, name, reason):
    """With the reason."""
    file("")
    assert drift("openapi", name) == (2, [], f"twilio-users: Can't read {name}: {reason}.\n")


@pytest.mark.parametrize("option", [(), ("--json",)], ids=["lines", "json"])
def test_github_is_told_beside_what_is_printed(drift, file, tmp_path, monkeypatch, option):
    """By the worst of differences first; what is printed stays what it is elsewhere."""
    name, summary = file(FILE, "it.yaml"), tmp_path / "summary.md"
    elsewhere = drift("openapi", name, *option)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    code, lines, said = drift("openapi", name, *option)
    assert (code, lines, "") == elsewhere
    annotations = said.splitlines()
    assert [line.partition(" ")[0] for line in annotations] == (
        ["::error"] * 10 + ["::warning"] * 4 + ["::notice"] * 2
    )
    assert annotations[-1] == (
        "::notice title=Twilio Users%3A drift::fetch_user: json.locale: nothing, then string"
    )
    assert f"- `{TOLD[0]}`\n" in summary.read_text("utf-8")
