"""What agents are doing, in dictionaries."""

from __future__ import annotations

from collections.abc import Callable
from threading import RLock

from agentprov.errors import Code, Conflict, NotFound
from agentprov.model.ids import TenantId, UserId
from agentprov.repositories import AgentPresence


def _anybody(tenant: TenantId, user: UserId) -> bool:  # noqa: ARG001  alone, it knows no tenants
    return True


class MemoryPresence:
    """A :class:`~agentprov.repositories.PresenceRepository`. ``knows`` says whether a tenant has a user."""

    def __init__(self, lock: RLock | None = None, knows: Callable[[TenantId, UserId], bool] = _anybody) -> None:
        self._lock = lock or RLock()
        self._knows = knows
        self._records: dict[tuple[TenantId, UserId], AgentPresence] = {}

    def presence(self, tenant: TenantId, user: UserId) -> AgentPresence | None:
        """What is kept of a user, or nothing."""
        return self._records.get((tenant, user))

    def everybody(self, tenant: TenantId) -> tuple[AgentPresence, ...]:
        """What is kept of every user of a tenant."""
        with self._lock:
            own = [record for (owner, _), record in self._records.items() if owner == tenant]
        return tuple(sorted(own, key=lambda record: record.user))

    def put_presence(self, tenant: TenantId, presence: AgentPresence, *, expected: AgentPresence | None) -> None:
        """Store a record in place of the expected one."""
        with self._lock:
            if not self._knows(tenant, presence.user):
                raise NotFound.of(Code.USER_UNKNOWN, "user", value=presence.user)
            if self._records.get((tenant, presence.user)) != expected:
                raise Conflict.of(Code.CONFLICT_CHANGED, "presence")
            self._records[tenant, presence.user] = presence

    def forget_user(self, tenant: TenantId, user: UserId) -> None:
        """Forget the record of a user."""
        with self._lock:
            self._records.pop((tenant, user), None)
