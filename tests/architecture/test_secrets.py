"""What nobody is to find in a file: credentials, where packages came from, somebody's machine.

What a credential looks like is the business of detect-secrets, which knows the form of many
services' tokens. Of its detectors those are asked that go by a form: entropy finds each SID and
each hash. gitleaks knows more forms, but is no package of Python's, and looks into no archive.
"""

import base64
import re
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from detect_secrets.plugins.aws import AWSKeyDetector
from detect_secrets.plugins.basic_auth import BasicAuthDetector
from detect_secrets.plugins.github_token import GitHubTokenDetector
from detect_secrets.plugins.gitlab_token import GitLabTokenDetector
from detect_secrets.plugins.jwt import JwtTokenDetector
from detect_secrets.plugins.npm import NpmDetector
from detect_secrets.plugins.openai import OpenAIDetector
from detect_secrets.plugins.private_key import PrivateKeyDetector
from detect_secrets.plugins.pypi_token import PypiTokenDetector
from detect_secrets.plugins.sendgrid import SendGridDetector
from detect_secrets.plugins.slack import SlackDetector
from detect_secrets.plugins.stripe import StripeDetector
from detect_secrets.plugins.twilio import TwilioKeyDetector

from pytest_twilio_users.contract.sids import OWN_ACCOUNT_SID, OWN_AUTH_TOKEN

ROOT = Path(__file__).parents[2]
DETECTORS = (
    *(AWSKeyDetector(), BasicAuthDetector(), GitHubTokenDetector(), GitLabTokenDetector()),
    *(JwtTokenDetector(), NpmDetector(), OpenAIDetector(), PrivateKeyDetector()),
    *(PypiTokenDetector(), SendGridDetector(), SlackDetector(), StripeDetector()),
    TwilioKeyDetector(),
)
FAKES = {
    *(OWN_ACCOUNT_SID, OWN_AUTH_TOKEN),  # the stub's
    *("AC" + 32 * "a", "AC" + 31 * "0" + "1"),  # of documents, Twilio's own among them
    # passwords of tests
    *("a-secret-of-the-url", "correct-horse", "longen:ough", "\ufffdlongen\ufffdgh"),
    *("longenough", "longenough-W"),
    *("password", "secret", "sesame", "token", "token??", "word", "x"),
}
"""What may be written anywhere: it opens nothing."""

TOKEN = re.compile(r"(?i)(?:token|secret|password|key)\w*['\"]?\s*[:=,]\s*['\"]?([0-9a-f]{32})\b")
"""A token of Twilio's, which tells itself by its name alone."""

BASIC = re.compile(r"(?i)\bbasic\s+([a-z0-9+/]{12,}={0,2})")
REGISTRY = re.compile(
    r"(?i)https?://(?!pypi\.org/project/|www\.npmjs\.com/package/)[^\s\"'`<>)]*"
    r"(?:pypi|npm|registry|artifactory|nexus|jfrog|devpi|mirror|/simple)[^\s\"'`<>)]*"
    r"|(?:index-url|--index|find-links|registry)[\"' ]*[:=]?[\"' ]*(?:https?|file)://[^\s\"'`<>)]*"
)
MACHINE = re.compile(
    r"(?<![\w.}/])(?:/home/[a-z][\w-]*|/[r]oot\b|/tmp/[w]ork"
    r"|/Users/\w+/(?:Desktop|Documents|Library|code|dev|git|projects|repos|src|work)\b"
    r"|[A-Z]:\\+Users\\+\w+)"
)


def found_in(text: str) -> set[str]:
    """What of a text nobody is to find there."""
    found = {f"{secret}" for each in DETECTORS for secret in each.analyze_string(text)}
    found |= {*TOKEN.findall(text), *map(_password, BASIC.findall(text))}
    found |= {match[0] for pattern in (REGISTRY, MACHINE) for match in pattern.finditer(text)}
    return found - FAKES - {""}


def _password(encoded: str) -> str:
    bare = encoded.rstrip("=")
    try:
        login = base64.b64decode(bare + "=" * (-len(bare) % 4))
    except ValueError:
        return encoded
    return login.decode(errors="replace").partition(":")[2]


def files(built: Path) -> Iterator[tuple[str, bytes]]:
    """What is in the wheel, in the source distribution, and besides in a checkout."""
    [wheel] = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        yield from ((name, archive.read(name)) for name in archive.namelist())
    [source] = built.glob("*.tar.gz")
    with tarfile.open(source) as sources:
        for member in sources:
            file = sources.extractfile(member)
            if file is not None:
                yield member.name, file.read()
    for path in (ROOT / ".ci").rglob("*"):
        yield str(path), path.read_bytes()


def test_no_file_holds_what_nobody_is_to_find(built):
    """Neither of the repository, nor of the wheel, nor of the source distribution."""
    contents = {content: name for name, content in files(built)}  # the wheel's are the source's

    found = {
        name: secrets
        for content, name in contents.items()
        if (secrets := found_in(content.decode("utf-8", "replace")))
    }

    assert len(contents) > 500
    assert found == {}


HEX = 16 * "5e"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        pytest.param("account_sid = 'AC{}'", HEX, id="account"),
        pytest.param("SK{}:", HEX, id="api-key"),
        pytest.param('"TWILIO_AUTH_TOKEN": "{}"', HEX, id="auth-token"),
        pytest.param("api_key_secret={}", HEX, id="secret-of-an-api-key"),
        pytest.param("Basic {}", base64.b64encode(b"AC1:sesame, too").decode(), id="basic"),
        pytest.param("https://ada:{}example.com", "sesame-too@", id="login-of-a-url"),
        pytest.param("key = AKIA{}", 8 * "5E", id="aws"),
        pytest.param("ghp_{}", 18 * "5e", id="github"),
        pytest.param("-----BEGIN RSA PRIVATE {}-----", "KEY", id="private-key"),
        pytest.param("Bearer {}.e30.c2ln", base64.b64encode(b'{"alg":"a"}').decode(), id="jwt"),
        pytest.param("--index-url {}://corp.example/x", "https", id="index"),
        pytest.param("registry={}://corp.example/", "https", id="registry"),
        pytest.param("https://{}.corp.example/a.tgz", "npm", id="npm"),
        pytest.param("https://{}.corp.example/a/", "pypi", id="pypi"),
        pytest.param("https://corp.example/{}/", "simple", id="index-by-its-path"),
        pytest.param('File "/home/{}/x.py"', "ada", id="home"),
        pytest.param("in /{}/x.py", "root", id="root"),
        pytest.param("/Users/{}/src/x.py", "ada", id="macos"),
        pytest.param("C:\\Users\\{}\\x.py", "ada", id="windows"),
    ],
)
def test_what_nobody_is_to_find_is_found(text, secret):
    """Each kind, where it is planted."""
    assert len(found_in(f"before\n{text.format(secret)}\nafter")) == 1
