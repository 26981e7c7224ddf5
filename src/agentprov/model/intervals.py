"""Times of day and intervals on the wall clock, as every weekday and every exception has them (HR-1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

import attrs

from agentprov.errors import Code, Collector, InvalidValue
from agentprov.model.dates import Weekday

DAY: Final = 86_400
"""The seconds of a day on the wall clock."""
WEEK: Final = 7 * DAY
MOST_WEEKLY: Final = 336
"""The most intervals of a week: 48 a day."""
MOST_OF_A_DAY: Final = 48
"""The most intervals of one day's special hours."""

_TIME: Final = re.compile(r"([0-2][0-9]):([0-5][0-9])(?::([0-5][0-9]))?")


@attrs.frozen(kw_only=True, order=True)
class TimeOfDay:
    """A time on the wall clock, in whole seconds since midnight; 86,400 is 24:00, the end of the day.

    >>> print(parse_time_of_day("09:30"))
    09:30
    """

    seconds: int

    def __attrs_post_init__(self) -> None:
        if not 0 <= self.seconds <= DAY:
            raise InvalidValue.of(Code.SCHEDULE_INVALID, value=str(self.seconds))

    def __str__(self) -> str:
        return time_of_day_text(self)


def parse_time_of_day(text: str) -> TimeOfDay:
    """The time of day that ``HH:MM`` or ``HH:MM:SS`` says, 00:00 to 24:00. There are no leap seconds.

    Raises:
        InvalidValue: ``schedule.invalid``.
    """
    match = _TIME.fullmatch(text)
    if match:
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        total = hours * 3600 + minutes * 60 + seconds
        if total <= DAY:
            return TimeOfDay(seconds=total)
    raise InvalidValue.of(Code.SCHEDULE_INVALID, value=text)


def time_of_day_text(time: TimeOfDay) -> str:
    """``HH:MM``, with ``:SS`` only where the seconds aren't zero. Parsing it gives the same time."""
    minutes, seconds = divmod(time.seconds, 60)
    text = f"{minutes // 60:02}:{minutes % 60:02}"
    return f"{text}:{seconds:02}" if seconds else text


@attrs.frozen(kw_only=True)
class DayInterval:
    """From ``start`` until before ``end`` on the wall clock: at ``end`` itself it is over.

    An end of 24:00 or 00:00 is the end of the day; an end before the start is on the next day, and the whole interval
    belongs to the day it starts on. A start at 24:00 and a length of zero are errors. 00:00-24:00 is the whole day.
    """

    start: TimeOfDay
    end: TimeOfDay

    def __attrs_post_init__(self) -> None:
        found = Collector()
        _check_times(found, self.start, self.end)
        found.check()

    @property
    def seconds(self) -> tuple[int, int]:
        """Start and end in seconds since the midnight the day begins with; an end on the next day is over 86,400."""
        return _seconds(self.start, self.end)

    def __str__(self) -> str:
        return f"{self.start}-{self.end}"


@attrs.frozen(kw_only=True)
class WeeklyInterval:
    """An interval of every week, as :class:`DayInterval` has it, on one weekday: the one it starts on."""

    day: Weekday
    start: TimeOfDay
    end: TimeOfDay

    def __attrs_post_init__(self) -> None:
        found = Collector()
        _check_times(found, self.start, self.end)
        found.check()

    @property
    def seconds(self) -> tuple[int, int]:
        """Start and end in seconds since the midnight the day begins with; an end on the next day is over 86,400."""
        return _seconds(self.start, self.end)

    def __str__(self) -> str:
        return f"{self.day} {self.start}-{self.end}"


def day_hours(*hours: str) -> tuple[DayInterval, ...]:
    """Intervals of a day from text: ``day_hours("09:00-12:00", "13:00-17:00")``.

    Raises:
        InvalidValue: ``schedule.invalid``.
    """
    found = []
    for text in hours:
        start, _, end = text.partition("-")
        found.append(DayInterval(start=parse_time_of_day(start), end=parse_time_of_day(end)))
    return tuple(found)


def weekly_hours(days: Iterable[Weekday], *hours: str) -> tuple[WeeklyInterval, ...]:
    """The same intervals on each of ``days``, from text: ``weekly_hours(WORKDAYS, "09:00-17:00")``.

    Raises:
        InvalidValue: ``schedule.invalid``.
    """
    intervals = day_hours(*hours)
    return tuple(WeeklyInterval(day=day, start=each.start, end=each.end) for day in days for each in intervals)


def _seconds(start: TimeOfDay, end: TimeOfDay) -> tuple[int, int]:
    return start.seconds, end.seconds if end.seconds > start.seconds else end.seconds + DAY


def _check_times(found: Collector, start: TimeOfDay, end: TimeOfDay) -> None:
    if start.seconds == DAY or start == end:
        found.add(Code.SCHEDULE_INVALID, value=f"{start}-{end}")


def check_day(found: Collector, field: str, intervals: Sequence[DayInterval]) -> None:
    """Note what is wrong with the intervals of one day together: none, too many, overlaps."""
    if not intervals:
        found.add(Code.FIELD_EMPTY, field)
    elif len(intervals) > MOST_OF_A_DAY:
        found.add(Code.SCHEDULE_TOO_MANY, field, limit=MOST_OF_A_DAY)
    else:
        _check_overlaps(found, field, [(str(each), *each.seconds) for each in intervals])


def check_week(found: Collector, field: str, intervals: Sequence[WeeklyInterval]) -> None:
    """Note what is wrong with the intervals of a week together: too many, overlaps, Sunday's into Monday too."""
    if len(intervals) > MOST_WEEKLY:
        found.add(Code.SCHEDULE_TOO_MANY, field, limit=MOST_WEEKLY)
    else:
        midnights = [each.day.number * DAY for each in intervals]
        spans = [
            (str(each), midnight + each.seconds[0], midnight + each.seconds[1])
            for midnight, each in zip(midnights, intervals, strict=True)
        ]
        _check_overlaps(found, field, spans)


def _check_overlaps(found: Collector, field: str, spans: Sequence[tuple[str, int, int]]) -> None:
    """Note each interval that begins before an earlier one is over. What passes the week's end goes on at its start."""
    pieces = sorted(
        piece
        for i, (_, start, end) in enumerate(spans)
        for piece in ([(start, end, i)] if end <= WEEK else [(start, WEEK, i), (0, end - WEEK, i)])
    )
    until, last = 0, 0
    for start, end, i in pieces:
        if start < until:
            found.add(Code.SCHEDULE_OVERLAP, field, i, value=spans[i][0], other=spans[last][0])
        until, last = max((until, last), (end, i))
