"""An attempt to call out, and what is decided about it, with reasons as data (OB-1 to OB-7)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final, TypeVar

import attrs

from agentprov.errors import Code, Collector
from agentprov.model.contact import PhoneNumber
from agentprov.model.ids import CallerIdId, UserId, check_ids
from agentprov.model.table import Table
from agentprov.model.text import member


class DialChannel(StrEnum):
    """What an agent calls with."""

    CLICK_TO_CALL = "click-to-call"
    """The host rings the agent first, then whoever is called."""
    SOFTPHONE = "softphone"
    """The agent dials on the extension itself."""


class DialLeg(StrEnum):
    """The agent's end of an outbound call."""

    EXTENSION = "extension"
    MOBILE = "mobile"


E = TypeVar("E", bound=StrEnum)


def _member(field: str, enum: type[E], text: str) -> E:
    """The member that a host's text stands for: an equal text that isn't it would slip past a block."""
    found = Collector()
    chosen = member(found, enum, text, field)
    found.check()
    return chosen


def _channel(text: str) -> DialChannel:
    return _member("channel", DialChannel, text)


def _leg(text: str | None) -> DialLeg | None:
    return None if text is None else _member("leg", DialLeg, text)


def _caller_id(text: str | None) -> CallerIdId | None:
    return None if text is None else CallerIdId(text)


def _agent(text: str) -> UserId:
    return UserId(text)


@attrs.frozen(kw_only=True)
class Attempt:
    """One attempt to call somebody: the agent, with what, and what they dialled, exactly as they typed it.

    ``leg`` and ``caller_id`` are what the agent chose, if they chose.

    >>> Attempt(agent="u-asha", dialled="022 2345 6789").channel
    <DialChannel.CLICK_TO_CALL: 'click-to-call'>

    Raises:
        InvalidValue: ``id.invalid``; ``field.unknown_choice`` for a channel or leg that there isn't;
            ``field.wrong_type`` for something dialled that isn't text. No text is refused here: what is wrong with it
            is a reason of the decision.
    """

    agent: UserId = attrs.field(converter=_agent)
    dialled: str
    channel: DialChannel = attrs.field(default=DialChannel.CLICK_TO_CALL, converter=_channel)
    leg: DialLeg | None = attrs.field(default=None, converter=_leg)
    caller_id: CallerIdId | None = attrs.field(default=None, converter=_caller_id)

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_ids(found, ("agent", self.agent), ("caller_id", self.caller_id))
        if type(self.dialled) is not str:
            found.add(Code.FIELD_WRONG_TYPE, "dialled", expected="text", found="something else")
        found.check()


# ---- reasons ---------------------------------------------------------------------------------------------------------


class OutboundSubject(StrEnum):
    """What a reason is about."""

    CALL = "call"
    """The call itself and what was dialled; it has no id."""
    USER = "user"
    USER_GROUP = "user-group"
    TENANT = "tenant"
    CALLER_ID = "caller-id"


class OutboundCode(StrEnum):
    """What a reason says, beside what can be wrong with a number. Codes are API: documented, stable, never reused."""

    # refusals
    NUMBER_EXTENSION = "number.extension"
    AGENT_UNKNOWN = "agent.unknown"
    TYPE_NOT_ROUTED = "type.not_routed"
    STATUS_DISABLED = "status.disabled"
    STATUS_BLOCKED = "status.blocked"
    STATUS_DEACTIVATED = "status.deactivated"
    CALLING_OFF = "calling.off"
    BLOCK_ALL = "block.all"
    BLOCK_ONLY_EXTENSION = "block.only_extension"
    ADDRESS_UNKNOWN = "address.unknown"
    ADDRESS_OUTSIDE = "address.outside"
    ROUTE_MOBILE = "route.mobile"
    ROUTE_NOT_OFFERED = "route.not_offered"
    EXTENSION_NONE = "extension.none"
    MOBILE_NONE = "mobile.none"
    CALLER_ID_NONE = "caller_id.none"
    COUNTRY_BARRED = "country.barred"
    COUNTRY_NOT_ALLOWED = "country.not_allowed"
    TYPE_BARRED = "type.barred"
    TYPE_NOT_ALLOWED = "type.not_allowed"

    # why a call goes out as it does
    LEG_CHOSEN = "leg.chosen"
    LEG_ONLY = "leg.only"
    LEG_FIRST = "leg.first"
    CALLER_ID_BY_AREA = "caller_id.by_area"
    CALLER_ID_CHOSEN = "caller_id.chosen"
    CALLER_ID_NOT_ALLOWED = "caller_id.not_allowed"
    CALLER_ID_FIRST = "caller_id.first"
    EMERGENCY_NUMBER = "emergency.number"
    EMERGENCY_OF_SITE = "emergency.of_site"
    EMERGENCY_OF_TENANT = "emergency.of_tenant"
    EMERGENCY_NO_CALLER_ID = "emergency.no_caller_id"
    COUNTRY_ALLOWED = "country.allowed"
    TYPE_ALLOWED = "type.allowed"


_CODES: Final = {
    "OB-1": (OutboundCode.NUMBER_EXTENSION, OutboundCode.AGENT_UNKNOWN),
    "OB-2": (
        OutboundCode.TYPE_NOT_ROUTED,
        OutboundCode.STATUS_DISABLED,
        OutboundCode.STATUS_BLOCKED,
        OutboundCode.STATUS_DEACTIVATED,
        OutboundCode.CALLING_OFF,
        OutboundCode.BLOCK_ALL,
        OutboundCode.BLOCK_ONLY_EXTENSION,
    ),
    "OB-3": (OutboundCode.ADDRESS_UNKNOWN, OutboundCode.ADDRESS_OUTSIDE),
    "OB-4": (
        OutboundCode.ROUTE_MOBILE,
        OutboundCode.ROUTE_NOT_OFFERED,
        OutboundCode.EXTENSION_NONE,
        OutboundCode.MOBILE_NONE,
        OutboundCode.LEG_CHOSEN,
        OutboundCode.LEG_ONLY,
        OutboundCode.LEG_FIRST,
    ),
    "OB-5": (
        OutboundCode.CALLER_ID_NONE,
        OutboundCode.CALLER_ID_BY_AREA,
        OutboundCode.CALLER_ID_CHOSEN,
        OutboundCode.CALLER_ID_NOT_ALLOWED,
        OutboundCode.CALLER_ID_FIRST,
    ),
    "OB-6": (
        OutboundCode.EMERGENCY_NUMBER,
        OutboundCode.EMERGENCY_OF_SITE,
        OutboundCode.EMERGENCY_OF_TENANT,
        OutboundCode.EMERGENCY_NO_CALLER_ID,
    ),
    "OB-7": (
        OutboundCode.COUNTRY_BARRED,
        OutboundCode.COUNTRY_NOT_ALLOWED,
        OutboundCode.TYPE_BARRED,
        OutboundCode.TYPE_NOT_ALLOWED,
        OutboundCode.COUNTRY_ALLOWED,
        OutboundCode.TYPE_ALLOWED,
    ),
}
OUTBOUND_RULES: Final = Table({code: rule for rule, codes in _CODES.items() for code in codes})
"""The rule of the documentation that each code applies. What is wrong with a number is OB-1."""


@attrs.frozen(kw_only=True)
class OutboundReason:
    """One reason: what is said (``code``) about what (``kind`` and ``id``), by which rule.

    A number that can't be called has the code of its fault, such as ``phone.too_short``.
    """

    rule: str
    kind: OutboundSubject
    id: str
    code: OutboundCode | Code

    def __str__(self) -> str:
        subject = f"{self.kind.value} {self.id}".rstrip()
        return f"{self.rule} {subject}: {self.code.value}"


def outbound_reason(kind: OutboundSubject, id_: str, code: OutboundCode) -> OutboundReason:
    """The reason with the rule that belongs to its code.

    >>> print(outbound_reason(OutboundSubject.USER, "u-asha", OutboundCode.BLOCK_ALL))
    OB-2 user u-asha: block.all
    """
    return OutboundReason(rule=OUTBOUND_RULES[code], kind=kind, id=id_, code=code)


def number_fault(code: Code) -> OutboundReason:
    """The reason that says what is wrong with what was dialled.

    >>> print(number_fault(Code.PHONE_TOO_SHORT))
    OB-1 call: phone.too_short
    """
    return OutboundReason(rule="OB-1", kind=OutboundSubject.CALL, id="", code=code)


# ---- what is decided -------------------------------------------------------------------------------------------------


def _reasons(reasons: Iterable[OutboundReason]) -> tuple[OutboundReason, ...]:
    return tuple(reasons)


@attrs.frozen(kw_only=True)
class Dial:
    """Call ``number`` through this leg, and present this caller ID."""

    agent: UserId
    leg: DialLeg
    rings: str
    """The agent's end: the extension's number, or the mobile's in E.164."""
    number: PhoneNumber
    """Who is called, in E.164; with ``;ext=`` and digits where these are to be dialled after the answer."""
    caller_id: CallerIdId
    presents: PhoneNumber
    """The number of the caller ID."""
    reasons: tuple[OutboundReason, ...] = attrs.field(converter=_reasons)
    """What chose the leg and the caller ID, and which level allowed the call where one said something."""


@attrs.frozen(kw_only=True)
class DialEmergency:
    """Call the emergency services. No block, binding, list, permission or status had a say (OB-6)."""

    agent: UserId
    leg: DialLeg
    rings: str | None
    """The agent's end; nothing where the tenant knows no telephone of theirs: it is the one they hold."""
    number: str
    """The emergency number in plain digits, such as ``112``. It isn't E.164, and no prefix belongs before it."""
    region: str
    """Whose emergency services: the site's region, else the tenant's."""
    caller_id: CallerIdId | None
    """Nothing where neither site nor tenant names one: then it is for the host's trunk to present what it has."""
    presents: PhoneNumber | None
    reasons: tuple[OutboundReason, ...] = attrs.field(converter=_reasons)


@attrs.frozen(kw_only=True)
class NotDialled:
    """The call isn't made, and this is every reason there is."""

    agent: UserId
    reasons: tuple[OutboundReason, ...] = attrs.field(converter=_reasons)


DialOutcome = Dial | DialEmergency | NotDialled
"""What is decided about an attempt."""
