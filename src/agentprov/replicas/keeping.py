"""How copies are loaded and caught up (ST-3).

The rules are written once, as steps that ask the store and take what it answers. :class:`Replicas` goes them with a
store that answers at once, :class:`AsyncReplicas` with one of coroutines.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from concurrent.futures import Future
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final, Protocol, TypeVar

from agentprov.errors import AgentprovError, Code, Conflict, InvalidValue, NotFound, Unavailable
from agentprov.model.ids import TenantId
from agentprov.model.tenant import Tenant
from agentprov.replicas.copies import Copies, Copy
from agentprov.repositories import Committed
from agentprov.repositories.steps import Steps, run, run_async

E = TypeVar("E")

MOST_OBJECTS: Final = 500_000
"""How many objects a process holds unless it is told otherwise: about 0.7 GB where most are users."""

_AT_ONCE: Final = 100
"""How many changes are applied before other tasks of an event loop have their turn: some 3 ms."""


class Log(Protocol):
    """What is asked of a store: the half of a :class:`~agentprov.repositories.TenantReader` that catching up needs."""

    def load(self, tenant: TenantId) -> Tenant:
        """The tenant at its latest version."""
        ...

    def changes_since(self, tenant: TenantId, version: int) -> tuple[Committed, ...]:
        """What was committed after a version."""
        ...


class AsyncLog(Protocol):
    """The same of a store of coroutines."""

    async def load(self, tenant: TenantId) -> Tenant:
        """The tenant at its latest version."""
        ...

    async def changes_since(self, tenant: TenantId, version: int) -> tuple[Committed, ...]:
        """What was committed after a version."""
        ...


def _now() -> datetime:
    return datetime.now(UTC)


class _Kept(Copies):
    """The rules, for either kind of store."""

    def __init__(
        self,
        tenants: Log | AsyncLog,
        most_objects: int,
        clock: Callable[[], datetime],
        wait: Callable[[Future[Copy | None]], Any],
        pause: Callable[[], Any],
    ) -> None:
        super().__init__(most_objects, clock)
        self._store: Any = tenants
        self._wait = wait
        """Waits for what another loads, or gives the coroutine that does."""
        self._pause = pause

    def _getting(self, id_: TenantId) -> Steps[Copy]:
        while True:
            copy = self._look(id_)
            if copy is not None:
                return copy
            with self._lock:
                if id_ in self._copies:
                    continue
                arriving = self._loading.get(id_)
                if arriving is None:
                    self._loading[id_] = Future()
            if arriving is None:
                return (yield from self._loading_it(id_))
            arrived: Copy | None = yield self._wait(arriving)
            if arrived is not None:  # else whoever loaded was interrupted
                return arrived

    def _loading_it(self, id_: TenantId) -> Steps[Copy]:
        """Load a tenant for all who ask meanwhile."""
        copy: Copy | None = None
        failure: Exception | None = None
        try:
            began = self._clock()
            copy = self._advance((yield self._store.load(id_)), began)
            with suppress(Exception):  # what was committed meanwhile may have been told of before the tenant was held
                yield from self._catching_up_one(id_)
            copy = self._copies.get(id_, copy)
        except Exception as error:
            failure = error
            raise
        else:
            return copy
        finally:
            with self._lock:
                arriving = self._loading.pop(id_)
            if failure is None:
                arriving.set_result(copy)
            else:
                arriving.set_exception(failure)

    def _catching_up(self, ids: Collection[TenantId]) -> Steps[None]:
        if not ids:
            with self._lock:  # those last that failed the last time: they mustn't keep the others back again
                ids = [id_ for id_, _ in sorted(self._copies.items(), key=lambda item: item[1].failure is not None)]
        failure: AgentprovError | None = None
        for id_ in ids:
            try:
                yield from self._catching_up_one(id_)
            except Unavailable:
                raise
            except AgentprovError as error:
                failure = failure or error
        if failure is not None:
            raise failure

    def _catching_up_one(self, id_: TenantId) -> Steps[None]:
        before = self._copies.get(id_)
        if before is None:
            return
        began = self._clock()
        try:
            tenant: Tenant = yield from self._latest(before.tenant)
        except Exception as error:
            if isinstance(error, NotFound) and Code.TENANT_UNKNOWN in error.codes:
                self._swap(id_, before, None)
                return
            before.failure = error.codes[0].value if isinstance(error, AgentprovError) else type(error).__name__
            raise
        if tenant is before.tenant:
            before.caught_up_at, before.failure = began, None
        elif not self._swap(id_, before, before.next(tenant, began)) and id_ in self._copies:
            self._advance(tenant, began)

    def _latest(self, tenant: Tenant) -> Steps[Tenant]:
        """The latest version, by what was committed since; loaded whole where the log doesn't lead there."""
        if hasattr(self._store, "caught_up"):
            caught_up: Tenant = yield self._store.caught_up(tenant)
            return caught_up
        id_ = tenant.id
        try:
            entries: tuple[Committed, ...] = yield self._store.changes_since(id_, tenant.version)
            for number, entry in enumerate(entries, 1):
                tenant = entry.change.apply(tenant)
                if number % _AT_ONCE == 0:
                    yield self._pause()
        except (NotFound, Conflict, InvalidValue) as error:
            # A version that the log doesn't know, or changes of another tenant that has the id by now.
            if Code.TENANT_UNKNOWN in error.codes:
                raise
            tenant = yield self._store.load(id_)
        return tenant


class Replicas(_Kept):
    """The tenants a process holds, from a store that answers at once. Threads may share it.

    ``tenants`` is the store; it must give the latest version, so not a copy of the database that lags behind.
    ``most_objects`` bounds the memory: when all held tenants together have more users, groups, numbers and so on, those
    are let go that nobody asked for longest. One that has more by itself is held while it is the last asked for.
    ``clock`` gives the instants of :meth:`status`.

    Raises:
        InvalidValue: ``field.wrong_type``, ``field.out_of_range``.
    """

    def __init__(self, tenants: Log, *, most_objects: int = MOST_OBJECTS, clock: Callable[[], datetime] = _now) -> None:
        super().__init__(tenants, most_objects, clock, wait=Future.result, pause=lambda: None)

    def get(self, tenant_id: str) -> Tenant:
        """The copy this process holds. Only where it holds none it is loaded, once for all who ask meanwhile.

        Raises:
            NotFound: ``tenant.unknown``.
            Whatever else the store raises, where the tenant has to be loaded.
        """
        return self._copy(tenant_id).tenant

    def compiled(self, tenant_id: str, make: type[E]) -> E:
        """An engine of the copy this process holds, such as ``Access`` or ``Router``, shared by all who ask for it.

        ``make`` is the engine's class, or one of your own that is made of a tenant. Compiled at the first question; for
        a later version it is compiled before that takes the place of the one before, so nobody waits for it again. If
        the class takes ``like``, as ``Access`` does, it is given the engine of the version before. Engines that must be
        of one version belong in one class.

        Raises:
            What :meth:`get` raises, and whatever the class raises.
        """
        return self._copy(tenant_id).engine(make)

    def catch_up(self, *tenant_ids: str) -> None:
        """Bring held copies to the latest version: those of these tenants, or all. What isn't held stays so.

        What the log doesn't lead to is loaded; a tenant that is no longer there is let go. After an error the copy
        stays as it is. A problem with one tenant doesn't keep the others back, and is raised at the end; a store
        that is unavailable isn't asked any further.

        Raises:
            Whatever the store raises.
        """
        run(self._catching_up([TenantId(id_) for id_ in tenant_ids]))

    def _copy(self, tenant_id: str) -> Copy:
        id_ = TenantId(tenant_id)
        copy = self._look(id_)
        return run(self._getting(id_)) if copy is None else copy


class AsyncReplicas(_Kept):
    """As :class:`Replicas`, from a store of coroutines; for the tasks of one event loop."""

    def __init__(
        self, tenants: AsyncLog, *, most_objects: int = MOST_OBJECTS, clock: Callable[[], datetime] = _now
    ) -> None:
        super().__init__(tenants, most_objects, clock, wait=_arrival, pause=lambda: asyncio.sleep(0))

    async def get(self, tenant_id: str) -> Tenant:
        """As :meth:`Replicas.get`."""
        return (await self._copy(tenant_id)).tenant

    async def compiled(self, tenant_id: str, make: type[E]) -> E:
        """As :meth:`Replicas.compiled`."""
        return (await self._copy(tenant_id)).engine(make)

    async def catch_up(self, *tenant_ids: str) -> None:
        """As :meth:`Replicas.catch_up`."""
        await run_async(self._catching_up([TenantId(id_) for id_ in tenant_ids]))

    async def _copy(self, tenant_id: str) -> Copy:
        id_ = TenantId(tenant_id)
        copy = self._look(id_)
        return await run_async(self._getting(id_)) if copy is None else copy


def _arrival(arriving: Future[Copy | None]) -> Awaitable[Copy | None]:
    # Shielded, as a task that is cancelled while it waits mustn't cancel what others wait for.
    return asyncio.shield(asyncio.wrap_future(arriving))
