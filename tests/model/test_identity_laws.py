"""Laws of logins, numeric ids, languages and names."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from agentprov.errors import InvalidValue
from agentprov.model import identity
from agentprov.model.text import is_unseen, plain_text, text_problems

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
LETTERS = st.text(alphabet=st.sampled_from("abAB01._-@+'éßआशा\u0301\u200bﬁ א"), max_size=12)


@given(JSON | LETTERS)
def test_every_login_is_canonical_or_refused(value: object) -> None:
    """P76, P73: any value gives a login or problems, and a login is one already."""
    try:
        login = identity.parse_login(value)
    except InvalidValue:
        return
    assert () == identity.login_problems(login)
    assert login == identity.parse_login(login)


@given(st.text(max_size=20) | LETTERS)
def test_a_stored_login_hides_nothing(text: str) -> None:
    """ID-5: no stored login holds an unseen character, and none is changed by NFKC."""
    if not identity.login_problems(text):
        assert not any(map(is_unseen, text))
        assert text == unicodedata.normalize("NFKC", text)


@given(st.text(max_size=30))
def test_keys_are_idempotent(text: str) -> None:
    """ID-5: the key of a key is the key, and case never matters to it."""
    key = identity.login_key(text, ignore_case=True)

    assert key == identity.login_key(key, ignore_case=True)
    assert identity.confusable_key(text) == identity.confusable_key(key)


@given(st.text(alphabet="abcxyz019", min_size=1, max_size=10), st.text(alphabet="ABCxyz.", min_size=1, max_size=10))
def test_windows_login_forms_agree(name: str, domain: str) -> None:
    """ID-7: for every name and domain the spellings are stored alike, and storing again changes nothing."""
    assert name == identity.windows_login(f"{name}@{domain}") == identity.windows_login(f"{domain}\\{name}")
    assert name == identity.windows_login(name)


@given(JSON)
def test_every_windows_login_numeric_id_and_language_is_canonical_or_refused(value: object) -> None:
    """P76: any value gives a result or problems, never another exception."""
    for parse in (identity.windows_login, identity.parse_numeric_id, identity.language_tag, plain_text):
        try:
            result = parse(value)
        except InvalidValue:
            continue
        assert result == parse(result)


@given(st.integers(1, 10**18 - 1))
def test_numeric_id_is_what_its_digits_say(number: int) -> None:
    """ID-8: digits and number are one id."""
    assert number == identity.parse_numeric_id(str(number)) == identity.parse_numeric_id(number)


@given(st.sets(st.integers(1, 12) | st.integers(10**18 - 4, 10**18 - 1)))
def test_the_suggested_numeric_id_is_free_and_valid(used: set[int]) -> None:
    """ID-8: the next free id isn't in use and is a numeric id."""
    suggested = identity.next_free_numeric_id(used)

    assert suggested not in used
    assert () == identity.numeric_id_problems(suggested)


@given(st.text(max_size=30))
def test_plain_text_is_stored_text(text: str) -> None:
    """P73: what was made plain is what a constructor accepts."""
    try:
        plain = plain_text(text, lines=True)
    except InvalidValue:
        return
    assert () == text_problems(plain, lines=True)
