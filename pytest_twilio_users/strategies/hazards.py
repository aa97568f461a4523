"""Identities that programs often get wrong, by hazard."""

from collections.abc import Mapping
from types import MappingProxyType

from pytest_twilio_users.contract.operations import LONGEST_IDENTITY

HAZARDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        # Libraries collapse them in a path.
        "dots": (".", "..", "..."),
        # Unencoded, they end the segment, the path or both.
        "slash": ("/", "a/b", "../b", "/a", "a/", "//", "a\\b", "\\"),
        "question_mark": ("?", "a?b", "?PageSize=1"),
        "hash": ("#", "a#b", "#/a"),
        # They are decoded once too often, or not encoded once.
        "percent": ("%", "%2F", "%2f", "a%2Fb", "%2E%2E", "%25", "%20", "%zz", "%00"),
        # It is a space in a form, and itself in a path.
        "plus": ("+", "a+b", "+15005550006", "ada+test@example.com"),
        # They are stripped, or folded into one.
        "space": (" ", "a b", " a", "a ", "a  b", "\u00a0", "\u3000"),
        # They mean something in forms, shells, queries and mark-up. Twilio advises against most.
        "punctuation": (
            *"&=;:@!*'(),$[]|~\"<>{}^`",
            "a&b",
            "a=b",
            "a;b",
            "Identity=ada&RoleSid=",
            "<b>ada</b>",
            "O'Hara",
        ),
        "control": (
            *("\n", "\t", "\r", "\0", "\x1f", "\x7f", "\x85", "\u2028"),
            *("a\nb", "a\0b", "a\r\nX-Twilio-Webhook-Enabled: true"),
            "US" + "0" * 32 + "\n",
        ),
        "right_to_left": ("\u200f", "\u202eada", "שלום", "مرحبا", "ada שלום"),
        # Pairs that Unicode calls the same, and Python does not.
        "composition": ("é", "e\u0301", "\u00c5", "\u212b", "한", "\u1112\u1161\u11ab"),
        "case": ("Ada", "ADA", "aDA", "ß", "SS", "\u0130", "\u0131"),
        # They read as something else.
        "literal": ("0", "-1", "007", "1e5", "null", "true", "None", "NaN", "undefined"),
        "sid_look_alike": (
            *("US", "US" + "0" * 31, "US" + "0" * 33),
            *("us" + "0" * 32, "Us" + "0" * 32, "US" + "0" * 31 + "g", "US" + "\u0660" * 32),
            *("IS" + "0" * 32, "AC" + "0" * 32, "0" * 32),
        ),
        "longest": tuple(
            character * length
            for character in "aü😀"
            for length in (LONGEST_IDENTITY, LONGEST_IDENTITY - 1)
        ),
    }
)
"""Identities that programs get wrong and Twilio accepts, by hazard; the simplest first."""
