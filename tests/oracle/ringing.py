"""What RT-3, RT-4, RT-9 and RT-14 say of one agent: whether they can be rung, on which numbers, in what order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agentprov.model.contact import PhoneNumber
from agentprov.model.ids import UserId
from agentprov.model.live import Presence
from agentprov.model.phones import PhoneType, phone_type
from agentprov.model.properties import RING_TIMEOUT, PropertyName, PropertyValue
from agentprov.model.reasons import ReasonCode
from agentprov.model.routing import RingOrder
from agentprov.model.settings import Confirm
from agentprov.model.users import Status, User
from tests.oracle.inheritance import resolve
from tests.oracle.world import World, is_open

Leg = tuple[UserId, str, int, int, bool]
"""Who, which number, after how many seconds, for how many, and whether a key must be pressed to get the call."""

# ---- the gates of an agent (RT-3) -----------------------------------------------------------------------------------

STATUSES = {
    Status.DISABLED: ReasonCode.STATUS_DISABLED,
    Status.BLOCKED: ReasonCode.STATUS_BLOCKED,
    Status.DEACTIVATED: ReasonCode.STATUS_DEACTIVATED,
}
PRESENCES = {
    Presence.BUSY: ReasonCode.PRESENCE_BUSY,
    Presence.BREAK: ReasonCode.PRESENCE_BREAK,
    Presence.WRAP_UP: ReasonCode.PRESENCE_WRAP_UP,
    Presence.DO_NOT_DISTURB: ReasonCode.PRESENCE_DO_NOT_DISTURB,
    Presence.OFFLINE: ReasonCode.PRESENCE_OFFLINE,
}


def status_gate(world: World, user: User) -> list[ReasonCode]:
    """Gate 1: status and calling option; a setting lets a disabled agent be rung (LC-1)."""
    found = [] if user.status is Status.ACTIVE else [STATUSES[user.status]]
    if user.status is Status.DISABLED and world.tenant.settings.ring_disabled_agents:
        found = []
    return [*found, *([] if user.calling.enabled else [ReasonCode.CALLING_OFF])]


def hours_gate(world: World, user: User) -> list[ReasonCode]:
    """Gate 2: hours, read at the instant of the step; no time group means always inside."""
    own = user.calling.hours
    return [ReasonCode.HOURS_OUTSIDE] if own is not None and not is_open(world, own.time_group) else []


def panel_gate(world: World, user: User) -> list[ReasonCode]:
    """Gate 3: login-based calling on, and not logged in to the panel."""
    out = user.calling.login_based and user.id not in (world.live.panel or ())
    return [ReasonCode.PANEL_LOGGED_OUT] if out else []


def presence_of(world: World, user: User) -> Presence:
    """What they are doing; whoever has the call while it is transferred is busy."""
    return Presence.BUSY if user.id in world.held else world.live.presence.get(user.id, Presence.AVAILABLE)


def presence_gate(world: World, user: User) -> list[ReasonCode]:
    """Gate 4: presence. With login-based calling off only busy counts."""
    presence = presence_of(world, user)
    counts = presence is Presence.BUSY or (user.calling.login_based and presence is not Presence.AVAILABLE)
    return [PRESENCES[presence]] if counts else []


GATES = (status_gate, hours_gate, panel_gate, presence_gate)


def first_gate(world: World, user: User) -> int | None:
    """The first failing gate, counted from 1; nothing if the agent can be rung."""
    return next((number for number, fails in enumerate(GATES, 1) if fails(world, user)), None)


def failed_gates(world: World, user: User) -> set[ReasonCode]:
    """All that fail are reported."""
    return {code for fails in GATES for code in fails(world, user)}


def can_ring(world: World, user: User) -> bool:
    """Whether every gate lets the call through, and there is a number to ring."""
    return first_gate(world, user) is None and bool(own_numbers(world, user))


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


def value(world: World, user: User, name: PropertyName) -> PropertyValue:
    """A property's value for a user (PR-3)."""
    (_, _, found), _ = resolve(world.tenant, user.id, name)
    return found


def ring_time(world: World, user: User) -> int:
    """The ring plan's timeout, else the property."""
    plan = user.calling.ring_plan
    if plan is not None and plan.timeout is not None:
        return plan.timeout
    found = value(world, user, RING_TIMEOUT)
    assert type(found) is int
    return found


def turns(world: World, user: User) -> list[list[str]]:
    """The numbers that ring together, one list after the other."""
    numbers = own_numbers(world, user)
    plan = user.calling.ring_plan
    if plan is not None and plan.order is RingOrder.SIMULTANEOUS:
        return [numbers] if numbers else []
    return [[number] for number in numbers]


def leg(world: World, user: User, number: str, delay: int, time: int) -> Leg:
    """One telephone that rings."""
    return user.id, number, delay, time, asks_for_a_key(world, number)


def asks_for_a_key(world: World, number: str) -> bool:
    """RT-14: on a mobile, or on any number outside, where the tenant says so; an extension is neither."""
    confirm = world.tenant.settings.confirm
    if not number.startswith("+"):
        return False
    mobile = phone_type(PhoneNumber(number)) in {PhoneType.MOBILE, PhoneType.FIXED_LINE_OR_MOBILE}
    return Confirm.EXTERNAL in confirm or (Confirm.MOBILE in confirm and mobile)


def plan_legs(world: World, user: User, begin: int = 0) -> Iterator[Leg]:
    """A whole plan as one wave, from some second of it on."""
    time = ring_time(world, user)
    for position, numbers in enumerate(turns(world, user)):
        for number in numbers:
            yield leg(world, user, number, begin + position * time, time)


# ---- waves (RT-6, RT-9) ---------------------------------------------------------------------------------------------


def cut(legs: Iterable[Leg], left: int) -> tuple[Leg, ...]:
    """RT-9: a wave is cut to what is left; a leg of no length isn't rung."""
    return tuple(
        (user, number, delay, min(time, left - delay), key) for user, number, delay, time, key in legs if delay < left
    )


def length(legs: Iterable[Leg]) -> int:
    """When the last leg stops."""
    return max((delay + time for _, _, delay, time, _ in legs), default=0)


def each_telephone_once(legs: Iterable[Leg]) -> tuple[Leg, ...]:
    """A telephone that two members share rings once: for whom it begins first, of equals for who comes first."""
    first: dict[str, Leg] = {}
    for each in sorted(legs, key=lambda found: found[2]):
        first.setdefault(each[1], each)
    return tuple(first.values())
