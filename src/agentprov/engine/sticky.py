"""Whoever served a caller last (RT-5): who that is, whether they still count, and what is kept for the next time."""

from __future__ import annotations

import attrs

from agentprov.engine.call_tables import Agent, Entry, Members
from agentprov.engine.call_walk import CUT, Walk
from agentprov.engine.caller_rules import sends_elsewhere
from agentprov.engine.zones import epoch
from agentprov.model.destinations import Destination, ToAnnouncement, ToDepartment, ToTimeCondition
from agentprov.model.effects import StickyAssigned
from agentprov.model.ids import DepartmentId, UserId
from agentprov.model.reasons import Reach, ReasonCode, SubjectKind
from agentprov.model.standings import RingingAgent
from agentprov.model.steps import Ring, Step
from agentprov.model.sticky import Sticky, StickyKey, StickyPlace

Kept = tuple[Sticky, StickyKey]
"""How long a caller's agent is kept, and under which key."""


def kept_at(walk: Walk, members: Members | None) -> Kept | None:
    """Where whoever serves this caller is kept: at the department that rings, if that is sticky, else at the number."""
    caller = walk.call.caller
    if caller is None:
        return None
    if members is not None and members.department.sticky is not None:
        key = StickyKey(caller=caller, place=StickyPlace.DEPARTMENT, id=members.department.id)
        return members.department.sticky, key
    entry = walk.tables.entry(walk.call.to)
    if entry is None or entry.number.sticky is None:
        return None
    return entry.number.sticky, StickyKey(caller=caller, place=StickyPlace.NUMBER, id=entry.number.id)


def sticky_of(walk: Walk, members: Members) -> Kept | None:
    """What a department keeps to for this caller: its own, else that of the number whose own destination it is."""
    kept = kept_at(walk, members)
    if kept is None or kept[1].place is StickyPlace.DEPARTMENT:
        return kept
    entry = walk.tables.entry(walk.call.to)
    if walk.reach is not Reach.DIRECT or walk.carried.known_tried:
        return None
    if entry is None or sends_elsewhere(entry.number, walk.call.caller):
        return None
    return kept


def last_agent(walk: Walk, sticky: Sticky, key: StickyKey, members: Members | None) -> Agent | None:
    """Whoever served the caller last, if there is such a record, it lives, and they can be rung now."""
    record = walk.live.last_agents.get(key)
    if record is None:
        return None
    user = record.user
    if user not in walk.tables.tenant.users:
        walk.say_gone(SubjectKind.USER, user)
        return None
    if walk.at >= epoch(record.at) + sticky.seconds:
        walk.say(ReasonCode.STICKY_EXPIRED, SubjectKind.USER, user)
        return None
    if sticky.members_only and (members is None or user not in members.places):
        walk.say(ReasonCode.STICKY_NOT_A_MEMBER, SubjectKind.USER, user)
        return None
    return still_sticky(walk, user)


def still_sticky(walk: Walk, user: UserId) -> Agent | None:
    """The agent, unless they fail a gate by now: then they are dropped at once."""
    agent = walk.tables.agents[user]
    failing = agent.gates.failing(walk.at, walk.live)
    if not failing:
        return agent
    walk.reasons += failing
    walk.say(ReasonCode.STICKY_DROPPED, SubjectKind.USER, user)
    return None


def reserve(walk: Walk, agent: Agent, seconds: int, room: int) -> Ring | None:
    """The wave in which they alone ring, for at most so many seconds; nothing if they have no number to ring."""
    legs = agent.plan.staggered(walk.call.caller, min(seconds, room))
    return Ring(legs=legs, duration=max(leg.end for leg in legs)) if legs else None


def ring_first(walk: Walk, entry: Entry) -> Step | None:
    """At a number that leads to no department: whoever served the caller last rings first, alone."""
    kept = kept_at(walk, None)
    if kept is None or _department(walk, entry.number.to) is not None:
        return None
    sticky, key = kept
    agent = last_agent(walk, sticky, key, None)
    if agent is not None:
        agent.say_unrung(walk.reasons, walk.call.caller)
    wave = None if agent is None else reserve(walk, agent, sticky.reserve, walk.ring_left)
    if agent is None or wave is None:
        return None
    walk.carried = attrs.evolve(walk.carried, known_tried=True)
    walk.reach = Reach.STICKY
    walk.say(ReasonCode.STICKY_FIRST, SubjectKind.USER, agent.id)
    cut = CUT if walk.ring_left < min(sticky.reserve, agent.plan.length(walk.call.caller)) else ()
    waiting = RingingAgent(user=agent.id, rung=tuple(leg.number for leg in wave.legs))
    return walk.ring(wave, waiting, wave.duration, (*cut, agent.rings))


def _department(walk: Walk, to: Destination) -> DepartmentId | None:
    """The department that a destination leads to right now, through nothing that chooses."""
    while isinstance(to, (ToTimeCondition, ToAnnouncement)):
        if isinstance(to, ToAnnouncement):
            to = to.next
        else:
            condition = walk.tables.conditions[to.time_condition]
            if condition.timed.emergency_way(walk.at) is not None:
                return None
            to = condition.way(walk.at).to
    return to.department if isinstance(to, ToDepartment) else None


def assigned(walk: Walk, user: UserId, members: Members | None) -> StickyAssigned | None:
    """What is kept when a user answers, rung by a department or not."""
    kept = kept_at(walk, members)
    if kept is None:
        return None
    sticky, key = kept
    return StickyAssigned(key=key, user=user, at=walk.at, until=walk.at + sticky.seconds)
