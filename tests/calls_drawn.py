"""Tenants to call, calls to them, and what happens to these: drawn, for every law of whole calls."""

from __future__ import annotations

import attrs
from hypothesis import strategies as st

from agentprov.model.calls import Call
from agentprov.model.departments import Strategy
from agentprov.model.destinations import ToDepartment
from agentprov.model.tenant import Tenant
from agentprov.model.users import Status
from agentprov.testing.strategies import instants, live_facts, pools, tenants
from tests.calls_compared import Case

SECONDS = (0, 5, 30, 30, 3_600)
REPORTS = st.lists(
    st.tuples(st.integers(0, 10**6), st.sampled_from(SECONDS), st.integers(0, 4)), min_size=12, max_size=12
)


@st.composite
def centres(draw: st.DrawFn) -> Tenant:
    """Tenants with more steps than a script has; half of them have nothing set by hand, so that more is open.

    In three of four that have a department one number leads to it, everybody is a member, and most can be rung: there
    most of the rules are.
    """
    tenant = draw(tenants(details=False, emergencies=draw(st.booleans())))
    busy = draw(st.integers(0, 3)) and tenant.departments
    tenant = draw(with_a_team(tenant)) if busy else tenant
    return attrs.evolve(tenant, settings=attrs.evolve(tenant.settings, step_budget=100))


@st.composite
def with_a_team(draw: st.DrawFn, tenant: Tenant) -> Tenant:
    """The tenant with its first department of everybody, open, of any strategy, and the first number leading there."""
    team = next(iter(tenant.departments.values()))
    members = draw(st.permutations(list(tenant.users)))
    team = attrs.evolve(team, members=members, hours=None, strategy=draw(st.sampled_from(Strategy)))
    line = next(iter(tenant.numbers.values()))
    line = attrs.evolve(line, to=ToDepartment(department=team.id))
    some = draw(st.sets(st.sampled_from(members)))
    ready = {
        id_: attrs.evolve(tenant.users[id_], status=Status.ACTIVE, phone=phone)
        for id_, phone in zip(members, pools.PHONES, strict=False)
        if id_ in some
    }
    return attrs.evolve(
        tenant,
        users={**tenant.users, **ready},
        departments={**tenant.departments, team.id: team},
        numbers={**tenant.numbers, line.id: line},
    )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A tenant, a call to it, sometimes to a number that isn't theirs, and what the host knows at first and later."""
    tenant = draw(centres())
    numbers = [number.phone for number in tenant.numbers.values()]
    dialled = draw(st.sampled_from((*numbers[:1], *numbers[:1], *numbers, pools.DIALLED[-1])))
    at = draw(instants())
    first = draw(live_facts(at=at))
    if draw(st.booleans()):
        first = attrs.evolve(first, presence={}, panel=list(tenant.users))
    return Case(
        tenant=tenant,
        call=Call(to=dialled, caller=draw(st.sampled_from((None, *pools.CALLERS)))),
        at=at,
        lives=(first, first, first, draw(live_facts(at=at))),
    )
