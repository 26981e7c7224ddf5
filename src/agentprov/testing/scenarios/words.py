"""Steps, events and reasons of access in the words of scenario files."""

from __future__ import annotations

import re
from collections.abc import Sequence
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
)
from agentprov.model.ids import UserId
from agentprov.model.properties import NONE, PropertyValue
from agentprov.model.steps import Action, Announce, Connect, End, Forward, Leg, Menu, Ring, TakeMessage, ToHostQueue

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
_AFTER = re.compile(r"(?P<event>.+?)(?: after (?P<seconds>[0-9]{1,6}) s)?")


def event_of(text: str) -> tuple[CallEvent, int]:
    """The event that a text says, and how many seconds later it happens: ``no answer after 30 s``, ``press 1``.

    ``enter 12`` are keys that the host collected, so that no more are coming.

    Raises:
        MalformedDocument: ``field.unknown_choice``.

    >>> event_of("answered by u-asha after 5 s")
    (Answered(by='u-asha'), 5)
    """
    match = _AFTER.fullmatch(text)
    assert match is not None, "every text matches"
    said, seconds = match["event"], int(match["seconds"] or 0)
    verb, _, rest = said.rpartition(" ")
    if verb in {"press", "enter"}:
        return Digits(keys=rest, complete=verb == "enter"), seconds
    if verb == "answered by":
        return Answered(by=UserId(rest)), seconds
    if said not in _EVENTS:
        choices = (*_EVENTS, "answered by ID", "press KEYS", "enter KEYS")
        raise MalformedDocument.of(Code.FIELD_UNKNOWN_CHOICE, "events", value=said, choices=choices)
    return _EVENTS[said], seconds


def _leg(leg: Leg) -> str:
    return f"{leg.user} {leg.number} {leg.delay}-{leg.end} s"


def step_texts(action: Action) -> tuple[str, str]:
    """A step in full, and in short, without numbers, seconds and causes: a scenario may say either.

    >>> from agentprov.model.routing import Cause
    >>> step_texts(End(cause=Cause.NO_ANSWER))
    ('hang up no-answer', 'hang up')
    """
    match action:
        case Ring(legs=legs):
            return f"ring {', '.join(map(_leg, legs))}", f"ring {', '.join(action.users)}"
        case Menu(ivr=ivr, pressed=pressed):
            return f"menu {ivr} after {pressed}" if pressed else f"menu {ivr}", f"menu {ivr}"
        case Announce(announcement=announcement):
            return f"announce {announcement}", f"announce {announcement}"
        case ToHostQueue(queue=queue):
            return f"queue {queue}", f"queue {queue}"
        case Forward(number=number, timeout=timeout):
            return f"forward {number} 0-{timeout} s", f"forward {number}"
        case TakeMessage(voicemail=voicemail):
            return f"voicemail {voicemail}", f"voicemail {voicemail}"
        case Connect(user=user):
            return f"connect {user}" if user is not None else "connect", "connect"
        case End(cause=cause):
            return f"hang up {cause.value}", "hang up"
        case _:
            assert_never(action)


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
