"""Live facts, which the host knows and a tenant doesn't hold: who is logged on, present, where from.

The engine never asks for them; they come in as one value. ``None`` means that the host didn't say, which is not the
same as "nobody": a guard that needs a fact it wasn't given refuses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

import attrs

from agentprov.model.ids import ProfileId, QueueId, UserId
from agentprov.model.network import Address
from agentprov.model.table import Table


class Presence(StrEnum):
    """What an agent is doing right now, as the host sees it."""

    AVAILABLE = "available"
    BUSY = "busy"
    BREAK = "break"
    WRAP_UP = "wrap-up"
    DO_NOT_DISTURB = "do-not-disturb"
    OFFLINE = "offline"


def _queues(
    queues: Mapping[UserId, Iterable[QueueId]] | None,
) -> Table[UserId, frozenset[QueueId]] | None:
    return None if queues is None else Table({user: frozenset(on) for user, on in queues.items()})


def _panel(panel: Iterable[UserId] | None) -> frozenset[UserId] | None:
    return None if panel is None else frozenset(panel)


def _presence(presence: Mapping[UserId, Presence]) -> Table[UserId, Presence]:
    return Table(presence)


def _addresses(addresses: Mapping[UserId, Address]) -> Table[UserId, Address]:
    return Table(addresses)


def _profiles(profiles: Mapping[UserId, ProfileId]) -> Table[UserId, ProfileId]:
    return Table(profiles)


@attrs.frozen(kw_only=True)
class Live:
    """What the host knows at one instant.

    >>> from agentprov.model.ids import QueueId, UserId
    >>> from agentprov.model.live import Live
    >>> live = Live(queues={UserId("u-asha"): [QueueId("q-sales")]}, panel=[UserId("u-asha")])
    >>> live.queues_of(UserId("u-ravi"))
    frozenset()
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
    seed: int = 0
    """For strategies that choose at random: the same seed gives the same choice."""

    def queues_of(self, user: UserId) -> frozenset[QueueId] | None:
        """The queues ``user`` is logged on to; ``None`` where the host didn't say."""
        return None if self.queues is None else self.queues.get(user, frozenset())
