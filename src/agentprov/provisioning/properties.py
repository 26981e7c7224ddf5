"""Setting a property at one level, and taking the value away so that it is inherited again (PR-1, PR-2, PR-4)."""

from __future__ import annotations

import attrs

from agentprov.engine.inheritance import Properties
from agentprov.errors import Code, Collector, InvalidValue, Problem
from agentprov.model.changes import Change
from agentprov.model.ids import user_id
from agentprov.model.properties import (
    RESOURCE_FILTER,
    PropertyDefinition,
    PropertyName,
    PropertyValue,
    check_value,
)
from agentprov.model.tenant import Tenant
from agentprov.model.users import User
from agentprov.provisioning.filter_gains import check_filters
from agentprov.provisioning.levels import (
    Holder,
    check_unlocked,
    existing_definition,
    holder_at,
    sleeping_problem,
    source_of,
    value_change,
)


def set_property(
    tenant: Tenant,
    name: str,
    value: PropertyValue,
    *,
    user: str | None = None,
    group: str | None = None,
    by: str | None,
) -> Change:
    """The change that gives a property a value: a user's or a user group's own, or the tenant's where neither is named.

    A value that equals the inherited one is still a value of one's own, and stays when the inherited one changes. An
    explicit "none" is :data:`~agentprov.model.properties.NONE`; to inherit again use :func:`reset_property`. A value
    outside a bound is kept and sleeps; the change warns of it.

    Raises:
        NotFound: ``user.unknown``, or ``reference.missing`` for the group.
        Refused: ``by`` may not edit the user, the user groups, or for the tenant all users. Or ``property.locked``: a
            level above locks it. Or somebody's resource filter would leave more than that of ``by`` does.
        InvalidValue: ``property.unknown``, ``property.not_settable``, or what is wrong with the value; or it would
            leave user groups with nothing inside their bounds.
    """
    actor = user_id(by)
    holder = holder_at(tenant, user_id(user), group, actor)
    definition = _settable(tenant, name, holder)
    found = Collector()
    check_value(found, definition.kind, value, "value")
    found.check()
    check_unlocked(tenant, holder, definition.name)
    return _checked(tenant, value_change(tenant, holder, definition.name, value, actor), definition.name, holder)


def reset_property(
    tenant: Tenant,
    name: str,
    *,
    user: str | None = None,
    group: str | None = None,
    by: str | None,
) -> Change:
    """The change that takes a value away, so that precisely the inherited one holds again; without one, no change.

    Where the property is locked only a value that sleeps anyhow is taken away.

    Raises:
        NotFound, Refused, InvalidValue: as :func:`set_property`.
    """
    actor = user_id(by)
    holder = holder_at(tenant, user_id(user), group, actor)
    definition = _settable(tenant, name, holder)
    return _checked(tenant, value_change(tenant, holder, definition.name, None, actor), definition.name, holder)


def _settable(tenant: Tenant, name: str, holder: Holder) -> PropertyDefinition:
    definition = existing_definition(tenant, name)
    level = source_of(holder).level
    if level not in definition.settable:
        raise InvalidValue.of(Code.PROPERTY_NOT_SETTABLE, "name", value=definition.name, level=level.value)
    return definition


def _checked(tenant: Tenant, change: Change, name: PropertyName, holder: Holder) -> Change:
    """The change after the guards, with a warning where the value that it sets sleeps."""
    groups = tenant.user_groups.values()
    limited = name in tenant.property_limits or any(name in group.property_limits for group in groups)
    if not change.events or not (limited or name == RESOURCE_FILTER):
        return change
    after = change.apply(tenant)
    if name == RESOURCE_FILTER:
        check_filters(tenant, after, change.actor)
    return attrs.evolve(change, warnings=_warnings(after, name, holder))


def _warnings(tenant: Tenant, name: PropertyName, holder: Holder) -> tuple[Problem, ...]:
    """That the holder's own value sleeps."""
    properties = Properties(tenant)
    if isinstance(holder, User):
        resolved = properties.resolve(holder.id, name)
    else:
        resolved = properties.inherited(None if holder is None else holder.id, name)
    own = source_of(holder)
    return tuple(sleeping_problem(tenant, name, each, "value") for each in resolved.sleeping if each.source == own)
