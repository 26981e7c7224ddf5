"""A user group as a SCIM group, and SCIM's requests about groups as changes (PV-12, PR-7).

A user is in one user group at most. So whoever comes in among the members is moved out of the group they were in, and
whoever goes from the members is moved out of any: moves, with all that guards them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from urllib.parse import unquote

import attrs

from agentprov.engine.permits import permit
from agentprov.errors import AgentprovError, Code, Collector, InvalidValue
from agentprov.interop.scim_attributes import AGENT_GROUP, Resource
from agentprov.interop.scim_directory import Directory
from agentprov.interop.scim_patch import patched
from agentprov.interop.scim_reading import read_resource
from agentprov.interop.scim_requests import Outcome, combined, external_id_of, together, warned
from agentprov.model.changes import Change
from agentprov.model.groups import UserGroup
from agentprov.model.ids import UserId, is_identifier, user_id
from agentprov.model.live import Live
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.model.text import plain_text
from agentprov.provisioning.leaving import permission_for
from agentprov.provisioning.moves import move_user
from agentprov.provisioning.user_groups import create_user_group, delete_user_group, move_user_group, rename_user_group


def group_resource(directory: Directory, id: str, *, by: str | None = None) -> Resource:
    """The user group as a resource, whole: what is given only when asked for is in it too.

    Raises:
        NotFound: ``object.unknown``, also for who may not see groups.
    """
    actor = user_id(by)
    return resource_of_group(directory, directory.group(id, actor), by=actor)


def resource_of_group(directory: Directory, group: UserGroup, *, by: UserId | None = None) -> Resource:
    """The resource of a user group, with the members whom ``by`` may see."""
    tenant = directory.tenant
    members = [
        {
            "value": member,
            "$ref": directory.location(directory.users, member),
            "type": "User",
            "display": tenant.users[member].display_name or tenant.users[member].name or tenant.users[member].login,
        }
        for member in directory.members_seen(group, by)
    ]
    parent = {} if group.parent is None else {"parent": group.parent}
    resource: Resource = {"id": group.id, "displayName": group.name, "members": members, AGENT_GROUP: parent}
    return directory.finished(resource, directory.groups)


def create_group_from(
    directory: Directory, document: object, *, by: str | None, id: str, live: Live | None = None
) -> Outcome:
    """What a POST to ``/Groups`` comes to: a user group under an id of the host's, and its members moved into it.

    Raises:
        Refused: ``by`` may not add groups, or a move is refused.
        InvalidValue: with every fault.
    """
    tenant, actor = directory.tenant, user_id(by)
    permit(tenant, actor, permission_for(tenant, Kind.USER_GROUPS, "add"))
    found, told = Collector(), Collector()
    resource = read_resource(directory.groups, document, found, told)
    if not is_identifier(id):
        found.add(Code.ID_INVALID, "id", value=str(id)[:80])
    elif id in tenant.user_groups:
        found.add(Code.ID_TAKEN, "id", value=id, holder="another group")
    name, parent = _described(tenant, resource, None, found)
    external_id = external_id_of(resource, found)
    members = _members(tenant, resource, found)
    found.check()  # without a group there is nowhere to move to
    create = partial(create_user_group, id=id, name=name, parent=parent, by=by)
    steps: list[Callable[[Tenant], Change]] = [create, *_moves(members, to=id, by=by, live=live)]
    change = together(tenant, found, lambda: combined(tenant, actor, steps))
    return Outcome(id=id, change=warned(tenant, change, told), external_id=external_id)


def replace_group(
    directory: Directory, id: str, document: object, *, by: str | None, live: Live | None = None
) -> Outcome:
    """What a PUT to a group comes to: its name and parent, and the moves that give it these members and no others.

    Members whom ``by`` may not see stay.

    Raises:
        NotFound: ``object.unknown``.
        Refused: ``by`` may not edit groups, or a move is refused, or somebody would gain what ``by`` doesn't hold.
        InvalidValue: with every fault.
    """
    group = directory.group(id, user_id(by))
    found, told = Collector(), Collector()
    resource = read_resource(directory.groups, document, found, told)
    return _revised(directory, group, resource, found, told, by=by, live=live)


def patch_group(
    directory: Directory, id: str, document: object, *, by: str | None, live: Live | None = None
) -> Outcome:
    """What a PATCH of a group comes to.

    Raises:
        NotFound, Refused, InvalidValue: as for a PUT, and what :func:`agentprov.interop.scim_patch.patched` says.
    """
    actor = user_id(by)
    group = directory.group(id, actor)
    found, told = Collector(), Collector()
    document_now = patched(directory.groups, resource_of_group(directory, group, by=actor), document, told)
    resource = read_resource(directory.groups, document_now, found, told)
    return _revised(directory, group, resource, found, told, by=by, live=live)


def delete_group_from(directory: Directory, id: str, *, by: str | None, live: Live | None) -> Change:
    """What a DELETE of a group comes to: its members are moved out of it, and it goes.

    Raises:
        NotFound: ``object.unknown``.
        Refused: ``by`` may not delete groups; something else refers to it (``reference.in_use``); a move is refused.
        InvalidValue: the blueprint requires a group of every user, and there are members.
    """
    tenant, actor = directory.tenant, user_id(by)
    group = directory.group(id, actor)
    permit(tenant, actor, permission_for(tenant, Kind.USER_GROUPS, "delete"))
    steps = _moves(directory.members.get(group.id, ()), to=None, by=by, live=live)
    remove = partial(delete_user_group, id=group.id, by=by)
    return together(tenant, Collector(), lambda: combined(tenant, actor, [*steps, remove]))


# ---- the parts -------------------------------------------------------------------------------------------------------


def _revised(
    directory: Directory,
    group: UserGroup,
    resource: Resource,
    found: Collector,
    told: Collector,
    *,
    by: str | None,
    live: Live | None,
) -> Outcome:
    tenant, actor = directory.tenant, user_id(by)
    name, parent = _described(tenant, resource, group, found)
    external_id = external_id_of(resource, found)
    before, after = directory.members_seen(group, actor), _members(tenant, resource, found)
    coming = [member for member in after if member not in set(before)]
    going = [member for member in before if member not in set(after)]
    if (name, parent) != (group.name, group.parent) or not (coming or going):
        permit(tenant, actor, permission_for(tenant, Kind.USER_GROUPS, "edit"))
    steps: list[Callable[[Tenant], Change]] = []
    if name != group.name:
        steps.append(partial(rename_user_group, id=group.id, name=name, by=by))
    if parent != group.parent:
        steps.append(partial(_nest, id=group.id, to=parent, by=by))
    steps += [*_moves(going, to=None, by=by, live=live), *_moves(coming, to=group.id, by=by, live=live)]
    change = together(tenant, found, lambda: combined(tenant, actor, steps))
    return Outcome(id=group.id, change=warned(tenant, change, told), external_id=external_id)


def _nest(now: Tenant, *, id: str, to: str | None, by: str | None) -> Change:
    """A group's move into another; what it objects to is at the parent."""
    try:
        return move_user_group(now, id, to=to, by=by)
    except AgentprovError as error:
        at = (f"{AGENT_GROUP}:parent",)
        raise type(error)(attrs.evolve(each, path=at) if each.path else each for each in error.problems) from None


def _described(tenant: Tenant, resource: Resource, kept: UserGroup | None, found: Collector) -> tuple[str, str | None]:
    """The name and the parent that a resource says; what it doesn't say properly, as it was."""
    name, before = ("-", None) if kept is None else (kept.name, kept.parent)
    parent: str | None = resource.get(AGENT_GROUP, {}).get("parent")
    if resource.get("displayName") is None:
        found.add(Code.FIELD_REQUIRED, "displayName")
    else:
        try:
            name = plain_text(resource["displayName"])
        except InvalidValue as error:
            found.absorb(error.problems, "displayName")
    if parent is not None and parent not in tenant.user_groups.keys():  # noqa: SIM118  a list isn't asked for its hash
        found.add(Code.REFERENCE_MISSING, f"{AGENT_GROUP}:parent", kind=Kind.USER_GROUPS.noun, value=str(parent)[:80])
        return name, before
    return name, parent


def _members(tenant: Tenant, resource: Resource, found: Collector) -> list[UserId]:
    """The users that a resource names as members, each once."""
    out: dict[UserId, None] = {}
    for position, each in enumerate(resource.get("members", [])):
        value = each.get("value")
        if value is None and isinstance(each.get("$ref"), str):
            value = unquote(each["$ref"].rsplit("/", 1)[-1])
        if str(each.get("type") or "User").casefold() != "user":
            found.add(
                Code.FIELD_UNKNOWN_CHOICE, "members", position, "type", value=str(each["type"])[:80], choices=("User",)
            )
        elif not isinstance(value, str) or value not in tenant.users:
            found.add(Code.REFERENCE_MISSING, "members", position, kind=Kind.USERS.noun, value=str(value)[:80])
        else:
            out[UserId(value)] = None
    return list(out)


def _moves(
    users: Iterable[UserId], *, to: str | None, by: str | None, live: Live | None
) -> list[Callable[[Tenant], Change]]:
    return [_move(user, to=to, by=by, live=live) for user in users]


def _move(user: UserId, *, to: str | None, by: str | None, live: Live | None) -> Callable[[Tenant], Change]:
    """One member's move; what it objects to is at the member."""

    def move(now: Tenant) -> Change:
        try:
            return move_user(now, user, to=to, by=by, live=live)
        except InvalidValue as error:
            found = Collector()
            found.absorb(error.problems, "members", user)
            raise InvalidValue(found.problems) from None

    return move
