"""The dictionaries keep what the protocols promise: every suite, for what answers at once and for coroutines."""

from __future__ import annotations

from agentprov.memory import (
    MemoryAudit,
    MemoryCodes,
    MemoryCredentials,
    MemoryPresence,
    MemoryRotation,
    MemorySticky,
    MemoryStore,
    MemoryTenants,
    MemoryTokens,
)
from agentprov.repositories import Store
from agentprov.repositories.asynchronous import in_threads
from agentprov.testing.contracts import (
    AuditRepositoryContract,
    CodeRepositoryContract,
    Contract,
    CredentialRepositoryContract,
    PresenceRepositoryContract,
    RotationRepositoryContract,
    StickyRepositoryContract,
    StoreContract,
    TenantRepositoryContract,
    TokenRepositoryContract,
    blocking,
)


class Together(Contract):
    """Every repository in one store."""

    def store(self) -> MemoryStore:
        """An empty one."""
        return MemoryStore()


class Later(Contract):
    """The same store, asked by coroutines."""

    def store(self) -> Store:
        """An empty one."""
        return blocking(in_threads(MemoryStore()))


class TestMemoryTenants(Together, TenantRepositoryContract):
    """ST-1, ST-6: tenants in dictionaries pass the whole suite that hosts run on their own stores."""


class TestMemoryCredentials(Together, CredentialRepositoryContract):
    """ST-1, ST-6: so do passwords in dictionaries."""


class TestMemoryCodes(Together, CodeRepositoryContract):
    """ST-1, ST-6: one-time codes."""


class TestMemoryTokens(Together, TokenRepositoryContract):
    """ST-1, ST-6: API tokens."""


class TestMemoryPresence(Together, PresenceRepositoryContract):
    """ST-1, ST-6: what agents are doing."""


class TestMemorySticky(Together, StickyRepositoryContract):
    """ST-1, ST-6: who served whom."""


class TestMemoryRotation(Together, RotationRepositoryContract):
    """ST-1, ST-6: whose turn it was."""


class TestMemoryAudit(Together, AuditRepositoryContract):
    """ST-1, ST-6: what was asked and changed no tenant."""


class TestMemoryStore(Together, StoreContract):
    """LC-2, ST-6: and all of it together."""


class TestLaterTenants(Later, TenantRepositoryContract):
    """ST-1, ST-6: a store of coroutines passes the same suites by one way to make it."""


class TestLaterCredentials(Later, CredentialRepositoryContract):
    """ST-1, ST-6: passwords, by coroutines."""


class TestLaterCodes(Later, CodeRepositoryContract):
    """ST-1, ST-6: one-time codes, by coroutines."""


class TestLaterTokens(Later, TokenRepositoryContract):
    """ST-1, ST-6: API tokens, by coroutines."""


class TestLaterPresence(Later, PresenceRepositoryContract):
    """ST-1, ST-6: what agents are doing, by coroutines."""


class TestLaterSticky(Later, StickyRepositoryContract):
    """ST-1, ST-6: who served whom, by coroutines."""


class TestLaterRotation(Later, RotationRepositoryContract):
    """ST-1, ST-6: whose turn it was, by coroutines."""


class TestLaterAudit(Later, AuditRepositoryContract):
    """ST-1, ST-6: what was asked and changed no tenant, by coroutines."""


class TestLaterStore(Later, StoreContract):
    """LC-2, ST-6: and all of it together, by coroutines."""


class TestTenantsAlone(TenantRepositoryContract):
    """ST-1, ST-6: each repository passes where a host has it alone, too."""

    def repository(self) -> MemoryTenants:
        """An empty one."""
        return MemoryTenants()


class TestCredentialsAlone(CredentialRepositoryContract):
    """ST-1, ST-6: passwords alone."""

    def credentials(self) -> MemoryCredentials:
        """An empty one."""
        return MemoryCredentials()


class TestCodesAlone(CodeRepositoryContract):
    """ST-1, ST-6: one-time codes alone."""

    def code_store(self) -> MemoryCodes:
        """An empty one."""
        return MemoryCodes()


class TestTokensAlone(TokenRepositoryContract):
    """ST-1, ST-6: API tokens alone."""

    def token_store(self) -> MemoryTokens:
        """An empty one."""
        return MemoryTokens()


class TestPresenceAlone(PresenceRepositoryContract):
    """ST-1, ST-6: presence alone, where nobody knows the users."""

    def presence(self) -> MemoryPresence:
        """An empty one."""
        return MemoryPresence()


class TestStickyAlone(StickyRepositoryContract):
    """ST-1, ST-6: who served whom, alone."""

    def sticky(self) -> MemorySticky:
        """An empty one."""
        return MemorySticky()


class TestRotationAlone(RotationRepositoryContract):
    """ST-1, ST-6: whose turn it was, alone."""

    def rotation(self) -> MemoryRotation:
        """An empty one."""
        return MemoryRotation()


class TestAuditAlone(AuditRepositoryContract):
    """ST-1, ST-6: the audit alone."""

    def audit(self) -> MemoryAudit:
        """An empty one."""
        return MemoryAudit()
