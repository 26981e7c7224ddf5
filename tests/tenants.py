"""A small whole tenant that tests start from, and short ways to say the parts they change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from agentprov.model.access import WHOLE_TENANT, Catalogue, Effect, Grant, Permission, Role, Scope
from agentprov.model.blueprint import Blueprint
from agentprov.model.contact import PhoneNumber
from agentprov.model.departments import Department
from agentprov.model.destinations import Destination, ToAgent, ToDepartment, ToIvr
from agentprov.model.groups import AgentGroup, Announcement, CallerId, Profile, Queue, Skill, UserGroup, Voicemail
from agentprov.model.hours import TimeGroup
from agentprov.model.identity import Login
from agentprov.model.ids import (
    AgentGroupId,
    AnnouncementId,
    CallerIdId,
    DepartmentId,
    IvrId,
    NumberId,
    ProfileId,
    QueueId,
    RoleId,
    SkillId,
    TenantId,
    TimeGroupId,
    UserGroupId,
    UserId,
    VoicemailId,
)
from agentprov.model.intervals import WeeklyInterval
from agentprov.model.numbers import Number
from agentprov.model.routing import Ivr, IvrOption
from agentprov.model.settings import Settings
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import User

CATALOGUE = Catalogue(
    sections=Table({"user": ("view", "add", "edit", "delete"), "number": ("view", "edit"), "access": ("grant",)})
)
BLUEPRINT = Blueprint(name="plain", catalogue=CATALOGUE)
SETTINGS = Settings(time_zone="Asia/Kolkata", region="IN")
PHONE = PhoneNumber("+918069651170")
MOBILE = PhoneNumber("+919812345678")

T = TypeVar("T")


def user(name: str, **fields: Any) -> User:
    """The user ``u-NAME`` with the login NAME."""
    return User(id=UserId(f"u-{name}"), login=Login(name), name=name.title(), **fields)


def grant(permission: str, scope: Scope = WHOLE_TENANT, effect: Effect = Effect.ALLOW) -> Grant:
    """A grant, for the whole tenant unless said otherwise."""
    return Grant(permission=Permission(permission), scope=scope, effect=effect)


def role(name: str, *grants: Grant, inherits: Iterable[str] = ()) -> Role:
    """The role NAME."""
    return Role(id=RoleId(name), name=name.title(), grants=grants, inherits=frozenset(map(RoleId, inherits)))


def by_id(items: Iterable[T]) -> Table[Any, T]:
    """The objects, filed under their ids."""
    return Table({item.id: item for item in items})  # type: ignore[attr-defined]  # every object here has an id


def to(user_id: str) -> Destination:
    """The destination of one agent."""
    return ToAgent(user=UserId(user_id))


def small(**parts: Any) -> Tenant:
    """A whole tenant with one object of most kinds; ``parts`` replace its fields."""
    fields: dict[str, Any] = {
        "id": TenantId("t-1"),
        "name": "Small",
        "settings": SETTINGS,
        "blueprint": BLUEPRINT,
        "users": by_id(
            [
                user("asha", roles=[RoleId("lead")], home_department=DepartmentId("d-sales"), phone=PHONE),
                user(
                    "ravi",
                    supervisor=UserId("u-asha"),
                    user_group=UserGroupId("g-day"),
                    agent_groups=[AgentGroupId("a-1")],
                    skills=Table({SkillId("s-hindi"): 3}),
                    mobile=MOBILE,
                ),
            ]
        ),
        "roles": by_id([role("agent"), role("lead", grant("user:edit"), inherits=["agent"])]),
        "user_groups": by_id(
            [
                UserGroup(id=UserGroupId("g-all"), name="All"),
                UserGroup(id=UserGroupId("g-day"), name="Day", parent=UserGroupId("g-all")),
            ]
        ),
        "departments": by_id(
            [Department(id=DepartmentId("d-sales"), name="Sales", members=[UserId("u-ravi"), UserId("u-asha")])]
        ),
        "agent_groups": by_id([AgentGroup(id=AgentGroupId("a-1"), name="First")]),
        "queues": by_id([Queue(id=QueueId("q-1"), name="Sales")]),
        "skills": by_id([Skill(id=SkillId("s-hindi"), name="Hindi")]),
        "profiles": by_id(
            [
                Profile(id=ProfileId("p-day"), name="Day", user_group=UserGroupId("g-day")),
                Profile(id=ProfileId("p-own"), name="Own", user=UserId("u-ravi")),
            ]
        ),
        "numbers": by_id([Number(id=NumberId("n-1"), phone=PHONE, to=ToIvr(ivr=IvrId("i-1")))]),
        "ivrs": by_id(
            [
                Ivr(
                    id=IvrId("i-1"),
                    name="Main",
                    prompt=AnnouncementId("m-1"),
                    options=[IvrOption(digits="1", to=ToDepartment(department=DepartmentId("d-sales")))],
                )
            ]
        ),
        "time_groups": by_id(
            [TimeGroup(id=TimeGroupId("h-day"), name="Day", time_zone="Asia/Kolkata", weekly=tuple[WeeklyInterval]())]
        ),
        "announcements": by_id([Announcement(id=AnnouncementId("m-1"), name="Welcome")]),
        "voicemails": by_id([Voicemail(id=VoicemailId("v-1"), name="Box")]),
        "caller_ids": by_id([CallerId(id=CallerIdId("c-1"), phone=PHONE)]),
    }
    return Tenant(**{**fields, **parts})
