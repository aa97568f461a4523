"""Makes of what is right what is nearly right: by choices that Hypothesis draws as bytes."""

import json
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from typing import Any, TypeVar

from hostile import HOSTILE

T = TypeVar("T")

DEEP = 3_000
"""How deep is deeper than Python reads."""

TEXTS = (
    *("", " ", "\0", "\r\n", "..", "/", "%", "%zz", "%00", "#", "?", "&", "=", "a" * 300, HOSTILE),
    *("é", "İ", "\ud800", "\u202e", "\U0001f600", "²", "None", "null", "{Sid}", "text-1", "US"),
    *("US" + "0" * 32, "US00000001" + "c" * 24, "IS" + "d" * 32, "AC" + "a" * 32, "system"),
    *("2026-02-30T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+23:59", "1e999"),
    *("person-1@example.com", "https://example.com/1", "+15550000001", "PT" + "0" * 30),
    *("/v1/Users", "http://[", "https://conversations.twilio.com/v1/Users?Page=1#x", "x" * 5_000),
)
VALUES = (
    *(None, True, False, 0, -1, 1, 2**31, 2**63, 10**400, 0.5, -0.0, 1e308, 10.0**16),
    *(float("inf"), float("nan"), [], {}, [[]], {"": None}, [None], {"$ref": "#"}),
)
"""What stands nowhere in a message of Twilio's, or only elsewhere."""

DEPTHS = {f"@{depth}@": "[" * depth + "]" * depth for depth in (101, 300, 480, 900, DEEP)}
"""What stands for lists within lists, which Python itself can't copy."""

BYTES = (
    *(
        b"",
        b"\0",
        b"\xff",
        b"\xc3\x28",
        b"\xed\xa0\x80",
        b"\xef\xbb\xbf",
        b"\r",
        b"\n",
        b"\r\n\r\n",
    ),
    *(b'"', b"\\", b"\\u", b"\\ud800", b"{", b"}", b"[", b"]", b",", b":", b"null", b"NaN", b"-"),
    *(b"Infinity", b"1e999", b"9" * 5_000, b"[" * DEEP, b'{"a":' * DEEP, b"%", b"%0", b"&", b"="),
    *(b"+", b"#", b"?", b"//", b" ", b"\t", b"'", b"*a", b"&a ", b"!!int ", b"<<: ", b"- "),
    *(b"a" * 70, b"9223372036854775808", b"-1", b"0x", b"..", b"*", b"%2e%2e/"),
)


class Dice:
    """Choices out of drawn bytes. When they are used up, each is the first: so inputs shrink."""

    def __init__(self, drawn: bytes) -> None:
        self._left: Iterator[int] = iter(drawn)
        self.left = len(drawn)

    def below(self, bound: int) -> int:
        """A number from 0."""
        found = 0
        for _ in range(1 if bound <= 256 else 2):
            found = found * 256 + next(self._left, 0)
            self.left -= 1
        return found % bound

    def of(self, choices: Sequence[T]) -> T:
        """One of these."""
        return choices[self.below(len(choices))]


def changed_bytes(dice: Dice, content: bytes) -> bytes:
    """The same with one change, or with none.

    Places are where something begins that a reader looks for, half of the time.
    """
    begin, end = sorted((_place(dice, content), _place(dice, content)))
    return dice.of(_CHANGES)(dice, content, begin, end)


def _flip(dice: Dice, content: bytes, at: int, _: int) -> bytes:
    """Turn a bit over."""
    flipped = bytes(byte ^ (1 << dice.below(8)) for byte in content[at : at + 1])
    return content[:at] + flipped + content[at + 1 :]


_CHANGES: tuple[Callable[[Dice, bytes, int, int], bytes], ...] = (
    lambda _dice, content, _begin, _end: content,
    _flip,
    lambda _, content, begin, __: content[:begin],
    lambda _, content, begin, end: content[:begin] + content[end:],
    lambda _, content, begin, end: content[:end] + content[begin:],  # twice
    lambda _, content, begin, end: content[end:] + content[begin:end] + content[:begin],
    lambda dice, content, begin, _: content[:begin] + dice.of(BYTES) + content[begin:],
    lambda dice, content, begin, end: content[:begin] + dice.of(BYTES) + content[end:],
)


def changed_text(dice: Dice, text: str) -> str:
    """The same with one change, which bytes may not have: halves of surrogate pairs, say."""
    begin, end = sorted((dice.below(len(text) + 1), dice.below(len(text) + 1)))
    match dice.below(4):
        case 0:
            return text
        case 1:
            return text[:begin] + dice.of(TEXTS) + text[end:]
        case 2:
            return text[:begin] + dice.of(TEXTS) + text[begin:]
        case _:
            return changed_bytes(dice, text.encode(errors="replace")).decode("latin-1")


def changed_json(dice: Dice, value: Any) -> Any:
    """A copy with one change somewhere: another value, one that is gone, moved, or there twice."""
    changed = [deepcopy(value)]
    owner: Any = changed
    key: Any = 0
    while isinstance(owner[key], dict | list) and owner[key] and dice.below(8):
        owner = owner[key]
        key = dice.of(sorted(owner, key=str)) if isinstance(owner, dict) else dice.below(len(owner))
    match dice.below(4):
        case 0:
            owner[key] = dice.of((*VALUES, *TEXTS, *DEPTHS))
        case 1:
            found = owner[key]
            text = changed_text(dice, found if isinstance(found, str) else str(found))
            owner[key] = dice.of((text, [found], {dice.of(TEXTS): found}))
        case 2:
            del owner[key]
        case _:
            _move(dice, owner, key)
    return changed[0] if changed else None


def _move(dice: Dice, owner: Any, key: Any) -> None:
    """Have a value stand elsewhere among those beside it, or there, too."""
    found = owner[key]
    if isinstance(owner, list):
        owner.insert(dice.below(len(owner)), found)
        return
    other = dice.of((*sorted(owner, key=str), changed_text(dice, key), dice.of(TEXTS)))
    owner[key] = owner.get(other, found)
    owner[other] = found


def changed_document(dice: Dice, value: Any) -> bytes:
    """JSON with some changes of its values, and in the end perhaps of its bytes."""
    while dice.left > 6:
        value = changed_json(dice, value)
    try:
        text = json.dumps(value, ensure_ascii=bool(dice.below(2)))
    except ValueError:  # an int of more digits than Python writes
        text = "9" * 5_000
    if "@" in text:
        for mark, deep in DEPTHS.items():
            text = text.replace(f'"{mark}"', deep)
    return changed_bytes(dice, text.encode(errors="replace"))


def _place(dice: Dice, content: bytes) -> int:
    if not dice.below(2):
        return (
            min(dice.below(65_536), len(content))
            if len(content) > 255
            else dice.below(len(content) + 1)
        )
    mark = dice.of(b'"{[,:/?&=% \n.-')
    places = [at for at, byte in enumerate(content) if byte == mark]
    return dice.of(places) if places else 0
