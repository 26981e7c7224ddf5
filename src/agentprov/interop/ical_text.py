"""The text of an iCalendar file (RFC 5545), line by line: the events in it, with what tells when they are.

Nothing of a file is understood here but its lines and how components lie inside one another. What is known of an event
goes on in :attr:`Event.text`, written anew; time zones, alarms, attendees and the like stay behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

import attrs

from agentprov.errors import Code, Collector, MalformedDocument
from agentprov.model.hours import time_zone_names
from agentprov.model.instants import END

MOST_BYTES: Final = 2 * 1024 * 1024
MOST_EVENTS: Final = 10_000
_MOST_DEPTH: Final = 16
_LONGEST_LINE: Final = 100_000
FIRST_YEAR: Final = 1900
LAST_YEAR: Final = END.year - 1
"""As far as instants go: what a file says of later years could never be asked about."""

# A value with a quote goes on to the next quote; nothing here can match in two ways, so a long line costs no more.
_LINE: Final = re.compile(r'([A-Za-z0-9-]{1,64})((?:;[A-Za-z0-9-]{1,64}=(?:"[^"]*"|[^";:])*)*):(.*)', re.DOTALL)
_PARAMETER: Final = re.compile(r';([A-Za-z0-9-]+)=((?:"[^"]*"|[^";:])*)')
_DATE: Final = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z?))?", re.ASCII)
_DURATION: Final = re.compile(
    r"\+?P(?=.)(?:\d{1,4}W|(?:\d{1,4}D)?(?:T(?=.)(?:\d{1,4}H)?(?:\d{1,4}M)?(?:\d{1,5}S)?)?)", re.ASCII
)
_ONE: Final = frozenset(
    {"DTSTART", "DTEND", "DURATION", "RRULE", "RECURRENCE-ID", "UID", "SUMMARY", "STATUS", "SEQUENCE"}
)
_MANY: Final = frozenset({"RDATE", "EXDATE"})
_DATES: Final = frozenset({"DTSTART", "DTEND", "RECURRENCE-ID", *_MANY})


@attrs.frozen(kw_only=True)
class Line:
    """A content line of an event: the line of the file it begins on, its parameters and its value."""

    number: int
    name: str
    parameters: Mapping[str, str]
    value: str


@attrs.frozen(kw_only=True)
class Event:
    """One ``VEVENT``: the line it begins on, and those of its content lines that tell what and when it is."""

    number: int
    lines: tuple[Line, ...]

    def line(self, name: str) -> Line | None:
        """The content line of this name, if there is one."""
        return next((line for line in self.lines if line.name == name), None)

    @property
    def uid(self) -> str:
        """What ties the parts of one series together; of an event without one, its line."""
        line = self.line("UID")
        return f"line-{self.number}" if line is None else line.value

    @property
    def all_day(self) -> bool:
        """Whether it begins with a date."""
        start = self.line("DTSTART")
        return start is not None and "T" not in start.value

    def text(self, uid: str) -> str:
        """The event as text for a library: only what is known here, in the series ``uid``."""
        lines = [f"UID:{uid}", *(_written(line) for line in self.lines if line.name != "UID")]
        return "".join(f"{line}\r\n" for line in ("BEGIN:VEVENT", *lines, "END:VEVENT"))


def _written(line: Line) -> str:
    parameters = "".join(f";{name}={value}" for name, value in line.parameters.items())
    return f"{line.name}{parameters}:{line.value}"


def read_events(found: Collector, content: bytes | str, aliases: Mapping[str, str]) -> tuple[Event, ...]:
    """The events of a file, in order. ``aliases`` are further names of time zones, to IANA's.

    Every fault is noted with its line: ``document.syntax``, ``time_zone.unknown`` and what else a value can have.

    Raises:
        MalformedDocument: alone, what is no text, or over a limit: ``document.empty``, ``document.encoding``,
            ``document.too_large``, ``document.too_deep``, ``document.too_many``.
    """
    return tuple(_events(found, _text(content), aliases))


def _text(content: bytes | str) -> str:
    if len(content) > MOST_BYTES:
        raise MalformedDocument.of(Code.DOCUMENT_TOO_LARGE, limit=MOST_BYTES)
    text = (content if isinstance(content, str) else _decoded(content)).removeprefix("\ufeff")
    if not text or text.isspace():
        raise MalformedDocument.of(Code.DOCUMENT_EMPTY)
    return text


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        column = error.start - before.rfind(b"\n")
        raise MalformedDocument.of(Code.DOCUMENT_ENCODING, line=before.count(b"\n") + 1, column=column) from None


def _syntax(found: Collector, number: int, reason: str) -> None:
    found.add(Code.DOCUMENT_SYNTAX, "line", number, format="iCalendar", line=number, column=1, reason=reason)


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Every content line with the number of the line it begins on; a line that begins with a blank goes on with it."""
    parts: list[str] = []
    begun = 1
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        if parts and line[:1] in {" ", "\t"}:
            parts.append(line[1:])
            continue
        if parts:
            yield begun, "".join(parts)
        begun, parts = number, [line]
    yield begun, "".join(parts)


def _events(found: Collector, text: str, aliases: Mapping[str, str]) -> Iterator[Event]:
    count = begun = 0
    lines: list[Line] = []
    for inside, line in _nested(found, text):
        if inside != ("VCALENDAR", "VEVENT"):
            continue
        match line.name:
            case "BEGIN":
                begun, lines, count = line.number, [], count + 1
                if count > MOST_EVENTS:
                    raise MalformedDocument.of(Code.DOCUMENT_TOO_MANY, "line", begun, limit=MOST_EVENTS)
            case "END":
                event = Event(number=begun, lines=tuple(lines))
                _check_event(found, event, aliases)
                yield attrs.evolve(event, lines=tuple(_known_zone(each, aliases) for each in lines))
            case "EXRULE":
                expected = "taken; write the dates as `EXDATE`"
                found.add(Code.FIELD_INVALID, "line", line.number, value="EXRULE", expected=expected)
            case name if name in _ONE | _MANY:
                lines.append(line)
            case _:
                pass


def _nested(found: Collector, text: str) -> Iterator[tuple[tuple[str, ...], Line]]:
    """Every content line with the components that it is in; the lines that begin and end one are in it themselves."""
    inside: tuple[str, ...] = ()
    number = calendars = 0
    for number, raw in _unfolded(text):
        line = _content(found, number, raw) if raw.strip() else None
        if line is None:
            continue
        name = line.value.strip().upper()
        if line.name == "BEGIN":
            inside = (*inside, name)
            calendars += inside == ("VCALENDAR",)
            if len(inside) > _MOST_DEPTH:
                raise MalformedDocument.of(Code.DOCUMENT_TOO_DEEP, "line", number, limit=_MOST_DEPTH)
        elif not inside or (line.name == "END" and inside[-1] != name):
            outside = "this stands outside of any calendar"
            _syntax(found, number, f"`END:{name[:40]}` ends what didn't begin" if line.name == "END" else outside)
            return
        yield inside, line
        if line.name == "END":
            inside = inside[:-1]
    if inside:
        _syntax(found, number, f"`BEGIN:{inside[-1][:40]}` is never ended")
    elif not calendars and not found.problems:
        _syntax(found, 1, "there is no calendar in it")


def _content(found: Collector, number: int, raw: str) -> Line | None:
    match = None if len(raw) > _LONGEST_LINE else _LINE.fullmatch(raw)
    if match is None:
        long = len(raw) > _LONGEST_LINE
        _syntax(found, number, f"longer than {_LONGEST_LINE} characters" if long else "no name with a colon after it")
        return None
    name, parameters, value = match.groups()
    kept = {
        key.upper(): text.strip('"')
        for key, text in _PARAMETER.findall(parameters)
        if key.upper() in {"TZID", "VALUE", "RANGE"}
    }
    return Line(number=number, name=name.upper(), parameters=kept, value=value)


# ---- what is wrong with an event ------------------------------------------------------------------------------------


def _check_event(found: Collector, event: Event, aliases: Mapping[str, str]) -> None:
    seen: set[str] = set()
    for line in event.lines:
        if line.name in _ONE and line.name in seen:
            found.add(Code.FIELD_DUPLICATE, "line", line.number, value=line.name)
        seen.add(line.name)
        if line.name in _DATES:
            _check_dates(found, event, line, aliases)
        elif line.name == "DURATION" and not _is_duration(line.value, all_day=event.all_day):
            whole = "a length of whole days, as `P1D`" if event.all_day else "a length of time, as `PT90M`"
            found.add(Code.FIELD_INVALID, "line", line.number, value=line.value[:80], expected=whole)
        elif line.name == "SEQUENCE" and not re.fullmatch(r"\d{1,9}", line.value, re.ASCII):
            found.add(Code.FIELD_INVALID, "line", line.number, value=line.value[:80], expected="a whole number")
    if "DTSTART" not in seen:
        found.add(Code.FIELD_REQUIRED, "line", event.number, "DTSTART")
    _check_order(found, event, aliases)
    if {"DTEND", "DURATION"} <= seen:
        found.add(Code.FIELD_CONTRADICTS, "line", event.number, "DURATION", other="DTEND")


def _check_order(found: Collector, event: Event, aliases: Mapping[str, str]) -> None:
    """Note an end before the start, by the clock on the wall of the start; or one of which just one has a zone."""
    start, end = event.line("DTSTART"), event.line("DTEND")
    if start is None or end is None or not (is_date(start.value) and is_date(end.value)):
        return
    begin, until = _instant(start, aliases), _instant(end, aliases)
    if (begin.tzinfo is None) is not (until.tzinfo is None):
        expected = "told with a zone as `DTSTART` is, or both without"
        found.add(Code.FIELD_INVALID, "line", end.number, value=end.value, expected=expected)
    elif (until.astimezone(begin.tzinfo) if begin.tzinfo else until).replace(tzinfo=None) < begin.replace(tzinfo=None):
        found.add(Code.SCHEDULE_DATES_REVERSED, "line", end.number, first=start.value, last=end.value)


def _instant(line: Line, aliases: Mapping[str, str]) -> datetime:
    local = datetime.fromisoformat(line.value.removesuffix("Z"))
    zone = _zone(line.parameters.get("TZID", ""), aliases)
    return local.replace(tzinfo=UTC if line.value.endswith("Z") else ZoneInfo(zone) if zone else None)


def _is_duration(value: str, *, all_day: bool) -> bool:
    return _DURATION.fullmatch(value) is not None and not (all_day and "T" in value)


def _check_dates(found: Collector, event: Event, line: Line, aliases: Mapping[str, str]) -> None:
    values = line.value.split(",") if line.name in _MANY else [line.value]
    sort = "a date as `20261224`" if event.all_day else "a date with a time as `20261224T100000` or `20261224T090000Z`"
    for value in values:
        match = _DATE.fullmatch(value)
        if match is None or not _exists(match) or ("T" not in value) is not event.all_day:
            found.add(Code.FIELD_INVALID, "line", line.number, value=value[:80], expected=sort)
        elif not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
            found.add(Code.FIELD_OUT_OF_RANGE, "line", line.number, value=value[:80], low=FIRST_YEAR, high=LAST_YEAR)
    zone = line.parameters.get("TZID")
    if zone is not None and not event.all_day and _zone(zone, aliases) is None:
        found.add(Code.TIME_ZONE_UNKNOWN, "line", line.number, value=zone[:80])


def is_date(text: str) -> bool:
    """Whether this is a date, or a date with a time, of the years that are taken."""
    match = _DATE.fullmatch(text)
    return match is not None and _exists(match) and FIRST_YEAR <= int(match[1]) <= LAST_YEAR


def _exists(match: re.Match[str]) -> bool:
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    try:
        date(year, month, day)
        time(hour, minute, second)
    except ValueError:
        return False
    return True


def _zone(name: str, aliases: Mapping[str, str]) -> str | None:
    """The IANA name of a time zone; some programs write a path before it."""
    known = time_zone_names()
    parts = name.strip("/").split("/")
    for start in range(len(parts)):
        tail = "/".join(parts[start:])
        if tail in known:
            return tail
    alias = aliases.get(name)
    return alias if alias in known else None


def _known_zone(line: Line, aliases: Mapping[str, str]) -> Line:
    """The line with the zone's IANA name; a date has no zone, and what kind of value it is shows in the value."""
    zone = line.parameters.get("TZID")
    kept = {"RANGE": line.parameters["RANGE"]} if line.parameters.get("RANGE") == "THISANDFUTURE" else {}
    if line.name in _DATES:
        if "T" not in line.value:
            kept["VALUE"] = "DATE"
        elif zone is not None and not line.value.endswith("Z"):
            kept["TZID"] = _zone(zone, aliases) or "UTC"
    return attrs.evolve(line, parameters=kept)
