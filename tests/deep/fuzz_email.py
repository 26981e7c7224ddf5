"""Email addresses as they are typed: what is read is a stored address, and reading that again changes nothing."""

from __future__ import annotations

from typing import Final

from agentprov.model.contact import email_problems
from agentprov.model.emails import parse_email, verify_email

SEEDS: Final = tuple(
    text.encode()
    for text in (
        *(
            "asha@example.com",
            "Asha.Rao@Bücher.Example",
            "a@xn--bcher-kva.example",
            "a@b.test",
            '"a b"@x.no',
            "ａ@x.no",
        ),
        *("a@[127.0.0.1]", "a\u037eb@x.no", "x@" + "é" * 80, "a@x.no\r\nBcc: b@y.no", "a@ß.de", "é@é.no", "a@ا.no"),
    )
)
WORDS: Final = tuple(
    text.encode()
    for text in ("@", ".", "xn--", ".test", ".local", "ß", "\u0301", "\u200d", "。", "é", "ا", "١", "-", "_", "+")
)


def one(data: bytes) -> None:
    """An address, or one problem."""
    address = parse_email(data.decode("utf-8", "surrogateescape"))
    assert ((), ()) == (email_problems(address), verify_email(address))
    assert address == parse_email(address)
