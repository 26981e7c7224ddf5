"""Transactions: a function of a connection is run in one, and again where that is safe (ST-2).

Each operation of a store is a plain function of a synchronous ``Connection``. :class:`Runner` runs it at once,
:class:`AsyncRunner` in a coroutine; so there is one implementation of each.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec, TypeVar

import attrs
from sqlalchemy import Connection, Engine, exc

from agentprov.errors import AgentprovError
from agentprov.repositories.steps import Steps, run, run_async
from agentprov.sql.engines import READING
from agentprov.sql.failures import Again, failure_of

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

T = TypeVar("T")
P = ParamSpec("P")
Work = Callable[Concatenate[Connection, P], T]

TRIES: Final = 6
"""How often a piece of work is done at most: once, and five times again."""
_FIRST_PAUSE: Final = 0.01
"""Seconds: at most so long before it is done again; twice as long each time."""


@attrs.define
class _Attempts:
    """How often it was tried, and whether the present attempt has come to its commit."""

    done: int = 0
    committing: bool = False

    def failed(self, error: BaseException) -> AgentprovError | float:
        """Either what to tell the caller, or how many seconds to wait before the next attempt."""
        failure = failure_of(error)
        self.done += 1
        safe = failure.again is Again.ALWAYS or (failure.again is Again.BEFORE_COMMIT and not self.committing)
        if not safe or self.done == TRIES:
            return failure.error
        return random.uniform(0, _FIRST_PAUSE * 2**self.done)  # noqa: S311  no secret


def _errors(engine: Engine) -> tuple[type[Exception], ...]:
    """What SQLAlchemy raises for a driver, and what a driver raises itself."""
    return (exc.DBAPIError, exc.TimeoutError, engine.dialect.loaded_dbapi.Error)


@attrs.frozen
class _Mode:
    """What kind of transaction a piece of work gets."""

    reading: bool
    one: bool
    """Whether it is one statement, for which PostgreSQL needs no transaction but the statement's own: one round trip
    instead of three."""
    guarded: bool = False
    """Whether it begins by waiting for a tenant's guard. What it reads afterwards must be what is true by then, also
    where the engine's own transactions are serializable: those would fail, each time that somebody else was first, and
    wouldn't see who logged on meanwhile in a transaction that isn't."""

    def options(self, engine: Engine) -> dict[str, Any]:
        """The execution options. What reads sees one moment, however many statements it has.

        PostgreSQL isn't told that it only reads: the connection would then say of the others that they write, whatever
        the database's own default is.
        """
        if engine.dialect.name != "postgresql":
            return {READING: self.reading}
        if self.one:
            return {"isolation_level": "AUTOCOMMIT"}
        if self.guarded:
            return {"isolation_level": "READ COMMITTED"}
        return {"isolation_level": "REPEATABLE READ"} if self.reading else {}


_READ: Final = _Mode(reading=True, one=False)
_READ_ONE: Final = _Mode(reading=True, one=True)
_WRITE: Final = _Mode(reading=False, one=False)
_WRITE_ONE: Final = _Mode(reading=False, one=True)
_WRITE_GUARDED: Final = _Mode(reading=False, one=False, guarded=True)


class Runner:
    """Runs work in transactions of an engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._errors = _errors(engine)

    def read(self, work: Work[P, T], *args: P.args, **named: P.kwargs) -> T:
        """What the work gives, all of it as it was at one moment.

        Raises:
            Unavailable: nothing is known.
            BrokenStore: somebody has to mend the store.
        """
        return self._run(_READ, work, *args, **named)

    def read_one(self, work: Work[P, T], *args: P.args, **named: P.kwargs) -> T:
        """As :meth:`read`, for work that is one statement."""
        return self._run(_READ_ONE, work, *args, **named)

    def write(self, work: Work[P, T], *args: P.args, **named: P.kwargs) -> T:
        """What the work gives, all that it wrote committed; after an exception nothing is.

        Raises:
            Unavailable: nothing is known; after ``store.busy`` nothing is stored.
            BrokenStore: somebody has to mend the store; nothing is stored.
        """
        return self._run(_WRITE, work, *args, **named)

    def write_one(self, work: Work[P, T], *args: P.args, **named: P.kwargs) -> T:
        """As :meth:`write`, for work of which one statement writes all there is to write.

        After a lost connection it is never done again by itself: the statement may have been the last one to arrive.
        """
        return self._run(_WRITE_ONE, work, *args, **named)

    def write_guarded(self, work: Work[P, T], *args: P.args, **named: P.kwargs) -> T:
        """As :meth:`write`, for work that begins by locking a tenant's guard: whoever comes meanwhile queues."""
        return self._run(_WRITE_GUARDED, work, *args, **named)

    def do(self, steps: Steps[T]) -> T:
        """What several pieces of work come to, each in a transaction of its own."""
        return run(steps)

    def _run(self, mode: _Mode, work: Work[P, T], *args: P.args, **named: P.kwargs) -> T:
        attempts = _Attempts()
        while True:
            attempts.committing = False
            try:
                with self.engine.connect() as connection:
                    connection.execution_options(**mode.options(self.engine))
                    with connection.begin():
                        attempts.committing = mode is _WRITE_ONE
                        result = work(connection, *args, **named)
                        attempts.committing = True
            except self._errors as error:
                outcome = attempts.failed(error)
            else:
                return result
            # Raised out here it carries nothing of the driver's error.
            if isinstance(outcome, AgentprovError):
                raise outcome
            time.sleep(outcome)


class AsyncRunner:
    """As :class:`Runner`, for coroutines."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._errors = _errors(engine.sync_engine)

    async def read(self, work: Work[P, T], *args: P.args, **named: P.kwargs) -> T:
        """As :meth:`Runner.read`."""
        return await self._run(_READ, work, *args, **named)

    async def read_one(self, work: Work[P, T], *args: P.args, **named: P.kwargs) -> T:
        """As :meth:`Runner.read_one`."""
        return await self._run(_READ_ONE, work, *args, **named)

    async def write(self, work: Work[P, T], *args: P.args, **named: P.kwargs) -> T:
        """As :meth:`Runner.write`."""
        return await self._run(_WRITE, work, *args, **named)

    async def write_one(self, work: Work[P, T], *args: P.args, **named: P.kwargs) -> T:
        """As :meth:`Runner.write_one`."""
        return await self._run(_WRITE_ONE, work, *args, **named)

    async def write_guarded(self, work: Work[P, T], *args: P.args, **named: P.kwargs) -> T:
        """As :meth:`Runner.write_guarded`."""
        return await self._run(_WRITE_GUARDED, work, *args, **named)

    async def do(self, steps: Steps[T]) -> T:
        """As :meth:`Runner.do`."""
        return await run_async(steps)

    async def _run(self, mode: _Mode, work: Work[P, T], *args: P.args, **named: P.kwargs) -> T:
        attempts = _Attempts()
        while True:
            attempts.committing = False
            try:
                async with self.engine.connect() as connection:
                    await connection.execution_options(**mode.options(self.engine.sync_engine))
                    async with connection.begin():
                        attempts.committing = mode is _WRITE_ONE
                        result = await connection.run_sync(work, *args, **named)
                        attempts.committing = True
            except self._errors as error:
                outcome = attempts.failed(error)
            else:
                return result
            if isinstance(outcome, AgentprovError):
                raise outcome
            await asyncio.sleep(outcome)
