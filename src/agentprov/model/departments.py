"""Departments: an ordered list of members that calls are distributed to, and how (RT-5, RT-6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

import attrs

from agentprov.errors import Code, Collector
from agentprov.model.destinations import Destination, check_destination, check_timeout, check_whole_number
from agentprov.model.ids import DepartmentId, TimeGroupId, UserId, check_ids
from agentprov.model.needs import HIGHEST_TIER, Stage, check_stages
from agentprov.model.sticky import Sticky
from agentprov.model.table import Table
from agentprov.model.text import check_member, check_name

MOST_MEMBERS: Final = 10_000


class Strategy(StrEnum):
    """How a department offers a call to its members. An unknown name is an error, never a default (RT-6).

    Where two are alike, the one who stands earlier in the list comes first.
    """

    ORDER = "order"
    """One after another, from the top of the list, at every call."""
    ROUND_ROBIN = "round-robin"
    """One after another, from behind the member last offered a call; from the top if they left."""
    RANDOM = "random"
    """One after another, in an order drawn from the seed."""
    LONGEST_IDLE = "longest-idle"
    """One after another, whoever ended their last call longest ago first; whoever never had one before them."""
    FEWEST_CALLS = "fewest-calls"
    """One after another, whoever served the fewest calls first."""
    LEAST_TALK_TIME = "least-talk-time"
    """One after another, whoever talked the shortest time in all first."""
    HIGHEST_SKILL = "highest-skill"
    """One after another, the highest sum of levels first, of the skills that are asked for; of all where none is."""
    SIMULTANEOUS = "simultaneous"
    """All at once."""
    MEMORY_HUNT = "memory-hunt"
    """The first member, then the first two, then the first three, each time for the ring time."""
    RING_PROGRESSIVELY = "ring-progressively"
    """The first member; after each ring time one more, while those before them go on ringing."""


@attrs.frozen(kw_only=True)
class DepartmentHours:
    """The hours of a department of its own, and where its calls go outside them. Nowhere means its failover."""

    time_group: TimeGroupId
    closed: Destination | None = None

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_ids(found, ("time_group", self.time_group))
        check_destination(found, "closed", self.closed)
        found.check()


def _members(members: Iterable[UserId]) -> tuple[UserId, ...]:
    return tuple(members)


def _tiers(tiers: Mapping[UserId, int]) -> Table[UserId, int]:
    return Table(tiers)


def _stages(stages: Iterable[Stage]) -> tuple[Stage, ...]:
    return tuple(stages)


@attrs.frozen(kw_only=True)
class Department:
    """An ordered list of members that calls are distributed to, with a strategy and a failover (RT-6)."""

    id: DepartmentId
    name: str
    members: tuple[UserId, ...] = attrs.field(default=(), converter=_members)
    strategy: Strategy = Strategy.ORDER
    tiers: Table[UserId, int] = attrs.field(factory=Table, converter=_tiers)
    """Members who come later: 0, as whoever isn't here has, before 1 before 2."""
    stages: tuple[Stage, ...] = attrs.field(default=(), converter=_stages)
    """Who may ring, and from when. Without any, each tier is a stage, which begins when nobody is left before it."""
    failover: Destination | None = None
    hours: DepartmentHours | None = None
    ring_time: int | None = None
    """Of the strategies that ring several at once: the seconds after which a member's own ring plan is cut, or after
    which one more member rings. Nothing: for the first their plans' whole length, for the others 30."""
    ring_budget: int | None = None
    """The most seconds that a call may ring in all once it is here; the tenant's budget bounds it as well."""
    sticky: Sticky | None = None

    def __attrs_post_init__(self) -> None:
        _check_department(self)


def _check_department(department: Department) -> None:
    found = Collector()
    check_ids(found, ("id", department.id))
    check_name(found, "name", department.name)
    check_member(found, "strategy", department.strategy, Strategy)
    check_destination(found, "failover", department.failover)
    if len(department.members) > MOST_MEMBERS:
        found.add(Code.FIELD_TOO_MANY, "members", limit=MOST_MEMBERS)
    seen: set[str] = set()
    for position, member in enumerate(department.members):
        if member in seen:
            found.add(Code.FIELD_DUPLICATE, "members", position, value=member)
        seen.add(member)
    for member, tier in department.tiers.items():
        if member not in seen:
            found.add(Code.TIER_NOT_A_MEMBER, "tiers", member, value=member)
        else:
            _check_tier(found, member, tier)
    check_stages(found, "stages", department.stages)
    check_timeout(found, "ring_time", department.ring_time)
    check_timeout(found, "ring_budget", department.ring_budget, high=3600)
    found.check()


def _check_tier(found: Collector, member: UserId, tier: int) -> None:
    inner = Collector()
    check_whole_number(inner, member, tier, low=0, high=HIGHEST_TIER)
    found.absorb(inner.problems, "tiers")
