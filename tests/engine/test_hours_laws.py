"""Laws of hours, for all schedules and instants."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone
from random import Random
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from agentprov.engine.days import Layer
from agentprov.engine.hours import Hours, hours_of
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
from agentprov.model.hours import (
    CalendarEntry,
    CalendarUse,
    Closed,
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
from agentprov.model.intervals import DAY, WEEK, DayInterval, TimeOfDay, WeeklyInterval, weekly_hours

ZONES = [
    "UTC",
    "Europe/Oslo",
    "Europe/Dublin",
    "America/St_Johns",
    "America/Santiago",
    "America/Nuuk",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Pacific/Apia",
    "Pacific/Kiritimati",
]
CALENDAR = CalendarId("c")

# ---- what is drawn: small pools, so that rules meet -----------------------------------------------------------------
_WEEKDAYS = st.sampled_from(list(Weekday))
_DATES = st.dates(date(2026, 2, 25), date(2026, 4, 7)) | st.dates(date(2011, 12, 28), date(2012, 1, 2))
_MONTHS = st.sampled_from([2, 3, 4, 12])
_STEP = 1800
"""Times of day are multiples of half an hour, so that some touch."""


@st.composite
def _ranges(draw: st.DrawFn) -> DateRange:
    first = draw(_DATES)
    return DateRange(first=first, last=first + timedelta(days=draw(st.integers(0, 20))))


_RULES: st.SearchStrategy[DateRule] = st.one_of(
    st.builds(OneDate, date=_DATES),
    _ranges(),
    st.builds(Yearly, month=_MONTHS, day=st.integers(1, 29)),
    st.builds(MonthlyDay, day=st.integers(1, 31)),
    st.builds(NthWeekday, weekday=_WEEKDAYS, nth=st.integers(1, 5), month=st.none() | _MONTHS),
    st.builds(LastWeekday, weekday=_WEEKDAYS, month=st.none() | _MONTHS),
)


def _time(steps: int) -> TimeOfDay:
    return TimeOfDay(seconds=steps * _STEP)


@st.composite
def _specials(draw: st.DrawFn) -> Special:
    cuts = sorted(draw(st.sets(st.integers(0, 60), min_size=2, max_size=6)))
    pairs = [(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False) if a < 48 and (b <= 48 or b - 48 < a)]
    return Special(
        intervals=[DayInterval(start=_time(a), end=_time(b if b <= 48 else b - 48)) for a, b in pairs or [(20, 24)]]
    )


_OPENING: st.SearchStrategy[HoursEffect] = st.builds(OpenAllDay) | _specials()
_NAMES = st.sampled_from(["a", "b", "c", "d"])
_EXCEPTIONS = st.builds(HoursException, name=_NAMES, dates=_RULES, effect=_OPENING | st.builds(Closed)) | st.builds(
    HoursException, name=_NAMES, dates=_RULES, effect=_OPENING, only_adds=st.just(value=True)
)
_ENTRIES = st.builds(CalendarEntry, name=_NAMES, dates=_RULES, effect=_OPENING | st.builds(Closed)) | st.builds(
    CalendarEntry, name=_NAMES, dates=_RULES, effect=_OPENING, only_adds=st.just(value=True)
)


@st.composite
def weeks(draw: st.DrawFn) -> list[WeeklyInterval]:
    """Weekly hours that don't overlap, some past midnight, some past the week."""
    shift = draw(st.integers(0, 47))
    cuts = sorted(draw(st.sets(st.integers(0, 7 * 48), max_size=12)))
    found = []
    for begin, until in zip(cuts[::2], cuts[1::2], strict=False):
        if until - begin < 48:
            start = (begin + shift) % (7 * 48)
            end = (start % 48 + until - begin) % 48
            found.append(WeeklyInterval(day=list(Weekday)[start // 48], start=_time(start % 48), end=_time(end)))
    return draw(st.permutations(found))


@st.composite
def overrides(draw: st.DrawFn) -> ManualOverride:
    """An override of some hours in March 2026, or without an end."""
    since = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=draw(st.integers(0, 900)))
    return ManualOverride(
        state=draw(st.sampled_from(OverrideState)),
        actor=UserId("u"),
        reason="By hand",
        set_at=since,
        until=draw(st.none() | st.integers(1, 100).map(lambda more: since + timedelta(hours=more))),
    )


@attrs.frozen(kw_only=True)
class Drawn:
    """A time group and the calendar it may follow."""

    group: TimeGroup
    entries: tuple[CalendarEntry, ...]

    def hours(self) -> Hours:
        """Its hours, made anew."""
        return Hours(self.group, self.calendars())

    def calendars(self) -> dict[CalendarId, HolidayCalendar]:
        """The calendar."""
        return {CALENDAR: HolidayCalendar(id=CALENDAR, name="C", entries=self.entries)}

    def changed(self, **changes: object) -> Drawn:
        """The same with another time group."""
        return attrs.evolve(self, group=attrs.evolve(self.group, **changes))  # type: ignore[arg-type]


@st.composite
def schedules(draw: st.DrawFn) -> Drawn:
    """Schedules of all layers but the emergency."""
    uses = [CalendarUse(calendar=CALENDAR, without=draw(st.frozensets(_NAMES, max_size=1)))]
    return Drawn(
        group=TimeGroup(
            id=TimeGroupId("g"),
            name="G",
            time_zone=draw(st.sampled_from(ZONES)),
            weekly=draw(weeks()),
            exceptions=draw(st.lists(_EXCEPTIONS, max_size=4)),
            calendars=draw(st.sampled_from([[], uses])),
            override=draw(st.none() | overrides()),
        ),
        entries=tuple(draw(st.lists(_ENTRIES, max_size=4))),
    )


def _around(start: datetime, days: int) -> st.SearchStrategy[int]:
    """Instants of some days, half of them where intervals begin and end."""
    first = epoch(start)
    seconds = st.integers(first, first + days * DAY)
    return seconds | seconds.map(lambda at: at // 900 * 900) | seconds.map(lambda at: at // 900 * 900 - 1)


INSTANTS = _around(datetime(2026, 2, 25, tzinfo=UTC), 45) | _around(datetime(2011, 12, 28, tzinfo=UTC), 6)


# ---- the definition, in plain words ---------------------------------------------------------------------------------
def names(rule: DateRule, day: date) -> bool:
    """Whether a rule names a date."""
    match rule:
        case OneDate(date=one):
            return day == one
        case DateRange(first=first, last=last):
            return first <= day <= last
        case Yearly(month=month, day=number):
            return (day.month, day.day) == (month, number)
        case MonthlyDay(day=number):
            return day.day == number
        case NthWeekday(weekday=weekday, nth=nth, month=month):
            nth_of_day = (day.day + 6) // 7
            return f"{day:%a}".lower() == weekday and nth_of_day == nth and month in {None, day.month}
        case LastWeekday(weekday=weekday, month=month):
            is_last = (day + timedelta(days=7)).month != day.month
            return f"{day:%a}".lower() == weekday and is_last and month in {None, day.month}


def rules_of(drawn: Drawn, day: date) -> list[HoursException | CalendarEntry]:
    """The rules that name a date, the strongest first."""
    closeness = [OneDate, DateRange]
    entries = [e for use in drawn.group.calendars for e in drawn.entries if e.name not in use.without]
    layers: list[list[HoursException | CalendarEntry]] = [list(drawn.group.exceptions), list(entries)]
    return [
        rule
        for layer in layers
        for wanted in (0, 1, 2)
        for rule in layer
        if names(rule.dates, day)
        if (closeness.index(type(rule.dates)) if type(rule.dates) in closeness else 2) == wanted
    ]


def opened_on(drawn: Drawn, day: date) -> list[tuple[int, int]]:
    """The intervals that start on a date."""
    found: list[tuple[int, int]] = []
    for rule in rules_of(drawn, day):
        if isinstance(rule.effect, OpenAllDay):
            found.append((0, DAY))
        elif isinstance(rule.effect, Special):
            found += [(i.start.seconds, length(i)) for i in rule.effect.intervals]
        if not rule.only_adds:
            return found
    return found + [(i.start.seconds, length(i)) for i in drawn.group.weekly if f"{day:%a}".lower() == i.day]


def length(interval: DayInterval | WeeklyInterval) -> int:
    """Where an interval ends, counted from the midnight before its start."""
    return interval.end.seconds + (DAY if interval.end <= interval.start else 0)


def plainly_open(drawn: Drawn, at: int) -> bool:
    """Whether it is open, read off the rules for this one instant."""
    override = drawn.group.override
    when = datetime.fromtimestamp(at, UTC)
    if override and override.set_at <= when and (override.until is None or when < override.until):
        return override.state is OverrideState.OPEN
    local = when.astimezone(ZoneInfo(drawn.group.time_zone))
    today, second = local.date(), local.hour * 3600 + local.minute * 60 + local.second
    if any(start <= second < end for start, end in opened_on(drawn, today)):
        return True
    owned = any(not rule.only_adds for rule in rules_of(drawn, today))
    return not owned and any(second + DAY < end for _, end in opened_on(drawn, today - timedelta(days=1)))


@given(schedules(), st.lists(INSTANTS, min_size=1, max_size=20))
def test_the_answer_is_the_definitions(drawn: Drawn, instants: list[int]) -> None:
    """HR-1 to HR-5: at any instant, in any order of asking, the answer is what the rules say of that instant."""
    hours = drawn.hours()

    assert [plainly_open(drawn, at) for at in instants] == [hours.is_open(at) for at in instants]


# ---- laws -----------------------------------------------------------------------------------------------------------
@given(schedules(), INSTANTS, st.integers(-1439, 1439), st.sampled_from(ZONES))
def test_two_spellings_of_an_instant_agree(drawn: Drawn, at: int, minutes: int, zone: str) -> None:
    """P60: the zone or offset that an instant is written in changes nothing."""
    hours = drawn.hours()
    spelt = [instant(at).astimezone(z) for z in (timezone(timedelta(minutes=minutes)), ZoneInfo(zone))]

    assert [hours.state(at)] * 2 == [hours.state(epoch(when)) for when in spelt]


@given(schedules(), INSTANTS, st.integers(0, 20 * DAY), st.lists(st.integers(0, 20 * DAY), max_size=20))
def test_open_and_closed_part_time_between_them(drawn: Drawn, start: int, span: int, offsets: list[int]) -> None:
    """P61: an instant is open exactly when it lies in one of the intervals, which are in order and don't touch."""
    hours = drawn.hours()
    intervals = hours.intervals(start, start + span)
    edges = [edge for pair in intervals for edge in pair]
    asked = [at for at in [start + offset for offset in offsets] + edges if start <= at < start + span]

    assert (sorted(set(edges)), [hours.is_open(at) for at in asked]) == (
        edges,
        [any(low <= at < high for low, high in intervals) for at in asked],
    )


@given(schedules(), INSTANTS)
def test_intervals_are_half_open(drawn: Drawn, at: int) -> None:
    """HR-1: open at the start, closed the second before; open the second before the end, closed at the end."""
    hours = drawn.hours()
    for low, high in hours.intervals(at, at + WEEK)[1:-1]:
        assert [False, True, True, False] == [hours.is_open(x) for x in (low - 1, low, high - 1, high)]


@given(schedules(), INSTANTS, st.lists(st.floats(0, 1, exclude_max=True), max_size=10))
def test_the_next_change_is_the_next(drawn: Drawn, at: int, shares: list[float]) -> None:
    """P63: it is later, the other way from then on, and until then nothing changes."""
    hours = drawn.hours()
    state = hours.state(at)
    event("never" if state.until is None else "some time")
    end = at + 40 * WEEK if state.until is None else state.until
    between = [at + int(share * (end - at)) for share in shares]

    assert [state.open] * len(between) == [hours.is_open(when) for when in between]
    assert ((at, end),) * state.open == hours.intervals(at, end)
    if state.until is not None:
        assert (True, not state.open, state.open) == (
            at < state.until,
            hours.is_open(state.until),
            hours.is_open(state.until - 1),
        )


@given(schedules(), INSTANTS)
def test_past_midnight_is_two_intervals(drawn: Drawn, at: int) -> None:
    """P62: hours past midnight are those until midnight and those from midnight on the next day."""
    split = []
    for each in drawn.group.weekly:
        start, end = each.seconds
        if end <= DAY:
            split.append(each)
        else:
            midnight, following = TimeOfDay(seconds=DAY), list(Weekday)[(each.day.number + 1) % 7]
            split.append(attrs.evolve(each, end=midnight))
            split.append(WeeklyInterval(day=following, start=TimeOfDay(seconds=0), end=TimeOfDay(seconds=end - DAY)))
        assert start < DAY
    plain = drawn.changed(exceptions=(), calendars=())

    assert plain.hours().intervals(at, at + 4 * WEEK) == plain.changed(weekly=split).hours().intervals(
        at, at + 4 * WEEK
    )


@given(schedules(), st.dates(date(2026, 2, 25), date(2026, 4, 7)))
def test_open_seconds_add_up(drawn: Drawn, day: date) -> None:
    """P64: where the clock never changes, a date is open for as long as its intervals are, tails included."""
    kathmandu = drawn.changed(time_zone="Asia/Kathmandu", override=None)
    midnight = epoch(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo("Asia/Kathmandu")))
    owned = any(not rule.only_adds for rule in rules_of(kathmandu, day))
    tails = [] if owned else [(0, end - DAY) for _, end in opened_on(kathmandu, day - timedelta(days=1))]
    seconds = {s for low, high in [*opened_on(kathmandu, day), *tails] for s in range(low, min(high, DAY), _STEP)}

    assert len(seconds) * _STEP == sum(b - a for a, b in kathmandu.hours().intervals(midnight, midnight + DAY))


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        ("Europe/Oslo", date(2026, 3, 29), 23),
        ("Europe/Oslo", date(2026, 3, 30), 24),
        ("Europe/Oslo", date(2026, 10, 25), 25),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Pacific/Apia", date(2011, 12, 29), 24),
        ("Pacific/Apia", date(2011, 12, 30), 0),
        ("Pacific/Kwajalein", date(1993, 8, 21), 0),
    ],
)
def test_a_date_is_open_as_long_as_it_lasts(zone: str, day: date, expected: float) -> None:
    """P64: dates of 23 and 25 hours, of half an hour more or less, and one that a country skipped."""
    rule = HoursException(name="All day", dates=OneDate(date=day), effect=OpenAllDay())
    hours = Hours(TimeGroup(id=TimeGroupId("g"), name="G", time_zone=zone, exceptions=[rule]), {})
    noon = epoch(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))

    assert expected * 3600 == sum(b - a for a, b in hours.intervals(noon - WEEK, noon + WEEK))


@given(schedules(), st.dates(date(2026, 2, 25), date(2026, 4, 7)), _OPENING | st.builds(Closed))
def test_an_exception_owns_its_dates(drawn: Drawn, day: date, effect: HoursEffect) -> None:
    """P65: the strongest owner of a date decides every instant of it: the rest of the schedule makes no difference."""
    owner = HoursException(name="Owner", dates=OneDate(date=day), effect=effect)
    full = drawn.changed(exceptions=[owner, *drawn.group.exceptions], override=None)
    bare = full.changed(weekly=(), exceptions=[owner], calendars=())
    zone = ZoneInfo(drawn.group.time_zone)
    start, end = (epoch(datetime(d.year, d.month, d.day, tzinfo=zone)) for d in (day, day + timedelta(days=1)))

    assert bare.hours().intervals(start, end) == full.hours().intervals(start, end)
    assert {"Owner"} == {full.hours().state(at).because.name for at in range(start, end, 1800)}


@given(schedules(), _EXCEPTIONS.filter(lambda exception: exception.only_adds), st.lists(INSTANTS, max_size=10))
def test_adding_hours_never_closes(drawn: Drawn, more: HoursException, instants: list[int]) -> None:
    """P54: an exception that only adds, wherever it stands in the order, never closes what was open."""
    before = drawn.hours()
    first = drawn.changed(exceptions=[more, *drawn.group.exceptions]).hours()
    last = drawn.changed(exceptions=[*drawn.group.exceptions, more]).hours()
    were_open = [at for at in instants if before.is_open(at)]

    assert [(True, True)] * len(were_open) == [(first.is_open(at), last.is_open(at)) for at in were_open]


@given(schedules(), st.data(), st.lists(INSTANTS, min_size=1, max_size=10))
def test_wider_hours_never_close(drawn: Drawn, data: st.DataObject, instants: list[int]) -> None:
    """P54: whatever weekly intervals are taken away or made shorter, nothing that was closed is open then."""
    kept = [each for each in drawn.group.weekly if data.draw(st.booleans())]
    shorter = [
        attrs.evolve(each, start=TimeOfDay(seconds=each.start.seconds + 900))
        if (each.start.seconds + 900) % DAY not in {each.end.seconds % DAY, 0}
        else each
        for each in kept
    ]
    wide, narrow = drawn.hours(), drawn.changed(weekly=shorter).hours()

    assert [] == [at for at in instants if narrow.is_open(at) and not wide.is_open(at)]


@given(schedules(), st.lists(INSTANTS, min_size=1, max_size=20))
def test_a_schedule_and_its_complement_part_time(drawn: Drawn, instants: list[int]) -> None:
    """P61: weekly hours and the hours between them are never open both, nor closed both."""
    spans = sorted(
        (each.day.number * DAY + a, each.day.number * DAY + b) for each in drawn.group.weekly for a, b in [each.seconds]
    )
    edges = [edge for span in spans for edge in span]
    gaps = zip(edges[1::2], [*edges[2::2], WEEK + edges[0]], strict=True) if edges else [(0, WEEK)]
    days = [(max(start, day * DAY), min(end, (day + 1) * DAY)) for start, end in gaps for day in range(14)]
    between = [
        WeeklyInterval(
            day=list(Weekday)[start // DAY % 7],
            start=TimeOfDay(seconds=start % DAY),
            end=TimeOfDay(seconds=end - start // DAY * DAY),
        )
        for start, end in days
        if start < end
    ]
    plain = drawn.changed(exceptions=(), calendars=(), override=None)
    one, other = plain.hours(), plain.changed(weekly=between).hours()

    assert [True] * len(instants) == [one.is_open(at) is not other.is_open(at) for at in instants]


@given(schedules(), st.randoms(use_true_random=False), st.lists(INSTANTS, max_size=10))
def test_the_order_of_weekly_hours_doesnt_matter(drawn: Drawn, random: Random, instants: list[int]) -> None:
    """P04: weekly intervals are a set."""
    shuffled = random.sample(drawn.group.weekly, len(drawn.group.weekly))
    one, other = drawn.hours(), drawn.changed(weekly=shuffled).hours()

    assert [one.state(at) for at in instants] == [other.state(at) for at in instants]


@given(schedules(), st.lists(INSTANTS, min_size=1, max_size=20))
def test_the_winner_and_the_losers_are_in_order(drawn: Drawn, instants: list[int]) -> None:
    """HR-5: the winner says what the answer is; losers are in order of layers, and nothing is named twice."""
    strength = list(Layer)
    for state in [drawn.hours().state(at) for at in instants]:
        places = [strength.index(lost.layer) for lost in state.losers]
        voices = [state.because, *state.losers]

        assert (state.open, sorted(places), len(set(voices))) == (state.because.open, places, len(voices))
        assert Layer.CLOSED not in [lost.layer for lost in state.losers]


@given(schedules(), st.lists(INSTANTS, min_size=1, max_size=10), st.integers(0, 5))
def test_the_past_of_questions_doesnt_matter(drawn: Drawn, instants: list[int], far: int) -> None:
    """P14: hours that were asked much else before, and shared ones, answer as new ones do."""
    used = hours_of(drawn.group, drawn.calendars())
    for years in range(10):
        used.is_open(instants[0] + (years * far) * 366 * DAY)

    assert [drawn.hours().state(at) for at in instants] == [used.state(at) for at in instants]


def test_threads_share_hours() -> None:
    """PF-15: threads that ask the same hours about near and far instants all get the answers of one."""
    group = TimeGroup(
        id=TimeGroupId("g"), name="G", time_zone="Europe/Oslo", weekly=weekly_hours(Weekday, "09:00-17:00")
    )
    start = epoch(datetime(2000, 1, 1, tzinfo=UTC))
    instants = [start + Random(7).randrange(30) * 366 * DAY + n * 9973 for n in range(2000)]
    expected = [Hours(group, {}).state(at) for at in instants]
    shared = Hours(group, {})

    with ThreadPoolExecutor(4) as pool:
        orders = [Random(seed).sample(range(2000), 2000) for seed in range(4)]
        answers = list(pool.map(lambda order: {n: shared.state(instants[n]) for n in order}, orders))

    assert [dict(enumerate(expected))] * 4 == answers
