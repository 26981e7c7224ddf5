"""Every repository together, in one database (ST-1)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Engine

from agentprov.sql import steps
from agentprov.sql.audit import SqlAudit
from agentprov.sql.calls import SqlRotation, SqlSticky
from agentprov.sql.codes import SqlCodes
from agentprov.sql.credentials import SqlCredentials
from agentprov.sql.engines import open_engine
from agentprov.sql.presence import SqlPresence
from agentprov.sql.running import Runner
from agentprov.sql.tenants import COPIES, SqlTenants
from agentprov.sql.tokens import SqlTokens


class SqlStore:
    """A :class:`~agentprov.repositories.Store` on an engine of :func:`~agentprov.sql.engines.open_engine`.

    ``copies`` is how many tenants it keeps at hand: a commit to one of them needn't load it.
    """

    def __init__(self, engine: Engine, *, copies: int = COPIES) -> None:
        run = Runner(engine)
        self.tenants = SqlTenants(run, copies=copies)
        self.credentials = SqlCredentials(run)
        self.codes = SqlCodes(run)
        self.tokens = SqlTokens(run)
        self.presence = SqlPresence(run)
        self.sticky = SqlSticky(run)
        self.rotation = SqlRotation(run)
        self.audit = SqlAudit(run)


@contextmanager
def open_store(
    url: str | URL,
    *,
    upgrade: bool = False,
    copies: int = COPIES,
    **options: Any,  # noqa: ANN401  whatever SQLAlchemy takes
) -> Iterator[SqlStore]:
    """A store at an address: ``sqlite:///path/to/file.db`` or ``postgresql://user@host/database``.

    At the end its connections are closed. With ``upgrade`` the database gets the tables that it lacks; without, it must
    have them. Other options are those of :func:`open_engine`.

    >>> from agentprov.sql import open_store
    >>> with open_store("sqlite://", upgrade=True) as store:
    ...     store.tenants.tenant_ids()
    ()

    Raises:
        InvalidValue: ``store.address``.
        BrokenStore: ``store.schema_missing`` and its like; ``store.encoding``; ``store.asynchronous_commit``.
        Unavailable: it doesn't answer.
        MissingExtra: ``extra.missing``; its driver isn't installed.
    """
    engine = open_engine(url, **options)
    try:
        run = Runner(engine)
        if upgrade:
            run.write(steps.upgrade)
        run.read(steps.check)
        yield SqlStore(engine, copies=copies)
    finally:
        engine.dispose()
