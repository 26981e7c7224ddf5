"""What an agent does during a call, what comes of it, and why not (VI-2 to VI-4)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

import attrs

from agentprov.errors import Collector
from agentprov.model.groups import Channel
from agentprov.model.ids import DispositionId, TemplateId, UserId, check_id_lists
from agentprov.model.table import Table


def _users(ids: Iterable[str]) -> frozenset[UserId]:
    return frozenset(map(UserId, ids))


@attrs.frozen(kw_only=True)
class LiveCall:
    """A call that is going on, as the host sees it: the users who are on it now, whoever called whom.

    >>> LiveCall(users=["u-asha"]).users
    frozenset({'u-asha'})
    """

    users: frozenset[UserId] = attrs.field(converter=_users)

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_id_lists(found, ("users", self.users))
        found.check()


class InteractionCode(StrEnum):
    """Why something isn't offered, or somebody isn't in the report. Codes are API: stable, never reused."""

    AGENT_UNKNOWN = "agent.unknown"
    TYPE_NOT_ROUTED = "type.not_routed"
    STATUS_DISABLED = "status.disabled"
    STATUS_BLOCKED = "status.blocked"
    STATUS_DEACTIVATED = "status.deactivated"
    CALLING_OFF = "calling.off"
    LOGIN_BASED_OFF = "login_based.off"
    DISPOSITIONS_OFF = "dispositions.off"
    DISPOSITION_UNKNOWN = "disposition.unknown"
    VIDEO_OFF = "video.off"
    WHATSAPP_OFF = "whatsapp.off"
    SMS_OFF = "sms.off"
    TEMPLATE_UNKNOWN = "template.unknown"
    TEMPLATE_OTHER_CHANNEL = "template.other_channel"
    CALL_NONE = "call.none"
    CALL_OF_OTHERS = "call.of_others"


@attrs.frozen(kw_only=True)
class InteractionReason:
    """One reason: the rule, the id of the user, disposition or template it is about, and what it says."""

    rule: str
    id: str
    code: InteractionCode

    def __str__(self) -> str:
        return f"{self.rule} {self.id}: {self.code.value}"


def _reasons(reasons: Iterable[InteractionReason]) -> tuple[InteractionReason, ...]:
    return tuple(reasons)


@attrs.frozen(kw_only=True)
class SetDisposition:
    """Note this result on the call."""

    agent: UserId
    disposition: DispositionId


@attrs.frozen(kw_only=True)
class RequestVideoLink:
    """Make a link to a video call and give it to the agent and whoever is called; the link is the host's."""

    agent: UserId


@attrs.frozen(kw_only=True)
class SendMessage:
    """Send the text of this template."""

    agent: UserId
    channel: Channel
    template: TemplateId
    text: str


@attrs.frozen(kw_only=True)
class NotOffered:
    """Nothing is done, and this is every reason there is."""

    agent: UserId
    reasons: tuple[InteractionReason, ...] = attrs.field(converter=_reasons)


SWITCHED_OFF: Final = Table({Channel.WHATSAPP: InteractionCode.WHATSAPP_OFF, Channel.SMS: InteractionCode.SMS_OFF})
"""What is said where an agent doesn't have a channel."""
