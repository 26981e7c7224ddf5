"""What agents are doing, in a database (LC-2)."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import BigInteger, Connection, Text, bindparam, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite

from agentprov.errors import Code, Conflict, NotFound
from agentprov.model.changes import Change
from agentprov.model.ids import TenantId, UserId, is_identifier
from agentprov.model.references import Kind
from agentprov.repositories import AgentPresence
from agentprov.repositories.presence import check_departing, departing
from agentprov.sql.records import forget, one_record, record_of, text_of
from agentprov.sql.rows import parts
from agentprov.sql.running import Runner
from agentprov.sql.tables import objects, presence


class SqlPresence:
    """A :class:`~agentprov.repositories.PresenceRepository`, which knows the tenants of its database."""

    def __init__(self, run: Runner) -> None:
        self._run = run

    def presence(self, tenant: TenantId, user: UserId) -> AgentPresence | None:
        """What is kept of a user, or nothing."""
        return self._run.read_one(_presence, tenant, user)

    def everybody(self, tenant: TenantId) -> tuple[AgentPresence, ...]:
        """What is kept of every user of a tenant."""
        return self._run.read_one(_everybody, tenant)

    def put_presence(self, tenant: TenantId, presence: AgentPresence, *, expected: AgentPresence | None) -> None:
        """Store a record in place of the expected one."""
        return self._run.write_one(put_presence, tenant, presence, expected)

    def forget_user(self, tenant: TenantId, user: UserId) -> None:
        """Forget the record of a user."""
        return self._run.write(forget, presence, tenant, user)


def check_presence(connection: Connection, change: Change) -> None:
    """Refuse to remove or move users who are logged on to queues (LC-2).

    INVARIANT: a commit asks after it has written their objects. Whoever logs on holds the object's row; so they were
    first, and their record is seen here; or they wait, and find the object as it is then.

    Raises:
        Refused: ``user.logged_on_queue``.
    """
    for users in parts(departing(change)):
        rows = connection.execute(_LOGGED_ON, {"tenant_": change.tenant, "users_": users})
        check_departing([_record(change.tenant, row) for row in rows])


_LOGGED_ON: Final = select(presence.c.user, presence.c.document).where(
    presence.c.tenant == bindparam("tenant_"),
    presence.c.queues > 0,
    presence.c.user.in_(bindparam("users_", expanding=True)),
)


def _record(tenant: TenantId, row: Any) -> AgentPresence:  # noqa: ANN401  a row
    return record_of(AgentPresence, row.document, "presence", tenant, row.user)


def _presence(connection: Connection, tenant: TenantId, user: UserId) -> AgentPresence | None:
    query = select(presence.c.document).where(presence.c.tenant == tenant, presence.c.user == user)
    return one_record(connection, query, AgentPresence, "presence", tenant, user)


def _everybody(connection: Connection, tenant: TenantId) -> tuple[AgentPresence, ...]:
    if not is_identifier(tenant):
        return ()
    query = select(presence.c.user, presence.c.document).where(presence.c.tenant == tenant).order_by(presence.c.user)
    return tuple(_record(tenant, row) for row in connection.execute(query))


# ---- one statement: from when it looks at the user's object, whoever would remove or move them waits -----------------

_TENANT, _USER = bindparam("tenant_", type_=Text()), bindparam("user_", type_=Text())
_QUEUES, _DOCUMENT = bindparam("queues_", type_=BigInteger()), bindparam("document_", type_=Text())
_WHOSE: Final = (objects.c.tenant == _TENANT) & (objects.c.kind == Kind.USERS.value) & (objects.c.id == _USER)
_KNOWN: Final = select(objects.c.id).where(_WHOSE)
_ROW: Final = select(objects.c.tenant, objects.c.id, _QUEUES, _DOCUMENT).where(_WHOSE).with_for_update(read=True)
_FIRST: Final = {
    name: dialect.insert(presence)
    .from_select(["tenant", "user", "queues", "document"], _ROW)
    .on_conflict_do_nothing()
    .execution_options(preserve_rowcount=True)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
_NEXT: Final = (
    update(presence)
    .where(presence.c.tenant == _TENANT, presence.c.user == _USER, presence.c.document == bindparam("expected"))
    .where(exists(_KNOWN.with_for_update(read=True)))
    .values(queues=_QUEUES, document=_DOCUMENT)
)


def put_presence(
    connection: Connection, tenant: TenantId, record: AgentPresence, expected: AgentPresence | None
) -> None:
    """Store a record in place of the expected one.

    Raises:
        NotFound: ``user.unknown``.
        Conflict: ``conflict.changed``.
    """
    whose = {"tenant_": tenant, "user_": record.user}
    new = {**whose, "queues_": len(record.queues), "document_": text_of(record)}
    if is_identifier(tenant):
        if expected is None:
            done = connection.execute(_FIRST[connection.dialect.name], new)
        else:
            done = connection.execute(_NEXT, {**new, "expected": text_of(expected)})
        if done.rowcount > 0:
            return
        if connection.execute(_KNOWN, whose).first() is not None:
            raise Conflict.of(Code.CONFLICT_CHANGED, "presence")
    raise NotFound.of(Code.USER_UNKNOWN, "user", value=record.user)
