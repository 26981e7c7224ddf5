"""Who served whom, and whose turn it was, in dictionaries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import RLock

from agentprov.engine.zones import epoch, instant
from agentprov.errors import Code, Conflict
from agentprov.model.contact import PhoneNumber
from agentprov.model.effects import Offered, StickyAssigned
from agentprov.model.ids import DepartmentId, TenantId, UserId
from agentprov.model.sticky import LastAgent, StickyKey


class MemorySticky:
    """A :class:`~agentprov.repositories.StickyRepository`."""

    def __init__(self, lock: RLock | None = None) -> None:
        self._lock = lock or RLock()
        self._records: dict[tuple[TenantId, PhoneNumber], dict[StickyKey, StickyAssigned]] = {}

    def last_agents(self, tenant: TenantId, caller: PhoneNumber, *, at: datetime) -> dict[StickyKey, LastAgent]:
        """The living records of a caller."""
        now = epoch(at)
        with self._lock:
            records = self._records.get((tenant, caller), {})
            return {
                key: LastAgent(user=record.user, at=instant(record.at))
                for key, record in records.items()
                if now < record.until
            }

    def assign(self, tenant: TenantId, assigned: StickyAssigned) -> None:
        """Keep who served a caller, unless somebody did later."""
        with self._lock:
            records = self._records.setdefault((tenant, assigned.key.caller), {})
            known = records.get(assigned.key)
            if known is None or known.at <= assigned.at:
                records[assigned.key] = assigned

    def forget_user(self, tenant: TenantId, user: UserId) -> None:
        """Forget every record of a user."""
        self._keep(tenant, lambda record: record.user != user)

    def forget_dead(self, tenant: TenantId, *, at: datetime) -> None:
        """Forget what is dead."""
        now = epoch(at)
        self._keep(tenant, lambda record: now < record.until)

    def _keep(self, tenant: TenantId, wanted: Callable[[StickyAssigned], bool]) -> None:
        with self._lock:
            for (owner, caller), records in list(self._records.items()):
                if owner == tenant:
                    left = {key: record for key, record in records.items() if wanted(record)}
                    if left:
                        self._records[owner, caller] = left
                    else:
                        del self._records[owner, caller]


class MemoryRotation:
    """A :class:`~agentprov.repositories.RotationRepository`."""

    def __init__(self, lock: RLock | None = None) -> None:
        self._lock = lock or RLock()
        self._turns: dict[TenantId, dict[DepartmentId, UserId]] = {}

    def rotation(self, tenant: TenantId) -> dict[DepartmentId, UserId]:
        """Whom every department offered a call last."""
        with self._lock:
            return dict(self._turns.get(tenant, {}))

    def offer(self, tenant: TenantId, offered: Offered, *, expected: UserId | None) -> None:
        """Keep that a department offered a call."""
        with self._lock:
            turns = self._turns.setdefault(tenant, {})
            if turns.get(offered.department) != expected:
                raise Conflict.of(Code.CONFLICT_CHANGED, "rotation", offered.department)
            turns[offered.department] = offered.user

    def forget_user(self, tenant: TenantId, user: UserId) -> None:
        """Forget every turn of a user."""
        with self._lock:
            turns = self._turns.get(tenant, {})
            self._turns[tenant] = {department: last for department, last in turns.items() if last != user}
