"""Laws of reading iCalendar files: whatever the text, a calendar or problems; a rule's dates are its dates."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from dateutil.rrule import rrulestr
from hypothesis import event, example, given
from hypothesis import strategies as st

from agentprov.errors import AgentprovError
from agentprov.interop.icalendar import Meaning, read_icalendar
from agentprov.model.dates import OneDate
from agentprov.model.hours import HolidayCalendar
from agentprov.model.ids import CalendarId

WORDS = st.sampled_from(
    [
        "BEGIN:VCALENDAR",
        "END:VCALENDAR",
        "BEGIN:VEVENT",
        "END:VEVENT",
        "BEGIN:VTIMEZONE",
        "END:VTIMEZONE",
        "UID:a",
        "UID:b",
        "SUMMARY:Holiday",
        "SUMMARY:\x0b",
        "STATUS:CANCELLED",
        "SEQUENCE:3",
        "VERSION:2.0",
        "DTSTART:20260501",
        "DTSTART;VALUE=DATE:20260502",
        "DTSTART:20260501T100000",
        "DTSTART:20260501T100000Z",
        "DTSTART;TZID=Europe/Oslo:20260329T023000",
        "DTSTART;TZID=UTC:20261025T023000",
        "DTSTART:99999999",
        "DTEND:20260503",
        "DTEND:20260501T110000",
        "DTEND;TZID=Europe/Oslo:20261025T023000",
        "DURATION:P2D",
        "DURATION:PT1H",
        "DURATION:P",
        "RDATE:20260601,20260602",
        "EXDATE:20260501",
        "EXDATE:20260501T100000",
        "RECURRENCE-ID:20260501",
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20260501T100000",
        "X-WR-TIMEZONE:Nowhere",
        "RRULE:FREQ=DAILY;COUNT=3",
        "RRULE:FREQ=YEARLY",
        "RRULE:FREQ=WEEKLY;UNTIL=20260901",
        "RRULE:FREQ=MONTHLY;BYDAY=-1FR",
        "RRULE:FREQ=WEEKLY;UNTIL=20260901T000000Z;BYDAY=MO,TU",
        "RRULE:",
        "RRULE:FREQ=DAILY;COUNT=9999999999",
        " folded",
        "",
    ]
)


def read(content: str | bytes) -> HolidayCalendar | None:
    """The calendar; nothing where there are problems."""
    try:
        return read_icalendar(content, years=[2026], time_zone="Europe/Oslo", id=CalendarId("k"), name="K")
    except AgentprovError as error:
        event(f"problem: {error.problems[0].code}")
        return None


@st.composite
def files(draw: st.DrawFn) -> str:
    """Texts that look like iCalendar: well nested ones mostly, made of lines that go together or don't."""
    events = draw(st.lists(st.lists(WORDS, max_size=6), max_size=3))
    lines = [line for body in events for line in ("BEGIN:VEVENT", *body, "END:VEVENT")]
    whole = ["BEGIN:VCALENDAR", *lines, "END:VCALENDAR"]
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 3]))):
        del whole[draw(st.integers(0, max(0, len(whole) - 1))) :][:1]
    text = draw(st.sampled_from(["\r\n", "\n", "\r"])).join(whole)
    for _ in range(draw(st.sampled_from([0, 0, 0, 2]))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.text(max_size=3)) + text[at + draw(st.integers(0, 3)) :]
    return text


@given(files() | st.text() | st.binary())
@example(
    "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260501T100000\nDURATION:PT1H\nSUMMARY:\x85\nEND:VEVENT\nEND:VCALENDAR"
)
def test_a_file_is_a_calendar_or_problems(content: str | bytes) -> None:
    """P76: every text and every row of bytes gives a calendar or problems, and no other exception."""
    found = read(content)

    event("problems" if found is None else "entries" if found.entries else "empty")


DAYS = st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, max_size=3, unique=True)
NTH = st.builds(lambda n, day: f"{n}{day}", st.sampled_from([1, 2, 4, 5, -1, -2]), st.sampled_from(["MO", "FR", "SU"]))


@st.composite
def rules(draw: st.DrawFn) -> str:
    """Rules that are taken."""
    by_month = draw(st.sampled_from(["", ";BYMONTH=5", ";BYMONTH=1,12"]))
    rule = draw(
        st.one_of(
            st.just("FREQ=DAILY"),
            DAYS.map(lambda days: f"FREQ=WEEKLY;BYDAY={','.join(days)}"),
            NTH.map(lambda nth: f"FREQ=MONTHLY;BYDAY={nth}"),
            st.sampled_from([1, 17, 31, -1]).map(lambda day: f"FREQ=MONTHLY;BYMONTHDAY={day}"),
            st.just("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
            NTH.map(lambda nth: f"FREQ=YEARLY;BYDAY={nth}{by_month or ';BYMONTH=10'}"),
            st.just(f"FREQ=YEARLY{by_month}"),
        )
    )
    interval = draw(st.sampled_from(["", "", "", ";INTERVAL=2"]))
    end = draw(st.sampled_from(["", ";COUNT=5", ";COUNT=40", ";UNTIL=20260915"]))
    return f"{rule}{interval}{end}"


@given(
    rules(),
    st.dates(date(2019, 1, 1), date(2026, 6, 30)),
    st.lists(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=3),
)
def test_a_rules_dates_are_its_dates(rule: str, start: date, without: list[date]) -> None:
    """HR-3: the dates of the rule in the year that is asked for, and the first date, apart from those excluded."""
    text = (
        f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:{start:%Y%m%d}\nRRULE:{rule}\n"
        + "".join(f"EXDATE:{day:%Y%m%d}\n" for day in without)
        + "SUMMARY:E\nEND:VEVENT\nEND:VCALENDAR"
    )
    midnight = datetime(start.year, start.month, start.day)
    series = {day.date() for day in rrulestr(rule, dtstart=midnight).between(midnight, datetime(2027, 1, 2), inc=True)}
    expected = sorted(day for day in {*series, start} - set(without) if day.year == 2026)
    found = read(text)

    event("dates" if expected else "none")
    assert found is not None
    assert [OneDate(date=day) for day in expected] == [entry.dates for entry in found.entries]


STARTS = st.datetimes(datetime(2026, 1, 2), datetime(2026, 12, 29)).map(lambda at: at.replace(second=0, microsecond=0))


@given(st.lists(st.tuples(STARTS, st.integers(1, 3000)), max_size=5))
def test_hours_are_the_minutes_of_the_events(events: list[tuple[datetime, int]]) -> None:
    """HR-3: what is opened by the entries are the minutes of the events, united, each told where it begins."""
    body = "".join(
        f"BEGIN:VEVENT\nUID:{n}\nDTSTART:{at:%Y%m%dT%H%M%S}\nDURATION:PT{length}M\nSUMMARY:E\nEND:VEVENT\n"
        for n, (at, length) in enumerate(events)
    )
    content = f"BEGIN:VCALENDAR\n{body}END:VCALENDAR"
    expected = {at + timedelta(minutes=n) for at, length in events for n in range(length)}
    for timed in (Meaning.SPECIAL, Meaning.ADDS):
        found = read_icalendar(content, years=[2026], time_zone="UTC", id=CalendarId("k"), name="K", timed=timed)
        opened = set()
        for entry in found.entries:
            assert isinstance(entry.dates, OneDate)
            midnight = datetime.combine(entry.dates.date, datetime.min.time())
            for interval in entry.effect.intervals:  # type: ignore[union-attr]
                start, end = interval.seconds
                opened |= {midnight + timedelta(seconds=s) for s in range(start, end) if s % 60 == 0}

        assert expected == opened
