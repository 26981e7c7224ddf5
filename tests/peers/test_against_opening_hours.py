"""opening-hours-py and the engine agree wherever both can say the same: weeks, owned dates, hours that are added.

The peer evaluates OpenStreetMap's `opening_hours`, in Rust. A schedule is drawn once and written twice: as a time
group, and as an expression, in which a later rule owns the dates it names and one after a comma is added. Where the
two mean different things, a test below says how; `docs/peers.md` says why.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import DAILY, MONTHLY, YEARLY, rrule
from dateutil.rrule import weekday as rrule_weekday
from hypothesis import event, given
from hypothesis import strategies as st
from opening_hours import OpeningHours

from agentprov.engine.days import days_of
from agentprov.engine.hours import Hours
from agentprov.engine.zones import epoch, instant
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
from agentprov.model.hours import Closed, HoursEffect, HoursException, OpenAllDay, Special, TimeGroup
from agentprov.model.ids import TimeGroupId
from agentprov.model.intervals import DayInterval, TimeOfDay, WeeklyInterval, weekly_hours

ZONES = ("UTC", "Europe/Oslo", "Asia/Kathmandu", "America/New_York")
HALF_HOURS = 48
YEAR = 366
FIRST, LAST = date(2026, 1, 1), date(2028, 12, 31)

# ---- a schedule, written twice --------------------------------------------------------------------------------------


def group(zone: str, weekly: Any, *exceptions: HoursException) -> TimeGroup:
    """The schedule as a time group."""
    return TimeGroup(id=TimeGroupId("g"), name="G", time_zone=zone, weekly=weekly, exceptions=exceptions)


def expression(group: TimeGroup) -> str:
    """The same for the peer: the weakest rule first, what only adds last."""
    # Days are added to one another: a rule of its own for a day would cut the evening before.
    week = [
        f"{_day(day)} {','.join(f'{each.start}-{each.end}' for each in group.weekly if each.day is day)}"
        for day in Weekday
        if any(each.day is day for each in group.weekly)
    ]
    rules = [", ".join(week) or "off"]
    owning = [each for each in group.exceptions if not each.only_adds]
    ranked = sorted(owning, key=lambda each: (OneDate, DateRange).index(type(each.dates)) if _singular(each) else 2)
    rules += [f"{_dates(each.dates)} {_hours(each.effect)}" for each in reversed(ranked)]
    added = [f", {_dates(each.dates)} {_hours(each.effect)}" for each in group.exceptions if each.only_adds]
    return "; ".join(rules) + "".join(added)


def _singular(exception: HoursException) -> bool:
    return isinstance(exception.dates, OneDate | DateRange)


def _day(day: Weekday) -> str:
    return day.value[:2].title()


def _hours(effect: HoursEffect) -> str:
    match effect:
        case Closed():
            return "off"
        case OpenAllDay():
            return "00:00-24:00"
        case Special(intervals=intervals):
            return ",".join(map(str, intervals))


def _dates(rule: DateRule) -> str:
    match rule:
        case OneDate(date=one):
            return f"{one:%Y %b %d}"
        case DateRange(first=first, last=last):
            return f"{first:%Y %b %d}-{last:%Y %b %d}"
        case Yearly(month=month, day=day):
            return f"{date(2000, month, day):%b %d}"
        case MonthlyDay(day=day):
            months = [
                month
                for month in range(1, 13)
                if day <= (date(2000 + month // 12, month % 12 + 1, 1) - timedelta(1)).day
            ]
            return ",".join(f"{date(2000, month, day):%b %d}" for month in months)
        case NthWeekday(weekday=weekday, nth=nth, month=month):
            return f"{_month(month)}{_day(weekday)}[{nth}]"
        case LastWeekday(weekday=weekday, month=month):
            return f"{_month(month)}{_day(weekday)}[-1]"


def _month(month: int | None) -> str:
    return "" if month is None else f"{date(2000, month, 1):%b} "


# ---- what is drawn --------------------------------------------------------------------------------------------------


def _time(half_hours: int) -> TimeOfDay:
    return TimeOfDay(seconds=half_hours * 1800)


@st.composite
def days(draw: st.DrawFn) -> list[DayInterval]:
    """Hours of one day, none past midnight."""
    cuts = sorted(draw(st.sets(st.integers(0, HALF_HOURS), min_size=2, max_size=6)))
    return [DayInterval(start=_time(a), end=_time(b)) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]


@st.composite
def weeks(draw: st.DrawFn, *, past_midnight: bool) -> list[WeeklyInterval]:
    """Weekly hours; with ``past_midnight`` the last of a day may go on until the next day's first, or four o'clock."""
    week: dict[Weekday, list[DayInterval]] = {day: draw(days()) if draw(st.booleans()) else [] for day in Weekday}
    found = []
    for position, (day, hours) in enumerate(week.items()):
        tomorrow = list(week.values())[(position + 1) % 7]
        free = min((each.start.seconds // 1800 for each in tomorrow), default=8)
        for each in hours:
            end = each.end
            if past_midnight and each is hours[-1] and free and draw(st.booleans()):
                end = _time(draw(st.integers(1, min(free, each.start.seconds // 1800 or 1))))
            if end != each.start:
                found.append(WeeklyInterval(day=day, start=each.start, end=end))
    return found


_DATES = st.dates(date(2026, 1, 1), date(2027, 12, 31))
_WEEKDAYS = st.sampled_from(list(Weekday))
_MONTHS = st.integers(1, 12)
RULES: st.SearchStrategy[DateRule] = st.one_of(
    st.builds(OneDate, date=_DATES),
    st.builds(
        lambda first, more: DateRange(first=first, last=first + timedelta(days=more)), _DATES, st.integers(1, 40)
    ),
    st.builds(Yearly, month=_MONTHS, day=st.integers(1, 28)),
    st.builds(MonthlyDay, day=st.integers(1, 31)),
    st.builds(NthWeekday, weekday=_WEEKDAYS, nth=st.integers(1, 5), month=st.none() | _MONTHS),
    st.builds(LastWeekday, weekday=_WEEKDAYS, month=st.none() | _MONTHS),
)
EFFECTS: st.SearchStrategy[HoursEffect] = st.one_of(
    st.just(Closed()), st.just(OpenAllDay()), days().map(lambda hours: Special(intervals=hours))
)
OWNING = st.builds(HoursException, name=st.just("E"), dates=RULES, effect=EFFECTS)
ADDING = st.builds(
    HoursException,
    name=st.just("A"),
    dates=st.builds(OneDate, date=_DATES),
    effect=days().map(lambda hours: Special(intervals=hours)),
    only_adds=st.just(value=True),
)
INSTANTS = st.builds(
    lambda day, half, less: epoch(datetime(2026, 1, 2, tzinfo=UTC)) + day * 86_400 + half * 1800 - less,
    st.integers(0, 725),
    st.integers(0, HALF_HOURS),
    st.sampled_from([0, 0, 1, 900]),
)


def quiet(zone: ZoneInfo, at: int) -> bool:
    """Whether no clock changes from two days before to two days after an instant: there the two differ, see below."""
    around = [instant(at + by * 43_200).astimezone(zone).utcoffset() for by in range(-4, 5)]
    return len(set(around)) == 1


def check(group: TimeGroup, instants: list[int]) -> None:
    """The same answers, and the same next changes."""
    zone = ZoneInfo(group.time_zone)
    # Without a limit the peer looks for a change as far as the year 10000.
    hours, peer = Hours(group, {}), OpeningHours(expression(group), timezone=zone, max_interval_days=YEAR)
    asked = [at for at in instants if quiet(zone, at)]
    local = [instant(at).astimezone(zone) for at in asked]

    assert [peer.is_open(when) for when in local] == [hours.is_open(at) for at in asked], expression(group)
    for at, when in zip(asked, local, strict=True):
        ours, theirs = hours.next_change(at), peer.next_change(when)
        event("never" if ours is None else "some time")
        if ours is None or ours > at + (YEAR - 1) * 86_400 or not quiet(zone, ours):
            continue
        assert (theirs is not None and epoch(theirs)) == ours, expression(group)


# ---- where they agree -----------------------------------------------------------------------------------------------


@given(weeks(past_midnight=True), st.sampled_from(ZONES), st.lists(INSTANTS, min_size=1, max_size=10))
def test_weeks_agree(weekly: list[WeeklyInterval], zone: str, instants: list[int]) -> None:
    """HR-1, HR-6: weekly hours, those past midnight among them, and the next change."""
    check(group(zone, weekly), instants)


@given(
    weeks(past_midnight=False),
    st.lists(OWNING, max_size=4),
    st.sampled_from(ZONES),
    st.lists(INSTANTS, min_size=1, max_size=10),
)
def test_owned_dates_agree(
    weekly: list[WeeklyInterval], exceptions: list[HoursException], zone: str, instants: list[int]
) -> None:
    """HR-3, HR-6: the closer rule owns a date, and of two alike the one that comes first in our list."""
    check(group(zone, weekly, *exceptions), instants)


@given(
    weeks(past_midnight=False),
    st.lists(ADDING, min_size=1, max_size=2),
    st.lists(OWNING.filter(lambda each: not isinstance(each.dates, OneDate)), max_size=2),
    st.lists(INSTANTS, min_size=1, max_size=10),
)
def test_added_hours_agree(
    weekly: list[WeeklyInterval], adding: list[HoursException], owning: list[HoursException], instants: list[int]
) -> None:
    """HR-3: what only adds, above all that owns, is united with it."""
    days_asked = [
        epoch(datetime(each.dates.date.year, each.dates.date.month, each.dates.date.day, tzinfo=UTC)) + half * 1800
        for each in adding
        if isinstance(each.dates, OneDate)
        for half in range(HALF_HOURS)
    ]
    check(group("UTC", weekly, *adding, *owning), [*instants, *days_asked])


@given(RULES)
def test_dates_of_a_rule_are_dateutils(rule: DateRule) -> None:
    """HR-3: the dates that come again are those of dateutil's recurrence rules, over three years."""
    start = datetime(2026, 1, 1)
    series: Any = ()
    match rule:
        case OneDate(date=one):
            series = [datetime(one.year, one.month, one.day)]
        case DateRange(first=first, last=last):
            series = rrule(
                DAILY,
                dtstart=datetime(first.year, first.month, first.day),
                until=datetime(last.year, last.month, last.day),
            )
        case Yearly(month=month, day=day):
            series = rrule(YEARLY, bymonth=month, bymonthday=day, dtstart=start, until=datetime(2028, 12, 31))
        case MonthlyDay(day=day):
            series = rrule(MONTHLY, bymonthday=day, dtstart=start, until=datetime(2028, 12, 31))
        case NthWeekday(weekday=weekday, nth=nth, month=month):
            by = rrule_weekday(weekday.number, nth)
            series = rrule(MONTHLY, byweekday=by, bymonth=month, dtstart=start, until=datetime(2028, 12, 31))
        case LastWeekday(weekday=weekday, month=month):
            by = rrule_weekday(weekday.number, -1)
            series = rrule(MONTHLY, byweekday=by, bymonth=month, dtstart=start, until=datetime(2028, 12, 31))
    epoch_day = date(1970, 1, 1).toordinal()
    found = days_of(rule, FIRST.toordinal() - epoch_day, LAST.toordinal() - epoch_day)

    assert [each.date() for each in series] == [date.fromordinal(day + epoch_day) for day in found]


# ---- where they differ ----------------------------------------------------------------------------------------------

NIGHT = weekly_hours([Weekday.FRIDAY], "22:00-06:00")
OSLO = ZoneInfo("Europe/Oslo")


def answers(group: TimeGroup, *local: str) -> tuple[list[bool], list[bool]]:
    """The peer's answers and ours at local times."""
    zone = ZoneInfo(group.time_zone)
    hours, peer = Hours(group, {}), OpeningHours(expression(group), timezone=zone)
    asked = [datetime.fromisoformat(text).replace(tzinfo=zone) for text in local]
    return [peer.is_open(when) for when in asked], [hours.is_open(when) for when in asked]


def test_a_closed_date_takes_its_night_with_it() -> None:
    """HR-3: weekly hours that start on an owned date don't happen, tail included; the peer leaves the tail open."""
    closed = HoursException(name="C", dates=OneDate(date=date(2026, 12, 25)), effect=Closed())  # a Friday

    assert ([False, True], [False, False]) == answers(
        group("Europe/Oslo", NIGHT, closed), "2026-12-25 23:00", "2026-12-26 05:00"
    )


@pytest.mark.parametrize(
    ("day", "expected", "theirs"),
    [
        (date(2026, 10, 25), [("00:15", "00:45"), ("01:15", "01:45")], [("01:15", "01:45")]),
        (date(2026, 3, 29), [], []),
    ],
)
def test_an_hour_that_comes_twice_is_open_twice(
    day: date, expected: list[tuple[str, str]], theirs: list[tuple[str, str]]
) -> None:
    """HR-2: by definition; the peer lists the second only. One that never comes is open for neither."""
    early = group("Europe/Oslo", weekly_hours([Weekday.SUNDAY], "02:15-02:45"))
    start, end = (datetime(each.year, each.month, each.day, tzinfo=OSLO) for each in (day, day + timedelta(days=1)))
    ours = Hours(early, {}).intervals(start, end)
    listed = [
        (a.astimezone(UTC), b.astimezone(UTC))
        for a, b, state, _ in OpeningHours(expression(early), timezone=OSLO).intervals(start, end)
        if str(state) == "open"
    ]

    assert expected == [(f"{instant(a):%H:%M}", f"{instant(b):%H:%M}") for a, b in ours]
    assert theirs == [(f"{a:%H:%M}", f"{b:%H:%M}") for a, b in listed if a < b]
