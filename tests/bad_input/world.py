"""The world in which a bad input is tried: two tenants in repositories, a few people, and a canary in every secret."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from threading import RLock
from typing import Any, Final

import attrs

from agentprov.codec import dumps
from agentprov.credentials.passwords import CHEAPEST, hash_password
from agentprov.memory import MemoryCredentials, MemorySticky, MemoryTenants
from agentprov.model.changes import Change
from agentprov.model.contact import Email, PhoneNumber
from agentprov.model.effects import StickyAssigned
from agentprov.model.groups import Tombstone
from agentprov.model.identity import Login, NumericId
from agentprov.model.ids import RoleId, TenantId, UserId
from agentprov.model.secret import Secret
from agentprov.model.sticky import StickyKey, StickyPlace
from agentprov.model.stored_passwords import StoredPassword
from agentprov.model.tenant import Tenant
from agentprov.model.users import Status, User
from agentprov.provisioning import create_user, update_user
from agentprov.provisioning.typed_form import typed_form_of
from tests.provisioning.samples import ADMIN, AT, a_form, a_tenant

CANARY: Final = "q7Zw2kLx9RtV4mNbY8cHs3Dj"
"""The text of every secret: seen anywhere but in its own place, it has leaked."""

ANNA: Final = UserId("u-anna")
NEW: Final = UserId("u-new")
ACME: Final = TenantId("t-acme")
OTHER: Final = TenantId("t-other")


@attrs.frozen(kw_only=True)
class World:
    """The repositories. A row does what it does by their means, as a host would."""

    tenants: MemoryTenants
    credentials: MemoryCredentials
    sticky: MemorySticky
    changes: list[Change] = attrs.field(factory=list)
    """What was committed, so that its warnings and its words can be looked at."""

    @property
    def tenant(self) -> Tenant:
        """The tenant as it is stored."""
        return self.tenants.load(ACME)

    def commit(self, change: Change) -> Tenant:
        """Commit a change, and keep it to be looked at."""
        after = self.tenants.commit(change, at=AT)
        self.changes.append(change)
        return after

    def create(self, plan: str, asked: str, **fields: object) -> object:
        """Create a user from the smallest form of a blueprint with these fields, and give the field asked for."""
        form = a_form(plan, **{"password": Secret(CANARY), **fields} if "password" in a_form(plan) else fields)
        after = self.commit(create_user(self.tenant, form, by=ADMIN, id=NEW, at=AT))
        return None if asked == "password" else typed_form_of(after.users[NEW], after.blueprint).value(asked)

    def update(self, asked: str, **fields: object) -> object:
        """Update the stored user, and give the field asked for."""
        after = self.commit(update_user(self.tenant, ANNA, fields, by=ADMIN, at=AT))
        return typed_form_of(after.users[ANNA], after.blueprint).value(asked)

    def state(self) -> Mapping[str, object]:
        """Everything that is stored, to be compared with what is stored later."""
        stores = {"tenants": self.tenants, "credentials": self.credentials, "sticky": self.sticky}
        return {name: _copied(vars(store)) for name, store in stores.items()}


def _copied(value: Any) -> Any:
    """A copy of everything that can be changed; values of the model can't be."""
    if isinstance(value, dict):
        return {key: _copied(entry) for key, entry in value.items() if not isinstance(entry, type(RLock()))}
    return [_copied(entry) for entry in value] if isinstance(value, list) else value


@cache
def _stored(plan: str, *, international: bool) -> Tenant:
    tenant = a_tenant(plan, international_calling=international)
    anna = User(
        id=ANNA,
        login=Login("anna"),
        name="Anna",
        email=Email("anna@example.com"),
        phone=PhoneNumber("+919812345679"),
        roles=[RoleId("agent")] if plan == "smartflo" else [],
        numeric_id=NumericId(1001),
    )
    away = User(id=UserId("u-away"), login=Login("away"), status=Status.DISABLED, numeric_id=NumericId(4242))
    gone = Tombstone(id=UserId("u-gone"), login=Login("gone"), deleted_at=AT)
    users = {**tenant.users, anna.id: anna, away.id: away}
    return attrs.evolve(tenant, users=users, tombstones={gone.id: gone})


@cache
def written(plan: str) -> str:
    """The document of a world's tenant before anything is done."""
    return dumps(_stored(plan, international=False))


def a_world(plan: str = "smartflo", *, international: bool = False) -> World:
    """A world whose tenant has this blueprint: Anna, Away who is disabled, and a user who is gone."""
    world = World(tenants=MemoryTenants(), credentials=MemoryCredentials(), sticky=MemorySticky())
    world.tenants.create(_stored(plan, international=international), at=AT)
    world.tenants.create(_other(), at=AT)
    world.credentials.put_password(ACME, ANNA, StoredPassword(hash=_hash(), one_time=False, at=AT), expected=None)
    key = StickyKey(caller=PhoneNumber("+4722334455"), place=StickyPlace.NUMBER, id="n-1")
    until = AT + timedelta(days=1)
    world.sticky.assign(ACME, StickyAssigned(key=key, user=ANNA, at=_epoch(AT), until=_epoch(until)))
    return world


def _epoch(at: datetime) -> int:
    return int((at - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())


@cache
def _hash() -> str:
    return hash_password(Secret(CANARY), CHEAPEST).reveal()


@cache
def _other() -> Tenant:
    """Another tenant, with a user whose login nobody here may learn of."""
    there = User(id=UserId("u-elsewhere"), login=Login("elsewhere"), email=Email("elsewhere@example.com"))
    return attrs.evolve(a_tenant("smartq"), id=OTHER, users={there.id: there}, profiles={})
