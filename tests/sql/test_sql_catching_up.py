"""Copies of tenants that are brought up to the latest version by what was written since."""

from __future__ import annotations

import random

import attrs
import pytest
from sqlalchemy import Engine, delete, update

from agentprov.errors import BrokenStore, Code, Conflict, InvalidValue, NotFound
from agentprov.model.changes import Change, Edit, LimitEdit, PropertyEdit, SettingsEdit
from agentprov.model.departments import Department
from agentprov.model.ids import DepartmentId, TenantId
from agentprov.model.limits import PropertyLimit
from agentprov.model.properties import PropertyName
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.replicas import Replicas
from agentprov.sql import Runner, SqlTenants, tables
from agentprov.testing.contracts.samples import AT, a_creation, a_renaming, a_tenant

WRAP_UP = PropertyName("wrap_up.chat")
Draw = random.Random


def a_change(tenant: Tenant, draw: Draw) -> Change:
    """Some change of a tenant: of users, departments, a value or a lock of its own, its settings."""
    made = Change(tenant=tenant.id, base=tenant.version)
    others = sorted(set(tenant.users) - {"u-asha"})
    kind = draw.choice(("create", "create", "rename", "remove", "department", "value", "lock", "settings", "undo"))
    if kind == "create" or (kind == "remove" and not others):
        return a_creation(tenant, f"user{draw.randrange(12)}")
    if kind == "remove":
        user = tenant.users[draw.choice(others)]
        return attrs.evolve(made, edits=[Edit(kind=Kind.USERS, id=user.id, before=user)])
    if kind == "department":
        id_ = DepartmentId(f"d-{draw.randrange(3)}")
        before, members = tenant.departments.get(id_), draw.sample(sorted(tenant.users), 1)
        after = None if before and draw.random() < 0.5 else Department(id=id_, name="Sales", members=members)
        return attrs.evolve(made, edits=[Edit(kind=Kind.DEPARTMENTS, id=id_, before=before, after=after)])
    if kind == "value":
        before_value = tenant.properties.get(WRAP_UP)
        after_value = None if before_value else draw.randrange(1, 100)
        return attrs.evolve(made, properties=[PropertyEdit(name=WRAP_UP, before=before_value, after=after_value)])
    if kind == "lock":
        before_limit = tenant.property_limits.get(WRAP_UP)
        after_limit = None if before_limit else PropertyLimit(locked=True)
        return attrs.evolve(made, limits=[LimitEdit(name=WRAP_UP, before=before_limit, after=after_limit)])
    if kind == "settings":
        zone = draw.choice(("Asia/Kolkata", "Europe/Oslo"))
        edited = SettingsEdit(before=tenant.settings, after=attrs.evolve(tenant.settings, time_zone=zone))
        return attrs.evolve(made, settings=edited)
    return a_renaming(tenant, f"Asha {draw.randrange(5)}")


@pytest.mark.parametrize("seed", range(3))
def test_any_copy_comes_to_the_latest_version(engine: Engine, seed: int) -> None:
    """ST-3: from every version, however it is written on, folded or taken back, a copy becomes what is loaded anew."""
    draw = Draw(seed)
    writer, other = SqlTenants(Runner(engine)), SqlTenants(Runner(engine))
    writer.create(a_tenant(), at=AT)
    copies = [writer.load(TenantId("t-acme"))]
    for _ in range(60):
        try:
            copies.append(writer.commit(a_change(copies[-1], draw), at=AT))
        except (Conflict, InvalidValue):
            continue  # such as a department whose member would be gone
        if draw.random() < 0.1:
            writer.fold(copies[-1].id, draw.choice(copies[-3:]).version)
        if draw.random() < 0.5:
            assert copies[-1] == other.load(copies[-1].id)
        known = draw.choice(copies)
        assert copies[-1] == other.caught_up(known)
    loaded = SqlTenants(Runner(engine)).load(copies[-1].id)
    for known in copies:
        caught_up = other.caught_up(known)
        assert loaded == caught_up
        following = a_creation(caught_up, "last")
        assert following.apply(loaded) == following.apply(caught_up)


def test_the_latest_version_is_itself(engine: Engine) -> None:
    """ST-3: where nothing was written since, it is the very same tenant, with whatever was compiled for it."""
    tenants = SqlTenants(Runner(engine))
    tenants.create(a_tenant(), at=AT)
    known = tenants.load(TenantId("t-acme"))
    assert known is tenants.load(known.id) is tenants.caught_up(known)


def test_a_copy_of_what_is_no_more_is_loaded_anew(engine: Engine) -> None:
    """ST-3: a copy that is ahead of a database, because a backup came back, gives way; an unknown tenant is told."""
    tenants = SqlTenants(Runner(engine))
    tenants.create(a_tenant(), at=AT)
    known = tenants.load(TenantId("t-acme"))
    ahead = a_creation(known, "ravi").apply(known)
    assert known == tenants.caught_up(ahead)
    with pytest.raises(NotFound) as caught:
        tenants.caught_up(a_tenant("t-none"))
    assert (Code.TENANT_UNKNOWN,) == caught.value.codes


@pytest.mark.parametrize("document", ["{", '{"login":5}', '{"login":"asha"}'], ids=["torn", "typed", "taken"])
def test_damage_is_told_and_the_copy_stays(engine: Engine, document: str) -> None:
    """ST-3: what isn't as it was written is ``store.corrupted``, and a process goes on with what it holds."""
    tenants = SqlTenants(Runner(engine))
    tenants.create(a_tenant(), at=AT)
    replicas = Replicas(SqlTenants(Runner(engine)))
    known = replicas.get("t-acme")
    tenants.commit(a_creation(known, "ravi"), at=AT)
    with engine.begin() as connection:
        connection.execute(update(tables.objects).where(tables.objects.c.id == "u-ravi").values(document=document))
    with pytest.raises(BrokenStore) as caught:
        replicas.catch_up()
    assert (Code.STORE_CORRUPTED,) == caught.value.codes
    assert known is replicas.held("t-acme")


def test_without_a_beginning_of_the_log_it_is_loaded_whole(engine: Engine) -> None:
    """ST-3: whether the log reaches back can't be told then, so nothing is built on it."""
    tenants = SqlTenants(Runner(engine))
    tenants.create(a_tenant(), at=AT)
    known = tenants.load(TenantId("t-acme"))
    latest = tenants.commit(a_creation(known, "ravi"), at=AT)
    with engine.begin() as connection:
        connection.execute(delete(tables.foundings))
    assert latest == SqlTenants(Runner(engine)).caught_up(known)


def test_replicas_catch_up_from_tables(engine: Engine) -> None:
    """ST-3: by what was written since, several changes at once."""
    tenants = SqlTenants(Runner(engine))
    tenants.create(a_tenant(), at=AT)
    replicas = Replicas(SqlTenants(Runner(engine)))
    latest = replicas.get("t-acme")
    for login in ("ravi", "mina", "tom"):
        latest = tenants.commit(a_creation(latest, login), at=AT)
    assert 1 == replicas.get("t-acme").version
    replicas.catch_up()
    assert latest == replicas.get("t-acme")
