"""Logins, Windows logins, numeric ids and language tags: what names a person to a machine (ID-4 to ID-8).

A login is made of letters and digits of any script and of ``. _ - @ + '``, a letter, digit or ``_`` first. Spaces,
quotes, semicolons, slashes and every character that can't be seen are refused. It is stored in a form that Unicode's
compatibility normalisation (NFKC) leaves alone, so that no two stored logins differ only in ways a reader can't see.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NewType

from agentprov.errors import Code, Collector, InvalidValue, Problem
from agentprov.model.text import BIDI_CONTROLS, first_unseen, is_nothing, is_unseen, named

Login = NewType("Login", str)
"""An identifier to sign in with, in its normal form; made by :func:`parse_login`."""

WindowsLogin = NewType("WindowsLogin", str)
"""The user's part of a Windows login, without its domain; made by :func:`windows_login`."""

NumericId = NewType("NumericId", int)
"""The number an agent types on a telephone to log on to a queue; made by :func:`parse_numeric_id`."""

LanguageTag = NewType("LanguageTag", str)
"""A BCP 47 tag in its canonical case; made by :func:`language_tag`."""

LOGIN_LIMIT: Final = 254
"""How many characters a login may have: as many as an email address, because an email may be the login (ID-6)."""

WINDOWS_LOGIN_LIMIT: Final = 64
NUMERIC_ID_LIMIT: Final = 10**18 - 1
LANGUAGE_LIMIT: Final = 64

_PUNCTUATION: Final = frozenset("._-@+'")
_PLAIN_LOGIN: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@+'-]*")
_LETTERS_AND_DIGITS: Final = frozenset(("Lu", "Ll", "Lt", "Lm", "Lo", "Nd"))
_MARKS: Final = frozenset(("Mn", "Mc"))


def _problem(code: Code, **parameters: str | int) -> tuple[Problem, ...]:
    return (Problem(code=code, parameters=parameters),)


# ---- logins ----------------------------------------------------------------------------------------------------------


def login_problems(value: object) -> tuple[Problem, ...]:
    """Everything that keeps ``value`` from being a stored login, with empty paths; see the module for the rule."""
    if is_nothing(value):
        return _problem(Code.LOGIN_REQUIRED)
    if not isinstance(value, str):
        return _problem(Code.LOGIN_WRONG_TYPE)
    if len(value) > LOGIN_LIMIT:
        return _problem(Code.LOGIN_TOO_LONG, limit=LOGIN_LIMIT)
    if _PLAIN_LOGIN.fullmatch(value):
        return ()
    normal = unicodedata.normalize("NFKC", value)
    if len(normal) > LOGIN_LIMIT:  # one character can become eighteen
        return _problem(Code.LOGIN_TOO_LONG, limit=LOGIN_LIMIT)
    found = Collector()
    turning = next((character for character in value if character in BIDI_CONTROLS), None)
    if turning is not None:
        found.add(Code.LOGIN_BIDI_CONTROL, character=named(turning))
    wrong = _first_wrong(value)
    if wrong is not None:
        found.add(Code.LOGIN_INVALID_CHARACTER, character=named(wrong))
    if normal != value:
        found.add(Code.LOGIN_NOT_NORMAL_FORM, normal=normal)
    if _mixes_directions(value):
        found.add(Code.LOGIN_MIXED_DIRECTION)
    return tuple(found.problems)


def _first_wrong(text: str) -> str | None:
    """The first character that a login can't have where it stands. Bidi controls are left to their own code."""
    before = ""
    for character in text:
        if character in BIDI_CONTROLS:
            continue
        category = unicodedata.category(character)
        if category in _LETTERS_AND_DIGITS:
            fits = not is_unseen(character)
        elif category in _MARKS:  # an accent needs a letter to stand on
            fits = not is_unseen(character) and before not in _PUNCTUATION and before not in {"", "_"}
        else:
            fits = character == "_" or (character in _PUNCTUATION and before != "")
        if not fits:
            return character
        before = character
    return None


def _mixes_directions(text: str) -> bool:
    """Whether a right-to-left login breaks the bidi rule (RFC 5893, section 2) and would be shown in another order."""
    directions = [unicodedata.bidirectional(character) for character in text]
    if not {"R", "AL", "AN"}.intersection(directions):
        return False
    return directions[0] not in {"R", "AL"} or "L" in directions or {"EN", "AN"} <= set(directions)


def check_login(found: Collector, name: str, value: object, *inside: str | int) -> None:
    """Note what is wrong with a stored login. For constructors; cheap for ASCII."""
    found.absorb(login_problems(value), name, *inside)


def parse_login(text: object) -> Login:
    r"""The login that ``text`` spells, composed (NFC). Nothing else is changed: case is kept, spaces are refused.

    Raises:
        InvalidValue: with every one of ``login.required``, ``login.wrong_type``, ``login.too_long``,
            ``login.bidi_control``, ``login.invalid_character``, ``login.not_normal_form`` (full width, ligatures) and
            ``login.mixed_direction`` that applies.

    >>> parse_login("asha.rao@example.com")
    'asha.rao@example.com'
    >>> parse_login("rene\u0301") == "ren\u00e9"
    True
    """
    composed = text
    if isinstance(text, str) and len(text) <= LOGIN_LIMIT:
        composed = unicodedata.normalize("NFC", text)
    problems = login_problems(composed)
    if problems:
        raise InvalidValue(problems)
    return Login(str(composed))


def _folded(text: str) -> str:
    """Without case and compatibility differences: Unicode's compatibility caseless match (D146), composed."""
    if text.isascii():
        return text.lower()  # what the rest comes to
    once = unicodedata.normalize("NFKD", unicodedata.normalize("NFD", text).casefold())
    return unicodedata.normalize("NFKC", once.casefold())


def login_key(login: str, *, ignore_case: bool = False) -> str:
    """What is compared when asking whether two logins are the same one (ID-5): the login itself, or without its case.

    Any text may be given, also one that was typed and is no login.

    >>> login_key("Anna") == login_key("anna")
    False
    >>> login_key("Anna", ignore_case=True) == login_key("anna", ignore_case=True)
    True
    """
    return _folded(login) if ignore_case else login


# Letters and digits that are drawn alike, after case folding: the left ones are taken for the right one. A small part
# of Unicode's confusables (UTS 39): what a Latin, Cyrillic or Greek keyboard types, and the digits 0 and 1.
_LOOK_ALIKES: Final = str.maketrans(
    {
        **dict(
            zip("\u0430\u0432\u0435\u043a\u043c\u043d\u043e\u0440\u0441\u0442\u0443\u0445", "abekmhopctyx", strict=True)
        ),
        **dict(zip("\u0455\u0458\u0501\u04bb\u051b\u051d\u04cf\u0456", "sjdhqwll", strict=True)),
        **dict(
            zip(
                "\u03b1\u03b2\u03b5\u03b7\u03b9\u03ba\u03bc\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7",
                "abenlkuvoptux",
                strict=True,
            )
        ),
        **dict(zip("\u0131\u0261\u0251\u02bc", "lga'", strict=True)),
        **dict(zip("0o1il", "oolll", strict=True)),
    }
)


def confusable_key(login: str) -> str:
    """What a hurried reader sees. Two logins with one key deserve the warning ``login.confusable``, not a refusal.

    Case is ignored, ``0``/``o`` and ``1``/``i``/``l`` count as alike, so do ``rn``/``m``, ``vv``/``w`` and the Latin,
    Cyrillic and Greek letters of one shape. The table is small on purpose: it is for a warning.

    >>> confusable_key("Anna") == confusable_key("\u0430nna")
    True
    >>> confusable_key("agent1") == confusable_key("agent2")
    False
    """
    return _folded(login).translate(_LOOK_ALIKES).replace("rn", "m").replace("vv", "w")


# ---- Windows logins --------------------------------------------------------------------------------------------------

# What Active Directory refuses in a user's name (its SAM-Account-Name), control characters apart.
_NOT_IN_WINDOWS_LOGINS: Final = frozenset('"/\\[]:;|=,+*?<>@')
_WINDOWS_DOMAIN: Final = re.compile(r"[\w.-]{1,255}")


def windows_login_problems(value: object) -> tuple[Problem, ...]:
    """Everything that keeps ``value`` from being a stored Windows login, which never names its domain."""
    if is_nothing(value):
        return _problem(Code.WINDOWS_LOGIN_REQUIRED)
    if not isinstance(value, str):
        return _problem(Code.WINDOWS_LOGIN_WRONG_TYPE)
    if len(value) > WINDOWS_LOGIN_LIMIT:
        return _problem(Code.WINDOWS_LOGIN_TOO_LONG, limit=WINDOWS_LOGIN_LIMIT)
    unfit = value != value.strip() or value.endswith(".") or not _NOT_IN_WINDOWS_LOGINS.isdisjoint(value)
    if unfit or first_unseen(value) is not None or not unicodedata.is_normalized("NFC", value):
        return _problem(Code.WINDOWS_LOGIN_INVALID, value=value)
    return ()


def check_windows_login(found: Collector, name: str, value: object, *inside: str | int) -> None:
    """Note what is wrong with a stored Windows login; that it still names its domain has a code of its own.

    For constructors.
    """
    if isinstance(value, str) and ("@" in value or "\\" in value):
        found.add(Code.WINDOWS_LOGIN_DOMAIN, name, *inside, value=value)
    else:
        found.absorb(windows_login_problems(value), name, *inside)


def windows_login(text: object) -> WindowsLogin:
    r"""The user's part of a Windows login: ``abc`` of ``abc@xyz`` and of ``XYZ\abc`` (ID-7).

    Raises:
        InvalidValue: ``windows_login.required``, ``.wrong_type``, ``.too_long`` or ``.invalid``; the last also if both
            forms are mixed, or a domain is announced and missing.

    >>> windows_login("abc@xyz"), windows_login("XYZ\\abc"), windows_login("abc")
    ('abc', 'abc', 'abc')
    """
    name = text
    if isinstance(text, str) and len(text) <= WINDOWS_LOGIN_LIMIT + 256:
        name = _without_domain(unicodedata.normalize("NFC", text))
        if name is None:
            raise InvalidValue(_problem(Code.WINDOWS_LOGIN_INVALID, value=text))
    problems = windows_login_problems(name)
    if problems:
        raise InvalidValue(problems)
    return WindowsLogin(str(name))


def _without_domain(text: str) -> str | None:
    """What is left of a Windows login without its domain; nothing if the domain or the name is missing."""
    before, backslash, after = text.partition("\\")
    if backslash:
        return after if after and _WINDOWS_DOMAIN.fullmatch(before) else None
    name, at, domain = text.partition("@")
    if at:
        return name if name and _WINDOWS_DOMAIN.fullmatch(domain) else None
    return text


# ---- numeric ids -----------------------------------------------------------------------------------------------------


def numeric_id_problems(value: object) -> tuple[Problem, ...]:
    """Everything that keeps ``value`` from being a stored numeric id: a whole number from 1 to 10^18 - 1."""
    if value is None:
        return _problem(Code.NUMERIC_ID_REQUIRED)
    if not isinstance(value, int) or isinstance(value, bool):
        return _problem(Code.NUMERIC_ID_WRONG_TYPE)
    if not 1 <= value <= NUMERIC_ID_LIMIT:
        return _problem(Code.NUMERIC_ID_OUT_OF_RANGE, low=1, high=NUMERIC_ID_LIMIT)
    return ()


def check_numeric_id(found: Collector, name: str, value: object, *inside: str | int) -> None:
    """Note what is wrong with a stored numeric id. For constructors."""
    found.absorb(numeric_id_problems(value), name, *inside)


def parse_numeric_id(value: object) -> NumericId:
    """The numeric id written as digits, or given as a number.

    Only the digits 0 to 9 are read, and no leading zero, so that an id has one spelling on the telephone.

    Raises:
        InvalidValue: ``numeric_id.required``, ``.wrong_type``, ``.invalid`` or ``.out_of_range``.

    >>> parse_numeric_id("4711")
    4711
    """
    number = value
    if isinstance(value, str):
        if not value:
            raise InvalidValue(_problem(Code.NUMERIC_ID_REQUIRED))
        if not (value.isascii() and value.isdigit()) or (value[0] == "0" and value != "0"):
            raise InvalidValue(_problem(Code.NUMERIC_ID_INVALID, value=value[:80]))
        # Text of thousands of digits isn't made a number: that costs more than linear time, and it is too big anyhow.
        number = int(value[:20])
    problems = numeric_id_problems(number)
    if problems or not isinstance(number, int):
        raise InvalidValue(problems)
    return NumericId(number)


def next_free_numeric_id(used: Iterable[int]) -> NumericId:
    """A numeric id to suggest: one above the highest in use, so that an id isn't given to another person later.

    If the highest possible id is in use, the lowest gap.

    >>> next_free_numeric_id([1001, 1003])
    1004
    """
    taken = frozenset(used)
    following = max(taken, default=0) + 1
    if following <= NUMERIC_ID_LIMIT:
        return NumericId(following)
    return NumericId(next(number for number in range(1, len(taken) + 2) if number not in taken))


# ---- languages -------------------------------------------------------------------------------------------------------

# RFC 5646, section 2.1: language, script, region, variants, extensions, private use. Registered or not isn't asked.
_LANGUAGE_TAG: Final = re.compile(
    r"""(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{5,8})
        (?:-[a-z]{4})?
        (?:-(?:[a-z]{2}|[0-9]{3}))?
        (?P<variants>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)
        (?P<extensions>(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*)
        (?:-x(?:-[a-z0-9]{1,8})+)?""",
    re.VERBOSE,
)


def language_problems(value: object) -> tuple[Problem, ...]:
    """Everything that keeps ``value`` from being read as a language tag, in whatever case."""
    if is_nothing(value):
        return _problem(Code.LANGUAGE_REQUIRED)
    if not isinstance(value, str):
        return _problem(Code.LANGUAGE_WRONG_TYPE)
    shape = _LANGUAGE_TAG.fullmatch(value.lower()) if value.isascii() and len(value) <= LANGUAGE_LIMIT else None
    if shape is None or _repeats(shape):
        return _problem(Code.LANGUAGE_INVALID, value=value[:LANGUAGE_LIMIT])
    return ()


def check_language(found: Collector, name: str, value: object, *inside: str | int) -> None:
    """Note what is wrong with a stored language tag, which is in its canonical case. For constructors."""
    if isinstance(value, str) and len(value) <= LANGUAGE_LIMIT and _is_canonical(value):
        return
    problems = language_problems(value) or _problem(Code.LANGUAGE_INVALID, value=str(value))
    found.absorb(problems, name, *inside)


@lru_cache(maxsize=1_024)
def _is_canonical(text: str) -> bool:
    """Remembered, because users are many and languages few."""
    return not language_problems(text) and text == _canonical_case(text.lower())


def language_tag(text: object) -> LanguageTag:
    """A BCP 47 language tag in its canonical case: ``en``, ``pt-BR``, ``zh-Hant-TW`` (RFC 5646, 2.1.1).

    The shape is checked, not whether the parts are registered.

    Raises:
        InvalidValue: ``language.required``, ``language.wrong_type`` or ``language.invalid``.

    >>> language_tag("ZH-hant-tw")
    'zh-Hant-TW'
    """
    problems = language_problems(text)
    if problems:
        raise InvalidValue(problems)
    return LanguageTag(_canonical_case(str(text).lower()))


def _repeats(shape: re.Match[str]) -> bool:
    """Whether a variant or an extension's letter stands twice, which RFC 5646 forbids."""
    variants = shape["variants"].split("-")[1:]
    letters = [part for part in shape["extensions"].split("-")[1:] if len(part) == 1]
    return len(variants) != len(set(variants)) or len(letters) != len(set(letters))


def _canonical_case(tag: str) -> str:
    """Regions in capitals, scripts in title case, everything after a single letter or digit as it is: lower."""
    first, *rest = tag.split("-")
    parts = [first]
    for position, part in enumerate(rest):
        if len(part) == 1:
            return "-".join((*parts, *rest[position:]))
        parts.append(_part_in_case(part))
    return "-".join(parts)


def _part_in_case(part: str) -> str:
    if len(part) == len("BR"):
        return part.upper()
    return part.title() if len(part) == len("Hant") and part.isalpha() else part
