"""A call played to its end: who answers and what is pressed as somebody says, one step after the other (AN-1).

Time is counted as the steps say it: a wave that nobody answers rings for its whole length, a menu waits for its
timeout. Whoever answers does so at once, and keys are pressed at once. How long an announcement or a queue takes only
the host knows; it counts as nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import assert_never

import attrs

from agentprov.engine.call_flow import Router
from agentprov.model.calls import (
    AnnouncementEnded,
    Answered,
    Call,
    CallEvent,
    Digits,
    InputTimeout,
    LeftQueue,
    NoAnswer,
)
from agentprov.model.ids import UserId
from agentprov.model.live import Live
from agentprov.model.steps import Announce, Connect, End, Forward, Menu, Ring, Step, TakeMessage, ToHostQueue


class Anybody(Enum):
    """Who answers, if it isn't one user."""

    FIRST = "first"
    """The one who is rung first, wherever the call gets."""
    NOBODY = "nobody"


Answering = UserId | Anybody


def _keys(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(keys)


@attrs.frozen(kw_only=True)
class Script:
    """What people do during a call. Of ``keys`` each menu gets one entry, in turn; then nothing is pressed."""

    answering: Answering = Anybody.FIRST
    keys: tuple[str, ...] = attrs.field(default=(), converter=_keys)


@attrs.frozen(kw_only=True)
class Played:
    """One step of the call: so many seconds after it began, what was done, and what happened then."""

    offset: int
    step: Step
    event: CallEvent | None
    """Nothing after the last step."""


def play(router: Router, call: Call, *, at: int, live: Live, script: Script) -> tuple[Played, ...]:
    """Every step of a call that comes in at ``at``, in seconds since 1970, to the one that decides it."""
    played: list[Played] = []
    keys = list(script.keys)
    offset = 0
    step = router.start(call, at=at, live=live)
    while True:
        event, seconds = _happens(step, script, keys)
        played.append(Played(offset=offset, step=step, event=event))
        if event is None:
            return tuple(played)
        offset += seconds
        step = router.resume(step.state, event, at=at + offset, live=live)


def _happens(step: Step, script: Script, keys: list[str]) -> tuple[CallEvent | None, int]:
    """What happens in a step, and after how many seconds. Keys that are pressed are taken away."""
    anybody = script.answering is Anybody.FIRST
    match step.action:
        case Ring() as ring:
            return _ringing(ring, script.answering)
        case Menu(timeout=timeout):
            return (Digits(keys=keys.pop(0), complete=True), 0) if keys else (InputTimeout(), timeout)
        case Announce():
            return AnnouncementEnded(), 0
        case ToHostQueue():
            return (Answered() if anybody else LeftQueue()), 0
        case Forward(timeout=timeout):
            return (Answered(), 0) if anybody else (NoAnswer(), timeout)
        case TakeMessage() | Connect() | End():
            return None, 0
        case _:
            assert_never(step.action)


def _ringing(ring: Ring, answering: Answering) -> tuple[CallEvent, int]:
    for leg in sorted(ring.legs, key=lambda leg: leg.delay):
        if answering in (Anybody.FIRST, leg.user):
            return Answered(by=leg.user), leg.delay
    return NoAnswer(), ring.duration
