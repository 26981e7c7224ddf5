"""The log of a tenant: entries written with what they led to, and read again whole or not at all (ST-5)."""

from __future__ import annotations

import hashlib
import json
import zlib
from typing import Any, Final

from sqlalchemy import Connection, Select, delete, insert, select, update

from agentprov.codec import decode, encode
from agentprov.codec.changes import decode_change
from agentprov.codec.rows import row_document, row_text
from agentprov.model.ids import TenantId, is_identifier
from agentprov.model.tenant import Tenant
from agentprov.repositories import AuditQuery, Committed, Founded
from agentprov.sql.rows import add_rows, can_be_asked, corrupted, instant_of, intact, micros, wanted
from agentprov.sql.tables import foundings, log, log_objects

_FAST: Final = 1
"""How hard a founding is compressed: JSON shrinks to a seventh at once, and hardly more for three times the time."""

# ---- entries --------------------------------------------------------------------------------------------------------


def add_entry(connection: Connection, entry: Committed, document: dict[str, Any]) -> None:
    """Write an entry of the log, whose change has this document."""
    text = row_text(document)
    row = {
        "tenant": entry.change.tenant,
        "version": entry.version,
        "document": text,
        "at": micros(entry.at),
        "actor": entry.change.actor,
        "key": entry.key,
        "request": entry.request,
        "reason": entry.reason,
    }
    row["digest"] = _digest(row)
    connection.execute(_ADD, row)
    about = [
        {"tenant": entry.change.tenant, "kind": edit.kind.value, "id": edit.id, "version": entry.version}
        for edit in entry.change.edits
    ]
    add_rows(connection, log_objects, about)


def entries_between(connection: Connection, tenant: TenantId, low: int, high: int) -> tuple[Committed, ...]:
    """What led from one version to another.

    Raises:
        BrokenStore: ``store.corrupted``; one of the entries isn't as it was written, or is missing.
    """
    if low >= high:
        return ()
    query = _SELECT.where(log.c.tenant == tenant, log.c.version > low, log.c.version <= high).order_by(log.c.version)
    found = _entries(connection, query)
    for expected, entry in zip(range(low + 1, high + 1), found, strict=False):
        if entry.version != expected:
            raise corrupted("log", tenant, expected)
    if len(found) != high - low:
        raise corrupted("log", tenant, low + len(found) + 1)
    return found


def entry_of_key(connection: Connection, tenant: TenantId, key: str) -> Committed | None:
    """What was committed with a key."""
    if not can_be_asked(key):
        return None
    found = _entries(connection, _SELECT.where(log.c.tenant == tenant, log.c.key == key))
    return found[0] if found else None


def entries_wanted(connection: Connection, tenant: TenantId, query: AuditQuery) -> tuple[Committed, ...]:
    """The entries that a query asks for, by version."""
    if query.actor is not None and not is_identifier(query.actor):
        return ()
    statement = _SELECT.where(log.c.tenant == tenant, *wanted(log, query))
    if query.about is not None:
        kind, id_ = query.about
        if not is_identifier(id_):
            return ()
        # The tenant is said of both tables: an engine that is distributed by it looks in one place.
        statement = statement.join(log_objects, log.c.version == log_objects.c.version).where(
            log_objects.c.tenant == tenant, log_objects.c.kind == kind.value, log_objects.c.id == id_
        )
    if query.newest:
        return _entries(connection, statement.order_by(log.c.version.desc()).limit(query.limit))[::-1]
    return _entries(connection, statement.order_by(log.c.version).limit(query.limit))


_ADD: Final = insert(log)
_SELECT: Final[Select[Any]] = select(log)


def _entries(connection: Connection, statement: Select[Any]) -> tuple[Committed, ...]:
    return tuple(map(_entry, connection.execute(statement).mappings()))


def _entry(row: Any) -> Committed:  # noqa: ANN401  a row
    """The entry that a row is.

    Raises:
        BrokenStore: ``store.corrupted``.
    """
    path = ("log", row["tenant"], row["version"])
    if row["digest"] != intact(lambda: _digest(row), *path):
        raise corrupted(*path)
    change = intact(lambda: decode_change(row_document(row["document"])), *path)
    return Committed(
        change=change,
        version=row["version"],
        at=instant_of(row["at"]),
        key=row["key"],
        request=row["request"],
        reason=row["reason"],
    )


_SEALED: Final = ("tenant", "version", "at", "actor", "key", "request", "reason")


def _digest(row: Any) -> str:  # noqa: ANN401  a row
    """The SHA-256 of an entry's row: of its document, and of everything else in it."""
    sealed = json.dumps([row[name] for name in _SEALED], separators=(",", ":"))
    return hashlib.sha256(f"{sealed}\n{row['document']}".encode()).hexdigest()


# ---- where the log begins -------------------------------------------------------------------------------------------


def begin_log(connection: Connection, founded: Founded) -> None:
    """Write where the log of a new tenant begins."""
    connection.execute(insert(foundings), _founding_row(founded))


def founding_of(connection: Connection, tenant: TenantId, *, lock: bool = False) -> Founded:
    """Where the log of a tenant begins. The lock keeps others from folding it.

    Raises:
        BrokenStore: ``store.corrupted``.
    """
    statement = select(foundings).where(foundings.c.tenant == tenant)
    row = connection.execute(statement.with_for_update() if lock else statement).mappings().one_or_none()
    path = ("foundings", tenant)
    if row is None or row["digest"] != intact(lambda: _founding_digest(row), *path):
        raise corrupted(*path)
    whole = intact(lambda: decode(row_document(zlib.decompress(row["document"]).decode())), *path)
    return Founded(tenant=whole, at=instant_of(row["at"]), reason=row["reason"])


def move_beginning(connection: Connection, founded: Founded) -> None:
    """Begin the log at a later version: what led to it is forgotten."""
    tenant, version = founded.tenant.id, founded.tenant.version
    connection.execute(update(foundings).where(foundings.c.tenant == tenant), _founding_row(founded))
    for table in (log, log_objects):
        connection.execute(delete(table).where(table.c.tenant == tenant, table.c.version <= version))


def _founding_row(founded: Founded) -> dict[str, Any]:
    row = {
        "tenant": founded.tenant.id,
        "version": founded.tenant.version,
        "document": _packed(founded.tenant),
        "at": micros(founded.at),
        "reason": founded.reason,
    }
    return {**row, "digest": _founding_digest(row)}


def _packed(tenant: Tenant) -> bytes:
    return zlib.compress(row_text(encode(tenant)).encode(), _FAST)


def _founding_digest(row: Any) -> str:  # noqa: ANN401  a row
    sealed = json.dumps([row[name] for name in ("tenant", "version", "at", "reason")], separators=(",", ":"))
    return hashlib.sha256(sealed.encode() + b"\n" + bytes(row["document"])).hexdigest()
