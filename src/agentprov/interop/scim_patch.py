"""A PATCH request carried out on a resource (RFC 7644, 3.5.2).

The outcome is another resource, which replaces the first as one that was put whole would. Nothing is done here: a
request that is refused has changed nothing. What goes beyond the letter, because clients in use need it: the names of
operations are read in any case; an ``add`` to values that fit ``[type eq "work"]``, where there are none, makes one; a
``remove`` that comes with values removes these, and never all.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Hashable, Iterable
from typing import Any, Final

import attrs

from agentprov.errors import Code, Collector, InvalidValue
from agentprov.interop.scim_attributes import (
    COMMON,
    Attribute,
    DataType,
    Mutability,
    Place,
    Resource,
    ResourceType,
    split_path,
)
from agentprov.interop.scim_filters import Both, Compare, Filter, Operator, parse_path
from agentprov.interop.scim_matching import check_inside, comparable, fits
from agentprov.interop.scim_reading import read_value

PATCH_OP: Final = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
MOST_OPERATIONS: Final = 1_000
MOST_ALIKE: Final = 100
"""How many values of one worth, such as numbers that differ in their type alone, are told apart one by one."""
_PLAIN: Final = (str, int, float)
_NOT_OURS: Final = frozenset({"schemas", "id", "meta"})


@attrs.frozen(kw_only=True)
class Operation:
    """One operation: what is done, where, with which value."""

    op: str
    path: str | None
    value: Any


def patched(of: ResourceType, resource: Resource, document: object, told: Collector) -> Resource:
    """The resource as it is after all operations, one after the other; the one given stays as it is.

    Raises:
        InvalidValue: with the problems of every operation, under its position.
    """
    found = Collector()
    now = copy.deepcopy(resource)
    for position, operation in enumerate(_operations(document)):
        try:
            _apply(of, now, operation, told)
        except InvalidValue as error:
            found.absorb(error.problems, "Operations", position)
    found.check()
    return now


def _operations(document: object) -> list[Operation]:
    given = {str(key).casefold(): value for key, value in document.items()} if isinstance(document, dict) else {}
    schemas, operations = given.get("schemas"), given.get("operations")
    if not isinstance(schemas, list) or PATCH_OP not in schemas or not isinstance(operations, list) or not operations:
        raise InvalidValue.of(Code.SCIM_SYNTAX, expected=f"an object of the schema `{PATCH_OP}` with `Operations`")
    if len(operations) > MOST_OPERATIONS:
        raise InvalidValue.of(Code.FIELD_TOO_MANY, "Operations", limit=MOST_OPERATIONS)
    found = Collector()
    read = [_operation(each, position, found) for position, each in enumerate(operations)]
    found.check()
    return read


def _operation(given: object, position: int, found: Collector) -> Operation:
    entries = {str(key).casefold(): value for key, value in given.items()} if isinstance(given, dict) else {}
    op, path = entries.get("op"), entries.get("path")
    name = op.casefold() if isinstance(op, str) else ""
    if name not in {"add", "replace", "remove"}:
        found.add(Code.SCIM_SYNTAX, "Operations", position, "op", expected="one of: add, replace, remove")
    elif path is not None and not isinstance(path, str):
        found.add(Code.SCIM_SYNTAX, "Operations", position, "path", expected="a path as text")
    elif name == "remove" and not path:
        found.add(Code.SCIM_NO_TARGET, "Operations", position, "path", value="no path")
    elif name != "remove" and "value" not in entries:
        found.add(Code.FIELD_REQUIRED, "Operations", position, "value")
    return Operation(op=name, path=path or None, value=entries.get("value"))


def _apply(of: ResourceType, resource: Resource, operation: Operation, told: Collector) -> None:
    whole = None if operation.path is None else of.extension(operation.path)
    if operation.path is None:
        _each(of, resource, operation, "", told)
    elif whole is None:
        _at(of, resource, operation, operation.path, told)
    elif operation.op == "remove" or operation.value is None:
        for name in list(resource.get(whole.id, {})):
            path = f"{whole.id}:{name}"
            _at(of, resource, Operation(op="remove", path=path, value=None), path, told)
    else:
        _each(of, resource, operation, f"{whole.id}:", told)


def _each(of: ResourceType, resource: Resource, operation: Operation, prefix: str, told: Collector) -> None:
    """An operation without a path: one for each attribute in its value."""
    if not isinstance(operation.value, dict):
        raise InvalidValue.of(Code.SCIM_SYNTAX, "value", expected="an object with attributes, where there is no path")
    found = Collector()
    for key, value in operation.value.items():
        path = f"{prefix}{key}"
        if not prefix and str(key).casefold() in _NOT_OURS:
            continue
        schema, name, part = split_path(path.partition("[")[0])
        if of.extension(path) is None and of.place(schema, name, part) is None:
            told.add(Code.SCIM_UNMAPPED, value=path[:160])
            continue
        place = None if of.extension(path) is not None else of.place(schema, name, part)
        if place is not None and place.attribute.mutability is Mutability.READ_ONLY:
            continue  # as in a whole resource
        try:
            _apply(of, resource, Operation(op=operation.op, path=path, value=value), told)
        except InvalidValue as error:
            found.absorb(error.problems)
    found.check()


def _at(of: ResourceType, resource: Resource, operation: Operation, text: str, told: Collector) -> None:
    """An operation at the attribute that its path names."""
    path = parse_path(text)
    place = of.place_of(path.path)
    if path.part is not None:
        part = place.attribute.part(path.part)
        if part is None or place.part is not None:
            raise InvalidValue.of(Code.SCIM_PATH_INVALID, value=text[:120])
        place = attrs.evolve(place, part=part)
    _check_may(place, operation, resource)
    value = None
    if operation.value is not None:
        found = Collector()
        value = _value(place, operation.value, text, single=path.of is not None, found=found, told=told)
        found.check()
    inside = resource if place.extension is None else resource.setdefault(place.extension, {})
    if operation.op != "remove" and value in (None, []):
        # Nothing in the place of a value takes it away (RFC 7643, 2.5). Adding nothing changes nothing.
        if operation.op == "replace" or value is None:
            _remove(inside, place, path.of, None, text)
    elif operation.op == "remove":
        _remove(inside, place, path.of, value, text)
    elif path.of is not None:
        _among(inside, place, path.of, operation, value)
    else:
        _set(inside, place, value, add=operation.op == "add", path=text)
    if place.extension is not None and not inside:
        del resource[place.extension]


def _value(
    place: Place,
    value: Any,  # noqa: ANN401  JSON
    path: str,
    *,
    single: bool,
    found: Collector,
    told: Collector,
) -> Any:  # noqa: ANN401  JSON
    """The operation's value under the schema's names; one where one is meant, a list where several are."""
    attribute = place.attribute
    if place.part is not None:
        return value
    if attribute.multi and not single:
        value = value if isinstance(value, list) else [value]
    elif attribute.multi:
        value = value[0] if isinstance(value, list) and len(value) == 1 else value
        attribute = attrs.evolve(attribute, multi=False)
    return read_value(attribute, value, path[:160], found, told)


def _check_may(place: Place, operation: Operation, resource: Resource) -> None:
    """Refuse what the schema doesn't let a client write or take away."""
    leaf = place.leaf
    removes = operation.op == "remove" or operation.value is None
    fixed = place.attribute.mutability is Mutability.IMMUTABLE and not (
        operation.value == place.value(resource) and not removes
    )
    required = removes and place.part is None and place.attribute.required and not place.attribute.multi
    if leaf.mutability is Mutability.READ_ONLY or fixed or required or place.attribute in COMMON[:1]:
        raise InvalidValue.of(Code.SCIM_READ_ONLY, value=str(operation.path)[:120])


# ---- the three operations --------------------------------------------------------------------------------------------


def _set(inside: Resource, place: Place, value: Any, *, add: bool, path: str) -> None:  # noqa: ANN401  JSON
    name = place.attribute.name
    if place.part is not None:
        targets = inside.setdefault(name, {}) if not place.attribute.multi else inside.get(name, [])
        if isinstance(targets, dict):
            targets[place.part.name] = value
        elif not targets:
            raise InvalidValue.of(Code.SCIM_NO_TARGET, value=path[:120])
        else:
            for each in targets:
                each[place.part.name] = value
    elif place.attribute.multi and add:
        inside[name] = _added(inside.get(name, []), value)
    elif place.attribute.type is DataType.COMPLEX and not place.attribute.multi:
        # What isn't named stays (RFC 7644, 3.5.2.3), but a reference goes with the value that it belonged to.
        inside[name] = {**_without_reference(inside.get(name, {}), value), **value}
    else:
        inside[name] = value


def _without_reference(before: Resource, value: Resource) -> Resource:
    moved = value.get("value") not in (None, before.get("value"))
    return {} if moved or ("$ref" in value and "value" not in value) else before


def _added(before: list[Any], new: list[Any]) -> list[Any]:
    """The values with new ones behind them, none twice. A new primary one is the only primary one."""
    out, alike, others = list(before), defaultdict[Hashable, list[Any]](list), 0
    for value in out:
        alike[_worth(value)].append(value)
    for value in new:
        kin = alike[_worth(value)]
        if len(kin) >= MOST_ALIKE:
            raise InvalidValue.of(Code.FIELD_TOO_MANY, "value", limit=MOST_ALIKE)
        if not any(_is_same(value, each) for each in kin):
            if isinstance(value, dict) and value.get("primary") is True:
                others = len(out)
            kin.append(value)
            out.append(value)
    return [{**each, "primary": False} if isinstance(each, dict) else each for each in out[:others]] + out[others:]


def _worth(value: Any) -> Hashable:  # noqa: ANN401  JSON
    """What values that are the same have in common, so that each is compared with few: the ``value``, or all parts."""
    worth = value["value"] if isinstance(value, dict) and "value" in value else value
    if isinstance(worth, dict):
        return frozenset((name, inner) for name, inner in worth.items() if isinstance(inner, _PLAIN))
    return worth if isinstance(worth, _PLAIN) else None


def _is_same(value: Any, there: Any) -> bool:  # noqa: ANN401  JSON
    """Whether a value says nothing that isn't so already."""
    if isinstance(value, dict) and isinstance(there, dict):
        return all(there.get(key) == inner for key, inner in value.items())
    return bool(value == there)


def _among(inside: Resource, place: Place, of: Filter, operation: Operation, value: Any) -> None:  # noqa: ANN401  JSON
    """Those of several values that fit are changed; where none does, an addition makes one that would."""
    name = place.attribute.name
    there = _several(inside, place, operation.path)
    check_inside(of, place.attribute)
    fitting = [fits(of, each, place.attribute) for each in there]
    if not any(fitting):
        made = _made(of, place.attribute) if operation.op == "add" else None
        if made is None:
            raise InvalidValue.of(Code.SCIM_NO_TARGET, value=str(operation.path)[:120])
        new = {**made, place.part.name: value} if place.part is not None else {**made, **_object(value)}
        inside[name] = _added(there, [new])
        return
    for position, each in enumerate(there):
        if fitting[position]:
            if place.part is not None:
                there[position] = {**each, place.part.name: value}
            elif operation.op == "add" and isinstance(each, dict):
                there[position] = {**each, **_object(value)}
            else:
                there[position] = value
    inside[name] = there


def _several(inside: Resource, place: Place, path: str | None) -> list[Any]:
    if not place.attribute.multi:
        raise InvalidValue.of(Code.SCIM_PATH_INVALID, value=str(path)[:120])
    return list(inside.get(place.attribute.name, []))


def _object(value: Any) -> Resource:  # noqa: ANN401  JSON
    return value if isinstance(value, dict) else {"value": value}


def _made(of: Filter, attribute: Attribute) -> Resource | None:
    """A value that fits a filter, if that says nothing but what its parts are equal to."""
    compares: Iterable[Filter] = of.of if isinstance(of, Both) else (of,)
    made: Resource = {}
    for each in compares:
        if not isinstance(each, Compare) or each.operator is not Operator.EQ or not attribute.parts:
            return None
        part = attribute.part(each.path)
        made[each.path if part is None else part.name] = each.value
    return made


def _remove(inside: Resource, place: Place, of: Filter | None, values: Any, path: str) -> None:  # noqa: ANN401  JSON
    name = place.attribute.name
    if of is None and values is None:
        if place.part is None:
            inside.pop(name, None)
        else:
            there = inside.get(name, {})
            for each in there if isinstance(there, list) else [there]:
                each.pop(place.part.name, None)
        return
    there = _several(inside, place, path)
    if of is not None:
        check_inside(of, place.attribute)
        going = [fits(of, each, place.attribute) for each in there]
        if not any(going):
            raise InvalidValue.of(Code.SCIM_NO_TARGET, value=path[:120])
    else:
        going = _meant(values, there, place.attribute)
    if place.part is not None:
        left = [_less(each, place.part.name) if goes else each for each, goes in zip(there, going, strict=True)]
    else:
        left = [each for each, goes in zip(there, going, strict=True) if not goes]
    inside[name] = left
    if not left:
        del inside[name]


def _less(value: Resource, part: str) -> Resource:
    return {name: inner for name, inner in value.items() if name != part}


def _meant(values: list[Any], there: list[Any], attribute: Attribute) -> list[bool]:
    """Which of the values there are to be removed: by their ``value``, where what was sent has one."""
    part = attribute.part("value")

    def worth(value: Any) -> Any:  # noqa: ANN401  JSON
        inner = value.get("value") if part is not None and isinstance(value, dict) else value
        return inner if part is None else comparable(inner, part)

    going = {worth(each) for each in values if isinstance(worth(each), _PLAIN)}
    others = [each for each in values if not isinstance(worth(each), _PLAIN)]
    if len(others) > MOST_ALIKE:
        raise InvalidValue.of(Code.FIELD_TOO_MANY, "value", limit=MOST_ALIKE)
    return [
        (isinstance(worth(each), _PLAIN) and worth(each) in going) or any(_is_same(value, each) for value in others)
        for each in there
    ]
