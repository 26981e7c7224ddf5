"""Hearing which tenants changed, from a PostgreSQL whose stores are opened with ``notify=True`` (ST-3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Self

from sqlalchemy import URL

from agentprov.errors import Code, InvalidValue, Unavailable
from agentprov.model.ids import TenantId
from agentprov.sql.engines import CHANNEL, address_of

if TYPE_CHECKING:  # SQLite needs no driver of PostgreSQL
    import psycopg

_LISTEN: Final = f"LISTEN {CHANNEL}"


class Listening:
    """A :class:`~agentprov.replicas.Wake`: tells a follower which tenants changed, on a connection of its own.

    Of one thread. A pooler that gives every transaction another connection can't serve it: use the server's address.

    Raises:
        InvalidValue: ``store.address``; it is no PostgreSQL.
    """

    def __init__(self, url: str | URL) -> None:
        self._arguments = _arguments(url)
        self._connection: psycopg.Connection[Any] | None = None

    def wait(self, timeout: float) -> frozenset[TenantId]:
        """The tenants that changed, as soon as one did; none after ``timeout`` seconds. The first begins to listen.

        Raises:
            Unavailable: the connection was lost, and something may have been missed. The next call connects again.
        """
        import psycopg

        try:
            if self._connection is None:
                self._connection = psycopg.connect(**self._arguments)
                self._connection.execute(_LISTEN)
            heard = self._connection.notifies(timeout=timeout, stop_after=1)
            return frozenset(TenantId(each.payload) for each in heard)
        except psycopg.Error:
            self.close()
        raise Unavailable.of(Code.STORE_UNAVAILABLE)

    def close(self) -> None:
        """Listen no more."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncListening:
    """As :class:`Listening`, for coroutines: an :class:`~agentprov.replicas.AsyncWake`."""

    def __init__(self, url: str | URL) -> None:
        self._arguments = _arguments(url)
        self._connection: psycopg.AsyncConnection[Any] | None = None

    async def wait(self, timeout: float) -> frozenset[TenantId]:  # noqa: ASYNC109  the driver has it itself
        """As :meth:`Listening.wait`."""
        import psycopg

        try:
            if self._connection is None:
                self._connection = await psycopg.AsyncConnection.connect(**self._arguments)
                await self._connection.execute(_LISTEN)
            heard = self._connection.notifies(timeout=timeout, stop_after=1)
            return frozenset([TenantId(each.payload) async for each in heard])
        except psycopg.Error:
            await self.close()
        raise Unavailable.of(Code.STORE_UNAVAILABLE)

    async def close(self) -> None:
        """Listen no more."""
        if self._connection is not None:
            await self._connection.close()
            self._connection = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


def _arguments(url: str | URL) -> dict[str, Any]:
    """What the driver is called with."""
    address = address_of(url, asynchronous=False)
    if address.get_backend_name() != "postgresql":
        expected = "`postgresql://USER@HOST/DATABASE`"
        raise InvalidValue.of(Code.STORE_ADDRESS, value=address.drivername, expected=expected)
    (), given = address.get_dialect()().create_connect_args(address)
    return {**given, "autocommit": True}
