"""Text that people read: names, labels, reasons, messages.

Text is stored in the composed normal form (NFC) and holds nothing that a reader can't see: no control characters, no
zero-width characters, none that turn the direction of writing. So a name can't forge a line of a log, or hide a part of
itself. Kept are the joiners U+200C and U+200D between characters outside ASCII, and the emoji mark U+FE0F after one,
because Persian and Indic names and many emoji can't be written without them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Final, TypeVar

from agentprov.errors import Code, Collector, InvalidValue, Problem

M = TypeVar("M", bound=StrEnum)

NAME_LIMIT: Final = 200
"""How many characters a name, label or reason may have."""

TEXT_LIMIT: Final = 4_000
"""How many characters a longer text, such as a message template, may have."""

BIDI_CONTROLS: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""The characters that change the direction of the text around them (Unicode's Bidi_Control)."""

_MOST_SHOWN: Final = 80
"""How many characters of a text that can't be taken are repeated."""
_MOST_BITS: Final = 4_000
_EMOJI_MARK: Final = "\ufe0f"
_JOINERS: Final = frozenset(("\u200c", "\u200d", _EMOJI_MARK))
_UNSEEN_CATEGORIES: Final = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))

# What isn't in those categories and still shows as nothing: Default_Ignorable_Code_Point (Unicode 16), noncharacters,
# and the Braille blank, which has a category of its own but no dots.
_UNSEEN_RANGES: Final = (
    (0x034F, 0x034F),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x2065, 0x2065),
    (0x2800, 0x2800),
    (0x3164, 0x3164),
    (0xFDD0, 0xFDEF),
    (0xFE00, 0xFE0F),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8),
    (0xE0000, 0xE0FFF),
)


def named(character: str) -> str:
    """A character as it can be shown in a sentence: ``;`` itself, ``U+0020`` for a space, ``U+200B``."""
    return character if "!" <= character <= "~" else f"U+{ord(character):04X}"


def is_unseen(character: str) -> bool:
    """Whether a reader sees nothing of this character: controls, zero-width ones, surrogates, fillers."""
    if unicodedata.category(character) in _UNSEEN_CATEGORIES:
        return True
    number = ord(character)
    return number & 0xFFFF in {0xFFFE, 0xFFFF} or any(low <= number <= high for low, high in _UNSEEN_RANGES)


def first_unseen(text: str) -> str | None:
    """The first character of ``text`` that a reader can't see, if there is one. A plain space is seen."""
    if text.isascii() and text.isprintable():
        return None
    return next((character for character in text if is_unseen(character)), None)


def _first_refused(text: str, *, lines: bool) -> str | None:
    """The first character that a name can't hold: unseen, and neither a joiner in its place nor a line's end."""
    for position, character in enumerate(text):
        if not is_unseen(character) or (lines and character == "\n"):
            continue
        if character not in _JOINERS or not _has_place(character, text[:position][-1:], text[position + 1 :][:1]):
            return character
    return None


def _has_place(joiner: str, before: str, after: str) -> bool:
    """Whether a joiner stands where it changes what is seen: between (the mark: after) characters outside ASCII."""
    if joiner == _EMOJI_MARK:
        return not before.isascii() and not is_unseen(before)
    follows = not before.isascii() and (before == _EMOJI_MARK or not is_unseen(before))
    return follows and not after.isascii() and not is_unseen(after)


def briefly(value: object, most: int = NAME_LIMIT) -> str:
    """The beginning of a value as text, for a problem to repeat. Numbers of thousands of digits aren't written out."""
    huge = isinstance(value, int) and value.bit_length() > _MOST_BITS
    return "a number with thousands of digits" if huge else str(value)[:most]


def is_nothing(value: object) -> bool:
    """Whether nothing was given: no value, or an empty text. Only text is compared: a secret refuses to be."""
    return value is None or (isinstance(value, str) and not value)


def text_problems(value: object, *, limit: int = NAME_LIMIT, lines: bool = False) -> tuple[Problem, ...]:
    """Everything that keeps ``value`` from being stored as text, with empty paths.

    Nothing, or only spaces, is ``field.required``. ``limit`` counts characters (code points). ``lines`` allows line
    feeds, for texts of several lines.
    """
    if value is None:
        return (Problem(code=Code.FIELD_REQUIRED),)
    if not isinstance(value, str):
        return (Problem(code=Code.FIELD_WRONG_TYPE, parameters={"expected": "text", "found": "something else"}),)
    if len(value) > limit:
        return (Problem(code=Code.FIELD_TOO_LONG, parameters={"limit": limit}),)
    if not value or value.isspace():
        return (Problem(code=Code.FIELD_REQUIRED),)
    if value.isascii() and value.isprintable():
        return ()
    found = Collector()
    refused = _first_refused(value, lines=lines)
    if refused is not None:
        found.add(Code.FIELD_CONTROL_CHARACTER, character=named(refused))
    if not unicodedata.is_normalized("NFC", value):
        found.add(Code.FIELD_NOT_NORMAL_FORM)
    return tuple(found.problems)


def matches(pattern: re.Pattern[str], value: object) -> bool:
    """Whether ``value`` is text that the whole pattern describes. A constructor may be given anything."""
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def member(found: Collector, enum: type[M], text: object, *path: str | int) -> M:
    """The member of an enumeration that a text is equal to: members are compared by identity, equal texts aren't it.

    Of a text that stands for none this is noted at ``path``, and the first member stands in for it.
    """
    chosen = _members(enum).get(briefly(text))
    if isinstance(chosen, enum):
        return chosen
    found.add(Code.FIELD_UNKNOWN_CHOICE, *path, value=briefly(text, _MOST_SHOWN), choices=tuple(enum))
    return next(iter(enum))


@cache
def _members(enum: type[StrEnum]) -> Mapping[str, StrEnum]:
    """By their texts: a host's facts may name thousands."""
    return {each.value: each for each in enum}


def check_member(found: Collector, name: str, value: object, enum: type[StrEnum], *inside: str | int) -> None:
    """Note a value that is no member of an enumeration, a text that only looks like one included.

    Members are compared by identity where calls are routed, so a text would quietly be none of them.
    """
    if not isinstance(value, enum):
        choices = tuple(each.value for each in enum)
        found.add(Code.FIELD_UNKNOWN_CHOICE, name, *inside, value=briefly(value), choices=choices)


def check_flags(found: Collector, owner: object, *names: str) -> None:
    """Note every field that is neither true nor false: ``"false"`` would count as true."""
    for name in names:
        check_kind(found, name, getattr(owner, name), bool, "true or false")


def check_kind(
    found: Collector, name: str, value: object, kinds: type | tuple[type, ...], expected: str, *inside: str | int
) -> None:
    """Note a value of another kind, nothing as one that is required."""
    if value is None:
        found.add(Code.FIELD_REQUIRED, name, *inside)
    elif not isinstance(value, kinds):
        found.add(Code.FIELD_WRONG_TYPE, name, *inside, expected=expected, found=f"`{briefly(value)}`")


def check_name(found: Collector, name: str, value: str | None, *inside: str | int) -> None:
    """Note what is wrong with a stored name, label or reason; ``None`` is no name, and fine.

    For constructors: ``name`` is the field, ``inside`` leads on to an entry of it.
    """
    if value is not None:
        found.absorb(text_problems(value), name, *inside)


def check_text(found: Collector, name: str, value: str | None, *inside: str | int) -> None:
    """Note what is wrong with a longer stored text, which may have several lines; ``None`` is fine."""
    if value is not None:
        found.absorb(text_problems(value, limit=TEXT_LIMIT, lines=True), name, *inside)


def plain_text(value: object, *, limit: int = NAME_LIMIT, lines: bool = False) -> str:
    r"""What a person typed, as it is stored: surrounding spaces cut off, composed (NFC), one kind of line end.

    Raises:
        InvalidValue: ``field.required``, ``field.wrong_type``, ``field.too_long`` or ``field.control_character``.

    >>> plain_text("  Asha Rao ")
    'Asha Rao'
    >>> plain_text("Rene\u0301") == "Ren\u00e9"
    True
    """
    text = value
    if isinstance(value, str):
        text = unicodedata.normalize("NFC", value.strip(" \t").replace("\r\n", "\n") if lines else value.strip(" "))
    problems = text_problems(text, limit=limit, lines=lines)
    if problems:
        raise InvalidValue(problems)
    return str(text)
