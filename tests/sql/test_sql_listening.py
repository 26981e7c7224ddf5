"""Hearing of changes, from PostgreSQL."""

from __future__ import annotations

import asyncio
from threading import Event

import pytest

from agentprov.errors import Code, InvalidValue, Unavailable
from agentprov.model.tenant import Tenant
from agentprov.replicas import AsyncReplicas, Follower, Replicas, follow
from agentprov.sql import open_async_store, open_store
from agentprov.sql.listening import AsyncListening, Listening
from agentprov.testing.contracts.samples import AT, a_creation, a_tenant
from tests.servers import Server

PATIENCE = 20.0


@pytest.fixture
def url(postgres: Server, on_postgres: str) -> str:
    """The address of a database with tables."""
    return postgres.url(on_postgres)


def test_what_is_committed_is_heard(url: str) -> None:
    """ST-3: the tenant's id, once the commit is done; of a commit that fails nothing; nothing before it listened."""
    with open_store(url, notify=True) as store, Listening(url) as listening:
        tenant = a_tenant()
        store.tenants.create(tenant, at=AT)
        latest = store.tenants.commit(a_creation(tenant, "tom"), at=AT)
        assert frozenset() == listening.wait(0)
        latest = store.tenants.commit(a_creation(latest, "ravi"), at=AT)
        assert {"t-acme"} == listening.wait(PATIENCE)
        with pytest.raises(InvalidValue):
            store.tenants.commit(a_creation(latest, "asha", id_="u-double"), at=AT)
        assert frozenset() == listening.wait(0.1)


def test_a_store_that_is_not_asked_to_tell_tells_nothing(url: str) -> None:
    """ST-3: without ``notify`` a commit is as cheap as it can be."""
    with open_store(url) as store, Listening(url) as listening:
        store.tenants.create(a_tenant(), at=AT)
        assert frozenset() == listening.wait(0)
        store.tenants.commit(a_creation(a_tenant(), "ravi"), at=AT)
        assert frozenset() == listening.wait(0.1)


def test_a_lost_connection_is_told_once_and_made_again(postgres: Server, on_postgres: str, url: str) -> None:
    """ST-3: the follower catches up with everything then, and hears on."""
    with open_store(url, notify=True) as store, Listening(url) as listening:
        store.tenants.create(a_tenant(), at=AT)
        listening.wait(0)
        postgres.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"  # noqa: S608  a name of our own
            f" WHERE datname = '{on_postgres}' AND query LIKE 'LISTEN%'"
        )
        with pytest.raises(Unavailable) as caught:
            listening.wait(PATIENCE)
        assert (Code.STORE_UNAVAILABLE,) == caught.value.codes
        assert frozenset() == listening.wait(0)
        store.tenants.commit(a_creation(a_tenant(), "ravi"), at=AT)
        assert {"t-acme"} == listening.wait(PATIENCE)


@pytest.mark.parametrize("address", ["sqlite://", "mysql://host/db", "nonsense"])
def test_only_postgresql_tells(address: str) -> None:
    """ST-3: elsewhere a follower asks now and then."""
    for kind in (Listening, AsyncListening):
        with pytest.raises(InvalidValue) as caught:
            kind(address)
        assert (Code.STORE_ADDRESS,) == caught.value.codes


def test_a_follower_hears_of_a_commit_elsewhere(url: str) -> None:
    """ST-3: long before it would ask by itself."""
    seen = Event()

    class Seeing(Replicas):
        def catch_up(self, *ids: str) -> None:
            super().catch_up(*ids)
            if (held := self.held("t-acme")) is not None and held.version == 2:
                seen.set()

    with open_store(url, notify=True) as here, open_store(url) as there, Listening(url) as listening:
        here.tenants.create(a_tenant(), at=AT)
        replicas = Seeing(there.tenants)
        known = replicas.get("t-acme")
        with Follower(replicas, every=3600, wake=listening):
            here.tenants.commit(a_creation(known, "ravi"), at=AT)
            assert seen.wait(PATIENCE)


def test_a_coroutine_hears_of_it_too(url: str) -> None:
    """ST-3: the same on asyncio, and again after the connection was lost."""

    async def scene() -> Tenant:
        async with open_async_store(url, notify=True) as store, AsyncListening(url) as listening:
            await store.tenants.create(a_tenant(), at=AT)
            replicas = AsyncReplicas(store.tenants)
            known = await replicas.get("t-acme")
            following = asyncio.create_task(follow(replicas, every=3600, wake=listening))
            await asyncio.sleep(0)
            async with open_async_store(url, notify=True) as other:
                latest = await other.tenants.commit(a_creation(known, "ravi"), at=AT)
            async with asyncio.timeout(PATIENCE):
                while (await replicas.get("t-acme")).version < latest.version:  # noqa: ASYNC110  there is no event
                    await asyncio.sleep(0.01)
            following.cancel()
            return await replicas.get("t-acme")

    assert 2 == asyncio.run(scene()).version
