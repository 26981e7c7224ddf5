"""The text of an API token: made and read (CR-4).

``apv_`` + kind + 43 characters of 256 random bits + 6 of the CRC-32 of all that stands before, in base62 (digits,
capital letters, small letters). A single wrong character is always noticed, without asking a store.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Final
from zlib import crc32

import attrs

from agentprov.errors import Code, InvalidValue
from agentprov.model.api_tokens import TOKEN_LENGTH, TokenKind
from agentprov.model.secret import Secret

if TYPE_CHECKING:
    from random import Random

_PREFIX: Final = "apv_"
_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BODY: Final = 43
_CHECKSUM: Final = 6
_BITS: Final = 256
_HINT: Final = 8
_SHAPE: Final = re.compile(r"apv_([ae])([0-9A-Za-z]{43})([0-9A-Za-z]{6})")


@attrs.frozen(kw_only=True)
class ParsedToken:
    """What the text of a token says without a store: its kind, its digest to look it up by, its hint."""

    kind: TokenKind
    digest: str = attrs.field(repr=False)
    hint: str


def make_token(kind: TokenKind, source: Random | None = None) -> Secret:
    """The text of a new token. ``source`` is the system's random source unless a test gives another."""
    from random import SystemRandom

    return format_token(kind, (source or SystemRandom()).getrandbits(_BITS))


def format_token(kind: TokenKind, number: int) -> Secret:
    """The text of the token with these 256 bits.

    Raises:
        InvalidValue: ``field.out_of_range``, without the number.
    """
    if not 0 <= number < 2**_BITS:
        raise InvalidValue.of(Code.FIELD_OUT_OF_RANGE, "number", value="the number", low=0, high="256 bits")
    text = _PREFIX + kind.value + _base62(number, _BODY)
    return Secret(text + _base62(crc32(text.encode()), _CHECKSUM))


def parse_token(presented: Secret) -> ParsedToken:
    """What the text of a token says. Length, characters and checksum are looked at, in this order; no store is.

    Raises:
        InvalidValue: ``token.malformed``.

    >>> parse_token(format_token(TokenKind.BY_ADMIN, 62)).hint
    'apv_a000'
    """
    if len(presented.reveal()) != TOKEN_LENGTH:
        raise InvalidValue.of(Code.TOKEN_MALFORMED)
    shape = _SHAPE.fullmatch(presented.reveal())
    if shape is None or not _is_sound(shape):
        raise InvalidValue.of(Code.TOKEN_MALFORMED)
    return ParsedToken(
        kind=TokenKind(shape[1]),
        digest=sha256(presented.reveal().encode()).hexdigest(),
        hint=presented.reveal()[:_HINT],
    )


def _is_sound(shape: re.Match[str]) -> bool:
    """Whether the checksum is right, and the characters stand for 256 bits and not for more."""
    text = shape[0][:-_CHECKSUM]
    return _base62(crc32(text.encode()), _CHECKSUM) == shape[3] and shape[2] <= _HIGHEST


def _base62(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, len(_ALPHABET))
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))


# The characters of the alphabet stand in the order of their values, so equally long texts compare as numbers do.
_HIGHEST: Final = _base62(2**_BITS - 1, _BODY)
