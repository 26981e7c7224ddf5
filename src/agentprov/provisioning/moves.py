"""Moving a user to another user group: an operation of its own, not an update (PR-7, PV-11)."""

from __future__ import annotations

from typing import Final

import attrs

from agentprov.engine.admins import USER_EDIT
from agentprov.engine.inheritance import Properties, Source
from agentprov.engine.permits import stored_user
from agentprov.errors import Code, Collector, InvalidValue, Problem, Refused
from agentprov.model.blueprint import Ask
from agentprov.model.changes import Change, Edit, Event, EventKind
from agentprov.model.ids import UserGroupId, UserId, user_id
from agentprov.model.live import Live
from agentprov.model.properties import Level
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.model.users import User
from agentprov.provisioning.filter_gains import check_filters
from agentprov.provisioning.guards import check_handed_on, check_logged_off
from agentprov.provisioning.levels import sleeping_problem

_NOWHERE: Final = ""


def move_user(tenant: Tenant, id: str, *, to: str | None, by: str | None, live: Live | None) -> Change:
    """The change that moves a user to another user group, or out of theirs.

    Nothing but the group changes in the user: values and resource filters of their own stay, inherited ones follow the
    new group, the old group's profiles go and the new group's come, personal ones and the unticks stay. So moving there
    and back gives an equal user. An event asks the host to tell the user. A move to where they are changes nothing.

    Raises:
        NotFound: ``user.unknown``.
        Refused: ``by`` may not edit this user, or the user would gain rights that ``by`` doesn't hold; the user is
            logged on to a queue, or the host didn't say whether they are.
        InvalidValue: there is no such group, or the blueprint forbids groups or requires one. A blueprint whose form
            doesn't ask for the group leaves it to this operation.
    """
    id_, actor = UserId(id), user_id(by)
    group = None if to is None else UserGroupId(to)
    user = stored_user(tenant, id_, actor, USER_EDIT)
    found, guards = Collector(), Collector()
    check_logged_off(guards, live, id_)
    check_move(tenant, user, group, found)
    if found.problems:
        raise InvalidValue([*found.problems, *guards.problems])
    moved = attrs.evolve(user, user_group=group)
    edits = [] if moved == user else [Edit(kind=Kind.USERS, id=id_, before=user, after=moved)]
    change = Change(tenant=tenant.id, base=tenant.version, actor=actor, edits=edits, events=move_events(user, group))
    after = change.apply(tenant)
    check_handed_on(tenant, after, actor, "to")
    check_filters(tenant, after, actor)
    guards.check(Refused)
    return attrs.evolve(change, warnings=_asleep(tenant, after, id_))


def _asleep(before: Tenant, after: Tenant, user: UserId) -> tuple[Problem, ...]:
    """Of the user's own values those that begin to sleep, by a lock or a bound of the new group (PR-4)."""
    had, has = Properties(before), Properties(after)
    own = Source(level=Level.USER, id=user)
    return tuple(
        sleeping_problem(after, name, each, "properties", name)
        for name in after.users[user].properties
        for each in has.resolve(user, name).sleeping
        if each.source == own and all(other.source != own for other in had.resolve(user, name).sleeping)
    )


def check_move(tenant: Tenant, user: User, to: UserGroupId | None, found: Collector) -> None:
    """Whether the group is there and the blueprint allows it."""
    rule = tenant.blueprint.rule("user_group", user.roles, user.type, user.sign_in.method)
    if to is None:
        if rule is not None and rule.ask is Ask.REQUIRED:
            found.add(Code.FIELD_REQUIRED, "to")
    elif rule is not None and rule.ask in {Ask.FORBIDDEN, Ask.DERIVED}:
        found.add(Code.FIELD_NOT_ALLOWED, "to")
    elif to not in tenant.user_groups:
        found.add(Code.REFERENCE_MISSING, "to", kind=Kind.USER_GROUPS.noun, value=str(to))


def move_events(user: User, to: UserGroupId | None) -> tuple[Event, ...]:
    """What happens when a user is moved: that they are, and that they should be told."""
    if user.user_group == to:
        return ()
    facts = {"from": user.user_group or _NOWHERE, "to": to or _NOWHERE}
    return (
        Event(kind=EventKind.USER_MOVED, subject=user.id, facts=facts),
        Event(kind=EventKind.USER_TOLD, subject=user.id, facts={"why": "moved", **facts}),
    )
