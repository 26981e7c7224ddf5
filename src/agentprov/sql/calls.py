"""Who served whom, and whose turn it was, in a database (RT-5, RT-6)."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from agentprov.engine.zones import epoch, instant
from agentprov.errors import Code, Conflict
from agentprov.model.contact import PhoneNumber
from agentprov.model.effects import Offered, StickyAssigned
from agentprov.model.ids import DepartmentId, TenantId, UserId, identifier, is_identifier
from agentprov.model.sticky import LastAgent, StickyKey, StickyPlace
from agentprov.sql.records import forget
from agentprov.sql.rows import compare_and_set, intact
from agentprov.sql.running import Runner
from agentprov.sql.tables import rotation, sticky


class SqlSticky:
    """A :class:`~agentprov.repositories.StickyRepository`."""

    def __init__(self, run: Runner) -> None:
        self._run = run

    def last_agents(self, tenant: TenantId, caller: PhoneNumber, *, at: datetime) -> dict[StickyKey, LastAgent]:
        """The living records of a caller."""
        return self._run.read_one(_last_agents, tenant, caller, at)

    def assign(self, tenant: TenantId, assigned: StickyAssigned) -> None:
        """Keep who served a caller, unless somebody did later."""
        return self._run.write_one(_assign, tenant, assigned)

    def forget_user(self, tenant: TenantId, user: UserId) -> None:
        """Forget every record of a user."""
        return self._run.write(forget, sticky, tenant, user)

    def forget_dead(self, tenant: TenantId, *, at: datetime) -> None:
        """Forget what is dead."""
        return self._run.write(_forget_dead, tenant, at)


class SqlRotation:
    """A :class:`~agentprov.repositories.RotationRepository`."""

    def __init__(self, run: Runner) -> None:
        self._run = run

    def rotation(self, tenant: TenantId) -> dict[DepartmentId, UserId]:
        """Whom every department offered a call last."""
        return self._run.read_one(_rotation, tenant)

    def offer(self, tenant: TenantId, offered: Offered, *, expected: UserId | None) -> None:
        """Keep that a department offered a call."""
        return self._run.write_one(_offer, tenant, offered, expected)

    def forget_user(self, tenant: TenantId, user: UserId) -> None:
        """Forget every turn of a user."""
        return self._run.write(forget, rotation, tenant, user)


# ---- who served whom ------------------------------------------------------------------------------------------------


def _last_agents(
    connection: Connection, tenant: TenantId, caller: PhoneNumber, at: datetime
) -> dict[StickyKey, LastAgent]:
    now = epoch(at)
    if not (is_identifier(tenant) and is_identifier(caller.removeprefix("+"))):
        return {}
    columns = select(sticky.c.place, sticky.c.user, sticky.c.at)
    rows = connection.execute(
        columns.where(sticky.c.tenant == tenant, sticky.c.caller == caller, sticky.c.until > now)
    ).all()
    return intact(lambda: dict(_record(caller, row) for row in rows), "sticky", tenant)


def _record(caller: PhoneNumber, row: Any) -> tuple[StickyKey, LastAgent]:  # noqa: ANN401  a row
    place, _, id_ = row.place.partition(":")
    return StickyKey(caller=caller, place=StickyPlace(place), id=id_), LastAgent(user=row.user, at=instant(row.at))


def _assign(connection: Connection, tenant: TenantId, assigned: StickyAssigned) -> None:
    key = assigned.key
    row = {
        "tenant": identifier(tenant),
        "caller": key.caller,
        "place": f"{key.place.value}:{key.id}",
        "user": identifier(assigned.user),
        "at": assigned.at,
        "until": assigned.until,
    }
    connection.execute(_assigning(connection.dialect.name), row)


@cache
def _assigning(dialect: str) -> Insert:
    """Puts a record in place of one that is no later, in one statement."""
    statement = postgresql.insert(sticky) if dialect == "postgresql" else sqlite.insert(sticky)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["tenant", "caller", "place"],
        set_={"user": new.user, "at": new.at, "until": new.until},
        where=sticky.c.at <= new.at,
    )


def _forget_dead(connection: Connection, tenant: TenantId, at: datetime) -> None:
    now = epoch(at)
    if is_identifier(tenant):
        connection.execute(delete(sticky).where(sticky.c.tenant == tenant, sticky.c.until <= now))


# ---- whose turn it was ----------------------------------------------------------------------------------------------


def _rotation(connection: Connection, tenant: TenantId) -> dict[DepartmentId, UserId]:
    if not is_identifier(tenant):
        return {}
    rows = connection.execute(select(rotation.c.department, rotation.c.user).where(rotation.c.tenant == tenant))
    return {DepartmentId(row.department): UserId(row.user) for row in rows}


def _offer(connection: Connection, tenant: TenantId, offered: Offered, expected: UserId | None) -> None:
    key = {"tenant": identifier(tenant), "department": identifier(offered.department)}
    row = {"user": identifier(offered.user)}
    if not compare_and_set(connection, rotation, key, row, expected=expected, compared="user"):
        raise Conflict.of(Code.CONFLICT_CHANGED, "rotation", offered.department)
