"""A department: one pass over its members by its strategy, then its failover (RT-6).

Every strategy answers one question: who rings next. What keeps a member from being rung is a reason, and the member is
skipped: neither their own failover nor anybody's fallback is used (RT-2).
"""

from __future__ import annotations

from typing import Final, assert_never

from agentprov.engine.call_tables import Agent, Hop, Members
from agentprov.engine.call_walk import CUT, Walk
from agentprov.engine.ringing import rung_after, together
from agentprov.model.call_state import RingingDepartment
from agentprov.model.ids import UserId
from agentprov.model.reasons import Reach, ReasonCode, SubjectKind
from agentprov.model.routing import Failure, Strategy
from agentprov.model.steps import Ring, Step

_DEPARTMENT: Final = Reach.DEPARTMENT


def enter_department(walk: Walk, members: Members) -> Hop | Step:
    """A call comes to a department. Its hours count now and not again: whoever came in time is served."""
    department = members.department
    walk.reach = _DEPARTMENT
    walk.fallback = None
    timed = members.timed
    if timed is not None:
        walk.reasons.append(timed.reason(walk.at))
        if not timed.hours.is_open(walk.at):
            if members.closed is None:
                return _leave(walk, members, None)
            return walk.onward(members.closed, ReasonCode.TO_CLOSED, SubjectKind.DEPARTMENT, department.id)
    if not members.agents:
        walk.say(ReasonCode.DEPARTMENT_EMPTY, SubjectKind.DEPARTMENT, department.id)
        return _leave(walk, members, None)
    budget = department.ring_budget
    room = walk.ring_left if budget is None else min(budget, walk.ring_left)
    strategy = department.strategy
    match strategy:
        case Strategy.ORDER:
            return _ring_in_order(walk, members, begin=0, rung=(), room=room, failure=None)
        case Strategy.SIMULTANEOUS:
            return _ring_all(walk, members, room)
        case _:
            assert_never(strategy)


def after_wave(walk: Walk, members: Members, waiting: RingingDepartment, failure: Failure) -> Hop | Step:
    """A wave of a department that nobody answered is over: who rings next. ``failure``: how close the call came."""
    strategy = members.department.strategy
    match strategy:
        case Strategy.ORDER:
            rung, position = _turn(walk, waiting, members.department.members)
            room = min(waiting.ring_left, walk.ring_left)
            return _ring_in_order(walk, members, begin=position, rung=rung, room=room, failure=failure)
        case Strategy.SIMULTANEOUS:
            return _leave(walk, members, failure)
        case _:
            assert_never(strategy)


def _turn(walk: Walk, waiting: RingingDepartment, members: tuple[UserId, ...]) -> tuple[tuple[str, ...], int]:
    """Which numbers have rung, and whose turn it is.

    Where the list changed under the call, whoever rang keeps their turn at their new place in it; if they left it, the
    pass goes on from where they stood; and if several rang, it begins anew.
    """
    if waiting.users == members[waiting.position : waiting.position + 1]:
        return waiting.rung, waiting.position
    if len(waiting.users) != 1:
        return (), 0
    user = waiting.users[0]
    if user in members:
        return waiting.rung, members.index(user)
    walk.say_gone(SubjectKind.USER, user)
    return (), min(waiting.position, len(members))


def _leave(walk: Walk, members: Members, failure: Failure | None) -> Hop | Step:
    """Nobody of the department is left: its failover, else the end. ``failure``: how close the call came."""
    if members.failover is None:
        return walk.give_up(failure)
    return walk.onward(members.failover, ReasonCode.TO_FAILOVER, SubjectKind.DEPARTMENT, members.department.id)


def _ring_in_order(
    walk: Walk, members: Members, *, begin: int, rung: tuple[str, ...], room: int, failure: Failure | None
) -> Hop | Step:
    """Ring the member at position ``begin``, or the next one who can be rung.

    A member's whole ring plan runs before the next one's turn: ``rung`` are the first one's numbers that have had their
    ring. ``room`` are the seconds that the department may still ring.
    """
    walk.reasons += members.past[:begin]
    for position in range(begin, len(members.agents)):
        agent = members.agents[position]
        wave = _next_wave(walk, agent, rung, room)
        if wave is not None:
            if room == 0:
                walk.say_call(ReasonCode.RING_BUDGET_OVER)
                walk.reasons += members.later[position:]
                return _leave(walk, members, failure)
            cut = CUT if wave.duration < agent.plan.timeout else ()
            waiting = RingingDepartment(
                department=members.department.id,
                users=(agent.id,),
                position=position,
                rung=rung_after(rung, wave),
                ring_left=room - wave.duration,
                failure=failure,
            )
            return walk.ring(wave, waiting, wave.duration, (*cut, agent.rings, *members.later[position + 1 :]))
        rung = ()
    return _leave(walk, members, failure)


def _next_wave(walk: Walk, agent: Agent, rung: tuple[str, ...], room: int) -> Ring | None:
    """A member's next wave; ``None``, with the reasons said, if they can't be rung, or their plan is through."""
    if rung and agent.plan.wave(walk.call.caller, rung, room) is None:
        walk.reasons.append(agent.gates.reason(ReasonCode.TURN_PAST))
        return None
    failing = agent.gates.failing(walk.at, walk.live)
    if failing:
        walk.reasons += failing
        return None
    if not rung:
        agent.say_unrung(walk.reasons, walk.call.caller)
    return agent.plan.wave(walk.call.caller, rung, room)


def _ring_all(walk: Walk, members: Members, room: int) -> Hop | Step:
    """Ring everybody who can be rung in one wave, in which each one's ring plan runs."""
    caller = walk.call.caller
    ring_time = members.department.ring_time
    limit = room if ring_time is None else min(ring_time, room)
    ringing: list[Agent] = []
    for agent in members.agents:
        failing = agent.gates.failing(walk.at, walk.live)
        if failing:
            walk.reasons += failing
        else:
            agent.say_unrung(walk.reasons, caller)
            ringing.append(agent)
    legs, doubled = together([agent.plan.staggered(caller, limit) for agent in ringing])
    if limit == 0 and any(agent.plan.wave(caller, (), room) is not None for agent in ringing):
        walk.say_call(ReasonCode.RING_BUDGET_OVER)
        return _leave(walk, members, None)
    if not legs:
        return _leave(walk, members, None)
    duration = max([leg.delay + leg.duration for leg in legs])
    # Whatever was cut ends with the cut, so most waves needn't be looked at.
    cut = duration == limit != ring_time and any(agent.plan.length(caller) > limit for agent in ringing)
    for leg in doubled:
        walk.say(ReasonCode.NUMBER_RINGS_ALREADY, SubjectKind.USER, leg.user)
    rung = {leg.user for leg in legs}
    ringing = [agent for agent in ringing if agent.id in rung]
    waiting = RingingDepartment(
        department=members.department.id,
        users=tuple([agent.id for agent in ringing]),
        position=0,
        rung=(),
        ring_left=room - duration,
    )
    reasons = tuple([agent.rings for agent in ringing])
    return walk.ring(Ring(legs=legs, duration=duration), waiting, duration, (*CUT, *reasons) if cut else reasons)
