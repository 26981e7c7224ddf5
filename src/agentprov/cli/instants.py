"""Instants as a person types and reads them: with an offset, or by the clock on the wall of a time zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import attrs

from agentprov.cli.mistakes import Mistake
from agentprov.cli.output import Piece, faint
from agentprov.engine.zones import EARLIEST, LATEST, epoch, instant
from agentprov.views.names import day_title

_FORM: Final = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2})[Tt ](?P<time>\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)? ?(?P<offset>[Zz]|[+-]\d{2}:\d{2})?",
    re.ASCII,
)
HOW: Final = (
    "write it as `2026-11-23 09:30` on the wall clock, `2026-11-23T09:30+05:30` or `2026-11-23T04:00Z`, or say `now`"
)


@attrs.frozen(kw_only=True)
class Moment:
    """An instant, and the time zone it is shown in."""

    at: int
    """Seconds since 1970-01-01T00:00Z."""
    zone: str
    read_as_local: bool = False
    """Whether it was typed without an offset, and so read in ``zone``."""

    def later(self, at: int) -> Moment:
        """Another instant, shown in the same zone."""
        return attrs.evolve(self, at=at)

    @property
    def local(self) -> datetime:
        """The wall clock of the zone at this instant."""
        return instant(self.at).astimezone(ZoneInfo(self.zone))

    @property
    def words(self) -> str:
        """For people: ``Mon 2026-11-23 09:30 +05:30``; seconds only where they aren't zero."""
        local = self.local
        return f"{day_title(local)} {clock(local)} {offset_text(local)}"

    @property
    def text(self) -> str:
        """For programs: RFC 3339 with the zone's offset."""
        return self.local.isoformat()


def moment_cell(moment: Moment) -> tuple[Piece, ...]:
    """An instant with the zone it is shown in."""
    read = "read on the wall clock of " if moment.read_as_local else ""
    return (moment.words, faint(f"  {read}{moment.zone}"))


def clock(local: datetime) -> str:
    """``09:30``, or ``09:30:15`` where the seconds aren't zero."""
    return f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"


def offset_text(local: datetime) -> str:
    """``+05:30``."""
    return local.isoformat()[19:]


def parse_moment(text: str, zone: str) -> Moment:
    """The instant that a person typed; without an offset it is the wall clock of ``zone``.

    Raises:
        Mistake: it isn't one, or the wall clock of the zone skips it or shows it twice.
    """
    if text == "now":
        return Moment(at=epoch(datetime.now(UTC)), zone=zone)
    match = _FORM.fullmatch(text.strip())
    if match is None:
        raise Mistake(f"`{text}` is not an instant", HOW)
    try:
        wall = datetime.fromisoformat(f"{match['date']}T{match['time']}")
        when = (
            wall if match["offset"] is None else datetime.fromisoformat(f"{wall.isoformat()}{match['offset'].upper()}")
        )
    except ValueError:
        raise Mistake(f"there is no date or time of day like `{text}`", HOW) from None
    at = _local(text, wall, zone) if match["offset"] is None else epoch(when)
    if not EARLIEST <= at < LATEST:
        raise Mistake(f"`{text}` is outside the years 1970 to 2200", "choose an instant in between")
    return Moment(at=at, zone=zone, read_as_local=match["offset"] is None)


def _local(text: str, wall: datetime, zone: str) -> int:
    """The instant of a wall-clock time; refuses one that a clock change skips or repeats."""
    info = ZoneInfo(zone)
    try:
        first, second = (epoch(wall.replace(tzinfo=info, fold=fold)) for fold in (0, 1))
    except OverflowError:
        raise Mistake(f"`{text}` is outside the years 1970 to 2200", "choose an instant in between") from None
    if first == second:
        return first
    before, after = (instant(at).astimezone(info) for at in sorted((first, second)))
    if first < second:
        raise Mistake(
            f"`{text}` comes twice in {zone}: the clocks go back that night",
            f"say which one: `{before.isoformat()}` or, later, `{after.isoformat()}`",
        )
    # In a gap, the offset before it gives the later of the two, and the offset after it the earlier.
    edge = _edge(info, second, first)
    last = (edge - timedelta(seconds=1)).astimezone(info)
    raise Mistake(
        f"`{text}` doesn't exist in {zone}: the clocks go from {clock(last + timedelta(seconds=1))}"
        f" to {clock(edge.astimezone(info))}",
        f"the instant of the change is `{edge.astimezone(info).isoformat()}`; choose one before or after",
    )


def _edge(info: ZoneInfo, low: int, high: int) -> datetime:
    """The first instant with the offset that holds at ``high``; at ``low`` there is another one."""
    new = instant(high).astimezone(info).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        if instant(middle).astimezone(info).utcoffset() == new:
            high = middle
        else:
            low = middle
    return instant(high)


def duration(seconds: int) -> str:
    """A stretch of time in its two largest units.

    >>> duration(45), duration(5400), duration(86_400), duration(100_000)
    ('45 s', '1 h 30 min', '1 day', '1 day 3 h')
    """
    parts: list[str] = []
    for length, name in ((86_400, "day"), (3600, "h"), (60, "min"), (1, "s")):
        count, seconds = divmod(seconds, length)
        if count:
            parts.append(f"{count} {name}{'s' if name == 'day' and count > 1 else ''}")
    return " ".join(parts[:2]) or "0 s"
