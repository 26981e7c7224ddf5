"""The face with coroutines does what the other does, failures included."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from agentprov.errors import AgentprovError, BrokenStore, Code, Conflict, Unavailable
from agentprov.sql import AsyncRunner, AsyncSqlStore, open_async_engine, upgrade
from agentprov.testing.contracts.samples import AT, a_creation, a_tenant
from tests.servers import Server

T = TypeVar("T")


def with_engine(url: str, use: Callable[[AsyncEngine], Awaitable[T]]) -> T:
    """What comes of using an engine, which is closed in the end."""

    async def run() -> T:
        engine = open_async_engine(url)
        try:
            return await use(engine)
        finally:
            await engine.dispose()

    return asyncio.run(run())


async def refusal(attempt: Awaitable[object], kind: type[AgentprovError]) -> tuple[Code, ...]:
    """The codes of what an attempt raises, with nothing of a driver's error behind it."""
    with pytest.raises(kind) as caught:
        await attempt
    assert (None, None) == (caught.value.__cause__, caught.value.__context__)
    return caught.value.codes


def test_of_coroutines_that_race_one_wins(database: str) -> None:
    """ST-2: coroutines that commit on the same version at once: one wins, with one key all do."""

    async def use(engine: AsyncEngine) -> None:
        await AsyncRunner(engine).write(upgrade)
        store, tenant = AsyncSqlStore(engine).tenants, a_tenant()
        await store.create(tenant, at=AT)
        change = a_creation(tenant, "ravi")
        same = await asyncio.gather(*(store.commit(change, at=AT, key="k") for _ in range(4)))
        assert [change.apply(tenant)] * 4 == same
        tries = (store.commit(a_creation(same[0], f"u{number}"), at=AT) for number in range(4))
        found = await asyncio.gather(*tries, return_exceptions=True)
        assert [Conflict] * 3 == [type(each) for each in found if isinstance(each, Exception)]
        assert 3 == (await store.load(tenant.id)).version

    with_engine(database, use)


def test_a_lost_connection_is_made_good_for_coroutines(postgres: Server, on_postgres: str) -> None:
    """ST-2: connections that the server ended don't come to a coroutine."""

    async def use(engine: AsyncEngine) -> None:
        store, tenant = AsyncSqlStore(engine).tenants, a_tenant()
        await store.create(tenant, at=AT)
        for backend in postgres.backends(on_postgres):
            postgres.execute(f"SELECT pg_terminate_backend({backend}, 5000)")
        change = a_creation(tenant, "ravi")
        assert change.apply(tenant) == await store.commit(change, at=AT) == await store.load(tenant.id)

    with_engine(postgres.url(on_postgres), use)


def test_a_broken_database_is_named_to_coroutines(postgres: Server, on_postgres: str) -> None:
    """ST-4: an early answer, a missing schema and a database that isn't there come as the same errors."""

    async def ids(engine: AsyncEngine) -> tuple[Code, ...]:
        return await refusal(AsyncSqlStore(engine).tenants.tenant_ids(), BrokenStore)

    async def lost(engine: AsyncEngine) -> tuple[Code, ...]:
        return await refusal(AsyncSqlStore(engine).tenants.tenant_ids(), Unavailable)

    url = postgres.url(on_postgres)
    assert (Code.STORE_SCHEMA_MISSING,) == with_engine("sqlite://", ids)
    assert (Code.STORE_REFUSED,) == with_engine(re.sub(r"agentprov_\w+\?", "none?", url), lost)
    postgres.execute(f"ALTER DATABASE {on_postgres} SET synchronous_commit = off")
    assert (Code.STORE_ASYNCHRONOUS_COMMIT,) == with_engine(url, ids)


def test_a_coroutine_that_is_cancelled_leaves_nothing(database: str) -> None:
    """ST-2: a commit that is cancelled midway stores all or nothing, and the engine serves on."""

    async def use(engine: AsyncEngine) -> None:
        await AsyncRunner(engine).write(upgrade)
        store, tenant = AsyncSqlStore(engine).tenants, a_tenant()
        await store.create(tenant, at=AT)
        change = a_creation(tenant, "ravi")
        for pause in (0.0, 0.001, 0.003):
            task = asyncio.create_task(store.commit(change, at=AT, key="k"))
            await asyncio.sleep(pause)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            assert await store.load(tenant.id) in {tenant, change.apply(tenant)}
        assert change.apply(tenant) == await store.commit(change, at=AT, key="k") == await store.load(tenant.id)
        assert 1 == len(await store.changes_since(tenant.id, 1))

    with_engine(database, use)
