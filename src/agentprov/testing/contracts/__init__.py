"""Whether an adapter of a repository is right: one test for each obligation of its protocol (ST-6).

The author of an adapter subclasses and says how to make an empty store::

    class TestMyTenants(TenantRepositoryContract):
        def repository(self) -> TenantRepository:
            return MyTenants(connection)

The classes aren't called ``Test...``, so that pytest runs the subclasses only.
"""

from agentprov.testing.contracts.codes import CodeRepositoryContract
from agentprov.testing.contracts.credentials import CredentialRepositoryContract
from agentprov.testing.contracts.sticky import StickyRepositoryContract
from agentprov.testing.contracts.tenants import TenantRepositoryContract
from agentprov.testing.contracts.tokens import TokenRepositoryContract

__all__ = [
    "CodeRepositoryContract",
    "CredentialRepositoryContract",
    "StickyRepositoryContract",
    "TenantRepositoryContract",
    "TokenRepositoryContract",
]
