"""The next version of a whole tenant, checked only where an edit can have broken it (PF-5).

What is found fine here is whole: every check of :mod:`agentprov.model.whole` and of :mod:`agentprov.model.routes` is
made for the edited objects, or answered by the tally, or can't have changed its answer. What isn't certainly fine is
built by the tenant's constructor, so that whoever made a mistake is told all of it, always in the same words.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Any, Final, NamedTuple, assert_never

import attrs

from agentprov.errors import Collector
from agentprov.model.access import EVERYONE, Grant, Role
from agentprov.model.destinations import Destination
from agentprov.model.groups import Profile, UserGroup
from agentprov.model.ids import UserGroupId, UserId
from agentprov.model.indexes import Claim, Family, Marks, Tally, marks_of_change, tally_of
from agentprov.model.limits import PropertyLimits
from agentprov.model.properties import Level, PropertyDefinition, PropertyValues
from agentprov.model.references import Item, Kind
from agentprov.model.routes import check_routes, check_user_routes, exits, gone_by
from agentprov.model.settings import Settings
from agentprov.model.tenant import Tenant, keep_tally, known_tally, unchecked
from agentprov.model.users import User
from agentprov.model.whole import (
    MOST_LEVELS,
    check_area_codes,
    check_bounded,
    check_filing,
    check_grants,
    check_group_nesting,
    check_limits,
    check_profiles,
    check_properties,
    check_role_nesting,
    check_skills,
    is_unrouted,
)


class Replaced(NamedTuple):
    """One object as it was and as it is; nothing before or nothing after, where it is created or removed."""

    kind: Kind
    id: str
    before: Item | None
    after: Item | None


Edits = tuple[Replaced, ...]
_STATIONS: Final = frozenset({Kind.DEPARTMENTS, Kind.NUMBERS, Kind.IVRS, Kind.TIME_CONDITIONS, Kind.TIME_GROUPS})
"""What calls go through, users apart, and the hours that send them elsewhere in an emergency."""


def next_version(
    tenant: Tenant,
    replaced: Iterable[Replaced],
    properties: PropertyValues,
    settings: Settings,
    limits: PropertyLimits,
) -> Tenant:
    """The tenant with these objects replaced, these values and limits of its own and these settings, a version further.

    Each object is named once, and is in the tenant as it is said to be.

    Raises:
        InvalidValue: with every defect of the result, as the constructor finds them.
    """
    edits = tuple(replaced)
    changed = _changed_tables(tenant, edits)
    changed["version"] = tenant.version + 1
    changed["properties"] = properties
    changed["property_limits"] = limits
    changed["settings"] = settings
    if not (_filed(edits) and _reads_alike(tenant.settings, settings)):
        return attrs.evolve(tenant, **changed)  # other objects than the edited ones may have other marks, or none
    edits = tuple(map(_apart, edits))
    parts: list[tuple[Item | Settings | None, Item | Settings | None]] = [(each.before, each.after) for each in edits]
    if settings is not tenant.settings:
        parts.append((tenant.settings, settings))
    marks = marks_of_change(parts, settings, tenant.blueprint)
    counted = tally(tenant).changed(marks)
    after = unchecked(tenant, changed)
    if not _certainly_whole(tenant, after, edits, marks, counted):
        after = attrs.evolve(tenant, **changed)
    keep_tally(after, counted)
    return after


def numbered(tenant: Tenant, version: int) -> Tenant:
    """The same tenant under another version's number: several changes taken together lead further than one."""
    after = unchecked(tenant, {"version": version})
    keep_tally(after, tally(tenant))
    return after


def tally(tenant: Tenant) -> Tally:
    """What the tenant's objects lay claim to: handed on from the version before, or counted now."""
    known = known_tally(tenant)
    if known is None:
        items = chain.from_iterable(tenant.table(kind).values() for kind in Kind)
        known = tally_of(chain(items, (tenant.settings,)), tenant.settings, tenant.blueprint)
        keep_tally(tenant, known)
    return known


def _changed_tables(tenant: Tenant, edits: Edits) -> dict[str, Any]:
    """The tables that become others, by the names of their fields."""
    put: dict[Kind, dict[str, Item]] = {}
    drop: dict[Kind, list[str]] = {}
    for kind, id_, _, after in edits:
        if after is None:
            drop.setdefault(kind, []).append(id_)
        else:
            put.setdefault(kind, {})[id_] = after
    return {kind.value: tenant.table(kind).edited(put.get(kind, {}), drop.get(kind, ())) for kind in {**put, **drop}}


def _filed(edits: Edits) -> bool:
    """Whether every object is of its kind, and filed under its own id."""
    found = Collector()
    for kind, id_, _, after in edits:
        if after is not None:
            check_filing(found, {kind: {id_: after}})
    return not found.problems


def _reads_alike(before: Settings, after: Settings) -> bool:
    """Whether nothing in a tenant is checked in another way for the new settings: at most the emergency is another."""
    return after is before or attrs.evolve(after, emergency=before.emergency) == before


def _apart(edit: Replaced) -> Replaced:
    """The edit of a role with only the grants that it changes. A role can have thousands, and what stays is fine."""
    before, after = edit.before, edit.after
    if not (isinstance(before, Role) and isinstance(after, Role)):
        return edit
    start = _same(before.grants, after.grants)
    end = _same(before.grants[:start:-1], after.grants[:start:-1])
    return edit._replace(
        before=attrs.evolve(before, grants=before.grants[start : len(before.grants) - end]),
        after=attrs.evolve(after, grants=after.grants[start : len(after.grants) - end]),
    )


def _same(grants: tuple[Grant, ...], others: tuple[Grant, ...]) -> int:
    """How many of the first grants are the same."""
    for position, (one, other) in enumerate(zip(grants, others, strict=False)):
        if one is not other:
            return position
    return min(len(grants), len(others))


def _certainly_whole(before: Tenant, after: Tenant, edits: Edits, marks: Marks, counted: Tally) -> bool:
    """Whether the edits certainly left the tenant whole. "No" means that it isn't known."""
    return (
        _claims_hold(after, marks, counted)
        and all(_is_fine(after, edit, counted) for edit in edits)
        and (after.properties is before.properties or _properties_are_fine(after))
        and (after.property_limits is before.property_limits or _limits_are_fine(after))
        and _roles_are_fine(after, edits)
        and _groups_are_fine(before, after, edits)
        and _bounds_are_fine(before, after, edits, counted)  # by ways up that end
        and _supervisors_are_fine(after, edits)
        and _routes_are_fine(before, after, edits, marks, counted)
    )


def _claims_hold(tenant: Tenant, marks: Marks, counted: Tally) -> bool:
    """Whether what there is more of is rightly there. What there is less of, or as much, can't be wrong."""
    return all(
        _claim_holds(tenant, family, key, counted)
        for family, keys in marks.items()
        for key, step in keys.items()
        if step > 0
    )


def _claim_holds(tenant: Tenant, family: Family, key: str, counted: Tally) -> bool:
    match family:
        case Kind():
            return key in tenant.table(family) or (family is Kind.ROLES and key == EVERYONE)
        case Claim.LOGIN:
            return counted.count(family, key) == 1 and not counted.count(Claim.DELETED_LOGIN, key)
        case Claim.DELETED_LOGIN:
            return not counted.count(Claim.LOGIN, key)
        case Claim.NUMERIC_ID | Claim.EXTENSION | Claim.EMAIL | Claim.MOBILE | Claim.PHONE:
            return counted.count(family, key) == 1
        case Claim.CALLED:
            user = tenant.users.get(UserId(key))
            return user is not None and not is_unrouted(tenant.blueprint, user)
        case Claim.OWN | Claim.MEMBER | Claim.BOUNDED:
            return True  # who forwards to a number is a question of routes; the others can't be wrong by themselves
        case _:
            assert_never(family)


def _is_fine(tenant: Tenant, edit: Replaced, counted: Tally) -> bool:
    """Whether the object fits into the tenant, or is missed by nobody, as far as neither claims nor routes tell."""
    found = Collector()
    match edit:
        case Replaced(after=None):
            missed = counted.count(edit.kind, edit.id) > 0 and not (edit.kind is Kind.ROLES and edit.id == EVERYONE)
            return not missed and edit.kind is not Kind.PROPERTY_DEFINITIONS
        case Replaced(after=User() as user):
            check_grants(found, {}, {user.id: user}, tenant.blueprint)
            check_properties(found, tenant.property_definitions, user.properties, Level.USER)
            check_skills(found, {user.id: user}, tenant.profiles, tenant.settings.skill_scale)
            check_area_codes(found, (user,), tenant.settings.region)
            sent = is_unrouted(tenant.blueprint, user) and counted.count(Claim.CALLED, user.id)
            return not found.problems and not sent
        case Replaced(after=Role() as role):
            check_grants(found, {role.id: role}, {}, tenant.blueprint)
        case Replaced(after=UserGroup() as group):
            check_properties(found, tenant.property_definitions, group.properties, Level.USER_GROUP)
            check_limits(found, tenant.property_definitions, group.property_limits)
        case Replaced(after=Profile() as profile):
            check_profiles(found, {profile.id: profile}, tenant.settings.skill_scale)
            unticked = profile.user_group is None and counted.count(Kind.PROFILES, profile.id)
            return not found.problems and not unticked
        case Replaced(after=PropertyDefinition(), before=before):
            return before is None  # a value may be anywhere
        case _:
            pass
    return not found.problems


def _properties_are_fine(tenant: Tenant) -> bool:
    found = Collector()
    check_properties(found, tenant.property_definitions, tenant.properties, Level.TENANT)
    return not found.problems


def _limits_are_fine(tenant: Tenant) -> bool:
    found = Collector()
    check_limits(found, tenant.property_definitions, tenant.property_limits)
    return not found.problems


def _bounds_are_fine(before: Tenant, after: Tenant, edits: Edits, counted: Tally) -> bool:
    """Whether there is a value inside all bounds wherever something is bounded.

    Users bound nothing, so what they say is never asked. Where nothing is bounded, or no level above users is another,
    nothing can have changed; else all user groups are looked at, however many users there are.
    """
    own = (before.properties, before.property_limits) == (after.properties, after.property_limits)
    levels = any(edit.kind is Kind.USER_GROUPS and edit.after is not None for edit in edits)
    if not (_bounds_something(after) or counted.counts[Claim.BOUNDED]) or (own and not levels):
        return True
    found = Collector()
    check_bounded(found, after.property_definitions, after.user_groups, after.properties, after.property_limits)
    return not found.problems


def _bounds_something(tenant: Tenant) -> bool:
    return any(limit.bound is not None for limit in tenant.property_limits.values())


def _roles_are_fine(tenant: Tenant, edits: Edits) -> bool:
    """Whether roles go round in no circle and aren't nested too deep. Few as they are, all are looked at."""
    found = Collector()
    if any(_other(edit, Kind.ROLES, "inherits") for edit in edits):
        check_role_nesting(found, tenant.roles)
    return not found.problems


def _groups_are_fine(before: Tenant, after: Tenant, edits: Edits) -> bool:
    """Whether user groups go round in no circle and aren't nested too deep.

    A way up that is new begins at a group with another parent. If none of these stands deeper than it did, neither does
    what is inside them, and there is no need to know what that is.
    """
    found = Collector()
    moved = [UserGroupId(edit.id) for edit in edits if _other(edit, Kind.USER_GROUPS, "parent")]
    levels = [_level(after, group) for group in moved]
    if any(level > MOST_LEVELS for level in levels):
        return False
    if any(
        group in before.user_groups and level > _level(before, group)
        for group, level in zip(moved, levels, strict=True)
    ):
        check_group_nesting(found, after.user_groups)
    return not found.problems


def _level(tenant: Tenant, group: UserGroupId) -> int:
    """On which level the group stands, counted from the outermost; at most one too many, as in a circle."""
    at: UserGroupId | None = group
    for level in range(MOST_LEVELS + 1):
        if at is None:
            return level
        at = tenant.user_groups[at].parent
    return MOST_LEVELS + 1


def _supervisors_are_fine(tenant: Tenant, edits: Edits) -> bool:
    """Whether nobody whose supervisor is another now is above themselves. A circle has such a user in it."""
    clear: set[UserId] = set()
    for edit in edits:
        at = UserId(edit.id) if _other(edit, Kind.USERS, "supervisor") else None
        trail: set[UserId] = set()
        while at is not None and at not in clear:
            if at in trail:
                return False
            trail.add(at)
            at = tenant.users[at].supervisor
        clear |= trail
    return True


def _other(edit: Replaced, kind: Kind, field: str) -> bool:
    """Whether the edit gives an object of this kind another value of the field, and not just none."""
    if edit.kind is not kind or edit.after is None:
        return False
    value = getattr(edit.after, field)
    return bool(value) and (edit.before is None or value != getattr(edit.before, field))


def _routes_are_fine(before: Tenant, tenant: Tenant, edits: Edits, marks: Marks, counted: Tally) -> bool:
    """Whether no call goes round in a circle. New ways and new numbers of the tenant are a question to all routes."""
    found = Collector()
    destination = _in_emergency(tenant)
    fresh = destination != _in_emergency(before) or any(step > 0 for step in marks.get(Claim.OWN, {}).values())
    if fresh or any(edit.kind in _STATIONS and _has_new_ways(edit) for edit in edits):
        tables = {kind: tenant.table(kind) for kind in Kind}
        check_routes(found, tables, destination)
    else:
        own = counted.counts[Claim.OWN]
        for edit in edits:
            if isinstance(edit.after, User):
                check_user_routes(found, own, edit.id, edit.after)
    return not found.problems


def _in_emergency(tenant: Tenant) -> Destination | None:
    """Where calls of the whole tenant go in its emergency."""
    emergency = tenant.settings.emergency
    return None if emergency is None else emergency.destination


def _has_new_ways(edit: Replaced) -> bool:
    """Whether calls leave the object by ways that weren't there before."""
    if edit.after is None:
        return False
    ways = _ways(edit.after)
    return any(ways) and (edit.before is None or ways != _ways(edit.before))


def _ways(item: Item) -> tuple[object, object]:
    return list(exits(item)), gone_by(item)
