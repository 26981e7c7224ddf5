"""A request's resource under the schemas' own names, with everything wrong about its shape.

What a plain value means is asked later, by the form. Here is asked whether a list is one, and whether an object is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from agentprov.errors import Code, Collector
from agentprov.interop.scim_attributes import COMMON, Attribute, DataType, Mutability, Resource, ResourceType

MOST_VALUES: Final = 10_000
"""The most values that an attribute of several may have in a request."""


def read_resource(of: ResourceType, document: object, found: Collector, told: Collector) -> Resource:
    """The resource that a document describes: what may be written of it, unassigned attributes left out.

    What no schema of the type has is told, as ``scim.unmapped``. What a client can't write is passed over, as the
    protocol asks (RFC 7644, 3.3).
    """
    if not isinstance(document, dict):
        found.add(Code.SCIM_SYNTAX, expected="a JSON object")
        return {}
    given = dict(_once(document, found))
    schemas = [value for key, value in given.items() if key.casefold() == "schemas"]
    _check_schemas(of, schemas[0] if schemas else None, found, told)
    core = {key: value for key, value in given.items() if of.extension(key) is None and key.casefold() != "schemas"}
    out = _read((*of.schema.attributes, *COMMON), core, "", found, told)
    for key, value in given.items():
        extension = of.extension(key)
        if extension is None or value is None:
            continue
        if not isinstance(value, dict):
            found.add(Code.SCIM_SYNTAX, extension.id, expected="an object, as the value of an extension")
            continue
        out[extension.id] = _read(
            extension.attributes, dict(_once(value, found, extension.id)), f"{extension.id}:", found, told
        )
    return out


def _once(document: dict[Any, Any], found: Collector, *path: str) -> Iterable[tuple[str, Any]]:
    """The entries of an object. What is written twice, in two cases, could mean either."""
    seen: set[str] = set()
    for key, value in document.items():
        if str(key).casefold() in seen:
            found.add(Code.FIELD_DUPLICATE, *path, str(key)[:120], value=str(key)[:120])
        else:
            seen.add(str(key).casefold())
            yield str(key), value


def _check_schemas(of: ResourceType, schemas: object, found: Collector, told: Collector) -> None:
    if not isinstance(schemas, list) or not all(isinstance(each, str) for each in schemas):
        found.add(Code.SCIM_SYNTAX, "schemas", expected=f"a resource that names its schemas, `{of.schema.id}` first")
        return
    known = {schema.id.casefold() for schema in of.schemas}
    if of.schema.id.casefold() not in {each.casefold() for each in schemas}:
        found.add(Code.SCIM_SYNTAX, "schemas", expected=f"a resource of the schema `{of.schema.id}`")
    for each in schemas:
        if each.casefold() not in known:
            told.add(Code.SCIM_UNMAPPED, "schemas", value=each[:120])


def _read(
    attributes: Iterable[Attribute], given: dict[str, Any], prefix: str, found: Collector, told: Collector
) -> Resource:
    by_name = {attribute.name.casefold(): attribute for attribute in attributes}
    out: Resource = {}
    for key, value in given.items():
        attribute = by_name.get(key.casefold())
        if attribute is None:
            told.add(Code.SCIM_UNMAPPED, value=f"{prefix}{key}"[:160])
        elif attribute.mutability is not Mutability.READ_ONLY and value is not None and value != []:
            out[attribute.name] = read_value(attribute, value, f"{prefix}{attribute.name}", found, told)
    return out


def read_value(attribute: Attribute, value: Any, path: str, found: Collector, told: Collector) -> Any:  # noqa: ANN401
    """The value of an attribute under the names of its parts; of several, each.

    A text in the place of a complex value that stands alone is its ``value``: so some clients give a manager.
    """
    if attribute.multi:
        if not isinstance(value, list):
            found.add(Code.SCIM_SYNTAX, path, expected="a list, as the value of an attribute of several")
            return []
        if len(value) > MOST_VALUES:
            found.add(Code.FIELD_TOO_MANY, path, limit=MOST_VALUES)
            return []
        return [_read_one(attribute, each, (path, position), found, told) for position, each in enumerate(value)]
    if isinstance(value, str) and attribute.part("value") is not None:
        return {"value": value}
    return _read_one(attribute, value, (path,), found, told)


def _read_one(
    attribute: Attribute,
    value: Any,  # noqa: ANN401  JSON
    path: tuple[str | int, ...],
    found: Collector,
    told: Collector,
) -> Any:  # noqa: ANN401  JSON
    if attribute.type is not DataType.COMPLEX:
        return value
    if not isinstance(value, dict):
        found.add(Code.SCIM_SYNTAX, *path, expected="an object, as the value of a complex attribute")
        return {}
    out: Resource = {}
    for key, inner in _once(value, found, str(path[0])):
        part = attribute.part(key)
        if part is None:
            told.add(Code.SCIM_UNMAPPED, value=f"{path[0]}.{key}"[:160])
        # Which of several is the primary one is no fact of ours, but says which one is meant.
        elif inner is not None and (part.mutability is not Mutability.READ_ONLY or part.name == "primary"):
            out[part.name] = inner
    return out
