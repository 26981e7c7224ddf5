"""What was asked and changed no tenant, in dictionaries."""

from __future__ import annotations

from threading import RLock

from agentprov.model.ids import TenantId
from agentprov.repositories import AuditQuery, Noted


class MemoryAudit:
    """An :class:`~agentprov.repositories.AuditRepository`."""

    def __init__(self, lock: RLock | None = None) -> None:
        self._lock = lock or RLock()
        self._notes: dict[TenantId, dict[str, Noted]] = {}

    def note(self, tenant: TenantId, noted: Noted) -> None:
        """Keep it, unless its key was noted before."""
        with self._lock:
            self._notes.setdefault(tenant, {}).setdefault(noted.key, noted)

    def notes(self, tenant: TenantId, query: AuditQuery) -> tuple[Noted, ...]:
        """What was noted, as far as the query asks."""
        with self._lock:
            notes = [
                each for each in self._notes.get(tenant, {}).values() if query.wants(each.at, each.actor, each.about)
            ]
        return query.cut(sorted(notes, key=lambda each: (each.at, each.key)))
