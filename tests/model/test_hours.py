"""Time groups and what they are made of: what can be built, and what is refused with which code."""

from __future__ import annotations

import sys
import zoneinfo
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agentprov.errors import AgentprovError, Code, Collector, InvalidValue
from agentprov.model.dates import (
    WORKDAYS,
    DateRange,
    LastWeekday,
    MonthlyDay,
    NthWeekday,
    OneDate,
    Weekday,
    Yearly,
)
from agentprov.model.hours import (
    MOST_CALENDARS,
    MOST_ENTRIES,
    MOST_EXCEPTIONS,
    CalendarEntry,
    CalendarUse,
    Closed,
    ClosedByEmergency,
    HolidayCalendar,
    HoursException,
    ManualOverride,
    OpenAllDay,
    OverrideState,
    Special,
    TimeGroup,
    check_time_zone,
    time_zone_names,
)
from agentprov.model.ids import CalendarId, TimeGroupId, UserId
from agentprov.model.intervals import (
    MOST_OF_A_DAY,
    MOST_WEEKLY,
    DayInterval,
    TimeOfDay,
    WeeklyInterval,
    day_hours,
    parse_time_of_day,
    time_of_day_text,
    weekly_hours,
)

NEW_YEAR = OneDate(date=date(2026, 1, 1))
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def problems(build: Callable[[], object]) -> list[tuple[str, str]]:
    """Where what is wrong, of something that can't be built."""
    with pytest.raises(AgentprovError) as caught:
        build()
    return [(problem.where, problem.code.value) for problem in caught.value.problems]


def group(*weekly: WeeklyInterval, zone: str = "Europe/Oslo") -> TimeGroup:
    """A time group with nothing but weekly hours."""
    return TimeGroup(id=TimeGroupId("g"), name="Group", time_zone=zone, weekly=weekly)


def hours(*texts: str) -> list[WeeklyInterval]:
    """Weekly intervals as ``fri 22:00-06:00``."""
    return [each for day, _, text in (t.partition(" ") for t in texts) for each in weekly_hours([Weekday(day)], text)]


# ---- times of day ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("00:00", 0),
        ("00:00:01", 1),
        ("09:30", 34_200),
        ("19:05:07", 68_707),
        ("23:59:59", 86_399),
        ("24:00", 86_400),
        ("24:00:00", 86_400),
    ],
)
def test_a_time_of_day_is_read(text: str, seconds: int) -> None:
    """HR-1: times are HH:MM or HH:MM:SS, from 00:00 to 24:00."""
    assert TimeOfDay(seconds=seconds) == parse_time_of_day(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "9:00",
        "09",
        "0900",
        "09:0",
        "09:000",
        "25:00",
        "24:01",
        "24:00:01",
        "30:00",
        "23:60",
        "23:59:60",
        "23:59:5",
        "09:00\n",
        " 09:00",
        "-1:00",
        "09:00Z",
        "09:00+01:00",
        "09.00",
        "09:00:00.5",
        "٠٩:٠٠",
        "０９:００",
        "noon",
    ],
)
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    """HR-1, B149: anything else is refused: 25:00, the leap second, digits of other scripts, what only looks alike."""
    assert [("(whole)", "schedule.invalid")] == problems(lambda: parse_time_of_day(text))


@pytest.mark.parametrize("text", ["00:00", "00:00:01", "09:30", "23:59:59", "24:00"])
def test_a_time_of_day_is_written_as_it_was_read(text: str) -> None:
    """HR-1: text and time of day turn into one another, and `str` gives the text."""
    time = parse_time_of_day(text)

    assert (text, text) == (time_of_day_text(time), str(time))


@pytest.mark.parametrize("seconds", [-1, 86_401])
def test_a_time_of_day_lies_within_a_day(seconds: int) -> None:
    """HR-1: there is no time of day before midnight or after 24:00."""
    assert [("(whole)", "schedule.invalid")] == problems(lambda: TimeOfDay(seconds=seconds))


def test_times_of_day_are_ordered() -> None:
    """HR-1: an earlier time is less than a later one."""
    assert parse_time_of_day("09:00") < parse_time_of_day("09:00:01") < parse_time_of_day("24:00")


# ---- intervals ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("09:00-17:00", (32_400, 61_200)),
        ("00:00-24:00", (0, 86_400)),
        ("22:00-24:00", (79_200, 86_400)),
        ("22:00-00:00", (79_200, 86_400)),
        ("22:00-06:00", (79_200, 108_000)),
        ("00:00:01-00:00", (1, 86_400)),
        ("00:01-00:00:59", (60, 86_459)),
        ("23:59:59-24:00", (86_399, 86_400)),
    ],
)
def test_an_interval_counts_from_the_midnight_of_its_day(text: str, seconds: tuple[int, int]) -> None:
    """HR-1: an end of 24:00 or 00:00 is the day's end; an earlier end is on the next day."""
    assert [seconds, seconds] == [day_hours(text)[0].seconds, weekly_hours([Weekday.MONDAY], text)[0].seconds]


@pytest.mark.parametrize(
    "text", ["24:00-24:00", "24:00-06:00", "24:00-00:00", "09:00-09:00", "00:00-00:00", "25:00-26:00", "09:00", ""]
)
def test_what_is_no_interval_is_refused(text: str) -> None:
    """HR-1, B149: a start at 24:00 and a length of zero are errors; 00:00-24:00 is the one all-day form."""
    assert [
        [("(whole)", "schedule.invalid")],
        [("(whole)", "schedule.invalid")],
    ] == [problems(lambda: day_hours(text)), problems(lambda: weekly_hours([Weekday.MONDAY], text))]


def test_intervals_keep_the_spelling_of_their_end() -> None:
    """FF-1: 00:00 as an end means what 24:00 means, and is written as it was given."""
    assert ("22:00-00:00", "fri 22:00-24:00") == (
        str(*day_hours("22:00-00:00")),
        str(*weekly_hours([Weekday.FRIDAY], "22:00-24:00")),
    )


def test_a_weekly_interval_is_checked_however_it_is_built() -> None:
    """HR-1: constructors are the validators: no interval without length exists."""
    nine = parse_time_of_day("09:00")

    assert [("(whole)", "schedule.invalid")] == problems(
        lambda: WeeklyInterval(day=Weekday.MONDAY, start=nine, end=nine)
    )


def test_weekly_hours_repeat_on_every_day() -> None:
    """HR-1: several intervals per day, on each of the days given."""
    assert ["mon 09:00-12:00", "mon 13:00-17:00", "tue 09:00-12:00", "tue 13:00-17:00"] == [
        str(each) for each in weekly_hours([Weekday.MONDAY, Weekday.TUESDAY], "09:00-12:00", "13:00-17:00")
    ]


def test_weekdays_count_as_the_calendar_does() -> None:
    """HR-1: a weekday's number is that of `date.weekday`."""
    monday = date(2026, 11, 23)

    assert [(monday + timedelta(days=day.number)).strftime("%a").lower() for day in Weekday] == list(Weekday)


# ---- weekly hours together ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "texts",
    [
        (),
        ("mon 09:00-12:00", "mon 12:00-17:00"),
        ("mon 12:00-17:00", "mon 09:00-12:00"),
        ("mon 22:00-06:00", "tue 06:00-22:00"),
        ("sun 22:00-06:00", "mon 06:00-09:00"),
        ("sun 22:00-24:00", "mon 00:00-09:00"),
        ("sun 22:00-00:00", "mon 00:00-09:00"),
        tuple(f"{day} 00:00-24:00" for day in Weekday),
    ],
)
def test_touching_intervals_are_no_overlap(texts: tuple[str, ...]) -> None:
    """HR-1: intervals are half-open, so one may start where another ends, across midnight and across the week too."""
    assert len(texts) == len(group(*hours(*texts)).weekly)


@pytest.mark.parametrize(
    ("texts", "where"),
    [
        (("mon 09:00-12:00", "mon 11:59:59-17:00"), "weekly[1]"),
        (("mon 11:59:59-17:00", "mon 09:00-12:00"), "weekly[0]"),
        (("mon 09:00-17:00", "mon 12:00-13:00"), "weekly[1]"),
        (("mon 09:00-17:00", "mon 09:00-17:00"), "weekly[1]"),
        (("mon 22:00-06:00", "tue 05:59:59-09:00"), "weekly[1]"),
        (("sun 22:00-06:00", "mon 05:59:59-09:00"), "weekly[1]"),
        (("mon 00:00-01:00", "sun 22:00-00:00:01"), "weekly[0]"),
        (("mon 00:00-01:00", "sun 22:00-02:00"), "weekly[1]"),
        (("sun 22:00-06:00", "mon 07:00-08:00", "sun 21:00-22:00:01"), "weekly[0]"),
        (("mon 00:00-24:00", "mon 09:00-10:00"), "weekly[1]"),
    ],
)
def test_overlaps_are_refused(texts: tuple[str, ...], where: str) -> None:
    """HR-1, B151: intervals that overlap are an error, tails included, Sunday to Monday too."""
    assert [(where, "schedule.overlap")] == problems(lambda: group(*hours(*texts)))


def test_every_overlap_is_reported() -> None:
    """P77: an interval that holds two others is reported with both, in words that name the two."""
    with pytest.raises(InvalidValue) as caught:
        group(*hours("mon 09:00-17:00", "mon 10:00-11:00", "mon 12:00-13:00", "tue 09:00-17:00"))

    assert [
        "weekly[1]: `mon 10:00-11:00` overlaps `mon 09:00-17:00` (schedule.overlap)",
        "weekly[2]: `mon 12:00-13:00` overlaps `mon 09:00-17:00` (schedule.overlap)",
    ] == [str(problem) for problem in caught.value.problems]


def minutes(count: int, step: int) -> list[str]:
    """So many intervals of one minute, ``step`` minutes apart."""
    return [
        f"{TimeOfDay(seconds=60 * start)}-{TimeOfDay(seconds=60 * start + 60)}"
        for start in range(0, step * count, step)
    ]


def test_there_is_a_limit_to_weekly_intervals() -> None:
    """B151: ten thousand windows are refused by number, without looking at each other; the limit itself passes."""
    many = weekly_hours(Weekday, *minutes(48, 2))

    assert (MOST_WEEKLY, [("weekly", "schedule.too_many")], [("weekly", "schedule.too_many")]) == (
        len(group(*many).weekly),
        problems(lambda: group(*many, *hours("mon 23:00-24:00"))),
        problems(lambda: group(*many * 30)),
    )


def test_there_is_a_limit_to_everything_else() -> None:
    """FF-2: exceptions, calendars, entries and the intervals of a special day are limited too."""
    exception = HoursException(name="Day", dates=NEW_YEAR, effect=Closed())
    entry = CalendarEntry(name="Day", dates=NEW_YEAR)
    uses = [CalendarUse(calendar=CalendarId(f"c{n}")) for n in range(MOST_CALENDARS + 1)]

    def built(exceptions: int, calendars: int) -> TimeGroup:
        return TimeGroup(
            id=TimeGroupId("g"),
            name="G",
            time_zone="UTC",
            exceptions=[exception] * exceptions,
            calendars=uses[:calendars],
        )

    def calendar(entries: int) -> HolidayCalendar:
        return HolidayCalendar(id=CalendarId("c"), name="C", entries=[entry] * entries)

    assert [
        [("exceptions", "schedule.too_many"), ("calendars", "schedule.too_many")],
        [("entries", "schedule.too_many")],
        [("intervals", "schedule.too_many")],
        (MOST_EXCEPTIONS, MOST_CALENDARS, MOST_ENTRIES, MOST_OF_A_DAY),
    ] == [
        problems(lambda: built(MOST_EXCEPTIONS + 1, MOST_CALENDARS + 1)),
        problems(lambda: calendar(MOST_ENTRIES + 1)),
        problems(lambda: Special(intervals=day_hours(*minutes(MOST_OF_A_DAY + 1, 2)))),
        (
            len(built(MOST_EXCEPTIONS, MOST_CALENDARS).exceptions),
            len(built(MOST_EXCEPTIONS, MOST_CALENDARS).calendars),
            len(calendar(MOST_ENTRIES).entries),
            len(Special(intervals=day_hours(*minutes(MOST_OF_A_DAY, 2))).intervals),
        ),
    ]


# ---- exceptions and calendars ---------------------------------------------------------------------------------------


REFUSED_RULES: dict[str, tuple[Callable[[], object], str, str]] = {
    "a date with a time": (lambda: OneDate(date=NOON), "date", "field.wrong_type"),
    "a range from a time": (lambda: DateRange(first=NOON, last=date(2027, 1, 1)), "first", "field.wrong_type"),
    "a range to a time": (lambda: DateRange(first=date(2026, 1, 1), last=NOON), "last", "field.wrong_type"),
    "a range reversed": (
        lambda: DateRange(first=date(2026, 1, 2), last=date(2026, 1, 1)),
        "last",
        "schedule.dates_reversed",
    ),
    "month 0": (lambda: Yearly(month=0, day=1), "month", "field.out_of_range"),
    "month 13": (lambda: Yearly(month=13, day=1), "month", "field.out_of_range"),
    "0 January": (lambda: Yearly(month=1, day=0), "day", "field.out_of_range"),
    "30 February": (lambda: Yearly(month=2, day=30), "day", "field.out_of_range"),
    "31 April": (lambda: Yearly(month=4, day=31), "day", "field.out_of_range"),
    "day 0": (lambda: MonthlyDay(day=0), "day", "field.out_of_range"),
    "day 32": (lambda: MonthlyDay(day=32), "day", "field.out_of_range"),
    "the 0th Monday": (lambda: NthWeekday(weekday=Weekday.MONDAY, nth=0), "nth", "field.out_of_range"),
    "the 6th Monday": (lambda: NthWeekday(weekday=Weekday.MONDAY, nth=6), "nth", "field.out_of_range"),
    "the 1st Monday of month 13": (
        lambda: NthWeekday(weekday=Weekday.MONDAY, nth=1, month=13),
        "month",
        "field.out_of_range",
    ),
    "the last Monday of month 0": (
        lambda: LastWeekday(weekday=Weekday.MONDAY, month=0),
        "month",
        "field.out_of_range",
    ),
    "no special hours": (lambda: Special(intervals=[]), "intervals", "field.empty"),
    "overlap": (
        lambda: Special(intervals=day_hours("09:00-12:00", "11:00-13:00")),
        "intervals[1]",
        "schedule.overlap",
    ),
    "overlap of a tail": (
        lambda: Special(intervals=day_hours("22:00-02:00", "23:00-24:00")),
        "intervals[1]",
        "schedule.overlap",
    ),
    "an exception that adds nothing": (
        lambda: HoursException(name="X", dates=NEW_YEAR, effect=Closed(), only_adds=True),
        "only_adds",
        "schedule.closed_adds",
    ),
    "an entry that adds nothing": (
        lambda: CalendarEntry(name="X", dates=NEW_YEAR, only_adds=True),
        "only_adds",
        "schedule.closed_adds",
    ),
    "an exception without a name": (
        lambda: HoursException(name="", dates=NEW_YEAR, effect=Closed()),
        "name",
        "field.required",
    ),
    "an entry without a name": (lambda: CalendarEntry(name="", dates=NEW_YEAR), "name", "field.required"),
    "a calendar with a space in its id": (
        lambda: HolidayCalendar(id=CalendarId("no id"), name="C"),
        "id",
        "id.invalid",
    ),
    "a calendar without a name": (lambda: HolidayCalendar(id=CalendarId("c"), name=""), "name", "field.required"),
    "a use of no calendar": (lambda: CalendarUse(calendar=CalendarId("")), "calendar", "id.invalid"),
}


@pytest.mark.parametrize(("build", "where", "code"), REFUSED_RULES.values(), ids=REFUSED_RULES)
def test_a_rule_that_means_nothing_is_refused(build: Callable[[], object], where: str, code: str) -> None:
    """HR-3: dates no year has, ranges that end before they start, special hours without any: each has its code."""
    assert [(where, code)] == problems(build)


def test_what_comes_again_may_skip_months_and_years() -> None:
    """HR-3: a date that some years lack is no error: 29 February, the 31st, a fifth weekday."""
    assert (29, 31, 5) == (
        Yearly(month=2, day=29).day,
        MonthlyDay(day=31).day,
        NthWeekday(weekday=Weekday.MONDAY, nth=5, month=12).nth,
    )


def test_a_range_may_be_one_date() -> None:
    """HR-3: the first and the last date of a range are both in it."""
    day = date(2026, 1, 1)

    assert day == DateRange(first=day, last=day).last


def test_special_hours_may_come_back_to_their_own_morning() -> None:
    """HR-3: a tail runs into the next date, so it doesn't overlap the morning of its own."""
    assert 2 == len(Special(intervals=day_hours("04:00-08:00", "22:00-06:00")).intervals)


def test_an_entry_is_closed_unless_it_says_otherwise() -> None:
    """HR-3: a holiday is closed; a name may come again, once for each year's date."""
    easter = [CalendarEntry(name="Easter", dates=OneDate(date=date(y, 4, 6))) for y in (2026, 2037)]

    assert [Closed(), Closed()] == [
        each.effect for each in HolidayCalendar(id=CalendarId("no"), name="Norway", entries=easter).entries
    ]


def test_a_calendar_is_followed_once() -> None:
    """HR-3: a time group names a calendar once; a second mention is reported where it stands."""
    uses = [CalendarUse(calendar=CalendarId("no")), CalendarUse(calendar=CalendarId("no"), without=["Easter"])]

    assert [("calendars[1].calendar", "field.duplicate")] == problems(
        lambda: TimeGroup(id=TimeGroupId("g"), name="G", time_zone="UTC", calendars=uses)
    )


# ---- overrides and emergencies --------------------------------------------------------------------------------------


def override(**changes: object) -> ManualOverride:
    """An override of an hour, apart from what is changed."""
    fields: dict[str, object] = {
        "state": OverrideState.OPEN,
        "actor": UserId("u-asha"),
        "reason": "Fair",
        "set_at": NOON,
        "until": NOON + timedelta(hours=1),
    }
    return ManualOverride(**{**fields, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "where", "code"),
    [
        ({"until": NOON}, "until", "schedule.override_empty"),
        ({"until": NOON - timedelta(seconds=1)}, "until", "schedule.override_empty"),
        ({"until": NOON.replace(tzinfo=None)}, "until", "field.naive_instant"),
        ({"set_at": NOON.replace(tzinfo=None)}, "set_at", "field.naive_instant"),
        ({"actor": UserId("")}, "actor", "id.invalid"),
        ({"reason": ""}, "reason", "field.required"),
    ],
)
def test_an_override_says_who_why_and_since_when(changes: dict[str, object], where: str, code: str) -> None:
    """HR-4: actor, reason and instants are checked; an override ends after it was set, or when it is revoked."""
    assert [(where, code)] == problems(lambda: override(**changes))


def test_instants_are_kept_in_utc() -> None:
    """B149: the two 02:30s of a clock change are an hour apart, although Python calls them equal in their own zone."""
    oslo = ZoneInfo("Europe/Oslo")
    first = datetime(2026, 10, 25, 2, 30, tzinfo=oslo)

    assert [datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)] == [
        override(set_at=first.replace(fold=fold), until=None).set_at for fold in (0, 1)
    ]


def test_an_override_may_wait_to_be_revoked() -> None:
    """HR-4: no end means until revoked."""
    assert override(until=None).until is None


def test_an_emergency_needs_no_details() -> None:
    """HR-4: who, why and since when are kept where they are known, the instant in UTC."""
    oslo = datetime(2026, 11, 21, 13, tzinfo=ZoneInfo("Europe/Oslo"))

    assert (None, NOON) == (ClosedByEmergency().set_at, ClosedByEmergency(set_at=oslo).set_at)


@pytest.mark.parametrize(
    ("build", "where", "code"),
    [
        (lambda: ClosedByEmergency(set_at=NOON.replace(tzinfo=None)), "set_at", "field.naive_instant"),
        (lambda: ClosedByEmergency(actor=UserId("no id")), "actor", "id.invalid"),
        (lambda: ClosedByEmergency(reason=""), "reason", "field.required"),
    ],
)
def test_details_of_an_emergency_are_checked(build: Callable[[], object], where: str, code: str) -> None:
    """HR-4: what is given has to be right."""
    assert [(where, code)] == problems(build)


# ---- time zones -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "Mars/Phobos",
        "",
        " ",
        "europe/oslo",
        "Europe/oslo",
        "EUROPE/OSLO",
        "../x",
        "../Europe/Oslo",
        "Europe/../Europe/Oslo",
        "/usr/share/zoneinfo/Europe/Oslo",
        "Europe",
        "Europe/",
        "Europe/Oslo ",
        "Europe/Oslo\n",
        "Europe/Oslo\0",
        "leapseconds",
        "localtime",
        "posixrules",
        "tzdata.zi",
        "zone.tab",
        "Factory",
        "right/Europe/Oslo",
        "posix/Europe/Oslo",
        "+01:00",
        "CET-1CEST",
    ],
)
def test_a_name_that_is_no_zone_is_refused(name: str) -> None:
    """HR-1, B148: unknown, in another case, a path, or a file of the time-zone data that is no zone."""
    assert [("time_zone", "time_zone.unknown")] == problems(lambda: group(zone=name))


@pytest.mark.parametrize(
    "name", ["UTC", "Etc/GMT+5", "Europe/Oslo", "Asia/Kolkata", "Asia/Calcutta", "America/Argentina/Buenos_Aires"]
)
def test_a_zone_keeps_the_name_given(name: str) -> None:
    """HR-1: links are zones too, and aren't replaced by what they point to."""
    assert name == group(zone=name).time_zone


@pytest.fixture
def no_data(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine without time-zone data, neither of its own nor from the package."""
    before = zoneinfo.TZPATH
    monkeypatch.setitem(sys.modules, "tzdata", None)
    zoneinfo.reset_tzpath(to=[])
    time_zone_names.cache_clear()
    yield
    zoneinfo.reset_tzpath(to=before)
    time_zone_names.cache_clear()


@pytest.mark.usefixtures("no_data")
def test_a_machine_without_time_zones_says_so() -> None:
    """HR-1: where there is no data, the error says that rather than blame the name."""
    found = Collector()
    check_time_zone(found, "time_zone", "Europe/Oslo")

    assert [Code.TIME_ZONE_NO_DATA] == [problem.code for problem in found.problems]


# ---- as a whole -----------------------------------------------------------------------------------------------------


def test_all_problems_come_together() -> None:
    """ER-1, P77: everything that is wrong with a time group is reported at once, in the order of its fields."""
    assert [
        ("id", "id.invalid"),
        ("name", "field.required"),
        ("time_zone", "time_zone.unknown"),
        ("weekly[1]", "schedule.overlap"),
        ("calendars[1].calendar", "field.duplicate"),
    ] == problems(
        lambda: TimeGroup(
            id=TimeGroupId("no id"),
            name="",
            time_zone="Mars/Phobos",
            weekly=hours("mon 09:00-12:00", "mon 11:00-13:00"),
            calendars=[CalendarUse(calendar=CalendarId("c"))] * 2,
        )
    )


def test_a_time_group_is_a_value() -> None:
    """ID-1: equal ones are equal and hash alike, whichever iterables they were made from."""

    def built(kind: Callable[[object], object]) -> TimeGroup:
        return TimeGroup(
            id=TimeGroupId("g"),
            name="Group",
            time_zone="UTC",
            weekly=kind(weekly_hours(WORKDAYS, "09:00-17:00")),  # type: ignore[arg-type]
            exceptions=kind([HoursException(name="X", dates=NEW_YEAR, effect=OpenAllDay())]),  # type: ignore[arg-type]
            calendars=kind([CalendarUse(calendar=CalendarId("c"), without=["Easter"])]),  # type: ignore[arg-type]
        )

    assert 1 == len({built(list), built(tuple), built(iter)})  # type: ignore[arg-type]


def test_a_day_interval_is_checked_however_it_is_built() -> None:
    """HR-1: constructors are the validators: no interval starts at the day's end."""
    end, six = parse_time_of_day("24:00"), parse_time_of_day("06:00")

    assert [("(whole)", "schedule.invalid")] == problems(lambda: DayInterval(start=end, end=six))
