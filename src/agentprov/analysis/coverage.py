"""What callers get, over any period: for each number the exact intervals and what a caller gets in each (AN-2).

It is worked out from the boundaries and not by sampling: :mod:`agentprov.analysis.clockwork` tells at which instants
the answer can change, and :mod:`agentprov.analysis.outcomes` what it is, asked once for each distinct set of open time
groups. Instants are the starts of calls. Unless live facts are given, everybody is at work: logged in to the panel and
available, so that hours alone decide.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import compress
from operator import is_not
from typing import NamedTuple

import attrs

from agentprov.analysis.clockwork import Clockwork, Period
from agentprov.analysis.outcomes import Chance, Outcome, Outcomes
from agentprov.engine.call_flow import Router
from agentprov.engine.zones import EARLIEST, LATEST, check_range, seconds
from agentprov.errors import Code, InvalidValue
from agentprov.model.calls import Call
from agentprov.model.contact import PhoneNumber, without_suffix
from agentprov.model.ids import IvrId, NumberId
from agentprov.model.live import Live
from agentprov.model.references import Kind
from agentprov.model.steps import End
from agentprov.model.tenant import Tenant


class Stretch(NamedTuple):
    """An interval of starts of calls, from ``start`` until before ``end``, and what a caller gets in it."""

    start: int
    end: int
    outcome: Outcome

    @property
    def seconds(self) -> int:
        """How long it is."""
        return self.end - self.start


def _stretches(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    return tuple(stretches)


@attrs.frozen(kw_only=True)
class NumberCoverage:
    """What callers of one number get from ``start`` until before ``end``, in seconds since 1970.

    The stretches fill the period in order, and neighbours differ. Where they are equal, outcomes are one object.
    """

    number: NumberId
    stretches: tuple[Stretch, ...] = attrs.field(converter=_stretches)

    @property
    def start(self) -> int:
        """The first instant of the period."""
        return self.stretches[0].start

    @property
    def end(self) -> int:
        """The instant at which the period is over."""
        return self.stretches[-1].end

    def at(self, when: int | datetime) -> Outcome:
        """What a caller gets at an instant of the period.

        Raises:
            InvalidValue: ``field.out_of_range``, for an instant outside it; ``field.naive_instant``.
        """
        at = seconds(when)
        check_range(at, self.start, self.end - 1)
        return self.stretches[bisect_right(self.stretches, at, key=_start_of) - 1].outcome

    def seconds(self, chance: Chance) -> int:
        """The seconds in which this is the best that can become of a call, whatever the caller presses."""
        return self._seconds(lambda found: found.chance is chance)

    def share(self, chance: Chance) -> float:
        """The same as a share of the period, from 0 to 1."""
        return self.seconds(chance) / (self.end - self.start)

    @property
    def open_seconds(self) -> int:
        """The seconds in which somebody can be rung."""
        return self.seconds(Chance.SOMEBODY)

    @property
    def hang_up_seconds(self) -> int:
        """The seconds in which a call is hung up if nobody answers and no key is pressed."""
        return self._seconds(lambda found: isinstance(found.course.last, End))

    @property
    def hang_up_share(self) -> float:
        """The same as a share of the period."""
        return self.hang_up_seconds / (self.end - self.start)

    @property
    def gaps(self) -> tuple[tuple[int, int], ...]:
        """When nobody can be rung: (from, until before) each, in order, none touching."""
        return self._when(lambda found: found.chance is not Chance.SOMEBODY)

    @property
    def lost(self) -> tuple[tuple[int, int], ...]:
        """When a call is hung up whatever the caller does: no agent, no message. Such intervals are parts of gaps."""
        return self._when(lambda found: found.chance is Chance.NOTHING)

    def option_gaps(self, ivr: IvrId, digits: str) -> tuple[tuple[int, int], ...]:
        """When an option of a menu can be chosen and leads to nobody."""
        return self._when(
            lambda found: any(
                choice.ivr == ivr and choice.digits == digits and choice.course.chance is not Chance.SOMEBODY
                for choice in found.choices
            )
        )

    @property
    def outcomes(self) -> tuple[tuple[Outcome, int], ...]:
        """Each distinct outcome with its seconds in all, in the order in which they first come."""
        found: dict[Outcome, int] = {}
        for stretch in self.stretches:
            found[stretch.outcome] = found.get(stretch.outcome, 0) + stretch.seconds
        return tuple(found.items())

    def _seconds(self, test: Callable[[Outcome], bool]) -> int:
        return sum(stretch.seconds for stretch in self.stretches if test(stretch.outcome))

    def _when(self, test: Callable[[Outcome], bool]) -> tuple[tuple[int, int], ...]:
        found: list[tuple[int, int]] = []
        for stretch in self.stretches:
            if test(stretch.outcome):
                start = found.pop()[0] if found and found[-1][1] == stretch.start else stretch.start
                found.append((start, stretch.end))
        return tuple(found)


def _start_of(stretch: Stretch) -> int:
    return stretch.start


def everybody_present(tenant: Tenant) -> Live:
    """The live facts of a tenant where everybody is logged in to the panel and available."""
    return Live(panel=tenant.users)


class Coverage:
    """What callers of a tenant get, ready to be asked over any period. Threads may share it.

    ``caller`` is who calls; without one the caller is anonymous. ``live`` holds throughout; without it everybody is
    present.
    """

    __slots__ = ("_caller", "_clockwork", "_outcomes", "tenant")

    def __init__(self, tenant: Tenant, *, live: Live | None = None, caller: PhoneNumber | None = None) -> None:
        self.tenant = tenant
        self._caller = caller
        facts = everybody_present(tenant) if live is None else live
        self._clockwork = Clockwork(tenant, facts, caller)
        self._outcomes = Outcomes(Router(tenant), self._clockwork, facts)

    def outcome(self, number: NumberId, at: int | datetime) -> Outcome:
        """What a caller of a number gets at an instant: a datetime with its offset, or seconds since 1970.

        Raises:
            InvalidValue: ``object.unknown``, for a number that the tenant doesn't have; ``field.naive_instant`` or
                ``field.out_of_range``, for the instant.
        """
        return self._outcomes.of(self._call(number), seconds(at))

    def number(self, number: NumberId, start: int | datetime, end: int | datetime) -> NumberCoverage:
        """What callers of a number get from ``start`` until before ``end``.

        Raises:
            InvalidValue: as :meth:`outcome`; ``field.out_of_range`` also for an end that isn't after the start.
        """
        return self._cover(number, self._period(start, end))

    def numbers(self, start: int | datetime, end: int | datetime) -> Iterator[NumberCoverage]:
        """The same for every number of the tenant, one after the other; what they have in common is worked out once.

        Raises:
            InvalidValue: as :meth:`number`.
        """
        period = self._period(start, end)
        return (self._cover(number, period) for number in self.tenant.numbers)

    def _call(self, number: NumberId) -> Call:
        if number not in self.tenant.numbers:
            raise InvalidValue.of(Code.OBJECT_UNKNOWN, "number", value=number)
        return Call(to=without_suffix(self.tenant.numbers[number].phone), caller=self._caller)

    def _period(self, start: int | datetime, end: int | datetime) -> Period:
        begin, until = seconds(start), seconds(end)
        check_range(begin, EARLIEST, LATEST - 1, "start")
        check_range(until, begin + 1, LATEST, "end")
        return Period(self._clockwork, begin, until)

    def _cover(self, number: NumberId, period: Period) -> NumberCoverage:
        call = self._call(number)
        bits = period.bits(self._clockwork.met[Kind.NUMBERS.value, number])
        earliest = dict(zip(reversed(bits.values()), reversed(bits), strict=True))
        answers = {each: self._outcomes.of(call, at) for each, at in earliest.items()}
        found = [answers[each] for each in bits.values()]
        # Equal outcomes are one object, so neighbours are compared by identity.
        turns = list(map(is_not, found, [None, *found[:-1]]))
        starts = list(compress(bits, turns))
        ends = [*starts[1:], period.end]
        return NumberCoverage(
            number=number, stretches=map(Stretch._make, zip(starts, ends, compress(found, turns), strict=True))
        )
