"""Every repository in a database: SQLite by default, PostgreSQL at scale (ST-4). It needs the extra ``sql``.

:func:`open_engine` makes an engine that keeps what a store promises; :func:`upgrade` gives its database the tables.
"""

from agentprov.sql.engines import open_async_engine, open_engine
from agentprov.sql.running import AsyncRunner, Runner
from agentprov.sql.steps import check, pending, statements, upgrade
from agentprov.sql.tenants import AsyncSqlTenants, SqlTenants

__all__ = [
    "AsyncRunner",
    "AsyncSqlTenants",
    "Runner",
    "SqlTenants",
    "check",
    "open_async_engine",
    "open_engine",
    "pending",
    "statements",
    "upgrade",
]
