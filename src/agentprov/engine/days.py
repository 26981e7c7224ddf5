"""What holds on one local date, second by second, from the rules of that date and of the one before (HR-1, HR-3, HR-5).

The theory. Everything that opens does so in an interval that belongs to the local date it starts on, and may run into
the next date. So a second of a date depends on the weekday, on the rules that name this date, and on those that name
the date before; nothing else. :meth:`Days.verdict` is that dependency, word for word; a pattern is its value wherever
it can change. Patterns are memoised: a year has some 365 dates and a handful of patterns.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Final, assert_never

import attrs

from agentprov.model.dates import (
    DateRange,
    DateRule,
    LastWeekday,
    MonthlyDay,
    NthWeekday,
    OneDate,
    Weekday,
    Yearly,
)
from agentprov.model.hours import (
    CalendarEntry,
    Closed,
    HolidayCalendar,
    HoursEffect,
    HoursException,
    OpenAllDay,
    Special,
    TimeGroup,
)
from agentprov.model.ids import CalendarId
from agentprov.model.intervals import DAY

_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
_THURSDAY: Final = 3  # the weekday of 1970-01-01


class Layer(StrEnum):
    """What can decide whether it is open, the strongest first."""

    EMERGENCY = "emergency"
    OVERRIDE = "override"
    EXCEPTION = "exception"
    CALENDAR = "calendar"
    WEEKLY = "weekly"
    CLOSED = "closed"


_STRENGTH: Final = {layer: place for place, layer in enumerate(Layer)}


@attrs.frozen(kw_only=True)
class HoursReason:
    """What one layer says at an instant. ``CLOSED`` is no layer's word: nothing opens, so it is closed."""

    layer: Layer
    open: bool
    name: str | None = None
    """The exception's or the calendar entry's name; the reason given for an override or an emergency."""
    calendar: CalendarId | None = None
    """The holiday calendar of the entry."""
    tenant_wide: bool = False
    """Whether it is the emergency of the whole tenant rather than the time group's own."""


@attrs.frozen(kw_only=True)
class Verdict:
    """What holds at a moment: the layer that decides and the ones that lost to it, the strongest first."""

    because: HoursReason
    losers: tuple[HoursReason, ...] = ()

    @property
    def open(self) -> bool:
        """Whether it is open."""
        return self.because.open

    def under(self, stronger: tuple[HoursReason, ...]) -> Verdict:
        """The same moment with stronger layers above, themselves the strongest first. That nothing opens can't lose."""
        if not stronger:
            return self
        lost = () if self is NOTHING_OPENS else (self.because, *self.losers)
        return Verdict(because=stronger[0], losers=(*stronger[1:], *lost))


NOTHING_OPENS: Final = Verdict(because=HoursReason(layer=Layer.CLOSED, open=False))
_WEEKLY: Final = HoursReason(layer=Layer.WEEKLY, open=True)

Spans = tuple[tuple[int, int], ...]
"""Half-open intervals in seconds since the midnight of the date they belong to; an end may be on the next date."""
Pattern = tuple[tuple[int, Verdict], ...]
"""From which second of the date what holds; the first second is 0, and neighbours differ."""


class Rule:
    """An exception or a calendar entry, ready to be asked."""

    __slots__ = ("adds", "closeness", "dates", "says_closed", "says_open", "spans")

    def __init__(self, source: HoursException | CalendarEntry, layer: Layer, calendar: CalendarId | None) -> None:
        self.dates: DateRule = source.dates
        self.closeness = _closeness(source.dates)
        self.adds = source.only_adds
        self.spans: Spans = _effect_spans(source.effect)
        self.says_open = HoursReason(layer=layer, open=True, name=source.name, calendar=calendar)
        self.says_closed = HoursReason(layer=layer, open=False, name=source.name, calendar=calendar)


def _closeness(dates: DateRule) -> int:
    match dates:
        case OneDate():
            return 0
        case DateRange():
            return 1
        case Yearly() | MonthlyDay() | NthWeekday() | LastWeekday():
            return 2
        case _:
            assert_never(dates)


def _effect_spans(effect: HoursEffect) -> Spans:
    match effect:
        case Closed():
            return ()
        case OpenAllDay():
            return ((0, DAY),)
        case Special(intervals=intervals):
            return tuple(each.seconds for each in intervals)
        case _:
            assert_never(effect)


def ranked_rules(group: TimeGroup, calendars: Mapping[CalendarId, HolidayCalendar]) -> tuple[Rule, ...]:
    """Every rule, the strongest first: exceptions before calendars, closer dates before wider ones, then list order."""
    exceptions = [Rule(each, Layer.EXCEPTION, None) for each in group.exceptions]
    entries = [
        Rule(entry, Layer.CALENDAR, use.calendar)
        for use in group.calendars
        for entry in calendars[use.calendar].entries
        if entry.name not in use.without
    ]
    return (*sorted(exceptions, key=_by_closeness), *sorted(entries, key=_by_closeness))


def _by_closeness(rule: Rule) -> int:
    return rule.closeness


class Days:
    """A schedule's local dates. A day is a number, counted from 1970-01-01; ranks are positions in the ranked rules."""

    __slots__ = ("_patterns", "_verdicts", "_weekly", "rules")

    def __init__(self, group: TimeGroup, calendars: Mapping[CalendarId, HolidayCalendar]) -> None:
        self.rules = ranked_rules(group, calendars)
        self._weekly: tuple[Spans, ...] = tuple(
            tuple(each.seconds for each in group.weekly if each.day is day) for day in Weekday
        )
        # INVARIANT: both memos only ever gain a value that depends on its key alone, by one assignment each: two
        # threads that race store equal values, and a verdict stored second is equal to the one stored first.
        self._patterns: dict[tuple[int, tuple[int, ...], tuple[int, ...]], Pattern] = {}
        self._verdicts: dict[Verdict, Verdict] = {NOTHING_OPENS: NOTHING_OPENS}

    def ruled(self, first: int, last: int) -> dict[int, tuple[int, ...]]:
        """The days from ``first`` to ``last``, both included, that rules name, each with their ranks in order."""
        found: dict[int, tuple[int, ...]] = {}
        for rank, rule in enumerate(self.rules):
            for day in days_of(rule.dates, first, last):
                found[day] = (*found.get(day, ()), rank)
        return found

    def pattern(self, day: int, today: tuple[int, ...], yesterday: tuple[int, ...]) -> Pattern:
        """What holds on a day that the rules ``today`` name, after one that the rules ``yesterday`` name."""
        weekday = (day + _THURSDAY) % 7
        key = (weekday, today, yesterday)
        known = self._patterns.get(key)
        if known is None:
            known = self._patterns[key] = self._make_pattern(weekday, today, yesterday)
        return known

    def _make_pattern(self, weekday: int, today: tuple[int, ...], yesterday: tuple[int, ...]) -> Pattern:
        spans = [*self._weekly[weekday], *(span for rank in today for span in self.rules[rank].spans)]
        tails = [end - DAY for _, spans_of in self._starting(weekday - 1, yesterday) for _, end in spans_of]
        cuts = {0, *(second for span in spans for second in span), *tails}
        pattern: list[tuple[int, Verdict]] = []
        for second in sorted(cut for cut in cuts if 0 <= cut < DAY):
            verdict = self.verdict(second, weekday, today, yesterday)
            if not pattern or pattern[-1][1] is not verdict:
                pattern.append((second, verdict))
        return tuple(pattern)

    def verdict(self, second: int, weekday: int, today: tuple[int, ...], yesterday: tuple[int, ...]) -> Verdict:
        """What holds at a second of a day: the definition, as the documentation tells it.

        The rules that name the date speak in order of rank, up to the first that owns it, and the first that speaks
        decides. Where none owns the date, the strongest of everything open decides: rules, tails of the evening
        before, weekly hours; and where nothing is open it is closed.
        """
        spoken = list(self._spoken(second, today))
        owned = any(not self.rules[rank].adds for rank in today)
        tails = [says for says, spans in self._starting(weekday - 1, yesterday) if _covers(spans, second + DAY)]
        weekly = [_WEEKLY] if _covers(self._weekly[weekday], second) else []
        voices = [*spoken, *tails, *weekly] if owned else _by_strength([*spoken, *tails, *weekly])
        if not voices:
            return NOTHING_OPENS
        because, *rest = dict.fromkeys(voices)
        return self.intern(Verdict(because=because, losers=tuple(_by_strength(rest))))

    def _spoken(self, second: int, today: tuple[int, ...]) -> Iterator[HoursReason]:
        """What the rules that name the date say at a second of it; one that only adds is silent outside its hours."""
        for rank in today:
            rule = self.rules[rank]
            if _covers(rule.spans, second):
                yield rule.says_open
            elif not rule.adds:
                yield rule.says_closed

    def _starting(self, weekday: int, named: tuple[int, ...]) -> Iterator[tuple[HoursReason, Spans]]:
        """What opens on a day, by the rules up to the first that owns it, and by the week where none owns it."""
        for rank in named:
            rule = self.rules[rank]
            yield rule.says_open, rule.spans
            if not rule.adds:
                return
        yield _WEEKLY, self._weekly[weekday % 7]

    def steady(self, first: int, last: int, *, now: bool) -> bool:
        """Whether it is quickly seen that every day from ``first`` to ``last`` is throughout as ``now``."""
        ruled = self.ruled(first - 1, last)
        touched = {day for named in ruled for day in (named, named + 1)}
        plain = (self.pattern(day, (), ()) for day in range(7))
        special = (self.pattern(day, ruled.get(day, ()), ruled.get(day - 1, ())) for day in sorted(touched))
        return all(verdict.open is now for pattern in (*plain, *special) for _, verdict in pattern)

    def intern(self, verdict: Verdict) -> Verdict:
        """The one object that stands for all equal verdicts, so that neighbours are compared by identity."""
        return self._verdicts.setdefault(verdict, verdict)


def _covers(spans: Spans, second: int) -> bool:
    return any(start <= second < end for start, end in spans)


def _by_strength(reasons: Iterable[HoursReason]) -> list[HoursReason]:
    return sorted(reasons, key=lambda reason: _STRENGTH[reason.layer])


# ---- the days a rule names ------------------------------------------------------------------------------------------


def days_of(dates: DateRule, first: int, last: int) -> Iterable[int]:
    """The days from ``first`` to ``last``, both included, that a rule names, in order."""
    match dates:
        case OneDate(date=one):
            named: Iterable[int] = (one.toordinal() - _EPOCH_DAY,)
        case DateRange(first=begin, last=end):
            return range(max(first, begin.toordinal() - _EPOCH_DAY), min(last, end.toordinal() - _EPOCH_DAY) + 1)
        case Yearly(month=month, day=day):
            named = (_day(year, month, day) for year in _years(first, last) if day <= _length(year, month))
        case MonthlyDay(day=day):
            named = (
                _day(year, month, day) for year, month in _months(first, last, None) if day <= _length(year, month)
            )
        case NthWeekday(weekday=weekday, nth=nth, month=only):
            named = (
                _day(year, month, 1) + ahead
                for year, month in _months(first, last, only)
                for ahead in [(weekday.number - _first_weekday(year, month)) % 7 + 7 * (nth - 1)]
                if ahead < _length(year, month)
            )
        case LastWeekday(weekday=weekday, month=only):
            named = (
                end - (end + _THURSDAY - weekday.number) % 7
                for year, month in _months(first, last, only)
                for end in [_day(year, month, _length(year, month))]
            )
        case _:
            assert_never(dates)
    return (day for day in named if first <= day <= last)


def _years(first: int, last: int) -> range:
    return range(date.fromordinal(first + _EPOCH_DAY).year, date.fromordinal(last + _EPOCH_DAY).year + 1)


def _months(first: int, last: int, only: int | None) -> Iterator[tuple[int, int]]:
    months = range(1, 13) if only is None else (only,)
    return ((year, month) for year in _years(first, last) for month in months)


def _day(year: int, month: int, day: int) -> int:
    return date(year, month, day).toordinal() - _EPOCH_DAY


def _length(year: int, month: int) -> int:
    return monthrange(year, month)[1]


def _first_weekday(year: int, month: int) -> int:
    return monthrange(year, month)[0]
