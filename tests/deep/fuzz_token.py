"""Authorization headers and API tokens: one token to look up, or problems."""

from __future__ import annotations

from base64 import b64encode
from typing import Final

from agentprov.credentials.token_requests import read_authorization
from agentprov.credentials.token_text import format_token, parse_token
from agentprov.model.api_tokens import TokenKind
from agentprov.model.secret import Secret

_TOKEN: Final = format_token(TokenKind.BY_ADMIN, 2**200 + 1).reveal().encode()
SEEDS: Final = (
    b"",
    b"Bearer " + _TOKEN,
    b"basic " + b64encode(b"x:" + _TOKEN),
    b"Basic " + b64encode(_TOKEN + b":"),
    b"Bearer apv_a",
    _TOKEN,
)
WORDS: Final = (b"Bearer ", b"Basic ", b"apv_a", b"apv_e", _TOKEN, b"==", b":", b"\xef\xbc\x91")


def one(data: bytes) -> None:
    """A header as it comes, and a text as a token."""
    text = data.decode("utf-8", "surrogateescape")
    presented = read_authorization(text)
    assert (presented.parsed is None) == bool(presented.problems)
    assert len(parse_token(Secret(text)).digest) == 64
