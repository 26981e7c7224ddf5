"""What PR-2 and PR-3 say, in the slowest and most obvious way."""

from __future__ import annotations

from collections.abc import Iterator

from agentprov.model.ids import UserId
from agentprov.model.properties import Level, PropertyName, PropertyValue
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


def resolve(tenant: Tenant, user_id: UserId, name: PropertyName) -> tuple[Said, list[Said]]:
    """PR-3: the innermost value with where it comes from, and every value it shadows."""
    first, *rest = said(tenant, user_id, name)
    return first, rest
