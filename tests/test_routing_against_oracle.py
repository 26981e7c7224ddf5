"""The router and the oracle agree: the same call with the same reports goes the same way, step by step.

What is compared is what the host is told to do: who rings, on which number, after how long, for how long; which menu,
announcement, queue or voicemail; where the call ends. The cause of a hang-up is compared where the tenant names one.
"""

from __future__ import annotations

from collections.abc import Generator
from datetime import datetime, timedelta
from typing import assert_never

import attrs
from hypothesis import event, given
from hypothesis import strategies as st

from agentprov.engine.call_flow import Router
from agentprov.engine.zones import epoch
from agentprov.errors import Code, InvalidValue
from agentprov.model.call_state import State
from agentprov.model.calls import (
    AnnouncementEnded,
    Answered,
    Busy,
    Call,
    CallEvent,
    Digits,
    InputTimeout,
    LeftQueue,
    LegFailed,
    NoAnswer,
    Rejected,
)
from agentprov.model.departments import Strategy
from agentprov.model.live import Live
from agentprov.model.steps import (
    Action,
    Announce,
    Connect,
    End,
    Forward,
    Menu,
    Ring,
    TakeMessage,
    ToHostQueue,
)
from agentprov.model.tenant import Tenant
from agentprov.testing.strategies import EVERYTHING, Pool, destinations, instants, live_facts, pools, tenants
from tests.oracle import routing
from tests.oracle.circles import has_circle
from tests.oracle.routing import Shown

ORDERS = (Strategy.ORDER, Strategy.SIMULTANEOUS)
"""The orders of departments that the oracle knows."""

CENTRES = st.one_of(
    tenants(details=False, strategies=ORDERS, emergencies=False), tenants(details=False, strategies=ORDERS)
).map(lambda tenant: attrs.evolve(tenant, settings=attrs.evolve(tenant.settings, step_budget=100)))
"""Tenants with more steps than a script has; half of them have nothing set by hand, so that more is open."""

REPORTS = st.lists(st.tuples(st.integers(0, 11), st.sampled_from((0, 5, 30, 3_600))), min_size=12, max_size=12)
"""What happens: which of the possible events, and how many seconds later."""


def shown(action: Action) -> Shown:
    """What the host is told to do, in the oracle's words."""
    match action:
        case Ring(legs=legs):
            return "ring", frozenset((leg.user, leg.number, leg.delay, leg.duration) for leg in legs)
        case Menu(ivr=ivr, pressed=pressed):
            return "menu", (ivr, pressed)
        case Announce(announcement=announcement):
            return "announce", announcement
        case ToHostQueue(queue=queue):
            return "queue", queue
        case Forward(number=number, timeout=timeout):
            return "forward", (number, timeout)
        case TakeMessage(voicemail=voicemail):
            return "message", voicemail
        case Connect(user=user):
            return "connect", user
        case End(cause=cause):
            return "end", cause
        case _:
            assert_never(action)


def possible(tenant: Tenant, action: Action) -> list[CallEvent]:
    """What can happen after a step: failures more often than answers, for they lead further."""
    match action:
        case Ring(legs=legs):
            return [NoAnswer(), NoAnswer(), NoAnswer(), Busy(), Rejected(), LegFailed(), Answered(by=legs[-1].user)]
        case Forward():
            return [NoAnswer(), Busy(), LegFailed(), Answered()]
        case Menu(ivr=ivr, pressed=pressed):
            keys = [option.digits.removeprefix(pressed) for option in tenant.ivrs[ivr].options]
            typed = [Digits(keys=each[0]) for each in keys if each]
            collected = [Digits(keys=each, complete=True) for each in keys if each]
            return [*typed, *typed, *collected, Digits(keys="7"), InputTimeout()]
        case Announce():
            return [AnnouncementEnded()]
        case ToHostQueue():
            return [LeftQueue(), LeftQueue(), Answered(), Answered(by=pools.USERS[0])]
        case _:
            return []


def play(
    tenant: Tenant, call: Call, at: datetime, live: Live, reports: list[tuple[int, int]]
) -> Generator[tuple[Shown, Shown]]:
    """What the oracle and the router say, step by step, until the call is decided or the reports are over."""
    world = routing.World(tenant, call, at, live, tenant.settings.ring_budget)
    walk = routing.start(world)
    router = Router(tenant)
    expected = next(walk)
    step = router.start(call, at=epoch(at), live=live)
    for choice, seconds in reports:
        yield expected, shown(step.action)
        events = possible(tenant, step.action)
        if not events:
            return
        world.at += timedelta(seconds=seconds)
        happened = events[choice % len(events)]
        expected = walk.send(happened)
        state = State.from_json(step.state.to_json())
        step = router.resume(state, happened, at=epoch(world.at), live=live)


def agree(expected: Shown, found: Shown) -> bool:
    """Whether both say the same; where the tenant names no cause, any cause of a hang-up will do.

    The legs of a wave are a set: their delays say in which order they ring.
    """
    return expected == found or (expected == ("end", None) and found[0] == "end")


@st.composite
def calls_to(draw: st.DrawFn, tenant: Tenant) -> Call:
    """Calls to numbers of the tenant, now and then to a number that isn't theirs."""
    numbers = [number.phone for number in tenant.numbers.values()]
    dialled = draw(st.sampled_from((*numbers, *numbers, *numbers, pools.DIALLED[-1])))
    return Call(to=dialled, caller=draw(st.sampled_from((None, *pools.CALLERS))))


CASES = CENTRES.flatmap(lambda tenant: st.tuples(st.just(tenant), calls_to(tenant), instants(), live_facts()))
"""A tenant, a call to it, when it comes in, and what the host knows."""


@given(CASES, REPORTS)
def test_a_call_goes_the_way_of_the_rules(
    case: tuple[Tenant, Call, datetime, Live], reports: list[tuple[int, int]]
) -> None:
    """RT-2, RT-3, RT-4, RT-7, RT-8, RT-9: each step of a call is the one that the rules give."""
    for expected, found in play(*case, reports):
        event(found[0])
        assert agree(expected, found), (expected, found)


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


@given(CASES, REPORTS)
def test_no_call_exceeds_the_bounds(case: tuple[Tenant, Call, datetime, Live], reports: list[tuple[int, int]]) -> None:
    """RT-9: whatever is reported, a call rings no longer than the bound that can be asked for."""
    tenant, call, at, live = case
    bounds = Router(tenant).bounds()
    rung = 0

    for _, (word, about) in play(tenant, call, at, live, reports):
        if word == "ring" and isinstance(about, frozenset):
            rung += max(delay + duration for _, _, delay, duration in about)
        elif word == "forward" and isinstance(about, tuple):
            rung += about[1]
    assert rung <= bounds.ring_seconds <= tenant.settings.ring_budget
