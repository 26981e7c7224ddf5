"""What agents may do during a call, and who is in the real-time report (VI-2 to VI-4).

Each question has one answer: what the host is to do, or every reason why not.
"""

from __future__ import annotations

from typing import Final

from agentprov.model.groups import Channel
from agentprov.model.ids import DispositionId, TemplateId, UserId
from agentprov.model.interactions import (
    SWITCHED_OFF,
    InteractionCode,
    InteractionReason,
    LiveCall,
    NotOffered,
    RequestVideoLink,
    SendMessage,
    SetDisposition,
)
from agentprov.model.tenant import Tenant
from agentprov.model.users import NO_CALLING, NO_INTERACTIONS, Status

_STATUSES: Final = {
    Status.DISABLED: InteractionCode.STATUS_DISABLED,
    Status.BLOCKED: InteractionCode.STATUS_BLOCKED,
    Status.DEACTIVATED: InteractionCode.STATUS_DEACTIVATED,
}

Found = list[tuple[str, InteractionCode]]
"""What speaks against something: of whom or what, and what it is."""


def missing_from_report(tenant: Tenant, user: str) -> tuple[InteractionReason, ...]:
    """Why a user isn't in the real-time report; nothing: they are in it (VI-2).

    It shows agents: users of a type that calls are sent to, active, with the calling option on. Of whom login-based
    calling is off it can't be known whether they are there.
    """
    found = _not_active(tenant, user)
    known = tenant.users.get(UserId(user))
    if known is not None:
        if not tenant.blueprint.user_types[known.type].routed:
            found.insert(0, (user, InteractionCode.TYPE_NOT_ROUTED))
        if not known.calling.enabled:
            found.append((user, InteractionCode.CALLING_OFF))
        if not known.calling.login_based:
            found.append((user, InteractionCode.LOGIN_BASED_OFF))
    return _said("VI-2", found)


def real_time_report(tenant: Tenant) -> tuple[UserId, ...]:
    """The users in the real-time report, in the tenant's order."""
    return tuple(user for user in tenant.users if not missing_from_report(tenant, user))


def set_disposition(tenant: Tenant, agent: str, disposition: str, call: LiveCall | None) -> SetDisposition | NotOffered:
    """An agent sets a result on a call they are on, inbound or outbound (VI-3). ``None``: no call is going on."""
    found = _not_active(tenant, agent)
    known = tenant.users.get(UserId(agent))
    if not (NO_CALLING if known is None else known.calling).dispositions:
        found.append((agent, InteractionCode.DISPOSITIONS_OFF))
    if DispositionId(disposition) not in tenant.dispositions:
        found.append((disposition, InteractionCode.DISPOSITION_UNKNOWN))
    found += _not_on(agent, call)
    if found:
        return NotOffered(agent=UserId(agent), reasons=_said("VI-3", found))
    return SetDisposition(agent=UserId(agent), disposition=DispositionId(disposition))


def request_video(tenant: Tenant, agent: str) -> RequestVideoLink | NotOffered:
    """An agent asks for a video link (VI-4)."""
    found = _not_active(tenant, agent)
    known = tenant.users.get(UserId(agent))
    if not (NO_INTERACTIONS if known is None else known.interactions).video:
        found.append((agent, InteractionCode.VIDEO_OFF))
    if found:
        return NotOffered(agent=UserId(agent), reasons=_said("VI-4", found))
    return RequestVideoLink(agent=UserId(agent))


def send_message(
    tenant: Tenant, agent: str, channel: Channel, template: str, call: LiveCall | None = None
) -> SendMessage | NotOffered:
    """An agent sends one of the tenant's templates of a channel; by WhatsApp only on a call they are on (VI-4)."""
    found = _not_active(tenant, agent)
    known = tenant.users.get(UserId(agent))
    options = NO_INTERACTIONS if known is None else known.interactions
    if not {Channel.WHATSAPP: options.whatsapp, Channel.SMS: options.sms}[channel]:
        found.append((agent, SWITCHED_OFF[channel]))
    message = tenant.templates.get(TemplateId(template))
    if message is None:
        found.append((template, InteractionCode.TEMPLATE_UNKNOWN))
    elif message.channel != channel:
        found.append((template, InteractionCode.TEMPLATE_OTHER_CHANNEL))
    if channel == Channel.WHATSAPP:
        found += _not_on(agent, call)
    if found or message is None:
        return NotOffered(agent=UserId(agent), reasons=_said("VI-4", found))
    return SendMessage(agent=UserId(agent), channel=message.channel, template=message.id, text=message.text)


def _not_active(tenant: Tenant, user: str) -> Found:
    known = tenant.users.get(UserId(user))
    if known is None:
        return [(user, InteractionCode.AGENT_UNKNOWN)]
    return [] if known.status is Status.ACTIVE else [(user, _STATUSES[known.status])]


def _not_on(agent: str, call: LiveCall | None) -> Found:
    if call is None:
        return [(agent, InteractionCode.CALL_NONE)]
    return [] if agent in call.users else [(agent, InteractionCode.CALL_OF_OTHERS)]


def _said(rule: str, found: Found) -> tuple[InteractionReason, ...]:
    return tuple(InteractionReason(rule=rule, id=id_, code=code) for id_, code in found)
