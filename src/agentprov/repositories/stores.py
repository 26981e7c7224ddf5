"""A store: every repository in one place, with what holds between them (ST-1, LC-2).

A host may put its repositories into different places, and then it has the protocols alone. Where they are together, as
in :class:`agentprov.memory.MemoryStore` and ``agentprov.sql.SqlStore``, a store promises more:

- A change that removes a user, or moves them to another user group, is refused while by the store's presence they are
  logged on to a queue: ``user.logged_on_queue``. Whatever happens at the same moment, one of the two wins.
- Presence is kept of users whom the tenant has; of others it is refused: ``user.unknown``.
- With the commit that removes a user everything that is kept of them goes: password, codes, tokens, presence, sticky
  records, turns. So nobody who is created under the same id later inherits any of it. Whoever stores a first password,
  code or token while its user is being removed may come after that: look at the user once more, and take it back.
"""

from __future__ import annotations

from typing import Protocol

from agentprov.repositories.audit import AuditRepository
from agentprov.repositories.calls import RotationRepository, StickyRepository
from agentprov.repositories.credentials import CodeRepository, CredentialRepository, TokenRepository
from agentprov.repositories.presence import PresenceRepository
from agentprov.repositories.tenants import TenantRepository


class Store(Protocol):
    """Every repository, in one place."""

    @property
    def tenants(self) -> TenantRepository:
        """Tenants, their changes, and the log."""
        ...

    @property
    def credentials(self) -> CredentialRepository:
        """Passwords."""
        ...

    @property
    def codes(self) -> CodeRepository:
        """One-time codes."""
        ...

    @property
    def tokens(self) -> TokenRepository:
        """API tokens."""
        ...

    @property
    def presence(self) -> PresenceRepository:
        """What agents are doing."""
        ...

    @property
    def sticky(self) -> StickyRepository:
        """Who served whom last."""
        ...

    @property
    def rotation(self) -> RotationRepository:
        """Whose turn it was."""
        ...

    @property
    def audit(self) -> AuditRepository:
        """What was asked and changed no tenant."""
        ...
