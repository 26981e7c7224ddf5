"""Setting a property at one level, and taking the value away so that it is inherited again (PR-1, PR-2)."""

from __future__ import annotations

import attrs

from agentprov.errors import Code, Collector, InvalidValue, NotFound
from agentprov.model.changes import Change, Edit, Event, EventKind, PropertyEdit
from agentprov.model.groups import UserGroup
from agentprov.model.ids import UserGroupId, UserId, user_id
from agentprov.model.properties import (
    RESOURCE_FILTER,
    Level,
    PropertyDefinition,
    PropertyName,
    PropertyValue,
    check_value,
)
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.model.users import User
from agentprov.provisioning.filter_gains import check_filters
from agentprov.provisioning.guards import USER_EDIT, permit, stored_user


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
    explicit "none" is :data:`~agentprov.model.properties.NONE`; to inherit again use :func:`reset_property`.

    Raises:
        NotFound: ``user.unknown``, or ``reference.missing`` for the group.
        Refused: ``by`` may not edit the user; for a group or the tenant, not all users. Or somebody's resource filter
            would leave more than that of ``by`` does.
        InvalidValue: ``property.unknown``, ``property.not_settable``, or what is wrong with the value.
    """
    level, holder = _holder(tenant, user_id(user), None if group is None else UserGroupId(group), user_id(by))
    definition = _definition(tenant, PropertyName(name), level)
    found = Collector()
    check_value(found, definition.kind, value, "value")
    found.check()
    return _change(tenant, holder, definition.name, value, user_id(by))


def reset_property(
    tenant: Tenant,
    name: str,
    *,
    user: str | None = None,
    group: str | None = None,
    by: str | None,
) -> Change:
    """The change that takes a value away, so that precisely the inherited one holds again; without one, no change.

    Raises:
        NotFound, Refused, InvalidValue: as :func:`set_property`.
    """
    level, holder = _holder(tenant, user_id(user), None if group is None else UserGroupId(group), user_id(by))
    definition = _definition(tenant, PropertyName(name), level)
    return _change(tenant, holder, definition.name, None, user_id(by))


def _holder(
    tenant: Tenant, user: UserId | None, group: UserGroupId | None, by: UserId | None
) -> tuple[Level, User | UserGroup | None]:
    """The level asked for, and whose own value it is; nothing for the tenant."""
    if user is not None and group is not None:
        raise InvalidValue.of(Code.FIELD_CONTRADICTS, "user", other="group")
    if user is not None:
        return Level.USER, stored_user(tenant, user, by, USER_EDIT)
    permit(tenant, by, USER_EDIT)
    if group is None:
        return Level.TENANT, None
    if group not in tenant.user_groups:
        raise NotFound.of(Code.REFERENCE_MISSING, "group", kind=Kind.USER_GROUPS.noun, value=str(group))
    return Level.USER_GROUP, tenant.user_groups[group]


def _definition(tenant: Tenant, name: PropertyName, level: Level) -> PropertyDefinition:
    definition = tenant.property_definitions.get(name)
    if definition is None:
        raise InvalidValue.of(Code.PROPERTY_UNKNOWN, "name", value=str(name)[:80])
    if level not in definition.settable:
        raise InvalidValue.of(Code.PROPERTY_NOT_SETTABLE, "name", value=name, level=level.value)
    return definition


def _change(
    tenant: Tenant, holder: User | UserGroup | None, name: PropertyName, value: PropertyValue | None, by: UserId | None
) -> Change:
    """The change from the value of one's own, or none, to the new one, or none."""
    values = tenant.properties if holder is None else holder.properties
    before = values.get(name)
    edits: list[Edit] = []
    own: list[PropertyEdit] = []
    events: list[Event] = []
    # Python's `True == 1` does no harm: a property's kind lets it hold flags or numbers, never both.
    if before != value:
        if holder is None:
            own.append(PropertyEdit(name=name, before=before, after=value))
        else:
            after = values.drop(name) if value is None else values.put(name, value)
            kind = Kind.USERS if isinstance(holder, User) else Kind.USER_GROUPS
            edits.append(Edit(kind=kind, id=holder.id, before=holder, after=attrs.evolve(holder, properties=after)))
        what = EventKind.PROPERTY_RESET if value is None else EventKind.PROPERTY_SET
        subject = tenant.id if holder is None else holder.id
        events.append(Event(kind=what, subject=subject, facts={"name": name}))
    change = Change(tenant=tenant.id, base=tenant.version, actor=by, edits=edits, properties=own, events=events)
    if name == RESOURCE_FILTER:
        check_filters(tenant, change.apply(tenant), by)
    return change
