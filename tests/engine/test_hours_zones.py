"""Hours across clock changes of every kind, against what the clock on the wall shows minute by minute."""

from __future__ import annotations

import importlib.resources
import os
import struct
import subprocess
import sys
import zoneinfo
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from time import process_time
from zoneinfo import ZoneInfo

import pytest

from agentprov.engine.hours import Hours
from agentprov.engine.zones import EARLIEST, epoch, pieces
from agentprov.model.dates import Weekday
from agentprov.model.hours import TimeGroup, time_zone_names
from agentprov.model.ids import TimeGroupId
from agentprov.model.intervals import DAY, WeeklyInterval, weekly_hours

EVERY_ZONE = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
"""Whether all zones are looked at, and longer; a sample of them otherwise, with some two thousand changes."""
FEW = 50
MINUTES = 240 if EVERY_ZONE else 95
"""How many minutes before and after a change are looked at one by one."""
SECONDS = 90 if EVERY_ZONE else 3
"""How many seconds, around the change and around what the clocks move by before and after it."""

SHORT = weekly_hours(Weekday, "00:00-00:20", "01:10-01:40", "02:10-02:50", "03:00-03:05", "09:00-17:15", "23:20-23:50")
"""Short hours around the times at which clocks change."""
LONG = (
    *weekly_hours([Weekday.THURSDAY], "00:00-24:00"),
    *weekly_hours([Weekday.FRIDAY], "22:00-06:00"),
    *weekly_hours([Weekday.SATURDAY], "22:30-02:15"),
)
"""A whole day, and hours past midnight."""


def hours(zone: str, weekly: tuple[WeeklyInterval, ...]) -> Hours:
    """The weekly hours in a zone."""
    return Hours(TimeGroup(id=TimeGroupId("g"), name="G", time_zone=zone, weekly=weekly), {})


def shown(zone: ZoneInfo, at: int) -> tuple[bool, bool]:
    """Whether the short and the long hours are open, by the weekday and the minute on the wall."""
    wall = datetime.fromtimestamp(at, zone)
    minute, day = wall.hour * 60 + wall.minute, wall.weekday()
    short = (
        minute < 20
        or 70 <= minute < 100
        or 130 <= minute < 170
        or 180 <= minute < 185
        or 540 <= minute < 1035
        or 1400 <= minute < 1430
    )
    thursday, friday, saturday, sunday = (day == number for number in (3, 4, 5, 6))
    late = (friday and minute >= 1320) or (saturday and minute >= 1350)
    early = (saturday and minute < 360) or (sunday and minute < 135)
    return short, thursday or late or early


CATALOGUE = [
    ("Europe/Oslo", "2026-03-29", "a gap; the day has 23 hours"),
    ("Europe/Oslo", "2026-10-25", "an overlap; the day has 25 hours"),
    ("America/New_York", "2026-03-08", "a gap three weeks before Europe's"),
    ("America/New_York", "2026-11-01", "an overlap at 01:00"),
    ("Australia/Lord_Howe", "2026-04-05", "an overlap of half an hour"),
    ("Australia/Lord_Howe", "2026-10-04", "a gap of half an hour"),
    ("Pacific/Apia", "2011-12-30", "a Friday that never was"),
    ("Pacific/Kwajalein", "1993-08-21", "a Saturday that never was"),
    ("Africa/Casablanca", "2026-02-15", "Ramadan: an overlap, negative summer time"),
    ("Africa/Casablanca", "2026-03-22", "the gap after Ramadan"),
    ("Africa/El_Aaiun", "2026-02-15", "Ramadan"),
    ("Africa/El_Aaiun", "2026-03-22", "the gap after Ramadan"),
    ("Europe/Kiev", "2026-03-29", "a link to what is called Kyiv now"),
    ("Europe/Dublin", "2026-01-15", "winter is the season with an offset from standard time"),
    ("Europe/Dublin", "2026-03-29", "a gap"),
    ("Asia/Kathmandu", "2026-06-15", "+5:45"),
    ("Asia/Kathmandu", "1986-01-01", "a change by a quarter of an hour"),
    ("Australia/Eucla", "2026-06-15", "+8:45"),
    ("Asia/Kolkata", "2026-06-15", "+5:30"),
    ("Asia/Calcutta", "2026-06-15", "a link"),
    ("Pacific/Marquesas", "2026-06-15", "-9:30"),
    ("America/St_Johns", "2026-03-08", "a gap at -3:30"),
    ("America/St_Johns", "2006-10-29", "an overlap at one minute past midnight"),
    ("Africa/Cairo", "2026-10-29", "an overlap before midnight: the date before comes again"),
    ("Africa/Cairo", "2026-04-24", "a gap at midnight"),
    ("America/Santiago", "2026-04-04", "an overlap before midnight"),
    ("America/Santiago", "2026-09-06", "a gap at midnight"),
    ("America/Nuuk", "2026-03-28", "a gap around Saturday's midnight"),
    ("Atlantic/Azores", "2026-03-29", "a gap at midnight"),
    ("Atlantic/Azores", "2026-10-25", "an overlap at midnight"),
    ("Asia/Tehran", "2022-03-21", "the last summer time but one"),
    ("Asia/Tehran", "2026-03-21", "abolished"),
    ("America/Mexico_City", "2022-10-30", "the last change"),
    ("America/Mexico_City", "2023-04-02", "abolished"),
    ("America/Asuncion", "2024-10-06", "the last change"),
    ("America/Asuncion", "2025-03-23", "abolished"),
    ("America/Sao_Paulo", "2019-02-16", "the last change, before midnight"),
    ("America/Sao_Paulo", "2019-11-03", "abolished"),
    ("Asia/Amman", "2022-10-28", "summer time for good"),
    ("Asia/Damascus", "2022-10-28", "summer time for good"),
    ("Europe/Istanbul", "2016-03-27", "the last change"),
    ("Europe/Istanbul", "2016-11-06", "a change that was called off"),
    ("Asia/Almaty", "2024-02-29", "an overlap before midnight on a leap day"),
    ("Africa/Juba", "2021-01-31", "an overlap before midnight, once"),
    ("Africa/Khartoum", "2017-10-31", "an overlap before midnight, once"),
    ("Africa/Sao_Tome", "2018-01-01", "a gap, once"),
    ("Africa/Sao_Tome", "2019-01-01", "and back"),
    ("Europe/Volgograd", "2020-12-27", "an overlap, once"),
    ("Europe/Moscow", "2014-10-26", "an overlap, once"),
    ("Pacific/Fiji", "2021-01-17", "summer time in January"),
    ("Pacific/Tongatapu", "2017-01-15", "summer time in January, later dropped"),
    ("Africa/Monrovia", "1972-01-07", "an offset of -0:44:30"),
    ("Antarctica/Troll", "2026-03-29", "a gap of two hours"),
    ("Pacific/Kiritimati", "1994-12-31", "the date line moved"),
    ("UTC", "2026-06-15", "no change ever"),
]


@pytest.mark.parametrize(
    ("zone", "day"), [(z, d) for z, d, _ in CATALOGUE], ids=[f"{z} {d}: {what}" for z, d, what in CATALOGUE]
)
def test_every_minute_is_as_the_clock_shows(zone: str, day: str) -> None:
    """HR-2: from two days before to three days after a change, each minute is open when its local time is inside."""
    start = epoch(datetime.fromisoformat(day).replace(tzinfo=UTC)) - 2 * DAY
    minutes = range(start, start + 5 * DAY, 60)
    short, long, info = hours(zone, SHORT), hours(zone, LONG), ZoneInfo(zone)

    assert [] == [at for at in minutes if (short.is_open(at), long.is_open(at)) != shown(info, at)]


def test_links_answer_as_what_they_point_to() -> None:
    """HR-1, HR-2: `Asia/Calcutta` keeps its name, and its hours are those of `Asia/Kolkata`."""
    start = epoch(datetime(2026, 1, 1, tzinfo=UTC))
    for link, zone in (("Asia/Calcutta", "Asia/Kolkata"), ("Europe/Kiev", "Europe/Kyiv")):
        one, other = (hours(name, LONG).intervals(start, start + 366 * DAY) for name in (link, zone))
        assert other == one


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kathmandu", "America/St_Johns"])
def test_the_time_zone_of_the_process_makes_no_difference(zone: str) -> None:
    """P60: a process with `TZ` set to something else gives the same answers, from seconds and from datetimes."""
    program = (
        "import time; time.tzset()\n"
        "from datetime import datetime, UTC\n"
        "from tests.engine.test_hours_zones import LONG, SHORT, hours\n"
        "for weekly in (SHORT, LONG):\n"
        "    open = hours('Europe/Oslo', weekly)\n"
        "    start, end = datetime(2026, 3, 20, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)\n"
        "    print(open.intervals(start, end), open.state(start))\n"
    )
    path = os.pathsep.join(filter(None, [str(Path(__file__).parents[2]), *sys.path]))
    said = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "TZ": name, "PYTHONPATH": path},
            capture_output=True,
            check=True,
        ).stdout
        for name in ("Europe/Oslo", zone)
    ]

    assert said[0] == said[1]


def changes(zone: ZoneInfo, first: int, last: int) -> Iterator[tuple[int, int]]:
    """The instants from ``first`` to ``last`` at which a zone changes its offset, each with the seconds it moves by."""

    def offset(at: int) -> int:
        return round((datetime.fromtimestamp(at, zone).utcoffset() or timedelta()).total_seconds())

    for day in range(first, last, DAY):
        low, high, moved = day, day + DAY, offset(day + DAY) - offset(day)
        while moved and high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if offset(middle) == offset(day) else (low, middle)
        if moved:
            yield high, moved


def zones() -> list[str]:
    """All zones of this machine, or some: another choice would be as good."""
    every = sorted(time_zone_names())
    return every if EVERY_ZONE else Random("zones").sample(every, min(FEW, len(every)))


def near(moved: int) -> list[int]:
    """The instants that are looked at around a change, in seconds from it."""
    around = range(-SECONDS, SECONDS + 1)
    edges = (0, moved, -moved, moved // 2, -moved // 2, 3600, -3600)
    return sorted({*range(-MINUTES * 60, MINUTES * 60 + 1, 60), *(edge + by for edge in edges for by in around)})


def test_every_change_of_every_zone() -> None:
    """HR-2: around each change from 1990 to 2040, every minute for hours and every second near it."""
    first, last = (epoch(datetime(year, 1, 1, tzinfo=UTC)) for year in (1990, 2041))
    wrong, seen, asked, begun = [], 0, 0, process_time()
    for name in zones():
        info, short, long = ZoneInfo(name), hours(name, SHORT), hours(name, LONG)
        for change, moved in changes(info, first, last):
            instants = [change + by for by in near(moved)]
            seen, asked = seen + 1, asked + len(instants)
            wrong += [(name, at) for at in instants if (short.is_open(at), long.is_open(at)) != shown(info, at)]
    print(f"{seen} changes, {asked} instants, {len(wrong)} wrong, {process_time() - begun:.0f} s")  # noqa: T201

    assert ([], True) == (wrong, seen > FEW)


def test_the_other_version_of_the_data_passes_too() -> None:
    """HR-2: the data of the package `tzdata`, where the machine has its own: a process that reads nothing else."""
    program = (
        "import zoneinfo, tests.engine.test_hours_zones as zones;"
        "assert not zoneinfo.TZPATH;"
        "zones.FEW = 12; zones.test_every_change_of_every_zone();"
        "zones.test_no_two_changes_are_near();"
        "zones.test_pieces_change_where_the_zone_does()"
    )
    environment = {**os.environ, "PYTHONTZPATH": "", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)

    assert (0, "") == (done.returncode, done.stderr)


def transitions(name: str) -> list[tuple[int, int]]:
    """The instants listed in a zone's file from 1970 on, each with the offset from then on (RFC 9636)."""
    paths = [Path(folder, name) for folder in zoneinfo.TZPATH]
    found = next((path for path in paths if path.is_file()), None)
    if found:
        data = found.read_bytes()
    else:
        data = importlib.resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).read_bytes()
    header = struct.Struct(">4sc15x6l")
    *_, ut, std, leaps, times, types, letters = header.unpack_from(data)
    second = header.size + times * 5 + types * 6 + letters + leaps * 8 + std + ut
    *_, times, types, _ = header.unpack_from(data, second)
    at = second + header.size
    instants = struct.unpack_from(f">{times}q", data, at)
    kinds = struct.unpack_from(f">{times}B", data, at + times * 8)
    offsets = [struct.unpack_from(">l", data, at + times * 9 + kind * 6)[0] for kind in range(types)]
    listed = [(instant, offsets[kind]) for instant, kind in zip(instants, kinds, strict=True)]
    before = [offsets[0], *(offset for _, offset in listed)]
    return [(i, o) for (i, o), old in zip(listed, before, strict=False) if o != old and i >= EARLIEST]


def test_no_two_changes_are_near() -> None:
    """HR-2: the engine looks at a zone every three days, which is enough: changes are at least four days apart."""
    gaps = {later - earlier for name in time_zone_names() for (earlier, _), (later, _) in pairwise(transitions(name))}

    assert 4 * DAY < min(gaps)


def test_pieces_change_where_the_zone_does() -> None:
    """HR-2: the pieces of a zone begin at the instants its file lists, with the offsets it lists; none is left out."""
    for name in zones():
        listed = [(at, offset) for at, offset in transitions(name) if at < epoch(datetime(2037, 1, 1, tzinfo=UTC))]
        cut = pieces(name, EARLIEST, listed[-1][0] + 1) if listed else ()

        assert (name, listed) == (name, [(start, offset) for start, _, offset in cut[1:]])
