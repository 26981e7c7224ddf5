"""What AC-2 to AC-4 say, in the slowest and most obvious way.

Nothing of the engine is imported here; the rules were read in the specification, and each function is one sentence
of it. What holds for a question without an object ("for the whole tenant") is said in :func:`bites`.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentprov.model.access import EVERYONE, Chosen, ChosenKind, Effect, Grant, Permission, ScopeTerm, Within
from agentprov.model.ids import RoleId, UserId
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.model.users import Status, User

Thing = tuple[Kind, str]
"""An object that is asked about: its kind and its id."""


def roles_of(tenant: Tenant, user: User) -> set[RoleId]:
    """AC-2: the user's roles and everyone, with all they inherit from."""
    held = {EVERYONE, *user.roles}
    while True:
        more = {parent for role in held if role in tenant.roles for parent in tenant.roles[role].inherits}
        if more <= held:
            return held
        held |= more


def grants_of(tenant: Tenant, user: User) -> Iterator[Grant]:
    """AC-2: the union over roles and direct grants."""
    for role in roles_of(tenant, user):
        if role in tenant.roles:
            yield from tenant.roles[role].grants
    yield from user.grants


def covers(grant: Grant, permission: Permission) -> bool:
    """AC-1: a grant covers its own permission, and `section:*` every action of the section."""
    section, _, _ = permission.partition(":")
    return grant.permission in {permission, f"{section}:*"}


def in_catalogue(tenant: Tenant, permission: Permission) -> bool:
    """AC-1: a permission is `section:action` from the tenant's catalogue."""
    return permission in tenant.blueprint.catalogue.permissions


def department_of(tenant: Tenant, user: User) -> str | None:
    """PV-8: where the blueprint says so, a user's home department is the supervisor's; otherwise it is their own."""
    if user.supervisor is not None and user.roles & tenant.blueprint.department_from_supervisor:
        return tenant.users[user.supervisor].home_department
    return user.home_department


def groups_around(tenant: Tenant, user: User) -> set[str]:
    """The user's group and all that it is nested in."""
    around: set[str] = set()
    group = user.user_group
    while group is not None:
        around.add(group)
        group = tenant.user_groups[group].parent
    return around


def same(one: str | None, other: str | None) -> bool:
    """AC-3: two users without a department share none."""
    return one is not None and one == other


def user_inside(tenant: Tenant, holder: User, term: ScopeTerm, target: User) -> bool:
    """AC-3, for users."""
    match term:
        case Within.TENANT:
            return True
        case Within.HOME_DEPARTMENT:
            return same(department_of(tenant, holder), department_of(tenant, target))
        case Within.OWN_AGENTS:
            return target.supervisor == holder.id
        case Within.OWN_USER_GROUP:
            return holder.user_group in groups_around(tenant, target)
        case Within.SELF:
            return target.id == holder.id
        case Chosen(kind=ChosenKind.USER, id=chosen):
            return chosen == target.id
        case Chosen(kind=ChosenKind.AGENT_GROUP, id=chosen):
            return chosen in target.agent_groups
        case Chosen(kind=ChosenKind.DEPARTMENT, id=chosen):
            return chosen == department_of(tenant, target)
        case _:
            return False


def thing_inside(tenant: Tenant, holder: User, term: ScopeTerm, thing: Thing) -> bool:
    """AC-3: departments and numbers are inside the tenant, one's own, or chosen; anything else inside the tenant."""
    kind, id_ = thing
    match kind, term:
        case _, Within.TENANT:
            return True
        case Kind.USERS, _:
            return user_inside(tenant, holder, term, tenant.users[UserId(id_)])
        case Kind.DEPARTMENTS, Within.HOME_DEPARTMENT:
            return id_ == department_of(tenant, holder)
        case Kind.DEPARTMENTS, Chosen(kind=ChosenKind.DEPARTMENT, id=chosen):
            return chosen == id_
        case Kind.NUMBERS, Within.OWN_NUMBERS:
            return id_ in holder.visibility.numbers
        case Kind.NUMBERS, Chosen(kind=ChosenKind.NUMBER, id=chosen):
            return chosen == id_
        case _:
            return False


def bites(tenant: Tenant, holder: User, grant: Grant, thing: Thing | None) -> bool:
    """Whether a grant speaks of the object.

    Without an object the question is about the whole tenant: only an allow of the whole tenant is enough for it, and
    a deny of any part is enough against it, for then it isn't the whole any more.
    """
    if thing is None:
        return grant.effect is Effect.DENY or Within.TENANT in grant.scope
    return any(thing_inside(tenant, holder, term, thing) for term in grant.scope)


def speaking(tenant: Tenant, user: User, permission: Permission, thing: Thing | None) -> set[Grant]:
    """The grants that speak of this permission for this object."""
    return {
        grant for grant in grants_of(tenant, user) if covers(grant, permission) and bites(tenant, user, grant, thing)
    }


def reasons(tenant: Tenant, user_id: str, permission: Permission, thing: Thing | None = None) -> set[Grant]:
    """AC-7: of an active user and an object that is there, the grants that decide: the denies, else the allows."""
    user = tenant.users.get(UserId(user_id))
    if user is None or user.status is not Status.ACTIVE or not is_there(tenant, thing):
        return set()
    found = speaking(tenant, user, permission, thing)
    return {grant for grant in found if grant.effect is Effect.DENY} or found


def is_there(tenant: Tenant, thing: Thing | None) -> bool:
    """AC-4: an unknown object is no object of the tenant."""
    return thing is None or thing[1] in tenant.table(thing[0])


def allows(tenant: Tenant, user_id: str, permission: Permission, thing: Thing | None = None) -> bool:
    """AC-2: some allow, no deny, and nothing said means no. AC-4: only active users, only objects that are there."""
    user = tenant.users.get(UserId(user_id))
    if user is None or user.status is not Status.ACTIVE:
        return False
    if not in_catalogue(tenant, permission) or not is_there(tenant, thing):
        return False
    return {grant.effect for grant in speaking(tenant, user, permission, thing)} == {Effect.ALLOW}
