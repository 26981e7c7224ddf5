"""What the contracts store: a small tenant whose texts are easily damaged, changes of it, and races."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from threading import Barrier, Thread

import attrs

from agentprov.errors import AgentprovError
from agentprov.model.access import Catalogue
from agentprov.model.blueprint import Blueprint
from agentprov.model.changes import Change, Edit
from agentprov.model.contact import Email, PhoneNumber
from agentprov.model.departments import Department
from agentprov.model.identity import Login
from agentprov.model.ids import DepartmentId, TenantId, UserId
from agentprov.model.properties import NONE, PropertyName, PropertyValue
from agentprov.model.references import Kind
from agentprov.model.secret import Secret
from agentprov.model.settings import Settings
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import Calling, Extension, User

AT = datetime(2026, 1, 1, 9, 30, tzinfo=UTC)
RACERS = 8


def a_tenant(id_: str = "t-acme", *users: User) -> Tenant:
    """A small tenant whose texts are easily damaged on the way to a store and back."""
    values: dict[PropertyName, PropertyValue] = {
        PropertyName("wrap_up.phone"): 60,
        PropertyName("resource_filter"): NONE,
    }
    asha = User(
        id=UserId("u-asha"),
        login=Login("asha"),
        name="\u0906\u0936\u093e \U0001f469\u200d\U0001f4bb",
        email=Email("Asha@example.com"),
        phone=PhoneNumber("+919812345678"),
        numeric_id=10**17 + 1,
        properties=Table(values),
        calling=Calling(extension=Extension(number="007")),
    )
    people = (asha, *users)
    return Tenant(
        id=TenantId(id_),
        name="Acme ' ; -- \\ %s",
        settings=Settings(time_zone="Asia/Kolkata", region="IN"),
        blueprint=Blueprint(name="plain", catalogue=Catalogue(sections=Table({"user": ("view", "edit")}))),
        users={user.id: user for user in people},
        departments={DepartmentId("d-1"): Department(id=DepartmentId("d-1"), name="Sales", members=[asha.id])},
    )


def a_creation(tenant: Tenant, login: str, *, id_: str | None = None, secret: str | None = None) -> Change:
    """The change that creates a user with this login."""
    user = User(id=UserId(id_ or f"u-{login}"), login=Login(login), name=login)
    secrets = {} if secret is None else {"password": Secret(secret)}
    return Change(
        tenant=tenant.id, base=tenant.version, edits=[Edit(kind=Kind.USERS, id=user.id, after=user)], secrets=secrets
    )


def a_renaming(tenant: Tenant, name: str) -> Change:
    """The change that gives the first user another name."""
    before = tenant.users[UserId("u-asha")]
    edit = Edit(kind=Kind.USERS, id=before.id, before=before, after=attrs.evolve(before, name=name))
    return Change(tenant=tenant.id, base=tenant.version, edits=[edit])


def race(attempts: Sequence[Callable[[], object]]) -> list[object]:
    """What each attempt gives or raises, all begun at the same moment in threads of their own."""
    outcomes: list[object] = [None] * len(attempts)
    barrier = Barrier(len(attempts))

    def run(position: int) -> None:
        barrier.wait()
        try:
            outcomes[position] = attempts[position]()
        except AgentprovError as error:
            outcomes[position] = error

    threads = [Thread(target=run, args=(position,)) for position in range(len(attempts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
