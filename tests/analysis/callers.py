"""What a caller gets, found out by calling: the slow way, once for every option, with the clock standing still."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from datetime import datetime

import attrs

from agentprov.analysis.outcomes import Course, Outcome, PlaysMenu, RingsAgents, RingsOutside
from agentprov.engine.call_flow import Router
from agentprov.model.calls import AnnouncementEnded, Call, CallEvent, Digits, InputTimeout, LeftQueue, NoAnswer
from agentprov.model.live import Live
from agentprov.model.steps import Action, Announce, End, Forward, Menu, Ring, TakeMessage, ToHostQueue
from agentprov.model.tenant import Tenant
from tests.oracle import routing
from tests.oracle.world import World

Said = tuple[str, object]
"""What the host is told to do, in a word and what it is about."""
Dial = Callable[[], Generator[Said, CallEvent]]
"""Places the call anew."""
Seen = tuple[tuple[object, ...], Said, Said, bool]
"""Announcements before the first thing, the first thing, the last, and whether others are rung in between."""


def dial_router(tenant: Tenant, call: Call, at: int, live: Live) -> Dial:
    """A call to the router. Every step of it is asked at the same instant."""
    router = Router(tenant)

    def dial() -> Generator[Said, CallEvent]:
        step = router.start(call, at=at, live=live)
        while True:
            event = yield words(step.action)
            step = router.resume(step.state, event, at=at, live=live)

    return dial


def dial_oracle(tenant: Tenant, call: Call, at: datetime, live: Live) -> Dial:
    """A call to the oracle, which knows neither the router nor its steps."""

    def dial() -> Generator[Said, CallEvent]:
        world = World(
            tenant=tenant, call=call, at=at, live=live, ring_left=tenant.settings.ring_budget, drawn=lambda _: []
        )
        walk = routing.start(world)
        told = next(walk)
        while True:
            event = yield plain((told.word, told.about))
            told = walk.send(event)

    return dial


def words(action: Action) -> Said:
    """A step's action in a word and what it is about."""
    match action:
        case Ring(users=users):
            return "ring", frozenset(users)
        case Menu(ivr=ivr):
            return "menu", ivr
        case Announce(announcement=announcement):
            return "announce", announcement
        case ToHostQueue(queue=queue):
            return "queue", queue
        case Forward(number=number):
            return "forward", number
        case TakeMessage(voicemail=voicemail):
            return "message", voicemail
        case End(cause=cause):
            return "end", cause
        case _:
            raise AssertionError(action)


def plain(said: Said) -> Said:
    """What the oracle says, in the same terms."""
    word, about = said
    if word == "ring":
        assert isinstance(about, frozenset)
        return word, frozenset(user for user, *_ in about)
    if isinstance(about, tuple):  # a number, a menu or a queue, with more that isn't asked here
        return word, about[0]
    return said


_MISSED: dict[str, CallEvent] = {
    "ring": NoAnswer(),
    "forward": NoAnswer(),
    "queue": LeftQueue(),
    "announce": AnnouncementEnded(),
    "menu": InputTimeout(),
}


def followed(dial: Dial, keys: tuple[str, ...]) -> tuple[Seen, dict[object, tuple[str, ...]]]:
    """A call in which these keys are pressed and nobody answers: what comes after the last key, and the menus then.

    An empty text stands for nothing pressed. The menus are given with the keys that lead to each.
    """
    call = dial()
    said = next(call)
    left = list(keys)
    heard: list[object] = []
    first: Said | None = None
    others = False
    menus: dict[object, tuple[str, ...]] = {}
    pressed = keys
    while said[0] not in ("message", "end"):
        event = _MISSED[said[0]]
        if left:
            if said[0] == "menu":
                key = left.pop(0)
                event = Digits(keys=key, complete=True) if key else InputTimeout()
        else:
            if said[0] == "menu":
                menus.setdefault(said[1], pressed)
                pressed = (*pressed, "")
            if said[0] == "announce":
                heard += [said[1]] if first is None else []
            else:
                first = first or said
                others = others or _adds(first, said)
        said = call.send(event)
    return (tuple(heard), first or said, said, others), menus


def _adds(first: Said, said: Said) -> bool:
    """Whether somebody is rung whom the first thing didn't ring."""
    if said[0] == first[0] == "ring":
        return not said[1] <= first[1]  # type: ignore[operator]  # sets of users
    return said[0] in ("ring", "forward", "queue") and said != first


def called(tenant: Tenant, dial: Dial) -> dict[tuple[str, ...], Seen]:
    """What comes of a call for the keys that lead to each option of each menu; for no keys, without a key."""
    seen, menus = followed(dial, ())
    found: dict[tuple[str, ...], Seen] = {(): seen}
    waiting = list(menus.items())
    known = set()
    while waiting:
        ivr, before = waiting.pop(0)
        if ivr in known:
            continue
        known.add(ivr)
        for option in tenant.ivrs[ivr].options:  # type: ignore[index]  # a menu's id
            keys = (*before, option.digits)
            found[keys], menus = followed(dial, keys)
            waiting += menus.items()
    return found


def told(outcome: Outcome) -> dict[tuple[str, ...], Seen]:
    """What an outcome tells, in the same terms."""
    return {(): _seen(outcome.course), **{choice.keys: _seen(choice.course) for choice in outcome.choices}}


def _seen(course: Course) -> Seen:
    return course.heard, _thing(course.first), _thing(course.last), course.others


def _thing(thing: object) -> Said:
    match thing:
        case RingsAgents(users=users):
            return "ring", frozenset(users)
        case RingsOutside(number=number):
            return "forward", number
        case PlaysMenu(ivr=ivr):
            return "menu", ivr
        case ToHostQueue() | TakeMessage() | End():
            return words(thing)
        case _:
            raise AssertionError(thing)


def causes_aside(found: dict[tuple[str, ...], Seen]) -> dict[tuple[str, ...], Seen]:
    """The same without the causes of hang-ups, which the oracle doesn't know where the tenant names none."""
    return {
        keys: (heard, _no_cause(first), _no_cause(last), others) for keys, (heard, first, last, others) in found.items()
    }


def _no_cause(said: Said) -> Said:
    return ("end", None) if said[0] == "end" else said


def edges(starts: list[int], low: int, high: int) -> Iterator[int]:
    """Each instant, a second before and a second after, as far as they lie from ``low`` until before ``high``."""
    return (at for start in starts for at in (start - 1, start, start + 1) if low <= at < high)


def generous(tenant: Tenant) -> Tenant:
    """The tenant with more steps than any call takes."""
    return attrs.evolve(tenant, settings=attrs.evolve(tenant.settings, step_budget=10_000))
