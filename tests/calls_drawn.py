"""Tenants to call, calls to them, and what happens to these: drawn, for every law of whole calls."""

from __future__ import annotations

import attrs
from hypothesis import strategies as st

from agentprov.model.calls import Call
from agentprov.model.destinations import ToDepartment
from agentprov.model.tenant import Tenant
from agentprov.testing.strategies import instants, live_facts, pools, tenants
from tests.calls_compared import Case

SECONDS = (0, 5, 30, 30, 3_600)
REPORTS = st.lists(
    st.tuples(st.integers(0, 10**6), st.sampled_from(SECONDS), st.integers(0, 4)), min_size=12, max_size=12
)


@st.composite
def centres(draw: st.DrawFn) -> Tenant:
    """Tenants with more steps than a script has; half of them have nothing set by hand, so that more is open.

    The first number of half of them leads to a department, which is where most of the rules are.
    """
    tenant = draw(tenants(details=False, emergencies=draw(st.booleans())))
    numbers = dict(tenant.numbers)
    if draw(st.booleans()) and tenant.departments:
        id_, first = next(iter(numbers.items()))
        numbers[id_] = attrs.evolve(first, to=ToDepartment(department=draw(st.sampled_from(list(tenant.departments)))))
    return attrs.evolve(tenant, numbers=numbers, settings=attrs.evolve(tenant.settings, step_budget=100))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A tenant, a call to it, sometimes to a number that isn't theirs, and what the host knows at first and later."""
    tenant = draw(centres())
    numbers = [number.phone for number in tenant.numbers.values()]
    dialled = draw(st.sampled_from((*numbers[:1], *numbers, *numbers, pools.DIALLED[-1])))
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
