"""Hides values in texts, however they are spelled there, or cut off."""

import json
import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import quote, quote_plus

from pytest_twilio_users.errors import printable
from pytest_twilio_users.privacy.wording import VOCABULARY

_RUNS = re.compile(r"[\w@.+-]{8,}")
_HEX = re.compile("%[0-9A-F]{2}")
_SAFE_IN_PATHS = "!$&'()*+,:;=@[\\]^|~"
"""What httpx leaves as it is in a segment of a path."""
_ESCAPES = (r"\\[nrt]", r"\\x[0-9a-f]{2}", r"\\u[0-9a-f]{4}", "%[0-9A-Fa-f]{2}", "[0-9]m")
"""Of Python, JSON, a URL, a terminal's colour: their last letter is no part of the word."""
_BEGINS = "|".join([r"(?<!\w)", *(f"(?<={escaped})" for escaped in _ESCAPES)])
"""Where a word may begin: no letter is before it, or an escape."""
_CUT = re.compile(r"\.{3,}|…")
_LEAST_CUT, _LONGEST_CUT = 4, 700
"""What pytest and the journal leave of a value at most, and what is told from other words."""
_WRAPPED = re.compile(r"(?m)(?P<quote>['\"])(?P<part>(?:(?!(?P=quote)).){4,})(?P=quote)[\])},]*$")
_WIDE = 60
"""How long a text has to be at least that pytest writes in several lines."""
_SHORT, _LONG = 3, 8


def spell(value: str, shown: str) -> dict[str, str]:
    """How a value may be written in a text, and what is shown for it."""
    if not value:
        return {}
    spelled = {value, json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}
    for text in tuple(spelled):
        within = (repr(text)[1:-1], repr(text.encode(errors="replace"))[2:-1])
        spelled |= {*within, *(text.replace("'", r"\'") for text in within)}
    encoded = {quote(value, safe=safe, errors="replace") for safe in ("", _SAFE_IN_PATHS)}
    encoded.add(quote_plus(value, errors="replace"))
    spelled |= encoded | {_HEX.sub(lambda found: found[0].lower(), text) for text in encoded}
    spelled |= {printable(value), escape(value), escape(value, quote=False)}
    if len(value) >= _SHORT:
        return dict.fromkeys(spelled, shown)
    return {
        f"{before}{text}{after}": f"{before}{shown}{after}"
        for text in spelled
        for before, after in ("''", '""', ("/", ""))
    }


def spell_parts(value: str, shown: str) -> dict[str, str]:
    """The longer runs of a value: of what is escaped twice, and of HTML, they are found."""
    runs = _RUNS.findall(value)
    return {run: shown for run in runs if run.casefold() not in VOCABULARY}


def hide_spellings(text: str, hidden: Mapping[str, str]) -> str:
    """The text with what is hidden shown otherwise; `hidden` has what is shown, by spelling."""
    present = {spelling: shown for spelling, shown in hidden.items() if spelling in text}
    if present:
        text = _any_of(present).sub(lambda found: present[found[0]], text)
    return _hide_wrapped(_hide_cut(text, hidden), hidden)


def _any_of(spellings: Mapping[str, str]) -> re.Pattern[str]:
    """Finds any of these, a longer one before what it begins with; short ones as whole words."""
    patterns = []
    for text in sorted(spellings, reverse=True):
        pattern = re.escape(text)
        if len(text) < _LONG:
            before = f"(?:{_BEGINS})" if re.match(r"\w", text[0]) else ""
            after = r"(?!\w)" if re.match(r"\w", text[-1]) else ""
            after = r"(?![^/?#&\s'\"])" if text[0] == "/" else after
            pattern = before + pattern + after
        patterns.append(pattern)
    return re.compile("|".join(patterns))


def _hide_cut(text: str, hidden: Mapping[str, str]) -> str:
    """Hide what is left of a value before and after the dots that stand for the rest of it."""
    cuts = [found.span() for found in _CUT.finditer(text)]
    if not cuts:
        return text
    forward = sorted(hidden)
    backward = sorted(spelling[::-1] for spelling in forward)
    for begin, end in reversed(cuts):
        before = text[max(begin - _LONGEST_CUT, 0) : begin].rpartition("\n")[2]
        after = text[end : end + _LONGEST_CUT].partition("\n")[0]
        length, spelling = _longest_beginning(after[::-1], backward)
        if length:
            text = text[:end] + hidden[spelling[::-1]] + text[end + length :]
        length, spelling = _longest_beginning(before, forward)
        if length:
            text = text[: begin - length] + hidden[spelling] + text[begin:]
    return text


def _longest_beginning(text: str, spellings: Sequence[str]) -> tuple[int, str]:
    """How much of the text's end one of the sorted spellings begins with, and which."""
    for start in range(len(text) - _LEAST_CUT + 1):
        index = bisect_left(spellings, text[start:])
        if index < len(spellings) and spellings[index].startswith(text[start:]):
            return len(text) - start, spellings[index]
    return 0, ""


def _hide_wrapped(text: str, hidden: Mapping[str, str]) -> str:
    """Hide the parts of long values that stand in lines of their own, as in pytest's diffs."""
    long = [spelling for spelling in hidden if len(spelling) > _WIDE]

    def hide(found: re.Match[str]) -> str:
        part = found["part"]
        for spelling in long:
            # pytest breaks a text after a space; what ends otherwise is the last line of one.
            is_its_line = part in spelling if part.endswith(" ") else spelling.endswith(part)
            if is_its_line:
                return found[0].replace(part, hidden[spelling])
        return found[0]

    return _WRAPPED.sub(hide, text) if long else text
