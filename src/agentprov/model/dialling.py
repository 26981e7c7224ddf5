"""The text of a typed phone number, before any numbering plan is asked (ID-9).

A numbering library ignores invisible characters, drops what it doesn't know and turns letters into digits. So what
may stand in a typed number is decided here: digits 0 to 9, one plus at the beginning, spaces and ``( ) - . /``, and a
suffix to dial after the answer, written ``;ext=12``, ``ext. 12`` or ``x12``.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from agentprov.errors import Code
from agentprov.model.text import is_unseen, named

TYPED_LIMIT: Final = 100
"""How many characters a typed phone number may have, spaces and all."""

LONGEST_EMERGENCY: Final = 6

# Written in place of a space or a hyphen by word processors and web pages.
_ALIKE: Final = str.maketrans("\u00a0\u202f\u2010\u2011\u2012\u2013\u2212", "  -----")
_CHARACTERS: Final = frozenset("0123456789+ ()-./")
_TYPED: Final = re.compile(r"\(?\+?[0-9 ()./-]*")
_SUFFIXED: Final = re.compile(r"(.*?)[ ,]*(?:;ext=|ext(?:ension|n)?[.:]?|x) *([0-9]{1,20})", re.IGNORECASE | re.ASCII)
_PAUSE: Final = re.compile(r"[0-9][wp][0-9]", re.IGNORECASE | re.ASCII)
_BETWEEN_DIGITS: Final = str.maketrans("", "", "+ ()-./")


def plainly(text: str) -> str:
    """Without surrounding spaces, with typographic spaces and hyphens made plain ones."""
    return text.translate(_ALIKE).strip(" ")


def split_suffix(plain: str) -> tuple[str, str]:
    """The number and the digits to dial after it; the second is empty where none were typed.

    >>> split_suffix("+91 80696 51170 ext. 12")
    ('+91 80696 51170', '12')
    """
    suffixed = _SUFFIXED.fullmatch(plain)
    return (suffixed[1], suffixed[2]) if suffixed else (plain, "")


def digits_of(body: str) -> str:
    """The digits alone, plus and punctuation taken away."""
    return body.translate(_BETWEEN_DIGITS)


def refused_characters(body: str) -> Code | None:
    """Why this text is no phone number, whatever the country; nothing if it can be one."""
    if _TYPED.fullmatch(body):
        return None
    strange = [character for character in body if character not in _CHARACTERS]
    if not strange:
        return Code.PHONE_INVALID  # a plus in the wrong place
    if any(_is_foreign(character) for character in strange):
        return Code.PHONE_INVALID_CHARACTER
    if _PAUSE.search(body) and not set(strange) - set("wpWP"):
        return Code.PHONE_INVALID_CHARACTER  # "wait" and "pause" of a dialling string, which the library drops
    return Code.PHONE_LETTERS if any(character.isalpha() for character in strange) else Code.PHONE_SERVICE_CODE


def _is_foreign(character: str) -> bool:
    """Neither a letter that can be read nor a key of a telephone."""
    return is_unseen(character) or not (character.isalpha() or character in "*#")


def culprit(plain: str) -> str:
    """The character to name when one is refused: the first foreign one, else the first strange one."""
    strange = [character for character in plain if character not in _CHARACTERS]
    return named(next((character for character in strange if _is_foreign(character)), (*strange, "+")[0]))


def emergency_digits(text: str) -> str:
    """The digits of a text that can be an emergency number: few, and nothing else that counts. Else nothing.

    Invisible characters and punctuation are overlooked and full-width digits read: an emergency call isn't lost by
    them.
    """
    if text.isascii() and len(digits_of(text)) > LONGEST_EMERGENCY:
        return ""
    digits = digits_of(seen(text))
    return digits if digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_EMERGENCY else ""


def seen(text: str) -> str:
    """What a person sees of a typed text, full-width characters made plain ones; no more than may be typed."""
    shown = text[:TYPED_LIMIT]
    if shown.isascii() and shown.isprintable():
        return shown
    return unicodedata.normalize("NFKC", "".join(character for character in shown if not is_unseen(character)))
