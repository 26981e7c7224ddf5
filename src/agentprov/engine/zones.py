"""Time zones as pieces of constant offset from UTC.

Inside a piece, local time is UTC plus a number, and nothing else needs to know about clock changes: a gap is a
local time that no piece contains, an overlap one that two pieces contain, a date that a country skipped is in none.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from agentprov.errors import Code, InvalidValue
from agentprov.model.instants import END, FIRST
from agentprov.model.intervals import DAY

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)
EARLIEST: Final = (FIRST - _EPOCH) // _SECOND
"""The first instant that can be asked about: 1970-01-01T00:00Z."""
LATEST: Final = (END - _EPOCH) // _SECOND
"""The instant at which what can be asked about ends: 2201-01-01T00:00Z."""
# INVARIANT: no zone changes its offset twice within this time, so two samples that agree have no change between them
# and two that don't have one. A test looks at every change of every zone.
_STRIDE: Final = 3 * DAY


def epoch(when: datetime) -> int:
    """The instant ``when`` in whole seconds since 1970-01-01T00:00Z; a fraction of a second is cut off.

    >>> from datetime import UTC, datetime
    >>> epoch(datetime(2026, 3, 29, 1, tzinfo=UTC))
    1774746000

    Raises:
        InvalidValue: ``field.naive_instant``, if ``when`` has no offset from UTC; ``field.wrong_type``, if it is no
            instant at all.
    """
    if not isinstance(when, datetime):
        raise InvalidValue.of(Code.FIELD_WRONG_TYPE, expected="an instant with its offset from UTC", found=f"`{when}`")
    if when.tzinfo is not UTC and when.utcoffset() is None:
        raise InvalidValue.of(Code.FIELD_NAIVE_INSTANT)
    since = when - _EPOCH
    return since.days * DAY + since.seconds


def seconds(at: datetime | int) -> int:
    """The same of an instant that may be given in seconds since 1970 already.

    Raises:
        InvalidValue: as :func:`epoch` does.
    """
    return int(at) if isinstance(at, int) else epoch(at)


def instant(at: int) -> datetime:
    """The instant of so many seconds since 1970-01-01T00:00Z, in UTC: what :func:`epoch` takes apart.

    >>> instant(1774746000).isoformat()
    '2026-03-29T01:00:00+00:00'
    """
    return datetime.fromtimestamp(at, UTC)


def check_range(at: int, low: int, high: int, *path: str | int) -> None:
    """Refuse an instant before ``low`` or after ``high``, all in seconds since 1970; ``path`` is the field it is of.

    Raises:
        InvalidValue: ``field.out_of_range``, with the bounds as dates and times in UTC.
    """
    if not low <= at <= high:
        # The value may be outside of what a date can say.
        first, last = (instant(bound).isoformat() for bound in (low, high))
        raise InvalidValue.of(Code.FIELD_OUT_OF_RANGE, *path, value=at, low=first, high=last)


def when_asked(at: datetime | int) -> int:
    """:func:`seconds` of an instant that a question is about, from ``EARLIEST`` until before ``LATEST``.

    Raises:
        InvalidValue: as :func:`seconds` and :func:`check_range` do, at ``at``.
    """
    when = at if type(at) is int else seconds(at)
    if not EARLIEST <= when < LATEST:
        check_range(when, EARLIEST, LATEST - 1, "at")
    return when


@lru_cache(maxsize=4096)
def pieces(zone: str, start: int, end: int) -> tuple[tuple[int, int, int], ...]:
    """The time from ``start`` until before ``end`` cut where the zone's offset changes: (start, end, offset) each."""
    info = ZoneInfo(zone)
    cuts = [start]
    offsets = [_offset(info, start)]
    low = start
    while low < end - 1:
        high = min(low + _STRIDE, end - 1)
        offset = _offset(info, high)
        if offset != offsets[-1]:
            cuts.append(_change(info, low, high, offset))
            offsets.append(offset)
        low = high
    return tuple(zip(cuts, [*cuts[1:], end], offsets, strict=True))


def _change(info: ZoneInfo, low: int, high: int, offset: int) -> int:
    """The first instant after ``low`` at which the offset is ``offset``, as it is at ``high``."""
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(info, middle) == offset:
            high = middle
        else:
            low = middle
    return high


def _offset(info: ZoneInfo, at: int) -> int:
    """Local time less UTC at an instant, in seconds."""
    return (datetime.fromtimestamp(at, info).replace(tzinfo=UTC) - _EPOCH) // _SECOND - at
