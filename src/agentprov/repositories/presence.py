"""Presence: what agents are doing right now, where a host keeps it in a store (LC-2).

It changes at the rate of calls, so it is no part of a tenant. One record for each user.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

import attrs

from agentprov.errors import Code, Collector, Problem, Refused
from agentprov.model.changes import Change
from agentprov.model.ids import DepartmentId, ProfileId, QueueId, TenantId, UserId, check_id_lists, check_ids
from agentprov.model.instants import check_instants, utc
from agentprov.model.live import NOTHING_COUNTED, Counters, Live, Presence
from agentprov.model.network import Address
from agentprov.model.references import Kind
from agentprov.model.sticky import LastAgent, StickyKey
from agentprov.model.text import check_flags, check_kind, check_member
from agentprov.model.users import User


def _queues(queues: Iterable[str]) -> frozenset[QueueId]:
    return frozenset(map(QueueId, queues))


@attrs.frozen(kw_only=True)
class AgentPresence:
    """What one agent is doing, since when, and what they have done so far."""

    user: UserId
    at: datetime = attrs.field(converter=utc)
    """Since when it is so."""
    presence: Presence = Presence.AVAILABLE
    queues: frozenset[QueueId] = attrs.field(default=frozenset(), converter=_queues)
    """The queues they are logged on to."""
    panel: bool = False
    """Whether they are logged in to the agent panel."""
    profile: ProfileId | None = None
    """The profile they work under (PR-6)."""
    address: Address | None = None
    """Where they are logged in from."""
    counters: Counters = NOTHING_COUNTED

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_ids(found, ("user", self.user), ("profile", self.profile))
        check_instants(found, ("at", self.at))
        check_member(found, "presence", self.presence, Presence)
        check_flags(found, self, "panel")
        check_kind(found, "counters", self.counters, Counters, "counters")
        check_id_lists(found, ("queues", self.queues))
        found.check()


class PresenceRepository(Protocol):
    """Keeps what agents are doing.

    Where it stands beside tenants in one store, it knows their users; see :mod:`agentprov.repositories.stores`.
    """

    def presence(self, tenant: TenantId, user: UserId) -> AgentPresence | None:
        """What is kept of a user, equal to what was stored; or nothing."""
        ...

    def everybody(self, tenant: TenantId) -> tuple[AgentPresence, ...]:
        """What is kept of every user of a tenant, by their ids: what :func:`live_facts` takes."""
        ...

    def put_presence(self, tenant: TenantId, presence: AgentPresence, *, expected: AgentPresence | None) -> None:
        """Store a record in place of the ``expected`` one, at once or not at all; of several racing one wins.

        Raises:
            Conflict: ``conflict.changed``; another record is stored by now, or none.
            NotFound: ``user.unknown``, where the store keeps the tenants too and this one has no such user.
        """
        ...

    def forget_user(self, tenant: TenantId, user: UserId) -> None:
        """Forget the record of a user, as when they are deleted. Where there is none, nothing happens."""
        ...


def live_facts(
    everybody: Iterable[AgentPresence],
    *,
    rotation: Mapping[DepartmentId, UserId] | None = None,
    last_agents: Mapping[StickyKey, LastAgent] | None = None,
    seed: int = 0,
) -> Live:
    """The live facts that engines ask for, of what stores keep.

    A user without a record is logged on to no queue, and for the rest counts as :class:`Live` says: as available, for
    numbers that ring without logging on.
    """
    records = tuple(everybody)
    return Live(
        queues={record.user: record.queues for record in records},
        panel=[record.user for record in records if record.panel],
        presence={record.user: record.presence for record in records},
        addresses={record.user: record.address for record in records if record.address is not None},
        profiles={record.user: record.profile for record in records if record.profile is not None},
        counters={record.user: record.counters for record in records},
        rotation=rotation or {},
        last_agents=last_agents or {},
        seed=seed,
    )


# ---- what adapters need ----------------------------------------------------------------------------------------------


def departing(change: Change) -> tuple[UserId, ...]:
    """The users whom a change removes or moves to another user group: they must be logged off from every queue."""
    users = (edit for edit in change.edits if edit.kind is Kind.USERS)
    return tuple(UserId(edit.id) for edit in users if _departs(edit.before, edit.after))


def removed(change: Change) -> tuple[UserId, ...]:
    """The users whom a change removes."""
    return tuple(UserId(edit.id) for edit in change.edits if edit.kind is Kind.USERS and edit.after is None)


def _departs(before: object, after: object) -> bool:
    if not isinstance(before, User):
        return False
    return not isinstance(after, User) or after.user_group != before.user_group


def check_departing(present: Iterable[AgentPresence]) -> None:
    """Refuse to remove or move users who are logged on to queues, whose records these are (LC-2).

    Raises:
        Refused: ``user.logged_on_queue``, for each of them.
    """
    problems = [
        Problem(
            code=Code.USER_LOGGED_ON_QUEUE,
            path=("users", record.user),
            parameters={"value": record.user, "queues": tuple(sorted(record.queues))},
        )
        for record in present
        if record.queues
    ]
    if problems:
        raise Refused(problems)
