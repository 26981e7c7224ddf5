"""The same store with coroutines, on SQLAlchemy's asyncio (ST-1)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import URL

from agentprov.repositories.asynchronous import (
    AsyncAuditRepository,
    AsyncCodeRepository,
    AsyncCredentialRepository,
    AsyncPresenceRepository,
    AsyncRotationRepository,
    AsyncStickyRepository,
    AsyncTenantRepository,
    AsyncTokenRepository,
)
from agentprov.sql import steps
from agentprov.sql.audit import SqlAudit
from agentprov.sql.calls import SqlRotation, SqlSticky
from agentprov.sql.codes import SqlCodes
from agentprov.sql.credentials import SqlCredentials
from agentprov.sql.engines import open_async_engine
from agentprov.sql.presence import SqlPresence
from agentprov.sql.running import AsyncRunner
from agentprov.sql.tenants import COPIES, SqlTenants
from agentprov.sql.tokens import SqlTokens

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine


class AsyncSqlStore:
    """An :class:`~agentprov.repositories.asynchronous.AsyncStore`; otherwise as :class:`~agentprov.sql.SqlStore`.

    INVARIANT: every method of the repositories gives what its runner gives, and does nothing before or after. Where the
    runner is asynchronous, that is a coroutine, and so the same classes serve here.
    """

    tenants: AsyncTenantRepository
    credentials: AsyncCredentialRepository
    codes: AsyncCodeRepository
    tokens: AsyncTokenRepository
    presence: AsyncPresenceRepository
    sticky: AsyncStickyRepository
    rotation: AsyncRotationRepository
    audit: AsyncAuditRepository

    def __init__(self, engine: AsyncEngine, *, copies: int = COPIES) -> None:
        run = cast("Any", AsyncRunner(engine))
        self.tenants = cast("Any", SqlTenants(run, copies=copies))
        self.credentials = cast("Any", SqlCredentials(run))
        self.codes = cast("Any", SqlCodes(run))
        self.tokens = cast("Any", SqlTokens(run))
        self.presence = cast("Any", SqlPresence(run))
        self.sticky = cast("Any", SqlSticky(run))
        self.rotation = cast("Any", SqlRotation(run))
        self.audit = cast("Any", SqlAudit(run))


@asynccontextmanager
async def open_async_store(
    url: str | URL,
    *,
    upgrade: bool = False,
    copies: int = COPIES,
    **options: Any,  # noqa: ANN401  whatever SQLAlchemy takes
) -> AsyncIterator[AsyncSqlStore]:
    """As :func:`~agentprov.sql.open_store`, for coroutines; SQLite needs the extra ``sql-async``."""
    engine = open_async_engine(url, **options)
    try:
        run = AsyncRunner(engine)
        if upgrade:
            await run.write(steps.upgrade)
        await run.read(steps.check)
        yield AsyncSqlStore(engine, copies=copies)
    finally:
        await engine.dispose()
