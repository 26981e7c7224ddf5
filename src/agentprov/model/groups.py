"""Groups and the small named objects of a tenant.

User groups, agent groups, queues, skills and profiles, and what the host keeps behind a reference (announcements,
voicemail boxes) or hands to agents (caller IDs, templates).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

import attrs

from agentprov.errors import Code, Collector
from agentprov.model.call_permissions import SAYS_NOTHING, CallPermissions
from agentprov.model.contact import PhoneNumber, check_e164
from agentprov.model.identity import Login
from agentprov.model.ids import (
    AddressId,
    AgentGroupId,
    AnnouncementId,
    CallerIdId,
    DispositionId,
    ProfileId,
    QueueId,
    SkillId,
    TemplateId,
    UserGroupId,
    UserId,
    VoicemailId,
    check_ids,
)
from agentprov.model.instants import check_instants, utc
from agentprov.model.limits import PropertyLimits, property_limits
from agentprov.model.network import Network, check_networks, networks_in_order
from agentprov.model.properties import PropertyValues, property_values
from agentprov.model.table import Table
from agentprov.model.text import check_name, check_text


def _check(named: object, *names: str) -> None:
    """Check the id and the named texts of a small object."""
    found = Collector()
    check_ids(found, ("id", getattr(named, "id", None)))
    for name in names:
        check_name(found, name, getattr(named, name))
    found.check()


@attrs.frozen(kw_only=True)
class UserGroup:
    """At most one per user; may nest; carries property values and group profiles."""

    id: UserGroupId
    name: str
    parent: UserGroupId | None = None
    properties: PropertyValues = attrs.field(factory=Table, converter=property_values)
    property_limits: PropertyLimits = attrs.field(factory=Table, converter=property_limits)
    """What the group locks and bounds for its members and the groups inside it."""
    call_permissions: CallPermissions = SAYS_NOTHING

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_ids(found, ("id", self.id), ("parent", self.parent))
        check_name(found, "name", self.name)
        found.check()


@attrs.frozen(kw_only=True)
class AgentGroup:
    """A flat team, for visibility and scopes; never routed to. Who belongs is said on the users."""

    id: AgentGroupId
    name: str

    def __attrs_post_init__(self) -> None:
        _check(self, "name")


@attrs.frozen(kw_only=True)
class Queue:
    """A queue that the host runs; agents log on to it."""

    id: QueueId
    name: str

    def __attrs_post_init__(self) -> None:
        _check(self, "name")


@attrs.frozen(kw_only=True)
class Skill:
    """Something an agent can do."""

    id: SkillId
    name: str

    def __attrs_post_init__(self) -> None:
        _check(self, "name")


SkillLevels = Table[SkillId, int | None]
"""Skills with their levels. Nothing as a level means "has the skill, level not said", which is not level zero."""


def skill_levels(levels: Mapping[SkillId, int | None]) -> SkillLevels:
    """The levels as an immutable table."""
    return Table(levels)


LOWEST_LEVEL: Final = 0
HIGHEST_LEVEL: Final = 1000


def check_levels(found: Collector, name: str, levels: SkillLevels) -> None:
    """Note levels that are no whole number from 0 to 1000; the tenant's own scale is checked by the tenant."""
    for skill, level in levels.items():
        if level is not None and (type(level) is not int or not LOWEST_LEVEL <= level <= HIGHEST_LEVEL):
            found.add(Code.FIELD_OUT_OF_RANGE, name, skill, value=str(level), low=LOWEST_LEVEL, high=HIGHEST_LEVEL)


@attrs.frozen(kw_only=True)
class Profile:
    """A named set of skills with levels. A group profile belongs to a user group, a personal one to one user (PR-5)."""

    id: ProfileId
    name: str
    user_group: UserGroupId | None = None
    user: UserId | None = None
    skills: SkillLevels = attrs.field(factory=Table, converter=skill_levels)

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_ids(found, ("id", self.id), ("user_group", self.user_group), ("user", self.user))
        check_name(found, "name", self.name)
        if (self.user_group is None) == (self.user is None):
            found.add(Code.PROFILE_OWNER)
        check_levels(found, "skills", self.skills)
        found.check()


@attrs.frozen(kw_only=True)
class Announcement:
    """Something the host can play. ``reference`` is the host's own name for it, opaque to us."""

    id: AnnouncementId
    name: str
    reference: str | None = None

    def __attrs_post_init__(self) -> None:
        _check(self, "name", "reference")


@attrs.frozen(kw_only=True)
class Voicemail:
    """A voicemail box of the host. ``reference`` is the host's own name for it, opaque to us."""

    id: VoicemailId
    name: str
    reference: str | None = None

    def __attrs_post_init__(self) -> None:
        _check(self, "name", "reference")


@attrs.frozen(kw_only=True)
class CallerId:
    """A number that may be presented to whoever is called."""

    id: CallerIdId
    phone: PhoneNumber
    name: str | None = None

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_ids(found, ("id", self.id))
        check_e164(found, "phone", self.phone)
        check_name(found, "name", self.name)
        found.check()


@attrs.frozen(kw_only=True)
class Disposition:
    """A result that an agent can set on a call."""

    id: DispositionId
    name: str

    def __attrs_post_init__(self) -> None:
        _check(self, "name")


class Channel(StrEnum):
    """Where a message template can be used."""

    WHATSAPP = "whatsapp"
    SMS = "sms"


@attrs.frozen(kw_only=True)
class Template:
    """A message that agents may send on one channel."""

    id: TemplateId
    channel: Channel
    name: str
    text: str

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_ids(found, ("id", self.id))
        check_name(found, "name", self.name)
        check_text(found, "text", self.text)
        found.check()


@attrs.frozen(kw_only=True)
class NamedAddress:
    """Addresses under a name, such as an office's (CR-6)."""

    id: AddressId
    name: str
    networks: tuple[Network, ...] = attrs.field(converter=networks_in_order)

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_ids(found, ("id", self.id))
        check_name(found, "name", self.name)
        if not self.networks:
            found.add(Code.FIELD_EMPTY, "networks")
        check_networks(found, "networks", self.networks)
        found.check()


@attrs.frozen(kw_only=True)
class Tombstone:
    """What stays of a deleted user: the id, the login, and when (LC-1)."""

    id: UserId
    login: Login
    deleted_at: datetime = attrs.field(converter=utc)

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_ids(found, ("id", self.id))
        check_instants(found, ("deleted_at", self.deleted_at))
        found.check()
