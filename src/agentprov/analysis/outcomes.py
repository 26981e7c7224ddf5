"""What a caller gets who calls at an instant: who can be rung first, behind every option too, and how it ends (AN-2).

A call is followed with nobody answering and no key pressed, to its end; then once more behind every option of every
menu that came up on the way, until no menu is new. So menus may lead back, and it ends all the same.

All of it is asked at the one instant at which the call comes in: hours and facts stand still while it rings. "Open at
17:00:00 less a second" then means what a person means by it, and not that a later member's hours are over by the time
it is their turn.
"""

from __future__ import annotations

from collections import deque
from enum import StrEnum
from typing import Final, assert_never

import attrs

from agentprov.analysis.clockwork import Clockwork, Node
from agentprov.engine.call_flow import Router
from agentprov.engine.playing import unanswered
from agentprov.model.call_state import State
from agentprov.model.calls import Call, CallerGone, Digits
from agentprov.model.contact import PhoneNumber
from agentprov.model.ids import AnnouncementId, IvrId, TimeGroupId, UserId
from agentprov.model.live import Live
from agentprov.model.references import Kind
from agentprov.model.standings import (
    SETTINGS,
    Announcing,
    Connected,
    Ended,
    Forwarding,
    InMenu,
    InQueue,
    Recording,
    RingingAgent,
    RingingDepartment,
    Waiting,
)
from agentprov.model.steps import Action, Announce, Connect, End, Forward, Menu, Ring, Step, TakeMessage, ToHostQueue


@attrs.frozen(kw_only=True)
class RingsAgents:
    """Agents of the tenant are rung: those of the first wave, in the order of their legs."""

    users: tuple[UserId, ...]


@attrs.frozen(kw_only=True)
class RingsOutside:
    """A number outside is rung."""

    number: PhoneNumber


@attrs.frozen(kw_only=True)
class PlaysMenu:
    """A menu asks for a key."""

    ivr: IvrId


First = RingsAgents | RingsOutside | PlaysMenu | ToHostQueue | TakeMessage | End
"""What a caller gets first, announcements apart."""
_RINGING: Final = (RingsAgents, RingsOutside, ToHostQueue)
Last = TakeMessage | End
"""What becomes of a call that nobody answers."""


class Chance(StrEnum):
    """The best that can become of a call."""

    SOMEBODY = "somebody"
    """Somebody can be rung: an agent, a number outside, or whoever serves a queue of the host's."""
    MESSAGE = "message"
    """Nobody can be rung, but a message is taken."""
    NOTHING = "nothing"
    """Nobody can be rung, no message is taken: the call is hung up, whatever the caller presses."""


@attrs.frozen(kw_only=True)
class Course:
    """A call followed to its end while nobody answers and no further key is pressed."""

    heard: tuple[AnnouncementId, ...] = ()
    """The announcements before ``first``."""
    first: First
    last: Last
    others: bool = False
    """Whether, before ``last``, somebody is rung who isn't rung by ``first``."""

    @property
    def rings(self) -> bool:
        """Whether anybody can be rung on the way, first or later."""
        return self.others or isinstance(self.first, _RINGING)

    @property
    def chance(self) -> Chance:
        """The best that can become of a call that takes this course."""
        if self.rings:
            return Chance.SOMEBODY
        return Chance.MESSAGE if isinstance(self.last, TakeMessage) else Chance.NOTHING


@attrs.frozen(kw_only=True)
class Choice:
    """An option of a menu, and the course behind it."""

    ivr: IvrId
    keys: tuple[str, ...]
    """What is pressed at each menu in turn to come here, the option's own digits last; an empty text: nothing."""
    course: Course

    @property
    def digits(self) -> str:
        """The option's own digits."""
        return self.keys[-1]


@attrs.frozen(kw_only=True, cache_hash=True)
class Outcome:
    """What a caller gets: the course without a key, and every option of every menu that can be come to.

    Each menu is told once, where the fewest keys lead to it.
    """

    course: Course
    choices: tuple[Choice, ...] = ()

    @property
    def chance(self) -> Chance:
        """The best that can become of a call, whatever the caller presses."""
        chances = {self.course.chance, *(choice.course.chance for choice in self.choices)}
        return next(chance for chance in Chance if chance in chances)


_Found = tuple[IvrId, State, tuple[str, ...]]
"""A menu that came up: which, the state in which it waits for a key, and what was pressed before."""
_ANONYMOUS: Final = Call(to=PhoneNumber("+10000000000"))


class Outcomes:
    """What a caller gets, for one version of a tenant and these live facts. Equal outcomes are one object.

    Calls that come to the same place in the same way while the same time groups are open are followed once.

    INVARIANT: what is remembered depends on its key alone, so threads may share it.
    """

    __slots__ = ("_clockwork", "_interned", "_known", "_live", "_router")

    def __init__(self, router: Router, clockwork: Clockwork, live: Live) -> None:
        self._router = router
        self._clockwork = clockwork
        self._live = live
        self._known: dict[tuple[State, tuple[bool, ...]], Outcome] = {}
        self._interned: dict[Outcome, Outcome] = {}

    def of(self, call: Call, at: int) -> Outcome:
        """What the caller gets at an instant, in seconds since 1970.

        Raises:
            InvalidValue: ``field.out_of_range``.
        """
        step = self._router.start(call, at=at, live=self._live)
        if isinstance(step.action, (TakeMessage, End)):
            return self._intern(Outcome(course=Course(first=step.action, last=step.action)))
        # Nothing is remembered of anonymous callers, so after the first step it is all one which number they dialled.
        # Nor does it matter when it came to a department, as long as everything is asked at that instant.
        state = step.state if call.caller is not None else attrs.evolve(step.state, call=_ANONYMOUS)
        if isinstance(state.waiting, RingingDepartment):
            state = attrs.evolve(state, waiting=attrs.evolve(state.waiting, entered=0))
        key = (state, self._clockwork.state(self._met(state), at))
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._intern(self._followed(step, at))
        return known

    def _intern(self, found: Outcome) -> Outcome:
        return self._interned.setdefault(found, found)

    def _met(self, state: State) -> frozenset[TimeGroupId]:
        """The time groups that a call can still meet."""
        met = self._clockwork.met
        groups = met[_whereabouts(state.waiting)]
        return groups if state.fallback is None else groups | met[state.fallback.kind, state.fallback.id]

    def _followed(self, step: Step, at: int) -> Outcome:
        found: deque[_Found] = deque()
        course = self._follow(step, at, (), found)
        told: set[IvrId] = set()
        choices: list[Choice] = []
        while found:
            ivr, state, before = found.popleft()
            if ivr in told:
                continue
            told.add(ivr)
            for option in self._router.tenant.ivrs[ivr].options:
                keys = (*before, option.digits)
                digits = Digits(keys=option.digits, complete=True)
                chosen = self._router.resume(state, digits, at=at, live=self._live)
                choices.append(Choice(ivr=ivr, keys=keys, course=self._follow(chosen, at, keys, found)))
        return Outcome(course=course, choices=tuple(choices))

    def _follow(self, step: Step, at: int, pressed: tuple[str, ...], found: deque[_Found]) -> Course:
        """Go on from a step with nobody answering and no key, to the end; the menus that come up are ``found``."""
        heard: list[AnnouncementId] = []
        first: First | None = None
        others = False
        while True:
            action = step.action
            if isinstance(action, (TakeMessage, End)):
                return Course(heard=tuple(heard), first=first or action, last=action, others=others)
            if isinstance(action, Menu):
                found.append((action.ivr, step.state, pressed))
                pressed = (*pressed, "")
            offered = _offered(action)
            first = first or offered
            others = others or _adds(first, offered)
            if isinstance(action, Announce) and first is None:
                heard.append(action.announcement)
            event = unanswered(action) or CallerGone()  # nobody answers, so nobody is connected
            step = self._router.resume(step.state, event, at=at, live=self._live)


def _adds(first: First | None, offered: First | None) -> bool:
    """Whether what is offered rings somebody whom what came first doesn't."""
    match first, offered:
        case RingsAgents(users=before), RingsAgents(users=users):
            return not set(users) <= set(before)
        case ToHostQueue(queue=before), ToHostQueue(queue=queue):
            return queue != before
        case _:
            return offered != first and isinstance(offered, _RINGING)


def _whereabouts(waiting: Waiting) -> Node:
    """The object at which a call waits: where it goes from there, that leads to."""
    match waiting:
        case RingingAgent(user=user):
            return Kind.USERS.value, user
        case RingingDepartment(department=department):
            return Kind.DEPARTMENTS.value, department
        case InMenu(ivr=ivr):
            return Kind.IVRS.value, ivr
        case Announcing(place=place) | Forwarding(place=place) | InQueue(place=place):
            return place.kind, place.id
        case Connected() | Recording() | Ended():
            return SETTINGS, ""
        case _:
            assert_never(waiting)


def _offered(action: Action) -> First | None:
    """What an action offers the caller; an announcement is no offer."""
    match action:
        case Ring(users=users):
            return RingsAgents(users=users)
        case Forward(number=number):
            return RingsOutside(number=number)
        case Menu(ivr=ivr):
            return PlaysMenu(ivr=ivr)
        case ToHostQueue() | TakeMessage() | End():
            return action
        case Announce() | Connect():
            return None
        case _:
            assert_never(action)
