"""Laws of the text of API tokens (P71, P76)."""

from __future__ import annotations

import base64
import random
import re
import string
import traceback
import zlib
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentprov.credentials.token_requests import read_authorization
from agentprov.credentials.token_text import format_token, make_token, parse_token
from agentprov.errors import Code, InvalidValue
from agentprov.model.api_tokens import TOKEN_LENGTH, TOKEN_PATTERN, TokenKind
from agentprov.model.secret import Secret
from tests.credentials.accounts import hashes_of

BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
numbers = st.integers(0, 2**256 - 1)
kinds = st.sampled_from(TokenKind)


@given(kinds, numbers)
def test_a_token_is_read_as_it_was_written(kind: TokenKind, number: int) -> None:
    """P71: the kind and all 256 bits stand in the text, and the digest is that of the whole text."""
    text = format_token(kind, number).reveal()
    parsed = parse_token(Secret(text))
    read = 0
    for character in text[5:48]:
        read = read * 62 + BASE62.index(character)

    assert (kind, number) == (parsed.kind, read)
    assert sha256(text.encode()).hexdigest() == parsed.digest
    assert text[:8] == parsed.hint


@given(kinds, numbers, st.integers(0, TOKEN_LENGTH - 1), st.sampled_from(BASE62 + "_- \u0660\uff10") | st.characters())
def test_one_wrong_character_is_always_noticed(kind: TokenKind, number: int, place: int, other: str) -> None:
    """P71, B068: wherever it is and whatever it is, without asking a store."""
    text = format_token(kind, number).reveal()
    changed = text[:place] + other + text[place + 1 :]

    if changed != text:
        assert is_refused(changed)


@given(kinds, numbers, st.integers(0, TOKEN_LENGTH), st.sampled_from(BASE62))
def test_a_character_too_many_or_too_few_is_noticed(kind: TokenKind, number: int, place: int, more: str) -> None:
    """P71: also two neighbours that changed places, unless they are equal."""
    text = format_token(kind, number).reveal()
    swapped = text[:place] + text[place : place + 2][::-1] + text[place + 2 :]

    assert is_refused(text[:place] + more + text[place:])
    assert is_refused(text[:place] + text[place + 1 :]) or place == TOKEN_LENGTH
    assert swapped == text or is_refused(swapped)


def is_refused(text: str) -> bool:
    """Whether this is no token, said without a word of it."""
    try:
        parse_token(Secret(text))
    except InvalidValue as refusal:
        shown = "".join(traceback.format_exception(refusal)) + repr(refusal)
        return refusal.codes == (Code.TOKEN_MALFORMED,) and text[5:48] not in shown
    return False


def test_every_change_of_one_character_of_one_token() -> None:
    """P71: all 54 places, all 61 other characters."""
    text = format_token(TokenKind.BY_ADMIN, 2**255 + 12_345).reveal()

    for place in range(TOKEN_LENGTH):
        for other in BASE62.replace(text[place], ""):
            with pytest.raises(InvalidValue):
                parse_token(Secret(text[:place] + other + text[place + 1 :]))


@pytest.mark.parametrize("number", [-1, 2**256])
def test_a_token_has_256_bits(number: int) -> None:
    """R16: what doesn't fit isn't cut to fit."""
    with pytest.raises(InvalidValue) as refusal:
        format_token(TokenKind.BY_ADMIN, number)

    assert (Code.FIELD_OUT_OF_RANGE,) == refusal.value.codes


def test_more_than_256_bits_are_no_token() -> None:
    """P71: 43 characters can stand for a little more, and a right checksum doesn't make that a token."""
    text = "apv_a" + "z" * 43
    checksum, tail = zlib.crc32(text.encode()), ""
    for _ in range(6):
        checksum, digit = divmod(checksum, 62)
        tail = BASE62[digit] + tail

    assert is_refused(text + tail)


def test_a_huge_text_is_refused_by_its_length() -> None:
    """B073: ten megabytes are no token, and no hash is made of them."""
    huge = "apv_a" + "0" * 10_000_000
    work, presented = hashes_of(lambda: read_authorization(f"Bearer {huge}"))

    assert is_refused(huge)
    assert (0, [Code.TOKEN_MALFORMED]) == (work, [problem.code for problem in presented.problems])


def test_chance_is_injected_and_the_systems_otherwise() -> None:
    """R8: the same source gives the same token; the system's gives others."""
    one, other = (make_token(TokenKind.BY_ADMIN, random.Random(7)).reveal() for _ in range(2))

    assert one == other
    assert 100 == len({make_token(TokenKind.EXCHANGED).reveal() for _ in range(100)})


@given(kinds, numbers)
def test_scanners_find_tokens(kind: TokenKind, number: int) -> None:
    """R16: the published pattern finds a token in any line of a file, and takes no more than it."""
    text = format_token(kind, number).reveal()

    assert [text] == re.findall(TOKEN_PATTERN, f'TOKEN="{text}"; other={text}x; apv_{text}')


# ---- in a header -----------------------------------------------------------------------------------------------------

TOKEN = format_token(TokenKind.BY_ADMIN, 2**200 + 17).reveal()


def basic(pair: str) -> str:
    """A header of the Basic scheme."""
    return "Basic " + base64.b64encode(pair.encode()).decode()


@pytest.mark.parametrize(
    "header",
    [
        f"Bearer {TOKEN}",
        f"bearer {TOKEN}",
        f"  BEARER   {TOKEN} ",
        basic(f"anybody:{TOKEN}"),
        basic(f":{TOKEN}"),
        basic(f"{TOKEN}:"),
        basic(f"x:{TOKEN}").replace("Basic", "basic"),
    ],
)
def test_the_forms_that_are_taken(header: str) -> None:
    """CR-4: Bearer, and Basic with the token as password, or as user name beside an empty password."""
    presented = read_authorization(header)

    assert parse_token(Secret(TOKEN)) == presented.parsed
    assert () == presented.problems


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, Code.TOKEN_MISSING),
        ("", Code.TOKEN_MISSING),
        ("   ", Code.TOKEN_MISSING),
        (5, Code.TOKEN_MISSING),
        (TOKEN, Code.TOKEN_MISSING),
        (f"Token {TOKEN}", Code.TOKEN_MISSING),
        ("Bearer", Code.TOKEN_MALFORMED),
        (f"Bearer {TOKEN} {TOKEN}", Code.TOKEN_MALFORMED),
        (f"Bearer\t{TOKEN}", Code.TOKEN_MISSING),
        (f"Bearer {TOKEN}\n", Code.TOKEN_MALFORMED),
        (basic(f"{TOKEN}:wrong"), Code.TOKEN_MALFORMED),
        (basic(TOKEN), Code.TOKEN_MALFORMED),
        ("Basic !!!!", Code.TOKEN_MALFORMED),
        ("Basic é", Code.TOKEN_MALFORMED),
        (basic("é:é"), Code.TOKEN_MALFORMED),
        ("Basic YQ", Code.TOKEN_MALFORMED),
        (f"Bearer {TOKEN[:-1]}", Code.TOKEN_MALFORMED),
    ],
)
def test_other_forms_are_refused(header: Any, code: Code) -> None:
    """CR-4: nothing else is taken, and nothing raises."""
    presented = read_authorization(header)

    assert (None, [code]) == (presented.parsed, [problem.code for problem in presented.problems])
    assert TOKEN not in repr(presented)


@given(
    st.text(max_size=200) | st.sampled_from(["Bearer ", "Basic "]).flatmap(lambda scheme: st.text().map(scheme.__add__))
)
def test_any_header_is_answered(header: str) -> None:
    """P76: with one problem, and no exception."""
    presented = read_authorization(header)

    assert (None, 1) == (presented.parsed, len(presented.problems))
