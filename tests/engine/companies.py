"""Small tenants for the tests of access, inheritance and previews: one to read, and generated ones with shared ids."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import attrs
from hypothesis import strategies as st

from agentprov.engine.decisions import Object
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
from agentprov.model.contact import PhoneNumber
from agentprov.model.departments import Department
from agentprov.model.destinations import HangUp
from agentprov.model.groups import AgentGroup, Profile, Queue, UserGroup
from agentprov.model.identity import Login
from agentprov.model.ids import (
    AgentGroupId,
    DepartmentId,
    NumberId,
    ProfileId,
    QueueId,
    RoleId,
    TenantId,
    UserGroupId,
    UserId,
)
from agentprov.model.numbers import Number
from agentprov.model.properties import (
    NONE,
    Flag,
    ObjectSet,
    PropertyDefinition,
    PropertyName,
    PropertyValue,
    WholeNumber,
)
from agentprov.model.references import Kind
from agentprov.model.settings import Settings
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import Status, User, Visibility

SETTINGS = Settings(time_zone="Asia/Kolkata", region="IN")
CATALOGUE = Catalogue(sections=Table({"user": ("view", "edit"), "queue": ("view",)}))
PERMISSIONS = sorted(CATALOGUE.permissions)
BLUEPRINT = Blueprint(name="test", catalogue=CATALOGUE)

USERS = [UserId(f"u-{name}") for name in ("asha", "bela", "ravi", "kiran", "mina", "omar")]
GROUPS = [UserGroupId(f"g-{name}") for name in ("all", "sales", "north", "other")]
PARENTS = {"g-sales": "g-all", "g-north": "g-sales"}
DEPARTMENTS = [DepartmentId(f"d-{name}") for name in ("sales", "billing", "night")]
AGENT_GROUPS = [AgentGroupId("a-red"), AgentGroupId("a-blue")]
NUMBERS = [NumberId("n-1"), NumberId("n-2")]
ROLES = [RoleId("junior"), RoleId("lead"), RoleId("admin")]
PROPERTIES = [PropertyName(name) for name in ("pause", "ring", "filter")]
PROFILES = [ProfileId(f"p-{number}") for number in range(4)]


def grant(permission: str, *scope: ScopeTerm, deny: bool = False) -> Grant:
    """A grant in few words; without a scope for the whole tenant."""
    effect = Effect.DENY if deny else Effect.ALLOW
    return Grant(permission=Permission(permission), scope=scope or [Within.TENANT], effect=effect)


def chosen(kind: ChosenKind, id_: str) -> Chosen:
    """A chosen object in few words."""
    return Chosen(kind=kind, id=id_)


def role(id_: str, *grants: Grant, inherits: Sequence[str] = ()) -> Role:
    """A role in few words."""
    return Role(id=RoleId(id_), name=id_.capitalize(), inherits=[RoleId(each) for each in inherits], grants=grants)


def user(id_: str, *grants: Grant, roles: Sequence[str] = (), **fields: Any) -> User:
    """A user in few words: ``u-asha`` has the login ``asha`` and the name ``Asha``."""
    short = id_.removeprefix("u-")
    given = User(id=UserId(id_), login=Login(short), name=short.capitalize(), grants=grants)
    return attrs.evolve(given, roles=[RoleId(each) for each in roles], **fields)


def company(*items: User | Role, **tables: Any) -> Tenant:
    """A tenant with these users and roles, and one of each kind of object that a scope can name."""
    fields: dict[str, Any] = {
        "users": Table({item.id: item for item in items if isinstance(item, User)}),
        "roles": Table({item.id: item for item in items if isinstance(item, Role)}),
        "blueprint": BLUEPRINT,
        "user_groups": user_groups(),
        "departments": Table({id_: Department(id=id_, name=id_[2:].capitalize()) for id_ in DEPARTMENTS}),
        "agent_groups": Table({id_: AgentGroup(id=id_, name=id_[2:].capitalize()) for id_ in AGENT_GROUPS}),
        "numbers": Table(
            {
                id_: Number(id=id_, phone=PhoneNumber(f"+9122345678{place:02d}"), to=HangUp())
                for place, id_ in enumerate(NUMBERS)
            }
        ),
        "queues": Table({QueueId("q-1"): Queue(id=QueueId("q-1"), name="Support")}),
    }
    return Tenant(id=TenantId("t-1"), name="Company", settings=SETTINGS, **{**fields, **tables})


def user_groups(**values: dict[str, PropertyValue]) -> Table[UserGroupId, UserGroup]:
    """The user groups: north is nested in sales, sales in all; other stands alone. Values by the name after `g-`."""
    return Table(
        {
            id_: UserGroup(
                id=id_,
                name=id_[2:].capitalize(),
                parent=UserGroupId(PARENTS[id_]) if id_ in PARENTS else None,
                properties=own_values(values.get(id_[2:], {})),
            )
            for id_ in GROUPS
        }
    )


def own_values(values: dict[str, PropertyValue]) -> Table[PropertyName, PropertyValue]:
    """Property values by plain names."""
    return Table({PropertyName(name): value for name, value in values.items()})


def every_object(tenant: Tenant) -> list[Object]:
    """Every object of a tenant."""
    return [Object(kind=kind, id=id_) for kind in Kind for id_ in tenant.table(kind)]


# ---- generated tenants ----------------------------------------------------------------------------------------------

scope_terms: st.SearchStrategy[ScopeTerm] = st.one_of(
    st.sampled_from(Within),
    st.builds(Chosen, kind=st.just(ChosenKind.USER), id=st.sampled_from(USERS)),
    st.builds(Chosen, kind=st.just(ChosenKind.AGENT_GROUP), id=st.sampled_from(AGENT_GROUPS)),
    st.builds(Chosen, kind=st.just(ChosenKind.DEPARTMENT), id=st.sampled_from(DEPARTMENTS)),
    st.builds(Chosen, kind=st.just(ChosenKind.NUMBER), id=st.sampled_from(NUMBERS)),
)


def grants(effects: Iterable[Effect] = Effect) -> st.SearchStrategy[Grant]:
    """Grants of any permission, a whole section among them, with up to three terms of scope."""
    return st.builds(
        Grant,
        permission=st.sampled_from([Permission("user:*"), *map(Permission, PERMISSIONS)]),
        scope=st.frozensets(scope_terms, min_size=1, max_size=3),
        effect=st.sampled_from(list(effects)),
    )


@st.composite
def tenants(draw: st.DrawFn) -> Tenant:
    """Tenants of six users whose ids, groups, departments and roles collide as often as they can."""
    several = st.lists(grants(), max_size=3)
    roles = [
        Role(id=ROLES[0], name="Junior", grants=draw(several)),
        Role(id=ROLES[1], name="Lead", grants=draw(several), inherits=draw(st.frozensets(st.just(ROLES[0])))),
        Role(id=ROLES[2], name="Admin", grants=draw(several), inherits=draw(st.frozensets(st.sampled_from(ROLES[:2])))),
    ]
    if draw(st.booleans()):
        roles.append(Role(id=EVERYONE, name="All of us", grants=draw(several)))
    users = [draw(_users(place)) for place in range(len(USERS))]
    values = {id_[2:]: draw(property_values) for id_ in GROUPS}
    return company(
        *roles,
        *users,
        user_groups=user_groups(**values),
        property_definitions=DEFINITIONS,
        properties=own_values(draw(property_values)),
        profiles=draw(_profiles),
    )


def _users(place: int) -> st.SearchStrategy[User]:
    """A user who may be supervised by any of those before, so that nobody goes round in a circle."""
    id_ = USERS[place]
    return st.builds(
        User,
        id=st.just(id_),
        login=st.just(Login(id_)),
        name=st.just(id_[2:].capitalize()),
        status=st.sampled_from([*[Status.ACTIVE] * 5, *Status]),
        user_group=st.none() | st.sampled_from(GROUPS),
        home_department=st.none() | st.sampled_from(DEPARTMENTS),
        supervisor=st.none() | st.sampled_from(USERS[:place]) if place else st.none(),
        agent_groups=st.frozensets(st.sampled_from(AGENT_GROUPS)),
        roles=st.frozensets(st.sampled_from(ROLES), max_size=2),
        grants=st.lists(grants(), max_size=2),
        visibility=st.builds(Visibility, numbers=st.frozensets(st.sampled_from(NUMBERS))),
        properties=st.builds(own_values, property_values),
    )


def _define(name: str, kind: WholeNumber | Flag | ObjectSet, default: PropertyValue) -> PropertyDefinition:
    return PropertyDefinition(name=PropertyName(name), title=name.capitalize(), kind=kind, default=default)


DEFINITIONS = Table(
    {
        definition.name: definition
        for definition in (
            _define("pause", Flag(), default=False),
            attrs.evolve(_define("ring", WholeNumber(low=1, high=3), default=1), unit="s"),
            _define("filter", ObjectSet(), default=NONE),
        )
    }
)

property_values: st.SearchStrategy[dict[str, PropertyValue]] = st.fixed_dictionaries(
    {},
    optional={
        "pause": st.booleans() | st.just(NONE),
        "ring": st.integers(1, 3) | st.just(NONE),
        "filter": st.frozensets(st.sampled_from(["x", "y"])) | st.just(NONE),
    },
)

_profiles: st.SearchStrategy[Table[ProfileId, Profile]] = st.lists(
    st.one_of(
        st.tuples(st.none(), st.sampled_from(USERS)),
        st.tuples(st.sampled_from(GROUPS), st.none()),
    ),
    max_size=len(PROFILES),
).map(
    lambda owners: Table(
        {
            id_: Profile(id=id_, name=id_, user_group=group, user=owner)
            for id_, (group, owner) in zip(PROFILES, owners, strict=False)
        }
    )
)

objects: st.SearchStrategy[str | Object | None] = st.one_of(
    st.none(),
    st.sampled_from([*USERS, UserId("u-nobody")]),
    st.sampled_from(
        [
            *(Object(kind=Kind.DEPARTMENTS, id=id_) for id_ in DEPARTMENTS),
            *(Object(kind=Kind.NUMBERS, id=id_) for id_ in NUMBERS),
            Object(kind=Kind.QUEUES, id="q-1"),
            Object(kind=Kind.QUEUES, id="q-unknown"),
            Object(kind=Kind.USERS, id="u-asha", tenant=TenantId("t-2")),
            Object(kind=Kind.DEPARTMENTS, id="d-sales", tenant=TenantId("t-1")),
        ]
    ),
)
questions = st.tuples(st.sampled_from([*USERS, UserId("u-nobody")]), st.sampled_from(PERMISSIONS), objects)

ASHA_ALONE = company(
    user(
        "u-asha",
        grant("user:edit", *Within, *(chosen(ChosenKind.DEPARTMENT, id_) for id_ in DEPARTMENTS)),
        grant("user:*", Within.SELF),
        grant("user:view", *Within, deny=True),
        roles=["lead", "junior", "admin"],
        home_department=DEPARTMENTS[0],
        agent_groups=AGENT_GROUPS,
    ),
    role("lead", grant("user:edit"), inherits=["junior"]),
    role("admin", grant("queue:view", *(chosen(ChosenKind.AGENT_GROUP, id_) for id_ in AGENT_GROUPS))),
    role("junior", grant("user:edit", Within.SELF, Within.OWN_AGENTS)),
)
"""A tenant whose sets have many members, to see that their order never shows."""
