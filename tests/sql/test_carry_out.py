"""Commands that are made where they are committed: others queue, and the answers are those of any store."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import Any

import attrs
import psycopg
import pytest
from sqlalchemy import Engine

from agentprov.errors import Code, Conflict, InvalidValue, NotFound, Refused
from agentprov.model.changes import Change
from agentprov.model.ids import TenantId
from agentprov.model.tenant import Tenant
from agentprov.repositories import AuditQuery, Performed, perform, perform_async
from agentprov.sql import AsyncSqlStore, SqlStore, open_async_engine
from agentprov.testing.contracts.samples import AT, a_creation, a_renaming, a_tenant
from tests.databases import prepared
from tests.deep.writers import run
from tests.servers import Server, asynchronous

ACME = TenantId("t-acme")


def create_ravi(tenant: Tenant) -> Change:
    """The change that creates Ravi, with something that is shown once."""
    return a_creation(tenant, "ravi", secret="purple otter climbs")


@pytest.fixture
def store(engine: Engine) -> SqlStore:
    """A store with the small tenant."""
    made = SqlStore(engine)
    made.tenants.create(a_tenant(), at=AT)
    return made


def do(store: SqlStore, command: Any = create_ravi, *, key: str = "k-1", **given: Any) -> Performed:
    """Do a command."""
    return perform(store.tenants, ACME, command, at=AT, key=key, **given)


def test_a_command_is_done_once_and_shows_its_secrets_once(store: SqlStore) -> None:
    """ST-2, CR-2: sent again with its key it gives an equal answer, without what is shown once."""
    first = do(store, request={"login": "ravi"}, reason="she asked")
    do(store, lambda tenant: a_renaming(tenant, "Asha Rao"), key="k-2")
    again = do(store, request={"login": "ravi"})
    assert first == again
    assert first.entry == store.tenants.committed(ACME, "k-1")
    assert (2, 3) == (first.tenant.version, again.tenant.version)
    assert (["password"], []) == (list(first.secrets), list(again.secrets))


def test_it_is_made_on_the_latest_version(store: SqlStore, engine: Engine) -> None:
    """ST-2: whatever the process has at hand."""
    store.tenants.load(ACME)
    other = SqlStore(engine).tenants
    other.commit(a_creation(a_tenant(), "tom"), at=AT)
    done = do(store)
    assert {"u-asha", "u-tom", "u-ravi"} == set(done.tenant.users)
    assert done.tenant == other.load(ACME)


def _for_another(tenant: Tenant) -> Change:
    return create_ravi(attrs.evolve(tenant, id=TenantId("t-other")))


def _on_another_version(tenant: Tenant) -> Change:
    return create_ravi(attrs.evolve(tenant, version=tenant.version + 1))


@pytest.mark.parametrize("command", [_for_another, _on_another_version])
def test_a_change_of_something_else_is_a_conflict(store: SqlStore, command: Any) -> None:
    """ST-2: what was made for another tenant or version isn't stored."""
    store.tenants.create(a_tenant("t-other"), at=AT)
    with pytest.raises(Conflict) as caught:
        do(store, command)
    assert (Code.CONFLICT_STALE,) == caught.value.codes
    assert [1, 1] == [store.tenants.load(TenantId(id_)).version for id_ in ("t-acme", "t-other")]


def test_a_key_belongs_to_one_request_and_is_in_order(store: SqlStore) -> None:
    """ST-2: nothing is stored under a key that came with another request, or that is none."""
    do(store, request="one")
    with pytest.raises(Conflict) as reused:
        do(store, request="two")
    assert (Code.IDEMPOTENCY_KEY_REUSED,) == reused.value.codes
    with pytest.raises(InvalidValue) as invalid:
        do(store, key="no key")
    assert (Code.IDEMPOTENCY_KEY_INVALID,) == invalid.value.codes
    with pytest.raises(NotFound) as unknown:
        perform(store.tenants, TenantId("t-none"), create_ravi, at=AT, key="k-1")
    assert (Code.TENANT_UNKNOWN,) == unknown.value.codes
    assert 2 == store.tenants.load(ACME).version


def test_a_refusal_is_noted(store: SqlStore) -> None:
    """ST-5: once, and nothing else is stored."""

    def refuse(tenant: Tenant) -> Change:
        raise Refused.of(Code.PERMISSION_NOT_GRANTED, permission="user:edit", value=tenant.id)

    for _ in range(2):
        with pytest.raises(Refused):
            do(store, refuse, audit=store.audit)
    assert ["k-1"] == [noted.key for noted in store.audit.notes(ACME, AuditQuery())]
    assert 1 == store.tenants.load(ACME).version


@pytest.mark.parametrize("error", [sqlite3.IntegrityError("own"), psycopg.errors.SerializationFailure(), KeyError(1)])
def test_what_a_command_raises_is_its_own(store: SqlStore, error: Exception) -> None:
    """ST-1: an error of the host's own database is no failure of the store: it comes through, and nothing is stored."""
    made: list[Tenant] = []

    def failing(tenant: Tenant) -> Change:
        made.append(tenant)
        raise error

    with pytest.raises(type(error)) as caught:
        do(store, failing)
    assert (error, [a_tenant()]) == (caught.value, made)
    assert store.tenants.committed(ACME, "k-1") is None
    assert 2 == do(store).tenant.version


def test_coroutines_carry_out_too(database: str) -> None:
    """ST-1, ST-2: of one command that many coroutines send with one key one is done, and all get its answer."""

    async def race() -> list[Performed]:
        engine = open_async_engine(asynchronous(database))
        store = AsyncSqlStore(engine)
        await store.tenants.create(a_tenant(), at=AT)
        sent = [perform_async(store.tenants, ACME, create_ravi, at=AT, key="k-1") for _ in range(4)]
        answers = list(await asyncio.gather(*sent))
        await engine.dispose()
        return answers

    first, *others = asyncio.run(race()) if prepared(database) else []
    assert [first] * 3 == others
    assert 1 == sum(bool(answer.secrets) for answer in (first, *others))


@pytest.mark.parametrize("serializable", [False, True])
def test_many_processes_that_change_one_tenant_queue(postgres: Server, serializable: bool) -> None:
    """ST-2: nobody gives up, nobody makes a command twice, and the outcome is that of some order. `make writers`."""
    database = postgres.new_database()
    outcome = run(prepared(postgres.url(database)), writers=8, commands=8, serializable=serializable)
    postgres.drop_database(database)
    assert outcome.fine, outcome
    assert (64, 0) == (outcome.commands, outcome.again_most)
