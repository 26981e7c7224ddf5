"""Small tenants in which properties are locked and bounded at every level, and short ways to change them."""

from __future__ import annotations

from typing import Any

import attrs
from hypothesis import strategies as st

from agentprov.model.ids import UserGroupId, UserId
from agentprov.model.limits import Among, Bound, PropertyLimit, PropertyLimits, Range
from agentprov.model.properties import NONE, PropertyName, PropertyValue
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from tests.engine.companies import (
    DEFINITIONS,
    GROUPS,
    PROPERTIES,
    USERS,
    company,
    own_values,
    property_values,
    user,
    user_groups,
)

Limits = dict[str, PropertyLimit]

BOUNDS: dict[str, tuple[Bound, ...]] = {
    "ring": (Range(low=1, high=2), Range(low=1, high=1), Among(values=[1, 3]), Range(low=1, high=3, or_none=True)),
    "pause": (Among(values=[False]), Among(values=[False], or_none=True)),
    "filter": (Among(values=["x"], or_none=True), Among(values=["x", "y"], or_none=True)),
}
"""All of them have the definition's default inside, so that any of them go together."""


def lock(bound: Bound | None = None) -> PropertyLimit:
    """A lock in few words, with a bound or without."""
    return PropertyLimit(locked=True, bound=bound)


def within(low: int, high: int) -> PropertyLimit:
    """A range in few words."""
    return PropertyLimit(bound=Range(low=low, high=high))


def limits(given: Limits) -> PropertyLimits:
    """Limits by plain names."""
    return Table({PropertyName(name): limit for name, limit in given.items()})


def with_limits(tenant: Tenant, group: str | None, given: PropertyLimits) -> Tenant:
    """The tenant with these limits of a group, or of its own."""
    if group is None:
        return attrs.evolve(tenant, property_limits=given)
    id_ = UserGroupId(group)
    after = attrs.evolve(tenant.user_groups[id_], property_limits=given)
    return attrs.evolve(tenant, user_groups=tenant.user_groups.put(id_, after))


def limits_of(tenant: Tenant, group: str | None) -> PropertyLimits:
    """The limits of a group, or the tenant's."""
    return tenant.property_limits if group is None else tenant.user_groups[UserGroupId(group)].property_limits


def desk(
    own: dict[str, PropertyValue] | None = None,
    of_tenant: Limits | None = None,
    tenant: dict[str, PropertyValue] | None = None,
    values: dict[str, dict[str, PropertyValue]] | None = None,
    **groups: Limits,
) -> Tenant:
    """Asha in north, which is in sales, which is in all: with these values of her own and of groups, and limits."""
    tables = user_groups(**(values or {}))
    limited = {
        id_: attrs.evolve(group, property_limits=limits(groups.get(id_.removeprefix("g-"), {})))
        for id_, group in tables.items()
    }
    return company(
        user("u-asha", user_group=UserGroupId("g-north"), properties=own_values(own or {})),
        property_definitions=DEFINITIONS,
        properties=own_values(tenant or {}),
        property_limits=limits(of_tenant or {}),
        user_groups=Table(limited),
    )


@st.composite
def limit_tables(draw: st.DrawFn) -> PropertyLimits:
    """Limits of some properties."""
    found: Limits = {}
    for name in draw(st.frozensets(st.sampled_from(PROPERTIES), max_size=2)):
        bound = draw(st.none() | st.sampled_from(BOUNDS[name]))
        found[name] = PropertyLimit(locked=bound is None or draw(st.booleans()), bound=bound)
    return limits(found)


@st.composite
def limited_tenants(draw: st.DrawFn) -> Tenant:
    """Tenants of a few users in nested groups, with values and limits at every level."""
    people: list[Any] = [
        user(
            id_,
            user_group=draw(st.none() | st.sampled_from(GROUPS)),
            properties=own_values(draw(property_values)),
        )
        for id_ in USERS[:4]
    ]
    groups = user_groups(**{id_.removeprefix("g-"): draw(property_values) for id_ in GROUPS})
    return company(
        *people,
        property_definitions=DEFINITIONS,
        properties=own_values(draw(property_values)),
        property_limits=draw(limit_tables()),
        user_groups=Table(
            {id_: attrs.evolve(group, property_limits=draw(limit_tables())) for id_, group in groups.items()}
        ),
    )


levels = st.none() | st.sampled_from(GROUPS)
users = st.sampled_from(USERS[:4])
names = st.sampled_from(PROPERTIES)


def every_value(tenant: Tenant) -> dict[tuple[UserId, PropertyName], tuple[object, object]]:
    """The value and the source of every property of every user."""
    from agentprov.engine.inheritance import Properties

    properties = Properties(tenant)
    return {
        (id_, name): (resolved.value, resolved.source)
        for id_ in tenant.users
        for name, resolved in properties.all_properties(id_).items()
    }


__all__ = [
    "NONE",
    "desk",
    "every_value",
    "levels",
    "limit_tables",
    "limited_tenants",
    "limits",
    "limits_of",
    "lock",
    "names",
    "users",
    "with_limits",
    "within",
]
