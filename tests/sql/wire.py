"""The line between a store and its database, which fails at the n-th thing that is said on it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from enum import Enum
from typing import Any, Final

import psycopg
from sqlalchemy import Engine


class Fault(Enum):
    """What happens, beside which the database may have done what it was told, or not."""

    TIMED_OUT = "timed out"
    LOST_BEFORE = "lost before it was sent"
    LOST_AFTER = "lost after it was done"
    FULL = "disk full"
    OVERTAKEN = "serialization failure"
    NO_MEMORY = "no memory"
    INTERRUPTED = "interrupted"
    INTERRUPTED_AFTER = "interrupted after it was done"


_DONE: Final = {Fault.LOST_AFTER, Fault.INTERRUPTED_AFTER}
_LOST: Final = {Fault.LOST_BEFORE, Fault.LOST_AFTER}
_OWN: Final[dict[Fault, type[BaseException]]] = {
    Fault.NO_MEMORY: MemoryError,
    Fault.INTERRUPTED: KeyboardInterrupt,
    Fault.INTERRUPTED_AFTER: KeyboardInterrupt,
}
_POSTGRES: Final[dict[Fault, type[psycopg.Error]]] = {
    Fault.TIMED_OUT: psycopg.errors.QueryCanceled,
    Fault.FULL: psycopg.errors.DiskFull,
    Fault.OVERTAKEN: psycopg.errors.SerializationFailure,
}
_SQLITE: Final = {
    Fault.TIMED_OUT: "SQLITE_INTERRUPT",
    Fault.LOST_BEFORE: "SQLITE_IOERR_WRITE",
    Fault.LOST_AFTER: "SQLITE_IOERR_FSYNC",
    Fault.FULL: "SQLITE_FULL",
    Fault.OVERTAKEN: "SQLITE_BUSY",
}


class Wire:
    """Counts what an engine says to its database, statements and commits, and fails once where it is told to."""

    def __init__(self, engine: Engine) -> None:
        self.said = 0
        self._at = 0
        self._fault = Fault.TIMED_OUT
        dialect: Any = engine.dialect
        self._sqlite = dialect.name == "sqlite"
        for name in ("do_execute", "do_executemany", "do_execute_no_params"):
            setattr(dialect, name, self._wrapped(getattr(dialect, name), lambda cursor: cursor.connection))
        dialect.do_commit = self._wrapped(dialect.do_commit, lambda connection: connection)

    def arm(self, nth: int, fault: Fault) -> None:
        """Fail at the ``nth`` from now."""
        self.said, self._at, self._fault = 0, nth, fault

    def _wrapped(self, say: Callable[..., Any], driver_of: Callable[[Any], Any]) -> Callable[..., Any]:
        def said(target: Any, *args: Any) -> Any:
            if getattr(driver_of(target), "autocommit", False) is True and say.__name__ == "do_commit":
                return say(target, *args)  # nothing is said: every statement was its own transaction
            self.said += 1
            if self.said != self._at:
                return say(target, *args)
            if self._fault in _DONE:
                say(target, *args)
            raise self._error(driver_of(target))

        return said

    def _error(self, driver: Any) -> BaseException:
        if self._fault in _OWN:
            return _OWN[self._fault]()
        if self._sqlite:
            error = sqlite3.OperationalError("a fault")
            error.sqlite_errorname = _SQLITE[self._fault]
            return error
        if self._fault in _LOST:
            driver = getattr(driver, "driver_connection", driver)
            driver.close()
            return psycopg.OperationalError("the connection is lost")
        return _POSTGRES[self._fault]("a fault")
