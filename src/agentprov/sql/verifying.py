"""Is everything as it was written? For an operator, after a restore or a repair by hand: :func:`verify` (ST-4, ST-5).

It believes nothing: what is stored twice, in columns for looking things up and in documents, must agree, and what the
log leads to must be what is stored. Nothing of any content is in what it finds, only where it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, Engine, Index, Table, UniqueConstraint, inspect, select

from agentprov.codec.rows import decode_object, encode_head, row_document
from agentprov.errors import AgentprovError, BrokenStore, Code, Problem, path_text
from agentprov.model.api_tokens import ApiToken
from agentprov.model.ids import TenantId
from agentprov.model.one_time_codes import CodeRecord
from agentprov.model.references import Kind
from agentprov.model.stored_passwords import StoredPassword
from agentprov.model.tenant import Tenant
from agentprov.repositories import AgentPresence, Committed
from agentprov.repositories.conflicts import unique_values_of
from agentprov.sql import steps, tables
from agentprov.sql.audit import noted_of
from agentprov.sql.log import entries_between, founding_of
from agentprov.sql.reads import load
from agentprov.sql.records import record_of
from agentprov.sql.rows import intact
from agentprov.sql.running import Runner

_TOGETHER: Final = 500
"""How many entries of a log are read at a time."""


def verify(engine: Engine) -> tuple[Problem, ...]:
    """Everything that is wrong with a store; nothing, if it is whole. The path says which row it is about.

    Each tenant is looked at as it is at one moment, so others may go on writing. Nothing is changed.

    Raises:
        Unavailable: nothing is known.
    """
    run = Runner(engine)
    found: list[Problem] = []
    with _noted(found):
        found += run.read(_table_faults)
        if not found:
            for id_ in run.read(_tenants_anywhere):
                with _noted(found):
                    found += run.read(_tenant_faults, id_)
    return tuple(found)


# ---- the tables -----------------------------------------------------------------------------------------------------


def _table_faults(connection: Connection) -> list[Problem]:
    found: list[Problem] = []
    with _noted(found):
        steps.check(connection)
    if found:
        return found
    if connection.dialect.name == "sqlite":
        said = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
        if said != "ok":
            found.append(_problem(Code.STORE_CORRUPTED, "integrity_check"))
    there = inspect(connection)
    for table in tables.metadata.sorted_tables:
        if not there.has_table(table.name):
            found.append(_problem(Code.STORE_TABLE_WRONG, table.name))
            continue
        columns = {each["name"]: bool(each["nullable"]) for each in there.get_columns(table.name)}
        right = {each.name: bool(each.nullable) for each in table.c}
        found += [_problem(Code.STORE_TABLE_WRONG, table.name, name) for name in _unlike(columns, right)]
        if list(there.get_pk_constraint(table.name)["constrained_columns"]) != [
            each.name for each in table.primary_key
        ]:
            found.append(_problem(Code.STORE_TABLE_WRONG, table.name, "primary key"))
        named: dict[str | None, object] = {each["name"]: each["column_names"] for each in there.get_indexes(table.name)}
        named |= {each["name"]: each["column_names"] for each in there.get_unique_constraints(table.name)}
        uniques = (each for each in table.constraints if isinstance(each, UniqueConstraint))
        wanted: list[Index | UniqueConstraint] = [*table.indexes, *uniques]
        for index in wanted:
            name = str(index.name)
            if named.get(name) != [each.name for each in index.columns]:
                found.append(_problem(Code.STORE_TABLE_WRONG, table.name, name))
    return found


def _tenants_anywhere(connection: Connection) -> list[TenantId]:
    """Every id of a tenant that any row has."""
    ids = {id_ for table in _OF_TENANTS for id_ in connection.execute(select(table.c.tenant).distinct()).scalars()}
    return sorted(ids, key=repr)


_OF_TENANTS: Final = tuple(table for table in tables.metadata.sorted_tables if table is not tables.schema)
_WITHOUT_TENANT: Final = frozenset({tables.notes, tables.note_objects})
"""Notes may be about a tenant that isn't there: a refusal to everybody who asks for it."""

# ---- a tenant -------------------------------------------------------------------------------------------------------


def _tenant_faults(connection: Connection, id_: TenantId) -> list[Problem]:
    # SQLite keeps a number where a text belongs, if somebody puts it there.
    return intact(partial(_faults, connection, id_), "tenants", str(id_))


def _faults(connection: Connection, id_: TenantId) -> list[Problem]:
    rows = {table: _rows(connection, table, id_) for table in _OF_TENANTS if table is not tables.log}
    found = list(_note_faults(id_, rows))
    if not rows[tables.tenants]:
        places = (*rows.items(), (tables.log, _rows(connection, tables.log, id_)))
        left = [table for table, each in places if each and table not in _WITHOUT_TENANT]
        return found + [_problem(Code.STORE_ROW_ORPHANED, _called(table), id_) for table in left]
    for row in rows[tables.objects]:
        with _noted(found):
            intact(partial(_decoded, row), *_place(tables.objects, row))
    tenant = None
    if not found:
        with _noted(found):
            tenant = load(connection, id_)
    log = _Log(connection, id_, rows[tables.tenants][0].version)
    found += log.found
    found += _record_faults(rows)
    if log.whole:
        found += _about_faults(id_, log.entries, rows[tables.log_objects])
    if tenant is not None:
        found += _unique_faults(tenant, rows[tables.unique_values])
        if log.result is not None:
            found += _diverged(log.result, tenant)
    return found


def _rows(connection: Connection, table: Table, id_: TenantId) -> list[Any]:
    return list(connection.execute(select(table).where(table.c.tenant == id_).order_by(*table.primary_key)))


def _decoded(row: Any) -> object:  # noqa: ANN401  a row
    return decode_object(Kind(row.kind), row.id, row_document(row.document))


def _diverged(led_to: Tenant, stored: Tenant) -> Iterator[Problem]:
    """Where what the log leads to isn't what is stored."""
    if encode_head(led_to) != encode_head(stored):
        yield _problem(Code.STORE_LOG_DIVERGED, "tenants", stored.id)
    for kind in Kind:
        one, other = led_to.table(kind), stored.table(kind)
        if one != other:
            for id_ in sorted({*one, *other}):
                if one.get(id_) != other.get(id_):
                    yield _problem(Code.STORE_LOG_DIVERGED, "objects", stored.id, kind.value, id_)


def _unique_faults(tenant: Tenant, rows: Iterable[Any]) -> Iterator[Problem]:
    right = {key: user.id for user in tenant.users.values() for key in unique_values_of(user, tenant.settings)}
    there = {(row.field, row.value): row.holder for row in rows}
    for key in _unlike(there, right):
        # A login is content; the user who has it, or should, says where to look.
        holder = right.get(key) or there[key]
        yield _problem(Code.STORE_LOOKUP_WRONG, "unique_values", tenant.id, key[0], holder)


# ---- the log --------------------------------------------------------------------------------------------------------


class _Log:
    """The log of a tenant as far as it can be read: its entries, what they lead to, and what is wrong with it."""

    def __init__(self, connection: Connection, id_: TenantId, latest: int) -> None:
        self.found: list[Problem] = []
        self.entries: list[Committed] = []
        self.result: Tenant | None = None
        self._connection, self._id = connection, id_
        with _noted(self.found):
            founded = founding_of(connection, id_)
            if founded.tenant.id != id_:
                raise BrokenStore.of(Code.STORE_CORRUPTED, "foundings", id_, value=path_text(("foundings", id_)))
            self._read(founded.tenant, latest)
        self.whole = not self.found

    def _read(self, founded: Tenant, latest: int) -> None:
        query = select(tables.log.c.version).where(tables.log.c.tenant == self._id).order_by(tables.log.c.version)
        there = set(self._connection.execute(query).scalars())
        wanted = range(founded.version + 1, latest + 1)
        for version in sorted(there.symmetric_difference(wanted)):
            code = Code.STORE_LOG_GAP if version in wanted else Code.STORE_ROW_ORPHANED
            self.found.append(_problem(code, "log", self._id, version))
        if latest < founded.version:
            self.found.append(_problem(Code.STORE_LOG_DIVERGED, "tenants", self._id))
        for low in range(founded.version, latest, _TOGETHER):
            self._entries(low, min(low + _TOGETHER, latest), there)
        if not self.found:
            self._replay(founded)

    def _entries(self, low: int, high: int, there: set[int]) -> None:
        """The entries of these versions; one by one where they can't all be read."""
        try:
            entries = entries_between(self._connection, self._id, low, high)
        except BrokenStore:
            entries = ()
            for version in range(low + 1, high + 1):
                if version in there:
                    with _noted(self.found):
                        entries += entries_between(self._connection, self._id, version - 1, version)
        for entry in entries:
            change = entry.change
            if (change.tenant, change.base) != (self._id, entry.version - 1):
                self.found.append(_problem(Code.STORE_CORRUPTED, "log", self._id, entry.version))
        self.entries += entries

    def _replay(self, founded: Tenant) -> None:
        for entry in self.entries:
            try:
                founded = entry.change.apply(founded)
            except AgentprovError:
                self.found.append(_problem(Code.STORE_LOG_DIVERGED, "log", self._id, entry.version))
                return
        self.result = founded


def _about_faults(id_: TenantId, entries: Iterable[Committed], rows: Iterable[Any]) -> Iterator[Problem]:
    right = {(each.kind.value, each.id, entry.version) for entry in entries for each in entry.change.edits}
    there = {(row.kind, row.id, row.version) for row in rows}
    for kind, about, version in sorted(right.symmetric_difference(there)):
        yield _problem(Code.STORE_LOOKUP_WRONG, "log_objects", id_, kind, about, version)


# ---- what belongs to users ------------------------------------------------------------------------------------------


def _record_faults(rows: Mapping[Table, Iterable[Any]]) -> Iterator[Problem]:
    users = {row.id for row in rows[tables.objects] if row.kind == Kind.USERS.value}
    for table in tables.OF_USERS:
        for row in rows[table]:
            if row.user not in users:
                yield _at(Code.STORE_ROW_ORPHANED, table, row)
    for table, (kind, columns) in _RECORDS.items():
        for row in rows[table]:
            found: list[Problem] = []
            with _noted(found):
                record = record_of(kind, row.document, *_place(table, row))
                right = columns(record)
                if any(getattr(row, name) != value for name, value in right.items()):
                    found.append(_at(Code.STORE_LOOKUP_WRONG, table, row))
            yield from found


def _codes_columns(record: CodeRecord) -> dict[str, object]:
    return {"tenant": record.key.tenant, "user": record.key.user, "purpose": record.key.purpose.value}


_RECORDS: Final[dict[Table, tuple[type[Any], Callable[[Any], dict[str, object]]]]] = {
    tables.passwords: (StoredPassword, lambda _: {}),
    tables.codes: (CodeRecord, _codes_columns),
    tables.tokens: (ApiToken, lambda each: {"tenant": each.tenant, "user": each.user, "digest": each.digest}),
    tables.presence: (AgentPresence, lambda each: {"user": each.user, "queues": len(each.queues)}),
}
"""How the rows of each table are read, and what their columns must be."""


def _note_faults(tenant: TenantId, rows: Mapping[Table, Iterable[Any]]) -> Iterator[Problem]:
    """What is wrong with the notes of a tenant, and with where they are looked up."""
    right: set[tuple[object, ...]] = set()
    broken: list[Problem] = []
    keys = set()
    for row in rows[tables.notes]:
        with _noted(broken):
            noted = intact(partial(noted_of, row), *_place(tables.notes, row))
            keys.add(row.key)
            right |= {(kind.value, about, row.at, row.key) for kind, about in noted.about}
    yield from broken
    there = {(row.kind, row.id, row.at, row.key) for row in rows[tables.note_objects]}
    for key in sorted(right.symmetric_difference(there), key=repr):
        # Of a note that can't be read it isn't known what it is about.
        if key[-1] in keys or not broken:
            yield _problem(Code.STORE_LOOKUP_WRONG, "note_objects", tenant, *map(str, key))


# ---- what is found --------------------------------------------------------------------------------------------------


@contextmanager
def _noted(found: list[Problem]) -> Iterator[None]:
    """Note what is found to be broken, and go on."""
    try:
        yield
    except BrokenStore as error:
        found += error.problems


def _unlike(there: Mapping[Any, object], right: Mapping[Any, object]) -> list[Any]:
    """The keys of which the two don't say the same."""
    return sorted(key for key in {*there, *right} if key not in there or there[key] != right.get(key))


def _problem(code: Code, *path: str | int) -> Problem:
    return Problem(code=code, path=path, parameters={"value": path_text(path)})


def _place(table: Table, row: Any) -> tuple[str, ...]:  # noqa: ANN401  a row
    """Where a row stands: its table and primary key. Of a token's digest as much as its id shows."""
    key = ((column.name, str(getattr(row, column.name))) for column in table.primary_key)
    return (
        table.name.removeprefix("agentprov_"),
        *(f"tok-{text[:16]}" if name == "digest" else text for name, text in key),
    )


def _called(table: Table) -> str:
    return table.name.removeprefix("agentprov_")


def _at(code: Code, table: Table, row: Any) -> Problem:  # noqa: ANN401  a row
    return _problem(code, *_place(table, row))
