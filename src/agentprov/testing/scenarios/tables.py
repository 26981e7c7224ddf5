"""Reading the tables of a scenario: strict, with every problem at its path."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

from agentprov.errors import Code, Collector

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""The instant that stands in where a table should say one and doesn't."""

_WORDS = {str: "text", bool: "true or false", int: "a whole number", datetime: "an instant with its offset"}


class Fields:
    """The fields of one table, taken one by one; what is never taken is unknown."""

    def __init__(self, found: Collector, table: object, *path: str | int) -> None:
        self.found = found
        self.path = path
        self._left: dict[str, object] = {}
        if isinstance(table, dict):
            self._left = dict(table)
        else:
            self._wrong("a table", table)

    def take(self, name: str, kind: type[T], default: T) -> T:
        """The field, which must be of this kind; ``default`` if it isn't there."""
        value = self._left.pop(name, default)
        if type(value) is not kind:
            self._wrong(_WORDS.get(kind, "another value"), value, name)
            return default
        offset = getattr(value, "utcoffset", None)
        if offset is not None and offset() is None:
            self.found.add(Code.FIELD_NAIVE_INSTANT, *self.path, name)
        return value

    def need(self, name: str, kind: type[T], stand_in: T) -> T:
        """The field, which must be there and of this kind; ``stand_in`` keeps reading going if it isn't."""
        if name not in self._left:
            self.found.add(Code.FIELD_REQUIRED, *self.path, name)
        return self.take(name, kind, stand_in)

    def optional(self, name: str, kind: type[T], stand_in: T) -> T | None:
        """The field, or nothing where it isn't there."""
        return self.take(name, kind, stand_in) if name in self._left else None

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; empty if it isn't there."""
        value = self._left.pop(name, [])
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return tuple(value)
        self._wrong("a list of texts", value, name)
        return ()

    def texts_or_none(self, name: str) -> tuple[str, ...] | None:
        """A list of texts, or nothing where it isn't there."""
        return self.texts(name) if name in self._left else None

    def pairs(self, name: str) -> tuple[tuple[str, object], ...]:
        """A table, as pairs; empty if it isn't there."""
        return tuple(self.mapping(name).items())

    def mapping(self, name: str) -> Mapping[str, object]:
        """A table as it is; empty if it isn't there."""
        value = self._left.pop(name, {})
        if isinstance(value, dict):
            return value
        self._wrong("a table", value, name)
        return {}

    def choices(self, name: str, words: type[E]) -> tuple[tuple[str, E], ...]:
        """A table whose values are words of a list, as pairs."""
        known = {word.value: word for word in words}
        found = self.pairs(name)
        for key, value in found:
            if value not in known:
                self.found.add(Code.FIELD_UNKNOWN_CHOICE, *self.path, name, key, value=str(value), choices=tuple(known))
        return tuple((key, known[str(value)]) for key, value in found if value in known)

    def words(self, name: str) -> tuple[tuple[str, str], ...]:
        """A table whose values are texts, as pairs."""
        found = self.pairs(name)
        for key, value in found:
            if not isinstance(value, str):
                self._wrong("text", value, name, key)
        return tuple((key, value) for key, value in found if isinstance(value, str))

    def inner(self, name: str) -> list[tuple[str, Fields]]:
        """A table of tables: each one's name, and its own fields."""
        return [(key, Fields(self.found, value, *self.path, name, key)) for key, value in self.pairs(name)]

    def tables(self, name: str) -> list[object]:
        """A list of tables; empty if it isn't there."""
        value = self._left.pop(name, [])
        if isinstance(value, list):
            return value
        self._wrong("a list of tables", value, name)
        return []

    def done(self) -> None:
        """Note every field that nobody took."""
        for name in self._left:
            self.found.add(Code.FIELD_UNKNOWN, *self.path, name, field=name, hint="")

    def _wrong(self, expected: str, value: object, *inside: str) -> None:
        self.found.add(Code.FIELD_WRONG_TYPE, *self.path, *inside, expected=expected, found=f"`{value}`")


def merged(under: Mapping[str, object], over: Mapping[str, object]) -> Mapping[str, object]:
    """Both documents in one: tables are united, and where both say something else, ``over`` counts.

    A table that names its ``type``, such as a destination, is one value: it is replaced whole.
    """
    if "type" in over:
        return over
    result = dict(under)
    for key, value in over.items():
        below = result.get(key)
        result[key] = merged(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return result
