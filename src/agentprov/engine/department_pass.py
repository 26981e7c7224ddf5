"""A department's pass over its members, while one step of it is worked out (RT-6).

Whose turn is past, who may have theirs by now, and what is said of everybody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from agentprov.engine.call_tables import Agent, Hop, Members
from agentprov.engine.call_walk import Walk
from agentprov.engine.stages import stage_at
from agentprov.engine.turns import in_turn
from agentprov.model.destinations import Failure
from agentprov.model.ids import UserId
from agentprov.model.reasons import RULES, Reason, ReasonCode, SubjectKind
from agentprov.model.standings import RingingDepartment
from agentprov.model.steps import Step

_STAGE_LATER: Final = ReasonCode.STAGE_LATER
_RULE: Final = RULES[_STAGE_LATER]
_USER: Final = SubjectKind.USER


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

    def left(self) -> Sequence[int]:
        """Who may have their turn now and hasn't had it, by the list."""
        past = self.past
        if self.admissions is not None:
            places = self.admissions.by_stage[self.stage]
            return [place for place in places if not past >> place & 1] if past else places
        begun = _whole(past)
        count = len(self.members.agents)
        return [place for place in range(count) if not past >> place & 1] if begun is None else range(begun, count)

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
        order = in_turn(self.walk, members, left, members.stages[self.stage])
        tiers = members.department.tiers
        if tiers:
            order = sorted(order, key=lambda place: tiers.get(members.agents[place].id, 0))
        first = self.last_agent
        if first is not None and not self.past >> self.place(first) & 1:
            place = self.place(first)
            others = [members.pairs[other] for other in order if other != place]
            return [(place, self.walk.tables.agents[first]), *others]
        if order is left and isinstance(left, range):
            return members.pairs[left.start :]
        return [members.pairs[place] for place in order]

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
            begun = _whole(told)
            if begun is None:
                self.walk.reasons += [past[place] for place in range(len(past)) if told >> place & 1]
            else:
                self.walk.reasons += past[:begun]

    def later(self) -> tuple[Reason, ...]:
        """Why each member whose turn isn't past doesn't ring yet, or never does."""
        past = self.past
        if self.admissions is None:
            later = self.members.later
            begun = _whole(past)
            if begun is not None:
                return later[begun:]
            return tuple([later[place] for place in range(len(later)) if not past >> place & 1])
        agents = self.members.agents
        stages = self.members.stages
        found: list[Reason] = []
        for place, (stage, lack) in enumerate(self.admissions.each):
            if past >> place & 1:
                continue
            if stage is None:
                found.append(agents[place].gates.reason(lack or ReasonCode.STAGE_NEVER))
            elif stage <= self.stage:
                found.append(self.members.later[place])
            else:
                after = stages[stage].after
                until = None if after is None else self.entered + after
                found.append(Reason(rule=_RULE, kind=_USER, id=agents[place].id, code=_STAGE_LATER, until=until))
        return tuple(found)

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


def _whole(past: int) -> int | None:
    """How many are past, if they are the first ones of the list, as they mostly are; else nothing."""
    return past.bit_length() if past & (past + 1) == 0 else None


def resumed(walk: Walk, members: Members, waiting: RingingDepartment) -> Pass:
    """The pass that a state tells of. Where the list has changed under the call the rest is planned anew (RT-13)."""
    budget = members.department.ring_budget
    room = min(waiting.ring_left, walk.ring_left)
    passing = Pass(walk, members, entered=waiting.entered, room=room if budget is None else min(room, budget))
    passing.failure = waiting.failure
    if waiting.list == members.fingerprint:
        passing.past = waiting.past
        passing.stage = min(waiting.stage, len(members.stages) - 1)
        if waiting.last_agent in walk.tables.tenant.users:
            passing.last_agent = waiting.last_agent
        elif waiting.last_agent is not None:
            walk.say_gone(SubjectKind.USER, waiting.last_agent)
    else:
        walk.say(ReasonCode.MEMBERS_CHANGED, SubjectKind.DEPARTMENT, members.department.id)
    return passing


def users_of(members: Members, waiting: RingingDepartment) -> tuple[UserId, ...] | None:
    """Who rings; nothing if that can't be said any more, because the list has changed."""
    if waiting.list != members.fingerprint:
        return None
    agents = members.agents
    found: list[UserId] = []
    left = waiting.ringing
    while left:
        place = (left & -left).bit_length() - 1
        left &= left - 1
        if place < len(agents):
            found.append(agents[place].id)
        elif place == len(agents) and waiting.last_agent is not None:
            found.append(waiting.last_agent)
    return tuple(found)


def leave(walk: Walk, members: Members, failure: Failure | None) -> Hop | Step:
    """Nobody of the department is left: its failover, else the end. ``failure``: how close the call came."""
    if members.failover is None:
        return walk.give_up(failure)
    return walk.onward(members.failover, ReasonCode.TO_FAILOVER, SubjectKind.DEPARTMENT, members.department.id)


def over(passing: Pass) -> Hop | Step:
    """The pass is over: why those who had no turn didn't, then the failover."""
    passing.walk.reasons += passing.later()
    return leave(passing.walk, passing.members, passing.failure)


def no_time(passing: Pass, *places: int) -> Hop | Step:
    """These could ring, and no time is left to ring in."""
    passing.walk.say_call(ReasonCode.RING_BUDGET_OVER)
    passing.give_back(*places)
    return over(passing)
