"""A whole call played to its end against a script: for what-if questions, tests and the command line (AN-1).

Time in a played call passes as it would: a ring that nobody answers takes its duration, one that is answered the time
until that agent's first leg rings, a menu without keys its timeout. Announcements, queues and keys take no time.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import assert_never

import attrs

from agentprov.engine.call_flow import NOTHING_KNOWN, Router
from agentprov.engine.zones import seconds
from agentprov.model.calls import (
    AnnouncementEnded,
    Answered,
    Busy,
    Call,
    CallEvent,
    Digits,
    InputTimeout,
    LeftQueue,
    NoAnswer,
)
from agentprov.model.ids import UserId
from agentprov.model.live import Live
from agentprov.model.steps import Action, Announce, Connect, End, Forward, Menu, Ring, Step, TakeMessage, ToHostQueue


def _users(users: Iterable[UserId]) -> frozenset[UserId]:
    return frozenset(users)


def _keys(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(keys)


@attrs.frozen(kw_only=True)
class Script:
    """How the people around a call behave. By default nobody answers and no key is pressed."""

    answering: frozenset[UserId] = attrs.field(default=frozenset(), converter=_users)
    """Who takes the call when they are rung; of several the one whose leg comes first."""
    busy: frozenset[UserId] = attrs.field(default=frozenset(), converter=_users)
    """Whose telephones are engaged. A wave is busy when everybody in it is."""
    digits: tuple[str, ...] = attrs.field(default=(), converter=_keys)
    """What is pressed at each menu in turn; an empty text, or nothing left, is a timeout."""
    forward_answered: bool = False
    queue_answered: bool = False


@attrs.frozen(kw_only=True)
class Played:
    """A call from its first step to the step that decided it: each step with its instant, each event between them."""

    steps: tuple[Step, ...]
    instants: tuple[int, ...]
    """In seconds since 1970, one for each step."""
    events: tuple[CallEvent, ...]
    """What was reported after each step but the last."""

    @property
    def outcome(self) -> Action:
        """How routing ended: connected, a message, or hung up."""
        return self.steps[-1].action

    @property
    def rung(self) -> frozenset[UserId]:
        """Everybody who was rung at some step."""
        return frozenset(user for step in self.steps if isinstance(step.action, Ring) for user in step.action.users)

    @property
    def ring_seconds(self) -> int:
        """The seconds that waves and forwards were offered in all."""
        return sum(offered(step.action) for step in self.steps)


def offered(action: Action) -> int:
    """The seconds that an action rings: what the ring budget is charged with."""
    if isinstance(action, Ring):
        return action.duration
    return action.timeout if isinstance(action, Forward) else 0


def play(
    router: Router, call: Call, *, at: datetime | int, live: Live = NOTHING_KNOWN, script: Script | None = None
) -> Played:
    """Play a call that comes in at an instant to the step that decides it. The live facts stay as they are.

    Raises:
        InvalidValue: as :meth:`Router.start` does.
    """
    following = Script() if script is None else script
    now = seconds(at)
    steps = [router.start(call, at=now, live=live)]
    instants = [now]
    events: list[CallEvent] = []
    menus = 0
    while (reported := _next(following, steps[-1].action, menus)) is not None:
        event, later = reported
        menus += isinstance(steps[-1].action, Menu)
        now += later
        events.append(event)
        instants.append(now)
        steps.append(router.resume(steps[-1].state, event, at=now, live=live))
    return Played(steps=tuple(steps), instants=tuple(instants), events=tuple(events))


def unanswered(action: Action) -> CallEvent | None:
    """What is reported of an action when nobody answers and no key is pressed; nothing, where routing is over."""
    match action:
        case Ring() | Forward():
            return NoAnswer()
        case Menu():
            return InputTimeout()
        case Announce():
            return AnnouncementEnded()
        case ToHostQueue():
            return LeftQueue()
        case TakeMessage() | Connect() | End():
            return None
        case _:
            assert_never(action)


def _next(script: Script, action: Action, menus: int) -> tuple[CallEvent, int] | None:
    """What is reported of an action, and how many seconds later; nothing, once routing is over.

    ``menus`` is how many menus have been answered before.
    """
    scripted = _scripted(script, action, menus)
    event = unanswered(action)
    if scripted is not None or event is None:
        return scripted
    return event, action.timeout if isinstance(action, Menu) else offered(action)


def _scripted(script: Script, action: Action, menus: int) -> tuple[CallEvent, int] | None:
    """The same where the script says that somebody answers, is busy, or presses a key."""
    match action:
        case Ring(legs=legs, users=users):
            for leg in legs:
                if leg.user in script.answering and leg.user not in script.busy:
                    return Answered(by=leg.user), leg.delay
            return (Busy(), 0) if script.busy.issuperset(users) else None
        case Menu():
            keys = script.digits[menus] if menus < len(script.digits) else ""
            return (Digits(keys=keys, complete=True), 0) if keys else None
        case ToHostQueue():
            return (Answered(), 0) if script.queue_answered else None
        case Forward():
            return (Answered(), 0) if script.forward_answered else None
        case _:
            return None
