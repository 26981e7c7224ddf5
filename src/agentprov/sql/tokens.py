"""API tokens in a database, as digests (CR-4)."""

from __future__ import annotations

from sqlalchemy import Connection, select

from agentprov.errors import Code, Conflict
from agentprov.model.api_tokens import ApiToken
from agentprov.model.ids import TenantId, UserId, is_identifier
from agentprov.sql.records import expected_text, forget, one_record, record_of, text_of
from agentprov.sql.rows import compare_and_set
from agentprov.sql.running import Runner
from agentprov.sql.tables import tokens


class SqlTokens:
    """A :class:`~agentprov.repositories.TokenRepository`."""

    def __init__(self, run: Runner) -> None:
        self._run = run

    def token(self, tenant: TenantId, digest: str) -> ApiToken | None:
        """The token of a tenant with this digest, or nothing."""
        return self._run.read_one(_token, tenant, digest)

    def tokens(self, tenant: TenantId, user: UserId) -> tuple[ApiToken, ...]:
        """Every token of a user, in order."""
        return self._run.read_one(_tokens, tenant, user)

    def put_token(self, token: ApiToken, *, expected: ApiToken | None) -> None:
        """Store a token in place of the expected record."""
        return self._run.write(_put_token, token, expected)

    def forget_user(self, tenant: TenantId, user: UserId) -> None:
        """Forget every token of a user."""
        return self._run.write(forget, tokens, tenant, user)


def _token(connection: Connection, tenant: TenantId, digest: str) -> ApiToken | None:
    query = select(tokens.c.document).where(tokens.c.tenant == tenant, tokens.c.digest == digest)
    return one_record(connection, query, ApiToken, "tokens", tenant, digest)


def _tokens(connection: Connection, tenant: TenantId, user: UserId) -> tuple[ApiToken, ...]:
    if not (is_identifier(tenant) and is_identifier(user)):
        return ()
    query = select(tokens.c.digest, tokens.c.document).where(tokens.c.tenant == tenant, tokens.c.user == user)
    found = [record_of(ApiToken, row.document, "tokens", tenant, row.digest) for row in connection.execute(query)]
    return tuple(sorted(found, key=lambda token: (token.created_at, token.digest)))


def _put_token(connection: Connection, token: ApiToken, expected: ApiToken | None) -> None:
    key = {"tenant": token.tenant, "digest": token.digest}
    row = {"user": token.user, "document": text_of(token)}
    if not compare_and_set(connection, tokens, key, row, expected=expected_text(expected)):
        raise Conflict.of(Code.CONFLICT_CHANGED, "token")
