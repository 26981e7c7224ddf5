"""How one agent rings: their ring plan as legs of a wave (RT-4, RT-11).

The numbers of a plan are the primary one, then the alternates, each once. In order, each is a wave of its own;
together, they are one. Inside the wave of a simultaneous department the whole plan runs, as legs that begin in turn.
"""

from __future__ import annotations

from operator import attrgetter
from typing import Final

import attrs

from agentprov.model.contact import PhoneNumber, without_suffix
from agentprov.model.destinations import LONGEST_RING
from agentprov.model.phones import PhoneType, phone_type
from agentprov.model.properties import PropertyValue
from agentprov.model.routing import RingOrder
from agentprov.model.settings import Confirm
from agentprov.model.standings import RingingAgent
from agentprov.model.steps import Leg, Ring
from agentprov.model.users import User

DEFAULT_RING: Final = 30
"""The seconds that a number rings where neither the ring plan nor the property gives a length that can be rung."""


def primary(user: User) -> str | None:
    """The agent's first number: the call-forward number, else the extension, else the phone number."""
    if user.forward_number is not None:
        return user.forward_number
    if user.calling.extension is not None:
        return user.calling.extension.number
    return user.phone


def plan_numbers(user: User) -> tuple[str, ...]:
    """The numbers of an agent's ring plan in order, each once; without a plan just the primary one."""
    alternates = () if user.calling.ring_plan is None else user.alternate_numbers
    return tuple(dict.fromkeys(number for number in (primary(user), *alternates) if number is not None))


def ring_seconds(user: User, inherited: PropertyValue | None) -> int:
    """How long each number rings: the plan's timeout, else the property's value. Never zero, never without end."""
    plan = user.calling.ring_plan
    if plan is not None and plan.timeout is not None:
        return plan.timeout
    if type(inherited) is not int or inherited < 1:
        return DEFAULT_RING
    return min(inherited, LONGEST_RING)


def asks_confirmation(number: str, confirm: frozenset[Confirm], mobile: PhoneNumber | None = None) -> bool:
    """Whether who answers this number must press a key; ``mobile`` is one whatever its digits say (RT-14)."""
    if not confirm or not number.startswith("+"):
        return False
    if Confirm.EXTERNAL in confirm or (mobile is not None and _bare(number) == _bare(mobile)):
        return True
    return phone_type(PhoneNumber(number)) in _MOBILES


_MOBILES: Final = (PhoneType.MOBILE, PhoneType.FIXED_LINE_OR_MOBILE)


def _bare(number: str) -> PhoneNumber:
    return without_suffix(PhoneNumber(number))


def confirmed_numbers(user: User, confirm: frozenset[Confirm]) -> frozenset[str]:
    """The numbers of an agent's plan at which whoever answers must press a key."""
    return frozenset(number for number in plan_numbers(user) if asks_confirmation(number, confirm, user.mobile))


class Plan:
    """One agent's ring plan, with the waves that are asked for most made once."""

    __slots__ = (
        "_bare",
        "_confirmed",
        "_cut",
        "_length",
        "_whole",
        "numbers",
        "ready",
        "simultaneous",
        "timeout",
        "user",
        "waiting",
    )

    def __init__(self, user: User, inherited: PropertyValue | None, confirm: frozenset[Confirm]) -> None:
        self.user = user.id
        self._confirmed = confirmed_numbers(user, confirm)
        self.numbers = plan_numbers(user)
        self.timeout = ring_seconds(user, inherited)
        self.simultaneous = (
            user.calling.ring_plan is not None and user.calling.ring_plan.order is RingOrder.SIMULTANEOUS
        )
        self._bare = frozenset(without_suffix(PhoneNumber(number)) for number in self.numbers)
        self.ready = self._wave(self.numbers, self.timeout)
        self.waiting = RingingAgent(user=self.user, rung=rung_after((), self.ready))
        self._whole = len(self.waiting.rung) == len(self.numbers)
        self._length = self._seconds(self.numbers)
        # INVARIANT: replaced by one assignment of a finished pair.
        self._cut: tuple[int | None, tuple[Leg, ...]] = (None, self._staggered(self.numbers, None))

    def has(self, caller: PhoneNumber | None) -> bool:
        """Whether the caller's own number is one of the plan's."""
        return caller in self._bare

    def wave(self, caller: PhoneNumber | None, rung: tuple[str, ...], room: int) -> Ring | None:
        """The next wave of this agent alone, cut to ``room`` seconds: the first number that hasn't rung, or all.

        ``None``: none is left. A number of the caller's own is never rung.
        """
        ready = self.ready
        if rung and rung == self.waiting.rung and self._whole:
            return None
        if not rung and caller not in self._bare and (ready is None or ready.duration <= room):
            return ready
        left = [number for number in self._without(caller) if number not in rung]
        return self._wave(tuple(left), min(self.timeout, room))

    def length(self, caller: PhoneNumber | None) -> int:
        """The seconds that the whole plan takes."""
        if caller not in self._bare:
            return self._length
        return self._seconds(self._without(caller))

    def _seconds(self, numbers: tuple[str, ...]) -> int:
        return self.timeout * (min(1, len(numbers)) if self.simultaneous else len(numbers))

    def staggered(self, caller: PhoneNumber | None, limit: int | None) -> tuple[Leg, ...]:
        """The whole plan inside one wave, cut ``limit`` seconds after the wave began."""
        if caller in self._bare:
            return self._staggered(self._without(caller), limit)
        known = self._cut
        if known[0] != limit:
            self._cut = known = (limit, self._staggered(self.numbers, limit))
        return known[1]

    def _without(self, caller: PhoneNumber | None) -> tuple[str, ...]:
        return tuple(number for number in self.numbers if without_suffix(PhoneNumber(number)) != caller)

    def _wave(self, numbers: tuple[str, ...], duration: int) -> Ring | None:
        if not numbers:
            return None
        # Together there is no order, so the legs have one of their own: the same set gives the same wave.
        ringing = sorted(numbers) if self.simultaneous else numbers[:1]
        legs = tuple(self._leg(number, 0, duration) for number in ringing)
        return Ring(legs=legs, duration=duration)

    def _staggered(self, numbers: tuple[str, ...], limit: int | None) -> tuple[Leg, ...]:
        legs: list[Leg] = []
        for position, number in enumerate(numbers):
            delay = 0 if self.simultaneous else position * self.timeout
            duration = self.timeout if limit is None else min(self.timeout, limit - delay)
            if duration > 0:
                legs.append(self._leg(number, delay, duration))
        return tuple(legs)

    def stretched(self, caller: PhoneNumber | None, begin: int, end: int) -> tuple[Leg, ...]:
        """The plan from ``begin`` until ``end`` of a wave: in order, the last number that begins rings to the end."""
        numbers = self._without(caller)
        if self.simultaneous:
            return tuple(self._leg(number, begin, end - begin) for number in numbers)
        begins = [begin + place * self.timeout for place in range(len(numbers))]
        ringing = [(number, delay) for number, delay in zip(numbers, begins, strict=True) if delay < end]
        last = len(ringing) - 1
        return tuple(
            self._leg(number, delay, end - delay if place == last else self.timeout)
            for place, (number, delay) in enumerate(ringing)
        )

    def _leg(self, number: str, delay: int, duration: int) -> Leg:
        return Leg(user=self.user, number=number, delay=delay, duration=duration, confirm=number in self._confirmed)


def rung_after(rung: tuple[str, ...], wave: Ring | None) -> tuple[str, ...]:
    """The numbers that have had their ring once ``wave`` is over."""
    return rung if wave is None else (*rung, *(leg.number for leg in wave.legs))


def together(waves: list[tuple[Leg, ...]]) -> tuple[tuple[Leg, ...], list[Leg]]:
    """The legs of several agents as one wave, in the order in which they begin, and those that were left out.

    A number rings once in a wave: of several legs to it the earliest stays, of equally early ones the one of the agent
    who comes first.
    """
    legs = [leg for wave in waves for leg in wave]
    legs.sort(key=_begin)
    first = {leg.number: leg for leg in reversed(legs)}
    if len(first) == len(legs):
        return tuple(legs), []
    return tuple([leg for leg in legs if first[leg.number] is leg]), [
        leg for leg in legs if first[leg.number] is not leg
    ]


def shifted(legs: tuple[Leg, ...], seconds: int) -> tuple[Leg, ...]:
    """The same legs, beginning so many seconds later."""
    return tuple(attrs.evolve(leg, delay=leg.delay + seconds) for leg in legs) if seconds else legs


_begin: Final = attrgetter("delay", "number")
