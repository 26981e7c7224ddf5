"""What a walk is told, what the call carries with it, and what the host is told at each step."""

from __future__ import annotations

from collections.abc import Callable, Generator
from datetime import datetime

import attrs

from agentprov.model.calls import Busy, Call, CallEvent, LegFailed, NoAnswer, Rejected
from agentprov.model.contact import PhoneNumber
from agentprov.model.destinations import Failure, Fallback
from agentprov.model.effects import Effect, Pause, Unanswered
from agentprov.model.ids import DepartmentId, SkillId, TimeGroupId, UserId
from agentprov.model.live import Counters, Live
from agentprov.model.numbers import Number
from agentprov.model.properties import PAUSE_AFTER
from agentprov.model.reasons import Reach
from agentprov.model.tenant import Tenant
from tests.oracle import hours
from tests.oracle.inheritance import resolve

LeftOut = tuple[str, UserId, int | None]
"""Why somebody isn't rung: a code, who, and until when where that is known."""


@attrs.frozen(kw_only=True)
class Told:
    """What the host is to do: a word, what it is about, and what it learns of the call."""

    word: str
    about: object
    reach: Reach
    priority: int
    labels: tuple[str, ...]
    languages: tuple[str, ...]
    caller_id: PhoneNumber | None
    effects: frozenset[Effect]
    left_out: frozenset[LeftOut]


Walk = Generator[Told, CallEvent, None]
Ringing = Generator[Told, CallEvent, CallEvent | None]
"""A walk that comes back with what happened; nothing where nobody rang."""


@attrs.define(kw_only=True)
class World:
    """What the walk is told, and what it has left to ring."""

    tenant: Tenant
    call: Call
    at: datetime
    live: Live
    ring_left: int
    drawn: Callable[[DepartmentId], list[UserId]]
    """The order of a department's members that was drawn from the seed: the one thing that no rule says."""
    number: Number | None = None
    """The dialled one."""
    labels: list[str] = attrs.field(factory=list)
    languages: list[str] = attrs.field(factory=list)
    skills: dict[SkillId, int | None] = attrs.field(factory=dict)
    priority: int = 0
    caller_id: PhoneNumber | None = None
    held: list[UserId | None] = attrs.field(factory=list)
    """While a transfer rings somebody: who has the call meanwhile."""
    effects: list[Effect] = attrs.field(factory=list)
    left_out: list[LeftOut] = attrs.field(factory=list)
    let_ring: set[UserId] = attrs.field(factory=set)
    """Who let the last wave ring to its end."""
    opened: dict[tuple[TimeGroupId, datetime], bool] = attrs.field(factory=dict)
    """What was worked out before: a tenant is called often at the same instants."""

    def tell(self, word: str, about: object, reach: Reach) -> Told:
        """What the host is told now. Who let it ring and isn't rung again has missed the call: once for all numbers."""
        rung = {leg[0] for leg in about} if word == "ring" and isinstance(about, frozenset) else set()
        for id_ in self.let_ring - rung:
            self.effects += missed_calls(self, id_)
        self.let_ring.clear()
        told = Told(
            word=word,
            about=about,
            reach=reach,
            priority=self.priority,
            labels=tuple(self.labels),
            languages=tuple(self.languages),
            caller_id=self.caller_id or self.call.caller,
            effects=frozenset(self.effects),
            left_out=frozenset(self.left_out),
        )
        self.effects.clear()
        self.left_out.clear()
        return told


def missed_calls(world: World, id_: UserId) -> list[Effect]:
    """RT-13: one more in a row that they didn't answer, and a pause if that is as many as their property says."""
    count = world.live.counters.get(id_, Counters()).unanswered + 1
    (_, _, most), _ = resolve(world.tenant, id_, PAUSE_AFTER)
    missed: list[Effect] = [Unanswered(user=id_)]
    return [*missed, Pause(user=id_, unanswered=count)] if isinstance(most, int) and count >= most else missed


@attrs.frozen
class Way:
    """How the call came here (RT-2), and the fallback that a failed attempt may use."""

    reach: Reach
    fallback: Fallback | None = None
    knows: bool = False
    """Whether it is still on the way of the dialled number's own destination, so that its sticky agent counts."""


FAILOVER = Way(Reach.FAILOVER)


def is_open(world: World, group: TimeGroupId) -> bool:
    """Whether a time group is open now."""
    asked = group, world.at
    if asked not in world.opened:
        world.opened[asked] = hours.is_open(world.tenant, world.tenant.time_groups[group], world.at)
    return world.opened[asked]


# ---- what happened --------------------------------------------------------------------------------------------------

FAILURES: dict[type[CallEvent], Failure] = {
    NoAnswer: Failure.NO_ANSWER,
    Busy: Failure.BUSY,
    Rejected: Failure.BUSY,
    LegFailed: Failure.UNREACHABLE,
}
BEST_FIRST = (Failure.NO_ANSWER, Failure.BUSY, Failure.UNREACHABLE)


def best(*failures: Failure | None) -> Failure | None:
    """Of several failed attempts the one that came nearest to an answer."""
    return next((each for each in BEST_FIRST if each in failures), None)
