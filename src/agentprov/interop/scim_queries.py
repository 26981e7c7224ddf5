"""Lists of resources: filtered, sorted, in pages, with the attributes that were asked for (RFC 7644, 3.4.2, 3.9)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import attrs

from agentprov.errors import Code, Collector, InvalidValue
from agentprov.interop.scim_attributes import (
    COMMON,
    Attribute,
    DataType,
    Resource,
    ResourceType,
    Returned,
    split_path,
)
from agentprov.interop.scim_directory import Directory
from agentprov.interop.scim_filters import Both, Compare, Filter, Operator, parse_filter
from agentprov.interop.scim_groups import resource_of_group
from agentprov.interop.scim_matching import check_filter, comparable, matches
from agentprov.interop.scim_users import resource_of
from agentprov.model.groups import UserGroup
from agentprov.model.ids import UserId, user_id
from agentprov.model.users import User

LIST_RESPONSE: Final = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
SEARCH_REQUEST: Final = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
MOST_RESULTS: Final = 200
"""How many resources one answer holds at most."""


def _paths(paths: Iterable[str]) -> tuple[str, ...]:
    return tuple(paths)


@attrs.frozen(kw_only=True)
class Query:
    """What is asked of a list; :func:`read_query` makes one from a URL's parameters or a search request."""

    filter: Filter | None = None
    sort_by: str | None = None
    descending: bool = False
    start: int = 1
    """The position of the first resource of the page, counted from 1."""
    count: int = MOST_RESULTS
    attributes: tuple[str, ...] = attrs.field(default=(), converter=_paths)
    excluded: tuple[str, ...] = attrs.field(default=(), converter=_paths)


_WHOLE: Final = re.compile(r"-?[0-9]{1,10}")
_NAMES: Final = ("filter", "sortBy", "sortOrder", "startIndex", "count", "attributes", "excludedAttributes")


def read_query(parameters: Mapping[str, object]) -> Query:
    """The query that a URL's parameters or a search request's attributes spell; others are passed over.

    Raises:
        InvalidValue: with every fault.
    """
    found = Collector()
    by_name = {name.casefold(): name for name in _NAMES}
    given = {by_name[key.casefold()]: value for key, value in parameters.items() if key.casefold() in by_name}
    filter_ = None
    try:
        filter_ = parse_filter(_text(given["filter"])) if given.get("filter") is not None else None
    except InvalidValue as error:
        found.absorb(error.problems, "filter")
    order = str(given.get("sortOrder") or "ascending").casefold()
    if order not in {"ascending", "descending"}:
        choices = ("ascending", "descending")
        found.add(Code.FIELD_UNKNOWN_CHOICE, "sortOrder", value=order[:40], choices=choices)
    attributes, excluded = _names(given, "attributes", found), _names(given, "excludedAttributes", found)
    if attributes and excluded:
        found.add(Code.FIELD_CONTRADICTS, "excludedAttributes", other="attributes")
    start, count = _number(given, "startIndex", 1, found), _number(given, "count", MOST_RESULTS, found)
    found.check()
    sort_by = given.get("sortBy")
    return Query(
        filter=filter_,
        sort_by=None if sort_by is None else _text(sort_by),
        descending=order == "descending",
        start=max(start, 1),
        count=min(max(count, 0), MOST_RESULTS),
        attributes=attributes,
        excluded=excluded,
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise InvalidValue.of(Code.FIELD_WRONG_TYPE, expected="text", found="something else")
    return value


def _names(given: Mapping[str, object], name: str, found: Collector) -> tuple[str, ...]:
    value = given.get(name)
    entries = value.split(",") if isinstance(value, str) else value or []
    if not isinstance(entries, list) or not all(isinstance(each, str) for each in entries):
        found.add(Code.FIELD_WRONG_TYPE, name, expected="a list of attribute paths", found="something else")
        return ()
    return tuple(each.strip() for each in entries if each.strip())


def _number(given: Mapping[str, object], name: str, default: int, found: Collector) -> int:
    value = given.get(name)
    if value is None:
        return default
    text = str(value)
    if isinstance(value, bool) or _WHOLE.fullmatch(text) is None:
        found.add(Code.FIELD_WRONG_TYPE, name, expected="a whole number", found="something else")
        return default
    return int(text)


def search(directory: Directory, types: Iterable[ResourceType], query: Query, *, by: str | None = None) -> Resource:
    """The list response for a query over resources of these types, as ``by`` may see them.

    In a search over several types an attribute that a type doesn't have is one without a value there.

    Raises:
        InvalidValue: ``scim.filter_invalid`` for an attribute that no type has; ``scim.path_invalid`` for sorting.
        Refused: ``scim.user_name_collides``, for those on the page.
    """
    searched, actor = list(types), user_id(by)
    asked = [of for of in searched if _can_be_asked(query, of, alone=len(searched) == 1)]
    if query.filter is not None and not asked:
        check_filter(query.filter, searched[0])
    found = [(of, item) for of in asked for item in _items(directory, of, query, actor)]
    if query.filter is not None or query.sort_by is not None:
        found = _fitting(directory, found, query, actor)
    page = found[query.start - 1 : query.start - 1 + query.count]
    directory.check_telling(*(item for _, item in page if isinstance(item, User)))
    shown = [
        shown_of(_resource(directory, item, actor), of, attributes=query.attributes, excluded=query.excluded)
        for of, item in page
    ]
    out: Resource = {"schemas": [LIST_RESPONSE], "totalResults": len(found)}
    return {**out, "startIndex": query.start, "itemsPerPage": len(shown), "Resources": shown}


def _can_be_asked(query: Query, of: ResourceType, *, alone: bool) -> bool:
    if query.filter is None:
        return True
    try:
        check_filter(query.filter, of)
    except InvalidValue:
        if alone:
            raise
        return False
    return True


Item = User | UserGroup


def _resource(directory: Directory, item: Item, by: UserId | None) -> Resource:
    if isinstance(item, User):
        return resource_of(directory, item, by=by)
    return resource_of_group(directory, item, by=by)


def _items(directory: Directory, of: ResourceType, query: Query, by: UserId | None) -> Iterable[Item]:
    """What there is of a type that ``by`` may see; of users, where the filter asks for one login, those who have it."""
    tenant = directory.tenant
    if of is not directory.users:
        return tenant.user_groups.values() if directory.may_see_groups(by) else ()
    login = _login_asked_for(query.filter)
    users = tenant.users.values() if login is None else map(tenant.users.__getitem__, directory.holders(login))
    return (user for user in users if directory.is_there(user) and directory.may_see(by, user))


def _login_asked_for(filter_: Filter | None) -> str | None:
    """The login that everybody who fits the filter has: clients ask for one user again and again."""
    match filter_:
        case Compare(path=path, operator=Operator.EQ, value=str(login)) if path.casefold() == "username":
            return login
        case Both(of=parts):
            return next((asked for part in parts if (asked := _login_asked_for(part)) is not None), None)
        case _:
            return None


def _fitting(
    directory: Directory, found: Iterable[tuple[ResourceType, Item]], query: Query, by: UserId | None
) -> list[tuple[ResourceType, Item]]:
    """What fits the filter, in order."""
    whole = [(of, item, _resource(directory, item, by)) for of, item in found]
    if query.filter is not None:
        filter_ = query.filter
        whole = [entry for entry in whole if matches(filter_, entry[2], entry[0])]
    if query.sort_by is not None:
        whole = _sorted(whole, query.sort_by, descending=query.descending)
    return [(of, item) for of, item, _ in whole]


def _sorted(
    found: list[tuple[ResourceType, Item, Resource]], by: str, *, descending: bool
) -> list[tuple[ResourceType, Item, Resource]]:
    """In the order of an attribute; what has none comes last, or first where the order is descending."""
    path = split_path(by)
    if found and all(of.place(*path) is None for of, _, _ in found):
        raise InvalidValue.of(Code.SCIM_PATH_INVALID, "sortBy", value=by[:120])

    def key(entry: tuple[ResourceType, Item, Resource]) -> tuple[bool, bool, Any]:
        of, _, resource = entry
        value = _sort_value(of, resource, path)
        return (value is None, isinstance(value, str), 0 if value is None else value)

    return sorted(found, key=key, reverse=descending)


def _sort_value(of: ResourceType, resource: Resource, path: tuple[str | None, str, str | None]) -> Any:  # noqa: ANN401
    place = of.place(*path)
    if place is None:
        return None
    value, leaf = place.value(resource), place.leaf
    if isinstance(value, list):
        primary = [each for each in value if isinstance(each, dict) and each.get("primary") is True]
        value = next(iter(primary or value), None)
    if isinstance(value, dict):
        part = place.part or place.attribute.part("value")
        leaf = part or leaf
        value = None if part is None else value.get(part.name)
    return comparable(value, leaf) if isinstance(value, str | int | float) else None


# ---- what is shown ---------------------------------------------------------------------------------------------------


def shown_of(
    resource: Resource, of: ResourceType, *, attributes: Iterable[str] = (), excluded: Iterable[str] = ()
) -> Resource:
    """The resource with the attributes that were asked for, or without those that weren't wanted.

    ``id`` and ``schemas`` are always there; what is given only when asked for has to be named.
    """
    asked = frozenset(_resolved(of, attributes))
    left_out = frozenset(_resolved(of, excluded))
    out: Resource = {}
    for name, value in resource.items():
        extension = of.extension(name)
        if extension is None:
            known = next((each for each in (*COMMON, *of.schema.attributes) if each.name == name), None)
            shown = None if known is None else _shown(known, value, "", asked, left_out, wanted=not asked)
        else:
            wanted = not asked or extension.id in asked
            inside = {
                each.name: inner
                for each in extension.attributes
                if each.name in value
                and extension.id not in left_out
                and (inner := _shown(each, value[each.name], f"{extension.id}:", asked, left_out, wanted=wanted))
                is not None
            }
            shown = inside or None
        if shown is not None:
            out[name] = shown
    return out


def _resolved(of: ResourceType, paths: Iterable[str]) -> Iterable[str]:
    """The paths under the schema's own names; what isn't an attribute here names nothing."""
    for path in paths:
        extension = of.extension(path)
        if extension is not None:
            yield extension.id
            continue
        place = of.place(*split_path(path))
        if place is not None:
            prefix = "" if place.extension is None else f"{place.extension}:"
            part = "" if place.part is None else f".{place.part.name}"
            yield f"{prefix}{place.attribute.name}{part}"
        else:
            yield f"?{path}"


def _shown(
    attribute: Attribute,
    value: Any,  # noqa: ANN401  JSON
    prefix: str,
    asked: frozenset[str],
    left_out: frozenset[str],
    *,
    wanted: bool,
) -> Any:  # noqa: ANN401  JSON
    """The value as it is shown; nothing if it isn't."""
    path = f"{prefix}{attribute.name}"
    if attribute.returned is Returned.ALWAYS:
        return value
    named = path in asked
    wanted = wanted and attribute.returned is not Returned.REQUEST
    parts = {each.name for each in attribute.parts if f"{path}.{each.name}" in asked}
    default = (
        {each.name for each in attribute.parts if each.returned is not Returned.REQUEST} if wanted or named else set()
    )
    if attribute.returned is Returned.NEVER or path in left_out or not (wanted or named or parts):
        return None
    if attribute.type is not DataType.COMPLEX:
        return value
    names = (parts | default) - {each.name for each in attribute.parts if f"{path}.{each.name}" in left_out}
    entries = value if isinstance(value, list) else [value]
    shown = [{name: inner for name, inner in each.items() if name in names} for each in entries]
    return shown if isinstance(value, list) else shown[0]
