"""Driving a tenant in a store and a naive world side by side: what holds of every command, whatever it is.

A command is made by the library and foretold by the rules. Either it is refused with exactly the codes foretold, and
nothing is another (P82), or it is done and both are the same afterwards. Every change can be taken back (PV-9), and is
what its edits say (ST-5). Of two that are made on one version one is saved (P83).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic

import attrs
from hypothesis.stateful import RuleBasedStateMachine

from agentprov.errors import AgentprovError, Code, Conflict
from agentprov.memory import MemoryTenants
from agentprov.model.changes import Change
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.repositories import TenantRepository
from tests.machines.commands import Command, Moment, Step, W
from tests.machines.world import AT, TENANT


def same(expected: object, actual: object) -> None:
    """Both are equal; said here, as pytest explains the asserts of tests only."""
    assert expected == actual, f"expected {expected}, was {actual}"


class Driven(RuleBasedStateMachine, Generic[W]):
    """A tenant in a store, and the naive world that it must be like."""

    world: W

    def __init__(self) -> None:
        super().__init__()
        self.store: TenantRepository = MemoryTenants()
        self.founded: Tenant | None = None
        self.version = 1
        self.on_queue: set[str] = set()
        self.last: tuple[Change, W] | None = None
        """The last change, and the world before it."""
        self.keyed: list[tuple[str, Change]] = []
        """What was committed, with the keys it came with."""

    @property
    def tenant(self) -> Tenant:
        """The tenant as it is stored."""
        return self.store.load(TENANT)

    def save(self, change: Change, key: str) -> Tenant:
        """The tenant that it leads to, stored."""
        return self.store.commit(change, at=AT, key=key)

    def now(self, by: str | None = None) -> Moment[W]:
        """The moment at which somebody gives a command."""
        return Moment(tenant=self.tenant, world=self.world, by=by, on_queue=frozenset(self.on_queue))

    def found(self, tenant: Tenant, world: W) -> None:
        """The tenant is stored, and the world is like it."""
        self.store.create(tenant, at=AT)
        self.founded, self.world = tenant, world

    def attempt(self, command: Command[W], by: str | None) -> Change | None:
        """The change, if the rules and the library both make it; nothing, if both refuse it alike."""
        now = self.now(by)
        step = command.expected(now)
        try:
            change = command.make(now)
        except AgentprovError as error:
            same(step.codes, set(error.codes) - (step.also - step.codes))
            same(now.tenant, self.tenant)
            return None
        same(step.codes, set())
        if step.events is not None:
            same(step.events, {(event.kind, event.subject) for event in change.events})
        self.check(step, by)
        return change

    def check(self, step: Step[W], by: str | None) -> None:
        """What else holds of every command of this machine."""

    def take(self, command: Command[W], by: str | None = None) -> bool:
        """Do it: refused by both, or done by both."""
        change = self.attempt(command, by)
        if change is None:
            return False
        self.commit(change, command.expected(self.now(by)).after)
        return True

    def commit(self, change: Change, after: W) -> None:
        """The change is stored, and can be taken back."""
        before = self.tenant
        key = f"key-{len(self.keyed)}"
        stored = self.save(change, key)
        same(replayed(before, change), tables(stored))
        same(before, attrs.evolve(change.undo().apply(stored), version=before.version))
        self.keyed.append((key, change))
        self.last = (change, self.world)
        self.world = after
        self.version += 1
        self.on_queue &= stored.users.keys()

    def take_back(self) -> None:
        """The last change is undone; an undone one is done again."""
        if self.last is not None:
            change, before = self.last
            self.commit(change.undo(), before)

    def save_two(
        self, first: Command[W], second: Command[W], clashes: Callable[[W, W, W], set[Code]] = lambda *_: set()
    ) -> None:
        """Two are made on one version: one wins, the other is a conflict, and is made anew on what is there by then.

        ``clashes`` says what the conflict names besides: of the worlds before, as it is, as the other would have it.
        """
        one, other = self.attempt(first, None), self.attempt(second, None)
        if one is None or other is None:
            return
        theirs = second.expected(self.now()).after
        was = self.world
        self.commit(one, first.expected(self.now()).after)
        before, codes = self.tenant, {Code.CONFLICT_STALE} | clashes(was, self.world, theirs)
        try:
            self.store.commit(other, at=AT)
        except Conflict as error:
            same(codes, set(error.codes))
        else:
            message = "both were saved"
            raise AssertionError(message)
        same(before, self.tenant)
        self.take(second)

    def try_again(self, position: int) -> None:
        """A commit is tried again with its key, whatever happened since: it is done already (ST-2)."""
        if self.keyed:
            key, change = self.keyed[position % len(self.keyed)]
            before = self.tenant
            same(before, self.store.commit(change, at=AT, key=key))
            same(before, self.tenant)

    def teardown(self) -> None:
        """The log leads from the founded tenant to the last one (ST-5)."""
        if self.founded is not None:
            follower = self.founded
            for committed in self.store.changes_since(follower.id, follower.version):
                follower = committed.change.apply(follower)
            same(self.tenant, follower)
        super().teardown()


def tables(tenant: Tenant) -> dict[str, object]:
    """All that is in a tenant, the version apart."""
    return {
        **{kind.value: dict(tenant.table(kind)) for kind in Kind},
        "properties": dict(tenant.properties),
        "limits": dict(tenant.property_limits),
        "settings": tenant.settings,
    }


def replayed(tenant: Tenant, change: Change) -> dict[str, object]:
    """What the edits of a change make of a tenant, done by hand one after the other (ST-5)."""
    found = {kind: dict(tenant.table(kind)) for kind in Kind}
    for edit in change.edits:
        same(edit.before, found[edit.kind].pop(edit.id, None))
        if edit.after is not None:
            found[edit.kind][edit.id] = edit.after
    own: dict[str, dict[str, object]] = {
        "properties": {name: value for name, value in tenant.properties.items()},  # noqa: C416  of another type
        "limits": {name: limit for name, limit in tenant.property_limits.items()},  # noqa: C416
    }
    for name, edits in (("properties", change.properties), ("limits", change.limits)):
        for each in edits:
            same(each.before, own[name].pop(each.name, None))
            if each.after is not None:
                own[name][each.name] = each.after
    settings = tenant.settings if change.settings is None else change.settings.after
    return {**{kind.value: table for kind, table in found.items()}, **own, "settings": settings}
