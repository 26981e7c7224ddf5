"""A draft: every field of a user's form, flat and typed, before it is a user or after it was read from one.

A form is read into a draft, the blueprint's rules are held against the draft, and a user is built from it. Reading a
user and building it again gives an equal user.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from operator import attrgetter
from typing import Final, cast

import attrs

from agentprov.model.access import WHOLE_TENANT, Effect, Grant
from agentprov.model.blueprint import Blueprint, Switch
from agentprov.model.call_permissions import SAYS_NOTHING, CallPermissions
from agentprov.model.contact import Email, PhoneNumber
from agentprov.model.destinations import Destination
from agentprov.model.groups import SkillLevels, skill_levels
from agentprov.model.identity import Login
from agentprov.model.ids import (
    AddressId,
    AgentGroupId,
    CallerIdId,
    DepartmentId,
    NumberId,
    ProfileId,
    RoleId,
    TimeGroupId,
    UserGroupId,
    UserId,
)
from agentprov.model.routing import RingOrder, RingPlan
from agentprov.model.secret import Secret
from agentprov.model.table import Table
from agentprov.model.user_types import PERSON
from agentprov.model.users import (
    NO_CALLING,
    NO_INTERACTIONS,
    NO_PERSON,
    NO_SIGN_IN,
    NO_VISIBILITY,
    AgentHours,
    AreaCallerId,
    AuthenticationMethod,
    Calling,
    Extension,
    Interactions,
    OutboundBlock,
    Person,
    RouteThrough,
    Same,
    SelectedAddresses,
    SignIn,
    Site,
    Status,
    User,
    Visibility,
)


@attrs.frozen(kw_only=True)
class Draft:
    """The fields of a form, under their names. The default of each is what a user without the field has."""

    type: str = PERSON
    login: Login | None = None
    login_same_as_email: bool = False
    name: str | None = None
    display_name: str | None = None
    alias: str | None = None
    designation: str | None = None
    email: Email | None = None
    phone: PhoneNumber | None = None
    alternate_numbers: tuple[PhoneNumber, ...] = ()
    mobile: PhoneNumber | None = None
    windows_login: str | None = None
    numeric_id: int | None = None
    language: str | None = None
    gender: str | None = None
    photo: str | None = None
    contact_details: Table[str, str] = attrs.field(factory=Table)
    site_name: str | None = None
    emergency_region: str | None = None
    emergency_caller_id: CallerIdId | None = None
    status: Status = Status.ACTIVE
    authentication_method: AuthenticationMethod = AuthenticationMethod.PASSWORD
    password: Secret | None = attrs.field(default=None, eq=False)
    generate_password: bool = False
    two_factor: bool = False
    web_login_blocked: bool = False
    allowed_addresses: SelectedAddresses | None = None
    user_group: UserGroupId | None = None
    home_department: DepartmentId | None = None
    supervisor: UserId | None = None
    agent_groups: frozenset[AgentGroupId] = frozenset()
    roles: frozenset[RoleId] = frozenset()
    skills: SkillLevels = attrs.field(factory=Table, converter=skill_levels)
    unticked_profiles: frozenset[ProfileId] = frozenset()
    caller_ids: tuple[CallerIdId, ...] = ()
    calling: bool = True
    login_based_calling: bool = False
    dialler_panel: bool = False
    dispositions: bool = False
    time_group: TimeGroupId | None = None
    time_group_failover: Destination | None = None
    ring_order: RingOrder | None = None
    ring_timeout: int | None = None
    extension: str | None = None
    area_caller_ids: tuple[AreaCallerId, ...] = ()
    route_through: RouteThrough | None = None
    extension_addresses: frozenset[AddressId] = frozenset()
    outbound_block: OutboundBlock = OutboundBlock.NONE
    forward_number: PhoneNumber | None = None
    forward_same_as_phone: bool = False
    visible_numbers: frozenset[NumberId] = frozenset()
    visible_users: frozenset[UserId] = frozenset()
    visible_agent_groups: frozenset[AgentGroupId] = frozenset()
    visible_own: bool = False
    interactions: bool = False
    video: bool = False
    whatsapp: bool = False
    sms: bool = False
    switches: frozenset[str] = frozenset()
    """The blueprint's own switches that are on, by the names of their fields."""

    def value(self, field: str) -> object:
        """The value of a field; of a switch, whether it is on."""
        return getattr(self, field) if field in NAMES else field in self.switches

    def put(self, values: Mapping[str, object]) -> Draft:
        """The draft with some fields changed. Their values are those that reading a form gives."""
        if not values:
            return self
        after = object.__new__(Draft)
        for put, value in zip(_SETTERS, _VALUES(self), strict=True):
            put(after, value)
        switches = self.switches
        for name, value in values.items():
            if name in NAMES:
                object.__setattr__(after, name, skill_levels(cast("SkillLevels", value)) if name == "skills" else value)
            else:
                switches = switches | {name} if value else switches - {name}
        object.__setattr__(after, "switches", switches)
        return after


NAMES: Final = frozenset(field.name for field in attrs.fields(Draft)) - {"switches"}
"""The fields that every draft has, whatever the blueprint."""

_FIELDS: Final = tuple(field.name for field in attrs.fields(Draft))
_VALUES: Final = attrgetter(*_FIELDS)
_SETTERS: Final = tuple(getattr(Draft, name).__set__ for name in _FIELDS)
# INVARIANT: a draft has no check of its own, so that a copy needs none; its one converter is that of the skills.

NEUTRAL: Final = Draft()


def draft_of(user: User, blueprint: Blueprint) -> Draft:
    """The draft that a stored user would have been made from. Passwords aren't stored in users, so it has none."""
    calling, hours, extension = user.calling, user.calling.hours, user.calling.extension
    return Draft(
        type=user.type,
        login=user.login,
        name=user.name,
        display_name=user.display_name,
        alias=user.alias,
        designation=user.person.designation,
        email=user.email,
        phone=user.phone,
        alternate_numbers=user.alternate_numbers,
        mobile=user.mobile,
        windows_login=user.person.windows_login,
        numeric_id=user.numeric_id,
        language=user.language,
        gender=user.person.gender,
        photo=user.person.photo,
        contact_details=user.person.contact_details,
        site_name=None if user.site is None else user.site.name,
        emergency_region=None if user.site is None else user.site.emergency_region,
        emergency_caller_id=None if user.site is None else user.site.emergency_caller_id,
        status=user.status,
        authentication_method=user.sign_in.method,
        two_factor=user.sign_in.two_factor,
        web_login_blocked=user.sign_in.web_login_blocked,
        allowed_addresses=user.sign_in.addresses,
        user_group=user.user_group,
        home_department=user.home_department,
        supervisor=user.supervisor,
        agent_groups=user.agent_groups,
        roles=user.roles,
        skills=user.skills,
        unticked_profiles=user.unticked_profiles,
        caller_ids=calling.caller_ids,
        calling=calling.enabled,
        login_based_calling=calling.login_based,
        dialler_panel=calling.dialler_panel,
        dispositions=calling.dispositions,
        time_group=None if hours is None else hours.time_group,
        time_group_failover=None if hours is None else hours.failover,
        ring_order=None if calling.ring_plan is None else calling.ring_plan.order,
        ring_timeout=None if calling.ring_plan is None else calling.ring_plan.timeout,
        extension=None if extension is None else extension.number,
        area_caller_ids=() if extension is None else extension.area_caller_ids,
        route_through=None if extension is None else extension.route_through,
        extension_addresses=frozenset() if extension is None else extension.addresses,
        outbound_block=calling.outbound_block,
        forward_number=None if calling.forward is Same.PHONE else calling.forward,
        forward_same_as_phone=calling.forward is Same.PHONE,
        visible_numbers=user.visibility.numbers,
        visible_users=user.visibility.users,
        visible_agent_groups=user.visibility.agent_groups,
        visible_own=user.visibility.own,
        video=user.interactions.video,
        whatsapp=user.interactions.whatsapp,
        sms=user.interactions.sms,
        switches=frozenset(
            switch.field for switch in blueprint.switches if any(_stands_for(grant, switch) for grant in user.grants)
        ),
    )


def _stands_for(grant: Grant, switch: Switch) -> bool:
    """Whether this grant is the one that the switch gives."""
    return (grant.permission, grant.scope, grant.effect) == (switch.permission, WHOLE_TENANT, Effect.ALLOW)


@attrs.frozen(kw_only=True)
class Giver:
    """Who gives what a switch stands for, and when (AC-11)."""

    user: UserId | None = None
    at: datetime | None = None


def build_user(
    draft: Draft, *, id_: UserId, login: Login, blueprint: Blueprint, giver: Giver, kept: User | None = None
) -> User:
    """The user that a draft describes. What no form speaks of (values, other grants) is kept from ``kept``.

    Raises:
        InvalidValue: the parts don't fit together; the paths are those of a user's parts.
    """
    return User(
        id=id_,
        login=login,
        type=draft.type,
        status=draft.status,
        name=draft.name,
        display_name=draft.display_name,
        alias=draft.alias,
        email=draft.email,
        phone=draft.phone,
        alternate_numbers=draft.alternate_numbers,
        mobile=draft.mobile,
        numeric_id=draft.numeric_id,
        language=draft.language,
        user_group=draft.user_group,
        home_department=draft.home_department,
        supervisor=draft.supervisor,
        agent_groups=draft.agent_groups,
        roles=draft.roles,
        grants=_grants(draft, blueprint.switches, giver, () if kept is None else kept.grants),
        skills=draft.skills,
        unticked_profiles=draft.unticked_profiles,
        properties=Table() if kept is None else kept.properties,
        site=_site(draft),
        person=NO_PERSON if _PERSON(draft) == _PERSON(NEUTRAL) else _person(draft),
        calling=_calling(draft, SAYS_NOTHING if kept is None else kept.calling.call_permissions),
        sign_in=NO_SIGN_IN if _SIGN_IN(draft) == _SIGN_IN(NEUTRAL) else _sign_in(draft),
        visibility=NO_VISIBILITY if _VISIBILITY(draft) == _VISIBILITY(NEUTRAL) else _visibility(draft),
        interactions=Interactions(video=draft.video, whatsapp=draft.whatsapp, sms=draft.sms)
        if draft.video or draft.whatsapp or draft.sms
        else NO_INTERACTIONS,
    )


_PERSON: Final = attrgetter("designation", "windows_login", "gender", "photo", "contact_details")
_SIGN_IN: Final = attrgetter("authentication_method", "two_factor", "web_login_blocked", "allowed_addresses")
_VISIBILITY: Final = attrgetter("visible_numbers", "visible_users", "visible_agent_groups", "visible_own")
_CALLING: Final = attrgetter(
    "time_group",
    "ring_order",
    "ring_timeout",
    "extension",
    "calling",
    "login_based_calling",
    "dialler_panel",
    "dispositions",
    "forward_same_as_phone",
    "forward_number",
    "caller_ids",
    "outbound_block",
)


def _person(draft: Draft) -> Person:
    return Person(
        designation=draft.designation,
        windows_login=draft.windows_login,
        gender=draft.gender,
        photo=draft.photo,
        contact_details=draft.contact_details,
    )


def _sign_in(draft: Draft) -> SignIn:
    return SignIn(
        method=draft.authentication_method,
        two_factor=draft.two_factor,
        web_login_blocked=draft.web_login_blocked,
        addresses=draft.allowed_addresses,
    )


def _visibility(draft: Draft) -> Visibility:
    return Visibility(
        numbers=draft.visible_numbers,
        users=draft.visible_users,
        agent_groups=draft.visible_agent_groups,
        own=draft.visible_own,
    )


def _grants(draft: Draft, switches: Iterable[Switch], giver: Giver, grants: tuple[Grant, ...]) -> tuple[Grant, ...]:
    """The grants with those of the switches added or taken away."""
    for switch in switches:
        held = any(_stands_for(grant, switch) for grant in grants)
        on = switch.field in draft.switches
        if on and not held:
            given = Grant(permission=switch.permission, scope=WHOLE_TENANT, given_by=giver.user, given_at=giver.at)
            grants = (*grants, given)
        elif held and not on:
            grants = tuple(grant for grant in grants if not _stands_for(grant, switch))
    return grants


def _site(draft: Draft) -> Site | None:
    if draft.emergency_region is None:
        return None
    return Site(
        name=draft.site_name, emergency_region=draft.emergency_region, emergency_caller_id=draft.emergency_caller_id
    )


def _calling(draft: Draft, call_permissions: CallPermissions) -> Calling:
    if call_permissions == SAYS_NOTHING and _CALLING(draft) == _CALLING(NEUTRAL):
        return NO_CALLING
    hours = (
        None
        if draft.time_group is None
        else AgentHours(time_group=draft.time_group, failover=draft.time_group_failover)
    )
    plan = None
    if draft.ring_order is not None or draft.ring_timeout is not None:
        plan = RingPlan(order=draft.ring_order or RingOrder.ORDER, timeout=draft.ring_timeout)
    extension = None
    if draft.extension is not None:
        extension = Extension(
            number=draft.extension,
            area_caller_ids=draft.area_caller_ids,
            route_through=draft.route_through or RouteThrough.BOTH,
            addresses=draft.extension_addresses,
        )
    return Calling(
        enabled=draft.calling,
        login_based=draft.login_based_calling,
        dialler_panel=draft.dialler_panel,
        dispositions=draft.dispositions,
        hours=hours,
        ring_plan=plan,
        extension=extension,
        forward=Same.PHONE if draft.forward_same_as_phone else draft.forward_number,
        caller_ids=draft.caller_ids,
        outbound_block=draft.outbound_block,
        call_permissions=call_permissions,
    )
