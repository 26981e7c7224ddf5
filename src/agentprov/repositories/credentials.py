"""Passwords, one-time codes and API tokens, each as a hash, apart from the users themselves (CR-2, CR-4, CR-7)."""

from __future__ import annotations

from typing import Protocol

from agentprov.model.api_tokens import ApiToken
from agentprov.model.ids import TenantId, UserId
from agentprov.model.one_time_codes import CodeKey, CodeRecord
from agentprov.model.stored_passwords import StoredPassword


class CredentialRepository(Protocol):
    """Keeps the password hashes of users, apart from the users themselves (CR-7). It never sees a password."""

    def password(self, tenant: TenantId, user: UserId) -> StoredPassword | None:
        """The stored password of a user, or nothing. Nobody is told whether the user exists: that isn't known here."""
        ...

    def put_password(
        self, tenant: TenantId, user: UserId, password: StoredPassword, *, expected: StoredPassword | None
    ) -> None:
        """Store a password in place of the ``expected`` one, at once or not at all; of several racing one wins.

        Raises:
            Conflict: ``conflict.changed``; another password is stored by now, or none.
        """
        ...

    def remove_password(self, tenant: TenantId, user: UserId) -> None:
        """Forget a user's password, as when the user is deleted. One that isn't there is gone already."""
        ...


class CodeRepository(Protocol):
    """Keeps the one-time codes of users, hashed, with what throttles guessing (CR-2). It never sees a code.

    One record for each key: whose, and what for. What differs by case is another key.
    """

    def codes(self, key: CodeKey) -> CodeRecord | None:
        """What is kept under a key, equal to what was stored; or nothing."""
        ...

    def put_codes(self, record: CodeRecord, *, expected: CodeRecord | None) -> None:
        """Store a record under its key in place of the ``expected`` one, at once or not at all.

        Of several racing one wins. This alone makes a code good for one use, and counts wrong tries that come
        together: after a conflict whoever checked a code forgets what came of it and checks it again
        (:func:`settle_codes`).

        Raises:
            Conflict: ``conflict.changed``; another record is stored by now, or none.
        """
        ...

    def forget_user(self, tenant: TenantId, user: UserId) -> None:
        """Forget every record of a user, as when they are deleted. Where there is none, nothing happens."""
        ...


class TokenRepository(Protocol):
    """Keeps the API tokens of users, as digests (CR-4). It never sees a token."""

    def token(self, tenant: TenantId, digest: str) -> ApiToken | None:
        """The token of a tenant with this digest, equal to what was stored; nothing, if it is another tenant's."""
        ...

    def tokens(self, tenant: TenantId, user: UserId) -> tuple[ApiToken, ...]:
        """Every token of a user, revoked and expired ones too, by when they were created, then by digest."""
        ...

    def put_token(self, token: ApiToken, *, expected: ApiToken | None) -> None:
        """Store a token in place of the ``expected`` record, at once or not at all; of several racing one wins.

        With nothing expected it is a new one. So noting a last use never undoes a revocation. It is the digest that two
        tokens of a tenant can't share; ``id`` is a part of it, and no key.

        Raises:
            Conflict: ``conflict.changed``; another record is stored by now, or none.
        """
        ...

    def forget_user(self, tenant: TenantId, user: UserId) -> None:
        """Forget every token of a user, as when they are deleted. Where there is none, nothing happens."""
        ...
