"""The tenants that a process has at hand, so that a commit needn't load one."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from agentprov.model.ids import TenantId
from agentprov.model.tenant import Tenant


class Copies:
    """The latest versions that were seen of a few tenants, so that a commit needn't load. Threads may share it.

    INVARIANT: a copy says nothing of which version is the latest. Only the guard does.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._tenants: OrderedDict[TenantId, Tenant] = OrderedDict()

    def get(self, tenant: TenantId) -> Tenant | None:
        """The copy of a tenant, if there is one."""
        with self._lock:
            return self._tenants.get(tenant)

    def keep(self, tenant: Tenant) -> Tenant:
        """Keep a version that is stored, in place of an older one; the same tenant is given back."""
        with self._lock:
            known = self._tenants.get(tenant.id)
            if known is None or known.version < tenant.version:
                self._tenants[tenant.id] = tenant
            self._tenants.move_to_end(tenant.id)
            while len(self._tenants) > self._most:
                self._tenants.popitem(last=False)
        return tenant
