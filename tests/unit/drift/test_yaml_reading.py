"""drift/yaml_reading.py: what a YAML document holds, where JSON could hold it, too."""

import pytest

yaml_reading = pytest.importorskip("pytest_twilio_users.drift.yaml_reading")
read_yaml = yaml_reading.read_yaml


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("a: 1\n'b': yes\n3: [x, {y: 2.5}]", {"a": 1, "b": True, "3": ["x", {"y": 2.5}]}),
        ("a: &a {x: 1}\nb: *a", {"a": {"x": 1}, "b": {"x": 1}}),
        ("a: &a {x: 1}\nb: {<<: *a, y: 2}", {"a": {"x": 1}, "b": {"x": 1, "y": 2}}),
        (
            "- &a {x: 1}\n- &b {y: 2}\n- {<<: *a, <<: *b, z: 3}",
            [{"x": 1}, {"y": 2}, {"x": 1, "y": 2, "z": 3}],
        ),
        ("!!set {a}", {"a"}),
        ("!!pairs [a: 1, b: [2]]", [("a", 1), ("b", [2])]),
    ],
)
def test_a_document_is_read_as_it_is_written(text, value):
    """Keys are text. What is merged stands in several objects, and may be twice in one."""
    assert read_yaml(text) == value


@pytest.mark.parametrize("key", ["1", "'1'"])
def test_a_key_stands_once(key):
    """As text, whatever YAML makes of it."""
    with pytest.raises(ValueError, match=r"^the key '1' stands twice in one object$"):
        read_yaml(f"1: a\n{key}: b")


def test_aliases_count_for_what_they_stand_for(monkeypatch):
    """Up to a number of values, which may be reached: each key, value, list and object is one."""
    text = "{a: &a [x, y], b: *a}"  # 1 object, 2 keys, 2 lists of 3
    monkeypatch.setattr(yaml_reading, "_MOST", 9)
    assert read_yaml(text) == {"a": ["x", "y"], "b": ["x", "y"]}

    monkeypatch.setattr(yaml_reading, "_MOST", 8)
    with pytest.raises(ValueError, match=r"^its aliases stand for more than 8 values$"):
        read_yaml(text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: b: c", "mapping values are not allowed here, line 1 column 5"),
        ("a: [\n  b", "expected ',' or ']', but got '<stream end>', line 2 column 4"),
        (
            "a: !!python/name:os.system x",
            (
                "could not determine a constructor for the tag"
                " 'tag:yaml.org,2002:python/name:os.system', line 1 column 4"
            ),
        ),
        ("a:\n  !!int x", "'x' is no int, line 2 column 3"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text, problem):
    """From 1 on. No tag makes anything of Python's own."""
    with pytest.raises(ValueError) as error:  # noqa: PT011  # its text is looked at
        read_yaml(text)

    assert str(error.value) == problem
