"""Hides what a request was authorized with in any text, however it is spelled there."""

import base64
import re
from collections.abc import Callable, Collection
from functools import lru_cache
from html import unescape

_LEAST = 8
"""Letters of a secret: with shorter ones hidden, a text would be full of stars."""

_DEEPEST = 3
"""How often what is escaped may be escaped again, such as JSON in a URL in a repr."""

_SIGN = re.compile(r"[%\\&+\x80-\U0010ffff]")
"""What is in every text that has an escape."""

_ESCAPE = re.compile(
    r"%(?P<byte>[0-9A-Fa-f]{2})"
    r"|\\+x(?P<byte_of_python>[0-9A-Fa-f]{2})"
    r"|\\+u(?P<unit>[0-9A-Fa-f]{4})"
    r"|\\+U(?P<code>00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4})"
    r"|\\+(?P<letter>[abfnrtv])"
    r"|(?P<nothing>\\+)"
    r"|(?P<entity>&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,8});)"
)
_LETTERS = dict(zip("abfnrtv", "\a\b\f\n\r\t\v", strict=True))
_PARTS = re.compile(
    "[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
    "|[\ud800-\udbff][\udc00-\udfff]"
)
"""Bytes of UTF-8, or both halves of a surrogate pair, that were escaped one by one."""


@lru_cache(maxsize=64)
def secrets_of(authorization: str | None) -> tuple[str, ...]:
    """What nobody is to see of an Authorization header: its password, and how it is encoded.

    What is too short to be a secret is none.
    """
    encoded = (authorization or "").rpartition(" ")[2]
    try:
        login = base64.b64decode(encoded, validate=True)
    except ValueError:
        login = b""
    passwords = (login.decode(e, "replace").partition(":")[2] for e in ("utf-8", "latin-1"))
    found = dict.fromkeys((*passwords, encoded, encoded.rstrip("=")))
    return tuple(filter(_is_long, found))


def hide_secrets(text: str, secrets: Collection[str]) -> str:
    """The text with `***` for each of the secrets, as they are or escaped in part or whole.

    As URLs, forms, JSON, HTML or Python's repr escape them: in both, what is left without
    escapes is compared.
    """
    if secrets and _SIGN.search(text):
        text = _hide_escaped(text, secrets)
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, "***")
    return text


def _hide_escaped(text: str, secrets: Collection[str]) -> str:
    # The longest first: what is left of it would tell the rest.
    wanted = sorted(filter(_is_long, map(_plain, secrets)), key=len, reverse=True)
    plain, begins = _without_escapes(text)
    shown, end = "", 0
    for found in re.finditer("|".join(map(re.escape, wanted)) or "(?!)", plain):
        shown += f"{text[end : begins[found.start()]]}***"
        end = begins[found.end()]
    return shown + text[end:]


def _is_long(secret: str) -> bool:
    return len(secret) >= _LEAST


@lru_cache(maxsize=1_024)
def _plain(secret: str) -> str:
    return _without_escapes(secret)[0]


def _without_escapes(text: str) -> tuple[str, list[int]]:
    """What a text says, and where in it each character of that begins; at last where it ends."""
    begins = list(range(len(text) + 1))
    for _ in range(_DEEPEST):
        for pattern, read in ((_ESCAPE, _unescape), (_PARTS, _join)):
            text, begins = _replace(pattern, read, text, begins)
    return text.replace("+", " "), begins  # a form's space


def _replace(
    pattern: re.Pattern[str], read: Callable[[re.Match[str]], str], text: str, begins: list[int]
) -> tuple[str, list[int]]:
    parts, kept, end = [], [], 0
    for found in pattern.finditer(text):
        said = read(found)
        parts += [text[end : found.start()], said]
        kept += begins[end : found.start()] + [begins[found.start()]] * len(said)
        end = found.end()
    return "".join((*parts, text[end:])), kept + begins[end:]


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
