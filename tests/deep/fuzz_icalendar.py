"""iCalendar files: a calendar or problems."""

from __future__ import annotations

from typing import Final

from agentprov.interop.icalendar import read_icalendar
from agentprov.model.ids import CalendarId

LEAST: Final = 1.0
"""An event may last for all the years that are asked about, and there may be as many entries as a calendar holds."""


def _file(*lines: str) -> bytes:
    whole = ("BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT", "UID:1", *lines, "END:VEVENT", "END:VCALENDAR", "")
    return "\r\n".join(whole).encode()


SEEDS: Final = (
    _file("DTSTART;VALUE=DATE:20260101", "SUMMARY:New Year"),
    _file("DTSTART:20260102T090000Z", "DTEND:20260102T120000Z", "RRULE:FREQ=YEARLY;COUNT=3"),
    _file(
        "DTSTART;TZID=Europe/Oslo:20260102T090000",
        "DURATION:PT2H",
        "RRULE:FREQ=MONTHLY;BYDAY=-1MO",
        "EXDATE:20260202T090000",
    ),
    _file(
        "DTSTART;VALUE=DATE:20260101",
        "RRULE:FREQ=WEEKLY;UNTIL=20260601;BYDAY=MO,WE;INTERVAL=2",
        "RDATE;VALUE=DATE:20260104",
    ),
)
WORDS: Final = tuple(
    word.encode()
    for word in (
        *(
            "BEGIN:VEVENT",
            "END:VEVENT",
            "RRULE:",
            "FREQ=",
            "SECONDLY",
            "DAILY",
            "BYMONTHDAY=",
            "BYSETPOS=",
            "BYHOUR=",
            "COUNT=",
        ),
        *(
            "UNTIL=",
            "INTERVAL=",
            "RECURRENCE-ID:",
            "EXDATE:",
            "RDATE:",
            "TZID=",
            "VALUE=DATE:",
            "DURATION:P1D",
            "\r\n ",
            "99991231",
        ),
    )
)


def one(data: bytes) -> None:
    """A calendar of two years, or problems."""
    read_icalendar(data, years=[2026, 2027], time_zone="Europe/Oslo", id=CalendarId("c"), name="C")
