"""Every reference from one object of a tenant to another, found in one place.

A tenant is whole when each of them leads somewhere (ID-3), and an object may go when none leads to it (LC-3).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final, assert_never

import attrs

from agentprov.errors import Path
from agentprov.model.access import Chosen, ChosenKind, Grant, Role
from agentprov.model.departments import Department
from agentprov.model.destinations import (
    Destination,
    Fallback,
    HangUp,
    ToAgent,
    ToAnnouncement,
    ToDepartment,
    ToExternal,
    ToIvr,
    ToQueue,
    ToTimeCondition,
    ToVoicemail,
    nested,
)
from agentprov.model.groups import (
    AgentGroup,
    Announcement,
    CallerId,
    Disposition,
    NamedAddress,
    Profile,
    Queue,
    Skill,
    Template,
    Tombstone,
    UserGroup,
    Voicemail,
)
from agentprov.model.hours import HolidayCalendar, TimeGroup
from agentprov.model.marks import Mark
from agentprov.model.needs import HasSkill, conditions
from agentprov.model.numbers import Number, SendTo
from agentprov.model.properties import PropertyDefinition
from agentprov.model.routing import Ivr, TimeCondition
from agentprov.model.separations import Separation
from agentprov.model.settings import Settings
from agentprov.model.table import Table
from agentprov.model.users import NO_CALLING, NO_VISIBILITY, Calling, User


class Kind(StrEnum):
    """The kinds of objects a tenant holds; each value is the name of the tenant's field and of the document's key."""

    USERS = "users"
    ROLES = "roles"
    SEPARATIONS = "separations"
    USER_GROUPS = "user_groups"
    DEPARTMENTS = "departments"
    AGENT_GROUPS = "agent_groups"
    QUEUES = "queues"
    SKILLS = "skills"
    PROFILES = "profiles"
    NUMBERS = "numbers"
    IVRS = "ivrs"
    TIME_CONDITIONS = "time_conditions"
    TIME_GROUPS = "time_groups"
    CALENDARS = "calendars"
    ANNOUNCEMENTS = "announcements"
    VOICEMAILS = "voicemails"
    CALLER_IDS = "caller_ids"
    DISPOSITIONS = "dispositions"
    TEMPLATES = "templates"
    ADDRESSES = "addresses"
    PROPERTY_DEFINITIONS = "property_definitions"
    TOMBSTONES = "tombstones"

    @property
    def noun(self) -> str:
        """One of this kind, in words: ``user group``."""
        return "named address" if self is Kind.ADDRESSES else self.value.removesuffix("s").replace("_", " ")


Item = (
    User
    | Role
    | Separation
    | UserGroup
    | Department
    | AgentGroup
    | Queue
    | Skill
    | Profile
    | Number
    | Ivr
    | TimeCondition
    | TimeGroup
    | HolidayCalendar
    | Announcement
    | Voicemail
    | CallerId
    | Disposition
    | Template
    | NamedAddress
    | PropertyDefinition
    | Tombstone
)
"""Any object that a tenant files under an id."""


CLASSES: Final[Table[Kind, type[Item]]] = Table(
    {
        Kind.USERS: User,
        Kind.ROLES: Role,
        Kind.SEPARATIONS: Separation,
        Kind.USER_GROUPS: UserGroup,
        Kind.DEPARTMENTS: Department,
        Kind.AGENT_GROUPS: AgentGroup,
        Kind.QUEUES: Queue,
        Kind.SKILLS: Skill,
        Kind.PROFILES: Profile,
        Kind.NUMBERS: Number,
        Kind.IVRS: Ivr,
        Kind.TIME_CONDITIONS: TimeCondition,
        Kind.TIME_GROUPS: TimeGroup,
        Kind.CALENDARS: HolidayCalendar,
        Kind.ANNOUNCEMENTS: Announcement,
        Kind.VOICEMAILS: Voicemail,
        Kind.CALLER_IDS: CallerId,
        Kind.DISPOSITIONS: Disposition,
        Kind.TEMPLATES: Template,
        Kind.ADDRESSES: NamedAddress,
        Kind.PROPERTY_DEFINITIONS: PropertyDefinition,
        Kind.TOMBSTONES: Tombstone,
    }
)
"""What the objects of each kind are."""


@attrs.frozen
class Reference:
    """One reference: the field that holds it, the kind of object it leads to, and which one."""

    path: Path
    kind: Kind
    id: str


def references(item: Item | Settings) -> Iterator[Reference]:
    """Every reference that ``item`` holds, in the order of its fields."""
    match item:
        case User():
            yield from _of_user(item)
        case Role(inherits=inherits, grants=grants):
            yield from _each(("inherits",), Kind.ROLES, inherits)
            yield from _of_grants(grants)
        case Separation(roles=roles):
            yield from _each(("roles",), Kind.ROLES, roles)
        case UserGroup(parent=parent):
            yield from _one(("parent",), Kind.USER_GROUPS, parent)
        case Department():
            yield from _of_department(item)
        case Profile(user_group=user_group, user=user, skills=skills):
            yield from _one(("user_group",), Kind.USER_GROUPS, user_group)
            yield from _one(("user",), Kind.USERS, user)
            yield from _each(("skills",), Kind.SKILLS, skills)
        case Number():
            yield from _of_number(item)
        case Ivr():
            yield from _of_ivr(item)
        case TimeCondition(time_group=time_group, open=open_, closed=closed):
            yield from _one(("time_group",), Kind.TIME_GROUPS, time_group)
            yield from of_destination(("open",), open_)
            yield from of_destination(("closed",), closed)
        case TimeGroup():
            yield from _of_time_group(item)
        case Settings(emergency=emergency, emergency_caller_id=caller_id):
            if emergency is not None:
                yield from of_destination(("emergency", "destination"), emergency.destination)
            yield from _one(("emergency_caller_id",), Kind.CALLER_IDS, caller_id)
        case (
            AgentGroup()
            | Queue()
            | Skill()
            | HolidayCalendar()
            | Announcement()
            | Voicemail()
            | CallerId()
            | Disposition()
            | Template()
            | NamedAddress()
            | PropertyDefinition()
            | Tombstone()
        ):
            return
        case _:
            assert_never(item)


def _one(path: Path, kind: Kind, id_: str | None) -> Iterator[Reference]:
    if id_ is not None:
        yield Reference(path, kind, id_)


def _each(path: Path, kind: Kind, ids: Iterable[str]) -> Iterator[Reference]:
    """References held by a collection. A set has no positions, so they are all at the field itself, sorted."""
    if isinstance(ids, tuple):
        for position, id_ in enumerate(ids):
            yield Reference((*path, position), kind, id_)
    else:
        for id_ in sorted(ids):
            yield Reference(path, kind, id_)


CHOSEN: Final = {
    ChosenKind.USER: Kind.USERS,
    ChosenKind.AGENT_GROUP: Kind.AGENT_GROUPS,
    ChosenKind.DEPARTMENT: Kind.DEPARTMENTS,
    ChosenKind.NUMBER: Kind.NUMBERS,
}
"""What a scope names one by one, as objects of the tenant."""

REACHABLE: Final = (Kind.USERS, Kind.DEPARTMENTS, Kind.NUMBERS)
"""The kinds of objects that a scope narrower than the tenant can hold."""


def _of_grants(grants: tuple[Grant, ...]) -> Iterator[Reference]:
    for position, grant in enumerate(grants):
        chosen = [term for term in grant.scope if isinstance(term, Chosen)]
        if len(chosen) > 1:
            chosen.sort(key=lambda term: (term.kind, term.id))
        for term in chosen:
            yield Reference(("grants", position, "scope"), CHOSEN[term.kind], term.id)


def of_destination(path: Path, destination: Destination | None) -> Iterator[Reference]:
    """Every reference that a destination holds, those inside included; ``path`` leads to it."""
    if destination is None:
        return
    for inner, at in nested(destination):
        match at:
            case ToAgent(user=user):
                yield Reference((*path, *inner, "user"), Kind.USERS, user)
            case ToDepartment(department=department):
                yield Reference((*path, *inner, "department"), Kind.DEPARTMENTS, department)
            case ToIvr(ivr=ivr):
                yield Reference((*path, *inner, "ivr"), Kind.IVRS, ivr)
            case ToTimeCondition(time_condition=condition):
                yield Reference((*path, *inner, "time_condition"), Kind.TIME_CONDITIONS, condition)
            case ToVoicemail(voicemail=voicemail):
                yield Reference((*path, *inner, "voicemail"), Kind.VOICEMAILS, voicemail)
            case ToAnnouncement(announcement=announcement):
                yield Reference((*path, *inner, "announcement"), Kind.ANNOUNCEMENTS, announcement)
            case ToQueue(queue=queue):
                yield Reference((*path, *inner, "queue"), Kind.QUEUES, queue)
            case ToExternal() | HangUp():
                pass
            case _:
                assert_never(at)


def _of_fallback(path: Path, fallback: Fallback | None) -> Iterator[Reference]:
    if fallback is not None:
        yield from of_destination((*path, "to"), fallback.to)
        for failure, destination in fallback.by_failure.items():
            yield from of_destination((*path, "by_failure", failure.value), destination)


def _of_user(user: User) -> Iterator[Reference]:
    # A big tenant is mostly users, and most have few of these: what is empty costs a look, and no iterator.
    if user.user_group is not None:
        yield Reference(("user_group",), Kind.USER_GROUPS, user.user_group)
    if user.home_department is not None:
        yield Reference(("home_department",), Kind.DEPARTMENTS, user.home_department)
    if user.supervisor is not None:
        yield Reference(("supervisor",), Kind.USERS, user.supervisor)
    if user.agent_groups:
        yield from _each(("agent_groups",), Kind.AGENT_GROUPS, user.agent_groups)
    if user.roles:
        yield from _each(("roles",), Kind.ROLES, user.roles)
    if user.grants:
        yield from _of_grants(user.grants)
    if user.skills:
        yield from _each(("skills",), Kind.SKILLS, user.skills)
    if user.unticked_profiles:
        yield from _each(("unticked_profiles",), Kind.PROFILES, user.unticked_profiles)
    if user.site is not None:
        yield from _one(("site", "emergency_caller_id"), Kind.CALLER_IDS, user.site.emergency_caller_id)
    if user.calling is not NO_CALLING:
        yield from _of_calling(user.calling)
    if user.sign_in.addresses is not None:
        yield from _each(("sign_in", "addresses", "named"), Kind.ADDRESSES, user.sign_in.addresses.named)
    if user.visibility is not NO_VISIBILITY:
        yield from _each(("visibility", "numbers"), Kind.NUMBERS, user.visibility.numbers)
        yield from _each(("visibility", "users"), Kind.USERS, user.visibility.users)
        yield from _each(("visibility", "agent_groups"), Kind.AGENT_GROUPS, user.visibility.agent_groups)


def _of_calling(calling: Calling) -> Iterator[Reference]:
    if calling.hours is not None:
        yield from _one(("calling", "hours", "time_group"), Kind.TIME_GROUPS, calling.hours.time_group)
        yield from of_destination(("calling", "hours", "failover"), calling.hours.failover)
    if calling.extension is not None:
        for position, entry in enumerate(calling.extension.area_caller_ids):
            path = ("calling", "extension", "area_caller_ids", position, "caller_id")
            yield Reference(path, Kind.CALLER_IDS, entry.caller_id)
        yield from _each(("calling", "extension", "addresses"), Kind.ADDRESSES, calling.extension.addresses)
    yield from _each(("calling", "caller_ids"), Kind.CALLER_IDS, calling.caller_ids)


def _of_department(department: Department) -> Iterator[Reference]:
    yield from _each(("members",), Kind.USERS, department.members)
    for position, stage in enumerate(department.stages):
        path = ("stages", position)
        for place, need in enumerate(stage.needs):
            for inner, each in conditions(need, *path, "needs", place):
                if isinstance(each, HasSkill):
                    yield Reference((*inner, "skill"), Kind.SKILLS, each.skill)
        yield from _each((*path, "without"), Kind.SKILLS, stage.without)
    yield from of_destination(("failover",), department.failover)
    if department.hours is not None:
        yield from _one(("hours", "time_group"), Kind.TIME_GROUPS, department.hours.time_group)
        yield from of_destination(("hours", "closed"), department.hours.closed)


def _of_number(number: Number) -> Iterator[Reference]:
    yield from of_destination(("to",), number.to)
    yield from _of_fallback(("fallback",), number.fallback)
    for position, rule in enumerate(number.caller_rules):
        if isinstance(rule.action, SendTo):
            yield from of_destination(("caller_rules", position, "action", "to"), rule.action.to)
    yield from _of_mark(("mark",), number.mark)
    yield from _one(("caller_id",), Kind.CALLER_IDS, number.caller_id)


def _of_mark(path: Path, mark: Mark | None) -> Iterator[Reference]:
    if mark is not None:
        yield from _each((*path, "skills"), Kind.SKILLS, mark.skills)


def _of_time_group(group: TimeGroup) -> Iterator[Reference]:
    for position, use in enumerate(group.calendars):
        yield Reference(("calendars", position), Kind.CALENDARS, use.calendar)
    if group.emergency is not None:
        yield from of_destination(("emergency", "destination"), group.emergency.destination)


def _of_ivr(ivr: Ivr) -> Iterator[Reference]:
    yield from _one(("prompt",), Kind.ANNOUNCEMENTS, ivr.prompt)
    for position, option in enumerate(ivr.options):
        yield from of_destination(("options", position, "to"), option.to)
        yield from _of_fallback(("options", position, "fallback"), option.fallback)
        yield from _of_mark(("options", position, "mark"), option.mark)
    yield from of_destination(("on_timeout",), ivr.on_timeout)
    yield from of_destination(("on_invalid",), ivr.on_invalid)
