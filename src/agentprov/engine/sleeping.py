"""Every value of a tenant that is kept and doesn't count for now, because of a lock or a bound (PR-4)."""

from __future__ import annotations

from collections.abc import Iterator

from agentprov.engine.inheritance import Properties, Sleeping, Source
from agentprov.model.properties import Level, PropertyName
from agentprov.model.tenant import Tenant


def sleeping_values(tenant: Tenant) -> Iterator[tuple[PropertyName, Sleeping]]:
    """The values that sleep, the tenant's first, then those of user groups and of users, by id and name.

    Where nothing is locked or bounded no user is looked at.
    """
    yield from sleeping_above(tenant)
    limited = _limited(tenant)
    properties = Properties(tenant)
    for user, holder in sorted(tenant.users.items()) if limited else ():
        for name in sorted(limited & holder.properties.keys()):
            yield from _own(properties.resolve(user, name).sleeping, Source(level=Level.USER, id=user), name)


def sleeping_above(tenant: Tenant) -> tuple[tuple[PropertyName, Sleeping], ...]:
    """Those of the tenant and of user groups."""
    found: list[tuple[PropertyName, Sleeping]] = []
    limited = _limited(tenant)
    properties = Properties(tenant)
    for name in sorted(limited & tenant.properties.keys()):
        found += _own(properties.inherited(None, name).sleeping, Source(level=Level.TENANT), name)
    for id_, group in sorted(tenant.user_groups.items()) if limited else ():
        for name in sorted(limited & group.properties.keys()):
            source = Source(level=Level.USER_GROUP, id=id_)
            found += _own(properties.inherited(id_, name).sleeping, source, name)
    return tuple(found)


def _limited(tenant: Tenant) -> frozenset[PropertyName]:
    """The properties that are locked or bounded somewhere."""
    holders = (tenant.property_limits, *(group.property_limits for group in tenant.user_groups.values()))
    return frozenset(name for limits in holders for name in limits)


def _own(sleeping: tuple[Sleeping, ...], source: Source, name: PropertyName) -> Iterator[tuple[PropertyName, Sleeping]]:
    """What sleeps of the source's own."""
    return ((name, each) for each in sleeping if each.source == source)
