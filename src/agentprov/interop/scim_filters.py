"""SCIM's filters and PATCH paths, read from text (RFC 7644, 3.4.2.2 and 3.5.2).

The reader is total: of any text it makes a filter or one problem, within limits of length and depth.
"""

from __future__ import annotations

import json
import re
from enum import StrEnum
from typing import Final

import attrs

from agentprov.errors import Code, InvalidValue

LONGEST: Final = 4_000
"""The most characters of a filter or a path."""
DEEPEST: Final = 30
"""How deep brackets may stand in each other."""


class Operator(StrEnum):
    """How a value is compared."""

    EQ = "eq"
    NE = "ne"
    CO = "co"
    SW = "sw"
    EW = "ew"
    GT = "gt"
    GE = "ge"
    LT = "lt"
    LE = "le"
    PR = "pr"
    """Is there at all; compares with nothing."""


Literal = str | int | float | bool | None


@attrs.frozen(kw_only=True)
class Compare:
    """An attribute against a value."""

    path: str
    operator: Operator
    value: Literal = None


@attrs.frozen(kw_only=True)
class Both:
    """All of these hold."""

    of: tuple[Filter, ...]


@attrs.frozen(kw_only=True)
class Either:
    """One of these holds, at least."""

    of: tuple[Filter, ...]


@attrs.frozen(kw_only=True)
class Not:
    """The opposite."""

    of: Filter


@attrs.frozen(kw_only=True)
class Among:
    """One of the values of a complex attribute fits."""

    path: str
    of: Filter


Filter = Compare | Both | Either | Not | Among


@attrs.frozen(kw_only=True)
class ValuePath:
    """What a PATCH operation is about: an attribute, of several values those that fit, one part of them."""

    path: str
    of: Filter | None = None
    part: str | None = None


_TOKEN: Final = re.compile(r'\s*(?:([()\[\]])|("(?:[^"\\]|\\.)*")|([^\s()\[\]"]+)|(\S))', re.DOTALL)
_PATH: Final = re.compile(r"(?:[A-Za-z][A-Za-z0-9.:_-]*:)?\$?[A-Za-z][A-Za-z0-9_-]*(?:\.\$?[A-Za-z][A-Za-z0-9_-]*)?")
_PART: Final = re.compile(r"\.(\$?[A-Za-z][A-Za-z0-9_-]*)")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,18})(?:\.[0-9]{1,18})?")
_WORDS: Final[dict[str, Literal]] = {"true": True, "false": False, "null": None}


def parse_filter(text: str) -> Filter:
    """The filter that a text spells.

    Raises:
        InvalidValue: ``scim.filter_invalid`` or ``scim.filter_too_large``.

    >>> parse_filter('userName eq "asha"')
    Compare(path='userName', operator=<Operator.EQ: 'eq'>, value='asha')
    """
    reader = _Reader(text)
    found = reader.either(0)
    reader.end()
    return found


def parse_path(text: str) -> ValuePath:
    """The path of a PATCH operation: ``emails``, ``name.formatted``, ``emails[type eq "work"].value``.

    Raises:
        InvalidValue: ``scim.path_invalid`` for what isn't a path; what is wrong inside brackets, as a filter's.
    """
    if "[" not in text:
        if len(text) > LONGEST or _PATH.fullmatch(text) is None:
            raise InvalidValue.of(Code.SCIM_PATH_INVALID, value=text[:120])
        return ValuePath(path=text)
    reader = _Reader(text)
    path, part = reader.path(), None
    reader.take("[")
    of = reader.either(1)
    reader.take("]")
    rest = _PART.fullmatch(reader.next)
    if rest is not None:
        part = rest[1]
        reader.skip()
    reader.end()
    return ValuePath(path=path, of=of, part=part)


class _Reader:
    """Goes through the tokens of a filter, one at a time; nothing is at the end."""

    def __init__(self, text: str) -> None:
        if len(text) > LONGEST:
            raise InvalidValue.of(Code.SCIM_FILTER_TOO_LARGE, limit=LONGEST, what="characters")
        self._tokens = [match[0].strip() for match in _TOKEN.finditer(text)]
        self._at = 0

    @property
    def next(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def skip(self) -> str:
        token = self.next
        self._at += 1
        return token

    def take(self, token: str) -> None:
        if self.next != token:
            raise self._wrong(f"`{token}`")
        self._at += 1

    def end(self) -> None:
        if self.next:
            raise self._wrong("the end")

    def _wrong(self, expected: str) -> InvalidValue:
        return InvalidValue.of(Code.SCIM_FILTER_INVALID, value=self.next[:80] or "the end", expected=expected)

    def _is_word(self, word: str) -> bool:
        return self.next.casefold() == word

    def either(self, depth: int) -> Filter:
        """Anything: ``or`` binds weakest."""
        if depth > DEEPEST:
            raise InvalidValue.of(Code.SCIM_FILTER_TOO_LARGE, limit=DEEPEST, what="brackets in each other")
        of = [self._both(depth)]
        while self._is_word("or"):
            self.skip()
            of.append(self._both(depth))
        return of[0] if len(of) == 1 else Either(of=tuple(of))

    def _both(self, depth: int) -> Filter:
        of = [self._one(depth)]
        while self._is_word("and"):
            self.skip()
            of.append(self._one(depth))
        return of[0] if len(of) == 1 else Both(of=tuple(of))

    def _one(self, depth: int) -> Filter:
        if self._is_word("not"):
            self.skip()
            if self.next != "(":
                raise self._wrong("`(`")
            return Not(of=self._bracketed("(", ")", depth))
        if self.next == "(":
            return self._bracketed("(", ")", depth)
        path = self.path()
        if self.next == "[":
            return Among(path=path, of=self._bracketed("[", "]", depth))
        return self._compare(path)

    def _bracketed(self, opening: str, closing: str, depth: int) -> Filter:
        self.take(opening)
        inside = self.either(depth + 1)
        self.take(closing)
        return inside

    def path(self) -> str:
        if _PATH.fullmatch(self.next) is None:
            raise self._wrong("the name of an attribute")
        return self.skip()

    def _compare(self, path: str) -> Compare:
        word = self.next.casefold()
        if word not in set(Operator):
            raise self._wrong("an operator, such as `eq`")
        self.skip()
        operator = Operator(word)
        return Compare(path=path, operator=operator, value=None if operator is Operator.PR else self._value())

    def _value(self) -> Literal:
        token = self.next
        if token.casefold() in _WORDS:
            self.skip()
            return _WORDS[token.casefold()]
        if _NUMBER.fullmatch(token):
            self.skip()
            return float(token) if "." in token else int(token)
        if token.startswith('"') and len(token) > 1:
            try:
                text = json.loads(token, strict=False)
            except ValueError:
                raise self._wrong("a text as JSON writes it") from None
            self.skip()
            return str(text)
        raise self._wrong("a value: a text in double quotes, a number, true, false or null")
