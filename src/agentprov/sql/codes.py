"""One-time codes in a database, as hashes (CR-2)."""

from __future__ import annotations

from sqlalchemy import Connection, select

from agentprov.errors import Code, Conflict
from agentprov.model.ids import TenantId, UserId
from agentprov.model.one_time_codes import CodeKey, CodeRecord
from agentprov.sql.records import expected_text, forget, one_record, text_of
from agentprov.sql.rows import compare_and_set
from agentprov.sql.running import Runner
from agentprov.sql.tables import codes


class SqlCodes:
    """A :class:`~agentprov.repositories.CodeRepository`."""

    def __init__(self, run: Runner) -> None:
        self._run = run

    def codes(self, key: CodeKey) -> CodeRecord | None:
        """What is kept under a key, or nothing."""
        return self._run.read_one(_codes, key)

    def put_codes(self, record: CodeRecord, *, expected: CodeRecord | None) -> None:
        """Store a record in place of the expected one."""
        return self._run.write(_put_codes, record, expected)

    def forget_user(self, tenant: TenantId, user: UserId) -> None:
        """Forget every record of a user."""
        return self._run.write(forget, codes, tenant, user)


def _codes(connection: Connection, key: CodeKey) -> CodeRecord | None:
    query = select(codes.c.document).where(
        codes.c.tenant == key.tenant, codes.c.user == key.user, codes.c.purpose == key.purpose.value
    )
    return one_record(connection, query, CodeRecord, "codes", key.tenant, key.user, key.purpose.value)


def _put_codes(connection: Connection, record: CodeRecord, expected: CodeRecord | None) -> None:
    key = {"tenant": record.key.tenant, "user": record.key.user, "purpose": record.key.purpose.value}
    row = {"document": text_of(record)}
    if not compare_and_set(connection, codes, key, row, expected=expected_text(expected)):
        raise Conflict.of(Code.CONFLICT_CHANGED, "codes")
