"""The waves of a department in which several ring: all at once, or more and more (RT-6)."""

from __future__ import annotations

from agentprov.engine.call_tables import Agent, Hop
from agentprov.engine.call_walk import CUT
from agentprov.engine.department_pass import Pass, no_time, over
from agentprov.engine.ringing import DEFAULT_RING, shifted, together
from agentprov.model.reasons import ReasonCode, SubjectKind
from agentprov.model.steps import Leg, Ring, Step


def ready(passing: Pass, *, all_of: bool = True) -> list[tuple[int, Agent]]:
    """Those of the present stage who can be rung now, in the order of their turns; or the first of them."""
    walk = passing.walk
    at, live, caller = walk.at, walk.live, walk.call.caller
    past = passing.past
    found: list[tuple[int, Agent]] = []
    for turn in passing.turns():
        place, agent = turn
        past |= 1 << place
        failing = agent.gates.failing(at, live)
        if failing:
            walk.reasons += failing
            continue
        plan = agent.plan
        if not plan.numbers or plan.has(caller):
            agent.say_unrung(walk.reasons, caller)
            if plan.length(caller) == 0:
                continue
        found.append(turn)
        if not all_of:
            break
    passing.past = past
    return found


def ring_all(passing: Pass) -> Hop | Step:
    """Ring everybody who can be rung in one wave, in which each one's ring plan runs.

    Whom a later stage admits while the wave rings joins it then, or when those before them have stopped ringing. A
    stage that only begins when nobody of those before is left begins the next wave.
    """
    walk = passing.walk
    caller = walk.call.caller
    ring_time = passing.members.department.ring_time
    limit = passing.room if ring_time is None else min(ring_time, passing.room)
    passing.say_past()
    ringing: list[tuple[int, Agent]] = []
    while not ringing and passing.come_to_stage():
        ringing = ready(passing)
        passing.stage += not ringing
    if not ringing:
        return over(passing)
    if limit == 0:
        return no_time(passing, *(place for place, _ in ringing))
    waves = [agent.plan.staggered(caller, limit) for _, agent in ringing]
    ends = max([agent.plan.length(caller) for _, agent in ringing])
    for number, stage in enumerate(passing.members.stages[passing.stage + 1 :], passing.stage + 1):
        if stage.after is None:
            break
        begin = min(stage.after - passing.elapsed, _end(together(waves)[0]))
        if begin >= limit:
            break
        passing.stage = number
        joining = ready(passing)
        ringing += joining
        waves += [shifted(agent.plan.staggered(caller, limit - begin), begin) for _, agent in joining]
        ends = max([ends, *(begin + agent.plan.length(caller) for _, agent in joining)])
    # Whatever was cut ends with the cut, so most waves needn't be looked at.
    return _ring_together(passing, ringing, waves, cut=ends > limit != ring_time)


def _end(legs: tuple[Leg, ...]) -> int:
    """When the last leg stops, in seconds from the wave's beginning."""
    return max([leg.delay + leg.duration for leg in legs])


def ring_more(passing: Pass, ringing: int) -> Hop | Step:
    """Ring those who rang, and one more."""
    walk = passing.walk
    ring_time = passing.members.department.ring_time or DEFAULT_RING
    limit = min(ring_time, passing.room)
    passing.say_past(but=ringing)
    again: list[tuple[int, Agent]] = []
    for place in range(ringing.bit_length()):
        agent = passing.agent(place) if ringing >> place & 1 else None
        if agent is not None:
            failing = agent.gates.failing(walk.at, walk.live)
            if failing:
                walk.reasons += failing
            else:
                again.append((place, agent))
    more: list[tuple[int, Agent]] = []
    while not more and passing.come_to_stage():
        more = ready(passing, all_of=False)
        passing.stage += not more
    if not more:
        walk.reasons += [agent.gates.reason(ReasonCode.TURN_PAST) for _, agent in again]
        return over(passing)
    if limit == 0:
        walk.reasons += [agent.gates.reason(ReasonCode.TURN_PAST) for _, agent in again]
        return no_time(passing, *(place for place, _ in more))
    waves = [agent.plan.staggered(walk.call.caller, limit) for _, agent in (*again, *more)]
    return _ring_together(passing, [*again, *more], waves, cut=limit < ring_time)


def ring_progressively(passing: Pass) -> Hop | Step:
    """Ring one member, and after each ring time one more, until the last one had theirs."""
    walk = passing.walk
    ring_time = passing.members.department.ring_time or DEFAULT_RING
    passing.say_past()
    ringing: list[tuple[int, Agent]] = []
    while not ringing and passing.come_to_stage():
        ringing = ready(passing)
        passing.stage += not ringing
    if not ringing:
        return over(passing)
    end = min(ring_time * len(ringing), passing.room)
    if end == 0:
        return no_time(passing, *(place for place, _ in ringing))
    cut = end < ring_time * len(ringing)
    too_late = ringing[-(-end // ring_time) :]
    passing.give_back(*(place for place, _ in too_late))
    ringing = ringing[: len(ringing) - len(too_late)]
    waves = [agent.plan.stretched(walk.call.caller, turn * ring_time, end) for turn, (_, agent) in enumerate(ringing)]
    return _ring_together(passing, ringing, waves, cut=cut)


def _ring_together(
    passing: Pass, ringing: list[tuple[int, Agent]], waves: list[tuple[Leg, ...]], *, cut: bool
) -> Hop | Step:
    """The step in which several ring: a telephone that two of them share rings once."""
    walk = passing.walk
    legs, doubled = together(waves)
    for leg in doubled:
        walk.say(ReasonCode.NUMBER_RINGS_ALREADY, SubjectKind.USER, leg.user)
    rung = {leg.user for leg in legs}
    ringing = [(place, agent) for place, agent in ringing if agent.id in rung]
    duration = _end(legs)
    waiting = passing.waiting(sum(1 << place for place, _ in ringing), duration)
    reasons = (*(CUT if cut else ()), *[agent.rings for _, agent in ringing], *passing.later())
    return walk.ring(Ring(legs=legs, duration=duration), waiting, duration, reasons)
