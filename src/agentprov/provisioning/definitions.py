"""Defining properties, changing what they are, and removing them (PR-1).

Definitions are data of the tenant, so a host defines its own without touching the library. Who does it holds
``property:edit`` for the whole tenant, or ``user:edit`` where the catalogue has no such permission.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs

from agentprov.engine.permits import known_permission, permit
from agentprov.engine.population import Population
from agentprov.errors import Code, InvalidValue, NotFound, Refused
from agentprov.model.access import Permission
from agentprov.model.changes import Change, Edit, Event, EventKind, LimitEdit, PropertyEdit
from agentprov.model.ids import UserId, user_id
from agentprov.model.properties import RESOURCE_FILTER, PropertyDefinition, PropertyName
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.provisioning.filter_gains import check_filters
from agentprov.provisioning.guards import MOST_NAMED, some_of
from agentprov.provisioning.levels import edited, try_out
from agentprov.provisioning.limits import falling_asleep

PROPERTY_EDIT: Final = Permission("property:edit")


def define_property(tenant: Tenant, definition: PropertyDefinition, *, by: str | None) -> Change:
    """The change that defines a property that there isn't yet.

    Raises:
        Refused: ``by`` may not.
        InvalidValue: ``property.exists``.
    """
    actor = _permitted(tenant, by)
    if definition.name in tenant.property_definitions:
        raise InvalidValue.of(Code.PROPERTY_EXISTS, "definition", "name", value=definition.name)
    return _change(tenant, actor, None, definition, EventKind.PROPERTY_DEFINED)


def redefine_property(
    tenant: Tenant, definition: PropertyDefinition, *, by: str | None, population: Population | None = None
) -> Change:
    """The change that puts this definition in the place of the one of its name.

    Raises:
        Refused: ``by`` may not; or by another default somebody's resource filter would leave more than that of ``by``.
        NotFound: ``property.unknown``.
        InvalidValue: values or bounds that are set don't suit it, each with its path; or something is bounded and has
            no value inside.
    """
    actor = _permitted(tenant, by)
    before = _existing(tenant, definition.name)
    if before == definition:
        return Change(tenant=tenant.id, base=tenant.version, actor=actor)
    change = _change(tenant, actor, before, definition, EventKind.PROPERTY_REDEFINED)
    after = change.apply(tenant)
    check_filters(tenant, after, actor)
    return attrs.evolve(change, warnings=falling_asleep(tenant, after, population))


def remove_property(tenant: Tenant, name: str, *, with_values: bool = False, by: str | None) -> Change:
    """The change that removes a definition; ``with_values``, everything that is set, locked and bounded of it as well.

    Raises:
        Refused: ``by`` may not; ``property.in_use``: there are values or limits, and they weren't to go; somebody's
            resource filter would leave more than that of ``by`` does.
        NotFound: ``property.unknown``.
    """
    actor = _permitted(tenant, by)
    before = _existing(tenant, name)
    own, limit = tenant.properties.get(before.name), tenant.property_limits.get(before.name)
    edits = list(_without(tenant, before.name))
    holders = [*(["the tenant"] if own is not None or limit is not None else []), *map(_words, edits)]
    if holders and not with_values:
        shown = some_of(holders, MOST_NAMED)
        raise Refused.of(Code.PROPERTY_IN_USE, "name", value=before.name, count=len(holders), holders=shown)
    change = Change(
        tenant=tenant.id,
        base=tenant.version,
        actor=actor,
        edits=[*edits, Edit(kind=Kind.PROPERTY_DEFINITIONS, id=before.name, before=before)],
        properties=[] if own is None else [PropertyEdit(name=before.name, before=own)],
        limits=[] if limit is None else [LimitEdit(name=before.name, before=limit)],
        events=[Event(kind=EventKind.PROPERTY_REMOVED, subject=tenant.id, facts={"name": before.name})],
    )
    after = change.apply(tenant)
    if before.name == RESOURCE_FILTER:
        check_filters(tenant, after, actor)
    return change


def _permitted(tenant: Tenant, by: str | None) -> UserId | None:
    actor = user_id(by)
    permit(tenant, actor, known_permission(tenant, PROPERTY_EDIT))
    return actor


def _existing(tenant: Tenant, name: str) -> PropertyDefinition:
    if not isinstance(name, str):
        raise InvalidValue.of(Code.FIELD_WRONG_TYPE, "name", expected="a property's name", found="something else")
    before = tenant.property_definitions.get(PropertyName(name))
    if before is None:
        raise NotFound.of(Code.PROPERTY_UNKNOWN, "name", value=name[:80])
    return before


def _change(
    tenant: Tenant, by: UserId | None, before: PropertyDefinition | None, after: PropertyDefinition, kind: EventKind
) -> Change:
    change = Change(
        tenant=tenant.id,
        base=tenant.version,
        actor=by,
        edits=[Edit(kind=Kind.PROPERTY_DEFINITIONS, id=after.name, before=before, after=after)],
        events=[Event(kind=kind, subject=tenant.id, facts={"name": after.name})],
    )
    try_out(tenant, change)
    return change


def _without(tenant: Tenant, name: PropertyName) -> Iterator[Edit]:
    """The edits by which no user group and no user has a value or a limit of it. All of them are looked at."""
    for _, group in sorted(tenant.user_groups.items()):
        if name in group.properties or name in group.property_limits:
            properties = group.properties.drop(name) if name in group.properties else group.properties
            limits = group.property_limits.drop(name) if name in group.property_limits else group.property_limits
            yield edited(group, attrs.evolve(group, properties=properties, property_limits=limits))
    for _, user in sorted(tenant.users.items()):
        if name in user.properties:
            yield edited(user, attrs.evolve(user, properties=user.properties.drop(name)))


def _words(edit: Edit) -> str:
    return f"{edit.kind.noun} {edit.id}"
