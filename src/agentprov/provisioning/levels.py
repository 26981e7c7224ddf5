"""The levels at which an operation can be made: the tenant, a user group, a user; who may, and who is told."""

from __future__ import annotations

from typing import Final

import attrs

from agentprov.engine.admins import USER_EDIT
from agentprov.engine.inheritance import LockedBy, Properties, Sleeping, Source
from agentprov.engine.memo import Memo
from agentprov.engine.permits import known_permission, permit, stored_user
from agentprov.engine.sentences import named, value_words
from agentprov.errors import Code, InvalidValue, NotFound, Parameter, Problem, Refused
from agentprov.model.access import Permission
from agentprov.model.changes import Change, Edit, Event, EventKind, LimitEdit, PropertyEdit
from agentprov.model.groups import UserGroup
from agentprov.model.ids import UserGroupId, UserId
from agentprov.model.incremental import tally
from agentprov.model.indexes import Claim
from agentprov.model.limits import PropertyLimit
from agentprov.model.properties import Level, PropertyDefinition, PropertyName, PropertyValue
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.model.users import User

USER_GROUP_EDIT: Final = Permission("user_group:edit")

Holder = User | UserGroup | None
"""Whose value it is; nothing for the tenant."""


def stored_group(tenant: Tenant, id: str, by: UserId | None, permission: Permission, at: str = "id") -> UserGroup:
    """The user group of this id, for an actor who may do this to user groups.

    Raises:
        Refused: the actor may not.
        NotFound: ``reference.missing``, at ``at``.
    """
    permit(tenant, by, known_permission(tenant, permission))
    return existing_group(tenant, id, at)


def existing_group(tenant: Tenant, id: str, at: str) -> UserGroup:
    """The user group of this id.

    Raises:
        NotFound: ``reference.missing``, at ``at``.
    """
    if not isinstance(id, str):
        raise InvalidValue.of(Code.FIELD_WRONG_TYPE, at, expected="a user group's id", found="something else")
    group = tenant.user_groups.get(UserGroupId(id))
    if group is None:
        raise NotFound.of(Code.REFERENCE_MISSING, at, kind=Kind.USER_GROUPS.noun, value=str(id)[:80])
    return group


def holder_at(tenant: Tenant, user: UserId | None, group: str | None, by: UserId | None) -> Holder:
    """Whose own value is meant, for an actor who may edit it.

    Raises:
        InvalidValue: both a user and a group are named.
        Refused, NotFound: the actor may not, or whoever is named isn't there.
    """
    if user is None:
        return above_users(tenant, group, by)
    if group is not None:
        raise InvalidValue.of(Code.FIELD_CONTRADICTS, "user", other="group")
    return stored_user(tenant, user, by, USER_EDIT)


def above_users(tenant: Tenant, group: str | None, by: UserId | None) -> UserGroup | None:
    """The user group that is named, or nothing for the tenant, for an actor who may edit it.

    Raises:
        Refused, NotFound: the actor may not, or the group isn't there.
    """
    if group is not None:
        return stored_group(tenant, group, by, USER_GROUP_EDIT, "group")
    permit(tenant, by, USER_EDIT)
    return None


def source_of(holder: Holder) -> Source:
    """The level that a holder's own values are at."""
    match holder:
        case None:
            return Source(level=Level.TENANT)
        case UserGroup(id=id_):
            return Source(level=Level.USER_GROUP, id=id_)
        case User(id=id_):
            return Source(level=Level.USER, id=id_)


def existing_definition(tenant: Tenant, name: str) -> PropertyDefinition:
    """What a property is.

    Raises:
        InvalidValue: ``property.unknown``.
    """
    if not isinstance(name, str):
        raise InvalidValue.of(Code.FIELD_WRONG_TYPE, "name", expected="a property's name", found="something else")
    definition = tenant.property_definitions.get(PropertyName(name))
    if definition is None:
        raise InvalidValue.of(Code.PROPERTY_UNKNOWN, "name", value=str(name)[:80])
    return definition


def check_unlocked(tenant: Tenant, holder: Holder, name: PropertyName) -> None:
    """Refuse what a lock above forbids. Nothing is above the tenant.

    Raises:
        Refused: ``property.locked``.
    """
    if holder is not None:
        around = holder.user_group if isinstance(holder, User) else holder.parent
        locked_by = Properties(tenant).inherited(around, name).locked_by
        if locked_by is not None:
            words = source_words(tenant, locked_by)
            raise Refused.of(Code.PROPERTY_LOCKED, "name", value=name, holder=words)


# ---- the changes ----------------------------------------------------------------------------------------------------


def value_change(
    tenant: Tenant, holder: Holder, name: PropertyName, value: PropertyValue | None, by: UserId | None
) -> Change:
    """The change of a holder's own value, or to none; the same as before gives a change without edits."""
    values = tenant.properties if holder is None else holder.properties
    before = values.get(name)
    # Python's `True == 1` does no harm: a property's kind lets it hold flags or numbers, never both.
    if before == value:
        return Change(tenant=tenant.id, base=tenant.version, actor=by)
    after = values.drop(name) if value is None else values.put(name, value)
    kind = EventKind.PROPERTY_RESET if value is None else EventKind.PROPERTY_SET
    return Change(
        tenant=tenant.id,
        base=tenant.version,
        actor=by,
        edits=() if holder is None else (edited(holder, attrs.evolve(holder, properties=after)),),
        properties=(PropertyEdit(name=name, before=before, after=value),) if holder is None else (),
        events=_events(tenant, holder, kind, name, by),
    )


def limit_change(
    tenant: Tenant,
    group: UserGroup | None,
    name: PropertyName,
    limit: PropertyLimit | None,
    *,
    by: UserId | None,
    kind: EventKind,
) -> Change:
    """The change of what a user group, or the tenant, locks and bounds, or to nothing."""
    limits = tenant.property_limits if group is None else group.property_limits
    before = limits.get(name)
    if before == limit:
        return Change(tenant=tenant.id, base=tenant.version, actor=by)
    after = limits.drop(name) if limit is None else limits.put(name, limit)
    return Change(
        tenant=tenant.id,
        base=tenant.version,
        actor=by,
        edits=() if group is None else (edited(group, attrs.evolve(group, property_limits=after)),),
        limits=(LimitEdit(name=name, before=before, after=limit),) if group is None else (),
        events=_events(tenant, group, kind, name, by),
    )


def edited(before: User | UserGroup, after: User | UserGroup) -> Edit:
    """The edit of a user or a user group."""
    return Edit(
        kind=Kind.USERS if isinstance(before, User) else Kind.USER_GROUPS, id=before.id, before=before, after=after
    )


def _events(
    tenant: Tenant, holder: Holder, kind: EventKind, name: PropertyName, by: UserId | None
) -> tuple[Event, ...]:
    subject = tenant.id if holder is None else holder.id
    event = Event(kind=kind, subject=subject, facts={"name": name})
    return (event, *told(tenant, holder, by, why="property", name=name))


def told(tenant: Tenant, holder: Holder, by: UserId | None, **facts: str) -> tuple[Event, ...]:
    """The event that asks the host to tell whoever is concerned: once for a group, with how many users are in it.

    Users who do it themselves aren't told, nor are groups without members.
    """
    if isinstance(holder, User):
        return () if holder.id == by else (Event(kind=EventKind.USER_TOLD, subject=holder.id, facts=facts),)
    users = len(tenant.users) if holder is None else members_within(tenant, holder.id)
    subject = tenant.id if holder is None else holder.id
    event = Event(kind=EventKind.USER_TOLD, subject=subject, facts={**facts, "users": str(users)})
    return (event,) if users else ()


def members_within(tenant: Tenant, group: UserGroupId) -> int:
    """How many users are in a group and in those nested in it: from the counts of the tenant, not from the users."""
    counted = tally(tenant)
    own = counted.count(Claim.MEMBER, group)
    if own == counted.count(Kind.USER_GROUPS, group):
        return own  # nothing but its members refers to it, so nothing is nested in it
    groups = tenant.user_groups
    is_inside: Memo[UserGroupId | None, bool] = Memo(
        lambda id_: id_ == group or (id_ is not None and is_inside[groups[id_].parent])
    )
    return sum(counted.count(Claim.MEMBER, id_) for id_ in groups if is_inside[id_])


def try_out(tenant: Tenant, change: Change, *asked: str) -> Tenant:
    """The tenant that a change leads to; what it objects to in the edited objects is told at the fields as asked.

    ``asked`` are the names of arguments that differ from the fields: ``to=parent``.

    Raises:
        InvalidValue: with what the tenant objects to.
    """
    try:
        return change.apply(tenant)
    except InvalidValue as error:
        edited = {(edit.kind.value, edit.id) for edit in change.edits}
        names = {field: name for name, _, field in (each.partition("=") for each in asked)}
        raise InvalidValue(_as_asked(problem, edited, names) for problem in error.problems) from None


def _as_asked(problem: Problem, edited: set[tuple[str, str]], names: dict[str, str]) -> Problem:
    """The problem at the argument, if it is in an object that the change edits."""
    if tuple(map(str, problem.path[:2])) not in edited or len(problem.path) < _DEEP:
        return problem
    field, *inside = problem.path[2:]
    return attrs.evolve(problem, path=(names.get(str(field), field), *inside))


_DEEP: Final = 3
"""How long a path into a field of an object is: its kind, its id, the field."""


# ---- what sleeps ----------------------------------------------------------------------------------------------------


def source_words(tenant: Tenant, source: Source) -> str:
    """A level in words: ``the user group Sales``."""
    match source.level:
        case Level.USER_GROUP:
            return f"the user group {named(tenant, Kind.USER_GROUPS, str(source.id))}"
        case Level.USER:
            return f"the user {named(tenant, Kind.USERS, str(source.id))}"
        case Level.TENANT:
            return "the tenant"
        case Level.DEFINITION:
            return "the definition"


def sleeping_problem(tenant: Tenant, name: PropertyName, sleeping: Sleeping, *path: str) -> Problem:
    """The warning of a value that doesn't count."""
    why = sleeping.why
    code = Code.PROPERTY_SLEEPS_LOCKED if isinstance(why, LockedBy) else Code.PROPERTY_SLEEPS_OUT_OF_BOUNDS
    value = value_words(sleeping.value, tenant.property_definitions[name].unit)
    parameters: dict[str, Parameter] = {"value": name, "sleeping": value, "holder": source_words(tenant, why.source)}
    return Problem(code=code, path=path, parameters=parameters)
