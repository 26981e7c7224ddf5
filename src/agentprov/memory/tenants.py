"""Tenants and their logs, in dictionaries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import RLock

from agentprov.errors import Code, Conflict, NotFound
from agentprov.model.changes import Change
from agentprov.model.ids import TenantId, UserId
from agentprov.model.tenant import Tenant
from agentprov.repositories import AuditQuery, Committed, Founded, check_entry, conflict

Beside = Callable[[Change], None]
"""What a commit also asks of, or does to, the repositories beside it."""


def _nothing(change: Change) -> None:
    pass


class MemoryTenants:
    """A :class:`~agentprov.repositories.TenantRepository`.

    ``check`` may refuse a change before anything is written, ``then`` follows with it when it was.

    INVARIANT: everything is written under the lock, and only after nothing can fail any more.
    """

    def __init__(self, lock: RLock | None = None, check: Beside = _nothing, then: Beside = _nothing) -> None:
        self._lock = lock or RLock()
        self._check = check
        self._then = then
        self._tenants: dict[TenantId, Tenant] = {}
        self._foundings: dict[TenantId, Founded] = {}
        self._logs: dict[TenantId, list[Committed]] = {}
        self._keys: dict[tuple[TenantId, str], Committed] = {}

    def tenant_ids(self) -> tuple[TenantId, ...]:
        """The id of every tenant."""
        with self._lock:
            return tuple(sorted(self._tenants))

    def load(self, tenant: TenantId) -> Tenant:
        """The tenant at its latest version."""
        found = self._tenants.get(tenant)
        if found is None:
            raise NotFound.of(Code.TENANT_UNKNOWN, value=str(tenant))
        return found

    def changes_since(self, tenant: TenantId, version: int) -> tuple[Committed, ...]:
        """What was committed after a version."""
        with self._lock:
            position = self._position(tenant, version)
            return tuple(self._logs[tenant][position:])

    def committed(self, tenant: TenantId, key: str) -> Committed | None:
        """What was committed with a key, or nothing."""
        self.load(tenant)
        return self._keys.get((tenant, key))

    def founding(self, tenant: TenantId) -> Founded:
        """Where the log begins."""
        self.load(tenant)
        return self._foundings[tenant]

    def history(self, tenant: TenantId, query: AuditQuery) -> tuple[Committed, ...]:
        """What was committed, as far as the query asks."""
        self.load(tenant)
        with self._lock:
            log = tuple(self._logs[tenant])
        wanted = [
            each
            for each in log
            if query.wants(each.at, each.change.actor, [(edit.kind, edit.id) for edit in each.change.edits])
        ]
        return query.cut(wanted)

    def create(self, tenant: Tenant, *, at: datetime, reason: str | None = None) -> None:
        """Store a new tenant."""
        check_entry(at, reason=reason)
        with self._lock:
            if tenant.id in self._tenants:
                raise Conflict.of(Code.TENANT_EXISTS, value=tenant.id)
            self._logs[tenant.id] = []
            self._foundings[tenant.id] = Founded(tenant=tenant, at=at, reason=reason)
            self._tenants[tenant.id] = tenant

    def commit(
        self,
        change: Change,
        *,
        at: datetime,
        key: str | None = None,
        request: str | None = None,
        reason: str | None = None,
    ) -> Tenant:
        """Apply a change and keep it, or do nothing."""
        check_entry(at, key=key, request=request, reason=reason)
        with self._lock:
            before = self.load(change.tenant)
            if key is not None and (done := self._keys.get((change.tenant, key))) is not None:
                if not done.answers(change, request):
                    raise Conflict.of(Code.IDEMPOTENCY_KEY_REUSED, "key", value=key)
                return before
            if before.version != change.base:
                raise conflict(change, before)
            after = change.apply(before)
            self._check(change)
            entry = Committed(
                change=change.without_secrets(), version=after.version, at=at, key=key, request=request, reason=reason
            )
            if key is not None:
                self._keys[change.tenant, key] = entry
            self._logs[change.tenant].append(entry)
            self._tenants[change.tenant] = after
            self._then(change)
            return after

    def fold(self, tenant: TenantId, version: int) -> None:
        """Begin the log at a version."""
        with self._lock:
            position = self._position(tenant, version)
            if position:
                log, founded = self._logs[tenant], self._foundings[tenant]
                folded = founded.tenant
                for entry in log[:position]:
                    folded = entry.change.apply(folded)
                    if entry.key is not None:
                        del self._keys[tenant, entry.key]
                self._foundings[tenant] = Founded(tenant=folded, at=log[position - 1].at, reason=founded.reason)
                self._logs[tenant] = log[position:]

    def knows(self, tenant: TenantId, user: UserId) -> bool:
        """Whether there is such a tenant, and it has such a user."""
        found = self._tenants.get(tenant)
        return found is not None and user in found.users

    def _position(self, tenant: TenantId, version: int) -> int:
        """Where in the log the entries after a version begin."""
        high = self.load(tenant).version
        low = high - len(self._logs[tenant])
        if not low <= version <= high:
            raise NotFound.of(Code.VERSION_UNKNOWN, value=version, low=low, high=high)
        return version - low
