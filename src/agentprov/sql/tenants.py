"""Tenants in a database (ST-2, ST-4), for hosts that wait for it and for hosts with coroutines."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from agentprov.model.changes import Change
from agentprov.model.ids import TenantId
from agentprov.model.tenant import Tenant
from agentprov.repositories import AuditQuery, Committed, Founded, Performed, check_entry
from agentprov.repositories.performing import Asked, Command
from agentprov.repositories.steps import Steps
from agentprov.sql import commits, reads
from agentprov.sql.copies import Copies
from agentprov.sql.running import Runner

COPIES: Final = 16
"""How many tenants are kept at hand for commits, if the host says nothing else."""


class SqlTenants:
    """A :class:`~agentprov.repositories.TenantRepository`.

    ``copies`` is how many tenants it keeps at hand: of these only what was written since is read.
    """

    def __init__(self, run: Runner, *, copies: int = COPIES) -> None:
        self._run = run
        self._copies = Copies(copies)

    def tenant_ids(self) -> tuple[TenantId, ...]:
        """The id of every tenant."""
        return self._run.read(reads.tenant_ids)

    def load(self, tenant: TenantId) -> Tenant:
        """The tenant at its latest version."""
        return self._run.do(self._latest(tenant, self._copies.get(tenant)))

    def caught_up(self, known: Tenant) -> Tenant:
        """The latest version of a tenant of which a copy is known: only what was written since is read."""
        return self._run.do(self._latest(known.id, known))

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
        return self._run.write(commits.create, _founded(tenant, at, reason))

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
        return self._run.do(self._committed(_entry(change, at, key, request, reason)))

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
        return self._run.do(self._carried_out(tenant, command, _asked(at, key, request, reason)))

    def fold(self, tenant: TenantId, version: int) -> None:
        """Begin the log at a version."""
        return self._run.write(commits.fold, tenant, version)

    # What is stored is kept at hand, and not before it is: the runner has ended the transaction then.

    def _latest(self, tenant: TenantId, known: Tenant | None) -> Steps[Tenant]:
        return self._copies.keep((yield self._run.read(reads.latest, tenant, known)))

    def _committed(self, entry: Committed) -> Steps[Tenant]:
        after: Tenant | None = yield self._run.write_guarded(commits.commit, entry, self._copies)
        if after is not None:
            return self._copies.keep(after)
        current: Tenant = yield self._run.read(commits.answer, entry, self._copies)
        return self._copies.keep(current)

    def _carried_out(self, tenant: TenantId, command: Command, asked: Asked) -> Steps[Performed]:
        try:
            done: Performed = yield self._run.write_guarded(commits.carry_out, tenant, command, asked, self._copies)
        except commits.Raised as raised:
            error = raised.error
        else:
            self._copies.keep(done.tenant)
            return done
        raise error


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
