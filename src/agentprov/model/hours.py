"""When somebody or something is open: time groups, exceptions, holiday calendars, overrides (HR-1 to HR-5).

Everything here is in wall-clock time of the time group's zone. What it means for an instant is worked out by
:mod:`agentprov.engine.hours`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Final
from zoneinfo import available_timezones

import attrs

from agentprov.errors import Code, Collector
from agentprov.model.dates import DateRule
from agentprov.model.destinations import Destination, check_destination
from agentprov.model.ids import CalendarId, TimeGroupId, UserId, check_ids
from agentprov.model.instants import check_instants, utc, utc_or_none
from agentprov.model.intervals import DayInterval, WeeklyInterval, check_day, check_week
from agentprov.model.text import check_kind, check_member, check_name

MOST_EXCEPTIONS: Final = 2_000
MOST_CALENDARS: Final = 50
MOST_ENTRIES: Final = 10_000

# ---- exceptions and holiday calendars -------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Closed:
    """Closed all day."""


@attrs.frozen(kw_only=True)
class OpenAllDay:
    """Open from the date's first moment to its last."""


def _day_intervals(intervals: Iterable[DayInterval]) -> tuple[DayInterval, ...]:
    return tuple(intervals)


@attrs.frozen(kw_only=True)
class Special:
    """Open in these intervals, which belong to the date they start on; at least one, and none overlaps another."""

    intervals: tuple[DayInterval, ...] = attrs.field(converter=_day_intervals)

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_day(found, "intervals", self.intervals)
        found.check()


HoursEffect = Closed | Special | OpenAllDay
"""What holds on the dates of a rule."""


@attrs.frozen(kw_only=True)
class HoursException:
    """Other hours on some dates. It owns these dates: it alone decides every moment of them.

    With ``only_adds`` it doesn't own them: it opens where the layers below may be closed, and closes nothing.
    """

    name: str
    dates: DateRule
    effect: HoursEffect
    only_adds: bool = False

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_name(found, "name", self.name)
        _check_adds(found, self.effect, only_adds=self.only_adds)
        found.check()


@attrs.frozen(kw_only=True)
class CalendarEntry:
    """A holiday: the same rules as an exception, shared by every time group that uses the calendar.

    A name may come again, as when a calendar lists each year's Easter Monday; opting out of it leaves out all of them.
    """

    name: str
    dates: DateRule
    effect: HoursEffect = Closed()
    only_adds: bool = False

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_name(found, "name", self.name)
        _check_adds(found, self.effect, only_adds=self.only_adds)
        found.check()


def _check_adds(found: Collector, effect: HoursEffect, *, only_adds: bool) -> None:
    if only_adds and isinstance(effect, Closed):
        found.add(Code.SCHEDULE_CLOSED_ADDS, "only_adds")


def _entries(entries: Iterable[CalendarEntry]) -> tuple[CalendarEntry, ...]:
    return tuple(entries)


@attrs.frozen(kw_only=True)
class HolidayCalendar:
    """Holidays that time groups share. Which time zone the dates are in is up to each time group."""

    id: CalendarId
    name: str
    entries: tuple[CalendarEntry, ...] = attrs.field(default=(), converter=_entries)

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_ids(found, ("id", self.id))
        check_name(found, "name", self.name)
        if len(self.entries) > MOST_ENTRIES:
            found.add(Code.SCHEDULE_TOO_MANY, "entries", limit=MOST_ENTRIES)
        found.check()


def _names(names: Iterable[str]) -> frozenset[str]:
    return frozenset(names)


@attrs.frozen(kw_only=True)
class CalendarUse:
    """A holiday calendar that a time group follows, apart from the entries it opts out of by name."""

    calendar: CalendarId
    without: frozenset[str] = attrs.field(default=frozenset(), converter=_names)

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_ids(found, ("calendar", self.calendar))
        found.check()


# ---- override, emergency, time group --------------------------------------------------------------------------------


class OverrideState(StrEnum):
    """What a manual override makes of a time group."""

    OPEN = "open"
    CLOSED = "closed"


@attrs.frozen(kw_only=True)
class ManualOverride:
    """Open or closed by hand, from ``set_at`` until before ``until``, or until it is revoked (removed).

    "Until the next change" is an ``until`` that was worked out when the override was set
    (:func:`agentprov.engine.hours.next_scheduled_change`). Instants are kept in UTC; hours count in whole seconds.
    """

    state: OverrideState
    actor: UserId | None = None
    """Who set it; nobody where the host itself did."""
    reason: str
    set_at: datetime = attrs.field(converter=utc)
    until: datetime | None = attrs.field(default=None, converter=utc_or_none)

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_ids(found, ("actor", self.actor))
        check_name(found, "reason", self.reason)
        check_member(found, "state", self.state, OverrideState)
        check_kind(found, "set_at", self.set_at, object, "an instant")
        check_instants(found, ("set_at", self.set_at), ("until", self.until))
        found.check()
        if self.until is not None and self.until <= self.set_at:
            found.add(Code.SCHEDULE_OVERRIDE_EMPTY, "until", value=self.until.isoformat())
        found.check()


@attrs.frozen(kw_only=True)
class ClosedByEmergency:
    """The time group is closed until this is revoked (removed): from ``set_at`` on, or always where that isn't said.

    While it is, calls that find the time group closed go to ``destination`` if one is given.
    """

    destination: Destination | None = None
    actor: UserId | None = None
    reason: str | None = None
    set_at: datetime | None = attrs.field(default=None, converter=utc_or_none)

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_ids(found, ("actor", self.actor))
        check_name(found, "reason", self.reason)
        check_instants(found, ("set_at", self.set_at))
        check_destination(found, "destination", self.destination)
        found.check()


def _weekly(intervals: Iterable[WeeklyInterval]) -> tuple[WeeklyInterval, ...]:
    return tuple(intervals)


def _exceptions(exceptions: Iterable[HoursException]) -> tuple[HoursException, ...]:
    return tuple(exceptions)


def _uses(calendars: Iterable[CalendarUse]) -> tuple[CalendarUse, ...]:
    return tuple(calendars)


@attrs.frozen(kw_only=True)
class TimeGroup:
    """When something is open: weekly hours in a time zone, exceptions, holidays, and what was set by hand.

    Of what holds at an instant the first of these decides: emergency, manual override, dated exception, holiday
    calendar, weekly hours; if none of them opens, it is closed.
    """

    id: TimeGroupId
    name: str
    time_zone: str
    """An IANA name, kept as given: ``Asia/Kolkata``."""
    weekly: tuple[WeeklyInterval, ...] = attrs.field(default=(), converter=_weekly)
    exceptions: tuple[HoursException, ...] = attrs.field(default=(), converter=_exceptions)
    calendars: tuple[CalendarUse, ...] = attrs.field(default=(), converter=_uses)
    override: ManualOverride | None = None
    emergency: ClosedByEmergency | None = None

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_ids(found, ("id", self.id))
        check_name(found, "name", self.name)
        check_time_zone(found, "time_zone", self.time_zone)
        check_week(found, "weekly", self.weekly)
        if len(self.exceptions) > MOST_EXCEPTIONS:
            found.add(Code.SCHEDULE_TOO_MANY, "exceptions", limit=MOST_EXCEPTIONS)
        _check_uses(found, self.calendars)
        found.check()


def _check_uses(found: Collector, uses: tuple[CalendarUse, ...]) -> None:
    if len(uses) > MOST_CALENDARS:
        found.add(Code.SCHEDULE_TOO_MANY, "calendars", limit=MOST_CALENDARS)
    seen: set[CalendarId] = set()
    for position, use in enumerate(uses):
        if use.calendar in seen:
            found.add(Code.FIELD_DUPLICATE, "calendars", position, "calendar", value=use.calendar)
        seen.add(use.calendar)


# ---- time zones -----------------------------------------------------------------------------------------------------


@cache
def time_zone_names() -> frozenset[str]:
    """The time zones of this machine, by their IANA names, links among them; read once. Empty where it has no data."""
    # "localtime", "leapseconds", "posix/..." and "right/..." are files of the data and "Factory" means "not set".
    return frozenset(name for name in available_timezones() if name[0].isupper() and name != "Factory")


def check_time_zone(found: Collector, field: str, name: str) -> None:
    """Note a name that isn't an IANA time zone of this machine, spelt exactly: case counts, links are zones too."""
    names = time_zone_names()
    if not names:
        found.add(Code.TIME_ZONE_NO_DATA, field)
    elif name not in names:
        found.add(Code.TIME_ZONE_UNKNOWN, field, value=name)
