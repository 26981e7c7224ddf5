"""Creating, renaming, nesting and deleting user groups (PR-7, PR-8, LC-3).

Who does it holds ``user_group:add``, ``:edit`` or ``:delete`` for the whole tenant, or ``user:edit`` where the
catalogue has no such permission. What a group locks and bounds is in :mod:`agentprov.provisioning.limits`.
"""

from __future__ import annotations

from typing import Final

import attrs

from agentprov.engine.permits import known_permission, permit
from agentprov.engine.population import Population
from agentprov.errors import Code, Collector, InvalidValue
from agentprov.model.access import Permission
from agentprov.model.changes import Change, Edit, Event, EventKind
from agentprov.model.groups import UserGroup
from agentprov.model.ids import UserGroupId, user_id
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.provisioning.filter_gains import check_filters
from agentprov.provisioning.guards import check_handed_on
from agentprov.provisioning.leaving import delete
from agentprov.provisioning.levels import USER_GROUP_EDIT, edited, existing_group, stored_group, told, try_out
from agentprov.provisioning.limits import falling_asleep
from agentprov.provisioning.roles import check_given

USER_GROUP_ADD: Final = Permission("user_group:add")
_NOWHERE: Final = ""


def create_user_group(tenant: Tenant, id: str, *, name: str, parent: str | None = None, by: str | None) -> Change:
    """The change that creates a user group, nested in another one or not, without members.

    Raises:
        Refused: ``by`` may not add user groups.
        NotFound: ``reference.missing``, for ``parent``.
        InvalidValue: ``id.invalid``, ``id.taken``, what is wrong with the name, or the nesting is too deep.
    """
    actor = user_id(by)
    permit(tenant, actor, known_permission(tenant, USER_GROUP_ADD))
    around = None if parent is None else existing_group(tenant, parent, "parent").id
    found = Collector()
    if id in tenant.user_groups:
        found.add(Code.ID_TAKEN, "id", value=id, holder="another user group")
    check_given(found, ("name", name))
    try:
        group = UserGroup(id=UserGroupId(id), name=name, parent=around)
    except InvalidValue as error:
        raise InvalidValue([*found.problems, *error.problems]) from None
    found.check()
    change = Change(
        tenant=tenant.id,
        base=tenant.version,
        actor=actor,
        edits=[Edit(kind=Kind.USER_GROUPS, id=group.id, after=group)],
        events=[Event(kind=EventKind.GROUP_CREATED, subject=group.id, facts={"name": name})],
    )
    try_out(tenant, change)
    return change


def rename_user_group(tenant: Tenant, id: str, *, name: str, by: str | None) -> Change:
    """The change that gives a user group another name.

    Raises:
        Refused: ``by`` may not edit user groups.
        NotFound: ``reference.missing``.
        InvalidValue: what is wrong with the name.
    """
    actor = user_id(by)
    group = stored_group(tenant, id, actor, USER_GROUP_EDIT)
    found = Collector()
    check_given(found, ("name", name))
    found.check()
    after = attrs.evolve(group, name=name)
    event = Event(kind=EventKind.GROUP_UPDATED, subject=group.id, facts={"name": name})
    return Change(
        tenant=tenant.id,
        base=tenant.version,
        actor=actor,
        edits=[] if after == group else [edited(group, after)],
        events=[] if after == group else [event],
    )


def move_user_group(
    tenant: Tenant, id: str, *, to: str | None, by: str | None, population: Population | None = None
) -> Change:
    """The change that nests a user group in another one, or in none, with all that is in it.

    Its members, and those of the groups in it, keep what is set on them; what they inherit from further out, and the
    profiles of the groups around, are those of the new place. Unlike the move of a user it doesn't wait until everybody
    has logged off, as no edit of a group does. ``population`` counts the tenant's users for the warnings.

    Raises:
        Refused: ``by`` may not edit user groups; somebody would gain rights that ``by`` doesn't hold, or come to see
            more than the resource filter of ``by`` leaves.
        NotFound: ``reference.missing``.
        InvalidValue: the group would be inside itself, or too deep, or something it bounds would have no value.
    """
    actor = user_id(by)
    group = stored_group(tenant, id, actor, USER_GROUP_EDIT)
    around = None if to is None else existing_group(tenant, to, "to").id
    if around == group.parent:
        return Change(tenant=tenant.id, base=tenant.version, actor=actor)
    facts = {"from": group.parent or _NOWHERE, "to": around or _NOWHERE}
    change = Change(
        tenant=tenant.id,
        base=tenant.version,
        actor=actor,
        edits=[edited(group, attrs.evolve(group, parent=around))],
        events=[
            Event(kind=EventKind.GROUP_MOVED, subject=group.id, facts=facts),
            *told(tenant, group, actor, why="moved", **facts),
        ],
    )
    after = try_out(tenant, change, "to=parent")
    check_handed_on(tenant, after, actor, "to")
    check_filters(tenant, after, actor)
    return attrs.evolve(change, warnings=falling_asleep(tenant, after, population))


def delete_user_group(tenant: Tenant, id: str, *, by: str | None) -> Change:
    """The change that deletes a user group that nobody is in and nothing is nested in, with its profiles.

    It is :func:`agentprov.provisioning.delete` for one user group; there members can be detached, or led elsewhere.

    Raises:
        Refused: ``by`` may not delete user groups; ``reference.in_use``, naming up to twenty who refer to it.
        NotFound: ``reference.missing``.
    """
    return delete(tenant, Kind.USER_GROUPS, id, by=by)
