"""Rows: how values become them, and the few statements that all repositories here are made of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final, TypeVar

from sqlalchemy import AdaptedConnection, ColumnElement, Connection, Insert, Table, and_, delete, insert, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from agentprov.errors import AgentprovError, BrokenStore, Code, path_text
from agentprov.repositories import AuditQuery

T = TypeVar("T")
Row = Mapping[str, Any]

BULK: Final = 1_000
"""From so many rows on PostgreSQL takes them by COPY, and deletes are made of so many keys each."""

# ---- values ---------------------------------------------------------------------------------------------------------

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def micros(instant: datetime) -> int:
    """An instant as microseconds since 1970: exact."""
    return (instant - _EPOCH) // _MICROSECOND


def instant_of(stored: int) -> datetime:
    """The instant that microseconds since 1970 are."""
    return _EPOCH + stored * _MICROSECOND


def can_be_asked(text: str) -> bool:
    """Whether every database can be asked for a text. What can't be asked for was never stored."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def intact(read: Callable[[], T], *path: object) -> T:
    """What is read of a row. ``path`` says which, where what stands there isn't what was written.

    Raises:
        BrokenStore: ``store.corrupted``; nothing of the content is in it.
    """
    try:
        return read()
    except (AgentprovError, ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError):
        pass
    raise corrupted(*path)


def corrupted(*path: object) -> BrokenStore:
    """The error of a row that isn't as it was written."""
    # SQLite keeps any value in any column, so even what names the row may be no text.
    parts = [part if isinstance(part, str | int) else "?" for part in path]
    return BrokenStore.of(Code.STORE_CORRUPTED, *parts, value=path_text(tuple(parts)))


# ---- statements -----------------------------------------------------------------------------------------------------


def wanted(table: Table, query: AuditQuery) -> Iterator[ColumnElement[bool]]:
    """What a query of the audit asks of a table of entries, apart from the object."""
    if query.actor is not None:
        yield table.c.actor == query.actor
    if query.since is not None:
        yield table.c.at >= micros(query.since)
    if query.until is not None:
        yield table.c.at < micros(query.until)


def new_row(connection: Connection, table: Table, row: Row) -> bool:
    """Insert a row unless there is one under its key; whether it was inserted."""
    return connection.execute(_insert_new(table, connection.dialect.name), row).rowcount > 0


def compare_and_set(
    connection: Connection, table: Table, key: Row, row: Row, *, expected: str | None, compared: str = "document"
) -> bool:
    """Put a row under its key in place of the one whose ``compared`` column is as expected; whether that was so.

    With nothing expected there must be none. ``row`` has the columns beside those of the key.
    """
    if expected is None:
        return new_row(connection, table, {**key, **row})
    where = [table.c[name] == value for name, value in key.items()]
    statement = update(table).where(*where, table.c[compared] == expected).values(**row)
    return connection.execute(statement).rowcount > 0


def put_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows, in place of those that are under their keys."""
    if not rows:
        return
    if connection.dialect.name == "postgresql" and len(rows) >= BULK:
        keys = [column.name for column in table.primary_key]
        drop_rows(connection, table, [tuple(row[name] for name in keys) for row in rows])
        _copy(connection, table, rows)
    else:
        connection.execute(_upsert(table, connection.dialect.name), _alone(rows))


def add_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows under new keys."""
    if not rows:
        return
    if connection.dialect.name == "postgresql" and len(rows) >= BULK:
        _copy(connection, table, rows)
    else:
        connection.execute(_insert(table), _alone(rows))


def _alone(rows: Sequence[Row]) -> Any:  # noqa: ANN401  what SQLAlchemy takes
    """The rows; one alone as itself, for drivers do several in another, slower way."""
    return rows if len(rows) > 1 else rows[0]


def drop_rows(connection: Connection, table: Table, keys: Collection[tuple[str, ...]]) -> None:
    """Delete the rows under these primary keys, all of one tenant."""
    columns = list(table.primary_key)
    for part in parts(keys):
        same = dict(zip(columns, part[0], strict=True))
        # What all keys have in common, the tenant above all, is said once, so that any engine looks in one place.
        fixed = [column for position, column in enumerate(columns) if len({key[position] for key in part}) == 1]
        rest = [position for position, column in enumerate(columns) if column not in fixed]
        where = [column == same[column] for column in fixed]
        if len(rest) == 1:
            where.append(columns[rest[0]].in_([key[rest[0]] for key in part]))
        elif rest:
            where.append(tuple_(*(columns[each] for each in rest)).in_([tuple(key[e] for e in rest) for key in part]))
        connection.execute(delete(table).where(and_(*where)))


def drop_of_users(connection: Connection, table: Table, tenant: str, users: Sequence[str]) -> None:
    """Delete every row of these users."""
    for part in parts(users):
        connection.execute(delete(table).where(table.c.tenant == tenant, table.c.user.in_(part)))


def parts(entries: Iterable[T]) -> Iterator[list[T]]:
    """The entries, as many at a time as a statement names."""
    listed = list(entries)
    return (listed[start : start + BULK] for start in range(0, len(listed), BULK))


@cache
def _insert(table: Table) -> Insert:
    return insert(table)


@cache
def _insert_new(table: Table, dialect: str) -> Insert:
    statement = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    return statement.on_conflict_do_nothing().execution_options(preserve_rowcount=True)


@cache
def _upsert(table: Table, dialect: str) -> Insert:
    keys = [column.name for column in table.primary_key]
    statement = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    changed = {column.name: statement.excluded[column.name] for column in table.c if column.name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)


def _copy(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """PostgreSQL's COPY, which takes rows several times as fast as statements."""
    quoted = connection.dialect.identifier_preparer
    columns = list(rows[0])
    names = ", ".join(quoted.quote(name) for name in columns)
    text = f"COPY {quoted.format_table(table)} ({names}) FROM STDIN"
    driver: Any = connection.connection.dbapi_connection
    if isinstance(driver, AdaptedConnection):
        driver.run_async(lambda raw: _copy_later(raw, text, columns, rows))
        return
    with driver.cursor() as cursor, cursor.copy(text) as copy:
        for row in rows:
            copy.write_row([row[name] for name in columns])


async def _copy_later(raw: Any, text: str, columns: list[str], rows: Sequence[Row]) -> None:  # noqa: ANN401  a driver's
    async with raw.cursor() as cursor, cursor.copy(text) as copy:
        for row in rows:
            await copy.write_row([row[name] for name in columns])
