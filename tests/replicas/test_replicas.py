"""A process's copies of tenants, example by example (ST-3)."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread

import attrs
import pytest

from agentprov.engine.access import Access
from agentprov.engine.call_flow import Router
from agentprov.errors import BrokenStore, Code, InvalidValue, NotFound, Unavailable
from agentprov.model.changes import Change, Edit
from agentprov.model.departments import Department
from agentprov.model.ids import DepartmentId, TenantId
from agentprov.model.properties import READY_PROPERTIES
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.replicas import AsyncReplicas, Replicas, ReplicaStatus
from agentprov.repositories import Committed
from agentprov.testing.contracts.samples import a_creation, a_tenant, race
from tests.replicas.stores_that_tell import ACME, AT, PATIENCE, Coroutines, Store, Telling, store_of

OTHER = TenantId("t-other")
SIZE = 2 + len(READY_PROPERTIES)
"""A user, a department, and the definitions that come with every tenant: so many objects has the sample."""


def names(replicas: Replicas) -> list[str]:
    """The tenants that are held, without asking for them."""
    return [status.tenant for status in replicas.status()]


def test_a_tenant_is_loaded_once_and_then_held() -> None:
    """ST-3: the first who asks waits for the store; afterwards no question reaches it."""
    tenants = Telling()
    replicas = Replicas(tenants)
    assert replicas.held(ACME) is None
    first = replicas.get(ACME)
    assert tenants.store.load(ACME) == first
    before = tenants.asked.copy()
    tenants.failure = ConnectionError()
    assert first is replicas.get(ACME)
    assert first is replicas.held(ACME)
    assert first is replicas.compiled(ACME, Access).tenant
    assert before == tenants.asked
    assert tenants.asked["load"] == 1


def test_a_tenant_that_is_not_there_is_not_held() -> None:
    """ST-3: an unknown tenant is an error for whoever asks, and nothing is kept of it."""
    replicas = Replicas(store_of())
    with pytest.raises(NotFound) as caught:
        replicas.get(OTHER)
    assert caught.value.codes == (Code.TENANT_UNKNOWN,)
    assert replicas.status() == ()
    replicas.catch_up(OTHER)
    assert replicas.status() == ()


@attrs.define(eq=False)
class Partly(Telling):
    """Fails for one tenant."""

    bad: TenantId | None = None
    error: Exception = attrs.field(factory=ConnectionError)

    def changes_since(self, tenant: TenantId, version: int) -> tuple[Committed, ...]:
        """As the store, but for one tenant."""
        self._note("changes_since")
        if tenant == self.bad:
            raise self.error
        return self.store.changes_since(tenant, version)


@attrs.define(eq=False)
class Slow(Partly):
    """Loads only when it may, and then as it was at the beginning."""

    began: Event = attrs.field(factory=Event)
    may: Event = attrs.field(factory=Event)

    def load(self, tenant: TenantId) -> Tenant:
        """As the store, once it may."""
        found = self.store.load(tenant)
        self._note("load")
        self.began.set()
        assert self.may.wait(PATIENCE)
        return found


def test_many_who_ask_at_once_load_once() -> None:
    """ST-3: of eight threads that ask for the same tenant at the same moment one loads it, and all have the same."""
    tenants = Slow()
    replicas = Replicas(tenants)

    def allow() -> None:
        assert tenants.began.wait(PATIENCE)
        tenants.may.set()

    copies = race([allow, *[lambda: replicas.get(ACME)] * 8])[1:]
    assert [tenants.store.load(ACME)] * 8 == copies
    assert {id(copies[0])} == {id(copy) for copy in copies}
    assert tenants.asked["load"] == 1


def test_a_load_that_fails_fails_for_all_who_wait_and_for_nobody_later() -> None:
    """ST-3: whoever waits for a load is told that it failed; the next one tries again."""
    tenants = Telling(failure=Unavailable.of(Code.STORE_UNAVAILABLE))
    replicas = Replicas(tenants)

    def told() -> tuple[Code, ...]:
        with pytest.raises(Unavailable) as caught:
            replicas.get(ACME)
        return caught.value.codes

    assert [(Code.STORE_UNAVAILABLE,)] * 4 == race([told] * 4)
    tenants.failure = None
    assert tenants.store.load(ACME) == replicas.get(ACME)


def test_what_is_committed_while_it_is_loaded_counts_at_once() -> None:
    """P12: the next version that a commit in this process gave isn't lost to a load that began before it."""
    tenants = Slow()
    replicas = Replicas(tenants, most_objects=1)
    loading = Thread(target=lambda: replicas.get(ACME))
    loading.start()
    assert tenants.began.wait(PATIENCE)
    latest = tenants.store.rename("Committed meanwhile")
    tenants.bad = ACME  # what was committed can't be looked up
    replicas.accept(latest)
    replicas.accept(a_tenant(OTHER))
    tenants.may.set()
    loading.join()
    assert latest == replicas.held(ACME)


def test_what_is_told_of_while_it_is_loaded_is_not_missed() -> None:
    """ST-3: a change that a follower is woken for before the tenant is held is in the copy all the same."""
    tenants = Slow()
    replicas = Replicas(tenants)
    loading = Thread(target=lambda: replicas.get(ACME))
    loading.start()
    assert tenants.began.wait(PATIENCE)
    latest = tenants.store.rename("Committed elsewhere")
    replicas.catch_up(ACME)
    tenants.may.set()
    loading.join()
    assert latest == replicas.held(ACME)


def test_catching_up_applies_the_log() -> None:
    """ST-3: what was committed elsewhere is applied to the copy; nothing is loaded again."""
    tenants = Telling()
    replicas = Replicas(tenants)
    first = replicas.get(ACME)
    latest = [tenants.store.rename(name) for name in ("One", "Two", "Three")][-1]
    assert first is replicas.get(ACME)
    replicas.catch_up()
    assert latest == replicas.get(ACME)
    assert replicas.get(ACME).version == first.version + 3
    assert tenants.asked["load"] == 1
    caught_up = replicas.get(ACME)
    replicas.catch_up(ACME)
    assert caught_up is replicas.get(ACME)


def test_after_a_fold_it_is_loaded_anew() -> None:
    """ST-3: where the log no longer reaches back to the copy, the tenant is loaded."""
    tenants = Telling()
    replicas = Replicas(tenants)
    replicas.get(ACME)
    latest = [tenants.store.rename(name) for name in ("One", "Two")][-1]
    tenants.store.fold(ACME, latest.version)
    replicas.catch_up()
    assert latest == replicas.held(ACME)
    assert tenants.asked["load"] == 2


def test_a_deleted_tenant_is_let_go() -> None:
    """ST-3: nothing is decided any longer about a tenant that the store doesn't have."""
    store = store_of()
    replicas = Replicas(store)
    replicas.get(ACME)
    store.delete(ACME)
    replicas.catch_up()
    assert replicas.held(ACME) is None
    with pytest.raises(NotFound):
        replicas.get(ACME)


def test_a_restored_tenant_takes_the_place_of_a_later_version() -> None:
    """ST-3: after a backup is restored the copy goes back with the store."""
    store = store_of()
    replicas = Replicas(store)
    backup = store.load(ACME)
    store.rename("One")
    replicas.get(ACME)
    store.restore(backup)
    replicas.catch_up()
    assert backup == replicas.held(ACME)


def a_replacement(tenant: Tenant) -> Change:
    """A change of a department that the copy has otherwise."""
    before = tenant.departments[DepartmentId("d-1")]
    edit = Edit(kind=Kind.DEPARTMENTS, id=before.id, before=before, after=attrs.evolve(before, name="Renamed"))
    return Change(tenant=ACME, base=tenant.version, edits=[edit])


def a_namesake(tenant: Tenant) -> Change:
    """A new user with a login that somebody in the copy has."""
    return a_creation(tenant, "asha", id_="u-new")


@pytest.mark.parametrize("make", [a_replacement, a_namesake])
def test_what_does_not_fit_the_copy_is_loaded(make: Callable[[Tenant], Change]) -> None:
    """ST-3: changes that the copy doesn't take are of another tenant, which has the id by now; that is loaded."""
    store = store_of()
    replicas = Replicas(store)
    replicas.get(ACME)
    sales = Department(id=DepartmentId("d-1"), name="Other")
    store.restore(attrs.evolve(a_tenant(ACME), users={}, departments={sales.id: sales}))
    latest = store.commit(make(store.load(ACME)), at=AT)
    replicas.catch_up()
    assert latest == replicas.get(ACME)


def test_a_commit_in_this_process_counts_at_once() -> None:
    """P12: what a commit gave is held at once, without asking the store; an older version isn't."""
    tenants = Telling()
    replicas = Replicas(tenants)
    first = replicas.get(ACME)
    access = replicas.compiled(ACME, Access)
    latest = tenants.store.rename("Committed here")
    before = tenants.asked.copy()
    replicas.accept(latest)
    assert latest is replicas.get(ACME)
    assert latest is replicas.compiled(ACME, Access).tenant
    assert access.tenant is first
    replicas.accept(first)
    assert latest is replicas.get(ACME)
    assert before == tenants.asked


def test_a_commit_of_a_tenant_that_is_not_held_is_held() -> None:
    """P12: what was committed in this process is known here, whether or not anybody had asked for it."""
    store = store_of()
    replicas = Replicas(store)
    latest = store.rename("Committed here")
    replicas.accept(latest)
    assert latest is replicas.held(ACME)


def test_only_a_tenant_is_accepted() -> None:
    """P12: a change that was committed isn't what it led to; whoever mixes them up is told."""
    store = store_of()
    replicas = Replicas(store)
    with pytest.raises(InvalidValue) as caught:
        replicas.accept(a_creation(store.load(ACME), "new"))  # type: ignore[arg-type]
    assert caught.value.codes == (Code.FIELD_WRONG_TYPE,)


# ---- a store that fails ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (ConnectionError("gone"), "ConnectionError"),
        (Unavailable.of(Code.STORE_UNAVAILABLE), "store.unavailable"),
        (BrokenStore.of(Code.STORE_CORRUPTED, "log", 3), "store.corrupted"),
        (MemoryError(), "MemoryError"),
    ],
)
def test_decisions_go_on_when_the_store_fails_and_it_shows(failure: Exception, said: str) -> None:
    """ST-3: whoever catches up is told of the failure; the copy stays as it is, and its status says how old it is."""
    tenants = Telling()
    clock = deque([AT, AT + timedelta(seconds=1), AT + timedelta(seconds=2), AT + timedelta(seconds=3)])
    replicas = Replicas(tenants, clock=clock.popleft)
    first = replicas.get(ACME)  # asks the clock when it loads, and when it looks for what came meanwhile
    status = ReplicaStatus(tenant=ACME, version=1, objects=SIZE, caught_up_at=AT + timedelta(seconds=1))
    assert replicas.status() == (status,)
    latest = tenants.store.rename("One")
    tenants.failure = failure
    with pytest.raises(type(failure)):
        replicas.catch_up()
    assert first is replicas.get(ACME)
    assert replicas.status() == (attrs.evolve(status, failure=said),)
    tenants.failure = None
    replicas.catch_up()
    assert latest == replicas.get(ACME)
    assert replicas.status() == (attrs.evolve(status, version=2, caught_up_at=AT + timedelta(seconds=3)),)


def test_a_failure_is_forgotten_when_nothing_happened_meanwhile() -> None:
    """ST-3: a copy that is found to be the latest again isn't old."""
    tenants = Telling()
    replicas = Replicas(tenants)
    replicas.get(ACME)
    tenants.failure = ConnectionError()
    with pytest.raises(ConnectionError):
        replicas.catch_up()
    tenants.failure = None
    replicas.catch_up()
    assert [None] == [status.failure for status in replicas.status()]


def test_a_broken_tenant_keeps_no_other_back() -> None:
    """ST-3: all others are caught up when one can't be, and then the error is raised."""
    tenants = Partly(store_of(a_tenant(ACME), a_tenant(OTHER)), error=BrokenStore.of(Code.STORE_CORRUPTED))
    replicas = Replicas(tenants)
    replicas.get(ACME), replicas.get(OTHER)
    tenants.bad = ACME
    latest = tenants.store.rename("One", OTHER)
    with pytest.raises(BrokenStore):
        replicas.catch_up()
    assert latest == replicas.get(OTHER)


@pytest.mark.parametrize("error", [ConnectionError(), Unavailable.of(Code.STORE_UNAVAILABLE)])
def test_a_store_that_fails_is_not_asked_on_and_keeps_no_other_back_twice(error: Exception) -> None:
    """ST-3: after a failure of the store nothing more is asked; the next time whoever failed comes last."""
    tenants = Partly(store_of(a_tenant(ACME), a_tenant(OTHER)), error=error)
    replicas = Replicas(tenants)
    replicas.get(ACME), replicas.get(OTHER)
    tenants.bad = ACME
    latest = tenants.store.rename("One", OTHER)
    tenants.asked.clear()
    for asked in (1, 1 + 2):
        with pytest.raises(type(error)):
            replicas.catch_up()
        assert asked == tenants.asked["changes_since"]
    assert latest == replicas.get(OTHER)


# ---- what happens while the store is asked ---------------------------------------------------------------------------


@attrs.define(eq=False)
class Meanwhile(Telling):
    """Does something once, after a question was answered and before the answer arrives."""

    then: Callable[[], object] | None = None

    def _now(self) -> None:
        if self.then is not None:
            then, self.then = self.then, None
            then()

    def load(self, tenant: TenantId) -> Tenant:
        """As the store, and then something happens."""
        found = super().load(tenant)
        self._now()
        return found

    def changes_since(self, tenant: TenantId, version: int) -> tuple[Committed, ...]:
        """As the store, and then something happens; after an error nothing does."""
        found = super().changes_since(tenant, version)
        self._now()
        return found


@pytest.mark.parametrize("folded", [False, True])
def test_a_commit_here_is_not_lost_to_an_older_answer(*, folded: bool) -> None:
    """P12: what was committed in this process while it catches up stays, whether the answer is a log or a tenant."""
    tenants = Meanwhile()
    replicas = Replicas(tenants)
    replicas.get(ACME)
    second = tenants.store.rename("Two")
    if folded:
        tenants.store.fold(ACME, second.version)
    tenants.then = lambda: replicas.accept(tenants.store.rename("Three"))
    replicas.catch_up()
    assert tenants.store.load(ACME) == replicas.held(ACME)
    assert replicas.get(ACME).version == 3


def test_two_who_catch_up_at_once_come_to_the_later_version() -> None:
    """ST-3: an answer that comes late doesn't take a copy back, and one that knows more takes it on."""
    tenants = Meanwhile()
    replicas = Replicas(tenants)
    replicas.get(ACME)
    tenants.store.rename("Two")

    def catch_up_further() -> None:
        tenants.store.rename("Three")
        replicas.catch_up()

    tenants.then = catch_up_further
    replicas.catch_up()
    assert replicas.get(ACME).version == 3
    early = tenants.store.rename("Four")
    tenants.store.rename("Five")
    tenants.then = lambda: replicas.accept(early)
    replicas.catch_up()
    assert tenants.store.load(ACME) == replicas.held(ACME)


def test_what_is_let_go_meanwhile_is_not_held_again() -> None:
    """ST-3: a tenant that was let go while it was caught up stays away until somebody asks for it."""
    tenants = Meanwhile(store_of(a_tenant(ACME), a_tenant(OTHER)))
    replicas = Replicas(tenants, most_objects=1)
    replicas.get(ACME)
    tenants.store.rename("Two")
    tenants.then = lambda: replicas.get(OTHER)
    replicas.catch_up(ACME)
    assert names(replicas) == [OTHER]


# ---- memory ----------------------------------------------------------------------------------------------------------


def test_those_that_nobody_asked_for_longest_are_let_go() -> None:
    """ST-3: beyond the bound the least recently used tenants go; a tenant that comes to have more objects counts so."""
    ids = [TenantId(f"t-{number}") for number in range(4)]
    store = store_of(*map(a_tenant, ids))
    replicas = Replicas(store, most_objects=3 * SIZE)
    for id_ in ids[:3]:
        replicas.get(id_)
    assert ids[:3] == names(replicas)
    replicas.get(ids[0])
    replicas.get(ids[3])
    assert [ids[0], ids[2], ids[3]] == names(replicas)
    replicas.compiled(ids[2], Access)
    replicas.held(ids[0])
    replicas.get(ids[1])
    assert [ids[0], ids[1], ids[2]] == names(replicas)
    new = DepartmentId("d-2")
    edit = Edit(kind=Kind.DEPARTMENTS, id=new, after=Department(id=new, name="New"))
    store.commit(Change(tenant=ids[1], base=1, edits=[edit]), at=AT)
    replicas.catch_up()
    assert [ids[0], ids[1]] == names(replicas)


def test_the_one_just_asked_for_is_never_let_go() -> None:
    """ST-3: a tenant beyond the bound by itself is held alone, and loaded once as long as nobody asks for another."""
    tenants = Telling(store_of(a_tenant(ACME), a_tenant(OTHER)))
    replicas = Replicas(tenants, most_objects=1)
    for id_ in (ACME, ACME, OTHER, OTHER):
        replicas.get(id_)
        assert names(replicas) == [id_]
    assert tenants.asked["load"] == 2
    tenants.store.rename("Caught up", OTHER)
    replicas.catch_up()
    assert names(replicas) == [OTHER]
    replicas.accept(tenants.store.rename("Committed here"))
    assert names(replicas) == [ACME]


@pytest.mark.parametrize("most", [0, -1, True, 2.5, "many", None])
def test_a_bound_is_a_number_of_objects(most: object) -> None:
    """ST-3: a bound that is no whole number above 0 is refused when the replicas are made."""
    with pytest.raises(InvalidValue) as caught:
        Replicas(store_of(), most_objects=most)  # type: ignore[arg-type]
    assert caught.value.problems[0].path == ("most_objects",)


# ---- engines ---------------------------------------------------------------------------------------------------------


class Engines:
    """A host's own engines of one version, with a count of how many were made."""

    made = 0

    def __init__(self, tenant: Tenant, *, like: Engines | None = None) -> None:
        type(self).made += 1
        self.tenant = tenant
        self.like = like
        self.access: Access = Access(tenant, like=None if like is None else like.access)
        self.router = Router(tenant)


class Failing:
    """An engine that can't be made of a tenant in which Asha is called so."""

    def __init__(self, tenant: Tenant) -> None:
        if any(user.name == "Nobody" for user in tenant.users.values()):
            raise ValueError
        self.tenant = tenant


def test_an_engine_is_made_once_for_a_version() -> None:
    """ST-3: eight threads share one engine; the next version's is there before the version is, like the one before."""
    store = store_of()
    replicas = Replicas(store)
    Engines.made = 0
    first = {id(engine) for engine in race([lambda: replicas.compiled(ACME, Engines)] * 8)}
    assert (1, 1) == (len(first), Engines.made)
    before = replicas.compiled(ACME, Engines)
    latest = store.rename("One")
    replicas.catch_up()
    assert Engines.made == 2
    after = replicas.compiled(ACME, Engines)
    assert (latest, before, 2) == (after.tenant, after.like, Engines.made)


def test_whoever_asks_while_an_engine_is_made_gets_that_one() -> None:
    """ST-3: an engine that takes long to compile isn't compiled twice."""
    replicas = Replicas(store_of())
    made: list[Tenant] = []
    others = [Thread(target=lambda: replicas.compiled(ACME, Long)) for _ in range(2)]

    class Long:
        """While it is made others ask for it."""

        def __init__(self, tenant: Tenant) -> None:
            made.append(tenant)
            if len(made) == 1:
                for other in others:
                    other.start()
                others[0].join(timeout=0.1)  # it can't end before this does

    replicas.compiled(ACME, Long)
    for other in others:
        other.join()
    assert len(made) == 1


def test_an_engine_that_can_not_be_made_keeps_no_version_back() -> None:
    """ST-3: the new version counts all the same, for other engines too, and whoever asks for that engine is told."""
    store = store_of()
    replicas = Replicas(store)
    replicas.compiled(ACME, Failing)
    replicas.compiled(ACME, Access)
    latest = store.rename("Nobody")
    replicas.catch_up()
    assert latest == replicas.compiled(ACME, Access).tenant
    with pytest.raises(ValueError):  # noqa: PT011  the host's own
        replicas.compiled(ACME, Failing)
    latest = store.rename("Somebody")
    replicas.catch_up()
    assert latest == replicas.compiled(ACME, Failing).tenant


def test_an_engine_is_made_by_a_class() -> None:
    """ST-3: a function would be another one at each question, and fill the memory."""
    replicas = Replicas(store_of())
    with pytest.raises(InvalidValue) as caught:
        replicas.compiled(ACME, lambda tenant: tenant)  # type: ignore[arg-type]
    assert caught.value.problems[0].path == ("make",)


# ---- coroutines ------------------------------------------------------------------------------------------------------


def test_coroutines_do_the_same() -> None:
    """ST-1, ST-3: with a store of coroutines a tenant is held, caught up, and its engines are at hand."""

    async def use() -> None:
        tenants = Telling()
        replicas = AsyncReplicas(Coroutines(tenants))
        first, again = await asyncio.gather(replicas.get(ACME), replicas.get(ACME))
        assert first is again
        assert first is (await replicas.compiled(ACME, Access)).tenant
        for number in range(250):  # more than are applied before others have their turn
            tenants.store.rename(f"Name {number}")
        latest = tenants.store.load(ACME)
        await replicas.catch_up()
        assert latest == replicas.held(ACME) == (await replicas.compiled(ACME, Access)).tenant
        assert tenants.asked["load"] == 1
        with pytest.raises(NotFound):
            await replicas.get(OTHER)

    asyncio.run(use())


@attrs.define(eq=False)
class Waiting:
    """Loads only when it may, as a coroutine."""

    store: Store
    began: asyncio.Event = attrs.field(factory=asyncio.Event)
    may: asyncio.Event = attrs.field(factory=asyncio.Event)
    loads: int = 0

    async def load(self, tenant: TenantId) -> Tenant:
        """As the store, once it may."""
        self.loads += 1
        self.began.set()
        await self.may.wait()
        return self.store.load(tenant)

    async def changes_since(self, tenant: TenantId, version: int) -> tuple[Committed, ...]:
        """What was committed after a version."""
        return self.store.changes_since(tenant, version)


@pytest.mark.parametrize("cancelled", [0, 1, 2])
def test_a_task_that_is_cancelled_takes_no_other_with_it(cancelled: int) -> None:
    """ST-3: of three tasks that ask at once any may be cancelled, the one that loads too; the others are answered."""

    async def use() -> None:
        tenants = Waiting(store_of())
        replicas = AsyncReplicas(tenants)
        tasks = [asyncio.create_task(replicas.get(ACME)) for _ in range(3)]
        await tenants.began.wait()
        await asyncio.sleep(0)
        tasks[cancelled].cancel()
        tenants.may.set()
        outcomes = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), PATIENCE)
        assert isinstance(outcomes.pop(cancelled), asyncio.CancelledError)
        assert [tenants.store.load(ACME)] * 2 == outcomes
        assert tenants.loads == (2 if cancelled == 0 else 1)

    asyncio.run(use())
