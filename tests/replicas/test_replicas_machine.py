"""Copies of tenants beside a store that changes, folds, forgets and fails at any call (ST-3, P12, P79).

What is held is always a version that the store had; it never goes back; after catching up it is the store's. The same
machine is driven with a store that answers at once and with one of coroutines.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from agentprov.engine.access import Access
from agentprov.errors import Code, NotFound, Unavailable
from agentprov.model.ids import TenantId
from agentprov.model.properties import READY_PROPERTIES
from agentprov.model.tenant import Tenant
from agentprov.replicas import AsyncReplicas, Replicas
from agentprov.testing.contracts.samples import a_creation, a_tenant
from agentprov.testing.faults import Faults, failing
from tests.replicas.stores_that_tell import AT, Coroutines, Store

IDS: Final = tuple(TenantId(f"t-{number}") for number in range(3))
MOST: Final = 2 * (len(READY_PROPERTIES) + 4)
"""About two of the three tenants."""
ids = st.sampled_from(IDS)
errors = st.sampled_from((ConnectionError("gone"), Unavailable.of(Code.STORE_UNAVAILABLE), MemoryError()))


class Copied(RuleBasedStateMachine):
    """A process with replicas, and a store that others write to as well."""

    def __init__(self) -> None:
        super().__init__()
        self.store = Store()
        self.faults = Faults()
        self.replicas: Any = self.made()
        self.ever: dict[TenantId, dict[int, Tenant]] = {id_: {} for id_ in IDS}
        """Every version that the store ever had."""
        self.least: dict[TenantId, int] = dict.fromkeys(IDS, 0)
        """The version that was last seen or committed in this process, as long as the tenant is held."""
        for id_ in IDS:
            self.found(id_)

    def made(self) -> Any:
        """The replicas."""
        return Replicas(failing(self.store, self.faults), most_objects=MOST)

    def done(self, answer: Any) -> Any:
        """What a method gave."""
        return answer

    def found(self, id_: TenantId) -> None:
        """Create a tenant, at a version that it never had."""
        version = max(self.ever[id_], default=0) + 1
        tenant = a_tenant(id_)
        self.note(Tenant(**{**_fields(tenant), "version": version, "name": f"{id_} since {version}"}))
        self.store.create(self.ever[id_][version], at=AT)

    def note(self, tenant: Tenant) -> Tenant:
        """Remember that the store has it."""
        self.ever[tenant.id][tenant.version] = tenant
        return tenant

    def stored(self, id_: TenantId) -> Tenant | None:
        """What the store has."""
        return self.store.load(id_) if id_ in self.store.tenant_ids() else None

    @rule(id_=ids, here=st.booleans(), times=st.integers(1, 3))
    def commit(self, id_: TenantId, here: bool, times: int) -> None:
        """Users are created, in this process or in another."""
        for _ in range(times if self.stored(id_) is not None else 0):
            before = self.store.load(id_)
            after = self.note(self.store.commit(a_creation(before, f"user-{before.version}"), at=AT))
            if here:
                self.replicas.accept(after)
                assert after == self.replicas.held(id_)

    @rule(id_=ids, back=st.integers(0, 2))
    def fold(self, id_: TenantId, back: int) -> None:
        """The log is folded, up to the latest version or a little before."""
        if self.stored(id_) is not None:
            begins = self.store.founding(id_).tenant.version
            self.store.fold(id_, max(begins, self.store.load(id_).version - back))

    @rule(id_=ids)
    def delete_or_create(self, id_: TenantId) -> None:
        """An operator removes a tenant, or brings one in under its id."""
        if self.stored(id_) is None:
            self.found(id_)
        else:
            self.store.delete(id_)

    @rule(id_=ids, compiled=st.booleans())
    def get(self, id_: TenantId, compiled: bool) -> None:
        """Somebody asks: without the store where the tenant is held, else with the store's latest."""
        held, calls = self.replicas.held(id_), self.faults.calls
        if held is None and self.stored(id_) is None:
            with pytest.raises(NotFound):
                self.done(self.replicas.get(id_))
            return
        got = self.done(self.replicas.get(id_))
        assert got == (self.stored(id_) if held is None else held)
        if compiled:
            assert got is self.done(self.replicas.compiled(id_, Access)).tenant
        assert held is None or calls == self.faults.calls

    @rule(which=st.lists(ids, max_size=2, unique=True))
    def catch_up(self, which: list[TenantId]) -> None:
        """Afterwards those are what the store has; what it doesn't have isn't held, and nothing else comes to be."""
        before = {status.tenant for status in self.replicas.status()}
        self.done(self.replicas.catch_up(*which))
        after = {status.tenant: status.failure for status in self.replicas.status()}
        assert after.keys() <= before
        for id_ in which or IDS:
            if id_ in after:
                assert after[id_] is None
                assert self.stored(id_) == self.replicas.held(id_)

    @precondition(lambda self: self.replicas.status())
    @rule(nth=st.integers(1, 5), done=st.booleans(), error=errors)
    def catch_up_and_fail(self, nth: int, done: bool, error: Exception) -> None:
        """A call of the store fails: whoever catches up is told, and what isn't caught up stays as it is."""
        before = {status.tenant: self.replicas.held(status.tenant) for status in self.replicas.status()}
        struck = self.faults.struck
        self.faults.arm(nth, done=done, error=error)
        try:
            self.done(self.replicas.catch_up())
        except type(error):
            assert self.faults.struck == struck + 1
            failed = [status for status in self.replicas.status() if status.failure is not None]
            assert failed
            for status in failed:
                assert before[status.tenant] is self.replicas.held(status.tenant)
        else:
            assert done or self.faults.struck == struck  # what was done and raised its own error was answered
        self.faults.disarm()

    @rule(id_=ids, done=st.booleans(), error=errors)
    def get_and_fail(self, id_: TenantId, done: bool, error: Exception) -> None:
        """The store fails when a tenant is loaded: whoever asked is told, and nothing is held."""
        if any(status.tenant == id_ for status in self.replicas.status()) or self.stored(id_) is None:
            return
        self.faults.arm(done=done, error=error)
        with pytest.raises(type(error)):
            self.done(self.replicas.get(id_))
        assert self.replicas.held(id_) is None

    @invariant()
    def what_is_held_was_stored(self) -> None:
        """ST-3: every copy equals the version of its number, and a copy never goes back as long as it is held."""
        for status in self.replicas.status():
            held = self.replicas._copies[status.tenant].tenant  # noqa: SLF001  to ask would count as use
            assert self.ever[status.tenant][status.version] == held
            assert self.least[status.tenant] <= status.version
        self.least = {
            **dict.fromkeys(IDS, 0),
            **{status.tenant: status.version for status in self.replicas.status()},
        }

    @invariant()
    def memory_is_bounded(self) -> None:
        """ST-3: what is held keeps within the bound, or is a single tenant; and it is counted right."""
        objects = [status.objects for status in self.replicas.status()]
        assert sum(objects) <= MOST or len(objects) == 1
        assert sum(objects) == self.replicas._objects  # noqa: SLF001


class CopiedByCoroutines(Copied):
    """The same with a store of coroutines."""

    def __init__(self) -> None:
        self.runner = asyncio.Runner()
        super().__init__()

    def made(self) -> Any:
        """The replicas."""
        return AsyncReplicas(Coroutines(failing(self.store, self.faults)), most_objects=MOST)

    def done(self, answer: Any) -> Any:
        """What the coroutine of a method comes to."""
        return self.runner.run(answer)

    def teardown(self) -> None:
        """Close the loop."""
        self.runner.close()


def _fields(tenant: Tenant) -> dict[str, Any]:
    return {name: getattr(tenant, name) for name in ("id", "settings", "blueprint", "users", "departments")}


SETTINGS = settings(stateful_step_count=30)
TestCopied = Copied.TestCase
TestCopied.settings = SETTINGS
TestCopiedByCoroutines = CopiedByCoroutines.TestCase
TestCopiedByCoroutines.settings = SETTINGS
