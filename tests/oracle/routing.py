"""What RT-2 to RT-4 and RT-7 to RT-9 say, as a walk that a person could do with a pencil.

A call is one generator: it yields what the host is to do and is sent what happened. There is no state to write out, no
stack to unwind: whoever may still get the call is simply the line after the `yield`. Of departments only the orders
"order" and "simultaneous" are known here.

Where the rules leave a choice, the words of the model's own documentation count: any failover or fallback, what comes
after an external number or a queue, and an emergency's destination is reached as a failover; where a menu goes without
a key, by the menu.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from datetime import datetime

import attrs

from agentprov.model.calls import (
    Answered,
    Busy,
    Call,
    CallEvent,
    Digits,
    InputTimeout,
    LegFailed,
    NoAnswer,
    Rejected,
)
from agentprov.model.departments import Department, Strategy
from agentprov.model.destinations import (
    Cause,
    Destination,
    Failure,
    Fallback,
    HangUp,
    ToAgent,
    ToAnnouncement,
    ToDepartment,
    ToExternal,
    ToIvr,
    ToQueue,
    ToTimeCondition,
    ToVoicemail,
)
from agentprov.model.ids import IvrId, TimeGroupId, UserId
from agentprov.model.live import Live, Presence
from agentprov.model.properties import RING_TIMEOUT
from agentprov.model.reasons import Reach
from agentprov.model.routing import Ivr, IvrOption, RingOrder
from agentprov.model.tenant import Tenant
from agentprov.model.users import Status, User
from tests.oracle import hours
from tests.oracle.inheritance import resolve

Leg = tuple[UserId, str, int, int]
"""Who, which number, after how many seconds, for how many."""

Shown = tuple[str, object]
"""What the host is to do: a word, and what it is about."""

Walk = Generator[Shown, CallEvent, None]


@attrs.define
class World:
    """What the walk is told, and what it has left to ring."""

    tenant: Tenant
    call: Call
    at: datetime
    live: Live
    ring_left: int


@attrs.frozen
class Way:
    """How the call came here (RT-2), and the fallback that a failed attempt may use."""

    reach: Reach
    fallback: Fallback | None = None


FAILOVER = Way(Reach.FAILOVER)

# ---- the gates of an agent (RT-3) -----------------------------------------------------------------------------------


def status_is_off(world: World, user: User) -> bool:
    """Gate 1: status and calling option; a setting lets a disabled agent be rung (LC-1)."""
    rung = {Status.ACTIVE, Status.DISABLED} if world.tenant.settings.ring_disabled_agents else {Status.ACTIVE}
    return user.status not in rung or not user.calling.enabled


def is_outside(world: World, user: User) -> bool:
    """Gate 2: hours, read at the instant of the step; no time group means always inside."""
    own = user.calling.hours
    return own is not None and not is_open(world, own.time_group)


def is_logged_out(world: World, user: User) -> bool:
    """Gate 3: login-based calling on, and not logged in to the panel."""
    return user.calling.login_based and user.id not in (world.live.panel or ())


def is_occupied(world: World, user: User) -> bool:
    """Gate 4: presence. With login-based calling off only busy counts."""
    presence = world.live.presence.get(user.id, Presence.AVAILABLE)
    return presence is Presence.BUSY or (user.calling.login_based and presence is not Presence.AVAILABLE)


GATES = (status_is_off, is_outside, is_logged_out, is_occupied)


def first_gate(world: World, user: User) -> int | None:
    """The first failing gate, counted from 1; nothing if the agent can be rung."""
    return next((number for number, fails in enumerate(GATES, 1) if fails(world, user)), None)


def is_open(world: World, group: TimeGroupId) -> bool:
    """Whether a time group is open now."""
    return hours.is_open(world.tenant, world.tenant.time_groups[group], world.at)


# ---- an agent's numbers (RT-4) --------------------------------------------------------------------------------------


def primary(user: User) -> str | None:
    """The call-forward number if set, else the extension if any, else the phone number."""
    extension = user.calling.extension
    return user.forward_number or (extension.number if extension is not None else user.phone)


def own_numbers(world: World, user: User) -> list[str]:
    """Primary, then with a ring plan the alternates; each once; never the caller's own (RT-11)."""
    alternates = user.alternate_numbers if user.calling.ring_plan is not None else ()
    found = [number for number in (primary(user), *alternates) if number is not None and number != world.call.caller]
    return list(dict.fromkeys(found))


def ring_time(world: World, user: User) -> int:
    """The ring plan's timeout, else the property."""
    plan = user.calling.ring_plan
    if plan is not None and plan.timeout is not None:
        return plan.timeout
    (_, _, value), _ = resolve(world.tenant, user.id, RING_TIMEOUT)
    assert type(value) is int
    return value


def turns(world: World, user: User) -> list[list[str]]:
    """The numbers that ring together, one list after the other."""
    numbers = own_numbers(world, user)
    plan = user.calling.ring_plan
    if plan is not None and plan.order is RingOrder.SIMULTANEOUS:
        return [numbers] if numbers else []
    return [[number] for number in numbers]


def plan_legs(world: World, user: User) -> Iterator[Leg]:
    """A whole plan as one wave: in a simultaneous department it runs inside the wave (RT-6)."""
    time = ring_time(world, user)
    for position, numbers in enumerate(turns(world, user)):
        for number in numbers:
            yield user.id, number, position * time, time


def cut(legs: Iterable[Leg], left: int) -> tuple[Leg, ...]:
    """RT-9: a wave is cut to what is left; a leg of no length isn't rung."""
    return tuple((user, number, delay, min(time, left - delay)) for user, number, delay, time in legs if delay < left)


def length(legs: tuple[Leg, ...]) -> int:
    """When the last leg stops."""
    return max(delay + time for _, _, delay, time in legs)


# ---- what happened --------------------------------------------------------------------------------------------------

FAILURES = {NoAnswer: Failure.NO_ANSWER, Busy: Failure.BUSY, Rejected: Failure.BUSY, LegFailed: Failure.UNREACHABLE}
BEST_FIRST = (Failure.NO_ANSWER, Failure.BUSY, Failure.UNREACHABLE)


def best(*failures: Failure | None) -> Failure | None:
    """Of several failed attempts the one that came nearest to an answer."""
    return next((each for each in BEST_FIRST if each in failures), None)


# ---- the walk -------------------------------------------------------------------------------------------------------


def start(world: World) -> Walk:
    """RT-1: a call starts at a number. HR-4: in an emergency of the whole tenant it goes where that says, or ends."""
    number = next((each for each in world.tenant.numbers.values() if each.phone == world.call.to), None)
    emergency = world.tenant.settings.emergency
    if number is None:
        yield "end", None
    elif emergency is not None and hours.in_force(emergency.set_at, world.at):
        yield from go(world, emergency.destination, FAILOVER)
    else:
        yield from go(world, number.to, Way(Reach.DIRECT, number.fallback))


def go(world: World, to: Destination | None, way: Way) -> Walk:
    """RT-8: what each destination does. Nowhere to go means hanging up."""
    match to:
        case None:
            yield "end", None
        case HangUp(cause=cause):
            yield "end", cause
        case ToVoicemail(voicemail=voicemail):
            yield "message", voicemail
        case ToTimeCondition(time_condition=id_):
            condition = world.tenant.time_conditions[id_]
            onward = condition.open if is_open(world, condition.time_group) else condition.closed
            yield from go(world, onward, way)
        case ToAnnouncement(announcement=announcement, next=onward):
            yield "announce", announcement
            yield from go(world, onward, way)
        case ToQueue(queue=queue, next=onward_or_none):
            event = yield "queue", queue
            yield from connected(event) if isinstance(event, Answered) else go(world, onward_or_none, FAILOVER)
        case ToExternal():
            yield from forward(world, to, way)
        case ToIvr(ivr=ivr):
            yield from menu(world, world.tenant.ivrs[ivr])
        case ToDepartment(department=department):
            yield from distribute(world, world.tenant.departments[department])
        case ToAgent(user=user):
            yield from agent(world, world.tenant.users[user], way)


def connected(event: Answered) -> Walk:
    """Whoever answered has the call."""
    yield "connect", event.by


def forward(world: World, to: ToExternal, way: Way) -> Walk:
    """RT-8: an external number rings for its timeout, within the ring budget; then next, else the fallback."""
    failure: Failure | None = None
    time = min(to.timeout, world.ring_left)
    if time > 0:
        world.ring_left -= time
        event = yield "forward", (to.number, time)
        if isinstance(event, Answered):
            yield from connected(event)
            return
        failure = FAILURES[type(event)]
    yield from go(world, to.next or fallback_after(way, failure), FAILOVER)


def fallback_after(way: Way, failure: Failure | None) -> Destination | None:
    """RT-4: where a failed attempt goes; one that wasn't even made is unreachable."""
    return None if way.fallback is None else way.fallback.destination(failure or Failure.UNREACHABLE)


def agent(world: World, user: User, way: Way) -> Walk:
    """RT-4: an agent's numbers ring in turn; the gates are tested before each ring."""
    failure: Failure | None = None
    for numbers in turns(world, user):
        if first_gate(world, user) is not None or world.ring_left == 0:
            break
        time = ring_time(world, user)
        legs = cut(((user.id, number, 0, time) for number in numbers), world.ring_left)
        world.ring_left -= length(legs)
        event = yield "ring", frozenset(legs)
        if isinstance(event, Answered):
            yield from connected(event)
            return
        failure = best(failure, FAILURES[type(event)])
    yield from missed(world, user, way, failure)


def missed(world: World, user: User, way: Way, failure: Failure | None) -> Walk:
    """RT-2, RT-3, RT-4: where a call goes that an agent didn't get, by how it came to him and what kept it from him."""
    gate = first_gate(world, user)
    own = user.calling.hours
    if gate == 2 and way.reach is Reach.DIRECT and own is not None and own.failover is not None:
        yield from go(world, own.failover, FAILOVER)
    elif gate == 2 and way.reach is Reach.IVR:
        yield from go(world, None, FAILOVER)
    else:
        busy = gate == 4 and world.live.presence.get(user.id) is Presence.BUSY
        yield from go(world, fallback_after(way, best(failure, Failure.BUSY if busy else None)), FAILOVER)


def distribute(world: World, department: Department) -> Walk:
    """RT-6: outside its own hours the closed destination; else one pass over the members; then the failover."""
    own = department.hours
    if own is not None and not is_open(world, own.time_group):
        yield from go(world, own.closed or department.failover, FAILOVER)
        return
    left = world.ring_left if department.ring_budget is None else min(department.ring_budget, world.ring_left)
    for legs in offers(world, department):
        wave = cut(legs, min(left, world.ring_left))
        if wave:
            left -= length(wave)
            world.ring_left -= length(wave)
            event = yield "ring", frozenset(wave)
            if isinstance(event, Answered):
                yield from connected(event)
                return
    yield from go(world, department.failover, FAILOVER)


def offers(world: World, department: Department) -> Iterator[tuple[Leg, ...]]:
    """The waves of a department, each made when its turn comes: members who fail a gate then are skipped."""
    members = [world.tenant.users[id_] for id_ in department.members]
    if department.strategy is Strategy.SIMULTANEOUS:
        legs = [leg for user in members if first_gate(world, user) is None for leg in plan_legs(world, user)]
        wave = each_telephone_once(legs)
        yield wave if department.ring_time is None else cut(wave, department.ring_time)
        return
    assert department.strategy is Strategy.ORDER
    for user in members:
        for numbers in turns(world, user):
            if first_gate(world, user) is None:
                yield tuple((user.id, number, 0, ring_time(world, user)) for number in numbers)


def each_telephone_once(legs: Iterable[Leg]) -> tuple[Leg, ...]:
    """A telephone that two members share rings once in a wave, for the first of them."""
    first: dict[str, Leg] = {}
    for leg in legs:
        first.setdefault(leg[1], leg)
    return tuple(first.values())


# ---- menus (RT-7) ---------------------------------------------------------------------------------------------------


def menu(world: World, ivr: Ivr) -> Walk:
    """Keys choose an option; no input and unknown input have their retries and their destinations each."""
    timeouts = invalid = 0
    pressed = ""
    while True:
        event = yield "menu", (ivr.id, pressed)
        nothing = isinstance(event, InputTimeout) and not pressed
        if isinstance(event, Digits):
            pressed += event.keys
        option = next((each for each in ivr.options if each.digits == pressed), None)
        if isinstance(event, Digits) and not event.complete and could_go_on(ivr, pressed):
            continue
        if option is not None:
            yield from go(world, option.to, Way(Reach.IVR, option.fallback))
            return
        pressed = ""
        timeouts, invalid = timeouts + nothing, invalid + (not nothing)
        if timeouts > ivr.timeout_retries:
            yield from go(world, ivr.on_timeout, Way(Reach.IVR))
            return
        if invalid > ivr.invalid_retries:
            yield from go(world, ivr.on_invalid, Way(Reach.IVR))
            return


def could_go_on(ivr: Ivr, pressed: str) -> bool:
    """Whether a longer option begins with what was pressed: then the inter-digit timeout decides."""
    return any(each.digits.startswith(pressed) and each.digits != pressed for each in ivr.options)


def options_of(tenant: Tenant, ivr: IvrId) -> tuple[IvrOption, ...]:
    """The options of a menu, for whoever presses keys."""
    return tenant.ivrs[ivr].options


__all__ = ["Cause", "Shown", "Walk", "World", "options_of", "start"]
