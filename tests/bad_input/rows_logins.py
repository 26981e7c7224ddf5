"""Logins: characters that can't be seen, turn the text round, stand for others, or belong to a language of commands."""

from __future__ import annotations

from typing import Final

from agentprov.errors import Code
from agentprov.model.secret import Secret
from agentprov.provisioning import create_user
from tests.bad_input.rows import Row, asks, each, field_row
from tests.provisioning.samples import ADMIN, a_form

UNSEEN, FORM, BIDI = Code.LOGIN_INVALID_CHARACTER, Code.LOGIN_NOT_NORMAL_FORM, Code.LOGIN_BIDI_CONTROL

ROWS: Final[tuple[Row, ...]] = (
    field_row("B001", "nothing", "login", "", Code.LOGIN_REQUIRED),
    field_row("B001a", "left out", "login", ..., Code.LOGIN_REQUIRED, together=False),
    *each("B002", "spaces", "login", ["   ", " ", "an na", " anna", "anna ", "\t"], UNSEEN),
    field_row("B002x", "spaces that stand for others", "login", "\u00a0\u00a0", UNSEEN, FORM),
    *each("B004", "end of a line", "login", [f"anna{end}" for end in "\n\r\v\f\x85\u2028\u2029"], UNSEEN),
    *each("B005", "control", "login", ["an\0na", "\0", "an\x1bna", "anna\x7f", "an\x9fna"], UNSEEN),
    *each("B007", "stands for another", "login", ["ａｄｍｉｎ", "agent１", "ﬁnn", "ſam", "𝐚nna", "ªnna"], FORM),
    *each("B008", "zero width", "login", [f"admin{c}" for c in "\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e"], UNSEEN),
    *each("B010", "turns", "login", [f"ad{c}min" for c in "\u202e\u202a\u202b\u202c\u202d\u200e\u2066\u2069"], BIDI),
    field_row("B010x", "a mark of a right-to-left text", "login", "ad\u200fmin", BIDI, Code.LOGIN_MIXED_DIRECTION),
    *each("B011", "variation selector", "login", ["admin\ufe0f", "admin\ufe00", "admin\U000e0100"], UNSEEN),
    *each("B013", "filler", "login", ["a\u034fb", "a\u115fb", "a\u17b4b", "a\u2800b"], UNSEEN),
    field_row("B013x", "a filler that stands for another", "login", "a\u3164b", UNSEEN, FORM),
    field_row("B014", "decomposed", "login", "e\u0301va", gives="éva"),
    field_row("B014a", "composed", "login", "éva", gives="éva"),
    field_row("B014b", "decomposed Hangul", "login", "\u1112\u1161\u11ab", gives="한"),
    field_row("B016", "another case", "login", "Anna", gives="Anna", warns=Code.LOGIN_CONFUSABLE),
    field_row("B016a", "a Cyrillic letter", "login", "\u0430nna", gives="\u0430nna", warns=Code.LOGIN_CONFUSABLE),
    field_row("B016b", "the same", "login", "anna", Code.LOGIN_TAKEN),
    *each("B019", "too long once written out", "login", ["\ufdfa" * 1_000, "\ufdfa" * 20], Code.LOGIN_TOO_LONG),
    *each("B019c", "too long", "login", ["a" * 255, "é" * 1_000_000], Code.LOGIN_TOO_LONG),
    *each("B020", "half a surrogate pair", "login", ["anna\ud800", "\udfff", "an\udbffna"], UNSEEN),
    field_row("B022", "of a deleted user", "login", "gone", Code.LOGIN_TAKEN),
    asks(
        "B022a",
        "the id of a deleted user",
        lambda world: create_user(world.tenant, a_form(), by=ADMIN, id="u-gone"),
        ("id", Code.ID_TAKEN),
    ),
    field_row("B023", "of another tenant's user", "login", "elsewhere", gives="elsewhere"),
    field_row("B023a", "the email of another tenant's user", "email", "elsewhere@example.com", plan="puzzel"),
    *(
        field_row(f"B025{letter}", f"the text {text}", "login", text, gives=text)
        for letter, text in zip(
            ("", *"abcdefg"), ("__proto__", "null", "true", "0", "undefined", "NaN", "constructor", "None"), strict=True
        )
    ),
    *each(
        "B026",
        "a command",
        "login",
        ['"; DROP TABLE users;--', "' OR 1=1", "a;b", "a/b", "../x", "a\\b", "<b>", "{{7*7}}", "%s", "$HOME", "`id`"],
        UNSEEN,
    ),
    field_row("B028", "null", "login", None, Code.LOGIN_REQUIRED),
    field_row("B028a", "null where another blueprint asks", "login", None, Code.LOGIN_REQUIRED, plan="puzzel"),
    *each("B029", "no text", "login", [5, b"x", ["a"], {}], Code.LOGIN_WRONG_TYPE),
    *each("B029e", "no text", "login", [True, 1.5, [], b"", {"a": 1}, ("a",)], Code.LOGIN_WRONG_TYPE),
    field_row("B029x", "a secret", "login", Secret("q7Zw2kLx9RtV4mNbY8cHs3Dj"), Code.LOGIN_WRONG_TYPE),
)
