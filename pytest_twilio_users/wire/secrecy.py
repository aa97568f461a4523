"""Hides what a request was authorized with in any text, however it is spelled there."""

import base64
import re
from collections.abc import Collection, Iterable, Sequence
from html import unescape
from itertools import chain

from pytest_twilio_users.wire.remembering import remembered

_LEAST = 8
"""Letters of a secret: with shorter ones hidden, a text would be full of stars."""

_DEEPEST = 3
"""How often what is escaped may be escaped again, such as JSON in a URL in a repr."""

_SIGN = re.compile(r"[%\\&+\x80-\U0010ffff]")
"""What is in every text that has an escape."""

_ESCAPE = re.compile(  # what it begins with stands first: so it is found fast
    r"[%\\&](?:"
    r"(?<=%)(?P<byte>[0-9A-Fa-f]{2})"
    r"|(?<=\\)\\*(?:"
    r"x(?P<byte_of_python>[0-9A-Fa-f]{2})"
    r"|u(?P<unit>[0-9A-Fa-f]{4})"
    r"|U(?P<code>00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4})"
    r"|(?P<letter>[abfnrtv])"
    r"|(?P<nothing>)"
    r")|(?<=&)(?P<entity>(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,8});))"
)
_LETTERS = dict(zip("abfnrtv", "\a\b\f\n\r\t\v", strict=True))
_PARTS = re.compile(
    "[\xc2-\xf4\ud800-\udbff](?:(?<=[\xc2-\xdf])[\x80-\xbf]|(?<=[\xe0-\xef])[\x80-\xbf]{2}"
    "|(?<=[\xf0-\xf4])[\x80-\xbf]{3}|(?<=[\ud800-\udbff])[\udc00-\udfff])"
)
"""Bytes of UTF-8, or both halves of a surrogate pair, that were escaped one by one."""

_CUT = re.compile(r"(?<![^\s'\"])([^\s'\"]{4,})\.\.\.([^\s'\"]{4,})")
"""What pytest makes of a long value that it compares; Twilio's tokens are long enough.

Looked for where a word begins alone: from each letter of a long one, it would take for ever.
"""


@remembered(64)
def secrets_of(authorization: str | None) -> tuple[str, ...]:
    """What nobody is to see of an Authorization header: its password, and how it is encoded.

    What is too short to be a secret is none.
    """
    encoded = (authorization or "").rpartition(" ")[2]
    bare = encoded.rstrip("=")
    try:
        login = base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except ValueError:  # it may have been left as it is
        login = encoded.encode("utf-8", "replace")
    passwords = (login.decode(e, "replace").partition(":")[2] for e in ("utf-8", "latin-1"))
    found = dict.fromkeys((*passwords, encoded, bare))
    return tuple(filter(_is_long, found))


def secrets_among(authorizations: Iterable[str | None], known: Iterable[str] = ()) -> set[str]:
    """What nobody is to see of several such headers, and of what is known besides."""
    return {*known, *chain.from_iterable(map(secrets_of, authorizations))}


def hide_secrets(text: str, secrets: Collection[str]) -> str:
    """The text with `***` for each of the secrets, as they are or escaped in part or whole.

    As URLs, forms, JSON, HTML or Python's repr escape them: they are looked for in the text
    as each reading of it has them, and what is left of both without escapes is compared.
    One that pytest cut in the middle, as it does in a comparison, is hidden, too, and what is
    left of one where the kit cut a text.
    Secrets that are too short to be some are left.
    """
    # The longest first: what is left of it would tell the rest.
    long = sorted(filter(_is_long, secrets), key=len, reverse=True)
    if not long:
        return text
    if _SIGN.search(text):
        text = _hide_escaped(text, long)
    for secret in long:
        text = text.replace(secret, "***")
    if "..." in text:
        text = _CUT.sub(lambda found: _hide_cut(found, long), text)
    if "…" in text:
        *cut, rest = text.split("…")
        text = "…".join([*(_without_beginning(part, long) for part in cut), rest])
    return text


def _hide_cut(found: re.Match[str], secrets: Sequence[str]) -> str:
    begin, end = found.groups()
    is_cut = any(secret.startswith(begin) and secret.endswith(end) for secret in secrets)
    return "***" if is_cut else found[0]


def _without_beginning(text: str, secrets: Sequence[str]) -> str:
    """The text without the part of a secret that it ends with."""
    for secret in secrets:
        for length in range(len(secret) - 1, _LEAST // 2 - 1, -1):
            if text.endswith(secret[:length]):
                return f"{text[:-length]}***"
    return text


def _hide_escaped(text: str, secrets: Sequence[str]) -> str:
    places: list[tuple[int, int]] = []
    read, wanted = text, set(map(_with_spaces, secrets))
    for depth in range(_DEEPEST + 1):
        if depth == _DEEPEST:
            wanted.update(filter(_is_long, map(_without_escapes, secrets)))
        plain = _with_spaces(read)
        found = [secret for secret in wanted if secret in plain]
        if found:
            begins = _begins(text, depth)
            any_of_them = "|".join(map(re.escape, sorted(found, reverse=True)))
            for place in re.finditer(any_of_them, plain):
                places += [(begins[place.start()], begins[place.end()])]
        read = _read(read)
    shown, end = "", 0
    for begin, stop in sorted(places):
        if begin >= end:
            shown += f"{text[end:begin]}***"
        end = max(end, stop)
    return shown + text[end:]


def _is_long(secret: str) -> bool:
    return len(secret) >= _LEAST


def _with_spaces(text: str) -> str:
    """As a form writes none."""
    return text.replace("+", " ")


def _read(text: str) -> str:
    """The text as it was before it was escaped for the last time."""
    for pattern, read in _STEPS:
        text = pattern.sub(read, text)
    return text


@remembered(1_024)
def _without_escapes(secret: str) -> str:
    for _ in range(_DEEPEST):
        secret = _read(secret)
    return _with_spaces(secret)


def _begins(text: str, depth: int) -> list[int]:
    """Where in a text each character begins of what it is when it is read; at last its end."""
    begins = list(range(len(text) + 1))
    for pattern, read in _STEPS * depth:
        kept, end = [], 0
        for found in pattern.finditer(text):
            kept += begins[end : found.start()]
            kept += [begins[found.start()]] * len(read(found))
            end = found.end()
        begins = kept + begins[end:]
        text = pattern.sub(read, text)
    return begins


def _unescape(found: re.Match[str]) -> str:
    kind = str(found.lastgroup)
    if kind == "entity":
        return unescape(found[0])
    if kind == "letter":
        return _LETTERS[found[kind]]
    if kind == "nothing":  # how many a backslash became, depends on how often it was escaped
        return ""
    return chr(int(found[kind], 16))


def _join(found: re.Match[str]) -> str:
    parts = found[0]
    if parts[0] <= "\xff":
        return parts.encode("latin-1").decode(errors="replace")
    return parts.encode("utf-16", "surrogatepass").decode("utf-16")


_STEPS = ((_ESCAPE, _unescape), (_PARTS, _join))
