"""Strategies for where calls go: destinations, ring plans, menus, time conditions."""

from __future__ import annotations

from hypothesis import strategies as st

from agentprov.model.destinations import (
    Cause,
    Destination,
    Failure,
    Fallback,
    HangUp,
    QueueExit,
    ToAgent,
    ToAnnouncement,
    ToExternal,
    ToIvr,
    ToQueue,
    ToTimeCondition,
    ToVoicemail,
)
from agentprov.model.ids import IvrId, TimeConditionId, UserId
from agentprov.model.routing import Ivr, IvrOption, RingOrder, RingPlan, TimeCondition
from agentprov.model.table import Table
from agentprov.testing.strategies import pools
from agentprov.testing.strategies.pool import EVERYTHING, Pool, flips, maybe, one, optional, shared, some, up_to
from agentprov.testing.strategies.skills import marks

_MENUS = (("1",), ("1", "2"), ("1", "12"), ("12", "1", "2"), ("*", "#0"), ("9", "2", "0"))
"""Keys that stand side by side; one may be the beginning of another."""

RING_TIMES = (None, 1, 10, 20, 45)
"""Seconds that somebody's number rings."""


@shared
def hang_ups() -> st.SearchStrategy[HangUp]:
    """Ends of calls, with every cause."""
    return st.sampled_from(Cause).map(lambda cause: HangUp(cause=cause))


@shared
def _simple(within: Pool, past: int, but: UserId | None) -> st.SearchStrategy[Destination]:
    agents: list[Destination] = [ToAgent(user=user) for user in within.users if user != but]
    stations = within.stations[past:]
    boxes: list[Destination] = [ToVoicemail(voicemail=id_) for id_ in within.voicemails]
    known = [*agents, *agents, *stations, *stations, *boxes]
    return st.one_of(st.sampled_from(known), hang_ups()) if known else hang_ups()


@shared
@st.composite
def destinations(
    draw: st.DrawFn, *, within: Pool = EVERYTHING, past: int = 0, but: UserId | None = None
) -> Destination:
    """Destinations of every kind, a few with another one inside.

    ``past`` keeps to the stations (time conditions, menus, departments) from that position of the pool on, so that a
    tenant whose stations lead only onward has no cycle; ``but`` leaves out one agent.
    """
    found = draw(_simple(within, past, but))
    for _ in range(draw(one(0, 0, 0, 1, 2))):
        around = draw(up_to(2))
        if around == 0 and within.announcements:
            found = ToAnnouncement(announcement=draw(one(*within.announcements)), next=found)
        elif around == 1 and within.queues:
            found = draw(_queues(within, past, but, found if draw(flips) else None))
        else:
            found = ToExternal(
                number=draw(one(*pools.EXTERNALS)),
                timeout=draw(one(5, 30)),
                next=found if draw(flips) else None,
            )
    return found


@st.composite
def _queues(draw: st.DrawFn, within: Pool, past: int, but: UserId | None, onward: Destination | None) -> ToQueue:
    """A queue with its priority, its limits, and where a call goes that leaves it."""
    exits = draw(some(tuple(QueueExit), at_most=2)) if draw(flips) else ()
    return ToQueue(
        queue=draw(one(*within.queues)),
        priority=draw(one(0, 0, 5, 100)),
        max_wait=draw(one(None, 60, 600)),
        max_length=draw(one(None, 0, 10)),
        next=onward,
        by_exit=Table({each: draw(_simple(within, past, but)) for each in sorted(exits)}),
    )


@shared
def fallbacks(*, within: Pool = EVERYTHING, past: int = 0) -> st.SearchStrategy[Fallback]:
    """Fallbacks, of which some differ by what failed."""
    to = destinations(within=within, past=past)
    causes = st.dictionaries(st.sampled_from(Failure), to, max_size=2).map(Table)
    return st.builds(Fallback, to=to, by_failure=st.one_of(st.just(Table[Failure, Destination]()), causes))


@shared
def ring_plans() -> st.SearchStrategy[RingPlan]:
    """Ring plans of both orders, with and without a timeout of their own."""
    return st.builds(RingPlan, order=st.sampled_from(RingOrder), timeout=st.sampled_from(RING_TIMES))


@shared
@st.composite
def _options(draw: st.DrawFn, within: Pool) -> tuple[IvrOption, ...]:
    """Options to anywhere: a caller's key may lead back."""
    digits = draw(one(*_MENUS))
    return tuple(
        IvrOption(
            digits=each,
            to=draw(destinations(within=within)),
            fallback=draw(optional(fallbacks(within=within))),
            label=draw(one(None, "Sales")),
            mark=draw(optional(marks(within=within))),
        )
        for each in digits
    )


@shared
@st.composite
def ivrs(draw: st.DrawFn, *, within: Pool = EVERYTHING, ivr: IvrId | None = None) -> Ivr:
    """Menus. A key may lead anywhere, back too; what happens without a key leads to later stations only."""
    id_ = draw(one(*(within.ivrs or pools.IVRS))) if ivr is None else ivr
    past = within.later(ToIvr(ivr=id_)) if id_ in within.ivrs else len(within.stations)
    onward = st.one_of(st.none(), destinations(within=within, past=past))
    return Ivr(
        id=id_,
        name=draw(one(*pools.NAMES)),
        prompt=draw(maybe(*within.announcements)),
        options=draw(_options(within)),
        timeout_retries=draw(one(0, 1, 2)),
        invalid_retries=draw(one(0, 1, 2)),
        on_timeout=draw(onward),
        on_invalid=draw(onward),
    )


@shared
@st.composite
def time_conditions(
    draw: st.DrawFn, *, within: Pool = EVERYTHING, time_condition: TimeConditionId | None = None
) -> TimeCondition:
    """Time conditions, leading to later stations only."""
    id_ = draw(one(*(within.time_conditions or pools.TIME_CONDITIONS)))
    id_ = id_ if time_condition is None else time_condition
    known = id_ in within.time_conditions
    past = within.later(ToTimeCondition(time_condition=id_)) if known else len(within.stations)
    return TimeCondition(
        id=id_,
        name=draw(one(*pools.NAMES)),
        time_group=draw(one(*(within.time_groups or pools.TIME_GROUPS))),
        open=draw(destinations(within=within, past=past)),
        closed=draw(destinations(within=within, past=past)),
    )
