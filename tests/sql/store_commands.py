"""Everything that a store can be asked, once, of a tenant of which there is something of everything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import attrs

from agentprov.engine.zones import epoch
from agentprov.model.access import Permission
from agentprov.model.api_tokens import ApiToken, TokenKind
from agentprov.model.changes import Change, Edit, PropertyEdit
from agentprov.model.effects import Offered, StickyAssigned
from agentprov.model.ids import DepartmentId, TenantId, UserId
from agentprov.model.one_time_codes import CodeKey, CodePurpose, CodeRecord
from agentprov.model.properties import PropertyName
from agentprov.model.references import Kind
from agentprov.model.sticky import StickyKey, StickyPlace
from agentprov.model.stored_passwords import StoredPassword
from agentprov.model.tenant import Tenant
from agentprov.repositories import AgentPresence, AuditQuery, Noted, Store, perform
from tests.tenants import MOBILE, by_id, small, user

AT: Final = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LATER: Final = AT + timedelta(minutes=5)
T1: Final = TenantId("t-1")
MINA: Final = UserId("u-mina")
OMAR: Final = UserId("u-omar")
SALES: Final = DepartmentId("d-sales")

TENANT: Final = attrs.evolve(small(), users=by_id([*small().users.values(), user("mina"), user("omar", numeric_id=7)]))
KEY: Final = CodeKey(tenant=T1, user=MINA, purpose=CodePurpose.RECOVERY)
CODES: Final = CodeRecord(key=KEY, issues=[AT], seen=AT)
PASSWORD: Final = StoredPassword(hash="$argon2id$old", one_time=False, at=AT)
TOKEN: Final = ApiToken(
    tenant=T1,
    user=MINA,
    kind=TokenKind.BY_ADMIN,
    digest="ab" * 32,
    hint="apv_aBCD",
    permissions=[Permission("user:edit")],
    created_at=AT,
    expires_at=AT + timedelta(days=1),
)
PRESENCE: Final = AgentPresence(user=MINA, at=AT)
STICKY: Final = StickyAssigned(
    key=StickyKey(caller=MOBILE, place=StickyPlace.DEPARTMENT, id="d-sales"),
    user=MINA,
    at=epoch(AT),
    until=epoch(AT) + 3_600,
)
NOTED: Final = Noted(key="n-1", at=AT, action="sign-in", actor=MINA, about=[(Kind.USERS, MINA)])
EVERYTHING: Final = AuditQuery()


def _rename(tenant: Tenant, name: str) -> Change:
    before = tenant.users[OMAR]
    edit = Edit(kind=Kind.USERS, id=OMAR, before=before, after=attrs.evolve(before, name=name))
    return Change(tenant=T1, base=tenant.version, edits=[edit])


FIRST: Final = _rename(TENANT, "Omar")
SECOND: Final = FIRST.apply(TENANT)
"""The tenant as every command finds it."""


def prepare(store: Store) -> None:
    """Store the tenant, one change of it, and something of everything beside."""
    store.tenants.create(TENANT, at=AT)
    store.tenants.commit(FIRST, at=AT, key="k-1", request="r-1")
    store.credentials.put_password(T1, MINA, PASSWORD, expected=None)
    store.codes.put_codes(CODES, expected=None)
    store.tokens.put_token(TOKEN, expected=None)
    store.presence.put_presence(T1, PRESENCE, expected=None)
    store.sticky.assign(T1, STICKY)
    store.rotation.offer(T1, Offered(department=SALES, user=MINA), expected=None)
    store.audit.note(T1, NOTED)


def _changing(**parts: object) -> Callable[[Store], object]:
    change = Change(tenant=T1, base=SECOND.version, **parts)  # type: ignore[arg-type]  # fields of a change
    return lambda store: store.tenants.commit(change, at=LATER, key="k-2", request="r-2")


_NINA: Final = user("nina", numeric_id=9)
Command = Callable[[Store], object]

READS: Final[Mapping[str, Command]] = {
    "tenant ids": lambda store: store.tenants.tenant_ids(),
    "load": lambda store: store.tenants.load(T1),
    "changes since": lambda store: store.tenants.changes_since(T1, store.tenants.founding(T1).tenant.version),
    "committed": lambda store: (store.tenants.committed(T1, "k-1"), store.tenants.committed(T1, "k-2")),
    "founding": lambda store: store.tenants.founding(T1),
    "history": lambda store: store.tenants.history(T1, AuditQuery(about=(Kind.USERS, OMAR))),
    "password": lambda store: store.credentials.password(T1, MINA),
    "codes": lambda store: store.codes.codes(KEY),
    "token": lambda store: store.tokens.token(T1, TOKEN.digest),
    "tokens": lambda store: store.tokens.tokens(T1, MINA),
    "presence": lambda store: store.presence.presence(T1, MINA),
    "everybody": lambda store: store.presence.everybody(T1),
    "last agents": lambda store: store.sticky.last_agents(T1, MOBILE, at=AT),
    "rotation": lambda store: store.rotation.rotation(T1),
    "notes": lambda store: store.audit.notes(T1, EVERYTHING),
}

WRITES: Final[Mapping[str, Command]] = {
    "create": lambda store: store.tenants.create(attrs.evolve(TENANT, id=TenantId("t-2")), at=AT),
    "commit a creation": _changing(edits=[Edit(kind=Kind.USERS, id=_NINA.id, after=_NINA)]),
    "commit a deletion": _changing(edits=[Edit(kind=Kind.USERS, id=MINA, before=SECOND.users[MINA])]),
    "commit a property": _changing(properties=[PropertyEdit(name=PropertyName("wrap_up.phone"), after=7)]),
    "perform": lambda store: perform(
        store.tenants, T1, lambda tenant: _rename(tenant, "Om"), at=LATER, key="k-2", request="r-2", audit=store.audit
    ),
    "fold": lambda store: store.tenants.fold(T1, 2),
    "put password": lambda store: store.credentials.put_password(
        T1, MINA, attrs.evolve(PASSWORD, hash="$argon2id$new"), expected=PASSWORD
    ),
    "put first password": lambda store: store.credentials.put_password(T1, OMAR, PASSWORD, expected=None),
    "remove password": lambda store: store.credentials.remove_password(T1, MINA),
    "put codes": lambda store: store.codes.put_codes(attrs.evolve(CODES, failures=1), expected=CODES),
    "forget codes": lambda store: store.codes.forget_user(T1, MINA),
    "put token": lambda store: store.tokens.put_token(attrs.evolve(TOKEN, revoked_at=LATER), expected=TOKEN),
    "forget tokens": lambda store: store.tokens.forget_user(T1, MINA),
    "put presence": lambda store: store.presence.put_presence(
        T1, attrs.evolve(PRESENCE, panel=True), expected=PRESENCE
    ),
    "put first presence": lambda store: store.presence.put_presence(
        T1, attrs.evolve(PRESENCE, user=OMAR), expected=None
    ),
    "forget presence": lambda store: store.presence.forget_user(T1, MINA),
    "assign": lambda store: store.sticky.assign(T1, attrs.evolve(STICKY, user=OMAR, at=epoch(LATER))),
    "forget sticky": lambda store: store.sticky.forget_user(T1, MINA),
    "forget dead": lambda store: store.sticky.forget_dead(T1, at=AT + timedelta(days=1)),
    "offer": lambda store: store.rotation.offer(T1, Offered(department=SALES, user=OMAR), expected=MINA),
    "forget turns": lambda store: store.rotation.forget_user(T1, MINA),
    "note": lambda store: store.audit.note(T1, attrs.evolve(NOTED, key="n-2")),
}

COMMANDS: Final[Mapping[str, Command]] = {**READS, **WRITES}


def state(store: Store) -> tuple[object, ...]:
    """Everything that a store tells."""
    return tuple(read(store) for read in READS.values())
