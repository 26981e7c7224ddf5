"""What each type of the model looks like in a document.

From this one description values are read and written (:mod:`agentprov.codec.hooks`) and the JSON Schema is made
(:mod:`agentprov.codec.schema`).

Most of it follows from the types: a class is a table of its fields, an enum its wire values, a tuple or a set a list.
What doesn't follow is said here in three tables: the tags of closed unions, the values written as text, and which field
an object is filed under.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, Final, NewType, Union, get_args, get_origin

import attrs

from agentprov.codec import leaves
from agentprov.codec.leaves import Leaf
from agentprov.errors import Parameter
from agentprov.model import dates, destinations, hours, limits, needs, numbers, properties
from agentprov.model.access import Chosen, Within, scope_term_text
from agentprov.model.blueprint import Scalar
from agentprov.model.contact import Email, PhoneNumber
from agentprov.model.intervals import TimeOfDay
from agentprov.model.network import Address, Network
from agentprov.model.properties import PropertyDefinition, PropertyValue
from agentprov.model.references import Kind
from agentprov.model.table import Table
from agentprov.model.user_types import UserType
from agentprov.model.users import Same


@attrs.frozen
class Choice:
    """One of an enum's wire values."""

    enum: type[StrEnum]


@attrs.frozen
class Record:
    """An object of a class, as a table of its fields. What has its default is left out."""

    cls: type


@attrs.frozen
class Tagged:
    """One of several classes: a table of the fields, with the class's tag under ``type``."""

    classes: tuple[type, ...]


@attrs.frozen
class ListOf:
    """A list."""

    of: Shape


@attrs.frozen
class SetOf:
    """A set, as a list in any order without repetition; written sorted."""

    of: Shape


@attrs.frozen
class TableOf:
    """A table of entries under keys. ``filed``: the field of the entries that is their key, and so isn't repeated."""

    key: Shape
    of: Shape
    filed: str | None = None


Shape = Leaf | Choice | Record | Tagged | ListOf | SetOf | TableOf


@attrs.frozen
class Field:
    """A field of a record."""

    name: str
    shape: Shape
    required: bool
    default: object


TAGS: Final[Mapping[type, str]] = {
    # destinations
    destinations.ToAgent: "agent",
    destinations.ToDepartment: "department",
    destinations.ToIvr: "ivr",
    destinations.ToTimeCondition: "time-condition",
    destinations.ToExternal: "external",
    destinations.ToVoicemail: "voicemail",
    destinations.ToAnnouncement: "announcement",
    destinations.ToQueue: "queue",
    destinations.HangUp: "hang-up",
    # conditions about skills
    needs.HasSkill: "skill",
    needs.AllOf: "all-of",
    needs.AnyOf: "any-of",
    needs.Not: "not",
    # caller rules
    numbers.FromNumber: "number",
    numbers.FromPrefix: "prefix",
    numbers.FromCountry: "country",
    numbers.Anonymous: "anonymous",
    numbers.Refuse: "refuse",
    numbers.SendTo: "send-to",
    numbers.RaisePriority: "raise-priority",
    # kinds of properties
    properties.WholeNumber: "whole-number",
    properties.Flag: "flag",
    properties.Text: "text",
    properties.OneOf: "one-of",
    properties.SomeOf: "some-of",
    properties.Language: "language",
    properties.ObjectSet: "object-set",
    # bounds of properties
    limits.Range: "range",
    limits.Among: "among",
    # dates of exceptions and holidays
    dates.OneDate: "date",
    dates.DateRange: "range",
    dates.Yearly: "yearly",
    dates.MonthlyDay: "monthly",
    dates.NthWeekday: "nth-weekday",
    dates.LastWeekday: "last-weekday",
    # what holds on these dates
    hours.Closed: "closed",
    hours.Special: "special",
    hours.OpenAllDay: "open-all-day",
}
"""The tag of every member of a closed union. A new destination needs its line here, and nothing else in the codec."""

TAG: Final = "type"
"""The key of the tag."""

FILED_UNDER: Final[Mapping[type, str]] = {PropertyDefinition: "name", UserType: "name"}
"""The field that is the key of an entry, where it isn't ``id``."""

TEXT: Final = Leaf(read=leaves.read_text, schema={"type": "string"})
WHOLE: Final = Leaf(read=leaves.read_whole, schema={"type": "integer"})
FLAG: Final = Leaf(read=leaves.read_flag, schema={"type": "boolean"})
PHONE: Final = Leaf(
    read=leaves.read_phone, schema={"type": "string", "pattern": r"^\+[1-9][0-9]{4,14}(;ext=[0-9]{1,20})?$"}
)
LEVEL: Final = Leaf(
    read=leaves.read_level, write=leaves.write_level, schema={"anyOf": [{"type": "integer"}, {"const": True}]}
)
_TIME: Final = r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$|^24:00(:00)?$"

# An object with `|` between its types compares by its members, so the aliases of the model find their line.
LEAVES: Final[Mapping[Any, Leaf]] = {
    str: TEXT,
    int: WHOLE,
    bool: FLAG,
    datetime: Leaf(
        read=leaves.read_instant, write=leaves.write_instant, schema={"type": "string", "format": "date-time"}
    ),
    date: Leaf(read=leaves.read_date, write=date.isoformat, schema={"type": "string", "format": "date"}),
    TimeOfDay: Leaf(read=leaves.read_time_of_day, write=str, schema={"type": "string", "pattern": _TIME}),
    PhoneNumber: PHONE,
    Email: Leaf(read=leaves.read_email, schema={"type": "string", "pattern": "^[^@]+@[^@]+$"}),
    Network: Leaf(read=leaves.read_network, write=str, schema={"type": "string"}),
    Address: Leaf(read=leaves.read_address, write=str, schema={"type": "string"}),
    PhoneNumber | Same: Leaf(
        read=leaves.read_forward,
        write=leaves.write_forward,
        schema={"anyOf": [PHONE.schema, {"const": Same.PHONE.value}]},
    ),
    Within | Chosen: Leaf(read=leaves.read_scope_term, write=scope_term_text, schema={"type": "string"}),
    PropertyValue: Leaf(
        read=leaves.read_property_value,
        write=leaves.write_property_value,
        schema={
            "anyOf": [
                {"type": ["boolean", "integer", "string"]},
                {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
                {
                    "type": "object",
                    "properties": {"none": {"const": True}},
                    "required": ["none"],
                    "additionalProperties": False,
                },
            ]
        },
    ),
    Scalar: Leaf(read=leaves.read_scalar, schema={"type": ["boolean", "integer", "string"]}),
    tuple[Kind, str]: Leaf(
        read=leaves.read_reference,
        write=leaves.write_reference,
        schema={
            "type": "array",
            "prefixItems": [{"enum": [kind.value for kind in Kind]}, {"type": "string"}],
            "items": False,
            "minItems": 2,
        },
    ),
    str | int: Leaf(read=leaves.read_step, schema={"type": ["integer", "string"]}),
    Mapping[str, Parameter]: Leaf(
        read=leaves.read_parameters,
        write=leaves.write_parameters,
        schema={
            "type": "object",
            "additionalProperties": {
                "anyOf": [
                    {"type": ["boolean", "integer", "number", "string"]},
                    {"type": "array", "items": {"type": "string"}},
                ]
            },
        },
    ),
}


def shape_of(kind: Any) -> Shape:  # noqa: ANN401  anything that can stand as an annotation
    """The shape of a type of the model. "Or nothing" has no shape of its own: nothing is said by leaving the key out.

    Raises:
        TypeError: the codec has no rule for this type.
    """
    members = tuple(member for member in _members(kind) if member is not types.NoneType)
    if len(members) < len(_members(kind)):
        return shape_of(Union[members])  # noqa: UP007  made from a tuple
    if kind in LEAVES:
        return LEAVES[kind]
    if isinstance(kind, NewType):
        return shape_of(kind.__supertype__)
    if len(members) > 1:
        return Tagged(members)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is tuple and arguments[1:] == (...,):
        return ListOf(shape_of(arguments[0]))
    if origin is frozenset:
        return SetOf(shape_of(arguments[0]))
    if origin is Table:
        return _table(*arguments)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return Choice(kind)
    if isinstance(kind, type) and attrs.has(kind):
        return Record(kind)
    message = f"the codec has no rule for {kind!r}"
    raise TypeError(message)


def _members(kind: Any) -> tuple[Any, ...]:  # noqa: ANN401
    return get_args(kind) if get_origin(kind) in {Union, types.UnionType} else (kind,)


def _table(key: Any, entry: Any) -> TableOf:  # noqa: ANN401
    members = tuple(member for member in _members(entry) if member is not types.NoneType)
    if members == (int,) and len(_members(entry)) > 1:
        return TableOf(shape_of(key), LEVEL)
    filed = None
    if isinstance(entry, type) and attrs.has(entry):
        filed = FILED_UNDER.get(entry, "id" if "id" in attrs.fields_dict(entry) else None)
    return TableOf(shape_of(key), shape_of(entry), filed)


@cache
def fields_of(cls: type) -> tuple[Field, ...]:
    """The fields of a class of the model, in order."""
    attrs.resolve_types(cls)
    return tuple(
        Field(
            name=each.name,
            shape=shape_of(each.type),
            required=each.default is attrs.NOTHING,
            default=_default(each),
        )
        for each in attrs.fields(cls)
    )


def _default(field: attrs.Attribute[Any]) -> object:
    default: Any = field.default
    return default.factory() if hasattr(default, "factory") else default
