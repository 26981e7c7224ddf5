"""The JSON Schema of documents (draft 2020-12), made from the same shapes that read and write them.

It is for editors and for other languages: it describes types, keys, tags and choices. What a class checks beyond that
(ranges, references, what must be unique) is left to reading.
"""

from __future__ import annotations

import inspect
import json
import re
from importlib.resources import files
from typing import Any, Final, assert_never

from agentprov.codec.blueprints import blueprint_names
from agentprov.codec.hooks import writer
from agentprov.codec.leaves import Leaf
from agentprov.codec.shapes import (
    TAG,
    TAGS,
    Choice,
    Field,
    ListOf,
    Record,
    SetOf,
    Shape,
    TableOf,
    Tagged,
    fields_of,
)
from agentprov.codec.versions import VERSION, VERSION_KEY
from agentprov.model.blueprint import Blueprint
from agentprov.model.tenant import Tenant

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
FILE: Final = f"tenant-{VERSION}.schema.json"
BLUEPRINT_FILE: Final = f"blueprint-{VERSION}.schema.json"

JsonSchema = dict[str, object]


def tenant_schema() -> JsonSchema:
    """The JSON Schema of a tenant's document, made anew."""
    definitions: JsonSchema = {}
    properties: JsonSchema = {VERSION_KEY: {"const": VERSION, "description": "The version of the document's format."}}
    fields = fields_of(Tenant)
    for field in fields:
        properties[field.name] = _field(field, definitions)
    blueprint = _schema(Record(Blueprint), definitions)
    named: JsonSchema = {"enum": list(blueprint_names()), "description": "The name of a shipped blueprint."}
    properties["blueprint"] = {"anyOf": [named, blueprint]}
    return {
        "$schema": DIALECT,
        "title": "A tenant of agentprov",
        "description": _summary(Tenant),
        "type": "object",
        "properties": properties,
        "required": [VERSION_KEY, *(field.name for field in fields if field.required)],
        "additionalProperties": False,
        "$defs": dict(sorted(definitions.items())),
    }


def blueprint_schema() -> JsonSchema:
    """The JSON Schema of a blueprint's own document, made anew."""
    definitions: JsonSchema = {}
    fields = fields_of(Blueprint)
    version: JsonSchema = {VERSION_KEY: {"const": VERSION, "description": "The version of the document's format."}}
    return {
        "$schema": DIALECT,
        "title": "A blueprint of agentprov",
        "description": _summary(Blueprint),
        "type": "object",
        "properties": version | {field.name: _field(field, definitions) for field in fields},
        "required": [VERSION_KEY, *(field.name for field in fields if field.required)],
        "additionalProperties": False,
        "$defs": dict(sorted(definitions.items())),
    }


def schema_texts() -> dict[str, str]:
    """The texts of the schema files that are shipped, by the files' names."""
    schemas = {FILE: tenant_schema(), BLUEPRINT_FILE: blueprint_schema()}
    return {name: json.dumps(schema, indent=2, ensure_ascii=False) + "\n" for name, schema in schemas.items()}


def shipped_schema(name: str = FILE) -> str:
    """A schema file as it is shipped with this release; the tenant's if no other is named."""
    return (files("agentprov") / "schema" / name).read_text(encoding="utf-8")


def _schema(shape: Shape, definitions: JsonSchema) -> JsonSchema:
    match shape:
        case Leaf(schema=schema):
            return dict(schema)
        case Choice(enum=enum):
            return {"enum": [member.value for member in enum]}
        case Record(cls=cls):
            return _reference(cls, definitions)
        case Tagged(classes=classes):
            return {"oneOf": [_reference(cls, definitions, tag=TAGS[cls]) for cls in classes]}
        case ListOf(of=of):
            return {"type": "array", "items": _schema(of, definitions)}
        case SetOf(of=of):
            return {"type": "array", "items": _schema(of, definitions), "uniqueItems": True}
        case TableOf():
            return _table(shape, definitions)
        case _:
            assert_never(shape)


def _table(shape: TableOf, definitions: JsonSchema) -> JsonSchema:
    match shape.of:
        case Record(cls=cls) if shape.filed is not None:
            entry = _reference(cls, definitions, filed=shape.filed)
        case of:
            entry = _schema(of, definitions)
    out: JsonSchema = {"type": "object", "additionalProperties": entry}
    if isinstance(shape.key, Choice):
        out["propertyNames"] = _schema(shape.key, definitions)
    return out


def _reference(cls: type, definitions: JsonSchema, *, tag: str | None = None, filed: str | None = None) -> JsonSchema:
    """A reference to the definition of a class, which is made on the way."""
    name = cls.__name__
    if name not in definitions:
        definitions[name] = {}  # a destination may hold another one
        definitions[name] = _record(cls, definitions, tag=tag, filed=filed)
    return {"$ref": f"#/$defs/{name}"}


def _record(cls: type, definitions: JsonSchema, *, tag: str | None, filed: str | None) -> JsonSchema:
    fields = [field for field in fields_of(cls) if field.name != filed]
    properties: JsonSchema = {} if tag is None else {TAG: {"const": tag}}
    properties |= {field.name: _field(field, definitions) for field in fields}
    required = [] if tag is None else [TAG]
    return {
        "type": "object",
        "description": _summary(cls),
        "properties": properties,
        "required": [*required, *(field.name for field in fields if field.required)],
        "additionalProperties": False,
    }


def _field(field: Field, definitions: JsonSchema) -> JsonSchema:
    schema = _schema(field.shape, definitions)
    default: Any = field.default
    if not field.required and default is not None and isinstance(field.shape, (Leaf, Choice)):
        write = writer(field.shape)
        return {**schema, "default": default if write is None else write(default)}
    return schema


_RULES: Final = re.compile(r" \([A-Z]{2}-[0-9A-Z, -]+\)")
_ROLE: Final = re.compile(r":[a-z]+:`[~.]?([^`]+)`")


def _summary(cls: type) -> str:
    """The first paragraph about a class, without the ids of rules and without markup."""
    text = " ".join((inspect.getdoc(cls) or "").partition("\n\n")[0].split())
    return _ROLE.sub(r"\1", _RULES.sub("", text)).replace("``", "`")
