"""A tenant: one immutable value that is always whole (ID-1, ID-3)."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Any, Final

import attrs

from agentprov.errors import Code, Collector
from agentprov.model.access import Role
from agentprov.model.blueprint import Blueprint
from agentprov.model.departments import Department
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
from agentprov.model.ids import (
    AddressId,
    AgentGroupId,
    AnnouncementId,
    CalendarId,
    CallerIdId,
    DepartmentId,
    DispositionId,
    IvrId,
    NumberId,
    ProfileId,
    QueueId,
    RoleId,
    SeparationId,
    SkillId,
    TemplateId,
    TenantId,
    TimeConditionId,
    TimeGroupId,
    UserGroupId,
    UserId,
    VoicemailId,
    check_ids,
)
from agentprov.model.indexes import Tally
from agentprov.model.limits import PropertyLimits, property_limits
from agentprov.model.numbers import Number
from agentprov.model.properties import (
    READY_PROPERTIES,
    Level,
    PropertyDefinition,
    PropertyName,
    PropertyValues,
    property_values,
)
from agentprov.model.references import Item, Kind
from agentprov.model.routes import check_routes
from agentprov.model.routing import Ivr, TimeCondition
from agentprov.model.separations import Separation
from agentprov.model.settings import Settings
from agentprov.model.table import Table
from agentprov.model.text import check_name
from agentprov.model.users import User
from agentprov.model.whole import (
    Tables,
    check_area_codes,
    check_bounded,
    check_circles,
    check_filing,
    check_grants,
    check_limits,
    check_profiles,
    check_properties,
    check_references,
    check_routed,
    check_skills,
    check_unique,
)


def _table(items: Mapping[Any, Any]) -> Table[Any, Any]:
    return items if isinstance(items, Table) else Table(items)


class _WorkedOut:
    """What is kept beside a tenant's fields: no part of comparing, printing, evolving, copying, pickling."""

    __slots__ = ("_tally",)

    _tally: Tally
    """Set by :func:`keep_tally`. INVARIANT: idempotent; threads that race keep equal tallies."""


@attrs.frozen(kw_only=True)
class Tenant(_WorkedOut):
    """One customer of the host: users, roles, groups, numbers and all that calls and rights depend on.

    Objects are filed under their ids. Building one checks the whole: every reference leads somewhere, what must be
    unique is, and nothing goes round in a circle where it may not. The error lists all defects, each with its path.

    Raises:
        InvalidValue: with every defect found.
    """

    id: TenantId
    name: str
    version: int = 1
    settings: Settings
    blueprint: Blueprint
    users: Table[UserId, User] = attrs.field(factory=Table, converter=_table)
    roles: Table[RoleId, Role] = attrs.field(factory=Table, converter=_table)
    separations: Table[SeparationId, Separation] = attrs.field(factory=Table, converter=_table)
    user_groups: Table[UserGroupId, UserGroup] = attrs.field(factory=Table, converter=_table)
    departments: Table[DepartmentId, Department] = attrs.field(factory=Table, converter=_table)
    agent_groups: Table[AgentGroupId, AgentGroup] = attrs.field(factory=Table, converter=_table)
    queues: Table[QueueId, Queue] = attrs.field(factory=Table, converter=_table)
    skills: Table[SkillId, Skill] = attrs.field(factory=Table, converter=_table)
    profiles: Table[ProfileId, Profile] = attrs.field(factory=Table, converter=_table)
    numbers: Table[NumberId, Number] = attrs.field(factory=Table, converter=_table)
    ivrs: Table[IvrId, Ivr] = attrs.field(factory=Table, converter=_table)
    time_conditions: Table[TimeConditionId, TimeCondition] = attrs.field(factory=Table, converter=_table)
    time_groups: Table[TimeGroupId, TimeGroup] = attrs.field(factory=Table, converter=_table)
    calendars: Table[CalendarId, HolidayCalendar] = attrs.field(factory=Table, converter=_table)
    announcements: Table[AnnouncementId, Announcement] = attrs.field(factory=Table, converter=_table)
    voicemails: Table[VoicemailId, Voicemail] = attrs.field(factory=Table, converter=_table)
    caller_ids: Table[CallerIdId, CallerId] = attrs.field(factory=Table, converter=_table)
    dispositions: Table[DispositionId, Disposition] = attrs.field(factory=Table, converter=_table)
    templates: Table[TemplateId, Template] = attrs.field(factory=Table, converter=_table)
    addresses: Table[AddressId, NamedAddress] = attrs.field(factory=Table, converter=_table)
    property_definitions: Table[PropertyName, PropertyDefinition] = attrs.field(
        default=READY_PROPERTIES, converter=_table
    )
    properties: PropertyValues = attrs.field(factory=Table, converter=property_values)
    """The tenant's own values, inherited by every group and user."""
    property_limits: PropertyLimits = attrs.field(factory=Table, converter=property_limits)
    """What the tenant locks and bounds for every group and user."""
    tombstones: Table[UserId, Tombstone] = attrs.field(factory=Table, converter=_table)

    def __attrs_post_init__(self) -> None:
        _check_tenant(self)

    def table(self, kind: Kind) -> Table[str, Item]:
        """The tenant's objects of one kind."""
        table: Table[str, Item] = getattr(self, kind.value)
        return table

    def home_department(self, user: User) -> DepartmentId | None:
        """The user's home department, or their supervisor's where the blueprint links it (PV-8)."""
        linked = self.blueprint.department_from_supervisor
        if linked and user.supervisor is not None and not linked.isdisjoint(user.roles):
            supervisor = self.users.get(user.supervisor)
            return None if supervisor is None else supervisor.home_department
        return user.home_department

    def group_path(self, group: UserGroupId | None) -> tuple[UserGroupId, ...]:
        """The user group and those it is nested in, outermost first."""
        out: list[UserGroupId] = []
        while group is not None:
            out.append(group)
            group = self.user_groups[group].parent
        return tuple(reversed(out))


def known_tally(tenant: Tenant) -> Tally | None:
    """The tally that was kept with the tenant, if one was."""
    return getattr(tenant, "_tally", None)


def keep_tally(tenant: Tenant, tally: Tally) -> None:
    """Keep a tenant's tally, for its next versions."""
    object.__setattr__(tenant, "_tally", tally)


_FIELDS: Final = tuple(field.name for field in attrs.fields(Tenant))
_VALUES: Final = attrgetter(*_FIELDS)
_SETTERS: Final = tuple(getattr(Tenant, name).__set__ for name in _FIELDS)


def unchecked(tenant: Tenant, changed: Mapping[str, object]) -> Tenant:
    """The tenant with other values of some fields, which nobody has checked.

    INVARIANT: this is the one way round the constructor. Only :mod:`agentprov.model.incremental` goes it, and gives
    nothing away that it didn't find whole.
    """
    after = object.__new__(Tenant)
    for put, value in zip(_SETTERS, _VALUES(tenant), strict=True):
        put(after, value)
    for name, value in changed.items():
        object.__setattr__(after, name, value)
    return after


def _check_tenant(tenant: Tenant) -> None:
    found = Collector()
    check_ids(found, ("id", tenant.id))
    check_name(found, "name", tenant.name)
    if type(tenant.version) is not int or tenant.version < 1:
        found.add(Code.FIELD_OUT_OF_RANGE, "version", value=str(tenant.version), low=1, high="any")
    tables: Tables = {kind: tenant.table(kind) for kind in Kind}
    check_filing(found, tables)
    if Code.ID_WRONG_KIND in {problem.code for problem in found.problems}:
        found.check()  # what is no user can't be asked what a user refers to
    check_references(found, tables, tenant.settings)
    check_unique(
        found,
        tenant.users,
        numbers=tenant.numbers.values(),
        tombstones=tenant.tombstones.values(),
        settings=tenant.settings,
        blueprint=tenant.blueprint,
    )
    check_circles(found, tenant.roles, tenant.user_groups, tenant.users)
    check_grants(found, tenant.roles, tenant.users, tenant.blueprint)
    definitions = tenant.property_definitions
    check_properties(found, definitions, tenant.properties, Level.TENANT)
    check_limits(found, definitions, tenant.property_limits)
    for group in tenant.user_groups.values():
        check_properties(found, definitions, group.properties, Level.USER_GROUP, "user_groups", group.id)
        check_limits(found, definitions, group.property_limits, "user_groups", group.id)
    for user in tenant.users.values():
        if user.properties:
            check_properties(found, definitions, user.properties, Level.USER, "users", user.id)
    check_skills(found, tenant.users, tenant.profiles, tenant.settings.skill_scale)
    check_profiles(found, tenant.profiles, tenant.settings.skill_scale)
    check_area_codes(found, tenant.users.values(), tenant.settings.region)
    check_routed(
        found,
        tenant.users,
        departments=tenant.departments.values(),
        tables=tables,
        settings=tenant.settings,
        blueprint=tenant.blueprint,
    )
    # Walking the routes, and up the user groups, needs every reference to lead somewhere; else a walk has holes.
    if not found.problems:
        check_bounded(found, definitions, tenant.user_groups, tenant.properties, tenant.property_limits)
        emergency = tenant.settings.emergency
        check_routes(found, tables, None if emergency is None else emergency.destination)
    found.check()
