"""What RT-6 says of departments: one pass over the members by a strategy, within tiers and stages.

A turn is a member's one chance in a pass. Whose turn it is next is asked before each wave, of everybody whose turn
isn't past and whom the stage, or one before it, admits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import attrs

from agentprov.model.calls import Answered
from agentprov.model.departments import Department, Strategy
from agentprov.model.effects import Offered
from agentprov.model.ids import UserId
from agentprov.model.live import Counters
from agentprov.model.reasons import Reach
from agentprov.model.users import User
from tests.oracle.known import known_in, still_known, unanswered
from tests.oracle.ringing import (
    Leg,
    can_ring,
    cut,
    each_telephone_once,
    failed_gates,
    first_gate,
    leg,
    length,
    plan_legs,
    ring_time,
    turns,
)
from tests.oracle.skills import fits, stages_of, tier_of, worth
from tests.oracle.world import LeftOut, Ringing, Way, World

DEFAULT_RING_TIME = 30
FOREVER = 10**9
NEVER_IDLE = datetime(1, 1, 1, tzinfo=UTC)


@attrs.define
class Pass:
    """One pass over a department's members."""

    world: World
    department: Department
    left: int
    """The seconds that the department may still ring."""
    entered: datetime
    first: User | None = None
    """Whoever is known to the caller, while they come first."""
    past: set[UserId] = attrs.field(factory=set)
    stage: int = 0
    ringing: list[User] = attrs.field(factory=list)
    """Who rang in the wave before, where they ring again."""

    @property
    def members(self) -> list[User]:
        """The members, in the order of the list."""
        return [self.world.tenant.users[id_] for id_ in self.department.members]

    def elapsed(self) -> int:
        """The seconds since the call came to the department."""
        return int(self.world.at.timestamp()) - int(self.entered.timestamp())

    def begun(self) -> int:
        """The stage that it has come to by now."""
        found = self.stage
        for position, stage in enumerate(stages_of(self.department)):
            if stage.after is not None and stage.after <= self.elapsed():
                found = max(found, position)
        return found

    def admitted(self, stage: int) -> list[User]:
        """Who may have their turn in a stage, and hasn't had it. Whom an earlier one admitted isn't excluded."""
        stages = stages_of(self.department)[: stage + 1]
        return [
            user
            for user in self.members
            if user.id not in self.past and any(fits(self.world, self.department, user, each) for each in stages)
        ]

    def next(self) -> User | None:
        """Whose turn it is; a stage begins at once when nobody is left of those before."""
        self.stage = self.begun()
        while True:
            waiting = self.admitted(self.stage)
            if waiting:
                return min(waiting, key=self.rank)
            if self.stage + 1 >= len(stages_of(self.department)):
                return None
            self.stage += 1

    def rank(self, user: User) -> tuple[int, float, int]:
        """A lower tier comes first, then the strategy says; of those who are alike, who stands earlier in the list."""
        department = self.department
        return tier_of(department, user.id), self.measure(user), department.members.index(user.id)

    def measure(self, user: User) -> float:
        """What the strategy goes by: whoever has the least comes first."""
        members = self.department.members
        counters = self.world.live.counters.get(user.id, Counters())
        match self.department.strategy:
            case Strategy.ROUND_ROBIN:
                last = self.world.live.rotation.get(self.department.id)
                start = members.index(last) + 1 if last in members else 0
                return (members.index(user.id) - start) % len(members)
            case Strategy.RANDOM:
                return self.world.drawn(self.department.id).index(user.id)
            case Strategy.LONGEST_IDLE:
                return (counters.idle_since or NEVER_IDLE).timestamp()
            case Strategy.FEWEST_CALLS:
                return counters.calls
            case Strategy.LEAST_TALK_TIME:
                return counters.talk_seconds
            case Strategy.HIGHEST_SKILL:
                return -worth(self.world, user, stages_of(self.department)[self.stage])
            case _:
                return 0

    def turn(self, user: User) -> bool:
        """Their turn comes: it is past from now on, and they ring if they can."""
        self.past.add(user.id)
        if can_ring(self.world, user):
            return True
        self.world.left_out += [(code, user.id, None) for code in failed_gates(self.world, user)]
        return False


def ring(round_: Pass, legs: tuple[Leg, ...], reach: Reach) -> Ringing:
    """A wave, cut to what is left of both budgets, and what happened; nothing where nothing is left."""
    world = round_.world
    rung = cut(legs, min(round_.left, world.ring_left))
    if not rung:
        return None
    if reach is Reach.DEPARTMENT:
        ringing = {user for user, *_ in rung}
        world.left_out += left_out(round_, ringing, {user for user, *_ in legs} - ringing)
    round_.left -= length(rung)
    world.ring_left -= length(rung)
    event = yield world.tell("ring", frozenset(rung), reach)
    unanswered(world, event, {user for user, *_ in rung})
    return event


def left_out(round_: Pass, ringing: set[UserId], cut_off: set[UserId]) -> Iterator[LeftOut]:
    """RT-10: why each member doesn't ring, and until when; of who fails a gate now that is told already.

    Who would ring in this wave if the budget reached that far isn't past their turn.
    """
    world, department = round_.world, round_.department
    told = {user for _, user, _ in world.left_out}
    admitted = {user.id for user in round_.admitted(round_.stage)}
    entered = int(round_.entered.timestamp())
    for user in round_.members:
        if user.id in ringing | told:
            continue
        later = [each for each in stages_of(department)[round_.stage + 1 :] if fits(world, department, user, each)]
        if user.id in cut_off:
            yield "turn.later", user.id, None
        elif user.id in round_.past:
            yield "turn.past", user.id, None
        elif user.id in admitted:
            yield "turn.later", user.id, None
        elif later:
            after = later[0].after
            yield "stage.later", user.id, None if after is None else entered + after
        else:
            yield "never", user.id, None


def hand_out(world: World, department: Department, way: Way) -> Ringing:
    """Whoever is known to the caller alone, then one pass; comes back with the answer, or nothing."""
    left = world.ring_left if department.ring_budget is None else min(department.ring_budget, world.ring_left)
    round_ = Pass(world, department, left, world.at)
    known = known_in(world, department, way)
    found = still_known(world, known)
    if found is None and known is not None and first_gate(world, known[0]) is None:
        round_.past.add(known[0].id)  # they had the first turn, and no number to ring
    if found is not None:
        user, sticky = found
        event = yield from ring(round_, cut(plan_legs(world, user), sticky.reserve), Reach.STICKY)
        if isinstance(event, Answered):
            return event
        found = still_known(world, found)
        round_.first = None if found is None else user
    match department.strategy:
        case Strategy.SIMULTANEOUS:
            return (yield from waves(round_, all_at_once))
        case Strategy.MEMORY_HUNT:
            return (yield from waves(round_, one_more))
        case Strategy.RING_PROGRESSIVELY:
            return (yield from waves(round_, one_more_and_one_more))
        case _:
            return (yield from one_after_another(round_))


def waves(round_: Pass, make: Callable[[Pass], tuple[Leg, ...]]) -> Ringing:
    """One wave after the other, until nobody is left whose turn it could be."""
    while legs := make(round_):
        event = yield from ring(round_, legs, Reach.DEPARTMENT)
        if isinstance(event, Answered):
            return event
    return None


def take_first(round_: Pass) -> User | None:
    """Whoever is known to the caller has the first turn, whatever their stage, if they can be rung."""
    first = round_.first
    if first is None or first.id in round_.past or not can_ring(round_.world, first):
        return None
    round_.past.add(first.id)
    round_.stage = round_.begun()
    return first


def one_after_another(round_: Pass) -> Ringing:
    """One member rings alone with their whole plan, then the next; the gates are tested before each number."""
    world = round_.world
    user = take_first(round_) or round_.next()
    while user is not None:
        offered = user is not round_.first
        round_.past.add(user.id)
        for numbers in turns(world, user):
            if not can_ring(world, user):
                world.left_out += [(code, user.id, None) for code in failed_gates(world, user)]
                break
            if offered and min(round_.left, world.ring_left) > 0:
                world.effects.append(Offered(department=round_.department.id, user=user.id))
            offered = False
            legs = tuple(leg(world, user, number, 0, ring_time(world, user)) for number in numbers)
            event = yield from ring(round_, legs, Reach.DEPARTMENT)
            if isinstance(event, Answered):
                return event
        user = round_.next()
    return None


def all_at_once(round_: Pass) -> tuple[Leg, ...]:
    """Everybody who can be rung; whom a later stage admits joins when it begins, or when the others have stopped.

    Nobody joins behind the ring time or budget: their stage begins the next wave, as does one without ``after``.
    """
    world, department = round_.world, round_.department
    most = department.ring_time or FOREVER
    elapsed = round_.elapsed()
    first = take_first(round_)
    legs = [] if first is None else list(plan_legs(world, first))
    now = round_.begun()
    for position, stage in enumerate(stages_of(department)):
        begins = 0
        if position > now:
            if stage.after is None and legs:
                break
            end = length(cut(each_telephone_once(legs), most))
            begins = end if stage.after is None else min(end, max(0, stage.after - elapsed))
            if begins >= min(most, round_.left, world.ring_left):
                break
        for user in sorted(round_.admitted(position), key=round_.rank):
            if round_.turn(user):
                legs += plan_legs(world, user, begins)
    return cut(each_telephone_once(legs), most)


def one_more(round_: Pass) -> tuple[Leg, ...]:
    """The first who can be rung, then the first two, then three; each one's plan begins anew in each wave."""
    world = round_.world
    round_.ringing = [user for user in round_.ringing if can_ring(world, user)]
    more = take_first(round_) or next_who_can(round_)
    if more is None:
        return ()
    round_.ringing.append(more)
    legs = each_telephone_once(each for user in round_.ringing for each in plan_legs(world, user))
    legs = cut(legs, round_.department.ring_time or DEFAULT_RING_TIME)
    rung = {user for user, *_ in legs}  # who else shares a telephone had their turn with it
    round_.ringing = [user for user in round_.ringing if user.id in rung]
    return legs


def next_who_can(round_: Pass) -> User | None:
    """The next whose turn it is and who can be rung; the turns of those who can't are past."""
    while (user := round_.next()) is not None:
        if round_.turn(user):
            return user
    return None


def one_more_and_one_more(round_: Pass) -> tuple[Leg, ...]:
    """One wave: after each ring time one more, and who rings goes on; a plan's last number to the end of the wave.

    Whom only a later stage admits ring in a wave after this one.
    """
    world = round_.world
    time = round_.department.ring_time or DEFAULT_RING_TIME
    more = take_first(round_) or next_who_can(round_)
    stage = round_.stage
    ringing: list[User] = []
    while more is not None:
        ringing.append(more)
        if any(can_ring(world, user) for user in round_.admitted(stage)):
            more = next_who_can(round_)
        else:
            for user in round_.admitted(stage):
                round_.turn(user)
            more = None
    room = min(round_.left, world.ring_left)
    if room > 0:
        round_.past -= {user.id for place, user in enumerate(ringing) if place * time >= room}
    end = time * len(ringing)
    legs: list[Leg] = []
    for place, user in enumerate(ringing):
        own = [each for each in plan_legs(world, user, place * time) if each[2] < end]
        last = max(each[2] for each in own)
        legs += [
            leg(world, user, number, delay, end - delay if delay == last else seconds)
            for _, number, delay, seconds, _ in own
        ]
    return cut(each_telephone_once(legs), end)
