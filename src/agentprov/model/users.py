"""A user: who they are, where they belong, and their options, grouped by what they concern (ID-4).

Rare fields live in shared parts (:class:`Person`, :class:`Calling`, :class:`SignIn`, ...), so that a user who has none
of them costs one reference each.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum, StrEnum
from typing import Final

import attrs

from agentprov.errors import Code, Collector
from agentprov.model.access import Grant, check_grant_count, grants_in_order
from agentprov.model.call_permissions import SAYS_NOTHING, CallPermissions
from agentprov.model.contact import Email, PhoneNumber, check_e164, check_email
from agentprov.model.destinations import Destination, check_destination
from agentprov.model.groups import SkillLevels, check_levels, skill_levels
from agentprov.model.identity import Login, check_language, check_login, check_numeric_id, check_windows_login
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
    check_id_lists,
    check_ids,
    role_ids,
)
from agentprov.model.network import Network, check_networks, networks_in_order
from agentprov.model.properties import PropertyValues, property_values
from agentprov.model.routing import RingPlan
from agentprov.model.table import Table
from agentprov.model.text import check_flags, check_member, check_name, matches
from agentprov.model.user_types import PERSON


class Status(StrEnum):
    """The stored state of an account. All but active: no sign-in, no rights, neither rung nor dialling out (LC-1)."""

    ACTIVE = "active"
    DISABLED = "disabled"
    BLOCKED = "blocked"
    DEACTIVATED = "deactivated"


class AuthenticationMethod(StrEnum):
    """How a user proves who they are."""

    PASSWORD = "password"  # noqa: S105  a wire value, not a password
    WINDOWS = "windows"
    EXTERNAL = "external"
    API_TOKEN = "api-token"  # noqa: S105  a wire value, not a token


@attrs.frozen(kw_only=True)
class Site:
    """Where a user works: the region for emergency calls, and the caller ID to present to them (OB-6)."""

    name: str | None = None
    emergency_region: str
    emergency_caller_id: CallerIdId | None = None

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_name(found, "name", self.name)
        check_region(found, "emergency_region", self.emergency_region)
        check_ids(found, ("emergency_caller_id", self.emergency_caller_id))
        found.check()


_REGION = re.compile(r"[A-Z]{2}")
_PREFIX = re.compile(r"\+?[0-9]{1,15}")
_EXTENSION = re.compile(r"[0-9]{1,15}")


def check_region(found: Collector, name: str, region: str) -> None:
    """Note a region that isn't two capital letters (ISO 3166)."""
    if not matches(_REGION, region):
        found.add(Code.REGION_UNKNOWN, name, value=str(region))


def _contact_details(details: Table[str, str]) -> Table[str, str]:
    return Table(details)


@attrs.frozen(kw_only=True)
class Person:
    """What is known of the person, none of it needed to decide anything."""

    designation: str | None = None
    windows_login: str | None = None
    gender: str | None = None
    photo: str | None = None
    """The host's own reference to a picture."""
    contact_details: Table[str, str] = attrs.field(factory=Table, converter=_contact_details)

    def __attrs_post_init__(self) -> None:
        found = Collector()
        for name in ("designation", "gender", "photo"):
            check_name(found, name, getattr(self, name))
        if self.windows_login is not None:
            check_windows_login(found, "windows_login", self.windows_login)
        for key, value in self.contact_details.items():
            check_name(found, "contact_details", key, key)
            check_name(found, "contact_details", value, key)
        found.check()


@attrs.frozen(kw_only=True)
class AgentHours:
    """The time group outside which an agent isn't reached, with a failover for calls that come directly (RT-2)."""

    time_group: TimeGroupId
    failover: Destination | None = None

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_ids(found, ("time_group", self.time_group))
        check_destination(found, "failover", self.failover)
        found.check()


class RouteThrough(StrEnum):
    """Over which of an agent's legs a click-to-call is made (OB-4)."""

    BOTH = "both"
    EXTENSION = "extension"
    MOBILE = "mobile"


@attrs.frozen(kw_only=True)
class AreaCallerId:
    """The caller ID for dialled numbers that begin with a prefix: ``+223``, ``91``, ``22`` (OB-5)."""

    prefix: str
    caller_id: CallerIdId

    def __attrs_post_init__(self) -> None:
        found = Collector()
        if not matches(_PREFIX, self.prefix):
            found.add(Code.FIELD_INVALID, "prefix", value=str(self.prefix), expected="1 to 15 digits, `+` before them")
        check_ids(found, ("caller_id", self.caller_id))
        found.check()


def _area_caller_ids(entries: Iterable[AreaCallerId]) -> tuple[AreaCallerId, ...]:
    return tuple(entries)


def _addresses(ids: Iterable[AddressId]) -> frozenset[AddressId]:
    return frozenset(ids)


@attrs.frozen(kw_only=True)
class Extension:
    """A telephone extension of an agent, with what belongs to it (PV-6)."""

    number: str
    area_caller_ids: tuple[AreaCallerId, ...] = attrs.field(default=(), converter=_area_caller_ids)
    route_through: RouteThrough = RouteThrough.BOTH
    addresses: frozenset[AddressId] = attrs.field(default=frozenset(), converter=_addresses)
    """Named addresses from which alone the agent can make calls; none means from anywhere (OB-3)."""

    def __attrs_post_init__(self) -> None:
        found = Collector()
        if not matches(_EXTENSION, self.number):
            found.add(Code.FIELD_INVALID, "number", value=str(self.number), expected="1 to 15 digits")
        seen: set[str] = set()
        for position, entry in enumerate(self.area_caller_ids):
            if entry.prefix in seen:
                found.add(Code.FIELD_DUPLICATE, "area_caller_ids", position, "prefix", value=entry.prefix)
            seen.add(entry.prefix)
        check_id_lists(found, ("addresses", self.addresses))
        found.check()


class OutboundBlock(StrEnum):
    """What an agent can't dial from: nothing blocked, both channels, or only the softphone (OB-2)."""

    NONE = "none"
    ALL = "all"
    ONLY_EXTENSION = "only-extension"


class Same(Enum):
    """A link instead of a copy: the call-forward number follows the user's phone number (ID-13)."""

    PHONE = "same-as-phone"


def _caller_ids(ids: Iterable[CallerIdId]) -> tuple[CallerIdId, ...]:
    return tuple(ids)


@attrs.frozen(kw_only=True)
class Calling:
    """What concerns a user's calls."""

    enabled: bool = True
    """The calling option. Off: neither makes nor receives calls."""
    login_based: bool = False
    """On: reached only while logged in to the panel. Off: counts as always active."""
    dialler_panel: bool = False
    dispositions: bool = False
    hours: AgentHours | None = None
    ring_plan: RingPlan | None = None
    extension: Extension | None = None
    forward: PhoneNumber | Same | None = None
    caller_ids: tuple[CallerIdId, ...] = attrs.field(default=(), converter=_caller_ids)
    """Those the agent may present, in order; the first is the extension's own."""
    outbound_block: OutboundBlock = OutboundBlock.NONE
    call_permissions: CallPermissions = SAYS_NOTHING

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_flags(found, self, "enabled", "login_based", "dialler_panel", "dispositions")
        if isinstance(self.forward, str):
            check_e164(found, "forward", self.forward)
        if self.dialler_panel and not self.login_based:
            found.add(Code.DIALLER_PANEL_NEEDS_LOGIN_BASED, "dialler_panel")
        check_id_lists(found, ("caller_ids", self.caller_ids))
        check_member(found, "outbound_block", self.outbound_block, OutboundBlock)
        found.check()


@attrs.frozen(kw_only=True)
class SelectedAddresses:
    """The addresses a user may sign in from: networks, and addresses that the tenant names. Never empty (CR-6)."""

    networks: tuple[Network, ...] = attrs.field(default=(), converter=networks_in_order)
    named: frozenset[AddressId] = attrs.field(default=frozenset(), converter=_addresses)

    def __attrs_post_init__(self) -> None:
        found = Collector()
        if not self.networks and not self.named:
            found.add(Code.FIELD_EMPTY)
        check_networks(found, "networks", self.networks)
        check_id_lists(found, ("named", self.named))
        found.check()


@attrs.frozen(kw_only=True)
class SignIn:
    """What concerns signing in."""

    method: AuthenticationMethod = AuthenticationMethod.PASSWORD
    two_factor: bool = False
    web_login_blocked: bool = False
    addresses: SelectedAddresses | None = None
    """Nothing means: from any address."""


def _users(ids: Iterable[UserId]) -> frozenset[UserId]:
    return frozenset(ids)


def _numbers(ids: Iterable[NumberId]) -> frozenset[NumberId]:
    return frozenset(ids)


def _agent_groups(ids: Iterable[AgentGroupId]) -> frozenset[AgentGroupId]:
    return frozenset(ids)


@attrs.frozen(kw_only=True)
class Visibility:
    """Whose records and calls a user sees: the union of what is named here, none by default (VI-1)."""

    numbers: frozenset[NumberId] = attrs.field(default=frozenset(), converter=_numbers)
    users: frozenset[UserId] = attrs.field(default=frozenset(), converter=_users)
    agent_groups: frozenset[AgentGroupId] = attrs.field(default=frozenset(), converter=_agent_groups)
    own: bool = False
    """Their own records; possible from the start, before the user exists."""

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_id_lists(found, ("numbers", self.numbers), ("users", self.users), ("agent_groups", self.agent_groups))
        found.check()


@attrs.frozen(kw_only=True)
class Interactions:
    """What else an agent may offer during a call, together or one by one (VI-4)."""

    video: bool = False
    whatsapp: bool = False
    sms: bool = False


def _phones(phones: Iterable[PhoneNumber]) -> tuple[PhoneNumber, ...]:
    return tuple(phones)


def _profiles(ids: Iterable[ProfileId]) -> frozenset[ProfileId]:
    return frozenset(ids)


NO_PERSON: Final = Person()
NO_CALLING: Final = Calling()
NO_SIGN_IN: Final = SignIn()
NO_VISIBILITY: Final = Visibility()
NO_INTERACTIONS: Final = Interactions()


@attrs.frozen(kw_only=True)
class User:
    """One user of a tenant. Personal profiles name their user themselves, so they aren't repeated here."""

    id: UserId
    login: Login
    type: str = PERSON
    status: Status = Status.ACTIVE
    name: str | None = None
    display_name: str | None = None
    alias: str | None = None
    email: Email | None = None
    phone: PhoneNumber | None = None
    alternate_numbers: tuple[PhoneNumber, ...] = attrs.field(default=(), converter=_phones)
    mobile: PhoneNumber | None = None
    numeric_id: int | None = None
    language: str | None = None
    user_group: UserGroupId | None = None
    home_department: DepartmentId | None = None
    supervisor: UserId | None = None
    agent_groups: frozenset[AgentGroupId] = attrs.field(default=frozenset(), converter=_agent_groups)
    roles: frozenset[RoleId] = attrs.field(default=frozenset(), converter=role_ids)
    grants: tuple[Grant, ...] = attrs.field(default=(), converter=grants_in_order)
    skills: SkillLevels = attrs.field(factory=Table, converter=skill_levels)
    unticked_profiles: frozenset[ProfileId] = attrs.field(default=frozenset(), converter=_profiles)
    properties: PropertyValues = attrs.field(factory=Table, converter=property_values)
    """The user's own values; a property that isn't here is inherited."""
    site: Site | None = None
    person: Person = NO_PERSON
    calling: Calling = NO_CALLING
    sign_in: SignIn = NO_SIGN_IN
    visibility: Visibility = NO_VISIBILITY
    interactions: Interactions = NO_INTERACTIONS

    def __attrs_post_init__(self) -> None:
        _check_user(self)

    @property
    def shown_to_clients(self) -> str | None:
        """What clients see: the alias, else the display name, else the name (ID-12)."""
        return self.alias or self.display_name or self.name

    @property
    def forward_number(self) -> PhoneNumber | None:
        """The call-forward number, following the phone number where it is linked to it (ID-13)."""
        forward = self.calling.forward
        return self.phone if forward is Same.PHONE else forward


def _check_user(user: User) -> None:
    found = Collector()
    check_ids(
        found,
        ("id", user.id),
        ("user_group", user.user_group),
        ("home_department", user.home_department),
        ("supervisor", user.supervisor),
    )
    check_login(found, "login", user.login)
    check_member(found, "status", user.status, Status)
    for name, value in (("name", user.name), ("display_name", user.display_name), ("alias", user.alias)):
        check_name(found, name, value)
    if user.email is not None:
        check_email(found, "email", user.email)
    if user.phone is not None:
        check_e164(found, "phone", user.phone)
    if user.mobile is not None:
        check_e164(found, "mobile", user.mobile)
    for position, phone in enumerate(user.alternate_numbers):
        check_e164(found, "alternate_numbers", phone, position)
    if user.numeric_id is not None:
        check_numeric_id(found, "numeric_id", user.numeric_id)
    if user.language is not None:
        check_language(found, "language", user.language)
    check_id_lists(
        found,
        ("agent_groups", user.agent_groups),
        ("roles", user.roles),
        ("unticked_profiles", user.unticked_profiles),
    )
    check_grant_count(found, "grants", user.grants)
    check_levels(found, "skills", user.skills)
    if user.calling.forward is Same.PHONE and user.phone is None:
        found.add(Code.FORWARD_WITHOUT_PHONE, "calling", "forward")
    if user.supervisor == user.id:
        found.add(Code.SUPERVISOR_SELF, "supervisor")
    found.check()
