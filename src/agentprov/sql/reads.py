"""What is read of tenants, each as a function of a connection that sees one moment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select

from agentprov.codec.rows import decode_object, encode_head, row_document, tenant_of
from agentprov.errors import Code, NotFound
from agentprov.model.changes import Change, Edit
from agentprov.model.ids import TenantId, is_identifier
from agentprov.model.incremental import numbered
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.repositories import AuditQuery, Committed, Founded
from agentprov.sql.log import entries_between, entries_wanted, entry_of_key, founding_of
from agentprov.sql.rows import corrupted, intact
from agentprov.sql.tables import foundings, log_objects, objects, tenants


def tenant_ids(connection: Connection) -> tuple[TenantId, ...]:
    """The id of every tenant, by code points: the column compares bytes."""
    return tuple(map(TenantId, connection.execute(select(tenants.c.tenant).order_by(tenants.c.tenant)).scalars()))


def load(connection: Connection, tenant: TenantId, version: int | None = None) -> Tenant:
    """The tenant at its latest version. A transaction that has moved the guard already says which that was.

    Raises:
        NotFound: ``tenant.unknown``.
        BrokenStore: ``store.corrupted``.
    """
    found = row_of(connection, select(tenants.c.version, tenants.c.head), tenant)
    rows = connection.execute(_OBJECTS, {"tenant_": tenant}).all()
    return intact(lambda: _whole(version or found.version, found.head, rows), "tenants", tenant)


def latest(connection: Connection, tenant: TenantId, known: Tenant | None) -> Tenant:
    """The tenant at its latest version; of a copy of an older one only the objects that were written since are read.

    Raises:
        NotFound: ``tenant.unknown``.
        BrokenStore: ``store.corrupted``.
    """
    if known is None:
        return load(connection, tenant)
    begun = select(foundings.c.version).where(foundings.c.tenant == tenant).scalar_subquery().label("begun")
    found = row_of(connection, select(tenants.c.version, tenants.c.head, begun), tenant)
    if found.version == known.version:
        return known
    reached = isinstance(found.begun, int) and found.begun <= known.version < found.version
    if not reached or not intact(lambda: _same_head(known, found.head), "tenants", tenant):
        return load(connection, tenant)
    rows = connection.execute(_WRITTEN, {"tenant_": tenant, "known": known.version}).all()
    caught_up = intact(lambda: _edited(known, rows), "objects", tenant)
    return numbered(caught_up, found.version)


def changes_since(connection: Connection, tenant: TenantId, version: int) -> tuple[Committed, ...]:
    """What was committed after a version.

    Raises:
        NotFound: ``tenant.unknown``, ``version.unknown``.
        BrokenStore: ``store.corrupted``.
    """
    high = reach(connection, tenant, version)
    return entries_between(connection, tenant, version, high)


def committed(connection: Connection, tenant: TenantId, key: str) -> Committed | None:
    """What was committed with a key."""
    row_of(connection, select(tenants.c.version), tenant)
    return entry_of_key(connection, tenant, key)


def founding(connection: Connection, tenant: TenantId) -> Founded:
    """Where the log begins."""
    row_of(connection, select(tenants.c.version), tenant)
    return founding_of(connection, tenant)


def history(connection: Connection, tenant: TenantId, query: AuditQuery) -> tuple[Committed, ...]:
    """What was committed, as far as the query asks."""
    row_of(connection, select(tenants.c.version), tenant)
    return entries_wanted(connection, tenant, query)


def row_of(connection: Connection, columns: Any, tenant: TenantId) -> Any:  # noqa: ANN401  a query, a row
    """A tenant's row, of which the first column is its version.

    Raises:
        NotFound: ``tenant.unknown``.
        BrokenStore: ``store.corrupted``; the version is no number.
    """
    row = None
    if is_identifier(tenant):  # nothing else was ever stored, and not everything can be asked
        row = connection.execute(columns.where(tenants.c.tenant == tenant)).one_or_none()
    if row is None:
        raise NotFound.of(Code.TENANT_UNKNOWN, value=str(tenant))
    if not isinstance(row[0], int):
        raise corrupted("tenants", tenant)
    return row


def reach(connection: Connection, tenant: TenantId, version: int) -> int:
    """The latest version, where the log reaches from there back to this one."""
    begun = foundings.c.version.label("low")
    query = select(tenants.c.version.label("high"), begun)
    joined = query.outerjoin_from(tenants, foundings, (foundings.c.tenant == tenant) & (tenants.c.tenant == tenant))
    row = row_of(connection, joined, tenant)
    if not isinstance(row.low, int):
        raise corrupted("foundings", tenant)
    if not row.low <= version <= row.high:
        raise NotFound.of(Code.VERSION_UNKNOWN, value=version, low=row.low, high=row.high)
    return int(row.high)


_OBJECTS: Final = (
    select(objects.c.kind, objects.c.id, objects.c.document)
    .where(objects.c.tenant == bindparam("tenant_"))
    .order_by(objects.c.kind, objects.c.id)
)
"""In an order that is always the same: lists that people see are in that of the tenant's tables."""


_WRITTEN: Final = (
    select(log_objects.c.kind, log_objects.c.id, objects.c.document)
    .distinct()
    .outerjoin_from(
        log_objects,
        objects,
        (objects.c.tenant == bindparam("tenant_"))
        & (objects.c.kind == log_objects.c.kind)
        & (objects.c.id == log_objects.c.id),
    )
    .where(log_objects.c.tenant == bindparam("tenant_"), log_objects.c.version > bindparam("known"))
)
"""What was written after a version, as it is now; without a document where it is gone."""


def _same_head(known: Tenant, head: str) -> bool:
    """Whether a copy has the head that is stored, but for the version: what a tenant has beside its objects."""
    return {**encode_head(known), "version": None} == {**row_document(head), "version": None}


def _edited(known: Tenant, rows: Sequence[Any]) -> Tenant:
    """The tenant with these objects as they are now: all that was written, as one change."""
    documents = iter(row_document(f"[{','.join(row.document for row in rows if row.document is not None)}]"))
    edits = []
    for row in rows:
        kind, id_ = Kind(row.kind), row.id
        before = known.table(kind).get(id_)
        after = None if row.document is None else decode_object(kind, id_, next(documents))
        if before is not None or after is not None:
            edits.append(Edit(kind=kind, id=id_, before=before, after=after))
    return Change(tenant=known.id, base=known.version, edits=edits).apply(known)


def _whole(version: int, head: str, rows: Any) -> Tenant:  # noqa: ANN401  rows
    # One text is read faster than many; were a document damaged so as to be two, their number would tell.
    documents = row_document(f"[{','.join(row.document for row in rows)}]")
    parts = ((Kind(row.kind), row.id, document) for row, document in zip(rows, documents, strict=True))
    return tenant_of({**row_document(head), "version": version}, parts)
