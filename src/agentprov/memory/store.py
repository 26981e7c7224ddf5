"""Every repository together, in dictionaries."""

from __future__ import annotations

from threading import RLock

from agentprov.memory.audit import MemoryAudit
from agentprov.memory.calls import MemoryRotation, MemorySticky
from agentprov.memory.credentials import MemoryCodes, MemoryCredentials, MemoryTokens
from agentprov.memory.presence import MemoryPresence
from agentprov.memory.tenants import MemoryTenants
from agentprov.model.changes import Change
from agentprov.repositories.presence import check_departing, departing, removed


class MemoryStore:
    """A :class:`~agentprov.repositories.Store`. One lock is for all: what two repositories promise together holds."""

    def __init__(self) -> None:
        lock = RLock()
        self.tenants = MemoryTenants(lock, check=self._check, then=self._follow)
        self.credentials = MemoryCredentials(lock)
        self.codes = MemoryCodes(lock)
        self.tokens = MemoryTokens(lock)
        self.presence = MemoryPresence(lock, knows=self.tenants.knows)
        self.sticky = MemorySticky(lock)
        self.rotation = MemoryRotation(lock)
        self.audit = MemoryAudit(lock)

    def _check(self, change: Change) -> None:
        records = (self.presence.presence(change.tenant, user) for user in departing(change))
        check_departing(record for record in records if record is not None)

    def _follow(self, change: Change) -> None:
        for user in removed(change):
            self.credentials.remove_password(change.tenant, user)
            for repository in (self.codes, self.tokens, self.presence, self.sticky, self.rotation):
                repository.forget_user(change.tenant, user)
