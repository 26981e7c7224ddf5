"""The reasons of an outbound decision in words."""

from __future__ import annotations

from typing import Final

from agentprov.cli.tenants import name_text
from agentprov.errors import Code, Problem
from agentprov.model.outbound import Attempt, OutboundCode, OutboundReason, OutboundSubject
from agentprov.model.phones import dialled
from agentprov.model.references import Kind
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant

_KINDS: Final = Table(
    {
        OutboundSubject.USER: Kind.USERS,
        OutboundSubject.USER_GROUP: Kind.USER_GROUPS,
        OutboundSubject.CALLER_ID: Kind.CALLER_IDS,
    }
)

_NOUNS: Final = Table({Kind.USER_GROUPS: "user group ", Kind.CALLER_IDS: "caller ID "})

OUTBOUND_SAID: Final[Table[OutboundCode, str]] = Table(
    {
        OutboundCode.NUMBER_EXTENSION: "this is their extension; calls inside are the switch's own",
        OutboundCode.AGENT_UNKNOWN: "is no user of this tenant",
        OutboundCode.TYPE_NOT_ROUTED: "is of a type that makes no calls",
        OutboundCode.STATUS_DISABLED: "the account is disabled",
        OutboundCode.STATUS_BLOCKED: "the account is blocked",
        OutboundCode.STATUS_DEACTIVATED: "the account is deactivated",
        OutboundCode.CALLING_OFF: "the calling option is off",
        OutboundCode.BLOCK_ALL: "outbound calls are blocked",
        OutboundCode.BLOCK_ONLY_EXTENSION: "outbound calls by softphone are blocked",
        OutboundCode.ADDRESS_UNKNOWN: "calls only from named addresses, and isn't known to be logged in from any",
        OutboundCode.ADDRESS_OUTSIDE: "calls only from named addresses, and is logged in from another",
        OutboundCode.ROUTE_MOBILE: "calls go through the mobile, so there are none by softphone",
        OutboundCode.ROUTE_NOT_OFFERED: "calls don't go through the leg that was chosen",
        OutboundCode.EXTENSION_NONE: "has no extension",
        OutboundCode.MOBILE_NONE: "has neither a mobile nor a phone number",
        OutboundCode.CALLER_ID_NONE: "has no allowed caller ID",
        OutboundCode.COUNTRY_BARRED: "bars the country of the number",
        OutboundCode.COUNTRY_NOT_ALLOWED: "doesn't allow the country of the number",
        OutboundCode.TYPE_BARRED: "bars this type of number",
        OutboundCode.TYPE_NOT_ALLOWED: "doesn't allow this type of number",
        OutboundCode.LEG_CHOSEN: "chose the leg",
        OutboundCode.LEG_ONLY: "there is only this leg",
        OutboundCode.LEG_FIRST: "chose no leg, so it is the extension",
        OutboundCode.CALLER_ID_BY_AREA: "is the one for numbers that begin like this",
        OutboundCode.CALLER_ID_CHOSEN: "was chosen",
        OutboundCode.CALLER_ID_NOT_ALLOWED: "was chosen, and isn't allowed",
        OutboundCode.CALLER_ID_FIRST: "is the first one allowed",
        OutboundCode.EMERGENCY_NUMBER: "an emergency number: nothing is asked",
        OutboundCode.EMERGENCY_OF_SITE: "is the site's for emergency calls",
        OutboundCode.EMERGENCY_OF_TENANT: "is the tenant's for emergency calls",
        OutboundCode.EMERGENCY_NO_CALLER_ID: "names no caller ID for emergency calls",
        OutboundCode.COUNTRY_ALLOWED: "allows the country of the number",
        OutboundCode.TYPE_ALLOWED: "allows this type of number",
    }
)
"""What each reason says of its subject."""


def outbound_words(tenant: Tenant, attempt: Attempt, reason: OutboundReason) -> str:
    """A reason as one sentence: ``Ravi Iyer (u-ravi): outbound calls are blocked``."""
    if isinstance(reason.code, Code):
        return _fault_words(tenant, attempt, reason.code)
    said = OUTBOUND_SAID[reason.code]
    kind = _KINDS.get(reason.kind)
    if kind is not None:
        return f"{_NOUNS.get(kind, '')}{name_text(tenant, kind, reason.id)}: {said}"
    return f"the tenant: {said}" if reason.kind is OutboundSubject.TENANT else said


def _fault_words(tenant: Tenant, attempt: Attempt, code: Code) -> str:
    """What is wrong with what was dialled, in the words of the error."""
    international = code is not Code.PHONE_INTERNATIONAL_OFF
    found = dialled(attempt.dialled, region=tenant.settings.region, international=international)
    parameters = found.parameters if isinstance(found, Problem) else {}
    return Problem(code=code, parameters=parameters).message
