"""A store in a database, with and without coroutines, keeps what every protocol promises (ST-4, ST-6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import Connection, delete

from agentprov.repositories import Store
from agentprov.sql import AsyncRunner, AsyncSqlStore, Runner, SqlStore, open_async_engine, open_engine, upgrade
from agentprov.sql.tables import metadata, schema
from agentprov.testing.contracts import (
    AuditRepositoryContract,
    CodeRepositoryContract,
    CredentialRepositoryContract,
    PresenceRepositoryContract,
    RotationRepositoryContract,
    StickyRepositoryContract,
    StoreContract,
    TenantRepositoryContract,
    TokenRepositoryContract,
    awaited,
    blocking,
)
from tests.servers import Server

Empty = Callable[[], None]
"""Empties a database."""


class Shelf:
    """Stores that are used again: emptying a database takes less time than making one."""

    def __init__(self, make: Callable[[], tuple[Store, Empty]]) -> None:
        self._make = make
        self._taken: list[tuple[Store, Empty]] = []
        self._free: list[tuple[Store, Empty]] = []

    def take(self) -> Store:
        """An empty store that nobody else has."""
        self._taken.append(self._free.pop() if self._free else self._make())
        return self._taken[-1][0]

    def put_back(self) -> None:
        """Empty what was taken."""
        for _, empty in self._taken:
            empty()
        self._free += self._taken
        self._taken = []


@pytest.fixture(scope="module", params=["sqlite", "aiosqlite", "psycopg", "psycopg-async"])
def shelf(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """Stores with one of the drivers."""
    with ExitStack() as closing:

        def address() -> str:
            if "sqlite" in request.param:
                return f"sqlite:///{tmp_path_factory.mktemp('store') / 'agentprov.db'}"
            server: Server = request.getfixturevalue("postgres")
            name = server.new_database()
            closing.callback(server.drop_database, name)
            return server.url(name)

        make = make_async if request.param in {"aiosqlite", "psycopg-async"} else make_sync
        yield Shelf(lambda: make(address(), closing))


def make_sync(address: str, closing: ExitStack) -> tuple[Store, Empty]:
    """A store that answers at once."""
    engine = open_engine(address)
    closing.callback(engine.dispose)
    run = Runner(engine)
    run.write(upgrade)
    # No copies of tenants: those of another test would be of other tenants.
    return SqlStore(engine, copies=0), lambda: run.write(empty)


def make_async(address: str, closing: ExitStack) -> tuple[Store, Empty]:
    """A store of coroutines, all of which run as tasks of one loop."""
    engine = open_async_engine(address)
    closing.callback(lambda: awaited(engine.dispose()))
    run = AsyncRunner(engine)
    awaited(run.write(upgrade))
    return blocking(AsyncSqlStore(engine, copies=0)), lambda: awaited(run.write(empty))


def empty(connection: Connection) -> None:
    """Delete every row but those that say which tables there are."""
    for table in metadata.sorted_tables:
        if table is not schema:
            connection.execute(delete(table))


class InTables:
    """Takes stores from the shelf."""

    @pytest.fixture(autouse=True)
    def _from(self, shelf: Shelf) -> Iterator[None]:
        self._shelf = shelf
        yield
        shelf.put_back()

    def store(self) -> Store:
        """An empty one."""
        return self._shelf.take()


class TestTenants(InTables, TenantRepositoryContract):
    """ST-1: tenants."""


class TestCredentials(InTables, CredentialRepositoryContract):
    """CR-7: passwords."""


class TestCodes(InTables, CodeRepositoryContract):
    """CR-2: one-time codes."""


class TestTokens(InTables, TokenRepositoryContract):
    """CR-4: API tokens."""


class TestPresence(InTables, PresenceRepositoryContract):
    """LC-2: presence."""


class TestSticky(InTables, StickyRepositoryContract):
    """RT-5: who served whom."""


class TestRotation(InTables, RotationRepositoryContract):
    """RT-6: whose turn it was."""


class TestAudit(InTables, AuditRepositoryContract):
    """ST-5: what was asked and changed no tenant."""


class TestStore(InTables, StoreContract):
    """ST-1: all of them together."""
