"""What RT-1 to RT-15 say, as a walk that a person could do with a pencil.

A call is one generator: it yields what the host is to do and is sent what happened. There is no state to write out, no
stack to unwind: whoever may still get the call is simply the line after the `yield`. Departments are in
:mod:`tests.oracle.departments`, an agent's telephones in :mod:`tests.oracle.ringing`.

Where the rules leave a choice, the words of `docs/routing.md` count: any failover or fallback, what comes after an
external number or a queue, and an emergency's destination is reached as a failover; where a menu goes without a key, by
the menu.
"""

from __future__ import annotations

import attrs

from agentprov.model.calls import Answered, CallEvent, Digits, InputTimeout, LeftQueue, TransferAsked
from agentprov.model.departments import Department
from agentprov.model.destinations import (
    Destination,
    Failure,
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
from agentprov.model.live import Presence
from agentprov.model.numbers import RaisePriority, Refuse, SendTo
from agentprov.model.reasons import Reach
from agentprov.model.routing import Ivr, IvrOption, TimeCondition
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import User
from tests.oracle import hours
from tests.oracle.callers import MOST, arrive, pick_up, raise_priority, rule_for
from tests.oracle.departments import hand_out
from tests.oracle.known import known_at_number, served, still_known, unanswered
from tests.oracle.ringing import (
    asks_for_a_key,
    cut,
    failed_gates,
    first_gate,
    leg,
    length,
    plan_legs,
    presence_of,
    ring_time,
    turns,
)
from tests.oracle.world import FAILOVER, FAILURES, Ringing, Told, Walk, Way, World, best, is_open


def start(world: World) -> Walk:
    """RT-1: a call starts at a number, RT-15: whose rules about callers are looked at first; HR-4: an emergency."""
    number = next((each for each in world.tenant.numbers.values() if each.phone == world.call.to), None)
    if number is None:
        yield world.tell("end", None, Reach.DIRECT)
        return
    arrive(world, number)
    rule = rule_for(world, number)
    emergency = world.tenant.settings.emergency
    if isinstance(rule, Refuse):
        yield world.tell("end", rule.cause, Reach.DIRECT)
    elif emergency is not None and hours.in_force(emergency.set_at, world.at):
        yield from go(world, emergency.destination, FAILOVER)
    elif isinstance(rule, SendTo):
        yield from go(world, rule.to, Way(Reach.DIRECT, number.fallback))
    else:
        raise_priority(world, rule.by if isinstance(rule, RaisePriority) else 0)
        yield from go(world, number.to, Way(Reach.DIRECT, number.fallback, knows=True))


def go(world: World, to: Destination | None, way: Way) -> Walk:
    """RT-8: where a call goes next. RT-5: where its number leads to no department, whom it knows rings before that."""
    if way.knows and not isinstance(behind(world, to), ToDepartment):
        event = yield from known_alone(world, way)
        if isinstance(event, Answered):
            yield from connect(world, event, None)
            return
        way = attrs.evolve(way, knows=False)
    yield from arrive_at(world, to, way)


def behind(world: World, to: Destination | None) -> Destination | None:
    """Where a destination leads through time conditions and announcements, as things are now."""
    match to:
        case ToTimeCondition(time_condition=id_):
            return behind(world, beyond(world, world.tenant.time_conditions[id_], FAILOVER)[0])
        case ToAnnouncement(next=onward):
            return behind(world, onward)
        case _:
            return to


def beyond(world: World, condition: TimeCondition, way: Way) -> tuple[Destination, Way]:
    """RT-8: one way while it is open and another while it is closed. HR-4: an emergency may say where, by failover."""
    if is_open(world, condition.time_group):
        return condition.open, way
    emergency = emergency_destination(world, condition.time_group)
    return (condition.closed, way) if emergency is None else (emergency, FAILOVER)


def emergency_destination(world: World, group: TimeGroupId) -> Destination | None:
    """HR-4: where a time group's own emergency sends calls that it finds closed; of two the tenant's decides."""
    whole, own = world.tenant.settings.emergency, world.tenant.time_groups[group].emergency
    if whole is not None and hours.in_force(whole.set_at, world.at):
        return None
    return own.destination if own is not None and hours.in_force(own.set_at, world.at) else None


def known_alone(world: World, way: Way) -> Ringing:
    """RT-5: a number that leads to no department rings whom the caller knows for the reserve, then goes on."""
    found = still_known(world, known_at_number(world, way))
    legs = () if found is None else cut(cut(plan_legs(world, found[0]), found[1].reserve), world.ring_left)
    if not legs:
        return None
    world.ring_left -= length(legs)
    event = yield world.tell("ring", frozenset(legs), Reach.STICKY)
    unanswered(world, event, {user for user, *_ in legs})
    return event


def arrive_at(world: World, to: Destination | None, way: Way) -> Walk:
    """RT-8: what each destination does. Nowhere to go means hanging up."""
    match to:
        case ToTimeCondition(time_condition=id_):
            yield from go(world, *beyond(world, world.tenant.time_conditions[id_], way))
        case ToAnnouncement(announcement=announcement, next=onward):
            world.held.clear()
            yield world.tell("announce", announcement, way.reach)
            yield from go(world, onward, way)
        case ToDepartment(department=department):
            yield from distribute(world, world.tenant.departments[department], way)
        case None:
            yield from reach_nobody(world, way)
        case HangUp(cause=cause):
            world.held.clear()
            yield world.tell("end", cause, way.reach)
        case ToVoicemail(voicemail=voicemail):
            world.held.clear()
            yield world.tell("message", voicemail, way.reach)
        case ToQueue():
            yield from queue(world, to, way)
        case ToExternal():
            yield from forward(world, to, way)
        case ToIvr(ivr=ivr):
            world.held.clear()
            yield from menu(world, world.tenant.ivrs[ivr], way)
        case ToAgent(user=user):
            yield from agent(world, world.tenant.users[user], way)


def reach_nobody(world: World, way: Way) -> Walk:
    """The call ends; a transfer that reached nobody leaves it with whoever had it."""
    if world.held:
        yield from stay(world, world.held.pop(), Reach.TRANSFER)
    else:
        yield world.tell("end", None, way.reach)


# ---- answers and transfers (RT-2, RT-13) ----------------------------------------------------------------------------


def connect(world: World, event: Answered, department: Department | None, reach: Reach = Reach.FAILOVER) -> Walk:
    """Whoever answered has the call."""
    world.held.clear()
    served(world, event.by, department)
    yield from stay(world, event.by, reach)


def stay(world: World, by: UserId | None, reach: Reach) -> Walk:
    """Somebody has the call, until they ask for it to be sent on."""
    event = yield world.tell("connect", by, reach)
    assert isinstance(event, TransferAsked)
    world.held.append(by)
    yield from go(world, bare(event.to), Way(Reach.TRANSFER))


def bare(to: Destination) -> Destination:
    """What a destination carries inside doesn't count in a transfer."""
    if isinstance(to, ToExternal):
        return attrs.evolve(to, next=None)
    return attrs.evolve(to, next=None, by_exit=Table()) if isinstance(to, ToQueue) else to


# ---- destinations ---------------------------------------------------------------------------------------------------


def queue(world: World, to: ToQueue, way: Way) -> Walk:
    """RT-8: the host's queue gets the call's priority and its own, and two limits; each exit may lead elsewhere."""
    world.held.clear()
    priority = min(MOST, world.priority + to.priority)
    event = yield world.tell("queue", (to.queue, priority, to.max_wait, to.max_length), way.reach)
    if isinstance(event, Answered):
        yield from connect(world, event, None)
        return
    assert isinstance(event, LeftQueue)
    yield from go(world, to.by_exit.get(event.exit) or to.next, FAILOVER)


def forward(world: World, to: ToExternal, way: Way) -> Walk:
    """RT-8: an external number rings for its timeout, within the ring budget; then next, else the fallback."""
    failure: Failure | None = None
    time = min(to.timeout, world.ring_left)
    if time > 0:
        world.ring_left -= time
        event = yield world.tell("forward", (to.number, time, asks_for_a_key(world, to.number)), way.reach)
        if isinstance(event, Answered):
            yield from connect(world, event, None)
            return
        failure = FAILURES[type(event)]
    yield from go(world, to.next or fallback_after(way, failure), FAILOVER)


def fallback_after(way: Way, failure: Failure | None) -> Destination | None:
    """RT-4: where a failed attempt goes; one that wasn't even made is unreachable."""
    return None if way.fallback is None else way.fallback.destination(failure or Failure.UNREACHABLE)


def agent(world: World, user: User, way: Way) -> Walk:
    """RT-4: an agent's numbers ring in turn; the gates are tested before each ring, and not after the last."""
    failure: Failure | None = None
    stopped = True
    for numbers in turns(world, user):
        stopped = first_gate(world, user) is not None or world.ring_left == 0
        if stopped:
            break
        time = ring_time(world, user)
        legs = cut((leg(world, user, number, 0, time) for number in numbers), world.ring_left)
        world.ring_left -= length(legs)
        event = yield world.tell("ring", frozenset(legs), way.reach)
        if isinstance(event, Answered):
            yield from connect(world, event, None)
            return
        unanswered(world, event, {user.id})
        failure = best(failure, FAILURES[type(event)])
    gate = None
    if stopped:
        gate = first_gate(world, user)
        world.left_out += [(code, user.id, None) for code in failed_gates(world, user)]
    yield from missed(world, user, way, gate, failure)


def missed(world: World, user: User, way: Way, gate: int | None, failure: Failure | None) -> Walk:
    """RT-2, RT-3, RT-4: where a call goes that an agent didn't get, by how it came to him and what kept it from him."""
    own = user.calling.hours
    if gate == 2 and way.reach is Reach.DIRECT and own is not None and own.failover is not None:
        yield from go(world, own.failover, FAILOVER)
    elif gate == 2 and way.reach is Reach.IVR:
        yield from go(world, None, FAILOVER)
    else:
        busy = gate == 4 and presence_of(world, user) is Presence.BUSY
        yield from go(world, fallback_after(way, best(failure, Failure.BUSY if busy else None)), FAILOVER)


def distribute(world: World, department: Department, way: Way) -> Walk:
    """RT-6: outside its own hours the closed destination; else one pass over the members; then the failover."""
    own = department.hours
    if own is not None and not is_open(world, own.time_group):
        emergency = emergency_destination(world, own.time_group)
        yield from go(world, emergency or own.closed or department.failover, FAILOVER)
        return
    event = yield from hand_out(world, department, way)
    if isinstance(event, Answered):
        yield from connect(world, event, department)
    else:
        yield from go(world, department.failover, FAILOVER)


# ---- menus (RT-7) ---------------------------------------------------------------------------------------------------


def menu(world: World, ivr: Ivr, way: Way) -> Walk:
    """Keys choose an option; no input and unknown input have their retries and their destinations each."""
    timeouts = invalid = 0
    pressed = ""
    while True:
        event = yield world.tell("menu", (ivr.id, pressed), way.reach)
        nothing = isinstance(event, InputTimeout) and not pressed
        if isinstance(event, Digits):
            pressed += event.keys
        option = next((each for each in ivr.options if each.digits == pressed), None)
        if isinstance(event, Digits) and not event.complete and could_go_on(ivr, pressed):
            continue
        if option is not None:
            pick_up(world, option.mark)
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


__all__ = ["CallEvent", "Told", "Walk", "World", "options_of", "start"]
