"""Is it open, why, and until when: a time group ready to be asked (HR-1 to HR-6).

The theory. :mod:`agentprov.engine.days` says what holds at each second of a local date; :mod:`agentprov.engine.zones`
cuts time into pieces in which local time is UTC plus a number; :mod:`agentprov.engine.timeline` lays the days into
the pieces, which gives the instants at which the answer changes. That is all there is: gaps, overlaps and skipped
dates of clock changes have no case of their own. What is here remembers: blocks, and the last span asked about, for
a clock moves on slowly and most questions fall where the last one did.

An instant is an integer of whole seconds since 1970-01-01T00:00Z; :func:`agentprov.engine.zones.epoch` and
:func:`agentprov.engine.zones.instant` turn aware datetimes into it and back.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from datetime import datetime
from operator import itemgetter
from typing import Final
from weakref import WeakValueDictionary

import attrs

from agentprov.engine.days import NOTHING_OPENS, HoursReason, Verdict
from agentprov.engine.timeline import BLOCK_BITS, Block, Regions, Timeline, regions
from agentprov.engine.zones import EARLIEST, LATEST, check_range, epoch, seconds
from agentprov.model.hours import CalendarEntry, HolidayCalendar, HoursException, TimeGroup
from agentprov.model.ids import CalendarId
from agentprov.model.intervals import WeeklyInterval
from agentprov.model.settings import Emergency

_MOST_BLOCKS: Final = 8
"""How many blocks are kept; the one made first goes first."""


@attrs.frozen(kw_only=True)
class HoursState:
    """The answer at an instant: open or closed, which layer says so, which ones lost, and until when.

    ``losers`` are in order of strength. ``until`` is the next instant at which it is the other way, in seconds since
    1970; the reason may change before. ``None``: never, as far as the year 2200.
    """

    open: bool
    because: HoursReason
    losers: tuple[HoursReason, ...]
    until: int | None


class _Span:
    """A stretch of one answer within a block."""

    __slots__ = ("end", "open", "start", "state", "verdict")

    def __init__(self, start: int, end: int, verdict: Verdict) -> None:
        self.start = start
        self.end = end
        self.open = verdict.open
        self.verdict = verdict
        self.state: HoursState | None = None


class _Spans:
    """A block with its spans, each made when first asked for. The span at place n is that of the n-th start, from 1."""

    __slots__ = ("_opens", "block", "spans", "starts")

    def __init__(self, block: Block) -> None:
        self._opens: list[tuple[int, int]] | None = None
        self.block = block
        self.starts = block.starts
        self.spans: list[_Span | None] = [None] * (len(block.starts) + 1)

    @property
    def opens(self) -> list[tuple[int, int]]:
        """When it is open within the block, none touching; made when first asked for. It isn't to be changed."""
        if self._opens is None:
            found: list[tuple[int, int]] = []
            for begin, until, verdict in zip(
                self.starts, [*self.starts[1:], self.block.end], self.block.verdicts, strict=True
            ):
                if verdict.open:
                    found.append((found.pop()[0] if found and found[-1][1] == begin else begin, until))
            # INVARIANT: idempotent; a list that loses a race is equal.
            self._opens = found
        return self._opens

    def make(self, place: int) -> _Span:
        end = self.starts[place] if place < len(self.starts) else self.block.end
        span = _Span(self.starts[place - 1], end, self.block.verdicts[place - 1])
        # INVARIANT: idempotent; a span that loses a race answers alike.
        self.spans[place] = span
        return span


_NOWHERE: Final = _Span(LATEST, EARLIEST, NOTHING_OPENS)
"""A span that no instant is in."""


class Hours:
    """A time group, ready to be asked. It never changes for whoever asks, and threads share it.

    Instants are whole seconds since 1970, or datetimes with an offset, from ``EARLIEST`` until before ``LATEST`` (the
    years 1970 to 2200). Answers are in seconds; :func:`agentprov.engine.zones.instant` makes a datetime of them.

    >>> from datetime import UTC, datetime
    >>> from agentprov.engine.zones import epoch, instant
    >>> from agentprov.model.dates import WORKDAYS
    >>> from agentprov.model.ids import TimeGroupId
    >>> from agentprov.model.intervals import weekly_hours
    >>> week = weekly_hours(WORKDAYS, "09:00-17:00")
    >>> office = TimeGroup(id=TimeGroupId("office"), name="Office", time_zone="Europe/Oslo", weekly=week)
    >>> hours = Hours(office, {})
    >>> monday_noon = epoch(datetime(2026, 11, 23, 11, tzinfo=UTC))
    >>> hours.is_open(monday_noon)
    True
    >>> instant(hours.next_change(monday_noon)).isoformat()
    '2026-11-23T16:00:00+00:00'
    """

    __slots__ = ("__weakref__", "_blocks", "_last", "_timeline")

    def __init__(
        self,
        group: TimeGroup,
        calendars: Mapping[CalendarId, HolidayCalendar],
        emergency: Emergency | None = None,
    ) -> None:
        """Compile ``group`` with the calendars it uses, and the tenant-wide ``emergency`` if there is one."""
        self._timeline = Timeline(group, calendars, emergency)
        # INVARIANT: both memos are replaced by one assignment of a finished value that depends on the schedule alone:
        # a thread sees the one before or the one after, and one that is lost in a race is only made again.
        self._blocks: dict[int, _Spans] = {}
        self._last = _NOWHERE

    def is_open(self, at: int | datetime) -> bool:
        """Whether it is open at ``at``: seconds since 1970, or a datetime with its offset, which costs more.

        Raises:
            InvalidValue: ``field.out_of_range``, for an instant outside the years 1970 to 2200;
                ``field.naive_instant``.
        """
        if not isinstance(at, int):
            at = epoch(at)
        last = self._last
        if last.start <= at < last.end:
            return last.open
        # What follows is `_find` where all is there already: the call alone would cost a fifth of the time.
        spans = self._blocks.get(at >> BLOCK_BITS)
        if spans is not None:
            span = spans.spans[bisect_right(spans.starts, at)]
            if span is not None:
                self._last = span
                return span.open
        return self._find(at).open

    def state(self, at: int | datetime) -> HoursState:
        """Whether it is open at ``at``, why, against which other layers, and until when.

        Raises:
            InvalidValue: as :meth:`is_open`.
        """
        if not isinstance(at, int):
            at = epoch(at)
        span = self._last
        if not span.start <= at < span.end:
            # As in `is_open`: `_find` without the call, where all is there already.
            spans = self._blocks.get(at >> BLOCK_BITS)
            span = (spans and spans.spans[bisect_right(spans.starts, at)]) or self._find(at)
            self._last = span
        return span.state or self._state(span)

    def next_change(self, at: int | datetime) -> int | None:
        """The first instant after ``at`` at which it is closed if it is open at ``at``, or open if it is closed.

        ``None`` if that never comes, as far as the year 2200.

        Raises:
            InvalidValue: as :meth:`is_open`.
        """
        return self.state(at).until

    def intervals(self, start: int | datetime, end: int | datetime) -> tuple[tuple[int, int], ...]:
        """When it is open from ``start`` until before ``end``: (from, until before) each, in order, none touching.

        Raises:
            InvalidValue: as :meth:`is_open`; ``field.out_of_range`` also for an end before the start.
        """
        start, end = seconds(start), seconds(end)
        check_range(start, EARLIEST, LATEST)
        check_range(end, start, LATEST)
        if start == end:
            return ()
        found: list[tuple[int, int]] = []
        for number in range(start >> BLOCK_BITS, (end - 1 >> BLOCK_BITS) + 1):
            opens = self._block(number).opens
            if found and opens and found[-1][1] == opens[0][0]:
                found[-1] = (found[-1][0], opens[0][1])
                opens = opens[1:]
            found += opens
        # Those that end before the period or begin after it go, and those at its edges are cut.
        del found[bisect_left(found, end, key=itemgetter(0)) :], found[: bisect_right(found, start, key=itemgetter(1))]
        if found:
            found[0] = (max(start, found[0][0]), found[0][1])
            found[-1] = (found[-1][0], min(end, found[-1][1]))
        return tuple(found)

    def _find(self, at: int) -> _Span:
        """The span that ``at`` is in; it becomes the memo."""
        spans = self._blocks.get(at >> BLOCK_BITS)
        if spans is None:
            check_range(at, EARLIEST, LATEST - 1)
            spans = self._block(at >> BLOCK_BITS)
        place = bisect_right(spans.starts, at)
        self._last = span = spans.spans[place] or spans.make(place)
        return span

    def _block(self, number: int) -> _Spans:
        known = self._blocks
        spans = known.get(number)
        if spans is None:
            spans = _Spans(self._timeline.block(number))
            self._blocks = {**dict(list(known.items())[1 - _MOST_BLOCKS :]), number: spans}
        return spans

    def _state(self, span: _Span) -> HoursState:
        number = span.start >> BLOCK_BITS
        block = self._block(number).block
        until = block.change(block.position(span.start), now=span.open)
        if until is None:
            until = self._timeline.change_after(number, now=span.open)
        state = HoursState(open=span.open, because=span.verdict.because, losers=span.verdict.losers, until=until)
        span.state = state
        return state


# ---- sharing --------------------------------------------------------------------------------------------------------

_Schedule = tuple[
    str,
    tuple[WeeklyInterval, ...],
    tuple[HoursException, ...],
    tuple[tuple[CalendarId, tuple[CalendarEntry, ...]], ...],
    Regions,
]
# INVARIANT: a memo by value. Whichever of two racing threads stores last, both hold hours that answer alike.
_SHARED: Final[WeakValueDictionary[_Schedule, Hours]] = WeakValueDictionary()


def hours_of(
    group: TimeGroup,
    calendars: Mapping[CalendarId, HolidayCalendar],
    emergency: Emergency | None = None,
) -> Hours:
    """The hours of ``group``, shared with every time group of the same schedule, whatever its id and name.

    A new version of a tenant so keeps what was worked out for the schedules it didn't touch; hours that nobody holds
    any more are forgotten.
    """
    followed = tuple(
        (use.calendar, tuple(entry for entry in calendars[use.calendar].entries if entry.name not in use.without))
        for use in group.calendars
    )
    schedule = (group.time_zone, group.weekly, group.exceptions, followed, regions(group, emergency))
    known = _SHARED.get(schedule)
    if known is None:
        known = _SHARED[schedule] = Hours(group, calendars, emergency)
    return known


def next_scheduled_change(group: TimeGroup, calendars: Mapping[CalendarId, HolidayCalendar], at: int) -> int | None:
    """The next change of open or closed as if nothing was set by hand: the end of an override "until the next change".

    Raises:
        InvalidValue: ``field.out_of_range``.
    """
    return hours_of(attrs.evolve(group, override=None, emergency=None), calendars).next_change(at)
