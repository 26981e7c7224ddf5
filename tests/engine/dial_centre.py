"""An agent who calls out, and short ways to say what tests change."""

from __future__ import annotations

from typing import Any

import attrs

from agentprov.engine.outbound import Outbound
from agentprov.model.contact import PhoneNumber
from agentprov.model.groups import CallerId, NamedAddress
from agentprov.model.identity import Login
from agentprov.model.ids import AddressId, CallerIdId, TenantId, UserId
from agentprov.model.live import Live
from agentprov.model.network import parse_networks
from agentprov.model.outbound import Attempt, Dial, DialEmergency, DialOutcome, NotDialled
from agentprov.model.settings import Settings
from agentprov.model.tenant import Tenant
from agentprov.model.users import AreaCallerId, Calling, Extension, User
from tests.tenants import BLUEPRINT, by_id

MUMBAI, DELHI, OSLO, SITE = (CallerIdId(f"c-{name}") for name in ("mumbai", "delhi", "oslo", "site"))
PHONES = {MUMBAI: "+912249160000", DELHI: "+911149160000", OSLO: "+4723050000", SITE: "+912249160099"}
MOBILE = PhoneNumber("+919812345678")
OFFICE, HOME = AddressId("o-office"), AddressId("o-home")
SETTINGS = Settings(time_zone="Asia/Kolkata", region="IN", international_calling=True)
INDIAN = "080 6965 1170"


def area(*entries: tuple[str, CallerIdId]) -> tuple[AreaCallerId, ...]:
    """A list of caller IDs by area code."""
    return tuple(AreaCallerId(prefix=prefix, caller_id=caller_id) for prefix, caller_id in entries)


def asha(*, extension: Extension | None = None, **changes: Any) -> User:
    """Asha, with three allowed caller IDs; what doesn't belong to a user is changed in her calling options."""
    fields = {field.name for field in attrs.fields(User)}
    own = {name: value for name, value in changes.items() if name in fields}
    options = {name: value for name, value in changes.items() if name not in fields}
    calling = Calling(**{"caller_ids": (MUMBAI, DELHI, OSLO), "extension": extension, **options})
    return User(**{"id": UserId("u-asha"), "login": Login("asha"), "mobile": MOBILE, "calling": calling, **own})


EXTENSION = Extension(number="201")


def centre(*users: User, settings: Settings = SETTINGS, **parts: Any) -> Tenant:
    """A tenant with these users, four caller IDs and two named addresses."""
    return Tenant(
        **{
            "id": TenantId("t-acme"),
            "name": "Acme",
            "settings": settings,
            "blueprint": BLUEPRINT,
            "users": by_id(users),
            "caller_ids": by_id(CallerId(id=id_, phone=PhoneNumber(phone)) for id_, phone in PHONES.items()),
            "addresses": by_id(
                [
                    NamedAddress(id=OFFICE, name="Office", networks=parse_networks(["192.0.2.0/24"])),
                    NamedAddress(id=HOME, name="Home", networks=parse_networks(["2001:db8::/32"])),
                ]
            ),
            **parts,
        }
    )


def tried(tenant: Tenant, dialled: str = INDIAN, *, live: Live | None = None, **fields: Any) -> DialOutcome:
    """What becomes of Asha's attempt."""
    return Outbound(tenant).dial(Attempt(**{"agent": "u-asha", "dialled": dialled, **fields}), live or Live())


def said(outcome: DialOutcome) -> list[str]:
    """The reasons as texts, without Asha's name."""
    return [str(reason).replace(" user u-asha:", ":") for reason in outcome.reasons]


def refused(outcome: DialOutcome) -> list[str]:
    """The reasons of a refusal."""
    assert isinstance(outcome, NotDialled)
    return said(outcome)


def denied(outcome: DialOutcome) -> list[str]:
    """The reasons of a refusal; none of a call that is made."""
    return said(outcome) if isinstance(outcome, NotDialled) else []


def made(outcome: DialOutcome) -> Dial:
    """The call, which is made."""
    assert isinstance(outcome, Dial)
    return outcome


def alarm(outcome: DialOutcome) -> DialEmergency:
    """The emergency call."""
    assert isinstance(outcome, DialEmergency)
    return outcome


def changed(settings: Settings = SETTINGS, **fields: Any) -> Settings:
    """The settings with other values."""
    return attrs.evolve(settings, **fields)
