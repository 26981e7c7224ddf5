"""Driving a tenant in a store and a naive world side by side: what holds of every command, whatever it is.

A command is made by the library and foretold by the rules. Either it is refused with exactly the codes foretold, and
nothing is another (P82), or it is done and both are the same afterwards. Every change can be taken back (PV-9), is what
its edits say (ST-5), and gives its actor nothing (P10, P11).
"""

from __future__ import annotations

import attrs
from hypothesis.stateful import RuleBasedStateMachine

from agentprov.errors import AgentprovError, Code, Conflict
from agentprov.memory import MemoryTenants
from agentprov.model.changes import Change
from agentprov.model.live import Live
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.repositories import TenantRepository
from tests.machines.world import AT, PERMISSIONS, TENANT, Command, Step, World, live_of


def same(expected: object, actual: object) -> None:
    """Both are equal; said here, as pytest explains the asserts of tests only."""
    assert expected == actual, f"expected {expected}, was {actual}"


class Driven(RuleBasedStateMachine):
    """A tenant in a store, and the naive world that it must be like."""

    def __init__(self) -> None:
        super().__init__()
        self.store: TenantRepository = MemoryTenants()
        self.world = World()
        self.founded: Tenant | None = None
        self.version = 1
        self.on_queue: set[str] = set()
        self.last: tuple[Change, World] | None = None
        """The last change, and the world before it."""
        self.keyed: list[tuple[str, Change]] = []
        """What was committed, with the keys it came with."""

    @property
    def tenant(self) -> Tenant:
        """The tenant as it is stored."""
        return self.store.load(TENANT)

    @property
    def live(self) -> Live:
        """What the host says."""
        return live_of(self.on_queue)

    def found(self, tenant: Tenant, world: World) -> None:
        """The tenant is stored, and the world is like it."""
        self.store.create(tenant)
        self.founded, self.world = tenant, world

    def attempt(self, command: Command, by: str | None) -> Change | None:
        """The change, if the rules and the library both make it; nothing, if both refuse it alike."""
        before, step = self.tenant, command.expected(self.world, by, self.on_queue)
        try:
            change = command.make(before, by, self.live)
        except AgentprovError as error:
            same(step.codes, set(error.codes))
            same(before, self.tenant)
            return None
        same(step.codes, set())
        if step.events is not None:
            same(step.events, {(event.kind, event.subject) for event in change.events})
        self.check_rights(step, by)
        return change

    def take(self, command: Command, by: str | None = None) -> bool:
        """Do it: refused by both, or done by both."""
        change = self.attempt(command, by)
        if change is None:
            return False
        self.commit(change, command.expected(self.world, by, self.on_queue).after)
        return True

    def commit(self, change: Change, after: World) -> None:
        """The change is stored, and can be taken back."""
        before = self.tenant
        key = f"key-{len(self.keyed)}"
        stored = self.store.commit(change, at=AT, key=key)
        assert replayed(before, change) == tables(stored)
        assert before == attrs.evolve(change.undo().apply(stored), version=before.version)
        self.keyed.append((key, change))
        self.last = (change, self.world)
        self.world = after
        self.version += 1
        self.on_queue &= after.people.keys()

    def check_rights(self, step: Step, by: str | None) -> None:
        """Nobody gains by their own command, and no command makes rights that nobody held."""
        if by is not None:
            before, after = self.world.people, step.after.people
            if by in after:
                assert PERMISSIONS[after[by].role] <= PERMISSIONS[before[by].role]
            held = {permission for each in before.values() for permission in PERMISSIONS[each.role]}
            assert {permission for each in after.values() for permission in PERMISSIONS[each.role]} <= held

    def take_back(self) -> None:
        """The last change is undone; an undone one is done again."""
        if self.last is not None:
            change, before = self.last
            self.commit(change.undo(), before)

    def save_two(self, first: Command, second: Command) -> None:
        """Two are made on one version: one wins, the other is a conflict, and is made anew on what is there by then."""
        one, other = self.attempt(first, None), self.attempt(second, None)
        if one is None or other is None:
            return
        theirs = second.expected(self.world, None, self.on_queue).after
        new = theirs.people.keys() - self.world.people.keys()
        self.commit(one, first.expected(self.world, None, self.on_queue).after)
        logins = {self.world.key(each.login) for each in self.world.people.values()}
        codes = {Code.CONFLICT_STALE}
        if any(self.world.key(theirs.people[id_].login) in logins for id_ in new):
            codes.add(Code.LOGIN_TAKEN)
        before = self.tenant
        try:
            self.store.commit(other, at=AT)
        except Conflict as error:
            assert codes == set(error.codes)
        else:
            raise AssertionError("two won")
        assert before is self.tenant
        self.take(second)

    def try_again(self, position: int) -> None:
        """A commit is tried again with its key, whatever happened since: it is done already (ST-2)."""
        if self.keyed:
            key, change = self.keyed[position % len(self.keyed)]
            before = self.tenant
            assert before == self.store.commit(change, at=AT, key=key)
            assert before is self.tenant

    def teardown(self) -> None:
        """The log leads from the founded tenant to the last one (ST-5)."""
        if self.founded is not None:
            follower = self.founded
            for committed in self.store.changes_since(follower.id, follower.version):
                follower = committed.change.apply(follower)
            assert self.tenant == follower
        super().teardown()


def tables(tenant: Tenant) -> dict[str, object]:
    """All that is in a tenant, the version apart."""
    return {
        **{kind.value: dict(tenant.table(kind)) for kind in Kind},
        "properties": dict(tenant.properties),
        "settings": tenant.settings,
    }


def replayed(tenant: Tenant, change: Change) -> dict[str, object]:
    """What the edits of a change make of a tenant, done by hand one after the other (ST-5)."""
    found = {kind: dict(tenant.table(kind)) for kind in Kind}
    for edit in change.edits:
        assert found[edit.kind].pop(edit.id, None) == edit.before
        if edit.after is not None:
            found[edit.kind][edit.id] = edit.after
    values = dict(tenant.properties)
    for each in change.properties:
        assert values.pop(each.name, None) == each.before
        if each.after is not None:
            values[each.name] = each.after
    settings = tenant.settings if change.settings is None else change.settings.after
    return {**{kind.value: table for kind, table in found.items()}, "properties": values, "settings": settings}
