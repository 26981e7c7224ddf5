"""Steps, events and reasons of access in the words of scenario files."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import assert_never

from agentprov.engine.decisions import DeniedBy, Granted, Held, Reason
from agentprov.errors import Code, MalformedDocument
from agentprov.model.access import Scope, scope_term_text
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
    TransferTarget,
)
from agentprov.model.contact import PhoneNumber
from agentprov.model.destinations import (
    QueueExit,
    ToAgent,
    ToDepartment,
    ToExternal,
    ToIvr,
    ToQueue,
    ToTimeCondition,
    ToVoicemail,
)
from agentprov.model.effects import Effect, Offered, Pause, Served, StickyAssigned, Unanswered, WrapUp
from agentprov.model.ids import DepartmentId, IvrId, QueueId, TimeConditionId, UserId, VoicemailId
from agentprov.model.properties import NONE, PropertyValue
from agentprov.model.steps import (
    Action,
    Announce,
    Connect,
    End,
    Forward,
    Leg,
    Menu,
    Ring,
    Step,
    TakeMessage,
    ToHostQueue,
)

_EVENTS: dict[str, CallEvent] = {
    "answered": Answered(),
    "no answer": NoAnswer(),
    "busy": Busy(),
    "rejected": Rejected(),
    "failed": LegFailed(),
    "no input": InputTimeout(),
    "announcement ended": AnnouncementEnded(),
    "left queue": LeftQueue(),
    "caller gone": CallerGone(),
}
_EXITS = {each.value: each for each in QueueExit}
_TARGETS: dict[str, Callable[[str], TransferTarget]] = {
    "agent": lambda id_: ToAgent(user=UserId(id_)),
    "department": lambda id_: ToDepartment(department=DepartmentId(id_)),
    "ivr": lambda id_: ToIvr(ivr=IvrId(id_)),
    "time-condition": lambda id_: ToTimeCondition(time_condition=TimeConditionId(id_)),
    "voicemail": lambda id_: ToVoicemail(voicemail=VoicemailId(id_)),
    "queue": lambda id_: ToQueue(queue=QueueId(id_)),
    "external": lambda number: ToExternal(number=PhoneNumber(number)),
}
_TRANSFER = re.compile(rf"transfer to (?P<kind>{'|'.join(_TARGETS)}) (?P<to>\S+)")
_AFTER = re.compile(r"(?P<event>.+?)(?: after (?P<seconds>[0-9]{1,6}) s)?")


def event_of(text: str) -> tuple[CallEvent, int]:
    """The event that a text says, and how many seconds later it happens: ``no answer after 30 s``, ``press 1``.

    ``enter 12`` are keys that the host collected, so that no more are coming. ``left queue full`` says why as well, and
    ``transfer to agent u-ravi`` where whoever has the call sends it.

    Raises:
        MalformedDocument: ``field.unknown_choice``.

    >>> event_of("answered by u-asha after 5 s")
    (Answered(by='u-asha'), 5)
    """
    match = _AFTER.fullmatch(text)
    assert match is not None, "every text matches"
    said, seconds = match["event"], int(match["seconds"] or 0)
    transfer = _TRANSFER.fullmatch(said)
    if transfer is not None:
        return TransferAsked(to=_TARGETS[transfer["kind"]](transfer["to"])), seconds
    verb, _, rest = said.rpartition(" ")
    if verb == "left queue" and rest in _EXITS:
        return LeftQueue(exit=_EXITS[rest]), seconds
    if verb in {"press", "enter"}:
        return Digits(keys=rest, complete=verb == "enter"), seconds
    if verb == "answered by":
        return Answered(by=UserId(rest)), seconds
    if said not in _EVENTS:
        choices = (*_EVENTS, "answered by ID", "press KEYS", "enter KEYS", "left queue WHY", "transfer to KIND ID")
        raise MalformedDocument.of(Code.FIELD_UNKNOWN_CHOICE, value=said, choices=choices)
    return _EVENTS[said], seconds


def _leg(leg: Leg) -> str:
    return f"{leg.user} {leg.number} {leg.delay}-{leg.end} s{' with a key' if leg.confirm else ''}"


def step_texts(action: Action) -> tuple[str, str]:
    """A step in full, and in short, without numbers, seconds and causes: a scenario may say either.

    >>> from agentprov.model.destinations import Cause
    >>> step_texts(End(cause=Cause.NO_ANSWER))
    ('hang up no-answer', 'hang up')
    """
    match action:
        case Ring(legs=legs):
            # A wave is a set of legs: of those that begin together none comes first.
            ordered = sorted(legs, key=lambda leg: (leg.delay, leg.user, leg.number))
            users = dict.fromkeys(leg.user for leg in ordered)
            return f"ring {', '.join(map(_leg, ordered))}", f"ring {', '.join(users)}"
        case Menu(ivr=ivr, pressed=pressed):
            return f"menu {ivr} after {pressed}" if pressed else f"menu {ivr}", f"menu {ivr}"
        case Announce(announcement=announcement):
            return f"announce {announcement}", f"announce {announcement}"
        case ToHostQueue(queue=queue):
            return f"queue {queue}{_limits(action)}", f"queue {queue}"
        case Forward(number=number, timeout=timeout, confirm=confirm):
            return f"forward {number} 0-{timeout} s{' with a key' if confirm else ''}", f"forward {number}"
        case TakeMessage(voicemail=voicemail):
            return f"voicemail {voicemail}", f"voicemail {voicemail}"
        case Connect(user=user):
            return f"connect {user}" if user is not None else "connect", "connect"
        case End(cause=cause):
            return f"hang up {cause.value}", "hang up"
        case _:
            assert_never(action)


def _limits(queue: ToHostQueue) -> str:
    priority = f" priority {queue.priority}" if queue.priority else ""
    wait = "" if queue.max_wait is None else f" at most {queue.max_wait} s"
    return priority + wait + ("" if queue.max_length is None else f" at most {queue.max_length} calls")


def effect_text(effect: Effect) -> str:
    """What a step leaves behind: ``served u-asha in d-sales``, ``unanswered u-asha``.

    >>> effect_text(Pause(user=UserId("u-asha"), unanswered=3))
    'pause u-asha after 3 unanswered'
    """
    match effect:
        case Offered(department=department, user=user):
            return f"offered {user} in {department}"
        case Unanswered(user=user):
            return f"unanswered {user}"
        case Pause(user=user, unanswered=unanswered):
            return f"pause {user} after {unanswered} unanswered"
        case Served(user=user, department=department):
            return f"served {user}" if department is None else f"served {user} in {department}"
        case StickyAssigned(key=key, user=user, at=at, until=until):
            return f"sticky {user} at {key.id} for {until - at} s"
        case WrapUp(user=user, seconds=seconds):
            return f"wrap-up {user} {seconds} s"
        case _:
            assert_never(effect)


def shown_texts(step: Step) -> dict[str, str]:
    """What an agent is shown of a call at a step."""
    return {
        "labels": ", ".join(step.labels),
        "languages": ", ".join(step.languages),
        "caller_id": step.caller_id or "",
        "priority": str(step.priority),
    }


def _grant_text(held: Held, terms: Scope) -> str:
    path = " > ".join(held.path) if held.path else "own grant"
    within = ", ".join(sorted(map(scope_term_text, terms)))
    return f"{held.grant.effect.value} {held.grant.permission} in {within} by {path}"


def reason_text(reason: Reason) -> str:
    """Why access is allowed or not: ``allow user:edit in own-agents by r-lead``, or the code of what is missing."""
    match reason:
        case Granted(held=held, terms=terms) | DeniedBy(held=held, terms=terms):
            return _grant_text(held, terms)
        case _:
            return reason.code.value


def value_text(value: PropertyValue) -> str:
    """A property's value: ``20``, ``none``, ``true``, ``a, b`` for a set."""
    if value is NONE:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(sorted(value)) if isinstance(value, frozenset) else str(value)


def lines(texts: Sequence[str]) -> str:
    """A list, one entry a line, indented; ``(nothing)`` for an empty one."""
    return "".join(f"\n    {text}" for text in texts) or " (nothing)"
