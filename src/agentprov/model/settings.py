"""A tenant's settings: one value each for the whole tenant (ID-1)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

import attrs

from agentprov.errors import Collector
from agentprov.model.call_permissions import SAYS_NOTHING, CallPermissions, check_country
from agentprov.model.destinations import Destination, check_destination, check_timeout, check_whole_number
from agentprov.model.groups import HIGHEST_LEVEL, LOWEST_LEVEL
from agentprov.model.hours import check_time_zone
from agentprov.model.ids import CallerIdId, UserId, check_ids
from agentprov.model.instants import check_instants, utc_or_none
from agentprov.model.text import check_member, check_name
from agentprov.model.throttle import USUAL_POLICY, SignInPolicy
from agentprov.model.users import check_region


class LoginComparison(StrEnum):
    """Whether logins that differ only by case are two logins or the same one (ID-5)."""

    CASE_SENSITIVE = "case-sensitive"
    CASE_INSENSITIVE = "case-insensitive"


class AddressBinding(StrEnum):
    """Which calls of an agent who is bound to named addresses have to come from one of them (OB-3)."""

    EVERY_LEG = "every-leg"
    EXTENSION_LEG = "extension-leg"


@attrs.frozen(kw_only=True)
class Emergency:
    """The whole tenant is closed until this is revoked, with a destination for calls if one is given (HR-4)."""

    destination: Destination | None = None
    actor: UserId | None = None
    reason: str | None = None
    set_at: datetime | None = attrs.field(default=None, converter=utc_or_none)

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_ids(found, ("actor", self.actor))
        check_name(found, "reason", self.reason)
        check_instants(found, ("set_at", self.set_at))
        check_destination(found, "destination", self.destination)
        found.check()


@attrs.frozen(kw_only=True)
class SkillScale:
    """The tenant's own scale of skill levels, both ends included (PR-5)."""

    low: int = 1
    high: int = 5

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_whole_number(found, "high", self.high, low=LOWEST_LEVEL, high=HIGHEST_LEVEL)
        check_whole_number(found, "low", self.low, low=LOWEST_LEVEL, high=self.high)
        found.check()


class Confirm(StrEnum):
    """Telephones that a voicemail of their own may answer (RT-14)."""

    MOBILE = "mobile"
    """Numbers of mobile telephones."""
    EXTERNAL = "external"
    """Every number that is no extension, mobile ones among them."""


def _confirm(telephones: Iterable[Confirm]) -> frozenset[Confirm]:
    return frozenset(telephones)


def _countries(codes: Iterable[str]) -> frozenset[str]:
    return frozenset(codes)


@attrs.frozen(kw_only=True)
class Settings:
    """One value each for the whole tenant."""

    time_zone: str
    region: str
    """The default phone region, two capital letters: ``IN``."""
    international_calling: bool = False
    call_permissions: CallPermissions = SAYS_NOTHING
    forward_countries: frozenset[str] = attrs.field(default=frozenset(), converter=_countries)
    """Countries beside that of ``region`` to which users' calls may be forwarded, ``001`` for numbers of no country.

    Asked of what is typed, not of what is stored.
    """
    address_binding: AddressBinding = AddressBinding.EVERY_LEG
    login_comparison: LoginComparison = LoginComparison.CASE_SENSITIVE
    reuse_deleted_logins: bool = False
    ring_budget: int = 300
    """The most seconds that one call rings in all (RT-9)."""
    step_budget: int = 100
    """The most steps that one call takes (RT-9)."""
    confirm: frozenset[Confirm] = attrs.field(default=frozenset(), converter=_confirm)
    """The telephones at which whoever answers must press a key to get the call (RT-14)."""
    ring_disabled_agents: bool = False
    """Whether disabling is about signing in only, so that a disabled agent is still rung (LC-1)."""
    skill_scale: SkillScale = SkillScale()
    sign_in: SignInPolicy = USUAL_POLICY
    """How guessing at passwords and codes is slowed down (CR-5)."""
    emergency: Emergency | None = None
    emergency_caller_id: CallerIdId | None = None
    """Presented to the emergency services for users without a site (OB-6)."""

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_time_zone(found, "time_zone", self.time_zone)
        check_region(found, "region", self.region)
        check_timeout(found, "ring_budget", self.ring_budget, high=3600)
        for telephones in self.confirm:
            check_member(found, "confirm", telephones, Confirm)
        for code in sorted(map(str, self.forward_countries)):
            check_country(found, "forward_countries", code)
        check_whole_number(found, "step_budget", self.step_budget, low=10, high=10_000)
        check_ids(found, ("emergency_caller_id", self.emergency_caller_id))
        found.check()
