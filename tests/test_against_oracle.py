"""The engine and the oracle agree: on drawn tenants, users, instants and calls they give the same answers.

The oracle (`tests/oracle`) was written from the specification by somebody who hadn't read the engine. Where the two
differ the specification decides, and the case found becomes an explicit test.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

import attrs
from hypothesis import given
from hypothesis import strategies as st

from agentprov.engine.access import Access
from agentprov.engine.decisions import DeniedBy, Granted, Object
from agentprov.engine.hours import Hours, hours_of
from agentprov.engine.inheritance import resolve
from agentprov.engine.zones import epoch, instant
from agentprov.model.access import Permission
from agentprov.model.hours import TimeGroup
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.testing.strategies import EVERYTHING, NOBODY, instants, permissions, pools, tenants
from tests.oracle import access, hours, inheritance

PEOPLE = tenants(details=False)
"""Tenants without what no decision looks at."""

SCHEDULES = attrs.evolve(
    NOBODY,
    users=EVERYTHING.users[:1],
    numbers=EVERYTHING.numbers[:1],
    time_groups=EVERYTHING.time_groups,
    calendars=EVERYTHING.calendars,
)
"""Ids of tenants that have little but hours."""

PERIODS = st.integers(2, 40).map(lambda hours_: hours_ * 3_600)
"""Lengths of the periods that are scanned minute by minute, in seconds."""


def things(tenant: Tenant) -> Iterator[access.Thing | None]:
    """What can be asked about: nothing, which means the whole tenant, all objects of some kinds, and a stranger."""
    yield None
    for kind in (Kind.USERS, Kind.DEPARTMENTS, Kind.NUMBERS, Kind.QUEUES, Kind.ROLES):
        for id_ in (*tenant.table(kind), pools.UNKNOWN):
            yield kind, id_


def asked(thing: access.Thing | None) -> str | Object | None:
    """The same object as the engine wants it."""
    if thing is None:
        return None
    kind, id_ = thing
    return id_ if kind is Kind.USERS else Object(kind=kind, id=id_)


@given(PEOPLE, permissions())
def test_access_is_what_the_rule_says(tenant: Tenant, permission: Permission) -> None:
    """AC-2, AC-3, AC-4: for every user and every object the engine allows what the rule allows, and nothing else."""
    engine = Access(tenant)
    questions = [(user, thing) for user in (*tenant.users, pools.UNKNOWN) for thing in things(tenant)]

    expected = {each: access.allows(tenant, each[0], permission, each[1]) for each in questions}
    assert expected == {each: engine.allows(each[0], permission, asked(each[1])) for each in questions}
    assert expected == {
        (user, thing): engine.decide(user, permission, asked(thing)).allowed for user, thing in questions
    }


@given(PEOPLE, permissions())
def test_the_reasons_are_the_grants_that_decide(tenant: Tenant, permission: Permission) -> None:
    """AC-7: a yes names exactly the allows that hold for the object, a no the denies; nobody's grant is left out."""
    engine = Access(tenant)

    for user in (*tenant.users, pools.UNKNOWN):
        for thing in things(tenant):
            found = engine.decide(user, permission, asked(thing)).reasons
            named = {reason.held.grant for reason in found if isinstance(reason, Granted | DeniedBy)}
            assert access.reasons(tenant, user, permission, thing) == named


@given(PEOPLE, permissions())
def test_anywhere_is_somewhere(tenant: Tenant, permission: Permission) -> None:
    """AC-2: a permission is held anywhere when there is an object, or the whole tenant, that it is held for."""
    engine = Access(tenant)

    for user in (*tenant.users, pools.UNKNOWN):
        expected = any(access.allows(tenant, user, permission, thing) for thing in things(tenant))
        assert expected == engine.allows_anywhere(user, permission)


@given(PEOPLE)
def test_properties_are_inherited_as_the_rule_says(tenant: Tenant) -> None:
    """PR-2 to PR-4: value, source, every shadowed and sleeping value, and the lock, are those of the rule."""
    for user in tenant.users:
        for name in tenant.property_definitions:
            (level, id_, value), rest = inheritance.resolve(tenant, user, name)
            found = resolve(tenant, user, name)

            assert (value, level, id_) == (found.value, found.source.level, found.source.id)
            assert rest == [(source.level, source.id, shadowed) for source, shadowed in found.shadowed]
            asleep = [(each.source.level, each.source.id, each.value) for each in found.sleeping]
            assert inheritance.sleeping(tenant, user, name) == asleep
            lock = found.locked_by
            assert inheritance.lock(tenant, user, name) == (None if lock is None else (lock.level, lock.id))


def compiled(tenant: Tenant, group: TimeGroup) -> Hours:
    """The engine's hours of a time group."""
    return hours_of(group, tenant.calendars, tenant.settings.emergency)


@given(tenants(whole=SCHEDULES), st.lists(instants(), min_size=1, max_size=20))
def test_hours_are_what_the_wall_clock_says(tenant: Tenant, ats: list[datetime]) -> None:
    """HR-1, HR-2, HR-3, HR-4: open or closed at an instant is what the time on the wall makes of the rules."""
    for group in tenant.time_groups.values():
        engine = compiled(tenant, group)

        expected = [hours.is_open(tenant, group, at) for at in ats]
        assert expected == [engine.is_open(epoch(at)) for at in ats]


@given(tenants(whole=SCHEDULES), st.lists(instants(), min_size=1, max_size=20))
def test_the_deciding_layer_is_named_with_those_that_lost(tenant: Tenant, ats: list[datetime]) -> None:
    """HR-5: the highest layer that has something to say decides, and every other one that has is named as well."""
    for group in tenant.time_groups.values():
        engine = compiled(tenant, group)
        for at in ats:
            (winner, state), *rest = hours.layers(tenant, group, at)
            found = engine.state(epoch(at))

            assert (winner, state) == (found.because.layer.value, found.open)
            assert {layer for layer, _ in rest} - {"closed"} <= {each.layer.value for each in found.losers}


@given(tenants(whole=SCHEDULES, whole_minutes=True), instants(whole_minutes=True), PERIODS)
def test_the_next_change_is_found_by_asking_every_minute(tenant: Tenant, first: datetime, seconds: int) -> None:
    """HR-6: between two changes the answer is one and the same, and each change is at the very minute it happens."""
    group = tenant.time_groups[pools.TIME_GROUPS[0]]
    engine = compiled(tenant, group)
    last = instant(epoch(first) + seconds)

    found: list[tuple[datetime, bool]] = []
    at = engine.next_change(epoch(first))
    while at is not None and at <= epoch(last):
        found.append((instant(at), engine.is_open(at)))
        at = engine.next_change(at)
    assert list(hours.flips(tenant, group, first, last)) == found


@given(tenants(whole=SCHEDULES, whole_minutes=True), instants(whole_minutes=True), PERIODS)
def test_intervals_hold_exactly_the_open_minutes(tenant: Tenant, first: datetime, seconds: int) -> None:
    """HR-6: the intervals between two instants hold every open minute and no closed one, and don't touch."""
    group = tenant.time_groups[pools.TIME_GROUPS[0]]
    start, end = epoch(first), epoch(first) + seconds
    found = compiled(tenant, group).intervals(start, end)

    minutes = range(start, end, 60)
    expected = [at for at in minutes if hours.is_open(tenant, group, instant(at))]
    assert expected == [at for at in minutes if any(low <= at < high for low, high in found)]
    assert all(one[1] < other[0] for one, other in pairwise(found))
