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
from agentprov.model.users import Status, User

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
    known = tenant.users.get(UserId(user))
    if known is None:
        return _unknown("VI-2", user)
    found: Found = []
    if not tenant.blueprint.user_types[known.type].routed:
        found.append((user, InteractionCode.TYPE_NOT_ROUTED))
    found += _not_active(known)
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
    known = tenant.users.get(UserId(agent))
    if known is None:
        return NotOffered(agent=UserId(agent), reasons=_unknown("VI-3", agent))
    found = _not_active(known)
    if not known.calling.dispositions:
        found.append((agent, InteractionCode.DISPOSITIONS_OFF))
    if DispositionId(disposition) not in tenant.dispositions:
        found.append((disposition, InteractionCode.DISPOSITION_UNKNOWN))
    found += _not_on(known, call)
    if found:
        return NotOffered(agent=known.id, reasons=_said("VI-3", found))
    return SetDisposition(agent=known.id, disposition=DispositionId(disposition))


def request_video(tenant: Tenant, agent: str) -> RequestVideoLink | NotOffered:
    """An agent asks for a video link (VI-4)."""
    known = tenant.users.get(UserId(agent))
    if known is None:
        return NotOffered(agent=UserId(agent), reasons=_unknown("VI-4", agent))
    found = _not_active(known)
    if not known.interactions.video:
        found.append((agent, InteractionCode.VIDEO_OFF))
    return NotOffered(agent=known.id, reasons=_said("VI-4", found)) if found else RequestVideoLink(agent=known.id)


def send_message(
    tenant: Tenant, agent: str, channel: Channel, template: str, call: LiveCall | None = None
) -> SendMessage | NotOffered:
    """An agent sends one of the tenant's templates of a channel; by WhatsApp only on a call they are on (VI-4)."""
    known = tenant.users.get(UserId(agent))
    if known is None:
        return NotOffered(agent=UserId(agent), reasons=_unknown("VI-4", agent))
    found = _not_active(known)
    if not {Channel.WHATSAPP: known.interactions.whatsapp, Channel.SMS: known.interactions.sms}[channel]:
        found.append((agent, SWITCHED_OFF[channel]))
    message = tenant.templates.get(TemplateId(template))
    if message is None:
        found.append((template, InteractionCode.TEMPLATE_UNKNOWN))
    elif message.channel != channel:
        found.append((template, InteractionCode.TEMPLATE_OTHER_CHANNEL))
    if channel == Channel.WHATSAPP:
        found += _not_on(known, call)
    if found or message is None:
        return NotOffered(agent=known.id, reasons=_said("VI-4", found))
    return SendMessage(agent=known.id, channel=message.channel, template=message.id, text=message.text)


def _unknown(rule: str, user: str) -> tuple[InteractionReason, ...]:
    return _said(rule, [(user, InteractionCode.AGENT_UNKNOWN)])


def _not_active(user: User) -> Found:
    return [] if user.status == Status.ACTIVE else [(user.id, _STATUSES[user.status])]


def _not_on(user: User, call: LiveCall | None) -> Found:
    if call is None:
        return [(user.id, InteractionCode.CALL_NONE)]
    return [] if user.id in call.users else [(user.id, InteractionCode.CALL_OF_OTHERS)]


def _said(rule: str, found: Found) -> tuple[InteractionReason, ...]:
    return tuple(InteractionReason(rule=rule, id=id_, code=code) for id_, code in found)
