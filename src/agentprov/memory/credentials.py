"""Passwords, one-time codes and API tokens, in dictionaries."""

from __future__ import annotations

from threading import RLock

from agentprov.errors import Code, Conflict
from agentprov.model.api_tokens import ApiToken
from agentprov.model.ids import TenantId, UserId
from agentprov.model.one_time_codes import CodeKey, CodeRecord
from agentprov.model.stored_passwords import StoredPassword


class MemoryCredentials:
    """A :class:`~agentprov.repositories.CredentialRepository`."""

    def __init__(self, lock: RLock | None = None) -> None:
        self._lock = lock or RLock()
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

    def __init__(self, lock: RLock | None = None) -> None:
        self._lock = lock or RLock()
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

    def __init__(self, lock: RLock | None = None) -> None:
        self._lock = lock or RLock()
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
