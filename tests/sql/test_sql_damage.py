"""Rows that something else has written: whatever stands in a column, a store says no more than that it is damaged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from sqlite3 import IntegrityError
from typing import Any

import pytest
from sqlalchemy import Engine, Table

from agentprov.errors import AgentprovError, Code
from agentprov.model.effects import Offered, StickyAssigned
from agentprov.model.ids import DepartmentId, TenantId, UserId
from agentprov.model.references import Kind
from agentprov.model.sticky import StickyKey, StickyPlace
from agentprov.repositories import AgentPresence, AuditQuery, Noted
from agentprov.sql import Runner, SqlStore, SqlTenants, check, open_engine, tables, upgrade
from agentprov.testing.contracts.samples import AT, a_creation, a_renaming, a_tenant

TENANT, ASHA, SALES = TenantId("t-acme"), UserId("u-asha"), DepartmentId("d-1")
CALLER = StickyKey(caller="+919812345679", place=StickyPlace.NUMBER, id="n:1")  # type: ignore[arg-type]
OLD = a_tenant(TENANT)
VALUES = ("x'ff00'", "'zk3-canary'", "CAST(x'7a6b33ff' AS TEXT)", "9223372036854775807", "'[]'")
"""Bytes, text, text that is no UTF-8, the greatest number, and a document of another form."""


@contextmanager
def filled() -> Iterator[tuple[Engine, Any]]:
    """A database in memory with a row in every table that is read by more than its key, and its connection."""
    engine = open_engine("sqlite://")
    Runner(engine).write(upgrade)
    store = SqlStore(engine)
    store.tenants.create(OLD, at=AT, reason="the first")
    tenant = store.tenants.commit(a_renaming(OLD, "Asha"), at=AT, key="k-1", request="r-1", reason="a better name")
    store.tenants.commit(a_creation(tenant, "ben"), at=AT)
    store.presence.put_presence(TENANT, AgentPresence(user=ASHA, at=AT), expected=None)
    store.sticky.assign(TENANT, StickyAssigned(key=CALLER, user=ASHA, at=1, until=2_000_000_000))
    store.rotation.offer(TENANT, Offered(department=SALES, user=ASHA), expected=None)
    store.audit.note(TENANT, Noted(key="n-1", at=AT, action="sign-in", actor=ASHA, about=[(Kind.USERS, ASHA)]))
    with engine.connect() as connection:
        driver = connection.connection.dbapi_connection
    yield engine, driver
    engine.dispose()


def reads(engine: Engine) -> Iterator[Callable[[], object]]:
    """Every way to read what is stored."""
    store, about = SqlStore(engine), AuditQuery(about=(Kind.USERS, ASHA))
    yield lambda: Runner(engine).read(check)
    yield store.tenants.tenant_ids
    yield lambda: store.tenants.load(TENANT)
    yield lambda: SqlTenants(Runner(engine)).caught_up(OLD)
    yield lambda: store.tenants.changes_since(TENANT, 1)
    yield lambda: store.tenants.committed(TENANT, "k-1")
    yield lambda: store.tenants.founding(TENANT)
    yield lambda: store.tenants.history(TENANT, AuditQuery())
    yield lambda: store.tenants.history(TENANT, about)
    yield lambda: store.tenants.commit(a_renaming(OLD, "Asha"), at=AT, key="k-1", request="r-1")
    yield lambda: store.tenants.commit(a_renaming(OLD, "Asha B."), at=AT)
    yield lambda: store.presence.presence(TENANT, ASHA)
    yield lambda: store.presence.everybody(TENANT)
    yield lambda: store.rotation.rotation(TENANT)
    yield lambda: store.sticky.last_agents(TENANT, CALLER.caller, at=AT)
    yield lambda: store.audit.notes(TENANT, AuditQuery())
    yield lambda: store.audit.notes(TENANT, about)
    yield lambda: store.tenants.fold(TENANT, 2)


def refusal(read: Callable[[], object]) -> AgentprovError | None:
    """The library's error in place of an answer, if there is one; any other error is raised."""
    try:
        read()
    except AgentprovError as error:
        return error
    return None


@pytest.mark.parametrize("table", tables.metadata.sorted_tables, ids=lambda table: table.name)
def test_whatever_stands_in_a_column_is_answered_or_refused(table: Table) -> None:
    """ST-2: SQLite keeps any value anywhere; a store that reads one gives its own errors and nothing of the content."""
    with filled() as (engine, driver), filled() as (_, pristine):
        for column in table.c:
            for value in VALUES:
                pristine.backup(driver)
                with suppress(IntegrityError):  # a few it does refuse
                    driver.execute(f'UPDATE OR IGNORE {table.name} SET "{column.name}" = {value}')  # noqa: S608
                for read in reads(engine):
                    error = refusal(read)
                    assert error is None or Code.DOCUMENT_SYNTAX not in error.codes
                    assert column.primary_key or "canary" not in str(error)
