"""Generated tenants for the tests of lists and of visibility: with resource filters, options, and rights to records."""

from __future__ import annotations

import attrs
from hypothesis import strategies as st

from agentprov.engine.decisions import Object
from agentprov.model.access import Catalogue, Effect, Grant, Permission, Within
from agentprov.model.ids import RoleId
from agentprov.model.properties import (
    NONE,
    READY_PROPERTIES,
    RESOURCE_FILTER,
    Explicit,
    PropertyName,
    PropertyValue,
    PropertyValues,
)
from agentprov.model.references import Kind
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import User, Visibility
from tests.engine.companies import (
    AGENT_GROUPS,
    BLUEPRINT,
    CATALOGUE,
    DEFINITIONS,
    DEPARTMENTS,
    NUMBERS,
    PERMISSIONS,
    ROLES,
    USERS,
    scope_terms,
    tenants,
)

SEEN_PERMISSIONS = [Permission("record:view"), Permission("report:view"), Permission("live_call:view")]
SIGHT_CATALOGUE = Catalogue(
    sections=Table({**CATALOGUE.sections, "record": ("view",), "report": ("view",), "live_call": ("view",)})
)
KINDS = [Kind.USERS, Kind.DEPARTMENTS, Kind.NUMBERS, Kind.QUEUES, Kind.ROLES]

limits: st.SearchStrategy[frozenset[str] | Explicit | None] = st.one_of(
    st.none(),
    st.none(),
    st.just(NONE),
    st.frozensets(st.sampled_from([*USERS, *NUMBERS, *DEPARTMENTS, "q-1", "u-gone"]), max_size=5),
)
"""What a level says of the resource filter: mostly nothing."""


def limited(values: PropertyValues, limit: frozenset[str] | Explicit | None) -> dict[PropertyName, PropertyValue]:
    """The values of a level with a resource filter, if it says something of one."""
    return {**values} if limit is None else {**values, RESOURCE_FILTER: limit}


def grants_of(permissions: st.SearchStrategy[Permission]) -> st.SearchStrategy[Grant]:
    """Grants of few terms, seldom of the whole tenant, so that lists are neither empty nor of everything."""
    narrow = st.sampled_from([within for within in Within if within is not Within.TENANT])
    return st.builds(
        Grant,
        permission=permissions,
        scope=st.frozensets(st.one_of(narrow, scope_terms), min_size=1, max_size=2),
        effect=st.sampled_from([Effect.ALLOW, Effect.ALLOW, Effect.DENY]),
    )


@st.composite
def limited_tenants(draw: st.DrawFn) -> Tenant:
    """Tenants with resource filters at any level; in some, home departments are linked to the supervisor's."""
    tenant = draw(tenants())
    permission = st.sampled_from([Permission(each) for each in PERMISSIONS])
    more = st.lists(grants_of(permission), max_size=2)
    groups = {
        id_: attrs.evolve(group, properties=Table(limited(group.properties, draw(limits))))
        for id_, group in tenant.user_groups.items()
    }
    users = {
        id_: attrs.evolve(
            user, properties=Table(limited(user.properties, draw(limits))), grants=(*user.grants, *draw(more))
        )
        for id_, user in tenant.users.items()
    }
    linked = draw(st.frozensets(st.sampled_from(ROLES), max_size=1))
    return attrs.evolve(
        tenant,
        blueprint=attrs.evolve(BLUEPRINT, department_from_supervisor=linked),
        property_definitions=Table({**DEFINITIONS, RESOURCE_FILTER: READY_PROPERTIES[RESOURCE_FILTER]}),
        user_groups=Table(groups),
        users=Table(users),
        properties=Table(limited(tenant.properties, draw(limits))),
    )


sight_grants: st.SearchStrategy[list[Grant]] = st.lists(grants_of(st.sampled_from(SEEN_PERMISSIONS)), max_size=2)

visibilities: st.SearchStrategy[Visibility] = st.builds(
    Visibility,
    numbers=st.frozensets(st.sampled_from(NUMBERS)),
    users=st.frozensets(st.sampled_from(USERS), max_size=2),
    agent_groups=st.frozensets(st.sampled_from(AGENT_GROUPS)),
    own=st.booleans(),
)


@st.composite
def watched_tenants(draw: st.DrawFn) -> Tenant:
    """Limited tenants whose users have visibility options; most have rights to records, some no such permissions."""
    tenant = draw(limited_tenants())
    rights = draw(st.sampled_from([True, True, False]))

    def watching(user: User) -> User:
        grants = (*user.grants, *(draw(sight_grants) if rights else ()))
        return attrs.evolve(user, visibility=draw(visibilities), grants=grants)

    lead = tenant.roles[RoleId("lead")]
    lead = attrs.evolve(lead, grants=(*lead.grants, *(draw(sight_grants) if rights else ())))
    return attrs.evolve(
        tenant,
        blueprint=attrs.evolve(tenant.blueprint, catalogue=SIGHT_CATALOGUE if rights else CATALOGUE),
        roles=tenant.roles.put(lead.id, lead),
        users=Table({id_: watching(user) for id_, user in tenant.users.items()}),
    )


parties = st.tuples(
    st.none() | st.sampled_from([*NUMBERS, "n-gone"]),
    st.lists(st.sampled_from([*USERS, "u-gone"]), max_size=3, unique=True),
)
"""The number and the users of a record, some of them gone."""


def objects_of(tenant: Tenant, kind: Kind) -> list[Object]:
    """Every object of one kind."""
    return [Object(kind=kind, id=id_) for id_ in tenant.table(kind)]
