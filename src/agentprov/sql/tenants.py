"""Tenants in a database (ST-2, ST-4), for hosts that wait for it and for hosts with coroutines."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import Engine

from agentprov.model.changes import Change
from agentprov.model.ids import TenantId
from agentprov.model.tenant import Tenant
from agentprov.repositories import AuditQuery, Committed, Founded, Performed, check_entry
from agentprov.repositories.performing import Asked, Command
from agentprov.sql import commits, reads
from agentprov.sql.copies import Copies
from agentprov.sql.running import AsyncRunner, Runner

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

COPIES: Final = 16
"""How many tenants are kept at hand for commits, if the host says nothing else."""


class SqlTenants:
    """A :class:`~agentprov.repositories.TenantRepository` on an engine of :func:`~agentprov.sql.engines.open_engine`.

    ``copies`` is how many tenants it keeps at hand: a commit to one of them needn't load it.
    """

    def __init__(self, engine: Engine, *, copies: int = COPIES) -> None:
        self._run = Runner(engine)
        self._copies = Copies(copies)

    def tenant_ids(self) -> tuple[TenantId, ...]:
        """The id of every tenant."""
        return self._run.read(reads.tenant_ids)

    def load(self, tenant: TenantId) -> Tenant:
        """The tenant at its latest version."""
        return self._copies.keep(self._run.read(reads.latest, tenant, self._copies.get(tenant)))

    def caught_up(self, known: Tenant) -> Tenant:
        """The latest version of a tenant of which a copy is known: only what was written since is read."""
        return self._copies.keep(self._run.read(reads.latest, known.id, known))

    def changes_since(self, tenant: TenantId, version: int) -> tuple[Committed, ...]:
        """What was committed after a version."""
        return self._run.read(reads.changes_since, tenant, version)

    def committed(self, tenant: TenantId, key: str) -> Committed | None:
        """What was committed with a key, or nothing."""
        return self._run.read(reads.committed, tenant, key)

    def founding(self, tenant: TenantId) -> Founded:
        """Where the log begins."""
        return self._run.read(reads.founding, tenant)

    def history(self, tenant: TenantId, query: AuditQuery) -> tuple[Committed, ...]:
        """What was committed, as far as the query asks."""
        return self._run.read(reads.history, tenant, query)

    def create(self, tenant: Tenant, *, at: datetime, reason: str | None = None) -> None:
        """Store a new tenant."""
        self._run.write(commits.create, _founded(tenant, at, reason))

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
        entry = _entry(change, at, key, request, reason)
        after = self._run.write(commits.commit, entry, self._copies)
        if after is None:
            after = self._run.read(commits.answer, entry, self._copies)
        return self._copies.keep(after)

    def carry_out(
        self,
        tenant: TenantId,
        command: Command,
        *,
        at: datetime,
        key: str,
        request: str | None = None,
        reason: str | None = None,
    ) -> Performed:
        """Make a command on the latest version and commit it, nobody else in between: what ``perform`` uses."""
        asked = _asked(at, key, request, reason)
        done = self._run.write_guarded(commits.carry_out, tenant, command, asked, self._copies)
        self._copies.keep(done.tenant)
        return done

    def fold(self, tenant: TenantId, version: int) -> None:
        """Begin the log at a version."""
        self._run.write(commits.fold, tenant, version)


class AsyncSqlTenants:
    """An :class:`~agentprov.repositories.asynchronous.AsyncTenantRepository`; otherwise as :class:`SqlTenants`."""

    def __init__(self, engine: AsyncEngine, *, copies: int = COPIES) -> None:
        self._run = AsyncRunner(engine)
        self._copies = Copies(copies)

    async def tenant_ids(self) -> tuple[TenantId, ...]:
        """The id of every tenant."""
        return await self._run.read(reads.tenant_ids)

    async def load(self, tenant: TenantId) -> Tenant:
        """The tenant at its latest version."""
        return self._copies.keep(await self._run.read(reads.latest, tenant, self._copies.get(tenant)))

    async def caught_up(self, known: Tenant) -> Tenant:
        """The latest version of a tenant of which a copy is known: only what was written since is read."""
        return self._copies.keep(await self._run.read(reads.latest, known.id, known))

    async def changes_since(self, tenant: TenantId, version: int) -> tuple[Committed, ...]:
        """What was committed after a version."""
        return await self._run.read(reads.changes_since, tenant, version)

    async def committed(self, tenant: TenantId, key: str) -> Committed | None:
        """What was committed with a key, or nothing."""
        return await self._run.read(reads.committed, tenant, key)

    async def founding(self, tenant: TenantId) -> Founded:
        """Where the log begins."""
        return await self._run.read(reads.founding, tenant)

    async def history(self, tenant: TenantId, query: AuditQuery) -> tuple[Committed, ...]:
        """What was committed, as far as the query asks."""
        return await self._run.read(reads.history, tenant, query)

    async def create(self, tenant: Tenant, *, at: datetime, reason: str | None = None) -> None:
        """Store a new tenant."""
        await self._run.write(commits.create, _founded(tenant, at, reason))

    async def commit(
        self,
        change: Change,
        *,
        at: datetime,
        key: str | None = None,
        request: str | None = None,
        reason: str | None = None,
    ) -> Tenant:
        """Apply a change and keep it, or do nothing."""
        entry = _entry(change, at, key, request, reason)
        after = await self._run.write(commits.commit, entry, self._copies)
        if after is None:
            after = await self._run.read(commits.answer, entry, self._copies)
        return self._copies.keep(after)

    async def carry_out(
        self,
        tenant: TenantId,
        command: Command,
        *,
        at: datetime,
        key: str,
        request: str | None = None,
        reason: str | None = None,
    ) -> Performed:
        """Make a command on the latest version and commit it, nobody else in between: what ``perform`` uses."""
        asked = _asked(at, key, request, reason)
        done = await self._run.write_guarded(commits.carry_out, tenant, command, asked, self._copies)
        self._copies.keep(done.tenant)
        return done

    async def fold(self, tenant: TenantId, version: int) -> None:
        """Begin the log at a version."""
        await self._run.write(commits.fold, tenant, version)


def _founded(tenant: Tenant, at: datetime, reason: str | None) -> Founded:
    check_entry(at, reason=reason)
    return Founded(tenant=tenant, at=at, reason=reason)


def _asked(at: datetime, key: str, request: str | None, reason: str | None) -> Asked:
    check_entry(at, key=key, request=request, reason=reason)
    return Asked(at=at, key=key, request=request, reason=reason)


def _entry(change: Change, at: datetime, key: str | None, request: str | None, reason: str | None) -> Committed:
    """The entry that a commit writes.

    Raises:
        InvalidValue: what it comes with isn't in order.
    """
    check_entry(at, key=key, request=request, reason=reason)
    return Committed(change=change, version=change.base + 1, at=at, key=key, request=request, reason=reason)
