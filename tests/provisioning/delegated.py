"""Small tenants full of rights that are held in part, and commands that anybody there may try."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import attrs
from hypothesis import strategies as st

from agentprov.engine.admins import ACCESS_GRANT
from agentprov.engine.permits import permit
from agentprov.model.access import (
    EVERYONE,
    WHOLE_TENANT,
    Catalogue,
    Chosen,
    ChosenKind,
    Effect,
    Grant,
    Permission,
    Role,
    Scope,
    ScopeTerm,
    Within,
)
from agentprov.model.blueprint import Ask, Blueprint, FieldRule, Switch
from agentprov.model.changes import Change, Edit
from agentprov.model.groups import UserGroup
from agentprov.model.identity import Login
from agentprov.model.ids import RoleId, SeparationId, UserGroupId, UserId
from agentprov.model.live import Live
from agentprov.model.references import Item, Kind
from agentprov.model.separations import Separation
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import Status, User, Visibility
from agentprov.provisioning import create_user, delete_user, move_user, update_user
from agentprov.provisioning.access_list import tick, untick
from agentprov.provisioning.granting import grant, replace_scope, revoke
from agentprov.provisioning.guards import check_rights
from agentprov.provisioning.role_grants import grant_permission, revoke_permission
from agentprov.provisioning.roles import add_inheritance, assign_user, deassign_user, delete_inheritance, delete_role
from tests.engine.companies import AGENT_GROUPS, DEPARTMENTS, GROUPS, NUMBERS, ROLES, USERS, company

AT = datetime(2026, 3, 1, tzinfo=UTC)
LOGGED_OFF = Live(queues={})
PEOPLE = USERS[:3]
NEWCOMER = UserId("u-newcomer")
SECTIONS = {"user": ("view", "add", "edit", "delete"), "queue": ("view",), "access": ("grant",)}
CATALOGUE = Catalogue(sections=Table(SECTIONS))
PERMISSIONS = sorted(CATALOGUE.permissions)
FIELDS = ("name", "roles", "home_department", "supervisor", "agent_groups", "visible_numbers", "status", "manages")


def blueprint(*, linked: bool) -> Blueprint:
    """A blueprint that asks for nothing but a login; where linked, leads have their supervisor's department."""
    return Blueprint(
        name="open",
        catalogue=CATALOGUE,
        rules=[FieldRule(field="login", ask=Ask.REQUIRED), *(FieldRule(field=name) for name in FIELDS)],
        switches=[Switch(field="manages", permission=Permission("user:*"))],
        department_from_supervisor=ROLES[1:2] if linked else (),
    )


VIEW = Permission("user:view")
permissions = st.sampled_from([VIEW, VIEW, *PERMISSIONS, Permission("user:*")])
departments = st.sampled_from(DEPARTMENTS[:2])
groups = st.sampled_from(GROUPS[:2])
terms: st.SearchStrategy[ScopeTerm] = st.one_of(
    st.sampled_from(Within),
    st.sampled_from(Within),
    st.builds(Chosen, kind=st.just(ChosenKind.USER), id=st.sampled_from(PEOPLE)),
    st.builds(Chosen, kind=st.just(ChosenKind.AGENT_GROUP), id=st.sampled_from(AGENT_GROUPS)),
    st.builds(Chosen, kind=st.just(ChosenKind.DEPARTMENT), id=departments),
    st.builds(Chosen, kind=st.just(ChosenKind.NUMBER), id=st.sampled_from(NUMBERS)),
)
scopes = st.frozensets(terms, min_size=1, max_size=2)
allows = st.builds(Grant, permission=permissions, scope=scopes)
denies = st.builds(
    Grant, permission=st.sampled_from([VIEW, VIEW, *PERMISSIONS]), scope=scopes, effect=st.just(Effect.DENY)
)
grants = st.one_of(allows, allows, allows, denies)
role_sets = st.frozensets(st.sampled_from(ROLES), max_size=2)
MANAGED = ("access:grant", "user:edit", "user:add", "user:delete")
MANAGING = [
    Grant(permission=Permission(each), scope=WHOLE_TENANT) for each in ("access:grant", "user:edit", "user:add")
]
"""What most people have, so that commands are often allowed; what they hand on is mostly something else."""


@st.composite
def tenants(draw: st.DrawFn) -> Tenant:
    """Three people with three roles, of whom some manage; denies, inactive people, links and separations among them."""
    several = st.lists(grants, max_size=2)
    inherits = draw(st.sampled_from([(), ROLES[:1]]))
    held = [
        Role(id=ROLES[0], name="Junior", grants=draw(several)),
        Role(id=ROLES[1], name="Lead", grants=draw(several), inherits=inherits),
        Role(id=ROLES[2], name="Admin", grants=draw(st.lists(allows, max_size=2))),
    ]
    if draw(st.booleans()):
        held.append(Role(id=EVERYONE, name="All of us", grants=draw(st.lists(grants, max_size=1))))
    separations = [Separation(id=SeparationId("s-1"), name="Apart", roles=ROLES[:2])] if draw(st.booleans()) else []
    return company(
        *held,
        *(draw(_people(place)) for place in range(len(PEOPLE))),
        blueprint=blueprint(linked=draw(st.booleans())),
        separations=Table({each.id: each for each in separations}),
    )


def _people(place: int) -> st.SearchStrategy[User]:
    id_ = PEOPLE[place]
    return st.builds(
        User,
        id=st.just(id_),
        login=st.just(Login(id_)),
        status=st.sampled_from([*[Status.ACTIVE] * 12, *Status]),
        user_group=st.none() | groups,
        home_department=st.none() | departments,
        supervisor=st.none() | st.sampled_from(PEOPLE[:place]) if place else st.none(),
        agent_groups=st.frozensets(st.sampled_from(AGENT_GROUPS)),
        roles=role_sets,
        grants=st.builds(
            lambda managing, own: [*managing, *own],
            st.sampled_from([MANAGING, MANAGING, MANAGING[1:], []]),
            st.lists(grants, max_size=2),
        ),
        visibility=st.builds(Visibility, numbers=st.frozensets(st.sampled_from(NUMBERS))),
    )


Command = Callable[[Tenant, UserId | None], Change]
"""Tried by somebody on a tenant, it gives a change or an error."""

people = st.sampled_from(PEOPLE)
roles = st.sampled_from(ROLES)
actors = st.sampled_from([*PEOPLE, *PEOPLE, None])
forms = st.fixed_dictionaries(
    {},
    optional={
        "roles": role_sets.map(sorted),
        "home_department": st.none() | departments,
        "supervisor": st.none() | people,
        "agent_groups": st.frozensets(st.sampled_from(AGENT_GROUPS)).map(sorted),
        "visible_numbers": st.frozensets(st.sampled_from(NUMBERS)).map(sorted),
        "status": st.sampled_from([each.value for each in Status]),
        "manages": st.booleans(),
    },
)
actions = st.lists(st.sampled_from(SECTIONS["user"]), unique=True)


def hand_made(tenant: Tenant, by: UserId | None, kind: Kind, item: Item, id_: str) -> Change:
    """A host's own command: it asks whether the actor may grant, and then the guards."""
    edit = Edit(kind=kind, id=id_, before=tenant.table(kind).get(id_), after=item)
    change = Change(tenant=tenant.id, base=tenant.version, actor=by, edits=[edit])
    permit(tenant, by, ACCESS_GRANT)
    check_rights(tenant, change.apply(tenant), by)
    return change


def assign(user: UserId, role: RoleId) -> Command:
    """Give a user a role."""
    return lambda tenant, by: assign_user(tenant, user, role=role, by=by)


def deassign(user: UserId, role: RoleId) -> Command:
    """Take a role from a user."""
    return lambda tenant, by: deassign_user(tenant, user, role=role, by=by)


def inherit(senior: RoleId, junior: RoleId) -> Command:
    """Let a role inherit from another."""
    return lambda tenant, by: add_inheritance(tenant, senior=senior, junior=junior, by=by)


def part(senior: RoleId, junior: RoleId) -> Command:
    """Let it inherit no more."""
    return lambda tenant, by: delete_inheritance(tenant, senior=senior, junior=junior, by=by)


def widen(role: RoleId, asked: Grant) -> Command:
    """Give a role a grant."""
    permission, scope, effect = asked.permission, asked.scope, asked.effect
    return lambda tenant, by: grant_permission(tenant, role, permission, scope=scope, effect=effect, by=by, at=AT)


def narrow(role: RoleId, asked: Grant) -> Command:
    """Take a permission from a role, or a deny."""
    return lambda tenant, by: revoke_permission(tenant, role, asked.permission, effect=asked.effect, by=by)


def drop_role(role: RoleId) -> Command:
    """Delete a role, and take it from all who have it."""
    return lambda tenant, by: delete_role(tenant, role, detach=True, by=by)


def nest_group(group: UserGroupId, parent: UserGroupId | None) -> Command:
    """Nest a user group in another one."""
    item = UserGroup(id=group, name="Moved", parent=parent)
    return lambda tenant, by: hand_made(tenant, by, Kind.USER_GROUPS, item, group)


def update(user: UserId, form: dict[str, object]) -> Command:
    """Update a user by a form."""
    return lambda tenant, by: update_user(tenant, user, form, by=by, at=AT)


def create(form: dict[str, object]) -> Command:
    """Create a user by a form."""
    return lambda tenant, by: create_user(tenant, {"login": "newcomer", **form}, by=by, at=AT)


def delete(user: UserId) -> Command:
    """Delete a user."""
    return lambda tenant, by: delete_user(tenant, user, by=by, at=AT, live=LOGGED_OFF)


def move(user: UserId, group: UserGroupId | None) -> Command:
    """Move a user to a group, or out of theirs."""
    return lambda tenant, by: move_user(tenant, user, to=group, by=by, live=LOGGED_OFF)


def give(user: UserId, asked: Grant) -> Command:
    """Give a user a grant."""
    permission, scope, effect = asked.permission, asked.scope, asked.effect
    return lambda tenant, by: grant(tenant, user, permission, scope=scope, effect=effect, by=by, at=AT)


def take(user: UserId, asked: Grant) -> Command:
    """Take a permission from a user, or a deny."""
    return lambda tenant, by: revoke(tenant, user, asked.permission, effect=asked.effect, by=by)


def rescope(user: UserId, asked: Grant) -> Command:
    """Make a permission of a user hold elsewhere."""
    permission, scope, effect = asked.permission, asked.scope, asked.effect
    return lambda tenant, by: replace_scope(tenant, user, permission, scope=scope, effect=effect, by=by, at=AT)


def ticking(user: UserId, ticked: list[str], scope: Scope) -> Command:
    """Tick exactly these boxes."""
    return lambda tenant, by: tick(tenant, user, "user", ticked, scope=scope, by=by, at=AT)


def unticking(user: UserId, ticked: list[str]) -> Command:
    """Untick these boxes."""
    return lambda tenant, by: untick(tenant, user, "user", ticked, by=by)


commands: st.SearchStrategy[Command] = st.one_of(
    st.builds(update, people, forms),
    st.builds(update, people, forms),
    st.builds(create, forms),
    st.builds(delete, people),
    st.builds(move, people, st.none() | groups),
    st.builds(give, people, grants),
    st.builds(take, people, grants),
    st.builds(rescope, people, grants),
    st.builds(ticking, people, actions, scopes),
    st.builds(unticking, people, actions),
    st.builds(assign, people, roles),
    st.builds(deassign, people, roles),
    st.builds(inherit, roles, roles),
    st.builds(part, roles, roles),
    st.builds(widen, st.sampled_from([*ROLES, EVERYONE]), grants),
    st.builds(narrow, st.sampled_from([*ROLES, EVERYONE]), grants),
    st.builds(drop_role, roles),
    st.builds(nest_group, groups, st.none() | groups),
)
tries = st.tuples(actors, commands)
"""Who tries, and what."""


def as_active(tenant: Tenant) -> Tenant:
    """The tenant with everybody active: rights are compared whatever the status."""
    users = {id_: attrs.evolve(user, status=Status.ACTIVE) for id_, user in tenant.users.items()}
    return attrs.evolve(tenant, users=Table(users))


MANAGER = PEOPLE[0]


def with_one_manager(tenant: Tenant) -> Tenant:
    """The tenant in which one of the people has what makes an admin of their own, and the others have no such grant."""
    users = {
        id_: attrs.evolve(user, grants=[each for each in user.grants if each.permission != "access:grant"])
        for id_, user in tenant.users.items()
    }
    manager = users[MANAGER]
    users[MANAGER] = attrs.evolve(manager, status=Status.ACTIVE, grants=(*manager.grants, *MANAGING))
    return attrs.evolve(tenant, users=tenant.users.edited(users))


_granting = st.builds(
    Grant, permission=st.just(Permission("access:grant")), scope=scopes, effect=st.sampled_from(Effect)
)
threats = st.tuples(
    st.sampled_from([MANAGER, None]),
    st.one_of(
        st.builds(update, st.just(MANAGER), forms),
        st.builds(delete, st.just(MANAGER)),
        st.builds(give, st.just(MANAGER), _granting),
        st.builds(take, people, _granting),
        st.builds(rescope, st.just(MANAGER), _granting),
        st.builds(widen, st.sampled_from([*ROLES, EVERYONE]), _granting),
        st.builds(narrow, st.sampled_from([*ROLES, EVERYONE]), _granting),
        st.builds(assign, people, roles),
        st.builds(deassign, people, roles),
        st.builds(give, people, _granting),
    ),
)
"""Commands by which a tenant may come to have no admin, or another one."""
