import base64
import html
import json
import pprint
import re
import threading
from urllib.parse import quote, quote_plus

import pytest

from pytest_twilio_users.contract.sids import SidKind, derive_sid
from pytest_twilio_users.privacy.aliases import Aliases
from pytest_twilio_users.privacy.stand_ins import ANY_PREFIX, shorten_sids
from pytest_twilio_users.wire.codec import FORM_TYPE
from pytest_twilio_users.wire.messages import Request, Response

ORIGIN = "https://conversations.twilio.com"
SERVICE = derive_sid(SidKind.SERVICE, "texts")
USER = derive_sid(SidKind.USER, "texts")
TAIL = derive_sid(SidKind.USER, "shown")[-24:]


@pytest.fixture
def aliases():
    """Those of a report."""
    return Aliases(seed="shown", known={SERVICE: "IS" + 32 * "0"})


def learn(aliases, *values, password="", headers=()):
    """Have a request that holds the values."""
    login = base64.b64encode(f"AC:{password}".encode()).decode()
    request = Request(
        method="POST",
        origin=ORIGIN,
        target="/v1/Users",
        headers=(("content-type", FORM_TYPE), *headers),
        body="&".join(f"FriendlyName={quote(value)}" for value in values).encode(),
        authorization=f"Basic {login}",
    )
    aliases.hide_request(request)
    return login


@pytest.mark.parametrize(
    "spell",
    [str, repr, json.dumps, lambda v: quote(v, safe=""), quote_plus, lambda v: f"/v1/{quote(v)}"],
    ids=["as it is", "repr", "JSON", "percent", "form", "path"],
)
def test_a_known_value_is_hidden_in_each_spelling(aliases, spell):
    """As reports show requests, answers and values."""
    value = 'Zoë "Z" Ångström\n'
    learn(aliases, value)
    shown = aliases.hide_text(f"It said {spell(value)} twice.")
    assert "text-1" in shown
    assert not re.search("Zo|ngstr", shown)


@pytest.mark.parametrize(
    "spell",
    [
        str,
        lambda v: quote(v, safe="!$&'()*+,;=:@"),
        lambda v: re.sub("%..", lambda found: found[0].lower(), quote(v)),
        lambda v: repr(v.encode()),
        lambda v: repr({"a": f'"{v}"'}),
        lambda v: repr(json.dumps({"a": v}, ensure_ascii=False).encode()),
        lambda v: json.dumps(f"by {v} too"),
        lambda v: json.dumps(f"by {v} too", ensure_ascii=False),
        html.escape,
        lambda v: html.escape(v, quote=False),
    ],
    ids=[
        *("as it is", "httpx", "lower-case percent", "bytes", "quotes", "JSON's bytes"),
        *("JSON", "JSON beyond ASCII", "HTML", "XML"),
    ],
)
@pytest.mark.parametrize("value", ["Pat O'Brien", "Zoë Å, Ö", 'A "Z" & B <C>', 'Zoë "Z" Å'])
def test_a_value_of_short_words_is_hidden_in_each_spelling(aliases, spell, value):
    """Of libraries that leave some characters as they are, and of what holds the value."""
    learn(aliases, value)
    shown = aliases.hide_text(f"It said {spell(value)} twice.")
    assert "text-1" in shown
    assert not re.search("Pat|Brien|Zo|Z|<|B", shown)


@pytest.mark.parametrize(
    "before",
    [r"\n", r"\t", "%20", r"\xa9", r"\u00e9", "\x1b[33m", "\x1b[39;49;00m"],
    ids=["newline", "tab", "percent", "bytes", "JSON", "colour", "colours"],
)
def test_a_short_value_is_hidden_after_an_escape(aliases, before):
    """Its last letter is no part of the word."""
    learn(aliases, "grace")
    assert aliases.hide_text(f"'hi{before}grace'") == f"'hi{before}text-1'"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("'augusta.ada....ce.example'", "'person-1@example.com....person-1@example.com'"),
        ("{'who': 'augusta...'}", "{'who': 'person-1@example.com...'}"),
        ("'Ann L…', '…ham Kent'", "'text-1…', '…text-1'"),
        ("Ann Lee… and '…Kent'", "text-1… and '…text-1'"),
        ("'Ann …', '…ent'", "'text-1…', '…ent'"),
        ("'Ann…', '… Kent'", "'Ann…', '…text-1'"),
        ("collecting ... it says ...", "collecting ... it says ..."),
    ],
)
def test_what_is_left_of_a_value_that_was_cut_is_hidden(aliases, text, shown):
    """As pytest shows long values, and the journal."""
    learn(aliases, "augusta.ada.king@lovelace.example", "Ann Lee of Chatham Kent")
    assert aliases.hide_text(text) == shown


def test_a_long_word_is_looked_through_once(aliases):
    """From each of its letters, the mark of an e-mail would be looked for this century."""
    text = "x" * 1_000_000 + " ...grace.h@example.com"
    assert aliases.hide_text(text) == text.replace("grace.h", "person-1")


def test_the_lines_of_a_long_value_are_hidden(aliases):
    """As pytest writes it in a diff."""
    value = "Ann Lee, free of the Kent of old, " * 6 + "who was no saint"
    learn(aliases, value)
    lines = pprint.pformat({"name": value, "plan": "free", "role": "pro "}).splitlines()
    shown = aliases.hide_text("\n".join(f"E     + {line}" for line in lines))
    assert shown.splitlines() == [
        "E     + {'name': 'text-1'",
        "E     +          'text-1'",
        "E     +          'text-1'",
        "E     +          'text-1',",
        "E     +  'plan': 'free',",
        "E     +  'role': 'pro '}",
    ]


@pytest.mark.parametrize("headers", [(), (("content-type", FORM_TYPE),)], ids=["JSON", "a form"])
def test_what_is_within_a_body_of_json_is_known(aliases, headers):
    """Twilio reads none, but who sent it sees it in a report; also where it was called a form."""
    body = json.dumps({"Identity": "grace", "new": [{"a name": ["hopper", 4915112345678, None]}]})
    aliases.learn(
        Request(method="POST", origin=ORIGIN, target="/", body=body.encode(), headers=headers),
        None,
    )
    shown = aliases.hide_text("grace hopper 4915112345678")
    assert not re.search("grace|hopper|49", shown)


def test_what_an_answer_holds_is_known(aliases):
    """As what was sent."""
    body = json.dumps({"identity": "grace"}).encode()
    request = Request(method="GET", origin=ORIGIN, target="/v1/Users")
    aliases.learn(request, Response(status=200, body=body))
    assert aliases.hide_text("'grace'") == "'text-1'"


def test_what_was_cut_off_a_path_is_known(aliases):
    """By a '#' that was not encoded, and the user who was asked for."""
    request = Request(
        method="GET", origin=ORIGIN, target="/v1/Users/ada", fragment="grace", asked="ada#grace"
    )
    aliases.learn(request, None)
    shown = aliases.hide_text("'ada#grace' was asked for, found '#grace'")
    assert "grace" not in shown


def test_the_longest_value_is_hidden_first(aliases):
    """So that nothing is left of it."""
    learn(aliases, "Lovelace", "Ada", "Ada Lovelace")
    assert aliases.hide_text("Ada Lovelace, Lovelace, Ada") == "text-3, text-1, text-2"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ada, ADA, adamant, Canada", "text-1, ADA, adamant, Canada"),
        ("xy is 'xy' in \"xy\" at /v1/xy/y?xy", "xy is 'text-2' in \"text-2\" at /v1/text-2/y?xy"),
        ("/opt/.python /. './/' '.'", "/opt/.python /text-3 './/' 'text-3'"),
        ("lovables of lovable, countessa", "lovables of text-4, text-5a"),
        ("ada.king, .kingdom", "text-6king, .kingdom"),
    ],
)
def test_short_values_are_hidden_as_words_and_segments(aliases, text, shown):
    """Else no report could be read. What has eight letters is hidden wherever it stands."""
    learn(aliases, "ada", "xy", ".", "lovable", "countess", "ada.", ".king")
    assert aliases.hide_text(text) == shown


def test_words_that_tell_nothing_stay(aliases):
    """Somebody named user is no secret."""
    learn(aliases, "User", "409")
    assert aliases.hide_text("User 409: the user is 'User'") == "User 409: the user is 'User'"


def test_names_that_are_kept_are_shown_whole(aliases):
    """Such as those of files and tests, whatever values are in them; else these are hidden."""
    learn(aliases, "ada", "grace")
    for name in ("tests/ada.py", "tests/ada.py::grace", "tests/ada.py::grace[1]", "elsewhere"):
        aliases.keep(name)
    text = "tests/ada.py::grace asks ada; tests/ada.py::grace[1] and tests/ada.py do not; grace"
    assert aliases.hide_text(text) == (
        "tests/ada.py::grace asks text-1; tests/ada.py::grace[1] and tests/ada.py do not; text-2"
    )


def test_sids_and_emails_are_hidden_though_nobody_sent_them(aliases):
    """Known ones have the stand-ins that were given."""
    text = f"{USER} of {SERVICE} is ada@example.org, once {USER}"
    sid = f"US00000001{TAIL}"
    expected = f"{sid} of IS{32 * '0'} is person-1@example.com, once {sid}"
    assert aliases.hide_text(text) == expected
    assert aliases.hide_text(expected) == expected


def test_what_is_no_sid_stays(aliases):
    """A longer run of hex digits."""
    text = f"sha {USER}00"
    assert aliases.hide_text(text) == text


def test_secrets_are_shown_as_stars(aliases):
    """Those that were learnt, credentials, and headers of the application's own."""
    aliases.learn_secret("the auth token")
    headers = (("x-of-the-application", "a header's value"),)
    login = learn(aliases, password="a password", headers=headers)
    aliases.hide_response(Response(status=200, headers=(("set-cookie", "ada=session"),)))
    text = f"the auth token, Basic {login}, {login}, a password, a header's value, ada=session"
    assert aliases.hide_text(text) == "***, Basic ***, ***, ***, ***, ***"
    assert aliases.hide_text("Bearer of.any-token") == "Bearer ***"


def test_what_is_left_of_a_secret_that_was_cut_is_hidden(aliases):
    """Of several words, too, and each of its longer words."""
    aliases.learn_secret("correct horse-battery staple")
    text = "'correct ho...ry staple', 'horse-battery', 'correct'"
    assert aliases.hide_text(text) == "'***...***', '***', 'correct'"


@pytest.mark.parametrize(("secret", "hidden"), [("sesame1", False), ("sesame12", True)])
def test_a_secret_has_eight_letters(aliases, secret, hidden):
    """With shorter ones hidden, no report could be read."""
    headers = (("x-of-the-application", secret),)
    aliases.hide_request(Request(method="GET", origin=ORIGIN, target="/v1/Users", headers=headers))
    text = f"It sent {secret}, and somebody else: Bearer {secret[::-1]}"
    shown = "It sent ***, and somebody else: Bearer ***" if hidden else text
    assert aliases.hide_text(text) == shown


def test_common_headers_can_be_read(aliases, ask):
    """What HTTP libraries and Twilio say in each message is nobody's secret."""
    headers = {
        "host": "conversations.twilio.com",
        "user-agent": "python-httpx/0.28.1",
        "accept": "application/json, text/html",
        "accept-encoding": "gzip, deflate, br",
        "connection": "keep-alive",
    }
    answered = {
        **dict(ask("GET", "/v1/Users").headers),
        "server": "TwilioProxy",
    }
    learn(aliases, headers=headers.items())
    aliases.hide_response(Response(status=200, headers=tuple(answered.items())))
    text = "\n".join([FORM_TYPE, *headers.values(), *answered.values()])
    sid = answered["twilio-request-id"]
    assert aliases.hide_text(text) == text.replace(sid, f"RQ00000001{TAIL}")


def test_a_value_that_is_its_own_stand_in_stays(aliases):
    """Also where it is cut: nothing of it is hidden, so nothing is put in its place."""
    learn(aliases, "text-1", "text-2")
    text = "'text-1', 'text-2', 'text…'"
    assert aliases.hide_text(text) == text


def test_numbers_of_persons_are_hidden(aliases):
    """Those that have five digits, and are no code of Twilio's."""
    body = json.dumps({"new": [4915112345678, 1815, 20404, 94105]}).encode()
    aliases.hide_response(Response(status=200, body=body))
    text = "4915112345678 born 1815: 20404 in 94105"
    assert aliases.hide_text(text) == "1 born 1815: 20404 in 4"


def test_halves_of_surrogate_pairs_break_nothing(aliases):
    """JSON may hold what no UTF-8 does."""
    body = json.dumps({"friendly_name": "half \ud800 pair"}).encode()
    aliases.hide_response(Response(status=200, body=body))
    assert aliases.hide_text(repr("half \ud800 pair")) == "'text-1'"


@pytest.mark.parametrize("hide", [html.escape, json.dumps, quote], ids=["HTML", "JSON", "a URL"])
def test_a_value_is_hidden_that_is_escaped_more_than_twice(aliases, hide):
    """By its longer words; those that tell nothing stay."""
    aliases.learn_secret('of the lady\'s "own-hand"')
    learn(aliases, 'lovelace\'s <the> "resource"')
    text = 'lovelace\'s <the> "resource" of the lady\'s "own-hand"'
    shown = aliases.hide_text(hide(repr(json.dumps(hide(text)))))
    assert not re.search("lovelace|own-hand", shown)
    assert re.search(r"text-1.*resource.*\*\*\*", shown)


@pytest.mark.parametrize(
    "spelled",
    ["a%20secret/%74oken", "a+secret%2ftoken", r"a secret\/\u0074oken", "a%2520secret/token"],
)
def test_a_secret_is_hidden_that_is_escaped_in_part(aliases, spelled):
    """As in the journal."""
    aliases.learn_secret("a secret/token")
    assert aliases.hide_text(f"'{spelled}', and more") == "'***', and more"


def test_the_empty_value_hides_nothing(aliases):
    """Nor an empty secret."""
    aliases.learn_secret("")
    learn(aliases, "")
    assert aliases.hide_text("as it was") == "as it was"


def test_prefixes_of_runs_are_not_shown():
    """Other runs have other ones."""
    aliases = Aliases(seed="shown", prefix=ANY_PREFIX)
    learn(aliases, "tu-20261124-3f9a2c-beefed-ada", "ada")
    assert aliases.hide_text("'tu-20261124-3f9a2c-beefed-ada' 'ada'") == "'text-1' 'text-1'"


def test_a_long_report_is_hidden(aliases):
    """100 KB, 1,000 values."""
    names = [f"A name of somebody's, number {number}" for number in range(1000)]
    learn(aliases, *names)

    assert "somebody" not in aliases.hide_text("\n".join(3 * names)[:100_000])


def test_many_may_speak_at_once(aliases):
    """A value that several threads send has one stand-in."""
    names = [f"Somebody {number}" for number in range(200)]
    found = []

    def speak():
        learn(aliases, *names)
        found.append(aliases.hide_text("; ".join(names)))

    threads = [threading.Thread(target=speak) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == 4 * ["; ".join(f"text-{number}" for number in range(1, 201))]


def test_exchanges_that_nobody_looks_at_do_not_pile_up(aliases):
    """After ten thousand of them, all are kept as stand-ins."""
    for number in range(10_000):
        target = f"/v1/Users/user-{number}"
        aliases.learn(Request(method="GET", origin=ORIGIN, target=target), None)
    assert repr(aliases) == "<Aliases: 10001 values>"


def test_of_a_sid_is_shown_what_tells_it_apart():
    """Its tail is that of all SIDs in a conversation; what is longer or shorter is no SID."""
    sid = "US00000001" + "c" * 24
    assert shorten_sids(f"/v1/Users/{sid}?x={sid}") == "/v1/Users/US00000001…?x=US00000001…"
    for other in (sid + "c", sid[:-1], sid.upper()):
        assert shorten_sids(other) == other
