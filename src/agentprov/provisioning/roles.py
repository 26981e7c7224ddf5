"""Roles, who has them, and which inherits from which: the administrative commands of the RBAC standard (AC-6).

Each gives a change, or one error with everything that is wrong. What is named and isn't there comes first
(``NotFound``); then want of permission, alone; then faults of what was asked for (``InvalidValue``), or what guards
object to (``Refused``). Roles are changed by who holds ``access:grant`` for the whole tenant, and given and taken by
who holds it over the user; nobody hands on what they don't hold. ``by=None`` is the host: it may change all, but the
last admin stays one, what is kept apart stays apart, and the blueprint is kept.

A user whose role goes loses it at once in every session: :mod:`agentprov.engine.sessions`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from agentprov.engine.admins import ACCESS_GRANT
from agentprov.engine.permits import permit
from agentprov.errors import Code, Collector, InvalidValue, NotFound, Problem, Refused
from agentprov.model.access import EVERYONE, Role
from agentprov.model.changes import Change, Edit, Event, EventKind
from agentprov.model.ids import RoleId, UserId, user_id
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.model.users import User
from agentprov.provisioning.guards import MOST_NAMED, check_rights, some_of
from agentprov.provisioning.objections import Objections

_UNKNOWN = {
    Kind.USERS: Code.USER_UNKNOWN,
    Kind.ROLES: Code.ROLE_UNKNOWN,
    Kind.SEPARATIONS: Code.SEPARATION_UNKNOWN,
}


# ---- roles ----------------------------------------------------------------------------------------------------------


def add_role(tenant: Tenant, id: str, *, name: str, by: str | None) -> Change:
    """The change that creates a role without grants. The id ``everyone`` is that of the role everybody has.

    Raises:
        Refused: ``by`` may not change roles.
        InvalidValue: ``id.invalid``, ``id.taken``, ``role.not_in_blueprint``, or what is wrong with the name.
    """
    actor = user_id(by)
    permit(tenant, actor, ACCESS_GRANT)
    return settled(tenant, actor, [_created(tenant, id, name)], "id")


def delete_role(tenant: Tenant, id: str, *, detach: bool = False, by: str | None) -> Change:
    """The change that deletes a role that nothing refers to; with ``detach``, takes it from all who do (LC-3).

    Detached, users lose the role, roles that inherit from it lose that and so what came by it, and separations keep
    the others apart.

    Raises:
        NotFound: ``role.unknown``.
        Refused: ``by`` may not change roles; ``reference.in_use``, naming up to twenty who refer; detached, also where
            a separation would have too few roles left, or users would lack what the blueprint asks of them.
    """
    permit(tenant, user_id(by), ACCESS_GRANT)
    check_known(tenant, ("id", Kind.ROLES, id))
    actor, role = user_id(by), tenant.roles[RoleId(id)]
    guards = Collector()
    users = [user for user in tenant.users.values() if role.id in user.roles]
    heirs = [heir for heir in tenant.roles.values() if role.id in heir.inherits]
    separations = [separation for separation in tenant.separations.values() if role.id in separation.roles]
    referrers = [f"user {each.id}" for each in users]
    referrers += [f"role {each.id}" for each in heirs] + [f"separation {each.id}" for each in separations]
    if referrers and not detach:
        raise Refused.of(Code.REFERENCE_IN_USE, "id", referrers=some_of(referrers, MOST_NAMED))
    without = frozenset({role.id})
    objections = Objections(tenant)
    edits = [_with_roles(objections, user, user.roles - without, guards) for user in users]
    edits += [_edit(Kind.ROLES, heir, attrs.evolve(heir, inherits=heir.inherits - without)) for heir in heirs]
    for separation in separations:
        try:
            left = attrs.evolve(separation, roles=separation.roles - without)
        except InvalidValue as error:
            guards.absorb(error.problems, "separations", separation.id)
        else:
            edits.append(Edit(kind=Kind.SEPARATIONS, id=separation.id, before=separation, after=left))
    guards.check(Refused)
    return settled(tenant, actor, [*edits, Edit(kind=Kind.ROLES, id=role.id, before=role)], "id")


def rename_role(tenant: Tenant, id: str, *, name: str, by: str | None) -> Change:
    """The change that gives a role another name. Its id stays, and so does everything that is decided (P15).

    Raises:
        NotFound: ``role.unknown``.
        Refused: ``by`` may not change roles.
        InvalidValue: what is wrong with the name.
    """
    permit(tenant, user_id(by), ACCESS_GRANT)
    check_known(tenant, ("id", Kind.ROLES, id))
    actor, role = user_id(by), tenant.roles[RoleId(id)]
    found = Collector()
    check_given(found, ("name", name))
    found.check()
    return settled(tenant, actor, [_edit(Kind.ROLES, role, attrs.evolve(role, name=name))], "name")


# ---- who has them ---------------------------------------------------------------------------------------------------


def assign_user(tenant: Tenant, user: str, *, role: str, by: str | None) -> Change:
    """The change that gives a user a role of their own.

    Raises:
        NotFound: ``user.unknown``, ``role.unknown``.
        Refused: ``by`` may not grant over this user or doesn't hold all that the role brings; a static separation
            would be violated; or the user wouldn't have what the blueprint asks of somebody with this role.
        InvalidValue: ``role.assigned``, or ``role.everyone``, which everybody has.
    """
    stored, actor, given = _assigning(tenant, user, role, by)
    if given in stored.roles:
        raise InvalidValue.of(Code.ROLE_ASSIGNED, "role", value=given, user=stored.id)
    return _reassigned(tenant, stored, stored.roles | {given}, actor)


def deassign_user(tenant: Tenant, user: str, *, role: str, by: str | None) -> Change:
    """The change that takes a role of their own from a user. What other roles inherit from it they keep.

    Raises:
        NotFound: ``user.unknown``, ``role.unknown``; ``role.not_assigned``, also when the user has it by another role.
        Refused: ``by`` may not grant over this user; it is the last admin's; or the user would lack what the blueprint
            asks of them, or supervises agents by this role.
        InvalidValue: ``role.everyone``, which nobody can lose.
    """
    stored, actor, taken = _assigning(tenant, user, role, by)
    if taken not in stored.roles:
        own = tuple(sorted(stored.roles))
        raise NotFound.of(Code.ROLE_NOT_ASSIGNED, "role", value=taken, user=stored.id, choices=own)
    return _reassigned(tenant, stored, stored.roles - {taken}, actor)


def _assigning(tenant: Tenant, user: str, role: str, by: str | None) -> tuple[User, UserId | None, RoleId]:
    named = () if role == EVERYONE else (("role", Kind.ROLES, role),)
    actor, stored = user_id(by), tenant.users.get(UserId(user))
    permit(tenant, actor, ACCESS_GRANT, None if stored is None else stored.id)
    check_known(tenant, ("user", Kind.USERS, user), *named)
    stored = tenant.users[UserId(user)]
    if role == EVERYONE:
        raise InvalidValue.of(Code.ROLE_EVERYONE, "role", value=role)
    return stored, actor, RoleId(role)


def _reassigned(tenant: Tenant, user: User, roles: frozenset[RoleId], actor: UserId | None) -> Change:
    guards = Collector()
    edit = _with_roles(Objections(tenant), user, roles, guards)
    return settled(tenant, actor, [edit], "role", guards=guards)


# ---- which inherits from which --------------------------------------------------------------------------------------


def add_inheritance(tenant: Tenant, *, senior: str, junior: str, by: str | None) -> Change:
    """The change by which ``senior`` inherits from ``junior``: whoever has the senior role has the junior one, too.

    Raises:
        NotFound: ``role.unknown``.
        Refused: ``by`` may not change roles or doesn't hold all that the junior role brings; or users would come to
            violate a static separation.
        InvalidValue: ``role.inherited``; ``reference.cycle``; ``reference.too_deep``; ``role.second_parent`` where the
            blueprint has roles inherit from one at most.
    """
    permit(tenant, user_id(by), ACCESS_GRANT)
    check_known(tenant, ("senior", Kind.ROLES, senior), ("junior", Kind.ROLES, junior))
    actor, heir, inherited = user_id(by), tenant.roles[RoleId(senior)], RoleId(junior)
    if inherited in heir.inherits:
        raise InvalidValue.of(Code.ROLE_INHERITED, "junior", value=junior, senior=senior)
    after = attrs.evolve(heir, inherits=heir.inherits | {inherited})
    return settled(tenant, actor, [_edit(Kind.ROLES, heir, after)], "junior")


def delete_inheritance(tenant: Tenant, *, senior: str, junior: str, by: str | None) -> Change:
    """The change by which ``senior`` itself no longer inherits from ``junior``; what came by it goes, too.

    Raises:
        NotFound: ``role.unknown``; ``role.not_inherited``, also when it inherits by another role.
        Refused: ``by`` may not change roles; or it is by this that somebody is the last admin.
    """
    permit(tenant, user_id(by), ACCESS_GRANT)
    check_known(tenant, ("senior", Kind.ROLES, senior), ("junior", Kind.ROLES, junior))
    actor, heir, inherited = user_id(by), tenant.roles[RoleId(senior)], RoleId(junior)
    if inherited not in heir.inherits:
        own = tuple(sorted(heir.inherits))
        raise NotFound.of(Code.ROLE_NOT_INHERITED, "junior", value=junior, senior=senior, choices=own)
    after = attrs.evolve(heir, inherits=heir.inherits - {inherited})
    return settled(tenant, actor, [_edit(Kind.ROLES, heir, after)], "junior")


def add_ascendant(
    tenant: Tenant,
    id: str,
    *,
    name: str,
    junior: str,
    by: str | None,
) -> Change:
    """The change that creates a role which inherits from an existing one.

    Raises:
        NotFound, Refused, InvalidValue: as :func:`add_role` and :func:`add_inheritance`.
    """
    permit(tenant, user_id(by), ACCESS_GRANT)
    check_known(tenant, ("junior", Kind.ROLES, junior))
    actor = user_id(by)
    return settled(tenant, actor, [_created(tenant, id, name, RoleId(junior))], "id")


def add_descendant(tenant: Tenant, id: str, *, name: str, senior: str, by: str | None) -> Change:
    """The change that creates a role from which an existing one inherits.

    Raises:
        NotFound, Refused, InvalidValue: as :func:`add_role` and :func:`add_inheritance`.
    """
    permit(tenant, user_id(by), ACCESS_GRANT)
    check_known(tenant, ("senior", Kind.ROLES, senior))
    actor, heir = user_id(by), tenant.roles[RoleId(senior)]
    created = _created(tenant, id, name)
    after = attrs.evolve(heir, inherits=heir.inherits | {RoleId(id)})
    return settled(tenant, actor, [created, _edit(Kind.ROLES, heir, after)], "senior")


# ---- the parts, which the commands about grants and separations share -----------------------------------------------


def check_known(tenant: Tenant, *named: tuple[str, Kind, str]) -> None:
    """Refuse what isn't there, of the users, roles and separations that were named: (where, kind, id).

    Raises:
        NotFound: with all of them.
    """
    found = Collector()
    untyped: tuple[tuple[str, Kind, object], ...] = named
    for where, kind, id_ in untyped:
        if not isinstance(id_, str):  # what it is instead isn't shown: it may be a person
            found.add(Code.FIELD_WRONG_TYPE, where, expected=f"the id of a {kind.noun}", found="something else")
        elif id_ not in tenant.table(kind):
            found.add(_UNKNOWN[kind], where, value=id_)
    found.check(NotFound)


def check_given(found: Collector, *fields: tuple[str, object]) -> None:
    """Note every field, given as (name, value), that has no value at all."""
    for name, value in fields:
        if value is None:
            found.add(Code.FIELD_REQUIRED, name)


def settled(
    tenant: Tenant,
    actor: UserId | None,
    edits: Iterable[Edit],
    *path: str,
    events: Iterable[Event] = (),
    guards: Collector | None = None,
) -> Change:
    """The change, if the tenant stays whole and the guards about rights have no objection. ``path`` is what was asked.

    Raises:
        InvalidValue: with what the tenant objects to.
        Refused: with everything that guards object to, those given among them.
    """
    edits = [edit for edit in edits if edit.before != edit.after]
    told = [Event(kind=EventKind.USER_UPDATED, subject=edit.id) for edit in edits if edit.kind is Kind.USERS]
    change = Change(tenant=tenant.id, base=tenant.version, actor=actor, edits=edits, events=[*told, *events])
    found = Collector() if guards is None else guards
    try:
        check_rights(tenant, change.apply(tenant), actor, *path)
    except InvalidValue as error:
        # The tenant tells where the fault is in itself; whoever asked wants to know what of it was asked for.
        raise InvalidValue(_at(path, error.problems)) from None
    except Refused as error:
        found.absorb(error.problems)
    found.check(Refused)
    return change


def _at(path: tuple[str, ...], problems: Iterable[Problem]) -> Iterator[Problem]:
    for problem in problems:
        yield Problem(code=problem.code, path=path, parameters=problem.parameters)


def _edit(kind: Kind, before: Role | User, after: Role | User) -> Edit:
    return Edit(kind=kind, id=before.id, before=before, after=after)


def _created(tenant: Tenant, id_: str, name: str, *inherits: RoleId) -> Edit:
    """The edit that creates a role.

    Raises:
        InvalidValue: with everything wrong with its id and its name.
    """
    found = Collector()
    check_given(found, ("id", id_), ("name", name))
    if id_ in tenant.roles:
        found.add(Code.ID_TAKEN, "id", value=id_, holder="another role")
    try:
        role = Role(id=RoleId(id_), name=name, inherits=inherits)
    except InvalidValue as error:
        raise InvalidValue([*found.problems, *error.problems]) from None
    found.check()
    return Edit(kind=Kind.ROLES, id=role.id, after=role)


def _with_roles(objections: Objections, user: User, roles: frozenset[RoleId], guards: Collector) -> Edit:
    """The edit that gives a user other roles. Noted is what the blueprint objects to and didn't before."""
    after = attrs.evolve(user, roles=roles)
    guards.absorb(objections.new(user, after), "users", user.id)
    return _edit(Kind.USERS, user, after)
