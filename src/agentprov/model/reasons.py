"""How a call came to an agent, and why a step is what it is (RT-2, RT-10).

Reasons are data: a rule of the documentation, what it is about, a code that never changes, and, where it is known, when
what it says ends. Words are made from them by whoever shows them.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import attrs

from agentprov.model.table import Table


class Reach(StrEnum):
    """How a call came to where it is: the last thing that chose it. What happens next depends on it (RT-2).

    Time conditions and announcements choose nobody, so they pass on the reach they got.
    """

    DIRECT = "direct"
    """The number's own destination."""
    IVR = "ivr"
    """A menu's: an option, or where it goes without input or with input it doesn't know."""
    DEPARTMENT = "department"
    """A member of a department."""
    STICKY = "sticky"
    """Whoever served the caller last."""
    FAILOVER = "failover"
    """Any failover or fallback, what comes after an external number or a queue, an emergency's destination."""
    TRANSFER = "transfer"
    """Asked for by whoever has the call."""


class SubjectKind(StrEnum):
    """What a reason is about."""

    CALL = "call"
    TENANT = "tenant"
    NUMBER = "number"
    USER = "user"
    DEPARTMENT = "department"
    IVR = "ivr"
    TIME_CONDITION = "time-condition"
    TIME_GROUP = "time-group"
    ANNOUNCEMENT = "announcement"
    VOICEMAIL = "voicemail"
    QUEUE = "queue"
    SKILL = "skill"
    EXTERNAL = "external"


class ReasonCode(StrEnum):
    """What a reason says. Codes are API: documented, stable, never reused."""

    # the gates of an agent, in the order in which they are tested
    TYPE_NOT_ROUTED = "type.not_routed"
    STATUS_DISABLED = "status.disabled"
    STATUS_BLOCKED = "status.blocked"
    STATUS_DEACTIVATED = "status.deactivated"
    CALLING_OFF = "calling.off"
    HOURS_OUTSIDE = "hours.outside"
    PANEL_LOGGED_OUT = "panel.logged_out"
    PRESENCE_BUSY = "presence.busy"
    PRESENCE_BREAK = "presence.break"
    PRESENCE_WRAP_UP = "presence.wrap_up"
    PRESENCE_DO_NOT_DISTURB = "presence.do_not_disturb"
    PRESENCE_OFFLINE = "presence.offline"

    # an agent's numbers
    RINGS = "rings"
    NUMBER_NONE = "number.none"
    NUMBER_CALLERS_OWN = "number.callers_own"
    NUMBER_RINGS_ALREADY = "number.rings_already"
    NUMBER_OWN = "number.own"

    # whoever served the caller last
    STICKY_FIRST = "sticky.first"
    STICKY_EXPIRED = "sticky.expired"
    STICKY_NOT_A_MEMBER = "sticky.not_a_member"
    STICKY_DROPPED = "sticky.dropped"

    # a department
    DEPARTMENT_OPEN = "department.open"
    DEPARTMENT_CLOSED = "department.closed"
    DEPARTMENT_EMPTY = "department.empty"
    TURN_PAST = "turn.past"
    TURN_LATER = "turn.later"
    STAGE_LATER = "stage.later"
    STAGE_NEVER = "stage.never"
    SKILL_MISSING = "skill.missing"
    SKILL_LEVEL = "skill.level"
    SKILL_EXCLUDED = "skill.excluded"

    # where the call goes then
    TO_OWN_FAILOVER = "to.own_failover"
    TO_FALLBACK = "to.fallback"
    TO_FAILOVER = "to.failover"
    TO_CLOSED = "to.closed"
    TO_NEXT = "to.next"
    HANGS_UP = "hangs_up"
    STAYS = "stays"

    # what was reported
    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECTED = "rejected"
    LEG_FAILED = "leg_failed"
    ANNOUNCEMENT_ENDED = "announcement.ended"
    QUEUE_LEFT = "queue.left"
    TRANSFER_ASKED = "transfer.asked"
    CALLER_GONE = "caller.gone"

    # destinations
    NUMBER_DIALLED = "number.dialled"
    NUMBER_UNKNOWN = "number.unknown"
    CONDITION_OPEN = "condition.open"
    CONDITION_CLOSED = "condition.closed"

    # caller rules
    CALLER_REFUSED = "caller.refused"
    CALLER_SENT = "caller.sent"
    CALLER_RAISED = "caller.raised"

    # a menu
    INPUT_CHOSE = "input.chose"
    INPUT_OPEN = "input.open"
    INPUT_UNKNOWN = "input.unknown"
    INPUT_TIMEOUT = "input.timeout"
    RETRIES_OVER = "retries.over"

    # bounds, emergencies, newer tenants
    RING_BUDGET_CUT = "ring_budget.cut"
    RING_BUDGET_OVER = "ring_budget.over"
    STEP_BUDGET_OVER = "step_budget.over"
    EMERGENCY = "emergency"
    GONE = "gone"
    MEMBERS_CHANGED = "members.changed"


_CODES: Final = {
    "RT-1": (
        ReasonCode.ANSWERED,
        ReasonCode.NO_ANSWER,
        ReasonCode.BUSY,
        ReasonCode.REJECTED,
        ReasonCode.LEG_FAILED,
        ReasonCode.ANNOUNCEMENT_ENDED,
        ReasonCode.QUEUE_LEFT,
        ReasonCode.TRANSFER_ASKED,
        ReasonCode.CALLER_GONE,
    ),
    "RT-2": (
        ReasonCode.TO_OWN_FAILOVER,
        ReasonCode.TO_FALLBACK,
        ReasonCode.TO_FAILOVER,
        ReasonCode.TO_CLOSED,
        ReasonCode.TO_NEXT,
        ReasonCode.HANGS_UP,
        ReasonCode.STAYS,
    ),
    "RT-3": (
        ReasonCode.TYPE_NOT_ROUTED,
        ReasonCode.STATUS_DISABLED,
        ReasonCode.STATUS_BLOCKED,
        ReasonCode.STATUS_DEACTIVATED,
        ReasonCode.CALLING_OFF,
        ReasonCode.HOURS_OUTSIDE,
        ReasonCode.PANEL_LOGGED_OUT,
        ReasonCode.PRESENCE_BUSY,
        ReasonCode.PRESENCE_BREAK,
        ReasonCode.PRESENCE_WRAP_UP,
        ReasonCode.PRESENCE_DO_NOT_DISTURB,
        ReasonCode.PRESENCE_OFFLINE,
    ),
    "RT-4": (ReasonCode.RINGS, ReasonCode.NUMBER_NONE, ReasonCode.NUMBER_RINGS_ALREADY),
    "RT-5": (
        ReasonCode.STICKY_FIRST,
        ReasonCode.STICKY_EXPIRED,
        ReasonCode.STICKY_NOT_A_MEMBER,
        ReasonCode.STICKY_DROPPED,
    ),
    "RT-6": (
        ReasonCode.DEPARTMENT_OPEN,
        ReasonCode.DEPARTMENT_CLOSED,
        ReasonCode.DEPARTMENT_EMPTY,
        ReasonCode.TURN_PAST,
        ReasonCode.TURN_LATER,
        ReasonCode.STAGE_LATER,
        ReasonCode.STAGE_NEVER,
        ReasonCode.SKILL_MISSING,
        ReasonCode.SKILL_LEVEL,
        ReasonCode.SKILL_EXCLUDED,
    ),
    "RT-7": (
        ReasonCode.INPUT_CHOSE,
        ReasonCode.INPUT_OPEN,
        ReasonCode.INPUT_UNKNOWN,
        ReasonCode.INPUT_TIMEOUT,
        ReasonCode.RETRIES_OVER,
    ),
    "RT-8": (
        ReasonCode.NUMBER_DIALLED,
        ReasonCode.NUMBER_UNKNOWN,
        ReasonCode.CONDITION_OPEN,
        ReasonCode.CONDITION_CLOSED,
    ),
    "RT-9": (
        ReasonCode.NUMBER_OWN,
        ReasonCode.RING_BUDGET_CUT,
        ReasonCode.RING_BUDGET_OVER,
        ReasonCode.STEP_BUDGET_OVER,
    ),
    "RT-11": (ReasonCode.NUMBER_CALLERS_OWN,),
    "RT-13": (ReasonCode.GONE, ReasonCode.MEMBERS_CHANGED),
    "RT-15": (ReasonCode.CALLER_REFUSED, ReasonCode.CALLER_SENT, ReasonCode.CALLER_RAISED),
    "HR-4": (ReasonCode.EMERGENCY,),
}
RULES: Final = Table({code: rule for rule, codes in _CODES.items() for code in codes})
"""The rule of the documentation that each code applies."""
NOT_RUNG: Final = frozenset(
    {
        *_CODES["RT-3"],
        ReasonCode.NUMBER_NONE,
        ReasonCode.NUMBER_CALLERS_OWN,
        ReasonCode.NUMBER_RINGS_ALREADY,
        ReasonCode.TURN_PAST,
        ReasonCode.TURN_LATER,
        ReasonCode.STAGE_LATER,
        ReasonCode.STAGE_NEVER,
        ReasonCode.SKILL_MISSING,
        ReasonCode.SKILL_LEVEL,
        ReasonCode.SKILL_EXCLUDED,
    }
)
"""What keeps a candidate from being rung: the gates, their numbers, their skills, and turns and stages."""


@attrs.frozen(kw_only=True)
class Reason:
    """One reason of a step: what is said (``code``) about what (``kind`` and ``id``), by which rule.

    The call itself has no id; an external number, and a dialled number that the tenant doesn't have, are their own.
    ``until`` is an instant in seconds since 1970: when this ends by itself, such as when an agent's hours begin.
    ``None``: not known, or not by itself.
    """

    rule: str
    kind: SubjectKind
    id: str
    code: ReasonCode
    until: int | None = None

    def __str__(self) -> str:
        ends = "" if self.until is None else f" until {self.until}"
        subject = f"{self.kind.value} {self.id}".rstrip()
        return f"{self.rule} {subject}: {self.code.value}{ends}"


def reason(kind: SubjectKind, id_: str, code: ReasonCode, until: int | None = None) -> Reason:
    """The reason with the rule that belongs to its code.

    >>> print(reason(SubjectKind.USER, "u-asha", ReasonCode.PRESENCE_BUSY))
    RT-3 user u-asha: presence.busy
    """
    return Reason(rule=RULES[code], kind=kind, id=id_, code=code, until=until)
