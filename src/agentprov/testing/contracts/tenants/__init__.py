"""The obligations of a store of tenants, each as a test: a module for each noun, and all of them together."""

from agentprov.testing.contracts.tenants.conflicts import TenantConflicts
from agentprov.testing.contracts.tenants.folding import TenantFolding
from agentprov.testing.contracts.tenants.history import TenantHistory
from agentprov.testing.contracts.tenants.keys import TenantKeys
from agentprov.testing.contracts.tenants.log import TenantLog
from agentprov.testing.contracts.tenants.reading import TenantReading
from agentprov.testing.contracts.tenants.wholeness import TenantWholeness


class TenantRepositoryContract(
    TenantReading, TenantConflicts, TenantWholeness, TenantKeys, TenantLog, TenantHistory, TenantFolding
):
    """The obligations of :class:`~agentprov.repositories.TenantRepository`."""
