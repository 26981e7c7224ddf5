"""What a store must promise: protocols, each obligation spelt out (ST-1, ST-2, ST-5).

A host puts its own database behind these, all or only those it needs. :mod:`agentprov.memory` satisfies them in
dictionaries, ``agentprov.sql`` in tables. :mod:`agentprov.testing.contracts` says whether an adapter is right: it has a
test for every obligation here. :mod:`agentprov.repositories.asynchronous` has the same protocols with coroutines.

The engines never see a repository. A process loads a tenant, decides with it, makes a change, commits the change, and
goes on with the tenant that the commit gives back.
"""

from agentprov.repositories.audit import AuditQuery, AuditRepository, Noted
from agentprov.repositories.calls import RotationRepository, StickyRepository
from agentprov.repositories.conflicts import conflict
from agentprov.repositories.credentials import CodeRepository, CredentialRepository, TokenRepository
from agentprov.repositories.entries import check_entry, request_digest
from agentprov.repositories.performing import Performed, perform, perform_async
from agentprov.repositories.presence import AgentPresence, PresenceRepository, live_facts
from agentprov.repositories.settling import settle_codes, settle_codes_async
from agentprov.repositories.stores import Store
from agentprov.repositories.tenants import Committed, Founded, TenantReader, TenantRepository, TenantWriter

__all__ = [
    "AgentPresence",
    "AuditQuery",
    "AuditRepository",
    "CodeRepository",
    "Committed",
    "CredentialRepository",
    "Founded",
    "Noted",
    "Performed",
    "PresenceRepository",
    "RotationRepository",
    "StickyRepository",
    "Store",
    "TenantReader",
    "TenantRepository",
    "TenantWriter",
    "TokenRepository",
    "check_entry",
    "conflict",
    "live_facts",
    "perform",
    "perform_async",
    "request_digest",
    "settle_codes",
    "settle_codes_async",
]
