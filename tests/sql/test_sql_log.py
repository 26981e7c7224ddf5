"""A log that was tampered with, or lost a part: named, never half believed, and nothing of it repeated."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, Table, update

from agentprov.errors import BrokenStore, Code, NotFound
from agentprov.model.ids import TenantId
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.repositories import AuditQuery
from agentprov.sql import Runner, SqlTenants, tables
from agentprov.testing.contracts.samples import AT, a_creation, a_renaming, a_tenant

NAME = "zk3-canary-9h2"


def three_versions(store: SqlTenants) -> Tenant:
    """A tenant with two entries in its log; the first version."""
    tenant = a_tenant()
    store.create(tenant, at=AT)
    store.commit(a_creation(store.commit(a_renaming(tenant, NAME), at=AT, key="k"), "ravi"), at=AT)
    return tenant


def tamper(engine: Engine, table: Table, **values: object) -> None:
    """Change columns of a table, in every row."""
    with engine.begin() as connection:
        connection.execute(update(table).values(values))


def corrupted(attempt: Callable[[], object]) -> str:
    """Where a store says that it is corrupted; nothing that was stored is in its words."""
    with pytest.raises(BrokenStore) as caught:
        attempt()
    assert ((Code.STORE_CORRUPTED,), None, None) == (
        caught.value.codes,
        caught.value.__cause__,
        caught.value.__context__,
    )
    assert NAME not in str(caught.value)
    return caught.value.problems[0].where


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("document", '{"agentprov":1,"tenant":"t-acme","base":1}'),
        ("document", "zk3-canary-9h2"),
        ("digest", "0" * 64),
        ("at", 0),
        ("actor", "u-mina"),
        ("request", "other"),
        ("reason", "other"),
    ],
)
def test_an_entry_that_was_changed_is_named(engine: Engine, column: str, value: object) -> None:
    """ST-5: whatever is changed of an entry, its digest tells, and the error names tenant and version."""
    store = SqlTenants(Runner(engine))
    tenant = three_versions(store)
    tamper(engine, tables.log, **{column: value})
    for attempt in (
        lambda: store.changes_since(tenant.id, 1),
        lambda: store.history(tenant.id, AuditQuery(about=(Kind.USERS, "u-asha"))),
        lambda: store.committed(tenant.id, "k"),
        lambda: store.fold(tenant.id, 2),
    ):
        assert "log.t-acme[2]" == corrupted(attempt)


@pytest.mark.parametrize("version", [2, 3])
def test_an_entry_that_is_missing_is_named(engine: Engine, version: int) -> None:
    """ST-2: a gap in the log is an error and never a shorter answer."""
    store = SqlTenants(Runner(engine))
    tenant = three_versions(store)
    with engine.begin() as connection:
        connection.execute(tables.log.delete().where(tables.log.c.version == version))
    assert f"log.t-acme[{version}]" == corrupted(lambda: store.changes_since(tenant.id, 1))
    assert f"log.t-acme[{version}]" == corrupted(lambda: store.fold(tenant.id, 3))


def test_a_damaged_log_keeps_nobody_from_committing(engine: Engine) -> None:
    """ST-3: whoever can't catch up from the log loads, and goes on."""
    store, behind = SqlTenants(Runner(engine)), SqlTenants(Runner(engine))
    tenant = a_tenant()
    store.create(tenant, at=AT)
    behind.load(tenant.id)
    after = store.commit(a_renaming(tenant, NAME), at=AT)
    tamper(engine, tables.log, digest="0")
    change = a_creation(after, "ravi")
    assert change.apply(after) == behind.commit(change, at=AT)


@pytest.mark.parametrize("document", ["zk3-canary-9h2", "{}", '{},{"name":"zk3-canary-9h2"}', "[1]", '{"login":7}', ""])
def test_an_object_that_cannot_be_read_is_named(engine: Engine, document: str) -> None:
    """ST-2: a damaged object is no tenant without it: loading names the tenant."""
    store = SqlTenants(Runner(engine), copies=0)
    tenant = three_versions(store)
    tamper(engine, tables.objects, document=document)
    assert "tenants.t-acme" == corrupted(lambda: store.load(tenant.id))


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (tables.objects, {"kind": tables.objects.c.kind + "x"}),
        (tables.tenants, {"head": "[]"}),
        (tables.tenants, {"head": '{"agentprov":1}'}),
        (tables.tenants, {"version": 0}),
    ],
    ids=str,
)
def test_a_head_or_a_kind_that_cannot_be_read_is_named(engine: Engine, table: Table, values: dict[str, object]) -> None:
    """ST-2: so is a damaged head, and an object of no kind."""
    store = SqlTenants(Runner(engine), copies=0)
    tenant = three_versions(store)
    tamper(engine, table, **values)
    assert "tenants.t-acme" == corrupted(lambda: store.load(tenant.id))


def test_a_founding_that_was_changed_is_named(engine: Engine) -> None:
    """ST-5: where the log begins is sealed too, and a tenant without a beginning is damaged."""
    store = SqlTenants(Runner(engine))
    tenant = three_versions(store)
    tamper(engine, tables.foundings, document=b"zk3")
    assert "foundings.t-acme" == corrupted(lambda: store.founding(tenant.id))
    with engine.begin() as connection:
        connection.execute(tables.foundings.delete())
    for attempt in (lambda: store.founding(tenant.id), lambda: store.changes_since(tenant.id, 1)):
        assert "foundings.t-acme" == corrupted(attempt)


@pytest.mark.parametrize("odd", ["a\x00b", "\ud800", "", "x" * 10_000, "t%", "ä"])
def test_what_nobody_could_have_stored_is_not_there(engine: Engine, odd: str) -> None:
    """ST-1: asking for an id, a key, an actor or an object that is none finds nothing, on every database alike."""
    store = SqlTenants(Runner(engine))
    tenant = three_versions(store)
    for attempt in (
        lambda: store.load(TenantId(odd)),
        lambda: store.changes_since(TenantId(odd), 1),
        lambda: store.fold(TenantId(odd), 1),
        lambda: store.founding(TenantId(odd)),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert store.committed(tenant.id, odd) is None
    assert () == store.history(tenant.id, AuditQuery(about=(Kind.USERS, odd)))
