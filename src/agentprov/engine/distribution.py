"""A department: one pass over its members by its strategy, stage by stage, then its failover (RT-5, RT-6).

Theory of operation. A pass goes over the members once. A member's turn is past when they were rung, or couldn't be when
it came; what keeps them from being rung is a reason, and neither their own failover nor anybody's fallback is used
(RT-2). Stages say who may have a turn already: :mod:`agentprov.engine.stages`; the strategy says whose is next:
:mod:`agentprov.engine.turns`. When a stage has nobody left the next one begins at once, for here nobody waits.

Strategies ring in three ways: one member after another, each with their whole ring plan; everybody at once; or more and
more. Whoever served the caller last comes before all of them: alone for some seconds, then first in the order.
"""

from __future__ import annotations

from typing import Final, assert_never

from agentprov.engine.call_tables import Agent, Hop, Members
from agentprov.engine.call_walk import CUT, Walk
from agentprov.engine.department_pass import Pass, leave, no_time, over, resumed
from agentprov.engine.ringing import rung_after
from agentprov.engine.sticky import last_agent, reserve, sticky_of, still_sticky
from agentprov.engine.waves import ready, ring_all, ring_more, ring_progressively
from agentprov.model.departments import Strategy
from agentprov.model.destinations import Failure
from agentprov.model.effects import Offered
from agentprov.model.reasons import Reach, ReasonCode, SubjectKind
from agentprov.model.standings import RingingDepartment
from agentprov.model.steps import Candidates, Ring, Step

_DEPARTMENT: Final = Reach.DEPARTMENT
_STICKY: Final = Reach.STICKY


def enter_department(walk: Walk, members: Members) -> Hop | Step:
    """A call comes to a department. Its hours count now and not again: whoever came in time is served."""
    department = members.department
    sticky = sticky_of(walk, members)
    walk.reach = _DEPARTMENT
    walk.fallback = None
    timed = members.timed
    if timed is not None:
        walk.reasons.append(timed.reason(walk.at))
        emergency = timed.emergency_way(walk.at)
        if emergency is not None:
            return walk.to_emergency(emergency)
        if not timed.hours.is_open(walk.at):
            if members.closed is None:
                return leave(walk, members, None)
            return walk.onward(members.closed, ReasonCode.TO_CLOSED, SubjectKind.DEPARTMENT, department.id)
    known = None if sticky is None else last_agent(walk, *sticky, members)
    if not members.agents and known is None:
        walk.say(ReasonCode.DEPARTMENT_EMPTY, SubjectKind.DEPARTMENT, department.id)
        return leave(walk, members, None)
    budget = department.ring_budget
    room = walk.ring_left if budget is None else min(budget, walk.ring_left)
    passing = Pass(walk, members, entered=walk.at, room=room)
    if sticky is not None and known is not None:
        passing.last_agent = known.id
        walk.say(ReasonCode.STICKY_FIRST, SubjectKind.USER, known.id)
        wave = reserve(walk, known, sticky[0].reserve, room)
        if wave is not None:
            return _ring_reserved(passing, known, wave, sticky[0].reserve)
    return _ring_next(passing)


def _ring_reserved(passing: Pass, agent: Agent, wave: Ring, seconds: int) -> Hop | Step:
    """Whoever served the caller last rings, and nobody else yet."""
    walk = passing.walk
    walk.reach = _STICKY
    cut = CUT if passing.room < min(seconds, agent.plan.length(walk.call.caller)) else ()
    waiting = passing.waiting(1 << passing.place(agent.id), wave.duration, reserved=True)
    later = [each for each in passing.later() if each.id != agent.id]
    return walk.ring(wave, waiting, wave.duration, (*cut, agent.rings, *later))


def after_wave(walk: Walk, members: Members, waiting: RingingDepartment, failure: Failure) -> Hop | Step:
    """A wave of a department that nobody answered is over: who rings next. ``failure``: how close the call came."""
    passing = resumed(walk, members, waiting)
    passing.failure = failure
    walk.reach = _DEPARTMENT
    known = passing.last_agent
    if known is not None and not passing.past >> passing.place(known) & 1 and still_sticky(walk, known) is None:
        passing.last_agent = None
    same = waiting.list == members.fingerprint
    return _ring_next(passing, waiting if same and not waiting.reserved else None)


def _ring_next(passing: Pass, before: RingingDepartment | None = None) -> Hop | Step:
    """Ring whoever is next. ``before``: the wave that is over, if this one goes on from it."""
    strategy = passing.members.department.strategy
    match strategy:
        case Strategy.SIMULTANEOUS:
            return ring_all(passing)
        case Strategy.MEMORY_HUNT:
            return ring_more(passing, 0 if before is None else before.ringing)
        case Strategy.RING_PROGRESSIVELY:
            return ring_progressively(passing)
        case (
            Strategy.ORDER
            | Strategy.ROUND_ROBIN
            | Strategy.RANDOM
            | Strategy.LONGEST_IDLE
            | Strategy.FEWEST_CALLS
            | Strategy.LEAST_TALK_TIME
            | Strategy.HIGHEST_SKILL
        ):
            return _ring_one(passing, before)
        case _:
            assert_never(strategy)


def candidates(walk: Walk, members: Members, waited: int) -> Candidates:
    """Who may take a call that has waited so long: nobody rings, and time alone brings the stages."""
    passing = Pass(walk, members, entered=walk.at - waited, room=walk.ring_left)
    passing.come_to_stage()
    users = tuple(agent.id for _, agent in ready(passing))
    return Candidates(users=users, reasons=(*walk.reasons, *passing.later()))


# ---- one after another ----------------------------------------------------------------------------------------------


def _ring_one(passing: Pass, before: RingingDepartment | None) -> Hop | Step:
    """Ring one member alone: whose ring plan isn't through yet, else whoever is next."""
    walk = passing.walk
    alone = before if before is not None and before.rung else None
    passing.say_past(but=0 if alone is None else alone.ringing)
    if alone is not None:
        place = alone.ringing.bit_length() - 1
        agent = passing.agent(place)
        wave = None if agent is None else _next_wave(walk, agent, alone.rung, passing.room)
        if agent is not None and wave is not None:
            return _offer(passing, place, agent, wave, alone.rung)
    at, live, caller = walk.at, walk.live, walk.call.caller
    while passing.come_to_stage():
        for place, agent in passing.turns():
            passing.past |= 1 << place
            # What follows is `_next_wave`, without a call for everybody whom a gate keeps from being rung.
            failing = agent.gates.failing(at, live)
            if failing:
                walk.reasons += failing
                continue
            agent.say_unrung(walk.reasons, caller)
            wave = agent.plan.wave(caller, (), passing.room)
            if wave is not None:
                return _offer(passing, place, agent, wave, (), in_turn=not passing.comes_first(place))
        passing.stage += 1
    return over(passing)


def _next_wave(walk: Walk, agent: Agent, rung: tuple[str, ...], room: int) -> Ring | None:
    """The next wave of whoever has rung; ``None``, with the reasons said, if they can't, or their plan is through."""
    wave = agent.plan.wave(walk.call.caller, rung, room)
    if wave is None:
        walk.reasons.append(agent.gates.reason(ReasonCode.TURN_PAST))
        return None
    failing = agent.gates.failing(walk.at, walk.live)
    walk.reasons += failing
    return None if failing else wave


def _offer(
    passing: Pass, place: int, agent: Agent, wave: Ring, rung: tuple[str, ...], *, in_turn: bool = False
) -> Hop | Step:
    """The step in which a member rings. ``in_turn``: the rotation goes on behind them."""
    if passing.room == 0:
        if not rung:
            return no_time(passing, place)
        passing.walk.reasons.append(agent.gates.reason(ReasonCode.TURN_PAST))
        return no_time(passing)
    cut = CUT if wave.duration < agent.plan.timeout else ()
    waiting = passing.waiting(1 << place, wave.duration, rung_after(rung, wave))
    effects = (Offered(department=passing.members.department.id, user=agent.id),) if in_turn else ()
    reasons = (*cut, agent.rings, *passing.later())
    return passing.walk.ring(wave, waiting, wave.duration, reasons, effects)
