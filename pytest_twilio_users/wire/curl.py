"""A `curl` line that sends a request once more, without its secrets."""

import re
import shlex
import string
from collections.abc import Iterator
from urllib.parse import quote, unquote_to_bytes, urlencode

from pytest_twilio_users.contract.sids import SidKind
from pytest_twilio_users.wire.codec import (
    FORM_TYPE,
    Pairs,
    decode_credentials,
    decode_pairs,
    is_form,
)
from pytest_twilio_users.wire.exchange_line import LARGE
from pytest_twilio_users.wire.messages import Request

_ACCOUNT = '"$TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN"'
_KEY = '"$TWILIO_API_KEY:$TWILIO_API_SECRET"'
_IN_URLS = string.digits + string.ascii_letters + string.punctuation.replace("#", "")
_IN_FORMATS = (string.digits + string.ascii_letters + ' _.,:;=&+/@{}[]"').encode()
_FROM_PIPE = "--data-binary @-"  # for a body that no argument can be
_DOTS = re.compile(r"/(?:\.|%2e){1,2}(?:/|$)", re.IGNORECASE)


def curl_line(request: Request) -> str:
    """Give a line for `sh` that asks the same; where it would have no end, say so.

    Credentials are those of the environment. Private values are hidden, which changes what
    it asks. It has printable characters alone: others are percent-encoded, or `printf` makes them.
    """
    size = len(request.body) + len(request.target)
    if size > LARGE:
        return f"(no curl line, as the request has {size:,} bytes)"
    words = [*_method(request), *_credentials(request), *_headers(request), *_body(request)]
    if _DOTS.search(request.path):
        words.insert(0, "--path-as-is")
    if set("[]{}") & set(request.target):
        words.insert(0, "--globoff")
    url = request.origin + quote(request.hide(request.target), safe=_IN_URLS)
    line = " ".join(["curl", *words, shlex.quote(url)])
    if _FROM_PIPE not in words:
        return line
    body = _hidden_body(request).encode(errors="surrogateescape")
    return f"printf {_format(body)} | {line}"


def _method(request: Request) -> list[str]:
    if request.method == "GET" and not request.body:
        return []
    return ["--head"] if request.method == "HEAD" else ["-X", shlex.quote(request.method)]


def _credentials(request: Request) -> Iterator[str]:
    sent = decode_credentials(request.authorization)
    if sent is not None:
        is_key = SidKind.API_KEY.matches(sent[0])
        yield f"-u {_KEY if is_key else _ACCOUNT}"
    elif request.authorization is not None:  # another scheme, or broken: what it is, is secret
        yield '-H "Authorization: $AUTHORIZATION"'


def _headers(request: Request) -> Iterator[str]:
    for name, value in request.headers:
        if name == "content-type":
            matters = bool(request.body) and value != FORM_TYPE  # which curl writes by itself
        else:
            matters = name.startswith("x-twilio-") and name != "x-twilio-client"
        if matters:
            header = f"{name.title()}: {value}" if value else f"{name.title()};"
            yield f"-H {_word(request.hide(header))}"
    if request.body and request.header("content-type") is None:
        yield "-H 'Content-Type:'"


def _body(request: Request) -> Iterator[str]:
    if not request.body:
        if request.method in ("POST", "PUT", "PATCH"):
            yield "--data-raw ''"  # else curl waits for none, and says no length
        return
    pairs = _form(request)
    if pairs is None:
        text = _hidden_body(request)
        yield f"--data-raw {shlex.quote(text)}" if text.isprintable() else _FROM_PIPE
        return
    for name, value in ((request.hide(name), request.hide(value)) for name, value in pairs):
        if name and value.isprintable():
            pair = f"{quote(name, safe='')}={value}"
            yield f"--data-urlencode {shlex.quote(pair)}"
        else:
            yield f"--data-raw {shlex.quote(urlencode({name: value}))}"


def _hidden_body(request: Request) -> str:
    return request.hide(request.body.decode(errors="surrogateescape"))


def _form(request: Request) -> Pairs | None:
    """What the body says as a form, if it says nothing else."""
    if not is_form(request):
        return None
    pairs = decode_pairs(request.body.decode(errors="replace"))
    return pairs if _plain(urlencode(pairs).encode()) == _plain(request.body) else None


def _plain(form: bytes) -> bytes:
    return unquote_to_bytes(form.replace(b"+", b" "))


def _word(text: str) -> str:
    """The text of a header as one word of the shell."""
    if text.isascii() and text.isprintable():
        return shlex.quote(text)
    return f'"$(printf {_format(text.encode("latin-1", "replace"))})"'


def _format(body: bytes) -> str:
    return "'" + "".join(chr(b) if b in _IN_FORMATS else f"\\{b:03o}" for b in body) + "'"
