"""Whether an agent may call a number, through which leg and with which caller ID (OB-1 to OB-7).

One decision for each attempt. An emergency number is told apart first, and nothing below has a say in it. Else every
rule is asked, so that a refusal carries all its reasons, in the order of the rules.
"""

from __future__ import annotations

from typing import Final

from agentprov.engine.caller_ids import CallerIds
from agentprov.engine.dial_legs import Legs
from agentprov.engine.dial_permissions import CallPermissionLevels
from agentprov.engine.memo import Memo
from agentprov.errors import Code, Problem
from agentprov.model.contact import PhoneNumber, without_suffix
from agentprov.model.dialling import digits_of, plainly
from agentprov.model.emergencies import emergency_number
from agentprov.model.ids import UserId
from agentprov.model.live import Live
from agentprov.model.network import allows
from agentprov.model.outbound import (
    Attempt,
    Dial,
    DialChannel,
    DialEmergency,
    DialLeg,
    DialOutcome,
    NotDialled,
    OutboundCode,
    OutboundReason,
    OutboundSubject,
    number_fault,
    outbound_reason,
)
from agentprov.model.phones import dialled
from agentprov.model.settings import AddressBinding
from agentprov.model.tenant import Tenant
from agentprov.model.users import OutboundBlock, Status, User

_STATUSES: Final = {
    Status.DISABLED: OutboundCode.STATUS_DISABLED,
    Status.BLOCKED: OutboundCode.STATUS_BLOCKED,
    Status.DEACTIVATED: OutboundCode.STATUS_DEACTIVATED,
}
_NOBODY_LIVE: Final = Live()


class Outbound:
    """The outbound decisions of one version of a tenant, made once for it.

    INVARIANT: what is kept depends on the tenant alone and is published by one assignment each, so threads share it.

    >>> from agentprov.codec import loads
    >>> tenant = loads('''
    ... agentprov = 1
    ... id = "t-acme"
    ... name = "Acme"
    ... settings = { time_zone = "Asia/Kolkata", region = "IN" }
    ... blueprint = { name = "plain", catalogue = { sections = { user = ["view"] } } }
    ... caller_ids.c-mumbai = { phone = "+912249160000" }
    ... [users.u-asha]
    ... login = "asha"
    ... mobile = "+919812345678"
    ... calling = { caller_ids = ["c-mumbai"] }
    ... ''', format="toml")
    >>> outcome = Outbound(tenant).dial(Attempt(agent="u-asha", dialled="080 6965 1170"))
    >>> outcome.number, outcome.leg.value, outcome.presents
    ('+918069651170', 'mobile', '+912249160000')
    """

    __slots__ = ("_agents", "_extensions", "tenant")

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self._agents: Memo[UserId, _Agent] = Memo(lambda user: _Agent(tenant, tenant.users[user]))
        self._extensions: dict[str, UserId] | None = None

    def dial(self, attempt: Attempt, live: Live = _NOBODY_LIVE) -> DialOutcome:
        """What becomes of an attempt. Of the live facts only where the agent is logged in from counts (OB-3)."""
        if attempt.agent not in self.tenant.users:
            return _not(attempt, (_of_user(attempt.agent, OutboundCode.AGENT_UNKNOWN),))
        agent = self._agents[attempt.agent]
        emergency = emergency_number(attempt.dialled, agent.region)
        if emergency is not None:
            return agent.emergency(attempt, emergency)
        settings = self.tenant.settings
        number = dialled(attempt.dialled, region=settings.region)
        if isinstance(number, Problem):
            return _not(attempt, (self._fault(attempt.dialled, number.code), *agent.refusals(attempt, live)))
        refusals = [*agent.refusals(attempt, live)]
        if not settings.international_calling and isinstance(
            dialled(attempt.dialled, region=settings.region, international=False), Problem
        ):
            refusals.insert(0, number_fault(Code.PHONE_INTERNATIONAL_OFF))
        permitted, barred = agent.permissions.of(number, settings.region)
        if refusals or barred:
            return _not(attempt, (*refusals, *barred))
        return agent.dial(attempt, number, permitted)

    def _fault(self, text: str, code: Code) -> OutboundReason:
        """What is wrong with a number that can't be called; a colleague's extension is none to call outside."""
        holder = self._holder(digits_of(plainly(text)))
        if holder is not None:
            return _of_user(holder, OutboundCode.NUMBER_EXTENSION)
        # It isn't one of the region's: an emergency number of somewhere else is just a short number here.
        return number_fault(Code.PHONE_TOO_SHORT if code is Code.PHONE_EMERGENCY else code)

    def _holder(self, digits: str) -> UserId | None:
        if self._extensions is None:
            users = self.tenant.users.values()
            self._extensions = {user.calling.extension.number: user.id for user in users if user.calling.extension}
        return self._extensions.get(digits)


class _Agent:
    """What is known of one agent before they dial."""

    __slots__ = (
        "_addresses",
        "_blocked",
        "_caller_ids",
        "_every_leg",
        "_legs",
        "_tenant",
        "permissions",
        "region",
        "user",
    )

    def __init__(self, tenant: Tenant, user: User) -> None:
        self.user = user.id
        self.region = tenant.settings.region if user.site is None else user.site.emergency_region
        self.permissions = CallPermissionLevels(tenant, user)
        self._legs = Legs(user)
        self._caller_ids = CallerIds(tenant, user)
        self._blocked = {channel: tuple(_blocked(tenant, user, channel)) for channel in DialChannel}
        extension = user.calling.extension
        self._addresses = () if extension is None else tuple(sorted(extension.addresses))
        self._every_leg = tenant.settings.address_binding != AddressBinding.EXTENSION_LEG
        self._tenant = tenant

    def refusals(self, attempt: Attempt, live: Live) -> tuple[OutboundReason, ...]:
        """Everything that refuses the attempt whatever the number is."""
        chosen = self._legs.choice(attempt.channel, attempt.leg)
        return (
            *self._blocked[attempt.channel],
            *self._elsewhere(chosen.leg, live),
            *chosen.refusals,
            *self._caller_ids.refusals,
        )

    def _elsewhere(self, leg: DialLeg, live: Live) -> tuple[OutboundReason, ...]:
        """Whether the agent is bound to named addresses, and isn't logged in from one of them (OB-3)."""
        if not self._addresses or not (self._every_leg or leg is DialLeg.EXTENSION):
            return ()
        address = live.addresses.get(self.user)
        if address is None:
            return (_of_user(self.user, OutboundCode.ADDRESS_UNKNOWN),)
        if any(allows(self._tenant.addresses[id_].networks, address) for id_ in self._addresses):
            return ()
        return (_of_user(self.user, OutboundCode.ADDRESS_OUTSIDE),)

    def dial(self, attempt: Attempt, number: PhoneNumber, permitted: tuple[OutboundReason, ...]) -> Dial:
        """The call, of which nothing is refused."""
        chosen = self._legs.choice(attempt.channel, attempt.leg)
        shown = self._caller_ids.choose(without_suffix(number), attempt.caller_id)
        return Dial(
            agent=self.user,
            leg=chosen.leg,
            rings=chosen.rings or "",  # it is there, for the leg isn't refused
            number=number,
            caller_id=shown.caller_id,
            presents=shown.number,
            reasons=(*chosen.because, *shown.because, *permitted),
        )

    def emergency(self, attempt: Attempt, number: str) -> DialEmergency:
        """The call to the emergency services, which nothing refuses."""
        chosen = self._legs.in_emergency(attempt.channel, attempt.leg)
        caller_id, because = self._caller_ids.in_emergency
        called = outbound_reason(OutboundSubject.CALL, "", OutboundCode.EMERGENCY_NUMBER)
        return DialEmergency(
            agent=self.user,
            leg=chosen.leg,
            rings=chosen.rings,
            number=number,
            region=self.region,
            caller_id=None if caller_id is None else caller_id.id,
            presents=None if caller_id is None else without_suffix(caller_id.phone),
            reasons=(called, *chosen.because, because),
        )


def _blocked(tenant: Tenant, user: User, channel: DialChannel) -> list[OutboundReason]:
    """What of OB-2 fails: no agent at all, the account's status, the calling option, the outbound block."""
    found: list[OutboundCode] = []
    if not tenant.blueprint.user_types[user.type].routed:
        found.append(OutboundCode.TYPE_NOT_ROUTED)
    # By value: an equal text that a host put there isn't the member, and mustn't slip past.
    if user.status != Status.ACTIVE:
        found.append(_STATUSES[user.status])
    if not user.calling.enabled:
        found.append(OutboundCode.CALLING_OFF)
    block = user.calling.outbound_block
    if block == OutboundBlock.ALL:
        found.append(OutboundCode.BLOCK_ALL)
    if block == OutboundBlock.ONLY_EXTENSION and channel is DialChannel.SOFTPHONE:
        found.append(OutboundCode.BLOCK_ONLY_EXTENSION)
    return [_of_user(user.id, code) for code in found]


def _of_user(user: UserId, code: OutboundCode) -> OutboundReason:
    return outbound_reason(OutboundSubject.USER, user, code)


def _not(attempt: Attempt, reasons: tuple[OutboundReason, ...]) -> NotDialled:
    return NotDialled(agent=attempt.agent, reasons=reasons)
