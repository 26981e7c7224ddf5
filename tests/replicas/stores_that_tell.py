"""Stores for the tests of replicas: one that can go back, one that says when it is asked, one of coroutines."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from threading import Condition
from typing import Final

import attrs

from agentprov.memory import MemoryTenants
from agentprov.model.ids import TenantId
from agentprov.model.tenant import Tenant
from agentprov.replicas import Log
from agentprov.repositories import Committed
from agentprov.testing.contracts.samples import a_renaming, a_tenant

AT: Final = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ACME: Final = TenantId("t-acme")
PATIENCE: Final = 20.0
"""How many seconds a test waits for another thread before it fails."""


class Store(MemoryTenants):
    """Dictionaries that an operator may also remove tenants from, and bring them back."""

    def delete(self, tenant: TenantId) -> None:
        """Forget a tenant, as an operator would who deletes its rows."""
        for each in (self._tenants, self._foundings, self._logs):
            del each[tenant]

    def restore(self, tenant: Tenant) -> None:
        """Put a tenant in the place of the one with its id, with a log that begins there: a backup."""
        self.delete(tenant.id)
        self.create(tenant, at=AT)

    def rename(self, name: str, tenant: TenantId = ACME) -> Tenant:
        """Commit a change to the latest version."""
        return self.commit(a_renaming(self.load(tenant), name), at=AT)


def store_of(*tenants: Tenant) -> Store:
    """A store with these tenants, or with Acme."""
    store = Store()
    for tenant in tenants or (a_tenant(ACME),):
        store.create(tenant, at=AT)
    return store


@attrs.define(eq=False)
class Telling:
    """A store that counts what it is asked, lets a test wait for it, and fails where a test wants it to."""

    store: Store = attrs.field(factory=store_of)
    failure: Exception | None = None
    asked: Counter[str] = attrs.field(factory=Counter)
    _news: Condition = attrs.field(factory=Condition)

    def load(self, tenant: TenantId) -> Tenant:
        """The tenant at its latest version."""
        self._note("load")
        return self.store.load(tenant)

    def changes_since(self, tenant: TenantId, version: int) -> tuple[Committed, ...]:
        """What was committed after a version."""
        self._note("changes_since")
        return self.store.changes_since(tenant, version)

    def wait_for_rounds(self, more: int = 2) -> None:
        """Wait until it was asked for changes so many times more: whoever asks again is done with what came before."""
        with self._news:
            until = self.asked["changes_since"] + more
            assert self._news.wait_for(lambda: self.asked["changes_since"] >= until, PATIENCE), "nobody asks"

    def _note(self, what: str) -> None:
        with self._news:
            self.asked[what] += 1
            self._news.notify_all()
        if self.failure is not None:
            raise self.failure


@attrs.frozen
class Coroutines:
    """A store's two methods as coroutines."""

    store: Log

    async def load(self, tenant: TenantId) -> Tenant:
        """The tenant at its latest version."""
        return self.store.load(tenant)

    async def changes_since(self, tenant: TenantId, version: int) -> tuple[Committed, ...]:
        """What was committed after a version."""
        return self.store.changes_since(tenant, version)
