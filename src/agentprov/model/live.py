"""Live facts, which the host knows and a tenant doesn't hold: who is logged on, present, where from.

The engine never asks for them; they come in as one value. ``None`` means that the host didn't say, which is not the
same as "nobody": a guard that needs a fact it wasn't given refuses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeVar

import attrs

from agentprov.errors import Code, Collector, InvalidValue
from agentprov.model.destinations import check_whole_number
from agentprov.model.ids import DepartmentId, ProfileId, QueueId, UserId
from agentprov.model.instants import check_instants, utc_or_none
from agentprov.model.network import Address
from agentprov.model.sticky import LastAgent, StickyKey
from agentprov.model.table import Table
from agentprov.model.text import member

K = TypeVar("K")
V = TypeVar("V")


class Presence(StrEnum):
    """What an agent is doing right now, as the host sees it."""

    AVAILABLE = "available"
    BUSY = "busy"
    BREAK = "break"
    WRAP_UP = "wrap-up"
    DO_NOT_DISTURB = "do-not-disturb"
    OFFLINE = "offline"


def _wrong(field: str, expected: str, value: object) -> InvalidValue:
    return InvalidValue.of(Code.FIELD_WRONG_TYPE, field, expected=expected, found=f"`{value}`")


def _mapping(field: str, facts: Mapping[str, V] | Mapping[UserId, V]) -> Mapping[UserId, V]:
    if not isinstance(facts, Mapping):
        raise _wrong(field, "facts by users' ids", facts)
    return {UserId(user): fact for user, fact in facts.items()}


def _all_of(field: str, expected: str, kind: type[V], facts: Mapping[K, V]) -> Table[K, V]:
    for fact in facts.values():
        if not isinstance(fact, kind):
            raise _wrong(field, expected, fact)
    return Table(facts)


def _queues(
    queues: Mapping[str, Iterable[str]] | Mapping[UserId, Iterable[str]] | None,
) -> Table[UserId, frozenset[QueueId]] | None:
    if queues is None:
        return None
    return Table({user: frozenset(map(QueueId, _ids("queues", on))) for user, on in _mapping("queues", queues).items()})


def _ids(field: str, ids: Iterable[str]) -> Iterable[str]:
    # A single id is a sequence of letters too, and would be taken for many.
    if isinstance(ids, str) or not isinstance(ids, Iterable):
        raise _wrong(field, "a list of ids", ids)
    return ids


def _panel(panel: Iterable[str] | None) -> frozenset[UserId] | None:
    return None if panel is None else frozenset(map(UserId, _ids("panel", panel)))


def _presence(presence: Mapping[str, str] | Mapping[UserId, str]) -> Table[UserId, Presence]:
    found = Collector()
    given = _mapping("presence", presence)
    known = {user: member(found, Presence, what, "presence", user) for user, what in given.items()}
    found.check()
    return Table(known)


def _addresses(addresses: Mapping[str, Address] | Mapping[UserId, Address]) -> Table[UserId, Address]:
    return Table(_mapping("addresses", addresses))


def _profiles(profiles: Mapping[str, str] | Mapping[UserId, str]) -> Table[UserId, ProfileId]:
    return Table({user: ProfileId(profile) for user, profile in _mapping("profiles", profiles).items()})


@attrs.frozen(kw_only=True)
class Counters:
    """What an agent has done so far, in whatever period the host counts: a day, a shift."""

    idle_since: datetime | None = attrs.field(default=None, converter=utc_or_none)
    """When their last call ended; nothing: they have had none."""
    calls: int = 0
    """How many calls they served."""
    talk_seconds: int = 0
    unanswered: int = 0
    """How many calls in a row rang at them and were not answered."""

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_instants(found, ("idle_since", self.idle_since))
        for name in ("calls", "talk_seconds", "unanswered"):
            check_whole_number(found, name, getattr(self, name), low=0, high=_MOST_COUNTED)
        found.check()


_MOST_COUNTED: Final = 10**12
NOTHING_COUNTED: Final = Counters()


def _counters(counters: Mapping[str, Counters] | Mapping[UserId, Counters]) -> Table[UserId, Counters]:
    return _all_of("counters", "counters", Counters, _mapping("counters", counters))


def _rotation(rotation: Mapping[str, str] | Mapping[DepartmentId, UserId]) -> Table[DepartmentId, UserId]:
    if not isinstance(rotation, Mapping):
        raise _wrong("rotation", "users' ids by departments' ids", rotation)
    return Table({DepartmentId(department): UserId(user) for department, user in rotation.items()})


def _last_agents(last_agents: Mapping[StickyKey, LastAgent]) -> Table[StickyKey, LastAgent]:
    if not isinstance(last_agents, Mapping):
        raise _wrong("last_agents", "who served, by keys of sticky records", last_agents)
    _all_of("last_agents", "a key of a sticky record", StickyKey, {str(key): key for key in last_agents})
    return _all_of("last_agents", "who served, and when", LastAgent, last_agents)


@attrs.frozen(kw_only=True)
class Live:
    """What the host knows at one instant.

    >>> from agentprov.model.ids import UserId
    >>> from agentprov.model.live import Live
    >>> live = Live(queues={"u-asha": ["q-sales"]}, panel=["u-asha"], presence={"u-asha": "busy"})
    >>> live.queues_of(UserId("u-ravi"))
    frozenset()

    Raises:
        InvalidValue: ``field.wrong_type``; ``field.unknown_choice``, for a presence that there isn't.
    """

    queues: Table[UserId, frozenset[QueueId]] | None = attrs.field(default=None, converter=_queues)
    """The queues each user is logged on to. ``None``: the host didn't say, and guards that need it refuse."""
    panel: frozenset[UserId] | None = attrs.field(default=None, converter=_panel)
    """The users who are logged in to the agent panel. ``None``: not said, and nobody counts as logged in."""
    presence: Table[UserId, Presence] = attrs.field(factory=Table, converter=_presence)
    """What users are doing. A user who isn't here counts as available: login-based calling is the gate for absence."""
    addresses: Table[UserId, Address] = attrs.field(factory=Table, converter=_addresses)
    """Where users are logged in from."""
    profiles: Table[UserId, ProfileId] = attrs.field(factory=Table, converter=_profiles)
    """The profile each user works under (PR-6)."""
    counters: Table[UserId, Counters] = attrs.field(factory=Table, converter=_counters)
    """What agents have done so far. A user who isn't here has done nothing yet."""
    rotation: Table[DepartmentId, UserId] = attrs.field(factory=Table, converter=_rotation)
    """Whom each department offered a call last, for its turn to go round."""
    last_agents: Table[StickyKey, LastAgent] = attrs.field(factory=Table, converter=_last_agents)
    """Who served this caller last, at the number and at departments (RT-5)."""
    seed: int = 0
    """For strategies that choose at random: the same seed gives the same choice."""

    def __attrs_post_init__(self) -> None:
        if type(self.seed) is not int:
            raise _wrong("seed", "a whole number", self.seed)

    def queues_of(self, user: UserId) -> frozenset[QueueId] | None:
        """The queues ``user`` is logged on to; ``None`` where the host didn't say."""
        return None if self.queues is None else self.queues.get(user, frozenset())
