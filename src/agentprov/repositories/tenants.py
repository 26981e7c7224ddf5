"""Tenants, the changes of them, and the log of those changes, which is also their audit (ST-1, ST-2, ST-5)."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

import attrs

from agentprov.errors import Collector
from agentprov.model.changes import Change
from agentprov.model.ids import TenantId
from agentprov.model.instants import check_instants, utc
from agentprov.model.tenant import Tenant
from agentprov.repositories.audit import AuditQuery


@attrs.frozen(kw_only=True)
class Committed:
    """A change that was committed: an entry of a tenant's log. Never with its secrets."""

    change: Change
    version: int
    """The version it led to."""
    at: datetime = attrs.field(converter=utc)
    key: str | None = None
    """The idempotency key it came with."""
    request: str | None = None
    """A digest of the request that the key stands for, where it was named."""
    reason: str | None = None
    """Why, in the words of who did it."""

    def answers(self, change: Change, request: str | None) -> bool:
        """Whether this is the answer to what comes again with the same key: the same request or, unnamed, change."""
        return self.request == request and (request is not None or self.change == change)


@attrs.frozen(kw_only=True)
class Founded:
    """Where a tenant's log begins: the tenant of that version, since when it was so, and why."""

    tenant: Tenant
    at: datetime = attrs.field(converter=utc)
    reason: str | None = None

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_instants(found, ("at", self.at))
        found.check()


class TenantReader(Protocol):
    """Reads tenants, and what was done to them.

    Every method of every repository may raise ``Unavailable`` (nothing is known; try again) and ``BrokenStore``
    (somebody has to mend it), with a code that begins with ``store.``; nothing else of a database comes through.
    """

    def tenant_ids(self) -> tuple[TenantId, ...]:
        """The id of every tenant, sorted by code points."""
        ...

    def load(self, tenant: TenantId) -> Tenant:
        """The tenant at its latest version, equal to what was stored: nothing lost, nothing coerced.

        Ids are compared exactly, case included: ``Acme`` and ``acme`` are two tenants.

        Raises:
            NotFound: ``tenant.unknown``.
        """
        ...

    def changes_since(self, tenant: TenantId, version: int) -> tuple[Committed, ...]:
        """What was committed after a version, in the order of the versions, without gaps.

        Applied one after the other to the tenant of that version they give the latest. None is ever missing: a version
        that the log doesn't reach back to, or that isn't there yet, is an error and not an empty answer.

        Raises:
            NotFound: ``tenant.unknown`` or ``version.unknown``.
        """
        ...

    def committed(self, tenant: TenantId, key: str) -> Committed | None:
        """What was committed with an idempotency key; nothing, if nothing was, or the log was folded since.

        Raises:
            NotFound: ``tenant.unknown``.
        """
        ...

    def founding(self, tenant: TenantId) -> Founded:
        """Where the log begins. What was committed since then, applied to it, gives the latest version.

        Raises:
            NotFound: ``tenant.unknown``.
        """
        ...

    def history(self, tenant: TenantId, query: AuditQuery) -> tuple[Committed, ...]:
        """What was committed, as far as the query asks, by version: who, when, why, what it was before and after.

        Raises:
            NotFound: ``tenant.unknown``.
        """
        ...


class TenantWriter(Protocol):
    """Writes tenants, all or nothing."""

    def create(self, tenant: Tenant, *, at: datetime, reason: str | None = None) -> None:
        """Store a new tenant, at whatever version it has; its log begins there. Of several racing, exactly one wins.

        Raises:
            Conflict: ``tenant.exists``.
            InvalidValue: ``at`` or ``reason`` isn't in order.
        """
        ...

    def commit(
        self,
        change: Change,
        *,
        at: datetime,
        key: str | None = None,
        request: str | None = None,
        reason: str | None = None,
    ) -> Tenant:
        """Apply a change to the version it was made on and store the outcome and the log's entry together, or neither.

        - The expected version is the change's own base. If the tenant has another one by now, nothing is stored and the
          conflict names it; where the change also gives a login, a numeric id or an extension that somebody else has by
          now, it names that too (:func:`conflict`). So no update is lost, and of two who create the same login exactly
          one wins.
        - With a ``key`` the commit happens once, however often it is tried: trying again gives the tenant as it is now,
          whose version is at least the one that the first commit led to. A key belongs to one tenant and to one
          ``request``, of which a digest is given, or without one to one change.
        - After an error nothing is stored: not the tenant, not the log, not the key. Only after ``Unavailable`` that
          isn't known, and trying again with the key is safe.
        - Secrets of the change are never stored.

        Raises:
            NotFound: ``tenant.unknown``.
            Conflict: ``conflict.stale``, with ``login.taken`` and its like; ``conflict.changed``;
                ``idempotency_key.reused`` when the key came with another request before.
            InvalidValue: the tenant wouldn't be whole; ``field.naive_instant`` for ``at``; ``idempotency_key.invalid``;
                the reason isn't text that people can read.
        """
        ...

    def fold(self, tenant: TenantId, version: int) -> None:
        """Begin the log at a version: forget what was committed up to it, its keys too, and keep what it led to.

        The tenant stays as it is. Whoever follows the log from an older version loads anew. Folding again does nothing.

        Raises:
            NotFound: ``tenant.unknown``; ``version.unknown``, for a version outside the log.
        """
        ...


class CatchesUp(Protocol):
    """What a store of tenants may promise beside: to catch up by itself, where that is quicker than by the log."""

    def caught_up(self, known: Tenant) -> Tenant:
        """The latest version of the tenant of which this is an older one: equal to what ``load`` gives.

        Raises:
            NotFound: ``tenant.unknown``.
        """
        ...


class TenantRepository(TenantReader, TenantWriter, Protocol):
    """Both halves."""
