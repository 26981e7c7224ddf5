"""Windows of hours: times that aren't on a clock, windows of no length, windows that overlap, too many of them."""

from __future__ import annotations

from typing import Any, Final

from agentprov.codec import decode
from agentprov.errors import Code
from tests.bad_input.rows import Act, Row, asks
from tests.bad_input.rows_documents import document

INVALID: Final = Code.SCHEDULE_INVALID
_WEEKLY: Final = "time_groups.h-day.weekly"


def week(*windows: tuple[str, object, object]) -> Act:
    """A time group read with these windows of weekdays."""
    weekly: Any = [{"day": day, "start": start, "end": end} for day, start, end in windows]
    group = {"name": "Day", "time_zone": "Europe/Oslo", "weekly": weekly}

    def act(_: object) -> object:
        tenant = decode(document("time_groups", {"h-day": group}))
        return " ".join(map(str, next(iter(tenant.time_groups.values())).weekly))

    return act


def window(id_: str, start: object, end: object, *faults: tuple[str, Code]) -> Row:
    """A row about one window, with faults inside it."""
    inside = ((f"{_WEEKLY}[0]{path}", code) for path, code in faults)
    return asks(id_, f"{start} to {end}", week(("mon", start, end)), *inside)


ROWS: Final[tuple[Row, ...]] = (
    window("B149", "24:00", "24:00", ("", INVALID)),
    window("B149a", "25:00", "26:00", (".start", INVALID), (".end", INVALID)),
    window("B149b", "23:00", "23:59:60", (".end", INVALID)),
    window("B149c", "09:00", "09:00", ("", INVALID)),
    window("B149d", "24:00", "08:00", ("", INVALID)),
    window("B149e", "00:00", "00:00", ("", INVALID)),
    window("B149f", "9:00", "17:60", (".start", INVALID), (".end", INVALID)),
    window("B149g", "٠٩:٠٠", "17:00\n", (".start", INVALID), (".end", INVALID)),
    window("B149h", 540, None, (".start", Code.FIELD_WRONG_TYPE), (".end", Code.FIELD_WRONG_TYPE)),
    window("B149i", "-1:00", "24:01", (".start", INVALID), (".end", INVALID)),
    asks("B149x", "the one all-day form", week(("mon", "00:00", "24:00")), gives="mon 00:00-24:00"),
    asks(
        "B151",
        "windows that overlap",
        week(("mon", "09:00", "17:00"), ("mon", "16:59", "18:00")),
        (f"{_WEEKLY}[1]", Code.SCHEDULE_OVERLAP),
    ),
    asks(
        "B151a",
        "the tail of Sunday over Monday",
        week(("sun", "22:00", "06:00"), ("mon", "05:00", "08:00")),
        (f"{_WEEKLY}[1]", Code.SCHEDULE_OVERLAP),
    ),
    asks(
        "B151b",
        "10,000 windows",
        week(*(("mon", f"{n % 24:02}:{n % 60:02}", "24:00") for n in range(10_000))),
        (_WEEKLY, Code.SCHEDULE_TOO_MANY),
    ),
    asks(
        "B151c",
        "windows that touch",
        week(("mon", "09:00", "12:00"), ("mon", "12:00", "17:00")),
        gives="mon 09:00-12:00 mon 12:00-17:00",
    ),
)
