"""In which order the members of a department have their turn: what each strategy means (RT-6).

Ties are decided by the list. Whoever had their turn, or couldn't be rung in it, doesn't come again in the same pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, assert_never

from agentprov.engine.call_tables import Members
from agentprov.engine.call_walk import Walk
from agentprov.engine.draws import mixed
from agentprov.engine.skills import asked_in, score
from agentprov.engine.zones import epoch
from agentprov.model.departments import Strategy
from agentprov.model.ids import UserId
from agentprov.model.live import NOTHING_COUNTED, Counters
from agentprov.model.needs import Stage

_NEVER: Final = -1


def in_turn(walk: Walk, members: Members, places: Sequence[int], stage: Stage) -> Sequence[int]:
    """These places of the list, in the order of their turns in a stage; where they go by the list, as they are."""
    agents = members.agents
    live = walk.live
    strategy = members.department.strategy
    match strategy:
        case Strategy.ORDER | Strategy.SIMULTANEOUS | Strategy.MEMORY_HUNT | Strategy.RING_PROGRESSIVELY:
            return places
        case Strategy.ROUND_ROBIN:
            last = members.places.get(live.rotation.get(members.department.id, UserId("")), _NEVER)
            return sorted(places, key=lambda place: place <= last)
        case Strategy.RANDOM:
            salt = mixed(walk.live.seed)
            draws = walk.tables.draws
            return sorted(places, key=lambda place: mixed(draws[agents[place].id] ^ salt))
        case Strategy.LONGEST_IDLE:
            return sorted(places, key=lambda place: _idle_since(live.counters.get(agents[place].id)))
        case Strategy.FEWEST_CALLS:
            return sorted(places, key=lambda place: live.counters.get(agents[place].id, NOTHING_COUNTED).calls)
        case Strategy.LEAST_TALK_TIME:
            return sorted(places, key=lambda place: live.counters.get(agents[place].id, NOTHING_COUNTED).talk_seconds)
        case Strategy.HIGHEST_SKILL:
            asked = asked_in(stage, walk.carried.skills)
            return sorted(places, key=lambda place: -score(asked, agents[place].levels(live)))
        case _:
            assert_never(strategy)


def _idle_since(counters: Counters | None) -> int:
    return _NEVER if counters is None or counters.idle_since is None else epoch(counters.idle_since)
