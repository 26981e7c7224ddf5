"""An iCalendar file (RFC 5545) as a holiday calendar; needs the extra ``icalendar``.

The theory. Only the lines of a file that tell when an event is go on to the library
(:mod:`agentprov.interop.ical_text`), so that time zones, alarms and whatever else stands there can do no harm; and only
rules that can be followed in a short time (:mod:`agentprov.interop.recurrence`). The library works out which events
there are, with exclusions and replacements; what is here lays them on the clock on the wall of one time zone.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import Any, Final
from zoneinfo import ZoneInfo

import attrs

from agentprov.errors import Code, Collector, InvalidValue, MalformedDocument, MissingExtra
from agentprov.interop.ical_text import Event, read_events
from agentprov.interop.recurrence import check_rules
from agentprov.interop.years import asked_years
from agentprov.model.dates import DateRange, DateRule, OneDate
from agentprov.model.hours import (
    MOST_ENTRIES,
    CalendarEntry,
    Closed,
    HolidayCalendar,
    OpenAllDay,
    Special,
    check_time_zone,
)
from agentprov.model.ids import CalendarId
from agentprov.model.intervals import DAY, DayInterval, TimeOfDay
from agentprov.model.text import NAME_LIMIT, check_name

_DAY: Final = timedelta(days=1)
_SECOND: Final = timedelta(seconds=1)
UNNAMED: Final = "Unnamed"
"""The name of what has none in the file."""


class Meaning(StrEnum):
    """What an event of a file means for hours."""

    CLOSED = "closed"
    """Closed on its dates; of a timed event, on every date that it touches."""
    SPECIAL = "special"
    """Open while it lasts, and at no other time of its dates."""
    ADDS = "adds"
    """Open while it lasts, beside whatever else is open."""


@attrs.frozen(kw_only=True, order=True)
class _Span:
    """An event as the clock on the wall shows it: from a second of a date until before a second counted likewise."""

    day: date
    start: int
    end: int
    name: str


def read_icalendar(
    content: bytes | str,
    *,
    years: Iterable[int],
    time_zone: str,
    id: CalendarId,
    name: str,
    all_day: Meaning = Meaning.CLOSED,
    timed: Meaning = Meaning.SPECIAL,
) -> HolidayCalendar:
    """The events of these years in an iCalendar file, as a calendar with an entry for each.

    What lasts for whole days means ``all_day``, what has a time ``timed``, told by the clock on the wall of
    ``time_zone``; times without a zone are taken as they are written. Hours of less than a day that pass midnight
    belong to the date they begin on; longer ones are cut at midnight. Special hours of one date become one entry.
    What is cancelled isn't there. Summaries become names; opting out of one leaves out all that have it.

    Raises:
        MalformedDocument: every fault of the file, at its line: ``document.syntax``, ``field.invalid`` for a date or a
            rule, ``time_zone.unknown`` and others; a limit, alone.
        InvalidValue: ``field.out_of_range``, for the years; ``time_zone.unknown``; ``schedule.too_many``.
        MissingExtra: ``extra.missing``.
    """
    expand, aliases = _library()
    found = Collector()
    asked = asked_years(found, years)
    check_time_zone(found, "time_zone", time_zone)
    found.check()
    faults = Collector()
    events = read_events(faults, content, aliases)
    check_rules(faults, events, min(asked), max(asked))
    for event in events:
        _check_name(faults, event)
    faults.check(MalformedDocument)
    days: list[tuple[date, CalendarEntry]] = []
    spans: list[_Span] = []
    zone = ZoneInfo(time_zone)
    for line, summary, start, end in _occurrences(expand, events, min(asked), max(asked)):
        if not isinstance(start, datetime):
            days += _whole_days(summary, start, end, all_day, asked)
        elif timed is Meaning.CLOSED:
            first, last = _wall(start, zone), _wall(max(start, end - _SECOND), zone)
            days += _whole_days(summary, first.date(), last.date() + _DAY, timed, asked)
        elif (begin := _wall(start, zone)) < (until := _wall(end, zone)):
            pieces = (span for span in _spans(summary, begin, until) if span.day.year in asked)
            spans += islice(pieces, MOST_ENTRIES + 1)
        else:
            value = f"{begin.isoformat()} to {until.isoformat()}"
            expected = "an event that ends later on the clock on the wall than it begins"
            faults.add(Code.FIELD_INVALID, "line", line, value=value, expected=expected)
        if len(days) + len(spans) > MOST_ENTRIES:
            raise InvalidValue.of(Code.SCHEDULE_TOO_MANY, "entries", limit=MOST_ENTRIES)
    faults.check(MalformedDocument)
    hours = _together(spans) if timed is Meaning.SPECIAL else [_added(span) for span in sorted(set(spans))]
    entries = [*hours, *(entry for _, entry in sorted(dict.fromkeys(days), key=lambda each: (each[0], each[1].name)))]
    return HolidayCalendar(id=id, name=name, entries=entries)


# ---- the library ----------------------------------------------------------------------------------------------------

_Occurrences = Callable[[str, date, date], list[Any]]


def _library() -> tuple[_Occurrences, dict[str, str]]:
    """What works out the events of a text between two dates, and the names that Windows has for time zones."""
    try:
        import icalendar
        import recurring_ical_events
        from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON
    except ImportError:
        raise MissingExtra.of(Code.EXTRA_MISSING, extra="icalendar", package="recurring-ical-events") from None

    def expand(text: str, first: date, end: date) -> list[Any]:
        calendar = icalendar.Calendar.from_ical(text)
        return list(recurring_ical_events.of(calendar).between(first, end))

    return expand, dict(WINDOWS_TO_OLSON)


def _occurrences(
    expand: _Occurrences, events: tuple[Event, ...], first: int, last: int
) -> Iterator[tuple[int, str, Any, Any]]:
    """Every event that takes place in these years: line, name, start and end, both dates or both with a time."""
    series: dict[str, list[Event]] = {}
    for event in events:
        series.setdefault(event.uid, []).append(event)
    numbered = list(enumerate(series.values()))
    try:
        found = _dates(expand, numbered, first, last)
    except _OBJECTIONS:
        # The library doesn't say what it objects to, so each series is tried alone.
        found = []
        for number, parts in numbered:
            try:
                found += _dates(expand, [(number, parts)], first, last)
            except _OBJECTIONS as error:
                reason = f"an event that can be understood: {error}"[:200]
                raise MalformedDocument.of(
                    Code.FIELD_INVALID, "line", parts[0].number, value="VEVENT", expected=reason
                ) from None
    for uid, name, start, end in found:
        yield numbered[int(uid)][1][0].number, name, start, end


_OBJECTIONS: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def _dates(
    expand: _Occurrences, series: Iterable[tuple[int, list[Event]]], first: int, last: int
) -> list[tuple[str, str, Any, Any]]:
    """Every event of these series as the library finds it: series, name, start and end."""
    texts = (part.text(str(number)) for number, parts in series for part in parts)
    text = "".join(("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", *texts, "END:VCALENDAR\r\n"))
    # A day more on both sides: what is in a year in one zone may be out of it in another.
    found = expand(text, date(first, 1, 1) - _DAY, date(last, 12, 31) + 2 * _DAY)
    return [
        (str(one["UID"]), _name(str(one.get("SUMMARY", ""))), one["DTSTART"].dt, one["DTEND"].dt)
        for one in found
        if str(one.get("STATUS", "")).upper() != "CANCELLED"
    ]


# ---- what is asked, and names ---------------------------------------------------------------------------------------


def _name(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split())) or UNNAMED


def _check_name(found: Collector, event: Event) -> None:
    line = event.line("SUMMARY")
    if line is not None:
        plain = line.value.replace("\\n", " ").replace("\\N", " ")
        check_name(found, "line", _name(plain), line.number)


# ---- events as entries ----------------------------------------------------------------------------------------------


def _whole_days(
    name: str, first: date, end: date, meaning: Meaning, years: frozenset[int]
) -> Iterator[tuple[date, CalendarEntry]]:
    """The entry for the dates from ``first`` until before ``end``, as far as they are in the years, by the first."""
    low, high = date(min(years), 1, 1), date(max(years), 12, 31)
    first, last = max(first, low), min(max(end - _DAY, first), high)
    if first <= last and any(year in years for year in range(first.year, last.year + 1)):
        dates: DateRule = OneDate(date=first) if first == last else DateRange(first=first, last=last)
        effect = Closed() if meaning is Meaning.CLOSED else OpenAllDay()
        yield first, CalendarEntry(name=name, dates=dates, effect=effect, only_adds=meaning is Meaning.ADDS)


def _wall(at: datetime, zone: ZoneInfo) -> datetime:
    """What the clock on the wall shows. By way of UTC: a local time that a clock change skips is later in truth."""
    return at if at.tzinfo is None else at.astimezone(UTC).astimezone(zone).replace(tzinfo=None)


def _spans(name: str, begin: datetime, until: datetime) -> Iterator[_Span]:
    """Hours on the wall: one span where they are less than a day, else one for each date."""
    whole = until - begin < _DAY
    while begin < until:
        midnight = begin.replace(hour=0, minute=0, second=0)
        cut = until if whole else min(until, midnight + _DAY)
        yield _Span(day=begin.date(), start=(begin - midnight).seconds, end=(cut - midnight) // _SECOND, name=name)
        begin = cut


def _interval(start: int, end: int) -> DayInterval:
    return DayInterval(start=TimeOfDay(seconds=start), end=TimeOfDay(seconds=end if end <= DAY else end - DAY))


def _added(span: _Span) -> CalendarEntry:
    effect = Special(intervals=[_interval(span.start, span.end)])
    return CalendarEntry(name=span.name, dates=OneDate(date=span.day), effect=effect, only_adds=True)


def _together(spans: Iterable[_Span]) -> Iterator[CalendarEntry]:
    """One entry for each date, open in all spans of it."""
    dates: dict[date, list[_Span]] = {}
    for span in sorted(set(spans)):
        dates.setdefault(span.day, []).append(span)
    for day, parts in dates.items():
        names = list(dict.fromkeys(part.name for part in parts))
        joined = "; ".join(names)
        intervals = [_interval(start, end) for start, end in _united(parts)]
        try:
            effect = Special(intervals=intervals)
        except InvalidValue as error:
            raise InvalidValue(problem.under(day.isoformat()) for problem in error.problems) from None
        yield CalendarEntry(
            name=joined if len(joined) <= NAME_LIMIT else names[0], dates=OneDate(date=day), effect=effect
        )


def _united(spans: Iterable[_Span]) -> Iterator[tuple[int, int]]:
    """Spans of one date, in order of their start, without overlaps, none longer than a day."""
    found: list[tuple[int, int]] = []
    for span in spans:
        if found and span.start <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], span.end)
        else:
            found.append((span.start, span.end))
    for start, end in found:
        if end - start <= DAY:
            yield start, end
        else:
            # An interval is no longer than a day, so it is cut where the second half is just short enough.
            yield start, end - DAY + 1
            yield end - DAY + 1, end
