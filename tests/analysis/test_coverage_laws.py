"""Laws of coverage: it says of every instant what calling at that instant says, and it fills its period."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

import attrs
from hypothesis import event, given
from hypothesis import strategies as st

from agentprov.analysis.coverage import Coverage, NumberCoverage, everybody_present
from agentprov.analysis.outcomes import Chance
from agentprov.engine.zones import epoch, instant
from agentprov.model.calls import Call
from agentprov.model.contact import PhoneNumber
from agentprov.model.departments import Strategy
from agentprov.model.ids import UserId
from agentprov.model.live import Live
from agentprov.model.sticky import LastAgent, Sticky, StickyKey, StickyPlace
from agentprov.model.tenant import Tenant
from agentprov.testing.strategies import instants, live_facts, pools, tenants
from tests.analysis.callers import called, causes_aside, dial_oracle, dial_router, edges, generous, told

ORDERS = tuple(strategy for strategy in Strategy if strategy is not Strategy.RANDOM)
"""Every strategy whose order the rules say."""

CENTRES = st.one_of(tenants(details=False, emergencies=False), tenants(details=False))
"""Tenants of which half have nothing set by hand, so that more is open."""
LENGTHS = st.sampled_from((1, 3_600, 86_400, 10 * 86_400, 60 * 86_400))
FACTS = st.one_of(st.none(), live_facts())
CALLERS = st.sampled_from((None, *pools.CALLERS))
PERIODS = st.tuples(instants(), LENGTHS).map(lambda drawn: (epoch(drawn[0]), epoch(drawn[0]) + drawn[1]))


def covered(tenant: Tenant, period: tuple[int, int], live: Live | None) -> list[NumberCoverage]:
    """The coverage of every number."""
    return list(Coverage(tenant, live=live).numbers(*period))


@given(CENTRES, PERIODS, FACTS, CALLERS, st.data())
def test_coverage_is_what_calling_finds(
    tenant: Tenant, period: tuple[int, int], live: Live | None, caller: PhoneNumber | None, data: st.DataObject
) -> None:
    """AN-2: at random instants, and a second around every boundary, a call gets what coverage says of every option."""
    start, end = period
    facts = everybody_present(tenant) if live is None else live
    for covers in Coverage(tenant, live=live, caller=caller).numbers(start, end):
        call = Call(to=tenant.numbers[covers.number].phone, caller=caller)
        sampled = data.draw(st.lists(st.integers(start, end - 1), max_size=3))
        bounds = [stretch.start for stretch in covers.stretches][:6]
        event(f"stretches: {min(len(covers.stretches), 5)}")
        for at in {*sampled, *edges(bounds, start, end), end - 1}:
            assert called(tenant, dial_router(tenant, call, at, facts)) == told(covers.at(at))


STICKY = st.sampled_from((None, Sticky(hours=1), Sticky(days=1, reserve=0), Sticky(hours=30, members_only=True)))


@given(CENTRES, PERIODS, st.sampled_from(pools.CALLERS), st.data())
def test_coverage_knows_whom_callers_stick_to(
    tenant: Tenant, period: tuple[int, int], caller: PhoneNumber, data: st.DataObject
) -> None:
    """AN-2, RT-5: records of who served a caller last die inside the period, and the caller gets what calling says."""
    start, end = period
    numbers = {id_: attrs.evolve(each, sticky=data.draw(STICKY)) for id_, each in tenant.numbers.items()}
    departments = {id_: attrs.evolve(each, sticky=data.draw(STICKY)) for id_, each in tenant.departments.items()}
    sticking = attrs.evolve(tenant, numbers=numbers, departments=departments)
    records = {}
    for place, objects in ((StickyPlace.NUMBER, numbers), (StickyPlace.DEPARTMENT, departments)):
        for id_, each in objects.items():
            if each.sticky is not None and tenant.users:
                user = data.draw(st.sampled_from([*tenant.users, UserId("gone")]))
                at = max(data.draw(st.integers(start, end)) - each.sticky.seconds, 0)
                records[StickyKey(caller=caller, place=place, id=id_)] = LastAgent(user=user, at=instant(at))
    live = attrs.evolve(everybody_present(sticking), last_agents=records)
    event(f"records: {min(len(records), 2)}")
    for covers in Coverage(sticking, live=live, caller=caller).numbers(start, end):
        call = Call(to=sticking.numbers[covers.number].phone, caller=caller)
        bounds = [stretch.start for stretch in covers.stretches][:6]
        for at in {*edges(bounds, start, end), end - 1, data.draw(st.integers(start, end - 1))}:
            assert called(sticking, dial_router(sticking, call, at, live)) == told(covers.at(at))


@given(tenants(details=False, strategies=ORDERS).map(generous), PERIODS, FACTS, st.data())
def test_coverage_is_what_the_rules_say(
    tenant: Tenant, period: tuple[int, int], live: Live | None, data: st.DataObject
) -> None:
    """AN-2: the oracle, which shares nothing with the engine, tells the same at instants of the period."""
    start, end = period
    facts = everybody_present(tenant) if live is None else live
    for covers in covered(tenant, period, live):
        call = Call(to=tenant.numbers[covers.number].phone)
        at = data.draw(st.integers(start, end - 1))
        expected = called(tenant, dial_oracle(tenant, call, instant(at), facts))
        assert causes_aside(expected) == causes_aside(told(covers.at(at)))


@given(CENTRES, PERIODS, FACTS)
def test_stretches_fill_the_period_and_neighbours_differ(
    tenant: Tenant, period: tuple[int, int], live: Live | None
) -> None:
    """AN-2: the stretches follow one another from the start to the end; of two neighbours the outcomes differ."""
    for covers in covered(tenant, period, live):
        stretches = covers.stretches
        assert (covers.start, covers.end) == period
        assert [each.start for each in stretches[1:]] == [each.end for each in stretches[:-1]]
        assert all(each.seconds > 0 for each in stretches)
        assert all(one.outcome != other.outcome for one, other in pairwise(stretches))


@given(CENTRES, PERIODS, FACTS)
def test_shares_add_up(tenant: Tenant, period: tuple[int, int], live: Live | None) -> None:
    """AN-2: every second has one chance, gaps are the seconds in which nobody can be rung, and lost ones lie inside."""
    for covers in covered(tenant, period, live):
        whole = period[1] - period[0]
        gaps, lost = ({at for start, end in spans for at in (start, end - 1)} for spans in (covers.gaps, covers.lost))
        assert sum(covers.seconds(chance) for chance in Chance) == whole
        assert sum(seconds for _, seconds in covers.outcomes) == whole
        assert whole - covers.open_seconds == sum(end - start for start, end in covers.gaps)
        assert covers.seconds(Chance.NOTHING) == sum(end - start for start, end in covers.lost)
        assert all(covers.at(at).chance is not Chance.SOMEBODY for at in gaps)
        assert all(covers.at(at).chance is Chance.NOTHING for at in lost)
        assert covers.share(Chance.NOTHING) <= covers.hang_up_share <= 1


@given(CENTRES, PERIODS, FACTS)
def test_all_numbers_at_once_are_each_alone(tenant: Tenant, period: tuple[int, int], live: Live | None) -> None:
    """AN-2: what numbers have in common is worked out once, and no number's coverage depends on the others."""
    alone = [Coverage(tenant, live=live).number(number, *period) for number in tenant.numbers]
    assert alone == covered(tenant, period, live)


@given(CENTRES, instants(), LENGTHS, st.data())
def test_a_period_can_be_cut_anywhere(tenant: Tenant, at: datetime, length: int, data: st.DataObject) -> None:
    """AN-2: the coverage of a period, asked in two parts, says the same of every instant as asked at once."""
    start = epoch(at)
    cut = data.draw(st.integers(start + 1, start + length))
    coverage = Coverage(tenant)
    for number in tenant.numbers:
        whole = coverage.number(number, start, start + length + 1)
        before, after = coverage.number(number, start, cut), coverage.number(number, cut, start + length + 1)
        joined = [*before.stretches, *after.stretches]
        if before.stretches[-1].outcome == after.stretches[0].outcome:
            middle = len(before.stretches)
            joined[middle - 1 : middle + 1] = [joined[middle - 1]._replace(end=joined[middle].end)]
        assert tuple(joined) == whole.stretches


@given(CENTRES, instants())
def test_an_instant_of_a_period_is_the_instant_alone(tenant: Tenant, at: datetime) -> None:
    """AN-1, AN-2: asking about one instant gives what coverage says of it."""
    coverage = Coverage(attrs.evolve(tenant))
    for number in tenant.numbers:
        assert coverage.outcome(number, at) == coverage.number(number, at, epoch(at) + 1).at(at)
