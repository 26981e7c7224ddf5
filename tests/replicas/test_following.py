"""A follower keeps replicas caught up, whatever the store does (ST-3)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from queue import Empty, Queue
from threading import Event
from time import monotonic

import attrs
import pytest

from agentprov.errors import AgentprovError, BrokenStore, Code, InvalidValue, Unavailable
from agentprov.model.ids import TenantId
from agentprov.replicas import AsyncReplicas, Follower, Replicas, following
from agentprov.testing.contracts.samples import a_tenant
from tests.replicas.stores_that_tell import ACME, PATIENCE, Coroutines, Telling, store_of

OTHER = TenantId("t-other")
OFTEN = 0.001
SELDOM = 3600.0


@attrs.define(eq=False)
class Bell:
    """Wakes a follower when a test rings it, and says how the follower waits."""

    rings: Queue[Collection[TenantId] | Exception] = attrs.field(factory=Queue)
    waits: Queue[float] = attrs.field(factory=Queue)

    def wait(self, timeout: float) -> Collection[TenantId]:
        """What was rung for."""
        self.waits.put(timeout)
        try:
            rung = self.rings.get(timeout=timeout) if timeout else self.rings.get_nowait()
        except Empty:
            return ()
        if isinstance(rung, Exception):
            raise rung
        return rung

    def wait_until_listened(self, *, anew: bool = False) -> None:
        """Wait until the follower waits for a ring: then it is done with what was before. ``anew``: after a failure."""
        until = monotonic() + PATIENCE
        while True:
            timeout = self.waits.get(timeout=max(0.0, until - monotonic()))
            if (timeout == 0) is anew:
                return


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a failure a follower tries again in no time."""
    monkeypatch.setattr(following, "LONGEST_PAUSE", OFTEN)


def followed(*tenants: str, most_objects: int = 10_000) -> tuple[Telling, Replicas]:
    """A store, and replicas that hold its tenants."""
    store = Telling(store_of(*(a_tenant(id_) for id_ in tenants or (ACME,))))
    replicas = Replicas(store, most_objects=most_objects)
    for id_ in tenants or (ACME,):
        replicas.get(id_)
    return store, replicas


def test_a_follower_picks_up_a_commit() -> None:
    """ST-3: what another process commits is in the copy soon; whoever decides meanwhile doesn't wait."""
    store, replicas = followed()
    with Follower(replicas, every=OFTEN) as follower:
        assert follower.running
        latest = store.store.rename("Committed elsewhere")
        store.wait_for_rounds()
        assert latest == replicas.held(ACME)
    assert not follower.running


def test_a_follower_that_is_slow_to_stop_starts_again() -> None:
    """ST-3: who starts it anew while it still waits for the store is followed, and not left with a dying thread."""
    store, replicas = followed()
    waiting, answer = Event(), Event()

    @attrs.frozen
    class Slow:
        """Answers when the test lets it, however long it was to wait."""

        def wait(self, timeout: float) -> Collection[TenantId]:  # noqa: ARG002
            waiting.set()
            answer.wait(PATIENCE)
            return ()

    follower = Follower(replicas, every=OFTEN, wake=Slow())
    follower.start()
    assert waiting.wait(PATIENCE)
    follower.stop(timeout=OFTEN)
    follower.start()
    answer.set()
    latest = store.store.rename("Committed elsewhere")
    store.wait_for_rounds()
    assert (True, latest) == (follower.running, replicas.held(ACME))
    follower.stop()


@pytest.mark.parametrize(
    "failure",
    [
        ConnectionError(),
        Unavailable.of(Code.STORE_UNAVAILABLE),
        BrokenStore.of(Code.STORE_CORRUPTED),
        MemoryError(),
        RuntimeError("the driver's own"),
    ],
)
def test_a_store_that_fails_does_not_end_it(failure: Exception) -> None:
    """ST-3: the follower goes on asking, and catches up when the store answers again."""
    store, replicas = followed()
    with Follower(replicas, every=OFTEN) as follower:
        store.failure = failure
        store.wait_for_rounds(15)
        latest = store.store.rename("Committed meanwhile")
        assert follower.running
        assert replicas.status()[0].failure is not None
        store.failure = None
        store.wait_for_rounds()
        assert latest == replicas.held(ACME)
        assert replicas.status()[0].failure is None


def test_it_starts_once_and_again_after_it_was_stopped() -> None:
    """ST-3: starting twice is starting once, and so is stopping; what was stopped can be started again."""
    store, replicas = followed()
    follower = Follower(replicas, every=SELDOM)
    follower.stop()
    follower.start()
    store.wait_for_rounds(0)
    follower.start()
    follower.stop()
    follower.stop()
    assert not follower.running
    latest = store.store.rename("One")
    bell = Bell()
    follower = Follower(replicas, every=SELDOM, wake=bell)
    for _ in range(2):
        follower.start()
        bell.wait_until_listened()
        assert latest == replicas.held(ACME)
        follower.stop()
        latest = store.store.rename("Two")


@pytest.mark.parametrize("wake", [None, Bell])
def test_it_stops_promptly(wake: type[Bell] | None) -> None:
    """ST-3: a follower that waits for an hour is stopped in no time."""
    _, replicas = followed()
    bell = None if wake is None else wake()
    follower = Follower(replicas, every=SELDOM, wake=bell)
    follower.start()
    if bell is not None:
        bell.wait_until_listened()
    follower.stop()
    assert not follower.running


def test_it_stops_without_waiting_for_a_store_that_hangs() -> None:
    """ST-3: stopping waits for the store no longer than it is told to."""
    _, replicas = followed()
    over, hangs = Event(), Event()

    class Hanging:
        """Doesn't come back before the test is over."""

        def wait(self, timeout: float) -> Collection[TenantId]:
            """Nothing, late."""
            hangs.set()
            assert over.wait(PATIENCE + timeout)
            return ()

    follower = Follower(replicas, every=SELDOM, wake=Hanging())
    follower.start()
    assert hangs.wait(PATIENCE)
    follower.stop(timeout=OFTEN)
    assert follower.running
    over.set()
    follower.stop()
    assert not follower.running


def test_it_is_woken_for_what_changed_and_asks_for_nothing_else() -> None:
    """ST-3: where the store tells what changed, the follower catches up with that alone, at once."""
    store, replicas = followed(ACME, OTHER)
    bell = Bell()
    with Follower(replicas, every=SELDOM, wake=bell):
        bell.wait_until_listened()
        latest, unheard = store.store.rename("One"), store.store.rename("Two", OTHER)
        asked = store.asked["changes_since"]
        bell.rings.put([ACME, TenantId("t-nobody-holds")])
        bell.wait_until_listened()
        assert latest == replicas.held(ACME)
        assert unheard != replicas.held(OTHER)
        assert store.asked["changes_since"] == asked + 1


def test_it_listens_before_it_catches_up_with_all() -> None:
    """ST-3: what is committed before the follower listens is looked up, so that nothing falls in between."""
    store, replicas = followed()
    bell = Bell()
    latest = store.store.rename("Before it listens")
    with Follower(replicas, every=SELDOM, wake=bell):
        assert bell.waits.get(timeout=PATIENCE) == 0
        bell.wait_until_listened()
        assert latest == replicas.held(ACME)


@pytest.mark.parametrize("failure", [ConnectionError(), Unavailable.of(Code.STORE_UNAVAILABLE), OSError()])
def test_a_bell_that_fails_is_listened_to_anew_and_all_is_looked_up(failure: Exception) -> None:
    """ST-3: when listening fails something may have been missed, so all is caught up, and then it listens again."""
    store, replicas = followed()
    bell = Bell()
    with Follower(replicas, every=SELDOM, wake=bell):
        bell.wait_until_listened()
        latest = store.store.rename("Nobody rang")
        bell.rings.put(failure)
        bell.wait_until_listened(anew=True)
        bell.wait_until_listened()
        assert latest == replicas.held(ACME)
        again = store.store.rename("Somebody rang")
        bell.rings.put([ACME])
        bell.wait_until_listened()
        assert again == replicas.held(ACME)


@pytest.mark.parametrize("rung", [(), (OTHER,)])
def test_what_nobody_rang_for_is_looked_up_now_and_then(rung: Collection[TenantId]) -> None:
    """ST-3: every so many seconds all are caught up, though nothing was told, or only of others."""
    store, replicas = followed(ACME, OTHER)
    bell = Bell()
    with Follower(replicas, every=0.2, wake=bell):
        bell.wait_until_listened()
        latest = store.store.rename("Nobody rang")
        until = monotonic() + PATIENCE
        while replicas.held(ACME) != latest and monotonic() < until:
            bell.rings.put(rung)
            bell.waits.get(timeout=PATIENCE)
    assert latest == replicas.held(ACME)


def a_follower(every: float) -> None:
    """A follower with this pause."""
    Follower(Replicas(store_of()), every=every)


def a_task(every: float) -> None:
    """A task that follows with this pause."""
    asyncio.run(following.follow(AsyncReplicas(Coroutines(store_of())), every=every))


@pytest.mark.parametrize("every", [0, -1, True, "often", None, float("nan")])
@pytest.mark.parametrize("begin", [a_follower, a_task])
def test_a_pause_is_a_number_of_seconds(every: float, begin: Callable[[float], object]) -> None:
    """ST-3: a pause that is no number above 0 is refused at once."""
    with pytest.raises(InvalidValue) as caught:
        begin(every)
    assert caught.value.problems[0].path == ("every",)


# ---- pauses: the schedule by itself, with a clock of the test's ------------------------------------------------------


def test_pauses_grow_while_the_store_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """ST-3: after 2, 4 and 8 seconds and then every 10, however often; after a success every second again."""
    monkeypatch.setattr(following, "LONGEST_PAUSE", 10.0)
    tenants = Telling()
    slept: list[float] = []

    class Over(BaseException):
        """The test is over."""

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        match len(slept):
            case 3_000:
                tenants.failure = None
            case 3_003:
                tenants.failure = ConnectionError()
            case 3_004:
                raise Over

    monkeypatch.setattr(asyncio, "sleep", sleep)
    replicas = AsyncReplicas(Coroutines(tenants))

    async def use() -> None:
        await replicas.get(ACME)
        tenants.failure = ConnectionError()
        await following.follow(replicas, every=1.0)

    with pytest.raises(Over):
        asyncio.run(use())
    assert [0, 2, 0, 4, 0, 8, 0, 10, 0, 10] == slept[:10]
    assert {0, 10} == set(slept[6:3_000])
    listening, once, again, failed = slept[3_000:]
    assert (0, 2) == (listening, failed)
    assert all(0 < seconds <= 1 for seconds in (once, again))


# ---- coroutines ------------------------------------------------------------------------------------------------------


class Deaf:
    """Can never listen: its address leads to a pooler, say."""

    def wait(self, timeout: float) -> Collection[TenantId]:  # noqa: ARG002  the protocol's
        """Nothing was heard, and something may have been missed."""
        raise Unavailable.of(Code.STORE_UNAVAILABLE)


def test_a_bell_that_never_works_is_as_good_as_none() -> None:
    """ST-3: where nobody tells what changed, it is asked for: no copy grows old as long as the store answers."""
    store, replicas = followed()
    with Follower(replicas, every=OFTEN, wake=Deaf()):
        latest = store.store.rename("Nobody rang")
        store.wait_for_rounds()
        assert latest == replicas.held(ACME)


def test_a_bell_that_never_works_is_asked_for_as_often_as_without_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """ST-3: no pause is longer than what it is told to wait between rounds, while the store answers."""
    monkeypatch.setattr(following, "LONGEST_PAUSE", 10.0)
    store, replicas = followed()
    with Follower(replicas, every=OFTEN, wake=Deaf()):
        store.wait_for_rounds(50)


@attrs.define(eq=False)
class Gong:
    """A bell of coroutines."""

    rings: asyncio.Queue[Collection[TenantId] | AgentprovError] = attrs.field(factory=asyncio.Queue)
    listened: asyncio.Queue[float] = attrs.field(factory=asyncio.Queue)

    async def wait(self, timeout: float) -> Collection[TenantId]:  # noqa: ASYNC109  the protocol's
        """What was rung for."""
        self.listened.put_nowait(timeout)
        if not timeout:
            return ()
        rung = await self.rings.get()
        if isinstance(rung, AgentprovError):
            raise rung
        return rung


def test_a_coroutine_follows_as_well() -> None:
    """ST-1, ST-3: a task follows with coroutines: woken, past failures, until it is cancelled."""

    async def use() -> None:
        tenants, gong = Telling(), Gong()
        replicas = AsyncReplicas(Coroutines(tenants))
        await replicas.get(ACME)
        task = asyncio.create_task(following.follow(replicas, every=SELDOM, wake=gong))
        for name, rung in (("One", [ACME]), ("Two", Unavailable.of(Code.STORE_UNAVAILABLE)), ("Three", [ACME])):
            while not await asyncio.wait_for(gong.listened.get(), PATIENCE):
                pass
            latest = tenants.store.rename(name)
            gong.rings.put_nowait(rung)
            while not await asyncio.wait_for(gong.listened.get(), PATIENCE):
                pass
            gong.listened.put_nowait(1.0)
            assert latest == replicas.held(ACME)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(asyncio.wait_for(use(), PATIENCE))
