"""Which local dates a rule is about: one date, a range, or one that comes again (HR-3).

A rule names dates of the calendar on the wall, without a time zone. A date that doesn't exist in some month or year
is skipped there: the 29th of February, the 31st of June, a fifth Monday.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime
from enum import StrEnum
from typing import Final

import attrs

from agentprov.errors import Code, Collector

_LEAP_YEAR: Final = 2000


class Weekday(StrEnum):
    """The days of the week, Monday first. :attr:`number` counts them from 0, as :meth:`datetime.date.weekday` does."""

    MONDAY = "mon"
    TUESDAY = "tue"
    WEDNESDAY = "wed"
    THURSDAY = "thu"
    FRIDAY = "fri"
    SATURDAY = "sat"
    SUNDAY = "sun"

    @property
    def number(self) -> int:
        """0 for Monday to 6 for Sunday."""
        return _NUMBERS[self]


_NUMBERS: Final = {day: number for number, day in enumerate(Weekday)}

WORKDAYS: Final = (Weekday.MONDAY, Weekday.TUESDAY, Weekday.WEDNESDAY, Weekday.THURSDAY, Weekday.FRIDAY)
"""Monday to Friday."""


@attrs.frozen(kw_only=True)
class OneDate:
    """One date of one year."""

    date: date

    def __attrs_post_init__(self) -> None:
        found = Collector()
        _check_date(found, "date", self.date)
        found.check()


@attrs.frozen(kw_only=True)
class DateRange:
    """Every date from ``first`` to ``last``, both included."""

    first: date
    last: date

    def __attrs_post_init__(self) -> None:
        found = Collector()
        _check_date(found, "first", self.first)
        _check_date(found, "last", self.last)
        found.check()
        if self.last < self.first:
            found.add(Code.SCHEDULE_DATES_REVERSED, "last", first=str(self.first), last=str(self.last))
        found.check()


@attrs.frozen(kw_only=True)
class Yearly:
    """The same date of every year: 25 December. 29 February comes in leap years only."""

    month: int
    day: int

    def __attrs_post_init__(self) -> None:
        found = Collector()
        if _check_whole(found, "month", self.month, high=12):
            _check_whole(found, "day", self.day, high=monthrange(_LEAP_YEAR, self.month)[1])
        found.check()


@attrs.frozen(kw_only=True)
class MonthlyDay:
    """The same day of every month. Months that are too short are skipped."""

    day: int

    def __attrs_post_init__(self) -> None:
        found = Collector()
        _check_whole(found, "day", self.day, high=31)
        found.check()


@attrs.frozen(kw_only=True)
class NthWeekday:
    """The nth weekday of one month, or of every month: the first Monday in May. A fifth that isn't there is skipped."""

    weekday: Weekday
    nth: int
    month: int | None = None
    """1 to 12, or every month."""

    def __attrs_post_init__(self) -> None:
        found = Collector()
        _check_whole(found, "nth", self.nth, high=5)
        if self.month is not None:
            _check_whole(found, "month", self.month, high=12)
        found.check()


@attrs.frozen(kw_only=True)
class LastWeekday:
    """The last such weekday of one month, or of every month: the last Friday."""

    weekday: Weekday
    month: int | None = None
    """1 to 12, or every month."""

    def __attrs_post_init__(self) -> None:
        found = Collector()
        if self.month is not None:
            _check_whole(found, "month", self.month, high=12)
        found.check()


DateRule = OneDate | DateRange | Yearly | MonthlyDay | NthWeekday | LastWeekday
"""Which dates. For one date the closer rule counts first: one date, then a range, then one that comes again."""


def _check_date(found: Collector, field: str, value: date) -> None:
    # A datetime is a date to the type checker, and its time would be lost without a word.
    if isinstance(value, datetime):
        found.add(Code.FIELD_WRONG_TYPE, field, expected="a date", found="a date with a time")


def _check_whole(found: Collector, field: str, value: int, *, high: int) -> bool:
    """Note a number that isn't one of 1 to ``high``; whether it is."""
    fits = 1 <= value <= high
    if not fits:
        found.add(Code.FIELD_OUT_OF_RANGE, field, value=value, low=1, high=high)
    return fits
