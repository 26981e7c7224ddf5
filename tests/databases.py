"""Stores on databases that tests may break, and whether what such a database keeps is whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, func, select

from agentprov.errors import AgentprovError
from agentprov.model.ids import TenantId
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.repositories import Committed, TenantReader
from agentprov.sql import SqlStore, open_engine, tables, upgrade

Sabotage = Callable[[Engine], None]
"""Takes something away that a store relies on, for controls."""


def spared(engine: Engine) -> None:
    """Nothing is taken away."""


@contextmanager
def opened(url: str, *, serializable: bool = False, sabotage: Sabotage = spared) -> Iterator[SqlStore]:
    """A store on a database that has its tables; its connections are closed at the end."""
    engine = open_engine(url, serializable=serializable)
    sabotage(engine)
    try:
        yield SqlStore(engine)
    finally:
        engine.dispose()


def prepared(url: str) -> str:
    """The same database, with its tables."""
    engine = open_engine(url)
    with engine.begin() as connection:
        upgrade(connection)
    engine.dispose()
    return url


def replayed(tenants: TenantReader, id_: TenantId) -> tuple[Tenant, tuple[Committed, ...]]:
    """What the log leads to from where it begins, and its entries."""
    tenant = tenants.founding(id_).tenant
    entries = tenants.changes_since(id_, tenant.version)
    for entry in entries:
        tenant = entry.change.apply(tenant)
    return tenant, entries


def halves(url: str, id_: TenantId) -> list[str]:
    """What of a tenant was stored by halves: rows, log and version that don't belong together."""
    try:
        with opened(url) as store:
            loaded = store.tenants.load(id_)
            tenant, entries = replayed(store.tenants, id_)
    except AgentprovError as error:
        return [f"unreadable: {error.problems}"]
    expected = Counter(
        {
            "agentprov_objects": sum(len(tenant.table(kind)) for kind in Kind),
            "agentprov_log": len(entries),
            "agentprov_log_objects": sum(len({(e.kind, e.id) for e in entry.change.edits}) for entry in entries),
            "agentprov_unique_values": sum(
                1 + (user.numeric_id is not None) + (user.calling.extension is not None)
                for user in tenant.users.values()
            ),
        }
    )
    found = _counts(url, id_)
    problems = [] if tenant == loaded else ["the log doesn't lead to the objects"]
    if loaded.version != tenant.version:
        problems.append(f"version {loaded.version}, by the log {tenant.version}")
    return problems + [
        f"{name}: {found[name]} rows, {expected[name]} wanted" for name in expected if found[name] != expected[name]
    ]


def versions_by_key(url: str, id_: TenantId) -> dict[str, list[int]]:
    """The versions that each idempotency key led to, as the rows of the log say."""
    engine = open_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(
            select(tables.log.c.key, tables.log.c.version).where(tables.log.c.tenant == id_)
        ).all()
    engine.dispose()
    found: dict[str, list[int]] = {}
    for key, version in rows:
        found.setdefault(str(key), []).append(version)
    return found


def _counts(url: str, id_: TenantId) -> Counter[str]:
    counted = (tables.objects, tables.log, tables.log_objects, tables.unique_values)
    engine = open_engine(url)
    with engine.connect() as connection:
        counts = {
            table.name: connection.execute(
                select(func.count()).select_from(table).where(table.c.tenant == id_)
            ).scalar_one()
            for table in counted
        }
    engine.dispose()
    return Counter(counts)
