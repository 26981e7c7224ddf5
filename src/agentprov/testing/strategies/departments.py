"""Strategies for departments: whom they distribute calls to, how, and whom they know."""

from __future__ import annotations

from typing import TypeVar

from hypothesis import strategies as st

from agentprov.model.departments import Department, DepartmentHours, Strategy
from agentprov.model.destinations import ToDepartment
from agentprov.model.ids import DepartmentId
from agentprov.model.sticky import Sticky
from agentprov.model.table import Table
from agentprov.testing.strategies import pools
from agentprov.testing.strategies.pool import EVERYTHING, Pool, flips, maybe, one, optional, shared, some, up_to
from agentprov.testing.strategies.routes import RING_TIMES, destinations
from agentprov.testing.strategies.skills import stages

T = TypeVar("T")

_LIVES = ((1, None), (24, None), (None, 1), (None, 30))
"""How long a record lives: hours, or days."""


@shared
@st.composite
def stickies(draw: st.DrawFn) -> Sticky:
    """How somebody is sent to whoever served them last; the short reserves cut a ring plan."""
    hours, days = draw(one(*_LIVES))
    return Sticky(hours=hours, days=days, reserve=draw(one(0, 0, 5, 20, 60)), members_only=draw(flips))


@shared
def _orders(items: tuple[T, ...]) -> st.SearchStrategy[tuple[T, ...]]:
    """Some of the items, each at most once, in any order."""
    return st.lists(st.sampled_from(items), unique=True).map(tuple) if items else st.just(())


@shared
@st.composite
def departments(
    draw: st.DrawFn,
    *,
    within: Pool = EVERYTHING,
    department: DepartmentId | None = None,
    strategies: tuple[Strategy, ...] = tuple(Strategy),
) -> Department:
    """Departments, empty ones and ones without a failover too; the failover leads to later stations only.

    One in four has stages, one in four tiers, one in three remembers its callers.
    """
    id_ = draw(one(*(within.departments or pools.DEPARTMENTS))) if department is None else department
    past = within.later(ToDepartment(department=id_)) if id_ in within.departments else len(within.stations)
    onward = st.one_of(st.none(), destinations(within=within, past=past))
    group = draw(maybe(*within.time_groups)) if draw(flips) else None
    members = draw(_orders(within.users))
    tiered = sorted(draw(some(members))) if draw(up_to(3)) == 0 else []
    return Department(
        id=id_,
        name=draw(one(*pools.NAMES)),
        members=members,
        strategy=draw(one(*strategies)),
        tiers=Table({each: draw(up_to(2)) for each in tiered}),
        stages=draw(stages(within=within)) if draw(up_to(3)) == 0 else (),
        failover=draw(onward),
        hours=None if group is None else DepartmentHours(time_group=group, closed=draw(onward)),
        ring_time=draw(one(*RING_TIMES)),
        ring_budget=draw(one(None, None, 15, 60)),
        sticky=draw(optional(stickies())) if draw(up_to(2)) else None,
    )
