"""The rule that passwords of a tenant must satisfy, as a value: shown to a person, checked, compared (CR-1).

The defaults are those of NIST SP 800-63B-4: fifteen characters, no composition rules, every character allowed, and none
of the passwords that everybody tries first. Composition rules and alphabets are a tenant's own policy, and
:func:`below_standard` names them.

One normalisation, NFKC, is applied before a password is checked or hashed, so that one keyboard's ``é`` is another's.
Nothing is trimmed or cut, and case counts. Lengths count characters (code points) after it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Final

import attrs

from agentprov.errors import Code, Collector, Problem
from agentprov.messages import ENGLISH, Catalogue, sentence
from agentprov.model.secret import Secret
from agentprov.model.text import is_unseen
from agentprov.model.well_known_passwords import is_well_known

LENGTH_CEILING: Final = 4_096
"""No policy allows longer passwords: longer text is refused before anything is computed from it."""

SHORTEST_MAXIMUM: Final = 8
"""No policy may forbid passwords of this length."""

BANNED_LIMIT: Final = 10_000
_SHORTEST_CONTAINED_LOGIN: Final = 4
_STANDARD_MINIMUM: Final = 8
_STANDARD_MAXIMUM: Final = 64


class Alphabet(StrEnum):
    """Which characters a password may have. "Latin only" of a product means printable ASCII (CR-1)."""

    ANY = "any"
    PRINTABLE_ASCII = "printable-ascii"
    LATIN = "latin"
    """Printable ASCII and the letters of the Latin script, such as ``é``."""


def _folded_texts(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(folded(text) for text in texts)


@attrs.frozen(kw_only=True)
class PasswordPolicy:
    """A tenant's rule. A policy that no password can satisfy can't be built."""

    min_length: int = 15
    max_length: int = 256
    min_lower: int = 0
    min_upper: int = 0
    min_digits: int = 0
    min_special: int = 0
    """Characters that are neither letters nor digits; a space counts."""
    alphabet: Alphabet = Alphabet.ANY
    banned: frozenset[str] = attrs.field(default=frozenset(), converter=_folded_texts)
    """Whole passwords the tenant refuses besides the well-known ones, case ignored."""
    refuse_well_known: bool = True
    refuse_login: bool = True

    def __attrs_post_init__(self) -> None:
        _check_policy(self)


def _check_policy(policy: PasswordPolicy) -> None:
    found = Collector()
    ranges = {
        "min_length": (1, LENGTH_CEILING),
        "max_length": (SHORTEST_MAXIMUM, LENGTH_CEILING),
        **dict.fromkeys(("min_lower", "min_upper", "min_digits", "min_special"), (0, LENGTH_CEILING)),
    }
    for name, (low, high) in ranges.items():
        value = getattr(policy, name)
        if type(value) is not int:
            found.add(Code.FIELD_WRONG_TYPE, name, expected="a whole number", found="something else")
        elif not low <= value <= high:
            found.add(Code.FIELD_OUT_OF_RANGE, name, value=value, low=low, high=high)
    if len(policy.banned) > BANNED_LIMIT:
        found.add(Code.FIELD_TOO_MANY, "banned", limit=BANNED_LIMIT)
    found.check()
    needed = max(policy.min_length, policy.min_lower + policy.min_upper + policy.min_digits + policy.min_special)
    if needed > policy.max_length:
        found.add(Code.PASSWORD_POLICY_UNSATISFIABLE, needed=needed, limit=policy.max_length)
    found.check()


SINGLE_FACTOR: Final = PasswordPolicy()
"""NIST SP 800-63B-4 for a password that stands alone."""

BESIDE_SECOND_FACTOR: Final = PasswordPolicy(min_length=8)
"""NIST SP 800-63B-4 for a password beside a second factor."""


def normal_form(text: str) -> str:
    """The form in which a password is checked and hashed: NFKC."""
    return unicodedata.normalize("NFKC", text)


def folded(text: str) -> str:
    """A text as it is compared with lists of words: NFKC, without case."""
    return normal_form(normal_form(text).casefold())


def check_password(policy: PasswordPolicy, password: object, *, login: str | None = None) -> tuple[Problem, ...]:
    """Every part of the policy that a password fails, with empty paths and without a word of the password.

    ``password`` is a :class:`Secret`; anything else is ``password.wrong_type``. Text beyond 4,096 characters is
    ``password.too_long`` and looked at no further.

    >>> policy = PasswordPolicy(min_length=8, min_digits=1)
    >>> [problem.code.value for problem in check_password(policy, Secret("letmein"), login="asha")]
    ['password.too_short', 'password.needs_digit', 'password.common']
    """
    if not isinstance(password, Secret):
        return (Problem(code=Code.PASSWORD_WRONG_TYPE),)
    length = len(password.reveal())
    if length == 0:
        return (Problem(code=Code.PASSWORD_REQUIRED),)
    if length > LENGTH_CEILING:
        return (Problem(code=Code.PASSWORD_TOO_LONG, parameters={"limit": policy.max_length}),)
    return tuple(problem for problem in rules(policy) if not _SATISFIES[problem.code](policy, password, login))


def rules(policy: PasswordPolicy) -> tuple[Problem, ...]:
    """The policy as the problems it can find, in the order in which they are reported."""
    found = Collector()
    found.add(Code.PASSWORD_TOO_SHORT, limit=policy.min_length)
    found.add(Code.PASSWORD_TOO_LONG, limit=policy.max_length)
    found.add(Code.PASSWORD_INVALID_CHARACTER)
    if policy.alphabet is not Alphabet.ANY:
        found.add(Code.PASSWORD_NOT_LATIN, expected=_ALPHABET_WORDS[policy.alphabet])
    for code, count in (
        (Code.PASSWORD_NEEDS_LOWER, policy.min_lower),
        (Code.PASSWORD_NEEDS_UPPER, policy.min_upper),
        (Code.PASSWORD_NEEDS_DIGIT, policy.min_digits),
        (Code.PASSWORD_NEEDS_SPECIAL, policy.min_special),
    ):
        if count:
            found.add(code, count=count)
    if policy.refuse_well_known:
        found.add(Code.PASSWORD_COMMON)
    if policy.banned:
        found.add(Code.PASSWORD_BANNED)
    if policy.refuse_login:
        found.add(Code.PASSWORD_CONTAINS_LOGIN)
    return tuple(found.problems)


def describe(policy: PasswordPolicy, catalogue: Catalogue = ENGLISH) -> tuple[str, ...]:
    """The policy in sentences for the person who is to type a password, from the catalogue's ways to mend.

    >>> describe(PasswordPolicy(min_length=8, min_digits=1))[0]
    'use at least 8 characters'
    """
    return tuple(
        sentence(catalogue.get(rule.code.value, ENGLISH[rule.code.value]).mend, rule.parameters, catalogue)
        for rule in rules(policy)
    )


def below_standard(policy: PasswordPolicy) -> tuple[str, ...]:
    """The fields in which a policy departs from NIST SP 800-63B-4, which forbids what some products ask for.

    >>> below_standard(PasswordPolicy(min_length=6, min_upper=1))
    ('min_length', 'min_upper')
    """
    departs = {
        "min_length": policy.min_length < _STANDARD_MINIMUM,
        "max_length": policy.max_length < _STANDARD_MAXIMUM,
        "min_lower": policy.min_lower > 0,
        "min_upper": policy.min_upper > 0,
        "min_digits": policy.min_digits > 0,
        "min_special": policy.min_special > 0,
        "alphabet": policy.alphabet is not Alphabet.ANY,
        "refuse_well_known": not policy.refuse_well_known,
    }
    return tuple(name for name, wrong in departs.items() if wrong)


# ---- what each rule asks ---------------------------------------------------------------------------------------------

_ALPHABET_WORDS: Final = {
    Alphabet.PRINTABLE_ASCII: "a letter, digit or sign of an English keyboard",
    Alphabet.LATIN: "a Latin letter, a digit or a sign of an English keyboard",
}


def _is_in_alphabet(character: str, alphabet: Alphabet) -> bool:
    if " " <= character <= "~":
        return True
    return alphabet is Alphabet.LATIN and character.isalpha() and unicodedata.name(character, "").startswith("LATIN ")


def _count(password: Secret, *categories: str) -> int:
    """How many characters are of these general categories."""
    return sum(unicodedata.category(character) in categories for character in normal_form(password.reveal()))


def _specials(password: Secret) -> int:
    return sum(unicodedata.category(character)[0] not in "LN" for character in normal_form(password.reveal()))


def _contains(password: Secret, login: str | None) -> bool:
    """Whether the password is the login, or holds it, or the part of it before an ``@``, where four characters long."""
    if not login:
        return False
    whole = folded(login)
    parts = {part for part in (whole, whole.partition("@")[0]) if len(part) >= _SHORTEST_CONTAINED_LOGIN}
    return folded(password.reveal()) == whole or any(part in folded(password.reveal()) for part in parts)


_SATISFIES: Final[dict[Code, Callable[[PasswordPolicy, Secret, str | None], bool]]] = {
    Code.PASSWORD_TOO_SHORT: lambda policy, password, _: len(normal_form(password.reveal())) >= policy.min_length,
    Code.PASSWORD_TOO_LONG: lambda policy, password, _: len(normal_form(password.reveal())) <= policy.max_length,
    Code.PASSWORD_INVALID_CHARACTER: lambda _, password, __: not any(map(is_unseen, normal_form(password.reveal()))),
    Code.PASSWORD_NOT_LATIN: lambda policy, password, _: all(
        _is_in_alphabet(character, policy.alphabet) for character in normal_form(password.reveal())
    ),
    Code.PASSWORD_NEEDS_LOWER: lambda policy, password, _: _count(password, "Ll") >= policy.min_lower,
    Code.PASSWORD_NEEDS_UPPER: lambda policy, password, _: _count(password, "Lu") >= policy.min_upper,
    Code.PASSWORD_NEEDS_DIGIT: lambda policy, password, _: _count(password, "Nd") >= policy.min_digits,
    Code.PASSWORD_NEEDS_SPECIAL: lambda policy, password, _: _specials(password) >= policy.min_special,
    Code.PASSWORD_COMMON: lambda _, password, __: not is_well_known(folded(password.reveal())[:LENGTH_CEILING]),
    Code.PASSWORD_BANNED: lambda policy, password, _: folded(password.reveal()) not in policy.banned,
    Code.PASSWORD_CONTAINS_LOGIN: lambda _, password, login: not _contains(password, login),
}
