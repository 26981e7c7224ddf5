"""Passwords in a database, as hashes (CR-7)."""

from __future__ import annotations

from sqlalchemy import Connection, select

from agentprov.errors import Code, Conflict
from agentprov.model.ids import TenantId, UserId, identifier
from agentprov.model.stored_passwords import StoredPassword
from agentprov.sql.records import expected_text, forget, one_record, text_of
from agentprov.sql.rows import compare_and_set
from agentprov.sql.running import Runner
from agentprov.sql.tables import passwords


class SqlCredentials:
    """A :class:`~agentprov.repositories.CredentialRepository`."""

    def __init__(self, run: Runner) -> None:
        self._run = run

    def password(self, tenant: TenantId, user: UserId) -> StoredPassword | None:
        """The stored password of a user, or nothing."""
        return self._run.read_one(_password, tenant, user)

    def put_password(
        self, tenant: TenantId, user: UserId, password: StoredPassword, *, expected: StoredPassword | None
    ) -> None:
        """Store a password in place of the expected one."""
        return self._run.write(_put_password, tenant, user, password, expected)

    def remove_password(self, tenant: TenantId, user: UserId) -> None:
        """Forget a user's password."""
        return self._run.write(forget, passwords, tenant, user)


def _password(connection: Connection, tenant: TenantId, user: UserId) -> StoredPassword | None:
    query = select(passwords.c.document).where(passwords.c.tenant == tenant, passwords.c.user == user)
    return one_record(connection, query, StoredPassword, "passwords", tenant, user)


def _put_password(
    connection: Connection,
    tenant: TenantId,
    user: UserId,
    password: StoredPassword,
    expected: StoredPassword | None,
) -> None:
    key = {"tenant": identifier(tenant), "user": identifier(user)}
    row = {"document": text_of(password)}
    if not compare_and_set(connection, passwords, key, row, expected=expected_text(expected)):
        raise Conflict.of(Code.CONFLICT_CHANGED, "password")
