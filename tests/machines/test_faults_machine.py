"""The life of users in a store that fails at any call, before it did anything or after it did all (P79).

What is stored is the tenant before or the tenant after, never one between. Whoever tries again with the same key comes
to the same end, whether or not somebody else saved something in the meantime; nothing that was acknowledged is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from agentprov.errors import Code, Conflict
from agentprov.memory import MemoryTenants
from agentprov.model.changes import Change
from agentprov.model.tenant import Tenant
from agentprov.testing.faults import Faults, failing
from tests.machines.accounts_commands import Create, creations, moves, status_changes, updates
from tests.machines.commands import Command
from tests.machines.driving import Driven, same
from tests.machines.leaving_commands import deletions, desks, member_lists
from tests.machines.world import AT, TENANT, World, a_tenant, world_of

T = TypeVar("T")
commands = creations | updates | moves | status_changes | deletions | member_lists | desks


class Failing(Driven[World]):
    """A host that tries again until it has an answer."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = MemoryTenants()
        self.faults = Faults()
        self.store = failing(self.inner, self.faults)
        self.acknowledged: list[int] = []
        """The versions that the host was told of."""

    @initialize()
    def begin(self) -> None:
        """The host founds a tenant with an admin, a lead and a clerk."""
        self.found(a_tenant(), World())
        for id_, login, role in (("u-1", "anna", "admin"), ("u-2", "ben", "lead"), ("u-3", "cleo", "clerk")):
            self.take(Create(id=id_, login=login, role=role, group="g-1", name=None, supervisor=None, by_draft=False))

    @property
    def tenant(self) -> Tenant:
        """The tenant as it is stored, asked for until it comes."""
        return self.until_answered(lambda: self.store.load(TENANT))

    def save(self, change: Change, key: str) -> Tenant:
        """Tried until it is answered; in the meantime it is done, or it isn't."""
        before = self.inner.load(TENANT)
        after = change.apply(before)

        def attempt() -> Tenant:
            assert self.inner.load(TENANT) in (before, after)
            return self.store.commit(change, at=AT, key=key)

        stored = self.until_answered(attempt)
        same(after, self.inner.load(TENANT))
        same(before.version + 1, stored.version)
        self.acknowledged.append(stored.version)
        return stored

    def until_answered(self, attempt: Callable[[], T]) -> T:
        """What it gives, once the store doesn't fail."""
        while True:
            try:
                return attempt()
            except (ConnectionError, MemoryError):
                continue

    @rule(nth=st.integers(1, 4), done=st.booleans(), error=st.sampled_from((ConnectionError("gone"), MemoryError())))
    def arm(self, nth: int, done: bool, error: BaseException) -> None:
        """One of the next calls will fail."""
        self.faults.arm(nth, done=done, error=error)

    @rule(command=commands)
    def do(self, command: Command[World]) -> None:
        """A command, its commit tried until it is answered."""
        self.take(command)

    @rule(command=commands, other=commands, done=st.booleans())
    def lose_the_answer(self, command: Command[World], other: Command[World], done: bool) -> None:
        """The answer is lost, somebody else saves something, and then it is tried again with its key."""
        change = self.attempt(command, None)
        if change is None:
            return
        before = self.inner.load(TENANT)
        after = command.expected(self.now()).after
        self.faults.arm(done=done)
        key = f"lost-{self.version}"
        try:
            self.store.commit(change, at=AT, key=key)
        except ConnectionError:
            pass
        else:
            message = "it didn't fail"
            raise AssertionError(message)
        same(change.apply(before) if done else before, self.inner.load(TENANT))
        if done:
            self.world, self.version, self.last = after, self.version + 1, (change, self.world)
            self.on_queue &= after.people.keys()
        moved = self.take(other)
        for _ in range(2):  # after a conflict, too, the key isn't taken
            self.retry(change, key, conflict=moved and not done)
        if not done and not moved:
            self.world, self.version, self.last = after, self.version + 1, (change, self.world)
            self.on_queue &= after.people.keys()

    def retry(self, change: Change, key: str, *, conflict: bool) -> None:
        """Done by now, at once or already; a conflict, where it wasn't done and somebody else was first."""
        before = self.inner.load(TENANT)
        try:
            stored = self.until_answered(lambda: self.store.commit(change, at=AT, key=key))
        except Conflict as error:
            assert conflict, "a conflict with nobody"
            same({Code.CONFLICT_STALE}, {Code.CONFLICT_STALE} & set(error.codes))
            same(before, self.inner.load(TENANT))
        else:
            assert not conflict, "an update was lost"
            same(stored, self.inner.load(TENANT))

    @rule()
    def undo(self) -> None:
        """The last change is taken back, and that may fail, too."""
        self.take_back()

    @rule(position=st.integers(0, 30))
    def commit_again(self, position: int) -> None:
        """Something that was done is tried again."""
        if self.keyed:
            key, change = self.keyed[position % len(self.keyed)]
            before = self.inner.load(TENANT)
            same(before, self.until_answered(lambda: self.store.commit(change, at=AT, key=key)))
            same(before, self.inner.load(TENANT))

    @invariant()
    def nothing_acknowledged_is_lost(self) -> None:
        """P79: what is stored is what was answered, and the log holds all of it."""
        tenant = self.inner.load(TENANT) if self.founded is not None else None
        if tenant is not None:
            same(self.world, world_of(tenant))
            same(self.version, tenant.version)
            log = self.inner.changes_since(TENANT, 1)
            assert {committed.version for committed in log} >= set(self.acknowledged)
            same(len({committed.key for committed in log}), len(log))

    def teardown(self) -> None:
        """The log is read without faults."""
        self.faults.disarm()
        super().teardown()


TestFailing = Failing.TestCase
TestFailing.settings = settings(stateful_step_count=25)
