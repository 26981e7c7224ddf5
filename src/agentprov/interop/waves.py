"""A wave of legs for telephony that starts and stops all telephones of an attempt together (FF-3).

A leg may begin later than its wave, or end earlier. Where an attempt can't do that, the wave is rung in parts: each
part is a span of time in which the same legs ring, and an attempt of its own. A telephone that rings through several
parts stops for a moment between them.
"""

from __future__ import annotations

import json
import re
from typing import Final, Self

import attrs

from agentprov.errors import Code, InvalidValue, MalformedDocument
from agentprov.model.calls import Busy, CallEvent, LegFailed, NoAnswer, Rejected
from agentprov.model.destinations import LONGEST_RING
from agentprov.model.ids import UserId, is_identifier
from agentprov.model.steps import Leg, Ring
from agentprov.model.text import matches

Failed = NoAnswer | Busy | Rejected | LegFailed
"""What a part of a wave ends with when nobody answered."""

_FAILURES: Final[dict[str, Failed]] = {
    "no-answer": NoAnswer(),
    "busy": Busy(),
    "rejected": Rejected(),
    "failed": LegFailed(),
}
"""By name in the written form; the first of them that is true of any leg is what the wave ended with."""

_ORDER: Final = tuple(_FAILURES.values())
_NAMES: Final = {type(event): name for name, event in _FAILURES.items()}
_NUMBER: Final = re.compile(r"\+?[0-9]{1,20}(?:;ext=[0-9]{1,20})?")
_LEG_PARTS: Final = 5
LONGEST_WAVE: Final = 3_600
"""The longest wave, in seconds: the greatest ring budget of a tenant."""


def check_leg(leg: Leg, *path: str | int) -> None:
    """Nothing, for a leg that can be dialled.

    Raises:
        InvalidValue: ``id.invalid``, ``phone.not_canonical`` or ``field.out_of_range``, under ``path``.
    """
    if not is_identifier(leg.user):
        raise InvalidValue.of(Code.ID_INVALID, *path, "user", value=str(leg.user))
    if not matches(_NUMBER, leg.number):
        raise InvalidValue.of(Code.PHONE_NOT_CANONICAL, *path, "number", value=str(leg.number)[:80])
    for name, value, low in (("delay", leg.delay, 0), ("duration", leg.duration, 1)):
        if type(value) is not int or not low <= value <= LONGEST_WAVE:
            raise InvalidValue.of(Code.FIELD_OUT_OF_RANGE, *path, name, value=str(value), low=low, high=LONGEST_WAVE)


@attrs.frozen(kw_only=True)
class Wave:
    """What is to ring of a wave, from its next part on, and what the parts before it ended with at best.

    >>> from agentprov.model.calls import Busy, NoAnswer
    >>> from agentprov.model.ids import UserId
    >>> from agentprov.model.steps import Leg, Ring
    >>> asha = Leg(user=UserId("u-asha"), number="101", delay=0, duration=30)
    >>> ravi = Leg(user=UserId("u-ravi"), number="102", delay=20, duration=30)
    >>> wave = Wave.of(Ring(legs=(asha, ravi), duration=50))
    >>> [leg.number for leg in wave.now], wave.seconds
    (['101'], 20)
    >>> wave = wave.after(NoAnswer())
    >>> [leg.number for leg in wave.now], wave.seconds
    (['101', '102'], 10)
    >>> wave.after(Busy()).after(Busy())
    NoAnswer()
    """

    legs: tuple[Leg, ...]
    failure: Failed | None = None

    def __attrs_post_init__(self) -> None:
        if not self.legs:
            raise InvalidValue.of(Code.FIELD_EMPTY, "legs")
        for position, leg in enumerate(self.legs):
            check_leg(leg, "legs", position)

    @classmethod
    def of(cls, ring: Ring) -> Self:
        """The whole wave of a step.

        Raises:
            InvalidValue: a leg that no step has: see :func:`check_leg`.
        """
        return cls(legs=ring.legs)

    @property
    def _start(self) -> int:
        return min(leg.delay for leg in self.legs)

    @property
    def _cut(self) -> int:
        """When the first part ends: a leg stops, or another begins, or it has rung as long as one number may."""
        start = self._start
        edges = (edge for leg in self.legs for edge in (leg.delay, leg.end) if edge > start)
        return min(start + LONGEST_RING, *edges)

    @property
    def now(self) -> tuple[Leg, ...]:
        """The legs that ring in the next part, in their order."""
        start = self._start
        return tuple(leg for leg in self.legs if leg.delay == start)

    @property
    def seconds(self) -> int:
        """How long the next part rings; a time in which nothing rings is left out."""
        return self._cut - self._start

    @property
    def in_parts(self) -> bool:
        """Whether there is more than the next part: one after it, or what those before it ended with.

        Then the wave has to be kept with the call's state, to be asked what follows.
        """
        return self.failure is not None or bool(self._later())

    def _later(self) -> tuple[Leg, ...]:
        cut = self._cut
        return tuple(
            attrs.evolve(leg, delay=max(leg.delay, cut) - cut, duration=leg.end - max(leg.delay, cut))
            for leg in self.legs
            if leg.end > cut
        )

    def after(self, event: CallEvent) -> Wave | CallEvent:
        """What follows when this is reported of the next part: the wave without it, or what to tell the router."""
        if not isinstance(event, Failed):
            return event
        failure = event if self.failure is None else min(event, self.failure, key=_ORDER.index)
        later = self._later()
        return Wave(legs=later, failure=failure) if later else failure

    def to_json(self) -> str:
        """The wave as one line of JSON."""
        failure = None if self.failure is None else _NAMES[type(self.failure)]
        legs = [[leg.user, leg.number, leg.delay, leg.duration, leg.confirm] for leg in self.legs]
        return json.dumps([failure, legs], separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The wave that was written as ``text``.

        Raises:
            MalformedDocument: ``state.malformed``, or what is wrong with a leg.
        """
        try:
            document = json.loads(text)
        except (ValueError, RecursionError, TypeError):
            raise MalformedDocument.of(Code.STATE_MALFORMED) from None
        match document:
            case [None | str() as failure, [*legs]] if failure is None or failure in _FAILURES:
                pass
            case _:
                raise MalformedDocument.of(Code.STATE_MALFORMED)
        try:
            return cls(
                legs=tuple(_leg(leg, position) for position, leg in enumerate(legs)),
                failure=None if failure is None else _FAILURES[failure],
            )
        except InvalidValue as error:
            raise MalformedDocument(error.problems) from None


def _leg(value: object, position: int) -> Leg:
    if not isinstance(value, list) or len(value) != _LEG_PARTS:
        raise MalformedDocument.of(Code.STATE_MALFORMED, "legs", position)
    user, number, delay, duration, confirm = value
    if type(confirm) is not bool:
        raise MalformedDocument.of(Code.STATE_MALFORMED, "legs", position, 4)
    return Leg(user=UserId(user), number=number, delay=delay, duration=duration, confirm=confirm)
