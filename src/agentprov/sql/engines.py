"""Engines for stores: what is committed is on the disk, and nothing waits for ever (ST-2, ST-4)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import URL, AsyncAdaptedQueuePool, Connection, Engine, QueuePool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from agentprov.errors import BrokenStore, Code, InvalidValue, MissingExtra

if TYPE_CHECKING:  # asynchronous hosts alone need what this imports
    from sqlalchemy.ext.asyncio import AsyncEngine

READING: Final = "agentprov_reading"
"""The execution option of a connection that only reads."""
NOTIFYING: Final = "agentprov_notifying"
"""The execution option of an engine of which every commit tells who listens."""
CHANNEL: Final = "agentprov"
"""PostgreSQL's channel for notifications; the payload is the tenant's id."""

_SCHEME: Final = re.compile(r"([a-z0-9+]{1,40}):")

_SHORTEST: Final = 0.001
_LONGEST: Final = 86_400.0
"""Seconds that a time-out may have: a millisecond to a day."""

_DRIVERS: Final = {
    "sqlite": ("sqlite", "sqlite+aiosqlite"),
    "postgresql": ("postgresql+psycopg", "postgresql+psycopg"),
}
"""By the kind of database: the driver that answers at once, and the one with coroutines."""


def open_engine(
    url: str | URL,
    *,
    serializable: bool = False,
    notify: bool = False,
    lock_timeout: float = 5.0,
    statement_timeout: float = 60.0,
    **options: Any,  # noqa: ANN401  whatever SQLAlchemy takes
) -> Engine:
    """An engine for a store: ``sqlite:///path/to/file.db`` or ``postgresql://user@host/database``.

    The time-outs are in seconds. With ``notify`` every commit on PostgreSQL is told on the channel ``agentprov``. With
    ``serializable`` every transaction on PostgreSQL is, but for those that begin with a tenant's guard row: it does
    what that would, and whoever waited for it has to see what came meanwhile. Other options are those of SQLAlchemy's
    ``create_engine``.

    Raises:
        InvalidValue: ``store.address``; ``field.out_of_range``, for a time-out.
        MissingExtra: ``extra.missing``; the driver isn't installed.
    """
    address = address_of(url, asynchronous=False)
    chosen = _options(address, options, serializable=serializable, notify=notify)
    try:
        engine = create_engine(address, **chosen)
    except ImportError:
        raise _missing(address) from None
    _listen(engine, lock_timeout, statement_timeout, serializable=serializable)
    return engine


def open_async_engine(
    url: str | URL,
    *,
    serializable: bool = False,
    notify: bool = False,
    lock_timeout: float = 5.0,
    statement_timeout: float = 60.0,
    **options: Any,  # noqa: ANN401  whatever SQLAlchemy takes
) -> AsyncEngine:
    """As :func:`open_engine`, for coroutines; SQLite needs ``aiosqlite``.

    A database in memory is gone with its connection, and that with a task that is cancelled while it uses it: for tests
    alone.
    """
    address = address_of(url, asynchronous=True)
    chosen = _options(address, options, serializable=serializable, notify=notify)
    try:
        from sqlalchemy.ext.asyncio import create_async_engine

        engine = create_async_engine(address, **chosen)
    except ImportError:
        raise _missing(address) from None
    _listen(engine.sync_engine, lock_timeout, statement_timeout, serializable=serializable)
    return engine


def address_of(url: str | URL, *, asynchronous: bool) -> URL:
    """The address with the driver that serves it."""
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        address = None
    drivers = None if address is None else _DRIVERS.get(address.get_backend_name())
    if address is None or drivers is None:
        # No more of it is shown: there can be a password in it.
        scheme = _SCHEME.match(str(url)) if address is None else None
        shown = address.drivername if address is not None else scheme.group(1) if scheme else "..."
        expected = "`sqlite:///FILE` or `postgresql://USER@HOST/DATABASE`"
        raise InvalidValue.of(Code.STORE_ADDRESS, value=shown, expected=expected)
    return address.set(drivername=drivers[asynchronous])


def _missing(address: URL) -> MissingExtra:
    """The error of a driver that isn't installed."""
    on_postgres = address.get_backend_name() == "postgresql"
    extra, package = ("postgres", "psycopg") if on_postgres else ("sql-async", "aiosqlite")
    return MissingExtra.of(Code.EXTRA_MISSING, extra=extra, package=package)


def _options(address: URL, options: dict[str, Any], *, serializable: bool, notify: bool) -> dict[str, Any]:
    chosen: dict[str, Any] = {"hide_parameters": True, "execution_options": {NOTIFYING: notify}}
    if address.get_backend_name() == "postgresql":
        chosen["isolation_level"] = "SERIALIZABLE" if serializable else "READ COMMITTED"
        chosen["connect_args"] = {"client_encoding": "utf8"}
    elif address.database in {None, "", ":memory:"}:
        # A database in memory is its connection: everybody has the same one, one after the other.
        pool = AsyncAdaptedQueuePool if "aiosqlite" in address.drivername else QueuePool
        chosen |= {"poolclass": pool, "pool_size": 1, "max_overflow": 0}
        chosen["connect_args"] = {"check_same_thread": False}
    if "connect_args" in options:
        chosen["connect_args"] = chosen.get("connect_args", {}) | options["connect_args"]
    return chosen | {name: value for name, value in options.items() if name != "connect_args"}


def _listen(engine: Engine, lock_timeout: float, statement_timeout: float, *, serializable: bool) -> None:
    locks = _milliseconds("lock_timeout", lock_timeout)
    statements = _milliseconds("statement_timeout", statement_timeout)
    isolation = "serializable" if serializable else "read committed"
    settings = (str(locks), str(statements), str(statements), isolation)
    sqlite = engine.dialect.name == "sqlite"

    def set_up(connection: Any, _: object) -> None:  # noqa: ANN401  a driver's
        try:
            if sqlite:
                _set_up_sqlite(connection, locks)
            else:
                _set_up_postgresql(connection, settings)
        except BaseException:
            connection.close()  # nobody else knows of it yet
            raise

    event.listen(engine, "connect", set_up)
    if sqlite:
        event.listen(engine, "begin", _begin_sqlite)
        if not engine.dialect.is_async:
            event.listen(engine, "invalidate", _let_go)


def _milliseconds(name: str, seconds: float) -> int:
    """A time-out as databases have it. None would be one that never ends, and for PostgreSQL 0 is none."""
    if not _SHORTEST <= seconds <= _LONGEST:
        raise InvalidValue.of(Code.FIELD_OUT_OF_RANGE, name, value=str(seconds), low=str(_SHORTEST), high=str(_LONGEST))
    return round(seconds * 1000)


def _set_up_sqlite(connection: Any, locks: int) -> None:  # noqa: ANN401  a driver's
    # The driver would begin transactions by itself, and only before the first write.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {locks}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Whoever may write takes the lock first: so nothing that was read is out of date when it comes to writing."""
    reading = connection.get_execution_options().get(READING, False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _let_go(connection: Any, _record: object, _error: object) -> None:  # noqa: ANN401  a driver's
    """End the transaction of a connection that is thrown away, as after Ctrl-C.

    To close it isn't enough: it keeps its locks for as long as anybody has a cursor of it, such as a traceback.
    """
    connection.rollback()


# A statement that is its own transaction has the session's isolation, not what SQLAlchemy begins others with.
_SET_UP: Final = """
SELECT set_config('lock_timeout', %s, false), set_config('statement_timeout', %s, false),
    set_config('idle_in_transaction_session_timeout', %s, false),
    set_config('default_transaction_isolation', %s, false),
    current_setting('server_encoding'), current_setting('synchronous_commit')
"""


def _set_up_postgresql(connection: Any, settings: tuple[str, ...]) -> None:  # noqa: ANN401  a driver's
    cursor = connection.cursor()
    cursor.execute(_SET_UP, settings)
    *_, encoding, safe = cursor.fetchone()
    cursor.close()
    connection.commit()  # else the settings would go with the first transaction that is undone
    if encoding != "UTF8":
        raise BrokenStore.of(Code.STORE_ENCODING, value=encoding)
    if safe == "off":
        raise BrokenStore.of(
            Code.STORE_ASYNCHRONOUS_COMMIT, value="synchronous_commit = off", expected="synchronous_commit = on"
        )
