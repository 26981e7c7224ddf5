"""What every part of the suite begins with: an empty store, and one with a tenant."""

from __future__ import annotations

import attrs

from agentprov.model.tenant import Tenant
from agentprov.repositories import TenantRepository
from agentprov.testing.contracts.contract import Contract
from agentprov.testing.contracts.samples import AT, a_tenant


class TenantFounding(Contract):
    """How the store is made."""

    def repository(self) -> TenantRepository:
        """An empty store. Each call gives another one."""
        return self.store().tenants

    def founded(self, *, version: int = 1) -> tuple[TenantRepository, Tenant]:
        """A store with a tenant, and the tenant."""
        store, tenant = self.repository(), attrs.evolve(a_tenant(), version=version)
        store.create(tenant, at=AT)
        return store, tenant
