"""What PR-2 to PR-4 say, in the slowest and most obvious way."""

from __future__ import annotations

from collections.abc import Iterator

from agentprov.model.ids import UserId
from agentprov.model.limits import Among, PropertyLimit, Range
from agentprov.model.properties import NONE, Level, PropertyName, PropertyValue
from agentprov.model.tenant import Tenant

Said = tuple[Level, str | None, PropertyValue]
"""One value that somebody set: at which level, on which user or group, and the value."""


def said(tenant: Tenant, user_id: UserId, name: PropertyName) -> Iterator[Said]:
    """PR-2: every value there is, innermost first: user, user group (inner before outer), tenant, definition."""
    user = tenant.users[user_id]
    if name in user.properties:
        yield Level.USER, user.id, user.properties[name]
    group_id = user.user_group
    while group_id is not None:
        group = tenant.user_groups[group_id]
        if name in group.properties:
            yield Level.USER_GROUP, group.id, group.properties[name]
        group_id = group.parent
    if name in tenant.properties:
        yield Level.TENANT, None, tenant.properties[name]
    yield Level.DEFINITION, None, tenant.property_definitions[name].default


def limited(tenant: Tenant, user_id: UserId, name: PropertyName) -> list[tuple[Level, str | None, PropertyLimit]]:
    """PR-4: every lock and bound above a user, outermost first: the tenant's, those of outer and of inner groups."""
    found: list[tuple[Level, str | None, PropertyLimit]] = []
    group_id = tenant.users[user_id].user_group
    while group_id is not None:
        group = tenant.user_groups[group_id]
        if name in group.property_limits:
            found.insert(0, (Level.USER_GROUP, str(group.id), group.property_limits[name]))
        group_id = group.parent
    if name in tenant.property_limits:
        found.insert(0, (Level.TENANT, None, tenant.property_limits[name]))
    return found


def depth(tenant: Tenant, user_id: UserId, level: Level, id_: str | None) -> int:
    """How far in a level is: the definition 0, the tenant 1, then group by group, the user innermost."""
    path: list[str] = []
    group_id = tenant.users[user_id].user_group
    while group_id is not None:
        path.insert(0, str(group_id))
        group_id = tenant.user_groups[group_id].parent
    if level is Level.USER_GROUP:
        return 2 + path.index(str(id_))
    return {Level.DEFINITION: 0, Level.TENANT: 1, Level.USER: 2 + len(path)}[level]


def lock(tenant: Tenant, user_id: UserId, name: PropertyName) -> tuple[Level, str | None] | None:
    """PR-4: the highest lock wins."""
    for level, id_, limit in limited(tenant, user_id, name):
        if limit.locked:
            return level, id_
    return None


def counts(tenant: Tenant, user_id: UserId, name: PropertyName, what: Said) -> bool:
    """PR-4: a value counts unless the highest lock is above it, or a bound that no lock is above leaves it out."""
    level, id_, value = what
    highest = lock(tenant, user_id, name)
    limit_of = depth(tenant, user_id, *highest) if highest is not None else 10**9
    if depth(tenant, user_id, level, id_) > limit_of:
        return False
    for its_level, its_id, limit in limited(tenant, user_id, name):
        if depth(tenant, user_id, its_level, its_id) > limit_of:
            continue
        if isinstance(limit.bound, Range):
            if value is NONE and not limit.bound.or_none:
                return False
            if value is not NONE and value not in range(limit.bound.low, limit.bound.high + 1):
                return False
        if isinstance(limit.bound, Among):
            if value is NONE and not limit.bound.or_none:
                return False
            members = value if isinstance(value, frozenset) else {value}
            if value is not NONE and any(member not in limit.bound.values for member in members):
                return False
    return True


def resolve(tenant: Tenant, user_id: UserId, name: PropertyName) -> tuple[Said, list[Said]]:
    """PR-3, PR-4: the innermost value that counts, with where it comes from, and every one that it shadows."""
    first, *rest = [what for what in said(tenant, user_id, name) if counts(tenant, user_id, name, what)]
    return first, rest


def sleeping(tenant: Tenant, user_id: UserId, name: PropertyName) -> list[Said]:
    """PR-4: every value that is kept and doesn't count, innermost first."""
    return [what for what in said(tenant, user_id, name) if not counts(tenant, user_id, name, what)]
