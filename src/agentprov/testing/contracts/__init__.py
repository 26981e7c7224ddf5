"""Whether an adapter is right: one test for each obligation of the protocols (ST-6).

The author of an adapter says once how to make an empty store, and mixes that into every suite::

    class Mine:
        def store(self) -> Store:
            return MyStore(an_empty_database())

    class TestMyTenants(Mine, TenantRepositoryContract): ...
    class TestMyStore(Mine, StoreContract): ...

The adapter of one repository overrides that repository's method instead: ``repository`` for tenants, ``credentials``,
``code_store``, ``token_store``, ``presence``, ``sticky``, ``rotation``, ``audit``. A store of coroutines passes through
:func:`blocking`. What an adapter can't do it names, with the reason: :class:`Contract`.

The classes aren't called ``Test...``, so that pytest runs the subclasses only. :mod:`agentprov.testing.lockstep` has
what no list of examples finds: an adapter and the dictionaries, side by side.
"""

from agentprov.testing.contracts.audit import AuditRepositoryContract
from agentprov.testing.contracts.blocking import awaited, blocking
from agentprov.testing.contracts.codes import CodeRepositoryContract
from agentprov.testing.contracts.contract import Contract
from agentprov.testing.contracts.credentials import CredentialRepositoryContract
from agentprov.testing.contracts.presence import PresenceRepositoryContract
from agentprov.testing.contracts.rotation import RotationRepositoryContract
from agentprov.testing.contracts.sticky import StickyRepositoryContract
from agentprov.testing.contracts.stores import StoreContract
from agentprov.testing.contracts.tenants import TenantRepositoryContract
from agentprov.testing.contracts.tokens import TokenRepositoryContract

__all__ = [
    "AuditRepositoryContract",
    "CodeRepositoryContract",
    "Contract",
    "CredentialRepositoryContract",
    "PresenceRepositoryContract",
    "RotationRepositoryContract",
    "StickyRepositoryContract",
    "StoreContract",
    "TenantRepositoryContract",
    "TokenRepositoryContract",
    "awaited",
    "blocking",
]
