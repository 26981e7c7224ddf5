"""Every repository in a database: SQLite by default, PostgreSQL at scale (ST-4). It needs the extra ``sql``.

:func:`open_store` opens a store and :func:`open_async_store` one with coroutines. Whoever keeps an engine of their own
makes it by :func:`open_engine`, gives its database the tables by :func:`upgrade`, and hands it to :class:`SqlStore`.
"""

from agentprov.errors import Code, MissingExtra

try:
    import sqlalchemy as _  # noqa: F401
except ImportError:
    raise MissingExtra.of(Code.EXTRA_MISSING, extra="sql", package="sqlalchemy") from None

from agentprov.sql.asynchronous import AsyncSqlStore, open_async_store
from agentprov.sql.engines import open_async_engine, open_engine
from agentprov.sql.listening import AsyncListening, Listening
from agentprov.sql.running import AsyncRunner, Runner
from agentprov.sql.steps import check, pending, statements, upgrade
from agentprov.sql.store import SqlStore, open_store
from agentprov.sql.tenants import SqlTenants

__all__ = [
    "AsyncListening",
    "AsyncRunner",
    "AsyncSqlStore",
    "Listening",
    "Runner",
    "SqlStore",
    "SqlTenants",
    "check",
    "open_async_engine",
    "open_async_store",
    "open_engine",
    "open_store",
    "pending",
    "statements",
    "upgrade",
]
