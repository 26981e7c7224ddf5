"""Email addresses: line ends, look-alikes, reserved domains, lengths, and what other libraries let through."""

from __future__ import annotations

from typing import Final

from agentprov.errors import Code
from tests.bad_input.rows import Row, each, field_row

INVALID, RESERVED, FORM = Code.EMAIL_INVALID, Code.EMAIL_RESERVED_DOMAIN, Code.EMAIL_NOT_NORMAL_FORM
LONG: Final = Code.EMAIL_TOO_LONG

ROWS: Final[tuple[Row, ...]] = (
    *each("B076", "no domain", "email", ["a@localhost", "a", "a@", "@x.no", "a@@x.no", "a@x", "a@x.no."], INVALID),
    *each("B077", "reserved", "email", ["a@b.test", "a@b.invalid", "a@b.local"], RESERVED),
    *each("B077d", "reserved", "email", ["a@b.localhost", "a@b.onion", "A@B.TEST", "a@b.c.test"], RESERVED),
    field_row("B077x", "a domain of documentation", "email", "a@example.org", gives="a@example.org"),
    *each("B079", "local part", "email", ["a" * 65 + "@x.no", "é" * 33 + "@x.no"], LONG),
    field_row("B079x", "64 characters before the @", "email", "a" * 64 + "@x.no", gives="a" * 64 + "@x.no"),
    *each("B080", "a line end", "email", ["a@x.no\r\nBcc: z@y.no", "a@x.no\n", "a\n@x.no", "a@x.no\u2028"], INVALID),
    *each("B080d", "a control", "email", ["a\0@x.no", "a@x\u200b.no", "\u202ea@x.no", "a\x7f@x.no"], INVALID),
    *each("B080h", "more than an address", "email", ["A <a@x.no>", "a@x.no,b@x.no", "a@x.no;b@x.no"], INVALID),
    *each("B080l", "in quotes or brackets", "email", ['"a b"@x.no', "a@[127.0.0.1]", "a(b)@x.no", " a@x.no"], INVALID),
    *each(
        "B080q",
        "dots",
        "email",
        [".a@x.no", "a.@x.no", "a..b@x.no", "a@-x.no", "a@x..no", "a@d\u00df.0de", "a@x.1no"],
        INVALID,
    ),
    *each("B082", "a Greek question mark", "email", ["a\u037eb@x.no", "a\ud800@x.no"], INVALID),
    *each("B083", "stands for another", "email", ["ａ@x.no", "ﬁ@x.no", "ſ@x.no", "a@ｘ.no", "a＠x.no"], FORM),
    field_row("B085", "begins as a formula", "email", "=cmd@x.no", gives="=cmd@x.no"),
    field_row("B085a", "begins as a formula", "email", "+cmd@x.no", gives="+cmd@x.no"),
    field_row("B086", "a capital letter", "email", "A@X.no", gives="A@x.no"),
    field_row("B086a", "differs by case", "email", "ANNA@example.com", Code.EMAIL_TAKEN, plan="puzzel"),
    *each("B088", "endless", "email", ["x@" + "é" * 100_000, "x" * 1_000_000 + "@x.no", "@" * 100_000], LONG),
    *each("B089", "no text", "email", [5, b"a@x.no", True, ["a@x.no"], {}, []], Code.EMAIL_WRONG_TYPE),
    field_row("B089x", "null in a form is nothing given", "email", None, Code.EMAIL_REQUIRED),
    field_row("B091", "neither email nor mobile", "email", None, Code.CONTACT_REQUIRED, plan="puzzel"),
    field_row("B091a", "both empty", "email", "", Code.CONTACT_REQUIRED, plan="puzzel", mobile=""),
)
