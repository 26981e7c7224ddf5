"""What the machines are about: a small tenant, and the same in plain dictionaries, written from the rules.

The naive world knows no tenant, no change, no blueprint and no guard. It says for each command who may do it, what
stands in the way, and what is so afterwards.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import attrs
from hypothesis import strategies as st

from agentprov.errors import Code
from agentprov.model.access import WHOLE_TENANT, Catalogue, Grant, Permission, Role
from agentprov.model.blueprint import Ask, Blueprint, FieldRule, FormStep
from agentprov.model.contact import PhoneNumber
from agentprov.model.departments import Department
from agentprov.model.destinations import HangUp, ToAgent
from agentprov.model.groups import Queue, UserGroup
from agentprov.model.ids import DepartmentId, NumberId, QueueId, RoleId, TenantId, UserGroupId
from agentprov.model.numbers import Number
from agentprov.model.settings import LoginComparison, Settings
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant

AT: Final = datetime(2026, 1, 1, tzinfo=UTC)
TENANT: Final = TenantId("t-1")
IDS: Final = ("u-1", "u-2", "u-3", "u-4")
LOGINS: Final = ("anna", "ben", "Anna", "cleo")
GROUPS: Final = ("g-1", "g-2")
NOBODY: Final = "u-nobody"
DEPARTMENT: Final = DepartmentId("d-1")
DESK: Final = NumberId("n-1")

PERMISSIONS: Final = {
    "clerk": {"user:view"},
    "lead": {"user:view", "user:add", "user:edit"},
    "admin": {"user:view", "user:add", "user:edit", "user:delete", "access:grant"},
}
"""What each role permits, for the whole tenant. Who holds access:grant is an admin (AC-5)."""

ids = st.sampled_from(IDS)
logins = st.sampled_from(LOGINS)
groups = st.sampled_from(GROUPS)
roles = st.sampled_from(tuple(PERMISSIONS))
actors = st.sampled_from((None, None, None, "u-1", "u-2", "u-2", "u-3", "u-4", NOBODY))
"""The host, mostly; somebody of the tenant, who may or may not; nobody whom it knows."""


@attrs.frozen
class Person:
    """A user, in the plainest way."""

    login: str
    role: str = "clerk"
    group: str | None = "g-1"
    name: str | None = None
    status: str = "active"
    supervisor: str | None = None

    @property
    def admin(self) -> bool:
        """Whether they are an active admin."""
        return self.role == "admin" and self.status == "active"

    @property
    def permissions(self) -> set[str]:
        """What they may do: nothing, unless they are active (AC-4)."""
        return PERMISSIONS[self.role] if self.status == "active" else set()


@attrs.frozen(kw_only=True)
class World:
    """The tenant, in the plainest way."""

    people: dict[str, Person] = attrs.Factory(dict)
    gone: dict[str, str] = attrs.Factory(dict)
    """The logins of deleted users, by their ids."""
    members: tuple[str, ...] = ()
    """Of the department."""
    desk: str | None = None
    """Whom the number rings."""
    fold: bool = False
    """Whether logins that differ only by case are one (ID-5)."""
    reuse: bool = False
    """Whether the login of somebody deleted may be had again (ID-5)."""

    def key(self, login: str) -> str:
        """A login as it is compared."""
        return login.casefold() if self.fold else login

    def taken(self, login: str) -> bool:
        """Whether somebody has this login, or had it and it isn't given again."""
        logins = {self.key(each.login) for each in self.people.values()}
        return self.key(login) in logins | (set() if self.reuse else {self.key(each) for each in self.gone.values()})

    def loses_its_admins(self, after: World) -> bool:
        """Whether there is an active admin now and none afterwards (AC-5)."""
        return any(each.admin for each in self.people.values()) and not any(
            each.admin for each in after.people.values()
        )

    def goes_round(self) -> set[Code]:
        """What it is if somebody is above themselves by way of others (ID-3)."""
        for first in self.people:
            above, seen = self.people[first].supervisor, set[str]()
            while above in self.people and above not in seen:
                seen.add(above)
                above = self.people[above].supervisor
            if first in seen and self.people[first].supervisor != first:
                return {Code.REFERENCE_CYCLE}
        return set()

    def want(self, by: str | None, permission: str, *ids: str) -> set[Code]:
        """What a refusal for want of permission says: it comes first, and alone (PV-2)."""
        if by is not None:
            actor = self.people.get(by)
            if actor is None:
                return {Code.USER_UNKNOWN}
            if actor.status != "active":
                return {Code.USER_NOT_ACTIVE}
            if permission not in actor.permissions:
                return {Code.PERMISSION_NOT_GRANTED}
        return {Code.USER_UNKNOWN} if set(ids) - self.people.keys() else set()

    def exceeds(self, by: str | None, before: str | None, after: str) -> set[Code]:
        """What is given, and what a form takes, the actor must hold (AC-5); taking is an admin's, too."""
        if by is None:
            return set()
        was, now, held = PERMISSIONS.get(before or "", set()), PERMISSIONS[after], self.people[by].permissions
        given = {Code.ROLE_EXCEEDS_ACTOR} if now - was - held else set()
        return given | ({Code.REVOKE_EXCEEDS_ACTOR} if was - now - held and "access:grant" not in held else set())

    def is_admin(self, by: str | None) -> bool:
        """Whether the actor is an admin; the host is."""
        return by is None or self.people[by].admin


def a_tenant(*, fold: bool = False, reuse: bool = False) -> Tenant:
    """The tenant with nobody in it: two groups, a department without members, a number that hangs up, a queue."""
    catalogue = Catalogue(sections=Table({"user": ("view", "add", "edit", "delete"), "access": ("grant",)}))
    fields = ("login", "name", "user_group", "roles", "status", "supervisor")
    required = {"login", "roles"}
    return Tenant(
        id=TENANT,
        name="One",
        settings=Settings(
            time_zone="UTC",
            region="NO",
            login_comparison=LoginComparison.CASE_INSENSITIVE if fold else LoginComparison.CASE_SENSITIVE,
            reuse_deleted_logins=reuse,
        ),
        blueprint=Blueprint(
            name="own",
            catalogue=catalogue,
            rules=[FieldRule(field=each, ask=Ask.REQUIRED if each in required else Ask.OPTIONAL) for each in fields],
            steps=[
                FormStep(name="who", title="Who", fields=fields[:3]),
                FormStep(name="what", title="What", fields=fields[3:]),
            ],
        ),
        roles={
            RoleId(name): Role(
                id=RoleId(name),
                name=name.title(),
                grants=[Grant(permission=Permission(each), scope=WHOLE_TENANT) for each in sorted(permits)],
            )
            for name, permits in PERMISSIONS.items()
        },
        user_groups={id_: UserGroup(id=id_, name=id_) for id_ in map(UserGroupId, GROUPS)},
        departments={DEPARTMENT: Department(id=DEPARTMENT, name="Sales")},
        numbers={DESK: Number(id=DESK, phone=PhoneNumber("+4721000000"), to=HangUp())},
        queues={QueueId("q-1"): Queue(id=QueueId("q-1"), name="Queue")},
    )


def world_of(tenant: Tenant) -> World:
    """What there is in a tenant, told as a naive world."""
    to = tenant.numbers[DESK].to
    return World(
        people={
            str(user.id): Person(
                login=str(user.login),
                role="+".join(sorted(user.roles)),
                group=user.user_group,
                name=user.name,
                status=user.status.value,
                supervisor=user.supervisor,
            )
            for user in tenant.users.values()
        },
        gone={str(each.id): str(each.login) for each in tenant.tombstones.values()},
        members=tuple(tenant.departments[DEPARTMENT].members),
        desk=to.user if isinstance(to, ToAgent) else None,
        fold=tenant.settings.login_comparison is LoginComparison.CASE_INSENSITIVE,
        reuse=tenant.settings.reuse_deleted_logins,
    )
