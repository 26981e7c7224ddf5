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
        self._most = max(0, most)
        self._lock = Lock()
        self._tenants: OrderedDict[TenantId, Tenant] = OrderedDict()

    def get(self, tenant: TenantId) -> Tenant | None:
        """The copy of a tenant, if there is one."""
        with self._lock:
            return self._tenants.get(tenant)

    def keep(self, tenant: Tenant) -> Tenant:
        """Keep a version that is stored, in place of another; the same tenant is given back.

        Also in place of a later one: where a backup was restored, that one is of a history that is no more. Who is
        slow, and keeps an older one, costs the next commit a few entries of the log.
        """
        with self._lock:
            self._tenants[tenant.id] = tenant
            self._tenants.move_to_end(tenant.id)
            while len(self._tenants) > self._most:
                self._tenants.popitem(last=False)
        return tenant
