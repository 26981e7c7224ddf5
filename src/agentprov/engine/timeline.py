"""A schedule laid out along time: the instants at which its answer changes, block by block.

A local date's pattern (:mod:`agentprov.engine.days`) is laid into the pieces of constant offset
(:mod:`agentprov.engine.zones`); what was set by hand is laid on top. A block is 2**25 seconds, some 388 days, and
numbered from 1970, so that the block of an instant is a shift.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from typing import Final

from agentprov.engine.days import Days, HoursReason, Layer, Verdict
from agentprov.engine.zones import EARLIEST, LATEST, epoch, pieces
from agentprov.model.hours import ClosedByEmergency, HolidayCalendar, OverrideState, TimeGroup
from agentprov.model.ids import CalendarId
from agentprov.model.intervals import DAY
from agentprov.model.settings import Emergency

BLOCK_BITS: Final = 25
LAST_BLOCK: Final = (LATEST - 1) >> BLOCK_BITS

Regions = tuple[tuple[int, tuple[HoursReason, ...]], ...]
"""From which instant on which emergencies and override are in force, the strongest first."""


class Block:
    """The answers of one block: from each of ``starts`` on, what holds; neighbours differ."""

    __slots__ = ("end", "starts", "verdicts")

    def __init__(self, end: int) -> None:
        self.end = end
        self.starts: list[int] = []
        self.verdicts: list[Verdict] = []

    def put(self, start: int, verdict: Verdict) -> None:
        """From ``start`` on, ``verdict`` holds. Starts come in order; of two equal ones the second counts."""
        if self.starts and self.starts[-1] == start:
            del self.starts[-1], self.verdicts[-1]
        if not self.verdicts or self.verdicts[-1] is not verdict:
            self.starts.append(start)
            self.verdicts.append(verdict)

    def position(self, at: int) -> int:
        """Which of ``starts`` an instant of the block belongs to."""
        return bisect_right(self.starts, at) - 1

    def change(self, position: int, *, now: bool) -> int | None:
        """The first start, from ``position`` on, from which it isn't as ``now``."""
        for start, verdict in zip(self.starts[position:], self.verdicts[position:], strict=True):
            if verdict.open is not now:
                return start
        return None


class Timeline:
    """What a time group's answers are made from. It remembers nothing but the patterns of days."""

    __slots__ = ("_days", "_region_starts", "_regions", "_zone")

    def __init__(
        self,
        group: TimeGroup,
        calendars: Mapping[CalendarId, HolidayCalendar],
        emergency: Emergency | None,
    ) -> None:
        self._zone = group.time_zone
        self._days = Days(group, calendars)
        self._regions = regions(group, emergency)
        self._region_starts = [start for start, _ in self._regions]

    def block(self, number: int) -> Block:
        """One block's answers."""
        start = number << BLOCK_BITS
        block = Block(min(number + 1 << BLOCK_BITS, LATEST))
        ruled = self._days.ruled(start // DAY - 2, block.end // DAY + 1)
        for low, high, offset in pieces(self._zone, start, block.end):
            for day in range((low + offset) // DAY, (high - 1 + offset) // DAY + 1):
                midnight = day * DAY - offset
                for second, verdict in self._days.pattern(day, ruled.get(day, ()), ruled.get(day - 1, ())):
                    if midnight + second >= high:
                        break
                    block.put(max(midnight + second, low), verdict)
        return block if len(self._regions) == 1 and not self._regions[0][1] else self._overruled(block)

    def _overruled(self, block: Block) -> Block:
        """A block with what was set by hand laid over it."""
        first = block.starts[0]
        overruled = Block(block.end)
        for at in sorted({*block.starts, *(start for start in self._region_starts if first < start < block.end)}):
            below = block.verdicts[block.position(at)]
            overruled.put(at, self._days.intern(below.under(self._in_force(at))))
        return overruled

    def _in_force(self, at: int) -> tuple[HoursReason, ...]:
        return self._regions[bisect_right(self._region_starts, at) - 1][1]

    def change_after(self, number: int, *, now: bool) -> int | None:
        """The first instant after a block at which it isn't as ``now``, given that it is so at the block's end."""
        for later in range(number + 1, LAST_BLOCK + 1):
            if not self._steady(later, now=now):
                change = self.block(later).change(0, now=now)
                if change is not None:
                    return change
        return None

    def _steady(self, number: int, *, now: bool) -> bool:
        """Whether it is quickly seen that a block is throughout as ``now``. When in doubt: no."""
        start, end = number << BLOCK_BITS, number + 1 << BLOCK_BITS
        if any(start < region < end for region in self._region_starts):
            return False
        force = self._in_force(start)
        if force:
            return force[0].open is now
        return self._days.steady(start // DAY - 1, end // DAY + 1, now=now)


def regions(group: TimeGroup, emergency: Emergency | None) -> Regions:
    """The emergencies and the override of a time group along time; the first region begins with time itself."""
    spans = [
        *_emergency(emergency, tenant_wide=True),
        *_emergency(group.emergency, tenant_wide=False),
        *_override(group),
    ]
    cuts = sorted({EARLIEST, *(cut for start, end, _ in spans for cut in (start, end))} - {LATEST})
    return tuple((cut, tuple(says for start, end, says in spans if start <= cut < end)) for cut in cuts)


def _emergency(
    emergency: Emergency | ClosedByEmergency | None, *, tenant_wide: bool
) -> list[tuple[int, int, HoursReason]]:
    if emergency is None:
        return []
    says = HoursReason(layer=Layer.EMERGENCY, open=False, name=emergency.reason, tenant_wide=tenant_wide)
    return [(EARLIEST if emergency.set_at is None else epoch(emergency.set_at), LATEST, says)]


def _override(group: TimeGroup) -> list[tuple[int, int, HoursReason]]:
    override = group.override
    if override is None:
        return []
    says = HoursReason(layer=Layer.OVERRIDE, open=override.state is OverrideState.OPEN, name=override.reason)
    return [(epoch(override.set_at), LATEST if override.until is None else epoch(override.until), says)]
