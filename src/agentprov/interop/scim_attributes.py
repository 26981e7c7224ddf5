"""What SCIM calls attributes, schemas and resource types, as values (RFC 7643, chapters 2, 6 and 7).

Documents are generated from these, requests are read by them, paths are resolved in them. Names are compared without
case, as the protocol asks.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Final

import attrs

from agentprov.errors import Code, InvalidValue

Resource = dict[str, Any]
"""A SCIM resource as JSON: attributes of the core schema under their names, an extension's under its URN."""

USER: Final = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP: Final = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE: Final = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
AGENT: Final = "urn:ietf:params:scim:schemas:extension:agentprov:2.0:User"
"""The library's own fields of a user."""
AGENT_GROUP: Final = "urn:ietf:params:scim:schemas:extension:agentprov:2.0:Group"
"""The library's own fields of a user group."""


class DataType(StrEnum):
    """What kind of value an attribute has."""

    STRING = "string"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    DATE_TIME = "dateTime"
    REFERENCE = "reference"
    COMPLEX = "complex"


class Mutability(StrEnum):
    """Who may write an attribute, and when."""

    READ_ONLY = "readOnly"
    READ_WRITE = "readWrite"
    IMMUTABLE = "immutable"
    WRITE_ONLY = "writeOnly"


class Returned(StrEnum):
    """When an attribute is in an answer."""

    ALWAYS = "always"
    NEVER = "never"
    DEFAULT = "default"
    REQUEST = "request"
    """Only where it is asked for by name."""


class Uniqueness(StrEnum):
    """Among which resources a value comes once only."""

    NONE = "none"
    SERVER = "server"


def _texts(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(texts)


def _attributes(attributes: Iterable[Attribute]) -> tuple[Attribute, ...]:
    return tuple(attributes)


@attrs.frozen(kw_only=True)
class Attribute:
    """One attribute, with what RFC 7643 says of attributes in general."""

    name: str
    type: DataType = DataType.STRING
    multi: bool = False
    required: bool = False
    case_exact: bool = False
    mutability: Mutability = Mutability.READ_WRITE
    returned: Returned = Returned.DEFAULT
    uniqueness: Uniqueness = Uniqueness.NONE
    values: tuple[str, ...] = attrs.field(default=(), converter=_texts)
    """Values to choose from."""
    references: tuple[str, ...] = attrs.field(default=(), converter=_texts)
    """The types of resources that a reference leads to."""
    parts: tuple[Attribute, ...] = attrs.field(default=(), converter=_attributes)
    description: str = ""

    def part(self, name: str) -> Attribute | None:
        """The sub-attribute of this name."""
        return _named(self.parts, name)


@attrs.frozen(kw_only=True)
class Schema:
    """A schema: its URN and its attributes."""

    id: str
    name: str
    description: str
    attributes: tuple[Attribute, ...] = attrs.field(converter=_attributes)

    def attribute(self, name: str) -> Attribute | None:
        """The attribute of this name."""
        return _named(self.attributes, name)


def _named(attributes: Iterable[Attribute], name: str) -> Attribute | None:
    wanted = name.casefold()
    return next((each for each in attributes if each.name.casefold() == wanted), None)


def _schemas(schemas: Iterable[Schema]) -> tuple[Schema, ...]:
    return tuple(schemas)


@attrs.frozen(kw_only=True)
class Place:
    """Where an attribute is in resources of a type: its extension, if any; itself; one of its parts."""

    extension: str | None
    attribute: Attribute
    part: Attribute | None = None

    @property
    def leaf(self) -> Attribute:
        """The attribute whose values are there: the part, or the attribute itself."""
        return self.part or self.attribute

    def value(self, resource: Resource) -> Any:  # noqa: ANN401  JSON
        """What the resource has for the attribute; nothing where it has none."""
        inside = resource if self.extension is None else resource.get(self.extension, {})
        return inside.get(self.attribute.name)


@attrs.frozen(kw_only=True)
class ResourceType:
    """A type of resources: where they are, and the schemas that they follow."""

    name: str
    endpoint: str
    description: str
    schema: Schema
    extensions: tuple[Schema, ...] = attrs.field(default=(), converter=_schemas)

    @property
    def schemas(self) -> tuple[Schema, ...]:
        """The core schema, then the extensions."""
        return (self.schema, *self.extensions)

    def extension(self, urn: str) -> Schema | None:
        """The extension of this URN."""
        wanted = urn.casefold()
        return next((each for each in self.extensions if each.id.casefold() == wanted), None)

    def place(self, schema: str | None, name: str, part: str | None) -> Place | None:
        """Where the attribute of these names is, if there is one; without a schema it is the core's."""
        inside: Schema | None = self.schema
        if schema is not None and schema.casefold() != self.schema.id.casefold():
            inside = self.extension(schema)
        if inside is None:
            return None
        core = inside is self.schema
        attribute = inside.attribute(name) or (_named(COMMON, name) if core else None)
        sub = None if attribute is None or part is None else attribute.part(part)
        if attribute is None or (part is not None and sub is None):
            return None
        return Place(extension=None if core else inside.id, attribute=attribute, part=sub)

    def place_of(self, path: str) -> Place:
        """Where an attribute path leads: ``name.formatted``, or with the URN of its schema before it.

        Raises:
            InvalidValue: ``scim.path_invalid``.
        """
        schema, name, part = split_path(path)
        place = self.place(schema, name, part)
        if place is None:
            raise InvalidValue.of(Code.SCIM_PATH_INVALID, value=path[:120])
        return place


def split_path(path: str) -> tuple[str | None, str, str | None]:
    """The schema's URN, the attribute's name and the part's of an attribute path."""
    schema, colon, rest = path.rpartition(":")
    name, dot, part = rest.partition(".")
    return schema if colon else None, name, part if dot else None


COMMON: Final = (
    Attribute(
        name="schemas", type=DataType.REFERENCE, multi=True, case_exact=True, required=True, returned=Returned.ALWAYS
    ),
    Attribute(name="id", case_exact=True, mutability=Mutability.READ_ONLY, returned=Returned.ALWAYS),
    Attribute(name="externalId", case_exact=True),
    Attribute(
        name="meta",
        type=DataType.COMPLEX,
        mutability=Mutability.READ_ONLY,
        parts=(
            Attribute(name="resourceType", case_exact=True, mutability=Mutability.READ_ONLY),
            Attribute(name="location", type=DataType.REFERENCE, case_exact=True, mutability=Mutability.READ_ONLY),
            Attribute(name="version", case_exact=True, mutability=Mutability.READ_ONLY),
        ),
    ),
)
"""What every resource has, and no schema lists (RFC 7643, 3.1)."""
