"""Strategies for calls and for live facts: who is logged in, present, logged on."""

from __future__ import annotations

from hypothesis import strategies as st

from agentprov.model.calls import Call
from agentprov.model.live import Live, Presence
from agentprov.testing.strategies import pools
from agentprov.testing.strategies.outbound import addresses
from agentprov.testing.strategies.pool import EVERYTHING, Pool, flips, maybe, one, shared, some, up_to


@shared
@st.composite
def live_facts(draw: st.DrawFn, *, within: Pool = EVERYTHING) -> Live:
    """What a host knows at one instant; now and then it doesn't say who is logged in or logged on."""
    users = within.users
    said = draw(up_to(7))
    presence = {user: draw(one(*Presence)) for user in users if draw(flips)}
    queues = {user: draw(some(within.queues)) for user in users if draw(flips)}
    profiles = {user: draw(maybe(*within.profiles)) for user in users if draw(up_to(3)) == 0}
    return Live(
        queues=None if said == 0 else queues,
        panel=None if said == 1 else draw(some(users, at_most=len(users))),
        presence=presence,
        profiles={user: profile for user, profile in profiles.items() if profile is not None},
        addresses={user: draw(addresses()) for user in users if draw(flips)},
        seed=draw(up_to(3)),
    )


@shared
def calls(*, within: Pool = EVERYTHING) -> st.SearchStrategy[Call]:
    """Calls to a number of the pool; some anonymous, some from an agent's own phone."""
    dialled = tuple(pools.DIALLED[pools.NUMBERS.index(id_)] for id_ in within.numbers if id_ in pools.NUMBERS)
    return st.builds(Call, to=st.sampled_from(dialled or pools.DIALLED), caller=maybe(*pools.CALLERS))
