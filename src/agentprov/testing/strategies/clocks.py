"""Strategies for time: instants, dates, intervals, time groups, holiday calendars."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

from hypothesis import strategies as st

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
    CalendarUse,
    Closed,
    ClosedByEmergency,
    HolidayCalendar,
    HoursEffect,
    HoursException,
    ManualOverride,
    OpenAllDay,
    OverrideState,
    Special,
    TimeGroup,
)
from agentprov.model.ids import CalendarId, TimeGroupId, UserId
from agentprov.model.intervals import DAY, WEEK, DayInterval, TimeOfDay, WeeklyInterval
from agentprov.testing.strategies import pools
from agentprov.testing.strategies.pool import EVERYTHING, Pool, a_few, flips, one, optional, shared, some, up_to
from agentprov.testing.strategies.routes import destinations

DATES: Final = tuple(
    date.fromisoformat(text)
    for text in (
        "2026-03-08",  # New York and St John's spring forward
        "2026-03-29",  # Oslo and Dublin spring forward
        "2026-04-05",  # Lord Howe falls back by half an hour, Santiago at midnight
        "2026-10-25",  # Oslo falls back
        "2026-11-01",  # New York falls back
        "2026-02-15",  # Casablanca goes back for Ramadan
        "2026-03-22",  # and forward again
        "2028-02-29",
        "2026-12-25",
        "2026-12-31",
        "2027-01-01",
        "2026-05-04",
        "2011-12-30",  # never was in Apia
    )
)
"""The dates that rules speak of and that instants lie near: clock changes, leap days, ends of years."""

HOLIDAYS: Final = ("Christmas", "Easter Monday", "Inventory")
_QUARTER: Final = 900


@shared
def instants(*, whole_minutes: bool = False) -> st.SearchStrategy[datetime]:
    """Instants in UTC, most of them within a day and a half of one of :data:`DATES`."""
    near = st.builds(
        lambda day, minutes: datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minutes),
        st.sampled_from(DATES),
        st.one_of(st.integers(-144, 144).map(lambda quarters: quarters * 15), st.integers(-2_160, 2_160)),
    )
    if whole_minutes:
        return near
    shifts = st.sampled_from((0, 0, 1, 10**6))
    return st.builds(lambda instant, less: instant - timedelta(microseconds=less), near, shifts)


@shared
def dates() -> st.SearchStrategy[date]:
    """Dates at or next to one of :data:`DATES`."""
    return st.builds(lambda day, by: day + timedelta(days=by), st.sampled_from(DATES), st.integers(-1, 1))


@shared
def date_rules() -> st.SearchStrategy[DateRule]:
    """Rules of every kind, most of them about some of :data:`DATES`."""
    weekdays = st.sampled_from(Weekday)
    months = st.sampled_from((None, 2, 3, 4, 12))
    return st.one_of(
        dates().map(lambda day: OneDate(date=day)),
        st.builds(lambda day, more: DateRange(first=day, last=day + timedelta(days=more)), dates(), st.integers(0, 9)),
        dates().map(lambda day: Yearly(month=day.month, day=day.day)),
        st.sampled_from((1, 8, 25, 29, 30, 31)).map(lambda day: MonthlyDay(day=day)),
        st.builds(NthWeekday, weekday=weekdays, nth=st.integers(1, 5), month=months),
        st.builds(LastWeekday, weekday=weekdays, month=months),
    )


@shared
@st.composite
def spans(draw: st.DrawFn, *, length: int, most: int, whole_minutes: bool = False) -> tuple[tuple[int, int], ...]:
    """Pairs of start and end in seconds that don't overlap, in order, the first starting before ``length``.

    Each is shorter than a day, or a whole calendar day. The last may run past the end, but not over the first.
    """
    positions = st.integers(0, length // _QUARTER - 1)
    quarters = sorted(draw(st.lists(positions, unique=True, min_size=2, max_size=2 * most)))
    shifts = st.sampled_from((0, 60, 840) if whole_minutes else (0, 60, 840, 1, 899))
    points = [quarter * _QUARTER + draw(shifts) for quarter in quarters]
    if draw(flips):
        points = [*points[1:], points[0] + length]
    found = []
    for start, end in zip(points[::2], points[1::2], strict=False):
        midnight = start // DAY * DAY
        if draw(up_to(9)) == 0 and end >= midnight + DAY:
            end = midnight + DAY  # noqa: PLW2901  ends at 24:00
        found.append((start, min(end, start + DAY - _QUARTER)))
    return tuple(found)


def _time(seconds: int) -> TimeOfDay:
    return TimeOfDay(seconds=seconds)


def _end(seconds: int) -> TimeOfDay:
    return TimeOfDay(seconds=seconds if seconds <= DAY else seconds - DAY)


def _of_week(span: tuple[int, int]) -> WeeklyInterval:
    number, start = divmod(span[0], DAY)
    days = tuple(Weekday)
    return WeeklyInterval(day=days[number], start=_time(start), end=_end(span[1] - number * DAY))


@shared
def weekly_intervals(*, whole_minutes: bool = False) -> st.SearchStrategy[tuple[WeeklyInterval, ...]]:
    """The intervals of a week, none overlapping another, some past midnight, now and then Sunday's into Monday."""
    week = spans(length=WEEK, most=6, whole_minutes=whole_minutes)
    workdays = st.sampled_from(
        tuple(
            tuple(_of_week((day * DAY + start, day * DAY + end)) for day in range(days))
            for days, start, end in ((5, 32_400, 61_200), (5, 79_200, 108_000), (7, 0, DAY), (7, 43_200, 122_400))
        )
    )
    return st.one_of(week.map(lambda found: tuple(_of_week(each) for each in found)), workdays, st.just(()))


@shared
def day_intervals(*, whole_minutes: bool = False) -> st.SearchStrategy[tuple[DayInterval, ...]]:
    """Special hours of one day: one to three intervals, the last perhaps past midnight."""
    return spans(length=DAY, most=3, whole_minutes=whole_minutes).map(
        lambda found: tuple(DayInterval(start=_time(start), end=_end(end)) for start, end in found)
    )


@shared
def hours_effects(*, whole_minutes: bool = False) -> st.SearchStrategy[HoursEffect]:
    """Closed, special hours, or open all day."""
    special = day_intervals(whole_minutes=whole_minutes).map(lambda found: Special(intervals=found))
    return st.one_of(st.just(Closed()), special, st.just(OpenAllDay()))


@shared
@st.composite
def hours_exceptions(draw: st.DrawFn, *, whole_minutes: bool = False) -> HoursException:
    """Dated exceptions, some of which only add."""
    effect = draw(hours_effects(whole_minutes=whole_minutes))
    return HoursException(
        name=draw(one(*pools.NAMES)),
        dates=draw(date_rules()),
        effect=effect,
        only_adds=not isinstance(effect, Closed) and draw(flips),
    )


@shared
@st.composite
def calendar_entries(draw: st.DrawFn, *, whole_minutes: bool = False) -> CalendarEntry:
    """Holidays, most of them closed all day."""
    effect = Closed() if draw(flips) else draw(hours_effects(whole_minutes=whole_minutes))
    return CalendarEntry(
        name=draw(one(*HOLIDAYS)),
        dates=draw(date_rules()),
        effect=effect,
        only_adds=not isinstance(effect, Closed) and draw(flips),
    )


@shared
@st.composite
def holiday_calendars(
    draw: st.DrawFn, *, calendar: CalendarId | None = None, whole_minutes: bool = False
) -> HolidayCalendar:
    """Calendars of up to three holidays."""
    return HolidayCalendar(
        id=draw(one(*pools.CALENDARS)) if calendar is None else calendar,
        name=draw(one(*pools.NAMES)),
        entries=tuple(draw(a_few(calendar_entries(whole_minutes=whole_minutes)))),
    )


@shared
@st.composite
def manual_overrides(draw: st.DrawFn, *, actor: UserId = pools.USERS[0], whole_minutes: bool = False) -> ManualOverride:
    """Overrides that hold until an instant or until revoked."""
    set_at = draw(instants(whole_minutes=whole_minutes))
    minutes = draw(one(None, 1, 59, 60, 720, 1_440, 3_000))
    return ManualOverride(
        state=draw(one(*OverrideState)),
        actor=actor,
        reason=draw(one(*pools.NAMES)),
        set_at=set_at,
        until=None if minutes is None else set_at + timedelta(minutes=minutes),
    )


@shared
@st.composite
def closings(draw: st.DrawFn, *, within: Pool = EVERYTHING) -> ClosedByEmergency:
    """Emergencies of one time group, known since when or not, some with a destination that isn't a station."""
    onward = destinations(within=within, past=len(within.stations))
    return ClosedByEmergency(destination=draw(optional(onward)), set_at=draw(optional(instants(whole_minutes=True))))


@shared
@st.composite
def time_groups(
    draw: st.DrawFn,
    *,
    within: Pool = EVERYTHING,
    time_group: TimeGroupId | None = None,
    whole_minutes: bool = False,
    by_hand: bool = True,
) -> TimeGroup:
    """Time groups with weekly hours, exceptions and holidays; with ``by_hand`` now and then overrides, emergencies."""
    uses = [
        CalendarUse(calendar=id_, without=draw(some(HOLIDAYS, at_most=1))) for id_ in within.calendars if draw(flips)
    ]
    exceptions = draw(a_few(hours_exceptions(whole_minutes=whole_minutes)))
    hand = draw(up_to(7)) if by_hand and within.users else 0
    return TimeGroup(
        id=draw(one(*pools.TIME_GROUPS)) if time_group is None else time_group,
        name=draw(one(*pools.NAMES)),
        time_zone=draw(one(*pools.TIME_ZONES)),
        weekly=draw(weekly_intervals(whole_minutes=whole_minutes)),
        exceptions=tuple(exceptions),
        calendars=tuple(uses),
        override=draw(manual_overrides(actor=within.users[0], whole_minutes=whole_minutes)) if hand in {6, 7} else None,
        emergency=draw(closings(within=within)) if hand in {5, 7} else None,
    )
