"""Keeping replicas caught up: a thread that does, and a coroutine (ST-3)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from threading import Event, Thread
from time import monotonic
from typing import Any, Final, Protocol, Self

from agentprov.errors import AgentprovError, Unavailable
from agentprov.model.ids import TenantId
from agentprov.replicas.copies import check_positive
from agentprov.replicas.keeping import AsyncReplicas, Replicas
from agentprov.repositories.steps import Steps, run, run_async

LONGEST_PAUSE: Final = 10.0
"""How many seconds a follower waits at most before it tries again."""

_GLANCE: Final = 0.2
"""How many seconds a follower listens at a stretch. So long it may take to notice that it is to stop."""


class Wake(Protocol):
    """Tells which tenants changed, where a database can tell; elsewhere a follower asks now and then."""

    def wait(self, timeout: float) -> Collection[TenantId]:
        """Wait up to ``timeout`` seconds for changes. The tenants that changed, at once when some did; or nothing.

        The first call begins to listen, also with a time-out of 0. What happens from then on is told by one of the next
        calls. An exception says that something may have been missed: all tenants are then caught up, and the next call
        begins to listen again.
        """
        ...


class AsyncWake(Protocol):
    """The same as a coroutine."""

    async def wait(self, timeout: float) -> Collection[TenantId]:  # noqa: ASYNC109  what listens has a time-out itself
        """Wait up to ``timeout`` seconds for changes."""
        ...


class Follower:
    """A thread that keeps replicas caught up: woken where a database tells what changed, and every so many seconds.

    Nothing that the store raises ends it. While the store as a whole doesn't answer it tries again at growing
    intervals, of :data:`LONGEST_PAUSE` at most.

    >>> from agentprov.memory import MemoryTenants
    >>> from agentprov.replicas import Follower, Replicas
    >>> with Follower(Replicas(MemoryTenants()), every=0.5) as follower:
    ...     follower.running
    True

    A process that forks starts it in each child.

    Raises:
        InvalidValue: ``every`` isn't a number of seconds above 0.
    """

    def __init__(self, replicas: Replicas, *, every: float = 1.0, wake: Wake | None = None) -> None:
        check_positive("every", every, whole=False)
        self._replicas = replicas
        self._every = every
        self._wake = wake
        self._stopped = Event()
        self._thread: Thread | None = None

    @property
    def running(self) -> bool:
        """Whether the thread runs."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Begin to follow, with all that are held; nothing happens if it runs already and wasn't told to stop."""
        if not self.running or self._stopped.is_set():
            before, self._stopped = self._thread, Event()
            steps = _following(self._replicas.catch_up, self._every, self._wait, self._sleep, self._stopped)
            self._thread = Thread(target=_follow_on, args=(before, steps), name="agentprov-follower", daemon=True)
            self._thread.start()

    def stop(self, timeout: float = 5.0) -> None:
        """Stop following. Waits up to ``timeout`` seconds for what the store is asked at this moment."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(timeout)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _sleep(self, seconds: float) -> None:
        self._stopped.wait(seconds)

    def _wait(self, seconds: float) -> Collection[TenantId]:
        if self._wake is None:
            self._sleep(seconds)
            return ()
        until = monotonic() + seconds
        while True:
            left = until - monotonic()
            changed = self._wake.wait(max(0.0, min(left, _GLANCE)))
            if changed or left <= _GLANCE or self._stopped.is_set():
                return changed


def _follow_on(before: Thread | None, steps: Steps[None]) -> None:
    """Follow once the thread before has stopped: it may still wait for the store, and one at a time listens."""
    if before is not None:
        before.join()
    run(steps)


async def follow(replicas: AsyncReplicas, *, every: float = 1.0, wake: AsyncWake | None = None) -> None:
    """Keep replicas caught up until the task is cancelled, as a :class:`Follower` does.

    Raises:
        InvalidValue: ``every`` isn't a number of seconds above 0.
    """
    check_positive("every", every, whole=False)
    wait = asyncio.sleep if wake is None else wake.wait
    await run_async(_following(replicas.catch_up, every, wait, asyncio.sleep, Event()))


def _following(
    catch_up: Callable[..., Any], every: float, wait: Callable[[float], Any], sleep: Callable[[float], Any], stop: Event
) -> Steps[None]:
    """Catch up with all at first, after a failure and every so many seconds; in between with those that changed.

    What can't listen is no reason to let copies grow old: as long as the store answers they are caught up.
    """
    due, failures = 0.0, 0
    while not stop.is_set():
        left = max(0.0, due - monotonic())
        heard, answered = True, True
        ids: tuple[TenantId, ...] = ()
        try:
            changed = yield wait(left)  # also for no time at all: it begins to listen before all are caught up
            ids = tuple(changed or ()) if left else ()
        except Exception:  # noqa: BLE001  what listens fails in more ways than anybody has listed
            heard = False  # something may have been missed, and it may never hear anything: all are asked for
        if stop.is_set():
            return
        try:
            yield catch_up(*ids)
        except Exception as error:  # noqa: BLE001  so does a store
            # What is broken is noted with the tenant that it is about, and the others are caught up.
            answered = isinstance(error, AgentprovError) and not isinstance(error, Unavailable)
        if heard and answered:
            failures = 0
            if not ids:
                due = monotonic() + every
        else:
            failures += 1
            pause = min(min(every, 1.0) * 2 ** min(failures, 10), LONGEST_PAUSE)
            yield sleep(min(pause, every) if answered else pause)
            due = 0.0
