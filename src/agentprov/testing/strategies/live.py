"""Strategies for calls and for live facts: who is logged in, present, logged on, what they have done so far."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from agentprov.model.calls import Call
from agentprov.model.ids import DepartmentId, UserId
from agentprov.model.live import Counters, Live, Presence
from agentprov.model.sticky import LastAgent, StickyKey, StickyPlace
from agentprov.testing.strategies import pools
from agentprov.testing.strategies.outbound import addresses
from agentprov.testing.strategies.pool import EVERYTHING, Pool, flips, maybe, one, shared, some, up_to

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
_HOUR = 3_600
_AGES = (0, 60, _HOUR - 31, _HOUR - 1, _HOUR, 2 * _HOUR, 24 * _HOUR - 1, 24 * _HOUR, 25 * _HOUR, 30 * 24 * _HOUR)
"""How many seconds ago somebody served a caller: about the ends of the lives that records have."""


@shared
def counters(*, at: datetime = NOON) -> st.SearchStrategy[Counters]:
    """What somebody has done so far; few values, so that two are often alike."""
    return st.builds(
        Counters,
        idle_since=st.sampled_from((None, at, at - timedelta(minutes=1), at - timedelta(hours=1))),
        calls=up_to(2),
        talk_seconds=one(0, 60, 61),
        unanswered=up_to(2),
    )


@shared
def last_agents(*, within: Pool = EVERYTHING, at: datetime = NOON) -> st.SearchStrategy[LastAgent]:
    """Somebody who served a caller a while before an instant; now and then they are no user any more."""
    users = (*within.users, *within.users, UserId(pools.UNKNOWN))
    return st.builds(
        lambda user, age: LastAgent(user=user, at=at - timedelta(seconds=age)),
        st.sampled_from(users),
        st.sampled_from(_AGES),
    )


@shared
def _places(within: Pool) -> tuple[tuple[StickyPlace, str], ...]:
    return (
        *((StickyPlace.NUMBER, id_) for id_ in within.numbers),
        *((StickyPlace.DEPARTMENT, id_) for id_ in within.departments),
    )


@shared
@st.composite
def live_facts(draw: st.DrawFn, *, within: Pool = EVERYTHING, at: datetime = NOON) -> Live:
    """What a host knows at an instant; now and then it doesn't say who is logged in or logged on.

    Most callers of the pool were served before, at each number and department, some of them too long before ``at``.
    """
    users = within.users
    said = draw(up_to(7))
    presence = {user: draw(one(*Presence)) for user in users if draw(flips)}
    queues = {user: draw(some(within.queues)) for user in users if draw(flips)}
    profiles = {user: draw(maybe(*within.profiles)) for user in users if draw(up_to(3)) == 0}
    known = {
        StickyKey(caller=caller, place=place, id=id_): draw(last_agents(within=within, at=at))
        for place, id_ in (_places(within) if users else ())
        for caller in draw(some(pools.CALLERS, at_most=5))
    }
    turned: dict[DepartmentId, UserId | None] = {id_: draw(maybe(*users)) for id_ in within.departments}
    return Live(
        queues=None if said == 0 else queues,
        panel=None if said == 1 else draw(some(users, at_most=len(users))),
        presence=presence,
        profiles={user: profile for user, profile in profiles.items() if profile is not None},
        counters={user: draw(counters(at=at)) for user in users if draw(flips)},
        rotation={id_: user for id_, user in turned.items() if user is not None},
        last_agents=known,
        addresses={user: draw(addresses()) for user in users if draw(flips)},
        seed=draw(up_to(3)),
    )


@shared
def calls(*, within: Pool = EVERYTHING) -> st.SearchStrategy[Call]:
    """Calls to a number of the pool; some anonymous, some from an agent's own phone."""
    dialled = tuple(pools.DIALLED[pools.NUMBERS.index(id_)] for id_ in within.numbers if id_ in pools.NUMBERS)
    return st.builds(Call, to=st.sampled_from(dialled or pools.DIALLED), caller=maybe(*pools.CALLERS))
