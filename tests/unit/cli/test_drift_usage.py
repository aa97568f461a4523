"""`twilio-users drift … --usage`: which tests a difference touches."""

import json

import pytest

from pytest_twilio_users.cli import main
from pytest_twilio_users.drift.comparison import Drift
from pytest_twilio_users.drift.sides import DriftReport
from pytest_twilio_users.usage.usage_file import write_usage
from pytest_twilio_users.usage.used import OperationUse, Usage
from pytest_twilio_users.wire.schema import openapi
from pytest_twilio_users.wire.violations import Severity

USAGES = {
    "tests/test_export.py::test_all": {
        "list_user": OperationUse(
            calls=1, successes=1, parameters={"PageSize": ("200",)}, seen=1, fields=("users.sid",)
        )
    },
    "tests/test_people.py::test_page": {
        "list_user": OperationUse(calls=1, successes=1, seen=1, fields=("users.identity",))
    },
    "tests/test_people.py::test_service": {
        "list_service_user": OperationUse(calls=1, parameters={"PageSize": ("20",)})
    },
}


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with what the tests use, and two versions of a document: `old` has the larger page.

    The kit knows the newer one.
    """
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "usage.json")
    document = openapi()
    (tmp_path / "new.json").write_text(json.dumps(document), "utf-8")
    document["paths"]["/v1/Users"]["get"]["parameters"][0]["schema"]["maximum"] = 1000
    fields = document["components"]["schemas"]["User"]["properties"]
    del fields["is_online"]
    fields["locale"] = {"type": "string"}
    (tmp_path / "old.json").write_text(json.dumps(document), "utf-8")
    return tmp_path


def write(path, *, complete=True, times=1):
    """Write what the tests use."""
    usages = [
        Usage(name=f"{name}[{mode}]" if times > 1 else name, mode=str(mode), operations=operations)
        for mode in range(times)
        for name, operations in USAGES.items()
    ]
    write_usage(path, usages, complete=complete)


@pytest.fixture
def drift(here, capsys):
    """Runs the command; gives its exit code, what it printed, and what it said beside."""

    def drift(*arguments):
        code = main(["drift", *arguments])
        said = capsys.readouterr()
        return code, said.out.splitlines(), said.err

    return drift


def test_exactly_the_tests_are_named_that_send_what_changed(drift):
    """With what they send. Whoever lists, and sends no page size, is left in peace."""
    code, lines, _ = drift("openapi", "old.json", "--usage", "usage.json", "--only-used")

    assert lines == [
        "warning  list_user: query.PageSize: maximum 50, then 1000",
        "         tests/test_export.py::test_all sends 200",
        "0 errors, 1 warning, 0 notes: the kit, then old.json.",
        "Not listed: 16 differences that no test uses.",
    ]
    assert code == 1


def test_what_no_test_uses_is_told_unless_it_is_not_asked_for(drift):
    """Each difference says of itself that nobody does."""
    code, lines, _ = drift("openapi", "old.json", "--usage", "usage.json")

    assert lines.count("         no test uses it") == 16
    assert lines[-1] == "0 errors, 9 warnings, 8 notes: the kit, then old.json."
    assert code == 1


def test_where_no_test_is_touched_all_is_well(drift, here):
    """A nightly check stays silent about what nobody uses."""
    operations = {"delete_user": OperationUse(calls=1)}
    write_usage(
        here / "usage.json", [Usage(name="a", mode="stub", operations=operations)], complete=True
    )

    assert drift("openapi", "old.json", "--usage", "usage.json", "--only-used") == (
        0,
        [
            "0 errors, 0 warnings, 0 notes: the kit, then old.json.",
            "Not listed: 17 differences that no test uses.",
        ],
        "",
    )


def test_no_difference_is_none_for_any_test(drift):
    """The newer version is what the kit knows."""
    assert drift("openapi", "new.json", "--usage", "usage.json") == (
        0,
        ["0 errors, 0 warnings, 0 notes: the kit, then new.json."],
        "",
    )


def test_for_machines_all_tests_are_named(drift, here):
    """A screen shows ten of them."""
    write(here / "usage.json", times=12)
    arguments = ("openapi", "old.json", "--usage", "usage.json", "--only-used")
    _, lines, _ = drift(*arguments)
    _, printed, _ = drift("--json", *arguments)

    touches = [
        {"test": test, "how": "sends 200"}
        for test in sorted(f"tests/test_export.py::test_all[{mode}]" for mode in range(12))
    ]
    content = json.loads("\n".join(printed))
    assert content["drifts"][0]["used_by"] == touches
    assert (content["usage_complete"], content["not_told"]) == (True, 16)
    assert lines[1:12] == [
        *(f"         {each['test']} {each['how']}" for each in touches[:10]),
        "         and 2 more",
    ]


def test_a_test_of_two_modes_is_one(drift, here):
    """Whoever answered: what it sent to either counts."""
    sent = [OperationUse(calls=1, parameters={"PageSize": (size,)}) for size in ("20", "200")]
    usages = [
        Usage(name="a", mode=mode, operations={"list_user": use})
        for mode, use in zip(("live", "stub"), sent, strict=True)
    ]
    write_usage(here / "usage.json", usages, complete=True)
    _, lines, _ = drift("openapi", "old.json", "--usage", "usage.json", "--only-used")

    assert lines[1] == "         a sends 20, 200"


def test_a_run_that_ended_early_says_less_than_all(drift, here):
    """Silence is not to be taken for peace."""
    write(here / "usage.json", complete=False)
    _, lines, _ = drift("openapi", "new.json", "--usage", "usage.json", "--only-used")

    assert lines == [
        "0 errors, 0 warnings, 0 notes: the kit, then new.json.",
        (
            "The usage file is of a run that ended early: tests that did not run may use what"
            " differs."
        ),
    ]


def test_where_two_answer_the_same_tests_it_is_the_same(drift, monkeypatch):
    """A test that met a difference need not be one that it touches."""
    found = Drift(
        severity=Severity.ERROR,
        operation="list_user",
        pointer="json.users[0].sid",
        first="1",
        second="2",
    )
    other = Drift(
        severity=Severity.WARNING,
        operation="request 2",
        pointer="path",
        first="1",
        second="2",
    )
    met = ["tests/test_people.py::test_page"]
    report = DriftReport(
        first="stub", second="live", drifts={found: met, other: met}, compared=1, alone=[]
    )
    monkeypatch.setattr("pytest_twilio_users.drift.sides.find_drift", lambda *_, **__: report)

    assert drift("stub", "live", "tests", "--usage", "usage.json") == (
        3,
        [
            "error    list_user: json.users[0].sid: 1, then 2",
            "         in tests/test_people.py::test_page",
            "         tests/test_export.py::test_all reads users.sid",
            "warning  request 2: path: 1, then 2",
            "         in tests/test_people.py::test_page",
            "         tests/test_people.py::test_page meets it",
            "1 error, 1 warning, 0 notes: 1 test with stub, then live.",
        ],
        "",
    )


WRONG = {
    "no file": (
        ("openapi", "old.json", "--only-used"),
        (
            "twilio-users: --only-used needs a usage file: --usage USAGE. A run of your tests"
            " writes one: pytest --twilio-users-usage=USAGE.\n"
        ),
    ),
    "a file that is not there": (
        ("stub", "live", "--usage", "none.json"),
        (
            "twilio-users: The usage file none.json can't be read: No such file or directory. A"
            " run of your tests writes one: pytest --twilio-users-usage=FILE.\n"
        ),
    ),
}


@pytest.mark.parametrize(("arguments", "message"), WRONG.values(), ids=WRONG)
def test_a_usage_that_is_missing_is_told_before_anything_is_compared(drift, arguments, message):
    """In one sentence, by the exit code of what can't be compared."""
    assert drift(*arguments) == (2, [], message)
