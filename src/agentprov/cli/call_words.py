"""A call's steps and the reasons of each in words (RT-10)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, assert_never

from agentprov.cli.hours import reason_words as hours_words
from agentprov.cli.instants import Moment
from agentprov.cli.tenants import name_text
from agentprov.engine.days import Layer
from agentprov.engine.hours import hours_of
from agentprov.model.calls import (
    AnnouncementEnded,
    Answered,
    Busy,
    CallerGone,
    CallEvent,
    Digits,
    InputTimeout,
    LeftQueue,
    LegFailed,
    NoAnswer,
    Rejected,
    TransferAsked,
)
from agentprov.model.destinations import Cause, QueueExit
from agentprov.model.hours import TimeGroup
from agentprov.model.ids import UserId
from agentprov.model.reasons import Reason, ReasonCode, SubjectKind
from agentprov.model.references import Kind
from agentprov.model.routes import gone_by
from agentprov.model.steps import (
    Action,
    Announce,
    Connect,
    End,
    Forward,
    Leg,
    Menu,
    Ring,
    TakeMessage,
    ToHostQueue,
)
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant

_KINDS: Final = Table(
    {
        SubjectKind.NUMBER: Kind.NUMBERS,
        SubjectKind.USER: Kind.USERS,
        SubjectKind.DEPARTMENT: Kind.DEPARTMENTS,
        SubjectKind.IVR: Kind.IVRS,
        SubjectKind.TIME_CONDITION: Kind.TIME_CONDITIONS,
        SubjectKind.TIME_GROUP: Kind.TIME_GROUPS,
        SubjectKind.ANNOUNCEMENT: Kind.ANNOUNCEMENTS,
        SubjectKind.VOICEMAIL: Kind.VOICEMAILS,
        SubjectKind.QUEUE: Kind.QUEUES,
        SubjectKind.SKILL: Kind.SKILLS,
    }
)
_BY_HOURS: Final = frozenset(
    {
        ReasonCode.DEPARTMENT_OPEN,
        ReasonCode.DEPARTMENT_CLOSED,
        ReasonCode.CONDITION_OPEN,
        ReasonCode.CONDITION_CLOSED,
    }
)
_NOUNS: Final = Table({SubjectKind.IVR: "menu", SubjectKind.VOICEMAIL: "voicemail box"})

SAID: Final[Table[ReasonCode, str]] = Table(
    {
        ReasonCode.TYPE_NOT_ROUTED: "is of a type that calls are never sent to",
        ReasonCode.STATUS_DISABLED: "the account is disabled",
        ReasonCode.STATUS_BLOCKED: "the account is blocked",
        ReasonCode.STATUS_DEACTIVATED: "the account is deactivated",
        ReasonCode.CALLING_OFF: "the calling option is off",
        ReasonCode.HOURS_OUTSIDE: "outside their hours",
        ReasonCode.PANEL_LOGGED_OUT: "not logged in to the agent panel",
        ReasonCode.PRESENCE_BUSY: "busy",
        ReasonCode.PRESENCE_BREAK: "on a break",
        ReasonCode.PRESENCE_WRAP_UP: "in wrap-up",
        ReasonCode.PRESENCE_DO_NOT_DISTURB: "wants no calls (do not disturb)",
        ReasonCode.PRESENCE_OFFLINE: "offline",
        ReasonCode.RINGS: "rings",
        ReasonCode.NUMBER_NONE: "has no number to ring",
        ReasonCode.NUMBER_CALLERS_OWN: "their number is the caller's own",
        ReasonCode.NUMBER_OWN: "is a number of the tenant itself, so it isn't called",
        ReasonCode.NUMBER_RINGS_ALREADY: "their number rings already",
        ReasonCode.DEPARTMENT_OPEN: "open",
        ReasonCode.DEPARTMENT_CLOSED: "closed",
        ReasonCode.DEPARTMENT_EMPTY: "has no members",
        ReasonCode.TURN_PAST: "their turn is over",
        ReasonCode.TURN_LATER: "their turn comes later",
        ReasonCode.STAGE_LATER: "may not ring yet",
        ReasonCode.STAGE_NEVER: "no stage takes their tier",
        ReasonCode.SKILL_MISSING: "a skill that is asked for is missing",
        ReasonCode.SKILL_LEVEL: "the level of a skill isn't the one asked for",
        ReasonCode.SKILL_EXCLUDED: "has a skill that isn't wanted here",
        ReasonCode.STICKY_FIRST: "served the caller last, so they come first",
        ReasonCode.STICKY_EXPIRED: "served the caller last, too long ago",
        ReasonCode.STICKY_NOT_A_MEMBER: "served the caller last, and is no member",
        ReasonCode.STICKY_DROPPED: "served the caller last, and can't be rung now",
        ReasonCode.TO_OWN_FAILOVER: "the call goes to their own failover",
        ReasonCode.TO_FALLBACK: "the call goes to the fallback",
        ReasonCode.TO_FAILOVER: "the call goes to the failover",
        ReasonCode.TO_CLOSED: "the call goes where it goes outside the hours",
        ReasonCode.TO_NEXT: "the call goes on to what comes next",
        ReasonCode.STAYS: "there is nowhere else to go, so the call stays where it was",
        ReasonCode.HANGS_UP: "the call is hung up",
        ReasonCode.ANSWERED: "answered",
        ReasonCode.NO_ANSWER: "nobody answered",
        ReasonCode.BUSY: "busy",
        ReasonCode.REJECTED: "declined",
        ReasonCode.LEG_FAILED: "couldn't be reached",
        ReasonCode.ANNOUNCEMENT_ENDED: "was played to its end",
        ReasonCode.QUEUE_LEFT: "the call left the queue unserved",
        ReasonCode.TRANSFER_ASKED: "a transfer was asked for",
        ReasonCode.CALLER_GONE: "the caller hung up",
        ReasonCode.NUMBER_DIALLED: "was dialled",
        ReasonCode.NUMBER_UNKNOWN: "is no number of this tenant",
        ReasonCode.CONDITION_OPEN: "open",
        ReasonCode.CONDITION_CLOSED: "closed",
        ReasonCode.CALLER_REFUSED: "its rules refuse this caller",
        ReasonCode.CALLER_SENT: "its rules send this caller elsewhere",
        ReasonCode.CALLER_RAISED: "its rules raise this caller's priority",
        ReasonCode.INPUT_CHOSE: "the caller chose an option",
        ReasonCode.INPUT_OPEN: "a longer option is possible, so it waits for another key",
        ReasonCode.INPUT_UNKNOWN: "what was pressed is no option",
        ReasonCode.INPUT_TIMEOUT: "nothing was pressed in time",
        ReasonCode.RETRIES_OVER: "no retries are left",
        ReasonCode.RING_BUDGET_CUT: "the ring is cut to what is left of the ring budget",
        ReasonCode.RING_BUDGET_OVER: "the ring budget is used up",
        ReasonCode.STEP_BUDGET_OVER: "the step budget is used up",
        ReasonCode.EMERGENCY: "an emergency is in force",
        ReasonCode.GONE: "isn't there any more",
        ReasonCode.MEMBERS_CHANGED: "its members have changed, so it begins again",
    }
)
"""What each reason says of its subject."""


def subject_words(tenant: Tenant, reason: Reason) -> str:
    """What a reason is about: ``Ravi Iyer (u-ravi)``, ``department Bookings (d-bookings)``."""
    kind = _KINDS.get(reason.kind)
    if kind is None:
        return {SubjectKind.CALL: "the call", SubjectKind.TENANT: "the tenant"}.get(reason.kind, reason.id)
    noun = "" if kind is Kind.USERS else _NOUNS.get(reason.kind, kind.noun) + " "
    return f"{noun}{name_text(tenant, kind, reason.id)}"


def said(reason: Reason, moment: Moment, because: str = "") -> str:
    """What a reason says, what it is because of, and when that ends by itself."""
    words = SAID[reason.code] + because
    return words if reason.until is None else f"{words}, until {until_words(reason.until, moment)}"


def _special(tenant: Tenant, reason: Reason, moment: Moment) -> str:
    """Which holiday, exception or hand opens or closes a department or time condition, if not its weekly hours."""
    group = _time_group(tenant, reason)
    if group is None:
        return ""
    because = hours_of(group, tenant.calendars, tenant.settings.emergency).state(moment.at).because
    return "" if because.layer in (Layer.WEEKLY, Layer.CLOSED) else f", {hours_words(tenant, group, because)}"


def _time_group(tenant: Tenant, reason: Reason) -> TimeGroup | None:
    """The hours that a reason is about."""
    if reason.code not in _BY_HOURS:
        return None
    gone = gone_by(tenant.table(_KINDS[reason.kind])[reason.id])
    return None if gone is None else tenant.time_groups[gone[1]]


def until_words(at: int, moment: Moment) -> str:
    """An instant near to the call's own: without the date where that is the same."""
    then = moment.later(at)
    same_day = then.local.date() == moment.local.date()
    return then.words.split(" ", 2)[2] if same_day else then.words


def reason_words(tenant: Tenant, reason: Reason, moment: Moment) -> str:
    """A reason as one sentence."""
    subject, words = subject_words(tenant, reason), said(reason, moment, _special(tenant, reason, moment))
    about_the_call = reason.kind in (SubjectKind.CALL, SubjectKind.TENANT)
    return words if about_the_call else f"{subject}: {words}"


def action_words(tenant: Tenant, action: Action) -> tuple[str, str]:
    """What the host does, in one word and in a few."""
    match action:
        case Ring(legs=legs, users=users, duration=duration):
            return "ring", _ringing(tenant, legs, users, duration)
        case Menu(ivr=ivr, prompt=prompt, timeout=timeout, pressed=pressed):
            play = "" if prompt is None or pressed else f"plays {name_text(tenant, Kind.ANNOUNCEMENTS, prompt)}, "
            so_far = f"{pressed} pressed so far, " if pressed else ""
            return "menu", f"{name_text(tenant, Kind.IVRS, ivr)}: {play}{so_far}waits {timeout} s for a key"
        case Announce(announcement=announcement):
            return "play", f"announcement {name_text(tenant, Kind.ANNOUNCEMENTS, announcement)}"
        case ToHostQueue(queue=queue):
            over = f"hands the call over to {name_text(tenant, Kind.QUEUES, queue)}"
            return "queue", ", ".join((over, *_limits(action)))
        case Forward(number=number, timeout=timeout, confirm=confirm):
            return "forward", f"rings {number}, outside the tenant, for {timeout} s{CONFIRMED if confirm else ''}"
        case TakeMessage(voicemail=voicemail):
            return "voicemail", f"takes a message in {name_text(tenant, Kind.VOICEMAILS, voicemail)}"
        case Connect(user=user):
            who = "whoever answered" if user is None else name_text(tenant, Kind.USERS, user)
            return "connect", f"puts the caller through to {who}"
        case End(cause=cause):
            return "hang up", f"the call ends with the cause: {cause_words(cause)}"
        case _:
            assert_never(action)


CONFIRMED: Final = ", confirmed by a key"


def _limits(queue: ToHostQueue) -> Iterator[str]:
    if queue.priority:
        yield f"priority {queue.priority}"
    if queue.max_wait is not None:
        yield f"for at most {queue.max_wait} s"
    if queue.max_length is not None:
        yield f"if fewer than {queue.max_length} wait"


def cause_words(cause: Cause) -> str:
    """Why a call ended, as the caller's network is told."""
    return cause.value.replace("-", " ")


def _ringing(tenant: Tenant, legs: tuple[Leg, ...], users: tuple[UserId, ...], duration: int) -> str:
    if len(legs) == 1:
        who = name_text(tenant, Kind.USERS, legs[0].user)
        return f"{who} on {number_words(legs[0].number)} for {duration} s{CONFIRMED if legs[0].confirm else ''}"
    who = name_text(tenant, Kind.USERS, users[0]) if len(users) == 1 else f"{len(users)} agents"
    return f"{who} on {len(legs)} telephones, {duration} s in all"


def number_words(number: str) -> str:
    """A telephone as it is rung."""
    return number if number.startswith("+") else f"extension {number}"


_EXITS: Final = Table(
    {
        QueueExit.TIMEOUT: "it waited as long as it may",
        QueueExit.FULL: "the queue is full",
        QueueExit.EMPTY: "nobody serves the queue",
        QueueExit.LEFT: "the caller left it",
    }
)


def event_words(tenant: Tenant, event: CallEvent) -> str:
    """What happened next."""
    match event:
        case Answered(by=by):
            return "somebody answers" if by is None else f"{name_text(tenant, Kind.USERS, by)} answers"
        case NoAnswer():
            return "nobody answers"
        case Busy():
            return "every telephone is busy"
        case Rejected():
            return "the call is declined"
        case LegFailed():
            return "no telephone can be reached"
        case Digits(keys=keys):
            return f"the caller presses {keys}"
        case InputTimeout():
            return "the caller presses nothing"
        case AnnouncementEnded():
            return "the announcement ends"
        case LeftQueue(exit=exit_):
            return f"the call leaves the queue unserved: {_EXITS[exit_]}"
        case TransferAsked():
            return "whoever has the call asks for a transfer"
        case CallerGone():
            return "the caller hangs up"
        case _:
            assert_never(event)
