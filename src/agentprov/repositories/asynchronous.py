"""The same protocols with coroutines, for hosts whose database answers later (ST-1).

Every method promises what the method of its name promises in :mod:`agentprov.repositories`. A store that answers at
once serves too, from threads: :func:`in_threads`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol, overload

from agentprov.model.api_tokens import ApiToken
from agentprov.model.changes import Change
from agentprov.model.contact import PhoneNumber
from agentprov.model.effects import Offered, StickyAssigned
from agentprov.model.ids import DepartmentId, TenantId, UserId
from agentprov.model.one_time_codes import CodeKey, CodeRecord
from agentprov.model.sticky import LastAgent, StickyKey
from agentprov.model.stored_passwords import StoredPassword
from agentprov.model.tenant import Tenant
from agentprov.repositories.audit import AuditQuery, AuditRepository, Noted
from agentprov.repositories.calls import RotationRepository, StickyRepository
from agentprov.repositories.credentials import CodeRepository, CredentialRepository, TokenRepository
from agentprov.repositories.presence import AgentPresence, PresenceRepository
from agentprov.repositories.stores import Store
from agentprov.repositories.tenants import Committed, Founded, TenantRepository


class AsyncTenantReader(Protocol):
    """As :class:`~agentprov.repositories.tenants.TenantReader`."""

    async def tenant_ids(self) -> tuple[TenantId, ...]:
        """As :meth:`TenantReader.tenant_ids`."""
        ...

    async def load(self, tenant: TenantId) -> Tenant:
        """As :meth:`TenantReader.load`."""
        ...

    async def changes_since(self, tenant: TenantId, version: int) -> tuple[Committed, ...]:
        """As :meth:`TenantReader.changes_since`."""
        ...

    async def committed(self, tenant: TenantId, key: str) -> Committed | None:
        """As :meth:`TenantReader.committed`."""
        ...

    async def founding(self, tenant: TenantId) -> Founded:
        """As :meth:`TenantReader.founding`."""
        ...

    async def history(self, tenant: TenantId, query: AuditQuery) -> tuple[Committed, ...]:
        """As :meth:`TenantReader.history`."""
        ...


class AsyncTenantWriter(Protocol):
    """As :class:`~agentprov.repositories.tenants.TenantWriter`."""

    async def create(self, tenant: Tenant, *, at: datetime, reason: str | None = None) -> None:
        """As :meth:`TenantWriter.create`."""
        ...

    async def commit(
        self,
        change: Change,
        *,
        at: datetime,
        key: str | None = None,
        request: str | None = None,
        reason: str | None = None,
    ) -> Tenant:
        """As :meth:`TenantWriter.commit`."""
        ...

    async def fold(self, tenant: TenantId, version: int) -> None:
        """As :meth:`TenantWriter.fold`."""
        ...


class AsyncTenantRepository(AsyncTenantReader, AsyncTenantWriter, Protocol):
    """Both halves."""


class AsyncCredentialRepository(Protocol):
    """As :class:`~agentprov.repositories.credentials.CredentialRepository`."""

    async def password(self, tenant: TenantId, user: UserId) -> StoredPassword | None:
        """As :meth:`CredentialRepository.password`."""
        ...

    async def put_password(
        self, tenant: TenantId, user: UserId, password: StoredPassword, *, expected: StoredPassword | None
    ) -> None:
        """As :meth:`CredentialRepository.put_password`."""
        ...

    async def remove_password(self, tenant: TenantId, user: UserId) -> None:
        """As :meth:`CredentialRepository.remove_password`."""
        ...


class AsyncCodeRepository(Protocol):
    """As :class:`~agentprov.repositories.credentials.CodeRepository`."""

    async def codes(self, key: CodeKey) -> CodeRecord | None:
        """As :meth:`CodeRepository.codes`."""
        ...

    async def put_codes(self, record: CodeRecord, *, expected: CodeRecord | None) -> None:
        """As :meth:`CodeRepository.put_codes`."""
        ...

    async def forget_user(self, tenant: TenantId, user: UserId) -> None:
        """As :meth:`CodeRepository.forget_user`."""
        ...


class AsyncTokenRepository(Protocol):
    """As :class:`~agentprov.repositories.credentials.TokenRepository`."""

    async def token(self, tenant: TenantId, digest: str) -> ApiToken | None:
        """As :meth:`TokenRepository.token`."""
        ...

    async def tokens(self, tenant: TenantId, user: UserId) -> tuple[ApiToken, ...]:
        """As :meth:`TokenRepository.tokens`."""
        ...

    async def put_token(self, token: ApiToken, *, expected: ApiToken | None) -> None:
        """As :meth:`TokenRepository.put_token`."""
        ...

    async def forget_user(self, tenant: TenantId, user: UserId) -> None:
        """As :meth:`TokenRepository.forget_user`."""
        ...


class AsyncPresenceRepository(Protocol):
    """As :class:`~agentprov.repositories.presence.PresenceRepository`."""

    async def presence(self, tenant: TenantId, user: UserId) -> AgentPresence | None:
        """As :meth:`PresenceRepository.presence`."""
        ...

    async def everybody(self, tenant: TenantId) -> tuple[AgentPresence, ...]:
        """As :meth:`PresenceRepository.everybody`."""
        ...

    async def put_presence(self, tenant: TenantId, presence: AgentPresence, *, expected: AgentPresence | None) -> None:
        """As :meth:`PresenceRepository.put_presence`."""
        ...

    async def forget_user(self, tenant: TenantId, user: UserId) -> None:
        """As :meth:`PresenceRepository.forget_user`."""
        ...


class AsyncStickyRepository(Protocol):
    """As :class:`~agentprov.repositories.calls.StickyRepository`."""

    async def last_agents(
        self, tenant: TenantId, caller: PhoneNumber, *, at: datetime
    ) -> Mapping[StickyKey, LastAgent]:
        """As :meth:`StickyRepository.last_agents`."""
        ...

    async def assign(self, tenant: TenantId, assigned: StickyAssigned) -> None:
        """As :meth:`StickyRepository.assign`."""
        ...

    async def forget_user(self, tenant: TenantId, user: UserId) -> None:
        """As :meth:`StickyRepository.forget_user`."""
        ...

    async def forget_dead(self, tenant: TenantId, *, at: datetime) -> None:
        """As :meth:`StickyRepository.forget_dead`."""
        ...


class AsyncRotationRepository(Protocol):
    """As :class:`~agentprov.repositories.calls.RotationRepository`."""

    async def rotation(self, tenant: TenantId) -> Mapping[DepartmentId, UserId]:
        """As :meth:`RotationRepository.rotation`."""
        ...

    async def offer(self, tenant: TenantId, offered: Offered, *, expected: UserId | None) -> None:
        """As :meth:`RotationRepository.offer`."""
        ...

    async def forget_user(self, tenant: TenantId, user: UserId) -> None:
        """As :meth:`RotationRepository.forget_user`."""
        ...


class AsyncAuditRepository(Protocol):
    """As :class:`~agentprov.repositories.audit.AuditRepository`."""

    async def note(self, tenant: TenantId, noted: Noted) -> None:
        """As :meth:`AuditRepository.note`."""
        ...

    async def notes(self, tenant: TenantId, query: AuditQuery) -> tuple[Noted, ...]:
        """As :meth:`AuditRepository.notes`."""
        ...


class AsyncStore(Protocol):
    """As :class:`~agentprov.repositories.stores.Store`."""

    @property
    def tenants(self) -> AsyncTenantRepository:
        """As :attr:`Store.tenants`."""
        ...

    @property
    def credentials(self) -> AsyncCredentialRepository:
        """As :attr:`Store.credentials`."""
        ...

    @property
    def codes(self) -> AsyncCodeRepository:
        """As :attr:`Store.codes`."""
        ...

    @property
    def tokens(self) -> AsyncTokenRepository:
        """As :attr:`Store.tokens`."""
        ...

    @property
    def presence(self) -> AsyncPresenceRepository:
        """As :attr:`Store.presence`."""
        ...

    @property
    def sticky(self) -> AsyncStickyRepository:
        """As :attr:`Store.sticky`."""
        ...

    @property
    def rotation(self) -> AsyncRotationRepository:
        """As :attr:`Store.rotation`."""
        ...

    @property
    def audit(self) -> AsyncAuditRepository:
        """As :attr:`Store.audit`."""
        ...


# ---- a store that answers at once, for coroutines --------------------------------------------------------------------


@overload
def in_threads(store: Store) -> AsyncStore: ...
@overload
def in_threads(store: TenantRepository) -> AsyncTenantRepository: ...
@overload
def in_threads(store: CredentialRepository) -> AsyncCredentialRepository: ...
@overload
def in_threads(store: CodeRepository) -> AsyncCodeRepository: ...
@overload
def in_threads(store: TokenRepository) -> AsyncTokenRepository: ...
@overload
def in_threads(store: PresenceRepository) -> AsyncPresenceRepository: ...
@overload
def in_threads(store: StickyRepository) -> AsyncStickyRepository: ...
@overload
def in_threads(store: RotationRepository) -> AsyncRotationRepository: ...
@overload
def in_threads(store: AuditRepository) -> AsyncAuditRepository: ...
def in_threads(store: Any) -> Any:
    """A store whose methods are run in threads, so that a loop never waits for them.

    >>> import asyncio
    >>> from agentprov.memory import MemoryTenants
    >>> asyncio.run(in_threads(MemoryTenants()).tenant_ids())
    ()
    """
    return _InThreads(store)


class _InThreads:
    """A store whose methods are coroutines, each run in a thread. In a bundle every repository."""

    def __init__(self, store: object) -> None:
        self._store = store

    def __getattr__(self, name: str) -> object:
        found = getattr(self._store, name)
        if not callable(found):
            return _InThreads(found)

        async def later(*given: object, **named: object) -> object:
            return await asyncio.to_thread(found, *given, **named)

        return later
