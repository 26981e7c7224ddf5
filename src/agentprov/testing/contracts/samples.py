"""What the contracts store: a small tenant whose texts are easily damaged, changes of it, and races."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from threading import Barrier, Thread
from typing import Any, Final

import attrs

from agentprov.errors import Conflict, InvalidValue, NotFound, Refused
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
REFUSALS: Final = (Conflict, InvalidValue, NotFound, Refused)
"""How a store may answer whoever lost a race."""


def a_tenant(id_: str = "t-acme", *users: User, **fields: Any) -> Tenant:  # noqa: ANN401  whatever a tenant has
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
        **fields,
    )


def a_person(login: str, *, id_: str | None = None, **fields: Any) -> User:  # noqa: ANN401  whatever a user has
    """A user with this login, whose id is made of it unless another is given."""
    return User(id=UserId(id_ or f"u-{login}"), login=Login(login), **fields)


def putting(tenant: Tenant, user: User) -> Edit:
    """The edit that creates a user, or replaces the one with their id."""
    return Edit(kind=Kind.USERS, id=user.id, before=tenant.users.get(user.id), after=user)


def removing(tenant: Tenant, id_: str) -> Edit:
    """The edit that removes a user."""
    return Edit(kind=Kind.USERS, id=id_, before=tenant.users[UserId(id_)])


def a_change(tenant: Tenant, *edits: Edit, **given: Any) -> Change:  # noqa: ANN401  whatever a change has
    """The change of a tenant, made on the version it has."""
    return Change(tenant=tenant.id, base=tenant.version, edits=edits, **given)


def a_creation(tenant: Tenant, login: str, *, id_: str | None = None, secret: str | None = None) -> Change:
    """The change that creates a user with this login."""
    user = a_person(login, id_=id_, name=login)
    secrets = {} if secret is None else {"password": Secret(secret)}
    return a_change(tenant, Edit(kind=Kind.USERS, id=user.id, after=user), secrets=secrets)


def a_renaming(tenant: Tenant, name: str) -> Change:
    """The change that gives the first user another name."""
    return a_change(tenant, putting(tenant, attrs.evolve(tenant.users[UserId("u-asha")], name=name)))


def race(attempts: Sequence[Callable[[], object]]) -> list[object]:
    """What each attempt gives, or how it is refused, all begun at the same moment in threads of their own.

    What is no refusal is raised: the store failed, which no race is a reason for.
    """
    outcomes: list[object] = [None] * len(attempts)
    barrier = Barrier(len(attempts))

    def run(position: int) -> None:
        barrier.wait()
        try:
            outcomes[position] = attempts[position]()
        except Exception as error:  # noqa: BLE001  it is raised where the test can see it
            outcomes[position] = error

    threads = [Thread(target=run, args=(position,)) for position in range(len(attempts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for outcome in outcomes:
        if isinstance(outcome, Exception) and not isinstance(outcome, REFUSALS):
            raise outcome
    return outcomes
