"""Every repository, in dictionaries: for tests, for tools, and for hosts that keep everything in one process.

Threads may share them. What isn't in the protocols isn't here: nothing is written to disk.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import Lock

from agentprov.engine.zones import epoch, instant
from agentprov.errors import Code, Conflict, NotFound
from agentprov.model.api_tokens import ApiToken
from agentprov.model.changes import Change
from agentprov.model.contact import PhoneNumber
from agentprov.model.effects import StickyAssigned
from agentprov.model.ids import TenantId, UserId
from agentprov.model.one_time_codes import CodeKey, CodeRecord
from agentprov.model.sticky import LastAgent, StickyKey
from agentprov.model.stored_passwords import StoredPassword
from agentprov.model.tenant import Tenant
from agentprov.repositories import Committed, check_commit, conflict


class MemoryTenants:
    """A :class:`~agentprov.repositories.TenantRepository`.

    INVARIANT: everything is written under the lock, and only after nothing can fail any more.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._tenants: dict[TenantId, Tenant] = {}
        self._logs: dict[TenantId, list[Committed]] = {}
        self._keys: dict[tuple[TenantId, str], Change] = {}

    def load(self, tenant: TenantId) -> Tenant:
        """The tenant at its latest version."""
        found = self._tenants.get(tenant)
        if found is None:
            raise NotFound.of(Code.TENANT_UNKNOWN, value=str(tenant))
        return found

    def changes_since(self, tenant: TenantId, version: int) -> tuple[Committed, ...]:
        """What was committed after a version."""
        with self._lock:
            high = self.load(tenant).version
            log = self._logs[tenant]
            low = high - len(log)
            if not low <= version <= high:
                raise NotFound.of(Code.VERSION_UNKNOWN, value=version, low=low, high=high)
            return tuple(log[version - low :])

    def create(self, tenant: Tenant) -> None:
        """Store a new tenant."""
        with self._lock:
            if tenant.id in self._tenants:
                raise Conflict.of(Code.TENANT_EXISTS, value=tenant.id)
            self._logs[tenant.id] = []
            self._tenants[tenant.id] = tenant

    def commit(self, change: Change, *, at: datetime, key: str | None = None) -> Tenant:
        """Apply a change and keep it, or do nothing."""
        check_commit(at, key)
        with self._lock:
            before = self.load(change.tenant)
            if key is not None and (change.tenant, key) in self._keys:
                if self._keys[change.tenant, key] != change:
                    raise Conflict.of(Code.IDEMPOTENCY_KEY_REUSED, "key", value=key)
                return before
            if before.version != change.base:
                raise conflict(change, before)
            after = change.apply(before)
            public = change.without_secrets()
            if key is not None:
                self._keys[change.tenant, key] = public
            self._logs[change.tenant].append(Committed(change=public, version=after.version, at=at, key=key))
            self._tenants[change.tenant] = after
            return after


class MemoryCredentials:
    """A :class:`~agentprov.repositories.CredentialRepository`."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._passwords: dict[tuple[TenantId, UserId], StoredPassword] = {}

    def password(self, tenant: TenantId, user: UserId) -> StoredPassword | None:
        """The stored password of a user, or nothing."""
        return self._passwords.get((tenant, user))

    def put_password(
        self, tenant: TenantId, user: UserId, password: StoredPassword, *, expected: StoredPassword | None
    ) -> None:
        """Store a password in place of the expected one."""
        with self._lock:
            if self._passwords.get((tenant, user)) != expected:
                raise Conflict.of(Code.CONFLICT_CHANGED, "password")
            self._passwords[tenant, user] = password

    def remove_password(self, tenant: TenantId, user: UserId) -> None:
        """Forget a user's password."""
        with self._lock:
            self._passwords.pop((tenant, user), None)


class MemoryCodes:
    """A :class:`~agentprov.repositories.CodeRepository`."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._records: dict[CodeKey, CodeRecord] = {}

    def codes(self, key: CodeKey) -> CodeRecord | None:
        """What is kept under a key, or nothing."""
        return self._records.get(key)

    def put_codes(self, record: CodeRecord, *, expected: CodeRecord | None) -> None:
        """Store a record in place of the expected one."""
        with self._lock:
            if self._records.get(record.key) != expected:
                raise Conflict.of(Code.CONFLICT_CHANGED, "codes")
            self._records[record.key] = record

    def forget_user(self, tenant: TenantId, user: UserId) -> None:
        """Forget every record of a user."""
        with self._lock:
            for key in [key for key in self._records if (key.tenant, key.user) == (tenant, user)]:
                del self._records[key]


class MemoryTokens:
    """A :class:`~agentprov.repositories.TokenRepository`."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._tokens: dict[tuple[TenantId, str], ApiToken] = {}

    def token(self, tenant: TenantId, digest: str) -> ApiToken | None:
        """The token of a tenant with this digest, or nothing."""
        return self._tokens.get((tenant, digest))

    def tokens(self, tenant: TenantId, user: UserId) -> tuple[ApiToken, ...]:
        """Every token of a user, in order."""
        with self._lock:
            own = [token for token in self._tokens.values() if (token.tenant, token.user) == (tenant, user)]
        return tuple(sorted(own, key=lambda token: (token.created_at, token.digest)))

    def put_token(self, token: ApiToken, *, expected: ApiToken | None) -> None:
        """Store a token in place of the expected record."""
        with self._lock:
            if self._tokens.get((token.tenant, token.digest)) != expected:
                raise Conflict.of(Code.CONFLICT_CHANGED, "token")
            self._tokens[token.tenant, token.digest] = token

    def forget_user(self, tenant: TenantId, user: UserId) -> None:
        """Forget every token of a user."""
        with self._lock:
            for key in [key for key, token in self._tokens.items() if (token.tenant, token.user) == (tenant, user)]:
                del self._tokens[key]


class MemorySticky:
    """A :class:`~agentprov.repositories.StickyRepository`."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._records: dict[tuple[TenantId, PhoneNumber], dict[StickyKey, StickyAssigned]] = {}

    def last_agents(self, tenant: TenantId, caller: PhoneNumber, *, at: datetime) -> dict[StickyKey, LastAgent]:
        """The living records of a caller."""
        now = epoch(at)
        with self._lock:
            records = self._records.get((tenant, caller), {})
            return {
                key: LastAgent(user=record.user, at=instant(record.at))
                for key, record in records.items()
                if now < record.until
            }

    def assign(self, tenant: TenantId, assigned: StickyAssigned) -> None:
        """Keep who served a caller, unless somebody did later."""
        with self._lock:
            records = self._records.setdefault((tenant, assigned.key.caller), {})
            known = records.get(assigned.key)
            if known is None or known.at <= assigned.at:
                records[assigned.key] = assigned

    def forget_user(self, tenant: TenantId, user: UserId) -> None:
        """Forget every record of a user."""
        self._keep(tenant, lambda record: record.user != user)

    def forget_dead(self, tenant: TenantId, *, at: datetime) -> None:
        """Forget what is dead."""
        now = epoch(at)
        self._keep(tenant, lambda record: now < record.until)

    def _keep(self, tenant: TenantId, wanted: Callable[[StickyAssigned], bool]) -> None:
        with self._lock:
            for (owner, caller), records in list(self._records.items()):
                if owner == tenant:
                    left = {key: record for key, record in records.items() if wanted(record)}
                    if left:
                        self._records[owner, caller] = left
                    else:
                        del self._records[owner, caller]
