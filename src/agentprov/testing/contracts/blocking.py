"""An asynchronous store for the same suites: its methods wait for what its coroutines come to."""

from __future__ import annotations

import asyncio
import atexit
from collections.abc import Callable, Coroutine
from functools import cache
from threading import Thread
from typing import Any, TypeVar, overload

from agentprov.repositories import (
    AuditRepository,
    CodeRepository,
    CredentialRepository,
    PresenceRepository,
    RotationRepository,
    StickyRepository,
    Store,
    TenantRepository,
    TokenRepository,
)
from agentprov.repositories.asynchronous import (
    AsyncAuditRepository,
    AsyncCodeRepository,
    AsyncCredentialRepository,
    AsyncPresenceRepository,
    AsyncRotationRepository,
    AsyncStickyRepository,
    AsyncStore,
    AsyncTenantRepository,
    AsyncTokenRepository,
)

T = TypeVar("T")


@overload
def blocking(store: AsyncStore) -> Store: ...
@overload
def blocking(store: AsyncTenantRepository) -> TenantRepository: ...
@overload
def blocking(store: AsyncCredentialRepository) -> CredentialRepository: ...
@overload
def blocking(store: AsyncCodeRepository) -> CodeRepository: ...
@overload
def blocking(store: AsyncTokenRepository) -> TokenRepository: ...
@overload
def blocking(store: AsyncPresenceRepository) -> PresenceRepository: ...
@overload
def blocking(store: AsyncStickyRepository) -> StickyRepository: ...
@overload
def blocking(store: AsyncRotationRepository) -> RotationRepository: ...
@overload
def blocking(store: AsyncAuditRepository) -> AuditRepository: ...
def blocking(store: Any) -> Any:
    """A store of coroutines as one that answers at once, for the suites and for :class:`StoreMachine`.

    Every call runs in one event loop, in a thread of its own: calls that come together from several threads are several
    tasks of that loop, as in an asynchronous host. Never use it in a host: it is for tests.
    """
    return _Blocking(store)


def awaited(coroutine: Coroutine[Any, Any, T]) -> T:
    """What a coroutine comes to in the loop that :func:`blocking` uses: to make a store there, or to close it."""
    return asyncio.run_coroutine_threadsafe(coroutine, _loop()).result()


class _Blocking:
    """A store whose coroutines are waited for. In a bundle every repository."""

    def __init__(self, store: object) -> None:
        self._store = store

    def __getattr__(self, name: str) -> object:
        found: Any = getattr(self._store, name)
        return _waiting(found) if callable(found) else _Blocking(found)


def _waiting(method: Callable[..., Any]) -> Callable[..., object]:
    return lambda *given, **named: awaited(method(*given, **named))


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """The loop, which runs until the process ends."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name="agentprov-blocking", daemon=True)
    thread.start()

    def end() -> None:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()

    atexit.register(end)
    return loop
