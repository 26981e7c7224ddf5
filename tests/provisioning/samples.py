"""Tenants of the five blueprints, complete forms for them, and short ways to ask for codes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from agentprov.codec import blueprint
from agentprov.errors import AgentprovError, Code
from agentprov.model.access import WHOLE_TENANT, Grant, Permission, Role, Within
from agentprov.model.changes import Change
from agentprov.model.contact import PhoneNumber
from agentprov.model.departments import Department
from agentprov.model.destinations import HangUp
from agentprov.model.groups import AgentGroup, CallerId, NamedAddress, Profile, Queue, Skill, UserGroup
from agentprov.model.hours import TimeGroup
from agentprov.model.identity import Login
from agentprov.model.ids import (
    AddressId,
    AgentGroupId,
    CallerIdId,
    DepartmentId,
    NumberId,
    ProfileId,
    QueueId,
    RoleId,
    SkillId,
    TenantId,
    TimeGroupId,
    UserGroupId,
    UserId,
)
from agentprov.model.live import Live
from agentprov.model.network import parse_network
from agentprov.model.numbers import Number
from agentprov.model.settings import Settings
from agentprov.model.tenant import Tenant
from agentprov.model.users import User
from agentprov.provisioning import create_user

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PASSWORD = "purple otter climbs"
ADMIN = UserId("u-boss")
LOGGED_OFF = Live(queues={})

FORMS: dict[str, dict[str, object]] = {
    "smartq": {"login": "ravi", "name": "Ravi Rao", "role": "supervisor"},
    "smartertrack": {
        "login": "ravi",
        "authentication_method": "password",
        "password": PASSWORD,
        "email": "ravi@example.com",
        "display_name": "Ravi",
    },
    "smartflo": {
        "name": "Ravi Rao",
        "phone": "9812345678",
        "email": "ravi@example.com",
        "login": "ravi",
        "role": "agent",
        "status": "active",
        "password": PASSWORD,
    },
    "puzzel": {
        "login": "ravi",
        "user_group": "g-sales",
        "language": "nb-NO",
        "email": "ravi@example.com",
        "numeric_id": 4711,
    },
    "supervisor-workplace": {
        "login": "ravi",
        "email": "ravi@example.com",
        "password": PASSWORD,
        "role": "agent",
        "name": "Ravi Rao",
        "supervisor": "u-lead",
    },
}
"""For each blueprint the smallest form without a fault or a warning."""

SUPERVISOR_FORM: dict[str, object] = {
    "login": "mina",
    "email": "mina@example.com",
    "password": PASSWORD,
    "role": "supervisor",
    "name": "Mina Das",
    "home_department": "d-sales",
}

_ADMIN_ROLES = {"smartertrack": "administrator", "supervisor-workplace": "supervisor"}


def a_tenant(name: str = "smartflo", **settings: Any) -> Tenant:
    """A tenant with this blueprint and its ready roles, an admin, a supervisor, and something to refer to."""
    plan = blueprint(name)
    roles = dict(plan.ready_roles)
    whole = tuple(Grant(permission=each, scope=WHOLE_TENANT) for each in sorted(plan.catalogue.permissions))
    admin = RoleId(_ADMIN_ROLES.get(name, "admin"))
    boss = User(id=ADMIN, login=Login("boss"), roles=[admin], grants=whole)
    supervisor = RoleId("supervisor")
    lead_roles = [supervisor] if supervisor in roles else []
    lead = User(id=UserId("u-lead"), login=Login("lead"), roles=lead_roles, home_department=DepartmentId("d-sales"))
    return Tenant(
        id=TenantId("t-acme"),
        name="Acme",
        version=7,
        settings=Settings(**{"time_zone": "Asia/Kolkata", "region": "IN", **settings}),
        blueprint=plan,
        roles=roles,
        users={user.id: user for user in (boss, lead)},
        user_groups={id_: UserGroup(id=id_, name=id_.upper()) for id_ in map(UserGroupId, ("g-sales", "g-support"))},
        departments={id_: Department(id=id_, name=id_) for id_ in map(DepartmentId, ("d-sales", "d-care"))},
        agent_groups={id_: AgentGroup(id=id_, name=id_) for id_ in map(AgentGroupId, ("ag-1", "ag-2"))},
        queues={QueueId("q-1"): Queue(id=QueueId("q-1"), name="Queue")},
        skills={id_: Skill(id=id_, name=id_) for id_ in map(SkillId, ("s-hindi", "s-billing"))},
        profiles={
            ProfileId("p-sales"): Profile(id=ProfileId("p-sales"), name="Sales", user_group=UserGroupId("g-sales")),
            ProfileId("p-lead"): Profile(id=ProfileId("p-lead"), name="Own", user=UserId("u-lead")),
        },
        numbers={
            NumberId("n-1"): Number(id=NumberId("n-1"), phone=PhoneNumber("+918069651170"), to=HangUp()),
        },
        time_groups={TimeGroupId("tg-1"): TimeGroup(id=TimeGroupId("tg-1"), name="Day", time_zone="Asia/Kolkata")},
        caller_ids={
            id_: CallerId(id=id_, phone=PhoneNumber(f"+91806965118{position}"))
            for position, id_ in enumerate(map(CallerIdId, ("c-1", "c-2")))
        },
        addresses={
            AddressId("a-office"): NamedAddress(
                id=AddressId("a-office"), name="Office", networks=[parse_network("192.0.2.0/24")]
            )
        },
    )


def a_form(plan: str = "smartflo", /, **fields: object) -> dict[str, object]:
    """The smallest form of a blueprint, with some fields more, or other values. ``...`` leaves a field out."""
    return {key: value for key, value in {**FORMS[plan], **fields}.items() if value is not ...}


def created(tenant: Tenant, form: dict[str, object]) -> Tenant:
    """The tenant with the user that the form makes."""
    return create_user(tenant, form, by=None).apply(tenant)


def the_user(change: Change) -> User:
    """The user that a change makes or leaves behind."""
    (user,) = (edit.after for edit in change.edits if isinstance(edit.after, User))
    return user


def faults(attempt: Callable[[], object]) -> list[tuple[str, Code]]:
    """Where and what the problems are that an attempt raises."""
    with pytest.raises(AgentprovError) as caught:
        attempt()
    return [(problem.where, problem.code) for problem in caught.value.problems]


def with_role(tenant: Tenant, user: UserId, *grants: tuple[str, Within]) -> Tenant:
    """The tenant in which a user has these rights and no others."""
    held = tuple(Grant(permission=Permission(permission), scope=[scope]) for permission, scope in grants)
    return attrs.evolve(tenant, users=tenant.users.put(user, attrs.evolve(tenant.users[user], roles=(), grants=held)))


def a_role(id_: str, *grants: tuple[str, Within]) -> Role:
    """A role with these rights."""
    held = tuple(Grant(permission=Permission(permission), scope=[scope]) for permission, scope in grants)
    return Role(id=RoleId(id_), name=id_, grants=held)
