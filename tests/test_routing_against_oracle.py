"""The router and the oracle agree: the same call with the same reports goes the same way, step by step.

What is compared is what the host is told to do, and all that it is told of the call: who rings, on which number, after
how long, for how long, with or without a key; which menu, announcement, queue or voicemail; where the call ends; how it
came there, its labels, languages, priority and caller ID; what is to be kept. The cause of a hang-up is compared where
the tenant names one.
"""

from __future__ import annotations

from random import Random

import attrs
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from agentprov.errors import Code, InvalidValue
from agentprov.model.call_state import State
from agentprov.model.reasons import Reach
from agentprov.model.standings import RingingDepartment
from agentprov.model.steps import Step
from agentprov.model.tenant import Tenant
from agentprov.testing.strategies import EVERYTHING, Pool, destinations, tenants
from tests.calls_compared import Case, Report, differences, reasons_missed, walk_both
from tests.calls_drawn import REPORTS, cases
from tests.deep.calls import Tally, run, worlds
from tests.oracle.circles import has_circle

TENANTS = 60


def note(tenant: Tenant, step: Step) -> None:
    """What occurred, for the statistics."""
    event(f"reach: {step.reach.value}")
    waiting = step.state.waiting
    if isinstance(waiting, RingingDepartment):
        department = tenant.departments[waiting.department]
        event(f"strategy: {department.strategy.value}")
        event(f"stage: {waiting.stage}")
    for reason in step.reasons:
        if reason.code.value.startswith(("sticky.", "caller.", "skill.", "stage.", "stays")):
            event(reason.code.value)


@given(cases(), REPORTS)
def test_a_call_goes_the_way_of_the_rules(case: Case, reports: list[Report]) -> None:
    """RT-2 to RT-9, RT-12 to RT-15: each step of a call is the one that the rules give."""
    for expected, found, step in walk_both(case, reports):
        note(case.tenant, step)
        event(found.word)
        assert [] == differences(expected, found), (expected, found)
        assert [] == reasons_missed(expected, found), (expected, found)


@given(cases(), REPORTS)
def test_no_call_rings_longer_than_its_budget(case: Case, reports: list[Report]) -> None:
    """RT-9: whatever is reported, a call rings no longer than the tenant lets one ring."""
    rung = 0

    for _, found, _ in walk_both(case, reports):
        about = found.about
        if found.word == "ring" and isinstance(about, frozenset):
            rung += max(delay + duration for _, _, delay, duration, _ in about)
        elif found.word == "forward" and isinstance(about, tuple):
            rung += about[1]
    assert rung <= case.tenant.settings.ring_budget


@given(cases(), REPORTS)
def test_a_state_that_was_written_and_read_is_the_same(case: Case, reports: list[Report]) -> None:
    """RT-1: a state that was written out and read back is equal, so a call that is taken up goes on alike."""
    for _, _, step in walk_both(case, reports):
        assert step.state == State.from_json(step.state.to_json())


def pool_of(tenant: Tenant) -> Pool:
    """The ids of a drawn tenant."""
    return attrs.evolve(
        EVERYTHING,
        users=tuple(tenant.users),
        departments=tuple(tenant.departments),
        ivrs=tuple(tenant.ivrs),
        time_conditions=tuple(tenant.time_conditions),
        time_groups=tuple(tenant.time_groups),
    )


@given(tenants(details=False), st.data())
def test_a_tenant_is_refused_exactly_when_a_call_can_go_round(tenant: Tenant, data: st.DataObject) -> None:
    """RT-9: with failovers that lead anywhere, a tenant builds unless a call can come back without a key."""
    anywhere = destinations(within=pool_of(tenant))
    departments = {
        id_: attrs.evolve(department, failover=data.draw(anywhere)) for id_, department in tenant.departments.items()
    }
    ivrs = {id_: attrs.evolve(ivr, on_timeout=data.draw(anywhere)) for id_, ivr in tenant.ivrs.items()}
    expected = has_circle((departments, ivrs, tenant.time_conditions))
    event(f"circle: {expected}")

    try:
        attrs.evolve(tenant, departments=departments, ivrs=ivrs)
        codes: set[Code] = set()
    except InvalidValue as error:
        codes = set(error.codes)
    assert ({Code.ROUTE_CYCLE} if expected else set()) == codes


def test_every_way_of_coming_to_somebody_is_compared() -> None:
    """RT-2: of thousands of calls to the same few tenants some ring somebody by each reach."""
    tally = Tally()

    @settings(
        max_examples=TENANTS, derandomize=True, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow]
    )
    @given(worlds())
    def call(world: tuple[Tenant, list[Case], int]) -> None:
        tenant, moments, number = world
        run(tenant, moments, Random(number), tally)

    call()
    assert set(Reach) == tally.reaches
