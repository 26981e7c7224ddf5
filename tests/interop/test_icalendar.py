"""iCalendar files as holiday calendars (HR-3): what each event becomes, and every fault at its line."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from agentprov.engine.hours import Hours
from agentprov.errors import AgentprovError, Code, InvalidValue, MalformedDocument, MissingExtra
from agentprov.interop import icalendar as module
from agentprov.interop.ical_text import MOST_BYTES, MOST_EVENTS
from agentprov.interop.icalendar import UNNAMED, Meaning, read_icalendar
from agentprov.model.dates import DateRange, OneDate, Weekday
from agentprov.model.hours import (
    MOST_ENTRIES,
    CalendarUse,
    Closed,
    HolidayCalendar,
    OpenAllDay,
    Special,
    TimeGroup,
)
from agentprov.model.ids import CalendarId, TimeGroupId
from agentprov.model.intervals import weekly_hours

ID = CalendarId("k")


def event(*lines: str, name: str | None = "E", uid: str | None = "e") -> str:
    """An event with these content lines."""
    fixed = [f"SUMMARY:{name}"] * (name is not None) + [f"UID:{uid}"] * (uid is not None)
    return "\n".join(("BEGIN:VEVENT", *fixed, *lines, "END:VEVENT"))


def file(*parts: str) -> str:
    """A file with these components."""
    return "\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//EN", *parts, "END:VCALENDAR", ""))


def read(*parts: str, years: Any = (2026, 2027), time_zone: str = "Europe/Oslo", **more: Any) -> HolidayCalendar:
    """The calendar that a file with these events becomes."""
    return read_icalendar(file(*parts), years=years, time_zone=time_zone, id=ID, name="K", **more)


def shown(calendar: HolidayCalendar) -> list[str]:
    """The entries as text: name, dates, what holds on them."""
    return [
        " ".join((entry.name, _dates(entry.dates), _effect(entry.effect), *(["adds"] * entry.only_adds)))
        for entry in calendar.entries
    ]


def _dates(dates: object) -> str:
    if isinstance(dates, DateRange):
        return f"{dates.first}..{dates.last}"
    assert isinstance(dates, OneDate)
    return str(dates.date)


def _effect(effect: object) -> str:
    if isinstance(effect, Special):
        return ",".join(map(str, effect.intervals))
    return {Closed(): "closed", OpenAllDay(): "open"}[effect]


def problems(content: bytes | str, **more: Any) -> list[tuple[str, Code]]:
    """Where and what is wrong with a file."""
    with pytest.raises(AgentprovError) as caught:
        read_icalendar(content, **{"years": [2026], "time_zone": "Europe/Oslo", "id": ID, "name": "K", **more})
    return [(problem.where, problem.code) for problem in caught.value.problems]


# ---- what an event becomes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["DTSTART;VALUE=DATE:20260517"], "E 2026-05-17 closed"),
        (["DTSTART:20260517"], "E 2026-05-17 closed"),
        (["DTSTART;VALUE=DATE:20260517", "DTEND;VALUE=DATE:20260518"], "E 2026-05-17 closed"),
        (["DTSTART;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20261227"], "E 2026-12-24..2026-12-26 closed"),
        (["DTSTART;VALUE=DATE:20261224", "DURATION:P3D"], "E 2026-12-24..2026-12-26 closed"),
        (["DTSTART;VALUE=DATE:20251220", "DTEND;VALUE=DATE:20260103"], "E 2026-01-01..2026-01-02 closed"),
        (["DTSTART:20261224T100000", "DTEND:20261224T130000"], "E 2026-12-24 10:00-13:00"),
        (["DTSTART:20261224T090000Z", "DURATION:PT3H"], "E 2026-12-24 10:00-13:00"),
        (["DTSTART;TZID=Asia/Kolkata:20261224T133000", "DURATION:PT3H"], "E 2026-12-24 09:00-12:00"),
        (["DTSTART;TZID=W. Europe Standard Time:20261224T100000", "DURATION:PT3H"], "E 2026-12-24 10:00-13:00"),
        (['DTSTART;TZID="/example.org/Europe/Oslo":20261224T100000', "DURATION:PT3H"], "E 2026-12-24 10:00-13:00"),
        (["DTSTART:20261224T220000", "DTEND:20261225T030000"], "E 2026-12-24 22:00-03:00"),
        (["DTSTART:20261224T220000", "DTEND:20261225T000000"], "E 2026-12-24 22:00-24:00"),
        (["DTSTART:20261224T000000", "DTEND:20261225T000000"], "E 2026-12-24 00:00-24:00"),
        (["DTSTART;TZID=Europe/Oslo:20260329T013000", "DURATION:PT1H"], "E 2026-03-29 01:30-03:30"),
    ],
)
def test_one_event(lines: list[str], expected: str) -> None:
    """HR-3: whole days close, hours are special; told by the wall clock of the zone that is asked for."""
    assert [expected] == shown(read(event(*lines), years=[2026]))


@pytest.mark.parametrize(
    ("all_day", "expected"),
    [
        (Meaning.CLOSED, "E 2026-05-17 closed"),
        (Meaning.SPECIAL, "E 2026-05-17 open"),
        (Meaning.ADDS, "E 2026-05-17 open adds"),
    ],
)
def test_what_whole_days_mean(all_day: Meaning, expected: str) -> None:
    """HR-3: closed, open and nothing else, or open in addition."""
    assert [expected] == shown(read(event("DTSTART:20260517"), all_day=all_day))


@pytest.mark.parametrize(
    ("timed", "expected"),
    [
        (Meaning.CLOSED, ["E 2026-12-24..2026-12-25 closed"]),
        (Meaning.SPECIAL, ["E 2026-12-24 22:00-03:00"]),
        (Meaning.ADDS, ["E 2026-12-24 22:00-03:00 adds"]),
    ],
)
def test_what_hours_mean(timed: Meaning, expected: list[str]) -> None:
    """HR-3: closed on every date they touch, open then and at no other time, or open in addition."""
    assert expected == shown(read(event("DTSTART:20261224T220000", "DTEND:20261225T030000"), timed=timed))


def test_hours_that_end_at_midnight_dont_touch_the_next_date() -> None:
    """HR-1: half-open, so closing goes by the last moment."""
    lines = event("DTSTART:20261224T220000", "DTEND:20261225T000000")

    assert ["E 2026-12-24 closed"] == shown(read(lines, timed=Meaning.CLOSED))
    assert ["E 2026-12-24 closed"] == shown(read(event("DTSTART:20261224T220000"), timed=Meaning.CLOSED))


def test_longer_hours_are_cut_at_midnight() -> None:
    """HR-3: each of their dates has its part."""
    assert [
        "E 2026-12-24 18:00-24:00",
        "E 2026-12-25 00:00-24:00",
        "E 2026-12-26 00:00-08:00",
    ] == shown(read(event("DTSTART:20261224T180000", "DTEND:20261226T080000")))


def test_special_hours_of_one_date_are_one_entry() -> None:
    """HR-3: an entry owns its date, so two would leave one without effect; what overlaps is united."""
    found = read(
        event("DTSTART:20261224T140000", "DURATION:PT1H", name="B", uid="b"),
        event("DTSTART:20261224T090000", "DURATION:PT2H", name="A", uid="a"),
        event("DTSTART:20261224T103000", "DURATION:PT1H", name="A", uid="c"),
    )

    assert ["A; B 2026-12-24 09:00-11:30,14:00-15:00"] == shown(found)


def test_hours_of_a_date_that_together_last_more_than_a_day() -> None:
    """HR-1, HR-3: an interval is shorter than a day or the whole of one, so they are two that touch."""
    found = read(
        event("DTSTART:20261224T000000", "DURATION:PT20H", uid="a"),
        event("DTSTART:20261224T190000", "DURATION:PT11H", uid="b"),
    )
    group = TimeGroup(id=TimeGroupId("h"), name="H", time_zone="Europe/Oslo", calendars=[CalendarUse(calendar=ID)])

    assert ((1798066800, 1798174800),) == Hours(group, {ID: found}).intervals(1798000000, 1798300000)


def test_names_that_are_too_long_together_leave_the_first() -> None:
    """HR-3: a name has at most two hundred characters."""
    long = [letter * 150 for letter in "ab"]
    found = read(*(event("DTSTART:20261224T090000", "DURATION:PT2H", name=name, uid=name) for name in long))

    assert [long[0]] == [entry.name for entry in found.entries]


def test_hours_count_before_whole_days() -> None:
    """HR-3: of one date, the entry that comes first in the list decides: the hours, wherever the file has them."""
    found = read(
        event("DTSTART:20261224", name="Christmas Eve", uid="a"),
        event("DTSTART:20260101", name="New Year", uid="c"),
        event("DTSTART:20261224T100000", "DURATION:PT3H", name="Short day", uid="b"),
    )

    assert [
        "Short day 2026-12-24 10:00-13:00",
        "New Year 2026-01-01 closed",
        "Christmas Eve 2026-12-24 closed",
    ] == shown(found)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["RRULE:FREQ=YEARLY"], ["2026-05-01", "2027-05-01"]),
        (["RRULE:FREQ=YEARLY;UNTIL=20261231"], ["2026-05-01"]),
        (["RRULE:FREQ=MONTHLY;COUNT=3"], ["2026-05-01", "2026-06-01", "2026-07-01"]),
        (["RRULE:FREQ=MONTHLY;BYDAY=1FR;COUNT=3"], ["2026-05-01", "2026-06-05", "2026-07-03"]),
        (["RRULE:FREQ=MONTHLY;BYDAY=FR;BYSETPOS=1,2;COUNT=3"], ["2026-05-01", "2026-05-08", "2026-06-05"]),
        (["RRULE:FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=1"], ["2026-05-01", "2027-05-01"]),
        (["RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=1FR"], ["2026-05-01", "2027-05-07"]),
        (["RRULE:FREQ=MONTHLY;COUNT=3", "EXDATE:20260601"], ["2026-05-01", "2026-07-01"]),
        (["RDATE:20260902,20260903"], ["2026-05-01", "2026-09-02", "2026-09-03"]),
    ],
)
def test_an_event_that_comes_again(lines: list[str], expected: list[str]) -> None:
    """HR-3: rules, further dates and exclusions, as far as the years that are asked for."""
    assert [f"E {each} closed" for each in expected] == shown(read(event("DTSTART:20260501", *lines)))


def test_one_of_a_series_is_moved_and_one_is_cancelled() -> None:
    """HR-3: RECURRENCE-ID replaces one; STATUS:CANCELLED takes it away."""
    found = read(
        event("DTSTART:20260501", "RRULE:FREQ=MONTHLY;COUNT=4"),
        event("RECURRENCE-ID:20260701", "DTSTART:20260703", name="Moved"),
        event("RECURRENCE-ID:20260801", "DTSTART:20260801", "STATUS:CANCELLED"),
    )

    assert ["E 2026-05-01 closed", "E 2026-06-01 closed", "Moved 2026-07-03 closed"] == shown(found)


def test_a_series_keeps_its_wall_clock_through_a_clock_change() -> None:
    """HR-2: ten in Oslo is ten in summer and in winter, and another time in Kolkata."""
    lines = event("DTSTART;TZID=Europe/Oslo:20261023T100000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=2")

    assert ["E 2026-10-23 10:00-11:00", "E 2026-10-30 10:00-11:00"] == shown(read(lines))
    assert ["E 2026-10-23 13:30-14:30", "E 2026-10-30 14:30-15:30"] == shown(read(lines, time_zone="Asia/Kolkata"))


def test_only_the_years_asked_for() -> None:
    """HR-3: by the date on the wall: New Year's Eve at eleven in Oslo is New Year's Day in Kolkata."""
    eve = event("DTSTART;TZID=Europe/Oslo:20261231T230000", "DURATION:PT1H")

    assert ["E 2026-12-31 23:00-24:00"] == shown(read(eve, years=[2026]))
    assert [] == shown(read(eve, years=[2026], time_zone="Asia/Kolkata"))
    assert ["E 2027-01-01 03:30-04:30"] == shown(read(eve, years=[2027], time_zone="Asia/Kolkata"))
    assert [] == shown(read(event("DTSTART:20270501"), years=[2026, 2028]))


def test_names() -> None:
    """HR-3: escapes are undone, blanks become one, the composed form is kept; without one there is a word for it."""
    written = ["Eid\\, first day", "a\\nb  c", "Cafe\u0301", "", None]
    found = [shown(read(event("DTSTART:20260501", name=name)))[0] for name in written]

    assert [f"{name} 2026-05-01 closed" for name in ("Eid, first day", "a b c", "Caf\u00e9", UNNAMED, UNNAMED)] == found


def test_events_without_an_id_are_apart() -> None:
    """HR-3: RFC 5545 wants a UID; files without are still read."""
    found = read(event("DTSTART:20260501", uid=None), event("DTSTART:20260502", uid=None))

    assert ["E 2026-05-01 closed", "E 2026-05-02 closed"] == shown(found)


def test_what_else_a_file_holds_makes_no_difference() -> None:
    """HR-3: time zones, alarms, tasks, attendees, folded lines, another line end, a byte-order mark, two calendars."""
    zone = (
        "BEGIN:VTIMEZONE\nTZID:Europe/Oslo\nBEGIN:STANDARD\nDTSTART:16010101T000000\n"
        "TZOFFSETFROM:+0500\nTZOFFSETTO:+0900\nRRULE:FREQ=SECONDLY\nEND:STANDARD\nEND:VTIMEZONE"
    )
    alarm = "BEGIN:VALARM\nTRIGGER:-PT15M\nDTSTART:nonsense\nEND:VALARM"
    todo = "BEGIN:VTODO\nUID:t\nDTSTART:nonsense\nEND:VTODO"
    timed = event(
        "DTSTART;TZID=Europe/Oslo:2026122\n 4T100000",
        "DTEND;TZID=Europe/Oslo:20261224\n\tT130000",
        alarm,
        'X-A;B="c:d":e',
    )
    content = file(zone, todo, timed) + file(event("DTSTART:20260501", "ATTENDEE;CN=x:mailto:a@example.com"))
    found = read_icalendar(
        b"\xef\xbb\xbf" + content.replace("\n", "\r\n").encode(),
        years=range(2026, 2027),
        time_zone="Europe/Oslo",
        id=ID,
        name="K",
    )

    assert ["E 2026-12-24 10:00-13:00"] == [text for text in shown(found) if "12-24" in text]


def test_a_time_group_follows_it() -> None:
    """HR-3: closed by the file on a date that the week opens."""
    group = TimeGroup(
        id=TimeGroupId("h"),
        name="H",
        time_zone="Europe/Oslo",
        weekly=weekly_hours(Weekday, "09:00-17:00"),
        calendars=[CalendarUse(calendar=ID)],
    )
    hours = Hours(group, {ID: read(event("DTSTART:20260517"))})

    noons = [1778925600 + day * 86_400 for day in range(3)]  # 16 May 2026, 12:00 in Oslo, and the days after it
    assert [True, False, True] == [hours.is_open(noon) for noon in noons]


# ---- faults ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["DTSTART:20260230"], [("line[7]", Code.FIELD_INVALID)]),
        (["DTSTART:garbage"], [("line[7]", Code.FIELD_INVALID)]),
        (["DTSTART:20260501T236000"], [("line[7]", Code.FIELD_INVALID)]),
        (["DTSTART:20260501T235960"], [("line[7]", Code.FIELD_INVALID)]),
        (["DTSTART:18991231"], [("line[7]", Code.FIELD_OUT_OF_RANGE)]),
        (["DTSTART:22010101"], [("line[7]", Code.FIELD_OUT_OF_RANGE)]),
        (["DTSTART;TZID=Mars/Phobos:20260501T100000"], [("line[7]", Code.TIME_ZONE_UNKNOWN)]),
        (["DTSTART:20260501", "DTSTART:20260502"], [("line[8]", Code.FIELD_DUPLICATE)]),
        (["DTSTART:20260501", "DTEND:20260502T100000"], [("line[8]", Code.FIELD_INVALID)]),
        (["DTSTART:20260501T100000", "DTEND:20260502"], [("line[8]", Code.FIELD_INVALID)]),
        (["DTSTART:20260501T100000"], [("line[4]", Code.FIELD_INVALID)]),
        (["DTSTART:20260501T100000", "DTEND:20260501T090000"], [("line[8]", Code.SCHEDULE_DATES_REVERSED)]),
        (["DTSTART:20260501", "DTEND:20260430"], [("line[8]", Code.SCHEDULE_DATES_REVERSED)]),
        (
            ["DTSTART;TZID=Europe/Oslo:20261025T023000", "DTEND:20261025T011500Z"],
            [("line[8]", Code.SCHEDULE_DATES_REVERSED)],
        ),
        (["DTSTART:20260501T100000", "DTEND:20260501T110000Z"], [("line[8]", Code.FIELD_INVALID)]),
        (["DTSTART:20261025T003000Z", "DTEND:20261025T011500Z"], [("line[4]", Code.FIELD_INVALID)]),
        (["DTSTART:20260501", "DURATION:PT5H"], [("line[8]", Code.FIELD_INVALID)]),
        (["DTSTART:20260501", "DURATION:-P1D"], [("line[8]", Code.FIELD_INVALID)]),
        (["DTSTART:20260501", "DURATION:P"], [("line[8]", Code.FIELD_INVALID)]),
        (["DTSTART:20260501", "DTEND:20260502", "DURATION:P1D"], [("line[4].DURATION", Code.FIELD_CONTRADICTS)]),
        (["DTEND:20260502"], [("line[7]", Code.FIELD_INVALID), ("line[4].DTSTART", Code.FIELD_REQUIRED)]),
        (["DTSTART:20260501", "RDATE:20260502,nonsense"], [("line[8]", Code.FIELD_INVALID)]),
        (["DTSTART:20260501", "EXRULE:FREQ=DAILY"], [("line[8]", Code.FIELD_INVALID)]),
        (["DTSTART:20260501", "SEQUENCE:many"], [("line[8]", Code.FIELD_INVALID)]),
        (["DTSTART:20260501", "nonsense"], [("line[8]", Code.DOCUMENT_SYNTAX)]),
        (["DTSTART:20260501", "X-LONG:" + "x" * 100_001], [("line[8]", Code.DOCUMENT_SYNTAX)]),
        (["DTSTART:20260501", "END:VTODO"], [("line[8]", Code.DOCUMENT_SYNTAX)]),
    ],
)
def test_a_fault_is_told_at_its_line(lines: list[str], expected: list[tuple[str, Code]]) -> None:
    """HR-3, FF-1: the line of the file, counted from one."""
    assert expected == problems(file(event(*lines)))


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;COUNT=1000000000",
        "FREQ=HOURLY",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=3;UNTIL=20260601",
        "FREQ=DAILY;UNTIL=20261332",
        "FREQ=DAILY;BYHOUR=1,2,3",
        "FREQ=DAILY;BYSECOND=1",
        "FREQ=DAILY;BYDAY=2MO",
        "FREQ=WEEKLY;BYMONTHDAY=1",
        "FREQ=MONTHLY;BYWEEKNO=1",
        "FREQ=YEARLY;BYMONTH=13",
        "FREQ=YEARLY;FREQ=DAILY",
        "FREQ=DAILY;COLOUR=RED",
        "INTERVAL=2",
        "",
        "FREQ=YEARLY;BYDAY=" + ",".join(["MO"] * 1000),
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;INTERVAL=2;BYDAY=TU",
    ],
)
def test_a_rule_that_is_not_taken(rule: str) -> None:
    """FF-2: more than once a day, without meaning, or followed to the end of time in vain: told at its line."""
    assert [("line[8]", Code.FIELD_INVALID)] == problems(file(event("DTSTART:20260501", f"RRULE:{rule}")))


def test_many_rules_are_too_many() -> None:
    """FF-2: rules are refused from the one on that would make it take too long."""
    daily = [event("DTSTART:20260101", "RRULE:FREQ=DAILY", uid=str(number)) for number in range(100)]

    [(where, code)] = problems(file(*daily), years=range(2026, 2036))
    assert (Code.FIELD_INVALID, True) == (code, where.startswith("line["))


def test_all_faults_are_told() -> None:
    """P77: of every event: its lines, its rule, its name."""
    found = problems(
        file(
            event("DTSTART:1", "RRULE:FREQ=YEARLY"),
            event("DTSTART:20260501", "DURATION:x", "RRULE:FREQ=SECONDLY"),
            event(name="a\x07"),
        )
    )

    assert [
        ("line[7]", Code.FIELD_INVALID),
        ("line[14]", Code.FIELD_INVALID),
        ("line[17].DTSTART", Code.FIELD_REQUIRED),
        ("line[15]", Code.FIELD_INVALID),
        ("line[18]", Code.FIELD_CONTROL_CHARACTER),
    ] == found


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", ("(whole)", Code.DOCUMENT_EMPTY)),
        (b"\xef\xbb\xbf \n", ("(whole)", Code.DOCUMENT_EMPTY)),
        ("<html>", ("line[1]", Code.DOCUMENT_SYNTAX)),
        ("BEGIN:VCARD\nEND:VCARD", ("line[1]", Code.DOCUMENT_SYNTAX)),
        ("BEGIN:VCALENDAR\n\nBEGIN:VEVENT", ("line[3]", Code.DOCUMENT_SYNTAX)),
        ("VERSION:2.0", ("line[1]", Code.DOCUMENT_SYNTAX)),
        ("END:VCALENDAR", ("line[1]", Code.DOCUMENT_SYNTAX)),
        (b"BEGIN:VCALENDAR\nX:\xff\xfe", ("(whole)", Code.DOCUMENT_ENCODING)),
        ("BEGIN:VCALENDAR\n" * 20, ("line[17]", Code.DOCUMENT_TOO_DEEP)),
        ("BEGIN:A\n" * 100_000, ("line[17]", Code.DOCUMENT_TOO_DEEP)),
        ("x" * (MOST_BYTES + 1), ("(whole)", Code.DOCUMENT_TOO_LARGE)),
        (
            file("BEGIN:VEVENT\nEND:VEVENT\n" * (MOST_EVENTS + 1)),
            (f"line[{4 + 2 * MOST_EVENTS}]", Code.DOCUMENT_TOO_MANY),
        ),
    ],
)
def test_what_is_no_calendar(content: bytes | str, expected: tuple[str, Code]) -> None:
    """FF-2: another format, another encoding, nothing, too much, too deep: one problem each."""
    assert [expected] == problems(content)


def test_the_line_and_column_of_a_bad_byte() -> None:
    """FF-1: as in other documents."""
    with pytest.raises(MalformedDocument) as caught:
        read_icalendar(b"BEGIN:VCALENDAR\nX:\xff", years=[2026], time_zone="UTC", id=ID, name="K")

    assert [{"line": 2, "column": 3}] == [dict(problem.parameters) for problem in caught.value.problems]


@pytest.mark.parametrize("name", ["a\x07b", "x" * 201])
def test_a_name_that_cant_be_stored(name: str) -> None:
    """HR-3: as for every name; the line says where it stands."""
    [(where, _)] = problems(file(event("DTSTART:20260501", name=name)))

    assert "line[5]" == where


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"years": []}, ("years", Code.FIELD_EMPTY)),
        ({"years": [1969]}, ("years", Code.FIELD_OUT_OF_RANGE)),
        ({"years": [2026, 2201]}, ("years", Code.FIELD_OUT_OF_RANGE)),
        ({"years": range(10**12)}, ("years", Code.FIELD_OUT_OF_RANGE)),
        ({"time_zone": "Mars/Phobos"}, ("time_zone", Code.TIME_ZONE_UNKNOWN)),
        ({"id": CalendarId("")}, ("id", Code.ID_INVALID)),
        ({"name": ""}, ("name", Code.FIELD_REQUIRED)),
    ],
)
def test_what_is_asked_is_checked(asked: dict[str, Any], expected: tuple[str, Code]) -> None:
    """ER-1: years, zone, id and name."""
    assert [expected] == problems(file(event("DTSTART:20260501")), **asked)


def test_more_entries_than_a_calendar_may_have() -> None:
    """FF-2: the limit of a calendar's entries; a single event of two hundred years reaches it."""
    long = event("DTSTART:19700101T000000", "DTEND:22001231T000000")

    assert [("entries", Code.SCHEDULE_TOO_MANY)] == problems(file(long), years=range(1970, 2201))
    most = event(
        "DTSTART:20260101", "RDATE:" + ",".join(f"2026{m:02}{d:02}" for m in range(1, 13) for d in range(1, 29))
    )
    assert MOST_ENTRIES > len(read(most).entries) == 336


def test_more_hours_than_a_date_may_have() -> None:
    """FF-2: the limit of a day's intervals, by the date."""
    many = [
        event(f"DTSTART:20260501T{hour:02}{minute:02}00", "DURATION:PT1M", uid=f"{hour}-{minute}")
        for hour in range(24)
        for minute in (0, 20, 40)
    ]
    with pytest.raises(InvalidValue) as caught:
        read(*many)

    assert [(("2026-05-01", "intervals"), Code.SCHEDULE_TOO_MANY)] == [(p.path, p.code) for p in caught.value.problems]


def test_what_the_library_objects_to_is_told_at_the_event(monkeypatch: pytest.MonkeyPatch) -> None:
    """HR-3: whatever it may be, no other exception comes out, and the event is found."""

    def expand(text: str, *_: object) -> list[Any]:
        if "SUMMARY:Bad" in text:
            raise ValueError("bad luck")
        return []

    monkeypatch.setattr(module, "_library", lambda: (expand, {}))
    found = problems(file(event("DTSTART:20260501"), event("DTSTART:20260502", name="Bad", uid="b")))

    assert [("line[9]", Code.FIELD_INVALID)] == found


def test_what_the_library_objects_to_together_is_read_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """HR-3: series don't know of each other, so none suffers for what it has in common with another."""

    def expand(text: str, *_: object) -> list[Any]:
        if text.count("BEGIN:VEVENT") > 1:
            raise ValueError("too much")
        return []

    monkeypatch.setattr(module, "_library", lambda: (expand, {}))

    assert () == read(event("DTSTART:20260501"), event("DTSTART:20260502", uid="b")).entries


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """ER-1: which extra to install."""
    monkeypatch.setitem(sys.modules, "recurring_ical_events", None)
    with pytest.raises(MissingExtra) as caught:
        read(event("DTSTART:20260501"))

    assert (Code.EXTRA_MISSING,) == caught.value.codes
