"""Which recurrence rules (RFC 5545) are taken, and what it costs to follow them.

A rule is followed from its first date, period by period, until it passes the dates that are asked for; one that never
comes again is followed to the end of time. So the time it takes can be told beforehand, and a file that would take too
long is refused instead of being read for hours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from agentprov.errors import Code, Collector
from agentprov.interop.ical_text import Event, Line, is_date

MOST_WORK: Final = 2_500_000
"""The most that following all rules of a file may cost, in microseconds of a slow machine."""
_END_OF_TIME: Final = 9999
_EACH: Final = 100
"""What one event costs that a rule gives."""
_PERIODS: Final = {"DAILY": (366, 2), "WEEKLY": (53, 5), "MONTHLY": (12, 7), "YEARLY": (1, 47)}
"""How often a rule comes at most in a year, and what looking at one period costs."""
_DAY: Final = r"(?:MO|TU|WE|TH|FR|SA|SU)"
_PARTS: Final = {
    name: re.compile(pattern, re.ASCII)
    for name, pattern in (
        ("FREQ", "|".join(_PERIODS)),
        ("INTERVAL", r"[1-9]\d{0,2}"),
        ("COUNT", r"[1-9]\d{0,8}"),
        ("UNTIL", r"[0-9TZ]+"),
        ("BYDAY", rf"(?:[+-]?[1-5])?{_DAY}(?:,(?:[+-]?[1-5])?{_DAY}){{0,34}}"),
        ("BYMONTHDAY", r"[+-]?(?:[1-9]|[12]\d|3[01])(?:,[+-]?(?:[1-9]|[12]\d|3[01])){0,61}"),
        ("BYMONTH", r"(?:[1-9]|1[0-2])(?:,(?:[1-9]|1[0-2])){0,11}"),
        ("BYYEARDAY", r"[+-]?[1-9]\d{0,2}(?:,[+-]?[1-9]\d{0,2}){0,365}"),
        ("BYWEEKNO", r"[+-]?[1-9]\d?(?:,[+-]?[1-9]\d?){0,52}"),
        ("BYSETPOS", r"[+-]?[1-9]\d{0,2}(?:,[+-]?[1-9]\d{0,2}){0,9}"),
        ("WKST", _DAY),
    )
}
_NOT_IN: Final = {
    "DAILY": {"BYYEARDAY", "BYWEEKNO"},
    "WEEKLY": {"BYYEARDAY", "BYWEEKNO", "BYMONTHDAY"},
    "MONTHLY": {"BYYEARDAY", "BYWEEKNO"},
    "YEARLY": set[str](),
}
_EXPECTED: Final = "a rule of days, weeks, months or years, such as `FREQ=YEARLY`"

Parts = dict[str, str]


def check_rules(found: Collector, events: Iterable[Event], first: int, last: int) -> None:
    """Note every rule that isn't taken, or that is one too much for the years from ``first`` to ``last``."""
    work = 0
    for event in events:
        work += _EACH * sum(line.value.count(",") + 1 for line in event.lines if line.name == "RDATE")
        line = event.line("RRULE")
        start = event.line("DTSTART")
        if line is None or start is None or not is_date(start.value):
            continue
        parts = _parts(line)
        if parts is None:
            found.add(Code.FIELD_INVALID, "line", line.number, value=line.value[:80], expected=_EXPECTED)
            continue
        work += _work(parts, int(start.value[:4]), first, last)
        if work > MOST_WORK:
            expected = "worked out, it is too much at once: ask for fewer years, or write the dates"
            found.add(Code.FIELD_INVALID, "line", line.number, value=line.value[:80], expected=expected)
            return


def _parts(line: Line) -> Parts | None:
    """The parts of a rule; nothing where it isn't taken."""
    parts: Parts = {}
    for part in line.value.upper().split(";"):
        name, _, value = part.partition("=")
        pattern = _PARTS.get(name)
        if pattern is None or name in parts or not pattern.fullmatch(value):
            return None
        if name == "UNTIL" and not is_date(value):
            return None
        parts[name] = value
    frequency = parts.get("FREQ")
    if frequency is None or {"COUNT", "UNTIL"} <= parts.keys() or _NOT_IN[frequency] & parts.keys():
        return None
    ordinal = re.search(r"\d", parts.get("BYDAY", "")) is not None
    return None if ordinal and frequency in {"DAILY", "WEEKLY"} else parts


def _work(parts: Parts, start: int, first: int, last: int) -> int:
    yearly, cost = _PERIODS[parts["FREQ"]]
    interval = int(parts.get("INTERVAL", "1"))
    end = last + 1 if _comes_again(parts, interval) else _END_OF_TIME
    looked_at = (end - min(start, last) + 1) * yearly // interval * cost
    return looked_at + (last - first + 1) * (yearly // interval + 1) * _most_at_once(parts) * _EACH


def _comes_again(parts: Parts, interval: int) -> bool:
    """Whether it is quickly seen that the rule comes again and again. When in doubt: no."""
    by = {name for name in parts if name.startswith("BY")}
    if "BYSETPOS" in by:
        if parts["BYSETPOS"].lstrip("+-") != "1":
            return False
        by.remove("BYSETPOS")
    match parts["FREQ"]:
        case "DAILY":
            return not by or (interval == 1 and by in ({"BYDAY"}, {"BYMONTH"}))
        case "WEEKLY":
            return by <= {"BYDAY"}
        case "MONTHLY":
            return by <= {"BYDAY"} or (interval == 1 and by == {"BYMONTHDAY"})
        case _:
            days = [abs(int(day)) for day in parts.get("BYMONTHDAY", "1").split(",")]
            return (
                not by
                or (interval == 1 and by <= {"BYMONTH", "BYDAY"})
                or (
                    interval == 1 and by == {"BYMONTH", "BYMONTHDAY"} and min(days) <= 28  # noqa: PLR2004  every month's
                )
            )


def _most_at_once(parts: Parts) -> int:
    """How many events one period gives at most."""
    if "BYSETPOS" in parts:
        return parts["BYSETPOS"].count(",") + 1
    by = {name: parts[name].count(",") + 1 for name in parts if name.startswith("BY")}
    if not by or parts["FREQ"] == "DAILY":
        return 1
    if parts["FREQ"] == "WEEKLY":
        return by.get("BYDAY", 1)
    if parts["FREQ"] == "MONTHLY":
        return min(31, by.get("BYMONTHDAY", 5 * by.get("BYDAY", 1)))
    if by.keys() <= {"BYMONTH", "BYMONTHDAY"}:
        return by.get("BYMONTH", 12 if "BYMONTHDAY" in by else 1) * by.get("BYMONTHDAY", 1)
    return min(366, by.get("BYMONTH", 12) * 5 * by.get("BYDAY", 7))
