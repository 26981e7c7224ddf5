"""Properties: what may be set at several levels and is inherited downwards (PR-1, PR-2).

A property is defined once for a tenant and may be given a value by the tenant, by a user group, by a user. "Inherit"
is the absence of a value; being pinned to the value the parent happens to have is a value like any other; and an
explicit "none" is the value :data:`NONE`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum, StrEnum
from typing import Final, NewType, assert_never

import attrs

from agentprov.errors import Code, Collector, Parameter
from agentprov.model.identity import check_language
from agentprov.model.ids import is_identifier
from agentprov.model.table import Table
from agentprov.model.text import check_name, matches, text_problems

PropertyName = NewType("PropertyName", str)
"""Lower-case words joined by dots: ``wrap_up.phone``."""

_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){0,7}")


class Explicit(Enum):
    """The one explicit "none": somebody said that there is no value, which is not the same as saying nothing."""

    NONE = "none"

    def __repr__(self) -> str:
        return "NONE"


NONE: Final = Explicit.NONE

PropertyValue = bool | int | str | frozenset[str] | Explicit
"""What a property can hold. Which of them is said by its kind."""

PropertyValues = Table[PropertyName, PropertyValue]


def property_values(values: PropertyValues) -> PropertyValues:
    """The values as an immutable table, for constructors."""
    return Table(values)


class Level(StrEnum):
    """Where a value comes from, outermost first. Between user groups the outer one comes first (PR-2)."""

    DEFINITION = "definition"
    TENANT = "tenant"
    USER_GROUP = "user-group"
    USER = "user"


@attrs.frozen(kw_only=True)
class WholeNumber:
    """A whole number from ``low`` to ``high``, both included."""

    low: int = 0
    high: int = 2**31 - 1


@attrs.frozen(kw_only=True)
class Flag:
    """Yes or no."""


@attrs.frozen(kw_only=True)
class Text:
    """A short text of at most ``longest`` characters, all of which a reader can see; it may be empty."""

    longest: int = 200


def _choices(choices: Iterable[str]) -> tuple[str, ...]:
    return tuple(choices)


@attrs.frozen(kw_only=True)
class OneOf:
    """One of a list of words."""

    choices: tuple[str, ...] = attrs.field(converter=_choices)


@attrs.frozen(kw_only=True)
class SomeOf:
    """A set of words from a list; it may be empty."""

    choices: tuple[str, ...] = attrs.field(converter=_choices)


@attrs.frozen(kw_only=True)
class Language:
    """A language, as a BCP 47 tag in its canonical case: ``en``, ``pt-BR``."""


@attrs.frozen(kw_only=True)
class ObjectSet:
    """A set of ids, such as a resource filter: the objects that a user may see. No value means all of them."""


PropertyKind = WholeNumber | Flag | Text | OneOf | SomeOf | Language | ObjectSet


def _levels(levels: Iterable[Level]) -> frozenset[Level]:
    return frozenset(levels)


ANY_LEVEL: Final = frozenset({Level.TENANT, Level.USER_GROUP, Level.USER})


@attrs.frozen(kw_only=True)
class PropertyDefinition:
    """What a property is: its kind, its unit (``s`` for seconds), its default, and where it may be set."""

    name: PropertyName
    title: str
    kind: PropertyKind
    default: PropertyValue = NONE
    unit: str | None = None
    settable: frozenset[Level] = attrs.field(default=ANY_LEVEL, converter=_levels)

    def __attrs_post_init__(self) -> None:
        _check_definition(self)


def _check_definition(definition: PropertyDefinition) -> None:
    found = Collector()
    if not matches(_NAME, definition.name):
        found.add(Code.PROPERTY_NAME, "name", value=str(definition.name))
    check_name(found, "title", definition.title)
    if isinstance(definition.kind, WholeNumber) and definition.kind.low > definition.kind.high:
        found.add(Code.PROPERTY_BOUNDS_EMPTY, "kind", low=definition.kind.low, high=definition.kind.high)
    else:
        check_value(found, definition.kind, definition.default, "default")
    if isinstance(definition.kind, OneOf | SomeOf) and not definition.kind.choices:
        found.add(Code.FIELD_EMPTY, "kind", "choices")
    if Level.DEFINITION in definition.settable:
        found.add(Code.FIELD_INVALID, "settable", value="definition", expected="a level where a value can be set")
    found.check()


def check_value(found: Collector, kind: PropertyKind, value: PropertyValue, *path: str | int) -> None:
    """Note what keeps ``value`` from being a value of this kind. An explicit none is a value of every kind."""
    if value is NONE:
        return
    match kind:
        case WholeNumber(low=low, high=high):
            if type(value) is not int:
                _wrong_type(found, "a whole number", value, *path)
            elif not low <= value <= high:
                found.add(Code.FIELD_OUT_OF_RANGE, *path, value=value, low=low, high=high)
        case Flag():
            if type(value) is not bool:
                _wrong_type(found, "true or false", value, *path)
        case Text() | OneOf() | Language():
            if not isinstance(value, str):
                _wrong_type(found, "text", value, *path)
            else:
                _check_text(found, kind, value, *path)
        case SomeOf() | ObjectSet():
            if not isinstance(value, frozenset):
                _wrong_type(found, "a list of ids" if isinstance(kind, ObjectSet) else "a list of words", value, *path)
            else:
                _check_members(found, kind, value, *path)
        case _:
            assert_never(kind)


def _check_text(found: Collector, kind: Text | OneOf | Language, value: str, *path: str | int) -> None:
    match kind:
        case Text(longest=longest):
            if value:
                found.absorb(text_problems(value, limit=longest), *path)
        case OneOf(choices=choices):
            if value not in choices:
                found.add(Code.FIELD_UNKNOWN_CHOICE, *path, value=value, choices=choices)
        case Language():
            name, *inside = path
            check_language(found, str(name), value, *inside)
        case _:
            assert_never(kind)


def _check_members(found: Collector, kind: SomeOf | ObjectSet, values: frozenset[str], *path: str | int) -> None:
    if isinstance(kind, ObjectSet):
        _check_ids(found, values, *path)
    else:
        for word in sorted(values.difference(kind.choices), key=str):
            found.add(Code.FIELD_UNKNOWN_CHOICE, *path, value=str(word), choices=kind.choices)


def _check_ids(found: Collector, ids: frozenset[str], *path: str | int) -> None:
    for entry in sorted((entry for entry in ids if not is_identifier(entry)), key=str):
        found.add(Code.ID_INVALID, *path, value=str(entry))


def _wrong_type(found: Collector, expected: str, value: PropertyValue, *path: str | int) -> None:
    text = "the text " if isinstance(value, str) else ""
    shown: Parameter = tuple(sorted(value)) if isinstance(value, frozenset) else f"{text}`{value}`"
    found.add(Code.FIELD_WRONG_TYPE, *path, expected=expected, found=shown)


def _ready() -> Table[PropertyName, PropertyDefinition]:
    seconds = WholeNumber(low=0, high=3600)

    def define(
        name: str, title: str, kind: PropertyKind, default: PropertyValue = NONE, unit: str | None = None
    ) -> PropertyDefinition:
        return PropertyDefinition(name=PropertyName(name), title=title, kind=kind, default=default, unit=unit)

    definitions = (
        define("wrap_up.phone", "Wrap-up time after a call", seconds, 15, "s"),
        define("wrap_up.chat", "Wrap-up time after a chat", seconds, 15, "s"),
        define("wrap_up.email", "Wrap-up time after an email", seconds, 15, "s"),
        define("ring_timeout", "How long an agent's number rings", WholeNumber(low=1, high=600), 30, "s"),
        define("resource_filter", "The objects that a user may see", ObjectSet()),
        define("language", "Language of the user's screens", Text(longest=35), "en"),
        define("max_contacts", "Contacts handled at the same time", WholeNumber(low=1, high=50), 1),
        define("pause.after_missed_calls", "Pause after this many unanswered calls", WholeNumber(low=1, high=100)),
        define("pause.longest", "Longest pause", WholeNumber(low=0, high=86_400), unit="s"),
    )
    return Table({definition.name: definition for definition in definitions})


READY_PROPERTIES: Final = _ready()
"""The definitions that cover the published products. A tenant has them unless it defines its own."""

RING_TIMEOUT: Final = PropertyName("ring_timeout")
WRAP_UP: Final = PropertyName("wrap_up.phone")
PAUSE_AFTER: Final = PropertyName("pause.after_missed_calls")
RESOURCE_FILTER: Final = PropertyName("resource_filter")
