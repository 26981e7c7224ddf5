"""From a destination to the next thing the host must do (RT-8).

INVARIANT: a walk ends. Hops need no caller's key, so by RT-9 they can't go round: departments, menus and time
conditions form no circle over such hops, and where an agent's failover or a fallback leads, neither counts any more.
"""

from __future__ import annotations

from typing import Final, assert_never

from agentprov.engine.call_tables import Agent, Hop
from agentprov.engine.call_walk import CUT, Walk, closer
from agentprov.engine.distribution import enter_department
from agentprov.engine.gates import GATES, WAYS, Obstacle, Way
from agentprov.engine.marks import raised
from agentprov.engine.ringing import asks_confirmation, rung_after
from agentprov.model.contact import without_suffix
from agentprov.model.destinations import (
    Failure,
    HangUp,
    ToAgent,
    ToAnnouncement,
    ToDepartment,
    ToExternal,
    ToIvr,
    ToQueue,
    ToTimeCondition,
    ToVoicemail,
)
from agentprov.model.reasons import Reach, ReasonCode, SubjectKind
from agentprov.model.standings import Announcing, Forwarding, InQueue, Recording, RingingAgent
from agentprov.model.steps import Announce, Forward, Step, TakeMessage, ToHostQueue

# Looking up a member of an enumeration is slow, and these are looked up in every step.
_ATTEMPT: Final = Obstacle.ATTEMPT
_UNREACHABLE: Final = Failure.UNREACHABLE
_DIRECT: Final = Reach.DIRECT


def go(walk: Walk, at: Hop | Step) -> Step:
    """Go on from hop to hop until the host has something to do. A loop: a chain of failovers may be long."""
    while isinstance(at, Hop):
        at = _hop(walk, at)
    return at


def _hop(walk: Walk, hop: Hop) -> Hop | Step:
    to = hop.to
    match to:
        case ToAgent(user=user):
            return ring_agent(walk, walk.tables.agents[user], (), None)
        case ToDepartment(department=department):
            return enter_department(walk, walk.tables.departments[department])
        case ToIvr(ivr=ivr):
            # A menu passes on the reach until it chooses. The fallback it got is an outer container's from here on.
            walk.fallback = None
            menu = walk.tables.menus[ivr]
            return walk.wait(menu.action, menu.fresh)
        case ToTimeCondition(time_condition=id_):
            condition = walk.tables.conditions[id_]
            walk.reasons.append(condition.timed.reason(walk.at))
            emergency = condition.timed.emergency_way(walk.at)
            return condition.way(walk.at) if emergency is None else walk.to_emergency(emergency)
        case ToExternal():
            return _forward(walk, hop, to)
        case ToVoicemail(voicemail=voicemail):
            return walk.decide(TakeMessage(voicemail=voicemail), Recording(voicemail=voicemail))
        case ToAnnouncement(announcement=announcement):
            return walk.wait(Announce(announcement=announcement), Announcing(place=hop.place))
        case ToQueue():
            walk.fallback = None
            return walk.wait(_queue(walk, to), InQueue(place=hop.place))
        case HangUp(cause=cause):
            return walk.hang_up(cause)
        case _:
            assert_never(to)


def _queue(walk: Walk, to: ToQueue) -> ToHostQueue:
    return ToHostQueue(
        queue=to.queue,
        priority=raised(walk.carried.priority, to.priority),
        max_wait=to.max_wait,
        max_length=to.max_length,
    )


# ---- one agent ------------------------------------------------------------------------------------------------------


def ring_agent(walk: Walk, agent: Agent, rung: tuple[str, ...], failure: Failure | None) -> Hop | Step:
    """Ring the agent's next numbers, or go where the reach says that the call goes without them (RT-2 to RT-4).

    ``rung`` have had their ring, and ``failure`` is how close that came.
    """
    plan = agent.plan
    wave = plan.wave(walk.call.caller, rung, walk.ring_left)
    if wave is None and rung:
        return _missed(walk, agent, _ATTEMPT, closer(failure, _UNREACHABLE))
    failing = agent.gates.failing(walk.at, walk.live)
    if failing:
        walk.reasons += failing
        first = failing[0].code
        kind = Failure.BUSY if first is ReasonCode.PRESENCE_BUSY else _UNREACHABLE
        return _missed(walk, agent, GATES[first], closer(failure, kind))
    if not rung:
        agent.say_unrung(walk.reasons, walk.call.caller)
    if wave is None:
        return _missed(walk, agent, _ATTEMPT, _UNREACHABLE)
    if walk.ring_left == 0:
        walk.say_call(ReasonCode.RING_BUDGET_OVER)
        return _missed(walk, agent, _ATTEMPT, closer(failure, _UNREACHABLE))
    waiting = plan.waiting
    if wave is not plan.ready or failure is not None:
        waiting = RingingAgent(user=agent.id, rung=rung_after(rung, wave), failure=failure)
    reasons = (agent.rings,) if wave.duration == plan.timeout else (*CUT, agent.rings)
    return walk.ring(wave, waiting, wave.duration, reasons)


def _missed(walk: Walk, agent: Agent, obstacle: Obstacle, failure: Failure | None) -> Hop | Step:
    """The agent isn't reached: the first way of the table that is there."""
    for way in WAYS[walk.reach][obstacle]:
        if way is Way.OWN_FAILOVER and agent.failover is not None:
            return walk.onward(agent.failover, ReasonCode.TO_OWN_FAILOVER, SubjectKind.USER, agent.id)
        if way is Way.NOT_STICKY:
            return not_sticky(walk, failure)
        if way is Way.FALLBACK:
            hop = walk.use_fallback(failure or _UNREACHABLE)
            if hop is not None:
                return hop
    return walk.give_up(failure)


def not_sticky(walk: Walk, failure: Failure | None) -> Hop | Step:
    """Whoever served the caller last isn't reached: on as if nobody had, to the number's own destination (RT-5)."""
    entry = walk.tables.entry(walk.call.to)
    if entry is None:
        walk.say_gone(SubjectKind.NUMBER, walk.call.to)
        return walk.give_up(failure)
    walk.reach = _DIRECT
    walk.fallback = entry.fallback
    return entry.hop


# ---- an external number ---------------------------------------------------------------------------------------------


def _forward(walk: Walk, hop: Hop, to: ToExternal) -> Hop | Step:
    if without_suffix(to.number) == walk.call.caller:
        walk.say(ReasonCode.NUMBER_CALLERS_OWN, SubjectKind.EXTERNAL, to.number)
        return forward_failed(walk, hop, to, _UNREACHABLE)
    timeout = min(to.timeout, walk.ring_left)
    if timeout == 0:
        walk.say_call(ReasonCode.RING_BUDGET_OVER)
        return forward_failed(walk, hop, to, _UNREACHABLE)
    reasons = CUT if timeout < to.timeout else ()
    confirm = asks_confirmation(to.number, walk.tables.tenant.settings.confirm)
    forward = Forward(number=to.number, timeout=timeout, confirm=confirm)
    return walk.ring(forward, Forwarding(place=hop.place), timeout, reasons)


def forward_failed(walk: Walk, hop: Hop, to: ToExternal, failure: Failure) -> Hop | Step:
    """An external number wasn't reached: what is next, else the fallback that may still be used, else the end."""
    if to.next is None:
        return walk.use_fallback(failure) or walk.give_up(failure)
    return walk.onward(hop.inner(to.next), ReasonCode.TO_NEXT, SubjectKind.EXTERNAL, to.number)
