"""What keeps a tenant from being whole (ID-3): each function notes one family of defects, with paths.

They take the tenant's parts rather than the tenant, so that one change can have just its own family checked again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeVar

from agentprov.errors import Code, Collector, Path
from agentprov.model.access import EVERYONE, Grant, Role
from agentprov.model.area_codes import area_prefix
from agentprov.model.blueprint import Blueprint, RoleHierarchy
from agentprov.model.contact import email_key
from agentprov.model.departments import Department
from agentprov.model.groups import Profile, SkillLevels, Tombstone, UserGroup
from agentprov.model.identity import login_key
from agentprov.model.ids import ProfileId, RoleId, UserGroupId, UserId
from agentprov.model.limits import Bound, PropertyLimits, check_bound, in_common, is_within
from agentprov.model.numbers import Number
from agentprov.model.properties import (
    Level,
    PropertyDefinition,
    PropertyName,
    PropertyValue,
    PropertyValues,
    check_value,
)
from agentprov.model.references import CLASSES, Item, Kind, references
from agentprov.model.settings import LoginComparison, Settings, SkillScale
from agentprov.model.user_types import PERSON
from agentprov.model.users import AreaCallerId, Calling, User

Tables = Mapping[Kind, Mapping[str, Item]]
K = TypeVar("K")


def check_filing(found: Collector, tables: Tables) -> None:
    """Every object is filed among its kind, under its own id."""
    for kind, table in tables.items():
        expected = CLASSES[kind]
        for key, item in table.items():
            if type(item) is not expected:
                found.add(Code.ID_WRONG_KIND, kind.value, str(key), kind=kind.noun)
                continue
            own = item.name if isinstance(item, PropertyDefinition) else item.id
            if own != key:
                found.add(Code.ID_MISMATCH, kind.value, str(key), "id", value=str(own))


def check_references(found: Collector, tables: Tables, settings: Settings) -> None:
    """Every reference leads to an object of the tenant. The role everyone is always there."""
    for kind, table in tables.items():
        for key, item in table.items():
            _check_references_of(found, tables, item, (kind.value, str(key)))
    _check_references_of(found, tables, settings, ("settings",))


def _check_references_of(found: Collector, tables: Tables, item: Item | Settings, path: Path) -> None:
    for reference in references(item):
        implied = reference.kind is Kind.ROLES and reference.id == EVERYONE
        if reference.id not in tables[reference.kind] and not implied:
            found.add(Code.REFERENCE_MISSING, *path, *reference.path, kind=reference.kind.noun, value=reference.id)


def check_unique(
    found: Collector,
    users: Mapping[UserId, User],
    *,
    numbers: Iterable[Number],
    tombstones: Iterable[Tombstone],
    settings: Settings,
    blueprint: Blueprint,
) -> None:
    """Logins, numeric ids, extensions and numbers are unique, and email and mobile where the blueprint says so."""
    fold = settings.login_comparison is LoginComparison.CASE_INSENSITIVE
    logins: dict[str, str] = {}
    if not settings.reuse_deleted_logins:
        logins.update((login_key(stone.login, ignore_case=fold), f"{stone.id} (deleted)") for stone in tombstones)
    numeric_ids: dict[int, str] = {}
    extensions: dict[str, str] = {}
    emails: dict[str, str] = {}
    mobiles: dict[str, str] = {}
    for id_, user in users.items():
        _once(found, logins, login_key(user.login, ignore_case=fold), id_, Code.LOGIN_TAKEN, "login")
        if user.numeric_id is not None:
            _once(found, numeric_ids, user.numeric_id, id_, Code.NUMERIC_ID_TAKEN, "numeric_id")
        if user.calling.extension is not None:
            number = user.calling.extension.number
            _once(found, extensions, number, id_, Code.EXTENSION_TAKEN, "calling", "extension", "number")
        if user.email is not None and is_unique(blueprint, "email", user):
            _once(found, emails, email_key(user.email), id_, Code.EMAIL_TAKEN, "email")
        if user.mobile is not None and is_unique(blueprint, "mobile", user):
            _once(found, mobiles, user.mobile, id_, Code.MOBILE_TAKEN, "mobile")
    dialled: dict[str, str] = {}
    for number_ in numbers:
        if dialled.setdefault(number_.phone, number_.id) != number_.id:
            holder = dialled[number_.phone]
            found.add(Code.NUMBER_TAKEN, "numbers", number_.id, "phone", value=number_.phone, holder=holder)


def is_unique(blueprint: Blueprint, field: str, user: User) -> bool:
    """Whether the blueprint wants the user's value of ``field`` to be nobody else's."""
    rule = blueprint.rule(field, user.roles, user.type)
    return rule is not None and rule.unique


def _once(found: Collector, taken: dict[K, str], key: K, id_: str, code: Code, *path: str) -> None:
    holder = taken.setdefault(key, id_)
    if holder != id_:
        found.add(code, "users", id_, *path, value=str(key), holder=holder)


def check_circles(
    found: Collector,
    roles: Mapping[RoleId, Role],
    user_groups: Mapping[UserGroupId, UserGroup],
    users: Mapping[UserId, User],
) -> None:
    """Roles, user groups and supervisors never lead back to themselves."""
    check_role_nesting(found, roles)
    check_group_nesting(found, user_groups)
    # Supervisors are never followed further than one step, so they may stand as deep as they like.
    supervisors = {str(id_): (str(user.supervisor),) for id_, user in users.items() if user.supervisor is not None}
    _check_knots(found, Kind.USERS, "supervisor", supervisors)


def check_role_nesting(found: Collector, roles: Mapping[RoleId, Role]) -> None:
    """Roles never inherit from themselves, nor over too many levels."""
    inherits = {str(id_): tuple(sorted(map(str, role.inherits))) for id_, role in roles.items() if role.inherits}
    _check_nesting(found, Kind.ROLES, "inherits", inherits)


def check_group_nesting(found: Collector, user_groups: Mapping[UserGroupId, UserGroup]) -> None:
    """User groups are never inside themselves, nor too deep."""
    parents = {str(id_): (str(group.parent),) for id_, group in user_groups.items() if group.parent is not None}
    _check_nesting(found, Kind.USER_GROUPS, "parent", parents)


def _check_nesting(found: Collector, kind: Kind, field: str, edges: Mapping[str, tuple[str, ...]]) -> None:
    if not _check_knots(found, kind, field, edges):
        for deep in _too_deep(edges):
            found.add(Code.REFERENCE_TOO_DEEP, kind.value, deep, field, most=MOST_LEVELS)


def _check_knots(found: Collector, kind: Kind, field: str, edges: Mapping[str, tuple[str, ...]]) -> bool:
    """Note every circle, and tell whether there is one."""
    knots = tuple(circles(edges))
    for circle in knots:
        witness = (*circle, circle[0])
        found.add(Code.REFERENCE_CYCLE, kind.value, circle[0], field, witness=" -> ".join(witness))
    return bool(knots)


MOST_LEVELS: Final = 100
"""How deep roles and user groups can be nested. Deeper ones are a mistake of whoever made them, or an attack."""


def _too_deep(edges: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Who stands at the first level that is too many, counted from the bottom. The graph has no circle."""
    heirs: dict[str, list[str]] = {}
    waiting = {node: len(following) for node, following in edges.items()}
    for node, following in edges.items():
        for each in following:
            heirs.setdefault(each, []).append(node)
    level = sorted(heirs.keys() - edges.keys())
    for _ in range(MOST_LEVELS):
        above: list[str] = []
        for node in level:
            for heir in heirs.get(node, ()):
                waiting[heir] -= 1
                if not waiting[heir]:
                    above.append(heir)
        level = above
    yield from sorted(level)


def circles(edges: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Circles of a graph: one for each knot, starting at its smallest node. Deep graphs are no danger to the stack."""
    done: set[str] = set()
    for start in sorted(edges):
        trail = [] if start in done else [(start, iter(edges[start]))]
        place = {node: 0 for node, _ in trail}
        while trail:
            node, following = trail[-1]
            after = next(following, None)
            if after is None:
                trail.pop()
                del place[node]
                done.add(node)
            elif after in place:
                circle = tuple(each for each, _ in trail[place[after] :])
                first = circle.index(min(circle))
                yield (*circle[first:], *circle[:first])
            elif after not in done:
                place[after] = len(trail)
                trail.append((after, iter(edges.get(after, ()))))


def check_grants(
    found: Collector, roles: Mapping[RoleId, Role], users: Mapping[UserId, User], blueprint: Blueprint
) -> None:
    """Every permission granted is in the catalogue, and the roles are those that the blueprint allows (AC-1)."""
    for role_id, role in roles.items():
        _check_permissions(found, role.grants, blueprint, "roles", role_id)
        if blueprint.roles is not None and role_id not in blueprint.roles and role_id != EVERYONE:
            found.add(
                Code.ROLE_NOT_IN_BLUEPRINT, "roles", role_id, value=role_id, choices=tuple(sorted(blueprint.roles))
            )
        if blueprint.role_hierarchy is RoleHierarchy.LIMITED and len(role.inherits) > 1:
            found.add(Code.ROLE_SECOND_PARENT, "roles", role_id, "inherits", choices=tuple(sorted(role.inherits)))
    for user_id, user in users.items():
        if user.grants:
            _check_permissions(found, user.grants, blueprint, "users", user_id)
        if user.type not in blueprint.user_types:
            choices = tuple(blueprint.user_types)
            found.add(Code.FIELD_UNKNOWN_CHOICE, "users", user_id, "type", value=user.type, choices=choices)


def _check_permissions(found: Collector, grants: tuple[Grant, ...], blueprint: Blueprint, *path: str) -> None:
    for position, grant in enumerate(grants):
        if not blueprint.catalogue.expand(grant.permission):
            found.add(Code.PERMISSION_UNKNOWN, *path, "grants", position, "permission", value=grant.permission)


def check_properties(
    found: Collector,
    definitions: Mapping[PropertyName, PropertyDefinition],
    values: PropertyValues,
    level: Level,
    *path: str,
) -> None:
    """Every value is of a property that exists, may be set at this level, and is of the property's kind (PR-1)."""
    for name, value in values.items():
        definition = definitions.get(name)
        if definition is None:
            found.add(Code.PROPERTY_UNKNOWN, *path, "properties", name, value=name)
        elif level not in definition.settable:
            found.add(Code.PROPERTY_NOT_SETTABLE, *path, "properties", name, value=name, level=level.value)
        else:
            check_value(found, definition.kind, value, *path, "properties", name)


def check_limits(
    found: Collector, definitions: Mapping[PropertyName, PropertyDefinition], limits: PropertyLimits, *path: str
) -> None:
    """Every lock and bound is of a property that exists, and a bound suits its kind (PR-4)."""
    for name, limit in limits.items():
        definition = definitions.get(name)
        if definition is None:
            found.add(Code.PROPERTY_UNKNOWN, *path, "property_limits", name, value=name)
        elif limit.bound is not None:
            check_bound(found, definition.kind, limit.bound, *path, "property_limits", name, "bound")


def check_bounded(
    found: Collector,
    definitions: Mapping[PropertyName, PropertyDefinition],
    user_groups: Mapping[UserGroupId, UserGroup],
    properties: PropertyValues,
    limits: PropertyLimits,
) -> None:
    """Where something is bounded there is a value inside all bounds, set there or further out (PR-4).

    Locks aren't looked at, so that taking one away is always possible. Then a value that counts is never out of bounds:
    a lock takes away values and bounds below it alone, and on every level with a bound a value was found above them.
    """
    for name, limit in limits.items():
        if limit.bound is not None:
            said = [definitions[name].default, *_said(properties, name)]
            _check_bounded(found, name, said, [limit.bound])
    for group in user_groups.values():
        for name, limit in group.property_limits.items():
            if limit.bound is not None:
                path = _way_up(user_groups, group)
                holders = [(each.properties, each.property_limits) for each in path]
                holders.append((properties, limits))
                said = [definitions[name].default, *(value for own, _ in holders for value in _said(own, name))]
                bounds = [bound for _, own in holders for bound in _bounds(own, name)]
                _check_bounded(found, name, said, bounds, "user_groups", group.id)


def _way_up(user_groups: Mapping[UserGroupId, UserGroup], group: UserGroup) -> list[UserGroup]:
    """The group and those around it."""
    path = [group]
    while path[-1].parent is not None:
        path.append(user_groups[path[-1].parent])
    return path


def _said(properties: PropertyValues, name: PropertyName) -> tuple[PropertyValue, ...]:
    return (properties[name],) if name in properties else ()


def _bounds(limits: PropertyLimits, name: PropertyName) -> tuple[Bound, ...]:
    limit = limits.get(name)
    return () if limit is None or limit.bound is None else (limit.bound,)


def _check_bounded(
    found: Collector, name: PropertyName, said: list[PropertyValue], bounds: list[Bound], *path: str
) -> None:
    if in_common(bounds) is None:
        found.add(Code.PROPERTY_BOUNDS_DISJOINT, *path, "property_limits", name, "bound", value=name)
    elif not any(all(is_within(value, bound) for bound in bounds) for value in said):
        found.add(Code.PROPERTY_NOTHING_IN_BOUNDS, *path, "property_limits", name, "bound", value=name)


def check_skills(
    found: Collector, users: Mapping[UserId, User], profiles: Mapping[ProfileId, Profile], scale: SkillScale
) -> None:
    """Levels are on the tenant's scale, and only group profiles are unticked (PR-5)."""
    for user_id, user in users.items():
        if user.skills:
            _check_scale(found, user.skills, scale, "users", user_id)
        for profile_id in sorted(user.unticked_profiles):
            profile = profiles.get(profile_id)
            if profile is not None and profile.user_group is None:
                found.add(Code.PROFILE_PERSONAL, "users", user_id, "unticked_profiles", value=profile_id)


def check_profiles(found: Collector, profiles: Mapping[ProfileId, Profile], scale: SkillScale) -> None:
    """The levels of profiles are on the tenant's scale (PR-5)."""
    for profile_id, profile in profiles.items():
        _check_scale(found, profile.skills, scale, "profiles", profile_id)


def _check_scale(found: Collector, levels: SkillLevels, scale: SkillScale, *path: str) -> None:
    for skill, level in levels.items():
        if level is not None and not scale.low <= level <= scale.high:
            found.add(Code.FIELD_OUT_OF_RANGE, *path, "skills", skill, value=level, low=scale.low, high=scale.high)


def check_area_codes(found: Collector, users: Iterable[User], region: str) -> None:
    """Lists of caller IDs by area code name only allowed ones, and no two entries stand for the same numbers (OB-5)."""
    for user in users:
        if user.calling.extension is not None and user.calling.extension.area_caller_ids:
            path = ("users", user.id, "calling", "extension", "area_caller_ids")
            _check_listed(found, user.calling, user.calling.extension.area_caller_ids, path)
            _check_distinct(found, user.calling.extension.area_caller_ids, region, path)


def _check_listed(found: Collector, calling: Calling, entries: tuple[AreaCallerId, ...], path: Path) -> None:
    allowed = ", ".join(calling.caller_ids) or "there are none"
    for position, entry in enumerate(entries):
        if entry.caller_id not in calling.caller_ids:
            expected = f"one of the agent's allowed caller IDs ({allowed})"
            found.add(Code.FIELD_INVALID, *path, position, "caller_id", value=entry.caller_id, expected=expected)


def _check_distinct(found: Collector, entries: tuple[AreaCallerId, ...], region: str, path: Path) -> None:
    if len({entry.prefix.startswith("+") for entry in entries}) == 1:
        return  # written alike, they are as different as their texts; no numbering plan need be asked
    seen: set[str] = set()
    for position, entry in enumerate(entries):
        stands_for = area_prefix(entry.prefix, region)
        if stands_for in seen:
            found.add(Code.FIELD_DUPLICATE, *path, position, "prefix", value=f"{stands_for}")
        if stands_for is not None:
            seen.add(stands_for)


def check_routed(
    found: Collector,
    users: Mapping[UserId, User],
    *,
    departments: Iterable[Department],
    tables: Tables,
    settings: Settings,
    blueprint: Blueprint,
) -> None:
    """Calls are only sent to users whose type is routed to (ID-14)."""
    unrouted = {id_ for id_, user in users.items() if user.type != PERSON and is_unrouted(blueprint, user)}
    if not unrouted:
        return
    for department in departments:
        for position, member in enumerate(department.members):
            if member in unrouted:
                found.add(Code.USER_NOT_ROUTED, "departments", department.id, "members", position, value=member)
    holders: list[tuple[Path, Item | Settings]] = []
    for kind in (Kind.USERS, Kind.DEPARTMENTS, Kind.NUMBERS, Kind.IVRS, Kind.TIME_CONDITIONS):
        holders += [((kind.value, str(key)), item) for key, item in tables[kind].items()]
    holders.append((("settings",), settings))
    for path, item in holders:
        for reference in references(item):
            # A destination's field is called `user`; visibility and supervisors are no places to send a call.
            if reference.kind is Kind.USERS and reference.path[-1] == "user" and reference.id in unrouted:
                found.add(Code.USER_NOT_ROUTED, *path, *reference.path, value=reference.id)


def is_unrouted(blueprint: Blueprint, user: User) -> bool:
    """Whether the user is of a type that calls aren't sent to."""
    kind = blueprint.user_types.get(user.type)
    return kind is not None and not kind.routed
