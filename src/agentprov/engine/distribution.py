"""A department: one pass over its members by its strategy, stage by stage, then its failover (RT-5, RT-6).

Theory of operation. A pass goes over the members once. A member's turn is past when they were rung, or couldn't be when
it came; what keeps them from being rung is a reason, and neither their own failover nor anybody's fallback is used
(RT-2). Stages say who may have a turn already: :mod:`agentprov.engine.stages`; the strategy says whose is next:
:mod:`agentprov.engine.turns`. When a stage has nobody left the next one begins at once, for here nobody waits.

Strategies ring in three ways: one member after another, each with their whole ring plan; everybody at once; or more and
more. Whoever served the caller last comes before all of them: alone for some seconds, then first in the order.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, assert_never

from agentprov.engine.call_tables import Agent, Hop, Members
from agentprov.engine.call_walk import CUT, Walk
from agentprov.engine.ringing import DEFAULT_RING, rung_after, shifted, together
from agentprov.engine.skills import asked_in
from agentprov.engine.stages import Admission, stage_at
from agentprov.engine.sticky import last_agent, reserve, sticky_of, still_sticky
from agentprov.engine.turns import in_turn
from agentprov.model.departments import Strategy
from agentprov.model.destinations import Failure
from agentprov.model.effects import Offered
from agentprov.model.ids import UserId
from agentprov.model.reasons import Reach, Reason, ReasonCode, SubjectKind, reason
from agentprov.model.standings import RingingDepartment
from agentprov.model.steps import Leg, Ring, Step

_DEPARTMENT: Final = Reach.DEPARTMENT
_STICKY: Final = Reach.STICKY


class Pass:
    """A department's pass while one step of it is worked out. Members are places in its list."""

    __slots__ = ("admissions", "entered", "failure", "last_agent", "members", "past", "room", "stage", "walk")

    def __init__(self, walk: Walk, members: Members, *, entered: int, room: int) -> None:
        self.walk = walk
        self.members = members
        self.entered = entered
        self.room = room
        """The seconds that the department may still ring."""
        self.stage = 0
        self.past = 0
        """Whose turn is past, as bits."""
        self.failure: Failure | None = None
        self.last_agent: UserId | None = None
        self.admissions = members.admissions(walk.carried.skills, walk.live)

    def admitted(self, place: int) -> bool:
        """Whether a member may have their turn by now."""
        if self.admissions is None:
            return True
        stage = self.admissions[place].stage
        return stage is not None and stage <= self.stage

    def left(self) -> list[int]:
        """Who may have their turn now and hasn't had it, by the list."""
        past = self.past
        return [place for place in range(len(self.members.agents)) if not past >> place & 1 and self.admitted(place)]

    @property
    def elapsed(self) -> int:
        """The seconds since the call came to the department; none where the clock has gone back."""
        return max(0, self.walk.at - self.entered)

    def come_to_stage(self) -> bool:
        """Come to the stage that time has brought; nothing is left to come to behind the last one."""
        stages = self.members.stages
        if self.stage >= len(stages):
            return False
        if len(stages) > 1:
            self.stage = stage_at(stages, self.stage, self.elapsed)
        return True

    def turns(self) -> Iterable[tuple[int, Agent]]:
        """Whose turn is now, in order; before them all whoever served the caller last, whatever their stage."""
        members = self.members
        left = self.left()
        if members.department.strategy is Strategy.HIGHEST_SKILL:
            asked = asked_in(members.stages[self.stage], self.walk.carried.skills)
        else:
            asked = ()
        order = in_turn(self.walk, members, left, asked)
        first = self.last_agent
        if first is None or self.past >> self.place(first) & 1:
            return [(place, members.agents[place]) for place in order]
        place = self.place(first)
        others = [(other, members.agents[other]) for other in order if other != place]
        return [(place, self.walk.tables.agents[first]), *others]

    def place(self, user: UserId) -> int:
        """A user's place in the list; behind the last one for whoever isn't a member."""
        return self.members.places.get(user, len(self.members.agents))

    def agent(self, place: int) -> Agent | None:
        """Who is at a place; nobody, if they served the caller last, aren't a member, and have been dropped."""
        agents = self.members.agents
        if place < len(agents):
            return agents[place]
        return None if self.last_agent is None else self.walk.tables.agents[self.last_agent]

    def comes_first(self, place: int) -> bool:
        """Whether it is the place of whoever served the caller last."""
        return self.last_agent is not None and self.place(self.last_agent) == place

    def give_back(self, *places: int) -> None:
        """These haven't had their turn after all."""
        for place in places:
            self.past &= ~(1 << place)

    def say_past(self, but: int = 0) -> None:
        """Say whose turn was past before this step; those who ring on, as bits, are told otherwise."""
        told = self.past & ~but
        if told:
            past = self.members.past
            self.walk.reasons += [past[place] for place in range(len(past)) if told >> place & 1]

    def later(self) -> tuple[Reason, ...]:
        """Why each member whose turn isn't past doesn't ring yet, or never does."""
        past = self.past
        if self.admissions is None:
            later = self.members.later
            return tuple([later[place] for place in range(len(later)) if not past >> place & 1]) if past else later
        return tuple(
            [self._why_not(place, each) for place, each in enumerate(self.admissions) if not past >> place & 1]
        )

    def _why_not(self, place: int, admission: Admission) -> Reason:
        agent = self.members.agents[place]
        stage = admission.stage
        if stage is None:
            return agent.gates.reason(admission.lack or ReasonCode.STAGE_NEVER)
        if stage <= self.stage:
            return self.members.later[place]
        after = self.members.stages[stage].after
        until = None if after is None else self.entered + after
        return reason(SubjectKind.USER, agent.id, ReasonCode.STAGE_LATER, until)

    def waiting(
        self, ringing: int, duration: int, rung: tuple[str, ...] = (), *, reserved: bool = False
    ) -> RingingDepartment:
        """The standing while these ring."""
        members = self.members
        return RingingDepartment(
            department=members.department.id,
            list=members.fingerprint,
            ringing=ringing,
            past=self.past,
            entered=self.entered,
            stage=self.stage,
            ring_left=self.room - duration,
            rung=rung,
            last_agent=self.last_agent,
            reserved=reserved,
            failure=self.failure,
        )


# ---- coming in, and going on ----------------------------------------------------------------------------------------


def enter_department(walk: Walk, members: Members) -> Hop | Step:
    """A call comes to a department. Its hours count now and not again: whoever came in time is served."""
    department = members.department
    sticky = sticky_of(walk, members)
    walk.reach = _DEPARTMENT
    walk.fallback = None
    timed = members.timed
    if timed is not None:
        walk.reasons.append(timed.reason(walk.at))
        if not timed.hours.is_open(walk.at):
            closed = members.closed_way(walk.at)
            if closed is None:
                return _leave(walk, members, None)
            return walk.onward(closed, ReasonCode.TO_CLOSED, SubjectKind.DEPARTMENT, department.id)
    if not members.agents:
        walk.say(ReasonCode.DEPARTMENT_EMPTY, SubjectKind.DEPARTMENT, department.id)
        return _leave(walk, members, None)
    budget = department.ring_budget
    room = walk.ring_left if budget is None else min(budget, walk.ring_left)
    passing = Pass(walk, members, entered=walk.at, room=room)
    if sticky is not None:
        agent = last_agent(walk, *sticky, members)
        if agent is not None:
            passing.last_agent = agent.id
            wave = reserve(walk, agent, sticky[0].reserve, room)
            if wave is not None:
                return _ring_reserved(passing, agent, wave, sticky[0].reserve)
    return _ring_next(passing)


def _ring_reserved(passing: Pass, agent: Agent, wave: Ring, seconds: int) -> Hop | Step:
    """Whoever served the caller last rings, and nobody else yet."""
    walk = passing.walk
    walk.reach = _STICKY
    walk.say(ReasonCode.STICKY_FIRST, SubjectKind.USER, agent.id)
    cut = CUT if passing.room < min(seconds, agent.plan.length(walk.call.caller)) else ()
    waiting = passing.waiting(1 << passing.place(agent.id), wave.duration, reserved=True)
    later = [each for each in passing.later() if each.id != agent.id]
    return walk.ring(wave, waiting, wave.duration, (*cut, agent.rings, *later))


def resumed(walk: Walk, members: Members, waiting: RingingDepartment) -> Pass:
    """The pass that a state tells of. Where the list has changed under the call the rest is planned anew (RT-13)."""
    passing = Pass(walk, members, entered=waiting.entered, room=min(waiting.ring_left, walk.ring_left))
    passing.failure = waiting.failure
    if waiting.list == members.fingerprint:
        passing.past = waiting.past
        passing.stage = min(waiting.stage, len(members.stages) - 1)
        passing.last_agent = waiting.last_agent
    else:
        walk.say(ReasonCode.MEMBERS_CHANGED, SubjectKind.DEPARTMENT, members.department.id)
    return passing


def users_of(members: Members, waiting: RingingDepartment) -> tuple[UserId, ...] | None:
    """Who rings; nothing if that can't be said any more, because the list has changed."""
    if waiting.list != members.fingerprint:
        return None
    ringing = [agent.id for place, agent in enumerate(members.agents) if waiting.ringing >> place & 1]
    if waiting.last_agent is not None and waiting.ringing >> len(members.agents) & 1:
        ringing.append(waiting.last_agent)
    return tuple(ringing)


def after_wave(walk: Walk, members: Members, waiting: RingingDepartment, failure: Failure) -> Hop | Step:
    """A wave of a department that nobody answered is over: who rings next. ``failure``: how close the call came."""
    passing = resumed(walk, members, waiting)
    passing.failure = failure
    walk.reach = _DEPARTMENT
    if passing.last_agent is not None and still_sticky(walk, passing.last_agent) is None:
        passing.last_agent = None
    same = waiting.list == members.fingerprint
    return _ring_next(passing, waiting if same and not waiting.reserved else None)


def _ring_next(passing: Pass, before: RingingDepartment | None = None) -> Hop | Step:
    """Ring whoever is next. ``before``: the wave that is over, if this one goes on from it."""
    strategy = passing.members.department.strategy
    match strategy:
        case Strategy.SIMULTANEOUS:
            return _ring_all(passing)
        case Strategy.MEMORY_HUNT:
            return _ring_more(passing, 0 if before is None else before.ringing)
        case Strategy.RING_PROGRESSIVELY:
            return _ring_progressively(passing)
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


def _leave(walk: Walk, members: Members, failure: Failure | None) -> Hop | Step:
    """Nobody of the department is left: its failover, else the end. ``failure``: how close the call came."""
    if members.failover is None:
        return walk.give_up(failure)
    return walk.onward(members.failover, ReasonCode.TO_FAILOVER, SubjectKind.DEPARTMENT, members.department.id)


def _over(passing: Pass) -> Hop | Step:
    """The pass is over: why those who had no turn didn't, then the failover."""
    passing.walk.reasons += passing.later()
    return _leave(passing.walk, passing.members, passing.failure)


def _no_time(passing: Pass, *places: int) -> Hop | Step:
    """These could ring, and no time is left to ring in."""
    passing.walk.say_call(ReasonCode.RING_BUDGET_OVER)
    passing.give_back(*places)
    return _over(passing)


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
    while passing.come_to_stage():
        for place, agent in passing.turns():
            first = passing.comes_first(place)
            passing.past |= 1 << place
            wave = _next_wave(walk, agent, (), passing.room)
            if wave is not None:
                return _offer(passing, place, agent, wave, (), in_turn=not first)
        passing.stage += 1
    return _over(passing)


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


def _offer(
    passing: Pass, place: int, agent: Agent, wave: Ring, rung: tuple[str, ...], *, in_turn: bool = False
) -> Hop | Step:
    """The step in which a member rings. ``in_turn``: the rotation goes on behind them."""
    if passing.room == 0:
        return _no_time(passing, place)
    cut = CUT if wave.duration < agent.plan.timeout else ()
    waiting = passing.waiting(1 << place, wave.duration, rung_after(rung, wave))
    effects = (Offered(department=passing.members.department.id, user=agent.id),) if in_turn else ()
    reasons = (*cut, agent.rings, *passing.later())
    return passing.walk.ring(wave, waiting, wave.duration, reasons, effects)


# ---- several at once ------------------------------------------------------------------------------------------------


def _ready(passing: Pass, *, all_of: bool = True) -> list[tuple[int, Agent]]:
    """Those of the present stage who can be rung now, in the order of their turns; or the first of them."""
    walk = passing.walk
    caller = walk.call.caller
    found: list[tuple[int, Agent]] = []
    for place, agent in passing.turns():
        passing.past |= 1 << place
        failing = agent.gates.failing(walk.at, walk.live)
        if failing:
            walk.reasons += failing
            continue
        agent.say_unrung(walk.reasons, caller)
        if agent.plan.length(caller) > 0:
            found.append((place, agent))
            if not all_of:
                break
    return found


def _ring_all(passing: Pass) -> Hop | Step:
    """Ring everybody who can be rung in one wave, in which each one's ring plan runs.

    Whom a later stage admits while the wave rings joins it then, or when those before them have stopped ringing.
    """
    walk = passing.walk
    caller = walk.call.caller
    ring_time = passing.members.department.ring_time
    limit = passing.room if ring_time is None else min(ring_time, passing.room)
    passing.say_past()
    ringing: list[tuple[int, Agent, int]] = []
    while not ringing and passing.come_to_stage():
        ringing = [(place, agent, 0) for place, agent in _ready(passing)]
        passing.stage += not ringing
    if not ringing:
        return _over(passing)
    if limit == 0:
        return _no_time(passing, *(place for place, _, _ in ringing))
    ends = max(agent.plan.length(caller) for _, agent, _ in ringing)
    for number, stage in enumerate(passing.members.stages[passing.stage + 1 :], passing.stage + 1):
        if stage.after is None:
            break
        begin = min(stage.after - passing.elapsed, ends)
        if begin >= limit:
            break
        passing.stage = number
        joining = [(place, agent, begin) for place, agent in _ready(passing)]
        ringing += joining
        ends = max([ends, *(begin + agent.plan.length(caller) for _, agent, _ in joining)])
    waves = [shifted(agent.plan.staggered(caller, limit - begin), begin) for _, agent, begin in ringing]
    # Whatever was cut ends with the cut, so most waves needn't be looked at.
    cut = ends > limit != ring_time
    return _ring_together(passing, [(place, agent) for place, agent, _ in ringing], waves, cut=cut)


def _ring_more(passing: Pass, ringing: int) -> Hop | Step:
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
        more = _ready(passing, all_of=False)
        passing.stage += not more
    if not more:
        walk.reasons += [agent.gates.reason(ReasonCode.TURN_PAST) for _, agent in again]
        return _over(passing)
    if limit == 0:
        return _no_time(passing, *(place for place, _ in more))
    waves = [agent.plan.staggered(walk.call.caller, limit) for _, agent in (*again, *more)]
    return _ring_together(passing, [*again, *more], waves, cut=limit < ring_time)


def _ring_progressively(passing: Pass) -> Hop | Step:
    """Ring one member, and after each ring time one more, until the last one had theirs."""
    walk = passing.walk
    ring_time = passing.members.department.ring_time or DEFAULT_RING
    passing.say_past()
    ringing: list[tuple[int, Agent]] = []
    while not ringing and passing.come_to_stage():
        ringing = _ready(passing)
        passing.stage += not ringing
    if not ringing:
        return _over(passing)
    end = min(ring_time * len(ringing), passing.room)
    if end == 0:
        return _no_time(passing, *(place for place, _ in ringing))
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
    duration = max([leg.delay + leg.duration for leg in legs])
    waiting = passing.waiting(sum(1 << place for place, _ in ringing), duration)
    reasons = (*(CUT if cut else ()), *[agent.rings for _, agent in ringing], *passing.later())
    return walk.ring(Ring(legs=legs, duration=duration), waiting, duration, reasons)
