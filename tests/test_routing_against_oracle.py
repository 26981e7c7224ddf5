"""The router and the oracle agree: the same call with the same reports goes the same way, step by step.

What is compared is what the host is told to do, and all that it is told of the call: who rings, on which number, after
how long, for how long, with or without a key; which menu, announcement, queue or voicemail; where the call ends; how it
came there, its labels, languages, priority and caller ID; what is to be kept. The cause of a hang-up is compared where
the tenant names one.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import attrs
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from agentprov.codec import load
from agentprov.errors import Code, InvalidValue
from agentprov.model.call_state import State
from agentprov.model.calls import Call
from agentprov.model.live import Live, Presence
from agentprov.model.reasons import Reach
from agentprov.model.standings import RingingDepartment
from agentprov.model.steps import Step
from agentprov.model.sticky import LastAgent, StickyKey, StickyPlace
from agentprov.model.tenant import Tenant
from agentprov.testing.strategies import EVERYTHING, Pool, destinations, pools, tenants
from tests.calls_compared import Case, Report, differences, reasons_missed, walk_both
from tests.calls_drawn import REPORTS, cases
from tests.deep.calls import Tally, run, worlds
from tests.oracle.circles import has_circle

FILES = Path(__file__).parent.parent / "examples"
EXAMPLES = sorted([*FILES.glob("*.toml"), *FILES.glob("coming-from/*.toml")])
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


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


def test_many_calls_to_one_tenant_go_as_the_oracle_says() -> None:
    """RT-2, RT-10: thousands of calls to the same few tenants."""
    tally = Tally()

    @settings(max_examples=25, derandomize=True, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
    @given(worlds())
    def call(world: tuple[Tenant, list[Case], int]) -> None:
        tenant, moments, number = world
        run(tenant, moments, Random(number), tally)

    call()
    assert {} == tally.different


def test_the_examples_go_as_the_oracle_says() -> None:
    """RT-9, RT-10: of many calls to each tenant that is shipped, at some instants of a week, by day and by night."""
    tally = Tally()
    for number, path in enumerate(EXAMPLES):
        run_example(load(path), Random(number), tally)

    assert {} == tally.different
    assert set(Reach) - {Reach.TRANSFER} <= tally.reaches


def run_example(tenant: Tenant, chance: Random, tally: Tally) -> None:
    """A file's calls, with everybody present, with a busy one, and with somebody who is known to every caller."""
    users = list(tenant.users)
    if not (users and tenant.numbers):
        return
    everybody = Live(panel=users)
    places = [
        *((StickyPlace.DEPARTMENT, id_) for id_ in tenant.departments),
        *((StickyPlace.NUMBER, id_) for id_ in tenant.numbers),
    ]
    known = {
        StickyKey(caller=caller, place=place, id=id_): LastAgent(user=chance.choice(users), at=MONDAY)
        for place, id_ in places
        for caller in pools.CALLERS
    }
    lives = (
        (everybody,) * 3,
        (attrs.evolve(everybody, presence={chance.choice(users): Presence.BUSY}), everybody, everybody),
        (attrs.evolve(everybody, last_agents=known),) * 3,
    )
    call = Call(to=pools.DIALLED[0])
    moments = [MONDAY + timedelta(hours=chance.randrange(24 * 7)) for _ in range(8)]
    run(tenant, [Case(tenant=tenant, call=call, at=at, lives=each) for at in moments for each in lives], chance, tally)
