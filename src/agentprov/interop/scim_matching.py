"""Filters asked of resources (RFC 7644, 3.4.2.2).

What a filter says of attributes is checked before any resource is looked at, so whether it is refused doesn't depend on
who is there. ``ne`` is true exactly where ``eq`` isn't.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import attrs

from agentprov.errors import Code, InvalidValue
from agentprov.interop.scim_attributes import Attribute, DataType, Place, Resource, ResourceType, Returned, split_path
from agentprov.interop.scim_filters import Among, Both, Compare, Either, Filter, Not, Operator

_ORDER: Final = {Operator.GT, Operator.GE, Operator.LT, Operator.LE}
_OF_TEXTS: Final = {Operator.CO, Operator.SW, Operator.EW}
_KINDS: Final[dict[DataType, tuple[type, ...]]] = {DataType.BOOLEAN: (bool,), DataType.INTEGER: (int, float)}


def check_filter(found: Filter, of: ResourceType) -> None:
    """Refuse a filter that resources of this type can't be asked: unknown attributes, values of another kind.

    Raises:
        InvalidValue: ``scim.filter_invalid``.
    """
    match found:
        case Compare():
            _check_compare(found, _place(found.path, of).leaf)
        case Both() | Either():
            for each in found.of:
                check_filter(each, of)
        case Not():
            check_filter(found.of, of)
        case Among():
            check_inside(found.of, _place(found.path, of).attribute)


def check_inside(found: Filter, attribute: Attribute) -> None:
    """Refuse a filter in brackets that the values of this attribute can't be asked."""
    match found:
        case Compare():
            part = attribute.part(found.path)
            if part is None and not attribute.parts and found.path.casefold() == "value":
                part = attribute
            if part is None:
                raise _unknown(found.path)
            _check_compare(found, part)
        case Both() | Either():
            for each in found.of:
                check_inside(each, attribute)
        case Not():
            check_inside(found.of, attribute)
        case Among():
            raise _unknown(found.path)


def _place(path: str, of: ResourceType) -> Place:
    place = of.place(*split_path(path))
    if place is None or place.leaf.returned is Returned.NEVER:
        raise _unknown(path)
    return place


def _unknown(path: str) -> InvalidValue:
    return InvalidValue.of(Code.SCIM_FILTER_INVALID, value=path[:80], expected="an attribute that can be asked for")


def _check_compare(found: Compare, leaf: Attribute) -> None:
    if found.operator is Operator.PR:
        return
    if leaf.type is DataType.COMPLEX:
        value = leaf.part("value")
        if value is None:
            raise _unknown(found.path)
        leaf = value
    kinds = _KINDS.get(leaf.type, (str,))
    fits = isinstance(found.value, kinds) and (bool in kinds or not isinstance(found.value, bool))
    fits = fits or (found.value is None and found.operator in {Operator.EQ, Operator.NE})
    fits = fits and (found.operator not in _OF_TEXTS or str in kinds)
    if not fits or (found.operator in _ORDER and bool in kinds):
        shown = f"{found.path} {found.operator} {json.dumps(found.value)}"
        raise InvalidValue.of(
            Code.SCIM_FILTER_INVALID, value=shown[:80], expected=f"what can be compared with a {leaf.type}"
        )


def matches(found: Filter, resource: Resource, of: ResourceType) -> bool:
    """Whether a resource fits a filter that was checked."""
    match found:
        case Compare():
            place = _place(found.path, of)
            values = _values(place.value(resource))
            if place.part is not None:
                values = (value.get(place.part.name) for value in values if isinstance(value, dict))
            return _holds(found, place.leaf, [each for value in values for each in _values(value)])
        case Both():
            return all(matches(each, resource, of) for each in found.of)
        case Either():
            return any(matches(each, resource, of) for each in found.of)
        case Not():
            return not matches(found.of, resource, of)
        case Among():
            place = _place(found.path, of)
            return any(fits(found.of, value, place.attribute) for value in _values(place.value(resource)))


def fits(found: Filter, value: Any, attribute: Attribute) -> bool:  # noqa: ANN401  JSON
    """Whether one value of an attribute fits a filter in brackets that was checked."""
    match found:
        case Compare():
            part = attribute.part(found.path)
            if part is None:
                return _holds(found, attribute, [value])
            inside = value.get(part.name) if isinstance(value, dict) else None
            return _holds(found, part, list(_values(inside)))
        case Both():
            return all(fits(each, value, attribute) for each in found.of)
        case Either():
            return any(fits(each, value, attribute) for each in found.of)
        case Not():
            return not fits(found.of, value, attribute)
        case Among():
            return False


def _values(value: Any) -> Iterator[Any]:  # noqa: ANN401  JSON
    """The values of an attribute, one or several; nothing, an empty text and an empty object are none."""
    if isinstance(value, list):
        for each in value:
            yield from _values(each)
    elif value is not None and value not in ("", {}):
        yield value


def _holds(found: Compare, leaf: Attribute, values: list[Any]) -> bool:
    if found.operator is Operator.PR:
        return bool(values)
    if found.operator is Operator.NE:
        return not _holds(attrs.evolve(found, operator=Operator.EQ), leaf, values)
    if leaf.type is DataType.COMPLEX:
        leaf = leaf.part("value") or leaf
        values = [each["value"] for each in values if isinstance(each, dict) and "value" in each]
    if found.value is None:
        return not values
    wanted = comparable(found.value, leaf)
    return any(_compares(found.operator, comparable(value, leaf), wanted) for value in values)


def comparable(value: Any, attribute: Attribute) -> Any:  # noqa: ANN401  JSON
    """The value as it is compared and sorted: without case, unless the attribute says that case counts."""
    return value.casefold() if isinstance(value, str) and not attribute.case_exact else value


def _are_alike(value: object, wanted: object) -> bool:
    """Whether both are texts, or both numbers or flags. What a client puts into a resource may be anything."""
    return any(isinstance(value, kinds) and isinstance(wanted, kinds) for kinds in (str, int | float))


def _compares(operator: Operator, value: Any, wanted: Any) -> bool:  # noqa: ANN401  JSON
    if not _are_alike(value, wanted):
        return False
    match operator:
        case Operator.EQ:
            return bool(value == wanted)
        case Operator.CO:
            return wanted in value
        case Operator.SW:
            return bool(value.startswith(wanted))
        case Operator.EW:
            return bool(value.endswith(wanted))
        case Operator.GT:
            return bool(value > wanted)
        case Operator.GE:
            return bool(value >= wanted)
        case Operator.LT:
            return bool(value < wanted)
        case Operator.LE:
            return bool(value <= wanted)
        case Operator.NE | Operator.PR:
            return False
