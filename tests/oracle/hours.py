"""What HR-1 to HR-5 say, by definition: whether a time group is open at an instant, and which layer decides.

An instant is turned into the time on the wall (a date and the time since midnight), and only that is looked at.
No intervals are computed: when something changes is found by asking every minute.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from agentprov.model.dates import DateRange, DateRule, LastWeekday, MonthlyDay, NthWeekday, OneDate, Yearly
from agentprov.model.hours import (
    CalendarEntry,
    Closed,
    HoursEffect,
    HoursException,
    OpenAllDay,
    OverrideState,
    Special,
    TimeGroup,
)
from agentprov.model.intervals import DayInterval, WeeklyInterval
from agentprov.model.tenant import Tenant

Layer = str
"""One of `emergency`, `override`, `exception`, `calendar`, `weekly`, `closed`."""

MIDNIGHT = timedelta(0)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def wall(group: TimeGroup, instant: datetime) -> tuple[date, timedelta]:
    """HR-2: what the clock on the wall says: the date, and the time since midnight."""
    local = instant.astimezone(ZoneInfo(group.time_zone))
    since = timedelta(hours=local.hour, minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return local.date(), since


def holds(rule: DateRule, day: date) -> bool:
    """HR-3: whether a rule is about this date. A date that doesn't exist never comes."""
    match rule:
        case OneDate(date=only):
            return day == only
        case DateRange(first=first, last=last):
            return first <= day <= last
        case Yearly(month=month, day=number):
            return (day.month, day.day) == (month, number)
        case MonthlyDay(day=number):
            return day.day == number
        case NthWeekday(weekday=weekday, nth=nth, month=month):
            return month in {None, day.month} and day.weekday() == weekday.number and (day.day - 1) // 7 + 1 == nth
        case LastWeekday(weekday=weekday, month=month):
            length = monthrange(day.year, day.month)[1]
            return month in {None, day.month} and day.weekday() == weekday.number and day.day + 7 > length


def closeness(rule: DateRule) -> int:
    """HR-3: one date before range before recurring."""
    return 0 if isinstance(rule, OneDate) else 1 if isinstance(rule, DateRange) else 2


Rule = HoursException | CalendarEntry


def dated(group: TimeGroup) -> list[Rule]:
    """The dated exceptions, in list order."""
    return list(group.exceptions)


def holidays(tenant: Tenant, group: TimeGroup) -> list[Rule]:
    """HR-3: the entries of the calendars that the time group shares, without those it opts out of."""
    return [
        entry
        for use in group.calendars
        for entry in tenant.calendars[use.calendar].entries
        if entry.name not in use.without
    ]


def on(rules: list[Rule], day: date) -> list[Rule]:
    """The rules about a date, those that count first in front."""
    return sorted((rule for rule in rules if holds(rule.dates, day)), key=lambda rule: closeness(rule.dates))


def before_owner(rules: list[Rule]) -> Iterator[Rule]:
    """The rules that have a say on a date: in order, up to the first that owns the date."""
    for rule in rules:
        yield rule
        if not rule.only_adds:
            return


def owned(rules: list[Rule], day: date) -> bool:
    """Whether one of these rules owns the date."""
    return any(not rule.only_adds for rule in on(rules, day))


def opens(effect: HoursEffect, since: timedelta) -> bool:
    """HR-1: half-open; `since` counts from the midnight of the date the hours start on, and may be past 24 hours."""
    match effect:
        case Closed():
            return False
        case OpenAllDay():
            return MIDNIGHT <= since < DAY
        case Special(intervals=intervals):
            return any(inside(each, since) for each in intervals)


def inside(interval: DayInterval | WeeklyInterval, since: timedelta) -> bool:
    """HR-1: half-open; an end at or before the start is on the next day, and 00:00 is the day's end."""
    start, end = timedelta(seconds=interval.start.seconds), timedelta(seconds=interval.end.seconds)
    return start <= since < (end if end > start else end + DAY)


def weekly(group: TimeGroup, day: date, since: timedelta) -> bool:
    """HR-1: whether a weekly interval that starts on this date holds so long after its midnight."""
    return any(each.day.number == day.weekday() and inside(each, since) for each in group.weekly)


def layers(tenant: Tenant, group: TimeGroup, instant: datetime) -> Iterator[tuple[Layer, bool]]:
    """HR-5: every layer that has something to say at the instant, highest first, and whether it says open."""
    emergencies = (group.emergency, tenant.settings.emergency)
    if any(each is not None and in_force(each.set_at, instant) for each in emergencies):
        yield "emergency", False
    override = group.override
    if override is not None and in_force(override.set_at, instant) and not over(override.until, instant):
        yield "override", override.state is OverrideState.OPEN
    yield from schedule(tenant, group, *wall(group, instant))
    yield "closed", False


def in_force(set_at: datetime | None, instant: datetime) -> bool:
    """HR-4: in force from the instant it was set; always, where that isn't known."""
    return set_at is None or to_the_second(set_at) <= to_the_second(instant)


def over(until: datetime | None, instant: datetime) -> bool:
    """HR-4: over at the instant it was set until, and not before."""
    return until is not None and to_the_second(until) <= to_the_second(instant)


def to_the_second(at: datetime) -> datetime:
    """Hours are told to the second, as the documentation says: fractions of every instant are cut off."""
    return at.replace(microsecond=0)


def schedule(tenant: Tenant, group: TimeGroup, day: date, since: timedelta) -> Iterator[tuple[Layer, bool]]:
    """HR-3: what exceptions, holidays and weekly hours say.

    A date that is owned is decided by its owner and by what only adds in front of it: the evening before is cut, and
    the layers below have nothing to say. Where nobody owns the date, whatever opens it does: what starts on it, and
    the tails of what started the day before, of which an owner of that day let only its own through.
    """
    yesterday = day - DAY
    taken = taken_before = False
    cut = owned(dated(group), day) or owned(holidays(tenant, group), day)
    for name, rules in (("exception", dated(group)), ("calendar", holidays(tenant, group))):
        today = [] if taken else list(before_owner(on(rules, day)))
        before = [] if taken_before or cut else list(before_owner(on(rules, yesterday)))
        own = any(not rule.only_adds for rule in today)
        opened = any(opens(rule.effect, since) for rule in today)
        opened = opened or any(opens(rule.effect, since + DAY) for rule in before)
        if own or opened:
            yield name, opened
        taken = taken or own
        taken_before = taken_before or any(not rule.only_adds for rule in before)
    today_opens = not taken and weekly(group, day, since)
    tail_opens = not cut and not taken_before and weekly(group, yesterday, since + DAY)
    if today_opens or tail_opens:
        yield "weekly", True


def deciding(tenant: Tenant, group: TimeGroup, instant: datetime) -> tuple[Layer, bool]:
    """HR-5: the highest layer that has something to say, and what."""
    return next(layers(tenant, group, instant))


def is_open(tenant: Tenant, group: TimeGroup, instant: datetime) -> bool:
    """HR-6: open at an instant."""
    return deciding(tenant, group, instant)[1]


def flips(tenant: Tenant, group: TimeGroup, first: datetime, last: datetime) -> Iterator[tuple[datetime, bool]]:
    """HR-6: the minutes from `first` to `last` at which open becomes closed or closed open, by asking every minute."""
    state = is_open(tenant, group, first)
    instant = first + MINUTE
    while instant <= last:
        now = is_open(tenant, group, instant)
        if now is not state:
            yield instant, now
            state = now
        instant += MINUTE
