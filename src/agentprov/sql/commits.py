"""What is written of tenants, each as a function of a connection in whose transaction it happens (ST-2).

The row of a tenant in ``agentprov_tenants`` is its guard. A commit moves it from the version that the change was made
on to the next, and only where it stands at that version. From then on nobody else writes to the tenant until the
transaction ends; so whatever is decided on the tenant as it was at that version holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, bindparam, exists, func, select, update

from agentprov.codec.changes import encode_change
from agentprov.codec.rows import encode_head, encode_object, row_text
from agentprov.errors import BrokenStore, Code, Conflict, InvalidValue, Unavailable
from agentprov.model.changes import Change
from agentprov.model.ids import TenantId
from agentprov.model.references import Kind
from agentprov.model.settings import Settings
from agentprov.model.tenant import Tenant
from agentprov.model.users import User
from agentprov.repositories import Committed, Founded, Performed, conflict
from agentprov.repositories.conflicts import unique_values_of
from agentprov.repositories.performing import Asked, Command
from agentprov.repositories.presence import removed
from agentprov.sql.copies import Copies
from agentprov.sql.engines import CHANNEL, NOTIFYING
from agentprov.sql.log import add_entry, begin_log, entries_between, entry_of_key, founding_of, move_beginning
from agentprov.sql.presence import check_presence
from agentprov.sql.reads import load, reach, row_of
from agentprov.sql.rows import BULK, add_rows, drop_of_users, drop_rows, intact, new_row, put_rows
from agentprov.sql.tables import OF_USERS, log, objects, tenants, unique_values

MOST_VERSIONS: Final = 2**62
"""Whole numbers of databases end at 2**63."""


def create(connection: Connection, founded: Founded) -> None:
    """Store a new tenant.

    Raises:
        Conflict: ``tenant.exists``.
        InvalidValue: ``field.out_of_range``; no database counts as far as its version.
    """
    tenant = founded.tenant
    if tenant.version > MOST_VERSIONS:
        raise InvalidValue.of(
            Code.FIELD_OUT_OF_RANGE, "version", value=str(tenant.version), low=1, high=str(MOST_VERSIONS)
        )
    head = row_text(encode_head(tenant))
    if not new_row(connection, tenants, {"tenant": tenant.id, "version": tenant.version, "head": head}):
        raise Conflict.of(Code.TENANT_EXISTS, value=tenant.id)
    rows = [
        {"tenant": tenant.id, "kind": kind.value, "id": id_, "document": row_text(encode_object(kind, item))}
        for kind in Kind
        for id_, item in tenant.table(kind).items()
    ]
    add_rows(connection, objects, rows)
    add_rows(connection, unique_values, _unique_rows(tenant.id, _unique(tenant.users.values(), tenant.settings)))
    begin_log(connection, founded)


def commit(connection: Connection, entry: Committed, copies: Copies) -> Tenant | None:
    """Apply the change of an entry and write both. Nothing, where the guard didn't move: :func:`answer` says why.

    Raises:
        Conflict: ``conflict.changed``.
        InvalidValue: the tenant wouldn't be whole.
        Refused: ``user.logged_on_queue``.
    """
    change = entry.change
    if not _move_guard(connection, change, entry.key):
        return None
    before = _tenant_at(connection, change.tenant, change.base, copies)
    after = change.apply(before)
    document = encode_change(change)
    add_entry(connection, entry, document)
    _write_objects(connection, change, document)
    _write_unique(connection, change, before, after)
    if change.settings is not None or change.properties or change.limits:
        head = row_text(encode_head(after))
        connection.execute(update(tenants).where(tenants.c.tenant == change.tenant).values(head=head))
    check_presence(connection, change)
    if gone := removed(change):
        for table in OF_USERS:
            drop_of_users(connection, table, change.tenant, gone)
    return after


def answer(connection: Connection, entry: Committed, copies: Copies) -> Tenant:
    """The tenant as it is, where the key of an entry was seen before; else why it can't be committed.

    Asked in a transaction of its own, which locks nothing and sees one moment.

    Raises:
        NotFound: ``tenant.unknown``.
        Conflict: ``conflict.stale`` and what goes with it, ``idempotency_key.reused``.
    """
    change = entry.change
    found = row_of(connection, select(tenants.c.version), change.tenant)
    done = None if entry.key is None else entry_of_key(connection, change.tenant, entry.key)
    if done is not None and not done.answers(change, entry.request):
        raise Conflict.of(Code.IDEMPOTENCY_KEY_REUSED, "key", value=done.key or "")
    if done is None and found.version == change.base:
        raise Unavailable.of(Code.STORE_BUSY)  # it came to stand there only now
    current = _tenant_at(connection, change.tenant, found.version, copies)
    if done is None:
        raise conflict(change, current)
    return current


class Raised(Exception):
    """What a command raised: no failure of the store, be it an error of the same driver."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


def carry_out(connection: Connection, tenant: TenantId, command: Command, asked: Asked, copies: Copies) -> Performed:
    """Make a command on the latest version, which nobody can change meanwhile, and commit what it came to.

    Raises:
        NotFound: ``tenant.unknown``.
        Conflict: ``idempotency_key.reused``; ``conflict.stale``, where the command made its change on something else.
        Raised: what the command raises.
    """
    found = row_of(connection, select(tenants.c.version).with_for_update(), tenant)
    before = copies.keep(_tenant_at(connection, tenant, found.version, copies))
    if (done := entry_of_key(connection, tenant, asked.key)) is not None:
        if done.request != asked.request:
            raise Conflict.of(Code.IDEMPOTENCY_KEY_REUSED, "key", value=asked.key)
        return Performed(entry=done, tenant=before)
    try:
        change = command(before)
    except Exception as error:  # noqa: BLE001  it is raised again, past the store
        raise Raised(error) from None
    entry = asked.entry(change.without_secrets())
    if change.tenant != tenant or (after := commit(connection, entry, copies)) is None:
        raise conflict(change, before)
    return Performed(entry=entry, tenant=after, secrets=change.secrets)


def fold(connection: Connection, tenant: TenantId, version: int) -> None:
    """Begin the log at a version.

    Raises:
        NotFound: ``tenant.unknown``, ``version.unknown``.
    """
    row_of(connection, select(tenants.c.version), tenant)
    founded = founding_of(connection, tenant, lock=True)
    reach(connection, tenant, version)
    begun = founded.tenant.version
    for low in range(begun, version, BULK):  # a long log is never in memory as a whole
        entries = entries_between(connection, tenant, low, min(low + BULK, version))
        folded = intact(partial(_applied, founded.tenant, entries), "log", tenant)
        founded = Founded(tenant=folded, at=entries[-1].at, reason=founded.reason)
    if founded.tenant.version > begun:
        move_beginning(connection, founded)


# ---- the guard ------------------------------------------------------------------------------------------------------

_GUARD: Final = (
    update(tenants)
    .where(tenants.c.tenant == bindparam("tenant_"), tenants.c.version == bindparam("base"))
    .values(version=bindparam("next"))
)
_UNSEEN: Final = ~exists().where(log.c.tenant == bindparam("tenant_"), log.c.key == bindparam("key_"))
_KEYED_GUARD: Final = _GUARD.where(_UNSEEN)
_TELLING: Final = func.pg_notify(CHANNEL, bindparam("tenant_"))


def _move_guard(connection: Connection, change: Change, key: str | None) -> bool:
    """Move the guard to the next version, if it stands at the change's base and the key was never seen.

    Whoever listens is told with the same statement: it is heard once the transaction is committed.
    """
    if not 0 < change.base < MOST_VERSIONS:
        return False
    statement: Any = _GUARD if key is None else _KEYED_GUARD
    values = {"tenant_": change.tenant, "base": change.base, "next": change.base + 1}
    if key is not None:
        values["key_"] = key
    if connection.dialect.name == "postgresql" and connection.get_execution_options().get(NOTIFYING, False):
        return connection.execute(statement.returning(_TELLING), values).first() is not None
    return connection.execute(statement, values).rowcount > 0


def _tenant_at(connection: Connection, tenant: TenantId, version: int, copies: Copies) -> Tenant:
    """The tenant at the version that the database has it at, but for the guard that this transaction has moved."""
    known = copies.get(tenant)
    if known is not None and version - BULK <= known.version <= version:  # a long way is longer than loading
        try:
            return _applied(known, entries_between(connection, tenant, known.version, version))
        except (BrokenStore, Conflict):
            pass  # the log was folded meanwhile, or the database isn't the one that the copy is of
    return load(connection, tenant, version)


def _applied(tenant: Tenant, entries: Iterable[Committed]) -> Tenant:
    for entry in entries:
        tenant = entry.change.apply(tenant)
    return tenant


# ---- what a change writes -------------------------------------------------------------------------------------------


def _write_objects(connection: Connection, change: Change, document: dict[str, Any]) -> None:
    """Write what the edits of a change lead to, as its document says."""
    edits = document.get("edits", ())
    put_rows(
        connection,
        objects,
        [
            {"tenant": change.tenant, "kind": edit["kind"], "id": edit["id"], "document": row_text(edit["after"])}
            for edit in edits
            if "after" in edit
        ],
    )
    gone = [(change.tenant, edit["kind"], edit["id"]) for edit in edits if "after" not in edit]
    drop_rows(connection, objects, gone)


def _write_unique(connection: Connection, change: Change, before: Tenant, after: Tenant) -> None:
    """Write who has which unique value now: what nobody has any more goes first."""
    if before.settings.login_comparison is after.settings.login_comparison:
        edits = [edit for edit in change.edits if edit.kind is Kind.USERS]
        were = _unique([edit.before for edit in edits], before.settings)
        are = _unique([edit.after for edit in edits], after.settings)
    else:
        were = _unique(before.users.values(), before.settings)
        are = _unique(after.users.values(), after.settings)
    gone = [(change.tenant, *key) for key, holder in were.items() if are.get(key) != holder]
    drop_rows(connection, unique_values, gone)
    new = {key: holder for key, holder in are.items() if were.get(key) != holder}
    add_rows(connection, unique_values, _unique_rows(change.tenant, new))


Unique = dict[tuple[str, str], str]
"""Who has a value, by the name of its field and the value."""


def _unique(users: Iterable[object], settings: Settings) -> Unique:
    return {key: user.id for user in users if isinstance(user, User) for key in unique_values_of(user, settings)}


def _unique_rows(tenant: TenantId, unique: Unique) -> list[dict[str, str]]:
    return [
        {"tenant": tenant, "field": field, "value": value, "holder": holder}
        for (field, value), holder in unique.items()
    ]
