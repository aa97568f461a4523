"""wire/remembering.py: what is remembered of texts."""

import pytest

from pytest_twilio_users.wire.remembering import remembered


@pytest.mark.parametrize("text", ["a", b"a", None, "a" * 4_096])
def test_what_was_found_is_remembered(text):
    """The same text is not looked at again; with another argument it is."""
    looked = []
    find = remembered(8)(lambda *given: looked.append(given))
    for more in ((), (), ("b",), ("b",)):
        find(text, *more)
    assert looked == [(text,), (text, "b")]


def test_a_long_text_is_not_kept():
    """As many of them would take more room than all that is."""
    looked = []
    find = remembered(8)(lambda text: looked.append(len(text)))
    for _ in range(2):
        find("a" * 4_097)
    assert looked == [4_097, 4_097]
