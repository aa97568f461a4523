"""strategies/json_values.py: the ways to write one value."""

import json

import pytest

from pytest_twilio_users.strategies.json_values import JSON_STYLES, _nested

VALUE = {"é/": [1.5, 1e16], "a": None}
WRITTEN = [
    '{"\\u00e9/": [1.5, 1e+16], "a": null}',
    '{"é/": [1.5, 1e+16], "a": null}',
    '{"\\u00e9/":[1.5,1e+16],"a":null}',
    '{"a":null,"é/":[1.5,1e+16]}',
    '{\n  "\\u00e9/": [\n    1.5,\n    1e+16\n  ],\n  "a": null\n}',
    '{\n\t"\\u00e9/"\t:\n[\n\t\t1.5\r\n,\n\t\t1e+16\n\t]\r\n,\n\t"a"\t:\nnull\n}',
    '{"a": null, "\\u00e9/": [1.5, 1e+16]}',
    '{"é\\/": [1.5, 1e+16], "a": null}',
    '{"\\u00E9\\u002F": [1.5, 1e+16], "\\u0061": null}',
    '{"\\u00e9/": [1.5e+00, 1E+16], "a": null}',
    '\n\t {"\\u00e9/": [1.5, 1e+16], "a": null} \r\n',
]


@pytest.mark.parametrize(("style", "written"), [*zip(JSON_STYLES, WRITTEN, strict=True)])
def test_a_value_is_written_in_many_ways(style, written):
    """Spaces, escapes, order of keys, exponents: a program must read them all."""
    assert style(VALUE) == written


@pytest.mark.parametrize("depth", range(33))
def test_a_value_may_be_nested_32_deep(depth):
    """Lists and objects in turn, around an empty object."""
    text = "{}"
    for level in range(depth):
        text = f'{{"a": {text}}}' if level % 2 else f"[{text}]"
    assert json.dumps(_nested(depth)) == text
