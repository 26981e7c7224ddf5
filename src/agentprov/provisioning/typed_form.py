"""A typed form: every field of a user's form, flat and typed, before it is a user or after it was read from one.

A form is read into a typed form, the blueprint's rules are held against that, and a user is built from it. Reading a
user and building it again gives an equal user.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import repeat, starmap
from operator import attrgetter, call
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
from agentprov.model.properties import PropertyValues
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
class PersonalProfile:
    """A personal profile as a form says it; without an id it is one that the user has by this name, or a new one."""

    id: ProfileId | None = None
    name: str
    skills: SkillLevels = attrs.field(factory=Table, converter=skill_levels)


@attrs.frozen(kw_only=True)
class TypedForm:
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
    personal_profiles: tuple[PersonalProfile, ...] = ()
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

    def put(self, values: Mapping[str, object]) -> TypedForm:
        """The typed form with some fields changed. Their values are those that reading a form gives."""
        if not values:
            return self
        after = object.__new__(TypedForm)
        deque(starmap(call, zip(_SETTERS, repeat(after), _VALUES(self), strict=False)), maxlen=0)
        switches = self.switches
        for name, value in values.items():
            if name in NAMES:
                object.__setattr__(after, name, skill_levels(cast("SkillLevels", value)) if name == "skills" else value)
            else:
                switches = switches | {name} if value else switches - {name}
        object.__setattr__(after, "switches", switches)
        return after


NAMES: Final = frozenset(field.name for field in attrs.fields(TypedForm)) - {"switches"}
"""The fields that every typed form has, whatever the blueprint."""

_FIELDS: Final = tuple(field.name for field in attrs.fields(TypedForm))
_VALUES: Final = attrgetter(*_FIELDS)
_SETTERS: Final = tuple(getattr(TypedForm, name).__set__ for name in _FIELDS)
# INVARIANT: a typed form has no check of its own, so that a copy needs none; its one converter is that of the skills.

NEUTRAL: Final = TypedForm()
_NO_VALUES: Final[PropertyValues] = Table()


def typed_form_of(user: User, blueprint: Blueprint) -> TypedForm:
    """The typed form that a stored user would have been made from.

    Passwords aren't stored in users, so it has none; and personal profiles are stored beside them:
    :func:`agentprov.provisioning.personal_profiles.stored_form`.
    """
    calling, hours, extension = user.calling, user.calling.hours, user.calling.extension
    return TypedForm(
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
    typed: TypedForm, *, id_: UserId, login: Login, blueprint: Blueprint, giver: Giver, kept: User | None = None
) -> User:
    """The user that a typed form describes. What no form speaks of (values, other grants) is kept from ``kept``.

    Raises:
        InvalidValue: the parts don't fit together; the paths are those of a user's parts.
    """
    return User(
        id=id_,
        login=login,
        type=typed.type,
        status=typed.status,
        name=typed.name,
        display_name=typed.display_name,
        alias=typed.alias,
        email=typed.email,
        phone=typed.phone,
        alternate_numbers=typed.alternate_numbers,
        mobile=typed.mobile,
        numeric_id=typed.numeric_id,
        language=typed.language,
        user_group=typed.user_group,
        home_department=typed.home_department,
        supervisor=typed.supervisor,
        agent_groups=typed.agent_groups,
        roles=typed.roles,
        grants=_grants(typed, blueprint.switches, giver, () if kept is None else kept.grants),
        skills=typed.skills,
        unticked_profiles=typed.unticked_profiles,
        properties=_NO_VALUES if kept is None else kept.properties,
        site=_site(typed),
        person=NO_PERSON if _PERSON(typed) == _NO_PERSON else _person(typed),
        calling=_calling(typed, SAYS_NOTHING if kept is None else kept.calling.call_permissions),
        sign_in=NO_SIGN_IN if _SIGN_IN(typed) == _PLAIN_SIGN_IN else _sign_in(typed),
        visibility=NO_VISIBILITY if _VISIBILITY(typed) == _SEES_NOTHING else _visibility(typed),
        interactions=Interactions(video=typed.video, whatsapp=typed.whatsapp, sms=typed.sms)
        if typed.video or typed.whatsapp or typed.sms
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
_NO_PERSON, _PLAIN_SIGN_IN = _PERSON(NEUTRAL), _SIGN_IN(NEUTRAL)
_SEES_NOTHING, _PLAIN_CALLING = _VISIBILITY(NEUTRAL), _CALLING(NEUTRAL)


def _person(typed: TypedForm) -> Person:
    return Person(
        designation=typed.designation,
        windows_login=typed.windows_login,
        gender=typed.gender,
        photo=typed.photo,
        contact_details=typed.contact_details,
    )


def _sign_in(typed: TypedForm) -> SignIn:
    return SignIn(
        method=typed.authentication_method,
        two_factor=typed.two_factor,
        web_login_blocked=typed.web_login_blocked,
        addresses=typed.allowed_addresses,
    )


def _visibility(typed: TypedForm) -> Visibility:
    return Visibility(
        numbers=typed.visible_numbers,
        users=typed.visible_users,
        agent_groups=typed.visible_agent_groups,
        own=typed.visible_own,
    )


def _grants(typed: TypedForm, switches: Iterable[Switch], giver: Giver, grants: tuple[Grant, ...]) -> tuple[Grant, ...]:
    """The grants with those of the switches added or taken away."""
    for switch in switches:
        held = any(_stands_for(grant, switch) for grant in grants)
        on = switch.field in typed.switches
        if on and not held:
            given = Grant(permission=switch.permission, scope=WHOLE_TENANT, given_by=giver.user, given_at=giver.at)
            grants = (*grants, given)
        elif held and not on:
            grants = tuple(grant for grant in grants if not _stands_for(grant, switch))
    return grants


def _site(typed: TypedForm) -> Site | None:
    if typed.emergency_region is None:
        return None
    return Site(
        name=typed.site_name, emergency_region=typed.emergency_region, emergency_caller_id=typed.emergency_caller_id
    )


def _calling(typed: TypedForm, call_permissions: CallPermissions) -> Calling:
    if call_permissions == SAYS_NOTHING and _CALLING(typed) == _PLAIN_CALLING:
        return NO_CALLING
    hours = (
        None
        if typed.time_group is None
        else AgentHours(time_group=typed.time_group, failover=typed.time_group_failover)
    )
    plan = None
    if typed.ring_order is not None or typed.ring_timeout is not None:
        plan = RingPlan(order=typed.ring_order or RingOrder.ORDER, timeout=typed.ring_timeout)
    extension = None
    if typed.extension is not None:
        extension = Extension(
            number=typed.extension,
            area_caller_ids=typed.area_caller_ids,
            route_through=typed.route_through or RouteThrough.BOTH,
            addresses=typed.extension_addresses,
        )
    return Calling(
        enabled=typed.calling,
        login_based=typed.login_based_calling,
        dialler_panel=typed.dialler_panel,
        dispositions=typed.dispositions,
        hours=hours,
        ring_plan=plan,
        extension=extension,
        forward=Same.PHONE if typed.forward_same_as_phone else typed.forward_number,
        caller_ids=typed.caller_ids,
        outbound_block=typed.outbound_block,
        call_permissions=call_permissions,
    )
