"""Open or closed, why, and until when: the rules of hours by example."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest

from agentprov.engine.days import HoursReason, Layer
from agentprov.engine.hours import Hours, HoursState, hours_of, next_scheduled_change
from agentprov.engine.zones import EARLIEST, LATEST, epoch, instant
from agentprov.errors import Code, InvalidValue
from agentprov.model.dates import (
    WORKDAYS,
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
from agentprov.model.intervals import WeeklyInterval, day_hours, weekly_hours
from agentprov.model.settings import Emergency

OFFICE = weekly_hours(WORKDAYS, "09:00-17:00")
NIGHT = weekly_hours([Weekday.FRIDAY], "22:00-06:00")
ZONE = "Europe/Oslo"

# 2026-11-20 is a Friday, 2026-12-25 too.


def at(text: str, zone: str = ZONE) -> int:
    """The instant of a local time of the zone, ``2026-11-20 05:00``; of two, the first."""
    return epoch(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)))


def local(seconds: int | None, zone: str = ZONE) -> str | None:
    """The local time of an instant, as `at` reads it."""
    return None if seconds is None else instant(seconds).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def special(*texts: str) -> Special:
    """Special hours from text."""
    return Special(intervals=day_hours(*texts))


def on(name: str, dates: DateRule | str, effect: HoursEffect, *, adds: bool = False) -> HoursException:
    """An exception; a text stands for one date."""
    rule = OneDate(date=date.fromisoformat(dates)) if isinstance(dates, str) else dates
    return HoursException(name=name, dates=rule, effect=effect, only_adds=adds)


def group(
    weekly: Iterable[WeeklyInterval] = OFFICE,
    *exceptions: HoursException,
    uses: Iterable[CalendarUse] = (),
    override: ManualOverride | None = None,
    emergency: ClosedByEmergency | None = None,
) -> TimeGroup:
    """A time group in Oslo."""
    return TimeGroup(
        id=TimeGroupId("g"),
        name="Group",
        time_zone=ZONE,
        weekly=weekly,
        exceptions=exceptions,
        calendars=uses,
        override=override,
        emergency=emergency,
    )


def by_hand(state: OverrideState, since: str, until: str | None = None) -> ManualOverride:
    """A manual override between two local times."""
    oslo = ZoneInfo(ZONE)
    return ManualOverride(
        state=state,
        actor=UserId("u-asha"),
        reason="By hand",
        set_at=datetime.fromisoformat(since).replace(tzinfo=oslo),
        until=None if until is None else datetime.fromisoformat(until).replace(tzinfo=oslo),
    )


def open_times(hours: Hours, start: str, end: str) -> list[tuple[str | None, str | None]]:
    """The open intervals between two local times, as local times."""
    return [(local(begin), local(until)) for begin, until in hours.intervals(at(start), at(end))]


def reason(layer: Layer, name: str | None = None, *, opens: bool = False, **more: object) -> HoursReason:
    """What a layer says."""
    return HoursReason(layer=layer, open=opens, name=name, **more)  # type: ignore[arg-type]


NOTHING = reason(Layer.CLOSED)
WEEKLY = reason(Layer.WEEKLY, opens=True)

NORWAY = HolidayCalendar(
    id=CalendarId("no"),
    name="Norway",
    entries=[
        CalendarEntry(name="Christmas Day", dates=Yearly(month=12, day=25)),
        CalendarEntry(name="Christmas Eve", dates=Yearly(month=12, day=24), effect=special("09:00-12:00")),
    ],
)
CALENDARS = {NORWAY.id: NORWAY}
USES_NORWAY = [CalendarUse(calendar=NORWAY.id)]

# ---- HR-1 weekly hours ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2026-11-20 08:59:59", False),
        ("2026-11-20 09:00:00", True),
        ("2026-11-20 16:59:59", True),
        ("2026-11-20 17:00:00", False),
        ("2026-11-20 17:00:01", False),
        ("2026-11-21 12:00:00", False),
    ],
)
def test_hours_end_where_they_say(when: str, expected: bool) -> None:
    """HR-1 (q): 17:00 as an end means closed at 17:00:00."""
    assert expected is Hours(group(), {}).is_open(at(when))


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2026-11-20 05:00", False),
        ("2026-11-20 22:00", True),
        ("2026-11-20 23:59", True),
        ("2026-11-21 00:00", True),
        ("2026-11-21 05:00", True),
        ("2026-11-21 05:59", True),
        ("2026-11-21 06:00", False),
        ("2026-11-21 22:00", False),
    ],
)
def test_an_interval_past_midnight_belongs_to_the_day_it_starts_on(when: str, expected: bool) -> None:
    """HR-1 (q): Friday 22:00-06:00 is open on Saturday 05:00 and closed on Friday 05:00."""
    assert expected is Hours(group(NIGHT), {}).is_open(at(when))


@pytest.mark.parametrize("end", ["24:00", "00:00"])
def test_both_spellings_of_the_days_end(end: str) -> None:
    """HR-1: an end of 24:00 or 00:00 is the day's end; the next day's interval then follows without a gap."""
    hours = Hours(group(weekly_hours([Weekday.MONDAY, Weekday.TUESDAY], f"20:00-{end}")), {})

    assert [("2026-11-23 20:00", "2026-11-24 00:00"), ("2026-11-24 20:00", "2026-11-25 00:00")] == open_times(
        hours, "2026-11-23 00:00", "2026-11-30 00:00"
    )


def test_sundays_tail_runs_into_monday() -> None:
    """HR-1: the week goes round."""
    hours = Hours(group(weekly_hours([Weekday.SUNDAY], "22:00-06:00")), {})

    assert [("2026-11-22 22:00", "2026-11-23 06:00")] == open_times(hours, "2026-11-20 00:00", "2026-11-27 00:00")


def test_touching_intervals_leave_no_gap() -> None:
    """HR-1, HR-6: what touches is one interval, and its end is the next change."""
    hours = Hours(group(weekly_hours(WORKDAYS, "09:00-12:00", "12:00-17:00")), {})

    assert "2026-11-20 17:00" == local(hours.next_change(at("2026-11-20 09:00")))


def test_a_time_group_without_hours_is_closed() -> None:
    """HR-5: nothing that opens means closed, for good."""
    assert HoursState(open=False, because=NOTHING, losers=(), until=None) == Hours(group(()), {}).state(
        at("2026-11-20 12:00")
    )


def test_a_time_group_that_never_closes() -> None:
    """HR-6: open all week means no next change, and one interval over any range, across every internal boundary."""
    hours = Hours(group(weekly_hours(Weekday, "00:00-24:00")), {})

    years = at("2100-01-01 00:00")

    assert (None, ((EARLIEST, years),), ((LATEST - years, LATEST),)) == (
        hours.next_change(EARLIEST),
        hours.intervals(EARLIEST, years),
        hours.intervals(LATEST - years, LATEST),
    )


# ---- HR-2 clock changes ---------------------------------------------------------------------------------------------


def test_a_gap_takes_the_minutes_that_never_happen() -> None:
    """HR-2: on 29 March 2026 the clock of Oslo goes from 02:00 to 03:00: an hour of these hours never happens."""
    hours = Hours(group(weekly_hours([Weekday.SUNDAY], "01:30-03:30")), {})

    assert ((at("2026-03-29 01:30"), at("2026-03-29 03:30")), 3600) == (
        hours.intervals(at("2026-03-29 00:00"), at("2026-03-30 00:00"))[0],
        at("2026-03-29 03:30") - at("2026-03-29 01:30"),
    )


def test_an_overlap_happens_twice() -> None:
    """HR-2: on 25 October 2026 the clock of Oslo shows 02:00 to 03:00 twice: open both times, closed between."""
    hours = Hours(group(weekly_hours([Weekday.SUNDAY], "02:15-02:45")), {})
    first = at("2026-10-25 02:15")

    assert ((first, first + 1800), (first + 3600, first + 5400)) == hours.intervals(
        at("2026-10-25 00:00"), at("2026-10-26 00:00")
    )


def test_hours_wholly_inside_a_gap_never_happen() -> None:
    """HR-2: closed that day; the next change is a week later."""
    hours = Hours(group(weekly_hours([Weekday.SUNDAY], "02:15-02:45")), {})

    assert "2026-04-05 02:15" == local(hours.next_change(at("2026-03-28 12:00")))


# ---- HR-3 exceptions ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "expected"), [("09:30", False), ("10:00", True), ("12:59", True), ("13:00", False), ("16:00", False)]
)
def test_an_exception_decides_every_moment_of_its_date(when: str, expected: bool) -> None:
    """HR-3 (q): a holiday open 10-13 is closed at 09:30; the ordinary hours don't shine through."""
    hours = Hours(group(OFFICE, on("Easter", "2026-11-20", special("10:00-13:00"))), {})

    assert expected is hours.is_open(at(f"2026-11-20 {when}"))


def test_an_exception_cuts_the_tail_of_the_evening_before() -> None:
    """HR-3: its date is its own from midnight on."""
    hours = Hours(group(NIGHT, on("Stocktaking", "2026-11-21", Closed())), {})

    assert [("2026-11-20 22:00", "2026-11-21 00:00")] == open_times(hours, "2026-11-20 00:00", "2026-11-22 00:00")


def test_weekly_intervals_of_an_owned_date_dont_happen_tail_included() -> None:
    """HR-3: closed on Friday means that Friday's night shift doesn't come on Saturday morning either."""
    hours = Hours(group(NIGHT, on("Stocktaking", "2026-11-20", Closed())), {})

    assert [] == open_times(hours, "2026-11-19 00:00", "2026-11-22 00:00")


def test_an_exceptions_own_tail_runs_into_the_next_date() -> None:
    """HR-3: special hours past midnight go on, and unite with the next date's ordinary hours."""
    hours = Hours(group(OFFICE, on("Sale", "2026-11-19", special("20:00-10:00"))), {})

    assert [("2026-11-19 20:00", "2026-11-20 17:00")] == open_times(hours, "2026-11-19 00:00", "2026-11-21 00:00")


def test_an_exceptions_own_tail_stops_at_an_owned_date() -> None:
    """HR-3: unless the next date is owned, be it by an exception or by a holiday, which is a weaker layer."""
    sale = on("Sale", "2026-12-24", special("20:00-10:00"))
    closed = on("Closed", "2026-12-25", Closed())

    assert [[("2026-12-24 20:00", "2026-12-25 00:00")]] * 2 == [
        open_times(hours, "2026-12-24 00:00", "2026-12-26 00:00")
        for hours in (
            Hours(group(OFFICE, sale, closed), {}),
            Hours(group(OFFICE, sale, uses=USES_NORWAY), CALENDARS),
        )
    ]


def test_open_all_day_is_the_whole_date() -> None:
    """HR-3: from the first moment to the last, and no further."""
    hours = Hours(group(OFFICE, on("Fair", "2026-11-21", OpenAllDay())), {})

    assert [("2026-11-21 00:00", "2026-11-22 00:00")] == open_times(hours, "2026-11-21 00:00", "2026-11-23 00:00")


def test_a_day_of_25_hours_is_open_all_of_them() -> None:
    """HR-2, HR-3: a date open all day is open as long as it lasts."""
    hours = Hours(group((), on("Fair", "2026-10-25", OpenAllDay())), {})
    ((start, end),) = hours.intervals(at("2026-10-20 00:00"), at("2026-10-30 00:00"))

    assert 25 * 3600 == end - start


def test_an_exception_that_only_adds_unites_with_what_is_below() -> None:
    """HR-3: it opens more and closes nothing, its tail included, and the ordinary tail stays."""
    hours = Hours(
        group((*OFFICE, *NIGHT), on("Late", "2026-11-21", special("07:00-08:00", "23:00-01:00"), adds=True)), {}
    )

    assert [
        ("2026-11-20 22:00", "2026-11-21 06:00"),
        ("2026-11-21 07:00", "2026-11-21 08:00"),
        ("2026-11-21 23:00", "2026-11-22 01:00"),
    ] == open_times(hours, "2026-11-20 18:00", "2026-11-23 00:00")


def test_an_exception_that_only_adds_opens_on_a_holiday() -> None:
    """HR-3: holidays are a layer below, and stay closed but for what is added."""
    late = on("Emergency desk", "2026-12-25", special("10:00-11:00"), adds=True)
    hours = Hours(group(OFFICE, late, uses=USES_NORWAY), CALENDARS)

    assert [("2026-12-25 10:00", "2026-12-25 11:00")] == open_times(hours, "2026-12-25 00:00", "2026-12-26 00:00")


def test_what_only_adds_is_silent_below_the_owner_of_a_date() -> None:
    """HR-3: later in the order, it opens nothing where an earlier exception owns the date, nor does its tail."""
    hours = Hours(
        group((), on("Shut", "2026-11-20", Closed()), on("Late", "2026-11-20", special("22:00-02:00"), adds=True)), {}
    )

    assert [] == open_times(hours, "2026-11-19 00:00", "2026-11-22 00:00")


def test_a_tail_that_only_adds_stops_at_an_owned_date() -> None:
    """HR-3: whoever owns a date decides every moment of it."""
    hours = Hours(
        group((), on("Late", "2026-11-20", special("22:00-02:00"), adds=True), on("Shut", "2026-11-21", Closed())), {}
    )

    assert [("2026-11-20 22:00", "2026-11-21 00:00")] == open_times(hours, "2026-11-19 00:00", "2026-11-22 00:00")


def test_a_tail_stops_at_an_owned_date_whatever_is_added_there() -> None:
    """HR-3: hours that are only added to a holiday don't let the evening before run into it."""
    sale = on("Sale", "2026-12-24", special("20:00-03:00"))
    desk = on("Emergency desk", "2026-12-25", special("10:00-11:00"), adds=True)
    hours = Hours(group(OFFICE, sale, desk, uses=USES_NORWAY), CALENDARS)

    assert [("2026-12-24 20:00", "2026-12-25 00:00"), ("2026-12-25 10:00", "2026-12-25 11:00")] == open_times(
        hours, "2026-12-24 00:00", "2026-12-26 00:00"
    )


def days(year: int, text: str) -> list[str]:
    """Dates of a year from ``01-29 04-30``."""
    return [f"{year}-{day}" for day in text.split()]


RANGE = DateRange(first=date(2026, 11, 16), last=date(2026, 11, 20))
MONTHLY = MonthlyDay(day=20)


@pytest.mark.parametrize(
    ("exceptions", "winner"),
    [
        ([on("recurring", MONTHLY, Closed()), on("range", RANGE, Closed()), on("one", "2026-11-20", Closed())], "one"),
        ([on("recurring", MONTHLY, Closed()), on("range", RANGE, Closed())], "range"),
        ([on("first", MONTHLY, Closed()), on("second", NthWeekday(weekday=Weekday.FRIDAY, nth=3), Closed())], "first"),
        ([on("yearly", Yearly(month=11, day=20), Closed()), on("monthly", MONTHLY, Closed())], "yearly"),
        ([on("monthly", MONTHLY, Closed()), on("yearly", Yearly(month=11, day=20), Closed())], "monthly"),
        ([on("a", "2026-11-20", Closed()), on("b", "2026-11-20", OpenAllDay())], "a"),
    ],
)
def test_the_closer_date_decides(exceptions: list[HoursException], winner: str) -> None:
    """HR-3: of the same date, one date before a range before one that comes again, then the order of the list."""
    state = Hours(group(OFFICE, *exceptions), {}).state(at("2026-11-20 12:00"))

    assert (winner, len(exceptions)) == (state.because.name, len(state.losers))


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (OneDate(date=date(2027, 5, 17)), ["2027-05-17"]),
        (
            DateRange(first=date(2026, 12, 30), last=date(2027, 1, 2)),
            ["2026-12-30", "2026-12-31", "2027-01-01", "2027-01-02"],
        ),
        (DateRange(first=date(2020, 1, 1), last=date(2026, 1, 2)), ["2026-01-01", "2026-01-02"]),
        (DateRange(first=date(2028, 12, 30), last=date(2030, 1, 1)), ["2028-12-30", "2028-12-31"]),
        (Yearly(month=5, day=17), ["2026-05-17", "2027-05-17", "2028-05-17"]),
        (Yearly(month=2, day=29), ["2028-02-29"]),
        (MonthlyDay(day=31), [f"{y}-{m:02}-31" for y in (2026, 2027, 2028) for m in (1, 3, 5, 7, 8, 10, 12)]),
        (NthWeekday(weekday=Weekday.MONDAY, nth=1, month=5), ["2026-05-04", "2027-05-03", "2028-05-01"]),
        (NthWeekday(weekday=Weekday.MONDAY, nth=5, month=2), []),
        (NthWeekday(weekday=Weekday.TUESDAY, nth=5, month=2), ["2028-02-29"]),
        (NthWeekday(weekday=Weekday.SUNDAY, nth=5, month=5), ["2026-05-31", "2027-05-30"]),
        (LastWeekday(weekday=Weekday.FRIDAY, month=11), ["2026-11-27", "2027-11-26", "2028-11-24"]),
        (LastWeekday(weekday=Weekday.SUNDAY, month=2), ["2026-02-22", "2027-02-28", "2028-02-27"]),
        (
            NthWeekday(weekday=Weekday.THURSDAY, nth=5),
            [
                *days(2026, "01-29 04-30 07-30 10-29 12-31"),
                *days(2027, "04-29 07-29 09-30 12-30"),
                *days(2028, "03-30 06-29 08-31 11-30"),
            ],
        ),
        (
            LastWeekday(weekday=Weekday.MONDAY),
            [
                *days(2026, "01-26 02-23 03-30 04-27 05-25 06-29 07-27 08-31 09-28 10-26 11-30 12-28"),
                *days(2027, "01-25 02-22 03-29 04-26 05-31 06-28 07-26 08-30 09-27 10-25 11-29 12-27"),
                *days(2028, "01-31 02-28 03-27 04-24 05-29 06-26 07-31 08-28 09-25 10-30 11-27 12-25"),
            ],
        ),
    ],
    ids=str,
)
def test_a_rule_names_its_dates(rule: DateRule, expected: list[str]) -> None:
    """HR-3: one date, a range, yearly, day n of the month, nth and last weekday; what doesn't exist is skipped."""
    hours = Hours(group((), on("Day", rule, special("10:00-11:00"))), {})

    assert [(f"{day} 10:00", f"{day} 11:00") for day in expected] == open_times(
        hours, "2026-01-01 00:00", "2029-01-01 00:00"
    )


def test_a_calendar_is_shared() -> None:
    """HR-3: two time groups follow one calendar, each in its own zone; one that doesn't name it doesn't."""
    following = Hours(group(OFFICE, uses=USES_NORWAY), CALENDARS)

    assert ([("2026-12-24 09:00", "2026-12-24 12:00")], True) == (
        open_times(following, "2026-12-24 00:00", "2026-12-26 00:00"),
        Hours(group(), CALENDARS).is_open(at("2026-12-25 12:00")),
    )


def test_a_time_group_opts_out_of_an_entry() -> None:
    """HR-3: the entry it names isn't followed, the others are."""
    hours = Hours(group(OFFICE, uses=[CalendarUse(calendar=NORWAY.id, without=["Christmas Day"])]), CALENDARS)

    assert [("2026-12-24 09:00", "2026-12-24 12:00"), ("2026-12-25 09:00", "2026-12-25 17:00")] == open_times(
        hours, "2026-12-24 00:00", "2026-12-26 00:00"
    )


def test_calendars_count_in_the_order_of_their_use() -> None:
    """HR-3: of two calendars that name a date in the same way, the one named first decides."""
    other = HolidayCalendar(
        id=CalendarId("se"), name="Sweden", entries=[CalendarEntry(name="Juldagen", dates=Yearly(month=12, day=25))]
    )
    uses = [CalendarUse(calendar=other.id), *USES_NORWAY]
    state = Hours(group(OFFICE, uses=uses), {**CALENDARS, other.id: other}).state(at("2026-12-25 20:00"))

    assert (("Juldagen", "se"), [("Christmas Day", "no")]) == (
        (state.because.name, state.because.calendar),
        [(lost.name, lost.calendar) for lost in state.losers],
    )


# ---- HR-4 by hand ---------------------------------------------------------------------------------------------------


def test_an_override_holds_from_when_it_was_set_until_its_end() -> None:
    """HR-4: half-open, as everything: at its end the layers below decide again."""
    hours = Hours(group(override=by_hand(OverrideState.OPEN, "2026-11-20 18:00", "2026-11-20 20:00")), {})

    assert [("2026-11-20 09:00", "2026-11-20 17:00"), ("2026-11-20 18:00", "2026-11-20 20:00")] == open_times(
        hours, "2026-11-20 00:00", "2026-11-21 00:00"
    )


def test_an_override_closes() -> None:
    """HR-4: closed by hand in the middle of the day."""
    hours = Hours(group(override=by_hand(OverrideState.CLOSED, "2026-11-20 12:00", "2026-11-20 13:00")), {})

    assert [("2026-11-20 09:00", "2026-11-20 12:00"), ("2026-11-20 13:00", "2026-11-20 17:00")] == open_times(
        hours, "2026-11-20 00:00", "2026-11-21 00:00"
    )


@pytest.mark.parametrize("state", OverrideState)
def test_an_override_without_an_end_holds_until_it_is_revoked(state: OverrideState) -> None:
    """HR-4, HR-6: then there is no next change."""
    hours = Hours(group(override=by_hand(state, "2026-11-20 12:00")), {})
    answer = hours.state(at("2030-11-20 12:00"))

    assert (state is OverrideState.OPEN, None) == (answer.open, answer.until)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-20 12:00", "2026-11-20 17:00"),
        ("2026-11-20 18:00", "2026-11-23 09:00"),
        ("2026-12-23 18:00", "2026-12-24 09:00"),
    ],
)
def test_until_the_next_change_is_worked_out_when_it_is_set(now: str, expected: str) -> None:
    """HR-4: the next change of the layers below, whatever is set by hand at the moment."""
    busy = group(
        OFFICE,
        uses=USES_NORWAY,
        override=by_hand(OverrideState.OPEN, "2026-01-01 00:00"),
        emergency=ClosedByEmergency(),
    )

    assert expected == local(next_scheduled_change(busy, CALENDARS, at(now)))


def test_an_emergency_closes_for_good() -> None:
    """HR-4: closed until it is revoked, whatever is open below."""
    hours = Hours(group(weekly_hours(Weekday, "00:00-24:00"), emergency=ClosedByEmergency(reason="Fire")), {})

    assert HoursState(open=False, because=reason(Layer.EMERGENCY, "Fire"), losers=(WEEKLY,), until=None) == hours.state(
        at("2026-11-20 12:00")
    )


def test_an_emergency_begins_when_it_was_set() -> None:
    """HR-4: where that is known, the time before it is as it was."""
    fire = ClosedByEmergency(set_at=instant(at("2026-11-20 12:00")))

    assert [("2026-11-20 09:00", "2026-11-20 12:00")] == open_times(
        Hours(group(emergency=fire), {}), "2026-11-20 00:00", "2026-12-21 00:00"
    )


def test_an_emergency_from_the_first_instant_on_holds_at_all_times() -> None:
    """HR-4: the first instant there is is no special case."""
    old = ClosedByEmergency(set_at=datetime(1970, 1, 1, tzinfo=UTC))

    assert () == Hours(group(emergency=old), {}).intervals(EARLIEST, at("1980-01-01 00:00"))


# ---- HR-5 precedence ------------------------------------------------------------------------------------------------


def test_every_layer_is_named_in_order() -> None:
    """HR-5: emergency > manual override > dated exception > holiday calendar > weekly; all that lost are named."""
    everything = group(
        OFFICE,
        on("Open day", Yearly(month=12, day=25), OpenAllDay()),
        uses=USES_NORWAY,
        override=by_hand(OverrideState.OPEN, "2026-01-01 00:00"),
        emergency=ClosedByEmergency(reason="Fire"),
    )
    layers = [
        reason(Layer.EMERGENCY, "Storm", tenant_wide=True),
        reason(Layer.EMERGENCY, "Fire"),
        reason(Layer.OVERRIDE, "By hand", opens=True),
        reason(Layer.EXCEPTION, "Open day", opens=True),
        reason(Layer.CALENDAR, "Christmas Day", calendar=NORWAY.id),
        WEEKLY,
    ]
    state = Hours(everything, CALENDARS, Emergency(reason="Storm")).state(at("2026-12-25 12:00"))

    assert layers == [state.because, *state.losers]


@pytest.mark.parametrize(
    ("when", "because", "losers"),
    [
        ("2026-12-23 12:00", WEEKLY, ()),
        ("2026-12-23 20:00", NOTHING, ()),
        ("2026-12-24 10:00", reason(Layer.CALENDAR, "Christmas Eve", opens=True, calendar=NORWAY.id), (WEEKLY,)),
        ("2026-12-24 13:00", reason(Layer.CALENDAR, "Christmas Eve", calendar=NORWAY.id), (WEEKLY,)),
        ("2026-12-24 20:00", reason(Layer.CALENDAR, "Christmas Eve", calendar=NORWAY.id), ()),
    ],
)
def test_the_deciding_layer_is_named(when: str, because: HoursReason, losers: tuple[HoursReason, ...]) -> None:
    """HR-5: who decides, and who would have said something at that moment; "closed" is when nobody opens."""
    state = Hours(group(OFFICE, uses=USES_NORWAY), CALENDARS).state(at(when))

    assert (because, losers) == (state.because, state.losers)


def test_a_tail_that_was_cut_is_named_as_lost() -> None:
    """HR-5: closed by the exception, against the night shift of the evening before."""
    state = Hours(group(NIGHT, on("Shut", "2026-11-21", Closed())), {}).state(at("2026-11-21 05:00"))

    assert (reason(Layer.EXCEPTION, "Shut"), (WEEKLY,)) == (state.because, state.losers)


def test_the_strongest_of_what_is_open_is_named() -> None:
    """HR-5: a tail of an exception wins over the ordinary hours it unites with."""
    state = Hours(group(OFFICE, on("Sale", "2026-11-19", special("20:00-10:00"))), {}).state(at("2026-11-20 09:30"))

    assert (reason(Layer.EXCEPTION, "Sale", opens=True), (WEEKLY,)) == (state.because, state.losers)


def test_an_exception_that_speaks_twice_is_named_once() -> None:
    """HR-5: today's hours and yesterday's tail of one exception are one reason."""
    late = on("Late", RANGE, special("22:00-02:00", "01:00-03:00"), adds=True)
    state = Hours(group((), late), {}).state(at("2026-11-18 01:30"))

    assert (reason(Layer.EXCEPTION, "Late", opens=True), ()) == (state.because, state.losers)


def test_the_reason_may_change_before_the_answer() -> None:
    """HR-6: open by exception at 09:30 and by the week at 10:30; the next change is the evening for both."""
    hours = Hours(group(OFFICE, on("Sale", "2026-11-19", special("20:00-10:00"))), {})
    first, second = hours.state(at("2026-11-20 09:30")), hours.state(at("2026-11-20 10:30"))

    assert (Layer.EXCEPTION, Layer.WEEKLY, "2026-11-20 17:00", "2026-11-20 17:00") == (
        first.because.layer,
        second.because.layer,
        local(first.until),
        local(second.until),
    )


# ---- HR-6 questions -------------------------------------------------------------------------------------------------


def test_the_next_change_may_be_far_away() -> None:
    """HR-6: the next fifth Monday of a February, asked in 2027, and the 29 February after 2096."""
    fifth = Hours(group((), on("Fifth", NthWeekday(weekday=Weekday.MONDAY, nth=5, month=2), OpenAllDay())), {})
    leap = Hours(group((), on("Leap", Yearly(month=2, day=29), OpenAllDay())), {})

    assert ("2044-02-29 00:00", "2104-02-29 00:00") == (
        local(fifth.next_change(at("2027-01-01 00:00"))),
        local(leap.next_change(at("2096-03-01 00:00"))),
    )


def test_the_next_change_may_never_come() -> None:
    """HR-6: the fifth Sunday of March is when Oslo's clock skips 02:00 to 03:00: these hours never happen again."""
    rule = NthWeekday(weekday=Weekday.SUNDAY, nth=5, month=3)

    assert None is Hours(group((), on("Ghost", rule, special("02:00-02:30"))), {}).next_change(at("2026-01-01 00:00"))


def test_the_next_change_of_dates_that_are_over() -> None:
    """HR-6: single dates of the past change nothing any more, nor do those after 2200; one of the far future does."""
    past = on("Fair", "2020-05-01", OpenAllDay())
    future = on("Jubilee", "2199-05-01", OpenAllDay())
    beyond = on("Millennium", "2999-05-01", OpenAllDay())

    assert (None, "2199-05-01 00:00") == (
        Hours(group((), past, beyond), {}).next_change(at("2026-01-01 00:00")),
        local(Hours(group((), past, future, beyond), {}).next_change(at("2026-01-01 00:00"))),
    )


def test_the_next_change_may_come_the_morning_after_an_exception() -> None:
    """HR-3, HR-6: open in shifts, one past midnight; a leap day, open itself, leaves none for the morning after."""
    shifts = weekly_hours(Weekday, "12:00-06:00", "06:00-12:00")
    hours = Hours(group(shifts, on("Leap day", Yearly(month=2, day=29), OpenAllDay())), {})

    assert [("2026-06-01 00:00", "2028-03-01 00:00"), ("2028-03-01 06:00", "2032-03-01 00:00")] == open_times(
        hours, "2026-06-01 00:00", "2032-03-01 00:00"
    )
    assert "2028-03-01 00:00" == local(hours.next_change(at("2026-06-01 00:00")))


@pytest.mark.parametrize(("zone", "text"), [("UTC", "00:00-24:00"), ("Europe/Oslo", "00:00-01:00")])
def test_what_comes_after_the_last_instant_is_no_change(zone: str, text: str) -> None:
    """HR-6: open until the end of what can be asked about means that no change comes."""
    weekly = weekly_hours([Weekday.WEDNESDAY, Weekday.THURSDAY], text)
    hours = Hours(TimeGroup(id=TimeGroupId("g"), name="G", time_zone=zone, weekly=weekly), {})

    assert (True, None) == (hours.is_open(LATEST - 1), hours.next_change(LATEST - 1))


def test_an_override_may_begin_on_an_internal_boundary() -> None:
    """HR-4, HR-6: the next change is found where the engine's blocks meet."""
    boundary = 54 << 25
    override = attrs.evolve(by_hand(OverrideState.OPEN, "2026-01-01 00:00"), set_at=instant(boundary))

    assert boundary == Hours(group((), override=override), {}).next_change(at("2026-01-01 00:00"))


@pytest.mark.parametrize("zone", ["Pacific/Pago_Pago", "UTC", "Pacific/Kiritimati"])
@pytest.mark.parametrize("block", range(50, 58))
@pytest.mark.parametrize(("text", "closed"), [("06:00-05:00", 5), ("20:00-19:00", 19)])
def test_exceptions_hold_across_internal_boundaries(block: int, zone: str, text: str, closed: int) -> None:
    """HR-3: where the engine cuts time into blocks, dates and tails of both sides count, far east and far west."""
    boundary = block << 25
    first = instant(boundary).date().toordinal() - 4
    rules = [
        HoursException(name="Long day", dates=OneDate(date=date.fromordinal(day)), effect=special(text), only_adds=True)
        for day in range(first, first + 9)
    ]
    hours = Hours(TimeGroup(id=TimeGroupId("g"), name="G", time_zone=zone, exceptions=rules), {})
    asked = [boundary + 1800 * half for half in range(-80, 80)]

    assert [instant(when).astimezone(ZoneInfo(zone)).hour != closed for when in asked] == [
        hours.is_open(w) for w in asked
    ]


def test_the_next_change_may_be_made_by_hand() -> None:
    """HR-4, HR-6: an override set for a day in ten years is the next change of what is otherwise closed."""
    hours = Hours(group((), override=by_hand(OverrideState.OPEN, "2036-01-01 10:00", "2036-01-01 12:00")), {})

    assert [("2036-01-01 10:00", False), ("2036-01-01 12:00", True), (None, False)] == [
        (local(hours.next_change(at(when))), hours.is_open(at(when)))
        for when in ("2026-01-01 00:00", "2036-01-01 11:00", "2036-01-01 12:00")
    ]


def test_asking_again_gives_the_same_answer() -> None:
    """P14: the second question of each kind, which finds the answer of the first, is answered alike."""
    hours = Hours(group(), {})
    noon = at("2026-11-20 12:00")

    assert [True] * 3 + [hours.state(noon)] * 2 == [
        hours.is_open(noon),
        hours.is_open(noon),
        hours.is_open(noon + 1),
        hours.state(noon),
        hours.state(noon + 1),
    ]


def test_going_back_and_forth_gives_the_same_answers() -> None:
    """P14: instants of stretches that were asked about before, but not last, are answered alike."""
    hours = Hours(group(), {})
    noon, evening = at("2026-11-20 12:00"), at("2026-11-20 20:00")

    assert [True, False] * 3 == [hours.is_open(when) for when in [noon, evening] * 3]


def test_the_next_change_after_a_long_holiday() -> None:
    """HR-6: closed for years by a range, with weekly hours below."""
    away = on("Away", DateRange(first=date(2026, 1, 1), last=date(2035, 12, 31)), Closed())

    assert "2036-01-01 09:00" == local(Hours(group(OFFICE, away), {}).next_change(at("2026-06-01 12:00")))


def test_intervals_are_cut_to_the_range_asked_for() -> None:
    """HR-6: what is open at the start begins there, what is open at the end ends there."""
    assert [("2026-11-19 12:00", "2026-11-19 17:00"), ("2026-11-20 09:00", "2026-11-20 10:00")] == open_times(
        Hours(group(), {}), "2026-11-19 12:00", "2026-11-20 10:00"
    )


def test_an_empty_range_has_no_intervals() -> None:
    """HR-6: from an instant until itself is no time at all."""
    now = at("2026-11-20 12:00")

    assert () == Hours(group(), {}).intervals(now, now)


def test_many_years_are_exact() -> None:
    """HR-6: every working day of a hundred years, counted from the calendar, with fewer blocks kept than it takes."""
    days = range(date(2001, 1, 1).toordinal(), date(2101, 1, 1).toordinal())
    workdays = sum(date.fromordinal(day).weekday() < 5 for day in days)

    assert workdays == len(Hours(group(), {}).intervals(at("2001-01-01 00:00"), at("2101-01-01 00:00")))


@pytest.mark.parametrize("when", [EARLIEST, LATEST - 1])
def test_the_first_and_the_last_instant_can_be_asked(when: int) -> None:
    """HR-6: from 1970-01-01T00:00Z until before 2201-01-01T00:00Z: both are Thursdays in Oslo."""
    thursday = Hours(group(weekly_hours([Weekday.THURSDAY], "00:00-24:00")), {})

    assert thursday.is_open(when)


@pytest.mark.parametrize(
    ("start", "end"), [(EARLIEST - 1, EARLIEST), (EARLIEST, LATEST + 1), (10, 9), (LATEST + 1, LATEST + 1)]
)
def test_a_range_lies_within_the_years_known(start: int, end: int) -> None:
    """HR-6: outside, or with its end before its start, a range is refused."""
    with pytest.raises(InvalidValue) as caught:
        Hours(group(), {}).intervals(start, end)

    assert (Code.FIELD_OUT_OF_RANGE,) == caught.value.codes


@pytest.mark.parametrize("when", [EARLIEST - 1, LATEST, -(10**15), 10**15])
def test_an_instant_lies_within_the_years_known(when: int) -> None:
    """HR-6: each question refuses an instant before 1970 or after 2200, at first and when asked again."""
    hours = Hours(group(), {})

    for ask in (hours.is_open, hours.state, hours.next_change, hours.is_open):
        with pytest.raises(InvalidValue) as caught:
            ask(when)
        assert (Code.FIELD_OUT_OF_RANGE,) == caught.value.codes


# ---- sharing --------------------------------------------------------------------------------------------------------


def test_equal_schedules_share_their_hours() -> None:
    """HR-6: two time groups that differ by id and name only are worked out once; another schedule is another."""
    twin = TimeGroup(id=TimeGroupId("twin"), name="Twin", time_zone=ZONE, weekly=OFFICE)
    shared = hours_of(group(), {})

    assert (True, False, False) == (
        shared is hours_of(twin, {}),
        shared is hours_of(group(NIGHT), {}),
        shared is hours_of(group(), {}, Emergency()),
    )


def test_a_change_of_a_calendar_is_another_schedule() -> None:
    """HR-3: what a calendar holds counts, but for the entries opted out of."""
    lone = {NORWAY.id: HolidayCalendar(id=NORWAY.id, name="Norway", entries=NORWAY.entries[1:])}
    without = group(uses=[CalendarUse(calendar=NORWAY.id, without=["Christmas Day"])])
    whole, part = hours_of(group(uses=USES_NORWAY), CALENDARS), hours_of(without, CALENDARS)

    assert (False, True) == (whole is hours_of(group(uses=USES_NORWAY), lone), part is hours_of(without, lone))


# ---- instants -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), 0),
        (datetime(1970, 1, 1, 1, tzinfo=ZoneInfo("Europe/Oslo")), 0),
        (datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Oslo")), 1792888200),
        (datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Oslo"), fold=1), 1792891800),
        (datetime(2026, 11, 20, 12, 0, 0, 999_999, tzinfo=UTC), 1795176000),
        (datetime(1969, 12, 31, 23, 59, 59, 1, tzinfo=UTC), -1),
        (datetime(2200, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), LATEST - 1),
        (datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), 253_402_300_799),
    ],
    ids=str,
)
def test_an_instant_is_a_number_of_seconds(when: datetime, expected: int) -> None:
    """P60: the zone a datetime is written in doesn't matter; a fraction is cut off, also far away and before 1970."""
    assert expected == epoch(when)


def test_a_naive_datetime_is_no_instant() -> None:
    """B149: without an offset nobody knows when it is."""
    with pytest.raises(InvalidValue) as caught:
        epoch(datetime(2026, 11, 20, 12))

    assert (Code.FIELD_NAIVE_INSTANT,) == caught.value.codes


def test_an_instant_turns_back() -> None:
    """HR-6: seconds and UTC datetimes turn into one another."""
    assert datetime(2026, 11, 20, 12, tzinfo=UTC) == instant(epoch(datetime(2026, 11, 20, 12, tzinfo=UTC)))


def test_a_datetime_is_an_instant_too() -> None:
    """HR-6: every question takes a datetime with its offset, whichever it is, as well as seconds since 1970."""
    week = weekly_hours([Weekday.MONDAY], "09:00-17:00")
    hours = Hours(TimeGroup(id=TimeGroupId("h"), name="H", time_zone="Europe/Oslo", weekly=week), {})
    noon = datetime(2026, 11, 23, 11, tzinfo=UTC)
    india = noon.astimezone(timezone(timedelta(hours=5, minutes=30)))
    for at in (noon, india):
        assert (hours.is_open(epoch(at)), hours.state(epoch(at))) == (hours.is_open(at), hours.state(at))
        assert hours.next_change(epoch(at)) == hours.next_change(at)
    assert hours.intervals(epoch(noon), epoch(noon) + 7200) == hours.intervals(noon, noon + timedelta(hours=2))


@pytest.mark.parametrize("at", ["2026-11-23T11:00Z", 1.5, None])
def test_what_is_no_instant_is_refused(at: Any) -> None:
    """HR-6: text, fractions and nothing are no instants, and say so."""
    hours = Hours(TimeGroup(id=TimeGroupId("h"), name="H", time_zone="Europe/Oslo"), {})
    for ask in (hours.is_open, hours.state, hours.next_change):
        with pytest.raises(InvalidValue) as caught:
            ask(at)
        assert caught.value.codes == (Code.FIELD_WRONG_TYPE,)
