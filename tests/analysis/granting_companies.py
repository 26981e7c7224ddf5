"""Tiny tenants in which many may grant, and what comes of it when everybody hands on all they can, tried out."""

from __future__ import annotations

from hypothesis import strategies as st

from agentprov.engine.access import Access
from agentprov.engine.decisions import Object
from agentprov.errors import AgentprovError
from agentprov.model.access import (
    EVERYONE,
    Catalogue,
    Chosen,
    ChosenKind,
    Effect,
    Grant,
    Permission,
    Role,
    ScopeTerm,
    Within,
)
from agentprov.model.blueprint import Blueprint
from agentprov.model.identity import Login
from agentprov.model.ids import RoleId, UserId
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.user_types import API, PERSON
from agentprov.model.users import Status, User, Visibility
from agentprov.provisioning.granting import grant
from tests.engine.companies import DEPARTMENTS, NUMBERS, company, every_object

GRANT, VIEW, EDIT = map(Permission, ("access:grant", "user:view", "user:edit"))
PERMISSIONS = (GRANT, EDIT, VIEW)
BLUEPRINT = Blueprint(
    name="test", catalogue=Catalogue(sections=Table({"access": ("grant",), "user": ("view", "edit")}))
)
USERS = [UserId(f"u-{name}") for name in ("asha", "bela", "ravi", "kiran")]
OFFERED: list[ScopeTerm] = [
    Within.TENANT,
    *(Chosen(kind=ChosenKind.USER, id=id_) for id_ in USERS),
    *(Chosen(kind=ChosenKind.DEPARTMENT, id=id_) for id_ in DEPARTMENTS),
    *(Chosen(kind=ChosenKind.NUMBER, id=id_) for id_ in NUMBERS),
]
"""All scopes of one object that somebody could be given, and the whole tenant."""

Gain = tuple[UserId, Permission]

terms: st.SearchStrategy[ScopeTerm] = st.one_of(
    st.sampled_from([Within.OWN_AGENTS, Within.HOME_DEPARTMENT, Within.SELF, Within.OWN_NUMBERS, Within.TENANT]),
    st.builds(Chosen, kind=st.just(ChosenKind.USER), id=st.sampled_from(USERS)),
    st.builds(Chosen, kind=st.just(ChosenKind.DEPARTMENT), id=st.sampled_from(DEPARTMENTS)),
    st.builds(Chosen, kind=st.just(ChosenKind.NUMBER), id=st.sampled_from(NUMBERS)),
)
grants = st.builds(
    Grant,
    permission=st.sampled_from([GRANT, GRANT, VIEW, EDIT]),
    scope=st.frozensets(terms, min_size=1, max_size=2),
    effect=st.sampled_from([*[Effect.ALLOW] * 4, Effect.DENY]),
)


@st.composite
def tenants(draw: st.DrawFn) -> Tenant:
    """Tenants of four users, most of whom hold something over others."""
    some = st.lists(grants, max_size=2)
    roles = [
        Role(id=RoleId("agent"), name="Agent", grants=draw(some)),
        Role(
            id=RoleId("lead"), name="Lead", grants=draw(some), inherits=draw(st.sampled_from([[], [RoleId("agent")]]))
        ),
    ]
    if draw(st.booleans()):
        roles.append(Role(id=EVERYONE, name="All", grants=draw(some)))
    users = [
        User(
            id=id_,
            login=Login(id_),
            type=draw(st.sampled_from([*[PERSON] * 5, API])),
            status=draw(st.sampled_from([*[Status.ACTIVE] * 8, Status.BLOCKED])),
            home_department=draw(st.none() | st.sampled_from(DEPARTMENTS[:2])),
            supervisor=draw(st.none() | st.sampled_from(USERS[:place])) if place else None,
            roles=draw(st.frozensets(st.sampled_from([RoleId("agent"), RoleId("lead")]), max_size=2)),
            grants=draw(some),
            visibility=Visibility(numbers=draw(st.frozensets(st.sampled_from(NUMBERS)))),
        )
        for place, id_ in enumerate(USERS)
    ]
    return company(*roles, *users, blueprint=BLUEPRINT)


def objects(tenant: Tenant) -> list[Object | None]:
    """What rights can be held over: every object, and the whole."""
    return [None, *every_object(tenant)]


def reached(access: Access, user: UserId, permission: Permission) -> list[bool]:
    """Over which objects a user holds a permission."""
    return [access.allows(user, permission, on) for on in objects(access.tenant)]


def gained(before: Tenant, after: Tenant) -> set[Gain]:
    """Who holds more of what."""
    old, new = Access(before), Access(after)
    return {
        (user, permission)
        for user in before.users
        for permission in PERMISSIONS
        if any(b and not a for a, b in zip(reached(old, user, permission), reached(new, user, permission), strict=True))
    }


def admins(tenant: Tenant) -> set[UserId]:
    """The active persons who may grant in the whole tenant."""
    access = Access(tenant)
    return {id_ for id_, user in tenant.users.items() if user.type == PERSON and access.allows(id_, GRANT)}


def everything_handed_on(tenant: Tenant) -> Tenant:
    """The tenant after everybody but admins has given everything they may give to anybody, until nothing is new."""
    givers = [id_ for id_, user in tenant.users.items() if user.status is Status.ACTIVE and id_ not in admins(tenant)]
    before = None
    while before is not tenant:
        before = tenant
        for giver in givers:
            for receiver in USERS:
                if tenant.users[receiver].status is Status.ACTIVE and Access(tenant).allows(giver, GRANT, receiver):
                    tenant = _handed_on(tenant, giver, receiver)
    return tenant


def _handed_on(tenant: Tenant, giver: UserId, receiver: UserId) -> Tenant:
    for permission in PERMISSIONS:
        for term in OFFERED:
            held = Access(tenant).extent(receiver, permission)
            if not held.whole and term not in held.allowed:
                try:
                    change = grant(tenant, receiver, permission, scope=[term], by=giver)
                except AgentprovError:
                    continue
                after = change.apply(tenant)
                if gained(tenant, after):
                    tenant = after
    return tenant
